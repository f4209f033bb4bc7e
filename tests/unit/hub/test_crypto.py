"""Sealing: only the same key and the same purpose open it, and only undamaged."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from hub.crypto import Kluis, KluisFout

KLUIS = Kluis(bytes(range(32)))
GEHEIM = b"Fictief van Dijk-Voorbeeld 999990019"


@given(st.binary(max_size=300))
def test_what_was_sealed_opens_to_what_it_was(plain: bytes) -> None:
    """Empty too."""
    assert plain == KLUIS.open(KLUIS.seal(plain, "inkomend"), "inkomend")


def test_the_sealed_form_shows_nothing_and_is_never_the_same_twice() -> None:
    """Equal values cannot be recognised by their ciphertext."""
    first, second = KLUIS.seal(GEHEIM, "inkomend"), KLUIS.seal(GEHEIM, "inkomend")
    assert first != second
    assert b"999990019" not in first


def test_another_key_does_not_open_it() -> None:
    """Whoever has the database but not the key file has nothing."""
    with pytest.raises(KluisFout):
        Kluis(AESGCM.generate_key(256)).open(KLUIS.seal(GEHEIM, "inkomend"), "inkomend")


@pytest.mark.parametrize("purpose", ["", "Inkomend", "inkomend ", "quarantaine"])
def test_another_purpose_does_not_open_it(purpose: str) -> None:
    """A value moved to another column or message is of no use there."""
    with pytest.raises(KluisFout):
        KLUIS.open(KLUIS.seal(GEHEIM, "inkomend"), purpose)


@given(place=st.integers(0, len(GEHEIM) + 27), bit=st.integers(0, 7))
def test_one_flipped_bit_anywhere_is_noticed(place: int, bit: int) -> None:
    """In the nonce, the text or the tag."""
    damaged = bytearray(KLUIS.seal(GEHEIM, "inkomend"))
    damaged[place] ^= 1 << bit
    with pytest.raises(KluisFout) as caught:
        KLUIS.open(bytes(damaged), "inkomend")
    assert "inkomend" == str(caught.value)


@pytest.mark.parametrize("length", [0, 1, 7, 11, 12, 27])
def test_something_too_short_to_be_sealed_is_refused(length: int) -> None:
    """Nonce and tag alone are 28 bytes."""
    with pytest.raises(KluisFout):
        KLUIS.open(bytes(length), "inkomend")


def test_a_key_file_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    """The next process opens what the first one sealed."""
    path = tmp_path / "sleutels" / "opslag.key"
    sealed = Kluis.from_file(path).seal(GEHEIM, "inkomend")
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    assert 32 == len(path.read_bytes())
    assert GEHEIM == Kluis.from_file(path).open(sealed, "inkomend")


def test_a_fingerprint_finds_an_equal_value_again_and_depends_on_key_and_purpose() -> None:
    """Without the key it cannot be computed from a list of all BSNs."""
    mine = KLUIS.index("999990019", "bsn")
    assert mine == Kluis(bytes(range(32))).index("999990019", "bsn")
    others = {
        KLUIS.index("999990020", "bsn"),
        KLUIS.index("999990019", "nummer"),
        Kluis(bytes(32)).index("999990019", "bsn"),
    }
    assert mine not in others
    assert 3 == len(others)
