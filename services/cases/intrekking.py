"""Withdrawing a besluit: what it set going is stopped, undone or taken back, and the rules are asked again. Pure.

A besluit that is wrong or has lost its ground may be withdrawn by whoever may take it; what it changed and what was
changed since by others is told apart (Besluit.gezet).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from contracts.codes import HaltAfloop
from contracts.envelope import EventData
from contracts.events.brieven import BriefVervallen
from contracts.events.halt import (
    HaltAfloopOntvangen,
    HaltVerwijzingAangeboden,
    HaltVerwijzingGestopt,
    HaltVerwijzingGeweigerd,
)
from contracts.events.zaken import (
    BesluitIngetrokken,
    BriefIngetrokken,
    HaltVerwijzingIngetrokken,
)
from hub.errors import Ongeldig
from services.cases.beleid import Beleid
from services.cases.besluiten import controleer_revisie, vind_voorstel
from services.cases.decisions import Result, herbeoordeel, heropen, hervat, noteer, sluit, verwerk_halt
from services.cases.gevolgen import (
    AFLOOP_BEOORDELEN,
    BRIEF_TERUGNEMEN,
    Gevolg,
    gevolg_van,
    taak_terugdraaien,
    taak_uitvoeren,
)
from services.cases.haltstop import halt_gaat_niet_door, vergeet_elders, zonder_feiten
from services.cases.meldingen import HEROVERWEGEN
from services.cases.model import (
    HUB,
    Besluit,
    Dossier,
    Tijdlijnregel,
    Voorstel,
    Voorstelstatus,
    Zaak,
)
from services.cases.termijnen import stop_van, zonder_telling
from services.cases.uitvoering import brief_id_van, verwijzing_id_van

REDEN = "besluit_ingetrokken"
_NIETS = Gevolg()
_HALT_AFGELOPEN = ("positief", "negatief")

Haltbericht = HaltVerwijzingAangeboden | HaltVerwijzingGeweigerd | HaltVerwijzingGestopt | HaltAfloopOntvangen


@dataclass(frozen=True, slots=True)
class TrekBesluitIn:
    """Command: a besluit no longer holds, and why."""

    voorstel_id: UUID
    medewerker: str
    motivering: str
    revisie: int | None = None


def trek_besluit_in(dossier: Dossier, command: TrekBesluitIn, now: datetime, beleid: Beleid) -> Result:
    """Withdraws the besluit and follows its consequences through; raises `Ongeldig` naming what stands in the way."""
    zaak, voorstel = vind_voorstel(dossier, command.voorstel_id)
    besluit = _te_intrekken(voorstel)
    uitkomst = voorstel.uit_te_voeren
    for een in {voorstel.uitkomst, uitkomst or voorstel.uitkomst}:
        beleid.bevoegd(command.medewerker, zaak.gemeente, gevolg_van(een).rol)
    if not command.motivering.strip():
        raise Ongeldig("een besluit intrekken vraagt een motivering", "motivering")
    controleer_revisie(zaak, command.revisie)
    gevolg = gevolg_van(uitkomst) if uitkomst is not None else _NIETS
    if gevolg.halt and zaak.feiten.get("halt_status") in _HALT_AFGELOPEN:
        raise Ongeldig("Halt is al afgelopen: dit besluit kan niet meer worden ingetrokken", "voorstel_id")
    ingetrokken = voorstel.model_copy(
        update={
            "status": Voorstelstatus.INGETROKKEN,
            "besluit": besluit.model_copy(
                update={
                    "ingetrokken_op": now,
                    "ingetrokken_door": command.medewerker,
                    "intrekking": command.motivering,
                }
            ),
        }
    )
    events: list[EventData] = [
        BesluitIngetrokken(
            zaak_id=zaak.zaak_id,
            voorstel_id=voorstel.voorstel_id,
            besluit_id=besluit.besluit_id,
            uitkomst=voorstel.uitkomst,
            medewerker=command.medewerker,
        ),
        *_onderweg(zaak, voorstel, besluit, gevolg),
    ]
    lines = [Tijdlijnregel(zaak.zaak_id, now, "besluit_ingetrokken", command.medewerker, voorstel.uitkomst)]
    zaak = zonder_feiten(zaak, voorstel, besluit)
    zaak = zaak.met(voorstellen={**zaak.voorstellen, voorstel.voorstel_id: ingetrokken})
    zaak = zonder_telling(zaak, voorstel.voorstel_id, beleid.protocollen.woorden)
    termijnen, vervallen, geschreven = stop_van(zaak, voorstel.voorstel_id, now)
    zaak = zaak.met(termijnen=termijnen)
    lines, events = [*lines, *geschreven], [*events, *vervallen]
    if gevolg.taak and uitkomst is not None:
        zaak, lines = _met_taak(zaak, taak_terugdraaien(uitkomst), now, lines, weg=taak_uitvoeren(uitkomst))
    weer_open = _gaat_weer_open(dossier, zaak, besluit, gevolg)
    dossier = dossier.met_zaak(zaak, *lines)
    if weer_open:
        dossier, heropend = heropen(dossier, zaak.zaak_id, REDEN, now)
        dossier, begonnen = hervat(dossier, zaak.zaak_id, now, beleid)
        events += [*heropend, *begonnen]
    dossier, more = _ga_verder(dossier, zaak.zaak_id, now, beleid)
    if gevolg.halt:
        dossier, elders = vergeet_elders(dossier, zaak, besluit, now, beleid)
        more = [*more, *elders]
    return dossier, [*events, *more]


def _ga_verder(dossier: Dossier, zaak_id: UUID, now: datetime, beleid: Beleid) -> Result:
    """The rules are asked again; a zaak without any melding was only open for what was carried out."""
    zaak = dossier.zaken[zaak_id]
    if zaak.geldige_meldingen() or not zaak.meldingen:
        return herbeoordeel(dossier, zaak_id, now, beleid)
    if zaak.uitgevoerd:
        return herbeoordeel(dossier, zaak_id, now, beleid, propose=False)
    zaak = zaak.met(taken=tuple(taak for taak in zaak.taken if taak != HEROVERWEGEN))
    dossier = dossier.met_zaak(zaak)
    return sluit(dossier, zaak_id, "melding_ingetrokken", now) if zaak.is_open else (dossier, [])


def _te_intrekken(voorstel: Voorstel) -> Besluit:
    if voorstel.status is Voorstelstatus.INGETROKKEN:
        raise Ongeldig("dit besluit is al ingetrokken", "voorstel_id")
    if voorstel.status is Voorstelstatus.TE_BEVESTIGEN:
        raise Ongeldig("dit besluit geldt nog niet: stuur het terug", "voorstel_id")
    if voorstel.status is not Voorstelstatus.BESLOTEN or voorstel.besluit is None:
        raise Ongeldig("over dit voorstel is geen besluit genomen", "voorstel_id")
    return voorstel.besluit


def _onderweg(zaak: Zaak, voorstel: Voorstel, besluit: Besluit, gevolg: Gevolg) -> list[EventData]:
    """What must be stopped in other services; whoever acts on it finds out how far it was."""
    events: list[EventData] = []
    if gevolg.halt:
        events.append(
            HaltVerwijzingIngetrokken(zaak_id=zaak.zaak_id, verwijzing_id=verwijzing_id_van(besluit), reden=REDEN)
        )
    if gevolg.brief:
        events.append(BriefIngetrokken(zaak_id=zaak.zaak_id, brief_id=brief_id_van(voorstel), briefsoort=gevolg.brief))
    return events


def _met_taak(
    zaak: Zaak, taak: str, now: datetime, lines: list[Tijdlijnregel], weg: str | None = None
) -> tuple[Zaak, list[Tijdlijnregel]]:
    taken = set(zaak.taken) - {weg}
    if taak not in taken:
        lines = [*lines, Tijdlijnregel(zaak.zaak_id, now, "taak_ontstaan", HUB, taak)]
    return zaak.met(taken=tuple(sorted(taken | {taak}))), lines


def _gaat_weer_open(dossier: Dossier, zaak: Zaak, besluit: Besluit, gevolg: Gevolg) -> bool:
    """A zaak that this besluit closed, and that nothing has ended since."""
    if zaak.is_open or not besluit.sloot or zaak.afsluitreden != gevolg.sluit:
        return False
    verder = dossier.open_zaak(zaak.zaaksoort, zaak.schooljaar, zaak.gemeente)
    return not dossier.overleden and verder is None and bool(zaak.geldige_meldingen() or not zaak.meldingen)


# What other services say about it afterwards


def besluit_van_verwijzing(zaak: Zaak, verwijzing_id: UUID) -> Voorstel | None:
    """The voorstel whose besluit led to a Halt-verwijzing."""
    for voorstel in zaak.voorstellen.values():
        if voorstel.besluit is not None and verwijzing_id_van(voorstel.besluit) == verwijzing_id:
            return voorstel
    return None


def verwerk_bericht_van_halt(dossier: Dossier, event: Haltbericht, now: datetime, beleid: Beleid) -> Result:
    """What `halt_bridge` says moves the zaak. When the besluit behind the verwijzing was withdrawn it is written down;
    then only an afloop still counts, for the course was there."""
    zaak = dossier.zaken.get(event.zaak_id)
    if zaak is None:
        return dossier, []
    voorstel = besluit_van_verwijzing(zaak, event.verwijzing_id)
    ingetrokken = voorstel is not None and voorstel.status is Voorstelstatus.INGETROKKEN
    if isinstance(event, HaltVerwijzingGestopt | HaltVerwijzingGeweigerd):
        if ingetrokken and isinstance(event, HaltVerwijzingGeweigerd):
            wat, toelichting = "halt_na_intrekking", event.name
        elif isinstance(event, HaltVerwijzingGeweigerd):
            wat, toelichting = "halt_geweigerd", event.reden
        else:
            wat, toelichting = ("halt_gestopt" if event.was_aangeboden else "halt_niet_aangeboden"), ""
        dossier = noteer(dossier, zaak.zaak_id, wat, toelichting, "halt_bridge", now)
        if ingetrokken or voorstel is None:
            return dossier, []
        if isinstance(event, HaltVerwijzingGeweigerd) and event.reden.startswith(_NAGAAN):
            return _heroverweeg(dossier, zaak.zaak_id, now), []
        return _gaat_niet_door(dossier, zaak.zaak_id, voorstel, now, beleid)
    if isinstance(event, HaltAfloopOntvangen) and voorstel is not None:
        if ingetrokken:
            return _afloop_na_intrekking(dossier, zaak, event, now, beleid)
        dossier = dossier.met_zaak(zaak.met(feiten=zaak.feiten | _GEHAD))  # also when it was stopped too late
    return verwerk_halt(dossier, event, now, beleid)


_GEHAD: Final = {"eerder_halt": "leerplicht"}
_NAGAAN: Final = "NAGAAN_BIJ_HALT_"
"""How the code of a refusal begins when Halt says that the course ended already: its afloop is still to come."""


def _afloop_na_intrekking(
    dossier: Dossier, zaak: Zaak, event: HaltAfloopOntvangen, now: datetime, beleid: Beleid
) -> Result:
    """The withdrawal came too late: the jongere had Halt. That counts, and what is to be done about it a human says.

    Where another besluit led to Halt since, that one moves the zaak.
    """
    dossier = noteer(dossier, zaak.zaak_id, "halt_na_intrekking", event.afloop.value, "halt_bridge", now)
    positief = event.afloop is HaltAfloop.POSITIEF
    besloten = [v.uit_te_voeren or "" for v in zaak.voorstellen.values() if v.status is Voorstelstatus.BESLOTEN]
    if not any(gevolg_van(uitkomst).halt for uitkomst in besloten):
        zaak = zaak.met(feiten=zaak.feiten | _GEHAD | {"halt_status": "positief" if positief else "negatief"})
    lines: list[Tijdlijnregel] = []
    if zaak.is_open:
        zaak, lines = _met_taak(zaak, AFLOOP_BEOORDELEN, now, lines)
    dossier = dossier.met_zaak(zaak, *lines)
    return herbeoordeel(dossier, zaak.zaak_id, now, beleid, propose=not positief)


def _gaat_niet_door(dossier: Dossier, zaak_id: UUID, voorstel: Voorstel, now: datetime, beleid: Beleid) -> Result:
    """The besluit stands, but there is no Halt: a human looks at it again, and the rules say what follows."""
    besluit = voorstel.besluit
    if besluit is None or not besluit.gezet:
        return dossier, []  # stopped here before, with the consent that was withdrawn
    dossier, events = halt_gaat_niet_door(dossier, dossier.zaken[zaak_id], voorstel, now)
    dossier, more = herbeoordeel(_heroverweeg(dossier, zaak_id, now), zaak_id, now, beleid)
    dossier, elders = vergeet_elders(dossier, dossier.zaken[zaak_id], besluit, now, beleid)
    return dossier, [*events, *more, *elders]


def _heroverweeg(dossier: Dossier, zaak_id: UUID, now: datetime) -> Dossier:
    zaak = dossier.zaken[zaak_id]
    if not zaak.is_open:
        return dossier
    zaak, lines = _met_taak(zaak, HEROVERWEGEN, now, [])
    return dossier.met_zaak(zaak, *lines)


def verwerk_vervallen_brief(dossier: Dossier, event: BriefVervallen, now: datetime) -> Result:
    """A letter was not made; or it was, and its besluit was withdrawn: then somebody must write that it no longer
    holds."""
    zaak = dossier.zaken.get(event.zaak_id)
    if zaak is None:
        return dossier, []
    lines = [Tijdlijnregel(zaak.zaak_id, now, "brief_vervallen", "letters", event.briefsoort)]
    if not event.was_opgemaakt:
        return replace(dossier, nieuw=(*dossier.nieuw, *lines)), []
    zaak, lines = _met_taak(zaak, BRIEF_TERUGNEMEN, now, lines)
    return dossier.met_zaak(zaak, *lines), []
