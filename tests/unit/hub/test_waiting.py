"""What happens to an event that failed."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.tables import Staat
from hub.waiting import HORIZON, QUICK_TRIES, Verdict, delay, judge

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
INSTANT = timedelta(microseconds=1)


def verdict(error: Exception, attempts: int = 0, since: datetime = NOW) -> Verdict:
    """The judgement at NOW."""
    return judge(error, attempts, since, NOW, random.Random(1))


def test_an_invalid_event_is_parked_at_once() -> None:
    """No retry will mend it."""
    expected = Verdict(Staat.GEPARKEERD, "ongeldig", "status: onbekend", 1, None)
    assert expected == verdict(Ongeldig("onbekend", "status"))


@pytest.mark.parametrize("attempts", [0, 5, 1000])
@pytest.mark.parametrize("since", [NOW, NOW - HORIZON, NOW - 10 * HORIZON])
def test_a_partner_that_is_down_burns_no_attempt_and_parks_nothing(attempts: int, since: datetime) -> None:
    """However long it takes: the event is due at once, the circuit decides when it is tried."""
    expected = Verdict(Staat.OPNIEUW, "partner", "Halt is niet bereikbaar: TimeoutError", attempts, NOW)
    assert expected == verdict(PartnerOnbereikbaar("Halt", "TimeoutError"), attempts, since)


@pytest.mark.parametrize(
    ("attempts", "staat"),
    [
        (0, Staat.OPNIEUW),
        (QUICK_TRIES - 2, Staat.OPNIEUW),
        (QUICK_TRIES - 1, Staat.GEPARKEERD),
        (QUICK_TRIES, Staat.GEPARKEERD),
    ],
)
def test_an_unexpected_fault_gets_three_tries(attempts: int, staat: Staat) -> None:
    """Counted with the one that failed just now; how long ago the first one was plays no part."""
    found = verdict(KeyError("999990019"), attempts, NOW - 2 * HORIZON)
    assert (staat, "onverwacht", attempts + 1) == (found.staat, found.klasse, found.pogingen)


@pytest.mark.parametrize(
    ("age", "staat"),
    [
        (timedelta(0), Staat.OPNIEUW),
        (HORIZON - INSTANT, Staat.OPNIEUW),
        (HORIZON, Staat.GEPARKEERD),
        (HORIZON + INSTANT, Staat.GEPARKEERD),
    ],
)
def test_a_transient_fault_is_retried_for_seven_days(age: timedelta, staat: Staat) -> None:
    """Counted from its first failure, whatever the number of attempts."""
    found = verdict(Tijdelijk("bezet"), 40, NOW - age)
    assert (staat, "tijdelijk", "bezet", 41) == (found.staat, found.klasse, found.reden, found.pogingen)
    assert (found.volgende_poging is None) == (staat is Staat.GEPARKEERD)


def test_the_horizon_is_at_least_a_long_weekend() -> None:
    """Good Friday to Easter Tuesday, or Christmas Eve to the Monday after: seven days cover both."""
    assert timedelta(days=7) == HORIZON


def test_the_text_of_an_error_that_is_not_ours_is_not_kept() -> None:
    """It may hold a value; its type is enough to find the fault."""
    assert "ValueError" == verdict(ValueError("BSN 999990019 is fout")).reden


@pytest.mark.parametrize(
    ("attempts", "seconds"),
    [
        (0, 0.1), (1, 0.5), (2, 2.5), (3, 12.5), (7, 7812.5), (8, 21_600), (9, 21_600), (20, 21_600), (10**6, 21_600),
    ],
)  # fmt: skip
def test_the_delay_grows_fivefold_up_to_six_hours(attempts: int, seconds: float) -> None:
    """The cap is reached at the ninth failure."""
    assert seconds == pytest.approx(delay(attempts))


@given(attempts=st.integers(0, 60), seed=st.integers())
def test_chance_moves_a_retry_by_at_most_a_fifth(attempts: int, seed: int) -> None:
    """So that a thousand events that failed together do not come back together."""
    found = judge(Tijdelijk("bezet"), attempts, NOW, NOW, random.Random(seed))
    assert found.volgende_poging is not None
    wait = (found.volgende_poging - NOW) / timedelta(seconds=delay(attempts))
    assert 0.8 - 1e-4 <= wait <= 1.2 + 1e-4


def test_two_events_that_fail_together_come_back_apart() -> None:
    """The same chance is not used twice."""
    rng = random.Random(1)
    moments = {judge(Tijdelijk("bezet"), 3, NOW, NOW, rng).volgende_poging for _ in range(10)}
    assert 10 == len(moments)
