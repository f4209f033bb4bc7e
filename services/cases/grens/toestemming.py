"""What givers said, as the border uses it: which elements somebody refused, and on what a line rests. Pure."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from contracts.vrijgave import Vrijgaveverzoek
from hub.clock import AMSTERDAM
from services.cases.model import Zaak
from services.cases.privacystand import Privacystand, Toestemming, Toestemmingstand
from services.cases.toestemmingen import HALT, laatste_standen, rol_van

GEWEIGERD: Final = "geen_toestemming"
"""The word of the protocols for what is not consented to."""


def geweigerd(
    privacy: Privacystand, verzoek: Vrijgaveverzoek, zaak: Zaak | None, gevers: Collection[str], now: datetime
) -> set[str]:
    """Elements of which the last answer of somebody who must consent is a refusal: they stay, whatever the rules ask.

    For SOT and CJG the rules ask for consent to the request for help as a whole (GO-ZIEK-5), so consent to one element
    would otherwise carry another that was refused (AVG art. 7 lid 3 and 4).
    """
    return {
        t.element
        for t in _over(privacy, verzoek, zaak, now)
        if t.stand is Toestemmingstand.GEWEIGERD
        and rol_van(t.gever) in gevers
        and (t.element, t.ontvanger, t.doel) != HALT
    }


def rustend_op(
    privacy: Privacystand, verzoek: Vrijgaveverzoek, zaak: Zaak | None, doorgelaten: Collection[str], now: datetime
) -> tuple[UUID, ...]:
    """The consents on which it goes: given, counting, about this zaak and purpose, and not taken back since."""
    over = {*doorgelaten, HALT[0]} if doorgelaten else set()
    return tuple(
        t.toestemming_id
        for t in _over(privacy, verzoek, zaak, now)
        if t.element in over and t.stand is Toestemmingstand.GEGEVEN and t.schriftelijk and t.telt_niet is None
    )


def geinformeerd_op(privacy: Privacystand, zaak: Zaak | None, now: datetime) -> date | None:
    """When somebody was last told beforehand in this zaak."""
    dag = now.astimezone(AMSTERDAM).date()
    dagen = (i.op for i in privacy.informatie if zaak is not None and i.zaak_id == zaak.zaak_id and i.op <= dag)
    return max(dagen, default=None)


def _over(privacy: Privacystand, verzoek: Vrijgaveverzoek, zaak: Zaak | None, now: datetime) -> list[Toestemming]:
    wie = (verzoek.ontvanger, verzoek.verstrekkingsdoel)
    laatste = laatste_standen(privacy.toestemmingen, now) if zaak is not None else []
    return [t for t in laatste if (t.ontvanger, t.doel) == wie and zaak is not None and t.zaak_id == zaak.zaak_id]
