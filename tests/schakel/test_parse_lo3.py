"""`schakel parse lo3`: bytes, several messages in a file, JSON Lines; a line for each, whatever it is."""

from pathlib import Path

import pytest

from schakel.parsing import parse_files
from services.brp_sync.lo3.berichten import schrijf_lo3

BESTAND = Path(__file__).parents[1] / "data" / "brp" / "lo3" / "berichten.jsonl"
VERHUIZING = schrijf_lo3(
    "Gv01",
    {"a_nummer": "1000000007"},
    [
        ("08", {"09.10": "0193", "10.30": "20260901", "11.15": "Dorpsstraat", "11.20": "1"}),
        ("58", {"09.10": "0171", "10.30": "20200101", "11.15": "Maïsstraat", "11.20": "12"}),
    ],
)
NG01 = b"00000000Ng01000500101701100103450924321070236710008201401016720001F"


def regels(tmp_path: Path, inhoud: bytes) -> list[dict[str, object]]:
    bestand = tmp_path / "berichten.lo3"
    bestand.write_bytes(inhoud)
    return list(parse_files("lo3", [bestand]))


def test_published_messages_are_read_from_json_lines() -> None:
    gelezen = list(parse_files("lo3", [BESTAND]))
    assert [(r["ok"], r["soort"]) for r in gelezen] == [
        (True, "Ag31"), (True, "Ag01"), (True, "Ag11"), (True, "Gv01"), (True, "Gv02"),
    ]  # fmt: skip


@pytest.mark.parametrize("tussen", [b"", b"\n", b"\r\n"])
def test_what_happened_follows_from_the_former_situation_in_the_message(tmp_path: Path, tussen: bytes) -> None:
    eerste, tweede = regels(tmp_path, VERHUIZING + tussen + NG01)
    assert eerste["soort"] == "Gv01"
    assert "verhuisd_intergemeentelijk" in eerste["gebeurtenissen"]
    assert (tweede["soort"], tweede["gebeurtenissen"]) == ("Ng01", ["afgevoerd"])


def test_the_same_by_infrastructure_is_no_move(tmp_path: Path) -> None:
    (regel,) = regels(tmp_path, VERHUIZING.replace(b"Gv01", b"Gv02"))
    assert regel["gebeurtenissen"] == ["heringedeeld"]


def test_one_bad_message_is_told_with_its_place(tmp_path: Path) -> None:
    fout, goed = regels(tmp_path, NG01.replace(b"00050", b"00051") + b"\n" + NG01)
    assert goed["ok"]
    assert fout["ok"] is False
    assert fout["fout"]["veld"] == "lengte"
    assert fout["fout"]["plek"] == "bericht op byte 1, byte 13"


@pytest.mark.parametrize(
    "inhoud",
    [b"", b"\xff\xfe\x00", b"{", b'{"message": 3}', b'{"message": "\\u20ac"}', b'{"bericht": "x"}', b"[" * 99_999,
     b'{"message":' + b"[" * 99_999],
)  # fmt: skip
def test_any_file_gives_a_line(tmp_path: Path, inhoud: bytes) -> None:
    (regel,) = regels(tmp_path, inhoud)
    assert regel["ok"] is False


def test_text_in_json_counts_in_teletex(tmp_path: Path) -> None:
    """The length of an accented letter is two, also where the file is UTF-8."""
    tekst = '{"message": "00000000Ag01A0000000000017010120210005Zoë!"}'
    (regel,) = regels(tmp_path, tekst.encode())
    assert regel["ok"], regel
