"""Turning five: said once, by the clock, and only when it is certain."""

from datetime import date, timedelta

import pytest

from contracts.envelope import EventData
from contracts.events.personen import VijfdeVerjaardagBereikt
from services.brp_sync.decisions import Inschrijving, registreer, verjaar, voer_af, wijzig
from services.brp_sync.model import OnvolledigeDatum, Opschorting, PersoonWijziging
from services.brp_sync.verjaardag import NOG_TE_BEPALEN, vijfde_verjaardag
from tests.unit.brp_sync.voorbeelden import jongere

VIJF = VijfdeVerjaardagBereikt()
BEGIN = date(2026, 1, 5)  # maandag
DAG = date(2026, 9, 14)  # maandag


def kind(geboren: str, **anders: object) -> Inschrijving:
    """A child as it is known after its first persoonslijst."""
    return registreer(Inschrijving(), jongere(geboortedatum=geboren, **anders), BEGIN)[0]


def gezegd(state: Inschrijving, tot: date, stap: int = 1) -> list[tuple[date, EventData]]:
    """What the clock says of the child, looking every so many days until a year after that day."""
    dag, alles = BEGIN, []
    while dag < tot + timedelta(days=365):
        state, events = verjaar(state, dag)
        alles += [(dag, event) for event in events]
        dag += timedelta(days=stap)
    return alles


@pytest.mark.parametrize(
    ("geboren", "dag"),
    [
        ("20210914", date(2026, 9, 14)),
        ("20210900", date(2026, 9, 30)),
        ("20240200", date(2029, 2, 28)),
        ("20240229", date(2029, 3, 1)),
        ("20210000", None),
        ("00000000", None),
        ("99990101", None),
    ],
)
def test_the_day_is_known_as_far_as_the_birth_date_is(geboren: str, dag: date | None) -> None:
    """With only the month: the last day of it. With only the year: never."""
    assert dag == vijfde_verjaardag(OnvolledigeDatum(geboren))
    assert vijfde_verjaardag(None) is None


def test_it_is_said_once_on_the_day() -> None:
    """And the day that is stored is the first of the month, so that nobody reads a birthday from it."""
    state = kind("20210914")
    assert date(2026, 9, 1) == state.kijk_op
    assert [(DAG, VIJF)] == gezegd(state, DAG)


def test_after_an_outage_it_is_said_late_and_once() -> None:
    """The hub stood still from before the birthday until a month after it."""
    state = kind("20210914")
    later, events = verjaar(state, DAG + timedelta(days=30))
    assert [VIJF] == events
    assert [] == gezegd(later, DAG + timedelta(days=31))
    assert 1 == len(gezegd(state, DAG, stap=30))


@pytest.mark.parametrize(
    "opschorting",
    [Opschorting(reden="O"), Opschorting(reden="E"), Opschorting(reden="R"), Opschorting(reden="F")],
)
def test_nothing_is_said_of_who_died_left_or_is_afgevoerd(opschorting: Opschorting) -> None:
    """Before the day, and also when it is told before we look."""
    state, _ = registreer(kind("20210914"), jongere(geboortedatum="20210914", opschorting=opschorting), BEGIN)
    assert [] == gezegd(state, DAG)
    assert [] == gezegd(voer_af(kind("20210914"), None, BEGIN)[0], DAG)


def test_who_comes_back_before_the_day_turns_five_here() -> None:
    """Away at four, back at four and a half."""
    weg, _ = registreer(kind("20210914"), jongere(geboortedatum="20210914", opschorting=Opschorting(reden="E")), BEGIN)
    terug, _ = registreer(weg, jongere(geboortedatum="20210914"), date(2026, 6, 1))
    assert [(DAG, VIJF)] == gezegd(terug, DAG)


@pytest.mark.parametrize("nu", [date(2026, 9, 15), date(2031, 1, 1)])
def test_somebody_who_is_five_already_when_first_heard_of_does_not_turn_five(nu: date) -> None:
    """Nor later, when something else of the person changes."""
    state, events = registreer(Inschrijving(), jongere(geboortedatum="20210914"), nu)
    assert VIJF not in events
    state, events = wijzig(state, PersoonWijziging(voornamen="Sara"), nu)
    assert VIJF not in events
    assert state.kijk_op is None


def test_on_the_day_itself_the_first_registration_says_it() -> None:
    """Beside that the person is ingeschreven."""
    state, events = registreer(Inschrijving(), jongere(geboortedatum="20210914"), DAG)
    assert VIJF == events[-1]
    assert (state, []) == verjaar(state, DAG)


def test_a_corrected_birth_date_moves_the_day_until_it_was_said() -> None:
    """Later, earlier, into the past; afterwards nothing, whatever is corrected."""
    later, _ = wijzig(kind("20210914"), PersoonWijziging(geboortedatum="20211014"), BEGIN)
    assert [(date(2026, 10, 14), VIJF)] == gezegd(later, DAG)
    eerder, events = wijzig(kind("20210914"), PersoonWijziging(geboortedatum="20201214"), BEGIN)
    assert VIJF in events
    opnieuw, events = wijzig(eerder, PersoonWijziging(geboortedatum="20210914"), BEGIN)
    assert VIJF not in events
    assert [] == gezegd(opnieuw, DAG)


def test_a_birth_date_that_becomes_known_is_enough() -> None:
    """First only the year, then all of it."""
    state = kind("20210000")
    assert state.kijk_op is None
    state, events = wijzig(state, PersoonWijziging(geboortedatum="20210914"), BEGIN)
    assert VIJF not in events
    assert [(DAG, VIJF)] == gezegd(state, DAG)


def test_a_correction_of_a_grown_child_says_nothing() -> None:
    """Eleven or twelve, but not five."""
    _, events = wijzig(Inschrijving(jongere()), PersoonWijziging(geboortedatum="20140312"), BEGIN)
    assert VIJF not in events


def test_of_people_stored_before_there_was_a_day_it_is_worked_out() -> None:
    """At the first look: a child under five gets its day, the others are left alone."""
    klein = Inschrijving(jongere(geboortedatum="20210914"), NOG_TE_BEPALEN)
    assert [(DAG, VIJF)] == gezegd(klein, DAG)
    groot, events = verjaar(Inschrijving(jongere(), NOG_TE_BEPALEN), BEGIN)
    assert (None, []) == (groot.kijk_op, events)
