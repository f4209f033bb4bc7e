"""Erasing somebody from the database of one service, while that service runs.

A service reads and decides outside its transaction, and its last statement moves `stand`. Erasure therefore locks
`stand`: a transaction that came first is waited for and its rows are found; one that comes later sees in `gewist` that
this jongere is no more, stores nothing, and drops the event. The audit log is waited for too, and leaves out whom it
finds there. What `gewist` holds is only the SHA-256 of a random number that leads to nobody; it is itself forgotten
after `BEWAARDAGEN`.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg

from hub.auditlog import wacht_op_beurt
from hub.catalogus import Tabel, Wijze
from hub.database import RACE

BEWAARDAGEN: Final = 400
"""As long as a stream keeps events, longer than a source is read back: so long nothing may return (our own value)."""
_TRIES: Final = 5
WACHT_OP_WISSEN: Final = "LOCK TABLE stand IN ROW EXCLUSIVE MODE"
"""First statement of a transaction that stores rows about a jongere outside the pipeline: it waits for erasure under
way, and keeps the next one waiting. What follows must ask `is_gewist`."""


async def erase_from(
    pool: "asyncpg.Pool[Any]",
    tabellen: Sequence[Tabel],
    jongeren: Sequence[UUID],
    now: datetime,
    afdrukken: Iterable[bytes] = (),
) -> dict[str, int]:
    """Erases these jongeren from the tables of one service, all or nothing; returns how many rows per table changed.

    `afdrukken` are keyed fingerprints by which the service knows what a source will repeat (a melding, say).
    Safe to repeat. Rows that are found by their content are not looked at here. Raises one of `RACE` when the service
    was in the way `_TRIES` times.
    """
    for left in reversed(range(_TRIES)):
        try:
            async with pool.acquire() as db, db.transaction():
                await db.execute("LOCK TABLE stand IN SHARE ROW EXCLUSIVE MODE")
                await wacht_op_beurt(db)
                await db.execute(
                    """INSERT INTO gewist SELECT sha256(uuid_send(i)), $3::timestamptz FROM unnest($1::uuid[]) AS n(i)
                       UNION SELECT a, $3::timestamptz FROM unnest($2::bytea[]) AS m(a) ON CONFLICT DO NOTHING""",
                    jongeren, list(afdrukken), now,
                )  # fmt: skip
                return await _erase(db, tabellen, jongeren)
        except RACE:
            if not left:
                raise
    raise AssertionError("unreachable")


def is_gewist(kolom: str) -> str:
    """The condition that the jongere_id in `kolom` (of the program, never of input) was erased."""
    return f"EXISTS (SELECT FROM gewist WHERE afdruk = sha256(uuid_send({kolom})))"


async def count(pool: "asyncpg.Pool[Any]", tabellen: Sequence[Tabel], jongeren: Sequence[UUID]) -> dict[str, int]:
    """How many rows per table are about these jongeren; tables without any are left out."""
    found: Mapping[str, int] = {
        t.naam: await pool.fetchval(f'SELECT count(*) FROM "{t.naam}" WHERE {t.waar}', jongeren)  # noqa: S608
        for t in tabellen
        if t.waar is not None
    }
    return {naam: number for naam, number in found.items() if number}


async def forget(pool: "asyncpg.Pool[Any]", before: datetime) -> int:
    """Forgets who was erased before this moment; returns how many."""
    return _number(await pool.execute("DELETE FROM gewist WHERE op < $1", before))


async def _erase(db: Any, tabellen: Sequence[Tabel], jongeren: Sequence[UUID]) -> dict[str, int]:
    pseudonym, done = uuid4(), {}
    for t in tabellen:
        if t.waar is None or t.wijze is Wijze.NIETS:
            continue
        if t.wijze is Wijze.VERWIJDEREN:
            status = await db.execute(f'DELETE FROM "{t.naam}" WHERE {t.waar}', jongeren)  # noqa: S608
        else:
            zet = ", ".join(f"{kolom} = {waarde}" for kolom, waarde in t.ontdoen.items())
            about = [jongeren, pseudonym] if "$2" in zet else [jongeren]
            status = await db.execute(f'UPDATE "{t.naam}" SET {zet} WHERE {t.waar}', *about)  # noqa: S608
        if number := _number(status):
            done[t.naam] = number
    return done


def _number(status: str) -> int:
    return int(status.rpartition(" ")[2])
