"""Said by `halt_bridge`: how a referral to Halt goes."""

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from contracts.codes import HaltAfloop
from contracts.envelope import EventData
from contracts.fields import Weigercode

GRENS: Final = "GRENS_"
"""How a reason begins when the border stopped the referral: Halt never got it."""


class HaltVerwijzingAangeboden(EventData):
    """Halt received the referral."""

    name: ClassVar = "halt-verwijzing-aangeboden"

    zaak_id: UUID
    verwijzing_id: UUID
    ontvangen_op: date


class HaltVerwijzingGeweigerd(EventData):
    """Halt did not take the referral; the reason is a code of the partner, never text about the jongere."""

    name: ClassVar = "halt-verwijzing-geweigerd"

    zaak_id: UUID
    verwijzing_id: UUID
    reden: Weigercode


class HaltVerwijzingGestopt(EventData):
    """The referral ended before its outcome: it was never offered, or Halt was told to stop."""

    name: ClassVar = "halt-verwijzing-gestopt"

    zaak_id: UUID
    verwijzing_id: UUID
    was_aangeboden: bool


class HaltAfloopOntvangen(EventData):
    """The Halt course ended, or never started."""

    name: ClassVar = "halt-afloop-ontvangen"

    zaak_id: UUID
    verwijzing_id: UUID
    afloop: HaltAfloop
    datum: date


EVENTS = (HaltVerwijzingAangeboden, HaltVerwijzingGeweigerd, HaltVerwijzingGestopt, HaltAfloopOntvangen)
