"""Where reading the changes of DUO is, per uitvoerder: the cursor, and reading again from an earlier day."""

from datetime import datetime
from typing import Any

import asyncpg
from sqlalchemy import Column, DateTime
from sqlmodel import Field

from services.ingest_duo.store import DuoTable


class HerlezingRij(DuoTable, table=True):
    """Reading again from `vanaf` on: how far it is (`stand`), and whether DUO would not have it (`geweigerd`)."""

    __tablename__ = "herlezing"

    uitvoerder: str = Field(primary_key=True)
    vanaf: datetime = Field(sa_column=Column(DateTime(), nullable=False))
    stand: datetime = Field(sa_column=Column(DateTime(), nullable=False))
    gelezen: int = 0
    aanleiding: str
    gevraagd_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    klaar_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    geweigerd: str | None = None


class Cursors:
    """All queries about where reading is."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def cursor(self, uitvoerder: str) -> datetime | None:
        """Where the last finished page ended."""
        vanaf: datetime | None = await self._pool.fetchval("SELECT vanaf FROM cursor WHERE uitvoerder = $1", uitvoerder)
        return vanaf

    async def move(self, uitvoerder: str, vanaf: datetime) -> None:
        """Remembers where to go on; never backwards."""
        await self._pool.execute(
            """INSERT INTO cursor AS c (uitvoerder, vanaf) VALUES ($1, $2)
               ON CONFLICT (uitvoerder) DO UPDATE SET vanaf = GREATEST(c.vanaf, excluded.vanaf)""",
            uitvoerder,
            vanaf,
        )

    async def forget(self, uitvoerder: str) -> None:
        """DUO would not go on from the cursor."""
        await self._pool.execute("DELETE FROM cursor WHERE uitvoerder = $1", uitvoerder)

    async def begin_again(self, uitvoerder: str, vanaf: datetime, aanleiding: str, now: datetime) -> None:
        """Asks for reading again from `vanaf` on; one that is under way from the same moment goes on."""
        await self._pool.execute(
            """INSERT INTO herlezing AS h (uitvoerder, vanaf, stand, gelezen, aanleiding, gevraagd_op)
               VALUES ($1, $2, $2, 0, $3, $4)
               ON CONFLICT (uitvoerder) DO UPDATE SET vanaf = excluded.vanaf, stand = excluded.stand, gelezen = 0,
                 aanleiding = excluded.aanleiding, gevraagd_op = excluded.gevraagd_op, klaar_op = NULL, geweigerd = NULL
               WHERE h.klaar_op IS NOT NULL OR h.vanaf <> excluded.vanaf OR h.geweigerd IS NOT NULL""",
            uitvoerder,
            vanaf,
            aanleiding,
            now,
        )

    async def under_way(self, uitvoerder: str) -> datetime | None:
        """From where reading again goes on; None when it is not asked for, or has ended."""
        stand: datetime | None = await self._pool.fetchval(
            "SELECT stand FROM herlezing WHERE uitvoerder = $1 AND klaar_op IS NULL AND geweigerd IS NULL", uitvoerder
        )
        return stand

    async def progress(self, uitvoerder: str, stand: datetime | None, gelezen: int, klaar_op: datetime | None) -> None:
        """A page was read; with `klaar_op` it was the last."""
        await self._pool.execute(
            """UPDATE herlezing SET stand = COALESCE($2, stand), gelezen = gelezen + $3, klaar_op = $4
               WHERE uitvoerder = $1""",
            uitvoerder,
            stand,
            gelezen,
            klaar_op,
        )

    async def refused(self, uitvoerder: str, code: str) -> None:
        """It cannot go on: DUO would not have it either, or a page could not be read. An operator must ask anew."""
        await self._pool.execute("UPDATE herlezing SET geweigerd = $2 WHERE uitvoerder = $1", uitvoerder, code)

    async def overview(self) -> list[dict[str, Any]]:
        """Per uitvoerder the cursor, and the last reading again."""
        rows = await self._pool.fetch(
            """SELECT COALESCE(c.uitvoerder, h.uitvoerder) AS uitvoerder, c.vanaf AS cursor, h.vanaf, h.stand,
                      h.gelezen, h.aanleiding, h.gevraagd_op, h.klaar_op, h.geweigerd
               FROM cursor c FULL JOIN herlezing h USING (uitvoerder) ORDER BY 1"""
        )
        return [dict(r) for r in rows]
