"""The medewerker in a request: needed in a demonstration, and otherwise whoever is logged in."""

from contextvars import ContextVar
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from schakel.toegang.identiteit import Ingelogd

_ik: ContextVar[Ingelogd | None] = ContextVar("ingelogd", default=None)


def onthoud(ik: Ingelogd) -> None:
    """Notes who sent the request of this task; before its body is read."""
    _ik.set(ik)


def _wie(gegeven: Any) -> Any:
    ik = _ik.get()
    if ik is None or ik.code is None:
        if gegeven is None:
            raise PydanticCustomError("missing", "is verplicht zolang er geen inlogvoorziening is")
        if ik is not None and isinstance(gegeven, str) and gegeven.isprintable():
            ik.genoemd = gegeven[:100] or None
        return gegeven
    if gegeven is not None and gegeven != ik.code:
        raise PydanticCustomError("niet_uzelf", "is niet wie is ingelogd")
    return ik.code


Wie = Annotated[str, BeforeValidator(_wie), Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f-\x9f]*$")]
"""Code of a medewerker, in the body of a request; declare it as `medewerker: Wie = wie()`."""


def wie() -> Any:
    """The default of such a field: whoever is logged in."""
    return Field(default=None, validate_default=True, description="Mag weg als u bent ingelogd.")
