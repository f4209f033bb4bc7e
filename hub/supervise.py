"""Keeps a service running: when it ends, it is built anew and started again from the record in its database."""

import asyncio
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import structlog

from hub.errors import HubError
from hub.service import Service
from hub.tasks import insist

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_FIRST, _LONGEST = 0.2, 5.0
_LONGEST_STOP = 30.0


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
                await insist(self.app.service.run(), patience=_LONGEST_STOP)
            except Exception as error:
                cause = _first(error)
                log.error(
                    "service_ended", service=self.name, error=type(cause).__name__, place=_place(cause), pause=pause,
                    detail=str(cause) if isinstance(cause, HubError) else None,
                )  # fmt: skip
            self.restarts += 1
            await asyncio.sleep(pause)
            pause = _FIRST if self.app.service.ran_well else min(pause * 2, _LONGEST)
            self.app = self._build()


def _first(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error


def _place(error: BaseException) -> str | None:
    """File and line where it was raised; the text of a foreign exception may hold values and is not logged."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else None
