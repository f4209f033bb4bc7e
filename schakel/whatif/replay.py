"""Asking two protocols about the same facts, on all processors, and counting what differs.

Records go through in chunks and only counts come back, so the memory in use does not grow with the number of records.
"""

import asyncio
import re
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from datetime import date
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final, NamedTuple

from hub.errors import Tijdelijk
from services.cases.engine import Beoordeling, beoordeel
from services.cases.feiten import Feiten, FeitFout
from services.cases.protocol import GeenGeldigProtocol, Protocol, Protocolboek, laad_protocollen
from services.cases.vragen import vastgelopen

MAX_REASONS: Final = 100
"""So many reasons for not judging a record are told apart; what comes after them is counted together."""

_OTHER: Final = "om een andere reden"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,59}")


class Record(NamedTuple):
    """The facts of one moment; `protocol` is the one that applied, when that is known.

    `feiten` is None for what was no record at all.
    """

    id: str
    gemeente: str
    protocol: str | None
    feiten: Mapping[str, Any] | None


class Side(NamedTuple):
    """One of the two protocols: its folder, its name, and the day of the version, if not that of the facts.

    Without a name it is the protocol that each record says applied.
    """

    folder: Path
    protocol: str | None = None
    op: date | None = None

    @property
    def label(self) -> str:
        """As a person writes it."""
        name = self.protocol or "het protocol van toen"
        return f"{name}@{self.op.isoformat()}" if self.op else name


class Change(NamedTuple):
    """A record for which the other protocol brings something else, with the rules that say so."""

    id: str
    gemeente: str
    erbij: dict[str, list[str]]
    eraf: dict[str, list[str]]


@dataclass
class Counts:
    """What came out, per gemeente and uitkomst: `was`, `wordt`, and of these what is new and what is gone."""

    records: Counter[str] = field(default_factory=Counter)
    anders: Counter[str] = field(default_factory=Counter)
    was: Counter[tuple[str, str]] = field(default_factory=Counter)
    wordt: Counter[tuple[str, str]] = field(default_factory=Counter)
    erbij: Counter[tuple[str, str]] = field(default_factory=Counter)
    eraf: Counter[tuple[str, str]] = field(default_factory=Counter)
    fouten: Counter[str] = field(default_factory=Counter)
    van: date | None = None
    tot: date | None = None

    def add(self, other: "Counts") -> None:
        """Takes over what another process counted."""
        for name in ("records", "anders", "was", "wordt", "erbij", "eraf"):
            getattr(self, name).update(getattr(other, name))
        for reason, number in other.fouten.items():
            self.refuse(reason, number)
        self.van = min((d for d in (self.van, other.van) if d), default=None)
        self.tot = max((d for d in (self.tot, other.tot) if d), default=None)

    def refuse(self, reason: str, number: int = 1) -> None:
        """Counts records that could not be judged."""
        apart = reason in self.fouten or len(self.fouten) < MAX_REASONS
        self.fouten[reason if apart else _OTHER] += number


Chunk = Callable[[], Iterable[Record]]
"""Makes the records of one chunk in the process that handles them; must be picklable."""


async def replay(
    chunks: AsyncIterator[Chunk],
    was: Side,
    wordt: Side,
    *,
    processes: int,
    details: bool,
    progress: Callable[[Counts, list[Change]], None],
) -> Counts:
    """Asks both sides about every record; `progress` hears the counts so far and the changes that are new.

    Raises `Tijdelijk` when one of the processes is gone.
    """
    total = Counts()
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, context, _start, (was, wordt)) as pool:
        waiting: set[asyncio.Future[tuple[Counts, list[Change]]]] = set()

        async def finish(most: int) -> None:
            nonlocal waiting
            while len(waiting) > most:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for counts, changes in await asyncio.gather(*done):
                    total.add(counts)
                    progress(total, changes)

        try:
            async for chunk in chunks:
                future: Future[tuple[Counts, list[Change]]] = pool.submit(_count, chunk, details)
                waiting.add(asyncio.wrap_future(future))
                await finish(2 * processes)
            await finish(0)
        except BrokenProcessPool as error:
            await asyncio.gather(*waiting, return_exceptions=True)
            raise Tijdelijk("een van de rekenprocessen viel weg: probeer het met minder processen") from error
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise
    return total


# In the other processes


class _Sides:
    """The two protocols in this process; set once when it starts."""

    was: Side
    wordt: Side
    boeken: Sequence[Protocolboek]


def _start(was: Side, wordt: Side) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the process that started this one
    first = laad_protocollen(was.folder)
    second = first if wordt.folder == was.folder else laad_protocollen(wordt.folder)
    _Sides.was, _Sides.wordt, _Sides.boeken = was, wordt, (first, second)


def _count(chunk: Chunk, details: bool) -> tuple[Counts, list[Change]]:
    counts, changes = Counts(), list[Change]()
    for record in chunk():
        try:
            change = _compare(record, counts, details)
        except FeitFout as error:
            name = error.veld if _NAME.fullmatch(error.veld) else "een feit"
            counts.refuse(f"{name}: {error.reden}")
        except GeenGeldigProtocol as error:
            counts.refuse(str(error))
        except Exception as error:  # the other records must still be judged
            counts.refuse(vastgelopen(error))
        else:
            if change is not None:
                changes.append(change)
    return counts, changes


def _compare(record: Record, counts: Counts, details: bool) -> Change | None:
    boek, ander_boek = _Sides.boeken
    feiten, as_of = _feiten(boek, record)
    before = beoordeel(_protocol(_Sides.was, boek, record, as_of), feiten, as_of)
    if ander_boek is not boek:
        feiten, as_of = _feiten(ander_boek, record)
    after = beoordeel(_protocol(_Sides.wordt, ander_boek, record, as_of), feiten, as_of)
    was, wordt = _uitkomsten(before), _uitkomsten(after)
    gemeente = record.gemeente
    counts.records[gemeente] += 1
    counts.van = min(counts.van or as_of, as_of)
    counts.tot = max(counts.tot or as_of, as_of)
    for counter, codes in (
        (counts.was, was), (counts.wordt, wordt), (counts.erbij, wordt - was), (counts.eraf, was - wordt),
    ):  # fmt: skip
        counter.update((gemeente, code) for code in codes)
    if was == wordt:
        return None
    counts.anders[gemeente] += 1
    return Change(record.id, gemeente, _rules(after, wordt - was), _rules(before, was - wordt)) if details else None


def _feiten(boek: Protocolboek, record: Record) -> tuple[Feiten, date]:
    if record.feiten is None:
        raise FeitFout("regel", "is geen JSON-object met id, gemeente, protocol en feiten")
    feiten = boek.feiten.lees(record.feiten)
    as_of = feiten.get("as_of")
    if not isinstance(as_of, date):
        raise FeitFout("as_of", "ontbreekt")
    return feiten, as_of


def _protocol(side: Side, boek: Protocolboek, record: Record, as_of: date) -> Protocol:
    naam = side.protocol or record.protocol
    if naam is None:
        raise FeitFout("protocol", "ontbreekt: noem het in het record of met --van")
    if naam not in boek.namen:
        raise FeitFout("protocol", f"moet een van deze zijn: {', '.join(sorted(boek.namen))}")
    return boek.geldig(naam, side.op or as_of)


def _uitkomsten(antwoord: Beoordeling) -> frozenset[str]:
    return frozenset(item.uitkomst for item in (*antwoord.taken, *antwoord.voorstellen))


def _rules(antwoord: Beoordeling, uitkomsten: frozenset[str]) -> dict[str, list[str]]:
    rules: dict[str, dict[str, None]] = {uitkomst: {} for uitkomst in sorted(uitkomsten)}
    for reason in antwoord.uitleg:
        for name in uitkomsten.intersection(reason.voor):
            rules[name][reason.regel] = None
    return {name: list(found) for name, found in rules.items()}
