"""How long what is kept, and when somebody's turn comes: a day before and on the day."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import yaml
from pydantic import ValidationError

from hub.bewaartermijnen import STANDAARD, Bewaartermijnen
from hub.catalogus import Bewaarsoort
from hub.clock import VirtualClock
from schakel.wissen.bewaren import SPELING, TeWissen, elke_dag, geboren_voor
from tests.waiting import eventually

TERMIJNEN = Bewaartermijnen.load()


def test_a_dossier_goes_within_a_year_of_the_besluit() -> None:
    """CONV-9.2; the clock begins a month before its last day."""
    uiterlijk = TERMIJNEN.uiterlijk(Bewaarsoort.DOSSIER, date(2026, 3, 2))
    assert date(2027, 3, 2) == uiterlijk
    wie = TeWissen(uuid4(), "SLUIT-1", uiterlijk)
    assert not wie.is_aan_de_beurt(uiterlijk - SPELING - timedelta(days=1))
    assert wie.is_aan_de_beurt(uiterlijk - SPELING)
    assert date(2046, 3, 2) == TERMIJNEN.uiterlijk(Bewaarsoort.BEVRAGING, date(2026, 3, 2))


def test_without_a_dossier_the_month_of_birth_counts_as_its_last_day() -> None:
    """Born in August 2002: 24 at latest on 31 August 2026, so gone in September and not before."""
    augustus = date(2002, 8, 1)
    assert not augustus < geboren_voor(TERMIJNEN, date(2026, 8, 31))
    assert augustus < geboren_voor(TERMIJNEN, date(2026, 9, 1))


def document(**anders: int) -> dict[str, list[dict[str, object]]]:
    """The file, with other terms for some kinds."""
    made: dict[str, list[dict[str, object]]] = yaml.safe_load(STANDAARD.read_text(encoding="utf-8"))
    for termijn in made["termijnen"]:
        termijn["jaren"] = anders.get(str(termijn["soort"]), termijn["jaren"])
    return made


def test_a_gemeente_may_shorten_but_not_lengthen_what_the_convenant_says(tmp_path: Path) -> None:
    """One year is the most for a dossier; other kinds are the gemeente's own."""
    path = tmp_path / "termijnen.yaml"
    path.write_text(yaml.safe_dump(document(dossier=0, verstrekking=10)))
    assert date(2026, 3, 2) == Bewaartermijnen.load(path).uiterlijk(Bewaarsoort.DOSSIER, date(2026, 3, 2))
    with pytest.raises(ValidationError, match=r"CONV-9\.2"):
        Bewaartermijnen.model_validate(document(dossier=2))


def test_every_kind_has_one_term() -> None:
    """A kind that is missing or named twice is refused."""
    made = document()
    for termijnen in (made["termijnen"][1:], [*made["termijnen"], made["termijnen"][0]]):
        with pytest.raises(ValidationError, match="precies een keer"):
            Bewaartermijnen.model_validate({"termijnen": termijnen})


async def test_the_clock_does_its_work_once_a_day_and_again_after_a_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is away, or a fault of ours, ends neither the day's work nor the days after it."""
    monkeypatch.setattr("schakel.wissen.bewaren._PAUZE", 0)
    clock = VirtualClock(datetime(2026, 9, 14, 8, 0, tzinfo=UTC))
    done: list[date] = []
    failures = [ValueError(), OSError()]

    async def doe() -> None:
        if failures:
            raise failures.pop()
        done.append(clock.today())

    task = asyncio.create_task(elke_dag(clock, doe))
    await eventually(lambda: done, "the first day is done")
    clock.advance(timedelta(hours=13))
    assert [date(2026, 9, 14)] == done
    clock.advance(timedelta(hours=2))
    await eventually(lambda: len(done) > 1, "the second day is done")
    task.cancel()
    assert [date(2026, 9, 14), date(2026, 9, 15)] == done
