"""`schakel verzoek` and `schakel rectificeer`: rights of the betrokkene on the command line."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from hub.clock import SystemClock
from hub.settings import HubSettings
from schakel.officials import post
from schakel.operations import plain_table, store
from schakel.places import recall
from schakel.screen import Json, fail, run, show

verzoek_app = typer.Typer(
    help="Verzoeken van jongeren en ouders over hun gegevens: vastleggen, beslissen, beperken, verbeteren.",
    no_args_is_help=True,
)
Wie = Annotated[str, typer.Option("--medewerker", help="Code van de ambtenaar.")]
Jongere = Annotated[str, typer.Option(help="jongere_id.")]
Gemeente = Annotated[str, typer.Option(help="Gemeentecode.")]
Dag = typer.Option(formats=["%Y-%m-%d"], help="JJJJ-MM-DD.")


@verzoek_app.command("open")
def verzoek_open(
    soort: Annotated[str, typer.Argument(help="inzage, rectificatie, beperking, bezwaar, wissing of portabiliteit.")],
    jongere: Jongere,
    gemeente: Gemeente,
    verzoeker: Annotated[str, typer.Option(help="Wie het vraagt: jongere of ouder.")],
    ontvangen_op: Annotated[datetime, Dag],
    kenmerk: Annotated[
        str, typer.Option(help="Eigen kenmerk van dit verzoek: hetzelfde kenmerk legt niets dubbel vast.")
    ],
    medewerker: Wie,
    toelichting: Annotated[str | None, typer.Option(help="Wat er precies is gevraagd; wordt verzegeld.")] = None,
    ontvanger: Annotated[str | None, typer.Option(help="Bij bezwaar: tegen geven aan wie.")] = None,
    doel: Annotated[str | None, typer.Option(help="Bij bezwaar: tegen geven waarvoor.")] = None,
    as_json: Json = False,
) -> None:
    """Leg een verzoek vast; toont wat de regels ervan zeggen en wanneer het besluit er moet zijn."""
    body = {
        "soort": soort, "jongere": jongere, "gemeente": gemeente, "verzoeker": verzoeker, "medewerker": medewerker,
        "ontvangenOp": ontvangen_op.date().isoformat(), "kenmerk": kenmerk, "toelichting": toelichting,
        "ontvanger": ontvanger, "doel": doel,
    }  # fmt: skip
    document = run(post(HubSettings(), "/v1/rechtenverzoeken", body))
    bezwaar = f" Let op: {document['oordeel'].replace('_', ' ')}." if document["oordeel"] else ""
    text = f"Verzoek {document['verzoek_id']} is vastgelegd; besluit uiterlijk {document['uiterlijk']}.{bezwaar}"
    show(document, as_json, lambda: typer.echo(text))


@verzoek_app.command("besluit")
def verzoek_besluit(
    verzoek: Annotated[str, typer.Argument(help="Nummer van het verzoek.")],
    uitkomst: Annotated[str, typer.Argument(help="toegewezen of afgewezen.")],
    medewerker: Wie,
    motivering: Annotated[str, typer.Option(help="Verplicht bij afwijzen.")] = "",
    grond: Annotated[str | None, typer.Option(help="Verplicht bij afwijzen; zie docs/rechten.md.")] = None,
    as_json: Json = False,
) -> None:
    """Besluit over een verzoek."""
    body = {"uitkomst": uitkomst, "medewerker": medewerker, "motivering": motivering, "grond": grond}
    document = run(post(HubSettings(), f"/v1/rechtenverzoeken/{verzoek}/besluit", body))
    show(document, as_json, lambda: typer.echo(f"Verzoek {verzoek} is {uitkomst}."))


@verzoek_app.command("verleng")
def verzoek_verleng(
    verzoek: Annotated[str, typer.Argument(help="Nummer van het verzoek.")],
    medewerker: Wie,
    reden: Annotated[str, typer.Option(help="Waarom; de verzoeker hoort dit binnen de eerste maand.")],
    as_json: Json = False,
) -> None:
    """Neem twee maanden langer voor een verzoek."""
    document = run(
        post(HubSettings(), f"/v1/rechtenverzoeken/{verzoek}/verlenging", {"medewerker": medewerker, "reden": reden})
    )
    show(document, as_json, lambda: typer.echo("De termijn is verlengd. Laat het de verzoeker weten."))


@verzoek_app.command("lijst")
def verzoek_lijst(
    gemeente: Annotated[str | None, typer.Option(help="Alleen deze gemeentecode.")] = None,
    alles: Annotated[bool, typer.Option("--alles", help="Ook wat al is afgehandeld.")] = False,
    as_json: Json = False,
) -> None:
    """Toon verzoeken, taken en beperkingen, wat het eerst af moet bovenaan."""
    document = run(_lees(HubSettings(), gemeente, alles=alles))
    show(document, as_json, lambda: _print(document))


@verzoek_app.command("beperk")
def verzoek_beperk(
    jongere: Jongere,
    gemeente: Gemeente,
    reden: Annotated[
        str,
        typer.Option(help="juistheid_betwist, onrechtmatig, nodig_voor_rechtsvordering of bezwaar_in_afwachting."),
    ],
    medewerker: Wie,
    as_json: Json = False,
) -> None:
    """Bewaar gegevens van een jongere voorlopig alleen: niets gaat weg, geen besluit heeft gevolg (AVG art. 18)."""
    body = {"jongere": jongere, "gemeente": gemeente, "reden": reden, "medewerker": medewerker}
    document = run(post(HubSettings(), "/v1/beperkingen", body))
    show(document, as_json, lambda: typer.echo("De verwerking is beperkt."))


@verzoek_app.command("hervat")
def verzoek_hervat(
    jongere: Jongere,
    gemeente: Gemeente,
    reden: Annotated[
        str,
        typer.Option(
            help="juistheid_nagegaan, gerectificeerd, niet_langer_nodig, bezwaar_afgewogen of betrokkene_stemt_in."
        ),
    ],
    geinformeerd_op: Annotated[datetime, Dag],
    medewerker: Wie,
    as_json: Json = False,
) -> None:
    """Hef een beperking op, nadat de betrokkene is ingelicht."""
    body = {
        "jongere": jongere, "gemeente": gemeente, "reden": reden, "geinformeerdOp": geinformeerd_op.date().isoformat(),
        "medewerker": medewerker,
    }  # fmt: skip
    document = run(post(HubSettings(), "/v1/hervattingen", body))
    show(document, as_json, lambda: typer.echo("De beperking is opgeheven."))


@verzoek_app.command("rectificeer")
def rectificeer(
    bestand: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON: zie docs/rechten.md.")],
    medewerker: Wie,
    as_json: Json = False,
) -> None:
    """Verbeter een gegeven; de juiste waarde staat in een bestand, zodat zij niet op de opdrachtregel komt."""
    body = {**_lees_correctie(bestand), "medewerker": medewerker}
    document = run(post(HubSettings(), "/v1/rectificaties", body))
    namen = ", ".join(document["teInformeren"]) or "niemand"
    show(document, as_json, lambda: typer.echo(f"Verbeterd. Bericht nodig aan: {namen}."))


@verzoek_app.command("gedaan")
def gedaan(
    taak: Annotated[str, typer.Argument(help="Nummer van de taak.")], medewerker: Wie, as_json: Json = False
) -> None:
    """Leg vast dat een taak is gedaan, bijvoorbeeld dat een ontvanger bericht kreeg."""
    document = run(post(HubSettings(), f"/v1/rechtentaken/{taak}/afronding", {"medewerker": medewerker}))
    show(document, as_json, lambda: typer.echo("Vastgelegd."))


def _lees_correctie(bestand: Path) -> dict[str, Any]:
    """The file, with a number of its own: so that the command may be given twice."""
    try:
        body = json.loads(bestand.read_text(encoding="utf-8"))
    except ValueError:
        fail("het bestand is geen JSON")
    if not isinstance(body, dict) or "rectificatie" not in body:
        fail("geef de correctie een eigen nummer: rectificatie, een UUID; dan mag u de opdracht herhalen")
    return body


async def _lees(settings: HubSettings, gemeente: str | None, *, alles: bool) -> dict[str, Any]:
    from services.cases.rechtenstore import Rechtenvragen

    async with store(recall(settings), settings, "cases") as pool:
        vragen = Rechtenvragen(pool)
        return {
            "verzoeken": await vragen.verzoeken(gemeente, alles=alles),
            "taken": await vragen.taken(gemeente, alles=alles),
            "beperkt": await vragen.alle_beperkt(),
        }


def _print(document: dict[str, Any]) -> None:
    from services.cases.rechtendienst import termijnstand

    today: date = SystemClock().today()
    table = plain_table(f"Verzoeken: {len(document['verzoeken'])}")
    for head in ("uiterlijk", "", "soort", "door", "gemeente", "status", "nummer", "let op"):
        table.add_column(head, overflow="fold")
    for v in document["verzoeken"]:
        term = termijnstand(v["uiterlijk"], today) if v["status"] == "open" else ""
        cells = (v["uiterlijk"], term, v["soort"], v["verzoeker"], v["gemeente"], v["status"], v["verzoek_id"])
        table.add_row(*(str(c) for c in cells), v["oordeel"] or "")
    Console().print(table)
    taken = plain_table(f"Taken: {len(document['taken'])}")
    for head in ("sinds", "taak", "bij", "gegeven", "gemeente", "nummer"):
        taken.add_column(head, overflow="fold")
    for t in document["taken"]:
        since = t["op"].strftime("%Y-%m-%d")
        taken.add_row(since, t["soort"], t["ontvanger"], t["element"], t["gemeente"], str(t["taak_id"]))
    Console().print(taken)
    for b in document["beperkt"]:
        Console().print(f"Verwerking beperkt sinds {b['sinds']} ({b['reden']}): jongere {b['jongere_id']}")
