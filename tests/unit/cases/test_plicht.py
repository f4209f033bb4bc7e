"""Age and duty on real protocols: every birthday and every 31 July at, just before and just after."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.cases.feiten import FeitFout
from tests.unit.cases.gevallen import MAANDAG, VEERTIEN, oordeel


@pytest.mark.parametrize(
    ("geboren", "op", "jaren"),
    [
        (date(2009, 3, 15), date(2021, 3, 14), 11),
        (date(2009, 3, 15), date(2021, 3, 15), 12),
        (date(2009, 3, 15), date(2021, 3, 16), 12),
        (date(2008, 2, 29), date(2021, 2, 28), 12),
        (date(2008, 2, 29), date(2021, 3, 1), 13),
        (date(2008, 2, 29), date(2024, 2, 28), 15),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
    ],
)
def test_an_age_counts_from_the_birthday_itself(geboren: date, op: date, jaren: int) -> None:
    """Born on 29 February, one is a year older on 1 March of a common year."""
    assert jaren == oordeel({"geboortedatum": geboren}, op).classificatie["leeftijd"]


@pytest.mark.parametrize(
    ("geboren", "op", "plicht"),
    [
        (date(2015, 10, 1), date(2020, 10, 31), "nog_niet"),
        (date(2015, 10, 1), date(2020, 11, 1), "leerplicht"),
        (date(2016, 2, 29), date(2021, 3, 31), "nog_niet"),
        (date(2016, 2, 29), date(2021, 4, 1), "leerplicht"),
        (date(2005, 7, 31), date(2021, 7, 31), "leerplicht"),
        (date(2005, 7, 31), date(2021, 8, 1), "kwalificatieplicht"),
        (date(2005, 8, 1), date(2021, 8, 1), "leerplicht"),
        (date(2005, 8, 1), date(2022, 7, 31), "leerplicht"),
        (date(2005, 8, 1), date(2022, 8, 1), "kwalificatieplicht"),
        (date(2003, 3, 16), date(2021, 3, 15), "kwalificatieplicht"),
        (date(2003, 3, 15), date(2021, 3, 15), "rmc"),
        (date(1998, 3, 16), date(2021, 3, 15), "rmc"),
        (date(1998, 3, 15), date(2021, 3, 15), "geen"),
    ],
)
def test_the_duty_changes_on_the_day_the_law_says(geboren: date, op: date, plicht: str) -> None:
    """Leerplicht starts the month after the fifth birthday and ends with a schooljaar; then 18 and 23 count."""
    assert plicht == oordeel({"geboortedatum": geboren}, op).classificatie["plicht"]


@pytest.mark.parametrize(
    ("anders", "plicht"),
    [
        ({}, "kwalificatieplicht"),
        ({"startkwalificatie": False}, "kwalificatieplicht"),
        ({"startkwalificatie": True}, "geen"),
        ({"diploma": "vmbo"}, "kwalificatieplicht"),
        ({"diploma": "entree_mbo1"}, "kwalificatieplicht"),
        ({"diploma": "mbo2"}, "geen"),
        ({"diploma": "havo"}, "geen"),
        ({"diploma": "pro_diploma"}, "geen_kwalificatieplicht"),
        ({"vso_uitstroomprofiel": "dagbesteding"}, "geen_kwalificatieplicht"),
        ({"vso_uitstroomprofiel": "arbeidsmarktgericht"}, "geen_kwalificatieplicht"),
        ({"vso_uitstroomprofiel": "vervolgonderwijs"}, "kwalificatieplicht"),
    ],
)
def test_a_seventeen_year_old_is_free_only_when_something_known_says_so(anders: dict[str, Any], plicht: str) -> None:
    """A startkwalificatie, praktijkonderwijs or two profiles of the vso end the duty; not knowing does not."""
    antwoord = oordeel({"geboortedatum": date(2003, 10, 1)}, **anders)
    assert plicht == antwoord.classificatie["plicht"]


@pytest.mark.parametrize(
    ("anders", "eindigt"),
    [
        ({}, date(2023, 7, 31)),
        ({"twaalf_schooljaren_voltooid_op": date(2022, 7, 31)}, date(2022, 7, 31)),
        ({"basisschool_jaren": 7, "vo_jaren_voltooid": 3}, date(2023, 7, 31)),
        ({"basisschool_jaren": 7, "vo_jaren_voltooid": 4}, date(2020, 7, 31)),
        ({"basisschool_jaren": 9, "vo_jaren_voltooid": 3}, date(2020, 7, 31)),
        ({"vo_jaren_voltooid": 4}, date(2023, 7, 31)),
    ],
)
def test_twelve_full_schooljaren_can_end_the_leerplicht_sooner(anders: dict[str, Any], eindigt: date) -> None:
    """A basisschool done in less than eight years counts for eight; a longer one for what it took."""
    feiten = {"geboortedatum": VEERTIEN, "laatste_schooljaar_eindigde": date(2020, 7, 31)}
    assert eindigt == oordeel(feiten, **anders).termijnen["leerplicht_eindigt"]


def test_without_a_birth_date_nobody_has_a_duty() -> None:
    """When school ends says nothing about when the duty began, so no plicht is claimed and nothing enforced on it."""
    antwoord = oordeel({"twaalf_schooljaren_voltooid_op": date(2022, 7, 31)})
    assert "plicht" not in antwoord.classificatie
    assert "leerplicht_eindigt" not in antwoord.termijnen


def test_a_birth_date_after_the_day_asked_about_is_refused() -> None:
    """Somebody who is not born yet has no age."""
    with pytest.raises(FeitFout, match="geboortedatum"):
        oordeel({"geboortedatum": MAANDAG + timedelta(days=1)})
