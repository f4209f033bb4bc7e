"""Servers and instances that die while events flow."""

import asyncio

import pytest

from contracts.subjects import VERZUIM
from hub.errors import NietGereed
from hub.messages import Message
from hub.reconcile import reconcile
from tests.hub.toy import GEMEENTE, Tel, jongeren
from tests.hub.world import World, runs
from tests.waiting import eventually


async def test_a_killed_broker_loses_and_doubles_nothing(world: World) -> None:
    """SIGKILL while both services are at work; everybody resumes by itself."""
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    saying = asyncio.create_task(world.say(ingest, jongeren(40), times=20))
    await eventually(lambda: world.faults.tries.total() >= 200, "a quarter is heard")
    world.servers.nats.kill()
    await world.servers.nats.start()
    await saying
    await world.all_heard(deadline=12)
    await world.ready(ingest, cases)
    assert (0, 0) == (ingest.restarts, cases.restarts)
    found = await reconcile(world.nc, await world.pool("ingest_duo"), VERZUIM)
    assert found.in_orde


async def test_a_killed_database_loses_and_doubles_nothing(world: World) -> None:
    """SIGKILL while both services are at work; both end, start again from the record, and go on at once.

    Events that were delivered and not yet handled come back without waiting for the broker's `ack_wait` of minutes.
    """
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    saying = asyncio.create_task(world.say(ingest, jongeren(40), times=20))
    await eventually(lambda: world.faults.tries.total() >= 200, "a quarter is heard")
    world.servers.postgres.kill()
    await world.servers.postgres.start()
    await saying
    await world.all_heard()
    assert (True, True) == (ingest.restarts > 0, cases.restarts > 0)
    await world.ready(ingest, cases)


async def test_what_was_delivered_to_an_instance_that_died_comes_back_at_once(world: World) -> None:
    """The lease breaks in the middle of a batch that is not acknowledged; the next instance gets it again, in order."""
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    everyone = jongeren(20)
    await world.say(ingest, everyone)
    await world.all_heard()
    world.faults.partner_down = True
    await world.say(ingest, everyone, times=5)
    await eventually(lambda: cases.app.service._circuit.is_open, "batches are held")
    await _break_lease(world)
    await eventually(lambda: cases.restarts == 1 and runs(cases), "a new instance runs")
    world.faults.partner_down = False
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())


async def test_a_batch_that_cannot_even_be_put_aside_ends_the_service_and_is_not_acknowledged(world: World) -> None:
    """The hub's own tables fail: nothing goes on behind the lost batch, and after the repair it comes again."""
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    everyone = jongeren(10)
    await world.say(ingest, everyone)
    await world.all_heard()
    pool = await world.pool("cases")
    await pool.execute("ALTER TABLE stand RENAME TO stand_weg")
    try:
        await world.say(ingest, everyone, times=3)
        await eventually(lambda: cases.restarts >= 2, "the service ended and started again")
    finally:
        await pool.execute("ALTER TABLE stand_weg RENAME TO stand")
    await world.all_heard()


async def test_a_second_instance_stands_by_and_takes_over(world: World) -> None:
    """One active instance per service; when it ends the other one goes on."""
    ingest, first = await world.start("ingest_duo"), await world.start("cases")
    second = world.begin("cases")
    pool = await world.pool("cases")
    await eventually(
        lambda: pool.fetchval(
            "SELECT count(*) = 2 FROM pg_stat_activity WHERE application_name = 'schakel cases lease'"
        ),
        "the second instance waits for the lease",
    )
    everyone = jongeren(10)
    await world.say(ingest, everyone)
    await world.all_heard()
    assert (True, False) == (runs(first), runs(second))
    await world.stop(first)
    await eventually(lambda: runs(second), "the second instance runs")
    await world.say(ingest, everyone)
    await world.all_heard()
    assert {1} == set(world.faults.tries.values())


async def test_a_command_to_a_service_that_has_ended_is_refused_and_does_not_hang(world: World) -> None:
    """Its caller gets `NietGereed` and may try the next instance."""
    ingest = await world.start("ingest_duo")
    ended = ingest.app.service
    await world.stop(ingest)
    with pytest.raises(NietGereed, match="ingest_duo is gestopt"):
        await ended.execute([Message(jongeren(1)[0], GEMEENTE, Tel(1))])


async def _break_lease(world: World) -> None:
    """Ends the connection that holds the lease of `cases`, as a network would."""
    pool = await world.pool("cases")
    ended = await pool.fetchval(
        """SELECT count(pg_terminate_backend(a.pid)) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
           WHERE a.application_name = 'schakel cases lease' AND l.locktype = 'advisory' AND l.granted"""
    )
    assert 1 == ended
