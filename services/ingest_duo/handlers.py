"""What `ingest_duo` does with commands and events."""

from datetime import datetime

from contracts.codes import MeldingStatus
from contracts.events.zaken import MeldingInBehandelingGenomen
from hub.errors import Tijdelijk
from hub.messages import Handler, Message, Outcome
from services.ingest_duo.decisions import Meldingen, NeemOp, neem_op, verwerk_terugmelding
from services.ingest_duo.duo import DuoClient, Terugmeldresultaat, Uitkomst
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
    bevestigd = result.uitkomst is Uitkomst.BEVESTIGD
    return Outcome(
        *verwerk_terugmelding(state, event.meldingsnummer, event.status, result.laatste_mutatie, bevestigd=bevestigd)
    )


HANDLERS: dict[type, Handler[Meldingen]] = {
    NeemOp: on_neem_op,
    MeldingInBehandelingGenomen: on_melding_in_behandeling_genomen,
}

FINAL = (MeldingStatus.INGETROKKEN, MeldingStatus.AFGESLOTEN, MeldingStatus.TER_KENNISGEVING)
"""In these a melding needs no status any more."""


async def report(
    store: MeldingenStore, duo: DuoClient, contact: Contactpersoon, event: MeldingInBehandelingGenomen
) -> Terugmeldresultaat | None:
    """Tells DUO the status against the version we know; None when the melding needs no status any more.

    Our status may be on it already, by an earlier attempt whose answer was lost. Raises `Tijdelijk` when DUO holds a
    version we have not taken in: a status on top of that would make its changes pass us by.
    """
    melding = await store.melding(event.meldingsnummer)
    if melding is None or melding.status in FINAL:
        return None
    if melding.status is event.status:
        return Terugmeldresultaat(Uitkomst.STOND_ER_AL, melding.laatste_mutatie)
    result = await duo.terugmelden(
        Statusterugmelding(
            meldingsnummer=event.meldingsnummer,
            laatste_mutatie=melding.laatste_mutatie,
            status=event.status,
            contactpersoon=contact,
        )
    )
    if result.staat_bij_duo:
        return result
    if result.actueel is None or result.actueel.status in FINAL:
        return None
    raise Tijdelijk("de melding is bij DUO gewijzigd: die versie wordt eerst opgehaald")
