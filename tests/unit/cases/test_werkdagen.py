"""Werkdagen in the terms of a protocol."""

from datetime import date

import pytest

from services.cases.regelwerk.werkdagen import is_protocolwerkdag, plus_protocolwerkdagen


@pytest.mark.parametrize(
    ("dag", "expected"),
    [
        (date(2021, 5, 12), True),
        (date(2021, 5, 13), False),
        (date(2021, 5, 14), True),
        (date(2021, 5, 15), False),
        (date(2021, 4, 2), False),
    ],
)
def test_the_friday_after_hemelvaart_is_a_werkdag(dag: date, expected: bool) -> None:
    """Hemelvaartsdag, Goede Vrijdag and the weekend are free; a Friday put on a par with a feestdag is not."""
    assert expected == is_protocolwerkdag(dag)


@pytest.mark.parametrize(
    ("van", "aantal", "expected"),
    [
        (date(2021, 5, 12), 5, date(2021, 5, 20)),
        (date(2021, 5, 20), -5, date(2021, 5, 12)),
        (date(2021, 4, 1), 5, date(2021, 4, 12)),
        (date(2021, 3, 6), 1, date(2021, 3, 8)),
        (date(2021, 3, 6), 0, date(2021, 3, 6)),
    ],
)
def test_the_day_of_the_event_is_day_zero(van: date, aantal: int, expected: date) -> None:
    """Werkdagen are counted forwards or backwards from a day that does not count itself."""
    assert expected == plus_protocolwerkdagen(van, aantal)
