"""Three-valued tests: a condition on an unknown fact is neither true nor false.

Every condition has two sides, "known to hold" and "known not to hold", which makes negation a swap. A side is laid
out once for all decisions with the same known facts, so that what can never succeed costs nothing.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

Kennis = dict[str, Any]
"""What is known while one case is judged: facts, derived values, and marks such as `blokkade:geen_boa`."""

Test = Callable[[Kennis], bool]


def altijd(_k: Kennis) -> bool:
    """The test that always succeeds; recognised by identity, so that it can be left out."""
    return True


class Bekend(NamedTuple):
    """What is certain to be known in a group of decisions (`feiten`), and what may become known (`namen`).

    `namen` grows while a plan is laid out. `onbekend` are the facts that are not there. `keuzes` are the values of
    the choices that divide the rules. `achter` says what an intern name was worked out from.
    """

    feiten: frozenset[str]
    onbekend: frozenset[str]
    namen: set[str]
    keuzes: Mapping[str, object]
    achter: Mapping[str, tuple[str, ...]]


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
        return None if None in tests else _allemaal([test for test in tests if test and test is not altijd])

    def onwaar(bekend: Bekend) -> Test | None:
        tests = [test for toets in toetsen if (test := toets.onwaar(bekend)) is not None]
        return altijd if altijd in tests else _minstens_een(tests)

    return Toets(waar, onwaar, tuple(dict.fromkeys(naam for toets in toetsen for naam in toets.namen)))


def niet(toets: Toets) -> Toets:
    """True when `toets` is known not to hold, false when it is known to."""
    return Toets(toets.onwaar, toets.waar, toets.namen)


def _allemaal(tests: Sequence[Test]) -> Test:
    match tests:
        case []:
            return altijd
        case [a]:
            return a
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


def _minstens_een(tests: Sequence[Test]) -> Test | None:
    match tests:
        case []:
            return None
        case [a]:
            return a
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


def onthoud(gericht: Gericht, merk: str) -> Gericht:
    """Ask once per decision: whoever asks comes after all that the test looks at, so the answer cannot change."""

    def onthouden(bekend: Bekend) -> Test | None:
        test = gericht(bekend)
        if test is None or test is altijd:
            return test

        def vraag(k: Kennis) -> bool:
            antwoord: bool | None = k.get(merk)
            if antwoord is None:
                antwoord = k[merk] = test(k)
            return antwoord

        return vraag

    return onthouden


# Single conditions


def over_namen(naam: str, waar: Test, onwaar: Test, *meer: str) -> Toets:
    """A condition that is neither true nor false while one of its names is unknown."""
    namen = (naam, *meer)

    def mits_bekend(test: Test) -> Gericht:
        return lambda bekend: test if bekend.namen.issuperset(namen) else None

    return Toets(mits_bekend(waar), mits_bekend(onwaar), namen)


def is_bekend(naam: str) -> Toets:
    """Whether a name is known: true or false, never neither."""

    def waar(bekend: Bekend) -> Test | None:
        if naam in bekend.feiten:
            return altijd
        return (lambda k: naam in k) if naam in bekend.namen else None

    def onwaar(bekend: Bekend) -> Test | None:
        if naam in bekend.feiten:
            return None
        return (lambda k: naam not in k) if naam in bekend.namen else altijd

    return Toets(waar, onwaar, (naam,))


def is_gemerkt(merken: Iterable[str]) -> Toets:
    """Whether one of these marks has been set: true or false, never neither."""
    namen = tuple(merken)

    def waar(bekend: Bekend) -> Test | None:
        hier = bekend.namen.intersection(namen)
        return (lambda k: not k.keys().isdisjoint(hier)) if hier else None

    def onwaar(bekend: Bekend) -> Test | None:
        hier = bekend.namen.intersection(namen)
        return (lambda k: k.keys().isdisjoint(hier)) if hier else altijd

    return Toets(waar, onwaar, namen)


def is_keuze(naam: str, goed: frozenset[str]) -> Toets:
    """A condition on a choice whose value is already known when a plan is laid out."""

    def waar(bekend: Bekend) -> Test | None:
        return altijd if bekend.keuzes.get(naam) in goed else None

    def onwaar(bekend: Bekend) -> Test | None:
        return altijd if naam in bekend.feiten and bekend.keuzes.get(naam) not in goed else None

    return Toets(waar, onwaar, (naam,))
