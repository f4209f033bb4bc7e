"""Keeps a service running: when it ends, it is built anew and started again from the record in its database."""

import asyncio
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

import structlog

from hub.service import Service

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_FIRST, _LONGEST = 0.2, 5.0


class App(Protocol):
    """What a service's `build` returns: the service, and whatever operations it offers in this process."""

    @property
    def service(self) -> Service[Any]:
        """The running service."""
        ...


AppT = TypeVar("AppT", bound=App)


class Supervised(Generic[AppT]):
    """One service under supervision; `app` is always the instance that runs now."""

    def __init__(self, build: Callable[[], AppT]) -> None:
        self._build = build
        self.app = build()
        self.restarts = 0

    @property
    def name(self) -> str:
        """The name of the service."""
        return self.app.service.name

    async def run(self) -> None:
        """Runs until cancelled."""
        pause = _FIRST
        while True:
            try:
                await self.app.service.run()
            except Exception as error:
                causes = error.exceptions if isinstance(error, BaseExceptionGroup) else (error,)
                log.error(
                    "service_ended", service=self.name, errors=sorted({type(c).__name__ for c in causes}), pause=pause,
                    detail=str(causes[0])[:200] if type(causes[0]).__module__.startswith("hub.") else None,
                )  # fmt: skip
            self.restarts += 1
            await asyncio.sleep(pause)
            pause = _FIRST if self.app.service.ran_well else min(pause * 2, _LONGEST)
            self.app = self._build()
