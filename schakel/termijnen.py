"""`schakel termijnen`: the board of termijnen."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from hub.settings import HubSettings
from schakel.officials import get
from schakel.operations import plain_table
from schakel.screen import Json, run, show


def termijnen(
    gemeente: Annotated[str | None, typer.Option(help="Alleen deze gemeentecode.")] = None,
    tot: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Tot en met deze dag JJJJ-MM-DD; leeg = alle.")
    ] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Toon ook termijnen die zijn gehaald of vervallen.")] = False,
    as_json: Json = False,
) -> None:
    """Toon welke termijnen lopen of verstreken zijn: wanneer, in welke zaak, en wie moet handelen."""
    params = {"gemeente": gemeente, "tot": tot.date().isoformat() if tot else None, "alles": alles or None}
    rows = run(get(HubSettings(), "/v1/termijnen", params))
    show(rows, as_json, lambda: _toon(rows))


def _toon(rows: list[dict[str, Any]]) -> None:
    if not rows:
        Console().print("Er lopen geen termijnen.")
        return
    table = plain_table(f"Termijnen: {len(rows)}")
    for head in ("uiterlijk", "werkdagen", "termijn", "wie", "stand", "gemeente", "zaak"):
        table.add_column(head, overflow="fold")
    for r in rows:
        over = "" if r["werkdagen"] is None else str(r["werkdagen"])
        table.add_row(r["uiterlijk"], over, r["termijn"], r["bindt"] or "", r["stand"], r["gemeente"], r["zaakId"])
    Console().print(table)
