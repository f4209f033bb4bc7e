"""The databases of an installation as erasure and scan see them: tables of the catalogue, sealed columns opened."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from typing import Any, Final

import asyncpg

from hub.catalogus import HUB, Tabel
from hub.crypto import Kluis
from hub.settings import HubSettings
from schakel.operations import store
from schakel.places import SERVICES, Places

VOLGORDE: Final = ("cases", "letters", "halt_bridge", "ingest_duo", "brp_sync")
"""In which order a person goes: the identity last, for it is what the others are found by."""
Pools = Mapping[str, "asyncpg.Pool[Any]"]


def catalogus(service: str) -> tuple[Tabel, ...]:
    """All tables of one service, in the order of deletion."""
    own: tuple[Tabel, ...] = import_module(f"services.{service}.persoonsgegevens").CATALOGUS
    return (*own, *HUB)


@asynccontextmanager
async def databases(places: Places, settings: HubSettings) -> AsyncIterator[Pools]:
    """A pool on the database of every service; `NietGereed` when one cannot be reached."""
    async with AsyncExitStack() as stack:
        yield {s: await stack.enter_async_context(store(places, settings, s)) for s in SERVICES}


async def rijen(
    pool: "asyncpg.Pool[Any]", tabel: Tabel, waar: str | None = None, *args: Any
) -> AsyncIterator[dict[str, Any]]:
    """The rows of a table, a few at a time; blocks of a file in their order."""
    sort = " ORDER BY levering_id, nr" if tabel.naam == "levering_blok" else ""
    query = f'SELECT * FROM "{tabel.naam}"{f" WHERE {waar}" if waar else ""}{sort}'  # noqa: S608 - of the catalogue
    async with pool.acquire() as db, db.transaction():
        await db.execute("SET LOCAL enable_seqscan = on")
        async for row in db.cursor(query, *args, prefetch=16 if sort else 500):
            yield dict(row)


def open_kolommen(kluis: Kluis, tabel: Tabel, rij: Mapping[str, Any]) -> Iterator[tuple[str, bytes]]:
    """The sealed columns of a row that hold anything, opened; raises `KluisFout` when that cannot be."""
    for kolom in tabel.verzegeld:
        if rij[kolom]:
            yield kolom, kluis.open(rij[kolom], tabel.doel(kolom, rij))


def open_tekst(rij: Mapping[str, Any], tabel: Tabel) -> Iterator[tuple[str, str | bytes]]:
    """The other columns, as text or as the bytes they are."""
    for kolom, waarde in rij.items():
        if waarde is not None and kolom not in tabel.verzegeld and kolom not in tabel.afdrukken:
            yield kolom, waarde if isinstance(waarde, bytes) else str(waarde)


def in_volgorde(pools: Pools) -> Sequence[tuple[str, "asyncpg.Pool[Any]"]]:
    """The databases in the order of erasure."""
    return [(service, pools[service]) for service in VOLGORDE]
