"""What an operator can do about quarantined input: one table, `advies.yaml`, by bron, veld and reden."""

import re
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

_TABLE = Path(__file__).with_name("advies.yaml")


class Regel(BaseModel):
    """One row: `bron` and `veld` may hold `*`; `reden` is a regular expression that may match anywhere."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    bron: str = "*"
    veld: str = "*"
    reden: str = ""
    advies: str

    @field_validator("reden")
    @classmethod
    def _compiles(cls, reden: str) -> str:
        re.compile(reden)
        return reden

    def fits(self, bron: str, veld: str, reden: str) -> bool:
        """Whether this row is about such input."""
        named = fnmatchcase(bron, self.bron) and fnmatchcase(veld, self.veld)
        return named and re.search(self.reden, reden) is not None


class _Tabel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    regels: tuple[Regel, ...]
    algemeen: str


@cache
def tabel() -> _Tabel:
    """The table, read once."""
    return _Tabel.model_validate(yaml.safe_load(_TABLE.read_text(encoding="utf-8")))


def advies(bron: str, veld: str, reden: str) -> str:
    """What to do: the first row that fits, or else the general advice."""
    return next((r.advies for r in tabel().regels if r.fits(bron, veld, reden)), tabel().algemeen)
