"""Rows that are not about one person: raw messages, quarantine and delivered files are opened to see who is in them."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg

from hub.catalogus import HUB, Tabel
from hub.crypto import Kluis
from schakel.wissen.herkennen import Zoekt
from schakel.wissen.opslag import open_kolommen, rijen

_HUB: Final = {t.naam: t for t in HUB}
_KLAAR: Final = ("opgenomen", "geweigerd", "afgewezen")
"""States in which a levering is worked on no more."""
_BLOK: Final = 1_000_000


async def _met(pool: "asyncpg.Pool[Any]", kluis: Kluis, tabel: Tabel, zoekt: Zoekt, waar: str) -> list[Any]:
    """The rows whose content names the person."""
    return [
        rij
        async for rij in rijen(pool, tabel, waar)
        if any(zoekt.search(inhoud) for _, inhoud in open_kolommen(kluis, tabel, rij))
    ]


async def wis_berichten(pool: "asyncpg.Pool[Any]", kluis: Kluis, zoekt: Zoekt) -> tuple[int, int]:
    """Empties finished messages that name the person; returns how many, and how many are still to be worked on.

    What is not worked on yet cannot be emptied: somebody may be waiting for it. It is named, and erased when the
    command is given again.
    """
    rows = await _met(pool, kluis, _HUB["inkomend"], zoekt, "octet_length(ruw) > 0")
    klaar = [r["id"] for r in rows if r["verwerkt_op"] is not None]
    await pool.execute("UPDATE inkomend SET ruw = '' WHERE id = ANY($1::bigint[])", klaar)
    return len(klaar), len(rows) - len(klaar)


async def wis_quarantaine(pool: "asyncpg.Pool[Any]", kluis: Kluis, zoekt: Zoekt, now: datetime, door: str) -> int:
    """Lets quarantined input lapse that names the person, and empties it and what was written about it."""
    rows = await _met(pool, kluis, _HUB["quarantaine"], zoekt, "octet_length(ruw) > 0 OR hersteld IS NOT NULL")
    nummers = [r["id"] for r in rows]
    async with pool.acquire() as db, db.transaction():
        await db.execute(
            """UPDATE quarantaine SET ruw = '', hersteld = NULL, afgehandeld_op = COALESCE(afgehandeld_op, $2),
                 staat = CASE WHEN staat = 'open' THEN 'vervallen' ELSE staat END WHERE id = ANY($1::bigint[])""",
            nummers, now,
        )  # fmt: skip
        await db.execute("UPDATE quarantainebesluit SET toelichting = '' WHERE nr = ANY($1::bigint[])", nummers)
        await db.executemany(
            "INSERT INTO quarantainebesluit (nr, actie, toelichting, door, op) VALUES ($1, 'gewist', '', $2, $3)",
            [(nr, door, now) for nr in nummers],
        )
    return len(nummers)


async def wis_leveringen(pool: "asyncpg.Pool[Any]", kluis: Kluis, zoekt: Zoekt) -> tuple[int, int]:
    """Takes the lines of the person out of delivered files; returns how many lines, and how many files must wait.

    The others in the file stay as they were delivered. Per file all or nothing.
    """
    lines = waiting = 0
    for r in await pool.fetch(
        """SELECT id, status FROM levering l
           WHERE EXISTS (SELECT FROM levering_blok WHERE levering_id = l.id) ORDER BY id"""
    ):
        hits = 0
        async for _, named in _regels(pool, kluis, r["id"], zoekt):
            hits += named
        if hits and r["status"] not in _KLAAR:
            waiting += 1
        elif hits:
            await _herschrijf(pool, kluis, r["id"], zoekt)
            lines += hits
    return lines, waiting


async def _regels(db: Any, kluis: Kluis, nummer: int, zoekt: Zoekt) -> AsyncIterator[tuple[bytes, bool]]:
    """The lines of a file, and whether each names the person."""
    rest, nr = b"", 0
    while (ruw := await db.fetchval(
        "SELECT ruw FROM levering_blok WHERE levering_id = $1 AND nr = $2", nummer, nr
    )) is not None:  # fmt: skip
        *whole, rest = (rest + kluis.open(ruw, f"levering|{nummer}|{nr}")).splitlines(keepends=True) or [b""]
        if rest.endswith(b"\n"):
            whole, rest = [*whole, rest], b""
        for line in whole:
            yield line, bool(zoekt.search(line))
        nr += 1
    if rest:
        yield rest, bool(zoekt.search(rest))


async def _herschrijf(pool: "asyncpg.Pool[Any]", kluis: Kluis, nummer: int, zoekt: Zoekt) -> None:
    async with pool.acquire() as db, db.transaction():
        blokken: list[bytes] = []
        part = bytearray()
        async for line, named in _regels(db, kluis, nummer, zoekt):
            if not named:
                part += line
            if len(part) >= _BLOK:
                blokken.append(_verzegel(kluis, nummer, len(blokken), part))
                part = bytearray()
        blokken.append(_verzegel(kluis, nummer, len(blokken), part))
        await db.execute("DELETE FROM levering_blok WHERE levering_id = $1", nummer)
        await db.executemany(
            "INSERT INTO levering_blok VALUES ($1, $2, $3)", [(nummer, nr, ruw) for nr, ruw in enumerate(blokken)]
        )


def _verzegel(kluis: Kluis, nummer: int, nr: int, inhoud: Sequence[int]) -> bytes:
    return kluis.seal(bytes(inhoud), f"levering|{nummer}|{nr}")
