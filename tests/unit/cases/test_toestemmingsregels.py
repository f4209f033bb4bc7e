"""Who consents at which age, per kind of consent and per protocol: the bounds of the rules, asked of the rules."""

from datetime import date, timedelta

import pytest

from services.cases.toestemmingen import CJG_INHOUD, HALT
from services.cases.toestemmingsregels import Gevers, geadresseerden, gevers
from tests.unit.cases.gevallen import boek

MAANDAG = date(2026, 9, 14)
GO, NOP, ALGEMEEN = "goeree-overflakkee", "noordoostpolder", "algemeen"
OUDER, BEIDEN, JONGERE = Gevers(("ouder",)), Gevers(("ouder", "jongere")), Gevers(("jongere",))
HALT_BEIDEN, HALT_JONGERE = Gevers(("jongere", "ouder")), Gevers(("jongere",), ook=("ouder",))
NIEMAND = Gevers(())
GEZONDHEID = ("gezondheidsgegevens", "school", "3.1a")
CONTACT = ("contactgegevens_professional", "gemeente", "3.1a")
CJG = (CJG_INHOUD, "school", "zorgmelding")


def wie(protocol: str, waarover: tuple[str, str, str], geboren: date | None, op: date = MAANDAG) -> Gevers | None:
    """Who consents under this protocol."""
    return gevers(boek().geldig(protocol, op), boek().feiten, geboren, waarover, op)


def jarig(jaren: int, op: date = MAANDAG) -> date:
    """The day of birth of who becomes so old on `op`."""
    return op.replace(year=op.year - jaren)


@pytest.mark.parametrize(
    ("protocol", "waarover", "onder_12", "van_12", "van_16", "van_18"),
    [
        (GO, HALT, NIEMAND, HALT_BEIDEN, HALT_JONGERE, NIEMAND),
        (NOP, HALT, NIEMAND, HALT_BEIDEN, HALT_JONGERE, NIEMAND),
        (ALGEMEEN, HALT, NIEMAND, HALT_BEIDEN, HALT_JONGERE, NIEMAND),
        (GO, GEZONDHEID, OUDER, BEIDEN, JONGERE, JONGERE),
        (NOP, GEZONDHEID, OUDER, BEIDEN, JONGERE, JONGERE),
        (GO, CJG, OUDER, BEIDEN, JONGERE, JONGERE),
        (GO, CONTACT, OUDER, OUDER, BEIDEN, JONGERE),
        (NOP, CONTACT, OUDER, BEIDEN, JONGERE, JONGERE),
        (ALGEMEEN, GEZONDHEID, None, None, None, None),
    ],
)
def test_the_bounds_count_on_the_birthday_itself(
    protocol: str,
    waarover: tuple[str, str, str],
    onder_12: Gevers | None,
    van_12: Gevers | None,
    van_16: Gevers | None,
    van_18: Gevers | None,
) -> None:
    """The day before, the day of and the day after 12, 16 and 18 (CONV-6.1b, GO-REL-2, GO-R3B-1 and -2, NOP-HALT-1)."""
    dag = timedelta(days=1)
    for jaren, ervoor, erna in ((12, onder_12, van_12), (16, van_12, van_16), (18, van_16, van_18)):
        geboren = jarig(jaren)
        assert ervoor == wie(protocol, waarover, geboren + dag)
        assert erna == wie(protocol, waarover, geboren)
        assert erna == wie(protocol, waarover, geboren - dag)


@pytest.mark.parametrize(
    ("geboren", "op", "verwacht"),
    [
        (date(2008, 2, 29), date(2024, 2, 28), BEIDEN),
        (date(2008, 2, 29), date(2024, 2, 29), JONGERE),
        (date(2010, 2, 28), date(2026, 2, 28), JONGERE),
        (date(2012, 2, 29), date(2024, 2, 29), BEIDEN),
        (date(2016, 2, 29), date(2028, 2, 28), OUDER),
    ],
)
def test_who_was_born_on_29_february(geboren: date, op: date, verwacht: Gevers) -> None:
    """The birthday is 29 February where there is one."""
    assert verwacht == wie(GO, GEZONDHEID, geboren, op)


def test_29_february_becomes_1_march_in_other_years() -> None:
    """Of age the day after the last of February."""
    geboren = date(2008, 2, 29)
    assert HALT_JONGERE == wie(GO, HALT, geboren, date(2026, 2, 28))
    assert NIEMAND == wie(GO, HALT, geboren, date(2026, 3, 1))


@pytest.mark.parametrize("waarover", [HALT, GEZONDHEID])
@pytest.mark.parametrize("geboren", [None, date(2026, 9, 15)])
def test_without_a_day_of_birth_nobody_is_named(waarover: tuple[str, str, str], geboren: date | None) -> None:
    """Unknown, or in the future: a human decides."""
    assert wie(GO, waarover, geboren) is None


@pytest.mark.parametrize(("jaren", "verwacht"), [(11, OUDER), (12, BEIDEN), (15, BEIDEN), (16, JONGERE), (18, JONGERE)])
def test_who_is_told_beforehand(jaren: int, verwacht: Gevers) -> None:
    """Below 12 the legal representative, then both, from 16 the jongere (CONV-12.1, footnote 28)."""
    protocol = boek().geldig(GO, MAANDAG)
    assert verwacht == geadresseerden(protocol, boek().feiten, jarig(jaren), MAANDAG)
