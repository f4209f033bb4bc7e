"""What is to be erased and what to look for afterwards: collected beforehand, sealed in a file, short-lived.

The file is what makes erasure resumable (once the identity is gone nobody could say any more who was meant) and
provable (what is looked for must not come from the data that are gone). `schakel wis --bewijs` removes it.
"""

import os
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from pydantic import SecretStr

from hub.canary import Canary
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.privacy import Vertrouwelijk, onthuld_json

BEWAARDAGEN: Final = 30
"""How long a list may wait for its proof (our own value); then the yearly run removes it."""
NUMMERS: Final = frozenset({"bsn", "a_nummer", "onderwijsnummer", "meldingsnummer", "jongere_id"})
"""Kinds that mean this person and nobody else: by these raw messages are recognised."""


class Term(Vertrouwelijk):
    """One value to look for."""

    soort: str
    waarde: SecretStr


class Opdracht(Vertrouwelijk):
    """One erasure."""

    nummer: UUID
    jongeren: tuple[UUID, ...]
    """Every jongere_id the person has or had."""
    termen: tuple[Term, ...]
    afdrukken: tuple[SecretStr, ...] = ()
    """Fingerprints (hexadecimal) of numbers the person had before, which themselves were not kept."""
    niet_onderscheidend: tuple[str, ...] = ()
    """Kinds of values that are not looked for, because others have the same: a name, an address."""
    brieven: tuple[str, ...] = ()
    """Files in the letter archive."""
    door: str
    reden: str
    besluit: str | None = None
    begonnen_op: datetime
    klaar_op: datetime | None = None

    def canary(self, soorten: Iterable[str] | None = None) -> Canary:
        """A scanner for the values, all of them or those of some kinds."""
        wanted = None if soorten is None else set(soorten)
        canary = Canary()
        for term in self.termen:
            if wanted is None or term.soort in wanted:
                canary.add(term.soort, term.waarde)
                if term.soort.endswith("_id"):
                    canary.add(term.soort, UUID(term.waarde.get_secret_value()).hex)
        return canary

    def eerdere(self) -> list[bytes]:
        """The fingerprints of former numbers."""
        return [bytes.fromhex(afdruk.get_secret_value()) for afdruk in self.afdrukken]

    def waarden(self, *soorten: str) -> Iterator[str]:
        """The values of some kinds."""
        return (t.waarde.get_secret_value() for t in self.termen if t.soort in soorten)


class Opdrachten:
    """The sealed files of one installation, in `wissen/` of its map."""

    def __init__(self, folder: Path, kluis: Kluis) -> None:
        self._folder = folder / "wissen"
        self._kluis = kluis

    def bewaar(self, opdracht: Opdracht) -> None:
        """Writes one, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._path(opdracht.nummer)
        partial = path.with_suffix(".part")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(self._kluis.seal(onthuld_json(opdracht), _doel(opdracht.nummer)))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        sync_folder(self._folder)

    def alle(self) -> list[Opdracht]:
        """All that are there, oldest first."""
        found = [self._lees(path) for path in self._folder.glob("*.wis")]
        return sorted(found, key=lambda o: o.begonnen_op)

    def verzegeld_met(self) -> list[str]:
        """With which key each is sealed."""
        return [
            self._kluis.sealed_with(path.read_bytes(), _doel(UUID(path.stem))) or "onbekend"
            for path in self._folder.glob("*.wis")
        ]

    def een(self, nummer: str) -> Opdracht:
        """One of them; raises `Ongeldig` when there is none of that number."""
        try:
            path = self._path(UUID(nummer))
        except ValueError:
            path = self._folder / "geen"
        if not path.exists():
            raise Ongeldig("er is geen wisopdracht met dit nummer", "opdracht")
        return self._lees(path)

    def open_voor(self, jongere_id: UUID) -> Opdracht | None:
        """The one that was begun for this person and is not proven yet."""
        return next((o for o in self.alle() if jongere_id in o.jongeren), None)

    def vergeet(self, opdracht: Opdracht) -> None:
        """Removes one: from now on nothing here says who was erased."""
        self._path(opdracht.nummer).unlink(missing_ok=True)
        sync_folder(self._folder)

    def vergeet_oude(self, now: datetime) -> int:
        """Removes finished ones that nobody asked proof of in `BEWAARDAGEN`; returns how many."""
        oud = [o for o in self.alle() if o.klaar_op is not None and o.klaar_op < now - timedelta(days=BEWAARDAGEN)]
        for opdracht in oud:
            self.vergeet(opdracht)
        return len(oud)

    def _path(self, nummer: UUID) -> Path:
        return self._folder / f"{nummer}.wis"

    def _lees(self, path: Path) -> Opdracht:
        nummer = UUID(path.stem)
        return Opdracht.model_validate_json(self._kluis.open(path.read_bytes(), _doel(nummer)))


def _doel(nummer: UUID) -> str:
    return f"wissen|{nummer}"


def sync_folder(folder: Path) -> None:
    """Makes what was made or removed in a folder last."""
    if folder.is_dir():
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
