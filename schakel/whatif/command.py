"""Running a what-if from the command line: source, progress, report, picture."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn

from hub.errors import HubError, Ongeldig
from hub.gemeenten import Gemeenten
from hub.observability import configure_logging
from hub.settings import HubSettings
from schakel.operations import store
from schakel.places import recall
from schakel.protocol.library import PROTOCOLLEN, boek
from schakel.protocol.versions import version
from schakel.screen import fail, show
from schakel.whatif.picture import FORMATS, draw
from schakel.whatif.replay import Change, Chunk, Counts, Side, replay
from schakel.whatif.report import document, print_report
from schakel.whatif.source import from_file, generated, open_lines, recorded
from services.cases.protocol import Protocolboek
from services.cases.store import ZakenStore


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
    configure_logging("warning")
    try:
        if tekening is not None and tekening.suffix not in FORMATS:
            raise Ongeldig(f"kies een bestand dat eindigt op {' of '.join(FORMATS)}", tekening.name)
        mine = boek(folder)
        other = boek(nieuw) if nieuw else mine
        was = _side(folder or PROTOCOLLEN, mine, van)
        wordt = _side(nieuw or folder or PROTOCOLLEN, other, naar)
        chunks, bron = _chunks(source, mine)
        with ExitStack() as open_files:
            progress = _progress(open_files, wie, total=source.genereer, quiet=as_json)
            counts = asyncio.run(
                replay(chunks, was, wordt, processes=processen, details=wie is not None, progress=progress)
            )
        if not counts.records:
            reason = next(iter(counts.fouten), "er zijn geen meldingen gevonden")
            raise Ongeldig(f"niets te vergelijken: {reason}")
        result = document(counts, was, wordt, other.woorden, bron)
        if tekening is not None:
            draw(result, other.woorden, tekening)
    except HubError as error:
        fail(str(error))
    show(result, as_json, lambda: print_report(result, other.woorden, steps=stappen))


def _side(folder: Path, protocollen: Protocolboek, spec: str | None) -> Side:
    if spec is None:
        return Side(folder)
    naam, _, dag = spec.partition("@")
    version(protocollen, spec)
    return Side(folder, naam, date.fromisoformat(dag) if dag else None)


def _chunks(source: Source, protocollen: Protocolboek) -> tuple[AsyncIterator[Chunk], str]:
    if source.feiten is not None:
        return from_file(open_lines(source.feiten, sys.stdin.buffer)), f"feiten uit {source.feiten.name}"
    settings = HubSettings()
    gemeenten = Gemeenten.load(settings.gemeenten)
    if source.genereer is None:
        return _own_zaken(settings, gemeenten, protocollen, source.schooljaar), "de meldingen van deze installatie"
    year = _first_year(source.schooljaar) if source.schooljaar else 2025
    chunks = generated(source.genereer, source.seed, year, gemeenten.gemeenten)
    return chunks, f"{source.genereer} verzonnen meldingen (seed {source.seed})"


async def _own_zaken(
    settings: HubSettings, gemeenten: Gemeenten, protocollen: Protocolboek, schooljaar: str | None
) -> AsyncIterator[Chunk]:
    async with store(recall(settings), settings, "cases") as pool:
        async for chunk in recorded(ZakenStore(pool, settings.kluis), gemeenten, protocollen, schooljaar):
            yield chunk


def _first_year(schooljaar: str) -> int:
    first, _, second = schooljaar.partition("-")
    if not (first.isdigit() and second.isdigit() and int(second) == int(first) + 1):
        raise Ongeldig("schrijf een schooljaar als 2025-2026", "schooljaar")
    return int(first)


def _progress(
    files: ExitStack, wie: Path | None, *, total: int | None, quiet: bool
) -> Callable[[Counts, list[Change]], None]:
    """What hears the counts: a bar on the screen, and a line per change in the file `wie`."""
    out = files.enter_context(wie.open("w", encoding="utf-8")) if wie else None
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
