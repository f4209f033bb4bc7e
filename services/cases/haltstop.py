"""A referral to Halt that does not go on: what its besluit set comes off again, here and where it was taken over. Pure.

That Halt was used before bars it later on, and where Halt is barred the rules think of proces-verbaal. So a referral
counts only while it runs and after it ended: as GO-R3B-4 has it also when it failed, which is for Halt to say
(GO-R3B-12). One that the border held, that was stopped, or that Halt did not take gave the jongere no Halt.
Whether a refusal by Halt counts all the same an official judges, who may establish `eerder_halt`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from contracts.envelope import EventData
from services.cases.beleid import Beleid
from services.cases.decisions import Result, herbeoordeel, regel_van
from services.cases.model import Besluit, Dossier, Voorstel, Voorstelstatus, Zaak
from services.cases.termijnen import stop_van

_FEIT: Final = "eerder_halt"
_GEEN = object()


def halt_gaat_niet_door(dossier: Dossier, zaak: Zaak, voorstel: Voorstel, now: datetime) -> Result:
    """The besluit stands, but of what it set nothing holds: the facts of before come back, its termijn lapses.

    Once: the besluit then has nothing more to undo.
    """
    besluit = voorstel.besluit
    if besluit is None or not besluit.gezet:
        return dossier, []
    zaak = zonder_feiten(zaak, voorstel, besluit)
    zaak = zaak.met(feiten={"halt_status": "geen"} | zaak.feiten)
    klaar = voorstel.model_copy(update={"besluit": besluit.model_copy(update={"gezet": {}, "daarvoor": {}})})
    termijnen, events, lines = stop_van(zaak, voorstel.voorstel_id, now)
    zaak = zaak.met(voorstellen={**zaak.voorstellen, voorstel.voorstel_id: klaar}, termijnen=termijnen)
    return dossier.met_zaak(zaak, *lines), events


def vergeet_elders(dossier: Dossier, zaak: Zaak, besluit: Besluit, now: datetime, beleid: Beleid) -> Result:
    """Takes `eerder_halt` off zaken that took it over when they were opened, unless it rests on something else; there
    the rules are asked again. `besluit` is the one of `zaak` that set it."""
    ernaast = [z for z in dossier.zaken.values() if z.gemeente == zaak.gemeente and _FEIT in z.feiten]
    over = [z for z in ernaast if z.zaak_id != zaak.zaak_id and _nam_over(z, besluit)]
    namen = {z.zaak_id for z in over}
    events: list[EventData] = []
    if any(z.zaak_id not in namen and z.afsluitreden != "samengevoegd" for z in ernaast):
        return dossier, events
    for een in over:
        line = regel_van(een, now, "halt_niet_gebruikt", _FEIT)
        een = een.met(feiten={k: v for k, v in een.feiten.items() if k != _FEIT})
        dossier, more = herbeoordeel(dossier.met_zaak(een, line), een.zaak_id, now, beleid)
        events += more
    return dossier, events


def _nam_over(zaak: Zaak, besluit: Besluit) -> bool:
    """Whether a zaak has the fact from this besluit: it was opened since, and no besluit of its own set it."""
    eigen = any(v.besluit is not None and _FEIT in v.besluit.gezet for v in zaak.voorstellen.values())
    return not eigen and zaak.geopend_op >= besluit.op and zaak.feiten[_FEIT] == besluit.gezet.get(_FEIT)


def zonder_feiten(zaak: Zaak, voorstel: Voorstel, besluit: Besluit) -> Zaak:
    """The zaak without the facts that the besluit set, as far as they still stand.

    What was there before comes back. A later besluit that set the same fact keeps it, and remembers from now on what
    was there before this one.
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
            if nu.daarvoor.get(naam, _GEEN) == waarde:
                daarvoor = _terug(nu.daarvoor, naam, besluit)
                voorstellen[volgende.voorstel_id] = volgende.model_copy(
                    update={"besluit": nu.model_copy(update={"daarvoor": daarvoor})}
                )
        elif feiten.get(naam, _GEEN) == waarde:
            feiten = _terug(feiten, naam, besluit)
    return zaak.met(feiten=feiten, voorstellen=voorstellen)


def _staat_later(ander: Voorstel, voorstel: Voorstel, besluit: Besluit) -> bool:
    """Whether another besluit that holds was taken after this one."""
    if ander.status is not Voorstelstatus.BESLOTEN or ander.besluit is None:
        return False
    return ander.voorstel_id != voorstel.voorstel_id and ander.besluit.op >= besluit.op


def _terug(feiten: Mapping[str, Any], naam: str, besluit: Besluit) -> dict[str, Any]:
    zonder = {k: v for k, v in feiten.items() if k != naam}
    return zonder | ({naam: besluit.daarvoor[naam]} if naam in besluit.daarvoor else {})
