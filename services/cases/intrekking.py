"""Withdrawing a besluit: what it set going is stopped, undone or taken back, and the rules are asked again. Pure.

A besluit that is wrong or has lost its ground may be withdrawn by whoever may take it; what it changed and what was
changed since by others is told apart (Besluit.gezet).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

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
from services.cases.decisions import Result, herbeoordeel, heropen, noteer, sluit, verwerk_halt
from services.cases.gevolgen import BRIEF_TERUGNEMEN, Gevolg, gevolg_van, taak_terugdraaien, taak_uitvoeren
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
from services.cases.termijnen import stop_van
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
    zaak = _zonder_feiten(zaak, voorstel, besluit)
    zaak = zaak.met(voorstellen={**zaak.voorstellen, voorstel.voorstel_id: ingetrokken})
    termijnen, vervallen, geschreven = stop_van(zaak, voorstel.voorstel_id, now)
    zaak = zaak.met(termijnen=termijnen)
    lines, events = [*lines, *geschreven], [*events, *vervallen]
    if gevolg.taak and uitkomst is not None:
        zaak, lines = _met_taak(zaak, taak_terugdraaien(uitkomst), now, lines, weg=taak_uitvoeren(uitkomst))
    weer_open = _gaat_weer_open(dossier, zaak, besluit, gevolg)
    dossier = dossier.met_zaak(zaak, *lines)
    if weer_open:
        dossier, heropend = heropen(dossier, zaak.zaak_id, REDEN, now)
        events += heropend
    dossier, more = _ga_verder(dossier, zaak.zaak_id, now, beleid)
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


def _zonder_feiten(zaak: Zaak, voorstel: Voorstel, besluit: Besluit) -> Zaak:
    """The zaak without the facts that the besluit set, as far as they still stand.

    What was there before comes back. A later besluit that set the same fact keeps it, and remembers from now on what
    was there before the withdrawn one.
    """
    feiten, voorstellen = dict(zaak.feiten), dict(zaak.voorstellen)
    later = sorted(
        (v for v in voorstellen.values() if _staat_later(v, voorstel, besluit)),
        key=lambda v: v.besluit.op if v.besluit else besluit.op,
    )
    for naam, waarde in besluit.gezet.items():
        volgende = next((v for v in later if v.besluit is not None and naam in v.besluit.gezet), None)
        if volgende is not None and volgende.besluit is not None:
            nu = voorstellen[volgende.voorstel_id].besluit or volgende.besluit
            if nu.daarvoor.get(naam, _NIETS) == waarde:
                daarvoor = _terug(dict(nu.daarvoor), naam, besluit)
                voorstellen[volgende.voorstel_id] = volgende.model_copy(
                    update={"besluit": nu.model_copy(update={"daarvoor": daarvoor})}
                )
        elif feiten.get(naam, _NIETS) == waarde:
            feiten = _terug(feiten, naam, besluit)
    return zaak.met(feiten=feiten, voorstellen=voorstellen)


def _staat_later(ander: Voorstel, voorstel: Voorstel, besluit: Besluit) -> bool:
    """Whether another besluit that holds was taken after this one."""
    if ander.status is not Voorstelstatus.BESLOTEN or ander.besluit is None:
        return False
    return ander.voorstel_id != voorstel.voorstel_id and ander.besluit.op >= besluit.op


def _terug(feiten: dict[str, Any], naam: str, besluit: Besluit) -> dict[str, Any]:
    if naam in besluit.daarvoor:
        return {**feiten, naam: besluit.daarvoor[naam]}
    return {k: v for k, v in feiten.items() if k != naam}


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
    """What `halt_bridge` says moves the zaak, but not when the besluit behind the verwijzing was withdrawn: then it is
    only written down."""
    zaak = dossier.zaken.get(event.zaak_id)
    if zaak is None:
        return dossier, []
    voorstel = besluit_van_verwijzing(zaak, event.verwijzing_id)
    ingetrokken = voorstel is not None and voorstel.status is Voorstelstatus.INGETROKKEN
    if isinstance(event, HaltVerwijzingGestopt):
        wat = "halt_gestopt" if event.was_aangeboden else "halt_niet_aangeboden"
        dossier = noteer(dossier, zaak.zaak_id, wat, "", "halt_bridge", now)
        return (dossier, []) if ingetrokken else _halt_gaat_niet_door(dossier, zaak.zaak_id, now, beleid)
    if ingetrokken and not isinstance(event, HaltVerwijzingAangeboden):
        return noteer(dossier, zaak.zaak_id, "halt_na_intrekking", event.name, "halt_bridge", now), []
    return verwerk_halt(dossier, event, now, beleid)


def _halt_gaat_niet_door(dossier: Dossier, zaak_id: UUID, now: datetime, beleid: Beleid) -> Result:
    """The besluit stands, but Halt does not go on: a consent was withdrawn, say. The rules say what follows."""
    zaak = dossier.zaken[zaak_id]
    if zaak.feiten.get("halt_status") != "lopend":
        return dossier, []
    zaak = zaak.met(feiten={**zaak.feiten, "halt_status": "geen"})
    return herbeoordeel(dossier.met_zaak(zaak), zaak_id, now, beleid)


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
