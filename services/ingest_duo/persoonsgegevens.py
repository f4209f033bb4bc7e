"""Which tables of this service hold what about a person (hub/catalogus.py)."""

from typing import Final

from hub.catalogus import JONGERE, Bewaarsoort, Tabel, Wijze, niets

CATALOGUS: Final[tuple[Tabel, ...]] = (
    Tabel(
        "statusmelding", "wat DUO over een verzuimmelding moest horen",
        "meldingsnummer IN (SELECT meldingsnummer FROM melding WHERE jongere_id = ANY($1::uuid[]))",
        soort=Bewaarsoort.MELDING,
    ),
    Tabel(
        "melding", "verzuimmeldingen zoals DUO of de school ze deed", JONGERE, soort=Bewaarsoort.MELDING,
        verzegeld={"inhoud": "ingest_duo|melding"}, afdrukken=("kenmerk", "wie"),
    ),
    Tabel("vrijstelling", "vrijstellingen die DUO moet kennen", JONGERE, soort=Bewaarsoort.DOSSIER),
    Tabel("onderwijsstand", "inschrijvingen uit de leveringen van DUO", JONGERE, soort=Bewaarsoort.INSCHRIJVING),
    Tabel(
        "levering_blok", "bestanden van DUO zoals ze binnenkwamen, in blokken", wijze=Wijze.INHOUD,
        soort=Bewaarsoort.BRONBERICHT, verzegeld={"ruw": "levering|{levering_id}|{nr}"},
    ),
    Tabel(
        "levering", "welke bestanden van DUO binnenkwamen", wijze=Wijze.INHOUD, soort=Bewaarsoort.BRONBERICHT,
        verzegeld={"naam_verzegeld": "levering|naam"}, afdrukken=("sha256",),
    ),
    niets("cursor", "tot waar DUO gelezen is"),
    niets("herlezing", "wat van DUO opnieuw gelezen wordt"),
)  # fmt: skip
"""All own tables; what reads another for its condition stands before it."""
