"""With whom this installation may exchange, and how: convenanten, agreements per gemeente, channels; a YAML file.

What is not in it does not exist: an agreement that is not named was not made, a channel that is not named is not safe.
"""

from datetime import date
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from contracts.envelope import Gemeentecode
from contracts.fields import Code

DEMO = Path(__file__).parents[1] / "deploy" / "partijen.yaml"


class _Regel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Convenant(_Regel):
    """A convenant of one protocol; it lapses when a law takes its place (CONV-19.3)."""

    protocol: str
    eindigt_op: date | None = Field(default=None, description="Eerste dag waarop het convenant niet meer geldt.")

    def geldt_op(self, dag: date) -> bool:
        """Whether it is in force."""
        return self.eindigt_op is None or dag < self.eindigt_op


class Aanbieder(_Regel):
    """A jeugdhulpaanbieder that acceded to the convenant, step by step (CONV-18.1, CONV-18.2)."""

    partij: Code
    naam: str
    toetreding_akkoord: bool = False
    toetreding_getekend: bool = False
    toetreding_gemeld_gemeente: bool = False
    toetreding_gemeld_swv: bool = False


class Gemeenteafspraken(_Regel):
    """What one gemeente agreed with others."""

    code: Gemeentecode
    svb_overeenkomst: bool = Field(default=False, description="Er is een overeenkomst met de SVB (NOP-SVB-1).")
    jeugdhulpaanbieders: tuple[Aanbieder, ...] = ()


class Partijen(_Regel):
    """The register."""

    kanalen: dict[Code, Code] = Field(default_factory=dict)
    """Per recipient the channel that was set up."""
    convenanten: tuple[Convenant, ...] = ()
    gemeenten: tuple[Gemeenteafspraken, ...] = ()

    @classmethod
    def load(cls, path: Path | None = None) -> "Partijen":
        """Reads the register; without a path the one of the demonstration region."""
        return cls.model_validate(yaml.safe_load((path or DEMO).read_text(encoding="utf-8")))

    @cached_property
    def _by_code(self) -> dict[str, Gemeenteafspraken]:
        return {g.code: g for g in self.gemeenten}

    def van(self, gemeente: str) -> Gemeenteafspraken | None:
        """What a gemeente agreed; None when nothing is known of it."""
        return self._by_code.get(gemeente)

    def aanbieder(self, gemeente: str, partij: str | None) -> Aanbieder | None:
        """A jeugdhulpaanbieder of a gemeente by its code."""
        afspraken = self.van(gemeente)
        return next((a for a in afspraken.jeugdhulpaanbieders if a.partij == partij), None) if afspraken else None

    def convenant(self, protocol: str) -> Convenant | None:
        """The convenant of a protocol; None when it has none, or none is named."""
        return next((c for c in self.convenanten if c.protocol == protocol), None)
