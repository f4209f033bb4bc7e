"""Sealing: only the same key and the same purpose open it, and only undamaged."""

import stat
import time
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from hub.crypto import KIJK, Kluis, KluisFout, Sleutelring
from hub.errors import NietGereed

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


def ring_at(folder: Path) -> tuple[Sleutelring, Kluis]:
    """A ring with its first key, and a vault that was made before anything happened to it."""
    path = folder / "sleutels" / "opslag.key"
    return Sleutelring(path), Kluis.from_file(path)


def wait_for_the_next_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lets the time pass after which a vault looks again."""
    later = time.monotonic() + KIJK
    monkeypatch.setattr("hub.crypto.time.monotonic", lambda: later)


def test_after_a_rotation_the_newest_seals_and_all_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A running vault opens at once what another sealed with the new key, and seals with it after its next look."""
    ring, running = ring_at(tmp_path)
    old = running.seal(GEHEIM, "inkomend")
    assert "opslag.2.key" == ring.draai()
    fresh = Kluis.from_file(tmp_path / "sleutels" / "opslag.key")
    assert "opslag.key" == running.sealed_with(running.seal(GEHEIM, "inkomend"), "inkomend")
    assert GEHEIM == running.open(fresh.seal(GEHEIM, "inkomend"), "inkomend")
    wait_for_the_next_look(monkeypatch)
    new = running.seal(GEHEIM, "inkomend")
    assert ("opslag.key", "opslag.2.key") == (fresh.sealed_with(old, "inkomend"), fresh.sealed_with(new, "inkomend"))
    assert ["opslag.2.key"] == [fresh.sealed_with(s, "inkomend") for s in fresh.seal_all([GEHEIM], "inkomend")]
    assert GEHEIM == fresh.open(old, "inkomend") == fresh.open(new, "inkomend")
    assert (False, True) == (running.is_newest("opslag.key"), running.is_newest("opslag.2.key"))


def test_fingerprints_survive_rotation_and_removal(tmp_path: Path) -> None:
    """Rows stay findable; what was sealed with the removed key does not open any more, and no new first key comes."""
    ring, running = ring_at(tmp_path)
    index, old = running.index("999990019", "bsn"), running.seal(GEHEIM, "inkomend")
    ring.draai()
    ring.draai()
    ring.verwijder("opslag.key")
    fresh = Kluis.from_file(tmp_path / "sleutels" / "opslag.key")
    assert index == fresh.index("999990019", "bsn")
    assert ["opslag.3.key", "opslag.2.key"] == list(ring.sleutels())
    with pytest.raises(KluisFout):
        fresh.open(old, "inkomend")
    (tmp_path / "sleutels" / "opslag.index").unlink()
    with pytest.raises(NietGereed, match="ontbreekt"):
        Kluis.from_file(tmp_path / "sleutels" / "opslag.key")


def test_ten_keys_are_ordered_by_number(tmp_path: Path) -> None:
    """And a file that is no key of this ring is none."""
    ring, _ = ring_at(tmp_path)
    (tmp_path / "sleutels" / "opslag.oud.key").write_bytes(b"x")
    for _ in range(9):
        ring.draai()
    assert ["opslag.10.key", "opslag.9.key"] == list(ring.sleutels())[:2]
    assert 10 == len(ring.sleutels())


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620])
def test_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    """Whoever starts with it, is told to replace it."""
    ring_at(tmp_path)
    path = tmp_path / "sleutels" / "opslag.key"
    path.chmod(mode)
    with pytest.raises(NietGereed, match="chmod 600"):
        Kluis.from_file(path)


def test_half_a_key_is_refused(tmp_path: Path) -> None:
    """31 bytes are no key; with 33 it is no key either."""
    ring_at(tmp_path)
    path = tmp_path / "sleutels" / "opslag.key"
    for size in (31, 33):
        path.write_bytes(b"x" * size)
        with pytest.raises(NietGereed, match="beschadigd"):
            Kluis.from_file(path)
