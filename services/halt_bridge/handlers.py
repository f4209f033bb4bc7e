"""What `halt_bridge` does with events and commands; offering to Halt happened before, outside the transaction."""

from datetime import datetime

from contracts.events.zaken import HaltVerwijzingBesloten, HaltVerwijzingIngetrokken
from hub.messages import Handler, Message, Outcome
from services.halt_bridge.decisions import (
    OntvangAfloop,
    Verwijzingen,
    verwerk_aanbod,
    verwerk_afloop,
    verwerk_intrekking,
)


def on_halt_verwijzing_besloten(state: Verwijzingen, message: Message, now: datetime) -> Outcome[Verwijzingen]:
    """A BOA decided; `prepared` is Halt's answer."""
    return Outcome(*verwerk_aanbod(state, message.data, message.prepared))


def on_halt_verwijzing_ingetrokken(state: Verwijzingen, message: Message, now: datetime) -> Outcome[Verwijzingen]:
    """The besluit or a consent was withdrawn; `prepared` says how far the referral was."""
    return Outcome(*verwerk_intrekking(state, message.data, message.prepared))


def on_ontvang_afloop(state: Verwijzingen, message: Message, now: datetime) -> Outcome[Verwijzingen]:
    """Halt told how a course ended."""
    return Outcome(*verwerk_afloop(state, message.data))


HANDLERS: dict[type, Handler[Verwijzingen]] = {
    HaltVerwijzingBesloten: on_halt_verwijzing_besloten,
    HaltVerwijzingIngetrokken: on_halt_verwijzing_ingetrokken,
    OntvangAfloop: on_ontvang_afloop,
}
