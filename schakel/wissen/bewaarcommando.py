"""`schakel bewaren`: what is due, and the besluit tot sluiting from which a term runs."""

from typing import Annotated, Any

import typer
from rich.console import Console

from hub.auditlog import Auditlog, Uitkomst
from hub.bewaartermijnen import Bewaartermijnen
from hub.clock import Clock, SystemClock
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.settings import HubSettings
from schakel.operations import store
from schakel.places import recall
from schakel.screen import Json, run, show
from schakel.volgen import lees_jongere_id
from schakel.wissen.bewaren import jaarlijks, stand
from schakel.wissen.commands import plaatsen
from schakel.wissen.opslag import databases
from schakel.wissen.wis import BEVOEGD, bevoegd
from services.cases.sluiting import Sluitingen

bewaren_app = typer.Typer(help="Bewaartermijnen: wat eraan komt, en het besluit tot sluiting.")


async def toon(settings: HubSettings) -> dict[str, Any]:
    """What is due."""
    async with databases(recall(settings), settings) as pools:
        return await stand(pools, Bewaartermijnen.load(settings.bewaartermijnen), SystemClock().today())


async def sluit(settings: HubSettings, jongere: str, besluit: str, medewerker: str) -> dict[str, Any]:
    """Records the besluit to close a dossier of which processing ended."""
    wie, vandaag = lees_jongere_id(jongere), SystemClock().today()
    door = bevoegd(Medewerkers.load(settings.medewerkers), medewerker)
    async with store(recall(settings), settings, "cases") as pool:
        codes = [g.code for g in Gemeenten.load(settings.gemeenten).gemeenten]
        mag = door.gemeenten_met(BEVOEGD)
        op = await Sluitingen(pool, codes).besluit(wie, besluit, door.code, mag, vandaag)
        await Auditlog(pool).schrijf(SystemClock().now(), door.code, "dossier_sluiten", Uitkomst.GEDAAN, [wie])
    return {"jongere_id": str(wie), "besloten_op": op}


async def wis_jaarlijks(settings: HubSettings, clock: Clock | None = None) -> dict[str, Any]:
    """The yearly run, now."""
    async with plaatsen(settings) as waar:
        return await jaarlijks(waar, Bewaartermijnen.load(settings.bewaartermijnen), (clock or SystemClock()).now())


@bewaren_app.callback(invoke_without_command=True)
def bewaren(context: typer.Context, as_json: Json = False) -> None:
    """Toon wat op een besluit tot sluiting wacht en wat gewist gaat worden."""
    if context.invoked_subcommand is None:
        document = run(toon(HubSettings()))
        show(document, as_json, lambda: print_stand(document))


@bewaren_app.command("sluit")
def bewaren_sluit(
    jongere: Annotated[str, typer.Argument(help="jongere_id van wie het dossier gesloten wordt.")],
    besluit: Annotated[str, typer.Option(help="Kenmerk van het besluit tot sluiting.")],
    medewerker: Annotated[str, typer.Option(help="Code van de FG of administratief medewerker.")],
    as_json: Json = False,
) -> None:
    """Leg het besluit tot sluiting van een dossier vast; daarna loopt de termijn van CONV-9.2."""
    document = run(sluit(HubSettings(), jongere, besluit, medewerker))
    show(document, as_json, lambda: typer.echo(f"Gesloten op {document['besloten_op']}."))


def print_stand(document: dict[str, Any]) -> None:
    """What is due, one line per dossier."""
    console = Console()
    for r in document["te_besluiten"]:
        console.print(
            f"{r['jongere_id']}: verwerking geëindigd op {r['einde_op']} ({r['aanleiding']}); besluit tot sluiting"
        )
    for r in document["te_wissen"]:
        text = f"{r['jongere_id']}: gewist uiterlijk {r['uiterlijk']}"
        console.print(f"{text}; belet: {r['belet']}" if r["belet"] else text)
    console.print(f"Zonder dossier en boven de leeftijd: {document['zonder_dossier']}")
