"""`brp_sync` alone, running on the real servers, on a clock that the test moves."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import nats
from pydantic import SecretStr

from hub.clock import VirtualClock
from hub.database import provision
from hub.embedded import Servers
from hub.service import Surroundings
from hub.settings import HubSettings
from hub.supervise import Supervised
from services.brp_sync.app import BrpSync, build
from tests.waiting import eventually

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag
DATABASE, PASSWORD, STREAM = "wereld_brp_sync", "een wachtwoord voor tests", "PERSONEN"


class Wereld:
    """The service, and what it said."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.clock = VirtualClock(NU)
        self.settings = HubSettings(map=folder, log_niveau="error")
        self._servers = servers
        self._task: asyncio.Task[None] | None = None
        self._supervised: Supervised[BrpSync]

    @property
    def app(self) -> BrpSync:
        """The instance that runs now."""
        return self._supervised.app

    @property
    def pool(self) -> "asyncpg.Pool[Any]":
        """Its database."""
        return self.app.service.pool

    async def open(self, build: Callable[[Surroundings, HubSettings], BrpSync] = build) -> None:
        """Empties the database and starts the service."""
        await self._clear()
        await self.start(build)

    async def start(self, build: Callable[[Surroundings, HubSettings], BrpSync] = build) -> None:
        """Starts it with nothing but what is in its database."""
        url = self._servers.postgres.url_voor(DATABASE, DATABASE, PASSWORD)
        around = Surroundings(self._servers.nats.url, lambda _: url, self.clock)
        self._supervised = Supervised(lambda: build(around, self.settings))
        self._task = asyncio.create_task(self._supervised.run())
        await eventually(self._runs, "brp_sync has started")

    async def stop(self) -> None:
        """Ends it in the middle of whatever it does."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def close(self) -> None:
        """Stops it and leaves no stream behind."""
        await self.stop()
        await self._clear()

    async def stuf(self, body: bytes) -> tuple[int, bytes]:
        """The answer to a kennisgeving, given when it was worked on as well."""
        answer = await self.app.stuf.neem(body, "antwoord-1")

        async def worked_on() -> bool:
            busy = "SELECT EXISTS (SELECT FROM inkomend WHERE verwerkt_op IS NULL)"
            return not await self.pool.fetchval(busy)

        await eventually(worked_on, "the kennisgeving is worked on")
        return answer

    async def said(self) -> list[tuple[UUID, str, dict[str, Any]]]:
        """Every event since the beginning: about whom, its name and what it says."""
        rows = await self.pool.fetch("SELECT jongere_id, bericht FROM outbox ORDER BY nr")
        read = [(row["jongere_id"], json.loads(row["bericht"])) for row in rows]
        return [(jongere_id, event["type"].rpartition(".")[2], event["data"]) for jongere_id, event in read]

    async def names(self, jongere_id: UUID | None = None) -> list[str]:
        """The names of the events about somebody, or about everybody."""
        return [name for about, name, _ in await self.said() if jongere_id in (None, about)]

    def _runs(self) -> bool:
        return self.app.service.started.is_set()

    async def _clear(self) -> None:
        await provision(self._servers.postgres.url, DATABASE, PASSWORD)
        connection = await asyncpg.connect(self._servers.postgres.url_voor(DATABASE, DATABASE, PASSWORD))
        for row in await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            if row["tablename"] not in ("alembic_version", "outbox_stand"):
                await connection.execute(f'DELETE FROM "{row["tablename"]}"')
        if await connection.fetchval("SELECT to_regclass('outbox_stand') IS NOT NULL"):
            await connection.execute("UPDATE outbox_stand SET laatste_nr = 0, gepubliceerd_tot = 0")
        await connection.close()
        client = await nats.connect(self._servers.nats.url)
        with suppress(nats.js.errors.NotFoundError):
            await client.jetstream().delete_stream(STREAM)
        await client.close()


@asynccontextmanager
async def wereld_van(servers: Servers, folder: Path) -> AsyncIterator[Wereld]:
    """The world for the length of one test."""
    made = Wereld(servers, folder)
    await made.open()
    try:
        yield made
    finally:
        await made.close()


def geheim(waarde: str | None) -> SecretStr | None:
    """A number as a source names it."""
    return SecretStr(waarde) if waarde else None
