"""No BSN, name, address or free text of anybody who was fed in is in a stream, a subject, a log line or a metric.

The installation is the real command in a process of its own, with its standard error kept; every story of the chaos
run is played in it once, and bad input and failing partners make it talk about what went wrong.
"""

import asyncio
import json
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import nats
import pytest
import pytest_asyncio

from hub.canary import Canary
from hub.clock import AMSTERDAM
from hub.settings import HubSettings
from schakel.places import Places, recall
from services.brp_sync.model import Adres, Ouder, Persoon
from services.cases.besluiten import NeemBesluit
from simulators.duo_storingen import Storing, StoringSoort
from simulators.halt import HaltStoring, HaltStoringSoort
from simulators.voorbeelden import voorbeeldgeval
from tests.chaos.driver import ChaosWorld
from tests.chaos.model import Gemeld
from tests.chaos.people import kennisgeving, maak_jongeren
from tests.chaos.processes import ROOT
from tests.chaos.stories import STORIES, Jongere, play
from tests.chaos.watch import Watch
from tests.privacy_scan import Find, canary_of, listening, scan, scan_streams, scan_tables
from tests.waiting import eventually

pytestmark = pytest.mark.timeout(180)

SEED = 3
_SPOILED = (StoringSoort.FOUTE_ELFPROEF, StoringSoort.ONBEKENDE_CODE, StoringSoort.ONTBREKEND_VELD)


class OneProcess(ChaosWorld):
    """All services as `schakel up` runs them, in one process with embedded servers."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, random.Random(SEED), batch=32, cold_starts=1, tick=0.1)
        self._stack = AsyncExitStack()

    places: Places

    async def open(self) -> None:
        """Starts partners and installation."""
        await asyncio.gather(self.duo.start(), self.halt.start())
        self._stack.push_async_callback(self.duo.stop)
        self._stack.push_async_callback(self.halt.stop)
        own = {k: v for k, v in os.environ.items() if not k.startswith("SCHAKEL_")}
        own |= {
            "SCHAKEL_MAP": str(self.folder),
            "SCHAKEL_DUO_URL": self.duo.url,
            "SCHAKEL_DUO_INTERVAL": "0.3",
            "SCHAKEL_HALT_URL": self.halt.url,
            "SCHAKEL_HALT_INTERVAL": "0.3",
            "SCHAKEL_LOG_NIVEAU": "debug",
        }
        with (self.folder / "log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "schakel", "up", cwd=ROOT, env=own, stderr=log, stdout=log
            )
        self._stack.push_async_callback(self._end)
        settings = HubSettings(map=self.folder)
        await eventually((self.folder / "actief.json").exists, "the installation has started", 60)
        self.places = recall(settings)
        self._api = dict.fromkeys(("brp_sync", "cases"), str(self.places.api_url))
        self.watch = Watch(self.places.postgres_url, 0.1)
        watching = asyncio.create_task(self.watch.run())
        self._stack.callback(watching.cancel)

    async def close(self) -> None:
        """Ends everything; the log is complete afterwards."""
        await self._stack.aclose()
        await self._http.aclose()

    async def metrics(self) -> str:
        """What /metrics tells."""
        return (await self._http.get(f"{self.places.api_url}/metrics")).text

    def log(self) -> list[str]:
        """The lines of standard error."""
        return (self.folder / "log").read_text(encoding="utf-8").splitlines()

    async def _end(self) -> None:
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)
        await self._process.wait()


@dataclass
class Run:
    """What a run fed in and what it left to look at."""

    canary: Canary
    finds: list[Find] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    """How much was looked at, per place."""
    planted: list[Find] = field(default_factory=list)
    """Finds on the bus after a leak was made on purpose."""
    log: list[str] = field(default_factory=list)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def run(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Run]:
    """Plays everything, and looks everywhere."""
    world = OneProcess(Path(tmp_path_factory.mktemp("privacy")))
    try:
        await world.open()
        async with listening(world.places.nats_url) as heard:
            models, texts = await _live(world)
        result = Run(canary_of(models, texts))
        result.finds += heard.finds(result.canary)
        metrics = await world.metrics()
        result.finds += scan(result.canary, "metrics", metrics)
        result.finds += await scan_streams(result.canary, world.places.nats_url)
        result.finds += await scan_tables(result.canary, world.places.postgres_url)
        async with listening(world.places.nats_url) as heard_later:
            await _leak(world.places.nats_url, models[0])
        result.planted = heard_later.finds(result.canary)
        result.seen = {"bus": len(heard.messages), "metrics": len(metrics.splitlines())}
    finally:
        await world.close()
    result.log = world.log()
    result.seen["log"] = len(result.log)
    for line in result.log:
        result.finds += scan(result.canary, "log", line)
    yield result


async def _live(world: OneProcess) -> tuple[list[Any], list[str]]:
    """Every story once, with bad input in between; returns all that was told about people."""
    vandaag = world.clock.now().astimezone(AMSTERDAM).date()
    stories = list(dict.fromkeys(STORIES))
    personen = maak_jongeren(SEED, len(stories) + len(_SPOILED), vandaag)
    jongeren = [Jongere(world, p, n, random.Random(n)) for n, p in enumerate(personen)]
    world.halt.storingen.append(HaltStoring(HaltStoringSoort.HTTP_500, bij="aanbieden"))
    world.duo.storingen.append(Storing(StoringSoort.HTTP_500, bij="mutatie"))
    await asyncio.gather(*(play(j, story, 0) for j, story in zip(jongeren, stories, strict=False)))
    for jongere, soort in zip(jongeren[len(stories) :], _SPOILED, strict=True):
        world.duo.storingen.append(Storing(soort))
        jongere.meld()
        await eventually(lambda: not world.duo.storingen, "DUO delivered it spoiled")
    broken = kennisgeving(personen[0], op=world.clock.now())[:-40]
    async with httpx.AsyncClient() as client:
        answer = await client.post(f"{world.places.api_url}/stuf-bg/0310/npsLk01", content=broken)
    assert 500 == answer.status_code
    models: list[Any] = [j.persoon for j in jongeren]
    texts: list[str] = []
    for jongere in jongeren:
        for _, item in jongere.invoer:
            if isinstance(item, Gemeld):
                models.append(item.geval)
            elif isinstance(item, NeemBesluit):
                texts += [item.motivering or "", *(a.get_secret_value() for a in item.afspraken)]
    return models, texts


async def _leak(nats_url: str, persoon: Persoon) -> None:
    nc = await nats.connect(nats_url)
    assert persoon.bsn is not None
    await nc.publish("lek", json.dumps({"bsn": persoon.bsn.get_secret_value()}).encode())
    await nc.flush()  # closing does not wait until the server has passed it on
    await nc.close()


@pytest.mark.connected
async def test_nothing_about_a_person_is_on_the_bus_in_a_log_or_in_a_metric(run: Run) -> None:
    """Streams, all traffic, log lines, metrics and open tables were looked at, and there was much to look at."""
    assert [] == run.finds
    assert 200 < len(run.canary)
    assert 300 < run.seen["bus"]
    assert 50 < run.seen["metrics"]
    assert 20 < run.seen["log"]


@pytest.mark.connected
async def test_the_log_told_about_what_went_wrong(run: Run) -> None:
    """The scan of the log means something: refusals and quarantine are in it."""
    events = {json.loads(line)["event"] for line in run.log if line.startswith("{")}
    assert {"input_quarantined", "circuit_opened", "service_started"} <= events


@pytest.mark.connected
async def test_a_leak_on_the_bus_is_found(run: Run) -> None:
    """The same scanner, after somebody published one BSN."""
    assert [Find("de bus", "bsn")] == run.planted


PERSOON = Persoon(
    bsn="999990019",
    voornamen="Chloé Łucja",
    geslachtsnaam="Wiśniewski",
    adres=Adres(straat="Éénhoornlaan", huisnummer="12", postcode="3241AB", woonplaats="Sint-Lelieveen"),
    ouders=(Ouder(betrekking="ouder1", bsn="999990032", voornamen="Emma", geslachtsnaam="de Groene"),),
    gemeente="1924",
)
GEVAL = voorbeeldgeval(
    onderwijsnummer="100000009",
    vermoedelijke_reden="zit thuis na ruzie",
    telefoon_leerling_of_ouder="06-55501234",
    melder={"naam": "K. Verzonnenstein", "email": "verzuim@90xa.example"},
)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"bsn": "999990019"}', "bsn"),
        ("bsn=999990032", "bsn"),
        ("nr999990019x", "bsn"),
        ("id-000999990019", "bsn"),
        ("onderwijsnummer 100000009", "onderwijsnummer"),
        ("fout bij CHLOE", "voornamen"),
        (json.dumps({"naam": "Łucja"}), "voornamen"),
        ("naam=Wi%C5%9Bniewski", "geslachtsnaam"),
        ("wiśniewski_zaak_1", "geslachtsnaam"),
        ("Emma: geen adres", "voornamen"),
        ("Éénhoornlaan\n12", "straat"),
        ("3241 AB Sint Lelieveen", "postcode"),
        ("postcode 3241ab onbekend", "postcode"),
        ("bel 0655501234", "telefoon_leerling_of_ouder"),
        ("bel 06 55501234", "telefoon_leerling_of_ouder"),
        ("mail naar verzuim@90xa.example", "email"),
        ("reden: 'zit thuis,  na\\nruzie'", "vermoedelijke_reden"),
    ],
)
def test_each_kind_of_data_is_found_however_it_is_written(text: str, kind: str) -> None:
    """Escaped, quoted, glued to other text, in capitals, without accents, with and without spaces."""
    assert kind in canary_of([PERSOON, GEVAL]).search(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "dilemma",
        "groenewolt",
        '{"timestamp": "2026-11-22T09:10:30.418413Z"}',
        "traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "e999990019d",
        "99999001",
        "zit thuis na een ruzie",
        "verzuimmelding-ontangen.v1.1924",
    ],
)
def test_what_only_looks_like_it_is_left_alone(text: str) -> None:
    """Parts of words, hexadecimal text, timestamps, other sentences."""
    assert [] == canary_of([PERSOON, GEVAL]).search(text)


def test_bytes_that_are_no_text_are_searched_for_what_cannot_be_chance() -> None:
    """Among sealed bytes four letters say nothing; a whole BSN or a long name does."""
    canary = canary_of([PERSOON])
    assert [] == canary.search(b"\xff\x00 Emma \xfe")
    assert ["bsn", "straat"] == canary.search(b"\xff\x00 999990019 \xfe \xc3\x89\xc3\xa9nhoornlaan")


def test_a_prefix_is_not_a_name() -> None:
    """`van den` stands in front of half the names, and in ordinary sentences."""
    assert [] == canary_of([Persoon(voorvoegsel="van den", geslachtsnaam="Bergeijk")]).search("van den beginne")


def test_what_may_be_told_is_not_planted() -> None:
    """The names of schools, even where a reporter shares a word with one."""
    assert [] == canary_of([GEVAL]).search("Het Voorbeeld meldt iets")


def test_each_occurrence_counts_once_and_the_value_is_never_told() -> None:
    """A find is a kind; two BSNs are two finds."""
    assert ["bsn", "bsn"] == canary_of([PERSOON]).search("999990019 en 999990032")
