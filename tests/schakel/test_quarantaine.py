"""Working off the quarantine of a real, running installation, as an operator does."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import httpx
import pytest

from schakel.places import api_token
from simulators.personen import maak_bevolking, schrijf_persoonslijsten
from tests.schakel.conftest import Commands

pytestmark = [pytest.mark.connected, pytest.mark.timeout(240)]
NPSLK01 = Path(__file__).parents[1] / "data" / "brp" / "npslk01_W_verhuizing.xml"
WRONG_DATE = "20153145"


@pytest.fixture
def lijst(running: Commands, tmp_path: Path) -> tuple[dict[str, Any], str]:
    """A persoonslijst with a wrong date in quarantine, and the row as it should have been."""
    seed = int(tmp_path.name[-1]) if tmp_path.name[-1].isdigit() else 7
    (persoon,) = maak_bevolking(100 + seed + len(tmp_path.name), 1, ("1924",), date(2026, 9, 1))
    file = io.StringIO()
    schrijf_persoonslijsten([persoon], file)
    born = persoon.geboortedatum
    assert born is not None
    path = tmp_path / "personen.csv"
    path.write_text(file.getvalue().replace(born.get_secret_value(), WRONG_DATE), encoding="utf-8-sig")
    assert {"ingelezen": 0, "quarantaine": 1} == running.json("personen", str(path))
    return running.json("quarantaine", "list", "--bron", "persoonslijsten")["regels"][0], born.get_secret_value()


def number(item: dict[str, Any]) -> str:
    return f"{item['service']}/{item['nr']}"


def test_mended_and_released(running: Commands, lijst: tuple[dict[str, Any], str], tmp_path: Path) -> None:
    """From the list to the person taken in; releasing it unmended first leaves it where it was."""
    item, born = lijst
    nr = number(item)
    first = running.run("quarantaine", "vrijgeven", nr)
    shown = running.json("quarantaine", "show", nr, "--inhoud", "--door", "janssen")
    (tmp_path / "beter.csv").write_text(shown["inhoud"].replace(WRONG_DATE, born))
    mended = running.run("quarantaine", "herstel", nr, "--met", str(tmp_path / "beter.csv"), "--door", "janssen")
    released = running.json("quarantaine", "vrijgeven", nr, "--door", "janssen")
    after = running.json("quarantaine", "show", nr)

    assert "date" not in item["advies"]
    assert "herstel" in item["advies"]
    assert (1, "weer in quarantaine") == (first.returncode, "weer in quarantaine" if nr in first.stdout else "")
    assert (0, True, "vrijgegeven") == (mended.returncode, released["verwerkt"], after["staat"])
    assert ["bekeken", "hersteld", "vrijgegeven"] == [d["actie"] for d in after["gedaan"] if d["door"] == "janssen"]
    assert WRONG_DATE not in json.dumps(after)


def test_all_of_a_source_are_released_one_after_the_other(running: Commands, lijst: tuple[dict[str, Any], str]) -> None:
    """What cannot be used is told per item; the command says so by its exit code and may be given again."""
    once = running.run("quarantaine", "vrijgeven", "--alles", "--bron", "persoonslijsten", "--json")
    again = running.run("quarantaine", "vrijgeven", "--alles", "--bron", "persoonslijsten", "--json")

    assert [1, 1] == [once.returncode, again.returncode]
    assert json.loads(once.stdout) == json.loads(again.stdout)
    assert [[lijst[0]["nr"]]] == [d["weer_in_quarantaine"] for d in json.loads(again.stdout)][-1:]


def test_refused_with_an_answer_in_the_form_of_the_source(running: Commands, tmp_path: Path) -> None:
    """A kennisgeving goes back as a Fo03."""
    body = NPSLK01.read_bytes().replace(b"<BG:inp.bsn>", b"<BG:inp.bsn>1", 1)
    assert body != NPSLK01.read_bytes()
    answered = httpx.post(f"{running.wait_ready()}/stuf-bg/0310/npsLk01", content=body)
    (item,) = running.json("quarantaine", "list", "--bron", "stuf-bg")["regels"]
    fo03 = tmp_path / "fo03.xml"
    done = [
        running.run("quarantaine", "terugwijzen", number(item), "--reden", "Dit is geen BSN", "--uit", str(fo03))
        for _ in range(2)
    ]

    assert 500 == answered.status_code
    assert [0, 0] == [d.returncode for d in done]
    assert b"Fo03" in fo03.read_bytes()
    assert "teruggewezen" == running.json("quarantaine", "show", number(item))["staat"]
    assert [] == running.json("quarantaine", "list", "--bron", "stuf-bg")["regels"]


def test_lapsed_with_a_reason_through_the_api(running: Commands, lijst: tuple[dict[str, Any], str]) -> None:
    """The API does what the command does, and never shows the content; without the token it does nothing."""
    url, item = running.wait_ready(), lijst[0]
    path = f"{url}/v1/quarantaine/{number(item)}"
    key = {"Authorization": f"Bearer {api_token(running.folder)}"}
    body = {"door": "janssen", "reden": "dubbel"}
    refused = httpx.post(f"{path}/laat-vervallen", json=body)
    empty = httpx.post(f"{path}/laat-vervallen", json=body | {"reden": " "}, headers=key)
    done = httpx.post(f"{path}/laat-vervallen", json=body, headers=key)
    shown, listed = httpx.get(path, headers=key), httpx.get(f"{url}/v1/quarantaine", headers=key)

    assert [401, 422, 200] == [refused.status_code, empty.status_code, done.status_code]
    assert "vervallen" == shown.json()["staat"]
    assert item["nr"] not in [r["nr"] for r in listed.json()["regels"]]
    assert [] == [text for text in (WRONG_DATE, "inhoud", "ruw") if text in shown.text]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("show", "999999"), "staat niet in quarantaine"),
        (("show", "brp_sync/999999"), "staat niet in deze quarantaine"),
        (("show", "dossiers/1"), "onbekende service"),
        (("show", "een"), "is geen nummer"),
        (("vrijgeven",), "noem een nummer"),
        (("vrijgeven", "1", "--alles"), "noem een nummer"),
        (("vrijgeven", "--alles"), "noem een nummer"),
        (("laat-vervallen", "brp_sync/999999", "--reden", "x"), "staat niet in deze quarantaine"),
    ],
)
def test_a_mistake_is_told_in_one_line(running: Commands, arguments: tuple[str, ...], says: str) -> None:
    answer = running.run("quarantaine", *arguments)
    assert 1 == answer.returncode
    assert says in answer.stderr
    assert "Traceback" not in answer.stderr
