"""`schakel signaal`: the commands; what they do is in schakel/signalen.py."""

from typing import Annotated

import typer

from hub.settings import HubSettings
from schakel.screen import Json, run, show

signaal_app = typer.Typer(help="Signalen dat iemand in de BRP is gewijzigd, en wat daarover is gevraagd.")
Hoeveel = Annotated[int, typer.Option("--hoeveel", min=1, max=10_000, help="Hooguit zoveel regels, nieuwste eerst.")]


@signaal_app.command("list")
def signaal_list(
    stand: Annotated[str | None, typer.Option(help="Alleen deze stand, bijvoorbeeld wacht.")] = None,
    hoeveel: Hoeveel = 100,
    as_json: Json = False,
) -> None:
    """Toon hoeveel signalen er per stand zijn en welke het laatst kwamen; nooit over wie."""
    from schakel.signalen import lijst, print_lijst

    document = run(lijst(HubSettings(), stand, hoeveel))
    show(document, as_json, lambda: print_lijst(document))


@signaal_app.command("nu")
def signaal_nu(
    nummers: Annotated[list[int], typer.Argument(help="Nummers van signalen die wachten.")], as_json: Json = False
) -> None:
    """Vraag de BRP bij de volgende ronde naar deze signalen, zonder langer te wachten."""
    from schakel.signalen import nu

    document = run(nu(HubSettings(), nummers))
    show(document, as_json, lambda: typer.echo(f"Aan de beurt: {document['aan_de_beurt']}."))


@signaal_app.command("bevragingen")
def signaal_bevragingen(
    jongere: Annotated[str | None, typer.Option(help="Alleen over deze jongere_id.")] = None,
    hoeveel: Hoeveel = 100,
    as_json: Json = False,
) -> None:
    """Toon het protocol van bevragingen: over welke jongere, wanneer, waarvoor, welke velden, door welk systeem."""
    from schakel.signalen import bevragingen, print_bevragingen

    document = run(bevragingen(HubSettings(), jongere, hoeveel))
    show(document, as_json, lambda: print_bevragingen(document))
