"""Which tables of this service hold what about a person (hub/catalogus.py)."""

from typing import Final

from hub.catalogus import JONGERE, Bewaarsoort, Tabel, Wijze, niets

CATALOGUS: Final[tuple[Tabel, ...]] = (
    Tabel(
        "verwijzing", "verwijzingen naar Halt en hun afloop", JONGERE,
        wijze=Wijze.PSEUDONIMISEREN, soort=Bewaarsoort.HALT,
        ontdoen={"jongere_id": "$2", "zaak_id": "$2", "gewist_op": "now()"}, grond="Wet politiegegevens (GEN-WPG-1)",
        datum="gewist_op",
    ),
    Tabel("aanbieding", "voor wie een verwijzing is aangeboden", JONGERE, soort=Bewaarsoort.HALT),
    niets("afloopcursor", "tot waar de aflopen van Halt gelezen zijn"),
)  # fmt: skip
"""All own tables."""
