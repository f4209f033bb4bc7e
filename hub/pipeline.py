"""From a batch of messages to one transaction: positions, plan, prepare, decide, store, book.

Reading and deciding happen outside the transaction; the version of each jongere in `stand` guards against another
writer in between (`Gelijktijdig`: read again, decide again). The transaction itself only writes.
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol
from uuid import UUID

import asyncpg
import structlog

from contracts.envelope import encode
from contracts.subjects import subject
from hub import waiting
from hub.clock import Clock
from hub.database import GONE, RACE, Connection
from hub.errors import Gelijktijdig, NietGereed, Ongeldig, PartnerOnbereikbaar
from hub.failpoints import failpoint
from hub.inbox import Plan, Positions, plan
from hub.messages import Handler, Message, Outcome, StateT, Unreadable
from hub.observability import ServiceMetrics, Tracing
from hub.outbox import Said, book
from hub.publishing import Outgoing
from hub.waiting import Verdict, judge

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_RACES = 5

_POSITIONS = """
SELECT i.jongere_id, s.gelezen, s.geschreven, s.versie, EXISTS (SELECT FROM wachtrij) AS busy,
  CASE WHEN (SELECT EXISTS (SELECT FROM gewist))
    THEN EXISTS (SELECT FROM gewist WHERE afdruk = sha256(uuid_send(i.jongere_id))) ELSE false END AS gewist
FROM unnest($1::uuid[]) AS i(jongere_id) LEFT JOIN stand s ON s.jongere_id = i.jongere_id
"""
_WAITING = "SELECT jongere_id, bron, sequence, staat FROM wachtrij WHERE jongere_id = ANY($1::uuid[])"


class Repository(Protocol[StateT]):
    """What a service knows about jongeren; the state of one jongere is the unit that handlers change."""

    def empty(self, jongere_id: UUID) -> StateT:
        """The state of a jongere never heard of before."""

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, StateT]:
        """The states of those jongeren that are known."""

    async def save(self, tx: Connection, changed: Mapping[UUID, StateT]) -> None:
        """Stores changed states, in bulk."""


@dataclass(frozen=True)
class Parts(Generic[StateT]):
    """What a service brings: its state, its pure handlers, and what must be fetched or done beforehand."""

    repository: Repository[StateT]
    handlers: Mapping[type, Handler[StateT]]
    prepare: Callable[[Sequence[Message]], Awaitable[None]] | None = None


@dataclass(slots=True)
class Result:
    """What a batch led to."""

    outgoing: list[Outgoing] = field(default_factory=list)
    drain: set[UUID] = field(default_factory=set)
    partner_down: PartnerOnbereikbaar | None = None
    queued: bool = False


@dataclass(slots=True)
class _Decided(Generic[StateT]):
    said: list[Said] = field(default_factory=list)
    changed: dict[UUID, StateT] = field(default_factory=dict)
    queue: list[tuple[Message, Verdict | None]] = field(default_factory=list)
    done_rows: list[int] = field(default_factory=list)
    handled: list[tuple[str, str]] = field(default_factory=list)
    touched: set[UUID] = field(default_factory=set)
    failed: set[UUID] = field(default_factory=set)

    @property
    def only_read(self) -> bool:
        """Whether nothing happened but that messages were read."""
        return not (self.said or self.changed or self.queue or self.done_rows)


class Pipeline(Generic[StateT]):
    """Handles batches of one service, one at a time."""

    def __init__(
        self,
        service: str,
        source: str,
        pool: "asyncpg.Pool[Any]",
        parts: Parts[StateT],
        *,
        clock: Clock,
        system: Clock,
        rng: random.Random,
    ) -> None:
        self.service = service
        self._source = source
        self._pool = pool
        self._parts = parts
        self._clock = clock
        self._system = system
        self._rng = rng
        self.metrics = ServiceMetrics(service)
        self._tracing = Tracing(service)
        self._turn = asyncio.Lock()
        self.stopped = False
        """Set when the service ends: from then on nothing waits for a database that is away."""

    async def process(self, messages: Sequence[Message], published_to: int = 0) -> Result:
        """Handles a batch durably, in order per jongere; returns only when it is committed.

        A server that went away is waited for; `NietGereed` when the service ends meanwhile. Any other error that
        follows from one of the messages makes the batch go one message at a time, so that only that message fails.
        """
        async with self._turn:
            return await self._process(messages, published_to)

    async def _process(self, messages: Sequence[Message], published_to: int, refused: bool = False) -> Result:
        pause, races = 0.05, 0
        while True:
            try:
                return await self._attempt(messages, published_to, refused)
            except GONE as error:
                if self.stopped:
                    raise NietGereed(f"{self.service} is gestopt") from error
                log.warning("database_unreachable", service=self.service, error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 5.0)
            except (Gelijktijdig, *RACE) as error:
                races += 1
                if races > _RACES:
                    return await self._singly(messages, published_to, error, refused)
            except Exception as error:
                return await self._singly(messages, published_to, error, refused)

    async def _singly(self, messages: Sequence[Message], published_to: int, error: Exception, refused: bool) -> Result:
        if refused:
            raise error
        if len(messages) == 1:
            log.error("message_refused", service=self.service, error=type(error).__name__)
            messages[0].prepared = error
            return await self._process(messages, published_to, refused=True)
        total = Result()
        for message in messages:
            part = await self._process([message], published_to)
            total.outgoing += part.outgoing
            total.drain |= part.drain
            total.partner_down = total.partner_down or part.partner_down
            total.queued |= part.queued
        return total

    async def _attempt(self, messages: Sequence[Message], published_to: int, refused: bool) -> Result:
        started = time.perf_counter()
        for message in messages:
            message.error = None
        async with self._pool.acquire() as db:
            positions = await _positions(db, list({m.jongere_id for m in messages}))
        planned = plan(_still_there(messages, positions), positions)
        if planned.run and self._parts.prepare is not None and not refused:
            await self._parts.prepare(planned.run)
        now = self._clock.now()
        failpoint("voor_transactie")
        async with self._pool.acquire() as db:
            able = list({m.jongere_id for m in planned.run if self._needs_state(m)})
            states = await self._parts.repository.load(db, able) if able else {}
            decided = self._decide(planned, positions, states, now)
            outgoing = await self._commit(db, decided, positions, published_to)
        self._count(planned, decided, time.perf_counter() - started)
        down = next((m.prepared for m in planned.run if isinstance(m.prepared, PartnerOnbereikbaar)), None)
        return Result(outgoing, planned.drain - decided.failed, down, bool(decided.queue))

    def _needs_state(self, message: Message) -> bool:
        return type(message.data) in self._parts.handlers and not isinstance(message.prepared, Exception)

    async def _commit(
        self, db: Connection, decided: "_Decided[StateT]", positions: dict[UUID, Positions], published_to: int
    ) -> list[Outgoing]:
        """Writes everything in one transaction.

        When nothing but positions moves there is one statement, which is a transaction by itself: should another
        writer move one of the jongeren meanwhile, the others have been handled.
        """
        touched = {j: positions[j] for j in decided.touched}
        if decided.only_read:
            failpoint("voor_commit")
            outgoing = await book(db, touched, (), published_to, self._system.now())
        else:
            async with db.transaction():
                await self._write(db, decided)
                outgoing = await book(db, touched, decided.said, published_to, self._system.now())
                failpoint("voor_commit")
        failpoint("na_commit")
        return outgoing

    async def _write(self, tx: Connection, decided: "_Decided[StateT]") -> None:
        if decided.changed:
            await self._parts.repository.save(tx, decided.changed)
        for message, verdict in decided.queue:
            await waiting.store(tx, message, verdict, self._system.now())
        if decided.done_rows:
            await waiting.remove(tx, decided.done_rows)

    def _decide(
        self, planned: Plan, positions: dict[UUID, Positions], states: dict[UUID, StateT], now: datetime
    ) -> "_Decided[StateT]":
        decided: _Decided[StateT] = _Decided()
        for message in planned.run:
            jongere = message.jongere_id
            if jongere in decided.failed:
                self._queue(decided, message, None)
                continue
            try:
                self._handle(decided, message, positions[jongere], states, now)
            except Exception as error:
                self._fail(decided, message, error)
        for message in planned.wait:
            self._queue(decided, message, None)
        return decided

    def _handle(
        self,
        decided: "_Decided[StateT]",
        message: Message,
        position: Positions,
        states: dict[UUID, StateT],
        now: datetime,
    ) -> None:
        if isinstance(message.prepared, Exception):
            raise message.prepared
        if isinstance(message.data, Unreadable):
            raise Ongeldig(message.data.reden)
        jongere, sequence = message.jongere_id, message.sequence or 0
        read = position.read.get(message.bron, 0)
        handler = self._parts.handlers.get(type(message.data))
        if handler is not None and not 0 < sequence <= read:
            state = states.get(jongere)
            if state is None:
                state = self._parts.repository.empty(jongere)
            outcome = handler(state, message, now)
            message.antwoord = outcome.antwoord
            if outcome.events:
                self._say(decided, message, position, outcome, now)
            if outcome.state is not state:
                states[jongere] = decided.changed[jongere] = outcome.state
        if sequence > read:
            position.read[message.bron] = sequence
        if message.row_id is not None:
            decided.done_rows.append(message.row_id)
        decided.touched.add(jongere)
        decided.handled.append((message.name, message.gemeente))

    def _say(
        self,
        decided: "_Decided[StateT]",
        message: Message,
        position: Positions,
        outcome: Outcome[StateT],
        now: datetime,
    ) -> None:
        attributes = {"jongere_id": str(message.jongere_id), "gemeente": message.gemeente}
        traceparent = self._tracing.handled(message.name, message.traceparent, attributes)
        said = []
        for number, event in enumerate(outcome.events, start=position.written + 1):
            gemeente = outcome.gemeente_of(event, message.gemeente)
            identity, body = encode(
                event, source=self._source, jongere_id=message.jongere_id, sequence=number, time=now,
                gemeente=gemeente, traceparent=traceparent,
            )  # fmt: skip
            name = subject(type(event), gemeente, message.jongere_id)
            said.append(Said(identity, message.jongere_id, number, name, body, traceparent))
        position.written += len(said)
        decided.said += said

    def _fail(self, decided: "_Decided[StateT]", message: Message, error: Exception) -> None:
        decided.failed.add(message.jongere_id)
        if message.sequence is None:
            message.error = error
            decided.failed.discard(message.jongere_id)
            return
        now = self._system.now()
        verdict = judge(error, message.attempts, message.since or now, now, self._rng)
        self.metrics.failed(verdict.klasse)
        log.warning(
            "event_failed", service=self.service, type=message.name, bron=message.bron, sequence=message.sequence,
            jongere_id=str(message.jongere_id), klasse=verdict.klasse, staat=verdict.staat, pogingen=verdict.pogingen,
            fout=type(error).__name__,
        )  # fmt: skip
        self._queue(decided, message, verdict)

    def _queue(self, decided: "_Decided[StateT]", message: Message, verdict: Verdict | None) -> None:
        if message.sequence is None:
            message.error = Gelijktijdig("een eerdere opdracht voor deze jongere mislukte")
            return
        decided.queue.append((message, verdict))
        decided.touched.add(message.jongere_id)

    def _count(self, planned: Plan, decided: "_Decided[StateT]", seconds: float) -> None:
        self.metrics.handled(decided.handled)
        if planned.duplicates:
            self.metrics.duplicates.inc(planned.duplicates)
        self.metrics.batch.observe(len(planned.run))
        self.metrics.seconds.observe(seconds)


def _still_there(messages: Sequence[Message], positions: Mapping[UUID, Positions]) -> Sequence[Message]:
    """Drops events about people who were erased, and refuses commands about them."""
    if not any(p.gone for p in positions.values()):
        return messages
    for message in messages:
        if positions[message.jongere_id].gone and message.sequence is None:
            message.error = Ongeldig("deze jongere is gewist", "jongere_id")
    return [m for m in messages if not positions[m.jongere_id].gone]


async def _positions(db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Positions]:
    result: dict[UUID, Positions] = {}
    busy = False
    for row in await db.fetch(_POSITIONS, jongeren):
        busy = busy or row["busy"]
        if row["versie"] is None:
            result[row["jongere_id"]] = Positions(gone=row["gewist"])
        else:
            result[row["jongere_id"]] = Positions(row["gelezen"], row["geschreven"], row["versie"])
    if busy:
        for row in await db.fetch(_WAITING, jongeren):
            position = result[row["jongere_id"]]
            position.waiting.add((row["bron"], row["sequence"]))
            position.blocked |= row["staat"] != "wacht"
    return result
