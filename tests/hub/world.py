"""The small world of one test: databases, streams and toy services (see toy.py) on the real servers of the session."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import nats
from nats.aio.client import Client
from pydantic import SecretStr

from contracts.envelope import encode
from contracts.events.verzuim import MeldingstatusTeruggemeld
from contracts.subjects import VERZUIM, source_urn, subject
from hub.clock import Clock, SystemClock
from hub.database import create_pool, provision
from hub.embedded import Servers
from hub.errors import NietGereed, PartnerOnbereikbaar
from hub.messages import Message
from hub.pipeline import Parts
from hub.publishing import Outgoing
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.supervise import Supervised
from hub.topology import Topology
from tests.hub.toy import GEMEENTE, Faults, Repository, Tel, Telling, listener, number_event, on_tel
from tests.waiting import DEADLINE, eventually

PASSWORD = "een wachtwoord voor tests"
TELLING = "CREATE TABLE IF NOT EXISTS telling (jongere_id uuid PRIMARY KEY, gehoord int[] NOT NULL)"
FORGET = """
DELETE FROM telling; DELETE FROM stand; DELETE FROM wachtrij; DELETE FROM wachtrijbesluit; DELETE FROM outbox;
DELETE FROM gewist;
UPDATE outbox_stand SET laatste_nr = 0, gepubliceerd_tot = 0
"""


@dataclass(frozen=True)
class ToyApp:
    """What the supervisor runs."""

    service: Service[Telling]


def runs(supervised: Supervised[ToyApp]) -> bool:
    """Whether the present instance of a service has started."""
    return supervised.app.service.started.is_set()


class World:
    """Databases, streams and services of one test; one world at a time."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.servers = servers
        self.topology = Topology.load().model_copy(update={"afnemers": {"cases": ("VERZUIM",)}})
        self.system: Clock = SystemClock()
        self.faults = Faults()
        self.said: Counter[UUID] = Counter()
        self._folder = folder
        self._tasks: dict[Supervised[ToyApp], asyncio.Task[None]] = {}
        self._pools: dict[str, asyncpg.Pool[Any]] = {}
        self.nc: Client

    # Databases and connections

    def database(self, service: str) -> str:
        """Name of the database, and role, of a toy service."""
        return f"toy_{service}"

    def url(self, service: str) -> str:
        """Address of that database."""
        return self.servers.postgres.url_voor(self.database(service), self.database(service), PASSWORD)

    async def pool(self, service: str) -> "asyncpg.Pool[Any]":
        """A pool of the test itself on the database of a service."""
        if service not in self._pools:
            self._pools[service] = await create_pool(self.url(service))
        return self._pools[service]

    async def row(self, service: str, query: str) -> asyncpg.Record:
        """The one row that a query on the database of a service gives."""
        row: asyncpg.Record
        [row] = await (await self.pool(service)).fetch(query)
        return row

    async def open(self) -> None:
        """Makes the databases, or empties them: that is a good deal faster than new ones for each test."""
        self.nc = await nats.connect(
            self.servers.nats.url, max_reconnect_attempts=-1, reconnect_time_wait=0.1, error_cb=_ignore
        )
        for service in ("ingest_duo", "cases"):
            await provision(self.servers.postgres.url, self.database(service), PASSWORD)
            connection = await asyncpg.connect(self.url(service))
            await connection.execute(TELLING)
            if await connection.fetchval("SELECT to_regclass('outbox') IS NOT NULL"):
                await connection.execute(FORGET)
            await connection.close()

    async def close(self) -> None:
        """Stops what runs and removes the streams, also when a test ended with a server down."""
        await self.servers.start()
        for supervised in list(self._tasks):
            await self.stop(supervised)
        for pool in self._pools.values():
            await pool.close()
        for stream in await self.nc.jetstream().streams_info():
            await self.nc.jetstream().delete_stream(str(stream.config.name))
        await self.nc.close()

    @property
    def settings(self) -> HubSettings:
        """What an operator's command needs to find this world."""
        pattern = self.url("cases").replace(self.database("cases"), self.database("{service}"))
        return HubSettings(map=self._folder, nats_url=SecretStr(self.servers.nats.url), postgres_url=SecretStr(pattern))

    # Services

    def make(self, name: str) -> Service[Telling]:
        """A service that does not run yet."""
        around = Surroundings(
            self.servers.nats.url, self.url, SystemClock(), monitor_url=self.servers.nats.monitor_url,
            system=self.system, topology=self.topology,
        )  # fmt: skip
        return Service(name, around, self._parts, migrations=self._folder)

    def _parts(self, service: Service[Telling]) -> Parts[Telling]:
        if service.name == "ingest_duo":
            return Parts(Repository(Faults()), {Tel: on_tel})
        return Parts(Repository(self.faults), {MeldingstatusTeruggemeld: listener(self.faults)}, self._ask_partner)

    async def _ask_partner(self, messages: Sequence[Message]) -> None:
        for message in messages:
            self.faults.asked += 1
            down = self.faults.partner_down
            message.prepared = PartnerOnbereikbaar("partner", "TimeoutError") if down else None

    async def start(self, name: str) -> Supervised[ToyApp]:
        """Starts a service under supervision; returns when it runs."""
        supervised = self.begin(name)
        await eventually(lambda: runs(supervised), f"{name} has started")
        return supervised

    def begin(self, name: str) -> Supervised[ToyApp]:
        """Starts a service under supervision and does not wait for it."""
        supervised = Supervised(lambda: ToyApp(self.make(name)))
        self._tasks[supervised] = asyncio.create_task(supervised.run())
        return supervised

    async def stop(self, supervised: Supervised[ToyApp]) -> None:
        """Stops a service and its supervisor."""
        task = self._tasks.pop(supervised)
        task.cancel()
        await asyncio.wait([task])

    # What happens in it

    async def say(self, ingest: Supervised[ToyApp], jongeren: Iterable[UUID], times: int = 1) -> None:
        """Lets `ingest_duo` say the next `times` numbers of each jongere; tries again when the service ends."""
        everyone = list(jongeren)
        for _ in range(times):
            self.said.update(everyone)
            commands: list[Message] = []
            while not commands:
                await eventually(lambda: runs(ingest), "ingest_duo runs")
                with suppress(NietGereed):
                    commands = await ingest.app.service.execute(
                        [Message(j, GEMEENTE, Tel(self.said[j])) for j in everyone]
                    )
            assert [] == [c.error for c in commands if c.error is not None]

    async def heard(self) -> dict[UUID, Telling]:
        """What `cases` keeps of every jongere."""
        rows = await (await self.pool("cases")).fetch("SELECT * FROM telling")
        return {r["jongere_id"]: tuple(r["gehoord"]) for r in rows}

    async def hears(self, expected: dict[UUID, Telling]) -> None:
        """Waits until `cases` keeps exactly this."""

        async def so() -> bool:
            return expected == await self.heard()

        await eventually(so, "exactly the expected numbers are heard")

    def expected(self) -> dict[UUID, Telling]:
        """What `cases` must keep once it has handled everything that was said."""
        return {j: tuple(range(1, n + 1)) for j, n in self.said.items()}

    async def all_heard(self, deadline: float = DEADLINE) -> None:
        """Waits until every number was handled, then asserts: nothing lost, nothing double, in order, said on once."""

        async def complete() -> bool:
            return sum(map(len, (await self.heard()).values())) >= self.said.total()

        await eventually(complete, "all numbers are heard", deadline)
        assert self.expected() == await self.heard()
        said_on = await (await self.pool("cases")).fetch(
            "SELECT jongere_id, array_agg(sequence ORDER BY nr)::int[] AS s FROM outbox GROUP BY 1"
        )
        assert self.expected() == {r["jongere_id"]: tuple(r["s"]) for r in said_on}

    async def waiting(self) -> list[tuple[int, str]]:
        """The waiting room of `cases`: sequence and state, per jongere in order of arrival."""
        return [(r["sequence"], r["staat"]) for r in await self.waiting_rows()]

    async def waits(self, expected: list[tuple[int, str]]) -> None:
        """Waits until the waiting room holds exactly this."""

        async def so() -> bool:
            return expected == await self.waiting()

        await eventually(so, f"waiting room holds {expected}")

    async def waiting_rows(self) -> list[asyncpg.Record]:
        """The same with everything that is known about each event."""
        rows: list[asyncpg.Record] = await (await self.pool("cases")).fetch(
            "SELECT * FROM wachtrij ORDER BY jongere_id, id"
        )
        return rows

    async def drained(self) -> None:
        """Waits until `cases` has acknowledged everything that VERZUIM holds."""

        async def idle() -> bool:
            names = self.topology.consumers("cases", VERZUIM)
            found = [await self.nc.jetstream().consumer_info(VERZUIM.name, name) for name in names]
            return not any(info.num_pending or info.num_ack_pending for info in found)

        await eventually(idle, "cases has acknowledged everything")

    async def ready(self, *services: Supervised[ToyApp]) -> None:
        """Waits until each of these services says that it can do its work."""
        for supervised in services:
            await eventually(partial(self._says_ready, supervised), f"{supervised.name} is ready")

    async def _says_ready(self, supervised: Supervised[ToyApp]) -> bool:
        return await supervised.app.service.watchdog.check() == []

    async def alarmed(self, supervised: Supervised[ToyApp], text: str) -> None:
        """Waits until a service says it is not ready for a reason with `text` in it."""

        async def says_so() -> bool:
            return any(text in problem for problem in await supervised.app.service.watchdog.check())

        await eventually(says_so, f"{supervised.name} says: {text}")

    def event(self, jongere_id: UUID, number: int) -> Outgoing:
        """The event with this number as `ingest_duo` would say it, to be published by the test itself."""
        now = self.system.now()
        event = number_event(number, now)
        identity, body = encode(
            event, source=source_urn("ingest_duo"), jongere_id=jongere_id, sequence=number, time=now,
            gemeente=GEMEENTE, traceparent=None,
        )  # fmt: skip
        return Outgoing(0, identity, subject(type(event), GEMEENTE, jongere_id), body, None)

    async def stored(self) -> int:
        """How many messages VERZUIM holds."""
        return int((await self.nc.jetstream().stream_info(VERZUIM.name)).state.messages)


async def _ignore(_: Exception) -> None:
    """A broker that is away is part of the tests."""


@asynccontextmanager
async def open_world(servers: Servers, folder: Path) -> AsyncIterator[World]:
    """A world of its own for one test."""
    made = World(servers, folder)
    await made.open()
    try:
        yield made
    finally:
        await made.close()
