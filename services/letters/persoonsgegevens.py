"""Which tables of this service hold what about a person (hub/catalogus.py)."""

from typing import Final

from hub.catalogus import JONGERE, Bewaarsoort, Tabel

CATALOGUS: Final[tuple[Tabel, ...]] = (
    Tabel("brief", "brieven die zijn opgemaakt; de PDF is een bestand", JONGERE, soort=Bewaarsoort.BRIEF),
    Tabel("ingetrokken_brief", "brieven die niet (meer) gelden", JONGERE, soort=Bewaarsoort.BRIEF),
    Tabel("overledene", "dat aan de jongere niets meer gestuurd mag worden", JONGERE, soort=Bewaarsoort.BRIEF),
)
"""All own tables."""
