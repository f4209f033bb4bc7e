"""All disclosures there are: one typed contract per recipient and purpose. What is not here is not disclosed."""

from functools import cache
from typing import Final

from contracts.verstrekkingen import bestuur, justitie, onderwijs, zorg
from contracts.verstrekkingen.basis import GeenVrijgave, Verstrekking
from contracts.verstrekkingen.bestuur import AanOnderzoeker
from contracts.verstrekkingen.justitie import AanHalt

CONTRACTEN: Final[tuple[type[Verstrekking], ...]] = (
    *onderwijs.CONTRACTEN,
    *zorg.CONTRACTEN,
    *justitie.CONTRACTEN,
    *bestuur.CONTRACTEN,
)
"""In the order of the documentation."""


@cache
def contract_voor(ontvanger: str, doel: str) -> type[Verstrekking] | None:
    """The contract for this recipient and purpose, or None: then nothing may go."""
    return next((c for c in CONTRACTEN if c.afspraak.ontvanger == ontvanger and doel in c.afspraak.doelen), None)


__all__ = ["CONTRACTEN", "AanHalt", "AanOnderzoeker", "GeenVrijgave", "Verstrekking", "contract_voor"]
