"""What `letters` does with events; the rendering itself happened before, outside the transaction."""

from dataclasses import replace
from datetime import datetime

from contracts.events.personen import JongereOverleden
from contracts.events.zaken import BriefAangevraagd, BriefIngetrokken
from hub.messages import Handler, Message, Outcome
from services.letters.decisions import Briefwisseling, registreer, trek_in


def on_brief_aangevraagd(state: Briefwisseling, message: Message, now: datetime) -> Outcome[Briefwisseling]:
    """A letter was wanted; `prepared` says what came of it."""
    return Outcome(*registreer(state, message.data, message.prepared))


def on_brief_ingetrokken(state: Briefwisseling, message: Message, now: datetime) -> Outcome[Briefwisseling]:
    """The besluit behind a letter was withdrawn; `prepared` says whether the letter had been made."""
    return Outcome(*trek_in(state, message.data, gemaakt=message.prepared is True))


def on_jongere_overleden(state: Briefwisseling, message: Message, now: datetime) -> Outcome[Briefwisseling]:
    """From now on nothing goes out."""
    return Outcome(replace(state, overleden=True))


HANDLERS: dict[type, Handler[Briefwisseling]] = {
    BriefAangevraagd: on_brief_aangevraagd,
    BriefIngetrokken: on_brief_ingetrokken,
    JongereOverleden: on_jongere_overleden,
}
