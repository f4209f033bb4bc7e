"""A running service: FastStream app, store, inbox, outbox, waiting room, watchdog, held together and supervised.

Everything is made in `run`; when something it cannot live without breaks, `run` ends with an exception and the
supervisor starts it again from the record in the database. That is the only recovery there is.
"""

import asyncio
import random
from collections.abc import Callable, Coroutine, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Generic
from uuid import UUID

import asyncpg
import nats.errors
import structlog
from faststream import FastStream
from faststream.nats import NatsBroker
from faststream.specification import AsyncAPI
from nats.aio.client import Client

from contracts.subjects import STREAMS, Stream, source_urn
from hub.calendar import REGIOS, VakantieRegio
from hub.circuit import Circuit
from hub.clock import Clock, SystemClock
from hub.crypto import Kluis
from hub.database import create_pool, migrate
from hub.errors import NietGereed
from hub.failpoints import failpoint
from hub.intake import Intake, Opnieuw
from hub.leases import lease
from hub.messages import Message, StateT
from hub.observability import ServiceMetrics
from hub.outbox import Relay
from hub.pipeline import Parts, Pipeline, Result
from hub.sources import SourceWatch
from hub.subscriber import Delivery, StandingPullSubscriber, subscribe
from hub.tasks import heed, insist
from hub.topology import Topology, ensure_consumers, ensure_stream, stream_info
from hub.waiting import WaitingRoom
from hub.watchdog import Watchdog

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_SWEEP_SECONDS = 30.0


@dataclass(frozen=True)
class Surroundings:
    """Where a service runs: servers, time, chance. Handed in, never reached for."""

    nats_url: str
    postgres_url: Callable[[str], str]
    clock: Clock
    monitor_url: str | None = None
    system: Clock = field(default_factory=SystemClock)
    rng: random.Random = field(default_factory=random.Random)
    batch: int = 256
    oin: str = "00000001823288444000"
    topology: Topology = field(default_factory=Topology.load)
    regios: tuple[VakantieRegio, ...] = REGIOS
    bewaardagen: int = 30


class Service(Generic[StateT]):
    """One service. `parts` is called with the database pool and broker when the service starts."""

    def __init__(
        self,
        name: str,
        around: Surroundings,
        parts: "Callable[[Service[StateT]], Parts[StateT]]",
        *,
        migrations: Path,
        background: Sequence[Callable[[], Coroutine[Any, Any, None]]] = (),
    ) -> None:
        self.name = name
        self.around = around
        self.own: Stream = next(s for s in STREAMS if s.bron == name)
        self.broker = NatsBroker(
            around.nats_url, logger=None, apply_types=False, max_reconnect_attempts=-1, reconnect_time_wait=1,
            allow_reconnect=True, graceful_timeout=10, reconnected_cb=self._reconnected,
        )  # fmt: skip
        self.app = FastStream(self.broker, specification=AsyncAPI(title=f"Schakel {name}", version="1"), logger=None)
        self.watchdog = Watchdog(self)
        self.background = list(background)
        self.started = asyncio.Event()
        self.ran_well = False
        self._parts = parts
        self._migrations = migrations
        self._wake = asyncio.Event()
        self._drain: set[UUID] | None = None
        self._circuit = Circuit(name)
        self._failures: asyncio.Queue[Exception] = asyncio.Queue()
        self.subscribers: list[StandingPullSubscriber] = [
            subscribe(
                self.broker,
                stream,
                around.topology.consumers(name, stream),
                around.batch,
                self._on_delivery,
                self._failures.put_nowait,
            )
            for stream in around.topology.listens(name)
        ]
        self._acks: set[asyncio.Task[None]] = set()
        self.intakes: dict[str, Intake] = {}

    # What handlers and background tasks of the service may use once it runs.
    pool: "asyncpg.Pool[Any]"
    pipeline: Pipeline[StateT]
    relay: Relay
    room: WaitingRoom
    sources: SourceWatch

    @property
    def nc(self) -> Client:
        """The NATS connection."""
        client: Client = self.broker.config.broker_config.connection_state.connection
        return client

    def intake(self, kluis: Kluis, bron: str, opnieuw: Mapping[str, Opnieuw] | None = None) -> Intake:
        """The intake of one source; with `opnieuw` its quarantined content can be released (hub/intake.py)."""
        made = Intake(self.pool, kluis, self.name, bron, opnieuw)
        self.intakes[bron] = made
        return made

    async def execute(self, commands: Sequence[Message]) -> list[Message]:
        """Carries out commands in one transaction; each command tells in `error` if and why it was refused.

        Raises `NietGereed` when the service ends meanwhile. Whether the commands were carried out is then unknown, as
        it is after a crash: a command must be one that may be given twice.
        """
        result = await self.pipeline.process(commands, self.relay.published_to)
        self._after(result)
        return list(commands)

    def wake(self, jongeren: set[UUID] | None = None) -> None:
        """Makes the waiting room worker look: at these jongeren, or at everything."""
        if jongeren is None or self._drain is None:
            self._drain = None
        else:
            self._drain |= jongeren
        self._wake.set()

    async def run(self) -> None:
        """Runs until cancelled; raises when the service must be started again."""
        async with AsyncExitStack() as stack:
            url = self.around.postgres_url(self.name)
            await migrate(url, self.name, self._migrations)
            held = await stack.enter_async_context(lease(url, self.name, self._nudged))
            self.pool = await create_pool(url)
            stack.push_async_callback(self._close_pool)
            await self.broker.connect()
            stack.push_async_callback(self._stop_broker)
            await self._check_topology()
            self._assemble()
            stack.callback(self._abandon)
            await self.app.start()
            log.info("service_started", service=self.name)
            heed()
            async with asyncio.TaskGroup() as tasks:
                own = (held.watch, self._watch_failure, self.relay.run, self._work_waiting_room, self.watchdog.run,
                       self.sources.run)  # fmt: skip
                for start in (*own, *self.background):
                    tasks.create_task(insist(start()))
                self.ran_well = True
                self.started.set()

    def _assemble(self) -> None:
        around = self.around
        self.relay = Relay(self.pool, self.nc, self.own.name, ServiceMetrics(self.name))
        self.pipeline = Pipeline(
            self.name, source_urn(self.name, around.oin), self.pool, self._parts(self),
            clock=around.clock, system=around.system, rng=around.rng,
        )  # fmt: skip
        self.room = WaitingRoom(self.pool, around.topology.listens(self.name))
        self.sources = SourceWatch(
            self.name, self.pool, around.clock, regios=around.regios, bewaardagen=around.bewaardagen
        )

    async def _check_topology(self) -> None:
        """Makes what a fresh installation lacks; what is missing of an installation that has worked, is an alarm."""
        topology = self.around.topology
        published = await self.pool.fetchval("SELECT gepubliceerd_tot FROM outbox_stand")
        if published == 0:
            await ensure_stream(self.nc, topology, self.own)
        for stream in topology.listens(self.name):
            if await self._wait_for_stream(stream) and not await self._heard_of(stream):
                await ensure_consumers(self.nc, topology, self.name, stream)

    async def _wait_for_stream(self, stream: Stream) -> bool:
        for _ in range(50):
            if await stream_info(self.nc, stream) is not None:
                return True
            await asyncio.sleep(0.1)
        raise NietGereed(f"stream {stream.name} bestaat nog niet: start {stream.bron}, of voer `schakel rebuild` uit")

    async def _heard_of(self, stream: Stream) -> bool:
        return bool(await self.pool.fetchval("SELECT EXISTS (SELECT FROM stand WHERE gelezen ? $1)", stream.bron))

    async def _on_delivery(self, delivery: Delivery) -> None:
        while self._circuit.is_open:
            await self._circuit.wait()
        result = await self.pipeline.process(delivery.messages, self.relay.published_to)
        self._after(result)
        task = asyncio.create_task(self._acknowledge(delivery, result))
        self._acks.add(task)
        task.add_done_callback(self._acks.discard)

    async def _acknowledge(self, delivery: Delivery, result: Result) -> None:
        failpoint("voor_bevestiging")
        if result.outgoing:
            await self.relay.wait_published(result.outgoing[-1].nr)
        with suppress(nats.errors.Error):  # then the broker gives the batch again
            await delivery.acknowledge()
        failpoint("na_bevestiging")

    async def _watch_failure(self) -> None:
        raise await self._failures.get()

    def _after(self, result: Result) -> None:
        self.relay.submit(result.outgoing)
        if result.partner_down is not None:
            self._circuit.trip(result.partner_down.partner)
        if result.drain or result.queued or result.partner_down is not None:
            self.wake(result.drain)

    async def _work_waiting_room(self) -> None:
        self._drain = None
        while True:
            jongeren: set[UUID] | None = self._drain
            self._drain = set()
            self._wake.clear()
            await self._clear(jongeren)
            self.pipeline.metrics.waiting(await self.room.sizes())
            try:
                async with asyncio.timeout(await self._pause()):
                    await self._wake.wait()
            except TimeoutError:
                self._drain = None

    async def _clear(self, jongeren: set[UUID] | None) -> None:
        """Runs due retries and freed events until nothing can run; with an open circuit a single one as a probe."""
        while True:
            if self._circuit.is_open and not self._circuit.may_probe():
                return
            limit = 1 if self._circuit.is_open else self.around.batch
            batch = await self.room.due(self.around.system.now(), limit)
            if len(batch) < limit:
                seen = {m.jongere_id for m in batch}
                ready = await self.room.ready(None if jongeren is None else sorted(jongeren), limit - len(batch))
                batch += [m for m in ready if m.jongere_id not in seen]
            if not batch:
                self._circuit.close()  # nothing here to try it with: the next event does
                return
            result = await self.pipeline.process(batch, self.relay.published_to)
            self._after(result)
            if result.partner_down is None:
                self._circuit.close()
            if jongeren is not None:
                jongeren |= {m.jongere_id for m in batch} | result.drain

    async def _pause(self) -> float:
        if self._circuit.is_open:
            return self._circuit.pause()
        due: datetime | None = await self.room.next_due()
        if due is None:
            return _SWEEP_SECONDS
        return min(max((due - self.around.system.now()).total_seconds(), 0.01), _SWEEP_SECONDS)

    def _nudged(self, what: str) -> None:
        if what == "outbox":
            self.relay.nudge()
        elif what == "stream":
            self.watchdog.inspect_soon()
        else:
            self.wake()

    async def _reconnected(self) -> None:
        log.info("nats_reconnected", service=self.name)
        self.watchdog.inspect_soon()
        for subscriber in self.subscribers:
            if subscriber.pull is not None:
                await subscriber.pull.restart(only_ailing=False)

    def _abandon(self) -> None:
        """Lets go of what is under way, committed or not: the next start finds out from the record."""
        self.started.clear()
        self.pipeline.stopped = True
        for subscriber in self.subscribers:
            subscriber.interrupt()
        for task in self._acks:
            task.cancel()

    async def _stop_broker(self) -> None:
        client = self.nc
        try:
            await self.app.stop()
        except nats.errors.Error as error:  # it cannot say goodbye to a broker that is away
            log.info("broker_stop_failed", service=self.name, error=type(error).__name__)
        finally:
            await client.close()

    async def _close_pool(self) -> None:
        try:
            await asyncio.wait_for(self.pool.close(), 5)
        except TimeoutError:
            self.pool.terminate()
