"""`schakel audit`: look at the audit log of every service, and check that nothing in it was changed."""

import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from hub.auditlog import Auditlog, Hoofd
from hub.errors import Ongeldig
from hub.settings import HubSettings
from schakel.operations import plain_table, store
from schakel.places import SERVICES, recall
from schakel.screen import Json, run, show

audit_app = typer.Typer(help="Het auditlog: wie wat deed, en of er niets aan veranderd is.", no_args_is_help=True)
Dienst = Annotated[str | None, typer.Option("--service", help="Alleen deze service.")]


@audit_app.command("verify")
def audit_verify(
    anker: Annotated[
        Path | None,
        typer.Option(exists=True, dir_okay=False, help="Eerdere uitvoer van `schakel audit verify --json`."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Controleer de keten van elke service; bewaar de uitvoer (--json) elders als anker voor de volgende keer."""
    document = run(verify(HubSettings(), lees_anker(anker) if anker else {}))
    show(document, as_json, lambda: print_verify(document))
    if not document["heel"]:
        raise typer.Exit(1)


@audit_app.command("toon")
def audit_toon(
    service: Dienst = None,
    jongere: Annotated[str | None, typer.Option(help="Alleen regels over deze jongere_id.")] = None,
    hoeveel: Annotated[int, typer.Option(min=1, max=10_000, help="Hooguit zoveel regels, nieuwste eerst.")] = 100,
    as_json: Json = False,
) -> None:
    """Toon wie wat deed, nieuwste eerst; over wie het ging staat er niet leesbaar in."""
    document = run(toon(HubSettings(), service, jongere, hoeveel))
    show(document, as_json, lambda: print_regels(document))


async def verify(settings: HubSettings, ankers: dict[str, Hoofd]) -> dict[str, Any]:
    """The head of every chain, and the first line that does not fit."""
    found: dict[str, Any] = {}
    for name in SERVICES:
        async with store(recall(settings), settings, name) as pool:
            controle = await Auditlog(pool).controleer(ankers.get(name))
        found[name] = {"nr": controle.hoofd.nr, "hash": controle.hoofd.hash, "fout": controle.fout}
    return {"heel": all(d["fout"] is None for d in found.values()), "diensten": found}


async def toon(settings: HubSettings, service: str | None, jongere: str | None, hoeveel: int) -> list[dict[str, Any]]:
    """The newest lines of one service or of all; raises `Ongeldig` for one that does not exist."""
    if service is not None and service not in SERVICES:
        raise Ongeldig(f"onbekende service: kies uit {', '.join(SERVICES)}", "service")
    try:
        wie = UUID(jongere) if jongere else None
    except ValueError:
        raise Ongeldig("is geen jongere_id", "jongere") from None
    found: list[dict[str, Any]] = []
    for name in [service] if service else SERVICES:
        async with store(recall(settings), settings, name) as pool:
            regels = await (Auditlog(pool).over(wie) if wie else Auditlog(pool).laatste(hoeveel))
        found += [{"service": name, **regel._asdict()} for regel in regels]
    return sorted(found, key=lambda r: (r["op"], r["nr"]), reverse=True)[:hoeveel]


def lees_anker(pad: Path) -> dict[str, Hoofd]:
    """The heads in an anchor; raises `typer.BadParameter` for a file that is none."""
    try:
        diensten = json.loads(pad.read_text(encoding="utf-8"))["diensten"]
        return {str(name): Hoofd(int(d["nr"]), str(d["hash"])) for name, d in diensten.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise typer.BadParameter("dit is geen uitvoer van `schakel audit verify --json`") from None


def print_verify(document: dict[str, Any]) -> None:
    """A line per service."""
    for name, d in document["diensten"].items():
        stand = f"GEBROKEN bij {d['fout']}" if d["fout"] else f"heel, {d['nr']} regels, hoofd {d['hash']}"
        typer.echo(f"{name}: {stand}")


def print_regels(regels: list[dict[str, Any]]) -> None:
    """The lines as a table."""
    table = plain_table("Auditlog")
    for head in ("wanneer", "service", "nr", "door", "handeling", "uitkomst", "over"):
        table.add_column(head, overflow="fold")
    for r in regels:
        over = f"{len(r['onderwerp'])} jongere(n)" if r["onderwerp"] else ""
        when = r["op"].strftime("%Y-%m-%d %H:%M:%S")
        table.add_row(when, r["service"], str(r["nr"]), r["door"], r["handeling"], r["uitkomst"], over)
    Console().print(table)
