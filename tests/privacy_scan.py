"""Looks at everything an installation shows, for everything that was fed in about people.

Plant persons, meldingen and texts in a `hub.canary.Canary`, run, and scan: streams, all traffic on the bus while it
ran, logs, metrics, and every table. A find names the place and the kind of data, never the value.
"""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import NamedTuple

import asyncpg
import nats
from nats.aio.msg import Msg
from pydantic import BaseModel

from contracts.subjects import STREAMS
from hub.canary import Canary
from schakel.places import SERVICES
from tests.chaos.evidence import read_stream
from tests.chaos.watch import database_url

SCHOOLS = ("Het Voorbeeld", "De Proefpolder", "Lyceum Fictie", "Vakcollege Verzonnen")
"""Names of schools may be told; they share words with nobody on purpose."""


class Find(NamedTuple):
    """Something that must not be there."""

    place: str
    kind: str


def canary_of(models: Iterable[BaseModel], texts: Iterable[str] = ()) -> Canary:
    """Everything in these models that is secret, and these free texts."""
    canary = Canary(SCHOOLS)
    for model in models:
        canary.add_model(model)
    for text in texts:
        canary.add("vrije_tekst", text)
    return canary


def scan(canary: Canary, place: str, text: bytes | str) -> list[Find]:
    """Finds in one text."""
    return [Find(place, kind) for kind in canary.search(text)]


async def scan_streams(canary: Canary, nats_url: str) -> list[Find]:
    """Finds in subject, headers and body of every message of every stream."""
    nc = await nats.connect(nats_url)
    try:
        found: list[Find] = []
        for stream in STREAMS:
            for message in await read_stream(nc.jetstream(), stream.name):
                for part in (message.subject, message.headers, message.body):
                    found += scan(canary, f"stream {stream.name}", part)
        return found
    finally:
        await nc.close()


async def scan_tables(canary: Canary, admin_url: str) -> list[Find]:
    """Finds in every table of every service: what is sealed gives none."""
    found: list[Find] = []
    for service in SERVICES:
        db = await asyncpg.connect(database_url(admin_url, service))
        try:
            for (table,) in await db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'"):
                for (row,) in await db.fetch(f'SELECT to_jsonb(t)::text FROM "{table}" t'):
                    found += scan(canary, f"{service}, tabel {table}", row)
        finally:
            await db.close()
    return found


class Overheard:
    """What passed over the bus: every message, request and answer, as whoever can listen sees it."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str, bytes]] = []

    async def hear(self, msg: Msg) -> None:
        """Keeps one message."""
        self.messages.append((msg.subject, str(msg.headers or ""), msg.data))

    def finds(self, canary: Canary) -> list[Find]:
        """Finds in all of it."""
        return [f for message in self.messages for part in message for f in scan(canary, "de bus", part)]


@asynccontextmanager
async def listening(nats_url: str) -> AsyncIterator[Overheard]:
    """Listens to everything for the length of the block."""
    heard = Overheard()
    nc = await nats.connect(nats_url, pending_size=64 * 1024 * 1024)
    try:
        subscription = await nc.subscribe(">", cb=heard.hear, pending_msgs_limit=-1, pending_bytes_limit=-1)
        await nc.flush()
        yield heard
        await subscription.drain()  # type: ignore[no-untyped-call]  # what the server had sent is handled before this returns
    finally:
        await nc.close()
