"""The grammar of LO3: what a message is made of, and what is said of one that is not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.brp_sync.lo3.berichten import KOPPEN, OngeldigLo3Bericht, knip, lees_lo3, schrijf_lo3
from services.brp_sync.lo3.rubrieken import ELEMENTEN
from simulators.persoonslijsten import KOPRIJ

BESTAND = Path(__file__).parents[2] / "data" / "brp" / "lo3" / "berichten.jsonl"
ECHT = {(r := json.loads(regel))["id"]: r["message"].encode() for regel in BESTAND.read_text().splitlines()}
GV01, AG31 = ECHT["Gv01-ok-1"], ECHT["Ag31-ok-1"]
NG01 = b"00000000Ng01000500101701100103450924321070236710008201401016720001F"


def inhoud(ruw: bytes) -> list[tuple[str, dict[str, str]]]:
    return [(c.nummer, {r.nummer: r.waarde.get_secret_value() for r in c.rubrieken}) for c in lees_lo3(ruw).categorieen]


def fout(ruw: bytes) -> tuple[str, str, str]:
    with pytest.raises(OngeldigLo3Bericht) as gevallen:
        lees_lo3(ruw)
    return gevallen.value.veld, gevallen.value.plek, gevallen.value.reden


@pytest.mark.parametrize("naam", sorted(ECHT))
def test_messages_that_others_published_are_read_to_their_last_byte(naam: str) -> None:
    assert lees_lo3(ECHT[naam]).soort == naam[:4]
    assert [kader.ruw for kader in knip(ECHT[naam])] == [ECHT[naam]]


def test_a_message_is_what_its_bytes_say() -> None:
    assert inhoud(AG31) == [("01", {"01.10": "3450924321", "03.10": "19770101"}), ("08", {"09.10": "0518"})]
    kop = lees_lo3(AG31).kop
    assert {naam: waarde.get_secret_value() for naam, waarde in kop.items()} == {"status": "A", "datum": "00000000"}
    assert lees_lo3(GV01).kop["a_nummer"].get_secret_value() == "3450924321"
    assert inhoud(ECHT["Gv02-ok-1"]) == [("07", {"80.10": "0001"}), ("57", {})]
    assert inhoud(NG01) == [("01", {"01.10": "3450924321"}), ("07", {"67.10": "20140101", "67.20": "F"})]


def test_lengths_count_bytes_of_teletex_and_zero_is_emptied() -> None:
    ruw = schrijf_lo3("Gv01", {"a_nummer": "1000000007"}, [("01", {"02.10": "Zoë", "02.30": ""})])
    assert ruw == b"00000000Gv01100000000700023010180210004Zo\xc8e0230000".replace(b"0002301018", b"0002301018")
    assert inhoud(ruw) == [("01", {"02.10": "Zoë", "02.30": ""})]


def test_a_stack_stands_in_the_message_as_often_as_it_is_told() -> None:
    stapel = [("04", {"05.10": "0001"}), ("04", {"05.10": "0052"}), ("54", {"05.10": "0053"})]
    assert inhoud(schrijf_lo3("Ag01", {"status": "A", "datum": ""}, stapel)) == stapel


@pytest.mark.parametrize(
    ("ruw", "veld", "plek", "woorden"),
    [
        (b"", "random key", "byte 1", "houdt hier op"),
        (b"0000000XAg31", "random key", "byte 1", "geen 8 cijfers"),
        (b"00000000Lg01" + b"0" * 60, "berichtsoort", "byte 9", "geen berichtsoort"),
        (b"00000000Gv01345092432X00000", "a_nummer", "byte 13", "geen 10 cijfers"),
        (AG31[:21] + b"000X3" + AG31[26:], "lengte", "byte 22", "geen 5 cijfers"),
        (AG31 + b"X", "lengte", "byte 22", "niet het aantal bytes dat volgt"),
        (AG31[:-1], "lengte", "byte 22", "niet het aantal bytes dat volgt"),
        (AG31.replace(b"01032", b"01099"), "01", "categorie 01, byte 27", "is 99 maar er volgen 48"),
        (AG31.replace(b"01032", b"01031"), "01.03.10", "categorie 01, element 01.03.10, byte 49", "is 8 maar"),
        (AG31.replace(b"01032", b"01033"), "01", "categorie 01, byte 64", "geen plaats"),
        (AG31.replace(b"0310008", b"0310009"), "01.03.10", "categorie 01, element 01.03.10, byte 49", "is 9 maar"),
        (AG31.replace(b"0310008", b"0399008"), "01.03.99", "categorie 01, element 01.03.99, byte 49", "bestaat niet"),
        (AG31.replace(b"08011", b"99011"), "99", "categorie 99, byte 64", "bestaat niet"),
        (AG31.replace(b"19770101", b"1977010X"), "01.03.10", "categorie 01, element 01.03.10, byte 49", "cijfers"),
        (AG31.replace(b"19770101", b"19771301"), "01.03.10", "categorie 01, element 01.03.10, byte 49", "geen datum"),
        (AG31.replace(b"19770101", b"19770\xc201"), "01.03.10", "categorie 01, element 01.03.10, byte 61", "accent C2"),
        (AG31.replace(b"0110010", b"0120010"), "01.01.20", "categorie 01, element 01.01.20, byte 32", "10 tekens"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(ruw: bytes, veld: str, plek: str, woorden: str) -> None:
    assert ruw != AG31
    gevonden = fout(ruw)
    assert gevonden[:2] == (veld, plek)
    assert woorden in gevonden[2]


@pytest.mark.parametrize("datum", ["00000000", "20150000", "20150300", "20150312", ""])
def test_a_date_may_be_incomplete_or_emptied(datum: str) -> None:
    assert inhoud(schrijf_lo3("Gv01", {"a_nummer": "1"}, [("01", {"03.10": datum})])) == [("01", {"03.10": datum})]


def test_no_value_stands_in_a_reason_or_a_representation() -> None:
    ruw = schrijf_lo3("Gv01", {"a_nummer": "1000000007"}, [("01", {"02.10": "Geheimenaam"})])
    assert "Geheimenaam" not in repr(lees_lo3(ruw))
    assert "1000000007" not in repr(lees_lo3(ruw))
    assert "Geheim" not in " ".join(fout(ruw.replace(b"0210011Geheimenaam", b"0310011Geheimenaam")))


def test_several_messages_are_cut_apart_with_and_without_line_ends() -> None:
    alle = [*ECHT.values(), NG01]
    for tussen in (b"", b"\n", b"\r\n", b"\n\n"):
        kaders = list(knip(tussen.join(alle) + tussen))
        assert [kader.ruw for kader in kaders] == alle
    assert list(knip(b"\r\n\n")) == []


def test_a_value_may_hold_a_line_end() -> None:
    ruw = schrijf_lo3("Ag01", {"status": "A", "datum": ""}, [("15", {"42.10": "een\r\ntwee"})])
    assert [kader.ruw for kader in knip(ruw + b"\n" + GV01)] == [ruw, GV01]


@pytest.mark.parametrize("tussen", [b"", b"\n"])
@pytest.mark.parametrize(
    "slecht",
    [AG31.replace(b"00053", b"00054"), AG31.replace(b"00053", b"00012"), AG31.replace(b"00053", b"99999"), AG31[:40],
     b"00000000Lg01" + b"0" * 80, AG31[:18]],
)  # fmt: skip
def test_one_wrong_message_costs_no_other(tussen: bytes, slecht: bytes) -> None:
    """Its length is too long, too short or far too long; it is cut off; it is of another kind; it has no length."""
    kaders = [kader.ruw for kader in knip(tussen.join([NG01, slecht, GV01, ECHT["Ag11-short"]]))]
    assert kaders == [NG01, slecht, GV01, ECHT["Ag11-short"]]
    fout(slecht)


@given(st.binary(max_size=300))
def test_cutting_loses_no_byte_but_line_ends(ruw: bytes) -> None:
    kaders = list(knip(ruw))
    rest = bytearray(ruw)
    for kader in reversed(kaders):
        assert bytes(rest[kader.begin : kader.begin + len(kader.ruw)]) == kader.ruw
        del rest[kader.begin : kader.begin + len(kader.ruw)]
    assert set(rest) <= set(b"\r\n")


@given(st.sampled_from(sorted(ECHT.values())), st.data())
def test_any_change_of_a_real_message_is_read_or_refused(ruw: bytes, data: st.DataObject) -> None:
    op = data.draw(st.integers(0, len(ruw) - 1))
    anders = ruw[:op] + data.draw(st.binary(max_size=3)) + ruw[op + data.draw(st.integers(0, 3)) :]
    for kader in knip(anders):
        try:
            lees_lo3(kader.ruw)
        except OngeldigLo3Bericht as fout:
            assert fout.veld
            assert fout.plek
            assert fout.reden


def test_every_kind_has_a_header_that_can_be_written_and_read() -> None:
    for soort, velden in KOPPEN.items():
        kop = {naam: "A" if tekens == "[A-Z]" else "1" for naam, tekens, _ in velden}
        gelezen = lees_lo3(schrijf_lo3(soort, kop, [("01", {"01.10": "1000000007"})]))
        assert {naam: waarde.get_secret_value()[-1] for naam, waarde in gelezen.kop.items()} == kop


def test_the_table_of_elements_is_whole() -> None:
    assert {rubriek[3:].replace(".", "") for rubriek in KOPRIJ if len(rubriek) == 8} <= ELEMENTEN.keys()
    assert ELEMENTEN["0240"] == (False, False, 1, 200)
    assert ELEMENTEN["1120"] == (True, False, 1, 5)
    assert ELEMENTEN["8020"] == (True, False, 17, 17)
