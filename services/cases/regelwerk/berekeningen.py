"""Calculations that a rule may make, compiled once; what they share.

A calculation whose input is unknown gives None, and then the rule derives nothing. Only a sum and the earliest of
some dates do with the parts that are known.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

from services.cases.regelwerk.omgeving import Omgeving, Soort
from services.cases.regelwerk.toetsen import Bekend, Kennis
from services.cases.regelwerk.woorden import RegelFout


class Som(NamedTuple):
    """A compiled calculation over `namen`; `bereken` gives None when it cannot be made.

    It needs all of `namen`, or with `een_volstaat` at least one; `altijd` says that it then never gives None.
    """

    bereken: Callable[[Kennis], Any]
    namen: tuple[str, ...]
    een_volstaat: bool = False
    altijd: bool = False

    def kan(self, bekend: Bekend) -> bool:
        """Whether it can ever give a value with what may become known."""
        if self.een_volstaat:
            return not bekend.namen.isdisjoint(self.namen)
        return bekend.namen.issuperset(self.namen)

    def zeker(self, bekend: Bekend) -> bool:
        """Whether it gives a value in every case with what is certain to be known."""
        if self.een_volstaat:
            return self.altijd and not bekend.zeker.isdisjoint(self.namen)
        return self.altijd and bekend.zeker.issuperset(self.namen)


class Vast(NamedTuple):
    """A value that is the same in every case."""

    waarde: Any
    namen: tuple[str, ...] = ()

    def kan(self, bekend: Bekend) -> bool:
        """It always can."""
        del bekend
        return True

    def zeker(self, bekend: Bekend) -> bool:
        """In every case."""
        del bekend
        return True


def som(bereken: Callable[[Kennis], Any], *namen: str, altijd: bool = False) -> Som:
    """A calculation that needs all of `namen`."""
    return Som(bereken, namen, altijd=altijd)


def alleen(soort: Soort, omgeving: Omgeving, *namen: str) -> None:
    """Raise RegelFout when one of `namen` is not of this kind."""
    for naam in namen:
        if omgeving.typering(naam).soort != soort:
            raise RegelFout(f"{naam} is geen {soort}")


def getal(waarde: int | float | str, omgeving: Omgeving) -> int | float:
    """A number written out or the name of a waarde; raises RegelFout when the name is not that of a number."""
    if not isinstance(waarde, str):
        return waarde
    gevonden = omgeving.waarden.get(waarde)
    if not isinstance(gevonden, int | float):
        raise RegelFout(f"geen waarde met een getal: {waarde}")
    return gevonden


def geheel(waarde: int | float | str, omgeving: Omgeving) -> int:
    """As `getal`, for whole numbers."""
    gevonden = getal(waarde, omgeving)
    if not isinstance(gevonden, int):
        raise RegelFout("hier hoort een geheel getal")
    return gevonden


def ladder(naam: str, omgeving: Omgeving) -> tuple[int, ...]:
    """The steps of a ladder; raises RegelFout when the name is not that of a list of numbers."""
    gevonden = omgeving.waarden.get(naam)
    if not isinstance(gevonden, tuple):
        raise RegelFout(f"geen waarde met treden: {naam}")
    return gevonden
