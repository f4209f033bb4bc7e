"""What of a person lies outside the databases: events in the streams, letters and other files."""

import asyncio
import os
from collections.abc import AsyncIterator, Collection, Iterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg
from nats.aio.client import Client

from contracts.subjects import STREAMS, Stream
from hub.errors import NietGereed
from hub.outbox import QUIET_SECONDS
from hub.reconcile import read_all
from hub.topology import stream_info
from schakel.wissen.opdracht import sync_folder

NIET_BEKEKEN: Final = ("servers", "sleutels", "wissen")
"""Folders of an installation that are no files of people: servers (scanned as such), keys, search lists."""
_PART: Final = 1_000_000
_OVERLAP: Final = 1_000
_PATIENCE: Final = 30.0


async def voorbij(pool: "asyncpg.Pool[Any]") -> None:
    """Returns when a running service has published what it stored up to now, so that nothing of it comes afterwards.

    A service that does not run publishes from its outbox alone, in which there is nothing any more: it is not waited
    for. Raises `NietGereed` when a running one cannot publish.
    """
    last = await pool.fetchval("SELECT laatste_nr FROM outbox_stand")
    try:
        async with asyncio.timeout(_PATIENCE):
            while await pool.fetchval("SELECT gepubliceerd_tot FROM outbox_stand") < last and await _draait(pool):  # noqa: ASYNC110
                await asyncio.sleep(QUIET_SECONDS / 5)  # of another process: there is nothing to wait on
    except TimeoutError:
        raise NietGereed("een service kan niet publiceren: herstel dat en geef de opdracht opnieuw") from None


async def _draait(pool: "asyncpg.Pool[Any]") -> bool:
    return bool(
        await pool.fetchval(
            """SELECT EXISTS (SELECT FROM pg_stat_activity
                              WHERE datname = current_database() AND application_name LIKE 'schakel % lease')"""
        )
    )


async def wis_stream(nc: Client, stream: Stream, jongeren: Sequence[UUID]) -> int:
    """Removes all events of these jongeren from a stream, and with them what consumers still had to get."""
    if not (number := await tel_stream(nc, stream, jongeren)):
        return 0
    for jongere_id in jongeren:
        await nc.jetstream().purge_stream(stream.name, subject=stream.jongere_filter(jongere_id))
    return number


async def tel_stream(nc: Client, stream: Stream, jongeren: Sequence[UUID]) -> int:
    """How many events of these jongeren a stream holds."""
    number = 0
    for jongere_id in jongeren:
        if await stream_info(nc, stream) is not None:
            info = await nc.jetstream().stream_info(stream.name, subjects_filter=stream.jongere_filter(jongere_id))
            number += sum((info.state.subjects or {}).values())
    return number


async def berichten(nc: Client, stream: Stream) -> AsyncIterator[str]:
    """Subject, headers and body of every message of a stream, as one text."""
    info = await stream_info(nc, stream)
    if info is None or not info.state.messages:
        return
    async with aclosing(read_all(nc, stream, info.state.last_seq)) as batches:
        async for batch in batches:
            for msg in batch:
                yield f"{msg.subject} {msg.headers or ''} {msg.data.decode('utf-8', 'replace')}"


def alle_streams() -> Sequence[Stream]:
    """The streams of an installation."""
    return STREAMS


def bestanden(mappen: Sequence[Path]) -> Iterator[Path]:
    """Every file in these folders, but for `NIET_BEKEKEN`."""
    for top in mappen:
        for name, below, names in os.walk(top):
            folder = Path(name)
            if folder == top:
                below[:] = [naam for naam in below if naam not in NIET_BEKEKEN]
            yield from (folder / naam for naam in sorted(names))


def delen(path: Path) -> Iterator[bytes]:
    """A file in parts that overlap; nothing when it is gone meanwhile."""
    try:
        with path.open("rb") as file:
            rest = b""
            while part := file.read(_PART):
                yield rest + part
                rest = part[-_OVERLAP:]
    except FileNotFoundError:
        return


def wis_bestanden(mappen: Sequence[Path], namen: Sequence[str], nummers: Sequence[str]) -> int:
    """Removes the letters `namen` (relative to the archive) and every file with one of these ids in its name.

    The name is gone for good when this returns; that the disk overwrites the content, nobody can promise.
    """
    archief = mappen[0] / "brieven"
    paths = {archief / naam for naam in namen}
    paths |= {p for p in bestanden(mappen) if any(nummer in p.name for nummer in nummers)}
    return wis_paden(paths)


def wis_paden(paths: Collection[Path]) -> int:
    """Removes files for good; returns how many there were."""
    number = 0
    for path in paths:
        if path.exists():
            path.unlink()
            number += 1
    for folder in {p.parent for p in paths}:
        sync_folder(folder)
    return number
