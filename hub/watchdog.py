"""Looks whether the service can really do its work, and says so in `/ready` and the log.

A deleted consumer leaves a subscriber that reports itself healthy and handles nothing; a damaged stream file loses
acknowledged events without a log line. Both are seen here by asking the broker, not by waiting for an error: every few
seconds what it counts, and at the start, after every reconnection and every hour what it can really still read.
"""

import asyncio
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import httpx
import nats.errors
import structlog
from nats.js.api import StreamInfo

from hub.database import GONE
from hub.observability import ServiceMetrics
from hub.reconcile import EXPIRY_MARGIN, Verschil, reconcile
from hub.tasks import insist
from hub.topology import problems, stream_info, sync_always

if TYPE_CHECKING:
    from hub.service import Service

log: structlog.stdlib.BoundLogger = structlog.get_logger()

INTERVAL = 5.0
INSPECTION_INTERVAL = 3600.0
AGAIN_INTERVAL = 60.0
"""Between inspections while the last one found damage or did not succeed."""

_FIRST_LIVE = "SELECT nr FROM outbox WHERE nr >= $1 AND op > $2 ORDER BY nr LIMIT 1"
_PRESENT = "SELECT count(*) FROM outbox WHERE nr BETWEEN $1 AND $2"


class Watchdog:
    """Keeps the list of what is wrong with one service; empty means ready."""

    def __init__(self, service: "Service[Any]") -> None:
        self._service = service
        self._metrics = ServiceMetrics(service.name)
        self.problems: list[str] = ["nog niet gestart"]
        self._live_from = 1
        self._inspection_due = asyncio.Event()
        self._damage: list[str] = []
        self._sound = False

    @property
    def ready(self) -> bool:
        """Whether the service can do its work."""
        return not self.problems

    async def run(self) -> None:
        """Checks often and inspects now and then, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(insist(self._check_often()))
            tasks.create_task(insist(self._inspect_now_and_then()))

    def inspect_soon(self) -> None:
        """Asks for an inspection: the broker may have come back from a crash, or a stream was mended."""
        self._inspection_due.set()

    async def inspect(self) -> None:
        """Compares every event of our stream with the outbox and remembers what is wrong."""
        service = self._service
        try:
            found = await reconcile(service.nc, service.pool, service.own, service.around.topology)
        except (nats.errors.Error, *GONE) as error:
            log.warning("inspection_failed", service=service.name, error=type(error).__name__)
            self._sound = False
        else:
            self._damage = damage(found)
            self._sound = not self._damage

    async def _check_often(self) -> None:
        while True:
            await self.check()
            await asyncio.sleep(INTERVAL)

    async def _inspect_now_and_then(self) -> None:
        while True:
            self._inspection_due.clear()
            await self.inspect()
            with suppress(TimeoutError):
                async with asyncio.timeout(INSPECTION_INTERVAL if self._sound else AGAIN_INTERVAL):
                    await self._inspection_due.wait()

    async def check(self) -> list[str]:
        """Looks once, tries to revive silent pulls, and remembers and returns what is wrong."""
        try:
            found = await self._look()
        except nats.errors.Error as error:
            found = [f"NATS is niet bereikbaar ({type(error).__name__})"]
        except GONE as error:
            found = [f"NATS of PostgreSQL is niet bereikbaar ({type(error).__name__})"]
        for problem in found:
            if problem not in self.problems:
                log.error("watchdog_alarmed", service=self._service.name, problem=problem)
        if self.problems and not found:
            log.info("watchdog_satisfied", service=self._service.name)
        self.problems = found
        self._metrics.ready.set(0 if found else 1)
        return found

    async def _look(self) -> list[str]:
        service = self._service
        found = await problems(service.nc, service.around.topology, service.name, service.own)
        published = service.relay.published_to
        own = await stream_info(service.nc, service.own)
        found += self._damage
        if own is not None and not self._damage and (lost := await self._lost(own, published)):
            found.append(f"stream {service.own.name} mist {lost} gebeurtenissen: voer `schakel rebuild` uit")
        for subscriber in service.subscribers:
            if subscriber.pull is not None and (silent := subscriber.pull.ailing()):
                found += [f"consumer {name} levert niet" for name in silent if not any(name in f for f in found)]
                await subscriber.pull.restart(only_ailing=True)
        if service.around.monitor_url is not None:
            found += await _fsync_problem(service.around.monitor_url)
        return found

    async def _lost(self, own: StreamInfo, published: int) -> int:
        """How many published events our own stream lacks; counts erased events only when that makes a difference."""
        service = self._service
        age = timedelta(seconds=service.around.topology.stream_config(service.own).max_age or 0)
        oldest = service.around.system.now() - age + EXPIRY_MARGIN
        first = await service.pool.fetchval(_FIRST_LIVE, self._live_from, oldest)
        self._live_from = first or self._live_from
        if first is None or missing(first, published, own.state.messages) == 0:
            return 0
        present = await service.pool.fetchval(_PRESENT, first, published)
        return missing(first, published, own.state.messages, published - first + 1 - present)


def damage(found: Verschil) -> list[str]:
    """What is wrong with a stream, in words an operator can act on; nothing about a stream that does not exist."""
    if not found.bestaat:
        return []
    problems = []
    if found.ontbrekend:
        problems.append(
            f"stream {found.stream} mist {len(found.ontbrekend)} gebeurtenissen: voer `schakel rebuild` uit"
        )
    if strange := len(found.onbekend) + len(found.beschadigd):
        problems.append(
            f"stream {found.stream} bevat {strange} berichten die anders of niet in de outbox staan: "
            "zoek uit wie daar publiceert"
        )
    return problems


def missing(first_live: int | None, published: int, held: int, erased: int = 0) -> int:
    """How many of the events `first_live` … `published` of the outbox a stream that holds `held` messages lacks.

    `first_live` is the first event that is not too old to be in the stream (None when all are), `erased` how many of
    that range were erased from the outbox. Sequences and age of the stream itself say nothing: a stream that was
    made anew or lost its head has others. A message that does not belong or stands there twice hides a missing one,
    until the next inspection.
    """
    if first_live is None:
        return 0
    return max(0, published - first_live + 1 - erased - held)


async def _fsync_problem(monitor_url: str) -> list[str]:
    try:
        if await sync_always(monitor_url):
            return []
    except (httpx.HTTPError, ValueError):
        return ["de bewaking van NATS antwoordt niet: sync_interval is niet vast te stellen"]
    return ["NATS bevestigt voor het wegschrijven: zet `sync_interval: always` in de serverconfiguratie"]
