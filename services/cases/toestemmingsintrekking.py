"""A consent is withdrawn: nothing more goes on it, what is under way stops, every recipient is told. Pure.

What was disclosed before stays lawful, and what rests on another ground goes on (CONV-6.1d, CONV-11.5).
"""

from collections.abc import Collection, Iterable, Set
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.privacy import ToestemmingIngetrokken
from contracts.events.zaken import BriefIngetrokken, HaltVerwijzingIngetrokken
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from services.cases.beleid import Beleid
from services.cases.decisions import Result, herbeoordeel
from services.cases.gevolgen import gevolg_van
from services.cases.grens.regel import Verstrekkingsregel
from services.cases.haltstop import halt_gaat_niet_door, vergeet_elders
from services.cases.model import Besluit, Dossier, Tijdlijnregel, Voorstel, Voorstelstatus, Zaak
from services.cases.privacystand import Gever, TeInformeren, TeltNiet, Toestemming, Toestemmingstand
from services.cases.toestemmingen import HALT, Rol, rol_van
from services.cases.toestemmingsopdrachten import Waarover, gevers_van, nieuwe_stand, noteer, staande, zoek_zaak
from services.cases.uitvoering import brief_id_van, verwijzing_id_van

REDEN = "toestemming_ingetrokken"
TAAK = "ontvangers_informeren"
"""The taak of a zaak as long as a recipient must hear that a consent was withdrawn."""


@dataclass(frozen=True, slots=True)
class TrekToestemmingIn:
    """Command: a giver withdraws consent, in every zaak in which it was given; an official records it."""

    over: Waarover
    gever: Gever
    medewerker: str


@dataclass(frozen=True, slots=True)
class InformeerOntvanger:
    """Command: a recipient was told that a consent was withdrawn."""

    toestemming_id: UUID
    ontvanger: str
    medewerker: str


def trek_toestemming_in(
    dossier: Dossier,
    command: TrekToestemmingIn,
    verstrekt: Collection[Verstrekkingsregel],
    now: datetime,
    beleid: Beleid,
) -> Result:
    """Withdraws; raises `Ongeldig`. `verstrekt` are the lines of the disclosure register about this jongere.

    Withdrawn already: nothing changes.
    """
    zaak = zoek_zaak(dossier, command.over.zaak_id, command.medewerker, beleid)
    over, rol = replace(command.over, zaak_id=zaak.zaak_id), rol_van(command.gever)
    waar = [replace(over, zaak_id=z) for z in dossier.zaken if _gegeven(dossier, replace(over, zaak_id=z))]
    if not waar:
        if (nu := staande(dossier, over, rol)) is not None and nu.stand is Toestemmingstand.INGETROKKEN:
            return dossier, []
        raise Ongeldig("er is geen toestemming om in te trekken", "element")
    dag = now.astimezone(AMSTERDAM).date()
    wie = gevers_van(dossier, zaak, over.drietal, dag, beleid)
    beslist = rol == "jongere" or wie is None or rol in wie.vereist
    if not beslist and not any(_gaf(dossier, een, rol) for een in waar):
        raise Ongeldig("deze gever gaf geen toestemming en heeft er op deze leeftijd niet over te gaan", "gever")
    telt = beslist or (wie is not None and rol in wie.ook)
    events: list[EventData] = []
    for een in waar:
        nu = staande(dossier, een, rol)
        if nu is not None and nu.stand is Toestemmingstand.INGETROKKEN:
            continue
        telt_niet = None if telt or _gaf(dossier, een, rol) else TeltNiet.VERKEERDE_GEVER
        regel = nieuwe_stand(dossier, een, command.gever, Toestemmingstand.INGETROKKEN, command.medewerker, now)
        regel = regel.model_copy(update={"telt_niet": telt_niet})
        ids = [t.toestemming_id for t in _staan_gegeven(dossier, een, command.gever)]
        ids = list(dict.fromkeys((regel.toestemming_id, *ids)))
        dossier, more = _trek_in(dossier, een, regel, ids, verstrekt if beslist else None, now, beleid)
        events += more
    return dossier, events


def volg_intrekkingen(
    dossier: Dossier, verstrekt: Collection[Verstrekkingsregel], now: datetime, beleid: Beleid
) -> Result:
    """What was withdrawn under one number holds in the zaken of the other, where it was given before; the rest stays.

    For when two jongere_id's turned out to be one person; `verstrekt` are the lines about both.
    """
    events: list[EventData] = []
    gezegd = [t for t in dossier.privacy.toestemmingen if t.stand is Toestemmingstand.INGETROKKEN]
    for laatste in {(t.element, t.ontvanger, t.doel, t.gever): t for t in gezegd}.values():
        for zaak_id, zaak in list(dossier.zaken.items()):
            een = Waarover(zaak_id, laatste.element, laatste.ontvanger, laatste.doel)
            ids = [t.toestemming_id for t in _staan_gegeven(dossier, een, laatste.gever) if t.op < laatste.op]
            if not ids:
                continue
            dag, rol = now.astimezone(AMSTERDAM).date(), rol_van(laatste.gever)
            wie = gevers_van(dossier, zaak, een.drietal, dag, beleid) if beleid.bedient(zaak.gemeente) else None
            beslist = rol == "jongere" or wie is None or rol in wie.vereist
            door = laatste.vastgelegd_door
            regel = nieuwe_stand(dossier, een, laatste.gever, Toestemmingstand.INGETROKKEN, door, laatste.op)
            dossier, more = _trek_in(dossier, een, regel, ids, verstrekt if beslist else None, now, beleid)
            events += more
    return dossier, events


def _trek_in(
    dossier: Dossier,
    een: Waarover,
    regel: Toestemming,
    ids: Iterable[UUID],
    verstrekt: Collection[Verstrekkingsregel] | None,
    now: datetime,
    beleid: Beleid,
) -> Result:
    """Writes `regel` down for each of `ids`, and stops what rests on it; nothing stops when `verstrekt` is None."""
    events: list[EventData] = []
    ontvangers = _ontvangers(een, set(ids), verstrekt or ())
    for identity in ids:
        regel = regel.model_copy(update={"toestemming_id": identity})
        dossier = noteer(dossier, dossier.zaken[een.zaak_id], regel, now, "toestemming_ingetrokken")
        events.append(_ingetrokken(regel, ontvangers))
        dossier = _laat_informeren(dossier, een.zaak_id, identity, ontvangers, now)
        ontvangers = ()
    if verstrekt is not None and een.drietal == HALT:
        dossier, more = _stop_halt(dossier, een.zaak_id, now, beleid)
        events += more
    dossier, more = herbeoordeel(dossier, een.zaak_id, now, beleid)
    return dossier, [*events, *more]


def _ingetrokken(regel: Toestemming, ontvangers: tuple[str, ...]) -> ToestemmingIngetrokken:
    return ToestemmingIngetrokken(
        toestemming_id=regel.toestemming_id,
        element=regel.element,
        ontvanger=regel.ontvanger,
        doel=regel.doel,
        ontvangers=ontvangers,
    )


def _staan_gegeven(dossier: Dossier, over: Waarover, gever: Gever) -> list[Toestemming]:
    """What a giver gave and did not take back: under more than one id where a zaak went up in this one."""
    laatste = {t.toestemming_id: t for t in dossier.privacy.toestemmingen if over.is_van(t) and t.gever is gever}
    return [t for t in laatste.values() if t.stand is Toestemmingstand.GEGEVEN]


def _gegeven(dossier: Dossier, over: Waarover) -> bool:
    return any(_gaf(dossier, over, rol) for rol in ("jongere", "ouder"))


def _gaf(dossier: Dossier, over: Waarover, rol: Rol) -> bool:
    nu = staande(dossier, over, rol)
    return nu is not None and nu.stand is Toestemmingstand.GEGEVEN


def _ontvangers(over: Waarover, ids: Set[UUID], verstrekt: Iterable[Verstrekkingsregel]) -> tuple[str, ...]:
    """Who got the element, or anything on this consent; for Halt whoever got the referral."""
    return tuple(
        sorted(
            {
                regel.ontvanger
                for regel in verstrekt
                if regel.mag_weg
                and (
                    over.element in regel.doorgelaten
                    or not ids.isdisjoint(regel.toestemmingen)
                    or (over.drietal == HALT and (regel.ontvanger, regel.doel) == HALT[1:])
                )
            }
        )
    )


def _laat_informeren(
    dossier: Dossier, zaak_id: UUID, toestemming_id: UUID, ontvangers: Collection[str], now: datetime
) -> Dossier:
    """A taak per recipient, which stays until an official says that it was told."""
    if not ontvangers:
        return dossier
    nieuw = [TeInformeren(toestemming_id=toestemming_id, ontvanger=o, sinds=now) for o in ontvangers]
    privacy = dossier.privacy.model_copy(update={"te_informeren": (*dossier.privacy.te_informeren, *nieuw)})
    zaak = dossier.zaken[zaak_id]
    zaak = zaak.met(taken=tuple(sorted({*zaak.taken, TAAK})))
    lines = [Tijdlijnregel(zaak_id, now, "taak_ontstaan", "hub", f"{TAAK} {ontvanger}") for ontvanger in ontvangers]
    return replace(dossier, privacy=privacy).met_zaak(zaak, *lines)


def _stop_halt(dossier: Dossier, zaak_id: UUID, now: datetime, beleid: Beleid) -> Result:
    """Stops a referral that has not ended, and the letter about it."""
    zaak = dossier.zaken[zaak_id]
    if zaak.feiten.get("halt_status") != "lopend":
        return dossier, []
    events: list[EventData] = []
    for voorstel, besluit in _loopt_op(zaak):
        events += [
            HaltVerwijzingIngetrokken(zaak_id=zaak_id, verwijzing_id=verwijzing_id_van(besluit), reden=REDEN),
            BriefIngetrokken(
                zaak_id=zaak_id,
                brief_id=brief_id_van(voorstel),
                briefsoort=str(gevolg_van(voorstel.uit_te_voeren or "").brief),
            ),
        ]
        dossier, more = halt_gaat_niet_door(dossier, zaak, voorstel, now)
        dossier, elders = vergeet_elders(dossier, dossier.zaken[zaak_id], besluit, now, beleid)
        events += [*more, *elders]
    return dossier.met_regel(Tijdlijnregel(zaak_id, now, "halt_ingetrokken", "hub", REDEN)), events


def _loopt_op(zaak: Zaak) -> list[tuple[Voorstel, Besluit]]:
    """The last voorstel whose besluit led to Halt and still holds, with that besluit."""
    besloten = [
        (v, v.besluit)
        for v in zaak.voorstellen.values()
        if v.status is Voorstelstatus.BESLOTEN and v.besluit is not None and gevolg_van(v.uit_te_voeren or "").halt
    ]
    return sorted(besloten, key=lambda paar: (paar[1].op, paar[0].voorstel_id))[-1:]


def informeer_ontvanger(dossier: Dossier, command: InformeerOntvanger, now: datetime, beleid: Beleid) -> Result:
    """Marks a recipient as told; raises `Ongeldig` when nobody was to be told. Done already: nothing changes."""
    zaak_id = next(
        (t.zaak_id for t in dossier.privacy.toestemmingen if t.toestemming_id == command.toestemming_id), None
    )
    if zaak_id is None:
        raise Ongeldig("deze toestemming bestaat niet", "toestemming_id")
    zaak = zoek_zaak(dossier, zaak_id, command.medewerker, beleid)
    sleutel = (command.toestemming_id, command.ontvanger)
    rij = dossier.privacy.te_informeren
    if all((t.toestemming_id, t.ontvanger) != sleutel for t in rij):
        raise Ongeldig("deze ontvanger hoeft hierover niets te horen", "ontvanger")
    if all(t.gedaan_op is not None for t in rij if (t.toestemming_id, t.ontvanger) == sleutel):
        return dossier, []
    gedaan = {"gedaan_op": now, "gedaan_door": command.medewerker}
    rij = tuple(
        t.model_copy(update=gedaan) if (t.toestemming_id, t.ontvanger) == sleutel and t.gedaan_op is None else t
        for t in rij
    )
    dossier = replace(dossier, privacy=dossier.privacy.model_copy(update={"te_informeren": rij}))
    line = Tijdlijnregel(zaak_id, now, "ontvanger_geinformeerd", command.medewerker, command.ontvanger)
    van_zaak = {t.toestemming_id for t in dossier.privacy.toestemmingen if t.zaak_id == zaak_id}
    if any(t.gedaan_op is None and t.toestemming_id in van_zaak for t in rij):
        return dossier.met_regel(line), []
    return dossier.met_zaak(zaak.met(taken=tuple(t for t in zaak.taken if t != TAAK)), line), []
