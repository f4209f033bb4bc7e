"""Who is who: the queries that link numbers to jongere_id's, and two jongere_id's to one person.

A number is stored as a keyed fingerprint. BSN and onderwijsnummer belong to one jongere at a time (the database sees
to it); `oude_sleutel` holds numbers that people had before.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from pydantic import SecretStr

from contracts.verstrek import TeIdentificeren
from hub.crypto import Kluis
from hub.database import Connection
from services.brp_sync.aanlevering import Bekend, NieuweJongere

_ROUNDS: Final = 5
_NUMBERS = ("bsn_index", "onderwijsnummer_index", "a_nummer_index")
_Key = tuple[bytes | None, bytes | None]

_INSERT = """
INSERT INTO jongere (jongere_id, bsn_index, onderwijsnummer_index, a_nummer_index, gemeente, sinds)
SELECT i, b, o, a, g, $6
FROM unnest($1::uuid[], $2::bytea[], $3::bytea[], $4::bytea[], $5::text[]) AS n(i, b, o, a, g)
ON CONFLICT DO NOTHING
"""
_ATTACH = """
WITH n AS (
  SELECT DISTINCT ON (i) i, b, o FROM unnest($1::uuid[], $2::bytea[], $3::bytea[]) AS n(i, b, o)
)
UPDATE jongere AS j SET bsn_index = COALESCE(j.bsn_index, n.b),
  onderwijsnummer_index = COALESCE(j.onderwijsnummer_index, n.o)
FROM n WHERE j.jongere_id = n.i
"""


@dataclass(frozen=True, slots=True)
class Openstaand:
    """Two jongere_id's that are one person, of which that was not said (completely) yet."""

    oude_jongere_id: UUID
    jongere_id: UUID
    gemeente: str


class Identiteit:
    """Finds people by their numbers, and makes, completes and merges them."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis, new_id: Callable[[], UUID]) -> None:
        self._pool = pool
        self._kluis = kluis
        self._new_id = new_id

    async def locate(
        self, bsns: Iterable[str], a_nummers: Iterable[str], onderwijsnummers: Iterable[str] = ()
    ) -> Bekend:
        """Who is known by these numbers, also by a BSN or A-nummer they had before."""
        by_bsn = {self._kluis.index(number, "bsn"): number for number in bsns}
        by_a_nummer = {self._kluis.index(number, "a_nummer"): number for number in a_nummers}
        rows = await self._pool.fetch(
            """SELECT jongere_id, bsn_index, a_nummer_index FROM jongere
               WHERE bsn_index = ANY($1::bytea[]) OR a_nummer_index = ANY($2::bytea[])""",
            list(by_bsn), list(by_a_nummer),
        )  # fmt: skip
        found = Bekend()
        for row in rows:
            if (bsn := by_bsn.get(row["bsn_index"])) is not None:
                found.bsn[bsn] = row["jongere_id"]
            if (a_nummer := by_a_nummer.get(row["a_nummer_index"])) is not None:
                found.a_nummer.setdefault(a_nummer, set()).add(row["jongere_id"])
        if len(found.bsn) + len(found.a_nummer) < len(by_bsn) + len(by_a_nummer):
            for index, jongere_id in (await self._former([*by_bsn, *by_a_nummer])).items():
                if (bsn := by_bsn.get(index)) is not None:
                    found.bsn.setdefault(bsn, jongere_id)
                elif by_a_nummer[index] not in found.a_nummer:
                    found.a_nummer[by_a_nummer[index]] = {jongere_id}
        if by_own := {self._kluis.index(number, "onderwijsnummer"): number for number in onderwijsnummers}:
            for row in await self._pool.fetch(
                """SELECT jongere_id, onderwijsnummer_index, bsn_index IS NOT NULL AS met_bsn FROM jongere
                   WHERE onderwijsnummer_index = ANY($1::bytea[])""",
                list(by_own),
            ):
                found.onderwijsnummer[by_own[row["onderwijsnummer_index"]]] = row["jongere_id"]
                if row["met_bsn"]:
                    found.met_bsn.add(row["jongere_id"])
        return found

    async def make(self, nieuw: Sequence[NieuweJongere], now: datetime) -> dict[UUID, UUID]:
        """Makes rows for people not heard of before; tells who it became where another was just first."""
        indexes = [self._index("bsn", n.sleutel.bsn) for n in nieuw]
        a_nummers = [self._index("a_nummer", n.sleutel.a_nummer) for n in nieuw]
        ids, gemeenten = [n.jongere_id for n in nieuw], [n.gemeente for n in nieuw]
        await self._pool.execute(_INSERT, ids, indexes, [None] * len(ids), a_nummers, gemeenten, now)
        rows = await self._pool.fetch(
            "SELECT jongere_id, bsn_index FROM jongere WHERE bsn_index = ANY($1::bytea[])", indexes
        )
        found = {row["bsn_index"]: row["jongere_id"] for row in rows}
        return {jongere_id: found[index] for jongere_id, index in zip(ids, indexes, strict=True)}

    async def remember(self, bsns: Sequence[tuple[SecretStr, UUID]]) -> None:
        """Keeps former BSNs leading to their person, unless somebody has that number now."""
        await self._pool.execute(
            """INSERT INTO oude_sleutel (sleutel_index, jongere_id)
               SELECT s, i FROM unnest($1::bytea[], $2::uuid[]) AS n(s, i)
               WHERE NOT EXISTS (SELECT FROM jongere WHERE bsn_index = s)
               ON CONFLICT (sleutel_index) DO UPDATE SET jongere_id = excluded.jongere_id""",
            [self._index("bsn", bsn) for bsn, _ in bsns],
            [jongere_id for _, jongere_id in bsns],
        )

    async def identify(self, personen: Sequence[TeIdentificeren], now: datetime) -> list[UUID]:
        """The jongere_id of each person, in order; gives one out to whoever is new. Two at once get the same.

        A person known by one of two numbers gets the other as well. Where the two lead to different people, the one
        with the BSN is meant; `recognise` tells of these.
        """
        return [jongere_id for jongere_id, _ in await self.recognise(personen, now)]

    async def recognise(self, personen: Sequence[TeIdentificeren], now: datetime) -> list[tuple[UUID, UUID]]:
        """The same, with whom the onderwijsnummer leads to: when that is another, they are one person to be merged."""
        keys = [(self._index("bsn", p.bsn), self._index("onderwijsnummer", p.onderwijsnummer)) for p in personen]
        gemeenten = dict(zip(keys, (p.gemeente for p in personen), strict=True))
        people = await self._find(keys)
        for _ in range(_ROUNDS):
            new = [key for key in gemeenten if people.of(key) is None]
            try:
                if new:
                    await self._pool.execute(
                        _INSERT, [self._new_id() for _ in new], [bsn for bsn, _ in new], [own for _, own in new],
                        [None] * len(new), [gemeenten[key] for key in new], now,
                    )  # fmt: skip
                elif incomplete := list(people.incomplete(keys)):
                    ids, bsns, owns = zip(*incomplete, strict=True)
                    await self._pool.execute(_ATTACH, ids, bsns, owns)
                else:
                    break
            except asyncpg.UniqueViolationError:
                pass  # another question about the same person was first: its answer is ours
            people = await self._find(keys)
        return [(people.sure(key), people.by_own.get(key[1], people.sure(key))) for key in keys]

    async def _find(self, keys: Sequence[_Key]) -> "_People":
        bsns, owns = [bsn for bsn, _ in keys if bsn], [own for _, own in keys if own]
        rows = await self._pool.fetch(
            """SELECT jongere_id, bsn_index, onderwijsnummer_index FROM jongere
               WHERE bsn_index = ANY($1::bytea[]) OR onderwijsnummer_index = ANY($2::bytea[])""",
            bsns, owns,
        )  # fmt: skip
        wanted_bsn, wanted_own = set(bsns), set(owns)
        people = _People({}, {}, {})
        for row in rows:
            jongere_id, bsn, own = row
            people.rows[jongere_id] = (bsn, own)
            if bsn in wanted_bsn:
                people.by_bsn[bsn] = jongere_id
            if own in wanted_own:
                people.by_own[own] = jongere_id
        missing = [*(wanted_bsn - people.by_bsn.keys()), *(wanted_own - people.by_own.keys())]
        if missing:
            for index, jongere_id in (await self._former(missing)).items():
                (people.by_bsn if index in wanted_bsn else people.by_own)[index] = jongere_id
        return people

    async def _former(self, indexes: Sequence[bytes]) -> dict[bytes, UUID]:
        rows = await self._pool.fetch(
            "SELECT sleutel_index, jongere_id FROM oude_sleutel WHERE sleutel_index = ANY($1::bytea[])", indexes
        )
        return {row["sleutel_index"]: row["jongere_id"] for row in rows}

    async def merge(self, een: UUID, ander: UUID, now: datetime) -> bool:
        """Decides, once and for good, that two jongere_id's are one person; what follows is in `unfinished`.

        Who is known by BSN remains, else who has been known longest. The numbers of the other lead to it from now on.
        False when one of them was merged before.
        """
        async with self._pool.acquire() as db, db.transaction():
            both = [een, ander]
            await db.execute(
                "SELECT FROM jongere WHERE jongere_id = ANY($1::uuid[]) ORDER BY jongere_id FOR UPDATE", both
            )
            rows = await db.fetch(
                """SELECT jongere_id, bsn_index, onderwijsnummer_index, a_nummer_index FROM jongere j
                   WHERE jongere_id = ANY($1::uuid[])
                     AND NOT EXISTS (SELECT FROM samenvoeging s WHERE s.oude_jongere_id = j.jongere_id)
                   ORDER BY bsn_index IS NULL, sinds, jongere_id""",
                both,
            )
            if len(rows) != 2:
                return False
            await self._join(db, rows[0], rows[1], now)
            return True

    async def _join(self, db: Connection, stays: Any, goes: Any, now: datetime) -> None:
        new, old = stays["jongere_id"], goes["jongere_id"]
        await db.execute(
            "UPDATE jongere SET bsn_index = NULL, onderwijsnummer_index = NULL, a_nummer_index = NULL, kijk_op = NULL "
            "WHERE jongere_id = $1", old,
        )  # fmt: skip
        await db.execute(
            """UPDATE jongere SET bsn_index = COALESCE(bsn_index, $2), a_nummer_index = COALESCE(a_nummer_index, $4),
                 onderwijsnummer_index = COALESCE(onderwijsnummer_index, $3) WHERE jongere_id = $1""",
            new, *(goes[number] for number in _NUMBERS),
        )  # fmt: skip
        left = [goes[number] for number in _NUMBERS if goes[number] and stays[number] not in (None, goes[number])]
        await db.execute("UPDATE oude_sleutel SET jongere_id = $2 WHERE jongere_id = $1", old, new)
        await db.execute(
            """INSERT INTO oude_sleutel (sleutel_index, jongere_id) SELECT s, $2 FROM unnest($1::bytea[]) AS n(s)
               ON CONFLICT (sleutel_index) DO UPDATE SET jongere_id = excluded.jongere_id""",
            left, new,
        )  # fmt: skip
        await db.execute("UPDATE samenvoeging SET jongere_id = $2 WHERE jongere_id = $1", old, new)
        await db.execute(
            "INSERT INTO samenvoeging (oude_jongere_id, jongere_id, op) VALUES ($1, $2, $3)", old, new, now
        )

    async def unfinished(self) -> list[Openstaand]:
        """Merges that were decided and not said (completely), oldest first: after a crash, or right after `merge`."""
        rows = await self._pool.fetch(
            """SELECT s.oude_jongere_id, s.jongere_id, j.gemeente FROM samenvoeging s JOIN jongere j USING (jongere_id)
               WHERE NOT (s.samengevoegd AND s.opgegaan) ORDER BY s.op, s.oude_jongere_id"""
        )
        return [Openstaand(*row) for row in rows]

    async def forget(self, oude_jongere_id: UUID) -> None:
        """Takes away what was known of a jongere_id that is used no more; the one that remains has it."""
        await self._pool.execute(
            """UPDATE jongere SET gegevens = NULL FROM samenvoeging s
               WHERE jongere.jongere_id = $1 AND s.oude_jongere_id = $1 AND s.samengevoegd AND s.opgegaan""",
            oude_jongere_id,
        )

    def _index(self, kind: str, number: SecretStr | None) -> bytes | None:
        return self._kluis.index(number.get_secret_value(), kind) if number is not None else None


@dataclass(slots=True)
class _People:
    by_bsn: dict[bytes | None, UUID]
    by_own: dict[bytes | None, UUID]
    rows: dict[UUID, _Key]

    def of(self, key: _Key) -> UUID | None:
        return self.by_bsn.get(key[0]) or self.by_own.get(key[1])

    def sure(self, key: _Key) -> UUID:
        found = self.of(key)
        if found is None:
            raise RuntimeError("a person that was just made is not there")
        return found

    def incomplete(self, keys: Sequence[_Key]) -> Iterator[tuple[UUID, bytes | None, bytes | None]]:
        """People who lack a number by which nobody else is known."""
        for bsn, own in keys:
            jongere_id = self.sure((bsn, own))
            has_bsn, has_own = self.rows.get(jongere_id, (b"", b""))
            more_bsn = bsn if bsn and has_bsn is None and bsn not in self.by_bsn else None
            more_own = own if own and has_own is None and own not in self.by_own else None
            if more_bsn or more_own:
                yield jongere_id, more_bsn, more_own
