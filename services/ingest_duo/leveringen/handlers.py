"""What `ingest_duo` does with what a levering says about one jongere."""

from datetime import datetime

from hub.messages import Handler, Message, Outcome
from services.ingest_duo.leveringen.decisions import (
    NeemStandOp,
    Onderwijsstand,
    Ontbreekt,
    neem_stand_op,
    verwerk_ontbreekt,
)


def on_neem_stand_op(state: Onderwijsstand, message: Message, now: datetime) -> Outcome[Onderwijsstand]:
    """All rows of a jongere in one levering."""
    return Outcome(*neem_stand_op(state, message.jongere_id, message.data))


def on_ontbreekt(state: Onderwijsstand, message: Message, now: datetime) -> Outcome[Onderwijsstand]:
    """A jongere whom a C-levering does not name any more."""
    return Outcome(*verwerk_ontbreekt(state, message.data))


HANDLERS: dict[type, Handler[Onderwijsstand]] = {NeemStandOp: on_neem_stand_op, Ontbreekt: on_ontbreekt}
