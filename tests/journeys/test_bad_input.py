"""Bad input never stops the line and never vanishes: it is in quarantine with field and reason, the next goes on.

DUO's side is the stand-in with its faults switched on; StUF messages come in over the API.
"""

import json
import tracemalloc
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio
from lxml import etree

from contracts.codes import MeldingStatus
from hub.canary import Canary
from hub.embedded import Servers
from services.brp_sync.model import Persoon
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from services.brp_sync.stuf.messages import SOAP, STUF
from services.brp_sync.stuf.reading import MAX_BYTES
from simulators.duo_storingen import GROOT_ANTWOORD_BYTES, Storing, StoringSoort
from tests.journeys.world import CONFIRMED, World, world
from tests.waiting import eventually

DUO_BOUND = 20_000_000
"""Default of `SCHAKEL_DUO_MAX_BYTES`."""
DOCTYPE = "een DOCTYPE met entiteiten is niet toegestaan"
WHOLE_ANSWERS = [
    (StoringSoort.KAPOTTE_XML, "geen welgevormde XML"),
    (StoringSoort.XML_BOM, DOCTYPE),
    (StoringSoort.EXTERNE_ENTITEIT, DOCTYPE),
    (StoringSoort.VERKEERDE_CODERING, "opgegeven codering is niet UTF-8"),
    (StoringSoort.GROOT_ANTWOORD, f"groter dan {DUO_BOUND} bytes"),
]
ONE_GEVAL = [
    (StoringSoort.FOUTE_ELFPROEF, "bsn", "telt geen negen cijfers of voldoet niet aan de elfproef"),
    (StoringSoort.ONBEKENDE_CODE, "verzuimsoort", "onbekende code"),
    (StoringSoort.ONTBREKEND_VELD, "begindatum", "ontbreekt"),
]


class Since:
    """What came of one test: all tests share one world, with a register of DUO that is empty again."""

    def __init__(self, wereld: World) -> None:
        self._wereld = wereld
        self._marks: dict[tuple[str, str], int] = {}

    async def begin(self) -> None:
        """From here on it counts."""
        self._wereld.clock.advance(timedelta(hours=1))
        for nummer in list(self._wereld.duo.register._versies):
            self._wereld.duo.register.verwijder(nummer)
        self._wereld.duo.bedorven.clear()
        for service in ("ingest_duo", "brp_sync"):
            for table, key in (("quarantaine", "id"), ("outbox", "nr")):
                query = f"SELECT COALESCE(max({key}), 0) FROM {table}"
                self._marks[service, table] = await self._wereld.app(service).service.pool.fetchval(query)

    async def quarantine(self, service: str = "ingest_duo") -> list[tuple[str, str]]:
        """Field and reason of what was put aside, oldest first."""
        pool, mark = self._wereld.app(service).service.pool, self._marks[service, "quarantaine"]
        rows = await pool.fetch("SELECT veld, reden FROM quarantaine WHERE id > $1 ORDER BY id", mark)
        return [(r["veld"], r["reden"]) for r in rows]

    async def said(self, service: str, name: str = "") -> list[tuple[str, dict[str, Any]]]:
        """The events of a service: name and payload; only those called `name` when it is given."""
        pool, mark = self._wereld.app(service).service.pool, self._marks[service, "outbox"]

        async def worked_on() -> bool:
            return not await pool.fetchval(CONFIRMED)

        await eventually(worked_on, "what was confirmed is worked on")
        rows = await pool.fetch("SELECT subject, bericht FROM outbox WHERE nr > $1 ORDER BY nr", mark)
        found = [(r["subject"].split(".")[1], json.loads(r["bericht"])["data"]) for r in rows]
        return [(event, data) for event, data in found if name in ("", event)]

    async def told(self) -> list[tuple[str, str]]:
        """What was told about meldingen, as (event, meldingsnummer), without our own status."""
        return [
            (event.removeprefix("verzuimmelding-"), data["meldingsnummer"])
            for event, data in await self.said("ingest_duo")
            if event != "meldingstatus-teruggemeld"
        ]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def wereld(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """One world for all tests of this file."""
    async with world(servers, Path(tmp_path_factory.mktemp("bad_input"))) as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def since(wereld: World) -> Since:
    """What this test leads to."""
    made = Since(wereld)
    await made.begin()
    return made


async def fetch(wereld: World) -> None:
    """We ask DUO what changed."""
    await wereld.app("ingest_duo").poller.round()


async def status_of(wereld: World, nummer: str) -> list[MeldingStatus]:
    """The statuses DUO took for a melding, once there is one."""
    found = await eventually(lambda: wereld.duo.ontvangen_statussen.get(nummer), f"DUO has a status of {nummer}")
    return list(found)


# Answers of DUO


@pytest.mark.parametrize(("soort", "reden"), WHOLE_ANSWERS)
async def test_an_answer_that_cannot_be_read_is_put_aside_and_asked_for_again(
    wereld: World, since: Since, soort: StoringSoort, reden: str
) -> None:
    """Nothing is taken in and the cursor stays; the same page, delivered well, is handled and DUO gets its status."""
    jongere = await wereld.jongere()
    wereld.duo.storingen.append(Storing(soort))
    nummer = wereld.meld_bij_duo(jongere)

    await fetch(wereld)
    assert [("bericht", reden)] == await since.quarantine()
    assert [] == await since.told()

    await fetch(wereld)
    assert [("ontvangen", nummer)] == await since.told()
    assert [MeldingStatus.IN_BEHANDELING] == await status_of(wereld, nummer)
    assert 1 == len(await since.quarantine())
    assert 0 == wereld.duo.gelokt  # nobody fetched what the external entity pointed at


async def test_an_answer_of_50_mb_is_never_held_in_memory(wereld: World, since: Since) -> None:
    """Reading stops at the bound: at no moment is there more than twice that, of 50 MB that came."""
    jongere = await wereld.jongere()
    wereld.duo.storingen.append(Storing(StoringSoort.GROOT_ANTWOORD))
    wereld.meld_bij_duo(jongere)
    tracemalloc.start()
    try:
        await fetch(wereld)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert [("bericht", f"groter dan {DUO_BOUND} bytes")] == await since.quarantine()
    assert peak < 2 * DUO_BOUND < GROOT_ANTWOORD_BYTES


@pytest.mark.parametrize(("soort", "veld", "reden"), ONE_GEVAL)
async def test_one_bad_melding_is_put_aside_and_the_others_on_the_page_are_handled(
    wereld: World, since: Since, soort: StoringSoort, veld: str, reden: str
) -> None:
    """Field and reason, not the value; the cursor moves on; a later, mended version is taken in as new."""
    jongeren = [await wereld.jongere() for _ in range(3)]
    wereld.duo.storingen.append(Storing(soort))
    nummers = [wereld.meld_bij_duo(j, verzuimsoort="V3", begindatum=wereld.clock.today()) for j in jongeren]

    await fetch(wereld)
    (bad,) = wereld.duo.bedorven
    good = [n for n in nummers if n != bad]
    assert [(veld, reden)] == await since.quarantine()
    assert [("ontvangen", n) for n in good] == await since.told()
    for nummer in good:
        assert [MeldingStatus.IN_BEHANDELING] == await status_of(wereld, nummer)
    assert bad not in wereld.duo.ontvangen_statussen

    wereld.clock.advance(timedelta(minutes=1))
    wereld.duo.wijzig(bad, einddatum=wereld.clock.today())
    await fetch(wereld)
    assert ("ontvangen", bad) == (await since.told())[-1]
    assert 1 == len(await since.quarantine())


async def test_what_is_put_aside_never_tells_the_value(wereld: World, since: Since) -> None:
    """Every text of the quarantine is searched for everything the bad meldingen held."""
    canary = Canary()
    for soort, _, _ in ONE_GEVAL:
        jongere = await wereld.jongere()
        canary.add_model(jongere)
        wereld.duo.storingen.append(Storing(soort))
        canary.add_model(wereld.duo.register.huidig(wereld.meld_bij_duo(jongere)))
        await fetch(wereld)
    rows = await wereld.app("ingest_duo").service.pool.fetch("SELECT bron, plek, veld, reden, ruw FROM quarantaine")
    assert 3 <= len(rows)
    assert [] == [kind for r in rows for column in r.values() for kind in canary.search(column)]


async def test_a_melding_of_a_gemeente_we_do_not_serve_is_put_aside(wereld: World, since: Since) -> None:
    """It was sent to the wrong place."""
    jongere = await wereld.jongere()
    wereld.meld_bij_duo(jongere, ontvangende_gemeente="0599")
    await fetch(wereld)
    assert [("ontvangende_gemeente", "deze gemeente hoort niet bij deze installatie")] == await since.quarantine()


async def test_a_page_delivered_double_counts_once(wereld: World, since: Since) -> None:
    """The same version again is no second event and nothing for the quarantine."""
    jongeren = [await wereld.jongere() for _ in range(2)]
    nummers = [wereld.meld_bij_duo(j) for j in jongeren]
    wereld.duo.storingen.append(Storing(StoringSoort.DUBBELE_LEVERING))
    await fetch(wereld)
    await fetch(wereld)  # and the page once more, for deliveries overlap
    assert [("ontvangen", n) for n in nummers] == await since.told()
    assert [] == await since.quarantine()


async def test_a_mutation_that_comes_after_a_later_one_is_put_aside(wereld: World, since: Since) -> None:
    """The newest version is told once; the older ones that follow it change nothing back."""
    jongere = await wereld.jongere()
    nummer = await wereld.meld(jongere)
    await status_of(wereld, nummer)
    wereld.clock.advance(timedelta(minutes=1))
    wereld.duo.wijzig(nummer, einddatum=wereld.clock.today())
    wereld.duo.storingen.append(Storing(StoringSoort.VERKEERDE_VOLGORDE))
    other = wereld.meld_bij_duo(await wereld.jongere())

    await fetch(wereld)
    late = ("laatste_mutatie", "ouder dan de versie die al verwerkt is")
    assert [late, late] == await since.quarantine()  # as first reported, and with our status
    assert [("ontvangen", nummer), ("ontvangen", other), ("gewijzigd", nummer)] == await since.told()


async def test_another_content_under_the_same_stamp_is_put_aside(wereld: World, since: Since) -> None:
    """Number and stamp name one version: which of the two is right is for a person to find out."""
    jongere = await wereld.jongere()
    nummer = await wereld.meld(jongere)
    await status_of(wereld, nummer)
    await fetch(wereld)  # what our status made of it
    known = wereld.duo.register.huidig(nummer)
    wereld.duo.register.verwijder(nummer)
    wereld.duo.voeg_toe(known.model_copy(update={"einddatum": wereld.clock.today()}))
    await fetch(wereld)
    assert [("laatste_mutatie", "zelfde stempel als de verwerkte versie, andere inhoud")] == await since.quarantine()
    assert [("ontvangen", nummer)] == await since.told()


# Answers to our status


@pytest.mark.parametrize("soort", [soort for soort, _ in WHOLE_ANSWERS] + [StoringSoort.VERBINDING_WEG])
async def test_a_confirmation_that_cannot_be_read_leads_to_one_status_all_the_same(
    wereld: World, since: Since, soort: StoringSoort
) -> None:
    """DUO took the status and its answer was spoiled: we ask again, find it there, and tell it once."""
    jongere = await wereld.jongere()
    bij: Literal["mutatie"] = "mutatie"
    wereld.duo.storingen.append(Storing(soort, bij=bij))
    nummer = await wereld.meld(jongere)
    await eventually(lambda: since.said("ingest_duo", "meldingstatus-teruggemeld"), "we know that DUO has our status")
    assert [MeldingStatus.IN_BEHANDELING] == await status_of(wereld, nummer)
    assert 1 == len(await since.said("ingest_duo", "meldingstatus-teruggemeld"))
    assert [] == await since.quarantine()


# StUF


NUMMERS = count(1)


def kennisgeving(persoon: Persoon) -> bytes:
    """The npsLk01 that adds a person."""
    stuur = Stuurgegevens(
        zender=Systeem(organisatie="1924", applicatie="BURGERZAKEN"),
        ontvanger=Systeem(organisatie="1924", applicatie="SCHAKEL"),
        referentienummer=f"ref-1-{next(NUMMERS)}",
        tijdstip="20260914100000000",
    )
    return bouw_npslk01(persoon, Mutatiesoort.TOEVOEGING, stuur)


async def stuur(wereld: World, body: bytes) -> tuple[int, etree._Element]:
    """Status and content of the answer."""
    answer = await wereld.api.post("/stuf-bg/0310/npsLk01", content=body, timeout=30)
    return answer.status_code, etree.fromstring(answer.content)[0][0]


def code_of(fault: etree._Element) -> str | None:
    """The code of the Fo03 inside a SOAP fault; None when there is only the fault."""
    return fault.findtext(f".//{{{STUF}}}code")


async def test_a_good_kennisgeving_is_confirmed(wereld: World, since: Since) -> None:
    """Bv03, with our sender and receiver turned round, and the jongere is known."""
    jongere = wereld.nieuwe_jongere()
    status, answer = await stuur(wereld, kennisgeving(jongere))
    assert (200, f"{{{STUF}}}Bv03Bericht") == (status, answer.tag)
    assert str(answer.findtext(f".//{{{STUF}}}crossRefnummer")).startswith("ref-1-")
    assert 1 == len(await since.said("brp_sync", "jongere-ingeschreven"))


def spoiled(how: str, body: bytes, lure: Path) -> bytes:
    """A kennisgeving with one thing wrong."""
    if how == "half":
        return body[: len(body) // 2]
    if how == "xxe":
        doctype = f'<!DOCTYPE x [<!ENTITY lok SYSTEM "{lure.as_uri()}">]>'.encode()
        return body.replace(b"?>", b"?>" + doctype, 1).replace(b"ref-1", b"&lok;")
    if how == "bomb":
        layers = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        return body.replace(b"?>", f'?><!DOCTYPE x [<!ENTITY l0 "lang">{layers}]>'.encode(), 1)
    if how == "encoding":
        return body.replace(b"UTF-8", b"UTF-7", 1)
    if how == "50 MB":
        return body + b"<!--" + b" " * 50_000_000 + b"-->"
    return body.replace(b">Lk01<", b">Lk02<")


@pytest.mark.parametrize(
    ("how", "veld", "reden", "code"),
    [
        ("half", "bericht", "is geen welgevormde XML", None),
        ("xxe", "bericht", "bevat een DOCTYPE; die wordt niet aangenomen", None),
        ("bomb", "bericht", "bevat een DOCTYPE; die wordt niet aangenomen", None),
        ("encoding", "bericht", "heeft een tekenset die niet wordt aangenomen; gebruik UTF-8", None),
        ("50 MB", "bericht", f"is groter dan {MAX_BYTES} bytes", None),
        ("berichtcode", "berichtcode", "is niet Lk01", "StUF025"),
    ],
)
async def test_a_bad_kennisgeving_is_refused_and_the_next_one_is_taken(
    wereld: World, since: Since, tmp_path: Path, how: str, veld: str, reden: str, code: str | None
) -> None:
    """A fault with the reason (a Fo03 once the sender can be read), a row in quarantine, and the line goes on."""
    lure = tmp_path / "lok"
    lure.write_text("uit een bestand")
    good = kennisgeving(wereld.nieuwe_jongere())
    status, fault = await stuur(wereld, spoiled(how, good, lure))
    assert (500, f"{{{SOAP}}}Fault") == (status, fault.tag)
    assert reden == fault.findtext("faultstring")
    assert code == code_of(fault)
    assert b"uit een bestand" not in etree.tostring(fault)
    assert [(veld, reden)] == await since.quarantine("brp_sync")
    assert [] == await since.said("brp_sync", "jongere-ingeschreven")

    status, _ = await stuur(wereld, good)
    assert 200 == status
    assert 1 == len(await since.said("brp_sync", "jongere-ingeschreven"))
    assert 0 == await wereld.app("brp_sync").service.pool.fetchval(
        "SELECT count(*) FROM inkomend WHERE verwerkt_op IS NULL"
    )


async def test_50_mb_over_http_is_never_held_in_memory(wereld: World, since: Since) -> None:
    """Of a body that is too large one byte more than the bound is kept."""
    await stuur(wereld, spoiled("50 MB", kennisgeving(wereld.nieuwe_jongere()), Path()))
    largest = await wereld.app("brp_sync").service.pool.fetchval("SELECT max(length(ruw)) FROM quarantaine")
    assert MAX_BYTES < largest < MAX_BYTES + 1000


async def test_a_wrong_bsn_in_a_kennisgeving_is_refused_without_the_number(wereld: World, since: Since) -> None:
    """The elfproef holds for the BRP too."""
    jongere = wereld.nieuwe_jongere()
    assert jongere.bsn is not None
    bsn = jongere.bsn.get_secret_value()
    wrong = bsn[:-1] + str((int(bsn[-1]) + 1) % 10)
    status, fault = await stuur(wereld, kennisgeving(jongere).replace(bsn.encode(), wrong.encode()))
    assert 500 == status
    assert wrong.encode() not in etree.tostring(fault)
    ((veld, reden),) = await since.quarantine("brp_sync")
    assert "bsn" in veld
    assert wrong not in reden
