"""Tables and queries of `ingest_duo`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Column, DateTime, LargeBinary, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts.codes import MeldingStatus
from hub.database import Connection
from services.ingest_duo.decisions import Melding, Meldingen


class DuoTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the tables of this service."""


class MeldingRij(DuoTable, table=True):
    """A melding as DUO last told it; `inhoud` is the whole of it, sealed."""

    __tablename__ = "melding"

    meldingsnummer: str = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    laatste_mutatie: datetime = Field(sa_column=Column(DateTime(), nullable=False))
    status: str
    kenmerk: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    inhoud: bytes | None = Field(default=None, sa_column=Column(LargeBinary))


class Cursor(DuoTable, table=True):
    """From which mutation stamp the next delivery is asked."""

    uitvoerder: str = Field(primary_key=True)
    vanaf: datetime = Field(sa_column=Column(DateTime(), nullable=False))


class MeldingenStore:
    """All queries of this service."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    def empty(self, jongere_id: UUID) -> Meldingen:
        """No meldingen known."""
        return Meldingen()

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Meldingen]:
        """The meldingen of these jongeren."""
        rows = await db.fetch(
            """SELECT jongere_id, meldingsnummer, gemeente, laatste_mutatie, status, kenmerk
               FROM melding WHERE jongere_id = ANY($1::uuid[])""",
            jongeren,
        )
        found: dict[UUID, dict[str, Melding]] = {}
        for r in rows:
            melding = Melding(r["gemeente"], r["laatste_mutatie"], MeldingStatus(r["status"]), r["kenmerk"])
            found.setdefault(r["jongere_id"], {})[r["meldingsnummer"]] = melding
        return {jongere_id: Meldingen(by_number) for jongere_id, by_number in found.items()}

    async def save(self, tx: Connection, changed: Mapping[UUID, Meldingen]) -> None:
        """Stores the meldingen of changed jongeren; one whose content did not come along keeps what it had."""
        rows = [(n, j, m) for j, state in changed.items() for n, m in state.by_number.items()]
        await tx.execute(
            """INSERT INTO melding AS m (meldingsnummer, jongere_id, gemeente, laatste_mutatie, status, kenmerk, inhoud)
               SELECT * FROM unnest($1::text[], $2::uuid[], $3::text[], $4::timestamp[], $5::text[], $6::bytea[],
                                    $7::bytea[])
               ON CONFLICT (meldingsnummer) DO UPDATE SET jongere_id = excluded.jongere_id,
                 gemeente = excluded.gemeente, laatste_mutatie = excluded.laatste_mutatie, status = excluded.status,
                 kenmerk = excluded.kenmerk, inhoud = COALESCE(excluded.inhoud, m.inhoud)
               WHERE m.laatste_mutatie <> excluded.laatste_mutatie OR m.kenmerk IS DISTINCT FROM excluded.kenmerk""",
            [n for n, _, _ in rows],
            [j for _, j, _ in rows],
            [m.gemeente for _, _, m in rows],
            [m.laatste_mutatie for _, _, m in rows],
            [m.status for _, _, m in rows],
            [m.fingerprint for _, _, m in rows],
            [m.sealed for _, _, m in rows],
        )

    async def melding(self, meldingsnummer: str) -> Melding | None:
        """The last version of one melding."""
        r = await self._pool.fetchrow(
            "SELECT gemeente, laatste_mutatie, status, kenmerk FROM melding WHERE meldingsnummer = $1", meldingsnummer
        )
        return Melding(r["gemeente"], r["laatste_mutatie"], MeldingStatus(r["status"]), r["kenmerk"]) if r else None

    async def cursor(self, uitvoerder: str) -> datetime | None:
        """Where the last finished page ended."""
        vanaf: datetime | None = await self._pool.fetchval("SELECT vanaf FROM cursor WHERE uitvoerder = $1", uitvoerder)
        return vanaf

    async def move_cursor(self, uitvoerder: str, vanaf: datetime) -> None:
        """Remembers where to go on; never backwards."""
        await self._pool.execute(
            """INSERT INTO cursor AS c (uitvoerder, vanaf) VALUES ($1, $2)
               ON CONFLICT (uitvoerder) DO UPDATE SET vanaf = GREATEST(c.vanaf, excluded.vanaf)""",
            uitvoerder,
            vanaf,
        )

    async def inhoud(self, meldingsnummer: str) -> bytes | None:
        """The sealed content of one melding."""
        sealed: bytes | None = await self._pool.fetchval(
            "SELECT inhoud FROM melding WHERE meldingsnummer = $1", meldingsnummer
        )
        return sealed
