"""Three-valued tests: a condition on an unknown fact is neither true nor false.

Every condition has two sides, "known to hold" and "known not to hold", which makes negation a swap. A side is laid
out once for all decisions with the same known facts, so that what can never succeed costs nothing. What remains is
Python text, because hundreds of small conditions are asked in every decision and one function of plain comparisons
is several times faster than as many calls (docs/adr/0011).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Any, Final, NamedTuple

Kennis = dict[str, Any]
"""What is known while one case is judged: facts and derived values."""


def variabele(naam: str) -> str:
    """What a name (`leeftijd`) or a mark (`blokkade:geen_boa`) is called in the text; None is an unknown value."""
    return f"m_{naam.replace(':', '_')}" if ":" in naam else f"v_{naam}"


class Test:
    """A piece of Python text that is true or false, with the objects and the names it refers to.

    `eerst` are variables it needs, with the tests that give them their values.
    """

    __slots__ = ("_functie", "eerst", "leest", "objecten", "tekst")

    def __init__(
        self,
        tekst: str,
        leest: Iterable[str] = (),
        objecten: Mapping[str, object] | None = None,
        eerst: Sequence[tuple[str, "Test"]] = (),
    ) -> None:
        self.tekst = tekst
        self.leest = tuple(dict.fromkeys(leest))
        self.objecten = dict(objecten or {})
        self.eerst = tuple(eerst)
        self._functie: Callable[[Kennis], bool] | None = None

    def __call__(self, k: Kennis) -> bool:
        """The answer for one case, outside a plan."""
        if self._functie is None:
            self._functie = _maak_functie(self)
        return self._functie(k)


altijd: Final = Test("True")
"""The test that always succeeds; recognised by identity, so that it can be left out."""

_NUMMERS: Final = count()


def naam_voor(waarde: object) -> tuple[str, dict[str, object]]:
    """How an object stands in the text, and what must be handed over with it; numbers and words stand there as such."""
    if isinstance(waarde, bool | int | float | str):
        return repr(waarde), {}
    naam = nieuwe_naam()
    return naam, {naam: waarde}


def nieuwe_naam() -> str:
    """A name that nothing else has."""
    return f"o{next(_NUMMERS)}"


def _maak_functie(test: Test) -> Callable[[Kennis], bool]:
    regels = [f"v = {test.tekst}", "return bool(v)"]
    namen, objecten, gezet = dict.fromkeys(test.leest), dict(test.objecten), set[str]()

    def zet(deel: Test) -> None:
        for naam, eerder in deel.eerst:
            zet(eerder)
            namen.update(dict.fromkeys(eerder.leest))
            objecten.update(eerder.objecten)
            if naam not in gezet:
                gezet.add(naam)
                regels.insert(len(regels) - 2, f"{naam} = {eerder.tekst}")

    zet(test)
    lezen = [f"{variabele(naam)} = k.get({naam!r})" for naam in namen]
    functie: Callable[[Kennis], bool] = voer_in("test", "k", [*lezen, *regels], objecten)
    return functie


def voer_in(naam: str, parameter: str, regels: Sequence[str], objecten: Mapping[str, object]) -> Any:
    """The function with these lines.

    Nothing in them can be more than a word: a name has the form of `Naam`, a value stands there as `repr` writes it.
    """
    tekst = f"def {naam}({parameter}):\n" + "".join(f"    {regel}\n" for regel in regels or ["pass"])
    ruimte = dict(objecten)
    exec(compile(tekst, f"<{naam}>", "exec"), ruimte)  # noqa: S102 (made from compiled rules, see the docstring)
    return ruimte[naam]


class Bekend(NamedTuple):
    """Which facts are known in a group of decisions (`feiten`), and what may become known (`namen`).

    `namen` grows while a plan is laid out, and so does `zeker`: what is certain to be known by then. `onbekend` are
    the facts that are not there. `keuzes` are the values of the choices that divide the rules. `achter` says what an
    intern name was worked out from.
    """

    feiten: frozenset[str]
    onbekend: frozenset[str]
    namen: set[str]
    keuzes: Mapping[str, object]
    achter: Mapping[str, tuple[str, ...]]
    zeker: set[str]


Gericht = Callable[[Bekend], Test | None]
"""Gives the test for one group of decisions; None when it can never succeed there."""


class Toets(NamedTuple):
    """A compiled condition: known to hold, known not to hold, or neither of the two. `namen` is all it looks at."""

    waar: Gericht
    onwaar: Gericht
    namen: tuple[str, ...]


# Logic, after Kleene


def en(delen: Iterable[Toets]) -> Toets:
    """All of `delen`: true when all are known to hold, false when one is known not to."""
    toetsen = list(delen)
    if len(toetsen) == 1:
        return toetsen[0]

    def waar(bekend: Bekend) -> Test | None:
        tests = [toets.waar(bekend) for toets in toetsen]
        if None in tests:
            return None
        over = [test for test in tests if test and test is not altijd]
        return _samen("and", over) if over else altijd

    def onwaar(bekend: Bekend) -> Test | None:
        tests = [test for toets in toetsen if (test := toets.onwaar(bekend)) is not None]
        if not tests:
            return None
        return altijd if altijd in tests else _samen("or", tests)

    return Toets(waar, onwaar, tuple(dict.fromkeys(naam for toets in toetsen for naam in toets.namen)))


def niet(toets: Toets) -> Toets:
    """True when `toets` is known not to hold, false when it is known to."""
    return Toets(toets.onwaar, toets.waar, toets.namen)


def _samen(woord: str, tests: Sequence[Test]) -> Test:
    if len(tests) == 1:
        return tests[0]
    return Test(
        f" {woord} ".join(f"({test.tekst})" for test in tests),
        [naam for test in tests for naam in test.leest],
        {naam: waarde for test in tests for naam, waarde in test.objecten.items()},
        tuple(dict.fromkeys(paar for test in tests for paar in test.eerst)),
    )


def onthoud(gericht: Gericht, naam: str) -> Gericht:
    """Ask once per decision: whoever asks comes after all that the test looks at, so the answer cannot change."""

    def onthouden(bekend: Bekend) -> Test | None:
        test = gericht(bekend)
        if test is None or test is altijd:
            return test
        return Test(naam, eerst=((naam, test),))

    return onthouden


# Single conditions


def over_namen(naam: str, waar: Callable[[Kennis], bool], onwaar: Callable[[Kennis], bool], *meer: str) -> Toets:
    """A condition that is neither true nor false while one of its names is unknown, as functions of what is known."""
    namen = (naam, *meer)

    def mits_bekend(functie: Callable[[Kennis], bool]) -> Gericht:
        tekst, objecten = naam_voor(functie)
        test = Test(f"{tekst}(k)", namen, objecten)
        return lambda bekend: test if bekend.namen.issuperset(namen) else None

    return Toets(mits_bekend(waar), mits_bekend(onwaar), namen)


def over_waarden(waar: str, onwaar: str, *namen: str, **objecten: object) -> Toets:
    """The same as text, in which the names stand as `{0}`, `{1}` and objects as `{naam}`."""
    andere, bij_naam = dict[str, str](), dict[str, object]()
    for plek, waarde in objecten.items():
        andere[plek], erbij = naam_voor(waarde)
        bij_naam |= erbij

    def mits_bekend(sjabloon: str) -> Gericht:
        tekst = sjabloon.format(*map(variabele, namen), **andere)

        def gericht(bekend: Bekend) -> Test | None:
            if not bekend.namen.issuperset(namen):
                return None
            onzeker = [f"{variabele(naam)} is not None" for naam in namen if naam not in bekend.zeker]
            return Test(" and ".join([*onzeker, f"({tekst})"]) if onzeker else tekst, namen, bij_naam)

        return gericht

    return Toets(mits_bekend(waar), mits_bekend(onwaar), namen)


def is_bekend(naam: str) -> Toets:
    """Whether a name is known: true or false, never neither."""

    def waar(bekend: Bekend) -> Test | None:
        if naam in bekend.zeker:
            return altijd
        return Test(f"{variabele(naam)} is not None", (naam,)) if naam in bekend.namen else None

    def onwaar(bekend: Bekend) -> Test | None:
        if naam in bekend.zeker:
            return None
        return Test(f"{variabele(naam)} is None", (naam,)) if naam in bekend.namen else altijd

    return Toets(waar, onwaar, (naam,))


def is_gemerkt(merken: Iterable[str]) -> Toets:
    """Whether one of these marks has been set: true or false, never neither."""
    namen = tuple(merken)

    def een_van(bekend: Bekend) -> tuple[str, list[str]]:
        hier = [naam for naam in namen if naam in bekend.namen]
        return " or ".join(map(variabele, hier)), hier

    def waar(bekend: Bekend) -> Test | None:
        tekst, hier = een_van(bekend)
        return Test(tekst, hier) if hier else None

    def onwaar(bekend: Bekend) -> Test | None:
        tekst, hier = een_van(bekend)
        return Test(f"not ({tekst})", hier) if hier else altijd

    return Toets(waar, onwaar, namen)


def is_keuze(naam: str, goed: frozenset[str]) -> Toets:
    """A condition on a choice whose value is already known when a plan is laid out."""

    def waar(bekend: Bekend) -> Test | None:
        return altijd if bekend.keuzes.get(naam) in goed else None

    def onwaar(bekend: Bekend) -> Test | None:
        return altijd if naam in bekend.feiten and bekend.keuzes.get(naam) not in goed else None

    return Toets(waar, onwaar, (naam,))
