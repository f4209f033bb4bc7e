"""The one source of time.

Everything that needs to know what time it is takes a `Clock`. In production that is a `SystemClock`; a demo, a
journey test or a what-if run passes a `VirtualClock` and plays a whole school year in a minute.
"""

import asyncio
import heapq
from datetime import UTC, date, datetime, timedelta
from typing import Final, Protocol
from zoneinfo import ZoneInfo

AMSTERDAM: Final = ZoneInfo("Europe/Amsterdam")
"""Dutch legal time: the zone in which a date on a letter or a term is meant."""


class Clock(Protocol):
    """What time it is, and how to wait; passed in, never reached for."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        ...

    def today(self) -> date:
        """The present calendar date in the Netherlands (Europe/Amsterdam, summer time included)."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Return once this clock has moved on by `seconds`; zero or less only yields to the event loop."""
        ...


class SystemClock:
    """The time of the machine; the only place that may ask for it."""

    def now(self) -> datetime:
        """The present moment, aware and in UTC."""
        return datetime.now(UTC)  # noqa: TID251 - the one place where the system time is read

    def today(self) -> date:
        """The present calendar date in the Netherlands."""
        return self.now().astimezone(AMSTERDAM).date()

    async def sleep(self, seconds: float) -> None:
        """Wait `seconds` of real time."""
        await asyncio.sleep(max(seconds, 0))


class VirtualClock:
    """A clock that stands still until it is told the time; never runs backwards.

    A jump wakes every sleeper whose moment it reaches, ordered by that moment and then by who went to sleep first.
    A woken sleeper finds `now()` at the end of the jump: whoever wants to see each day, jumps a day at a time.
    For use within one event loop.
    """

    def __init__(self, start: datetime) -> None:
        self._now = _in_utc(start)
        self._arrivals = 0
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """The moment last set, aware and in UTC."""
        return self._now

    def today(self) -> date:
        """The calendar date in the Netherlands at the moment last set."""
        return self._now.astimezone(AMSTERDAM).date()

    def set(self, t: datetime) -> None:
        """Jump to `t` and wake who is due; raises ValueError when `t` is naive or earlier than `now()`."""
        moment = _in_utc(t)
        if moment < self._now:
            raise ValueError("a virtual clock does not run backwards")
        self._now = moment
        while self._sleepers and self._sleepers[0][0] <= moment:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)

    def advance(self, delta: timedelta) -> None:
        """Jump `delta` of elapsed time ahead; raises ValueError when it is negative."""
        self.set(self._now + delta)

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock is advanced by at least `seconds`."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        woken = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._sleepers, (self._now + timedelta(seconds=seconds), self._arrivals, woken))
        await woken


def _in_utc(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a moment needs a time zone")
    return moment.astimezone(UTC)
