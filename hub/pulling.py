"""A standing pull: the consumers of one stream keep a request open, and a batch is whatever has arrived.

There is no timer: at low load a batch is one message, under load it grows to the maximum. Heartbeats from the broker
tell apart "nothing to do" from "the consumer is gone", which the client library does not report.

What was delivered and not acknowledged when a process or a connection died, the broker gives again only after its
`ack_wait`, and meanwhile goes on behind it. So every (re)start sets the consumer back to its last acknowledgement
(NATS 2.14, ADR-60; an older broker waits out `ack_wait`) and takes a new inbox. An acknowledgement that belongs to an
earlier inbox is not sent: it counts in the numbering from before the reset and would upset the new one.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.aio.subscription import Subscription

_EXPIRES = 30.0
_HEARTBEAT = 5.0
_SILENT = 3 * _HEARTBEAT
_RESET_SINCE = (2, 14)

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class _Consumer:
    """One durable consumer and what is asked of it."""

    __slots__ = ("gone", "name", "open", "seen", "subscription")

    def __init__(self, name: str) -> None:
        self.name = name
        self.subscription: Subscription | None = None
        self.open = 0
        self.seen = 0.0
        self.gone: str | None = None

    @property
    def inbox(self) -> int | None:
        """The number of its present inbox on this connection."""
        return None if self.subscription is None else int(self.subscription._id)


class StandingPull:
    """Messages of several consumers of one stream, in arrival order."""

    def __init__(self, nc: Client, stream: str, consumers: Sequence[str], batch: int) -> None:
        self._nc = nc
        self._stream = stream
        self._batch = batch
        self._consumers = [_Consumer(name) for name in consumers]
        self._buffer: deque[Msg] = deque()
        self._arrived = asyncio.Event()
        self._opening = asyncio.Lock()

    async def start(self) -> None:
        """Opens an inbox and the first request for each consumer."""
        await self.restart(only_ailing=False)

    async def restart(self, *, only_ailing: bool) -> None:
        """Begins anew after the last acknowledgement: the broker forgets requests when a connection breaks or a
        consumer is made again."""
        async with self._opening:
            for consumer in self._consumers:
                if not only_ailing or self._ails(consumer):
                    await self._open(consumer)

    async def unsubscribe(self) -> None:
        """Closes the inboxes; what was not acknowledged comes back at the next start."""
        async with self._opening:
            for consumer in self._consumers:
                await self._close(consumer)

    async def next_batch(self, maximum: int) -> list[Msg]:
        """At least one message, at most `maximum`; waits as long as there is nothing."""
        while not self._buffer:
            self._arrived.clear()
            await self._arrived.wait()
        taken = [self._buffer.popleft() for _ in range(min(maximum, len(self._buffer)))]
        if len(self._buffer) < self._batch:
            for consumer in self._consumers:
                await self._ask_when_low(consumer)
        return taken

    async def acknowledge(self, batch: Sequence[Msg]) -> None:
        """Acknowledges a handled batch: per consumer the last message stands for all before it (ack policy "all")."""
        last = {msg._sid: msg.reply for msg in batch}
        for consumer in self._consumers:
            if consumer.inbox in last and self._nc.is_connected:
                await self._nc.publish(last[consumer.inbox], b"+ACK")

    def ailing(self) -> list[str]:
        """Names of consumers that are gone or do not answer; empty is healthy."""
        return [c.name for c in self._consumers if self._ails(c)]

    def _ails(self, consumer: _Consumer) -> bool:
        """Silence says nothing while a full buffer waits for its handler: then nothing is asked of the consumer."""
        waits_for_answer = consumer.open > 0 or not self._buffer
        return bool(consumer.gone) or (waits_for_answer and time.monotonic() - consumer.seen > _SILENT)

    async def _open(self, consumer: _Consumer) -> None:
        await self._close(consumer)
        await self._rewind(consumer)
        consumer.open, consumer.gone, consumer.seen = 0, None, time.monotonic()
        consumer.subscription = await self._nc.subscribe(
            self._nc.new_inbox(),
            cb=partial(self._on_message, consumer),
            pending_msgs_limit=-1,
            pending_bytes_limit=-1,
        )
        await self._ask_when_low(consumer)

    async def _rewind(self, consumer: _Consumer) -> None:
        js, version = self._nc.jetstream(), self._nc.connected_server_version
        with suppress(nats.errors.Error):  # a consumer that does not exist says so when it is asked for messages
            info = await js.consumer_info(self._stream, consumer.name)
            if info.num_ack_pending and (version.major, version.minor) >= _RESET_SINCE:
                await js.reset_consumer(self._stream, consumer.name)

    async def _close(self, consumer: _Consumer) -> None:
        inbox, subscription = consumer.inbox, consumer.subscription
        consumer.subscription = None
        self._buffer = deque(msg for msg in self._buffer if msg._sid != inbox)
        if subscription is not None and not self._nc.is_closed:
            await subscription.unsubscribe()

    async def _ask_when_low(self, consumer: _Consumer) -> None:
        if consumer.open > self._batch // 2 or consumer.subscription is None or consumer.gone:
            return
        wanted = self._batch - consumer.open
        consumer.open = self._batch
        request = {"batch": wanted, "expires": int(_EXPIRES * 1e9), "idle_heartbeat": int(_HEARTBEAT * 1e9)}
        await self._nc.publish(
            f"$JS.API.CONSUMER.MSG.NEXT.{self._stream}.{consumer.name}",
            json.dumps(request).encode(),
            reply=consumer.subscription.subject,
        )

    async def _on_message(self, consumer: _Consumer, msg: Msg) -> None:
        if msg._sid != consumer.inbox:
            return
        consumer.seen = time.monotonic()
        headers: dict[str, Any] | None = msg.headers
        if headers and "Status" in headers and not msg.reply.startswith("$JS.ACK"):
            await self._on_status(consumer, headers)
            return
        consumer.open = max(0, consumer.open - 1)
        self._buffer.append(msg)
        self._arrived.set()

    async def _on_status(self, consumer: _Consumer, headers: dict[str, Any]) -> None:
        status, description = headers.get("Status", ""), headers.get("Description", "")
        if status == "100":
            return
        unanswered = int(headers.get("Nats-Pending-Messages", consumer.open))
        consumer.open = max(0, consumer.open - unanswered)
        if status in {"404", "408"} or "Completed" in description:
            await self._ask_when_low(consumer)
            return
        consumer.gone = f"{status} {description}".partition("\n")[0].strip()
        log.warning("consumer_lost", stream=self._stream, consumer=consumer.name, status=consumer.gone)
