"""What `letters` does with events; the rendering itself happened before, outside the transaction."""

from datetime import datetime

from contracts.events.personen import JongereOverleden
from contracts.events.zaken import BriefAangevraagd
from hub.messages import Handler, Message, Outcome
from services.letters.decisions import Briefwisseling, registreer


def on_brief_aangevraagd(state: Briefwisseling, message: Message, now: datetime) -> Outcome[Briefwisseling]:
    """A letter was wanted; `prepared` says what came of it."""
    return Outcome(*registreer(state, message.data, message.prepared))


def on_jongere_overleden(state: Briefwisseling, message: Message, now: datetime) -> Outcome[Briefwisseling]:
    """From now on nothing goes out."""
    return Outcome(Briefwisseling(overleden=True, nieuw=state.nieuw))


HANDLERS: dict[type, Handler[Briefwisseling]] = {
    BriefAangevraagd: on_brief_aangevraagd,
    JongereOverleden: on_jongere_overleden,
}
