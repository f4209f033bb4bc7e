"""The one place that makes streams and consumers, and the judge of whether they still are what was declared.

A service never declares topology at start-up: that can rewrite a production stream in silence. What differs from
`deploy/nats/streams.yaml` is *drift*, and drift means not ready.
"""

import ssl
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import nats.errors
import nats.js.errors
import yaml
from nats.aio.client import Client
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
    StreamInfo,
    SubjectTransform,
)
from pydantic import BaseModel, ConfigDict, Field

from contracts.subjects import STREAMS, Stream, durable

DECLARATION = Path(__file__).parents[1] / "deploy" / "nats" / "streams.yaml"
_ACK_WAIT = 120.0
_MAX_ACK_PENDING = 20_000


class StreamSettings(BaseModel):
    """What may differ per stream."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kopieen: int = Field(default=1, ge=1, le=5)
    max_leeftijd_dagen: int = Field(default=400, ge=1)
    dubbelvenster_minuten: int = Field(default=60, ge=2)


class Topology(BaseModel):
    """The declaration: streams, partitions, and which service listens to what."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    partities: int = Field(ge=1, le=64)
    standaard: StreamSettings = StreamSettings()
    streams: dict[str, dict[str, int]]
    afnemers: dict[str, tuple[str, ...]]

    @classmethod
    def load(cls, path: Path = DECLARATION) -> "Topology":
        """Reads and checks the declaration."""
        return cls.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))

    def stream_config(self, stream: Stream) -> StreamConfig:
        """The configuration a stream must have."""
        settings = StreamSettings(**{**self.standaard.model_dump(), **self.streams[stream.name]})
        wildcards = ".".join(f"{{{{wildcard({i})}}}}" for i in range(1, 5))
        return StreamConfig(
            name=stream.name,
            subjects=[stream.subjects],
            retention=RetentionPolicy.LIMITS,
            discard=DiscardPolicy.OLD,
            storage=StorageType.FILE,
            num_replicas=settings.kopieen,
            max_age=settings.max_leeftijd_dagen * 86_400,
            duplicate_window=settings.dubbelvenster_minuten * 60,
            allow_atomic=True,
            allow_direct=True,
            deny_delete=True,
            subject_transform=SubjectTransform(
                src=stream.subjects, dest=f"{stream.domein}.{wildcards}.{{{{partition({self.partities},4)}}}}"
            ),
        )

    def consumer_configs(self, service: str, stream: Stream) -> list[ConsumerConfig]:
        """One durable consumer per partition."""
        return [
            ConsumerConfig(
                durable_name=durable(service, stream, partition),
                filter_subject=stream.partition_filter(partition),
                deliver_policy=DeliverPolicy.ALL,
                ack_policy=AckPolicy.ALL,
                ack_wait=_ACK_WAIT,
                max_ack_pending=_MAX_ACK_PENDING,
                max_deliver=-1,
            )
            for partition in range(self.partities)
        ]

    def consumers(self, service: str, stream: Stream) -> list[str]:
        """The names of those consumers."""
        return [durable(service, stream, partition) for partition in range(self.partities)]

    def listens(self, service: str) -> list[Stream]:
        """The streams a service takes."""
        return [s for s in STREAMS if s.name in self.afnemers.get(service, ())]

    def listeners(self, stream: Stream) -> list[str]:
        """The services that take a stream."""
        return [service for service, names in self.afnemers.items() if stream.name in names]


_STREAM_FIELDS = (
    "subjects", "retention", "discard", "storage", "num_replicas", "max_age", "duplicate_window", "allow_atomic",
    "allow_direct", "deny_delete",
)  # fmt: skip
_LIMITS = ("max_msgs", "max_bytes", "max_msgs_per_subject", "max_msg_size", "max_consumers")
"""Limits are never declared: with the discard policy "old" they throw events away. The broker says -1 for none."""
_NEVER = ("no_ack", "sealed", "allow_rollup_hdrs", "allow_msg_ttl")
"""Nor are ways to publish without confirmation, or to let a publisher remove events."""
_CONSUMER_FIELDS = ("filter_subject", "deliver_policy", "ack_policy", "ack_wait", "max_ack_pending", "max_deliver")


def stream_drift(wanted: StreamConfig, info: StreamInfo) -> list[str]:
    """Names of the settings of a stream that differ from what was declared."""
    found = info.config
    drift = [f for f in _STREAM_FIELDS if getattr(found, f) != getattr(wanted, f)]
    transform, declared = found.subject_transform, wanted.subject_transform
    if transform is None or declared is None or (transform.src, transform.dest) != (declared.src, declared.dest):
        drift.append("subject_transform")
    if getattr(found, "persist_mode", None) == "async":
        drift.append("persist_mode")
    drift += [f for f in _LIMITS if (getattr(found, f) or 0) > 0]
    return drift + [f for f in _NEVER if getattr(found, f)]


def consumer_drift(wanted: ConsumerConfig, info: ConsumerInfo) -> list[str]:
    """Names of the settings of a consumer that differ from what was declared."""
    found = info.config
    drift = [f for f in _CONSUMER_FIELDS if getattr(found, f) != getattr(wanted, f)]
    return drift + [f for f in ("headers_only", "inactive_threshold", "mem_storage") if getattr(found, f)]


async def stream_info(nc: Client, stream: Stream) -> StreamInfo | None:
    """The stream as it is, or None when it does not exist."""
    try:
        return await nc.jetstream().stream_info(stream.name)
    except nats.js.errors.NotFoundError:
        return None


async def consumer_info(nc: Client, stream: Stream, name: str) -> ConsumerInfo | None:
    """The consumer as it is, or None when it does not exist."""
    try:
        info: ConsumerInfo = await nc.jetstream().consumer_info(stream.name, name)
    except nats.js.errors.NotFoundError:
        return None
    return info


async def problems(nc: Client, topology: Topology, service: str, own: Stream) -> list[str]:
    """What is missing or drifted for one service, in words an operator can act on; empty is healthy."""
    found: list[str] = []
    streams: Sequence[Stream] = [own, *topology.listens(service)]
    for stream in streams:
        info = await stream_info(nc, stream)
        if info is None:
            found.append(f"stream {stream.name} ontbreekt: voer `schakel rebuild` uit")
        elif drift := stream_drift(topology.stream_config(stream), info):
            found.append(
                f"stream {stream.name} wijkt af in {', '.join(drift)}: herstel de stream of deploy/nats/streams.yaml"
            )
    for stream in topology.listens(service):
        for wanted in topology.consumer_configs(service, stream):
            name = str(wanted.durable_name)
            consumer = await consumer_info(nc, stream, name)
            if consumer is None:
                found.append(f"consumer {name} ontbreekt: voer `schakel rebuild` uit")
            elif drift := consumer_drift(wanted, consumer):
                found.append(f"consumer {name} wijkt af in {', '.join(drift)}: voer `schakel rebuild` uit")
    return found


async def ensure_stream(nc: Client, topology: Topology, stream: Stream) -> bool:
    """Makes a stream when it is missing; True when it was made. Never changes one that exists."""
    if await stream_info(nc, stream) is not None:
        return False
    await nc.jetstream().add_stream(topology.stream_config(stream))
    return True


async def ensure_consumers(
    nc: Client, topology: Topology, service: str, stream: Stream, *, replace: bool = False, renew: bool = False
) -> int:
    """Makes missing consumers and, with `replace`, drifted ones anew, or with `renew` all; returns how many.

    A new consumer starts at the beginning of the stream: what was handled before, the inbox recognises.
    """
    made = 0
    for wanted in topology.consumer_configs(service, stream):
        name = str(wanted.durable_name)
        info = await consumer_info(nc, stream, name)
        if info is not None and (renew or (replace and consumer_drift(wanted, info))):
            await nc.jetstream().delete_consumer(stream.name, name)
            info = None
        if info is None:
            await nc.jetstream().add_consumer(stream.name, wanted)
            made += 1
    return made


@cache
def _authorities() -> ssl.SSLContext:
    """Kept, because reading them takes some 20 ms in which nothing else runs."""
    return ssl.create_default_context()


async def sync_always(monitor_url: str) -> bool:
    """Whether the broker fsyncs before it acknowledges (`sync_interval: always`)."""
    async with httpx.AsyncClient(timeout=5, verify=_authorities()) as client:
        answer: dict[str, Any] = (await client.get(f"{monitor_url}/jsz?config=1")).json()
    return bool(answer.get("config", {}).get("sync_always"))
