"""Commands about the files of DUO: take in P- and C-leveringen, see and decide, ask DUO for one."""

import asyncio
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import typer
from rich.console import Console

from hub.errors import Ongeldig
from hub.settings import HubSettings
from schakel.officials import post, send_file
from schakel.operations import plain_table, store
from schakel.places import recall
from schakel.screen import Json, run, show

levering_app = typer.Typer(help="P- en C-leveringen van DUO opnemen, bekijken en aanvragen.", no_args_is_help=True)
Nummer = Annotated[int, typer.Argument(min=1, help="Nummer van de levering.")]
Door = Annotated[str, typer.Option(help="Wie dit doet.")]
Reden = Annotated[str, typer.Option(help="Waarom; wordt bewaard.")]
GEBRUIKER = os.environ.get("USER", "beheer")
_ONDERWEG = ("binnenkomend", "ontvangen", "herkend", "bezig")
_PAUZE = 0.3


@levering_app.command("neem-op")
def neem_op(
    bestanden: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="Bestanden van DUO.")],
    soort: Annotated[str | None, typer.Option(help="p, c of koppeling; anders volgt dat uit de naam.")] = None,
    kaart: Annotated[str | None, typer.Option(help="Naam van de kolomkaart; anders de nieuwste die past.")] = None,
    as_json: Json = False,
) -> None:
    """Neem leveringen op, de oudste dag eerst; afbreken en herhalen mag, hetzelfde bestand telt eenmaal."""
    rows = run(take_in(HubSettings(), bestanden, soort, kaart))
    show(rows, as_json, lambda: _print(rows))
    if any(r["status"] != "opgenomen" for r in rows):
        raise typer.Exit(1)


@levering_app.command("list")
def lijst(as_json: Json = False) -> None:
    """Toon de laatste leveringen en wat ervan werd."""
    rows = run(_lijst())
    show(rows, as_json, lambda: _print(rows))


@levering_app.command("show")
def toon(nummer: Nummer, as_json: Json = False) -> None:
    """Toon een levering: tellingen, en waarom zij wacht of is geweigerd."""
    row = run(_een(nummer))
    show(row, as_json, lambda: _print_een(row))


@levering_app.command("vrijgeven")
def vrijgeven(nummer: Nummer, reden: Reden, door: Door = GEBRUIKER, as_json: Json = False) -> None:
    """Neem een levering die wordt vastgehouden toch op; bekijk eerst de tellingen met `show`."""
    row = run(_beslis(nummer, "vrijgeven", door, reden))
    show(row, as_json, lambda: typer.echo(f"Levering {nummer} is vrijgegeven en wordt opgenomen."))


@levering_app.command("afwijzen")
def afwijzen(nummer: Nummer, reden: Reden, door: Door = GEBRUIKER, as_json: Json = False) -> None:
    """Neem een levering die wordt vastgehouden niet op."""
    row = run(_beslis(nummer, "afwijzen", door, reden))
    show(row, as_json, lambda: typer.echo(f"Levering {nummer} is afgewezen."))


@levering_app.command("kaarten")
def kaarten(as_json: Json = False) -> None:
    """Toon de kolomkaarten: onze aannamen en die van SCHAKEL_DUO_KAARTEN."""
    rows = run(_kaarten())
    show(rows, as_json, lambda: _print_kaarten(rows))


@levering_app.command("aanvraag")
def aanvraag(
    soort: Annotated[str, typer.Argument(help="c (een C-levering) of koppeling (BSN bij onderwijsnummers).")],
    gemeente: Annotated[str | None, typer.Option(help="Gemeentecode.")] = None,
    rmc: Annotated[str | None, typer.Option(help="Code van de RMC-regio, in plaats van een gemeente.")] = None,
    nummers: Annotated[
        Path | None,
        typer.Option(help="Bij koppeling: een onderwijsnummer per regel; anders uit de leveringen.", exists=True),
    ] = None,
    map_: Annotated[Path, typer.Option("--map", help="Map waar het bestand komt.", file_okay=False)] = Path(),
    as_json: Json = False,
) -> None:
    """Maak het bestand waarmee u bij DUO een C-levering of een koppeling OWN/BSN aanvraagt."""
    document = run(make_request(HubSettings(), soort, gemeente, rmc, nummers, map_))
    show(document, as_json, lambda: typer.echo(f"{document['bestand']}\n{document['vervolg']}"))


async def take_in(
    settings: HubSettings, paths: Sequence[Path], soort: str | None = None, kaart: str | None = None
) -> list[dict[str, Any]]:
    """Hands in files and waits until each is taken in, refused or held back."""
    query = urlencode({k: v for k, v in (("soort", soort), ("kaart", kaart)) if v is not None})
    numbers = []
    for path in paths:
        headers = {"X-Bestandsnaam": quote(path.name)}
        answer = await send_file(settings, f"/v1/leveringen?{query}", _blokken(path), headers)
        numbers.append(int(answer["nummer"]))
    async with _leveringen(settings) as files:
        return [await _klaar(files, number) for number in numbers]


async def _blokken(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            yield block


async def _klaar(files: Any, number: int) -> dict[str, Any]:
    while True:
        row = await files.een(number)
        if row.status not in _ONDERWEG:
            document: dict[str, Any] = row._asdict()
            return document
        await asyncio.sleep(_PAUZE)


@asynccontextmanager
async def _leveringen(settings: HubSettings) -> AsyncIterator[Any]:
    from services.ingest_duo.leveringen.store import LeveringStore

    async with store(recall(settings), settings, "ingest_duo") as pool:
        yield LeveringStore(pool, settings.kluis)


async def _lijst() -> list[dict[str, Any]]:
    async with _leveringen(HubSettings()) as files:
        return [row._asdict() for row in await files.lijst()]


async def _een(number: int) -> dict[str, Any]:
    async with _leveringen(HubSettings()) as files:
        row = await files.een(number)
    if row is None:
        raise Ongeldig(f"levering {number} is er niet", "nummer")
    document: dict[str, Any] = row._asdict()
    return document


async def _beslis(number: int, what: str, door: str, reden: str) -> dict[str, Any]:
    return await post(HubSettings(), f"/v1/leveringen/{number}/{what}", {"door": door, "reden": reden})


async def _kaarten() -> list[dict[str, Any]]:
    from services.ingest_duo.leveringen.kaart import laad_kaarten
    from services.ingest_duo.settings import DuoSettings

    velden = {"naam", "soort", "geldig_vanaf", "aanname", "bron", "voorbeeldnaam", "codering"}
    return [k.model_dump(mode="json", include=velden) for k in laad_kaarten(DuoSettings().kaarten)]


async def make_request(
    settings: HubSettings, soort: str, gemeente: str | None, rmc: str | None, nummers: Path | None, folder: Path
) -> dict[str, str]:
    """Writes the file that is handed in at DUO; returns where it is and what to do with it."""
    from hub.clock import SystemClock
    from services.ingest_duo.leveringen.aanvraag import c_levering, koppeling

    if (gemeente is None) == (rmc is None):
        raise Ongeldig("noem een gemeente of een RMC-regio, een van beide", "gemeente")
    niveau, code = ("G", gemeente or "") if gemeente is not None else ("R", rmc or "")
    today = SystemClock().today()
    if soort == "c":
        made = c_levering(today, niveau, code)
        vervolg = "Zet het klaar in Mijn DUO; DUO levert binnen vijf werkdagen."
    elif soort == "koppeling":
        made = koppeling(today, niveau, code, await _onderwijsnummers(settings, niveau, code, nummers))
        vervolg = (
            f"Sla het in een rekenprogramma op als {made.naam.removesuffix('.csv')}.xlsx, zet dat klaar in Mijn DUO "
            "(soort: Koppeling OWN/BSN) en mail verzuim@duo.nl. Er staan persoonsgegevens in."
        )
    else:
        raise Ongeldig("kies c of koppeling", "soort")
    path = folder / made.naam
    folder.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", newline="") as file:
        file.write(made.inhoud.get_secret_value())
    return {"bestand": str(path), "vervolg": vervolg}


async def _onderwijsnummers(settings: HubSettings, niveau: str, code: str, path: Path | None) -> list[str]:
    from services.ingest_duo.leveringen.aanvraag import zonder_bsn
    from services.ingest_duo.leveringen.kaart import laad_kaarten
    from services.ingest_duo.settings import DuoSettings

    if path is not None:
        lines = path.read_text(encoding="utf-8-sig", errors="replace").split()
        return [line for line in lines if line.lower() != "onderwijsnummer"]
    async with _leveringen(settings) as files:
        return await zonder_bsn(files, laad_kaarten(DuoSettings().kaarten), niveau, f"{code:0>4}")


def _print(rows: list[dict[str, Any]]) -> None:
    if not rows:
        Console().print("Er zijn geen leveringen.")
        return
    table = plain_table("Leveringen")
    for head in ("nr", "bestand", "peildatum", "status", "rijen", "fout", "personen", "vervallen", "reden"):
        table.add_column(head, overflow="fold")
    for r in rows:
        counts = (str(r["telling"].get(what, "")) for what in ("rijen", "fouten", "personen", "vervallen"))
        table.add_row(str(r["id"]), r["naam"] or "?", str(r["peildatum"] or ""), r["status"], *counts, r["reden"] or "")
    Console().print(table)


def _print_een(row: dict[str, Any]) -> None:
    console = Console()
    for key in ("id", "naam", "soort", "kaart", "niveau", "code", "peildatum", "status", "veld", "plek", "reden"):
        console.print(f"{key:14} {'' if row[key] is None else row[key]}", highlight=False)
    for key, number in sorted(row["telling"].items()):
        console.print(f"{key:14} {number}", highlight=False)
    console.print(f"{'verwerkt':14} {row['verwerkt']}", highlight=False)
    console.print(f"{'ontvangen':14} {row['ontvangen_op']:%Y-%m-%d %H:%M}", highlight=False)
    if row["besluit_op"] is not None:
        console.print(
            f"{'besluit':14} {row['besluit_door']}, {row['besluit_op']:%Y-%m-%d %H:%M}: {row['besluit_reden']}"
        )


def _print_kaarten(rows: list[dict[str, Any]]) -> None:
    table = plain_table("Kolomkaarten")
    for head in ("kaart", "soort", "geldig vanaf", "aanname", "naam van het bestand"):
        table.add_column(head, overflow="fold")
    for r in rows:
        table.add_row(r["naam"], r["soort"], r["geldig_vanaf"], "ja" if r["aanname"] else "nee", r["voorbeeldnaam"])
    Console().print(table)
