"""GBA-teletex: each code and its character, and the place of a byte that is none."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.brp_sync.lo3.teletex import TEKENS, TeletexFout, lees_teletex, schrijf_teletex


def test_there_are_as_many_code_points_as_the_gba_allows() -> None:
    assert len(TEKENS) == len(set(TEKENS.values())) == 296


@pytest.mark.parametrize(
    ("code", "tekst"),
    [
        ("C165", "è"), ("C265", "é"), ("C361", "â"), ("C46E", "ñ"), ("C56F", "ō"), ("C667", "ğ"), ("C77A", "ż"),
        ("C86F", "ö"), ("CA61", "å"), ("CB63", "ç"), ("CB53", "Ş"), ("CD75", "ű"), ("CE65", "ę"), ("CF73", "š"),
        ("C749", "İ"), ("F5", "ı"), ("F1", "æ"), ("E1", "Æ"), ("F9", "ø"), ("E9", "Ø"), ("FB", "ß"), ("E8", "Ł"),
        ("A4", "$"), ("A6", "#"), ("A8", "¤"), ("B4", "×"), ("B8", "÷"), ("C267", "ģ"), ("E0", "Ω"), ("EF", "ŉ"),
    ],
)  # fmt: skip
def test_a_code_is_its_character(code: str, tekst: str) -> None:
    """Written down by hand, also the ones that surprise: C267 is a cedilla, A4 a dollar sign."""
    assert lees_teletex(bytes.fromhex(code)) == tekst
    assert schrijf_teletex(tekst) == bytes.fromhex(code)


def test_accents_in_either_form_are_written_alike_and_read_composed() -> None:
    los = unicodedata.normalize("NFD", "Zoë Çağla")
    assert schrijf_teletex(los) == b"Zo\xc8e \xcbCa\xc6gla"
    assert lees_teletex(schrijf_teletex(los)) == "Zoë Çağla"


@pytest.mark.parametrize(
    ("ruw", "plek", "reden"),
    [
        (b"abc\x80", 3, "byte 80 bestaat niet in GBA-teletex"),
        (b"#", 0, "byte 23 bestaat niet in GBA-teletex"),
        (b"a\xc2e\xc2", 3, "accent C2 zonder letter erachter"),
        (b"\xc4e", 0, "accent C4 kan niet op deze letter"),
        (b"\xc9a", 0, "byte C9 bestaat niet in GBA-teletex"),
    ],
)
def test_a_byte_that_is_none_is_named_with_its_place(ruw: bytes, plek: int, reden: str) -> None:
    with pytest.raises(TeletexFout) as fout:
        lees_teletex(ruw)
    assert (fout.value.plek, fout.value.reden) == (plek, reden)


@pytest.mark.parametrize("tekst", ["Đặng", "李", "\x00", "a\u0300b\u0334", "€"])
def test_a_character_without_code_is_not_written(tekst: str) -> None:
    with pytest.raises(TeletexFout):
        schrijf_teletex(tekst)


@given(st.text(st.sampled_from(sorted(TEKENS.values())), max_size=60))
def test_what_is_written_is_read_back(tekst: str) -> None:
    assert lees_teletex(schrijf_teletex(tekst)) == tekst


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused_at_a_place_in_them(ruw: bytes) -> None:
    try:
        tekst = lees_teletex(ruw)
    except TeletexFout as fout:
        assert 0 <= fout.plek < len(ruw)
    else:
        assert schrijf_teletex(tekst) == ruw
