"""The clock over a real database: what is due, in which order, and an official who is at it in the same moment."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.codes import Besluitsoort
from contracts.subjects import source_urn
from hub.clock import VirtualClock
from hub.messages import Message
from hub.observability import new_traceparent
from hub.pipeline import Parts, Pipeline
from services.cases.besluiten import NeemBesluit
from services.cases.handlers import handlers
from services.cases.klok import Termijnklok
from services.cases.klokwerk import VerstrijkTermijn
from services.cases.model import Dossier, Termijnstatus
from services.cases.store import ZakenStore
from services.cases.termijnvragen import Termijnvragen, op_het_bord
from tests.service.databases import Databases, kluis
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    LPA,
    NU,
    beleid,
    dossier,
    met_feiten,
    met_melding,
    voorstel,
    zaak,
    zestien_uur,
)

LAATSTE_DAG = date(2026, 9, 30)
NET_NIET = datetime(2026, 9, 30, 21, 59, 59, tzinfo=UTC)  # 23:59:59 in the Netherlands
VOORBIJ = datetime(2026, 9, 30, 22, 0, tzinfo=UTC)
WOORDEN = beleid().protocollen.woorden


class Dienst:
    """Pipelines on one database, each with a clock of its own."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool = pool
        self.store = ZakenStore(pool, kluis())
        self.vragen = Termijnvragen(pool)

    def pipeline(self, op: datetime) -> Pipeline[Dossier]:
        """The service at a moment."""
        clock = VirtualClock(op)
        return Pipeline(
            "cases", source_urn("cases"), self.pool, Parts(self.store, handlers(beleid())),
            clock=clock, system=clock, rng=random.Random(1),
        )  # fmt: skip

    def klok(self, op: datetime) -> Termijnklok:
        """The clock at a moment."""
        pipeline = self.pipeline(op)

        async def execute(messages: list[Message]) -> list[Message]:
            await pipeline.process(messages)
            return messages

        return Termijnklok(self.vragen, execute, VirtualClock(op))  # type: ignore[arg-type]

    async def neem_op(self, number: int, **feiten: Any) -> Dossier:
        """A jongere with a zaak in which these facts were established."""
        staat = replace(met_feiten(met_melding(dossier(), zestien_uur()), **feiten), jongere_id=UUID(int=number))
        een = zaak(staat).met(zaak_id=UUID(int=number + 1000))
        namen = {oud: UUID(int=number * 100 + n) for n, oud in enumerate(een.termijnen)}
        termijnen = {namen[i]: t.model_copy(update={"termijn_id": namen[i]}) for i, t in een.termijnen.items()}
        ids = {oud: UUID(int=number * 100 + 50 + n) for n, oud in enumerate(een.voorstellen)}
        voorstellen = {ids[i]: v.model_copy(update={"voorstel_id": ids[i]}) for i, v in een.voorstellen.items()}
        een = een.met(termijnen=termijnen, voorstellen=voorstellen)
        staat = replace(staat, zaken={een.zaak_id: een}, gewijzigd=frozenset({een.zaak_id}), nieuw=())
        async with self.pool.acquire() as db, db.transaction():
            await self.store.save(db, {staat.jongere_id: staat})
        return staat

    async def gezegd(self, jongere_id: UUID, uiterlijk: date | None = None) -> Counter[str]:
        """How often each kind of event about a termijn (with this last day) was said about a jongere."""
        rows = await self.pool.fetch("SELECT bericht FROM outbox WHERE jongere_id = $1", jongere_id)
        berichten = [json.loads(r["bericht"]) for r in rows]
        dag = uiterlijk and uiterlijk.isoformat()
        over = [b for b in berichten if "termijn" in b["data"] and dag in (None, b["data"]["uiterlijk"])]
        return Counter(b["type"].rpartition(".")[2] for b in over)


@pytest.fixture
async def dienst(databases: Databases) -> AsyncIterator[Dienst]:
    """An empty database of `cases`."""
    async with databases.migrated("cases") as pool:
        await pool.execute("INSERT INTO outbox_stand (id, laatste_nr, gepubliceerd_tot) VALUES (1, 0, 0)")
        yield Dienst(pool)


async def test_an_official_and_the_clock_in_the_same_moment(dienst: Dienst) -> None:
    """A second before midnight somebody agrees, at midnight the clock comes by: each time exactly one of them ends
    the termijn, whichever gets there first."""
    official, klok = dienst.pipeline(NET_NIET), dienst.pipeline(VOORBIJ)
    rng, uitkomsten = random.Random(7), Counter[str]()
    for number in range(1, 61):
        staat = await dienst.neem_op(number, svb_gemeld=True, verzuim_gestopt=True)
        een = zaak(staat)
        ((termijn_id, termijn),) = een.termijnen.items()
        assert LAATSTE_DAG == termijn.uiterlijk
        besluit = NeemBesluit(voorstel(staat, "svb_herstelmelding").voorstel_id, Besluitsoort.AKKOORD, LPA)
        opdrachten = [(official, besluit), (klok, VerstrijkTermijn(een.zaak_id, termijn_id))]
        messages = [
            Message(staat.jongere_id, GEMEENTE, command, traceparent=new_traceparent()) for _, command in opdrachten
        ]

        async def geef(pipeline: Pipeline[Dossier], message: Message, wacht: int) -> None:
            for _ in range(wacht):
                await asyncio.sleep(0)
            await pipeline.process([message])

        wacht = rng.choice([(0, 0), (0, rng.randrange(40)), (rng.randrange(40), 0)])
        await asyncio.gather(*[geef(p, m, w) for (p, _), m, w in zip(opdrachten, messages, wacht, strict=True)])
        async with dienst.pool.acquire() as db:
            na = zaak((await dienst.store.load(db, [staat.jongere_id]))[staat.jongere_id])
        eerste = na.termijnen[termijn_id].status
        gezegd = await dienst.gezegd(staat.jongere_id, LAATSTE_DAG)
        assert 1 == gezegd["termijn-gehaald"] + gezegd["termijn-verstreken"]
        assert eerste is (Termijnstatus.GEHAALD if gezegd["termijn-gehaald"] else Termijnstatus.VERSTREKEN)
        assert [None, None] == [m.error for m in messages]
        uitkomsten[eerste] += 1
    assert 2 == len(uitkomsten), "both orders must have occurred"


async def test_thirty_days_late_everything_passes_once_and_nothing_is_warned_of(dienst: Dienst) -> None:
    """In pages, and again after a crash: what is over passes, what is near is warned of, the rest runs on."""
    for number, dag in enumerate(("2026-09-18", "2026-09-30", "2026-10-14", "2026-10-16", "2026-12-31"), 1):
        await dienst.neem_op(number, svb_termijn_tot=dag)
    klok = dienst.klok(NU + timedelta(days=30))  # woensdag 14 October
    assert await klok.verstrijk()
    assert await klok.waarschuw()
    verwacht = {1: "verstreken", 2: "verstreken", 3: "genaderd", 4: "genaderd"}
    for _ in range(2):
        for number in range(1, 6):
            soort = verwacht.get(number)
            assert ({f"termijn-{soort}": 1} if soort else {}) == await dienst.gezegd(UUID(int=number))
        assert await klok.verstrijk()
        assert await klok.waarschuw()
    assert 2 == klok.verstreken
    vandaag = date(2026, 10, 14)
    rows = [op_het_bord(r, WOORDEN, vandaag) for r in await dienst.vragen.bord(date(2026, 12, 1))]
    standen = [("verstreken", None), ("verstreken", None), ("nadert", 0), ("nadert", 2)]
    assert standen == [(r["stand"], r["werkdagen"]) for r in rows]
    assert {("svb_voorkomen_uiterlijk", "ouder")} == {(r["termijn"], r["bindt"]) for r in rows}
    assert [] == await dienst.vragen.bord(date.max, ["9999"])
    telling = await dienst.vragen.tel(vandaag)
    assert [3, 2, 0, 2] == [telling[GEMEENTE, s] for s in ("loopt", "binnenkort", "over_tijd", "verstreken")]


async def test_a_warning_waits_for_its_day_and_goes_with_the_termijn(dienst: Dienst) -> None:
    """From the third werkdag before the last day; the column is empty once it was given or the termijn ended."""
    staat = await dienst.neem_op(1, svb_termijn_tot="2026-10-09")  # vrijdag; from dinsdag 6 October
    assert [] == await dienst.vragen.te_waarschuwen(date(2026, 10, 5), 9)
    (due,) = await dienst.vragen.te_waarschuwen(date(2026, 10, 6), 9)
    assert (date(2026, 10, 9), staat.jongere_id) == (due.uiterlijk, due.jongere_id)
    assert [] == await dienst.vragen.te_waarschuwen(date(2026, 10, 6), 9, due)
    assert [] == await dienst.vragen.te_waarschuwen(date(2026, 10, 10), 9)
    await dienst.klok(datetime(2026, 10, 6, 9, tzinfo=UTC)).waarschuw()
    assert 0 == await dienst.pool.fetchval("SELECT count(*) FROM termijn WHERE waarschuwen_op IS NOT NULL")
