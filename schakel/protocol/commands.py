"""The commands for protocols: `decide`, `whatif` and `protocol list|check|diff|explain|coverage`."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hub.errors import Ongeldig
from hub.observability import configure_logging
from schakel.screen import Json, fail, show

Folder = Annotated[
    Path | None,
    typer.Option("--map", help="Map met protocollen; anders die van de hub.", exists=True, file_okay=False),
]
Day = Annotated[datetime | None, typer.Option("--op", formats=["%Y-%m-%d"], help="Op welke dag: JJJJ-MM-DD.")]

protocol_app = typer.Typer(help="Protocollen bekijken, controleren, vergelijken en uitleggen.", no_args_is_help=True)


def decide(
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Lees vragen van stdin, een JSON-regel per vraag.")] = False,
    protocol: Annotated[str | None, typer.Option(help="Naam van het protocol.")] = None,
    feiten: Annotated[Path | None, typer.Option(help="Bestand met feiten (YAML of JSON); - is stdin.")] = None,
    op: Day = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Vraag de regels wat er uit feiten volgt, en waarom; er wordt niets vastgelegd."""
    from schakel.protocol.decide import decide_file, decide_lines, print_answer
    from schakel.protocol.library import boek

    configure_logging("warning")
    if jsonl and (protocol or feiten or op):
        fail("bij --jsonl staan protocol, feiten en dag in elke vraag: laat --protocol, --feiten en --op weg")
    try:
        protocollen = boek(folder)
        if jsonl:
            decide_lines(protocollen, sys.stdin.buffer, sys.stdout.buffer)
            return
        if protocol is None or feiten is None:
            fail("geef --protocol en --feiten, of --jsonl voor vragen op stdin")
        answer = decide_file(protocollen, protocol, feiten, op.date() if op else None)
    except Ongeldig as error:
        fail(str(error))
    show(answer, as_json, lambda: print_answer(protocollen, answer))


def whatif(
    naar: Annotated[
        str, typer.Argument(help="Protocol om mee te vergelijken: naam, of naam@dag voor een vaste versie.")
    ],
    van: Annotated[str | None, typer.Option(help="Protocol waarmee; anders het protocol dat toen gold.")] = None,
    feiten: Annotated[
        Path | None, typer.Option(help="JSON-regels met id, gemeente, protocol en feiten; - is stdin.")
    ] = None,
    genereer: Annotated[
        int | None, typer.Option(min=1, help="Bedenk zoveel meldingen (fictief) in plaats van lezen.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Bij --genereer: zelfde getal, zelfde feiten.")] = 1,
    schooljaar: Annotated[
        str | None, typer.Option(help="Alleen dit schooljaar, zoals 2025-2026; niet bij --feiten.")
    ] = None,
    folder: Folder = None,
    nieuw: Annotated[
        Path | None,
        typer.Option(
            "--nieuw", help="Map met het andere protocol, als dat nog een ontwerp is.", exists=True, file_okay=False
        ),
    ] = None,
    tekening: Annotated[Path | None, typer.Option(help="Teken het verschil in dit bestand (.svg of .png).")] = None,
    wie: Annotated[
        Path | None, typer.Option(help="Schrijf per melding wat verandert en door welke regels (JSON-regels).")
    ] = None,
    stappen: Annotated[bool, typer.Option(help="Per stap in plaats van per gevolg.")] = False,
    processen: Annotated[int, typer.Option(min=1, help="Hoeveel processen tegelijk rekenen.")] = os.cpu_count() or 1,
    as_json: Json = False,
) -> None:
    """Vergelijk wat meldingen zouden krijgen onder een ander protocol; er wordt niets vastgelegd."""
    from schakel.whatif.command import Source, compare

    source = Source(feiten=feiten, genereer=genereer, seed=seed, schooljaar=schooljaar)
    compare(
        naar, van, source, folder=folder, nieuw=nieuw, tekening=tekening, wie=wie, stappen=stappen,
        processen=processen, as_json=as_json,
    )  # fmt: skip


@protocol_app.command("list")
def protocol_list(folder: Folder = None, as_json: Json = False) -> None:
    """Toon alle protocollen met hun versies en vanaf wanneer zij gelden."""
    from schakel.protocol.library import boek
    from schakel.protocol.versions import list_versions, print_versions

    try:
        document = list_versions(boek(folder))
    except Ongeldig as error:
        fail(str(error))
    show(document, as_json, lambda: print_versions(document))


@protocol_app.command("check")
def protocol_check(folder: Folder = None, as_json: Json = False) -> None:
    """Controleer alle protocollen in een map; een fout noemt bestand, regelnummer en regel."""
    from schakel.protocol.library import boek, in_use
    from schakel.protocol.versions import check, print_versions

    folder = in_use(folder)
    try:
        document = check(folder, boek(folder))
    except Ongeldig as error:
        if as_json:
            show({"map": str(folder), "fout": str(error)}, as_json, lambda: None)
        fail(str(error))
    show(document, as_json, lambda: print_versions(document["protocollen"]))
    for line in document["ongebruikt"]:
        typer.echo(f"let op: {line}", err=True)


@protocol_app.command("diff")
def protocol_diff(
    van: Annotated[str, typer.Argument(help="naam@dag, of naam voor de nieuwste versie.")],
    naar: Annotated[str, typer.Argument(help="naam@dag, of naam voor de nieuwste versie.")],
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Vergelijk twee versies, of twee protocollen: welke regels en getallen verschillen."""
    from schakel.protocol.library import boek
    from schakel.protocol.versions import differences, print_differences, version

    try:
        protocollen = boek(folder)
        document = differences(version(protocollen, van), version(protocollen, naar))
    except Ongeldig as error:
        fail(str(error))
    show(document, as_json, lambda: print_differences(document))


@protocol_app.command("explain")
def protocol_explain(
    regel: Annotated[str, typer.Argument(help="Id van de regel, zoals GO-LAAT-9a.")],
    protocol: Annotated[list[str] | None, typer.Option(help="Alleen dit protocol (naam of naam@dag).")] = None,
    op: Day = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Toon een regel: wat zij zegt, waar zij staat, haar bron, getallen en begrippen."""
    from schakel.protocol.library import boek
    from schakel.protocol.versions import explain, print_explained

    try:
        document = explain(boek(folder), regel, protocol or [], op.date() if op else None)
    except Ongeldig as error:
        fail(str(error))
    show(document, as_json, lambda: print_explained(document))


@protocol_app.command("coverage")
def protocol_coverage(
    check: Annotated[bool, typer.Option("--check", help="Alleen vergelijken; fout als er iets afwijkt.")] = False,
) -> None:
    """Schrijf docs/protocollen.md (waar elke regel staat, of waarom niet) en docs/termijnen.md."""
    from schakel.protocol.coverage import TABLE, coverage
    from schakel.protocol.library import boek
    from schakel.protocol.termijnblad import BLAD, termijnblad
    from services.cases.protocol import PROTOCOLLEN

    try:
        ons = boek(PROTOCOLLEN)
        pages = {TABLE: coverage(ons), BLAD: termijnblad(ons)}
    except Ongeldig as error:
        fail(str(error))
    for page, text in pages.items():
        if check and text != (page.read_text(encoding="utf-8") if page.exists() else None):
            fail(f"docs/{page.name} wijkt af: voer `schakel protocol coverage` uit")
        if not check:
            page.write_text(text, encoding="utf-8")
            typer.echo(f"docs/{page.name}: geschreven")
