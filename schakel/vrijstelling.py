"""Commands about vrijstellingen and vervangende leerplicht."""

from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import Console

from hub.settings import HubSettings
from schakel.officials import post
from schakel.operations import plain_table, store
from schakel.places import recall
from schakel.screen import Json, run, show

vrijstelling_app = typer.Typer(
    help="Vrijstellingen en vervangende leerplicht vastleggen en aan DUO melden.", no_args_is_help=True
)
Dag = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="JJJJ-MM-DD.")]


@vrijstelling_app.command("meld")
def vrijstelling_meld(
    jongere: Annotated[str, typer.Option(help="jongere_id.")],
    gemeente: Annotated[str, typer.Option(help="Gemeentecode.")],
    soort: Annotated[str, typer.Option(help="5a, 5b, 5c, 5A, 15, 3a of 3b: het artikel.")],
    van: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Eerste dag: JJJJ-MM-DD.")],
    medewerker: Annotated[str, typer.Option(help="Code van de ambtenaar.")],
    tot: Dag = None,
    eerder: Annotated[bool | None, typer.Option(help="Of er eerder een beroep op is gedaan.")] = None,
    as_json: Json = False,
) -> None:
    """Leg een vrijstelling vast, of geef haar een andere einddatum; DUO krijgt bericht."""
    body = {
        "jongere": jongere,
        "gemeente": gemeente,
        "soort": soort,
        "begindatum": van.date().isoformat(),
        "einddatum": tot.date().isoformat() if tot else None,
        "eerder": eerder,
        "medewerker": medewerker,
    }
    document = run(post(HubSettings(), "/v1/vrijstellingen", body))
    show(document, as_json, lambda: typer.echo(f"Vrijstelling {document['vrijstelling']} is vastgelegd."))


@vrijstelling_app.command("trek-in")
def vrijstelling_trek_in(
    vrijstelling: Annotated[str, typer.Argument(help="Nummer van de vrijstelling.")],
    medewerker: Annotated[str, typer.Option(help="Code van de ambtenaar.")],
    as_json: Json = False,
) -> None:
    """Trek een vrijstelling in; DUO krijgt bericht."""
    path = f"/v1/vrijstellingen/{vrijstelling}/intrekking"
    document = run(post(HubSettings(), path, {"medewerker": medewerker}))
    show(document, as_json, lambda: typer.echo(f"Vrijstelling {vrijstelling} is ingetrokken."))


@vrijstelling_app.command("list")
def vrijstelling_list(
    stand: Annotated[str | None, typer.Option(help="te_melden, teruggemeld of geweigerd.")] = None,
    as_json: Json = False,
) -> None:
    """Toon de vastgelegde vrijstellingen, of DUO ze heeft, en wat er anders aan schort."""
    document = run(_lijst(stand))
    show(document, as_json, lambda: _print(document))


async def _lijst(stand: str | None) -> list[dict[str, Any]]:
    from services.ingest_duo.vrijstellingen.store import VrijstellingenStore

    settings = HubSettings()
    async with store(recall(settings), settings, "ingest_duo") as pool:
        return await VrijstellingenStore(pool).lijst(stand)


def _print(rows: list[dict[str, Any]]) -> None:
    table = plain_table("Vrijstellingen" if rows else "Er zijn geen vrijstellingen vastgelegd")
    for head in ("nummer", "jongere", "gemeente", "soort", "van", "tot", "bij DUO", "reden"):
        table.add_column(head, overflow="fold")
    for r in rows:
        stand = r["stand"] + (" (ingetrokken)" if r["ingetrokken"] else "")
        cells = (r["soort"], r["begindatum"], r["einddatum"] or "", stand, r["code"] or "")
        table.add_row(str(r["vrijstelling_id"]), str(r["jongere_id"]), r["gemeente"], *(str(c) for c in cells))
    Console().print(table)
