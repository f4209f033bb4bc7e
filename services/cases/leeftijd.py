"""What age and a startkwalificatie do to a zaak: enforcement ends with the duty, RMC goes on from there. Pure.

From 18 on nobody is compelled (GO-DEF-7, IJV-RMC-01) and what is known may not simply go along (IJV-RMC-03): the zaak
closes, and only when the rules of the gemeente have something for RMC to do a zaak of that kind opens.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from contracts.codes import Plicht, Zaaksoort
from contracts.envelope import EventData
from contracts.events.zaken import ZaakGeopend
from hub.calendar import schooljaar, verjaardag
from hub.errors import Ongeldig
from services.cases.beleid import Beleid, versie, waarde
from services.cases.decisions import Result, dag_van, herbeoordeel, plicht_van, regel_van, sluit
from services.cases.engine import Beoordeling
from services.cases.feitenopbouw import zaaksoortfeit
from services.cases.model import Dossier, Zaak, afgeleid_id

ONDER_PLICHT: Final = frozenset({Plicht.LEERPLICHT, Plicht.KWALIFICATIEPLICHT, Plicht.NOG_NIET, Plicht.ONBEKEND})
AFRONDEN: Final = "lopende_handhaving_afronden"
"""The task when the duty ends while Halt or a proces-verbaal about the time before is under way: a human decides."""


@dataclass(frozen=True, slots=True)
class ToetsLeeftijd:
    """Command: the clock reached the birthday on which the duty changes."""

    zaak_id: UUID


def plan_toets(voor: Dossier, na: Dossier, now: datetime, beleid: Beleid) -> Dossier:
    """The same dossier, with in every zaak that changed the birthday on which it must be judged again."""
    alles = voor.geboortedatum != na.geboortedatum
    nieuw: dict[UUID, Zaak] = {}
    for zaak_id, zaak in na.zaken.items():
        if not alles and zaak is voor.zaken.get(zaak_id):
            continue
        op = _toets_op(na.geboortedatum, zaak, dag_van(now), beleid, opnieuw=alles)
        if op != zaak.leeftijdstoets:
            nieuw[zaak_id] = zaak.met(leeftijdstoets=op)
    if not nieuw:
        return na
    return replace(na, zaken={**na.zaken, **nieuw}, gewijzigd=na.gewijzigd | nieuw.keys())


def _toets_op(geboren: date | None, zaak: Zaak, vandaag: date, beleid: Beleid, *, opnieuw: bool) -> date | None:
    """A birthday from before the zaak opened is none to judge it on; one that is due stays so until it is done."""
    if geboren is None or not zaak.is_open:
        return None
    grens = "rmc_tot_leeftijd" if zaak.zaaksoort is Zaaksoort.RMC else "kwalificatieplicht_tot_leeftijd"
    with suppress(Ongeldig):
        op = verjaardag(geboren, int(waarde(beleid.protocol(zaak.gemeente, vandaag), grens)))
        if op > vandaag or (opnieuw and op > dag_van(zaak.geopend_op)):
            return op
    return zaak.leeftijdstoets


def toets_leeftijd(dossier: Dossier, command: ToetsLeeftijd, now: datetime, beleid: Beleid) -> Result:
    """Judges a zaak on the birthday; once, and not before the day itself."""
    zaak = dossier.zaken.get(command.zaak_id)
    vandaag = dag_van(now)
    if zaak is None or not zaak.is_open or zaak.leeftijdstoets is None or zaak.leeftijdstoets > vandaag:
        return dossier, []
    if not beleid.bedient(zaak.gemeente):
        return dossier, []
    zaak = zaak.met(leeftijdstoets=None)
    dossier = dossier.met_zaak(zaak, regel_van(zaak, now, "leeftijd_getoetst", zaak.zaaksoort.value))
    return toets_plicht(dossier, zaak.zaak_id, "leeftijd_bereikt", now, beleid)


def neem_startkwalificatie(dossier: Dossier, startkwalificatie: bool, now: datetime, beleid: Beleid) -> Result:
    """DUO told that there is a startkwalificatie, or that there is none after all: facts change, the duty may end."""
    events: list[EventData] = []
    for zaak_id, zaak in list(dossier.zaken.items()):
        if not zaak.is_open or zaak.feiten.get("startkwalificatie", False) == startkwalificatie:
            continue
        zaak = zaak.met(feiten={**zaak.feiten, "startkwalificatie": startkwalificatie})
        wat = "startkwalificatie_behaald" if startkwalificatie else "startkwalificatie_vervallen"
        dossier = dossier.met_zaak(zaak, regel_van(zaak, now, wat, "", "ingest_duo"))
        if beleid.bedient(zaak.gemeente):
            dossier, more = toets_plicht(dossier, zaak_id, "startkwalificatie_behaald", now, beleid)
            events += more
    return dossier, events


def toets_plicht(dossier: Dossier, zaak_id: UUID, reden: str, now: datetime, beleid: Beleid) -> Result:
    """Closes a zaak whose duty the rules say has ended, and opens one for RMC where they have something for RMC."""
    zaak = dossier.zaken[zaak_id]
    protocol, beoordeling = beleid.beoordeel(dossier, zaak, dag_van(now))
    plicht = plicht_van(beoordeling)
    if plicht in ONDER_PLICHT or (plicht is Plicht.RMC and zaak.zaaksoort is Zaaksoort.RMC):
        return herbeoordeel(dossier, zaak_id, now, beleid)
    if zaak.feiten.get("halt_status") == "lopend" or zaak.feiten.get("pv_besluit") is True:
        return _rond_af(dossier, zaak, now, beleid)
    dossier, events = sluit(dossier, zaak_id, reden, now)
    jaar = schooljaar(dag_van(now)).naam
    voor_rmc = plicht is Plicht.RMC and _iets_voor_rmc(beoordeling)
    if not voor_rmc or dossier.open_zaak(Zaaksoort.RMC, jaar, zaak.gemeente):
        return dossier, events
    rmc_id = afgeleid_id("rmc", zaak_id)
    rmc = Zaak(
        zaak_id=rmc_id if rmc_id not in dossier.zaken else afgeleid_id(rmc_id, len(dossier.zaken)),
        gemeente=zaak.gemeente,
        zaaksoort=Zaaksoort.RMC,
        schooljaar=jaar,
        protocol=versie(protocol),
        geopend_op=now,
        feiten=_mee_naar_rmc(zaak),
        voortgezet_uit=zaak_id,
    )
    dossier = dossier.met_zaak(rmc, regel_van(rmc, now, "zaak_geopend", Zaaksoort.RMC.value))
    events.append(ZaakGeopend(zaak_id=rmc.zaak_id, zaaksoort=Zaaksoort.RMC, plicht=plicht, protocol=rmc.protocol))
    dossier, more = herbeoordeel(dossier, rmc.zaak_id, now, beleid)
    return dossier, events + more


def _rond_af(dossier: Dossier, zaak: Zaak, now: datetime, beleid: Beleid) -> Result:
    if AFRONDEN not in zaak.taken:
        zaak = zaak.met(taken=tuple(sorted({*zaak.taken, AFRONDEN})))
        dossier = dossier.met_zaak(zaak, regel_van(zaak, now, "taak_ontstaan", AFRONDEN))
    return herbeoordeel(dossier, zaak.zaak_id, now, beleid, propose=False)


def _iets_voor_rmc(beoordeling: Beoordeling) -> bool:
    return any(item.actor == "rmc" for item in (*beoordeling.voorstellen, *beoordeling.taken))


RMC_FEITEN: Final = ("startkwalificatie", "onderwijssoort", "ingeschreven", "diploma")


def _mee_naar_rmc(zaak: Zaak) -> Mapping[str, Any]:
    """What the RMC zaak begins with: that absence was reported, and school facts; no oordeel, step or measure."""
    feiten: dict[str, Any] = {n: zaak.feiten[n] for n in RMC_FEITEN if n in zaak.feiten}
    feiten["duo_melding"] = bool(zaak.geldige_meldingen())
    soort = zaaksoortfeit(zaak)
    return feiten if soort is None else {**feiten, "zaaksoort": soort}
