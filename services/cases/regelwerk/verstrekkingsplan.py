"""From rules about disclosure to what must be asked, and in which order.

Both questions use the same derived values, but here only those are worked out that a rule about disclosure rests on.
What rests on the element that is being judged is worked out anew for each element.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

from services.cases.feiten import Feiten
from services.cases.regelwerk.omgeving import ELEMENT, Omgeving
from services.cases.regelwerk.plan import MAX_PLANNEN, Bouwer, Bronregel, Knoop, Kop, RegelfoutIn, zet_klaar
from services.cases.regelwerk.regels import (
    RANGEN,
    Klasseregel,
    Termijnregel,
    Vereisen,
    Vereisteregel,
    Weglaten,
    Weglatingsregel,
    Weigeren,
    Weigeringsregel,
)
from services.cases.regelwerk.stappen import Aanleiding, Voeruit
from services.cases.regelwerk.toetsen import Bekend, Kennis
from services.cases.regelwerk.uitleg import Geldregel
from services.cases.regelwerk.woorden import RegelFout

_Dan = TypeVar("_Dan")


class Vraag(NamedTuple, Generic[_Dan]):
    """A rule made ready for a group of questions: when it applies, what it says, and how it explains itself.

    Whether a rule that is `vast` applies does not hang on the element that is judged.
    """

    aanleiding: Aanleiding
    dan: _Dan
    regel: Geldregel
    vast: bool = False

    def geldt(self, k: Kennis) -> bool:
        """Whether the rule applies."""
        als, tenzij = self.aanleiding
        return als(k) and (tenzij is None or not tenzij(k))


class Klaar(NamedTuple):
    """Everything that can play a part in a group of questions, each in order of rank and file."""

    bericht: Voeruit
    element: Voeruit
    weigeringen: tuple[Vraag[Weigeren], ...]
    niets_over: tuple[Vraag[Weigeren], ...]
    weglatingen: tuple[Vraag[Weglaten], ...]
    aanhoudingen: tuple[Vraag[Vereisen], ...]
    vereisten: tuple[Vraag[Vereisen], ...]


class _Gebouwd(NamedTuple, Generic[_Dan]):
    kop: Kop
    dan: _Dan
    rang: int


class Verstrekkingsplan:
    """The compiled rules about disclosure of one version of one protocol."""

    def __init__(self, regels: Sequence[Bronregel], omgeving: Omgeving) -> None:
        """Compile `regels`, most specific first; raises RegelfoutIn for a rule that does not fit."""
        bouwer = Bouwer(omgeving)
        knopen = bouwer.bouw([r for r in regels if isinstance(r.regel, Klasseregel | Termijnregel)])
        self._weigeringen: list[_Gebouwd[Weigeren]] = []
        self._weglatingen: list[_Gebouwd[Weglaten]] = []
        self._vereisten: list[_Gebouwd[Vereisen]] = []
        for bronregel in regels:
            try:
                self._voeg_toe(bronregel, bouwer, omgeving)
            except RegelFout as fout:
                raise RegelfoutIn(bronregel.regel.id, str(fout)) from fout
        nodig = {naam for gebouwd in self._alle() for naam in gebouwd.kop.namen}
        self._bericht, self._element = _verdeel(_van_belang(knopen, nodig, omgeving))
        self._per_element = frozenset({ELEMENT}.union(*(knoop.levert for knoop in self._element)))
        self._achter = {
            naam: tuple("elementen" if n == ELEMENT else n for n in achter)
            for naam, achter in (bouwer.achter_intern() | {ELEMENT: (ELEMENT,)}).items()
        }
        self.eigen_redenen = {naam: e.reden for naam, e in omgeving.woorden.privacy.elementen.items() if e.reden}
        self._verdelers = omgeving.verdelers
        self._alle_feiten = omgeving.feiten
        self._klaargezet = lru_cache(MAX_PLANNEN)(self._zet_klaar)

    def klaar(self, feiten: Feiten) -> Klaar:
        """What can play a part with these facts."""
        return self._klaargezet(feiten.namen, tuple([feiten.get(naam) for naam in self._verdelers]))

    def _voeg_toe(self, bronregel: Bronregel, bouwer: Bouwer, omgeving: Omgeving) -> None:
        regel, privacy = bronregel.regel, omgeving.woorden.privacy
        if not isinstance(regel, Weigeringsregel | Weglatingsregel | Vereisteregel):
            return
        kop, rang = bouwer.kop(bronregel), RANGEN.index(regel.rang)
        for naam in kop.namen:
            bouwer.makers_van(naam, regel.id)
        _controleer("vereiste", regel.dan.vereist, privacy.vereisten)
        match regel:
            case Weigeringsregel():
                _controleer("weigering", (regel.dan.weigering,), privacy.weigeringen)
                _controleer("reden van weglating", regel.dan.niets_over_door, privacy.redenen)
                self._weigeringen.append(_Gebouwd(kop, regel.dan, rang))
            case Weglatingsregel():
                _controleer("reden van weglating", (regel.dan.reden,), privacy.redenen)
                _controleer("element", (*regel.dan.elementen, *regel.dan.alle_behalve), privacy.elementen)
                self._weglatingen.append(_Gebouwd(kop, regel.dan, rang))
            case _:
                self._vereisten.append(_Gebouwd(kop, regel.dan, rang))

    def _alle(self) -> Iterable[_Gebouwd[Weigeren] | _Gebouwd[Weglaten] | _Gebouwd[Vereisen]]:
        return (*self._weigeringen, *self._weglatingen, *self._vereisten)

    def _zet_klaar(self, namen: frozenset[str], keuzes: tuple[object, ...]) -> Klaar:
        feiten = namen | {"as_of"}
        verdeling = dict(zip(self._verdelers, keuzes, strict=True))
        bekend = Bekend(feiten, self._alle_feiten - feiten, set(feiten), verdeling, self._achter, set(feiten))
        bericht = zet_klaar(self._bericht, bekend)
        weigeringen, vereisten = (
            _zet_vragen_klaar(self._weigeringen, bekend),
            _zet_vragen_klaar(self._vereisten, bekend),
        )
        met_element = bekend._replace(
            feiten=feiten | {ELEMENT}, namen=bekend.namen | {ELEMENT}, zeker=bekend.zeker | {ELEMENT}
        )
        element = zet_klaar(self._element, met_element)
        return Klaar(
            bericht=bericht,
            element=element,
            weigeringen=tuple(vraag for vraag in weigeringen if not vraag.dan.niets_over_door),
            niets_over=tuple(vraag for vraag in weigeringen if vraag.dan.niets_over_door),
            weglatingen=_zet_vragen_klaar(self._weglatingen, met_element, self._per_element),
            aanhoudingen=tuple(vraag for vraag in vereisten if vraag.dan.houdt_aan),
            vereisten=tuple(vraag for vraag in vereisten if not vraag.dan.houdt_aan),
        )


def _controleer(soort: str, namen: Iterable[str], bekend: Mapping[str, object]) -> None:
    if vreemd := set(namen) - bekend.keys():
        raise RegelFout(f"onbekend(e) {soort}: {', '.join(sorted(vreemd))}")


def _van_belang(knopen: Sequence[Knoop], nodig: set[str], omgeving: Omgeving) -> list[Knoop]:
    """The steps that a rule about disclosure rests on, and those that rest on a fact of a disclosure; in order."""
    eigen = {ELEMENT, *omgeving.alleen_bij_verstrekking}
    for knoop in knopen:
        if not eigen.isdisjoint(knoop.gebruikt):
            eigen.update(knoop.levert)
    gekozen = []
    for knoop in reversed(knopen):
        if not nodig.isdisjoint(knoop.levert) or not eigen.isdisjoint(knoop.gebruikt):
            nodig = nodig | set(knoop.gebruikt)
            gekozen.append(knoop)
    return gekozen[::-1]


def _verdeel(knopen: Sequence[Knoop]) -> tuple[list[Knoop], list[Knoop]]:
    """The steps to take once, and those to take for each element."""
    per_element = {ELEMENT}
    eenmaal, steeds = [], []
    for knoop in knopen:
        if per_element.isdisjoint((*knoop.gebruikt, *knoop.levert)):
            eenmaal.append(knoop)
        else:
            per_element.update(knoop.levert)
            steeds.append(knoop)
    return eenmaal, steeds


def _zet_vragen_klaar(
    gebouwd: Sequence[_Gebouwd[_Dan]], bekend: Bekend, per_element: frozenset[str] = frozenset()
) -> tuple[Vraag[_Dan], ...]:
    return tuple(
        Vraag(aanleiding, deel.dan, deel.kop.geldregel.gericht(bekend), per_element.isdisjoint(deel.kop.namen))
        for deel in sorted(gebouwd, key=lambda deel: deel.rang)
        if (aanleiding := deel.kop.aanleiding(bekend)) is not None
    )
