"""The officials of one installation: who may decide what, for which gemeenten; a YAML file per installation.

Events carry only the code of an official. A real installation connects its own identity provider in front of the
API; the demonstration register holds invented people.
"""

from enum import StrEnum
from functools import cached_property
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field

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
    """One official."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Medewerkercode
    naam: str
    functie: str
    rollen: tuple[Rol, ...]
    gemeenten: tuple[str, ...]
    aktenummer: str | None = Field(default=None, description="Akte van beediging als BOA.")


class Medewerkers(BaseModel):
    """The register."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    medewerkers: tuple[Medewerker, ...]

    @classmethod
    def load(cls, path: Path | None = None) -> "Medewerkers":
        """Reads the register; without a path the invented one of the demonstration."""
        return cls.model_validate(yaml.safe_load((path or DEMO).read_text(encoding="utf-8")))

    @cached_property
    def _by_code(self) -> dict[str, Medewerker]:
        return {m.code: m for m in self.medewerkers}

    def get(self, code: str) -> Medewerker | None:
        """The official with this code, or None."""
        return self._by_code.get(code)
