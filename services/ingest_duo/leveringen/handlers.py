"""What `ingest_duo` does with what a levering says about one jongere."""

from datetime import datetime

from contracts.events.personen import (
    JongereOpgegaan,
    JongereOverleden,
    JongereSamengevoegd,
    JongereVerhuisd,
    JongereVertrokken,
)
from hub.messages import Handler, Message, Outcome
from services.ingest_duo.leveringen.decisions import (
    NeemStandOp,
    Onderwijsstand,
    Ontbreekt,
    neem_over,
    neem_stand_op,
    uit_beeld,
    verwerk_ontbreekt,
)


def on_neem_stand_op(state: Onderwijsstand, message: Message, now: datetime) -> Outcome[Onderwijsstand]:
    """All rows of a jongere in one levering."""
    return Outcome(*neem_stand_op(state, message.jongere_id, message.data))


def on_ontbreekt(state: Onderwijsstand, message: Message, now: datetime) -> Outcome[Onderwijsstand]:
    """A jongere whom a C-levering does not name any more."""
    return Outcome(*verwerk_ontbreekt(state, message.data))


def on_samengevoegd(state: Onderwijsstand, message: Message, now: datetime) -> Outcome[Onderwijsstand]:
    """Another jongere_id was this person too; what was known under it was looked up (`prepared`)."""
    return Outcome(*neem_over(state, message.prepared)) if message.prepared is not None else Outcome(state)


def on_verhuisd(state: Onderwijsstand, message: Message, now: datetime) -> Outcome[Onderwijsstand]:
    """A C-levering of the former gemeente need not name the jongere; after a herindeling that of the new one does."""
    event: JongereVerhuisd = message.data
    return Outcome(uit_beeld(state, event.naar_gemeente) if event.herindeling else uit_beeld(state))


def on_weg(state: Onderwijsstand, message: Message, now: datetime) -> Outcome[Onderwijsstand]:
    """Left, died, or goes on under another jongere_id."""
    return Outcome(uit_beeld(state))


HANDLERS: dict[type, Handler[Onderwijsstand]] = {
    NeemStandOp: on_neem_stand_op,
    Ontbreekt: on_ontbreekt,
    JongereSamengevoegd: on_samengevoegd,
    JongereVerhuisd: on_verhuisd,
    JongereVertrokken: on_weg,
    JongereOverleden: on_weg,
    JongereOpgegaan: on_weg,
}
