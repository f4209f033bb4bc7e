"""The mailbox folder: what is taken and when, and what lies there after a crash."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.brp_sync.lo3.postbus import Postbus

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)


@pytest.fixture
def postbus(tmp_path: Path) -> Postbus:
    made = Postbus(tmp_path, 1000)
    made.maak()
    return made


def test_a_file_is_taken_when_it_stood_still_between_two_looks(postbus: Postbus, tmp_path: Path) -> None:
    bestand = tmp_path / "in" / "1.lo3"
    for inhoud in (b"a", b"ab", b"abc"):
        bestand.write_bytes(inhoud)
        assert list(postbus.neem()) == []
    assert [pad.read_bytes() for pad in postbus.neem()] == [b"abc"]
    assert not bestand.exists()
    assert [pad.name for pad in postbus.bezig()] == ["1.lo3"]


def test_a_name_that_says_it_is_not_finished_is_left_alone(postbus: Postbus, tmp_path: Path) -> None:
    for naam in ("x.tmp", "x.part", ".x"):
        (tmp_path / "in" / naam).write_bytes(b"a")
    assert list(postbus.neem()) == list(postbus.neem()) == []


def test_the_same_name_twice_replaces_nothing(postbus: Postbus, tmp_path: Path) -> None:
    for inhoud in (b"een", b"twee"):
        (tmp_path / "in" / "x").write_bytes(inhoud)
        list(postbus.neem())
        list(postbus.neem())
    assert sorted(pad.read_bytes() for pad in postbus.bezig()) == [b"een", b"twee"]
    for pad in postbus.bezig():
        postbus.klaar(pad, 3, NU)
    bonnen = [json.loads(pad.read_bytes()) for pad in (tmp_path / "verwerkt").iterdir()]
    assert sorted((bon["bestand"], bon["bytes"], bon["berichten"]) for bon in bonnen) == [("x", 3, 3), ("x.2", 4, 3)]
    assert postbus.bezig() == []


def test_a_message_that_goes_out_is_whole_and_ours_alone(postbus: Postbus, tmp_path: Path) -> None:
    postbus.verstuur("1.lo3", b"eerste")
    (tmp_path / "uit" / ".1.lo3.tmp").write_bytes(b"half, from before a crash")
    postbus.verstuur("1.lo3", b"tweede")
    (bestand,) = (tmp_path / "uit").iterdir()
    assert bestand.read_bytes() == b"tweede"
    assert bestand.stat().st_mode & 0o777 == 0o600
