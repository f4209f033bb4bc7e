"""Dates that a rule works out: which day it becomes, and that an unknown part gives no date."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from services.cases.feiten import laad_feiten
from services.cases.protocol import PROTOCOLLEN
from services.cases.regelwerk.datumwaarden import DagVan, Naar, SchooldagVan, VanafDatum, WerkdagenNa
from services.cases.regelwerk.omgeving import Omgeving
from services.cases.regelwerk.woorden import RegelFout, laad_woordenlijst

MAANDAG = date(2025, 9, 29)


@cache
def omgeving() -> Omgeving:
    """The real facts and words, with one value of our own."""
    feiten, woorden = laad_feiten(PROTOCOLLEN / "feiten.yaml"), laad_woordenlijst(PROTOCOLLEN / "woordenlijst.yaml")
    return Omgeving(feiten.definities, woorden, {"lang": 28}, {})


def dag(zonder: str = "vakantiedagen_in_periode") -> DagVan:
    """The 28th day of an absence."""
    return DagVan(dag="lang", van="afwezig_vanaf", zonder=zonder)


@pytest.mark.parametrize(
    ("kennis", "expected"),
    [
        ({"afwezig_vanaf": MAANDAG}, date(2025, 10, 26)),
        ({"afwezig_vanaf": MAANDAG, "vakantiedagen_in_periode": 0}, date(2025, 10, 26)),
        ({"afwezig_vanaf": MAANDAG, "vakantiedagen_in_periode": 9}, date(2025, 11, 4)),
        ({"afwezig_vanaf": MAANDAG, "vakantiedagen_in_periode": 10**9}, None),
        ({"vakantiedagen_in_periode": 9}, None),
        ({}, None),
    ],
)
def test_the_first_day_is_day_1_and_holidays_are_left_out(kennis: dict[str, Any], expected: date | None) -> None:
    """Without the first day there is no date; without holidays none are left out; no date lies outside the calendar."""
    assert expected == dag().compileer(omgeving()).bereken(kennis)


def test_days_left_out_must_be_a_number() -> None:
    """A date cannot be left out of a count of days."""
    with pytest.raises(RegelFout, match="thuiszit_sinds is geen getal"):
        dag("thuiszit_sinds").compileer(omgeving())


DONDERDAG = date(2025, 10, 16)
HERFSTVAKANTIE = {"vakantie_van": date(2025, 10, 18), "vakantie_tot_en_met": date(2025, 10, 26)}


@pytest.mark.parametrize(
    ("kennis", "expected"),
    [
        ({"schorsing_eerste_dag": DONDERDAG, "schorsing_schooldagen": 1}, DONDERDAG),
        ({"schorsing_eerste_dag": DONDERDAG, "schorsing_schooldagen": 5}, date(2025, 10, 22)),
        ({"schorsing_eerste_dag": DONDERDAG, "schorsing_schooldagen": 5, **HERFSTVAKANTIE}, date(2025, 10, 29)),
        ({"schorsing_eerste_dag": date(2025, 10, 18), "schorsing_schooldagen": 1}, date(2025, 10, 20)),
        ({"schorsing_eerste_dag": date(2026, 4, 24), "schorsing_schooldagen": 2}, date(2026, 4, 28)),
        ({"schorsing_eerste_dag": DONDERDAG, "schorsing_schooldagen": 0}, None),
        ({"schorsing_eerste_dag": DONDERDAG, "schorsing_schooldagen": 10**9}, None),
        ({"schorsing_eerste_dag": date.max, "schorsing_schooldagen": 5}, None),
        ({"schorsing_eerste_dag": DONDERDAG, "vakantie_van": date(2025, 10, 18)}, None),
        ({"schorsing_schooldagen": 5, **HERFSTVAKANTIE}, None),
    ],
)
def test_only_schooldagen_count(kennis: dict[str, Any], expected: date | None) -> None:
    """Weekends, feestdagen and a known holiday are no schooldagen; without a day and a number there is no date."""
    form = SchooldagVan(
        schooldag="schorsing_schooldagen", van="schorsing_eerste_dag", vakantie=("vakantie_van", "vakantie_tot_en_met")
    )
    assert expected == form.compileer(omgeving()).bereken(kennis)


@pytest.mark.parametrize(
    ("kennis", "expected"),
    [
        ({"brief_datum": MAANDAG, "gevraagde_termijn_wd": 20}, date(2025, 10, 27)),
        ({"brief_datum": date(2026, 4, 24), "gevraagde_termijn_wd": 1}, date(2026, 4, 28)),
        ({"brief_datum": MAANDAG, "gevraagde_termijn_wd": 0}, MAANDAG),
        ({"brief_datum": MAANDAG, "gevraagde_termijn_wd": 10**9}, None),
        ({"brief_datum": MAANDAG}, None),
        ({"gevraagde_termijn_wd": 20}, None),
    ],
)
def test_a_fact_may_say_how_many_werkdagen(kennis: dict[str, Any], expected: date | None) -> None:
    """The day of the letter is day 0 and free days are left out; without one of the two there is no date."""
    form = WerkdagenNa(werkdagen_na="brief_datum", aantal="gevraagde_termijn_wd")
    assert expected == form.compileer(omgeving()).bereken(kennis)


BRUGDAG = date(2025, 5, 30)  # vrijdag, by decree on a par with a feestdag


@pytest.mark.parametrize(
    ("dan", "dag_", "expected"),
    [
        ("einde_volgens_atw", BRUGDAG, date(2025, 6, 2)),
        ("werkdag_op_of_na", BRUGDAG, BRUGDAG),
        ("werkdag_op_of_voor", BRUGDAG, BRUGDAG),
        ("einde_volgens_atw", date(2025, 5, 29), date(2025, 6, 2)),  # Hemelvaartsdag
        ("werkdag_op_of_na", date(2025, 5, 29), BRUGDAG),
        ("werkdag_op_of_voor", date(2025, 5, 31), BRUGDAG),
        ("werkdag_op_of_na", date(2025, 5, 31), date(2025, 6, 2)),
    ],
)
def test_a_term_of_a_statute_ends_later_than_one_of_a_protocol(dan: Naar, dag_: date, expected: date) -> None:
    """Only the Algemene termijnenwet knows days that a decree puts on a par with a feestdag."""
    som = VanafDatum(datum="brief_datum", dan=dan).compileer(omgeving())
    assert expected == som.bereken({"brief_datum": dag_})
