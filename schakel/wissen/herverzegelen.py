"""Counting what is sealed with which key, and sealing it anew, in every database of an installation."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import asyncpg

from hub.catalogus import Tabel
from hub.crypto import Kluis
from schakel.wissen.opdracht import Opdrachten
from schakel.wissen.opslag import Pools, catalogus, in_volgorde

Voortgang = Callable[[str], None]
ONBEKEND = "onbekend"
"""What stands for a key that none of ours is."""


async def tel(pools: Pools, kluis: Kluis, opdrachten: Opdrachten, voortgang: Voortgang) -> Counter[str]:
    """How many values are sealed with each key: every sealed value of every table is tried."""
    found: Counter[str] = Counter(opdrachten.verzegeld_met())
    for service, pool, tabel in _tabellen(pools):
        voortgang(f"{service}.{tabel.naam}")
        async with pool.acquire() as db, db.transaction():
            async for _, waarde, doel in _waarden(db, tabel):
                found[kluis.sealed_with(waarde, doel) or ONBEKEND] += 1
    return found


async def herverzegel(
    pools: Pools, kluis: Kluis, opdrachten: Opdrachten, voortgang: Voortgang
) -> tuple[Counter[str], Counter[str]]:
    """Seals with the newest key what is sealed with another; returns how many per table, and how many no key opens.

    Safe while services run: a value that changed meanwhile is left alone, and was sealed anew by whoever changed it.
    Interrupted, the next run goes on where this one ended.
    """
    done: Counter[str] = Counter()
    closed: Counter[str] = Counter()
    for opdracht in opdrachten.alle():
        opdrachten.bewaar(opdracht)
    for service, pool, tabel in _tabellen(pools):
        plek = f"{service}.{tabel.naam}"
        async with pool.acquire() as reader, pool.acquire() as writer, reader.transaction():
            async for (ctid, kolom), waarde, doel in _waarden(reader, tabel):
                naam = kluis.sealed_with(waarde, doel)
                if naam is None:
                    closed[plek] += 1
                elif not kluis.is_newest(naam):
                    anew = kluis.seal(kluis.open(waarde, doel), doel)
                    done[plek] += await _vervang(writer, tabel, ctid, kolom, waarde, anew)
                    if done[plek] % 1000 == 0:
                        voortgang(f"{plek}: {done[plek]}")
    return done, closed


def _tabellen(pools: Pools) -> "list[tuple[str, asyncpg.Pool[Any], Tabel]]":
    return [(service, pool, t) for service, pool in in_volgorde(pools) for t in catalogus(service) if t.verzegeld]


async def _waarden(db: Any, tabel: Tabel) -> Any:
    """Every sealed value of a table, with where it stands and what it is sealed for."""
    await db.execute("SET LOCAL enable_seqscan = on")
    kolommen = ", ".join(dict.fromkeys((*tabel.verzegeld, *tabel.doelkolommen)))
    waar = " OR ".join(f"octet_length({kolom}) > 0" for kolom in tabel.verzegeld)
    query = f'SELECT ctid, {kolommen} FROM "{tabel.naam}" WHERE {waar}'  # noqa: S608 - of the catalogue
    async for rij in db.cursor(query, prefetch=16 if tabel.naam == "levering_blok" else 500):
        for kolom in tabel.verzegeld:
            if rij[kolom]:
                yield (rij["ctid"], kolom), rij[kolom], tabel.doel(kolom, _als_dict(rij))


def _als_dict(rij: Any) -> Mapping[str, object]:
    return dict(rij)


async def _vervang(db: Any, tabel: Tabel, ctid: Any, kolom: str, oud: bytes, nieuw: bytes) -> int:
    status: str = await db.execute(
        f'UPDATE "{tabel.naam}" SET {kolom} = $3 WHERE ctid = $1 AND {kolom} = $2',  # noqa: S608 - of the catalogue
        ctid, oud, nieuw,
    )  # fmt: skip
    return int(status.rpartition(" ")[2])
