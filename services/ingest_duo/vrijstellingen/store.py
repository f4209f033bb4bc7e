"""The table of vrijstellingen and its queries."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import Column, DateTime, Index, text
from sqlmodel import Field

from contracts.codes import Vrijstellingsoort
from hub.database import Connection
from services.ingest_duo.store import DuoTable
from services.ingest_duo.vrijstellingen.model import Stand, Vrijstelling

_KOLOMMEN = """vrijstelling_id, jongere_id, gemeente, soort, begindatum, einddatum, eerder, ingetrokken, medewerker,
               versie, stand, code, pogingen, sinds"""


class VrijstellingRij(DuoTable, table=True):
    """A vrijstelling as the gemeente has it, and whether DUO does; `volgende_poging` waits for what was missing."""

    __tablename__ = "vrijstelling"
    __table_args__ = (
        Index("ix_vrijstelling_te_melden", "vrijstelling_id", postgresql_where=text("stand = 'te_melden'")),
    )

    vrijstelling_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    soort: str
    begindatum: date
    einddatum: date | None = None
    eerder: bool
    ingetrokken: bool
    medewerker: str
    versie: int
    stand: str
    code: str | None = None
    pogingen: int = 0
    sinds: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    volgende_poging: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class VrijstellingenStore:
    """All queries about vrijstellingen."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def save(self, tx: Connection, changed: Sequence[Vrijstelling]) -> None:
        """Stores new and changed ones; a change may be tried at DUO at once."""
        await tx.executemany(
            f"""INSERT INTO vrijstelling ({_KOLOMMEN})
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                ON CONFLICT (vrijstelling_id) DO UPDATE SET einddatum = excluded.einddatum, eerder = excluded.eerder,
                  ingetrokken = excluded.ingetrokken, medewerker = excluded.medewerker, versie = excluded.versie,
                  stand = excluded.stand, code = excluded.code, pogingen = excluded.pogingen, sinds = excluded.sinds,
                  volgende_poging = NULL""",  # noqa: S608
            [
                (v.vrijstelling_id, v.jongere_id, v.gemeente, v.soort.value, v.begindatum, v.einddatum, v.eerder,
                 v.ingetrokken, v.medewerker, v.versie, v.stand.value, v.code, v.pogingen, v.sinds)
                for v in changed
            ],
        )  # fmt: skip

    async def van(self, jongere_id: UUID) -> list[Vrijstelling]:
        """All vrijstellingen of a jongere."""
        rows = await self._pool.fetch(f"SELECT {_KOLOMMEN} FROM vrijstelling WHERE jongere_id = $1", jongere_id)  # noqa: S608
        return [_vrijstelling(r) for r in rows]

    async def kent(self, jongere_id: UUID, gemeente: str) -> bool:
        """Whether there is a melding or vrijstelling of this jongere from this gemeente."""
        found: bool = await self._pool.fetchval(
            """SELECT EXISTS (SELECT FROM vrijstelling WHERE jongere_id = $1 AND gemeente = $2)
                   OR EXISTS (SELECT FROM melding WHERE jongere_id = $1 AND gemeente = $2)""",
            jongere_id,
            gemeente,
        )
        return found

    async def een(self, vrijstelling_id: UUID) -> Vrijstelling | None:
        """One vrijstelling, when it is known."""
        r = await self._pool.fetchrow(
            f"SELECT {_KOLOMMEN} FROM vrijstelling WHERE vrijstelling_id = $1",  # noqa: S608
            vrijstelling_id,
        )
        return _vrijstelling(r) if r else None

    async def te_melden(self, now: datetime) -> list[Vrijstelling]:
        """What DUO must hear now."""
        rows = await self._pool.fetch(
            f"""SELECT {_KOLOMMEN} FROM vrijstelling WHERE stand = 'te_melden'
                AND (volgende_poging IS NULL OR volgende_poging <= $1) ORDER BY vrijstelling_id LIMIT 256""",  # noqa: S608
            now,
        )
        return [_vrijstelling(r) for r in rows]

    async def stel_uit(self, v: Vrijstelling, reden: str, pogingen: int, since: datetime, tot: datetime) -> None:
        """Something was missing: tries again at `tot`, unless it was changed meanwhile."""
        await self._pool.execute(
            """UPDATE vrijstelling SET code = $3, pogingen = $4, sinds = $5, volgende_poging = $6
               WHERE vrijstelling_id = $1 AND versie = $2 AND stand = 'te_melden'""",
            v.vrijstelling_id, v.versie, reden, pogingen, since, tot,
        )  # fmt: skip

    async def lijst(self, stand: str | None) -> list[dict[str, Any]]:
        """All of them, or those in one stand; the latest beginning first."""
        rows = await self._pool.fetch(
            f"""SELECT {_KOLOMMEN}, volgende_poging FROM vrijstelling WHERE $1::text IS NULL OR stand = $1
                ORDER BY begindatum DESC, vrijstelling_id""",  # noqa: S608
            stand,
        )
        return [dict(r) for r in rows]


def _vrijstelling(r: Any) -> Vrijstelling:
    return Vrijstelling(**{**dict(r), "soort": Vrijstellingsoort(r["soort"]), "stand": Stand(r["stand"])})
