"""What events about persons and enrolment, and commands about signals, do to a dossier with its register blad."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any, Final

from contracts.envelope import EventData
from contracts.events.personen import (
    JongereGeboren,
    JongereGevestigd,
    JongereIngeschreven,
    JongereOpgegaan,
    JongereOverleden,
    JongereSamengevoegd,
    JongereVerhuisd,
    JongereVertrokken,
    PersoonsgegevensGewijzigd,
    PersoonslijstAfgevoerd,
    VijfdeVerjaardagBereikt,
)
from contracts.events.verzuim import (
    InschrijvingGewijzigd,
    InschrijvingVervallen,
    StartkwalificatieGewijzigd,
    VrijstellingGewijzigd,
)
from hub.clock import AMSTERDAM
from hub.messages import Handler, Message, Outcome
from services.cases import absoluut, decisions
from services.cases.absoluut import BevestigSignaal, ToetsInschrijving, VerklaarSignaal
from services.cases.beleid import Beleid
from services.cases.decisions import Result
from services.cases.leeftijd import neem_startkwalificatie
from services.cases.model import Dossier, Voorbereid
from services.cases.register import (
    Registerblad,
    Uit,
    ga_uit,
    kom_wonen,
    kwalificeer,
    schrijf_in,
    stel_vrij,
    verval,
    voeg_samen,
)
from services.cases.samenvoegen import ga_op
from services.cases.verhuizing import verhuis, vertrek, voer_af
from services.cases.zaakleven import OpenZaak

Verandering = Callable[[Registerblad, Message, date], Registerblad]
Gevolg = Callable[[Dossier, Message, datetime], Result]

REGISTER: Final = (
    JongereIngeschreven,
    JongereGeboren,
    JongereGevestigd,
    JongereVerhuisd,
    JongereVertrokken,
    JongereOverleden,
    JongereOpgegaan,
    JongereSamengevoegd,
    PersoonslijstAfgevoerd,
    PersoonsgegevensGewijzigd,
    VijfdeVerjaardagBereikt,
    InschrijvingGewijzigd,
    InschrijvingVervallen,
    StartkwalificatieGewijzigd,
    VrijstellingGewijzigd,
    ToetsInschrijving,
    VerklaarSignaal,
    BevestigSignaal,
    OpenZaak,
)
"""What needs the blad of its jongere; `prepare` reads it."""


def register_handlers(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    """One function per kind of event or command in `REGISTER`."""
    return {**_van_personen(beleid), **_van_inschrijving(beleid)}


def _van_personen(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    event, zaken = partial(_event, beleid), partial(_beoordeel_zaken, beleid)

    def komt_wonen(blad: Registerblad, message: Message, dag: date) -> Registerblad:
        return kom_wonen(blad, _hier(beleid, message.gemeente), dag)

    def verhuist(blad: Registerblad, message: Message, dag: date) -> Registerblad:
        return kom_wonen(blad, _hier(beleid, message.data.naar_gemeente), dag)

    def gaat_uit(uit: Uit) -> Verandering:
        return lambda blad, message, dag: ga_uit(blad, uit)

    return {
        JongereIngeschreven: event(komt_wonen, zaken),
        JongereGeboren: event(komt_wonen),
        JongereGevestigd: event(komt_wonen),
        JongereVerhuisd: event(verhuist, lambda state, m, now: verhuis(state, m.data, now, beleid)),
        JongereVertrokken: event(gaat_uit(Uit.VERTROKKEN), lambda state, m, now: vertrek(state, m.data, now, beleid)),
        JongereOverleden: event(gaat_uit(Uit.OVERLEDEN), lambda state, m, now: decisions.overlijd(state, now)),
        PersoonslijstAfgevoerd: event(gaat_uit(Uit.AFGEVOERD), lambda state, m, now: (voer_af(state, now), [])),
        JongereOpgegaan: event(
            lambda blad, m, dag: ga_uit(blad, Uit.OPGEGAAN, m.data.in_jongere_id),
            lambda state, m, now: ga_op(state, m.data.in_jongere_id, m.gemeente, now),
        ),
        JongereSamengevoegd: event(lambda blad, m, dag: voeg_samen(blad, m.prepared.ander), zaken),
        PersoonsgegevensGewijzigd: event(_ongewijzigd, zaken),
        VijfdeVerjaardagBereikt: event(_ongewijzigd),
    }


def _van_inschrijving(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    event, command = partial(_event, beleid), partial(_command, beleid)
    return {
        InschrijvingGewijzigd: event(lambda blad, m, dag: schrijf_in(blad, m.data, dag)),
        InschrijvingVervallen: event(lambda blad, m, dag: verval(blad, m.data, dag)),
        StartkwalificatieGewijzigd: event(
            lambda blad, m, dag: kwalificeer(blad, m.data, dag),
            lambda state, m, now: neem_startkwalificatie(state, m.data.startkwalificatie, now, beleid),
        ),
        VrijstellingGewijzigd: event(lambda blad, m, dag: stel_vrij(blad, m.data)),
        ToetsInschrijving: command(absoluut.toets_inschrijving),
        VerklaarSignaal: command(absoluut.verklaar),
        BevestigSignaal: command(absoluut.bevestig),
    }


def _event(beleid: Beleid, verander: Verandering, gevolg: Gevolg | None = None) -> Handler[Dossier]:
    """Changes the blad, then the zaken, then closes what the register now explains."""

    def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        state = bereid_voor(state, message)
        dag = (message.time or now).astimezone(AMSTERDAM).date()
        state = replace(state, register=verander(_blad(state), message, dag))
        events: list[EventData] = []
        if gevolg is not None:
            state, events = gevolg(state, message, now)
        state, more = absoluut.verklaar_zichzelf(state, now, beleid)
        return Outcome(state, [*events, *more])

    return handle


def _command(beleid: Beleid, decide: Callable[[Dossier, Any, datetime, Beleid], Result]) -> Handler[Dossier]:
    def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        return Outcome(*decide(bereid_voor(state, message), message.data, now, beleid))

    return handle


def _hier(beleid: Beleid, gemeente: str) -> str | None:
    return gemeente if beleid.bedient(gemeente) else None


def _ongewijzigd(blad: Registerblad, message: Message, dag: date) -> Registerblad:
    return blad


def _beoordeel_zaken(beleid: Beleid, state: Dossier, message: Message, now: datetime) -> Result:
    events: list[EventData] = []
    for zaak_id in list(state.zaken):
        state, more = decisions.herbeoordeel(state, zaak_id, now, beleid)
        events += more
    return state, events


def bereid_voor(state: Dossier, message: Message) -> Dossier:
    """The dossier with its blad and with what was asked about the person.

    An earlier message of the same batch brought the blad already, and may have changed it since.
    """
    voorbereid: Voorbereid = message.prepared
    if state.register is None:
        state = replace(state, register=voorbereid.register, register_was=voorbereid.register)
    state = decisions.ken_persoon(state, voorbereid.persoon)
    blad = _blad(state)
    if voorbereid.persoon is not None or blad.geboortemaand is None:
        blad = blad.met_geboorte(state.geboortedatum)
    if state.overleden:
        blad = ga_uit(blad, Uit.OVERLEDEN)
    return state if blad is state.register else replace(state, register=blad)


def _blad(state: Dossier) -> Registerblad:
    return state.register if state.register is not None else Registerblad()
