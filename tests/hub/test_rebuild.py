"""Streams and consumers that get lost or damaged: noticed, named, and restored from the outbox."""

import asyncio
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

from contracts.subjects import VERZUIM
from hub.errors import NietGereed
from hub.publishing import publish
from hub.rebuild import Herstel, rebuild
from hub.reconcile import EXPIRY_MARGIN, Verschil, reconcile
from hub.supervise import Supervised
from tests.hub.toy import ToyApp, World, eventually, jongeren


async def compare(world: World) -> Verschil:
    """What differs between the outbox of `ingest_duo` and VERZUIM, once the cursor has been stored."""
    pool = await world.pool("ingest_duo")
    await eventually(
        lambda: pool.fetchval("SELECT gepubliceerd_tot = laatste_nr FROM outbox_stand"), "everything was published"
    )
    return await reconcile(world.nc, pool, VERZUIM, world.topology)


async def restore(world: World) -> Herstel:
    """Rebuilds VERZUIM."""
    return await rebuild(world.nc, await world.pool("ingest_duo"), world.topology, VERZUIM)


async def both(world: World) -> tuple[Supervised[ToyApp], Supervised[ToyApp]]:
    """The two services, running."""
    return await world.start("ingest_duo"), await world.start("cases")


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
    assert len(found.ontbrekend) == done.opnieuw_gepubliceerd
    assert (True, 180, 0) == (done.achteraf.in_orde, done.achteraf.aanwezig, done.achteraf.dubbel)
    await world.ready(ingest, cases)
    await world.say(ingest, everyone)
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())


async def test_reconcile_names_exactly_what_is_missing(world: World) -> None:
    """Of events that were never stored it gives the numbers in the outbox."""
    ingest = await world.start("ingest_duo")
    await world.say(ingest, jongeren(20))
    assert (await compare(world)).in_orde
    pool = await world.pool("ingest_duo")
    events = await pool.fetch("SELECT nr, subject FROM outbox WHERE nr = ANY($1)", [3, 4, 17])
    js = world.nc.jetstream()
    for event in events:
        await js.purge_stream(VERZUIM.name, subject=f"{event['subject']}.*")
    assert [3, 4, 17] == (await compare(world)).ontbrekend


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


async def test_strange_damaged_and_double_messages_are_told_apart(world: World) -> None:
    """Each is counted under its own name, with its sequence in the stream; the source is not ready."""
    ingest, _ = await both(world)
    jongere, other = jongeren(2)
    await world.say(ingest, [jongere], times=2)
    pool = await world.pool("ingest_duo")
    row = await pool.fetchrow("SELECT * FROM outbox WHERE nr = 1")
    await eventually(lambda: ingest.app.service.relay.published_to == 2, "published")
    first = world.event(jongere, 1)._replace(body=row["bericht"])
    await publish(world.nc, VERZUIM.name, [first._replace(herstel=".a")])
    await publish(world.nc, VERZUIM.name, [first._replace(herstel=".b", body=row["bericht"].replace(b"}", b" }", 1))])
    await publish(world.nc, VERZUIM.name, [world.event(other, 1)])
    await world.nc.jetstream().publish(first.subject, first.body)
    found = await compare(world)
    assert ([], [4], [5, 6], 1) == (found.ontbrekend, found.beschadigd, found.onbekend, found.dubbel)
    assert not found.in_orde
    ingest.app.service.watchdog.inspect_soon()
    await world.alarmed(ingest, "stream VERZUIM bevat 3 berichten die anders of niet in de outbox staan")


@pytest.mark.parametrize(("minutes", "missed"), [(-1, [1, 2, 3]), (1, [2, 3])], ids=["younger", "older"])
async def test_an_event_that_is_too_old_for_the_stream_is_not_missed(
    world: World, minutes: int, missed: list[int]
) -> None:
    """Below the declared greatest age, less a margin for the clocks, it is missed; above it is not."""
    ingest = await world.start("ingest_duo")
    await world.say(ingest, jongeren(3))
    assert (await compare(world)).in_orde
    await make_older(world, 1, minutes)
    await world.nc.jetstream().delete_stream(VERZUIM.name)
    assert missed == (await compare(world)).ontbrekend


async def make_older(world: World, number: int, minutes: int) -> None:
    """Dates an event back to so many minutes past the age from which it is not missed."""
    age = timedelta(seconds=world.topology.stream_config(VERZUIM).max_age or 0) - EXPIRY_MARGIN
    pool = await world.pool("ingest_duo")
    await pool.execute(
        "UPDATE outbox SET op = now() - $2::interval WHERE nr = $1", number, age + timedelta(minutes=minutes)
    )


async def test_a_stream_made_anew_satisfies_the_watchdog_without_its_oldest_events(world: World) -> None:
    """It is younger than its greatest age and begins at sequence 1, and yet misses nothing."""
    ingest, cases = await both(world)
    await world.say(ingest, jongeren(5))
    await world.all_heard()
    assert (await compare(world)).in_orde
    await make_older(world, 1, 1)
    await make_older(world, 2, 1)
    await world.nc.jetstream().delete_stream(VERZUIM.name)
    await world.alarmed(ingest, "ontbreekt")
    done = await restore(world)
    assert 3 == done.opnieuw_gepubliceerd == await world.stored()
    await world.ready(ingest, cases)


async def test_the_watchdog_misses_the_head_of_a_stream_that_is_not_old(world: World) -> None:
    """A stream that lost its first events starts at a higher sequence, as one does that dropped old events."""
    ingest, _ = await both(world)
    await world.say(ingest, jongeren(10))
    await world.all_heard()
    await world.nc.jetstream().purge_stream(VERZUIM.name, seq=8)
    await world.alarmed(ingest, "stream VERZUIM mist 7 gebeurtenissen")
    assert 7 == (await restore(world)).opnieuw_gepubliceerd
    await world.ready(ingest)


async def test_erased_events_are_not_missed(world: World) -> None:
    """When a jongere is erased from outbox and stream, neither the watchdog nor reconcile asks for it back."""
    ingest, cases = await both(world)
    erased, *others = jongeren(5)
    await world.say(ingest, [erased, *others], times=2)
    await world.all_heard()
    assert (await compare(world)).in_orde
    pool = await world.pool("ingest_duo")
    await pool.execute("DELETE FROM outbox WHERE jongere_id = $1", erased)
    await world.nc.jetstream().purge_stream(VERZUIM.name, subject=VERZUIM.jongere_filter(erased))
    await world.ready(ingest, cases)
    assert (await compare(world)).in_orde
    assert 0 == (await restore(world)).opnieuw_gepubliceerd


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
