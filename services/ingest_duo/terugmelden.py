"""Telling DUO a status against the version we know, with exactly one effect however often it is tried."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.codes import MeldingStatus
from hub.errors import Tijdelijk
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.decisions import Melding, Stand, Statuswens
from services.ingest_duo.duo import DuoClient, DuoWeigert, Terugmeldresultaat, Uitkomst, staat_erop
from services.ingest_duo.model import FINAL, Contactpersoon, Statusterugmelding
from services.ingest_duo.store import MeldingenStore

Lijn = Callable[[str], DuoClient]
"""The line to DUO of an uitvoerder."""


@dataclass(frozen=True, slots=True)
class Afloop:
    """What became of a status.

    `stand` is None when there is nothing to tell: the melding is not one of DUO, or has ended there. `bevestigd` says
    that DUO took the status now, on top of the version we know (`melding`); otherwise it was on it already.
    """

    wens: Statuswens
    stand: Stand | None
    melding: Melding | None = None
    laatste_mutatie: datetime | None = None
    bevestigd: bool = False
    code: str | None = None


async def report(store: MeldingenStore, lijn: Lijn, contact: Contactpersoon, wens: Statuswens) -> Afloop:
    """Tells DUO a status; our status may be on the melding already, by an earlier attempt whose answer was lost.

    Raises `Tijdelijk` when DUO holds a version we have not taken in: a status on top of that would make its changes
    pass us by. Raises `DuoOnbereikbaar` when nothing is known of the effect; repeat the same wish later.
    """
    melding = await store.melding(wens.meldingsnummer)
    if melding is None or not melding.telt_bij_duo:
        return Afloop(wens, None, melding)
    if melding.status is wens.status:
        return Afloop(wens, Stand.TERUGGEMELD, melding, melding.laatste_mutatie)
    if melding.status in FINAL:
        return Afloop(wens, None, melding)
    try:
        result = await _meld(lijn(melding.uitvoerder), contact, melding, wens)
    except DuoWeigert as refusal:
        gone = refusal.code == namen.FOUT_MELDING_ONBEKEND
        return Afloop(wens, Stand.VERDWENEN if gone else Stand.GEWEIGERD, melding, code=refusal.code)
    if result.staat_bij_duo:
        confirmed = result.uitkomst is Uitkomst.BEVESTIGD
        return Afloop(wens, Stand.TERUGGEMELD, melding, result.laatste_mutatie, confirmed)
    if result.actueel is not None and result.actueel.status in FINAL:
        return Afloop(wens, None, melding)
    raise Tijdelijk("de melding is bij DUO gewijzigd: die versie wordt eerst opgehaald")


async def _meld(duo: DuoClient, contact: Contactpersoon, melding: Melding, wens: Statuswens) -> Terugmeldresultaat:
    """Sends the status; a melding that nobody treats yet is first said to be treated, as DUO wants it (assumption)."""
    stempel = melding.laatste_mutatie
    if wens.status is MeldingStatus.AFGESLOTEN and melding.status is MeldingStatus.GEREGISTREERD:
        treated = Statuswens(wens.meldingsnummer, MeldingStatus.IN_BEHANDELING)
        first = await duo.terugmelden(_bericht(treated, stempel, contact))
        if first.uitkomst is not Uitkomst.BEVESTIGD:
            return _al_verder(first, _bericht(wens, stempel, contact))
        stempel = first.laatste_mutatie
    return await duo.terugmelden(_bericht(wens, stempel, contact))


def _al_verder(first: Terugmeldresultaat, bericht: Statusterugmelding) -> Terugmeldresultaat:
    """The melding changed since we saw it: by an earlier attempt of ours (it may be closed by it), or by the school."""
    done = first.actueel is not None and staat_erop(bericht, first.actueel)
    return replace(first, uitkomst=Uitkomst.STOND_ER_AL if done else Uitkomst.GEWIJZIGD)


def _bericht(wens: Statuswens, stempel: datetime, contact: Contactpersoon) -> Statusterugmelding:
    return Statusterugmelding(
        meldingsnummer=wens.meldingsnummer,
        laatste_mutatie=stempel,
        status=wens.status,
        reden_melding_afgesloten=wens.reden,
        toelichting_afsluiting=wens.toelichting,
        contactpersoon=contact,
    )
