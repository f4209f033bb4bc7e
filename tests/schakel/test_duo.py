"""The commands about DUO against a real, running installation with DUO played."""

import asyncio
import random
from collections.abc import Iterator
from threading import Thread
from uuid import uuid4

import pytest

from hub.clock import AMSTERDAM, SystemClock
from simulators.duo import DuoSimulator
from simulators.voorbeelden import voorbeeldgeval
from tests.schakel.conftest import Commands
from tests.unit.ingest_duo.test_schoolmelding import RIJ, csv

pytestmark = pytest.mark.connected
NUMMER = "7000001"


@pytest.fixture(scope="module")
def duo() -> Iterator[DuoSimulator]:
    """DUO in a thread of its own, with one melding."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever)
    thread.start()
    played = DuoSimulator(SystemClock(), random.Random(1))
    asyncio.run_coroutine_threadsafe(played.start(), loop).result(10)
    now = SystemClock().now().astimezone(AMSTERDAM).replace(tzinfo=None, microsecond=0)
    played.voeg_toe(voorbeeldgeval(meldingsnummer=NUMMER, laatste_mutatie=now, meld_datum_tijd=now))
    yield played
    asyncio.run_coroutine_threadsafe(played.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture(scope="module")
def schakel(duo: DuoSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """An installation that reads this DUO."""
    commands = Commands(tmp_path_factory.mktemp("duo") / "map", SCHAKEL_DUO_URL=duo.url, SCHAKEL_DUO_INTERVAL="0.2")
    commands.start()
    yield commands
    commands.stop()


def test_resync_reads_everything_again_and_shows_where_it_is(schakel: Commands) -> None:
    """Twice is no trouble; `stand` says the same afterwards."""
    (row,) = schakel.json("duo", "resync", "--vanaf", "2026-08-01")
    assert (1, True, None) == (row["gelezen"], row["klaar_op"] is not None, row["geweigerd"])
    text = schakel.run("duo", "resync", "--vanaf", "2026-08-01").stdout
    assert "001924" in text
    (stand,) = schakel.json("duo", "stand")
    assert ("001924", True) == (stand["uitvoerder"], stand["cursor"] is not None)


def test_an_official_closes_a_melding(schakel: Commands, duo: DuoSimulator) -> None:
    """DUO has it once; the list says so; what may not be ends with the reason."""
    schakel.run("duo", "resync", "--vanaf", "2026-08-01")
    command = ("melding", "sluit", NUMMER, "--status", "G", "--reden", "opleiding_hervat",
               "--toelichting", "er_loopt_geen_actie_meer", "--medewerker")  # fmt: skip
    refused = schakel.run(*command, "LPA-2")
    assert (1, "medewerker" in refused.stderr) == (refused.returncode, True)
    assert [0, 0] == [schakel.run(*command, "LPA-1").returncode for _ in range(2)]
    assert "G" == duo.ontvangen_statussen[NUMMER][-1].value
    assert 1 == [s.value for s in duo.ontvangen_statussen[NUMMER]].count("G")
    (row,) = schakel.json("melding", "statussen", "--stand", "teruggemeld")
    assert (NUMMER, "opleiding_hervat", "LPA-1") == (row["meldingsnummer"], row["reden"], row["medewerker"])
    assert [] == schakel.json("melding", "statussen", "--stand", "geweigerd")
    assert NUMMER in schakel.run("melding", "statussen").stdout
    wrong = schakel.run("melding", "sluit", "../x", "--status", "K", "--medewerker", "LPA-1")
    assert (2, True) == (wrong.returncode, "cijfers" in wrong.stderr)


def test_a_file_of_a_school_is_taken_in(schakel: Commands) -> None:
    """Counts for a person and for a program; the bad row is named."""
    path = schakel.folder.parent / "school.csv"
    path.write_bytes(csv(RIJ, RIJ | {"brin": "fout"}))
    (verslag,) = schakel.json("melding", "neem-op", str(path))
    assert ("school.csv", 2, 1, 1) == tuple(verslag[k] for k in ("bestand", "gelezen", "opgenomen", "quarantaine"))
    assert "regel 3, kolom brin" in schakel.run("melding", "neem-op", str(path)).stdout
    refused = schakel.run("melding", "neem-op", str(path), "--kaart", "geen-kaart")
    assert (1, True) == (refused.returncode, "kolomkaart" in refused.stderr)


def test_a_vrijstelling_is_recorded_listed_and_withdrawn(schakel: Commands) -> None:
    """Of a jongere about whom the gemeente has a melding; of somebody unknown it is refused."""
    werk: list[dict[str, object]] = []
    while not werk:
        werk = schakel.json("zaak", "list")
    given = ("--jongere", str(werk[0]["jongere_id"]), "--gemeente", "1924", "--soort", "5A", "--van", "2026-08-01",
             "--medewerker", "LPA-1")  # fmt: skip
    made = schakel.json("vrijstelling", "meld", *given)["vrijstelling"]
    assert made == schakel.json("vrijstelling", "meld", *given, "--tot", "2027-07-31")["vrijstelling"]
    assert 0 == schakel.run("vrijstelling", "trek-in", made, "--medewerker", "LPA-1").returncode
    (row,) = schakel.json("vrijstelling", "list")
    assert (made, True, 3, "5A") == (row["vrijstelling_id"], row["ingetrokken"], row["versie"], row["soort"])
    assert "ingetrokken" in schakel.run("vrijstelling", "list").stdout
    wrong = schakel.run("vrijstelling", "trek-in", str(uuid4()), "--medewerker", "LPA-1")
    assert (1, True) == (wrong.returncode, "bestaat hier niet" in wrong.stderr)
    unknown = schakel.run("vrijstelling", "meld", "--jongere", str(uuid4()), *given[2:])
    assert (1, True) == (unknown.returncode, "jongere" in unknown.stderr)
