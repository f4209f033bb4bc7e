"""Comparing a stream with the outbox it came from: the only way to see a loss that the broker does not know of.

After a bit of a stream file was damaged the broker may count, and show, the message it can no longer read.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from contracts.subjects import Stream
from hub.pulling import StandingPull
from hub.topology import Topology, stream_info

log: structlog.stdlib.BoundLogger = structlog.get_logger()

EXPIRY_MARGIN = timedelta(hours=1)
"""An event this close to the greatest age of its stream is not missed: the clock of the broker decides about it."""
_PAGE = 500
_SILENCE = 2.0
"""When a broker that has messages gives none for so many seconds, it cannot read them."""

_KNOWN = """SELECT event_id, nr, subject, sha256(bericht) AS som FROM outbox
            WHERE event_id = ANY($1::uuid[]) AND jongere_id = ANY($2::uuid[])"""
_DUE = "SELECT nr FROM outbox WHERE nr > $1 AND nr <= $2 AND op > now() - $3::interval ORDER BY nr LIMIT 10000"


@dataclass(slots=True)
class Verschil:
    """What differs between the outbox of a service and its stream."""

    stream: str
    bestaat: bool = False
    laatste_seq: int = 0
    """Last sequence of the stream when the comparison began."""
    gepubliceerd: int = 0
    """Events that must be in the stream: acknowledged, not erased, not older than the stream keeps them."""
    aanwezig: int = 0
    """Messages that could be read from the stream."""
    ontbrekend: list[int] = field(default_factory=list)
    """Numbers (`outbox.nr`) of events of which the stream holds no undamaged copy."""
    onbekend: list[int] = field(default_factory=list)
    """Sequences in the stream of messages that are not in the outbox."""
    beschadigd: list[int] = field(default_factory=list)
    """Sequences in the stream of events whose subject or body is not what the outbox says."""
    dubbel: int = 0
    """Further copies of an event; listeners skip them."""

    @property
    def in_orde(self) -> bool:
        """Whether the stream holds what it must and nothing strange."""
        return self.bestaat and not (self.ontbrekend or self.onbekend or self.beschadigd)


async def reconcile(
    nc: Client, pool: "asyncpg.Pool[Any]", stream: Stream, topology: Topology | None = None
) -> Verschil:
    """Compares the outbox in `pool` (of the service that publishes `stream`) with what the stream holds.

    Reads both once and keeps one bit per event; safe at any time. Events that are published meanwhile are left out,
    as are those within `EXPIRY_MARGIN` of the declared greatest age of the stream. Works without the stream, too.
    Raises `nats.errors.Error` when the broker is away.
    """
    found = Verschil(stream.name)
    published = int(await pool.fetchval("SELECT gepubliceerd_tot FROM outbox_stand"))
    seen = bytearray(published // 8 + 1)
    info = await stream_info(nc, stream)
    if info is not None:
        found.bestaat, found.laatste_seq = True, info.state.last_seq
        if info.state.messages:
            async with aclosing(read_all(nc, stream, info.state.last_seq)) as batches:
                async for batch in batches:
                    await _compare(pool, batch, found, seen, published)
    age = timedelta(seconds=(topology or Topology.load()).stream_config(stream).max_age or 0)
    async for number in _due(pool, published, age - EXPIRY_MARGIN):
        found.gepubliceerd += 1
        if not seen[number // 8] >> number % 8 & 1:
            found.ontbrekend.append(number)
    log.info(
        "stream_reconciled", stream=stream.name, bestaat=found.bestaat, aanwezig=found.aanwezig,
        ontbrekend=len(found.ontbrekend), onbekend=len(found.onbekend), beschadigd=len(found.beschadigd),
        dubbel=found.dubbel,
    )  # fmt: skip
    return found


async def read_all(nc: Client, stream: Stream, last_seq: int) -> AsyncGenerator[list[Msg]]:
    """What can be read of the stream up to `last_seq` (and perhaps some more).

    Where the broker gets stuck, it gets a second chance with a new consumer; what that cannot read either, is lost.
    """
    reached, chances = 0, 2
    while reached < last_seq and chances:
        start = reached
        async with aclosing(_read_after(nc, stream, reached)) as batches:
            async for batch in batches:
                reached = batch[-1].metadata.sequence.stream
                yield batch
                if reached >= last_seq:
                    return
        chances = 1 if reached > start else chances - 1


async def _read_after(nc: Client, stream: Stream, seq: int) -> AsyncGenerator[list[Msg]]:
    """Messages behind `seq`, through a consumer of its own, until the broker has or gives no more."""
    js = nc.jetstream()
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.BY_START_SEQUENCE, opt_start_seq=seq + 1, ack_policy=AckPolicy.NONE,
        inactive_threshold=60, mem_storage=True,
    )  # fmt: skip
    consumer = await js.add_consumer(stream.name, config)
    name, pending = consumer.name, consumer.num_pending
    pull = StandingPull(nc, stream.name, [name], _PAGE)
    try:
        await pull.start()
        with suppress(TimeoutError):
            while pending:
                async with asyncio.timeout(_SILENCE):
                    batch = await pull.next_batch(_PAGE)
                yield batch
                pending = batch[-1].metadata.num_pending
        await js.consumer_info(stream.name, name)  # raises when the broker is away: that is not a loss
    finally:
        with suppress(nats.errors.Error):  # otherwise the broker removes it by itself after a while
            await pull.unsubscribe()
            await js.delete_consumer(stream.name, name)


async def _compare(
    pool: "asyncpg.Pool[Any]", batch: Sequence[Msg], found: Verschil, seen: bytearray, published: int
) -> None:
    """Looks up a page of messages in the outbox and marks the undamaged ones in `seen`."""
    identities = [_event_id(msg) for msg in batch]
    wanted = [i for i in identities if i is not None]
    about = list({j for msg in batch if (j := _jongere_id(msg)) is not None})
    rows = {r["event_id"]: r for r in await pool.fetch(_KNOWN, wanted, about)}
    for msg, identity in zip(batch, identities, strict=True):
        found.aanwezig += 1
        row = rows.get(identity)
        if row is None:
            found.onbekend.append(msg.metadata.sequence.stream)
        elif (row["subject"], row["som"]) != (msg.subject.rpartition(".")[0], hashlib.sha256(msg.data).digest()):
            found.beschadigd.append(msg.metadata.sequence.stream)
        elif row["nr"] <= published:
            place, bit = row["nr"] // 8, 1 << row["nr"] % 8
            found.dubbel += bool(seen[place] & bit)
            seen[place] |= bit


def _event_id(msg: Msg) -> UUID | None:
    """The event a message says it is: its id up to what a rebuild put behind it."""
    try:
        return UUID((msg.headers or {})["Nats-Msg-Id"].partition(".")[0])
    except (KeyError, ValueError):
        return None


def _jongere_id(msg: Msg) -> UUID | None:
    """Whom the subject names; the outbox is searched by jongere."""
    try:
        return UUID(msg.subject.split(".")[4])
    except (IndexError, ValueError):
        return None


async def _due(pool: "asyncpg.Pool[Any]", published: int, age: timedelta) -> AsyncIterator[int]:
    """Numbers of the events a stream must hold."""
    last = 0
    while rows := await pool.fetch(_DUE, last, published, age):
        for row in rows:
            yield row["nr"]
        last = rows[-1]["nr"]
