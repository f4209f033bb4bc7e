"""The commands about leveringen against a real, running installation."""

import json
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from hub.clock import SystemClock
from simulators.leveringen import Fout, maak_leerlingen, schrijf_c, schrijf_p
from tests.schakel.conftest import Commands

pytestmark = [pytest.mark.connected, pytest.mark.timeout(240)]
GEMEENTE = "1924"
DAG = SystemClock().today()


def test_files_are_taken_in_held_back_and_released(running: Commands, tmp_path: Path) -> None:
    """Two files in one go, the same again, one that shrank; every answer says what became of it."""
    leerlingen = maak_leerlingen(1, 60, GEMEENTE, DAG)
    c = schrijf_c(tmp_path, leerlingen, DAG - timedelta(days=9), GEMEENTE, fouten=[Fout.DATUM])
    p = schrijf_p(tmp_path, [("SB", leerlingen[0])], DAG - timedelta(days=2), GEMEENTE)
    rows = running.json("levering", "neem-op", str(p), str(c))
    assert [("p", "opgenomen"), ("c", "opgenomen")] == [(r["soort"], r["status"]) for r in rows]
    assert [r["id"] for r in rows] == [r["id"] for r in running.json("levering", "neem-op", str(p), str(c))]
    klein = schrijf_c(tmp_path, leerlingen, DAG - timedelta(days=1), GEMEENTE, fouten=[Fout.GEKROMPEN])
    (held,) = running.json("levering", "neem-op", str(klein))
    assert "de C-levering telt 20 personen, eerder waren het er 60" == held["reden"]
    nummer = str(held["id"])
    assert 0 == running.run("levering", "vrijgeven", nummer, "--reden", "klopt volgens DUO").returncode
    assert "opgenomen" == running.json("levering", "neem-op", str(klein))[0]["status"]
    shown = running.run("levering", "show", nummer).stdout
    assert ("klopt volgens DUO" in shown, "40" in shown) == (True, True)


def test_a_file_with_a_wrong_header_is_refused_with_the_reason(running: Commands, tmp_path: Path) -> None:
    """On the screen and in the quarantine, with what to do."""
    pad = schrijf_c(tmp_path, maak_leerlingen(1, 5, GEMEENTE, DAG), DAG, GEMEENTE, fouten=[Fout.KOPREGEL])
    answer = running.run("levering", "neem-op", str(pad))
    assert (1, True) == (answer.returncode, "kolommen ontbreken: BSN" in " ".join(answer.stdout.split()))
    assert "Traceback" not in answer.stderr
    quarantaine = running.json("quarantaine", "list", "--service", "ingest_duo")
    assert "levering" in json.dumps(quarantaine)


def test_the_api_wants_the_token(running: Commands) -> None:
    """Nobody hands in a file, or sees one, without it."""
    url = json.loads((running.folder / "actief.json").read_text())["api_url"]
    headers = {"X-Bestandsnaam": "20260907G1924_C.csv"}
    assert 401 == httpx.post(f"{url}/v1/leveringen", content=b"x", headers=headers).status_code
    assert 401 == httpx.get(f"{url}/v1/leveringen").status_code
    assert 401 == httpx.post(f"{url}/v1/leveringen/1/vrijgeven", json={}).status_code


def test_requests_to_duo_are_files_with_the_name_it_wants(running: Commands, tmp_path: Path) -> None:
    """A C-levering, and the BSN of who came with an onderwijsnummer only."""
    c = running.json("levering", "aanvraag", "c", "--rmc", "29", "--map", str(tmp_path))
    assert (f"{DAG:%Y%m%d}R0029.txt", b"111111111\r\n") == (
        Path(c["bestand"]).name,
        Path(c["bestand"]).read_bytes(),
    )
    nummers = tmp_path / "nummers.txt"
    nummers.write_text("100000049\n")
    k = running.json(
        "levering", "aanvraag", "koppeling", "--gemeente", "1924", "--nummers", str(nummers), "--map", str(tmp_path)
    )
    assert f"{DAG:%Y%m%d}G1924.koci.csv" == Path(k["bestand"]).name
    assert (b"Onderwijsnummer\r\n100000049\r\n", 0o600) == (
        Path(k["bestand"]).read_bytes(), Path(k["bestand"]).stat().st_mode & 0o777,
    )  # fmt: skip
    assert 1 == running.run("levering", "aanvraag", "c", "--map", str(tmp_path)).returncode


def test_the_layouts_are_shown(running: Commands, tmp_path: Path) -> None:
    """Ours are assumptions; a folder with a broken one says which file and field."""
    assert ["c", "koppeling", "p"] == [k["soort"] for k in running.json("levering", "kaarten")]
    (tmp_path / "stuk.yaml").write_text("naam: x")
    other = Commands(running.folder, SCHAKEL_DUO_KAARTEN=str(tmp_path))
    answer = other.run("levering", "kaarten")
    assert (1, True, False) == (answer.returncode, "stuk.yaml" in answer.stderr, "Traceback" in answer.stderr)


def test_parse_gives_a_line_per_row_and_never_a_traceback(running: Commands, tmp_path: Path) -> None:
    """Also for a file that is no levering at all."""
    pad = schrijf_c(tmp_path, maak_leerlingen(1, 30, GEMEENTE, DAG), DAG, GEMEENTE, fouten=[Fout.ELFPROEF])
    (tmp_path / "ruis").write_bytes(bytes(range(256)) * 20)
    lines = [
        json.loads(line)
        for line in running.run("parse", "levering", str(pad), str(tmp_path / "ruis")).stdout.splitlines()
    ]
    assert 31 == len(lines)
    assert [False, False] == [line["ok"] for line in lines if not line["ok"]]
    assert {"inschrijving-gewijzigd"} == {g for line in lines if line["ok"] for g in line["gebeurtenissen"]}
