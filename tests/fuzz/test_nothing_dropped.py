"""What goes in through the real intake is handled, or stands in quarantine: counted from the tables, none missing."""

import io
import os
from collections.abc import AsyncIterator
from pathlib import Path
from random import Random

import pytest
from lxml import etree

from hub.embedded import Servers
from schakel.places import api_token
from services.brp_sync.stuf import Mutatiesoort, OngeldigBericht, bouw_npslk01, lees_npslk01
from simulators.duo_xml import dc0011, geval_element
from simulators.personen import maak_bevolking, schrijf_persoonslijsten
from simulators.voorbeelden import voorbeeldgeval
from tests.fuzz.corpus import PEILDATUM, STUURGEGEVENS, Base
from tests.fuzz.mutations import Mutation, mutated
from tests.journeys.world import World, world
from tests.waiting import eventually

pytestmark = [pytest.mark.fuzz, pytest.mark.connected, pytest.mark.timeout(3600)]

NUMBER = int(os.environ.get("FUZZ_INPUTS", "2000")) // 20
KINDS = ("flip", "delete", "insert", "replace", "structure", "structure")


@pytest.fixture
async def wereld(servers: Servers, tmp_path: Path) -> AsyncIterator[World]:
    async with world(servers, tmp_path) as made:
        yield made


def change(rng: Random, *kinds: str) -> Mutation:
    return Mutation(rng.choice(kinds), *(rng.randrange(2**16) for _ in range(3)))


async def counted(wereld: World, service: str, bron: str) -> tuple[int, int, int]:
    """How many messages came in, how many of those are finished, and how many times something was put aside."""
    pool = wereld.app(service).service.pool
    row = await pool.fetchrow("SELECT count(*), count(verwerkt_op) FROM inkomend WHERE bron = $1", bron)
    aside = await pool.fetchval("SELECT coalesce(sum(keer), 0) FROM quarantaine WHERE bron = $1", bron)
    return row[0], row[1], int(aside)


async def all_finished(wereld: World, service: str, bron: str) -> bool:
    came, finished, _ = await counted(wereld, service, bron)
    return came == finished


def says_nothing(body: bytes) -> bool:
    """A readable message that the sender stopped following somebody: there is nothing to keep of it."""
    try:
        return lees_npslk01(body).mutatiesoort is Mutatiesoort.VERWIJDERING
    except OngeldigBericht:
        return False


async def test_kennisgevingen_are_handled_or_put_aside(wereld: World) -> None:
    """Every npsLk01 is about somebody else, so each that was handled is one more person who is known."""
    rng = Random(4)
    personen = maak_bevolking(5, NUMBER, ("1924",), PEILDATUM)
    bodies = []
    for nr, persoon in enumerate(personen):
        envelope = STUURGEGEVENS.model_copy(update={"referentienummer": f"referentie-{nr}"})
        base = Base(bouw_npslk01(persoon, Mutatiesoort.TOEVOEGING, envelope), "xml")
        bodies.append(mutated(base, [change(rng, *KINDS)] if rng.random() < 0.8 else []))
    answers = [(await wereld.api.post("/stuf-bg/0310/npsLk01", content=body)).status_code for body in bodies]

    pool = wereld.app("brp_sync").service.pool
    await eventually(lambda: all_finished(wereld, "brp_sync", "stuf-bg"), "every kennisgeving is worked on", 300)
    known = await pool.fetchval("SELECT count(*) FROM jongere WHERE gegevens IS NOT NULL")
    came, finished, aside = await counted(wereld, "brp_sync", "stuf-bg")
    assert {200, 500} == set(answers)
    assert (NUMBER, came) == (came + answers.count(500), finished)
    assert NUMBER == known + aside + sum(map(says_nothing, bodies))
    assert answers.count(500) <= aside
    assert known > 0


async def test_meldingen_are_handled_or_put_aside(wereld: World) -> None:
    """One page holds many Verzuimgevallen; what is wrong with one does not touch the others."""
    rng, pages = Random(6), 4
    intake, made = wereld.app("ingest_duo").service.intakes["duo"], 0
    for page in range(pages):
        elements = []
        for nr in range(NUMBER // pages):
            made += 1
            geval = voorbeeldgeval(meldingsnummer=str(8_000_000 + page * 10_000 + nr), ontvangende_gemeente="1924")
            element = geval_element(geval)
            elements.append(spoiled(element, rng) if rng.random() < 0.7 else element)
        body = dc0011(elements, gemeente="001924", document_id=f"doc-{page}", volgende=None)
        await intake.keep(body, wereld.clock.now())
    await wereld.app("ingest_duo").poller.round()

    pool = wereld.app("ingest_duo").service.pool
    known = await pool.fetchval("SELECT count(*) FROM melding")
    came, finished, aside = await counted(wereld, "ingest_duo", "duo")
    assert came == finished >= pages
    assert made == known + aside
    assert min(known, aside) > 0


def spoiled(element: etree._Element, rng: Random) -> etree._Element:
    """A Verzuimgeval with one change of structure below its root."""
    whole = etree.Element("x")
    whole.append(element)
    while True:
        changed = etree.fromstring(mutated(Base(etree.tostring(whole), "xml"), [change(rng, "structure")]))
        if len(changed) == 1 and changed[0].tag == element.tag and not changed.text:
            return changed[0]


async def test_persoonslijsten_are_handled_or_put_aside(wereld: World) -> None:
    """Of a file that is damaged in many places every row is accounted for."""
    rng, text = Random(8), io.StringIO()
    schrijf_persoonslijsten(maak_bevolking(9, NUMBER, ("1924",), PEILDATUM), text)
    head, *rows = text.getvalue().splitlines()
    damaged = [row_changed(row, rng) if rng.random() < 0.5 else row for row in rows]
    key = {"Authorization": f"Bearer {api_token(wereld.folder)}"}
    answer = await wereld.api.post("/v1/persoonslijsten", content="\n".join([head, *damaged]).encode(), headers=key)

    pool = wereld.app("brp_sync").service.pool
    known = await pool.fetchval("SELECT count(*) FROM jongere WHERE gegevens IS NOT NULL")
    aside = await pool.fetchval("SELECT sum(keer) FROM quarantaine WHERE bron = 'persoonslijsten'")
    assert {"ingelezen": known, "quarantaine": aside} == answer.json()
    assert len([row for row in damaged if row.strip() and not row.startswith(";")]) <= known + aside
    assert min(known, aside) > 0


def row_changed(row: str, rng: Random) -> str:
    """Another character, one less, or one more, somewhere in the row."""
    at = rng.randrange(1, len(row))
    return row[:at] + rng.choice(("", ";", '"', "9", "Q", "\u0663")) + row[at + rng.randrange(2) :]
