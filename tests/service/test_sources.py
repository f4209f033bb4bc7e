"""Watching sources on a real database: counts, silence, and bodies that are erased in time."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from structlog.testing import capture_logs

from hub.clock import VirtualClock
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.intake import Intake
from hub.observability import REGISTRY
from hub.quarantine import Quarantine
from hub.sources import SourceWatch, erase_bodies, silences
from hub.tables import Quarantainestaat
from tests.service.databases import Databases, kluis

NU = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)  # maandag, 10:00 Dutch time
KEY: Kluis = kluis()


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    async with databases.migrated("cases") as opened:
        yield opened


async def history(pool: "asyncpg.Pool[Any]", bron: str, first: datetime, every: timedelta, number: int) -> None:
    """Lines of messages that were finished long ago."""
    await pool.execute(
        """INSERT INTO inkomend (bron, sha256, ruw, ontvangen_op, verwerkt_op)
           SELECT $1, '', '', $2::timestamptz + n * $3::interval, $2 FROM generate_series(0, $4::int - 1) n""",
        bron, first, every, number,
    )  # fmt: skip


def value(metric: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(metric, {"service": "cases", **labels})


async def test_silence_of_each_source_from_its_own_history(pool: "asyncpg.Pool[Any]") -> None:
    """One that speaks every hour and fell silent on vrijdag, and one that was heard once."""
    await history(pool, "stuf-bg", NU - timedelta(weeks=4, days=3), timedelta(hours=1), 28 * 24)
    await history(pool, "lo3", NU - timedelta(minutes=30), timedelta(0), 1)

    found = {s.bron: s for s in await silences(pool, NU, ("zuid",))}

    assert {"lo3", "stuf-bg"} == found.keys()
    assert (True, False) == (found["stuf-bg"].te_lang, found["lo3"].te_lang)
    assert (None, 1800.0) == (found["lo3"].gewoon, found["lo3"].stil)


async def test_answers_without_news_do_not_break_the_silence(pool: "asyncpg.Pool[Any]") -> None:
    intake = Intake(pool, KEY, "cases", "duo")
    for at, news in ((NU - timedelta(hours=2), 3), (NU - timedelta(hours=1), 0)):
        await intake.finished(await intake.keep(str(at).encode(), at), at, aantal=news)

    (found,) = await silences(pool, NU, ())

    assert NU - timedelta(hours=2) == found.laatste_op


async def test_a_busy_source_costs_no_more_than_a_quiet_one(pool: "asyncpg.Pool[Any]") -> None:
    """Forty thousand messages are judged by looking at one per quarter of an hour, through the index."""
    await history(pool, "stuf-bg", NU - timedelta(seconds=40_000), timedelta(seconds=1), 40_000)
    await pool.execute("ANALYZE inkomend")
    async with pool.acquire() as db, db.transaction():
        before = await scans(db)
        await silences(db, NU, ())  # type: ignore[arg-type]  # a connection asks as a pool does
        looked, returned = [after - was for after, was in zip(await scans(db), before, strict=True)]
    assert 40_000 / 900 <= looked <= 60
    assert returned <= 60


async def scans(db: Any) -> tuple[int, int]:
    """How often this transaction looked into the index, and how many lines that gave."""
    return tuple(
        await db.fetchrow(
            """SELECT pg_stat_get_xact_numscans('ix_inkomend_ritme'::regclass),
                      pg_stat_get_xact_tuples_returned('ix_inkomend_ritme'::regclass)"""
        )
    )


async def test_finished_bodies_are_erased_in_time_and_nothing_else(pool: "asyncpg.Pool[Any]") -> None:
    """The line stays; what is unfinished or open keeps its body however old it is."""
    intake, old, young = Intake(pool, KEY, "cases", "proef"), NU - timedelta(days=31), NU - timedelta(days=29)
    for name, finished in (("oud", old), ("jong", young)):
        await intake.finished(await intake.keep(name.encode(), old), finished)
    await intake.keep(b"niet verwerkt", old)
    quarantine = Quarantine(pool, KEY, "cases")
    numbers = {s: await intake.quarantine(s.encode(), "p", "v", "r", old) for s in ("oud", "jong", "open")}
    await quarantine.mend(numbers["oud"], b"beter", "beheer", old)
    await quarantine.close(numbers["oud"], Quarantainestaat.VERVALLEN, "dubbel", "beheer", old)
    await quarantine.close(numbers["jong"], Quarantainestaat.VERVALLEN, "dubbel", "beheer", young)

    erased = [await erase_bodies(pool, NU - timedelta(days=30)) for _ in range(2)]

    sizes = await pool.fetch("SELECT octet_length(ruw) > 0 AS full FROM inkomend ORDER BY id")
    assert [2, 0] == erased
    assert [False, True, True] == [r["full"] for r in sizes]
    assert (b"jong", b"open") == tuple([(await quarantine.content(numbers[s])).origineel for s in ("jong", "open")])
    assert 0 == await pool.fetchval(
        "SELECT count(*) FROM quarantaine WHERE id = $1 AND hersteld IS NOT NULL", numbers["oud"]
    )
    with pytest.raises(Ongeldig, match="bewaartermijn"):
        await quarantine.content(numbers["oud"])


async def test_the_watch_tells_once_and_erases_on_the_clock(pool: "asyncpg.Pool[Any]") -> None:
    """Metrics follow every look; the log has one line when a source falls silent and one when it is heard again."""
    clock = VirtualClock(NU)
    watch = SourceWatch("cases", pool, clock, regios=("zuid",), bewaardagen=30)
    intake = Intake(pool, KEY, "cases", "stuf-bg")
    await history(pool, "stuf-bg", NU - timedelta(weeks=4, days=3), timedelta(hours=1), 28 * 24)
    nr = await intake.quarantine(b"x", "p", "verzuimdagen.3.datum", "r", NU)
    with capture_logs() as logs:
        for _ in range(2):
            await watch.look()
        silent = value("schakel_bron_stil_seconden", bron="stuf-bg")
        usual = value("schakel_bron_gewoon_seconden", bron="stuf-bg")
        open_items = value("schakel_quarantaine_open", bron="stuf-bg", veld="verzuimdagen.datum")
        await intake.finished(await intake.keep(b"y", NU), NU)
        await Quarantine(pool, KEY, "cases").close(nr, Quarantainestaat.VERVALLEN, "dubbel", "beheer", NU)
        clock.advance(timedelta(days=31))
        await history(pool, "stuf-bg", clock.now(), timedelta(0), 1)
        await watch.look()

    assert silent is not None
    assert usual is not None
    assert silent > usual > 0
    assert (1, 0) == (open_items, value("schakel_quarantaine_open", bron="stuf-bg", veld="verzuimdagen.datum"))
    assert ["source_silent", "source_heard_again", "bodies_erased"] == [
        line["event"] for line in logs if line["event"] != "input_quarantined"
    ]


class Opgeruimd:
    """A database in which all messages are removed right after each question."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def fetch(self, query: str, *args: Any) -> list[Any]:
        rows = await self._pool.fetch(query, *args)
        await self._pool.execute("DELETE FROM inkomend")
        return rows


async def test_a_source_whose_messages_are_gone_meanwhile_is_not_judged(pool: "asyncpg.Pool[Any]") -> None:
    await history(pool, "stuf-bg", NU - timedelta(hours=1), timedelta(0), 1)
    assert [] == await silences(Opgeruimd(pool), NU, ("zuid",))  # type: ignore[arg-type]
