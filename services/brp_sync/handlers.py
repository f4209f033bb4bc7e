"""What `brp_sync` does with its commands."""

from datetime import datetime

from hub.messages import Handler, Message, Outcome
from services.brp_sync.decisions import Inschrijving, Registreer, Wijzig, registreer, wijzig


def on_registreer(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A whole persoonslijst."""
    command: Registreer = message.data
    new, events = registreer(state, command.persoon)
    return Outcome(new, events, command.persoon.gemeente)


def on_wijzig(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A mutation of a known person."""
    command: Wijzig = message.data
    new, events = wijzig(state, command.wijziging)
    return Outcome(new, events, new.persoon.gemeente if new.persoon else None)


HANDLERS: dict[type, Handler[Inschrijving]] = {Registreer: on_registreer, Wijzig: on_wijzig}
