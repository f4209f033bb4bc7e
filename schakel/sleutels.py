"""`schakel sleutels`: which keys there are, a new one, everything sealed with it, the old one gone."""

import time
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

import structlog
import typer

from hub.crypto import Kluis, Sleutelring
from hub.errors import Ongeldig
from hub.settings import HubSettings
from schakel.operations import plain_table
from schakel.places import recall
from schakel.screen import Json, run, show
from schakel.wissen.commands import voortgang
from schakel.wissen.herverzegelen import ONBEKEND, herverzegel, tel
from schakel.wissen.opdracht import Opdrachten
from schakel.wissen.opslag import databases

log: structlog.stdlib.BoundLogger = structlog.get_logger()
WACHT: Final = 600.0
"""Seconds between a new key and the removal of an old one: what was sealed meanwhile with the old key, by a process
that had not looked yet or in a transaction that was under way, has been stored by then (our own value)."""


class Ring(StrEnum):
    """The two vaults of an installation."""

    OPSLAG = "opslag"
    VERSTREK = "verstrek"


def ring(settings: HubSettings, welke: Ring) -> Sleutelring:
    """The keys of one vault: what rests, or what travels between services."""
    return Sleutelring(settings.map / "sleutels" / f"{welke}.key")


async def toon(settings: HubSettings, *, tellen: bool) -> list[dict[str, Any]]:
    """The keys, newest first per ring; with `tellen` also how many values rest sealed with each."""
    counted = await _tel(settings) if tellen else None
    found = []
    for welke in Ring:
        sleutels = ring(settings, welke)
        for nr, naam in enumerate(sleutels.sleutels()):
            sinds = datetime.fromtimestamp(sleutels.sinds(naam), UTC)
            row = {"ring": welke.value, "sleutel": naam, "nieuwste": nr == 0, "sinds": sinds}
            if counted is not None and welke is Ring.OPSLAG:
                row["verzegeld"] = counted[naam]
            found.append(row)
    if counted is not None and counted[ONBEKEND]:
        found.append({"ring": "opslag", "sleutel": ONBEKEND, "nieuwste": False, "verzegeld": counted[ONBEKEND]})
    return found


async def _tel(settings: HubSettings) -> Any:
    kluis = Kluis.from_file(settings.map / "sleutels" / "opslag.key")  # with the keys that are there now
    async with databases(recall(settings), settings) as pools:
        return await tel(pools, kluis, Opdrachten(settings.map, kluis), voortgang)


def draai(settings: HubSettings, welke: Ring) -> dict[str, str]:
    """A new key for one ring; running services use it within a second or so."""
    naam = ring(settings, welke).draai()
    log.info("key_rotated", ring=welke.value, key=naam)
    return {"ring": welke.value, "sleutel": naam}


async def verzegel_opnieuw(settings: HubSettings) -> dict[str, Any]:
    """Seals everything that rests with the newest key, until a look finds nothing else."""
    kluis, total = Kluis.from_file(settings.map / "sleutels" / "opslag.key"), 0
    async with databases(recall(settings), settings) as pools:
        while True:
            done, closed = await herverzegel(pools, kluis, Opdrachten(settings.map, kluis), voortgang)
            total += sum(done.values())
            if not done:
                break
    log.info("values_resealed", number=total, unreadable=sum(closed.values()))
    return {"herverzegeld": total, "onleesbaar": dict(closed)}


async def verwijder(settings: HubSettings, naam: str, *, wacht: float = WACHT) -> dict[str, str]:
    """Removes an old key of which a scan proves that nothing rests sealed with it. Raises `Ongeldig` otherwise."""
    welke = next((r for r in Ring if naam in ring(settings, r).namen()), None)
    if welke is None:
        raise Ongeldig("er is geen sleutel met deze naam", "sleutel")
    sleutels = ring(settings, welke)
    nieuwste = next(iter(sleutels.sleutels()))
    if naam == nieuwste:
        raise Ongeldig("dit is de nieuwste sleutel: geef eerst `schakel sleutels draai`", "sleutel")
    if (nog := sleutels.sinds(nieuwste) + wacht - time.time()) > 0:
        raise Ongeldig(f"de nieuwste sleutel is te jong: probeer het over {nog:.0f} seconden weer", "sleutel")
    if welke is Ring.OPSLAG and (rest := (await _tel(settings))[naam]):
        raise Ongeldig(f"er zijn nog {rest} waarden mee verzegeld: geef `schakel sleutels herverzegel`", "sleutel")
    sleutels.verwijder(naam)
    log.info("key_removed", ring=welke.value, key=naam)
    return {"ring": welke.value, "verwijderd": naam}


sleutels_app = typer.Typer(help="Sleutels tonen, vervangen en opruimen.", no_args_is_help=True)


@sleutels_app.command("toon")
def sleutels_toon(
    tellen: Annotated[bool, typer.Option("--tel", help="Tel ook hoeveel er met elke sleutel verzegeld is.")] = False,
    as_json: Json = False,
) -> None:
    """Toon welke sleutels er zijn; nooit hun inhoud."""
    document = run(toon(HubSettings(), tellen=tellen))
    show(document, as_json, lambda: print_sleutels(document))


@sleutels_app.command("draai")
def sleutels_draai(
    welke: Annotated[Ring, typer.Option("--ring", help="Wat in rust is, of wat tussen services reist.")] = Ring.OPSLAG,
    as_json: Json = False,
) -> None:
    """Maak een nieuwe sleutel; alles wordt daar voortaan mee verzegeld, de oude blijven openen."""

    async def doe() -> dict[str, str]:
        return draai(HubSettings(), welke)

    document = run(doe())
    show(document, as_json, lambda: typer.echo(f"Nieuwe sleutel: {document['sleutel']}. Maak er een reservekopie van."))


@sleutels_app.command("herverzegel")
def sleutels_herverzegel(as_json: Json = False) -> None:
    """Verzegel alles in rust met de nieuwste sleutel; mag onderbroken worden en terwijl alles draait."""
    document = run(verzegel_opnieuw(HubSettings()))
    show(document, as_json, lambda: typer.echo(f"Opnieuw verzegeld: {document['herverzegeld']} waarden."))
    if document["onleesbaar"]:
        typer.echo(f"schakel: geen sleutel opent: {document['onleesbaar']}", err=True)
        raise typer.Exit(1)


@sleutels_app.command("verwijder")
def sleutels_verwijder(
    sleutel: Annotated[str, typer.Argument(help="Naam van de oude sleutel, zoals `toon` die noemt.")],
    as_json: Json = False,
) -> None:
    """Verwijder een oude sleutel waarmee aantoonbaar niets meer verzegeld is."""
    document = run(verwijder(HubSettings(), sleutel))
    show(document, as_json, lambda: typer.echo(f"Sleutel {sleutel} is verwijderd."))


def print_sleutels(document: list[dict[str, Any]]) -> None:
    """The keys as a table."""
    from rich.console import Console

    table = plain_table("Sleutels")
    for head in ("ring", "sleutel", "nieuwste", "sinds", "verzegeld"):
        table.add_column(head)
    for row in document:
        sinds = f"{row['sinds']:%Y-%m-%d %H:%M}" if "sinds" in row else ""
        table.add_row(
            row["ring"], row["sleutel"], "ja" if row["nieuwste"] else "", sinds, str(row.get("verzegeld", ""))
        )
    Console().print(table)
