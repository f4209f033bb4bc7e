"""Whether a source is silent for longer than it usually is; pure.

Silence is counted in working time, so that nights, weekends, feestdagen and school holidays neither alarm nor pass for
usual. What is usual follows from the gaps between earlier messages of the same source.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Final, NamedTuple

from hub.calendar import KalenderOnvolledig, VakantieRegio, is_werkdag, laad_kalender
from hub.clock import AMSTERDAM

BEGIN: Final = 8
EINDE: Final = 18
"""Working time is from 8 to 18 o'clock, Dutch time."""

GESCHIEDENIS: Final = timedelta(weeks=6)
"""How far back the gaps are looked at."""
KWANTIEL: Final = 0.99
MARGE: Final = 1.5
MINSTENS: Final = 3600.0
"""Up to `MARGE` times the gap that `KWANTIEL` of all gaps stay below is usual, and never less than this in seconds.

The longest gap of all never counts: it may have been the last time that something was wrong.
"""
GENOEG_PAUZES: Final = 20
GENOEG_WERKTIJD: Final = 10 * (EINDE - BEGIN) * 3600.0
"""No judgement before there are so many gaps, over at least ten working days."""

_UUR = 3600


class Stilte(NamedTuple):
    """How long a source is silent, in seconds of working time; `gewoon` is None while too little is known."""

    bron: str
    laatste_op: datetime
    stil: float
    gewoon: float | None

    @property
    def te_lang(self) -> bool:
        """Whether somebody should look."""
        return self.gewoon is not None and self.stil > self.gewoon


def is_gewone_dag(dag: date, regios: Iterable[VakantieRegio]) -> bool:
    """Whether sources can be expected to speak: a werkdag that is no school holiday in any of the regio's.

    A schooljaar that the calendar does not have, counts as one without holidays.
    """
    if not is_werkdag(dag):
        return False
    try:
        return all(laad_kalender().vakantie(dag, regio) is None for regio in regios)
    except KalenderOnvolledig:
        return True


class Werktijd:
    """The working time that has passed at a moment between `begin` and `eind`, counted from `begin`."""

    def __init__(self, begin: datetime, eind: datetime, is_dag: Callable[[date], bool]) -> None:
        self._passed: dict[date, float] = {}
        self._is_dag = is_dag
        dag, laatste, passed = _lokaal(begin).date(), _lokaal(eind).date(), 0.0
        while dag <= laatste:
            self._passed[dag] = passed
            passed += (EINDE - BEGIN) * _UUR if is_dag(dag) else 0
            dag += timedelta(days=1)

    def __call__(self, moment: datetime) -> float:
        """Seconds; KeyError outside the range."""
        lokaal = _lokaal(moment)
        today = lokaal.hour * _UUR + lokaal.minute * 60 + lokaal.second - BEGIN * _UUR
        passed = self._passed[lokaal.date()]
        return passed + min(max(today, 0), (EINDE - BEGIN) * _UUR) if self._is_dag(lokaal.date()) else passed


def gewone_stilte(pauzes: Sequence[float]) -> float | None:
    """Up to how many seconds of silence are usual after such gaps; None when there are too few to tell."""
    echte = sorted(p for p in pauzes if p > 0)
    if len(echte) < GENOEG_PAUZES or sum(echte) < GENOEG_WERKTIJD:
        return None
    return max(MINSTENS, MARGE * echte[min(math.ceil(KWANTIEL * len(echte)), len(echte) - 1) - 1])


def stilte(bron: str, momenten: Sequence[datetime], now: datetime, is_dag: Callable[[date], bool]) -> Stilte:
    """The judgement on a source that spoke at these moments, ascending and at least one; the last may be long ago."""
    laatste = momenten[-1]
    werktijd = Werktijd(min(momenten[0], now), max(laatste, now), is_dag)
    at = [werktijd(moment) for moment in momenten]
    pauzes = [later - eerder for eerder, later in pairwise(at)]
    return Stilte(bron, laatste, max(0.0, werktijd(now) - at[-1]), gewone_stilte(pauzes))


def _lokaal(moment: datetime) -> datetime:
    return moment.astimezone(AMSTERDAM)
