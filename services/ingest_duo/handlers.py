"""What `ingest_duo` does with commands and events."""

from datetime import datetime

from contracts.codes import MeldingStatus
from contracts.events.zaken import MeldingInBehandelingGenomen
from hub.messages import Handler, Message, Outcome
from services.ingest_duo.decisions import Meldingen, NeemOp, neem_op, verwerk_terugmelding
from services.ingest_duo.duo import DuoClient, Terugmeldresultaat
from services.ingest_duo.model import Contactpersoon, Statusterugmelding
from services.ingest_duo.store import MeldingenStore


def on_neem_op(state: Meldingen, message: Message, now: datetime) -> Outcome[Meldingen]:
    """A version of a melding from DUO."""
    return Outcome(*neem_op(state, message.data))


def on_melding_in_behandeling_genomen(state: Meldingen, message: Message, now: datetime) -> Outcome[Meldingen]:
    """`report` has told DUO, or found that there is nothing to tell any more."""
    result: Terugmeldresultaat | None = message.prepared
    if result is None:
        return Outcome(state)
    event: MeldingInBehandelingGenomen = message.data
    return Outcome(*verwerk_terugmelding(state, event.meldingsnummer, event.status, result.laatste_mutatie))


HANDLERS: dict[type, Handler[Meldingen]] = {
    NeemOp: on_neem_op,
    MeldingInBehandelingGenomen: on_melding_in_behandeling_genomen,
}

_FINAL = (MeldingStatus.INGETROKKEN, MeldingStatus.AFGESLOTEN, MeldingStatus.TER_KENNISGEVING)


async def report(
    store: MeldingenStore, duo: DuoClient, contact: Contactpersoon, event: MeldingInBehandelingGenomen
) -> Terugmeldresultaat | None:
    """Tells DUO the status against the version we know; None when the melding needs no status any more.

    DUO refuses a message against an older version. Then the version it has now is tried, unless our status is on it
    already (an earlier attempt whose answer was lost) or the melding was withdrawn or closed meanwhile.
    """
    melding = await store.melding(event.meldingsnummer)
    if melding is None or melding.status in _FINAL:
        return None
    stamp = melding.laatste_mutatie
    while True:
        result = await duo.terugmelden(
            Statusterugmelding(
                meldingsnummer=event.meldingsnummer,
                laatste_mutatie=stamp,
                status=event.status,
                contactpersoon=contact,
            )
        )
        if result.staat_bij_duo:
            return result
        if result.actueel is None or result.actueel.status in _FINAL or result.laatste_mutatie <= stamp:
            return None
        stamp = result.laatste_mutatie
