"""`schakel quarantaine`: look at what could not be used, mend it, release it, send it back or let it lapse."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from hub.errors import HubError
from hub.settings import HubSettings
from schakel.officials import post
from schakel.operations import plain_table
from schakel.quarantaine import work
from schakel.quarantaine.antwoorden import Antwoord
from schakel.screen import Json, fail, run, show

quarantaine_app = typer.Typer(help="Invoer die niet te gebruiken was: bekijken, herstellen, vrijgeven, terugwijzen.")
Service = Annotated[str | None, typer.Option(help="Alleen deze service.")]
Number = Annotated[str, typer.Argument(metavar="NR", help="Nummer, of met de service erbij: brp_sync/12.")]
Who = Annotated[str, typer.Option(help="Wie dit doet.")]
USER = os.environ.get("USER", "beheer")


@quarantaine_app.callback(invoke_without_command=True)
def bare(
    context: typer.Context,
    service: Service = None,
    bron: Annotated[str | None, typer.Option(help="Alleen deze bron.")] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Ook wat al is afgehandeld.")] = False,
    as_json: Json = False,
) -> None:
    """Invoer die niet te gebruiken was: bekijken, herstellen, vrijgeven, terugwijzen. Zonder opdracht: de lijst."""
    if context.invoked_subcommand is None:
        list_(service=service, bron=bron, alles=alles, as_json=as_json)


@quarantaine_app.command("list")
def list_(
    service: Service = None,
    bron: Annotated[str | None, typer.Option(help="Alleen deze bron.")] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Ook wat al is afgehandeld.")] = False,
    as_json: Json = False,
) -> None:
    """Toon wat open staat: aantallen per bron en reden met wat te doen, en de regels."""
    document = run(work.listed(HubSettings(), service, bron, everything=alles))
    show(document, as_json, lambda: _print_list(document))


@quarantaine_app.command("show")
def show_(
    nr: Number,
    service: Service = None,
    inhoud: Annotated[bool, typer.Option("--inhoud", help="Toon ook de inhoud; dat wordt vastgelegd.")] = False,
    door: Who = USER,
    as_json: Json = False,
) -> None:
    """Toon een regel: wat eraan mankeert, wat te doen, wat ermee gebeurde."""
    document = run(work.shown(HubSettings(), nr, service, door=door, content=inhoud))
    show(document, as_json, lambda: _print_one(document))


@quarantaine_app.command()
def herstel(
    nr: Number,
    met: Annotated[Path, typer.Option(exists=True, dir_okay=False, help="Bestand met de herstelde inhoud.")],
    service: Service = None,
    door: Who = USER,
    as_json: Json = False,
) -> None:
    """Bewaar herstelde inhoud naast het origineel; geef haar daarna vrij."""
    item = run(work.mended(HubSettings(), nr, service, door=door, body=met.read_bytes()))
    show(item._asdict(), as_json, lambda: typer.echo(f"Bewaard. Neem haar in met: schakel quarantaine vrijgeven {nr}"))


@quarantaine_app.command()
def vrijgeven(
    nr: Annotated[str | None, typer.Argument(metavar="NR", help="Nummer; leeg met --alles --bron.")] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Alles wat van een bron open staat.")] = False,
    bron: Annotated[str | None, typer.Option(help="Met --alles: van welke bron.")] = None,
    service: Service = None,
    door: Who = USER,
    as_json: Json = False,
) -> None:
    """Neem de (herstelde) inhoud opnieuw in, langs de weg van haar bron; de hub moet draaien."""
    if (nr is None) != alles or alles != (bron is not None):
        fail("noem een nummer, of geef alles van een bron vrij met --alles --bron BRON")
    documents = run(_release(nr, bron, service, door, quiet=as_json))
    show(documents if alles else documents[0], as_json, lambda: _print_released(documents))
    if any(not d["verwerkt"] for d in documents):
        raise typer.Exit(1)


@quarantaine_app.command()
def terugwijzen(
    nr: Number,
    reden: Annotated[str, typer.Option(help="Wat de afzender moet weten; komt in het antwoord en wordt bewaard.")],
    uit: Annotated[Path | None, typer.Option(dir_okay=False, help="Schrijf het antwoord in dit bestand.")] = None,
    service: Service = None,
    door: Who = USER,
    as_json: Json = False,
) -> None:
    """Wijs terug naar de afzender: geeft een antwoord in de vorm van de bron (Fo03, problem+json, CSV of tekst)."""
    answer: Antwoord = run(_refuse(nr, service, reden, door))
    if uit is not None:
        uit.write_bytes(answer.inhoud)
    document = {"nr": nr, "mediatype": answer.mediatype, "antwoord": answer.inhoud.decode()}
    text = f"Teruggewezen; het antwoord staat in {uit}." if uit else document["antwoord"]
    show(document, as_json, lambda: typer.echo(text))


@quarantaine_app.command("laat-vervallen")
def laat_vervallen(
    nr: Number,
    reden: Annotated[str, typer.Option(help="Waarom dit niet wordt gebruikt; wordt bewaard.")],
    service: Service = None,
    door: Who = USER,
    as_json: Json = False,
) -> None:
    """Laat een regel vervallen, met reden."""
    item = run(work.lapsed(HubSettings(), nr, service, reden=reden, door=door))
    show(item._asdict(), as_json, lambda: typer.echo("Vervallen en vastgelegd."))


async def _refuse(nr: str, service: str | None, reden: str, door: str) -> Antwoord:
    item = await work.find(HubSettings(), nr, service)
    async with work.opened(HubSettings(), item.service) as quarantine:
        return await work.refused(quarantine, item.nr, reden, door)


async def _release(
    nr: str | None, bron: str | None, service: str | None, door: str, *, quiet: bool
) -> list[dict[str, Any]]:
    """One after the other: breaking off leaves the rest open, and what cannot be tried stops nothing."""
    settings = HubSettings()
    if nr is not None:
        return [await _release_one(settings, await work.find(settings, nr, service), door)]
    documents: list[dict[str, Any]] = []
    items = await work.open_items(settings, service, str(bron))
    for item in items:
        try:
            documents.append(await _release_one(settings, item, door))
        except HubError as error:
            documents.append({**item._asdict(), "verwerkt": False, "weer_in_quarantaine": [], "opmerking": str(error)})
        if not quiet and len(documents) % 100 == 0:
            typer.echo(f"{len(documents)} van {len(items)} ...", err=True)
    return documents


async def _release_one(settings: HubSettings, item: work.Item, door: str) -> dict[str, Any]:
    return await post(settings, f"/v1/quarantaine/{item.service}/{item.nr}/vrijgeven", {"door": door}, timeout=120)


def _print_list(document: dict[str, list[dict[str, Any]]]) -> None:
    console = Console(markup=False, highlight=False)
    if not document["regels"]:
        console.print("De quarantaine is leeg.")
        return
    table = plain_table("Per bron en reden")
    for head in ("service", "bron", "veld", "reden", "aantal", "wat te doen"):
        table.add_column(head, overflow="fold")
    for c in document["aantallen"]:
        table.add_row(c["service"], c["bron"], c["veld"], c["reden"], str(c["aantal"]), c["advies"])
    console.print(table)
    table = plain_table("Quarantaine")
    for head in ("nr", "bron", "ontvangen", "keer", "staat", "plek", "veld", "reden"):
        table.add_column(head, overflow="fold")
    for r in document["regels"]:
        received = f"{r['ontvangen_op']:%Y-%m-%d %H:%M}"
        number = f"{r['service']}/{r['nr']}"
        table.add_row(number, r["bron"], received, str(r["keer"]), r["staat"], r["plek"], r["veld"], r["reden"])
    console.print(table)


def _print_one(document: dict[str, Any]) -> None:
    console = Console(markup=False, highlight=False)
    for key in ("service", "nr", "bron", "soort", "plek", "veld", "reden", "staat", "keer", "vorige", "ontvangen_op"):
        console.print(f"{key:14} {document[key]}")
    console.print(f"{'wat te doen':14} {document['advies']}")
    for d in document["gedaan"]:
        console.print(f"{d['op']:%Y-%m-%d %H:%M}  {d['actie']} door {d['door']}  {d['toelichting']}")
    if document["gevolgd_door"]:
        console.print(f"Vrijgegeven en deels weer in quarantaine: {document['gevolgd_door']}")
    for key in ("inhoud", "hersteld"):
        if document.get(key) is not None:
            console.print(f"\n{key}:")
            console.print(document[key], soft_wrap=True)


def _print_released(documents: Sequence[dict[str, Any]]) -> None:
    for d in documents:
        if not d["verwerkt"]:
            why = f"weer in quarantaine: {d['weer_in_quarantaine']}" if d["weer_in_quarantaine"] else d["opmerking"]
            typer.echo(f"{d['service']}/{d['nr']}: {why}")
    done = sum(d["verwerkt"] for d in documents)
    typer.echo(f"Verwerkt: {done}. Nog niet bruikbaar: {len(documents) - done}.")
