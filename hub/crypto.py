"""Sealing of the few places where personal data must rest or travel inside the hub.

A `Kluis` is AES-256-GCM with keys from files that only the owner may read (0600), outside the database. The
purpose is bound in as associated data, so a sealed value cannot be moved to another column or message.
"""

import hmac
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from hub.errors import NietGereed

_NONCE, _KEY = 12, 32
KIJK: Final = 1.0
"""Seconds after which a vault looks whether there is a new key."""


class KluisFout(Exception):
    """The sealed value was made with another key or for another purpose, or was damaged."""


def secret_file(path: Path, make: Callable[[], bytes]) -> bytes:
    """The secret in `path` (0600), made on first use; the file is whole as soon as it is there.

    Several processes may begin at once: all get the secret of the first. One that dies half-way leaves no half secret.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"{path.name}.{token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    return read_secret(path)


def read_secret(path: Path) -> bytes:
    """The secret in `path`; raises `NietGereed` when others than its owner may read or change it."""
    if path.stat().st_mode & 0o077:
        raise NietGereed(f"{path.name} is leesbaar voor anderen: geef `chmod 600` en vervang de sleutel")
    return path.read_bytes()


class Sleutelring:
    """The keys of one vault, in files beside each other: `opslag.key`, `opslag.2.key`, … The newest seals, all open.

    The key of fingerprints is in `opslag.index` once the first key was followed by another; before that it follows
    from the first. It does not change with the others: fingerprints are what rows are found by.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        if not self._files():
            secret_file(path, lambda: AESGCM.generate_key(256))

    def sleutels(self) -> dict[str, bytes]:
        """The keys by name, newest first; raises `NietGereed` when one is damaged or others may read it."""
        found = {}
        for _, path in sorted(self._files().items(), reverse=True):
            try:
                key = read_secret(path)
            except FileNotFoundError:  # removed between two looks
                continue
            if len(key) != _KEY:
                raise NietGereed(f"sleutel {path.name} is beschadigd: zet hem terug uit de reservekopie")
            found[path.name] = key
        return found

    def namen(self) -> frozenset[str]:
        """The names of the keys that are there now."""
        return frozenset(path.name for path in self._files().values())

    def sinds(self, naam: str) -> float:
        """When a key was made, as a POSIX time."""
        return self._path.with_name(naam).stat().st_mtime

    def index_sleutel(self) -> bytes:
        """The key of fingerprints."""
        path, first = self._index(), self.sleutels().get(self._path.name)
        if path.exists():
            return read_secret(path)
        if first is None:
            raise NietGereed(f"{path.name} ontbreekt: zet dit bestand terug uit de reservekopie")
        return _index_key(first)

    def draai(self) -> str:
        """Makes a new key, with which everything is sealed from now on; returns its name."""
        secret_file(self._index(), self.index_sleutel)
        path = self._path.with_name(f"{self._path.stem}.{max(self._files()) + 1}{self._path.suffix}")
        secret_file(path, lambda: AESGCM.generate_key(256))
        return path.name

    def verwijder(self, naam: str) -> None:
        """Removes a key for good; what is still sealed with it cannot be opened by anybody any more."""
        self._path.with_name(naam).unlink()

    def _index(self) -> Path:
        return self._path.with_suffix(".index")

    def _files(self) -> dict[int, Path]:
        files = {1: self._path} if self._path.exists() else {}
        for path in self._path.parent.glob(f"{self._path.stem}.*{self._path.suffix}"):
            number = path.name.removeprefix(f"{self._path.stem}.").removesuffix(self._path.suffix)
            if number.isdecimal():
                files[int(number)] = path
        return files


class Kluis:
    """Seals and opens bytes: with the newest key, or with any of its keys.

    One that was made from files notices within `KIJK` seconds that there is a new key, and at once when it meets
    something that none of its keys opens. No value says with which key it was sealed; that is found by trying.
    """

    def __init__(self, key: bytes, ring: Sleutelring | None = None) -> None:
        self._ring = ring
        self._next_look = 0.0
        self._keys = {"": AESGCM(key)}
        self._index_key = _index_key(key)
        if ring is not None:
            self._index_key = ring.index_sleutel()
            self._keys = {}
            self._look()

    @classmethod
    def from_file(cls, path: Path) -> "Kluis":
        """The vault whose first key is in `path`; makes that on first use."""
        ring = Sleutelring(path)
        return cls(next(iter(ring.sleutels().values())), ring)

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Ciphertext with its nonce in front."""
        nonce = os.urandom(_NONCE)
        return nonce + self._newest().encrypt(nonce, plain, purpose.encode())

    def sealed_with(self, sealed: bytes, purpose: str) -> str | None:
        """The name of the key a value was sealed with, None when it is none of ours."""
        for naam, aead in self._keys.items():
            with suppress(InvalidTag, ValueError):
                aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
                return naam
        return None

    def is_newest(self, naam: str | None) -> bool:
        """Whether this key is the one that seals."""
        self._newest()
        return naam == next(iter(self._keys))

    def _newest(self) -> AESGCM:
        if self._ring is not None and time.monotonic() >= self._next_look:
            self._look()
        return next(iter(self._keys.values()))

    def _look(self) -> bool:
        """Reads the keys when others are there than before; False when nothing changed."""
        self._next_look = time.monotonic() + KIJK
        if self._ring is None or self._ring.namen() == self._keys.keys():
            return False
        self._keys = {naam: AESGCM(key) for naam, key in self._ring.sleutels().items()}
        return True

    def index(self, plain: str, purpose: str) -> bytes:
        """A keyed fingerprint under which a sealed value can be found again."""
        return hmac.digest(self._index_key, f"{purpose}|{plain}".encode(), "sha256")

    def seal_all(self, plain: Sequence[bytes], purpose: str) -> list[bytes]:
        """`seal` for many at once."""
        nonces, aad, encrypt = os.urandom(_NONCE * len(plain)), purpose.encode(), self._newest().encrypt
        cut = (nonces[at : at + _NONCE] for at in range(0, len(nonces), _NONCE))
        return [nonce + encrypt(nonce, text, aad) for nonce, text in zip(cut, plain, strict=True)]

    def index_all(self, plain: Iterable[str], purpose: str) -> list[bytes]:
        """`index` for many at once: HMAC-SHA-256 (RFC 2104), its first block computed once."""
        inner = sha256(bytes(byte ^ 0x36 for byte in self._index_key.ljust(64, b"\0")) + f"{purpose}|".encode())
        outer = sha256(bytes(byte ^ 0x5C for byte in self._index_key.ljust(64, b"\0")))
        found = []
        for text in plain:
            inside, outside = inner.copy(), outer.copy()
            inside.update(text.encode())
            outside.update(inside.digest())
            found.append(outside.digest())
        return found

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """The plain bytes; raises `KluisFout` for another key, another purpose or damage."""
        nonce, rest, aad = sealed[:_NONCE], sealed[_NONCE:], purpose.encode()
        while True:
            for aead in self._keys.values():
                try:
                    return aead.decrypt(nonce, rest, aad)
                except (InvalidTag, ValueError):
                    continue
            if not self._look():
                raise KluisFout(purpose)


def _index_key(key: bytes) -> bytes:
    return hmac.digest(key, b"schakel index", "sha256")
