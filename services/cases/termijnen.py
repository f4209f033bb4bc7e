"""The termijnen of a zaak: how they begin, move, are met, lapse and pass. Pure.

What each termijn is stands in `protocols/woordenlijst.yaml`. Each one that begins ends once: met, lapsed or passed. One
whose last day is over is left to the clock, which lets it pass: late is late, also when it is found out afterwards.
A day that is computed anew ends the termijn that ran and begins another, so that both are seen.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.zaken import (
    TermijnGehaald,
    TermijnGenaderd,
    TermijnGestart,
    TermijnVerstreken,
    TermijnVervallen,
)
from hub.calendar import einde_kwartaal, min_werkdagen, plus_werkdagen
from hub.clock import AMSTERDAM
from services.cases.beleid import waarde
from services.cases.engine import Beoordeling
from services.cases.model import Termijn, Termijnstatus, Tijdlijnregel, Voorstelstatus, Zaak, afgeleid_id
from services.cases.protocol import Protocol
from services.cases.regelwerk.woorden import Woordenlijst

HUB = "hub"


class Verloop(NamedTuple):
    """The termijnen of a zaak afterwards, with what must be said and written down."""

    termijnen: Mapping[UUID, Termijn]
    events: list[EventData]
    regels: list[Tijdlijnregel]


class _Boek:
    """Changes termijnen of one zaak at one moment, and keeps what happened."""

    def __init__(self, zaak: Zaak, now: datetime, door: str = HUB) -> None:
        self.zaak, self.now, self.door, self.dag = zaak, now, door, _dag(now)
        self.termijnen = dict(zaak.termijnen)
        self.events: list[EventData] = []
        self.regels: list[Tijdlijnregel] = []

    def lopend(self) -> list[tuple[UUID, Termijn]]:
        return [(i, t) for i, t in self.termijnen.items() if t.status is Termijnstatus.LOOPT]

    def begin(self, termijn: Termijn) -> None:
        self.termijnen[termijn.termijn_id] = termijn
        self._noteer("termijn_gestart", termijn)
        self.events.append(
            TermijnGestart(
                zaak_id=self.zaak.zaak_id, termijn=termijn.naam, uiterlijk=termijn.uiterlijk, regel=termijn.regel
            )
        )

    def haal(self, termijn: Termijn) -> None:
        self._eindig(termijn, Termijnstatus.GEHAALD, "termijn_gehaald", TermijnGehaald)

    def laat_vervallen(self, termijn: Termijn) -> None:
        self._eindig(termijn, Termijnstatus.VERVALLEN, "termijn_vervallen", TermijnVervallen)

    def verstrijk(self, termijn: Termijn) -> None:
        if termijn.te_waarschuwen is not None:
            self._noteer("termijnwaarschuwing_vervallen", termijn)
        self._eindig(termijn, Termijnstatus.VERSTREKEN, "termijn_verstreken", TermijnVerstreken)

    def waarschuw(self, termijn: Termijn) -> None:
        self.termijnen[termijn.termijn_id] = termijn.model_copy(update={"gewaarschuwd": True})
        self._noteer("termijn_genaderd", termijn)
        self.events.append(
            TermijnGenaderd(zaak_id=self.zaak.zaak_id, termijn=termijn.naam, uiterlijk=termijn.uiterlijk)
        )

    def verloop(self) -> Verloop:
        return Verloop(self.termijnen, self.events, self.regels)

    def _eindig(
        self,
        termijn: Termijn,
        status: Termijnstatus,
        wat: str,
        event: type[TermijnGehaald | TermijnVervallen | TermijnVerstreken],
    ) -> None:
        self.termijnen[termijn.termijn_id] = termijn.model_copy(update={"status": status})
        self._noteer(wat, termijn)
        self.events.append(event(zaak_id=self.zaak.zaak_id, termijn=termijn.naam, uiterlijk=termijn.uiterlijk))

    def _noteer(self, wat: str, termijn: Termijn) -> None:
        self.regels.append(Tijdlijnregel(self.zaak.zaak_id, self.now, wat, self.door, termijn.naam))


def werk_bij(zaak: Zaak, protocol: Protocol, beoordeling: Beoordeling, woorden: Woordenlijst, now: datetime) -> Verloop:
    """Begins, moves, meets and lets lapse what the judgement of today says; nothing changes most of the time."""
    gewenst = _gewenst(beoordeling, woorden, now)
    if not gewenst and not zaak.termijnen:
        return Verloop(zaak.termijnen, [], [])
    boek = _Boek(zaak, now)
    voldaan = _Voldaan(zaak, beoordeling, woorden)
    for _, termijn in boek.lopend():
        if termijn.uiterlijk < boek.dag:
            gewenst.pop(termijn.naam, None)
        elif voldaan(termijn.naam) and not termijn.al_voldaan:
            boek.haal(termijn)
        elif termijn.van_regels:
            uiterlijk = gewenst.get(termijn.naam)
            if uiterlijk == termijn.uiterlijk:
                del gewenst[termijn.naam]
            else:
                boek.laat_vervallen(termijn)
    for naam, uiterlijk in gewenst.items():
        if not voldaan(naam) and not _was_er(boek.termijnen.values(), naam, uiterlijk):
            termijn = _van_regels(boek, naam, uiterlijk, protocol, beoordeling, woorden)
            boek.begin(termijn)
            if uiterlijk < boek.dag:  # what it rests on became known late
                boek.verstrijk(termijn)
    return boek.verloop() if boek.events else Verloop(zaak.termijnen, [], [])


def begin_bij_besluit(
    zaak: Zaak,
    oorzaak: UUID,
    naam: str,
    duur: str,
    regel: str,
    protocol: Protocol,
    woorden: Woordenlijst,
    now: datetime,
) -> Verloop:
    """Begins the termijn that a besluit (`oorzaak`: its voorstel) sets going in a zaak with the facts it set.

    `duur` is the value of the protocol that says how long, in werkdagen or weeks; raises `Ongeldig` without it.
    """
    boek = _Boek(zaak, now)
    lengte = int(waarde(protocol, duur))
    weken = protocol.waarden[duur].eenheid == "weken"
    uiterlijk = boek.dag + timedelta(weeks=lengte) if weken else plus_werkdagen(boek.dag, lengte)
    boek.begin(
        Termijn(
            termijn_id=afgeleid_id("termijn", oorzaak, naam),
            naam=naam,
            uiterlijk=uiterlijk,
            regel=regel,
            begonnen_op=boek.dag,
            waarschuwen_op=_waarschuwen_op(naam, uiterlijk, boek.dag, protocol, woorden),
            al_voldaan=woorden.lopend[naam].gehaald_door.door_feiten(zaak.feiten),
        )
    )
    return boek.verloop()


def gehaald(zaak: Zaak, feiten: Mapping[str, Any], woorden: Woordenlijst, now: datetime, door: str) -> Verloop:
    """Meets what waited for facts that an official establishes now, on its last day at the latest."""
    boek = _Boek(zaak, now, door)
    for _, termijn in boek.lopend():
        soort = woorden.lopend.get(termijn.naam)
        if soort is not None and termijn.uiterlijk >= boek.dag and soort.gehaald_door.door_feiten(feiten):
            boek.haal(termijn)
    return boek.verloop()


def stop_alle(zaak: Zaak, now: datetime) -> Verloop:
    """Lets everything lapse that runs: the zaak ends here."""
    boek = _Boek(zaak, now)
    for _, termijn in boek.lopend():
        boek.laat_vervallen(termijn)
    return boek.verloop()


def stop_dubbele(zaak: Zaak, namen: Collection[str], now: datetime) -> Verloop:
    """Lets lapse what runs under one of these names: the zaak in which this one goes up has one that runs."""
    boek = _Boek(zaak, now)
    for _, termijn in boek.lopend():
        if termijn.naam in namen:
            boek.laat_vervallen(termijn)
    return boek.verloop()


def hervat(zaak: Zaak, woorden: Woordenlijst, now: datetime) -> tuple[Verloop, bool]:
    """Begins again, with its old day, what a besluit that holds set going and what lapsed when the zaak closed; and
    tells whether the day of one is over already."""
    boek, voorbij = _Boek(zaak, now), False
    lopend = {t.naam for _, t in boek.lopend()}
    van_besluit = {afgeleid_id("termijn", i, t.naam) for i in zaak.uitgevoerd for t in zaak.termijnen.values()}
    for termijn_id, termijn in zaak.termijnen.items():
        vervallen = termijn.status is Termijnstatus.VERVALLEN and termijn_id in van_besluit
        soort = woorden.lopend.get(termijn.naam)
        voldaan = soort is not None and soort.gehaald_door.door_feiten(zaak.feiten) and not termijn.al_voldaan
        if not vervallen or voldaan or termijn.naam in lopend:
            continue
        if termijn.uiterlijk < boek.dag:
            voorbij = True
        else:
            boek.begin(termijn.model_copy(update={"status": Termijnstatus.LOOPT}))
            lopend.add(termijn.naam)
    return boek.verloop(), voorbij


def stop_van(zaak: Zaak, oorzaak: UUID, now: datetime) -> Verloop:
    """Lets lapse what runs because of one besluit (of the voorstel `oorzaak`), which was withdrawn."""
    boek = _Boek(zaak, now)
    for termijn_id, termijn in boek.lopend():
        if termijn_id == afgeleid_id("termijn", oorzaak, termijn.naam):
            boek.laat_vervallen(termijn)
    return boek.verloop()


def verstrijk(zaak: Zaak, termijn_id: UUID, now: datetime) -> Verloop:
    """Lets a termijn pass whose last day is over in the Netherlands; one that is not, or ended, stays as it is."""
    boek = _Boek(zaak, now)
    termijn = zaak.termijnen.get(termijn_id)
    if termijn is not None and termijn.status is Termijnstatus.LOOPT and termijn.uiterlijk < boek.dag:
        boek.verstrijk(termijn)
    return boek.verloop()


def waarschuw(zaak: Zaak, termijn_id: UUID, now: datetime) -> Verloop:
    """Warns once of a termijn that runs, from the day of its warning up to and including its last day."""
    boek = _Boek(zaak, now)
    termijn = zaak.termijnen.get(termijn_id)
    vanaf = termijn.te_waarschuwen if termijn is not None else None
    if termijn is not None and vanaf is not None and vanaf <= boek.dag <= termijn.uiterlijk:
        boek.waarschuw(termijn)
    return boek.verloop()


def telling_na(zaak: Zaak, naam: str, woorden: Woordenlijst) -> dict[str, Any]:
    """The facts that change because a termijn passed, if any."""
    soort = woorden.lopend.get(naam)
    na = soort.na_verstrijken if soort else None
    if na is None or na.zolang_onbekend in zaak.feiten:
        return {}
    return {na.tel_op: zaak.feiten.get(na.tel_op, 0) + 1}


def zonder_telling(zaak: Zaak, oorzaak: UUID, woorden: Woordenlijst) -> Zaak:
    """The zaak without what was counted because a termijn passed that one besluit (of the voorstel `oorzaak`) began.

    What was counted before the last melding came in counts no more already.
    """
    feiten, laatste = (
        dict(zaak.feiten),
        max((m.ontvangen_op for m in zaak.meldingen.values() if m.ontvangen_op), default=None),
    )
    for termijn_id, termijn in zaak.termijnen.items():
        soort = woorden.lopend.get(termijn.naam)
        na = soort.na_verstrijken if soort else None
        if na is None or termijn_id != afgeleid_id("termijn", oorzaak, termijn.naam):
            continue
        telt = laatste is None or termijn.uiterlijk >= _dag(laatste)
        if termijn.status is Termijnstatus.VERSTREKEN and not termijn.al_voldaan and telt and na.tel_op in feiten:
            feiten[na.tel_op] -= 1
            if feiten[na.tel_op] <= 0:
                del feiten[na.tel_op]
    return zaak.met(feiten=feiten)


class _Voldaan:
    """Whether what a termijn waits for has been done, by the facts known and the besluiten taken."""

    def __init__(self, zaak: Zaak, beoordeling: Beoordeling, woorden: Woordenlijst) -> None:
        self._beoordeling, self._woorden = beoordeling, woorden
        self._gedaan = {
            v.uit_te_voeren
            for v in zaak.voorstellen.values()
            if v.status is Voorstelstatus.BESLOTEN and v.besluit is not None and v.besluit.ingetrokken_op is None
        }

    def __call__(self, naam: str) -> bool:
        soort = self._woorden.lopend.get(naam)
        if soort is None:
            return False
        door = soort.gehaald_door
        feiten = {feit: self._beoordeling.bekend(feit) for feit in door.feiten}
        return not self._gedaan.isdisjoint(door.besluiten) or door.door_feiten(feiten)


def _gewenst(beoordeling: Beoordeling, woorden: Woordenlijst, now: datetime) -> dict[str, date]:
    """The last day of each termijn that the judgement asks for."""
    lopend = woorden.lopend
    gewenst = {naam: op for naam, op in beoordeling.termijnen.items() if naam in lopend}
    for naam, begin in woorden.zonder_regel:
        if begin.feit is not None:
            op = beoordeling.bekend(begin.feit)
            if isinstance(op, date):
                gewenst[naam] = op
        elif begin.uitkomst in [item.uitkomst for item in beoordeling.voorstellen]:
            gewenst[naam] = einde_kwartaal(_dag(now))
    return gewenst


def _was_er(termijnen: Iterable[Termijn], naam: str, uiterlijk: date) -> bool:
    """Whether a termijn of this name and day passed; one that was met or lapsed may begin again."""
    voorbij = Termijnstatus.VERSTREKEN
    return any(t.naam == naam and t.uiterlijk == uiterlijk and t.status is voorbij for t in termijnen)


def _van_regels(
    boek: _Boek, naam: str, uiterlijk: date, protocol: Protocol, beoordeling: Beoordeling, woorden: Woordenlijst
) -> Termijn:
    nummer = sum(t.naam == naam for t in boek.termijnen.values())
    return Termijn(
        termijn_id=afgeleid_id("termijn", boek.zaak.zaak_id, naam, nummer),
        naam=naam,
        uiterlijk=uiterlijk,
        regel=_regel(naam, beoordeling, woorden),
        begonnen_op=boek.dag,
        waarschuwen_op=_waarschuwen_op(naam, uiterlijk, boek.dag, protocol, woorden),
        van_regels=True,
    )


def _regel(naam: str, beoordeling: Beoordeling, woorden: Woordenlijst) -> str:
    """The rule that gave the day, or the one that stands for it."""
    vast = woorden.lopend[naam].regel
    return vast or next(u.regel for u in beoordeling.uitleg if naam in u.voor)


def _waarschuwen_op(naam: str, uiterlijk: date, dag: date, protocol: Protocol, woorden: Woordenlijst) -> date | None:
    """The day of the warning; None where there is none, or where it would come on the first day."""
    eigen = protocol.waarden.get(f"waarschuw_{naam}")
    vooraf = eigen.waarde if eigen is not None else woorden.lopend[naam].waarschuw
    if not isinstance(vooraf, int):
        return None
    op = min_werkdagen(uiterlijk, vooraf)
    return op if op > dag else None


def _dag(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()
