"""What `ingest_duo` does with commands and events."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.envelope import EventData
from contracts.events.zaken import MeldingInBehandelingGenomen, ZaakAfgesloten
from hub.messages import Handler, Message, Outcome
from services.ingest_duo.afsluiten import SAMENGEVOEGD, vraagt_ambtenaar, wensen
from services.ingest_duo.decisions import (
    DraagOver,
    Meldingen,
    NeemOp,
    Stand,
    Statusregel,
    Statuswens,
    draag_over,
    neem_op,
    verwerk_terugmelding,
)
from services.ingest_duo.model import FINAL
from services.ingest_duo.terugmelden import Afloop


def on_neem_op(state: Meldingen, message: Message, now: datetime) -> Outcome[Meldingen]:
    """A version of a melding."""
    return Outcome(*neem_op(state, message.data))


def on_draag_over(state: Meldingen, message: Message, now: datetime) -> Outcome[Meldingen]:
    """A melding goes on under another number of the same person."""
    return Outcome(*draag_over(state, message.data))


def on_status(state: Meldingen, message: Message, now: datetime) -> Outcome[Meldingen]:
    """`report` has told DUO what had to be told, or found that there is nothing to tell any more."""
    events: list[EventData] = []
    aflopen: Sequence[Afloop] = message.prepared or ()
    for afloop in aflopen:
        state, said = _verwerk(state, afloop, now)
        events += said
    if isinstance(message.data, ZaakAfgesloten) and message.data.reden == SAMENGEVOEGD:
        state = _zeg_opnieuw(state, message.data.meldingen)
    if isinstance(message.data, ZaakAfgesloten) and vraagt_ambtenaar(message.data):
        state = state.met_regels(*_taken(state, message.data, now))
    return Outcome(state, events)


def _verwerk(state: Meldingen, afloop: Afloop, now: datetime) -> tuple[Meldingen, Sequence[EventData]]:
    nummer, wens = afloop.wens.meldingsnummer, afloop.wens
    if afloop.stand is None or afloop.melding is None:
        return state, ()
    if wens.aanleiding or afloop.stand is not Stand.TERUGGEMELD:
        state = state.met_regels(Statusregel(nummer, afloop.stand, wens, wens.aanleiding, now, afloop.code))
    if afloop.stand is not Stand.TERUGGEMELD or afloop.laatste_mutatie is None:
        return state, ()
    if nummer not in state.by_number:  # another jongere's by now; DUO delivers there what became of it
        return state, ()
    return verwerk_terugmelding(state, nummer, wens.status, afloop.laatste_mutatie, bevestigd=afloop.bevestigd)


def _zeg_opnieuw(state: Meldingen, nummers: Sequence[str]) -> Meldingen:
    """The jongere goes on under another number, and nobody has told a zaak there of these meldingen."""
    for nummer in nummers:
        if nummer in state.by_number:
            state = state.met(nummer, replace(state.by_number[nummer], verhuist=True))
    return state


def _taken(state: Meldingen, event: ZaakAfgesloten, now: datetime) -> list[Statusregel]:
    """One for each melding that DUO still has open."""
    return [
        Statusregel(nummer, Stand.TAAK, None, event.reden, now)
        for nummer in event.meldingen
        if (melding := state.by_number.get(nummer)) and melding.telt_bij_duo and melding.status not in FINAL
    ]


def wensen_van(data: Any) -> tuple[Statuswens, ...]:
    """Which statuses DUO must hear because of an event or command."""
    if isinstance(data, Statuswens):
        return (data,)
    if isinstance(data, MeldingInBehandelingGenomen):
        return (Statuswens(data.meldingsnummer, data.status),)
    return wensen(data) if isinstance(data, ZaakAfgesloten) else ()


HANDLERS: dict[type, Handler[Meldingen]] = {
    NeemOp: on_neem_op,
    DraagOver: on_draag_over,
    MeldingInBehandelingGenomen: on_status,
    ZaakAfgesloten: on_status,
    Statuswens: on_status,
}
