"""A circuit breaker per service: when a partner is down the queue is held and no event burns its attempts."""

import asyncio
import time

import structlog

from hub.observability import ServiceMetrics

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_FIRST, _LONGEST = 0.25, 60.0


class Circuit:
    """Closed: everything flows. Open: one probe at a time, with growing pauses."""

    def __init__(self, service: str) -> None:
        self._service = service
        self._metrics = ServiceMetrics(service)
        self._closed = asyncio.Event()
        self._closed.set()
        self._pause = _FIRST
        self._probe_at = 0.0
        self.partner: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether a partner is held to be down."""
        return not self._closed.is_set()

    def trip(self, partner: str) -> None:
        """Opens the circuit, or lengthens the pause when it was open."""
        if not self.is_open:
            log.warning("circuit_opened", service=self._service, partner=partner)
            self._pause = _FIRST
        else:
            self._pause = min(self._pause * 2, _LONGEST)
        self.partner = partner
        self._probe_at = time.monotonic() + self._pause
        self._closed.clear()
        self._metrics.circuit.set(1)

    def close(self) -> None:
        """The partner answered."""
        if self.is_open:
            log.info("circuit_closed", service=self._service, partner=self.partner)
        self.partner = None
        self._closed.set()
        self._metrics.circuit.set(0)

    def may_probe(self) -> bool:
        """Whether the pause is over."""
        return time.monotonic() >= self._probe_at

    def pause(self) -> float:
        """Seconds until the next probe."""
        return max(self._probe_at - time.monotonic(), 0.01)

    async def wait(self) -> None:
        """Returns when the circuit is closed."""
        await self._closed.wait()
