"""The officials of one installation: who may decide what, for which gemeenten; a YAML file per installation.

Events carry only the code of an official. Who somebody is, the login service of the gemeente tells (docs/toegang.md);
what they may do stands here. The demonstration register holds invented people.
"""

from collections.abc import Collection
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, model_validator

from contracts.fields import Medewerkercode

DEMO = Path(__file__).parents[1] / "deploy" / "medewerkers.yaml"


class Rol(StrEnum):
    """What somebody may be, per gemeente."""

    LEERPLICHTAMBTENAAR = "leerplichtambtenaar"
    BOA = "boa"
    ADMINISTRATIE = "administratie"
    FG = "fg"
    """Functionaris gegevensbescherming: sees how personal data are handled, decides nothing about a zaak."""
    BEHEERDER = "beheerder"
    """Looks after the installation: queues, quarantine, keys; not after zaken."""


class Medewerker(BaseModel):
    """One official: `rollen` hold in each of `gemeenten`, except where `per_gemeente` says otherwise."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Medewerkercode
    naam: str
    functie: str
    rollen: tuple[Rol, ...] = ()
    gemeenten: tuple[str, ...] = ()
    per_gemeente: dict[str, tuple[Rol, ...]] = Field(default={}, description="Rollen die in een gemeente anders zijn.")
    aktenummer: str | None = Field(default=None, description="Akte van beediging als BOA.")
    inlog: str | None = Field(default=None, description="Hoe de inlogvoorziening deze persoon noemt; leeg = de code.")

    @model_validator(mode="before")
    @classmethod
    def _alle_gemeenten(cls, data: Any) -> Any:
        """A gemeente that is only named in `per_gemeente` is one of the gemeenten too."""
        if not isinstance(data, dict) or not data.get("per_gemeente"):
            return data
        return data | {"gemeenten": tuple(dict.fromkeys((*data.get("gemeenten", ()), *data["per_gemeente"])))}

    def rollen_in(self, gemeente: str) -> frozenset[Rol]:
        """The roles in one gemeente; none in a gemeente they do not work for."""
        if gemeente not in self.gemeenten:
            return frozenset()
        return frozenset(self.per_gemeente.get(gemeente, self.rollen))

    def gemeenten_met(self, rollen: Collection[Rol]) -> tuple[str, ...]:
        """The gemeenten in which they have one of these roles."""
        return tuple(g for g in self.gemeenten if not self.rollen_in(g).isdisjoint(rollen))


class Medewerkers(BaseModel):
    """The register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    medewerkers: tuple[Medewerker, ...]

    @model_validator(mode="after")
    def _een_naam_per_persoon(self) -> Self:
        """Nobody can log in as somebody else: codes and names of the login service do not overlap."""
        namen = [m.inlog or m.code for m in self.medewerkers]
        codes = [m.code for m in self.medewerkers]
        geleend = {m.inlog for m in self.medewerkers if m.inlog and m.inlog != m.code} & set(codes)
        if len(set(namen)) < len(namen) or len(set(codes)) < len(codes) or geleend:
            raise ValueError("een code of inlog komt bij meer dan een medewerker voor")
        return self

    @classmethod
    def load(cls, path: Path | None = None) -> "Medewerkers":
        """Reads the register; without a path the invented one of the demonstration."""
        return cls.model_validate(yaml.safe_load((path or DEMO).read_text(encoding="utf-8")))

    @cached_property
    def _by_code(self) -> dict[str, Medewerker]:
        return {m.code: m for m in self.medewerkers}

    @cached_property
    def _by_inlog(self) -> dict[str, Medewerker]:
        return {m.inlog or m.code: m for m in self.medewerkers}

    def get(self, code: str) -> Medewerker | None:
        """The official with this code, or None."""
        return self._by_code.get(code)

    def ingelogd(self, inlog: str) -> Medewerker | None:
        """The official whom the login service calls so, or None."""
        return self._by_inlog.get(inlog)
