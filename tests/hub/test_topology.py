"""Streams and consumers that are missing or not as declared make a service not ready, by name."""

from collections.abc import Callable
from typing import Any

import pytest
from nats.js.api import ConsumerConfig, StreamConfig

from contracts.subjects import VERZUIM
from hub.rebuild import rebuild
from hub.topology import ensure_consumers, ensure_stream, problems
from tests.hub.toy import jongeren
from tests.hub.world import World


async def test_what_the_reconciler_makes_is_what_was_declared(world: World) -> None:
    """A fresh stream and its consumers show no drift, and making them again changes nothing."""
    assert await ensure_stream(world.nc, world.topology, VERZUIM)
    assert world.topology.partities == await ensure_consumers(world.nc, world.topology, "cases", VERZUIM)
    assert [] == await problems(world.nc, world.topology, "cases", VERZUIM)
    assert not await ensure_stream(world.nc, world.topology, VERZUIM)
    assert 0 == await ensure_consumers(world.nc, world.topology, "cases", VERZUIM, replace=True)


@pytest.mark.parametrize(
    ("setting", "change"),
    [
        ("max_age", lambda config: config.evolve(max_age=config.max_age - 1)),
        ("duplicate_window", lambda config: config.evolve(duplicate_window=60)),
        ("max_msgs", lambda config: config.evolve(max_msgs=10_000)),
        ("max_bytes", lambda config: config.evolve(max_bytes=1_000_000)),
        ("max_msgs_per_subject", lambda config: config.evolve(max_msgs_per_subject=1)),
        ("allow_rollup_hdrs", lambda config: config.evolve(allow_rollup_hdrs=True)),
        ("subject_transform", lambda config: config.evolve(subject_transform=None)),
        ("no_ack", lambda config: config.evolve(no_ack=True)),
    ],
)
async def test_a_stream_that_was_changed_behind_our_back_is_named_with_its_setting(
    world: World, setting: str, change: Callable[[StreamConfig], StreamConfig]
) -> None:
    """Its source and its listener are both not ready."""
    await ensure_stream(world.nc, world.topology, VERZUIM)
    await ensure_consumers(world.nc, world.topology, "cases", VERZUIM)
    await world.nc.jetstream().update_stream(change(world.topology.stream_config(VERZUIM)))
    expected = [f"stream VERZUIM wijkt af in {setting}: herstel de stream of deploy/nats/streams.yaml"]
    assert expected == await problems(world.nc, world.topology, "ingest_duo", VERZUIM)


@pytest.mark.parametrize(
    ("setting", "change"),
    [
        ("max_ack_pending", {"max_ack_pending": 10}),
        ("ack_wait", {"ack_wait": 5}),
        ("headers_only", {"headers_only": True}),
    ],
)
async def test_a_consumer_that_was_changed_behind_our_back_is_named_and_mended(
    world: World, setting: str, change: dict[str, Any]
) -> None:
    """The listener is not ready until `rebuild` makes the consumer anew; then it goes on where it was."""
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    everyone = jongeren(12)
    await world.say(ingest, everyone)
    await world.all_heard()
    name = world.topology.consumers("cases", VERZUIM)[1]
    wanted: ConsumerConfig = world.topology.consumer_configs("cases", VERZUIM)[1]
    await world.nc.jetstream().add_consumer(VERZUIM.name, wanted.evolve(**change))
    await world.alarmed(cases, f"consumer {name} wijkt af in {setting}: voer `schakel rebuild` uit")
    done = await rebuild(world.nc, await world.pool("ingest_duo"), world.topology, VERZUIM)
    assert (1, 0) == (done.consumers_gemaakt, done.opnieuw_gepubliceerd)
    await world.ready(ingest, cases)
    await world.say(ingest, everyone)
    await world.all_heard()


async def test_a_running_service_notices_a_changed_stream(world: World) -> None:
    """Its watchdog says which setting of which stream, and is satisfied when it is put right."""
    ingest = await world.start("ingest_duo")
    declared = world.topology.stream_config(VERZUIM)
    await world.nc.jetstream().update_stream(declared.evolve(max_age=86_400))
    await world.alarmed(ingest, "stream VERZUIM wijkt af in max_age")
    assert not ingest.app.service.watchdog.ready
    await world.nc.jetstream().update_stream(declared)
    await world.ready(ingest)
