"""Whom raw content is about: by the numbers that are known, and by numbers of which only a fingerprint was kept."""

import re
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import Final, Protocol

from hub.canary import Canary
from hub.crypto import Kluis
from schakel.wissen.opdracht import Opdracht

EERDER: Final = "nummer van eerder"
"""What a find is called of which only the fingerprint is known."""
_CIJFERS: Final = re.compile(r"[0-9]{9,}")
_SOORTEN: Final = (("bsn", 9), ("onderwijsnummer", 9), ("a_nummer", 10))
"""Numbers of which brp_sync keeps fingerprints, and how many digits they have."""


class Zoekt(Protocol):
    """What says which kinds of values of the person occur in something."""

    def search(self, haystack: bytes | str) -> list[str]:
        """The kinds, never the values."""
        ...


class Herkenner:
    """Looks for values, and for any number whose fingerprint is one of `afdrukken`."""

    def __init__(self, canary: Canary, kluis: Kluis, afdrukken: Iterable[bytes]) -> None:
        self._canary = canary
        self._kluis = kluis
        self._afdrukken = frozenset(afdrukken)

    def search(self, haystack: bytes | str) -> list[str]:
        """The kinds that occur; a former number counts once."""
        return [*self._canary.search(haystack), *self.eerdere(haystack)]

    def eerdere(self, haystack: bytes | str) -> list[str]:
        """`EERDER` when a number is in it that the person had before; also inside a longer run of digits."""
        if not self._afdrukken:
            return []
        runs = _CIJFERS.findall(haystack if isinstance(haystack, str) else haystack.decode("latin-1"))
        found = (self._kluis.index_all(_stukken(runs, lengte), soort) for soort, lengte in _SOORTEN)
        return [] if self._afdrukken.isdisjoint(chain.from_iterable(found)) else [EERDER]


def herkenner(opdracht: Opdracht, kluis: Kluis, soorten: Collection[str] | None = None) -> Herkenner:
    """The one for an order: all its values or those of some kinds, and its fingerprints."""
    return Herkenner(opdracht.canary(soorten), kluis, opdracht.eerdere())


def _stukken(runs: Iterable[str], lengte: int) -> Iterator[str]:
    return iter({run[at : at + lengte] for run in runs for at in range(len(run) - lengte + 1)})
