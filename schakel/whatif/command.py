"""Running a what-if from the command line: source, progress, report, picture."""

import json
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final, TextIO

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from hub.errors import HubError, Ongeldig
from hub.gemeenten import Gemeenten
from hub.settings import HubSettings
from schakel.operations import store
from schakel.places import recall
from schakel.protocol.library import boek, in_use
from schakel.protocol.versions import version
from schakel.screen import fail, run, show
from schakel.whatif.picture import FORMATS, draw
from schakel.whatif.replay import Change, Chunk, Counts, Side, replay
from schakel.whatif.report import document, print_report
from schakel.whatif.source import first_year, from_file, generated, open_lines, recorded
from services.cases.protocol import Protocolboek
from services.cases.store import ZakenStore

DEFAULT_YEAR: Final = 2025
"""The school year of generated facts starts in this year, unless another is asked for."""


@dataclass(frozen=True)
class Source:
    """Where the facts come from: a file, a generator, or else the zaken of this installation."""

    feiten: Path | None
    genereer: int | None
    seed: int
    schooljaar: str | None


def compare(
    naar: str,
    van: str | None,
    source: Source,
    *,
    folder: Path | None,
    nieuw: Path | None,
    tekening: Path | None,
    wie: Path | None,
    stappen: bool,
    processen: int,
    as_json: bool,
) -> None:
    """Compares and reports; an expected error becomes one Dutch line and exit code 1."""
    try:
        _check(source, tekening, wie)
        folder = in_use(folder)
        mine = boek(folder)
        other = boek(nieuw) if nieuw else mine
        was = _side(folder, mine, van)
        wordt = _side(nieuw or folder, other, naar)
        chunks, bron = _chunks(source, mine)
        with ExitStack() as open_files:
            progress = _progress(open_files, wie, total=source.genereer, quiet=as_json)
            counts = run(replay(chunks, was, wordt, processes=processen, details=wie is not None, progress=progress))
        if not counts.records:
            reason = next(iter(counts.fouten), "er zijn geen meldingen gevonden")
            raise Ongeldig(f"niets te vergelijken: {reason}")
        result = document(counts, was, wordt, other.woorden, bron)
        if tekening is not None:
            draw(result, other.woorden, tekening)
    except HubError as error:
        fail(str(error))
    show(result, as_json, lambda: print_report(result, other.woorden, steps=stappen))


def _check(source: Source, tekening: Path | None, wie: Path | None) -> None:
    """Raises `Ongeldig` for options that do not go together, before anything is read or written."""
    if tekening is not None and tekening.suffix not in FORMATS:
        raise Ongeldig(f"kies een bestand dat eindigt op {' of '.join(FORMATS)}", tekening.name)
    if source.feiten is not None and (source.genereer or source.schooljaar):
        raise Ongeldig("--genereer en --schooljaar horen niet bij feiten uit een bestand", "feiten")
    if wie is not None and source.feiten is not None and wie.resolve() == source.feiten.resolve():
        raise Ongeldig("zou het bestand met feiten overschrijven: kies een andere naam", wie.name)


def _side(folder: Path, protocollen: Protocolboek, spec: str | None) -> Side:
    if spec is None:
        return Side(folder)
    naam, _, dag = spec.partition("@")
    version(protocollen, spec)
    return Side(folder, naam, date.fromisoformat(dag) if dag else None)


def _chunks(source: Source, protocollen: Protocolboek) -> tuple[AsyncIterator[Chunk], str]:
    if source.feiten is not None:
        return from_file(open_lines(source.feiten, sys.stdin.buffer)), f"feiten uit {source.feiten.name}"
    year = first_year(source.schooljaar) if source.schooljaar else DEFAULT_YEAR
    settings = HubSettings()
    gemeenten = Gemeenten.load(settings.gemeenten)
    if source.genereer is None:
        return _own_zaken(settings, gemeenten, protocollen, source.schooljaar), "de meldingen van deze installatie"
    chunks = generated(source.genereer, source.seed, year, gemeenten.gemeenten)
    return chunks, f"{source.genereer} verzonnen meldingen (seed {source.seed})"


async def _own_zaken(
    settings: HubSettings, gemeenten: Gemeenten, protocollen: Protocolboek, schooljaar: str | None
) -> AsyncIterator[Chunk]:
    async with store(recall(settings), settings, "cases") as pool:
        async for chunk in recorded(ZakenStore(pool, settings.kluis), gemeenten, protocollen, schooljaar):
            yield chunk


def _open(files: ExitStack, path: Path) -> TextIO:
    """A file for us alone: numbers of zaken are pseudonymous, and nobody else here needs to read what changes."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return files.enter_context(os.fdopen(number, "w", encoding="utf-8"))


def _progress(
    files: ExitStack, wie: Path | None, *, total: int | None, quiet: bool
) -> Callable[[Counts, list[Change]], None]:
    """What hears the counts: a bar on the screen, and a line per change in the file `wie`."""
    try:
        out = _open(files, wie) if wie else None
    except OSError as error:
        raise Ongeldig("is niet te schrijven", str(wie)) from error
    bar = files.enter_context(
        Progress(
            *Progress.get_default_columns()[:2],
            TextColumn("{task.completed} meldingen"),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            disable=quiet,
            transient=True,
        )
    )
    task = bar.add_task("vergelijken", total=total)

    def hear(counts: Counts, changes: list[Change]) -> None:
        bar.update(task, completed=counts.records.total() + counts.fouten.total())
        if out is not None:
            out.writelines(json.dumps(change._asdict(), ensure_ascii=False) + "\n" for change in changes)

    return hear
