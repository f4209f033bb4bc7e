"""What `ingest_duo` does with commands about vrijstellingen; `prepared` is what is known of the jongere's."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from hub.messages import Handler, Message, Outcome
from services.ingest_duo.jongere import Jongere
from services.ingest_duo.vrijstellingen.decisions import (
    Gemeld,
    LegVast,
    Result,
    TrekIn,
    leg_vast,
    trek_in,
    verwerk_gemeld,
)
from services.ingest_duo.vrijstellingen.model import Vrijstelling


def _outcome(state: Jongere, result: Result) -> Outcome[Jongere]:
    changed, events = result
    if changed is not None:
        state = replace(state, vrijstellingen=(*state.vrijstellingen, changed))
    return Outcome(state, events)


def _known(message: Message) -> Sequence[Vrijstelling]:
    return message.prepared or ()


def on_leg_vast(state: Jongere, message: Message, now: datetime) -> Outcome[Jongere]:
    """An official recorded it."""
    return _outcome(state, leg_vast(_known(message), message.jongere_id, message.gemeente, message.data))


def on_trek_in(state: Jongere, message: Message, now: datetime) -> Outcome[Jongere]:
    """An official withdrew it."""
    return _outcome(state, trek_in(_known(message), message.data))


def on_gemeld(state: Jongere, message: Message, now: datetime) -> Outcome[Jongere]:
    """DUO answered."""
    return _outcome(state, verwerk_gemeld(_known(message), message.data))


HANDLERS: dict[type, Handler[Jongere]] = {LegVast: on_leg_vast, TrekIn: on_trek_in, Gemeld: on_gemeld}
