"""Looks at the databases of a running installation from outside, again and again, as an auditor would."""

import asyncio
import json
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit
from uuid import UUID

import asyncpg

from contracts.subjects import AFNEMERS
from schakel.places import SERVICES

_PATIENCE = 2.0
GONE = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, TimeoutError)


class Told(NamedTuple):
    """One row of an outbox."""

    nr: int
    event_id: UUID
    jongere_id: UUID
    sequence: int
    subject: str
    body: bytes

    @property
    def name(self) -> str:
        """The name of the event."""
        return self.subject.split(".")[1]

    @property
    def data(self) -> dict[str, Any]:
        """The payload."""
        payload: dict[str, Any] = json.loads(self.body)["data"]
        return payload


class Work(NamedTuple):
    """An open voorstel."""

    voorstel_id: UUID
    zaak_id: UUID
    uitkomst: str
    gemeente: str


def database_url(admin_url: str, name: str) -> str:
    """The superuser's address of the database of one service."""
    parts = urlsplit(admin_url)
    return urlunsplit((parts.scheme, parts.netloc, f"/{name}", parts.query, ""))


@dataclass
class _Seen:
    """What was seen of one service."""

    last_nr: int = 0
    told: defaultdict[UUID, list[Told]] = field(default_factory=lambda: defaultdict(list))
    positions: dict[UUID, tuple[dict[str, int], int]] = field(default_factory=dict)
    waiting: frozenset[UUID] = frozenset()
    migrated: bool = False


class Watch:
    """The outboxes, positions and waiting rooms of all services, about a tick (in seconds) old while PostgreSQL runs.

    Only committed facts are seen, so what a story waits for here survives any crash.
    """

    def __init__(self, admin_url: str, tick: float) -> None:
        self._admin_url = admin_url
        self._tick = tick
        self._connections: dict[str, asyncpg.Connection[Any]] = {}
        self._seen = {name: _Seen() for name in SERVICES}
        self._beat = asyncio.Condition()
        self.ticks = 0
        self.ids: dict[bytes, UUID] = {}
        """jongere_id by the fingerprint of the BSN."""
        self.work: dict[UUID, list[Work]] = {}

    async def run(self) -> None:
        """Looks until cancelled; servers that are away are looked for again at the next tick."""
        try:
            while True:
                try:
                    async with asyncio.timeout(_PATIENCE):
                        await self._look()
                except GONE:
                    await self._hang_up()
                else:
                    async with self._beat:
                        self.ticks += 1
                        self._beat.notify_all()
                await asyncio.sleep(self._tick)
        finally:
            await self._hang_up()

    async def until(self, condition: Callable[[], bool], *, fresh: bool = False) -> None:
        """Returns when `condition` holds; with `fresh` only on what was looked at after this call."""
        first = self.ticks + 2 if fresh else 0
        async with self._beat:
            await self._beat.wait_for(lambda: self.ticks >= first and condition())

    @property
    def migrated(self) -> bool:
        """Whether every service was up once and made its tables."""
        return all(seen.migrated for seen in self._seen.values())

    def told(self, service: str, jongere_id: UUID) -> list[Told]:
        """What a service said about a jongere."""
        return self._seen[service].told.get(jongere_id, [])

    def number(self) -> int:
        """How many events all services together said."""
        return sum(seen.last_nr for seen in self._seen.values())

    def quiet(self, jongere_id: UUID) -> bool:
        """Whether every service has handled all that the others said about this jongere, and none of it waits.

        Each edge is compared by its own number, so looking at the services one after the other cannot be fooled:
        a message under way makes the two sides of its edge differ.
        """
        if any(jongere_id in seen.waiting for seen in self._seen.values()):
            return False
        for listener, streams in AFNEMERS.items():
            read, _ = self._seen[listener].positions.get(jongere_id, ({}, 0))
            for stream in streams:
                _, written = self._seen[stream.bron].positions.get(jongere_id, ({}, 0))
                if read.get(stream.bron, 0) != written:
                    return False
        return True

    def unrest(self, jongere_id: UUID) -> str:
        """Why a jongere is not quiet, for a report."""
        waiting = [name for name, seen in self._seen.items() if jongere_id in seen.waiting]
        positions = {name: seen.positions.get(jongere_id) for name, seen in self._seen.items()}
        return f"wacht in {waiting}, standen {positions}"

    async def _look(self) -> None:
        for name in SERVICES:
            try:
                db = await self._database(name)
            except asyncpg.InvalidCatalogNameError:  # the service has not started yet
                continue
            seen = self._seen[name]
            if not await db.fetchval("SELECT to_regclass('outbox') IS NOT NULL"):
                continue
            seen.migrated = True
            for row in await db.fetch("SELECT * FROM stand"):
                seen.positions[row["jongere_id"]] = (json.loads(row["gelezen"]), row["geschreven"])
            seen.waiting = frozenset(r[0] for r in await db.fetch("SELECT jongere_id FROM wachtrij"))
            for row in await db.fetch(
                "SELECT nr, event_id, jongere_id, sequence, subject, bericht FROM outbox WHERE nr > $1 ORDER BY nr",
                seen.last_nr,
            ):
                told = Told(*row)
                seen.told[told.jongere_id].append(told)
                seen.last_nr = told.nr
            await self._look_closer(name, db)

    async def _look_closer(self, name: str, db: "asyncpg.Connection[Any]") -> None:
        if name == "brp_sync" and await db.fetchval("SELECT to_regclass('jongere') IS NOT NULL"):
            rows = await db.fetch("SELECT bsn_index, jongere_id FROM jongere")
            self.ids = {r["bsn_index"]: r["jongere_id"] for r in rows}
        if name == "cases" and await db.fetchval("SELECT to_regclass('voorstel') IS NOT NULL"):
            work: dict[UUID, list[Work]] = {}
            for r in await db.fetch(
                """SELECT jongere_id, voorstel_id, zaak_id, uitkomst, gemeente FROM voorstel WHERE status = 'open'
                   ORDER BY uitkomst, voorstel_id"""
            ):
                work.setdefault(r["jongere_id"], []).append(Work(*list(r)[1:]))
            self.work = work

    async def _database(self, name: str) -> "asyncpg.Connection[Any]":
        db = self._connections.get(name)
        if db is None or db.is_closed():
            self._connections[name] = db = await asyncpg.connect(database_url(self._admin_url, name), timeout=1)
        return db

    async def _hang_up(self) -> None:
        for db in self._connections.values():
            db.terminate()
        self._connections.clear()
