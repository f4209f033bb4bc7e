"""Tables and queries of `halt_bridge`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts.codes import HaltAfloop
from hub.database import Connection
from services.halt_bridge.decisions import Stand, Verwijzing, Verwijzingen


class HaltTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the tables of this service."""


class VerwijzingRij(HaltTable, table=True):
    """A referral; its id is also the kenmerk under which Halt knows it."""

    __tablename__ = "verwijzing"

    verwijzing_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    zaak_id: UUID
    stand: str
    afloop: str | None = None
    gewist_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    """When the jongere was erased and this row was stripped: its own term begins."""


class Aanbieding(HaltTable, table=True):
    """For whom an offer was started: written before the partner hears of it, so that its answer finds its way."""

    verwijzing_id: UUID = Field(primary_key=True)
    jongere_id: UUID
    gemeente: str


class AfloopCursor(HaltTable, table=True):
    """Up to which volgnummer the outcomes of Halt were taken in."""

    __tablename__ = "afloopcursor"

    id: int = Field(primary_key=True)
    volgnummer: int = Field(sa_column=Column(BigInteger, nullable=False))


class Bestemming(NamedTuple):
    """Whose referral it is."""

    jongere_id: UUID
    gemeente: str


class VerwijzingenStore:
    """All queries of this service."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    def empty(self, jongere_id: UUID) -> Verwijzingen:
        """No referrals."""
        return Verwijzingen()

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Verwijzingen]:
        """The referrals of these jongeren."""
        rows = await db.fetch("SELECT * FROM verwijzing WHERE jongere_id = ANY($1::uuid[])", jongeren)
        found: dict[UUID, dict[UUID, Verwijzing]] = {}
        for r in rows:
            afloop = HaltAfloop(r["afloop"]) if r["afloop"] else None
            verwijzing = Verwijzing(r["zaak_id"], Stand(r["stand"]), afloop)
            found.setdefault(r["jongere_id"], {})[r["verwijzing_id"]] = verwijzing
        return {jongere_id: Verwijzingen(by_id) for jongere_id, by_id in found.items()}

    async def save(self, tx: Connection, changed: Mapping[UUID, Verwijzingen]) -> None:
        """Stores the referrals of changed jongeren."""
        rows = [(i, j, v) for j, state in changed.items() for i, v in state.by_id.items()]
        await tx.execute(
            """INSERT INTO verwijzing (verwijzing_id, jongere_id, zaak_id, stand, afloop)
               SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
               ON CONFLICT (verwijzing_id) DO UPDATE SET stand = excluded.stand, afloop = excluded.afloop""",
            [i for i, _, _ in rows],
            [j for _, j, _ in rows],
            [v.zaak_id for _, _, v in rows],
            [v.stand for _, _, v in rows],
            [v.afloop for _, _, v in rows],
        )

    async def start_offer(self, verwijzing_id: UUID, jongere_id: UUID, gemeente: str) -> None:
        """Remembers whose referral is about to be offered."""
        await self._pool.execute(
            "INSERT INTO aanbieding (verwijzing_id, jongere_id, gemeente) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            verwijzing_id,
            jongere_id,
            gemeente,
        )

    async def whose(self, verwijzing_id: UUID) -> Bestemming | None:
        """The jongere of a referral, or None when it is not ours."""
        r = await self._pool.fetchrow(
            "SELECT jongere_id, gemeente FROM aanbieding WHERE verwijzing_id = $1", verwijzing_id
        )
        return Bestemming(r["jongere_id"], r["gemeente"]) if r else None

    async def stand(self, verwijzing_id: UUID) -> Stand | None:
        """Where a referral is, as far as it is recorded."""
        found = await self._pool.fetchval("SELECT stand FROM verwijzing WHERE verwijzing_id = $1", verwijzing_id)
        return Stand(found) if found is not None else None

    async def recorded(self, verwijzing_id: UUID) -> bool:
        """Whether it is recorded what the partner said to the offer."""
        return bool(
            await self._pool.fetchval("SELECT EXISTS (SELECT FROM verwijzing WHERE verwijzing_id = $1)", verwijzing_id)
        )

    async def cursor(self) -> int:
        """The last volgnummer taken in."""
        return int(await self._pool.fetchval("SELECT volgnummer FROM afloopcursor") or 0)

    async def move_cursor(self, volgnummer: int) -> None:
        """Remembers the last volgnummer taken in."""
        await self._pool.execute(
            """INSERT INTO afloopcursor AS c (id, volgnummer) VALUES (1, $1)
               ON CONFLICT (id) DO UPDATE SET volgnummer = GREATEST(c.volgnummer, excluded.volgnummer)""",
            volgnummer,
        )
