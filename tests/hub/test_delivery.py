"""From outbox over the broker to the inbox: everything once and in order."""

import pytest

from contracts.subjects import VERZUIM, ZAKEN
from hub.publishing import ATOMIC_MIN, PublishFailed, publish
from hub.topology import ensure_consumers, ensure_stream
from tests.hub.toy import jongeren
from tests.hub.world import World
from tests.waiting import eventually


async def test_what_one_service_says_the_other_handles_once_and_in_order(world: World) -> None:
    """Two services, sixty jongeren, ten numbers each; both say they are ready."""
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    await world.say(ingest, jongeren(60), times=10)
    await world.all_heard()
    assert 600 == await world.stored()
    assert {1} == set(world.faults.tries.values())
    await world.ready(ingest, cases)


async def test_a_service_stays_ready_while_nothing_happens_and_starts_again_from_its_record(world: World) -> None:
    """Stopped and started again, it hears only what it had not heard."""
    ingest, first = await world.start("ingest_duo"), await world.start("cases")
    everyone = jongeren(5)
    await world.say(ingest, everyone, times=2)
    await world.all_heard()
    await world.stop(first)
    await world.say(ingest, everyone, times=2)
    cases = await world.start("cases")
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())
    await world.ready(ingest, cases)


async def test_the_database_knows_what_was_published_soon_after_it_becomes_quiet(world: World) -> None:
    """The cursor of the relay does not wait for a next transaction to ride along with."""
    ingest = await world.start("ingest_duo")
    await world.say(ingest, jongeren(3))
    pool = await world.pool("ingest_duo")
    await eventually(
        lambda: pool.fetchval("SELECT gepubliceerd_tot = 3 AND laatste_nr = 3 FROM outbox_stand"), "cursor is stored"
    )


async def test_an_event_that_stands_twice_in_the_stream_is_handled_once(world: World) -> None:
    """The broker knows a repeated id; one it does not know, the inbox does."""
    await ensure_stream(world.nc, world.topology, VERZUIM)
    await world.start("cases")
    [jongere] = jongeren(1)
    first = world.event(jongere, 1)
    assert [] == await publish(world.nc, VERZUIM.name, [first])
    assert [first] == await publish(world.nc, VERZUIM.name, [first])
    await publish(world.nc, VERZUIM.name, [first._replace(herstel=".herstel-1"), world.event(jongere, 2)])
    await eventually(lambda: world.faults.tries[jongere, 2], "2 is heard")
    await world.drained()
    assert 3 == await world.stored()
    assert {jongere: (1, 2)} == await world.heard()
    assert {(jongere, 1): 1, (jongere, 2): 1} == world.faults.tries


async def test_a_number_that_comes_before_its_predecessor_waits_for_it(world: World) -> None:
    """2 and 3 are kept in the waiting room until 1 comes; another jongere goes on."""
    await ensure_stream(world.nc, world.topology, VERZUIM)
    await world.start("cases")
    early, other = jongeren(2)
    await publish(world.nc, VERZUIM.name, [world.event(early, 3), world.event(early, 2), world.event(other, 1)])
    await eventually(lambda: world.faults.tries[other, 1], "the other is heard")
    await world.drained()
    assert [(3, "wacht"), (2, "wacht")] == await world.waiting()
    assert {other: (1,)} == await world.heard()
    await publish(world.nc, VERZUIM.name, [world.event(early, 1)])
    world.said.update({early: 3, other: 1})
    await world.all_heard()
    assert [] == await world.waiting()


async def test_numbers_that_arrive_reversed_in_one_batch_are_handled_at_once(world: World) -> None:
    """Nothing stays behind in the waiting room for the next round of the sweeper."""
    await ensure_stream(world.nc, world.topology, VERZUIM)
    await ensure_consumers(world.nc, world.topology, "cases", VERZUIM)
    [jongere] = jongeren(1)
    await publish(world.nc, VERZUIM.name, [world.event(jongere, n) for n in (3, 2, 4, 1, 2)])
    await world.start("cases")
    world.said[jongere] = 4
    await world.all_heard(deadline=5)


@pytest.mark.parametrize("number", [1, ATOMIC_MIN - 1, ATOMIC_MIN])
async def test_publishing_to_a_missing_stream_raises(world: World, number: int) -> None:
    """One by one and as an atomic batch: without a stream there is no confirmation."""
    [jongere] = jongeren(1)
    with pytest.raises(PublishFailed):
        await publish(world.nc, VERZUIM.name, [world.event(jongere, n + 1) for n in range(number)])


async def test_a_confirmation_by_another_stream_is_not_taken(world: World) -> None:
    """Whoever makes a stream with our subjects does not make us believe that our own holds the event."""
    await ensure_stream(world.nc, world.topology, VERZUIM)
    [jongere] = jongeren(1)
    with pytest.raises(PublishFailed, match="'VERZUIM', expected 'ZAKEN'"):
        await publish(world.nc, ZAKEN.name, [world.event(jongere, 1)])


async def test_nothing_counts_as_published_while_the_stream_is_missing(world: World) -> None:
    """The events stay in the outbox and go out when the stream is there again."""
    ingest = await world.start("ingest_duo")
    await world.nc.jetstream().delete_stream(VERZUIM.name)
    await world.say(ingest, jongeren(20))
    await world.alarmed(ingest, "stream VERZUIM ontbreekt")
    cursor = await world.row("ingest_duo", "SELECT laatste_nr, gepubliceerd_tot FROM outbox_stand")
    assert (20, 0) == tuple(cursor)
    assert 0 == ingest.app.service.relay.published_to
    await ensure_stream(world.nc, world.topology, VERZUIM)
    await eventually(lambda: 20 == ingest.app.service.relay.published_to, "published")
    assert 20 == await world.stored()


async def test_an_atomic_batch_with_a_known_event_goes_one_by_one(world: World) -> None:
    """The broker refuses such a batch whole; what is new in it gets in all the same, in order."""
    await ensure_stream(world.nc, world.topology, VERZUIM)
    [jongere] = jongeren(1)
    events = [world.event(jongere, n) for n in range(1, ATOMIC_MIN + 1)]
    before = [events[2], events[5]]
    assert [] == await publish(world.nc, VERZUIM.name, before)
    assert before == await publish(world.nc, VERZUIM.name, events)
    assert ATOMIC_MIN == await world.stored()
