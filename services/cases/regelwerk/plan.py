"""From rules to an ordered list of steps, so that a decision is one pass over plain closures.

The order of rules in a file does not matter: what a rule refers to is worked out first. Only for one klasse or one
termijn the first rule that applies wins. All decisions about the same set of known facts share a plan, in which the
steps and tests that can never succeed have been left out; so the cost follows the facts, not the number of rules.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Final, NamedTuple

from services.cases.feiten import Feiten
from services.cases.regelwerk import stappen
from services.cases.regelwerk.berekeningen import Som, Vast
from services.cases.regelwerk.klassewaarden import compileer_klasse
from services.cases.regelwerk.omgeving import Omgeving
from services.cases.regelwerk.regels import (
    RANGEN,
    Klasseregel,
    Poortregel,
    Regel,
    Stap,
    Termijnregel,
    Uitkomstregel,
    Vereisteregel,
    Weglatingsregel,
    Weigeringsregel,
)
from services.cases.regelwerk.stappen import Aanleiding, Kandidaat, Staat, Voeruit
from services.cases.regelwerk.toetsen import Bekend, Toets, altijd
from services.cases.regelwerk.uitleg import Geldregel, compileer_zin
from services.cases.regelwerk.woorden import RegelFout

MAX_PLANNEN: Final = 1024
"""How many plans are remembered: one for each set of known facts and dividing choices."""

VERSTREKKINGSREGELS: Final = (Weigeringsregel, Weglatingsregel, Vereisteregel)
"""The kinds of rules that say what may be disclosed; they have a plan of their own."""

_ALTIJD: Final = Toets(lambda _b: altijd, lambda _b: None, ())


class Bronregel(NamedTuple):
    """A rule with its source written out in full."""

    regel: Regel
    bron: str


class RegelfoutIn(RegelFout):
    """A RegelFout that knows in which rule."""

    def __init__(self, regel: str, reden: str) -> None:
        super().__init__(reden)
        self.regel = regel
        self.reden = reden


class Knoop(NamedTuple):
    """A step before it is laid out: how to make it, what it looks at, and what it may make known.

    `maak` gives None when the step can do nothing with what is known.
    """

    maak: Callable[[Bekend], stappen.Stap | None]
    gebruikt: tuple[str, ...]
    levert: tuple[str, ...]


class Plan:
    """The compiled rules of one version of one protocol."""

    def __init__(self, regels: Sequence[Bronregel], omgeving: Omgeving) -> None:
        """Compile `regels`, most specific first; raises RegelfoutIn for a rule that does not fit.

        Rules about disclosure are left out.
        """
        bouwer = Bouwer(omgeving)
        self._knopen = bouwer.bouw([r for r in regels if not isinstance(r.regel, VERSTREKKINGSREGELS)])
        self._achter = bouwer.achter_intern()
        self._verdelers = omgeving.verdelers
        self._alle_feiten = omgeving.feiten
        self._klaargezet = lru_cache(MAX_PLANNEN)(self._zet_klaar)

    def voer_uit(self, staat: Staat, feiten: Feiten) -> None:
        """Take all steps that can do something with these facts, in order."""
        self._klaargezet(feiten.namen, tuple([feiten.get(naam) for naam in self._verdelers]))(staat)

    def _zet_klaar(self, namen: frozenset[str], keuzes: tuple[object, ...]) -> Voeruit:
        feiten = namen | {"as_of"}
        verdeling = dict(zip(self._verdelers, keuzes, strict=True))
        bekend = Bekend(feiten, self._alle_feiten - feiten, set(feiten), verdeling, self._achter, set(feiten))
        return zet_klaar(self._knopen, bekend)


def zet_klaar(knopen: Sequence[Knoop], bekend: Bekend) -> Voeruit:
    """One function of the steps that can do something with what is known; what they make known is added to it."""
    vooraf, gekozen = frozenset(bekend.namen), []
    for knoop in knopen:
        if (stap := knoop.maak(bekend)) is not None:
            gekozen.append(stap)
            bekend.namen.update(knoop.levert)
            if isinstance(stap, stappen.LeidAf) and stap.zeker:
                bekend.zeker.add(stap.doel)
    return stappen.stel_samen(gekozen, bekend.feiten, vooraf)


class Kop(NamedTuple):
    """What all kinds of rules have in common once compiled."""

    als: Toets
    tenzij: Toets | None
    namen: tuple[str, ...]
    geldregel: Geldregel

    def aanleiding(self, bekend: Bekend) -> Aanleiding | None:
        """When the rule applies, or None when it never can."""
        als, tenzij = self.als.waar(bekend), self.tenzij.waar(bekend) if self.tenzij else None
        return None if als is None or tenzij is altijd else Aanleiding(als, tenzij)


class Bouwer:
    """Turns rules into steps and puts them in an order in which every name is known before it is used."""

    def __init__(self, omgeving: Omgeving) -> None:
        self._omgeving = omgeving
        self._knopen: dict[str, Knoop] = {}
        self._na: dict[str, list[str]] = {}
        self._makers: dict[str, list[str]] = {}
        """Per derived name or mark: the steps that may set it."""
        self._kandidaten: dict[str, dict[str, Toets]] = {}
        """Per outcome: the rules that bring it into view, with their `mits`."""
        self._poorten: dict[str, list[str]] = {}
        self._bij_uitkomst: dict[str, list[str]] = {}

    def bouw(self, regels: Sequence[Bronregel]) -> list[Knoop]:
        """All steps, in order."""
        for bronregel in regels:
            try:
                self._knopen[bronregel.regel.id] = self._regelknoop(bronregel)
            except RegelFout as fout:
                raise RegelfoutIn(bronregel.regel.id, str(fout)) from fout
        for code in self._kandidaten:
            self._voeg_uitkomst_toe(code)
        return [self._knopen[sleutel] for sleutel in self._volgorde()]

    def achter_intern(self) -> dict[str, tuple[str, ...]]:
        """Per intern klasse or termijn: the facts and public names that it was worked out from."""
        woorden = self._omgeving.woorden
        achter: dict[str, tuple[str, ...]] = {}
        for naam in TopologicalSorter({n: self._namen_achter(n) for n in self._makers}).static_order():
            definitie = woorden.classificatie.get(naam) or woorden.termijnen.get(naam)
            if definitie is not None and definitie.intern:
                namen = (diep for n in self._namen_achter(naam) for diep in achter.get(n, (n,)))
                achter[naam] = tuple(dict.fromkeys(namen))
        return achter

    def _namen_achter(self, naam: str) -> tuple[str, ...]:
        makers = self._makers.get(naam, ())
        return _zonder_merken([n for maker in makers for n in self._knopen[maker].gebruikt])

    def kop(self, bronregel: Bronregel) -> Kop:
        """What all kinds of rules have in common, compiled; raises RegelFout."""
        regel, omgeving = bronregel.regel, self._omgeving
        als = regel.als.compileer(omgeving) if regel.als else _ALTIJD
        tenzij = regel.tenzij.compileer(omgeving) if regel.tenzij else None
        if vreemd := set(regel.vlaggen) - omgeving.woorden.vlaggen.keys():
            raise RegelFout(f"onbekende vlag: {', '.join(sorted(vreemd))}")
        namen = (*als.namen, *(tenzij.namen if tenzij else ()))
        geldregel = Geldregel(
            regel=regel.regel,
            bron=bronregel.bron,
            feiten=_zonder_merken(namen),
            waarom=compileer_zin(regel.waarom, omgeving),
            vlaggen=regel.vlaggen,
            mens_beslist=isinstance(regel, Uitkomstregel) and regel.mens_beslist == "ja",
        )
        return Kop(als, tenzij, namen, geldregel)

    def _regelknoop(self, bronregel: Bronregel) -> Knoop:
        regel, kop = bronregel.regel, self.kop(bronregel)
        match regel:
            case Uitkomstregel():
                return self._uitkomstknoop(regel, kop)
            case Poortregel():
                return self._poortknoop(regel, kop)
            case Klasseregel() | Termijnregel():
                return self._afleidingknoop(regel, kop)
            case _:
                raise RegelFout("een regel over verstrekking heeft hier geen plaats")

    def _uitkomstknoop(self, regel: Uitkomstregel, kop: Kop) -> Knoop:
        mits = regel.mits.compileer(self._omgeving) if regel.mits else _ALTIJD
        geldregel = kop.geldregel.met_feiten(_zonder_merken(mits.namen))
        klassen_van = {}
        for stap in regel.stappen:
            _controleer(stap, regel, self._omgeving)
            klassen_van[stap.uitkomst] = klassen = _klassen(stap, self._omgeving)
            termijn = (stap.termijn,) if stap.termijn else ()
            self._kandidaten.setdefault(stap.uitkomst, {})[regel.id] = mits
            self._bij_uitkomst.setdefault(stap.uitkomst, []).extend((*mits.namen, *klassen, *termijn))

        def maak(bekend: Bekend) -> stappen.Stap | None:
            if (aanleiding := kop.aanleiding(bekend)) is None:
                return None
            hier, enige = geldregel.gericht(bekend), len(regel.stappen) == 1
            kandidaten = {
                stap.uitkomst: Kandidaat(
                    regel.id, hier, stap.adressaten, klassen_van[stap.uitkomst], stap.termijn, enige
                )
                for stap in regel.stappen
            }
            return stappen.BrengInBeeld(aanleiding, kandidaten)

        return Knoop(maak, kop.namen, tuple(f"kandidaat:{stap.uitkomst}" for stap in regel.stappen))

    def _poortknoop(self, regel: Poortregel, kop: Kop) -> Knoop:
        woorden, blokkade, altijd_melden = self._omgeving.woorden, regel.dan.blokkade, regel.dan.altijd_melden == "ja"
        if blokkade not in woorden.blokkades:
            raise RegelFout(f"onbekende blokkade: {blokkade}")
        codes = frozenset[str]().union(*(woorden.leden(naam) for naam in regel.dan.houdt_tegen))
        for code in sorted(codes):
            self._poorten.setdefault(code, []).append(regel.id)
        merk, voorrang = f"blokkade:{blokkade}", RANGEN.index(regel.rang)
        self._makers.setdefault(merk, []).append(regel.id)

        def maak(bekend: Bekend) -> stappen.Stap | None:
            aanleiding = kop.aanleiding(bekend)
            in_beeld = frozenset(code for code in codes if f"kandidaat:{code}" in bekend.namen)
            if aanleiding is None or not (in_beeld or altijd_melden):
                return None
            geldregel = kop.geldregel.gericht(bekend)
            return stappen.HoudTegen(aanleiding, in_beeld, blokkade, voorrang, altijd_melden, geldregel)

        return Knoop(maak, kop.namen, (merk,))

    def _afleidingknoop(self, regel: Klasseregel | Termijnregel, kop: Kop) -> Knoop:
        if isinstance(regel, Klasseregel) and regel.dan is None:
            return Knoop(lambda bekend: _vlaggen(kop, bekend), kop.namen, ())
        doel, intern, som = self._afleiding(regel)
        geldregel, termijn = kop.geldregel.met_feiten(som.namen), isinstance(regel, Termijnregel)
        eerdere = self._makers.setdefault(doel, [])
        self._na[regel.id] = eerdere[-1:]
        eerdere.append(regel.id)

        def maak(bekend: Bekend) -> stappen.Stap | None:
            aanleiding = kop.aanleiding(bekend)
            if aanleiding is None or doel in bekend.zeker or not som.kan(bekend):
                return None
            hier, eerste = geldregel.gericht(bekend), doel not in bekend.namen
            zeker = aanleiding == (altijd, None) and som.zeker(bekend)
            return stappen.LeidAf(aanleiding, doel, som, hier, termijn, intern, eerste, zeker)

        return Knoop(maak, (*kop.namen, *som.namen), (doel,))

    def _afleiding(self, regel: Klasseregel | Termijnregel) -> tuple[str, bool, Som | Vast]:
        """The name a rule derives, whether that stays out of the answer, and how it is worked out."""
        woorden = self._omgeving.woorden
        if isinstance(regel, Termijnregel):
            if (termijn := woorden.termijnen.get(regel.dan.termijn)) is None:
                raise RegelFout(f"onbekende termijn: {regel.dan.termijn}")
            return regel.dan.termijn, termijn.intern, regel.dan.op.compileer(self._omgeving)
        if regel.dan is None or (klasse := woorden.classificatie.get(regel.dan.klasse)) is None:
            raise RegelFout(f"onbekende klasse: {regel.dan.klasse if regel.dan else ''}")
        return regel.dan.klasse, klasse.intern, compileer_klasse(regel.dan.wordt, klasse, self._omgeving)

    def _voeg_uitkomst_toe(self, code: str) -> None:
        definitie, sleutel = self._omgeving.woorden.uitkomsten[code], f"uitkomst:{code}"
        kandidaten = self._kandidaten[code]

        def maak(bekend: Bekend) -> stappen.Stap | None:
            if f"kandidaat:{code}" not in bekend.namen:
                return None
            mitsen = {regel: test for regel, mits in kandidaten.items() if (test := mits.waar(bekend)) is not None}
            return stappen.StelVast(code, definitie.actor, mitsen, definitie.soort == "taak")

        self._knopen[sleutel] = Knoop(maak, tuple(self._bij_uitkomst[code]), (sleutel,))
        self._na[sleutel] = [*kandidaten, *self._poorten.get(code, ())]
        self._makers[sleutel] = [sleutel]

    def _volgorde(self) -> list[str]:
        for code, poorten in self._poorten.items():
            for poort in poorten:
                self._na.setdefault(poort, []).extend(self._kandidaten.get(code, ()))
        graaf: TopologicalSorter[str] = TopologicalSorter()
        for sleutel, knoop in self._knopen.items():
            makers = [maker for naam in knoop.gebruikt for maker in self.makers_van(naam, sleutel)]
            graaf.add(sleutel, *self._na.get(sleutel, ()), *makers)
        try:
            return list(graaf.static_order())
        except CycleError as fout:
            kring = fout.args[1]
            regel = next((sleutel for sleutel in kring if ":" not in sleutel), kring[0])
            raise RegelfoutIn(regel, f"verwijst in een kring naar zichzelf: {', '.join(kring)}") from fout

    def makers_van(self, naam: str, sleutel: str) -> Sequence[str]:
        """The steps that may set a name; raises RegelfoutIn for a derived value that nothing derives."""
        woorden = self._omgeving.woorden
        if naam not in self._makers and (naam in woorden.classificatie or naam in woorden.termijnen):
            regel = next(iter(self._kandidaten[sleutel.partition(":")[2]])) if ":" in sleutel else sleutel
            raise RegelfoutIn(regel, f"{naam} wordt in dit protocol nergens afgeleid")
        return self._makers.get(naam, ())


def _vlaggen(kop: Kop, bekend: Bekend) -> stappen.Stap | None:
    aanleiding = kop.aanleiding(bekend)
    return stappen.ZetVlaggen(aanleiding, kop.geldregel.gericht(bekend)) if aanleiding else None


def _zonder_merken(namen: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(naam for naam in namen if ":" not in naam))


def _controleer(stap: Stap, regel: Uitkomstregel, omgeving: Omgeving) -> None:
    definitie = omgeving.woorden.uitkomsten.get(stap.uitkomst)
    if definitie is None:
        raise RegelFout(f"onbekende uitkomst: {stap.uitkomst}")
    if (definitie.soort, definitie.actor) != (regel.soort, stap.actor):
        raise RegelFout(f"{stap.uitkomst} is een {definitie.soort} van {definitie.actor}")
    if stap.termijn is not None and stap.termijn not in omgeving.woorden.termijnen:
        raise RegelFout(f"onbekende termijn: {stap.termijn}")


def _klassen(stap: Stap, omgeving: Omgeving) -> tuple[str, ...]:
    """The klassen among the addressees of an outcome."""
    klassen = tuple(naam for naam in stap.adressaten if naam not in omgeving.woorden.adressaten)
    for naam in klassen:
        definitie = omgeving.woorden.classificatie.get(naam)
        if definitie is None or definitie.type != "lijst van adressaten":
            raise RegelFout(f"geen adressaat en geen klasse met adressaten: {naam}")
    return klassen
