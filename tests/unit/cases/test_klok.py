"""When the clock of `cases` comes by, in which order, and that one step keeps no other waiting."""

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from hub.clock import VirtualClock
from services.cases.klok import Klok, Stap, begin_van_morgen
from tests.waiting import eventually


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 9, 14, 8, tzinfo=UTC), datetime(2026, 9, 14, 22, tzinfo=UTC)),
        (datetime(2026, 9, 14, 21, 59, 59, tzinfo=UTC), datetime(2026, 9, 14, 22, tzinfo=UTC)),
        (datetime(2026, 9, 14, 22, tzinfo=UTC), datetime(2026, 9, 15, 22, tzinfo=UTC)),  # midnight belongs to the day
        (datetime(2026, 3, 28, 23, tzinfo=UTC), datetime(2026, 3, 29, 22, tzinfo=UTC)),  # a day of 23 hours
        (datetime(2026, 10, 24, 22, tzinfo=UTC), datetime(2026, 10, 25, 23, tzinfo=UTC)),  # a day of 25 hours
        (datetime(2026, 12, 31, 12, tzinfo=UTC), datetime(2026, 12, 31, 23, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_dutch_midnight(now: datetime, expected: datetime) -> None:
    """Also in the nights in which the clock is moved."""
    assert expected == begin_van_morgen(now)


class Dagboek:
    """Steps that write down that they were done."""

    def __init__(self) -> None:
        self.gedaan: list[tuple[str, date]] = []
        self.clock = VirtualClock(datetime(2026, 10, 24, 12, tzinfo=UTC))
        self.stuk: set[str] = set()

    def stap(self, naam: str) -> Stap:
        """A step that fails or is unfinished as long as it is in `stuk`."""

        async def doe() -> bool:
            self.gedaan.append((naam, self.clock.today()))
            if naam in self.stuk and naam == "kapot":
                raise RuntimeError("kapot")
            return naam not in self.stuk

        return Stap(naam, doe)

    async def tik(self) -> None:
        """Nothing."""


async def test_a_step_that_fails_keeps_no_other_waiting_and_is_tried_again() -> None:
    """The order of the list holds; what is finished is not done again the same day."""
    boek = Dagboek()
    boek.stuk = {"kapot", "onaf"}
    klok = Klok(boek.clock, [boek.stap(n) for n in ("eerst", "kapot", "onaf", "laatst")], boek.tik)
    rest = await klok.ronde()
    assert ["eerst", "kapot", "onaf", "laatst"] == [n for n, _ in boek.gedaan]
    assert ["kapot", "onaf"] == [s.naam for s in rest]
    boek.stuk = set()
    assert () == await klok.ronde(rest)


async def test_every_step_is_done_at_the_start_and_once_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Over the night in which the clock goes back, and after thirty days of nothing."""
    monkeypatch.setattr("services.cases.klok._TIK_SECONDS", 0.001)
    boek = Dagboek()
    loop = asyncio.create_task(Klok(boek.clock, [boek.stap("a"), boek.stap("b")], boek.tik).loop())
    dagen = [date(2026, 10, 24)]
    await eventually(lambda: len(boek.gedaan) == 2, "the start")
    for erbij, dag in ((timedelta(hours=11), date(2026, 10, 25)), (timedelta(hours=24), None),
                       (timedelta(hours=1), date(2026, 10, 26)), (timedelta(days=30), date(2026, 11, 25))):  # fmt: skip
        boek.clock.advance(erbij)
        if dag is not None:
            dagen.append(dag)
            await eventually(lambda: len(boek.gedaan) >= 2 * len(dagen), "the next day")
    loop.cancel()
    assert [(naam, dag) for dag in dagen for naam in ("a", "b")] == boek.gedaan
