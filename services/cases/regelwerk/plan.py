"""From rules to an ordered list of steps, so that a decision is one pass over plain closures.

The order of rules in a file does not matter: what a rule refers to is worked out first. Only for one klasse or one
termijn the first rule that applies wins. Steps that need a fact that is not there are left out before the pass.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from graphlib import CycleError, TopologicalSorter
from typing import Final, NamedTuple

from services.cases.feiten import Feiten
from services.cases.regelwerk import stappen
from services.cases.regelwerk.berekeningen import Som, compileer_klasse
from services.cases.regelwerk.regels import RANGEN, Klasseregel, Poortregel, Regel, Stap, Termijnregel, Uitkomstregel
from services.cases.regelwerk.stappen import Aanleiding, Kandidaat, Voeruit
from services.cases.regelwerk.uitleg import Geldregel, compileer_zin
from services.cases.regelwerk.woorden import ALTIJD, Kennis, Omgeving, RegelFout, keuze_past

MAX_PLANNEN: Final = 4096
"""How many selections of steps are remembered, one for each set of known facts and dividing choices."""

_NIETS: Final[frozenset[str]] = frozenset()


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


class _Knoop(NamedTuple):
    """A step before ordering.

    `gebruikt`: the names it looks at. `nodig`: facts without which it does nothing. `brengt`: outcomes it brings
    into view. `hoort_bij`: outcomes of which one must be in view for it to do anything (empty: always).
    """

    voer_uit: Voeruit
    gebruikt: tuple[str, ...]
    nodig: frozenset[str]
    brengt: frozenset[str] = _NIETS
    hoort_bij: frozenset[str] = _NIETS


class _Kop(NamedTuple):
    """What all kinds of rules have in common once compiled."""

    aanleiding: Aanleiding
    namen: tuple[str, ...]
    nodig: frozenset[str]
    bron: str


class Plan:
    """The compiled rules of one version of one protocol."""

    def __init__(self, regels: Sequence[Bronregel], omgeving: Omgeving) -> None:
        """Compile `regels`, most specific first; raises RegelfoutIn for a rule that does not fit."""
        self._knopen = _Bouwer(omgeving).bouw(regels)
        self._verdelers = omgeving.verdelers
        self._keuze_elementen = {deel for knoop in self._knopen for deel in knoop.nodig if "=" in deel}
        self._kies_eenmaal = lru_cache(MAX_PLANNEN)(self._kies)

    def stappen(self, feiten: Feiten) -> tuple[Voeruit, ...]:
        """The steps that can do something with these facts, in order."""
        return self._kies_eenmaal(feiten.namen, tuple([feiten.get(naam) for naam in self._verdelers]))

    def _kies(self, bekend: frozenset[str], keuzes: tuple[object, ...]) -> tuple[Voeruit, ...]:
        paren = list(zip(self._verdelers, keuzes, strict=True))
        past = {deel for deel in self._keuze_elementen if any(keuze_past(deel, *paar) for paar in paren)}
        mogelijk = [knoop for knoop in self._knopen if knoop.nodig <= bekend | past]
        in_beeld = _NIETS.union(*(knoop.brengt for knoop in mogelijk))
        return tuple(k.voer_uit for k in mogelijk if not k.hoort_bij or not k.hoort_bij.isdisjoint(in_beeld))


class _Bouwer:
    """Turns rules into steps and puts them in an order in which every name is known before it is used."""

    def __init__(self, omgeving: Omgeving) -> None:
        self._omgeving = omgeving
        self._knopen: dict[str, _Knoop] = {}
        self._na: dict[str, list[str]] = {}
        self._makers: dict[str, list[str]] = {}
        """Per derived name or mark: the steps that may set it."""
        self._kandidaten: dict[str, list[str]] = {}
        self._poorten: dict[str, list[str]] = {}
        self._bij_uitkomst: dict[str, list[str]] = {}

    def bouw(self, regels: Sequence[Bronregel]) -> list[_Knoop]:
        """All steps, in order."""
        for bronregel in regels:
            try:
                self._knopen[bronregel.regel.id] = self._regelknoop(bronregel)
            except RegelFout as fout:
                raise RegelfoutIn(bronregel.regel.id, str(fout)) from fout
        for code in self._kandidaten:
            self._voeg_uitkomst_toe(code)
        nodig: dict[str, frozenset[str]] = {}
        volgorde = self._volgorde()
        for sleutel in volgorde:
            nodig[sleutel] = self._feiten_nodig(sleutel, nodig)
        return [self._knopen[sleutel]._replace(nodig=nodig[sleutel]) for sleutel in volgorde]

    def _regelknoop(self, bronregel: Bronregel) -> _Knoop:
        regel, omgeving = bronregel.regel, self._omgeving
        als = regel.als.compileer(omgeving) if regel.als else ALTIJD
        tenzij = regel.tenzij.compileer(omgeving) if regel.tenzij else None
        if vreemd := set(regel.vlaggen) - omgeving.woorden.vlaggen.keys():
            raise RegelFout(f"onbekende vlag: {', '.join(sorted(vreemd))}")
        kop = _Kop(
            Aanleiding(als.waar, tenzij.waar if tenzij else None),
            (*als.namen, *(tenzij.namen if tenzij else ())),
            als.nodig,
            bronregel.bron,
        )
        match regel:
            case Uitkomstregel():
                return self._uitkomstknoop(regel, kop)
            case Poortregel():
                return self._poortknoop(regel, kop)
            case _:
                return self._afleidingknoop(regel, kop)

    def _uitkomstknoop(self, regel: Uitkomstregel, kop: _Kop) -> _Knoop:
        mits = regel.mits.compileer(self._omgeving) if regel.mits else None
        bij_mits = mits.namen if mits else ()
        geldregel = self._geldregel(regel, kop, bij_mits)
        kandidaten = {}
        for stap in regel.stappen:
            _controleer(stap, regel, self._omgeving)
            adressaten, klassen = _adressaten(stap, self._omgeving)
            kandidaten[stap.uitkomst] = Kandidaat(geldregel, mits.waar if mits else None, adressaten, stap.termijn)
            self._kandidaten.setdefault(stap.uitkomst, []).append(regel.id)
            termijn = (stap.termijn,) if stap.termijn else ()
            self._bij_uitkomst.setdefault(stap.uitkomst, []).extend((*bij_mits, *klassen, *termijn))
        voer_uit = stappen.breng_in_beeld(kop.aanleiding, kandidaten)
        return _Knoop(voer_uit, kop.namen, kop.nodig, brengt=frozenset(kandidaten))

    def _poortknoop(self, regel: Poortregel, kop: _Kop) -> _Knoop:
        woorden, blokkade, altijd = self._omgeving.woorden, regel.dan.blokkade, regel.dan.altijd_melden == "ja"
        if blokkade not in woorden.blokkades:
            raise RegelFout(f"onbekende blokkade: {blokkade}")
        codes = _NIETS.union(*(woorden.leden(naam) for naam in regel.dan.houdt_tegen))
        for code in sorted(codes):
            self._poorten.setdefault(code, []).append(regel.id)
        self._makers.setdefault(f"blokkade:{blokkade}", []).append(regel.id)
        geldregel, voorrang = self._geldregel(regel, kop), RANGEN.index(regel.rang)
        voer_uit = stappen.houd_tegen(kop.aanleiding, codes, blokkade, voorrang, altijd, geldregel)
        return _Knoop(voer_uit, kop.namen, kop.nodig, hoort_bij=_NIETS if altijd else codes)

    def _afleidingknoop(self, regel: Klasseregel | Termijnregel, kop: _Kop) -> _Knoop:
        if isinstance(regel, Klasseregel) and regel.dan is None:
            voer_uit = stappen.zet_vlaggen(kop.aanleiding, self._geldregel(regel, kop))
            return _Knoop(voer_uit, kop.namen, kop.nodig)
        doel, intern, som = self._afleiding(regel)
        kop = kop._replace(namen=(*kop.namen, *som.namen), nodig=kop.nodig | som.nodig)
        eerdere = self._makers.setdefault(doel, [])
        self._na[regel.id] = eerdere[-1:]
        eerdere.append(regel.id)
        geldregel, termijn = self._geldregel(regel, kop), isinstance(regel, Termijnregel)
        voer_uit = stappen.leid_af(kop.aanleiding, doel, som.bereken, geldregel, termijn=termijn, intern=intern)
        return _Knoop(voer_uit, kop.namen, kop.nodig)

    def _afleiding(self, regel: Klasseregel | Termijnregel) -> tuple[str, bool, Som]:
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
        voer_uit = stappen.stel_vast(code, definitie.actor, taak=definitie.soort == "taak")
        gebruikt = tuple(self._bij_uitkomst[code])
        self._knopen[sleutel] = _Knoop(voer_uit, gebruikt, _NIETS, hoort_bij=frozenset({code}))
        self._na[sleutel] = [*self._kandidaten[code], *self._poorten.get(code, ())]
        self._makers[sleutel] = [sleutel]

    def _geldregel(self, regel: Regel, kop: _Kop, meer: Sequence[str] = ()) -> Geldregel:
        feiten = tuple(dict.fromkeys(naam for naam in (*kop.namen, *meer) if ":" not in naam))
        return Geldregel(
            regel=regel.regel,
            bron=kop.bron,
            feiten=feiten,
            alle_bekend=kop.nodig.issuperset(feiten),
            waarom=compileer_zin(regel.waarom, self._omgeving),
            vlaggen=regel.vlaggen,
            mens_beslist=isinstance(regel, Uitkomstregel) and regel.mens_beslist == "ja",
        )

    def _volgorde(self) -> list[str]:
        for code, poorten in self._poorten.items():
            for poort in poorten:
                self._na.setdefault(poort, []).extend(self._kandidaten.get(code, ()))
        graaf: TopologicalSorter[str] = TopologicalSorter()
        for sleutel, knoop in self._knopen.items():
            makers = [maker for naam in knoop.gebruikt for maker in self._makers_van(naam, sleutel)]
            graaf.add(sleutel, *self._na.get(sleutel, ()), *makers)
        try:
            return list(graaf.static_order())
        except CycleError as fout:
            kring = fout.args[1]
            regel = next((sleutel for sleutel in kring if ":" not in sleutel), kring[0])
            raise RegelfoutIn(regel, f"verwijst in een kring naar zichzelf: {', '.join(kring)}") from fout

    def _makers_van(self, naam: str, sleutel: str) -> Sequence[str]:
        woorden = self._omgeving.woorden
        if naam not in self._makers and (naam in woorden.classificatie or naam in woorden.termijnen):
            regel = self._kandidaten[sleutel.partition(":")[2]][0] if ":" in sleutel else sleutel
            raise RegelfoutIn(regel, f"{naam} wordt in dit protocol nergens afgeleid")
        return self._makers.get(naam, ())

    def _feiten_nodig(self, sleutel: str, eerder: dict[str, frozenset[str]]) -> frozenset[str]:
        """The facts without which this step does nothing, looking through derived names."""
        nodig: set[str] = set()
        for naam in self._knopen[sleutel].nodig - {"as_of"}:
            makers = self._makers.get(naam)
            nodig |= frozenset.intersection(*(eerder[maker] for maker in makers)) if makers else {naam}
        return frozenset(nodig)


def _controleer(stap: Stap, regel: Uitkomstregel, omgeving: Omgeving) -> None:
    definitie = omgeving.woorden.uitkomsten.get(stap.uitkomst)
    if definitie is None:
        raise RegelFout(f"onbekende uitkomst: {stap.uitkomst}")
    if (definitie.soort, definitie.actor) != (regel.soort, stap.actor):
        raise RegelFout(f"{stap.uitkomst} is een {definitie.soort} van {definitie.actor}")
    if stap.termijn is not None and stap.termijn not in omgeving.woorden.termijnen:
        raise RegelFout(f"onbekende termijn: {stap.termijn}")


def _adressaten(stap: Stap, omgeving: Omgeving) -> tuple[Callable[[Kennis], Sequence[str]], tuple[str, ...]]:
    """How to find the addressees of an outcome, and the klassen that are needed for it."""
    vast = omgeving.woorden.adressaten
    klassen = tuple(naam for naam in stap.adressaten if naam not in vast)
    for naam in klassen:
        definitie = omgeving.woorden.classificatie.get(naam)
        if definitie is None or definitie.type != "lijst van adressaten":
            raise RegelFout(f"geen adressaat en geen klasse met adressaten: {naam}")
    if not klassen:
        return (lambda _k: stap.adressaten), klassen
    namen = stap.adressaten
    return (lambda k: [deel for naam in namen for deel in ((naam,) if naam in vast else k.get(naam, ()))]), klassen
