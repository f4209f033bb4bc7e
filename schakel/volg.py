"""`schakel volg`: the commands; what they do is in schakel/volgen.py."""

from typing import Annotated

import typer

from hub.settings import HubSettings
from schakel.screen import Json, run, show

volg_app = typer.Typer(help="Personen buiten de regio volgen (afnemersindicaties).", no_args_is_help=True)
JongereId = Annotated[str, typer.Argument(help="De jongere_id; nooit een BSN.")]


@volg_app.command("list")
def volg_list(
    stand: Annotated[str | None, typer.Option(help="Alleen deze stand, bijvoorbeeld geweigerd.")] = None,
    as_json: Json = False,
) -> None:
    """Toon wie buiten de regio wordt gevolgd, hoe ver dat is, en waarom iets is geweigerd."""
    from schakel.volgen import lijst, print_lijst

    document = run(lijst(HubSettings(), stand))
    show(document, as_json, lambda: print_lijst(document))


@volg_app.command("aan")
def volg_aan(jongere_id: JongereId, as_json: Json = False) -> None:
    """Volg een jongere, waar die ook woont; vraagt ook opnieuw wat eerder is geweigerd."""
    from schakel.volgen import aan

    document = run(aan(HubSettings(), jongere_id))
    text = "Wordt gevolgd" if document["wordt_gevolgd"] else "Wordt gevolgd zodra dat nodig is"
    show(document, as_json, lambda: typer.echo(f"{text}: {document['reden']}."))


@volg_app.command("uit")
def volg_uit(jongere_id: JongereId, as_json: Json = False) -> None:
    """Volg een jongere niet langer."""
    from schakel.volgen import uit

    document = run(uit(HubSettings(), jongere_id))
    text = "Wordt niet langer gevolgd." if document["gestopt"] else "Werd al door niemand gevolgd."
    show(document, as_json, lambda: typer.echo(text))
