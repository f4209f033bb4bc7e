"""The error policy on real servers: who waits, who goes on, and how it ends."""

from datetime import timedelta
from functools import partial
from uuid import UUID

import pytest

from hub.clock import SystemClock, VirtualClock
from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.messages import Message
from hub.waiting import HORIZON
from schakel.parking import drop, release
from tests.hub.toy import GEMEENTE, Tel, jongeren
from tests.hub.world import World
from tests.waiting import eventually


async def parked_at_two(world: World) -> tuple[UUID, UUID]:
    """A jongere whose number 2 is parked, with 3 and 4 behind it, and one that went on to 4."""
    ingest, _ = await world.start("ingest_duo"), await world.start("cases")
    stuck, free = jongeren(2)
    world.faults.raising[stuck, 2] = Ongeldig("kan niet", "veld")
    await world.say(ingest, [stuck, free], times=4)
    await world.hears({stuck: (1,), free: (1, 2, 3, 4)})
    await world.waits([(2, "geparkeerd"), (3, "wacht"), (4, "wacht")])
    return stuck, free


async def test_a_parked_event_holds_up_its_own_jongere_only(world: World) -> None:
    """It was tried once, and says why without a value; later numbers wait behind it."""
    stuck, _ = await parked_at_two(world)
    assert 1 == world.faults.tries[stuck, 2]
    assert 0 == world.faults.tries[stuck, 3]
    first, *_ = await world.waiting_rows()
    assert ("ongeldig", "veld: kan niet", 1) == (first["klasse"], first["reden"], first["pogingen"])


async def test_a_released_event_and_all_behind_it_run_in_order(world: World) -> None:
    """After the cause is mended nothing is lost."""
    await parked_at_two(world)
    world.faults.raising.clear()
    first, *_ = await world.waiting_rows()
    assert {"vrijgegeven": 1} == await release(world.settings, "cases", first["id"], "test")
    await world.all_heard()
    assert [] == await world.waiting()


async def test_an_event_released_too_early_is_parked_again(world: World) -> None:
    """Nothing overtakes it meanwhile."""
    stuck, _ = await parked_at_two(world)
    first, *_ = await world.waiting_rows()
    await release(world.settings, "cases", first["id"], "test")
    await eventually(lambda: 2 == world.faults.tries[stuck, 2], "tried again")
    await world.waits([(2, "geparkeerd"), (3, "wacht"), (4, "wacht")])
    assert 0 == world.faults.tries[stuck, 3]


async def test_dropping_a_parked_event_lets_the_later_ones_go_on(world: World) -> None:
    """What was dropped stays out, and who dropped it why stays known."""
    stuck, free = await parked_at_two(world)
    first, *_ = await world.waiting_rows()
    await drop(world.settings, "cases", first["id"], "bestaat niet meer", "test")
    await world.hears({stuck: (1, 3, 4), free: (1, 2, 3, 4)})
    kept = await world.row("cases", "SELECT actie, sequence, reden FROM wachtrijbesluit")
    assert ("vervallen", 2, "bestaat niet meer") == tuple(kept)


async def test_a_transient_fault_is_retried_when_its_time_has_come(world: World) -> None:
    """It is due at its moment and not before; each jump past that gives one try; then all goes on."""
    clock = VirtualClock(SystemClock().now())
    world.system = clock
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    [jongere] = jongeren(1)
    world.faults.raising[jongere, 1] = Tijdelijk("straks misschien")
    await world.say(ingest, [jongere], times=2)

    async def failed(times: int) -> bool:
        rows = await world.waiting_rows()
        return [(times, "opnieuw"), (0, "wacht")] == [(r["pogingen"], r["staat"]) for r in rows]

    for times in (1, 2, 3):
        await eventually(partial(failed, times), f"failed {times} times")
        assert times == world.faults.tries[jongere, 1]
        first, _ = await world.waiting_rows()
        room, moment = cases.app.service.room, first["volgende_poging"]
        assert [] == await room.due(moment - timedelta(microseconds=1), 10)
        assert [1] == [message.sequence for message in await room.due(moment, 10)]
        if times == 3:
            world.faults.raising.clear()
        clock.set(moment)
        cases.app.service.wake()
    await world.all_heard()


async def test_a_transient_fault_is_parked_only_at_the_horizon(world: World) -> None:
    """Just before seven days it is tried again, at seven days it is parked."""
    clock = VirtualClock(SystemClock().now())
    world.system = clock
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    [jongere] = jongeren(1)
    world.faults.raising[jongere, 1] = Tijdelijk("straks misschien")
    await world.say(ingest, [jongere])

    async def is_in(pogingen: int, staat: str) -> bool:
        return [(pogingen, staat, "tijdelijk")] == [
            (r["pogingen"], r["staat"], r["klasse"]) for r in await world.waiting_rows()
        ]

    await eventually(lambda: is_in(1, "opnieuw"), "failed once")
    clock.advance(HORIZON - timedelta(seconds=5))
    cases.app.service.wake()
    await eventually(lambda: is_in(2, "opnieuw"), "tried again just before the horizon")
    clock.advance(timedelta(seconds=5))
    cases.app.service.wake()
    await eventually(lambda: is_in(3, "geparkeerd"), "parked at the horizon")


async def test_a_partner_that_is_down_holds_the_queue_and_burns_no_attempts(world: World) -> None:
    """The circuit opens, new events stay in the stream, one probe goes at a time; then all is handled once."""
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    world.faults.partner_down = True
    everyone = jongeren(20)
    await world.say(ingest, everyone)
    circuit = cases.app.service._circuit
    await eventually(lambda: circuit.is_open, "the circuit is open")
    held = len(await world.waiting())
    asked = world.faults.asked
    await world.say(ingest, everyone, times=2)
    await eventually(lambda: world.faults.asked >= asked + 2, "the partner was probed twice")
    assert held == len(await world.waiting())
    assert {("opnieuw", 0, "partner")} == {(r["staat"], r["pogingen"], r["klasse"]) for r in await world.waiting_rows()}
    assert 0 == world.faults.tries.total()
    world.faults.partner_down = False
    await world.all_heard()
    assert not circuit.is_open
    assert {1} == set(world.faults.tries.values())


async def test_a_command_that_meets_a_partner_that_is_down_does_not_hold_the_queue_for_ever(world: World) -> None:
    """It is refused and leaves nothing behind to probe with; the next event does that."""
    ingest, cases = await world.start("ingest_duo"), await world.start("cases")
    world.faults.partner_down = True
    [refused] = await cases.app.service.execute([Message(jongeren(1)[0], GEMEENTE, Tel(1))])
    assert isinstance(refused.error, PartnerOnbereikbaar)
    world.faults.partner_down = False
    await world.say(ingest, jongeren(2))
    await world.all_heard()


async def test_an_event_that_the_database_refuses_parks_alone(world: World) -> None:
    """It fails in the statement that stores a whole batch; everybody else in that batch is handled."""
    ingest = await world.start("ingest_duo")
    unlucky, *others = jongeren(10)
    world.faults.refused.add(unlucky)
    await world.say(ingest, [*others, unlucky], times=3)
    await world.start("cases")
    await world.hears(dict.fromkeys(others, (1, 2, 3)))
    await world.waits([(1, "geparkeerd"), (2, "wacht"), (3, "wacht")])
    first, *_ = await world.waiting_rows()
    assert ("onverwacht", "NotNullViolationError", 3) == (first["klasse"], first["reden"], first["pogingen"])


@pytest.mark.parametrize("where", ["loading", "saving"])
async def test_a_fault_in_the_code_of_a_repository_parks_one_jongere(world: World, where: str) -> None:
    """Not the line: an unexpected exception outside the handler is found to belong to one event."""
    ingest = await world.start("ingest_duo")
    unlucky, *others = jongeren(10)
    getattr(world.faults, where).add(unlucky)
    await world.say(ingest, [*others, unlucky], times=3)
    cases = await world.start("cases")

    async def parked() -> bool:
        return [(1, "geparkeerd"), (2, "wacht"), (3, "wacht")] == await world.waiting()

    await eventually(parked, "only that jongere is parked")
    await world.drained()
    assert dict.fromkeys(others, (1, 2, 3)) == await world.heard()
    assert 0 == cases.restarts
    getattr(world.faults, where).clear()
    await release(world.settings, "cases", None, "test")
    await world.all_heard()
