"""Restoring what a stream lost from the outbox it came from.

The outbox is the record, the stream only transport: one damaged bit in a file of the broker loses acknowledged events
without a log line. `reconcile` tells what is missing, `rebuild` brings it back.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import asyncpg
import structlog
from nats.aio.client import Client

from contracts.subjects import Stream
from hub.errors import NietGereed
from hub.leases import nudge
from hub.outbox import QUIET_SECONDS
from hub.publishing import Outgoing, publish
from hub.reconcile import Verschil, reconcile
from hub.topology import Topology, ensure_consumers, ensure_stream

__all__ = ["Herstel", "Verschil", "rebuild", "reconcile"]

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_PAGE = 500
_EVENTS = "SELECT nr, event_id, subject, bericht FROM outbox WHERE nr = ANY($1::bigint[]) ORDER BY nr"


Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Herstel:
    """What `rebuild` did, with the comparison before and after it."""

    stream_gemaakt: bool
    """Made because it was missing, or made anew because it could not be mended."""
    consumers_gemaakt: int
    opnieuw_gepubliceerd: int
    vooraf: Verschil
    achteraf: Verschil


async def rebuild(
    nc: Client, pool: "asyncpg.Pool[Any]", topology: Topology, stream: Stream, *, progress: Progress | None = None
) -> Herstel:
    """Makes the stream when it is missing, publishes again what it lacks, and mends the consumers of its listeners.

    `pool` is on the database of the service that publishes the stream, and lends two connections. `progress` hears how
    many of how many events were published.

    Safe at any time, also while services run and events flow, and harmless to listeners however often it runs: each
    of them keeps per source and jongere the last sequence it handled, so that it skips an event it had, and lets a
    later event wait for one that comes again behind it. That is why all consumers may start from the beginning of the
    stream, as they do when events were missing: the broker may have given the sequences of lost messages to others,
    and a consumer that had passed them would skip those.

    A stream that still lacks events afterwards is thrown away and made anew from the outbox. (nats-server 2.15 that
    found a file cut off may confirm and keep new messages, and yet not give them to anybody until it is restarted.)

    Interrupted half-way, run it again: it finds in the stream what was restored. Raises `NietGereed` when it runs
    already for this stream, and `PublishFailed` or `nats.errors.Error` when the broker does not answer. A stream that
    drifted but lacks nothing, and unknown or damaged messages, are left to the operator.
    """
    async with _alone(pool, stream) as db:
        done = await _mend(nc, pool, topology, stream, progress)
        if done.achteraf.ontbrekend and not done.stream_gemaakt:
            log.warning("stream_discarded", stream=stream.name, ontbrekend=len(done.achteraf.ontbrekend))
            await nc.jetstream().delete_stream(stream.name)
            anew = await _mend(nc, pool, topology, stream, progress)
            done = replace(anew, vooraf=done.vooraf)
        await nudge(db, "stream")
    log.info(
        "stream_rebuilt", stream=stream.name, gemaakt=done.stream_gemaakt, consumers=done.consumers_gemaakt,
        gepubliceerd=done.opnieuw_gepubliceerd,
    )  # fmt: skip
    return done


async def _mend(
    nc: Client, pool: "asyncpg.Pool[Any]", topology: Topology, stream: Stream, progress: Progress | None
) -> Herstel:
    await _cursor_stored(pool)
    made = await ensure_stream(nc, topology, stream)
    before = await reconcile(nc, pool, stream, topology)
    consumers, done = 0, 0
    for service in topology.listeners(stream):
        consumers += await ensure_consumers(nc, topology, service, stream, replace=True, renew=bool(before.ontbrekend))
    for numbers in _pages(before.ontbrekend):
        done += await _publish_again(nc, pool, stream, numbers, before.laatste_seq)
        if progress is not None:
            progress(done, len(before.ontbrekend))
    after = await reconcile(nc, pool, stream, topology) if done else before
    return Herstel(made, consumers, done, before, after)


@asynccontextmanager
async def _alone(pool: "asyncpg.Pool[Any]", stream: Stream) -> "AsyncIterator[Any]":
    """A connection that holds the right to rebuild this stream; the right ends with the process."""
    key = zlib.crc32(f"rebuild {stream.name}".encode())
    async with pool.acquire() as db:
        if not await db.fetchval("SELECT pg_try_advisory_lock($1)", key):
            raise NietGereed(f"`schakel rebuild` loopt al voor stream {stream.name}: wacht tot dat klaar is")
        try:
            yield db
        finally:
            await db.execute("SELECT pg_advisory_unlock($1)", key)


async def _cursor_stored(pool: "asyncpg.Pool[Any]") -> None:
    """Gives a running service the moment it needs to store how far it published, or else its last events look unsent.

    What is unsent when the moment is over, the service itself still has to publish.
    """
    last = await pool.fetchval("SELECT laatste_nr FROM outbox_stand")
    with suppress(TimeoutError):
        async with asyncio.timeout(2 * QUIET_SECONDS):
            while await pool.fetchval("SELECT gepubliceerd_tot FROM outbox_stand") < last:  # noqa: ASYNC110 - elsewhere
                await asyncio.sleep(QUIET_SECONDS / 10)


async def _publish_again(
    nc: Client, pool: "asyncpg.Pool[Any]", stream: Stream, numbers: Sequence[int], mark: int
) -> int:
    """Publishes events in outbox order; returns how many.

    The broker remembers for a while (`duplicate_window`) the ids of messages that it lost, and would confirm those
    without storing them; they go again under another id. `mark` tells the ids of different rebuilds apart.
    """
    rows = await pool.fetch(_EVENTS, numbers)
    events = [Outgoing(r["nr"], r["event_id"], r["subject"], r["bericht"], None) for r in rows]
    known = await publish(nc, stream.name, events)
    await publish(nc, stream.name, [event._replace(herstel=f".herstel-{mark}") for event in known])
    return len(events)


def _pages(numbers: Iterable[int]) -> Iterable[list[int]]:
    rest = iter(numbers)
    while page := list(islice(rest, _PAGE)):
        yield page
