"""The chain as it is measured, the same for every side: pages in, an official who agrees, a last acknowledgement.

A side does the work; what is counted comes from outside of it. The broker sends every acknowledgement over the bus,
where `Watch` sees it, and tells of every consumer how many messages it has handed out.
"""

import asyncio
import json
import resource
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import NamedTuple, Protocol
from uuid import UUID

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg

from bench.workload import LETTERS_PER_CHAIN, Jongere

_QUIET = 0.03
_STUCK = 60.0
_BATCH = 256


class Streams(NamedTuple):
    """The names of the streams of a side, and what stands before its subjects."""

    prefix: str
    verzuim: str
    zaken: str
    brieven: str


class Side(Protocol):
    """One way to do the chain."""

    streams: Streams

    async def know(self, who: Sequence[Jongere]) -> None:
        """Registers these jongeren with the side's own BRP copy; not part of what is measured."""
        ...

    async def take_in(self, page: bytes) -> None:
        """Hop 1: returns when every melding of the page is stored durably."""
        ...

    async def decide(self, voorstellen: Sequence[UUID]) -> None:
        """Takes a besluit akkoord about each of these voorstellen."""
        ...


@dataclass(frozen=True, slots=True)
class Round:
    """What one round of one side came to; an event is a message that a consumer took and acknowledged."""

    chains: int
    events: int
    seconds: float
    cpu: float
    """Seconds of processor time of the side's own process, servers not counted."""


class Stuck(Exception):
    """A round did not come to its end; the figures would be nonsense."""


class Watch:
    """Sees acknowledgements go by, and knows when a side has nothing left to do."""

    def __init__(self, nc: Client, streams: Streams) -> None:
        self._nc = nc
        self._streams = streams
        self._names = frozenset(streams[1:])
        self._moved = asyncio.Event()
        self.last = perf_counter()
        self.letters = 0
        """Stream sequence of the last letter event whose handling was acknowledged."""

    async def start(self) -> None:
        """Begins to listen."""
        await self._nc.subscribe("$JS.ACK.>", cb=self._on_ack)

    async def _on_ack(self, msg: Msg) -> None:
        parts = msg.subject.split(".")
        stream = parts[2] if len(parts) == 9 else parts[4]
        if stream not in self._names:
            return
        self.last = perf_counter()
        if stream == self._streams.brieven:
            self.letters = max(self.letters, int(parts[-4] if len(parts) == 9 else parts[-5]))
        self._moved.set()

    async def letter(self, sequence: int) -> None:
        """Returns when the letter event with this sequence has been handled."""
        async with asyncio.timeout(_STUCK):
            while self.letters < sequence:
                self._moved.clear()
                await self._moved.wait()

    async def done(self, letters: int) -> int:
        """Returns when that many letter events exist and no consumer has work; the number of messages handled."""
        begun = perf_counter()
        js = self._nc.jetstream()
        while True:
            await asyncio.sleep(_QUIET)
            if perf_counter() - max(self.last, begun) > _STUCK:
                raise Stuck(f"no progress for {_STUCK:.0f} s")
            if perf_counter() - self.last < _QUIET:
                continue
            if (await js.stream_info(self._streams.brieven)).state.last_seq >= letters:
                return await idle(self._nc, sorted(self._names))


async def idle(nc: Client, streams: Sequence[str]) -> int:
    """Returns when no consumer of these streams has work; how many messages they have been given in all."""
    while True:
        consumers = [c for name in streams for c in await nc.jetstream().consumers_info(name)]
        if all(not c.num_pending and not c.num_ack_pending for c in consumers):
            return sum(c.delivered.consumer_seq for c in consumers if c.delivered is not None)
        await asyncio.sleep(_QUIET)


class Official:
    """Agrees to every voorstel as soon as it is made, as many at a time as there are."""

    def __init__(self, nc: Client, side: Side) -> None:
        self._nc = nc
        self._side = side
        self._open: deque[UUID] = deque()
        self._work = asyncio.Event()

    async def run(self) -> None:
        """Works until cancelled."""
        await self._nc.subscribe(f"{self._side.streams.prefix}zaken.voorstel-gedaan.>", cb=self._on_voorstel)
        while True:
            await self._work.wait()
            self._work.clear()
            while self._open:
                batch = [self._open.popleft() for _ in range(min(_BATCH, len(self._open)))]
                await self._side.decide(batch)

    async def _on_voorstel(self, msg: Msg) -> None:
        self._open.append(UUID(json.loads(msg.data)["data"]["voorstel_id"]))
        self._work.set()


class Chain:
    """Measures one side."""

    def __init__(self, side: Side, watch: Watch) -> None:
        self._side = side
        self._watch = watch
        self._letters = 0
        self._handled = 0

    async def round(self, pages: Sequence[bytes], chains: int) -> Round:
        """Puts the pages in one after another and waits until the last melding has gone all the way."""
        begin, cpu = perf_counter(), _cpu()
        for page in pages:
            await self._side.take_in(page)
        self._letters += chains * LETTERS_PER_CHAIN
        handled = await self._watch.done(self._letters)
        events, self._handled = handled - self._handled, handled
        return Round(chains, events, self._watch.last - begin, _cpu() - cpu)

    async def latencies(self, pages: Sequence[bytes], per_second: float) -> list[float]:
        """Milliseconds that a single melding takes through the whole chain; at most so many a second, one at a time."""
        found = []
        for page in pages:
            begin = perf_counter()
            self._letters += LETTERS_PER_CHAIN
            taking = asyncio.create_task(self._side.take_in(page))
            await self._watch.letter(self._letters)
            found.append((self._watch.last - begin) * 1e3)
            await taking
            await asyncio.sleep(max(0.0, begin + 1 / per_second - perf_counter()))
        self._handled = await self._watch.done(self._letters)
        return found


@asynccontextmanager
async def watched(side: Side, nats_url: str) -> AsyncIterator[Chain]:
    """The side with its official at work, ready to be measured."""
    nc = await nats.connect(nats_url)
    watch, official = Watch(nc, side.streams), asyncio.create_task(Official(nc, side).run())
    await watch.start()
    try:
        yield Chain(side, watch)
    finally:
        official.cancel()
        await nc.close()


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


__all__ = ["Chain", "Round", "Side", "Streams", "Stuck", "Watch", "watched"]
