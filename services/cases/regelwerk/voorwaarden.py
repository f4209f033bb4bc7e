"""Conditions: a small vocabulary that a jurist can read, compiled once to plain functions.

Three values: a condition on an unknown fact is neither true nor false. `alle`, `een_van` and `niet` follow Kleene's
logic; `bekend` and `onbekend` ask whether something is known at all. There is nothing else, on purpose.
"""

import operator
from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from functools import reduce
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Discriminator, Field, StrictBool, Tag, model_validator

from hub.calendar import schooljaar
from services.cases.feiten import GEEN, Naam
from services.cases.regelwerk.woorden import (
    Gesloten,
    Getal,
    Kennis,
    Naamofdatum,
    Naamofgetal,
    Omgeving,
    RegelFout,
    Toets,
    Typering,
    keuze_element,
)

Test = Callable[[Kennis], bool]
JaNee = Literal["ja", "nee"]

_GETAL_OPS: Final = {
    "minstens": operator.ge,
    "meer_dan": operator.gt,
    "hoogstens": operator.le,
    "minder_dan": operator.lt,
}
_DATUM_OPS: Final = {"vanaf": operator.ge, "na": operator.gt, "tot_en_met": operator.le, "voor": operator.lt}


class Alle(Gesloten):
    """All of these hold."""

    alle: Annotated[tuple["Voorwaarde", ...], Field(min_length=1)]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return en(deel.compileer(omgeving) for deel in self.alle)


class EenVan(Gesloten):
    """At least one of these holds."""

    een_van: Annotated[tuple["Voorwaarde", ...], Field(min_length=1)]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return niet(en(niet(deel.compileer(omgeving)) for deel in self.een_van))


class Niet(Gesloten):
    """This is known not to hold."""

    niet: "Voorwaarde"

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return niet(self.niet.compileer(omgeving))


class Begrip(Gesloten):
    """A condition that the file names once, under `begrippen`."""

    begrip: Naam

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return omgeving.begrip(self.begrip)


class Bekend(Gesloten):
    """This fact or derived value is known (a known absence counts as known)."""

    bekend: Naam

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        omgeving.typering(self.bekend)
        return _bekend(self.bekend)


class Onbekend(Gesloten):
    """This fact or derived value is not known."""

    onbekend: Naam

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        omgeving.typering(self.onbekend)
        return niet(_bekend(self.onbekend))


class Blokkade(Gesloten):
    """One of these blokkades has been reported."""

    blokkade: tuple[Naam, ...]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        if vreemd := set(self.blokkade) - omgeving.woorden.blokkades.keys():
            raise RegelFout(f"onbekende blokkade: {', '.join(sorted(vreemd))}")
        return _gemerkt(f"blokkade:{code}" for code in self.blokkade)


class Uitkomst(Gesloten):
    """One of these outcomes (or groups of outcomes) is in the answer."""

    uitkomst: tuple[Naam, ...]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        codes = sorted({code for naam in self.uitkomst for code in omgeving.woorden.leden(naam)})
        return _gemerkt(f"uitkomst:{code}" for code in codes)


class Plicht(Gesloten):
    """The classification `plicht` is one of these."""

    plicht: tuple[str, ...]

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        return OverFeit(feit="plicht", is_een_van=self.plicht).compileer(omgeving)


class Leeftijdgrens(Gesloten):
    """`minstens` counts from the birthday itself, `jonger_dan` is over on it."""

    minstens: Naamofgetal | None = None
    jonger_dan: Naamofgetal | None = None


class Leeftijd(Gesloten):
    """Age in whole years on the day the rules are asked for."""

    leeftijd: Leeftijdgrens

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`."""
        grens = self.leeftijd
        return OverFeit(feit="leeftijd", minstens=grens.minstens, minder_dan=grens.jonger_dan).compileer(omgeving)


class Binnen(Gesloten):
    """So many weeks, counted from the day the rules are asked for."""

    weken: Naamofgetal


class OverFeit(Gesloten):
    """What is known about one fact or derived value; several requirements must all hold.

    Numbers: `minstens`, `meer_dan`, `hoogstens`, `minder_dan`, `tussen` (both ends included). Dates: `vanaf`, `na`,
    `tot_en_met`, `voor`, `binnen`, `zelfde_schooljaar_als`, and `aanwezig` where null can be established. Lists:
    `leeg`, `heeft_gat` (an element is null). All: `is`, `is_een_van`.
    """

    feit: Naam
    is_: StrictBool | Getal | str | None = Field(default=None, alias="is")
    is_een_van: tuple[str, ...] | None = None
    minstens: Naamofgetal | None = None
    meer_dan: Naamofgetal | None = None
    hoogstens: Naamofgetal | None = None
    minder_dan: Naamofgetal | None = None
    tussen: tuple[Naamofgetal, Naamofgetal] | None = None
    vanaf: Naamofdatum | None = None
    na: Naamofdatum | None = None
    tot_en_met: Naamofdatum | None = None
    voor: Naamofdatum | None = None
    binnen: Binnen | None = None
    zelfde_schooljaar_als: Naam | None = None
    aanwezig: JaNee | None = None
    leeg: JaNee | None = None
    heeft_gat: JaNee | None = None

    @model_validator(mode="after")
    def _vraagt_iets(self) -> Self:
        if not self._eisen():
            raise ValueError("bij een feit hoort ten minste een eis, zoals is of minstens")
        return self

    def _eisen(self) -> dict[str, Any]:
        return {
            naam: eis for naam in type(self).model_fields if naam != "feit" and (eis := getattr(self, naam)) is not None
        }

    def compileer(self, omgeving: Omgeving) -> Toets:
        """Compile to a `Toets`; raises RegelFout when a requirement does not fit the type of the fact."""
        typering = omgeving.typering(self.feit)
        return en(_eis(self.feit, typering, soort, eis, omgeving) for soort, eis in self._eisen().items())


_VORMEN: Final = (
    "alle",
    "een_van",
    "niet",
    "begrip",
    "bekend",
    "onbekend",
    "blokkade",
    "uitkomst",
    "plicht",
    "leeftijd",
)


def _vorm(ruw: object) -> str | None:
    if isinstance(ruw, Gesloten):
        ruw = type(ruw).model_fields
    if not isinstance(ruw, dict):
        return None
    return "feit" if "feit" in ruw else next((vorm for vorm in _VORMEN if vorm in ruw), None)


Voorwaarde = Annotated[
    Annotated[Alle, Tag("alle")]
    | Annotated[EenVan, Tag("een_van")]
    | Annotated[Niet, Tag("niet")]
    | Annotated[Begrip, Tag("begrip")]
    | Annotated[Bekend, Tag("bekend")]
    | Annotated[Onbekend, Tag("onbekend")]
    | Annotated[Blokkade, Tag("blokkade")]
    | Annotated[Uitkomst, Tag("uitkomst")]
    | Annotated[Plicht, Tag("plicht")]
    | Annotated[Leeftijd, Tag("leeftijd")]
    | Annotated[OverFeit, Tag("feit")],
    Discriminator(
        _vorm,
        custom_error_type="onbekende_voorwaarde",
        custom_error_message=f"geen voorwaarde: begin met feit, {', '.join(_VORMEN)}",
    ),
]
"""Any condition; which one is told by its key."""

for _model in (Alle, EenVan, Niet):
    _model.model_rebuild()


# Logic


def en(delen: Iterable[Toets]) -> Toets:
    """All of `delen`: true when all are known to hold, false when one is known not to."""
    toetsen = list(delen)
    if len(toetsen) == 1:
        return toetsen[0]
    return Toets(
        waar=_allemaal([t.waar for t in toetsen]),
        onwaar=_minstens_een([t.onwaar for t in toetsen]),
        namen=tuple(dict.fromkeys(naam for t in toetsen for naam in t.namen)),
        nodig=frozenset().union(*(t.nodig for t in toetsen)),
        nodig_onwaar=reduce(frozenset.intersection, (t.nodig_onwaar for t in toetsen)),
    )


def niet(toets: Toets) -> Toets:
    """True when `toets` is known not to hold, false when it is known to."""
    return Toets(toets.onwaar, toets.waar, toets.namen, toets.nodig_onwaar, toets.nodig)


def _allemaal(tests: Sequence[Test]) -> Test:
    match tests:
        case [a, b]:
            return lambda k: a(k) and b(k)
        case [a, b, c]:
            return lambda k: a(k) and b(k) and c(k)

    def allemaal(k: Kennis) -> bool:
        for test in tests:  # noqa: SIM110 (a generator costs more than the tests)
            if not test(k):
                return False
        return True

    return allemaal


def _minstens_een(tests: Sequence[Test]) -> Test:
    match tests:
        case [a, b]:
            return lambda k: a(k) or b(k)
        case [a, b, c]:
            return lambda k: a(k) or b(k) or c(k)

    def minstens_een(k: Kennis) -> bool:
        for test in tests:  # noqa: SIM110 (a generator costs more than the tests)
            if test(k):
                return True
        return False

    return minstens_een


# What a condition asks of one name


def _toets(naam: str, waar: Test, onwaar: Test, *meer: str) -> Toets:
    namen = (naam, *meer)
    return Toets(waar, onwaar, namen, frozenset(namen), frozenset(namen))


def _bekend(naam: str) -> Toets:
    return Toets(lambda k: naam in k, lambda k: naam not in k, (naam,), frozenset({naam}), frozenset())


def _gemerkt(merken: Iterable[str]) -> Toets:
    namen = tuple(merken)
    if len(namen) == 1:
        merk = namen[0]
        return Toets(lambda k: merk in k, lambda k: merk not in k, namen, frozenset(), frozenset())
    gevraagd = frozenset(namen)
    geen = gevraagd.isdisjoint
    return Toets(lambda k: not geen(k), geen, namen, frozenset(), frozenset())


def _eis(naam: str, typering: Typering, soort: str, eis: Any, omgeving: Omgeving) -> Toets:
    """The `Toets` of one requirement on one name."""
    if soort in _GETAL_OPS:
        _verwacht(naam, typering, soort, "getal")
        return _vergelijk(naam, typering, _GETAL_OPS[soort], eis, omgeving)
    if soort in _DATUM_OPS:
        _verwacht(naam, typering, soort, "datum")
        return _vergelijk(naam, typering, _DATUM_OPS[soort], eis, omgeving)
    match soort:
        case "is_":
            return _is(naam, typering, eis, omgeving)
        case "is_een_van":
            return _is_een_van(naam, typering, eis)
        case "tussen":
            _verwacht(naam, typering, soort, "getal")
            laag, hoog = eis
            grenzen = ((operator.ge, laag), (operator.le, hoog))
            return en(_vergelijk(naam, typering, op, grens, omgeving) for op, grens in grenzen)
        case "aanwezig":
            if not typering.of_geen:
                raise RegelFout(f"aanwezig past niet bij {naam}: dat feit kan niet null zijn")
            return _omgekeerd_bij_nee(eis, _waarde(naam, lambda v: v is not GEEN))
        case "leeg":
            _verwacht(naam, typering, soort, "lijst")
            return _omgekeerd_bij_nee(eis, _waarde(naam, operator.not_))
        case "heeft_gat":
            _verwacht(naam, typering, soort, "lijst")
            return _omgekeerd_bij_nee(eis, _waarde(naam, lambda v: None in v))
        case "zelfde_schooljaar_als":
            _verwacht(naam, typering, soort, "datum")
            return _met_naam(naam, eis, _zelfde_schooljaar, omgeving)
        case _:
            _verwacht(naam, typering, soort, "datum")
            return _binnen_weken(naam, _grens(eis.weken, "getal", omgeving))


def _verwacht(naam: str, typering: Typering, eis: str, soort: str) -> None:
    if typering.soort != soort:
        raise RegelFout(f"{eis} past niet bij {naam}: dat is geen {soort}")


def _omgekeerd_bij_nee(eis: JaNee, toets: Toets) -> Toets:
    return toets if eis == "ja" else niet(toets)


def _waarde(naam: str, test: Callable[[Any], bool]) -> Toets:
    return _toets(
        naam,
        lambda k: (v := k.get(naam)) is not None and test(v),
        lambda k: (v := k.get(naam)) is not None and not test(v),
    )


def _is(naam: str, typering: Typering, eis: object, omgeving: Omgeving) -> Toets:
    if typering.soort == "bool":
        if eis not in ("ja", "nee"):
            raise RegelFout(f"is bij {naam} moet ja of nee zijn")
        return _omgekeerd_bij_nee(
            "ja" if eis == "ja" else "nee",
            _toets(naam, lambda k: k.get(naam) is True, lambda k: k.get(naam) is False),
        )
    if typering.soort == "getal":
        if isinstance(eis, bool) or not isinstance(eis, int | float | str):
            raise RegelFout(f"is bij {naam} moet een getal zijn")
        return _vergelijk(naam, typering, operator.eq, eis, omgeving)
    if typering.soort not in ("keuze", "tekst") or not isinstance(eis, str):
        raise RegelFout(f"is past niet bij {naam}")
    return _is_een_van(naam, typering, (eis,))


def _is_een_van(naam: str, typering: Typering, eis: tuple[str, ...]) -> Toets:
    if typering.soort != "keuze":
        raise RegelFout(f"is_een_van past niet bij {naam}: dat is geen keuze")
    if vreemd := set(eis) - set(typering.waarden):
        raise RegelFout(f"{naam} kent deze waarde niet: {', '.join(sorted(vreemd))}")
    if len(eis) == 1:
        enige = eis[0]
        toets = _toets(naam, lambda k: k.get(naam) == enige, lambda k: (v := k.get(naam)) is not None and v != enige)
    else:
        toets = _waarde(naam, frozenset(eis).__contains__)
    return toets._replace(nodig=toets.nodig | {keuze_element(naam, eis)}) if typering.verdeelt else toets


def _grens(eis: object, soort: str, omgeving: Omgeving) -> object:
    """A constant, or the name of a fact or derived value of kind `soort`."""
    if not isinstance(eis, str):
        return eis
    if eis not in omgeving.waarden:
        _verwacht(eis, omgeving.typering(eis), "een vergelijking", soort)
        return eis
    waarde = omgeving.waarden[eis]
    past = isinstance(waarde, date) if soort == "datum" else isinstance(waarde, int | float)
    if not past:
        raise RegelFout(f"waarde {eis} is geen {soort}")
    return waarde


def _vergelijk(naam: str, typering: Typering, op: Callable[[Any, Any], bool], eis: object, omgeving: Omgeving) -> Toets:
    grens = _grens(eis, typering.soort, omgeving)
    if isinstance(grens, str):
        return _met_naam(naam, grens, op, omgeving)
    if typering.of_geen:
        return _waarde(naam, lambda v: v is not GEEN and op(v, grens))
    return _toets(
        naam,
        lambda k: (v := k.get(naam)) is not None and op(v, grens),
        lambda k: (v := k.get(naam)) is not None and not op(v, grens),
    )


def _met_naam(naam: str, ander: str, op: Callable[[Any, Any], bool], omgeving: Omgeving) -> Toets:
    """Compare two names; where one of them may be absent, a known absence fails the comparison."""
    omgeving.typering(ander)

    def past(k: Kennis) -> bool | None:
        links, rechts = k.get(naam), k.get(ander)
        if links is None or rechts is None:
            return None
        return links is not GEEN and rechts is not GEEN and op(links, rechts)

    return _toets(naam, lambda k: past(k) is True, lambda k: past(k) is False, ander)


def _zelfde_schooljaar(een: date, ander: date) -> bool:
    return schooljaar(een) == schooljaar(ander)


def _binnen_weken(naam: str, weken: object) -> Toets:
    if not isinstance(weken, int):
        raise RegelFout("binnen vraagt een geheel aantal weken")
    duur = timedelta(weeks=weken)

    def past(k: Kennis) -> bool | None:
        v = k.get(naam)
        if v is None:
            return None
        return v is not GEEN and bool(k["as_of"] <= v <= k["as_of"] + duur)

    return _toets(naam, lambda k: past(k) is True, lambda k: past(k) is False)
