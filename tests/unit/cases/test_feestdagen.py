"""Conditions about feestdagen and werkdagen: a day that is one, and a term that runs over one."""

from datetime import date
from functools import cache
from typing import Any

import pytest

from services.cases.feiten import laad_feiten
from services.cases.protocol import PROTOCOLLEN
from services.cases.regelwerk.feestdagen import dag_van
from services.cases.regelwerk.omgeving import Omgeving
from services.cases.regelwerk.toetsen import Bekend
from services.cases.regelwerk.voorwaarden import OverFeit
from services.cases.regelwerk.woorden import RegelFout, laad_woordenlijst

VOOR, VRIJDAG, NA = date(2021, 4, 1), date(2021, 4, 2), date(2021, 4, 6)


@cache
def omgeving() -> Omgeving:
    """The real facts and words."""
    feiten, woorden = laad_feiten(PROTOCOLLEN / "feiten.yaml"), laad_woordenlijst(PROTOCOLLEN / "woordenlijst.yaml")
    return Omgeving(feiten.definities, woorden, {}, {})


def geldt(eis: dict[str, Any], kennis: dict[str, Any]) -> bool:
    """Whether a requirement on `zitting_datum` is known to hold."""
    toets = OverFeit.model_validate({"feit": "zitting_datum", **eis}).compileer(omgeving())
    waar = toets.waar(Bekend(frozenset(kennis), frozenset(), set(kennis), {}, {}, set(kennis)))
    return waar is not None and waar(kennis)


@pytest.mark.parametrize(
    ("feestdag", "jaar", "expected"),
    [
        ("goede_vrijdag", 2021, VRIJDAG),
        ("goede_vrijdag", 2024, date(2024, 3, 29)),
        ("hemelvaartsdag", 2021, date(2021, 5, 13)),
        ("hemelvaartsdag", 2016, date(2016, 5, 5)),
    ],
)
def test_a_feestdag_falls_on_another_day_each_year(feestdag: str, jaar: int, expected: date) -> None:
    """Also when it coincides with another feestdag, as Hemelvaartsdag did with 5 mei in 2016."""
    assert expected == dag_van(feestdag, jaar)


@pytest.mark.parametrize(
    ("sinds", "tot", "expected"),
    [
        (VOOR, NA, True),
        (VOOR, VRIJDAG, True),
        (VRIJDAG, NA, False),
        (VOOR, VOOR, False),
        (NA, VOOR, False),
        (date(2020, 12, 1), NA, True),
        (None, NA, False),
    ],
)
def test_a_term_runs_over_a_feestdag_after_its_first_day(sinds: date | None, tot: date, expected: bool) -> None:
    """The day on which a term starts is day 0; its last day still belongs to it."""
    eis = {"over": {"feestdag": "goede_vrijdag", "sinds": "verhoor_datum"}}
    kennis = {"zitting_datum": tot} | ({} if sinds is None else {"verhoor_datum": sinds})
    assert expected == geldt(eis, kennis)


@pytest.mark.parametrize(
    ("eis", "op", "expected"),
    [
        ({"feestdag": "ja"}, VRIJDAG, True),
        ({"feestdag": "ja"}, VOOR, False),
        ({"feestdag": "nee"}, VOOR, True),
        ({"werkdag": "nee"}, VRIJDAG, True),
        ({"werkdag": "nee"}, date(2021, 4, 3), True),
        ({"werkdag": "ja"}, VOOR, True),
        ({"feestdag": "ja"}, date(2021, 4, 3), False),
    ],
)
def test_a_day_is_or_is_not_a_feestdag_or_werkdag(eis: dict[str, Any], op: date, expected: bool) -> None:
    """An ordinary Saturday is no werkdag and no feestdag."""
    assert expected == geldt(eis, {"zitting_datum": op})


@pytest.mark.parametrize("eis", [{"werkdag": "ja"}, {"over": {"feestdag": "goede_vrijdag", "sinds": "zitting_datum"}}])
def test_only_dates_can_be_a_werkdag_or_run_over_a_feestdag(eis: dict[str, Any]) -> None:
    """A number has no day in the calendar."""
    with pytest.raises(RegelFout, match="geen datum"):
        OverFeit.model_validate({"feit": "aantal_te_laat", **eis}).compileer(omgeving())


def test_a_term_starts_on_a_date() -> None:
    """What a term counts from is a date too."""
    eis = {"feit": "zitting_datum", "over": {"feestdag": "hemelvaartsdag", "sinds": "aantal_te_laat"}}
    with pytest.raises(RegelFout, match="geen datum"):
        OverFeit.model_validate(eis).compileer(omgeving())
