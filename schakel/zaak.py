"""`schakel zaak open, sluit, heropen, fase, koppel`: the life of a zaak from the command line."""

from typing import Annotated, Any
from uuid import UUID

import typer

from hub.settings import HubSettings
from schakel.officials import post, read_fact
from schakel.screen import Json, run, show

Zaak = Annotated[str, typer.Argument(help="Nummer van de zaak.")]
Medewerker = Annotated[str, typer.Option(help="Code van de ambtenaar.")]


def add_leven(zaak_app: typer.Typer) -> None:
    """Adds the commands to `schakel zaak`."""
    zaak_app.command("open")(open_)
    zaak_app.command("sluit")(sluit)
    zaak_app.command("heropen")(heropen)
    zaak_app.command("fase")(fase)
    zaak_app.command("koppel")(koppel)


def open_(
    jongere: Annotated[str, typer.Argument(help="Nummer van de jongere.")],
    zaaksoort: Annotated[str, typer.Argument(help="ziekte, verlof, vrijstelling, verwijdering of rmc.")],
    gemeente: Annotated[str, typer.Option(help="Gemeentecode.")],
    kenmerk: Annotated[str, typer.Option(help="Eigen kenmerk: hetzelfde kenmerk opent niets dubbel.")],
    medewerker: Medewerker,
    feit: Annotated[list[str] | None, typer.Option(help="naam=waarde; mag vaker.")] = None,
    as_json: Json = False,
) -> None:
    """Open een zaak zonder melding."""
    body = {
        "jongere": str(_nummer(jongere, "JONGERE")),
        "gemeente": gemeente,
        "zaaksoort": zaaksoort,
        "kenmerk": kenmerk,
        "medewerker": medewerker,
        "feiten": dict(read_fact(f) for f in feit or []),
    }
    document = run(post(HubSettings(), "/v1/zaken", body))
    show(document, as_json, lambda: typer.echo(f"Zaak {document['zaakId']} is {document['status']}."))


def sluit(
    zaak: Zaak,
    reden: Annotated[str, typer.Option(help="Bijvoorbeeld verzuim_gestopt of aanvraag_beslist.")],
    medewerker: Medewerker,
    as_json: Json = False,
) -> None:
    """Sluit een zaak, met een reden."""
    _doe(zaak, "sluiting", {"reden": reden, "medewerker": medewerker}, as_json)


def heropen(
    zaak: Zaak,
    reden: Annotated[str, typer.Option(help="verzuim_gaat_door, afspraken_niet_nagekomen of ten_onrechte_gesloten.")],
    medewerker: Medewerker,
    as_json: Json = False,
) -> None:
    """Heropen een gesloten zaak, met een reden."""
    _doe(zaak, "heropening", {"reden": reden, "medewerker": medewerker}, as_json)


def fase(
    zaak: Zaak,
    medewerker: Medewerker,
    naar: Annotated[str | None, typer.Option(help="waarnemen, analyseren, plannen, handelen of evalueren.")] = None,
    noodzaak_beoordeeld: Annotated[
        bool, typer.Option("--noodzaak-beoordeeld", help="Opnieuw beoordeeld of de gegevens nodig zijn.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Zet een zaak in een fase, of leg vast dat de noodzaak opnieuw is beoordeeld."""
    body = {"fase": naar, "noodzaakBeoordeeld": noodzaak_beoordeeld, "medewerker": medewerker}
    _doe(zaak, "fase", body, as_json)


def koppel(
    zaak: Zaak,
    verwant: Annotated[str, typer.Argument(help="Nummer van de zaak van broer of zus.")],
    medewerker: Medewerker,
    as_json: Json = False,
) -> None:
    """Koppel twee zaken over luxe verzuim van kinderen uit een gezin."""
    _doe(zaak, "koppeling", {"verwant": str(_nummer(verwant, "VERWANT")), "medewerker": medewerker}, as_json)


def _doe(zaak: str, wat: str, body: dict[str, Any], as_json: bool) -> None:
    document = run(post(HubSettings(), f"/v1/zaken/{_nummer(zaak, 'ZAAK')}/{wat}", body))
    tekst = f"Zaak {document['zaakId']}: {document['status']}, fase {document['fase']}."
    show(document, as_json, lambda: typer.echo(tekst))


def _nummer(text: str, naam: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter("dit is geen nummer", param_hint=naam) from None
