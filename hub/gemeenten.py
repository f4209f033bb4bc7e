"""The gemeenten one installation serves: name, holiday region, protocol, contact; a YAML file per installation."""

from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

from hub.calendar import VakantieRegio

DEMO = Path(__file__).parents[1] / "deploy" / "gemeenten.yaml"


class Contact(BaseModel):
    """Whom a school or ouder can call; of the office, not of a person being written about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    naam: str
    functie: str
    telefoon: str
    email: str


class Gemeente(BaseModel):
    """One gemeente of the region."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^\d{4}$")
    naam: str
    vakantieregio: VakantieRegio
    protocol: str
    contact: Contact
    bezoekadres: str
    uitvoerder: str | None = Field(
        default=None,
        pattern=r"^00[0-9]{4}$",
        description="Als DUO haar meldingen onder een andere code aanbiedt.",
    )
    vier_ogen: tuple[str, ...] = Field(
        default=(),
        description="Uitkomsten waarvoor een tweede ambtenaar het besluit moet bevestigen.",
    )


class Gemeenten(BaseModel):
    """The register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    uitvoerder: str = Field(pattern=r"^00\d{4}$", description="Code waaronder DUO de meldingen aanbiedt.")
    gemeenten: tuple[Gemeente, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> "Gemeenten":
        """Reads the register; without a path the one of the demonstration region."""
        return cls.model_validate(yaml.safe_load((path or DEMO).read_text(encoding="utf-8")))

    @property
    def uitvoerders(self) -> tuple[str, ...]:
        """Every code under which DUO offers meldingen, the common one first."""
        return tuple(dict.fromkeys((self.uitvoerder, *(g.uitvoerder for g in self.gemeenten if g.uitvoerder))))

    def uitvoerder_van(self, code: str) -> str:
        """The code under which DUO knows a gemeente."""
        gemeente = self.get(code)
        return gemeente.uitvoerder or self.uitvoerder if gemeente is not None else self.uitvoerder

    @cached_property
    def _by_code(self) -> dict[str, Gemeente]:
        return {g.code: g for g in self.gemeenten}

    @property
    def vakantieregios(self) -> tuple[VakantieRegio, ...]:
        """The holiday regions in which its gemeenten lie."""
        return tuple(sorted({g.vakantieregio for g in self.gemeenten}))

    def get(self, code: str) -> Gemeente | None:
        """The gemeente with this code, or None when the installation does not serve it."""
        return self._by_code.get(code)
