"""Absoluut verzuim: who has no inschrijving and should, what explains it, and what an official makes of it. Pure.

A signal says that something is missing in the registers, never that somebody did wrong. It closes by itself as soon
as the registers explain it; else administratie looks first, and only an official confirms it, which opens a zaak.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.codes import Zaaksoort
from contracts.envelope import EventData
from contracts.events.zaken import AbsoluutVerzuimGesignaleerd, AbsoluutVerzuimVerklaard, ZaakGeopend
from hub.calendar import schooljaar
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from hub.medewerkers import Rol
from services.cases.beleid import Beleid, versie
from services.cases.decisions import Result, herbeoordeel, plicht_van, sluit
from services.cases.model import HUB, Dossier, Tijdlijnregel, Zaak, afgeleid_id
from services.cases.ontbreken import (
    bevind,
    heeft_startkwalificatie,
    niet_meer_hier,
    nu_gedekt,
    verklaring,
    vrijstelling_van_inschrijving,
    waarschijnlijke_oorzaak,
)
from services.cases.plicht import FEIT_VRIJSTELLING, Toets, toets_op
from services.cases.register import Registerblad, Signaal, Signaalstatus, Uitkomst

HANDMATIG = (
    Uitkomst.INSCHRIJVING_GEVONDEN,
    Uitkomst.ADMINISTRATIEVE_FOUT,
    Uitkomst.VRIJSTELLING,
    Uitkomst.VERTROKKEN,
    Uitkomst.OVERLEDEN,
    Uitkomst.PLICHT_GEEINDIGD,
)
"""What somebody who looked may say; `zaak` follows from confirming, `samengevoegd` from the BRP."""


@dataclass(frozen=True, slots=True)
class ToetsInschrijving:
    """Command: look whether there should be an inschrijving. `maand` is the full check of the month, which hands what
    was signalled to administratie; `leveringen` is per gemeente the day on which DUO last told about any inschrijving.

    In a gemeente that is not among them nobody is signalled: there everybody would seem to be without.
    """

    peildatum: date
    leveringen: Mapping[str, date]
    maand: bool = False


@dataclass(frozen=True, slots=True)
class VerklaarSignaal:
    """Command: somebody looked and found what explains it."""

    signaal_id: UUID
    uitkomst: Uitkomst
    medewerker: str


@dataclass(frozen=True, slots=True)
class BevestigSignaal:
    """Command: the administration is right, the jongere is enrolled nowhere; a zaak opens."""

    signaal_id: UUID
    medewerker: str


def toets_inschrijving(dossier: Dossier, command: ToetsInschrijving, now: datetime, beleid: Beleid) -> Result:
    """Looks at one jongere: closes what explains itself, signals what is missing, hands over what is to be checked."""
    dossier, events = verklaar_zichzelf(dossier, now, beleid, command.peildatum)
    blad = dossier.register
    levering = command.leveringen.get(blad.gemeente) if blad is not None and blad.gemeente is not None else None
    if blad is None or blad.gemeente is None or levering is None:
        return dossier, events
    toets = toets_op(beleid, blad.gemeente, command.peildatum)
    gevonden = bevind(blad, dossier.geboortedatum, command.peildatum, toets)
    if gevonden is None:
        return dossier, events
    oorzaak = waarschijnlijke_oorzaak(gevonden, command.peildatum, levering, toets.protocol)
    brin = gevonden.laatste.brin if gevonden.laatste else None
    lopend = _lopend_signaal(dossier, blad, gevonden.sinds)
    if lopend is not None:
        signaal_id, signaal = lopend
        nu = signaal
        if signaal.is_open:
            nu = replace(nu, reden=gevonden.reden, sinds=gevonden.sinds, brin=brin)
        if command.maand and signaal.status is Signaalstatus.GESIGNALEERD:
            nu = replace(nu, status=Signaalstatus.TE_CONTROLEREN, oorzaak=oorzaak)
        if nu != signaal:
            dossier = dossier.met_signaal(signaal_id, replace(nu, gewijzigd_op=now))
        return dossier, events
    eerder = [s for s in blad.signalen.values() if (s.gemeente, s.sinds) == (blad.gemeente, gevonden.sinds)]
    if eerder and not (command.maand and _in_eerdere_maand(eerder, now)):
        return dossier, events
    signaal_id = afgeleid_id("absoluut", dossier.jongere_id, blad.gemeente, gevonden.sinds, len(blad.signalen))
    signaal = Signaal(
        gemeente=blad.gemeente,
        reden=gevonden.reden,
        sinds=gevonden.sinds,
        peildatum=command.peildatum,
        oorzaak=oorzaak,
        status=Signaalstatus.TE_CONTROLEREN if command.maand else Signaalstatus.GESIGNALEERD,
        gewijzigd_op=now,
        brin=brin,
    )
    dossier = dossier.met_signaal(signaal_id, signaal)
    said = AbsoluutVerzuimGesignaleerd(signaal_id=signaal_id, reden=signaal.reden, peildatum=command.peildatum)
    return dossier, [*events, said]


def _lopend_signaal(dossier: Dossier, blad: Registerblad, sinds: date) -> tuple[UUID, Signaal] | None:
    """The signal that absence since a day belongs to: the open one of the gemeente of residence, whenever that began,
    or one that was confirmed, as long as its zaak is open and it began no earlier."""
    for signaal_id, signaal in blad.signalen.items():
        if signaal.gemeente != blad.gemeente:
            continue
        zaak = dossier.zaken.get(signaal.zaak_id) if signaal.zaak_id is not None else None
        if signaal.is_open or (zaak is not None and zaak.is_open and sinds <= signaal.sinds):
            return signaal_id, signaal
    return None


def _in_eerdere_maand(signalen: Iterable[Signaal], now: datetime) -> bool:
    """Whether all of them were explained in an earlier month: whoever is still missing then, is looked at again."""
    dag = now.astimezone(AMSTERDAM).date()
    return all(s.gewijzigd_op.astimezone(AMSTERDAM).date() < dag.replace(day=1) for s in signalen)


def verklaar_zichzelf(dossier: Dossier, now: datetime, beleid: Beleid, dag: date | None = None) -> Result:
    """Closes open signals and untouched zaken that the registers now explain."""
    events: list[EventData] = []
    blad = dossier.register
    if blad is None:
        return dossier, events
    dag = dag or now.astimezone(AMSTERDAM).date()
    for signaal_id, signaal in blad.signalen.items():
        if not signaal.is_open:
            continue
        uitkomst = niet_meer_hier(blad, signaal.gemeente)
        if uitkomst is None and not beleid.bedient(signaal.gemeente):
            uitkomst = Uitkomst.VERTROKKEN
        if uitkomst is None:
            toets = toets_op(beleid, signaal.gemeente, dag)
            uitkomst = verklaring(blad, dossier.geboortedatum, dag, signaal.sinds, toets)
        if uitkomst is not None:
            dossier, event = _verklaar(dossier, signaal_id, signaal, uitkomst, now)
            events.append(event)
    dossier, more = _verklaar_zaken(dossier, dag, now, beleid)
    return dossier, events + more


def _verklaar_zaken(dossier: Dossier, dag: date, now: datetime, beleid: Beleid) -> Result:
    """A zaak about absoluut verzuim ends when an inschrijving or vrijstelling comes, unless an official had decided
    something in it already: then its facts change, and the official ends it."""
    events: list[EventData] = []
    blad = dossier.register
    for zaak_id, zaak in list(dossier.zaken.items()):
        if blad is None or not zaak.is_open or zaak.zaaksoort is not Zaaksoort.ABSOLUUT:
            continue
        if not beleid.bedient(zaak.gemeente):
            continue
        toets = toets_op(beleid, zaak.gemeente, dag)
        gedekt = nu_gedekt(blad, dossier.geboortedatum, dag, toets)
        if gedekt is Uitkomst.INSCHRIJVING_GEVONDEN:
            nieuw: dict[str, Any] = {"ingeschreven": True}
        elif gedekt is Uitkomst.VRIJSTELLING:
            nieuw = {"vrijstelling_lopend": _lopend(dossier, dag, toets)}
        else:
            continue
        if nieuw.items() <= zaak.feiten.items():
            continue
        zaak = zaak.met(feiten={**zaak.feiten, **nieuw})
        dossier = dossier.met_zaak(zaak, Tijdlijnregel(zaak_id, now, gedekt.value, "ingest_duo"))
        if any(v.besluit is not None for v in zaak.voorstellen.values()):
            dossier, more = herbeoordeel(dossier, zaak_id, now, beleid)
        else:
            dossier, more = sluit(dossier, zaak_id, gedekt.value, now)
        events += more
    return dossier, events


def _verklaar(
    dossier: Dossier,
    signaal_id: UUID,
    signaal: Signaal,
    uitkomst: Uitkomst,
    now: datetime,
    medewerker: str | None = None,
) -> tuple[Dossier, EventData]:
    klaar = replace(signaal, status=Signaalstatus.VERKLAARD, uitkomst=uitkomst, gewijzigd_op=now, medewerker=medewerker)
    return dossier.met_signaal(signaal_id, klaar), AbsoluutVerzuimVerklaard(signaal_id=signaal_id, uitkomst=uitkomst)


# What officials do


def verklaar(dossier: Dossier, command: VerklaarSignaal, now: datetime, beleid: Beleid) -> Result:
    """Somebody of administratie, or an official, found the explanation; raises `Ongeldig` naming what is wrong.

    Saying the same once more is accepted and changes nothing.
    """
    signaal = _zoek(dossier, command.signaal_id)
    if command.uitkomst not in HANDMATIG:
        raise Ongeldig(f"kies uit {', '.join(HANDMATIG)}", "uitkomst")
    _bevoegd(beleid, command.medewerker, signaal.gemeente)
    if (signaal.status, signaal.uitkomst) == (Signaalstatus.VERKLAARD, command.uitkomst):
        return dossier, []
    _nog_open(signaal)
    dossier, event = _verklaar(dossier, command.signaal_id, signaal, command.uitkomst, now, command.medewerker)
    return dossier, [event]


def bevestig(dossier: Dossier, command: BevestigSignaal, now: datetime, beleid: Beleid) -> Result:
    """The administration was checked and is right: a zaak opens, or goes on when one is open; raises `Ongeldig`.

    Not before the monthly check handed the signal to administratie: a mistake in the data is looked for first.
    """
    signaal = _zoek(dossier, command.signaal_id)
    beleid.bevoegd(command.medewerker, signaal.gemeente, Rol.LEERPLICHTAMBTENAAR)
    if signaal.status is Signaalstatus.BEVESTIGD:
        return dossier, []
    _nog_open(signaal)
    if signaal.status is Signaalstatus.GESIGNALEERD:
        raise Ongeldig("de administratieve controle moet nog: zij begint met de controle van de maand", "signaal_id")
    dag = now.astimezone(AMSTERDAM).date()
    feiten = _feiten(dossier, signaal, dag, beleid)
    zaak, regels = dossier.open_zaak(Zaaksoort.ABSOLUUT, schooljaar(dag).naam, signaal.gemeente), []
    opent = zaak is None
    if zaak is None:
        zaak = _nieuwe_zaak(dossier, command.signaal_id, signaal, now, beleid)
        regels.append(Tijdlijnregel(zaak.zaak_id, now, "zaak_geopend", HUB, zaak.zaaksoort))
    regels.append(Tijdlijnregel(zaak.zaak_id, now, "signaal_bevestigd", command.medewerker, str(command.signaal_id)))
    dossier = dossier.met_zaak(zaak.met(feiten={**zaak.feiten, **feiten}), *regels)
    klaar = replace(
        signaal,
        status=Signaalstatus.BEVESTIGD,
        uitkomst=Uitkomst.ZAAK,
        gewijzigd_op=now,
        medewerker=command.medewerker,
        zaak_id=zaak.zaak_id,
    )
    dossier = dossier.met_signaal(command.signaal_id, klaar)
    dossier, events = herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    said: list[EventData] = [
        AbsoluutVerzuimVerklaard(signaal_id=command.signaal_id, uitkomst=Uitkomst.ZAAK, zaak_id=zaak.zaak_id)
    ]
    if opent:
        plicht = plicht_van(beleid.beoordeel(dossier, zaak, dag)[1])
        said.append(ZaakGeopend(zaak_id=zaak.zaak_id, zaaksoort=zaak.zaaksoort, plicht=plicht, protocol=zaak.protocol))
    return dossier, said + events


def _zoek(dossier: Dossier, signaal_id: UUID) -> Signaal:
    signaal = dossier.register.signalen.get(signaal_id) if dossier.register else None
    if signaal is None:
        raise Ongeldig("dit signaal bestaat niet", "signaal_id")
    return signaal


def _nog_open(signaal: Signaal) -> None:
    if not signaal.is_open:
        uitkomst = f": {signaal.uitkomst}" if signaal.uitkomst else ""
        raise Ongeldig(f"dit signaal is al {signaal.status}{uitkomst}", "signaal_id")


def _bevoegd(beleid: Beleid, medewerker: str, gemeente: str) -> None:
    try:
        beleid.bevoegd(medewerker, gemeente, Rol.ADMINISTRATIE)
    except Ongeldig:
        beleid.bevoegd(medewerker, gemeente, Rol.LEERPLICHTAMBTENAAR)


def _feiten(dossier: Dossier, signaal: Signaal, dag: date, beleid: Beleid) -> dict[str, Any]:
    """What is established once administratie found no mistake."""
    toets = toets_op(beleid, signaal.gemeente, dag)
    feiten: dict[str, Any] = {
        "ingeschreven": False,
        "absoluut_signaal": True,
        "administratieve_fout": False,
        "eerder_ingeschreven": signaal.brin is not None,
        "vrijstelling_lopend": _lopend(dossier, dag, toets),
        "zonder_inschrijving_sinds": signaal.sinds.isoformat(),
    }
    if dossier.geboortedatum and (vanaf := toets.toets_vanaf(dossier.geboortedatum)):
        feiten["eerste_schooldag_vanaf_leerplicht"] = vanaf.isoformat()
    if dossier.register and heeft_startkwalificatie(dossier.register.startkwalificatie, dag):
        feiten["startkwalificatie"] = True
    return feiten


def _lopend(dossier: Dossier, dag: date, toets: Toets) -> str:
    """How the rules call the vrijstelling that holds; one that does away with enrolment goes first."""
    lopende = dossier.register.lopende_vrijstellingen(dag) if dossier.register else []
    if not lopende:
        return "geen"
    vrij = None
    if dossier.register and dossier.geboortedatum:
        vrij = vrijstelling_van_inschrijving(dossier.register, dossier.geboortedatum, dag, toets)
    return FEIT_VRIJSTELLING[vrij or lopende[0].soort]


def _nieuwe_zaak(dossier: Dossier, signaal_id: UUID, signaal: Signaal, now: datetime, beleid: Beleid) -> Zaak:
    dag = now.astimezone(AMSTERDAM).date()
    return Zaak(
        zaak_id=afgeleid_id("zaak", dossier.jongere_id, signaal_id),
        gemeente=signaal.gemeente,
        zaaksoort=Zaaksoort.ABSOLUUT,
        schooljaar=schooljaar(dag).naam,
        protocol=versie(beleid.protocol(signaal.gemeente, dag)),
        geopend_op=now,
    )
