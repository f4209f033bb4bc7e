"""Which tables of this service hold what about a person (hub/catalogus.py)."""

from typing import Final

from hub.catalogus import JONGERE, Bewaarsoort, Tabel, Wijze, niets

_ZAAK: Final = "zaak_id IN (SELECT zaak_id FROM zaak WHERE jongere_id = ANY($1::uuid[]))"

CATALOGUS: Final[tuple[Tabel, ...]] = (
    Tabel("tijdlijn", "wie wat wanneer deed in een zaak", _ZAAK),
    Tabel("voorstel", "wat de regels voorstelden", JONGERE),
    Tabel("termijn", "termijnen van een zaak", JONGERE),
    Tabel("sluiting", "dat de verwerking eindigde, en het besluit tot sluiting", JONGERE),
    Tabel("rechtenverzoek", "beroep op privacyrechten", JONGERE, soort=Bewaarsoort.VERZOEK),
    Tabel("rechtentaak", "wat na een beroep op privacyrechten te doen is", JONGERE, soort=Bewaarsoort.VERZOEK),
    Tabel("rectificatie", "dat een gegeven is rechtgezet", JONGERE, soort=Bewaarsoort.VERZOEK),
    Tabel("beperking", "dat gegevens nu alleen bewaard mogen worden", JONGERE, soort=Bewaarsoort.VERZOEK),
    Tabel(
        "inzage",
        "dat iemand alles kreeg wat er is vastgelegd",
        JONGERE,
        wijze=Wijze.PSEUDONIMISEREN,
        soort=Bewaarsoort.VERANTWOORDING,
        ontdoen={"jongere_id": "$2"},
        grond="bewijs dat aan het verzoek is voldaan (AVG art. 5 lid 2)", datum="op",
    ),
    Tabel("doorgestuurd", "wat na een samenvoeging nog onder het andere nummer wordt verwerkt", JONGERE),
    Tabel("ingetrokken", "brieven en verwijzingen die niet meer mogen uitgaan", JONGERE),
    Tabel(
        "herhaling", "opdrachten van ambtenaren die al zijn uitgevoerd", JONGERE,
        verzegeld={"antwoord": "cases|antwoord"}, afdrukken=("sleutel", "verzoek"),
    ),
    Tabel("afspraken", "wat in een gesprek werd afgesproken", JONGERE, verzegeld={"inhoud": "cases|afspraken"}),
    Tabel(
        "verstrekking", "wat aan wie verstrekt of geweigerd is, en waarom", JONGERE,
        wijze=Wijze.PSEUDONIMISEREN, soort=Bewaarsoort.VERSTREKKING,
        ontdoen={"jongere_id": "$2", "zaak_id": "NULL", "kenmerk": "$2", "toestemmingen": "'{}'"},
        grond="bewijs van verstrekking (AVG art. 5 lid 2; CONV-11.5)", datum="besloten_op",
    ),
    Tabel("zaak", "zaken: stand, feiten, voorstellen en besluiten", JONGERE, verzegeld={"inhoud": "cases|zaak"}),
    Tabel("toestemming", "toestemming: gevraagd, gegeven, geweigerd en ingetrokken", JONGERE,
          soort=Bewaarsoort.TOESTEMMING),
    Tabel("te_informeren", "wie moet horen dat een toestemming is ingetrokken", JONGERE,
          soort=Bewaarsoort.TOESTEMMING),
    Tabel(
        "toestemmingbewijs", "waarom toestemming is gevraagd en waar zij op schrift staat", JONGERE,
        soort=Bewaarsoort.TOESTEMMING, verzegeld={"inhoud": "cases|toestemmingbewijs"},
    ),
    Tabel("dossier", "wat voor alle zaken van de jongere geldt", JONGERE, verzegeld={"persoon": "cases|persoon"}),
    Tabel("absoluut_signaal", "signalen van absoluut verzuim", JONGERE),
    Tabel("inschrijving", "inschrijvingen bij scholen", JONGERE, soort=Bewaarsoort.INSCHRIJVING),
    Tabel("vrijstelling", "vrijstellingen en vervangende leerplicht", JONGERE),
    Tabel(
        "register",
        "of de jongere leerplichtig is, en waar",
        f"{JONGERE} OR opgegaan_in = ANY($1::uuid[])",
        soort=Bewaarsoort.INSCHRIJVING,
    ),
    niets("absoluut_controle", "dat en wanneer iedereen bekeken is, met aantallen"),
)  # fmt: skip
"""All own tables; what reads another for its condition stands before it."""
