"""One active instance per service: a lease in PostgreSQL that ends by itself when its holder dies.

The lease is a session-level advisory lock on a connection of its own, which also listens for a nudge from operators.
A second instance of the same service stands by and takes over; correctness never depends on it (the inbox and the
version per jongere guard that), order and economy do.
"""

import asyncio
import zlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import structlog

from hub.errors import NietGereed

log: structlog.stdlib.BoundLogger = structlog.get_logger()

CHANNEL = "schakel"
_STANDBY_SECONDS = 1.0


class LeaseLost(Exception):
    """The connection that held the lease broke; another instance may be active now."""


class Lease:
    """The held lease."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        self._connection = connection
        self._broken = asyncio.Event()
        connection.add_termination_listener(lambda _: self._broken.set())

    async def watch(self) -> None:
        """Raises `LeaseLost` when the lease is gone; otherwise never returns."""
        await self._broken.wait()
        raise LeaseLost


@asynccontextmanager
async def lease(url: str, service: str, on_nudge: Callable[[str], None], *, wait: bool = True) -> AsyncIterator[Lease]:
    """Waits until this instance is the active one of `service`, and holds that for the length of the block.

    Without `wait` it raises `NietGereed` when another instance is active.
    """
    connection = await asyncpg.connect(url, server_settings={"application_name": f"schakel {service} lease"})
    try:
        key = zlib.crc32(service.encode())
        standing_by = False
        while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", key):
            if not wait:
                raise NietGereed(f"{service} draait: stop de installatie eerst")
            if not standing_by:
                log.info("standing_by", service=service)
                standing_by = True
            await asyncio.sleep(_STANDBY_SECONDS)
        await connection.add_listener(CHANNEL, lambda *args: on_nudge(str(args[3])))
        yield Lease(connection)
    finally:
        if not connection.is_closed():
            connection.terminate()


async def nudge(db: Any, what: str) -> None:
    """Tells the active instance to look again: at its "outbox", its "stream", or (anything else) its waiting room."""
    await db.execute("SELECT pg_notify($1, $2)", CHANNEL, what)
