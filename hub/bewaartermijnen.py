"""How long each kind of data is kept: read from a file that the gemeente may change, checked at start."""

from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from hub.calendar import verjaardag
from hub.catalogus import Bewaarsoort

STANDAARD: Final = Path(__file__).parents[1] / "deploy" / "bewaartermijnen.yaml"
CONVENANT_JAREN: Final = 1
"""CONV-9.2: at latest a year after the besluit tot sluiting; a file may not say more for what falls under it."""
CONVENANT: Final = frozenset(
    {Bewaarsoort.DOSSIER, Bewaarsoort.MELDING, Bewaarsoort.BRIEF, Bewaarsoort.TOESTEMMING, Bewaarsoort.VERZOEK,
     Bewaarsoort.VERWERKING}
)  # fmt: skip


class Termijn(BaseModel):
    """The term of one kind; `eigen` when no source names the number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    soort: Bewaarsoort
    jaren: int = Field(ge=0, le=100)
    vanaf: str
    bron: str
    eigen: bool


class Bewaartermijnen(BaseModel):
    """All terms: one per kind."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    termijnen: tuple[Termijn, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> "Bewaartermijnen":
        """Reads the file; without a path the one that comes with the hub."""
        return cls.model_validate(yaml.safe_load((path or STANDAARD).read_text(encoding="utf-8")))

    @model_validator(mode="after")
    def _elke_soort_een_keer(self) -> "Bewaartermijnen":
        soorten = [t.soort for t in self.termijnen]
        if sorted(soorten) != sorted(set(Bewaarsoort) - {Bewaarsoort.GEEN}):
            raise ValueError("elke soort moet precies een keer genoemd worden")
        if any(t.jaren > CONVENANT_JAREN for t in self.termijnen if t.soort in CONVENANT):
            raise ValueError(f"onder het convenant is {CONVENANT_JAREN} jaar het hoogste (CONV-9.2)")
        return self

    @cached_property
    def _per_soort(self) -> dict[Bewaarsoort, Termijn]:
        return {t.soort: t for t in self.termijnen}

    def uiterlijk(self, soort: Bewaarsoort, vanaf: date) -> date:
        """The last day on which something of this kind may be there, when its term began on `vanaf`."""
        return verjaardag(vanaf, self._per_soort[soort].jaren)
