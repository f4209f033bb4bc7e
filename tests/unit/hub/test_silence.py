"""How long a source may be silent: counted in working time, judged by its own past."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest

from hub.calendar import VakantieRegio
from hub.clock import AMSTERDAM
from hub.silence import GENOEG_PAUZES, GENOEG_WERKTIJD, MINSTENS, Werktijd, gewone_stilte, is_gewone_dag, stilte

UUR = 3600.0
REGIO: tuple[VakantieRegio, ...] = ("zuid",)


def moment(text: str) -> datetime:
    """Dutch time."""
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM)


def gewone_dag(dag: date) -> bool:
    return is_gewone_dag(dag, REGIO)


@pytest.mark.parametrize(
    ("dag", "regios", "expected"),
    [
        ("2026-09-14", ("zuid",), True),  # maandag
        ("2026-09-19", ("zuid",), False),  # zaterdag
        ("2026-12-25", ("zuid",), False),  # eerste kerstdag, vrijdag
        ("2026-10-19", ("zuid",), False),  # maandag in the herfstvakantie of zuid
        ("2026-10-19", ("noord",), True),
        ("2026-10-19", ("noord", "zuid"), False),
        ("2026-10-19", (), True),
        ("2099-10-19", ("zuid",), True),  # maandag of a schooljaar nobody knows
    ],
)
def test_ordinary_days(dag: str, regios: Iterable[VakantieRegio], expected: bool) -> None:
    assert expected == is_gewone_dag(date.fromisoformat(dag), regios)


@pytest.mark.parametrize(
    ("van", "tot", "uren"),
    [
        ("2026-09-14T09:00", "2026-09-14T11:30", 2.5),  # maandag
        ("2026-09-14T00:00", "2026-09-14T08:00", 0),
        ("2026-09-14T18:00", "2026-09-15T08:00", 0),
        ("2026-09-14T17:00", "2026-09-15T09:00", 2),
        ("2026-09-18T17:00", "2026-09-21T09:00", 2),  # vrijdag to maandag
        ("2026-10-16T17:00", "2026-10-26T09:00", 2),  # over the herfstvakantie of zuid
        ("2026-10-23T12:00", "2026-10-27T12:00", 14),  # vrijdag in the holiday; clocks go back on zondag
        ("2026-09-14T09:00", "2026-09-14T09:00", 0),
    ],
)
def test_working_time_between_two_moments(van: str, tot: str, uren: float) -> None:
    werktijd = Werktijd(moment(van), moment(tot), gewone_dag)
    assert uren * UUR == werktijd(moment(tot)) - werktijd(moment(van))


@pytest.mark.parametrize(
    ("pauzes", "expected"),
    [
        ([5 * UUR] * (GENOEG_PAUZES - 1), None),  # too few gaps
        ([4 * UUR] * GENOEG_PAUZES, None),  # 80 hours: fewer than ten working days
        ([5 * UUR] * GENOEG_PAUZES, 7.5 * UUR),
        ([5 * UUR] * GENOEG_PAUZES + [0.0] * 5000, 7.5 * UUR),  # a burst at night is no gap
        ([5 * UUR] * GENOEG_PAUZES + [300 * UUR], 7.5 * UUR),  # nor is the longest of few
        ([60.0] * 6000, MINSTENS),
        ([1 * UUR] * 99 + [50 * UUR], 1.5 * UUR),  # one odd silence in a hundred is not usual
        ([1 * UUR] * 98 + [50 * UUR] * 2, 75 * UUR),
        ([], None),
    ],
)
def test_what_is_usual_follows_from_the_gaps(pauzes: list[float], expected: float | None) -> None:
    assert expected == gewone_stilte(pauzes)


def every_two_hours(weken: int) -> list[datetime]:
    """A source that speaks at 9, 11, 13, 15 and 17 o'clock on every day, weekends too."""
    begin = moment("2026-08-31T00:00")  # maandag
    return [begin + timedelta(days=d, hours=h) for d in range(7 * weken) for h in (9, 11, 13, 15, 17)]


@pytest.mark.parametrize(
    ("nu", "stil", "te_lang"),
    [
        ("2026-09-28T08:30", 1.5, False),  # maandag; the last was vrijdag at 17:00
        ("2026-09-28T09:59", 2.98, False),
        ("2026-09-28T10:00", 3.0, False),  # as long as is usual
        ("2026-09-28T10:02", 3.03, True),
        ("2026-09-30T08:00", 21.0, True),
    ],
)
def test_below_at_and_above_what_is_usual(nu: str, stil: float, te_lang: bool) -> None:
    """Gaps are two hours, so three are usual; a weekend adds nothing."""
    momenten = [m for m in every_two_hours(4) if m < moment("2026-09-25T18:00")]  # until vrijdag 17:00
    found = stilte("stuf-bg", momenten, moment(nu), gewone_dag)
    assert 3 * UUR == found.gewoon
    assert (pytest.approx(stil, abs=0.02), te_lang) == (found.stil / UUR, found.te_lang)


def test_nothing_is_said_of_a_source_that_is_hardly_known() -> None:
    """However long it is silent."""
    found = stilte("nieuw", [moment("2026-09-14T09:00")], moment("2027-09-14T09:00"), gewone_dag)
    assert (None, False) == (found.gewoon, found.te_lang)
    assert found.stil > GENOEG_WERKTIJD


def test_a_holiday_does_not_alarm() -> None:
    """Silent since the last day before the kerstvakantie: on the last day of it still nothing counts."""
    momenten = [m for m in every_two_hours(16) if m < moment("2026-12-18T18:00")]
    found = stilte("duo", momenten, moment("2027-01-03T17:00"), gewone_dag)
    assert (UUR, False) == (found.stil, found.te_lang)
