"""What holds for every handler of `cases`: phases follow, birthdays are planned, and a jongere_id that is used no more
hands on what still comes; with the handlers of commands about the life of a zaak."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.brieven import BriefOpgemaakt, BriefVervallen
from contracts.events.halt import (
    HaltAfloopOntvangen,
    HaltVerwijzingAangeboden,
    HaltVerwijzingGestopt,
    HaltVerwijzingGeweigerd,
)
from contracts.events.verzuim import VerzuimmeldingGewijzigd, VerzuimmeldingIngetrokken, VerzuimmeldingOntvangen
from hub.errors import Ongeldig
from hub.medewerkers import Rol
from hub.messages import Handler, Message, Outcome
from services.cases.beleid import Beleid
from services.cases.leeftijd import ToetsLeeftijd, plan_toets, toets_leeftijd
from services.cases.levensloop import ZetFase, volg, zet_fase
from services.cases.model import Doorgestuurd, Dossier
from services.cases.registerhandlers import bereid_voor
from services.cases.samenvoegen import OVERNAME, NeemZakenOver, neem_over, stuur_door
from services.cases.toestemmingsintrekking import volg_intrekkingen
from services.cases.zaakleven import (
    HeropenZaak,
    KoppelZaak,
    OpenZaak,
    SluitZaak,
    heropen_zaak,
    koppel_zaak,
    open_zaak,
    sluit_zaak,
)

DOORSTUREN: Final = (
    VerzuimmeldingOntvangen,
    VerzuimmeldingGewijzigd,
    VerzuimmeldingIngetrokken,
    BriefOpgemaakt,
    BriefVervallen,
    HaltVerwijzingAangeboden,
    HaltVerwijzingGestopt,
    HaltVerwijzingGeweigerd,
    HaltAfloopOntvangen,
    NeemZakenOver,
)
"""What is handed on; that a melding went to another jongere_id is not: there it is told as a melding of its own."""


@dataclass(frozen=True, slots=True)
class Doorgegeven:
    """Command: handle what was handed on from a jongere_id that is used no more; `nr` is its row, which then goes."""

    nr: int
    data: Any


def uitgepakt(message: Message) -> Message:
    """The message that was handed on, as one of this jongere; any other message as it is."""
    return replace(message, data=message.data.data) if isinstance(message.data, Doorgegeven) else message


def lees_door(door: Doorgestuurd) -> Any:
    """What was handed on, read back; raises `Ongeldig` for a kind that is not handed on."""
    if door.soort == OVERNAME:
        return NeemZakenOver(UUID(door.inhoud["oude_jongere_id"]))
    kinds: tuple[type, ...] = DOORSTUREN
    for kind in kinds:
        if issubclass(kind, EventData) and kind.name == door.soort:
            return kind.model_validate(door.inhoud)
    raise Ongeldig("deze gebeurtenis wordt niet doorgestuurd", "soort")


def levens_handlers(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    """One function per command."""

    def on_neem_over(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        """`prepared` is the dossier of the other number; with it come the lines of the disclosure register of both."""
        oud: Dossier | None = message.prepared
        na, events = neem_over(state, oud, now, beleid)
        verstrekt = (*(oud.grens.nieuw if oud is not None else ()), *state.grens.nieuw)
        na, more = volg_intrekkingen(na, verstrekt, now, beleid)
        return Outcome(na, [*events, *more])

    def on_open(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        return Outcome(*open_zaak(bereid_voor(state, message), message.data, now, beleid))

    def on_fase(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        zaak = state.zaken.get(message.data.zaak_id)
        if zaak is None:
            raise Ongeldig("deze zaak bestaat niet", "zaak_id")
        beleid.bevoegd(message.data.medewerker, zaak.gemeente, Rol.LEERPLICHTAMBTENAAR)
        return Outcome(*zet_fase(state, message.data, now))

    return {
        OpenZaak: on_open,
        ZetFase: on_fase,
        SluitZaak: lambda state, message, now: Outcome(*sluit_zaak(state, message.data, now, beleid)),
        HeropenZaak: lambda state, message, now: Outcome(*heropen_zaak(state, message.data, now, beleid)),
        KoppelZaak: lambda state, message, now: Outcome(*koppel_zaak(state, message.data, now, beleid)),
        NeemZakenOver: on_neem_over,
        ToetsLeeftijd: lambda state, message, now: Outcome(*toets_leeftijd(state, message.data, now, beleid)),
    }


def levend(table: Mapping[type, Handler[Dossier]], beleid: Beleid) -> dict[type, Handler[Dossier]]:
    """The same handlers, each with what follows from any change of a zaak."""
    klaar = {soort: _met_gevolgen(handler, beleid) for soort, handler in table.items()}

    def on_doorgegeven(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        binnen = uitgepakt(message)
        outcome = klaar[type(binnen.data)](state, binnen, now)
        klaar_met = (*outcome.state.afgehandeld, message.data.nr)
        return Outcome(replace(outcome.state, afgehandeld=klaar_met), outcome.events, outcome.gemeente)

    return {**klaar, Doorgegeven: on_doorgegeven}


def _met_gevolgen(handler: Handler[Dossier], beleid: Beleid) -> Handler[Dossier]:
    def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        if state.opgegaan_in is not None and isinstance(message.data, DOORSTUREN):
            return Outcome(stuur_door(state, message.gemeente, message.data))
        outcome = handler(state, _naar_levende(state, message), now)
        if outcome.state is state:
            return outcome
        na, events = volg(state, outcome.state, now)
        na = plan_toets(state, na, now, beleid)
        return Outcome(na, [*outcome.events, *events], partial(_gemeente, beleid, na, outcome))

    return handle


def _naar_levende(state: Dossier, message: Message) -> Message:
    """What is told about a zaak that went up in another one, is about that one."""
    zaak_id = getattr(message.data, "zaak_id", None)
    if zaak_id is None or not isinstance(message.data, EventData):
        return message
    zaak = state.levend(zaak_id)
    if zaak is None or zaak.zaak_id == zaak_id:
        return message
    return replace(message, data=message.data.model_copy(update={"zaak_id": zaak.zaak_id}))


def _gemeente(beleid: Beleid, dossier: Dossier, outcome: Outcome[Dossier], event: EventData) -> str | None:
    """An event about a zaak is of the gemeente of that zaak, as long as it is served here."""
    zaak = dossier.zaken.get(getattr(event, "zaak_id", None))  # type: ignore[arg-type]
    if zaak is not None and beleid.bedient(zaak.gemeente):
        return zaak.gemeente
    return outcome.gemeente(event) if callable(outcome.gemeente) else outcome.gemeente
