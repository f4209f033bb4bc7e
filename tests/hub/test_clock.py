"""The one source of time: real for production, virtual for everything that plays a school year."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.clock import AMSTERDAM, Clock, SystemClock, VirtualClock

START = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)  # dinsdag


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2027, 3, 27, 22, 59, tzinfo=UTC), date(2027, 3, 27)),  # 23.59 wintertijd
        (datetime(2027, 3, 27, 23, 0, tzinfo=UTC), date(2027, 3, 28)),  # zondag, de nacht naar zomertijd begint
        (datetime(2027, 3, 28, 21, 59, tzinfo=UTC), date(2027, 3, 28)),  # 23.59 zomertijd
        (datetime(2027, 3, 28, 22, 0, tzinfo=UTC), date(2027, 3, 29)),  # maandag
        (datetime(2026, 10, 24, 21, 59, tzinfo=UTC), date(2026, 10, 24)),  # 23.59 zomertijd
        (datetime(2026, 10, 24, 22, 0, tzinfo=UTC), date(2026, 10, 25)),  # zondag, de nacht naar wintertijd begint
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),  # 23.59 wintertijd
        (datetime(2026, 10, 25, 23, 0, tzinfo=UTC), date(2026, 10, 26)),  # maandag
        (datetime(2026, 12, 31, 23, 0, tzinfo=UTC), date(2027, 1, 1)),  # in UTC nog het oude jaar
    ],
)
def test_today_turns_at_dutch_midnight_also_around_the_change_of_summer_time(moment: datetime, expected: date) -> None:
    """The date is that of Europe/Amsterdam, not of UTC."""
    assert expected == VirtualClock(moment).today()


def test_now_is_always_in_utc_whatever_zone_it_was_set_in() -> None:
    """A start in Dutch time becomes the same moment in UTC."""
    clock = VirtualClock(datetime(2026, 9, 1, 10, 0, tzinfo=AMSTERDAM))
    expected = (START, UTC)
    assert expected == (clock.now(), clock.now().tzinfo)


def test_advance_over_the_change_of_summer_time_counts_elapsed_hours() -> None:
    """A day of 24 elapsed hours ends an hour later on the Dutch clock in spring."""
    clock = VirtualClock(datetime(2027, 3, 27, 12, 0, tzinfo=AMSTERDAM))  # zaterdag
    clock.advance(timedelta(days=1))
    assert datetime(2027, 3, 28, 13, 0, tzinfo=AMSTERDAM) == clock.now()


def test_a_virtual_clock_stands_still_and_may_be_set_to_the_same_moment() -> None:
    """Setting the present moment again is no step back."""
    clock = VirtualClock(START)
    clock.set(START)
    expected = START
    assert expected == clock.now()


def test_a_virtual_clock_never_runs_backwards() -> None:
    """One microsecond back is refused, and leaves the time as it was."""
    clock = VirtualClock(START)
    with pytest.raises(ValueError, match="backwards"):
        clock.set(START - timedelta(microseconds=1))
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(timedelta(microseconds=-1))
    expected = START
    assert expected == clock.now()


def test_a_moment_without_time_zone_is_refused() -> None:
    """A naive moment could mean two different things."""
    naive = datetime(2026, 9, 1, 8, 0)  # noqa: DTZ001 - that is the point
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(naive)
    with pytest.raises(ValueError, match="time zone"):
        VirtualClock(START).set(naive)


async def _asleep(clock: Clock, log: list[str], naps: list[tuple[str, float]]) -> list[asyncio.Task[None]]:
    """Start one sleeper per nap, in order, and return when all of them are asleep."""

    async def nap(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        log.append(name)

    tasks = [asyncio.create_task(nap(name, seconds)) for name, seconds in naps]
    await asyncio.sleep(0)
    return tasks


async def test_sleepers_wake_by_due_moment_and_then_by_arrival() -> None:
    """One jump wakes who is due at or before it, in a fixed order, and nobody else."""
    clock = VirtualClock(START)
    log: list[str] = []
    naps = [("ten, first", 10.0), ("five", 5.0), ("ten, second", 10.0), ("eleven", 11.0)]
    tasks = await _asleep(clock, log, naps)
    clock.advance(timedelta(seconds=10))
    await asyncio.gather(*tasks[:3])
    expected = ["five", "ten, first", "ten, second"]
    assert expected == log
    clock.advance(timedelta(seconds=1))
    await tasks[3]
    assert [*expected, "eleven"] == log


@pytest.mark.parametrize(("jump", "awake"), [(9.999999, False), (10.0, True), (10.000001, True)])
async def test_a_sleeper_wakes_at_its_moment_and_not_before(jump: float, awake: bool) -> None:
    """A microsecond too early leaves it asleep."""
    clock = VirtualClock(START)
    log: list[str] = []
    (task,) = await _asleep(clock, log, [("sleeper", 10.0)])
    clock.advance(timedelta(seconds=jump))
    await asyncio.sleep(0)
    assert awake == bool(log)
    task.cancel()


async def test_a_cancelled_sleeper_does_not_keep_the_others_asleep() -> None:
    """Cancelling leaves the clock and the next sleeper sound."""
    clock = VirtualClock(START)
    log: list[str] = []
    cancelled, other = await _asleep(clock, log, [("cancelled", 5.0), ("other", 6.0)])
    cancelled.cancel()
    await asyncio.sleep(0)
    clock.advance(timedelta(seconds=6))
    await other
    expected = (["other"], True)
    assert expected == (log, cancelled.cancelled())


@pytest.mark.parametrize("seconds", [0.0, -1.0])
async def test_sleeping_no_time_returns_without_a_jump(seconds: float) -> None:
    """Zero or less yields to the event loop and goes on."""
    async with asyncio.timeout(5):
        await VirtualClock(START).sleep(seconds)


async def test_the_system_clock_is_aware_moves_on_and_really_sleeps() -> None:
    """Between two readings lies at least the time slept, and today is the Dutch date of one of them."""
    clock: Clock = SystemClock()
    loop = asyncio.get_running_loop()
    before, started = clock.now(), loop.time()
    await clock.sleep(0.02)
    today, slept = clock.today(), loop.time() - started
    dates = {moment.astimezone(AMSTERDAM).date() for moment in (before, clock.now())}
    expected = (UTC, True, True)
    assert expected == (before.tzinfo, slept >= 0.019, today in dates)
