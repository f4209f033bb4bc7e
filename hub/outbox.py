"""What a service says: written in the transaction that causes it, published afterwards, kept for ever.

`book` moves the positions of the jongeren and appends the events in one statement. The number `nr` has no gaps and
grows in commit order (the row of `outbox_stand` is locked until commit), so "published up to nr" is all the relay has
to remember. That cursor rides along with the next transaction, or is stored when it is quiet or publishing fails;
after a crash a few events are published again, which the broker and every inbox recognise.
"""

import asyncio
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import structlog
from nats.aio.client import Client

from hub.database import GONE, Connection
from hub.errors import Gelijktijdig
from hub.inbox import Positions
from hub.observability import ServiceMetrics
from hub.publishing import ATOMIC_MAX, Outgoing, PublishFailed, publish

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_RELAY_BATCH = ATOMIC_MAX
_MAX_DELAY = 5.0
QUIET_SECONDS = 0.25
"""After this long without anything to publish the cursor is stored."""

_BOOK_POSITIONS = """
INSERT INTO stand AS s (jongere_id, gelezen, geschreven, versie)
SELECT * FROM unnest($1::uuid[], $2::jsonb[], $3::bigint[], $4::bigint[]) AS n(jongere_id, g, w, v)
WHERE (SELECT NOT EXISTS (SELECT FROM gewist))
   OR NOT EXISTS (SELECT FROM gewist WHERE afdruk = sha256(uuid_send(n.jongere_id)))
ON CONFLICT (jongere_id) DO UPDATE
SET gelezen = excluded.gelezen, geschreven = excluded.geschreven, versie = excluded.versie
WHERE s.versie = excluded.versie - 1
"""
_BOOK_ALL = f"""
WITH cursor AS (
  UPDATE outbox_stand SET laatste_nr = laatste_nr + $5, gepubliceerd_tot = GREATEST(gepubliceerd_tot, $6)
  RETURNING laatste_nr - $5 AS basis
), said AS (
  INSERT INTO outbox (nr, event_id, jongere_id, sequence, subject, bericht, op)
  SELECT cursor.basis + u.ord, u.event_id, u.jongere_id, u.sequence, u.subject, u.bericht, $12
  FROM cursor, unnest($7::uuid[], $8::uuid[], $9::bigint[], $10::text[], $11::bytea[])
    WITH ORDINALITY AS u(event_id, jongere_id, sequence, subject, bericht, ord)
), moved AS ({_BOOK_POSITIONS} RETURNING 1)
SELECT (SELECT basis FROM cursor) AS basis, (SELECT count(*) FROM moved) AS moved
"""  # noqa: S608 - two constants of this module


class Said(NamedTuple):
    """An event that is about to enter the outbox."""

    event_id: UUID
    jongere_id: UUID
    sequence: int
    subject: str
    body: bytes
    traceparent: str | None


async def book(
    tx: Connection,
    positions: dict[UUID, Positions],
    said: Sequence[Said],
    published_to: int,
    now: datetime,
) -> list[Outgoing]:
    """Stores positions and events; raises `Gelijktijdig` when another writer moved one of the jongeren first.

    Erasing somebody counts as such: `stand` is locked meanwhile, so this statement either comes first and what it
    stored is erased too, or sees who was erased (hub/gewist.py).
    """
    ids = sorted(positions)
    rows = [positions[i] for i in ids]
    stand = (ids, [p.read for p in rows], [p.written for p in rows], [p.version + 1 for p in rows])
    if not said:
        if ids and int((await tx.execute(_BOOK_POSITIONS, *stand)).rpartition(" ")[2]) != len(ids):
            raise Gelijktijdig
        return []
    result = await tx.fetchrow(
        _BOOK_ALL,
        *stand,
        len(said),
        published_to,
        [e.event_id for e in said],
        [e.jongere_id for e in said],
        [e.sequence for e in said],
        [e.subject for e in said],
        [e.body for e in said],
        now,
    )
    if result is None or result["moved"] != len(ids):
        raise Gelijktijdig
    first = result["basis"] + 1
    return [Outgoing(first + i, e.event_id, e.subject, e.body, e.traceparent) for i, e in enumerate(said)]


class Relay:
    """Publishes the outbox of one service in order; only the holder of the service's relay lease runs one."""

    def __init__(self, pool: "asyncpg.Pool[Any]", nc: Client, stream: str, metrics: ServiceMetrics) -> None:
        self._pool = pool
        self._nc = nc
        self._stream = stream
        self._metrics = metrics
        self._queue: deque[Outgoing] = deque()
        self._wake = asyncio.Event()
        self._progress = asyncio.Condition()
        self._known_to = 0
        self._behind = True
        self._saved_to = 0
        self.published_to = 0

    def submit(self, events: Sequence[Outgoing]) -> None:
        """Hands over freshly committed events; what other instances committed before them is read from the database."""
        if events and events[0].nr == self._known_to + 1:
            self._queue.extend(events)
            self._known_to = events[-1].nr
        elif events and events[0].nr > self._known_to:
            self._behind = True
        self._wake.set()

    def nudge(self) -> None:
        """Says that another instance may have committed events."""
        self._behind = True
        self._wake.set()

    async def wait_published(self, nr: int) -> None:
        """Returns when the stream has confirmed event `nr` and all before it."""
        async with self._progress:
            await self._progress.wait_for(lambda: self.published_to >= nr)

    async def run(self) -> None:
        """Publishes until cancelled; failures are retried for ever, in order, and shown as unpublished events."""
        delay = 0.05
        self._known_to = self.published_to = self._saved_to = await self._cursor()
        self._behind = True
        try:
            while True:
                try:
                    await self._publish_next()
                    delay = 0.05
                except (PublishFailed, *GONE) as error:
                    log.warning(
                        "publish_failed", stream=self._stream, error=type(error).__name__, detail=str(error)[:80]
                    )
                    await self._save_cursor()
                    await asyncio.sleep(delay)
                    delay = min(delay * 2, _MAX_DELAY)
        finally:
            await self._save_cursor()

    async def _publish_next(self) -> None:
        if not self._queue and self._behind:
            self._behind = False
            rows = await self._read_after(self._known_to)
            if rows:
                self._queue.extend(rows)
                self._known_to = rows[-1].nr
                self._behind = True
        if not self._queue:
            await self._rest()
            return
        batch = [self._queue[i] for i in range(min(_RELAY_BATCH, len(self._queue)))]
        self._metrics.unpublished.set(len(self._queue))
        await publish(self._nc, self._stream, batch)
        for _ in batch:
            self._queue.popleft()
        self._metrics.published.inc(len(batch))
        self._metrics.unpublished.set(len(self._queue))
        async with self._progress:
            self.published_to = batch[-1].nr
            self._progress.notify_all()

    async def _rest(self) -> None:
        """Waits for something to publish."""
        if self._behind:
            return
        self._wake.clear()
        try:
            async with asyncio.timeout(QUIET_SECONDS if self.published_to > self._saved_to else None):
                await self._wake.wait()
        except TimeoutError:
            await self._save_cursor()

    async def _read_after(self, nr: int) -> list[Outgoing]:
        rows = await self._pool.fetch(
            "SELECT nr, event_id, subject, bericht FROM outbox WHERE nr > $1 ORDER BY nr LIMIT $2", nr, _RELAY_BATCH
        )
        return [Outgoing(r["nr"], r["event_id"], r["subject"], r["bericht"], None) for r in rows]

    async def _cursor(self) -> int:
        return int(await self._pool.fetchval("SELECT gepubliceerd_tot FROM outbox_stand"))

    async def _save_cursor(self) -> None:
        try:
            await self._pool.execute(
                "UPDATE outbox_stand SET gepubliceerd_tot = GREATEST(gepubliceerd_tot, $1)", self.published_to
            )
            self._saved_to = self.published_to
        except GONE:
            log.info("cursor_not_saved", stream=self._stream)
