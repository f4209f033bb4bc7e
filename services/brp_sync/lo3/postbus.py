"""The folder through which LO3 messages come and go: `in/`, `bezig/`, `verwerkt/`, `geweigerd/` and `uit/`.

A file is read when it did not change between two looks; whoever writes under another name first (ending in `.tmp` or
`.part`, or beginning with a dot) need not rely on that. It is moved to `bezig/`, and only after every message in it was
stored it is replaced by a receipt in `verwerkt/`, which holds no personal data. A crash in between repeats nothing.
"""

import json
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

_NIET_AF = (".tmp", ".part")


class Postbus:
    """The files of one mailbox. Every method may raise OSError; nothing is lost then."""

    def __init__(self, map_: Path, max_bytes: int) -> None:
        self._in, self._bezig = map_ / "in", map_ / "bezig"
        self._verwerkt, self._uit, self._geweigerd = map_ / "verwerkt", map_ / "uit", map_ / "geweigerd"
        self._max_bytes = max_bytes
        self._vorige: dict[str, tuple[int, int, int]] = {}

    def maak(self) -> None:
        """Make the folders that are missing; only we may look into them."""
        for map_ in (self._in, self._bezig, self._verwerkt, self._uit, self._geweigerd):
            map_.mkdir(parents=True, exist_ok=True, mode=0o700)

    def bezig(self) -> list[Path]:
        """Files that were taken and not finished."""
        return sorted(self._bezig.iterdir())

    def neem(self) -> Iterator[Path]:
        """Take each file that stood still since the last look, oldest first; give the path where it now is."""
        nu = {pad: _gedaante(pad) for pad in self._in.iterdir() if _is_af(pad)}
        stil = [pad for pad, gedaante in nu.items() if self._vorige.get(pad.name) == gedaante]
        self._vorige = {pad.name: gedaante for pad, gedaante in nu.items()}
        for pad in sorted(stil, key=lambda pad: (nu[pad][1], pad.name)):
            del self._vorige[pad.name]
            doel = _vrij(self._bezig / pad.name)
            pad.rename(doel)
            yield doel

    def lees(self, pad: Path) -> bytes | None:
        """The bytes of a taken file; None when it is larger than we read."""
        return pad.read_bytes() if pad.stat().st_size <= self._max_bytes else None

    def klaar(self, pad: Path, berichten: int, nu: datetime) -> None:
        """Leave a receipt in place of the file: every message in it is stored now."""
        bon = {"bestand": pad.name, "bytes": pad.stat().st_size, "berichten": berichten, "op": nu.isoformat()}
        schrijf_heel(_vrij(self._verwerkt / f"{pad.name}.json"), json.dumps(bon).encode())
        pad.unlink()

    def weiger(self, pad: Path) -> None:
        """Put a file aside that is not read."""
        pad.rename(_vrij(self._geweigerd / pad.name))

    def verstuur(self, naam: str, ruw: bytes) -> None:
        """Put a message in `uit/`, whole or not at all; the same name again replaces it."""
        schrijf_heel(self._uit / naam, ruw)


def schrijf_heel(doel: Path, ruw: bytes) -> None:
    """Write a file that is whole, on disk, and ours alone, as soon as it is there under its name."""
    ontwerp = doel.with_name(f".{doel.name}.tmp")
    ontwerp.unlink(missing_ok=True)
    with os.fdopen(os.open(ontwerp, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as bestand:
        bestand.write(ruw)
        bestand.flush()
        os.fsync(bestand.fileno())
    ontwerp.rename(doel)
    map_ = os.open(doel.parent, os.O_RDONLY)
    try:
        os.fsync(map_)
    finally:
        os.close(map_)


def _is_af(pad: Path) -> bool:
    return pad.is_file() and not pad.name.startswith(".") and not pad.name.endswith(_NIET_AF)


def _gedaante(pad: Path) -> tuple[int, int, int]:
    stat = pad.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ino


def _vrij(pad: Path) -> Path:
    """`pad`, or with a number behind it where there is such a file already."""
    nummer, vrij = 1, pad
    while vrij.exists():
        nummer += 1
        vrij = pad.with_name(f"{pad.name}.{nummer}")
    return vrij
