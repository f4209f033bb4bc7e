"""Queries of `brp_sync`: persons sealed at rest, and the disclosures made of them."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from hub.database import Connection
from hub.privacy import onthuld_json
from services.brp_sync.decisions import Inschrijving
from services.brp_sync.identiteit import Identiteit
from services.brp_sync.model import Persoon

PURPOSE = "brp_sync|persoon"
"""What a person is sealed for."""
_LOAD = """
SELECT j.jongere_id, j.gegevens, j.kijk_op, j.vijf_gezegd, j.stuf_nr, s.opgegaan,
  (SELECT array_agg(o.oude_jongere_id) FROM samenvoeging o WHERE o.jongere_id = j.jongere_id AND o.samengevoegd) AS van
FROM jongere j LEFT JOIN samenvoeging s ON s.oude_jongere_id = j.jongere_id
"""


class PersonenStore(Identiteit):
    """All queries of this service."""

    def empty(self, jongere_id: UUID) -> Inschrijving:
        """Nothing known."""
        return Inschrijving()

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Inschrijving]:
        """What the BRP told about these jongeren."""
        return self._states(await db.fetch(f"{_LOAD} WHERE j.jongere_id = ANY($1::uuid[])", jongeren))

    def _states(self, rows: Sequence[Any]) -> dict[UUID, Inschrijving]:
        return {
            r["jongere_id"]: Inschrijving(
                self._open(r["gegevens"]),
                r["kijk_op"],
                r["vijf_gezegd"],
                bool(r["opgegaan"]),
                frozenset(r["van"] or ()),
                r["stuf_nr"],
            )
            for r in rows
        }

    async def save(self, tx: Connection, changed: Mapping[UUID, Inschrijving]) -> None:
        """Stores persons; a row always exists already, because `identify` made it."""
        known = {j: s.persoon for j, s in changed.items() if s.persoon is not None and not s.opgegaan}
        await tx.execute(
            """UPDATE jongere AS j SET gegevens = n.gegevens, gemeente = n.gemeente,
                 bsn_index = COALESCE(n.bsn_index, j.bsn_index),
                 onderwijsnummer_index = COALESCE(n.onderwijsnummer_index, j.onderwijsnummer_index),
                 a_nummer_index = COALESCE(n.a_nummer_index, j.a_nummer_index),
                 kijk_op = n.kijk_op, vijf_gezegd = n.vijf_gezegd, stuf_nr = n.stuf_nr
               FROM unnest($1::uuid[], $2::bytea[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[], $7::date[],
                 $8::bool[], $9::bigint[]) AS n(jongere_id, gegevens, gemeente, bsn_index,
                 onderwijsnummer_index, a_nummer_index, kijk_op, vijf_gezegd, stuf_nr)
               WHERE j.jongere_id = n.jongere_id""",
            list(known),
            self._kluis.seal_all([onthuld_json(p) for p in known.values()], PURPOSE),
            [p.gemeente or "0000" for p in known.values()],
            [self._index("bsn", p.bsn) for p in known.values()],
            [self._index("onderwijsnummer", p.onderwijsnummer) for p in known.values()],
            [self._index("a_nummer", p.a_nummer) for p in known.values()],
            [changed[j].kijk_op for j in known],
            [changed[j].vijf_gezegd for j in known],
            [changed[j].stuf_nr for j in known],
        )
        gone = [j for j, s in changed.items() if s.opgegaan]
        joined = [oud for s in changed.values() for oud in s.samengevoegd]
        if gone or joined:
            await tx.execute(
                """UPDATE samenvoeging SET opgegaan = opgegaan OR oude_jongere_id = ANY($1::uuid[]),
                     samengevoegd = samengevoegd OR oude_jongere_id = ANY($2::uuid[])
                   WHERE oude_jongere_id = ANY($1::uuid[] || $2::uuid[])""",
                gone, joined,
            )  # fmt: skip

    async def to_look_at(self, today: date, after: UUID, limit: int) -> dict[UUID, Inschrijving]:
        """The next people, by jongere_id, whose fifth birthday may have come."""
        condition = "WHERE j.kijk_op <= $1 AND j.jongere_id > $2 ORDER BY j.jongere_id LIMIT $3"
        return self._states(await self._pool.fetch(f"{_LOAD} {condition}", today, after, limit))

    async def ingezetenen(self, gemeenten: Iterable[str], limit: int) -> AsyncIterator[tuple[list[UUID], int]]:
        """Everybody registered in these gemeenten of whom the BRP told, so many at a time, and how many in all."""
        waar = "FROM jongere WHERE gegevens IS NOT NULL AND gemeente = ANY($1::text[])"
        async with self._pool.acquire() as db, db.transaction():
            await db.execute("SET LOCAL enable_seqscan = on")
            totaal = await db.fetchval(f"SELECT count(*) {waar}", list(gemeenten))
            cursor = await db.cursor(f"SELECT jongere_id {waar}", list(gemeenten))
            while rows := await cursor.fetch(limit):
                yield [r["jongere_id"] for r in rows], totaal

    async def disclose(self, jongeren: Sequence[UUID], aanvrager: str, doel: str, now: datetime) -> dict[UUID, Persoon]:
        """The persons behind these jongeren, as far as the BRP told about them; writes down that they were disclosed.

        Both at once: nothing is disclosed without a line about it. A jongere_id that is used no more answers for the
        one that remains, and the line is about that one.
        """
        rows = await self._pool.fetch(
            """WITH known AS (
                 SELECT a.id AS gevraagd, j.jongere_id, j.gegevens FROM unnest($1::uuid[]) AS a(id)
                 LEFT JOIN samenvoeging s ON s.oude_jongere_id = a.id
                 JOIN jongere j ON j.jongere_id = COALESCE(s.jongere_id, a.id)
                 WHERE j.gegevens IS NOT NULL
               ), told AS (
                 INSERT INTO verstrekking (jongere_id, aanvrager, doel, op) SELECT jongere_id, $2, $3, $4 FROM known
               )
               SELECT gevraagd, gegevens FROM known""",
            jongeren,
            aanvrager,
            doel,
            now,
        )
        found = {r["gevraagd"]: self._open(r["gegevens"]) for r in rows}
        return {jongere_id: persoon for jongere_id, persoon in found.items() if persoon is not None}

    def _open(self, sealed: bytes | None) -> Persoon | None:
        return Persoon.model_validate_json(self._kluis.open(sealed, PURPOSE)) if sealed else None
