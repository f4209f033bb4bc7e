"""What `brp_sync` does with its commands; the day is that in the Netherlands."""

from datetime import date, datetime

from contracts.envelope import EventData
from hub.clock import AMSTERDAM
from hub.messages import Handler, Message, Outcome
from services.brp_sync.decisions import (
    GaOp,
    Hernummer,
    Inschrijving,
    Registreer,
    Verjaar,
    VoegSamen,
    VoerAf,
    Wijzig,
    ga_op,
    hernummer,
    registreer,
    verjaar,
    voeg_samen,
    voer_af,
    wijzig,
)


def on_registreer(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A whole persoonslijst."""
    command: Registreer = message.data
    zonder_verhuizing, onderzocht = command.zonder_verhuizing, command.onderzocht
    new = registreer(state, command.persoon, _dag(now), zonder_verhuizing=zonder_verhuizing, onderzocht=onderzocht)
    return _outcome(*new)


def on_wijzig(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A mutation of a known person."""
    command: Wijzig = message.data
    zonder_verhuizing, stuf_nr = command.zonder_verhuizing, command.stuf_nr
    return _outcome(*wijzig(state, command.wijziging, _dag(now), zonder_verhuizing=zonder_verhuizing, stuf_nr=stuf_nr))


def on_voer_af(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A persoonslijst that was removed as wrong."""
    command: VoerAf = message.data
    return _outcome(*voer_af(state, command.datum, _dag(now)))


def on_hernummer(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """Another BSN or A-nummer."""
    command: Hernummer = message.data
    return _outcome(*hernummer(state, command, _dag(now)))


def on_verjaar(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """A look at the calendar."""
    return _outcome(*verjaar(state, _dag(now)))


def on_voeg_samen(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """Another jongere_id is the same person."""
    return _outcome(*voeg_samen(state, message.data, _dag(now)))


def on_ga_op(state: Inschrijving, message: Message, now: datetime) -> Outcome[Inschrijving]:
    """This jongere_id is used no more."""
    return _outcome(*ga_op(state, message.data))


def _dag(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()


def _outcome(state: Inschrijving, events: list[EventData]) -> Outcome[Inschrijving]:
    return Outcome(state, events, state.persoon.gemeente if state.persoon else None)


HANDLERS: dict[type, Handler[Inschrijving]] = {
    Registreer: on_registreer,
    Wijzig: on_wijzig,
    VoerAf: on_voer_af,
    Hernummer: on_hernummer,
    Verjaar: on_verjaar,
    VoegSamen: on_voeg_samen,
    GaOp: on_ga_op,
}
