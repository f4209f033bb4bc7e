"""Sealing of the few places where personal data must rest or travel inside the hub.

A `Kluis` is AES-256-GCM with a key from a file that only the owner may read (0600), outside the database. The
purpose is bound in as associated data, so a sealed value cannot be moved to another column or message.
"""

import hmac
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


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
    return path.read_bytes()


class Kluis:
    """Seals and opens bytes with one key."""

    def __init__(self, key: bytes) -> None:
        self._aead = AESGCM(key)
        self._index_key = hmac.digest(key, b"schakel index", "sha256")

    @classmethod
    def from_file(cls, path: Path) -> "Kluis":
        """The vault whose key is in `path`; makes the key on first use."""
        return cls(secret_file(path, lambda: AESGCM.generate_key(256)))

    def seal(self, plain: bytes, purpose: str) -> bytes:
        """Ciphertext with its nonce in front."""
        nonce = os.urandom(_NONCE)
        return nonce + self._aead.encrypt(nonce, plain, purpose.encode())

    def index(self, plain: str, purpose: str) -> bytes:
        """A keyed fingerprint under which a sealed value can be found again."""
        return hmac.digest(self._index_key, f"{purpose}|{plain}".encode(), "sha256")

    def seal_all(self, plain: Sequence[bytes], purpose: str) -> list[bytes]:
        """`seal` for many at once."""
        nonces, aad, encrypt = os.urandom(_NONCE * len(plain)), purpose.encode(), self._aead.encrypt
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
        try:
            return self._aead.decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose.encode())
        except (InvalidTag, ValueError) as error:
            raise KluisFout(purpose) from error
