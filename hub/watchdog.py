"""Looks whether the service can really do its work, and says so in `/ready` and the log.

A deleted consumer leaves a subscriber that reports itself healthy and handles nothing; a damaged stream file loses
acknowledged events without a log line. Both are seen here by asking the broker, not by waiting for an error.
"""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import httpx
import nats.errors
import structlog
from nats.js.api import StreamInfo

from hub.topology import problems, stream_info, sync_always

if TYPE_CHECKING:
    from hub.service import Service

log: structlog.stdlib.BoundLogger = structlog.get_logger()

INTERVAL = 5.0
_UNREACHABLE = (nats.errors.Error, OSError, TimeoutError)


class Watchdog:
    """Keeps the list of what is wrong with one service; empty means ready."""

    def __init__(self, service: "Service[Any]") -> None:
        self._service = service
        self.problems: list[str] = ["nog niet gestart"]

    @property
    def ready(self) -> bool:
        """Whether the service can do its work."""
        return not self.problems

    async def run(self) -> None:
        """Checks until cancelled."""
        while True:
            await self.check()
            await asyncio.sleep(INTERVAL)

    async def check(self) -> list[str]:
        """Looks once, tries to revive silent pulls, and remembers and returns what is wrong."""
        try:
            found = await self._look()
        except _UNREACHABLE as error:
            found = [f"NATS is niet bereikbaar ({type(error).__name__})"]
        for problem in found:
            if problem not in self.problems:
                log.error("watchdog_alarmed", service=self._service.name, problem=problem)
        if self.problems and not found:
            log.info("watchdog_satisfied", service=self._service.name)
        self.problems = found
        return found

    async def _look(self) -> list[str]:
        service = self._service
        published = service.relay.published_to
        found = await problems(service.nc, service.around.topology, service.name, service.own)
        if not found:
            info = await stream_info(service.nc, service.own)
            if info is not None and (lost := missing(info, published, service.around.system.now())):
                found.append(f"stream {service.own.name} mist {lost} gebeurtenissen: voer `schakel rebuild` uit")
        for subscriber in service.subscribers:
            if subscriber.pull is not None and (silent := subscriber.pull.ailing()):
                found += [f"consumer {name} levert niet" for name in silent]
                await subscriber.pull.restart(only_ailing=True)
        if service.around.monitor_url is not None:
            found += await _fsync_problem(service.around.monitor_url)
        return found


def missing(info: StreamInfo, published: int, now: datetime) -> int:
    """How many acknowledged events the stream no longer holds, other than by age."""
    state = info.state
    age = timedelta(seconds=info.config.max_age or 0)
    old_enough = info.created is not None and now - info.created > age
    expired = max(state.first_seq - 1, 0) if old_enough else 0
    return max(0, published - expired - state.messages)


async def _fsync_problem(monitor_url: str) -> list[str]:
    try:
        if await sync_always(monitor_url):
            return []
    except (httpx.HTTPError, ValueError):
        return ["de bewaking van NATS antwoordt niet: sync_interval is niet vast te stellen"]
    return ["NATS bevestigt voor het wegschrijven: zet `sync_interval: always` in de serverconfiguratie"]
