"""Tables and queries of `ingest_duo`."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, MetaData, String, false, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts.codes import MeldingStatus
from hub.database import Connection
from services.ingest_duo.decisions import Melding, Meldingen, Statusregel
from services.ingest_duo.model import FINAL, Kanaal

_KOLOMMEN = "gemeente, laatste_mutatie, status, kenmerk, kanaal, uitvoerder, aandachtspunten, wie, verhuist, verzwegen"
_STATUSREGEL = """
INSERT INTO statusmelding (meldingsnummer, stand, status, reden, toelichting, aanleiding, medewerker, code, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""


class Bekend(NamedTuple):
    """What is known of a melding before a version of it is taken in."""

    jongere_id: UUID
    gemeente: str
    wie: bytes | None
    laatste_mutatie: datetime


class DuoTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the tables of this service."""


class MeldingRij(DuoTable, table=True):
    """A melding as it was last told; `inhoud` is the whole of it, sealed."""

    __tablename__ = "melding"
    __table_args__ = (Index("ix_melding_verhuist", "meldingsnummer", postgresql_where=text("verhuist")),)

    meldingsnummer: str = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    laatste_mutatie: datetime = Field(sa_column=Column(DateTime(), nullable=False))
    status: str
    kenmerk: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    inhoud: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    kanaal: str = Field(default=Kanaal.DUO.value, sa_column_kwargs={"server_default": Kanaal.DUO.value})
    uitvoerder: str = Field(default="", sa_column_kwargs={"server_default": ""})
    aandachtspunten: list[str] = Field(default=[], sa_column=Column(ARRAY(String), nullable=False, server_default="{}"))
    wie: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    verhuist: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    verzwegen: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class StatusmeldingRij(DuoTable, table=True):
    """What became of a status that DUO should hear; never changed, the last line of a melding counts."""

    __tablename__ = "statusmelding"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    meldingsnummer: str = Field(index=True)
    stand: str
    status: str | None = None
    reden: str | None = None
    toelichting: str | None = None
    aanleiding: str
    medewerker: str | None = None
    code: str | None = None
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


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
            f"SELECT jongere_id, meldingsnummer, {_KOLOMMEN} FROM melding WHERE jongere_id = ANY($1::uuid[])",  # noqa: S608
            jongeren,
        )
        found: dict[UUID, dict[str, Melding]] = {}
        for r in rows:
            found.setdefault(r["jongere_id"], {})[r["meldingsnummer"]] = _melding(r)
        return {jongere_id: Meldingen(by_number) for jongere_id, by_number in found.items()}

    async def save(self, tx: Connection, changed: Mapping[UUID, Meldingen]) -> None:
        """Stores the meldingen of changed jongeren; one whose content did not come along keeps what it had."""
        rows = [(n, j, m) for j, state in changed.items() for n, m in state.by_number.items()]
        await tx.execute(
            """INSERT INTO melding AS m (meldingsnummer, jongere_id, gemeente, laatste_mutatie, status, kenmerk, inhoud,
                                         kanaal, uitvoerder, aandachtspunten, wie, verhuist, verzwegen)
               SELECT n, j, g, l, s, k, i, c, u, string_to_array(a, ' '), w, v, z
               FROM unnest($1::text[], $2::uuid[], $3::text[], $4::timestamp[], $5::text[], $6::bytea[], $7::bytea[],
                           $8::text[], $9::text[], $10::text[], $11::bytea[], $12::bool[], $13::bool[])
                 AS r(n, j, g, l, s, k, i, c, u, a, w, v, z)
               ON CONFLICT (meldingsnummer) DO UPDATE SET jongere_id = excluded.jongere_id,
                 gemeente = excluded.gemeente, laatste_mutatie = excluded.laatste_mutatie, status = excluded.status,
                 kenmerk = excluded.kenmerk, inhoud = COALESCE(excluded.inhoud, m.inhoud),
                 uitvoerder = excluded.uitvoerder, aandachtspunten = excluded.aandachtspunten, wie = excluded.wie,
                 verhuist = excluded.verhuist, verzwegen = excluded.verzwegen
               WHERE m.laatste_mutatie <> excluded.laatste_mutatie OR m.kenmerk IS DISTINCT FROM excluded.kenmerk
                  OR m.jongere_id <> excluded.jongere_id OR m.verhuist <> excluded.verhuist""",
            [n for n, _, _ in rows],
            [j for _, j, _ in rows],
            [m.gemeente for _, _, m in rows],
            [m.laatste_mutatie for _, _, m in rows],
            [m.status for _, _, m in rows],
            [m.fingerprint for _, _, m in rows],
            [m.sealed for _, _, m in rows],
            [m.kanaal for _, _, m in rows],
            [m.uitvoerder for _, _, m in rows],
            [" ".join(m.aandachtspunten) for _, _, m in rows],
            [m.wie for _, _, m in rows],
            [m.verhuist for _, _, m in rows],
            [m.verzwegen for _, _, m in rows],
        )
        gone = [(n, naar) for state in changed.values() for n, naar in state.vertrokken.items()]
        if gone:
            await tx.executemany("UPDATE melding SET jongere_id = $2, verhuist = true WHERE meldingsnummer = $1", gone)
        regels = [regel for state in changed.values() for regel in state.regels]
        if regels:
            await tx.executemany(_STATUSREGEL, [_statusrij(regel) for regel in regels])

    async def melding(self, meldingsnummer: str) -> Melding | None:
        """The last version of one melding."""
        r = await self._pool.fetchrow(
            f"SELECT {_KOLOMMEN} FROM melding WHERE meldingsnummer = $1",  # noqa: S608 - no input
            meldingsnummer,
        )
        return _melding(r) if r else None

    async def jongere_van(self, meldingsnummer: str) -> UUID | None:
        """Under which jongere a melding is known."""
        found: UUID | None = await self._pool.fetchval(
            "SELECT jongere_id FROM melding WHERE meldingsnummer = $1", meldingsnummer
        )
        return found

    async def gewist(self, afdrukken: Sequence[bytes]) -> dict[bytes, datetime]:
        """Which of these fingerprints of meldingen are of somebody who was erased, and when."""
        rows = await self._pool.fetch("SELECT afdruk, op FROM gewist WHERE afdruk = ANY($1::bytea[])", afdrukken)
        return {r["afdruk"]: r["op"] for r in rows}

    async def bekend(self, nummers: Sequence[str]) -> dict[str, Bekend]:
        """What is known of these meldingen, as far as they are."""
        rows = await self._pool.fetch(
            """SELECT meldingsnummer, jongere_id, gemeente, wie, laatste_mutatie FROM melding
               WHERE meldingsnummer = ANY($1::text[])""",
            nummers,
        )
        return {
            r["meldingsnummer"]: Bekend(r["jongere_id"], r["gemeente"], r["wie"], r["laatste_mutatie"]) for r in rows
        }

    async def verhuisd(self) -> list[asyncpg.Record]:
        """Meldingen of which the jongere under whom they go on was not told yet."""
        return await self._pool.fetch(
            """SELECT inhoud, laatste_mutatie, status, kanaal FROM melding
               WHERE verhuist AND inhoud IS NOT NULL ORDER BY laatste_mutatie"""
        )

    async def statusmeldingen(self, stand: str | None = None) -> list[dict[str, Any]]:
        """Per melding the last line about its status, newest first; a taak lapses once the melding has ended at DUO."""
        rows = await self._pool.fetch(
            """SELECT * FROM (
                 SELECT DISTINCT ON (s.meldingsnummer) s.meldingsnummer, m.gemeente, m.status AS status_nu, s.stand,
                        s.status, s.reden, s.toelichting, s.aanleiding, s.medewerker, s.code, s.op
                 FROM statusmelding s JOIN melding m USING (meldingsnummer) ORDER BY s.meldingsnummer, s.id DESC
               ) AS laatste
               WHERE ($1::text IS NULL OR stand = $1) AND NOT (stand = 'taak' AND status_nu = ANY($2::text[]))
               ORDER BY op DESC, meldingsnummer""",
            stand,
            sorted(FINAL),
        )
        return [dict(r) for r in rows]

    async def laatste_sluiting(self, meldingsnummer: str) -> tuple[str, str] | None:
        """The reden and toelichting with which DUO last took our closing of a melding."""
        r = await self._pool.fetchrow(
            """SELECT reden, toelichting FROM statusmelding
               WHERE meldingsnummer = $1 AND stand = 'teruggemeld' AND reden IS NOT NULL ORDER BY id DESC LIMIT 1""",
            meldingsnummer,
        )
        return (r["reden"], r["toelichting"]) if r else None

    async def inhoud(self, meldingsnummer: str) -> bytes | None:
        """The sealed content of one melding."""
        sealed: bytes | None = await self._pool.fetchval(
            "SELECT inhoud FROM melding WHERE meldingsnummer = $1", meldingsnummer
        )
        return sealed


def _melding(r: Any) -> Melding:
    return Melding(
        gemeente=r["gemeente"],
        laatste_mutatie=r["laatste_mutatie"],
        status=MeldingStatus(r["status"]),
        fingerprint=r["kenmerk"],
        kanaal=Kanaal(r["kanaal"]),
        uitvoerder=r["uitvoerder"],
        aandachtspunten=tuple(r["aandachtspunten"]),
        wie=r["wie"],
        verhuist=r["verhuist"],
        verzwegen=r["verzwegen"],
    )


def _statusrij(regel: Statusregel) -> tuple[Any, ...]:
    wens = regel.wens
    about = (wens.status, wens.reden, wens.toelichting) if wens else (None, None, None)
    return regel.meldingsnummer, regel.stand, *about, regel.aanleiding, wens and wens.medewerker, regel.code, regel.op
