"""What `brp_sync` does with its commands."""

from datetime import datetime

from contracts.envelope import EventData
from hub.messages import Handler, Message, Outcome
from services.brp_sync.decisions import (
    Hernummer,
    Inschrijving,
    Registreer,
    VoerAf,
    Wijzig,
    hernummer,
    registreer,
    voer_af,
    wijzig,
)


def on_registreer(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A whole persoonslijst."""
    command: Registreer = message.data
    return _outcome(*registreer(state, command.persoon, zonder_verhuizing=command.zonder_verhuizing))


def on_wijzig(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A mutation of a known person."""
    command: Wijzig = message.data
    return _outcome(*wijzig(state, command.wijziging, zonder_verhuizing=command.zonder_verhuizing))


def on_voer_af(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A persoonslijst that was removed as wrong."""
    command: VoerAf = message.data
    return _outcome(*voer_af(state, command.datum))


def on_hernummer(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """Another BSN or A-nummer."""
    command: Hernummer = message.data
    return _outcome(*hernummer(state, command))


def _outcome(state: Inschrijving, events: list[EventData]) -> Outcome[Inschrijving]:
    return Outcome(state, events, state.persoon.gemeente if state.persoon else None)


HANDLERS: dict[type, Handler[Inschrijving]] = {
    Registreer: on_registreer,
    Wijzig: on_wijzig,
    VoerAf: on_voer_af,
    Hernummer: on_hernummer,
}
