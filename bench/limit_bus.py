"""Raw NATS for the limit: one standing pull per stream, batches published as bytes, one acknowledgement per batch."""

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from uuid import uuid4

from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import AckPolicy, ConsumerConfig

BATCH = 256
_EXPIRES = 3_600 * 10**9


async def consume(
    nc: Client, stream: str, durable: str, handle: Callable[[Sequence[Msg]], Awaitable[None]]
) -> "asyncio.Task[None]":
    """Hands over whatever has arrived, at most 256 messages, and acknowledges them all at once afterwards."""
    await nc.jetstream().add_consumer(
        stream, ConsumerConfig(durable_name=durable, ack_policy=AckPolicy.ALL, max_ack_pending=20_000)
    )
    waiting, arrived, asked = deque[Msg](), asyncio.Event(), 0
    inbox = nc.new_inbox()

    async def on_message(msg: Msg) -> None:
        waiting.append(msg)
        arrived.set()

    async def ask(number: int) -> None:
        request = json.dumps({"batch": number, "expires": _EXPIRES}).encode()
        await nc.publish(f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{durable}", request, reply=inbox)

    async def run() -> None:
        nonlocal asked
        while True:
            await arrived.wait()
            arrived.clear()
            while waiting:
                batch = [waiting.popleft() for _ in range(min(BATCH, len(waiting)))]
                asked -= len(batch)
                if asked <= BATCH:
                    await ask(BATCH)
                    asked += BATCH
                await handle(batch)
                await nc.publish(batch[-1].reply, b"+ACK")

    await nc.subscribe(inbox, cb=on_message, pending_msgs_limit=-1, pending_bytes_limit=-1)
    await ask(2 * BATCH)
    asked = 2 * BATCH
    return asyncio.create_task(run())


async def publish(nc: Client, events: Sequence[tuple[str, str, bytes]]) -> None:
    """Publishes (id, subject, body) as atomic batches; single messages for a handful, as that is faster."""
    for start in range(0, len(events), 1000):
        part = events[start : start + 1000]
        if len(part) < 10:
            await asyncio.gather(*(nc.request(s, b, headers={"Nats-Msg-Id": i}, timeout=10) for i, s, b in part))
            continue
        batch = uuid4().hex
        lines = []
        for number, (identity, subject, body) in enumerate(part[:-1], start=1):
            head = (
                f"NATS/1.0\r\nNats-Msg-Id: {identity}\r\nNats-Batch-Id: {batch}\r\n"
                f"Nats-Batch-Sequence: {number}\r\n\r\n"
            )
            lines.append(f"HPUB {subject} {len(head)} {len(head) + len(body)}\r\n{head}".encode() + body + b"\r\n")
        await nc._send_command(b"".join(lines))
        identity, subject, body = part[-1]
        headers = {
            "Nats-Msg-Id": identity,
            "Nats-Batch-Id": batch,
            "Nats-Batch-Sequence": str(len(part)),
            "Nats-Batch-Commit": "1",
        }
        answer = json.loads((await nc.request(subject, body, timeout=10, headers=headers)).data)
        if answer.get("count") != len(part):
            raise RuntimeError(answer.get("error", answer))
