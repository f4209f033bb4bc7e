"""Short ways in which the tests about the life of a zaak tell a story."""

from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.personen import (
    JongereVerhuisd,
)
from hub.messages import Message
from services.cases.handlers import handlers
from services.cases.model import Dossier, Voorbereid, Zaak
from services.cases.register import Registerblad
from services.cases.registerhandlers import REGISTER
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    NU,
    beleid,
)

POLDER, BUITEN = "0171", "9999"
ANDER = UUID("22222222-2222-4333-8444-555555555555")
BUREAU = "ADM-1"


def doe(
    staat: Dossier, data: Any, now: datetime = NU, gemeente: str = GEMEENTE, prepared: Any = None
) -> tuple[Dossier, list[EventData]]:
    """What an event or command does, with all that follows from it."""
    if isinstance(data, REGISTER):
        prepared = Voorbereid(staat.register or Registerblad())
    outcome = handlers(beleid())[type(data)](staat, Message(staat.jongere_id, gemeente, data, prepared=prepared), now)
    return outcome.state, list(outcome.events)


def open_zaken(staat: Dossier) -> list[Zaak]:
    """The open ones, in the order in which they came."""
    return [z for z in staat.zaken.values() if z.is_open]


def verhuisd(naar: str = POLDER, van: str = GEMEENTE, herindeling: bool = False) -> JongereVerhuisd:
    """A move."""
    return JongereVerhuisd(van_gemeente=van, naar_gemeente=naar, herindeling=herindeling)
