"""A database of its own for a test, and a look at the bytes that lie in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.crypto import Kluis
from hub.database import create_pool, migrate, provision
from hub.embedded import Servers

PASSWORD = "een wachtwoord voor tests"


def kluis() -> Kluis:
    """A vault with a key of its own."""
    return Kluis(AESGCM.generate_key(256))


def migrations(service: str) -> Path:
    """Where the migrations of a service are."""
    return Path(__file__).parents[2] / "services" / service / "migrations"


class Databases:
    """Databases on the servers of the session; they go when the servers go."""

    def __init__(self, servers: Servers) -> None:
        self._servers = servers
        self._numbers = count(1)
        self._migrated: dict[str, str] = {}

    async def new(self, service: str) -> str:
        """The address of a database without tables."""
        name = f"test_{service}_{next(self._numbers)}"
        await provision(self._servers.postgres.url, name, PASSWORD)
        return self._servers.postgres.url_voor(name, name, PASSWORD)

    @asynccontextmanager
    async def migrated(self, service: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
        """A pool on the tables of a service and of the hub, all of them empty.

        Tests of one service use the same database one after the other: making and dropping one costs a checkpoint.
        """
        if service not in self._migrated:
            url = await self.new(service)
            await migrate(url, service, migrations(service))
            self._migrated[service] = url
        pool = await create_pool(self._migrated[service])
        try:
            for table in await tables(pool):
                await pool.execute(f'DELETE FROM "{table}"')
            yield pool
        finally:
            await pool.close()


async def tables(pool: "asyncpg.Pool[Any]") -> list[str]:
    """The tables that hold data of ours."""
    rows = await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    return [row["tablename"] for row in rows if row["tablename"] != "alembic_version"]


async def raw_bytes(pool: "asyncpg.Pool[Any]") -> bytes:
    """Every value of every table, as PostgreSQL sends it in binary."""
    everything = bytearray()

    async def take(part: bytes) -> None:
        everything.extend(part)

    async with pool.acquire() as db:
        for table in await tables(pool):
            await db.copy_from_table(table, output=take, format="binary")
    return bytes(everything)


async def readable(pool: "asyncpg.Pool[Any]", *planted: str) -> list[str]:
    """Which of these texts can be read somewhere in the database."""
    found = await raw_bytes(pool)
    return [text for text in planted if text.encode() in found]
