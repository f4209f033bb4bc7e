"""What counts as drift of a stream or consumer, setting by setting."""

from datetime import UTC, datetime
from typing import Any

import pytest
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    PersistMode,
    RetentionPolicy,
    StorageType,
    StreamConfig,
    StreamInfo,
    StreamState,
    SubjectTransform,
)
from pydantic import ValidationError

from contracts.subjects import AFNEMERS, STREAMS, VERZUIM
from hub.topology import Topology, consumer_drift, stream_drift

TOPOLOGY = Topology.load()
STREAM = TOPOLOGY.stream_config(VERZUIM)
CONSUMER = TOPOLOGY.consumer_configs("cases", VERZUIM)[0]


def as_found(config: StreamConfig) -> StreamInfo:
    """A stream of which the broker says that it is configured so; it fills in what nobody asked for."""
    filled = config.evolve(
        **{f: -1 for f in ("max_msgs", "max_bytes", "max_msg_size", "max_consumers") if not getattr(config, f)}
    )
    return StreamInfo(config=filled, state=StreamState(messages=0, bytes=0, first_seq=1, last_seq=0, consumer_count=0))


def consumer_as_found(config: ConsumerConfig) -> ConsumerInfo:
    """The same for a consumer."""
    return ConsumerInfo(name="x", stream_name="VERZUIM", config=config, created=datetime(2026, 3, 2, tzinfo=UTC))


def test_a_stream_as_declared_does_not_drift() -> None:
    """Nor does one for which the broker says "no limit" where nothing was declared."""
    assert [] == stream_drift(STREAM, as_found(STREAM))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("subjects", ["verzuim.>"]),
        ("retention", RetentionPolicy.WORK_QUEUE),
        ("discard", DiscardPolicy.NEW),
        ("storage", StorageType.MEMORY),
        ("num_replicas", 3),
        ("max_age", (STREAM.max_age or 0) - 1),
        ("max_age", (STREAM.max_age or 0) + 1),
        ("duplicate_window", 120),
        ("allow_atomic", False),
        ("allow_direct", False),
        ("deny_delete", False),
        ("subject_transform", None),
        ("subject_transform", SubjectTransform(src=VERZUIM.subjects, dest="verzuim.>")),
        ("persist_mode", PersistMode.ASYNC),
        ("max_msgs", 1),
        ("max_bytes", 1),
        ("max_msgs_per_subject", 1),
        ("max_msg_size", 1),
        ("max_consumers", 1),
        ("no_ack", True),
        ("sealed", True),
        ("allow_rollup_hdrs", True),
        ("allow_msg_ttl", True),
    ],
)
def test_each_setting_by_which_a_stream_could_lose_events_is_named_when_it_drifts(setting: str, value: Any) -> None:
    """Only that one."""
    assert [setting] == stream_drift(STREAM, as_found(STREAM.evolve(**{setting: value})))


def test_all_settings_that_drift_are_named() -> None:
    """An operator mends them in one go."""
    found = as_found(STREAM.evolve(max_age=60, deny_delete=False, max_msgs=5))
    assert ["max_age", "deny_delete", "max_msgs"] == stream_drift(STREAM, found)


def test_a_consumer_as_declared_does_not_drift() -> None:
    """The broker's own defaults for the rest are fine."""
    assert [] == consumer_drift(CONSUMER, consumer_as_found(CONSUMER.evolve(max_waiting=512, num_replicas=0)))


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("filter_subject", VERZUIM.partition_filter(1)),
        ("deliver_policy", DeliverPolicy.NEW),
        ("ack_policy", AckPolicy.EXPLICIT),
        ("ack_wait", 30),
        ("max_ack_pending", 1),
        ("max_deliver", 5),
        ("headers_only", True),
        ("inactive_threshold", 60),
        ("mem_storage", True),
    ],
)
def test_each_setting_by_which_a_listener_could_miss_events_is_named_when_it_drifts(setting: str, value: Any) -> None:
    """Only that one."""
    assert [setting] == consumer_drift(CONSUMER, consumer_as_found(CONSUMER.evolve(**{setting: value})))


def test_every_partition_has_one_consumer_and_together_they_take_the_whole_stream() -> None:
    """Names and filters differ in the partition only."""
    configs = TOPOLOGY.consumer_configs("cases", VERZUIM)
    assert [f"cases-verzuim-{n}" for n in range(TOPOLOGY.partities)] == TOPOLOGY.consumers("cases", VERZUIM)
    assert TOPOLOGY.consumers("cases", VERZUIM) == [c.durable_name for c in configs]
    assert [f"verzuim.*.*.*.*.{n}" for n in range(TOPOLOGY.partities)] == [c.filter_subject for c in configs]


def test_the_declaration_names_the_streams_and_listeners_of_the_contracts() -> None:
    """What is deployed and what is spoken are the same."""
    assert {s.name for s in STREAMS} == set(TOPOLOGY.streams)
    assert {service: set(streams) for service, streams in AFNEMERS.items() if streams} == {
        service: set(TOPOLOGY.listens(service)) for service in TOPOLOGY.afnemers
    }
    assert [s for s, streams in AFNEMERS.items() if VERZUIM in streams] == TOPOLOGY.listeners(VERZUIM)


@pytest.mark.parametrize(
    "change",
    [{"partities": 0}, {"partities": 65}, {"onbekend": 1}, {"standaard": {"kopieen": 6}}, {"standaard": {"x": 1}}],
)
def test_a_declaration_that_cannot_be_right_is_refused(change: dict[str, Any]) -> None:
    """Before anything is made from it."""
    with pytest.raises(ValidationError):
        Topology.model_validate(TOPOLOGY.model_dump() | change)


def test_one_stream_may_have_settings_of_its_own() -> None:
    """The others keep the standard."""
    own = Topology.model_validate(TOPOLOGY.model_dump() | {"streams": TOPOLOGY.streams | {"VERZUIM": {"kopieen": 3}}})
    others = [own.stream_config(s).num_replicas for s in STREAMS if s is not VERZUIM]
    assert (3, {1}) == (own.stream_config(VERZUIM).num_replicas, set(others))
