"""Types that keep personal data from showing itself by accident.

Names, numbers and addresses of people travel inside `pydantic.SecretStr` (or `Bsn`), which print as asterisks in
logs, exceptions and representations. Whoever really needs the value says so with `get_secret_value()`, which makes
every disclosure a thing one can search for. Pydantic's own error text repeats the offending input, so errors on
models with personal data reach the outside only through `redenen`.
"""

import json
import re
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr, ValidationError

_VELDNAAM = re.compile(r"[A-Za-z_]{1,60}[0-9]{0,2}")


class OngeldigeBsn(ValueError):
    """The number is not nine digits or fails the elfproef; the number itself is not repeated."""


class Bsn(SecretStr):
    """A burgerservicenummer: nine digits that pass the elfproef (Besluit BSN, art. 2); prints as asterisks."""

    def __init__(self, waarde: str) -> None:
        if len(waarde) != 9 or not (waarde.isascii() and waarde.isdigit()) or not _elfproef(waarde):
            raise OngeldigeBsn("geen geldig BSN: negen cijfers die aan de elfproef voldoen")
        super().__init__(waarde)


def _elfproef(cijfers: str) -> bool:
    """Nine digits with weights 9 to 2 and -1 add up to a multiple of eleven; nine zeros are no number."""
    a, b, c, d, e, f, g, h, i = map(int, cijfers)
    som = 9 * a + 8 * b + 7 * c + 6 * d + 5 * e + 4 * f + 3 * g + 2 * h - i
    return som % 11 == 0 and cijfers != "000000000"


class Vertrouwelijk(BaseModel):
    """Base of every model that holds personal data: frozen, closed, and silent about its input in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Reden(NamedTuple):
    """One thing that is wrong with a message: the field, and why, without the value."""

    veld: str
    reden: str


def redenen(fout: ValidationError) -> list[Reden]:
    """The field and the rule it broke, for each error in `fout`; never the input.

    The place of an error may name a key that came in (of an unknown field, of a dictionary): what does not look like
    the name of a field is shown as a question mark.
    """
    return [
        Reden(".".join(_veldnaam(deel) for deel in e["loc"]) or "bericht", e["msg"])
        for e in fout.errors(include_url=False, include_input=False, include_context=False)
    ]


def _veldnaam(deel: int | str) -> str:
    return str(deel) if isinstance(deel, int) or _VELDNAAM.fullmatch(deel) else "?"


def onthuld_json(model: BaseModel) -> bytes:
    """A model as JSON with its secrets in the clear; only for what is sealed at once (store, verstrekking)."""
    return _onthullend.encode(_onthul(model)).encode()


def _onthul(value: Any) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, BaseModel):
        eigen_vorm = type(value).__pydantic_decorators__.model_serializers
        return value.model_dump() if eigen_vorm else value.__dict__
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"geen JSON-vorm voor {type(value).__name__}")


_onthullend = json.JSONEncoder(default=_onthul, ensure_ascii=False, separators=(",", ":"))
