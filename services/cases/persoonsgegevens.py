"""Which tables of this service hold what about a person (hub/catalogus.py)."""

from typing import Final

from hub.catalogus import JONGERE, Bewaarsoort, Tabel, niets

_ZAAK: Final = "zaak_id IN (SELECT zaak_id FROM zaak WHERE jongere_id = ANY($1::uuid[]))"

CATALOGUS: Final[tuple[Tabel, ...]] = (
    Tabel("tijdlijn", "wie wat wanneer deed in een zaak", _ZAAK),
    Tabel("voorstel", "wat de regels voorstelden", JONGERE),
    Tabel("termijn", "termijnen van een zaak", JONGERE),
    Tabel("afspraken", "wat in een gesprek werd afgesproken", JONGERE, verzegeld={"inhoud": "cases|afspraken"}),
    Tabel("zaak", "zaken: stand, feiten, voorstellen en besluiten", JONGERE, verzegeld={"inhoud": "cases|zaak"}),
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
)
"""All own tables; what reads another for its condition stands before it."""
