"""Counting what a run did, from the record and not from memory: lost, doubled, out of order, personal data on the bus.

Lost: an event in an outbox that its stream or a listener lacks, or a melding DUO holds that is neither known nor in
quarantine. Doubled: the same event twice in a stream, the same letter twice, a status or referral a partner got twice.
"""

import json
from collections import Counter
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from nats.aio.client import Client
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy

from contracts.subjects import STREAMS, Stream
from hub.canary import Canary
from schakel.installation import Installation

_FETCH = 500


@dataclass
class Audit:
    """The counts, and of what."""

    verloren: int = 0
    dubbel: int = 0
    volgordefouten: int = 0
    persoonsgegevens_op_bus: int = 0
    events: Counter[str] = field(default_factory=Counter)

    @property
    def clean(self) -> bool:
        """Whether nothing was lost, doubled, out of order or leaked."""
        return not (self.verloren or self.dubbel or self.volgordefouten or self.persoonsgegevens_op_bus)


async def audit(
    installation: Installation, canary: Canary, statussen: Mapping[str, Any], verwijzingen: Set[str]
) -> Audit:
    """Reads every stream and every store; `statussen` per melding and `verwijzingen` are what the partners hold."""
    result = Audit()
    apps: dict[str, Any] = installation.apps
    for stream in STREAMS:
        service = apps[stream.bron].service
        await _stream(service.nc, stream, service.pool, canary, result)
    for name, app in apps.items():
        for stream in app.service.around.topology.listens(name):
            result.verloren += await _unheard(app.service.pool, apps[stream.bron].service.pool, stream)
    result.dubbel += sum(len(s) - 1 for s in statussen.values() if len(s) > 1)
    decided = result.events["halt-verwijzing-besloten"] - result.events["halt-verwijzing-geweigerd"]
    result.dubbel += max(0, len(verwijzingen) - decided)
    result.verloren += max(0, decided - len(verwijzingen))
    known = {
        r["meldingsnummer"] for r in await apps["ingest_duo"].service.pool.fetch("SELECT meldingsnummer FROM melding")
    }
    result.verloren += len(set(statussen) - known)
    return result


async def _stream(nc: Client, stream: Stream, pool: Any, canary: Canary, result: Audit) -> None:
    said = {r["event_id"]: r["nr"] for r in await pool.fetch("SELECT event_id, nr FROM outbox")}
    seen: Counter[UUID] = Counter()
    position: Counter[str] = Counter()
    letters: Counter[tuple[str, str]] = Counter()
    async for subject, headers, body in read_all(nc, stream):
        event = json.loads(body)
        seen[UUID(event["id"])] += 1
        name = event["type"].rpartition(".")[2]
        result.events[name] += 1
        jongere, sequence = event["subject"], int(event["sequence"])
        result.volgordefouten += sequence != position[jongere] + 1
        position[jongere] = max(position[jongere], sequence)
        if name == "brief-opgemaakt":
            letters[event["data"]["brief_id"], event["data"]["adressaten"][0]] += 1
        result.persoonsgegevens_op_bus += len(canary.search(b"\n".join((subject.encode(), headers, body))))
    result.verloren += len(set(said) - set(seen))
    result.dubbel += sum(n - 1 for n in seen.values()) + sum(n - 1 for n in letters.values())


async def _unheard(listener: Any, source: Any, stream: Stream) -> int:
    """Events that a listener neither handled nor keeps in its waiting room."""
    spoken = dict(await source.fetch("SELECT jongere_id, max(sequence) FROM outbox GROUP BY jongere_id"))
    rows = await listener.fetch("SELECT jongere_id, (gelezen ->> $1)::bigint FROM stand", stream.bron)
    heard = {jongere: number or 0 for jongere, number in rows}
    waiting = dict(
        await listener.fetch("SELECT jongere_id, count(*) FROM wachtrij WHERE bron = $1 GROUP BY 1", stream.bron)
    )
    return sum(max(0, last - heard.get(j, 0) - waiting.get(j, 0)) for j, last in spoken.items())


async def read_all(nc: Client, stream: Stream) -> Any:
    """Every message of a stream in order: subject, headers as bytes, body."""
    js = nc.jetstream()
    left = (await js.stream_info(stream.name)).state.messages
    config = ConsumerConfig(
        deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.NONE, inactive_threshold=30, mem_storage=True
    )
    subscription = await js.pull_subscribe("", stream=stream.name, config=config)
    try:
        while left > 0:
            batch = await subscription.fetch(min(_FETCH, left), timeout=10)
            left -= len(batch)
            for msg in batch:
                yield msg.subject, repr(msg.headers).encode(), msg.data
    finally:
        await subscription.unsubscribe()
