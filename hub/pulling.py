"""A standing pull: the consumers of one stream keep a request open, and a batch is whatever has arrived.

There is no timer: at low load a batch is one message, under load it grows to the maximum. Heartbeats from the broker
tell apart "nothing to do" from "the consumer is gone", which the client library does not report.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

_EXPIRES = 30.0
_HEARTBEAT = 5.0
_SILENT = 3 * _HEARTBEAT

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class _Consumer:
    """The open request of one durable consumer."""

    __slots__ = ("gone", "inbox", "name", "open", "seen", "subscription")

    def __init__(self, name: str, inbox: str) -> None:
        self.name = name
        self.inbox = inbox
        self.subscription: Subscription | None = None
        self.open = 0
        self.seen = time.monotonic()
        self.gone: str | None = None


class StandingPull:
    """Messages of several consumers of one stream, in arrival order."""

    def __init__(self, nc: Client, stream: str, consumers: Sequence[str], batch: int) -> None:
        self._nc = nc
        self._stream = stream
        self._batch = batch
        self._consumers = [_Consumer(name, nc.new_inbox()) for name in consumers]
        self._buffer: deque[Msg] = deque()
        self._arrived = asyncio.Event()

    async def start(self) -> None:
        """Opens an inbox and the first request for each consumer."""
        for consumer in self._consumers:
            consumer.subscription = await self._nc.subscribe(
                consumer.inbox,
                cb=partial(self._on_message, consumer),
                pending_msgs_limit=-1,
                pending_bytes_limit=-1,
            )
            await self._ask(consumer)

    async def unsubscribe(self) -> None:
        """Closes the inboxes; unhandled messages come back to the next puller."""
        for consumer in self._consumers:
            subscription, consumer.subscription = consumer.subscription, None
            if subscription is not None and self._nc.is_connected:
                await subscription.unsubscribe()
        self._buffer.clear()

    async def next_batch(self, maximum: int) -> list[Msg]:
        """At least one message, at most `maximum`; waits as long as there is nothing."""
        while not self._buffer:
            self._arrived.clear()
            await self._arrived.wait()
        taken = [self._buffer.popleft() for _ in range(min(maximum, len(self._buffer)))]
        if len(self._buffer) < self._batch:
            for consumer in self._consumers:
                if consumer.open <= self._batch // 2:
                    await self._ask(consumer)
        return taken

    def ailing(self) -> list[str]:
        """Names of consumers that are gone or from which the broker has not been heard; empty is healthy."""
        now = time.monotonic()
        return [c.name for c in self._consumers if c.gone or now - c.seen > _SILENT]

    async def ask_again(self, *, only_ailing: bool) -> None:
        """Opens requests anew: the broker forgets them when a connection breaks or a consumer is made again."""
        now = time.monotonic()
        for consumer in self._consumers:
            if not only_ailing or consumer.gone or now - consumer.seen > _SILENT:
                consumer.open = 0
                await self._ask(consumer)

    async def _ask(self, consumer: _Consumer) -> None:
        wanted = self._batch - consumer.open
        if wanted <= 0 or consumer.subscription is None:
            return
        consumer.open += wanted
        request = {"batch": wanted, "expires": int(_EXPIRES * 1e9), "idle_heartbeat": int(_HEARTBEAT * 1e9)}
        await self._nc.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{consumer.name}",
            json.dumps(request).encode(),
            reply=consumer.inbox,
        )

    async def _on_message(self, consumer: _Consumer, msg: Msg) -> None:
        consumer.seen = time.monotonic()
        headers: dict[str, Any] | None = msg.headers
        if headers and "Status" in headers and not msg.reply.startswith("$JS.ACK"):
            await self._on_status(consumer, headers)
            return
        consumer.gone = None
        consumer.open = max(0, consumer.open - 1)
        self._buffer.append(msg)
        self._arrived.set()

    async def _on_status(self, consumer: _Consumer, headers: dict[str, Any]) -> None:
        status, description = headers.get("Status", ""), headers.get("Description", "")
        if status == "100":
            consumer.gone = None
            return
        consumer.open = 0
        if status in {"404", "408"} or "Exceeded" in description or "Completed" in description:
            await self._ask(consumer)
            return
        consumer.gone = f"{status} {description}".strip()
        log.warning("consumer_lost", stream=self._stream, consumer=consumer.name, status=consumer.gone)
