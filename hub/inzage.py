"""Reading for an official: a pool that shows only rows of the gemeenten they work for.

Every question runs in a transaction of its own as the role `<service>_inzage`, under which the row policies of the
tables hold (PostgreSQL row security). A question that forgets to ask for a gemeente then finds nothing of another one.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any, Final

import asyncpg

from hub.database import Connection
from hub.errors import NietGereed

ALLE: Final = "*"
"""Every gemeente: only for the built-in identity of a demonstration."""

_AS_OFFICIAL: Final = (
    "SELECT set_config('role', current_user || '_inzage', true), set_config('schakel.gemeenten', $1, true)"
)


class Inzage:
    """The part of a pool that a store reads with; `gemeenten` None is every gemeente."""

    def __init__(self, pool: "asyncpg.Pool[Any]", gemeenten: Collection[str] | None) -> None:
        self._pool = pool
        self._gemeenten = ALLE if gemeenten is None else ",".join(sorted(gemeenten))

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        """A connection in a transaction that cannot write.

        Raises `NietGereed` when the database has no such role, or the service may not take it.
        """
        async with self._pool.acquire() as db, db.transaction(readonly=True):
            try:
                await db.execute(_AS_OFFICIAL, self._gemeenten)
            except (asyncpg.InvalidParameterValueError, asyncpg.InsufficientPrivilegeError) as error:
                raise NietGereed("de rol voor inzage ontbreekt in de database: zie docs/toegang.md") from error
            yield db

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        """Rows."""
        async with self.acquire() as db:
            return list(await db.fetch(query, *args))

    async def fetchrow(self, query: str, *args: Any) -> Any:
        """The first row, or None."""
        async with self.acquire() as db:
            return await db.fetchrow(query, *args)

    async def fetchval(self, query: str, *args: Any) -> Any:
        """The first value of the first row, or None."""
        async with self.acquire() as db:
            return await db.fetchval(query, *args)
