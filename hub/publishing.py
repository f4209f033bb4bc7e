"""Publishing with a stream acknowledgement: there is no other kind of publish in the hub.

The broker fsyncs once per *atomic batch* (NATS 2.12, ADR-50) and once per message otherwise, so a batch is far
cheaper from about ten messages on. A batch that holds a message the broker already knows is refused whole; then its
messages go one by one and the broker marks the known ones as duplicates.
"""

import asyncio
import json
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import nats.errors
from nats.aio.client import Client

ATOMIC_MIN = 10  # below this, pipelined single publishes are faster (docs/adr/0004)
ATOMIC_MAX = 1000  # limit of the broker
_DUPLICATE_IN_BATCH = 10201


class Outgoing(NamedTuple):
    """One event of the outbox on its way to the stream."""

    nr: int
    event_id: UUID
    subject: str
    body: bytes
    traceparent: str | None
    herstel: str = ""
    """Makes it another message to the broker, when the broker remembers one that it lost; no part of the event."""


class PublishFailed(Exception):
    """The broker did not confirm; nothing may be taken as published."""


async def publish(nc: Client, stream: str, events: Sequence[Outgoing], timeout: float = 10.0) -> list[Outgoing]:
    """Publishes in order; returns when every event is confirmed, with those the broker says it knew already.

    Raises `PublishFailed` when any confirmation is missing; repeating the call is always safe (`Nats-Msg-Id`).
    """
    known: list[Outgoing] = []
    for start in range(0, len(events), ATOMIC_MAX):
        part = events[start : start + ATOMIC_MAX]
        send = _one_by_one if len(part) < ATOMIC_MIN else _atomic
        known += await send(nc, stream, part, timeout)
    return known


def _headers(event: Outgoing) -> dict[str, str]:
    headers = {"Nats-Msg-Id": f"{event.event_id}{event.herstel}"}
    if event.traceparent:
        headers["traceparent"] = event.traceparent
    return headers


async def _atomic(nc: Client, stream: str, events: Sequence[Outgoing], timeout: float) -> list[Outgoing]:
    batch_id, last = uuid4().hex, len(events)
    if not nc.is_connected:
        raise PublishFailed("geen verbinding")
    if any(len(event.body) > nc.max_payload for event in events):
        raise PublishFailed("een gebeurtenis is te groot voor NATS")
    commit = {"Nats-Batch-Id": batch_id, "Nats-Batch-Sequence": str(last), "Nats-Batch-Commit": "1"}
    final = events[-1]
    try:
        await nc._send_command(b"".join(_frame(e, batch_id, n) for n, e in enumerate(events[:-1], start=1)))
        answer = await nc.request(final.subject, final.body, timeout=timeout, headers=_headers(final) | commit)
    except (nats.errors.Error, TimeoutError, OSError) as error:
        raise PublishFailed(type(error).__name__) from error
    confirmation = _confirmation(answer.data)
    if confirmation.get("error", {}).get("err_code") == _DUPLICATE_IN_BATCH:
        return await _one_by_one(nc, stream, events, timeout)
    _check(confirmation, stream)
    if confirmation.get("count") != last:
        raise PublishFailed(f"broker confirmed {confirmation.get('count')} of {last}")
    return []


def _frame(event: Outgoing, batch_id: str, number: int) -> bytes:
    """A message of a batch as it goes over the wire.

    `Client.publish` checks and writes headers one by one, which takes longer than everything else in publishing;
    ours are ids and numbers.
    """
    lines = [f"{name}: {value}" for name, value in _headers(event).items()]
    head = "\r\n".join(("NATS/1.0", *lines, f"Nats-Batch-Id: {batch_id}", f"Nats-Batch-Sequence: {number}", "", ""))
    size = len(head)
    return f"HPUB {event.subject} {size} {size + len(event.body)}\r\n{head}".encode() + event.body + b"\r\n"


async def _one_by_one(nc: Client, stream: str, events: Sequence[Outgoing], timeout: float) -> list[Outgoing]:
    requests = [nc.request(e.subject, e.body, timeout=timeout, headers=_headers(e)) for e in events]
    answers = await asyncio.gather(*requests, return_exceptions=True)
    known: list[Outgoing] = []
    for event, answer in zip(events, answers, strict=True):
        if isinstance(answer, BaseException):
            if isinstance(answer, nats.errors.Error | TimeoutError | OSError):
                raise PublishFailed(type(answer).__name__) from answer
            raise answer
        confirmation = _confirmation(answer.data)
        _check(confirmation, stream)
        if confirmation.get("duplicate"):
            known.append(event)
    return known


def _confirmation(data: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(data)
    except ValueError as error:
        raise PublishFailed("no confirmation from a stream") from error
    return answer if isinstance(answer, dict) else {}


def _check(confirmation: dict[str, Any], stream: str) -> None:
    if error := confirmation.get("error"):
        raise PublishFailed(f"{error.get('err_code')} {error.get('description')}")
    if confirmation.get("stream") != stream:
        raise PublishFailed(f"confirmed by stream {confirmation.get('stream')!r}, expected {stream!r}")
