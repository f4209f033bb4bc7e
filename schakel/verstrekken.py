"""`schakel verstrek`, `verstrekkingen` and `bevragingen`: what may go, what went, and what was asked of the BRP."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from hub.errors import Ongeldig
from hub.observability import configure_logging
from hub.settings import HubSettings
from schakel.protocol.commands import Day, Folder
from schakel.screen import Json, fail, run, show

_Moment = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dag: JJJJ-MM-DD.")]


def verstrek(
    bestand: Annotated[Path | None, typer.Argument(help="Bestand met feiten (YAML of JSON); - is stdin.")] = None,
    protocol: Annotated[str | None, typer.Option(help="Naam van het protocol.")] = None,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Lees vragen van stdin, een JSON-regel per vraag.")] = False,
    op: Day = None,
    folder: Folder = None,
    as_json: Json = False,
) -> None:
    """Vraag wat er verstrekt mag worden, aan wie en waarom niet; er wordt niets verstuurd en niets vastgelegd."""
    from schakel.protocol.decide import decide_lines, print_answer
    from schakel.protocol.library import boek
    from schakel.verstrekkingen import proef

    configure_logging("warning")
    if jsonl and (bestand or protocol or op):
        fail("bij --jsonl staan protocol, feiten en dag in elke vraag: laat bestand, --protocol en --op weg")
    try:
        protocollen = boek(folder)
        if jsonl:
            decide_lines(protocollen, sys.stdin.buffer, sys.stdout.buffer)
            return
        if bestand is None or protocol is None:
            fail("geef een bestand en --protocol, of --jsonl voor vragen op stdin")
        answer = proef(protocollen, protocol, bestand, op.date() if op else None)
    except Ongeldig as error:
        fail(str(error))
    show(answer, as_json, lambda: print_answer(protocollen, answer))


def verstrekkingen(
    jongere: Annotated[str | None, typer.Option(help="Alleen over deze jongere_id.")] = None,
    ontvanger: Annotated[str | None, typer.Option(help="Alleen aan deze ontvanger.")] = None,
    van: _Moment = None,
    tot: _Moment = None,
    hoeveel: Annotated[int, typer.Option(min=1, max=100_000, help="Hoeveel regels hooguit.")] = 1000,
    bladzijde: Annotated[
        bool, typer.Option("--bladzijde", help="Schrijf docs/verstrekkingsmatrix.md en docs/verwerkingsregister.md.")
    ] = False,
    check: Annotated[bool, typer.Option("--check", help="Alleen vergelijken; fout als een bladzijde afwijkt.")] = False,
    as_json: Json = False,
) -> None:
    """Toon het verstrekkingenregister: wat aan wie ging, wat niet en waarom; nooit de gegevens zelf."""
    from schakel.verstrekkingen import print_register, read_register

    if bladzijde or check:
        _bladzijden(check)
        return
    found = run(read_register(HubSettings(), jongere, ontvanger, van, tot, hoeveel + 1))
    document = found[:hoeveel]
    if len(found) > hoeveel:
        typer.echo(
            f"Dit zijn de oudste {hoeveel}; er zijn er meer: geef --van, --tot of een hogere --hoeveel.", err=True
        )
    show(document, as_json, lambda: print_register(document))


def _bladzijden(check: bool) -> None:
    from schakel.verstrekkingsbladzijden import bladzijden

    afwijkend = [
        pad for pad, tekst in bladzijden().items() if not pad.exists() or tekst != pad.read_text(encoding="utf-8")
    ]
    if check and afwijkend:
        namen = ", ".join(f"docs/{pad.name}" for pad in afwijkend)
        fail(f"{namen} wijkt af: voer `schakel verstrekkingen --bladzijde` uit")
    for pad in [] if check else afwijkend:
        pad.write_text(bladzijden()[pad], encoding="utf-8")
        typer.echo(f"docs/{pad.name}: geschreven")


def bevragingen(
    jongere: Annotated[str | None, typer.Option(help="Alleen over deze jongere_id.")] = None,
    hoeveel: Annotated[int, typer.Option(min=1, max=100_000, help="Hoeveel hooguit.")] = 100,
    as_json: Json = False,
) -> None:
    """Toon het protocol van bevragingen van de BRP, dat twintig jaar wordt bewaard."""
    from schakel.signalen import bevragingen as lees
    from schakel.signalen import print_bevragingen

    document = run(lees(HubSettings(), jongere, hoeveel))
    show(document, as_json, lambda: print_bevragingen(document))
