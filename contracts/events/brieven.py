"""Said by `letters`: which letter was made or could not go out."""

from typing import ClassVar
from uuid import UUID

from pydantic import Field

from contracts.codes import Adressaat
from contracts.envelope import EventData
from contracts.fields import Code


class BriefOpgemaakt(EventData):
    """The PDF exists; the hash proves which text it was."""

    name: ClassVar = "brief-opgemaakt"

    zaak_id: UUID
    brief_id: UUID
    briefsoort: Code
    adressaten: tuple[Adressaat, ...]
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    paginas: int = Field(ge=1)


class BriefVervallen(EventData):
    """The letter may no longer go out: the jongere died, say, or the besluit was withdrawn.

    With `was_opgemaakt` it had been made already, and whoever got it must be told.
    """

    name: ClassVar = "brief-vervallen"

    zaak_id: UUID
    brief_id: UUID
    briefsoort: Code
    reden: Code
    was_opgemaakt: bool = False


EVENTS = (BriefOpgemaakt, BriefVervallen)
