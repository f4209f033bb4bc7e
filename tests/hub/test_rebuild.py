"""Streams and consumers that get lost or damaged: noticed, named, and restored from the outbox."""

import asyncio
from pathlib import Path
from uuid import UUID

import pytest

from contracts.subjects import VERZUIM
from hub.errors import NietGereed
from hub.rebuild import Herstel, rebuild
from tests.hub.repair import both, compare, restore
from tests.hub.toy import jongeren
from tests.hub.world import World
from tests.waiting import eventually


def flip_a_bit(file: Path, place: float) -> None:
    """Damages a file at a part of its length."""
    data = bytearray(file.read_bytes())
    data[int(len(data) * place)] ^= 1
    file.write_bytes(data)


async def test_an_undamaged_stream_is_in_order_and_rebuilding_it_does_nothing(world: World) -> None:
    """No event is published, no consumer made, nothing handled again."""
    ingest, cases = await both(world)
    await world.say(ingest, jongeren(20), times=3)
    await world.all_heard()
    found = await compare(world)
    assert found.in_orde
    assert (60, 60) == (found.gepubliceerd, found.aanwezig)
    done = await restore(world)
    assert (False, 0, 0) == (done.stream_gemaakt, done.consumers_gemaakt, done.opnieuw_gepubliceerd)
    await world.ready(ingest, cases)
    assert {1} == set(world.faults.tries.values())


async def test_a_stream_that_never_was_is_compared_and_made(world: World) -> None:
    """Without events there is nothing missing; afterwards the declared stream and consumers are there."""
    await (await world.start("ingest_duo")).app.service.nc.jetstream().delete_stream(VERZUIM.name)
    found = await compare(world)
    assert (False, False, []) == (found.in_orde, found.bestaat, found.ontbrekend)
    done = await restore(world)
    assert (True, world.topology.partities) == (done.stream_gemaakt, done.consumers_gemaakt)
    assert (await compare(world)).in_orde


async def test_a_deleted_consumer_is_noticed_and_restored(world: World) -> None:
    """What was said meanwhile is handled; the service resumes by itself."""
    ingest, cases = await both(world)
    everyone = jongeren(20)
    await world.say(ingest, everyone)
    await world.all_heard()
    name = world.topology.consumers("cases", VERZUIM)[2]
    await world.nc.jetstream().delete_consumer(VERZUIM.name, name)
    await world.say(ingest, everyone)
    await world.alarmed(cases, f"consumer {name} ontbreekt")
    done = await restore(world)
    assert (1, 0) == (done.consumers_gemaakt, done.opnieuw_gepubliceerd)
    await world.ready(ingest, cases)
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())


async def test_a_deleted_stream_is_noticed_and_restored(world: World) -> None:
    """Its source and its listener say so; the events of before and during the loss all arrive, once."""
    ingest, cases = await both(world)
    everyone = jongeren(30)
    await world.say(ingest, everyone, times=3)
    await world.all_heard()
    assert (await compare(world)).in_orde
    await world.nc.jetstream().delete_stream(VERZUIM.name)
    await world.say(ingest, everyone, times=2)
    await world.alarmed(ingest, "stream VERZUIM ontbreekt")
    await world.alarmed(cases, "stream VERZUIM ontbreekt")
    done = await restore(world)
    assert (True, 90, world.topology.partities) == (
        done.stream_gemaakt, done.opnieuw_gepubliceerd, done.consumers_gemaakt,
    )  # fmt: skip
    await world.ready(ingest, cases)
    await world.all_heard()
    found = await compare(world)
    assert (True, 150, 0) == (found.in_orde, found.aanwezig, found.dubbel)
    assert {1} == set(world.faults.tries.values())


@pytest.mark.parametrize(
    ("crash", "place"), [(False, 0.5), (False, 0.995), (True, 0.05)], ids=["stopped", "stopped, at the end", "killed"]
)
async def test_a_flipped_bit_is_noticed_named_and_restored(
    world: World, monkeypatch: pytest.MonkeyPatch, crash: bool, place: float
) -> None:
    """Whether the broker knows of its loss or still counts what it cannot read; the listener had heard only half."""
    monkeypatch.setattr("hub.reconcile._SILENCE", 0.3)
    ingest, cases = await both(world)
    everyone = jongeren(30)
    await world.say(ingest, everyone, times=3)
    await world.all_heard()
    await world.stop(cases)
    await world.say(ingest, everyone, times=3)
    assert (await compare(world)).in_orde
    nats = world.servers.nats
    nats.kill() if crash else await nats.stop()
    [file] = nats.folder.rglob(f"streams/{VERZUIM.name}/msgs/*.blk")
    flip_a_bit(file, place)
    await nats.start()
    await world.alarmed(ingest, "stream VERZUIM mist")
    assert not ingest.app.service.watchdog.ready

    found = await compare(world)
    assert found.ontbrekend
    assert 180 == found.gepubliceerd == found.aanwezig + len(found.ontbrekend)
    cases = await world.start("cases")
    done = await restore(world)
    assert done.opnieuw_gepubliceerd >= len(found.ontbrekend)
    assert (True, 180, 0) == (done.achteraf.in_orde, done.achteraf.aanwezig, done.achteraf.dubbel)
    await world.ready(ingest, cases)
    await world.say(ingest, everyone)
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())


async def test_events_the_broker_remembers_and_lost_get_another_id(world: World) -> None:
    """After a purge the broker would confirm the old ids without storing anything."""
    ingest, cases = await both(world)
    await world.say(ingest, jongeren(20))
    await world.all_heard()
    assert (await compare(world)).in_orde
    js = world.nc.jetstream()
    await js.purge_stream(VERZUIM.name)
    await world.alarmed(ingest, "stream VERZUIM mist 20 gebeurtenissen")
    done = await restore(world)
    assert (20, True, 20) == (done.opnieuw_gepubliceerd, done.achteraf.in_orde, done.achteraf.aanwezig)
    last = await js.get_msg(VERZUIM.name, seq=40)
    assert (last.headers or {})["Nats-Msg-Id"].endswith(".herstel-20")
    await world.ready(ingest, cases)
    await world.say(ingest, jongeren(20))
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())


async def test_a_stream_is_rebuilt_while_events_flow(world: World) -> None:
    """Deleted in full flow: what the relay and the rebuild publish between each other arrives once and in order."""
    ingest, cases = await both(world)
    everyone = jongeren(30)
    saying = asyncio.create_task(world.say(ingest, everyone, times=40))
    await eventually(lambda: world.faults.tries.total() >= 300, "a quarter is heard")
    await world.nc.jetstream().delete_stream(VERZUIM.name)
    await world.alarmed(ingest, "stream VERZUIM ontbreekt")
    await restore(world)
    await saying
    await restore(world)
    await world.ready(ingest, cases)
    await world.all_heard()
    assert (await compare(world)).in_orde


async def test_only_one_rebuild_of_a_stream_runs_at_a_time(world: World) -> None:
    """The other is refused, and may be run afterwards."""
    ingest = await world.start("ingest_duo")
    await world.say(ingest, jongeren(5))
    assert (await compare(world)).in_orde
    await world.nc.jetstream().delete_stream(VERZUIM.name)
    outcomes = await asyncio.gather(restore(world), restore(world), return_exceptions=True)
    assert [Herstel, NietGereed] == sorted((type(o) for o in outcomes), key=lambda t: t.__name__)
    assert 0 == (await restore(world)).opnieuw_gepubliceerd


async def test_consumers_that_passed_the_lost_messages_start_again(world: World) -> None:
    """A replicated consumer may be ahead of a stream that fell back; it would skip what comes in the freed places."""
    ingest, cases = await both(world)
    everyone = jongeren(20)
    await world.say(ingest, everyone)
    await world.all_heard()
    assert (await compare(world)).in_orde
    js = world.nc.jetstream()
    await js.purge_stream(VERZUIM.name, keep=10)
    for name in world.topology.consumers("cases", VERZUIM):
        await js.reset_consumer(VERZUIM.name, name, seq=10_000)
    await restore(world)
    await world.say(ingest, everyone)
    await world.ready(ingest, cases)
    await world.all_heard()


async def test_a_stream_that_does_not_keep_what_it_is_given_is_made_anew(world: World) -> None:
    """Mending it does not help, here because of a limit it should not have; running services go on by themselves."""
    ingest, cases = await both(world)
    everyone = jongeren(20)
    await world.say(ingest, everyone)
    await world.all_heard()
    assert (await compare(world)).in_orde
    await world.nc.jetstream().update_stream(world.topology.stream_config(VERZUIM).evolve(max_msgs=5))
    await world.alarmed(ingest, "stream VERZUIM mist 15 gebeurtenissen")
    done = await restore(world)
    assert 15 == len(done.vooraf.ontbrekend)
    assert (True, 20, True) == (done.stream_gemaakt, done.opnieuw_gepubliceerd, done.achteraf.in_orde)
    await world.say(ingest, everyone)
    await world.ready(ingest, cases)
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())


class Interrupted(Exception):
    """Somebody pressed Ctrl-C."""


async def test_an_interrupted_rebuild_goes_on_where_it_was(world: World) -> None:
    """The second run finds what the first one restored; nothing stands twice in the stream."""
    ingest, cases = await both(world)
    await world.say(ingest, jongeren(30), times=20)
    await world.all_heard()
    assert (await compare(world)).in_orde
    await world.nc.jetstream().delete_stream(VERZUIM.name)
    heard: list[tuple[int, int]] = []

    def interrupt(done: int, total: int) -> None:
        heard.append((done, total))
        raise Interrupted

    pool = await world.pool("ingest_duo")
    with pytest.raises(Interrupted):
        await rebuild(world.nc, pool, world.topology, VERZUIM, progress=interrupt)
    assert [(500, 600)] == heard
    done = await restore(world)
    assert (100, 600, 0) == (done.opnieuw_gepubliceerd, done.achteraf.aanwezig, done.achteraf.dubbel)
    await world.ready(ingest, cases)
    assert {1} == set(world.faults.tries.values())


async def test_a_new_listener_of_a_rebuilt_stream_hears_every_event_in_order(world: World) -> None:
    """A loss in the middle is restored at the end of the stream; whoever listens for the first time waits for it."""
    ingest = await world.start("ingest_duo")
    everyone: list[UUID] = jongeren(10)
    await world.say(ingest, everyone, times=3)
    assert (await compare(world)).in_orde
    await world.nc.jetstream().purge_stream(VERZUIM.name, subject=VERZUIM.jongere_filter(everyone[0]))
    await world.nc.jetstream().purge_stream(VERZUIM.name, keep=15)
    await restore(world)
    await world.start("cases")
    await world.all_heard()
