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
SERVICES = ("brp_sync", "ingest_duo", "cases", "letters", "halt_bridge")
_numbers = count(1)


def kluis() -> Kluis:
    """A vault with a key of its own."""
    return Kluis(AESGCM.generate_key(256))


def migrations(service: str) -> Path:
    """Where the migrations of a service are."""
    return Path(__file__).parents[2] / "services" / service / "migrations"


@asynccontextmanager
async def database(servers: Servers, service: str) -> AsyncIterator[str]:
    """The address of an empty database that only this block uses."""
    name = f"test_{service}_{next(_numbers)}"
    await provision(servers.postgres.url, name, PASSWORD)
    try:
        yield servers.postgres.url_voor(name, name, PASSWORD)
    finally:
        admin = await asyncpg.connect(servers.postgres.url)
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.execute(f'DROP ROLE "{name}"')
        await admin.close()


@asynccontextmanager
async def migrated(servers: Servers, service: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A pool on a database with the tables of a service and of the hub."""
    async with database(servers, service) as url:
        await migrate(url, service, migrations(service))
        pool = await create_pool(url)
        try:
            yield pool
        finally:
            await pool.close()


async def raw_bytes(pool: "asyncpg.Pool[Any]") -> bytes:
    """Every value of every table, as PostgreSQL sends it in binary."""
    everything = bytearray()

    async def take(part: bytes) -> None:
        everything.extend(part)

    async with pool.acquire() as db:
        for row in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
            await db.copy_from_table(row["tablename"], output=take, format="binary")
    return bytes(everything)


async def readable(pool: "asyncpg.Pool[Any]", *planted: str) -> list[str]:
    """Which of these texts can be read somewhere in the database."""
    found = await raw_bytes(pool)
    return [text for text in planted if text.encode() in found]
