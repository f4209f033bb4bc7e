"""Outbox against stream: what is missed, what is not, and what does not belong; by inspection and by counting."""

from datetime import timedelta

import pytest

from contracts.subjects import VERZUIM
from hub.publishing import publish
from hub.reconcile import EXPIRY_MARGIN
from tests.hub.repair import both, compare, restore
from tests.hub.toy import jongeren
from tests.hub.world import World
from tests.waiting import eventually


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


async def test_strange_damaged_and_double_messages_are_told_apart(world: World) -> None:
    """Each is counted under its own name, with its sequence in the stream; the source is not ready."""
    ingest, _ = await both(world)
    jongere, other = jongeren(2)
    await world.say(ingest, [jongere], times=2)
    row = await world.row("ingest_duo", "SELECT * FROM outbox WHERE nr = 1")
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
