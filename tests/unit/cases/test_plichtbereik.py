"""Which months of birth are under the duty on a day: held against the rules for every single day of birth."""

from calendar import monthrange
from datetime import date, timedelta

import pytest

from contracts.codes import Vrijstellingsoort
from services.cases.plicht import Toets, laatste_dag, toets_op
from tests.unit.cases.registervoorbeelden import POLDER
from tests.unit.cases.voorbeelden import GEMEENTE, beleid

NOVEMBER = date(2026, 11, 20)  # vrijdag


@pytest.mark.parametrize(
    "dag",
    [
        NOVEMBER,
        date(2025, 2, 28),  # vrijdag
        date(2025, 3, 10),  # maandag: who was born on 29 February 2020 is 5 since the first
        date(2025, 3, 31),
        date(2025, 4, 1),
        date(2026, 3, 1),  # 18 on 29 February 2008 means 1 March in a common year
        date(2026, 7, 31),  # the last day of a schooljaar
        date(2026, 8, 1),
    ],
)
def test_what_is_said_of_a_month_holds_for_every_day_in_it(dag: date) -> None:
    """Whatever is certain is certain for all, whoever is on the edge is on both sides of it."""
    toets = toets_op(beleid(), GEMEENTE, dag)
    maand = date(dag.year - 24, dag.month, 1)
    while maand <= dag:
        dagen = [maand + timedelta(n) for n in range(monthrange(maand.year, maand.month)[1])]
        dagen = [d for d in dagen if d <= dag]
        for startkwalificatie in (False, True):
            precies = {toets.plichtig(d, startkwalificatie) for d in dagen}
            zeker = toets.bereik.zeker(maand, startkwalificatie)
            assert {zeker} == precies if zeker is not None else maand in toets.bereik.rand
        maand = laatste_dag(maand) + timedelta(1)


def test_the_ages_of_the_law_show_in_the_months() -> None:
    """In November 2026: born October 2021 is the youngest, November 2008 the edge of 18, August 2010 the youngest
    whose leerplicht is over, so that a startkwalificatie counts."""
    bereik = toets_op(beleid(), GEMEENTE, NOVEMBER).bereik
    assert (date(2021, 10, 1), {date(2008, 11, 1)}) == (max(bereik.maanden), set(bereik.rand))
    assert (date(2008, 12, 1), date(2010, 7, 1)) == (
        min(bereik.zonder_startkwalificatie),
        max(bereik.zonder_startkwalificatie),
    )
    assert date(2010, 8, 1) == min(bereik.altijd)
    assert [True, False, True, None, False] == [
        bereik.zeker(date(2010, 8, 1), True),
        bereik.zeker(date(2010, 7, 1), True),
        bereik.zeker(date(2010, 7, 1), False),
        bereik.zeker(date(2008, 11, 1), False),
        bereik.zeker(date(2021, 11, 1), False),
    ]


def test_february_of_a_leap_year_is_an_edge_when_it_is_five() -> None:
    """Born on the 28th: from 1 March; on the 29th: five on 1 March, so from 1 April."""
    toets = toets_op(beleid(), GEMEENTE, date(2025, 3, 10))
    assert date(2020, 2, 1) in toets.bereik.rand
    assert [date(2025, 3, 1), date(2025, 4, 1)] == [toets.begint(date(2020, 2, d)) for d in (28, 29)]


@pytest.mark.parametrize(("gemeente", "eerste_schooldag"), [(GEMEENTE, date(2026, 8, 24)), (POLDER, date(2026, 8, 17))])
def test_a_missing_inschrijving_counts_from_the_first_school_day(gemeente: str, eerste_schooldag: date) -> None:
    """Of the month in which leerplicht begins, which is another day in each vakantieregio."""
    assert eerste_schooldag == toets_op(beleid(), gemeente, NOVEMBER).toets_vanaf(date(2021, 7, 4))


def test_of_a_year_without_a_calendar_the_first_day_of_the_month_counts() -> None:
    """Long ago, where it makes no difference any more."""
    assert date(1999, 6, 1) == toets_op(beleid(), GEMEENTE, NOVEMBER).toets_vanaf(date(1994, 5, 4))


@pytest.mark.parametrize(
    ("gemeente", "sinds", "uiterlijk"),
    [
        (GEMEENTE, date(2026, 9, 9), date(2026, 9, 16)),  # woensdag: 5 werkdagen
        (GEMEENTE, date(2026, 12, 23), date(2026, 12, 31)),  # Kerstmis does not count
        (POLDER, date(2026, 9, 9), date(2026, 9, 16)),  # 7 days
        (POLDER, date(2026, 12, 23), date(2026, 12, 30)),
    ],
)
def test_the_term_is_that_of_the_protocol_of_the_gemeente(gemeente: str, sinds: date, uiterlijk: date) -> None:
    """Five werkdagen where the protocol says so, else the seven days of the law."""
    assert uiterlijk == toets_op(beleid(), gemeente, NOVEMBER).signaal_na(sinds)


LEERPLICHTIG, KWALIFICATIEPLICHTIG = date(2014, 5, 4), date(2009, 5, 4)


@pytest.mark.parametrize("geboren", [LEERPLICHTIG, KWALIFICATIEPLICHTIG])
@pytest.mark.parametrize("soort", Vrijstellingsoort)
def test_only_at_a_school_itself_vervangende_leerplicht_asks_for_enrolment(
    soort: Vrijstellingsoort, geboren: date
) -> None:
    """Article 3a is a programme of the school; whoever has any other need not be enrolled."""
    toets = toets_op(beleid(), GEMEENTE, NOVEMBER)
    moet = soort is Vrijstellingsoort.VERVANGEND_LAATSTE_SCHOOLJAAR
    assert moet is toets.moet_ingeschreven(geboren, False, soort)
    assert (soort.value not in toets.vrijgesteld_voor_allen) is moet


def test_the_rules_are_read_once_for_a_gemeente_and_a_day() -> None:
    """And anew for another day, or when protocols were replaced."""
    een = toets_op(beleid(), GEMEENTE, NOVEMBER)
    assert een is toets_op(beleid(), GEMEENTE, NOVEMBER)
    assert een is not toets_op(beleid(), GEMEENTE, NOVEMBER + timedelta(1))
    assert isinstance(een, Toets)
