"""The question every bridge asks `cases` right before it discloses: may these elements go to this recipient, now?

The answer is a decision that stands in the disclosure register already; it holds for a moment only, so that a
withdrawn consent, a death or a restriction acts at once.
"""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from contracts.codes import Verstrekkingsuitkomst
from contracts.fields import Code, Doelcode
from contracts.verstrek import Gesloten, Verzoek


class Vrijgaveverzoek(Verzoek):
    """May `elementen` of this jongere go to `ontvanger` for `verstrekkingsdoel`?

    `kenmerk` names the effect (a verwijzing, a letter): asking again for it is a new decision about the same effect.
    """

    bron: ClassVar = "cases"

    doel: Literal["vrijgave"] = "vrijgave"
    jongere_id: UUID
    gemeente: str
    zaak_id: UUID | None
    kenmerk: UUID
    ontvanger: Code
    verstrekkingsdoel: Doelcode
    elementen: tuple[Code, ...]
    kanaal: Code
    partij: Code | None = None
    """Which jeugdhulpaanbieder, as the register of parties names it."""
    medewerker: str | None = None


class Vrijgave(Gesloten):
    """The decision; `weggelaten` and `weigering` are for whoever gives the data, never for the recipient."""

    verstrekking_id: UUID
    ontvanger: Code
    verstrekkingsdoel: Doelcode
    uitkomst: Verstrekkingsuitkomst
    doorgelaten: tuple[Code, ...] = ()
    weggelaten: dict[Code, Code] = Field(default_factory=dict)
    weigering: Code | None = None
    vereist: tuple[Code, ...] = ()
    geldig_tot: datetime
