"""What happens to a zaak: pure functions from dossier and cause to dossier and events.

Every function takes the dossier and returns it changed, with what must be said. The rules themselves are data
(protocols/); here they are only asked, and what they propose is written down with its reasons.
"""

from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from contracts.codes import Adressaat, HaltAfloop, Plicht
from contracts.envelope import EventData
from contracts.events.halt import HaltAfloopOntvangen, HaltVerwijzingAangeboden
from contracts.events.zaken import (
    VoorstelGedaan,
    ZaakAfgesloten,
    ZaakHeropend,
)
from hub.clock import AMSTERDAM
from services.cases.beleid import Beleid, versie
from services.cases.engine import Beoordeling, Item
from services.cases.model import (
    HUB,
    Dossier,
    Persoonsfeiten,
    Tijdlijnregel,
    Voorstel,
    Voorstelstatus,
    Zaak,
    Zaakstatus,
    afgeleid_id,
)
from services.cases.protocol import Protocol
from services.cases.termijnen import hervat as hervat_termijnen
from services.cases.termijnen import stop_alle, werk_bij

Result = tuple[Dossier, list[EventData]]


def ken_persoon(dossier: Dossier, persoon: Persoonsfeiten | None) -> Dossier:
    """Takes over what was fetched about the person; None is: nothing new is known."""
    if persoon is None:
        return dossier
    return replace(dossier, geboortedatum=persoon.geboortedatum, overleden=dossier.overleden or persoon.overleden)


def herbeoordeel(dossier: Dossier, zaak_id: UUID, now: datetime, beleid: Beleid, *, propose: bool = True) -> Result:
    """Asks the rules again: new voorstellen are made, open ones the facts no longer carry lapse.

    Without `propose` only taken are taken over. A zaak of a gemeente that is no longer served stays as it is.
    """
    zaak = dossier.zaken[zaak_id]
    if not zaak.is_open or not beleid.bedient(zaak.gemeente):
        return dossier, []
    protocol, beoordeling = beleid.beoordeel(dossier, zaak, dag_van(now))
    return neem_over(dossier, zaak, protocol, beoordeling, now, beleid, propose=propose)


def neem_over(
    dossier: Dossier,
    zaak: Zaak,
    protocol: Protocol,
    beoordeling: Beoordeling,
    now: datetime,
    beleid: Beleid,
    *,
    propose: bool = True,
) -> Result:
    """Writes down what the rules said: voorstellen, taken, termijnen, and the version that said so."""
    wanted = {item.uitkomst: _adressaten(item, beoordeling) for item in beoordeling.voorstellen if propose}
    voorstellen = {
        i: v.model_copy(update={"status": Voorstelstatus.VERVALLEN})
        if v.status.wacht and wanted.get(v.uitkomst) != v.adressaten
        else v
        for i, v in zaak.voorstellen.items()
    }
    open_now = {v.uitkomst for v in voorstellen.values() if v.status.wacht}
    regels = [
        regel_van(zaak, now, "voorgelegd_besluit_vervallen", v.uitkomst)
        for i, v in zaak.voorstellen.items()
        if v.status is Voorstelstatus.TE_BEVESTIGEN and not voorstellen[i].status.wacht
    ]
    events: list[EventData] = []
    for uitkomst, adressaten in wanted.items():
        if uitkomst in open_now or _al_besloten(zaak, uitkomst):
            continue
        voorstel = _voorstel(zaak, uitkomst, adressaten, protocol, beoordeling, len(voorstellen), now)
        voorstellen[voorstel.voorstel_id] = voorstel
        regels.append(regel_van(zaak, now, "voorstel_gedaan", uitkomst))
        events.append(
            VoorstelGedaan(
                zaak_id=zaak.zaak_id,
                voorstel_id=voorstel.voorstel_id,
                uitkomst=uitkomst,
                regels=tuple(dict.fromkeys(u["regel"] for u in voorstel.uitleg)),
                protocol=voorstel.protocol,
            )
        )
    taken = tuple(sorted({*zaak.taken, *(t.uitkomst for t in beoordeling.taken)}))
    regels += [regel_van(zaak, now, "taak_ontstaan", taak) for taak in taken if taak not in zaak.taken]
    volgens = versie(protocol)
    termijnen, gezegd, geschreven = werk_bij(zaak, protocol, beoordeling, beleid.protocollen.woorden, now)
    if (voorstellen, taken, volgens, termijnen) == (zaak.voorstellen, zaak.taken, zaak.versie, zaak.termijnen):
        return dossier, []
    zaak = zaak.met(voorstellen=voorstellen, taken=taken, versie=volgens, termijnen=termijnen)
    return dossier.met_zaak(zaak, *regels, *geschreven), [*events, *gezegd]


def _al_besloten(zaak: Zaak, uitkomst: str) -> bool:
    """A step is not proposed again after a besluit, until a new melding comes in, Halt ends negatively or the besluit
    is withdrawn.

    A zaak that was taken over has another number, and may have another count of the same meldingen: there a step that
    was carried out since the newest one was heard is known by its moment.
    """
    besloten = {
        v.voorstel_id
        for v in zaak.voorstellen.values()
        if v.uitkomst == uitkomst and v.status is Voorstelstatus.BESLOTEN
    }
    if not besloten:
        return False
    gehoord = max((m.ontvangen_op for m in zaak.meldingen.values() if m.ontvangen_op is not None), default=None)
    if gehoord is not None and zaak.feiten.get("halt_status") != "negatief":
        sinds = (zaak.voorstellen[i].besluit for i in besloten & zaak.uitgevoerd)
        if any(b is not None and b.op > gehoord for b in sinds):
            return True
    first = _voorstel_id(zaak, uitkomst)
    return not besloten.isdisjoint({first, *(afgeleid_id(first, n) for n in range(len(zaak.voorstellen)))})


def _voorstel_id(zaak: Zaak, uitkomst: str) -> UUID:
    stand = (len(zaak.meldingen), zaak.feiten.get("halt_status") == "negatief")
    return afgeleid_id("voorstel", zaak.zaak_id, uitkomst, *stand)


def _adressaten(item: Item, beoordeling: Beoordeling) -> tuple[Adressaat, ...]:
    """To whom the step is addressed; where the rule does not say, to whom letters usually go."""
    return tuple(Adressaat(a) for a in item.adressaten or beoordeling.classificatie.get("brief_adressaten", ()))


def _voorstel(
    zaak: Zaak,
    uitkomst: str,
    adressaten: tuple[Adressaat, ...],
    protocol: Protocol,
    beoordeling: Beoordeling,
    number: int,
    now: datetime,
) -> Voorstel:
    identity = _voorstel_id(zaak, uitkomst)
    if identity in zaak.voorstellen:  # lapsed and proposed again
        identity = afgeleid_id(identity, number)
    reasons = [u for u in beoordeling.uitleg if uitkomst in u.voor]
    return Voorstel(
        voorstel_id=identity,
        uitkomst=uitkomst,
        adressaten=adressaten,
        protocol=versie(protocol),
        uitleg=tuple({"regel": u.regel, "bron": u.bron, "feiten": list(u.feiten), "waarom": u.waarom} for u in reasons),
        gedaan_op=now,
    )


def verwerk_halt(
    dossier: Dossier,
    event: HaltVerwijzingAangeboden | HaltAfloopOntvangen,
    now: datetime,
    beleid: Beleid,
) -> Result:
    """What Halt said moves the zaak: positive closes it, negative or not started goes back to the rules.

    A closed zaak keeps it too, for when it opens again. What stops a verwijzing is `intrekking`'s.
    """
    zaak = dossier.zaken.get(event.zaak_id)
    if zaak is None:
        return dossier, []
    if isinstance(event, HaltVerwijzingAangeboden):
        return dossier.met_regel(regel_van(zaak, now, "halt_aangeboden", "", "halt_bridge")), []
    positief = event.afloop is HaltAfloop.POSITIEF
    zaak = zaak.met(feiten={**zaak.feiten, "halt_status": "positief" if positief else "negatief"})
    dossier = dossier.met_zaak(zaak, regel_van(zaak, now, "halt_afgelopen", event.afloop.value, "halt_bridge"))
    dossier, events = herbeoordeel(dossier, zaak.zaak_id, now, beleid, propose=not positief)
    if positief and dossier.zaken[zaak.zaak_id].is_open:
        dossier, more = sluit(dossier, zaak.zaak_id, "halt_positief", now)
        events = events + more
    return dossier, events


def overlijd(dossier: Dossier, now: datetime) -> Result:
    """The jongere died: everything stops at once."""
    dossier, events = replace(dossier, overleden=True), []
    for zaak in list(dossier.zaken.values()):
        if zaak.is_open:
            dossier, more = sluit(dossier, zaak.zaak_id, "overleden", now)
            events += more
    return dossier, events


def heropen(
    dossier: Dossier, zaak_id: UUID, reden: str, now: datetime, door: str = HUB
) -> tuple[Dossier, list[EventData]]:
    """Opens a closed zaak again; voorstellen that lapsed when it closed stay lapsed, the rules propose anew."""
    zaak = dossier.zaken[zaak_id].met(status=Zaakstatus.OPEN, afsluitreden=None)
    dossier = dossier.met_zaak(zaak, regel_van(zaak, now, "zaak_heropend", reden, door))
    return dossier, [ZaakHeropend(zaak_id=zaak_id, reden=reden)]


TERMIJN_NAGAAN: Final = "verlopen_termijn_nagaan"
"""The task when a zaak opens again after the last day of what a besluit had set going: nobody watched it meanwhile."""


def hervat(dossier: Dossier, zaak_id: UUID, now: datetime, beleid: Beleid) -> Result:
    """What a besluit that still holds had set going goes on in a zaak that opened again."""
    zaak = dossier.zaken[zaak_id]
    if not zaak.geldige_meldingen() and zaak.meldingen:
        return dossier, []
    (termijnen, events, regels), voorbij = hervat_termijnen(zaak, beleid.protocollen.woorden, now)
    taken = zaak.taken
    if voorbij and TERMIJN_NAGAAN not in taken:
        taken = tuple(sorted({*taken, TERMIJN_NAGAAN}))
        regels = [*regels, regel_van(zaak, now, "taak_ontstaan", TERMIJN_NAGAAN)]
    return (dossier.met_zaak(zaak.met(termijnen=termijnen, taken=taken), *regels), events) if regels else (dossier, [])


def sluit(dossier: Dossier, zaak_id: UUID, reden: str, now: datetime, door: str = HUB) -> Result:
    """Closes a zaak: voorstellen nobody decided about lapse, running termijnen stop."""
    zaak = dossier.zaken[zaak_id]
    voorstellen = {
        i: v.model_copy(update={"status": Voorstelstatus.VERVALLEN}) if v.status.wacht else v
        for i, v in zaak.voorstellen.items()
    }
    termijnen, gezegd, regels = stop_alle(zaak, now)
    zaak = zaak.met(status=Zaakstatus.AFGESLOTEN, afsluitreden=reden, voorstellen=voorstellen, termijnen=termijnen)
    dossier = dossier.met_zaak(zaak, *regels, regel_van(zaak, now, "zaak_afgesloten", reden, door))
    meldingen = tuple(m.meldingsnummer for m in zaak.geldige_meldingen())
    return dossier, [*gezegd, ZaakAfgesloten(zaak_id=zaak_id, reden=reden, meldingen=meldingen)]


def noteer(dossier: Dossier, zaak_id: UUID, wat: str, toelichting: str, door: str, now: datetime) -> Dossier:
    """Writes a line in the timeline of a zaak, if we have it."""
    zaak = dossier.zaken.get(zaak_id)
    return dossier if zaak is None else dossier.met_regel(regel_van(zaak, now, wat, toelichting, door))


def plicht_van(beoordeling: Beoordeling) -> Plicht:
    """The duty on the day that was judged, as far as the rules can tell."""
    plicht = beoordeling.classificatie.get("plicht")
    return Plicht(plicht) if plicht is not None else Plicht.ONBEKEND


def regel_van(zaak: Zaak, op: datetime, wat: str, toelichting: str = "", door: str = HUB) -> Tijdlijnregel:
    """A line of the timeline of a zaak."""
    return Tijdlijnregel(zaak.zaak_id, op, wat, door, toelichting)


def dag_van(now: datetime) -> date:
    """The day in the Netherlands."""
    return now.astimezone(AMSTERDAM).date()
