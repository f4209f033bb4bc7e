"""Tables and queries of `brp_sync`: persons sealed at rest, found by keyed fingerprints, and the disclosures made."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, MetaData, false, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from contracts.verstrek import TeIdentificeren
from hub.crypto import Kluis
from hub.database import Connection
from hub.privacy import onthuld_json
from services.brp_sync.aanlevering import Bekend, NieuweJongere
from services.brp_sync.decisions import Inschrijving
from services.brp_sync.model import Persoon

PURPOSE = "brp_sync|persoon"
"""What a person is sealed for."""


class BrpTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the tables of this service."""


class Jongere(BrpTable, table=True):
    """One person; the fingerprints find the row, the sealed column holds what the BRP told.

    `kijk_op` is the first of a month: the day of birth is in the sealed column only.
    """

    __table_args__ = (
        Index("ix_jongere_kijk_op", "kijk_op", "jongere_id", postgresql_where=text("kijk_op IS NOT NULL")),
    )

    jongere_id: UUID = Field(primary_key=True)
    bsn_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    onderwijsnummer_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    a_nummer_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, index=True))
    gemeente: str
    gegevens: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    kijk_op: date | None = Field(default=None, description="Vanaf wanneer de klok kijkt of iemand vijf werd.")
    vijf_gezegd: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    sinds: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Verstrekking(BrpTable, table=True):
    """A disclosure: who asked what for about whom, when; never the data themselves."""

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    jongere_id: UUID = Field(index=True)
    aanvrager: str
    doel: str
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class PersonenStore:
    """All queries of this service."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis, new_id: Callable[[], UUID]) -> None:
        self._pool = pool
        self._kluis = kluis
        self._new_id = new_id

    def empty(self, jongere_id: UUID) -> Inschrijving:
        """Nothing known."""
        return Inschrijving()

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Inschrijving]:
        """What the BRP told about these jongeren."""
        rows = await db.fetch(
            "SELECT jongere_id, gegevens, kijk_op, vijf_gezegd FROM jongere WHERE jongere_id = ANY($1::uuid[])",
            jongeren,
        )
        return {r["jongere_id"]: Inschrijving(self._open(r["gegevens"]), r["kijk_op"], r["vijf_gezegd"]) for r in rows}

    async def save(self, tx: Connection, changed: Mapping[UUID, Inschrijving]) -> None:
        """Stores persons; a row always exists already, because `identify` made it."""
        known = {j: s.persoon for j, s in changed.items() if s.persoon is not None}
        await tx.execute(
            """UPDATE jongere AS j SET gegevens = n.gegevens, gemeente = n.gemeente,
                 bsn_index = COALESCE(n.bsn_index, j.bsn_index),
                 onderwijsnummer_index = COALESCE(n.onderwijsnummer_index, j.onderwijsnummer_index),
                 a_nummer_index = COALESCE(n.a_nummer_index, j.a_nummer_index),
                 kijk_op = n.kijk_op, vijf_gezegd = n.vijf_gezegd
               FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::date[],
                 $8::bool[]) AS n(jongere_id, gegevens, gemeente, bsn_index, onderwijsnummer_index, a_nummer_index,
                 kijk_op, vijf_gezegd)
               WHERE j.jongere_id = n.jongere_id""",
            list(known),
            [self._kluis.seal(onthuld_json(p), PURPOSE) for p in known.values()],
            [p.gemeente or "0000" for p in known.values()],
            [self._index("bsn", p.bsn) for p in known.values()],
            [self._index("onderwijsnummer", p.onderwijsnummer) for p in known.values()],
            [self._index("a_nummer", p.a_nummer) for p in known.values()],
            [changed[j].kijk_op for j in known],
            [changed[j].vijf_gezegd for j in known],
        )

    async def to_look_at(self, today: date, after: UUID, limit: int) -> dict[UUID, Inschrijving]:
        """The next people, by jongere_id, whose fifth birthday may have come."""
        rows = await self._pool.fetch(
            """SELECT jongere_id, gegevens, kijk_op, vijf_gezegd FROM jongere
               WHERE kijk_op <= $1 AND jongere_id > $2 ORDER BY jongere_id LIMIT $3""",
            today, after, limit,
        )  # fmt: skip
        return {r["jongere_id"]: Inschrijving(self._open(r["gegevens"]), r["kijk_op"], r["vijf_gezegd"]) for r in rows}

    async def locate(self, bsns: Iterable[str], a_nummers: Iterable[str]) -> Bekend:
        """Who is known by these numbers."""
        by_bsn = {self._kluis.index(number, "bsn"): number for number in bsns}
        by_a_nummer = {self._kluis.index(number, "a_nummer"): number for number in a_nummers}
        rows = await self._pool.fetch(
            """SELECT jongere_id, bsn_index, a_nummer_index FROM jongere
               WHERE bsn_index = ANY($1::bytea[]) OR a_nummer_index = ANY($2::bytea[])""",
            list(by_bsn),
            list(by_a_nummer),
        )
        found = Bekend()
        for row in rows:
            if (bsn := by_bsn.get(row["bsn_index"])) is not None:
                found.bsn[bsn] = row["jongere_id"]
            if (a_nummer := by_a_nummer.get(row["a_nummer_index"])) is not None:
                found.a_nummer.setdefault(a_nummer, set()).add(row["jongere_id"])
        return found

    async def make(self, nieuw: Sequence[NieuweJongere], now: datetime) -> dict[UUID, UUID]:
        """Makes rows for people not heard of before; tells who it became where another was just first."""
        indexes = [self._index("bsn", n.sleutel.bsn) for n in nieuw]
        await self._pool.execute(
            """INSERT INTO jongere (jongere_id, bsn_index, a_nummer_index, gemeente, sinds)
               SELECT i, b, a, g, $5 FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) AS n(i, b, a, g)
               ON CONFLICT DO NOTHING""",
            [n.jongere_id for n in nieuw],
            indexes,
            [self._index("a_nummer", n.sleutel.a_nummer) for n in nieuw],
            [n.gemeente for n in nieuw],
            now,
        )
        found = await self._find([(index, None) for index in indexes])
        return {n.jongere_id: found[index, None] for n, index in zip(nieuw, indexes, strict=True)}

    async def identify(self, personen: Sequence[TeIdentificeren], now: datetime) -> list[UUID]:
        """The jongere_id of each person, in order; gives one out to whoever is new. Two at once get the same."""
        keys = [(self._index("bsn", p.bsn), self._index("onderwijsnummer", p.onderwijsnummer)) for p in personen]
        found = await self._find(keys)
        new = {k: p for k, p in zip(keys, personen, strict=True) if k not in found}
        if new:
            await self._pool.execute(
                """INSERT INTO jongere (jongere_id, bsn_index, onderwijsnummer_index, gemeente, sinds)
                   SELECT i, b, o, g, $5 FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::text[]) AS n(i, b, o, g)
                   ON CONFLICT DO NOTHING""",
                [self._new_id() for _ in new],
                [bsn for bsn, _ in new],
                [own for _, own in new],
                [p.gemeente for p in new.values()],
                now,
            )
            found |= await self._find(list(new))
        return [found[key] for key in keys]

    async def disclose(self, jongeren: Sequence[UUID], aanvrager: str, doel: str, now: datetime) -> dict[UUID, Persoon]:
        """The persons behind these jongeren, as far as the BRP told about them; writes down that they were disclosed.

        Both at once: nothing is disclosed without a line about it.
        """
        rows = await self._pool.fetch(
            """WITH known AS (
                 SELECT jongere_id, gegevens FROM jongere WHERE jongere_id = ANY($1::uuid[]) AND gegevens IS NOT NULL
               ), told AS (
                 INSERT INTO verstrekking (jongere_id, aanvrager, doel, op) SELECT jongere_id, $2, $3, $4 FROM known
               )
               SELECT jongere_id, gegevens FROM known""",
            jongeren,
            aanvrager,
            doel,
            now,
        )
        found = {r["jongere_id"]: self._open(r["gegevens"]) for r in rows}
        return {jongere_id: persoon for jongere_id, persoon in found.items() if persoon is not None}

    async def _find(self, keys: Sequence[tuple[bytes | None, bytes | None]]) -> dict[Any, UUID]:
        rows = await self._pool.fetch(
            """SELECT jongere_id, bsn_index, onderwijsnummer_index FROM jongere
               WHERE bsn_index = ANY($1::bytea[]) OR onderwijsnummer_index = ANY($2::bytea[])""",
            [bsn for bsn, _ in keys if bsn],
            [own for _, own in keys if own],
        )
        by_bsn = {r["bsn_index"]: r["jongere_id"] for r in rows if r["bsn_index"]}
        by_own = {r["onderwijsnummer_index"]: r["jongere_id"] for r in rows if r["onderwijsnummer_index"]}
        found = {(bsn, own): by_bsn.get(bsn) or by_own.get(own) for bsn, own in keys}
        return {key: jongere_id for key, jongere_id in found.items() if jongere_id is not None}

    def _index(self, kind: str, number: Any) -> bytes | None:
        return self._kluis.index(number.get_secret_value(), kind) if number is not None else None

    def _open(self, sealed: bytes | None) -> Persoon | None:
        return Persoon.model_validate_json(self._kluis.open(sealed, PURPOSE)) if sealed else None
