"""Where the sides find their servers, and a database for each of their parts."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from sqlalchemy import MetaData, Table
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine


@dataclass(frozen=True, slots=True)
class Servers:
    """The servers all sides share, and a folder for keys."""

    nats_url: str
    postgres_url: str
    map: Path

    def database(self, name: str) -> str:
        """The address of one database, as the superuser who runs the measurement."""
        parts = urlsplit(self.postgres_url)
        return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


def engine_on(url: str) -> AsyncEngine:
    """SQLAlchemy over asyncpg, which reads the address itself."""

    async def connect() -> "asyncpg.Connection[Any]":
        return await asyncpg.connect(url)

    return create_async_engine("postgresql+asyncpg://", async_creator=connect)


async def make_database(servers: Servers, name: str, *tables: MetaData | Table) -> str:
    """Makes a database with these tables; returns its address."""
    admin = await asyncpg.connect(servers.postgres_url)
    try:
        await admin.execute(f'CREATE DATABASE "{name}"')
    finally:
        await admin.close()
    url = servers.database(name)
    engine = engine_on(url)
    try:
        async with engine.begin() as connection:
            for what in tables:
                await connection.run_sync(what.create_all if isinstance(what, MetaData) else what.create)
    finally:
        await engine.dispose()
    return url
