"""Tables, files and queries of `letters`."""

import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Column, DateTime, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts.codes import Adressaat
from hub.clock import Clock
from hub.database import Connection
from services.letters.decisions import Briefwisseling

_LOAD = """
SELECT 'dood' AS wat, jongere_id, NULL::uuid AS brief_id FROM overledene WHERE jongere_id = ANY($1::uuid[])
UNION ALL SELECT 'brief', jongere_id, brief_id FROM brief WHERE jongere_id = ANY($1::uuid[])
UNION ALL SELECT 'weg', jongere_id, brief_id FROM ingetrokken_brief WHERE jongere_id = ANY($1::uuid[])
"""


class BrievenTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the tables of this service."""


class BriefRij(BrievenTable, table=True):
    """A letter that was made; the PDF is a file beside the database."""

    __tablename__ = "brief"

    brief_id: UUID = Field(primary_key=True)
    adressaat: str = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    zaak_id: UUID = Field(index=True)
    briefsoort: str
    bestand: str
    sha256: str
    paginas: int
    opgemaakt_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Overledene(BrievenTable, table=True):
    """Jongeren to whom nothing may be sent any more."""

    jongere_id: UUID = Field(primary_key=True)


class IngetrokkenRij(BrievenTable, table=True):
    """A letter that may not go out any more, or no longer holds."""

    __tablename__ = "ingetrokken_brief"

    brief_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)


class Archief:
    """The PDF files: one folder per gemeente, names without a trace of a person, readable by this service only."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def sweep(self) -> None:
        """Removes what a process that died while it stored a PDF left behind."""
        for partial in self.folder.glob("*/*.part"):
            partial.unlink(missing_ok=True)

    def keep(self, gemeente: str, brief_id: UUID, adressaat: Adressaat, pdf: bytes) -> str:
        """Stores a PDF completely or not at all; the same letter again replaces itself. Returns its relative name."""
        name = f"{gemeente}/{brief_id}-{adressaat}.pdf"
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = target.with_suffix(f".{os.getpid()}.part")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(pdf)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
        return name


async def gemaakte_brieven(pool: "asyncpg.Pool[Any]", brieven: Sequence[UUID]) -> frozenset[UUID]:
    """Which of these letters were made, to whichever jongere_id."""
    rows = await pool.fetch("SELECT DISTINCT brief_id FROM brief WHERE brief_id = ANY($1::uuid[])", brieven)
    return frozenset(row["brief_id"] for row in rows)


class BrievenStore:
    """All queries of this service."""

    def __init__(self, pool: "asyncpg.Pool[Any]", clock: Clock) -> None:
        self._pool = pool
        self._clock = clock

    def empty(self, jongere_id: UUID) -> Briefwisseling:
        """No letters yet."""
        return Briefwisseling()

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Briefwisseling]:
        """Which of these jongeren died, and which letters to them were made or withdrawn."""
        rows = await db.fetch(_LOAD, jongeren)
        dood, gemaakt, ingetrokken = (
            {(r["jongere_id"], r["brief_id"]) for r in rows if r["wat"] == wat} for wat in ("dood", "brief", "weg")
        )
        return {
            jongere_id: Briefwisseling(
                overleden=any(j == jongere_id for j, _ in dood),
                gemaakt=frozenset(b for j, b in gemaakt if j == jongere_id),
                ingetrokken=frozenset(b for j, b in ingetrokken if j == jongere_id),
            )
            for jongere_id in {r["jongere_id"] for r in rows}
        }

    async def save(self, tx: Connection, changed: Mapping[UUID, Briefwisseling]) -> None:
        """Stores new letters and deaths."""
        gone = [j for j, state in changed.items() if state.overleden]
        if gone:
            await tx.execute("INSERT INTO overledene SELECT unnest($1::uuid[]) ON CONFLICT DO NOTHING", gone)
        weg = [(brief_id, j) for j, state in changed.items() for brief_id in state.ingetrokken]
        if weg:
            await tx.executemany("INSERT INTO ingetrokken_brief VALUES ($1, $2) ON CONFLICT DO NOTHING", weg)
        rows = [(j, g) for j, state in changed.items() for g in state.nieuw]
        await tx.execute(
            """INSERT INTO brief (brief_id, adressaat, jongere_id, zaak_id, briefsoort, bestand, sha256, paginas,
                                  opgemaakt_op)
               SELECT b, a, j, z, s, f, h, p, $9 FROM unnest($1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[],
                 $6::text[], $7::text[], $8::int[]) AS n(b, a, j, z, s, f, h, p)""",
            [g.brief_id for _, g in rows],
            [g.adressaat for _, g in rows],
            [j for j, _ in rows],
            [g.zaak_id for _, g in rows],
            [g.briefsoort for _, g in rows],
            [g.bestand for _, g in rows],
            [g.sha256 for _, g in rows],
            [g.paginas for _, g in rows],
            self._clock.now(),
        )
