"""`schakel besluit`: take, confirm, send back and withdraw besluiten."""

from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from hub.settings import HubSettings
from schakel.screen import Json, run, show


class _MetNeem(TyperGroup):
    """`schakel besluit <voorstel> akkoord` is short for `schakel besluit neem <voorstel> akkoord`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["neem", *args]
        rest: list[str] = super().parse_args(ctx, args)
        return rest


besluit_app = typer.Typer(
    help="Besluiten nemen, bevestigen, terugsturen en intrekken, op naam van een geregistreerde ambtenaar.",
    no_args_is_help=True,
    cls=_MetNeem,
)

Voorstel = Annotated[str, typer.Argument(help="Nummer van het voorstel.")]
Medewerker = Annotated[str, typer.Option(help="Code van de ambtenaar.")]
Motivering = Annotated[str, typer.Option(help="Waarom; wordt in de zaak bewaard.")]
Revisie = Annotated[int | None, typer.Option(help="Alleen als de zaak sinds deze revisie niet wijzigde.")]


@besluit_app.command("neem")
def neem(
    voorstel: Voorstel,
    soort: Annotated[str, typer.Argument(help="akkoord, afwijzen of afwijken.")],
    medewerker: Medewerker,
    motivering: Annotated[str | None, typer.Option(help="Verplicht bij afwijzen en afwijken.")] = None,
    gesprek_op: Annotated[str | None, typer.Option(help="Dag en tijd van het gesprek: JJJJ-MM-DDTUU:MM.")] = None,
    afspraak: Annotated[list[str] | None, typer.Option(help="Een afspraak die in de brief komt; mag vaker.")] = None,
    in_plaats: Annotated[str | None, typer.Option(help="Bij afwijken: de stap die ervoor in de plaats komt.")] = None,
    revisie: Revisie = None,
    as_json: Json = False,
) -> None:
    """Neem een besluit over een voorstel; `neem` mag worden weggelaten."""
    body = {
        "besluit": soort,
        "medewerker": medewerker,
        "motivering": motivering,
        "gesprekOp": gesprek_op,
        "afspraken": afspraak or [],
        "inPlaats": in_plaats,
    }
    document = _beslis(voorstel, "besluit", body, revisie)
    wacht = document.get("status") == "te_bevestigen"
    tekst = "wacht op een tweede ambtenaar" if wacht else "is vastgelegd"
    show(document, as_json, lambda: typer.echo(f"Besluit '{soort}' over voorstel {voorstel} {tekst}."))


@besluit_app.command("bevestig")
def bevestig(voorstel: Voorstel, medewerker: Medewerker, revisie: Revisie = None, as_json: Json = False) -> None:
    """Bevestig als tweede ambtenaar een besluit; daarmee geldt het."""
    document = _beslis(voorstel, "bevestiging", {"medewerker": medewerker}, revisie)
    show(document, as_json, lambda: typer.echo(f"Het besluit over voorstel {voorstel} is bevestigd."))


@besluit_app.command("stuur-terug")
def stuur_terug(
    voorstel: Voorstel, medewerker: Medewerker, motivering: Motivering, revisie: Revisie = None, as_json: Json = False
) -> None:
    """Stuur een besluit dat op bevestiging wacht terug; het voorstel is dan weer open."""
    document = _beslis(voorstel, "terugsturing", {"medewerker": medewerker, "motivering": motivering}, revisie)
    show(document, as_json, lambda: typer.echo(f"Het besluit over voorstel {voorstel} is teruggestuurd."))


@besluit_app.command("trek-in")
def trek_in(
    voorstel: Voorstel, medewerker: Medewerker, motivering: Motivering, revisie: Revisie = None, as_json: Json = False
) -> None:
    """Trek een besluit in; wat eruit volgde, wordt gestopt of teruggedraaid."""
    document = _beslis(voorstel, "intrekking", {"medewerker": medewerker, "motivering": motivering}, revisie)
    show(document, as_json, lambda: typer.echo(f"Het besluit over voorstel {voorstel} is ingetrokken."))


def _beslis(voorstel: str, wat: str, body: dict[str, Any], revisie: int | None) -> dict[str, Any]:
    from schakel.officials import decide_about

    document: dict[str, Any] = run(decide_about(HubSettings(), voorstel, wat, body, revisie))
    return document
