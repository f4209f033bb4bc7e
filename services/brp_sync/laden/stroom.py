"""The parts of files as they are worked off: in order, with their places, and with nobody in it twice."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from datetime import datetime
from itertools import accumulate
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import polars as pl

from hub.errors import NietGereed
from services.brp_sync.laden.bestanden import Bestand, Deel, delen
from services.brp_sync.laden.werker import Klaar, begin, werk


class Gezien:
    """The numbers of everybody in the files so far."""

    def __init__(self) -> None:
        self._nummers = {"bsn": pl.Series([], dtype=pl.UInt32), "a_nummer": pl.Series([], dtype=pl.UInt64)}

    def dubbel(self, rijen: pl.DataFrame) -> dict[int, str]:
        """The rows (with the field) whose number stood in an earlier row; the other numbers are remembered."""
        gevonden: dict[int, str] = {}
        for veld in ("a_nummer", "bsn"):
            kolom = rijen[veld]
            eerder = self._nummers[veld].filter(self._nummers[veld].is_in(kolom.implode()))
            herhaald = kolom.is_in(eerder.implode()) | (kolom.is_duplicated() & ~kolom.is_first_distinct())
            gevonden |= dict.fromkeys(rijen["rij"].filter(herhaald & kolom.is_not_null()), veld)
        goed = rijen.filter(~pl.col("rij").is_in(list(gevonden))) if gevonden else rijen
        for veld, nummers in self._nummers.items():
            self._nummers[veld] = nummers.append(goed[veld].drop_nulls())
        return gevonden


class Plek(NamedTuple):
    """Where a part begins, for people."""

    bestand: str = ""
    eerste: int = 1

    def bij(self, deel: Deel) -> "Plek":
        """The place of this part, which follows the one before."""
        naam = deel.bestand.pad.name
        vooraan = deel.begin == len(deel.bestand.koprij)
        return Plek(naam, 1 + deel.bestand.is_tekst) if vooraan else self

    def voorbij(self, aantal: int) -> "Plek":
        """After so many rows."""
        return self._replace(eerste=self.eerste + aantal)

    def van(self, rij: int) -> str:
        """The place of a row of this part."""
        return f"{self.bestand}, regel {self.eerste + rij}"


async def werk_af(
    bestanden: Sequence[Bestand], sleutel: Path, doel: str, now: datetime, processen: int
) -> AsyncIterator[tuple[Deel, Klaar]]:
    """All parts of all files in order, worked off by processes that are a few parts ahead."""
    context = get_context("spawn")
    with ProcessPoolExecutor(processen, context, begin, (sleutel, doel, now)) as pool:
        onderweg: deque[tuple[Deel, asyncio.Future[Klaar]]] = deque()
        try:
            for deel in (deel for bestand in bestanden for deel in delen(bestand)):
                onderweg.append((deel, asyncio.wrap_future(pool.submit(werk, deel))))
                if len(onderweg) > processen + 1:
                    klaar = onderweg.popleft()
                    yield klaar[0], await klaar[1]
            while onderweg:
                klaar = onderweg.popleft()
                yield klaar[0], await klaar[1]
        except BrokenProcessPool as error:
            raise NietGereed("een van de processen viel weg: probeer het opnieuw") from error
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def stukken(klaar: Klaar) -> Iterator[bytes]:
    """The rows of a block one by one."""
    eind = list(accumulate(klaar.rijen["lengte"]))
    return (klaar.blok[a:b] for a, b in zip([0, *eind], eind, strict=False))
