"""What every part of a protocol file and of the closed lists shares."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

Actor = Literal["hub", "lpa", "school", "jeugdarts", "jeugdverpleegkundige", "rmc", "swv", "ouder", "partner"]
Adressaat = Literal["ouders", "jongere", "school", "directeur"]


class RegelFout(ValueError):
    """Something in a rule does not fit; Dutch text, without file and line (the loader adds these)."""


class Gesloten(BaseModel):
    """Base of everything in a protocol file: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")
