"""What the date alone brings about in `cases`: ordered steps, done once a day in Dutch time and at every start.

A step finds what is due in the database and lets the pipeline carry it out, where each command does its work once. So a
step may be cut short, repeated, or come thirty days late. One that fails, or says that it is not finished, is tried
again after half a minute and keeps no other step waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog

from hub.clock import AMSTERDAM, Clock
from hub.messages import Message
from hub.observability import TERMIJNEN, new_traceparent
from services.cases.klokwerk import VerstrijkTermijn, WaarschuwTermijn
from services.cases.termijnvragen import Lopend, Termijnvragen

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_TIK_SECONDS = 30.0
"""How soon a step is tried again, and how late at most a new day is noticed after the machine slept."""
_BATCH = 256


class Stap(NamedTuple):
    """One kind of work that follows from the date; `doe` gives False when it is not finished for today."""

    naam: str
    doe: Callable[[], Awaitable[object]]


class Klok:
    """Does the steps in their order, and again when the date changes in the Netherlands."""

    def __init__(self, clock: Clock, stappen: Sequence[Stap], tik: Callable[[], Awaitable[None]]) -> None:
        """`tik` is done at every look at the clock: what must be counted all day."""
        self._clock = clock
        self._stappen = tuple(stappen)
        self._tik = tik

    async def loop(self) -> None:
        """Runs until it is cancelled."""
        while True:
            morgen, rest = begin_van_morgen(self._clock.now()), self._stappen
            while self._clock.now() < morgen:
                rest = await self.ronde(rest)
                await self._doe(Stap("telling", self._tik))
                left = (morgen - self._clock.now()).total_seconds()
                await asyncio.sleep(min(max(left, 0), _TIK_SECONDS))

    async def ronde(self, stappen: Sequence[Stap] | None = None) -> tuple[Stap, ...]:
        """Does every step once, in order; returns those that must be tried again."""
        return tuple([s for s in (self._stappen if stappen is None else stappen) if not await self._doe(s)])

    async def _doe(self, stap: Stap) -> bool:
        try:
            return await stap.doe() is not False
        except Exception as error:
            log.warning("clock_step_failed", service="cases", step=stap.naam, error=type(error).__name__)
            return False


def begin_van_morgen(now: datetime) -> datetime:
    """The next midnight in the Netherlands, in UTC: 23, 24 or 25 hours after the last one."""
    morgen = now.astimezone(AMSTERDAM).date() + timedelta(days=1)
    return datetime.combine(morgen, time.min, AMSTERDAM).astimezone(UTC)


class Termijnklok:
    """Lets termijnen pass and warns of them, in the order of their last day."""

    def __init__(
        self,
        vragen: Termijnvragen,
        execute: Callable[[Sequence[Message]], Awaitable[Sequence[Message]]],
        clock: Clock,
    ) -> None:
        self.vragen = vragen
        self._execute = execute
        self._clock = clock
        self._geteld: set[tuple[str, str]] = set()
        self.verstreken = 0
        """How many it let pass since the service started."""

    async def verstrijk(self) -> bool:
        """Lets every termijn pass whose last day is over; returns whether none was refused."""
        refused, last = list[Exception](), None
        while due := await self.vragen.due(self._clock.today(), _BATCH, last):
            last = due[-1]
            errors = await self._voer_uit(due, VerstrijkTermijn)
            self.verstreken += len(due) - len(errors)
            refused += errors
        return _gemeld(refused)

    async def waarschuw(self) -> bool:
        """Warns of every termijn that is near and not over; returns whether none was refused."""
        refused, last = list[Exception](), None
        while due := await self.vragen.te_waarschuwen(self._clock.today(), _BATCH, last):
            last = due[-1]
            refused += await self._voer_uit(due, WaarschuwTermijn)
        return _gemeld(refused)

    async def tel(self) -> None:
        """Sets the metrics; a gemeente that has none any more is set to nothing."""
        aantallen = await self.vragen.tel(self._clock.today())
        for sleutel in self._geteld - aantallen.keys():
            TERMIJNEN.labels("cases", *sleutel).set(0)
        for sleutel, aantal in aantallen.items():
            TERMIJNEN.labels("cases", *sleutel).set(aantal)
        self._geteld |= aantallen.keys()

    async def _voer_uit(
        self, due: Sequence[Lopend], command: Callable[[UUID, UUID], VerstrijkTermijn | WaarschuwTermijn]
    ) -> list[Exception]:
        messages = [
            Message(d.jongere_id, d.gemeente, command(d.zaak_id, d.termijn_id), traceparent=new_traceparent())
            for d in due
        ]
        return [done.error for done in await self._execute(messages) if done.error is not None]


def _gemeld(refused: Sequence[Exception]) -> bool:
    """A termijn that the rules refuse (a gemeente without a protocol, say) is logged and tried again."""
    if refused:
        log.warning("termijnen_refused", service="cases", number=len(refused), error=type(refused[0]).__name__)
    return not refused
