"""Commands about consent and prior information."""

import sys
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import UUID

import typer
from rich.console import Console

from hub.errors import Ongeldig
from hub.settings import HubSettings
from schakel.officials import get, post
from schakel.operations import plain_table
from schakel.screen import Json, run, show

toestemming_app = typer.Typer(
    help="Toestemming vragen, vastleggen en intrekken, en wie vooraf is geinformeerd.", no_args_is_help=True
)

VOOR: Final = {"halt": ("halt_verwijzing", "halt", "halt")}
"""Element, recipient and purpose behind a word of every day."""

Zaak = Annotated[str, typer.Argument(help="Nummer van de zaak.")]
Medewerker = Annotated[str, typer.Option(help="Code van de ambtenaar.")]
Voor = Annotated[str | None, typer.Option(help="halt; of noem --element, --ontvanger en --doel.")]
Element = Annotated[str | None, typer.Option(help="Welk gegeven (woordenlijst van de protocollen).")]
Ontvanger = Annotated[str | None, typer.Option(help="Aan wie.")]
Doel = Annotated[str | None, typer.Option(help="Waarvoor: doelcode, bijvoorbeeld 3.1a.")]
Gever = Annotated[list[str], typer.Option(help="jongere, ouders of wettelijk_vertegenwoordiger; mag vaker.")]
Wijze = Annotated[str, typer.Option(help="schriftelijk of mondeling.")]
Verwijzing = Annotated[str | None, typer.Option(help="Waar het stuk te vinden is.")]
Tekst = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, allow_dash=True, help="Bestand met de tekst (- is stdin); verzegeld."),
]
Stuk = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="Het stuk zelf: alleen de vingerafdruk wordt bewaard.")
]
Mens = Annotated[
    str | None, typer.Option(help="ouders_oneens, gezag_onzeker of voogd: wordt vastgelegd maar telt nog niet.")
]


@toestemming_app.command("vraag")
def vraag(
    zaak: Zaak,
    medewerker: Medewerker,
    noodzaak: Annotated[str, typer.Option(help="Waarvoor zij nu nodig is; wordt verzegeld bewaard.")],
    voor: Voor = None,
    element: Element = None,
    ontvanger: Ontvanger = None,
    doel: Doel = None,
    gever: Annotated[list[str] | None, typer.Option(help="Alleen als het protocol niet zegt aan wie.")] = None,
    as_json: Json = False,
) -> None:
    """Leg vast dat toestemming is gevraagd aan wie haar op deze leeftijd geeft. Herhalen mag."""
    body = {"medewerker": medewerker, "noodzaak": noodzaak, "gevers": gever or []}
    document = run(_post(zaak, "toestemmingen/vragen", body, _over(voor, element, ontvanger, doel)))
    show(document, as_json, lambda: _toon(document))


@toestemming_app.command("geef")
def geef(
    zaak: Zaak,
    medewerker: Medewerker,
    gever: Gever,
    wijze: Wijze = "schriftelijk",
    verwijzing: Verwijzing = None,
    tekst: Tekst = None,
    stuk: Stuk = None,
    mens: Mens = None,
    voor: Voor = None,
    element: Element = None,
    ontvanger: Ontvanger = None,
    doel: Doel = None,
    as_json: Json = False,
) -> None:
    """Leg vast dat toestemming is gegeven. Herhalen mag."""
    body = _antwoord(medewerker, wijze, verwijzing, tekst, stuk) | {"gegeven": True, "mens": mens}
    document = run(_antwoorden(zaak, gever, body, _over(voor, element, ontvanger, doel)))
    show(document, as_json, lambda: _toon(document))


@toestemming_app.command("weiger")
def weiger(
    zaak: Zaak,
    medewerker: Medewerker,
    gever: Gever,
    wijze: Wijze = "mondeling",
    verwijzing: Verwijzing = None,
    tekst: Tekst = None,
    stuk: Stuk = None,
    voor: Voor = None,
    element: Element = None,
    ontvanger: Ontvanger = None,
    doel: Doel = None,
    as_json: Json = False,
) -> None:
    """Leg vast dat toestemming is geweigerd. Herhalen mag."""
    body = _antwoord(medewerker, wijze, verwijzing, tekst, stuk) | {"gegeven": False}
    document = run(_antwoorden(zaak, gever, body, _over(voor, element, ontvanger, doel)))
    show(document, as_json, lambda: _toon(document))


@toestemming_app.command("trek-in")
def trek_in(
    zaak: Zaak,
    medewerker: Medewerker,
    gever: Annotated[str, typer.Option(help="jongere, ouders of wettelijk_vertegenwoordiger.")],
    voor: Voor = None,
    element: Element = None,
    ontvanger: Ontvanger = None,
    doel: Doel = None,
    as_json: Json = False,
) -> None:
    """Trek toestemming in: wat erop rust stopt, en wie de gegevens kreeg moet het horen. Herhalen mag."""
    body = {"medewerker": medewerker, "gever": gever}
    document = run(_post(zaak, "toestemmingen/intrekkingen", body, _over(voor, element, ontvanger, doel)))
    show(document, as_json, lambda: _toon(document))


@toestemming_app.command("lijst")
def lijst(
    stand: Annotated[str | None, typer.Option(help="gevraagd, gegeven, geweigerd of ingetrokken.")] = None,
    ontvanger: Ontvanger = None,
    gemeente: Annotated[str | None, typer.Option(help="Alleen deze gemeentecode.")] = None,
    zaak: Annotated[str | None, typer.Option(help="Alleen deze zaak.")] = None,
    te_informeren: Annotated[bool, typer.Option(help="Wie nog van een intrekking moet horen.")] = False,
    as_json: Json = False,
) -> None:
    """Toon wat gevers het laatst zeiden, of welke ontvangers nog van een intrekking moeten horen."""
    params = {"gemeente": gemeente} if te_informeren else {"stand": stand, "ontvanger": ontvanger, "zaak": zaak}
    path = "/v1/toestemmingen/te-informeren" if te_informeren else "/v1/toestemmingen"
    rows = run(get(HubSettings(), path, {**params, "gemeente": gemeente}))
    show(rows, as_json, lambda: _tabel(rows, te_informeren))


@toestemming_app.command("informeer")
def informeer(
    toestemming: Annotated[str, typer.Argument(help="Nummer van de toestemming.")],
    ontvanger: Annotated[str, typer.Argument(help="Wie het weet.")],
    medewerker: Medewerker,
    as_json: Json = False,
) -> None:
    """Leg vast dat een ontvanger weet dat de toestemming is ingetrokken. Herhalen mag."""
    path = f"/v1/toestemmingen/{_nummer(toestemming, 'TOESTEMMING')}/ontvangers/{quote(ontvanger, safe='')}/informatie"
    document = run(post(HubSettings(), path, {"medewerker": medewerker}))
    show(document, as_json, lambda: typer.echo(f"{ontvanger} weet ervan."))


@toestemming_app.command("vertel")
def vertel(
    zaak: Zaak,
    medewerker: Medewerker,
    aan: Annotated[list[str], typer.Option(help="jongere, ouders of wettelijk_vertegenwoordiger; mag vaker.")],
    punten: Annotated[str, typer.Option(help="De verplichte punten die zijn verteld.")] = "abcdefghi",
    wijze: Annotated[str, typer.Option(help="gesprek, brief, telefoon of portaal.")] = "gesprek",
    op: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="JJJJ-MM-DD; leeg = vandaag.")] = None,
    as_json: Json = False,
) -> None:
    """Leg vast wat jongere of ouders vooraf is verteld over het delen van gegevens. Herhalen mag."""
    body = {
        "medewerker": medewerker,
        "aan": aan,
        "punten": list(punten),
        "wijze": wijze,
        "op": op.date().isoformat() if op is not None else None,
    }
    document = run(_post(zaak, "informatie", body, {}))
    show(document, as_json, lambda: _toon_informatie(document))


def _over(voor: str | None, element: str | None, ontvanger: str | None, doel: str | None) -> dict[str, str]:
    drietal = VOOR.get(voor) if voor is not None else (element, ontvanger, doel)
    if drietal is None or None in drietal or (voor is not None and (element, ontvanger, doel) != (None, None, None)):
        raise typer.BadParameter(
            f"noem --voor {'|'.join(VOOR)}, of --element, --ontvanger en --doel", param_hint="voor"
        )
    return {k: str(v) for k, v in zip(("element", "ontvanger", "doel"), drietal, strict=True)}


def _antwoord(
    medewerker: str, wijze: str, verwijzing: str | None, tekst: Path | None, stuk: Path | None
) -> dict[str, Any]:
    if wijze not in ("schriftelijk", "mondeling"):
        raise typer.BadParameter("schriftelijk of mondeling", param_hint="wijze")
    return {
        "medewerker": medewerker,
        "schriftelijk": wijze == "schriftelijk",
        "verwijzing": verwijzing,
        "tekst": _lees(tekst),
        "vingerafdruk": sha256(stuk.read_bytes()).hexdigest() if stuk is not None else None,
    }


def _lees(tekst: Path | None) -> str | None:
    if tekst is None:
        return None
    return sys.stdin.read() if str(tekst) == "-" else tekst.read_text(encoding="utf-8")


async def _antwoorden(zaak: str, gevers: list[str], body: dict[str, Any], over: dict[str, str]) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for gever in dict.fromkeys(gevers):
        document = await _post(zaak, "toestemmingen", {**body, "gever": gever}, over)
    if not document:
        raise Ongeldig("noem wie het zei", "gever")
    return document


async def _post(zaak: str, what: str, body: dict[str, Any], over: dict[str, str]) -> dict[str, Any]:
    return await post(HubSettings(), f"/v1/zaken/{_nummer(zaak, 'ZAAK')}/{what}", {**body, **over})


def _nummer(text: str, wat: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter("dit is geen nummer", param_hint=wat) from None


def _toon(document: dict[str, Any]) -> None:
    compleet = {True: "compleet", False: "niet compleet", None: "wie moet instemmen is niet bekend"}
    console = Console()
    kop = f"Toestemming voor {document['element']} aan {document['ontvanger']} ({document['doel']})"
    console.print(f"{kop}: {compleet[document['compleet']]}")
    for een in document["gezegd"]:
        telt = f", telt niet: {een['telt_niet']}" if een["telt_niet"] else ""
        schrift = "" if een["schriftelijk"] or een["stand"] != "gegeven" else ", niet op schrift"
        console.print(f"  {een['gever']}: {een['stand']}{schrift}{telt}  [dim]{een['toestemming_id']}[/dim]")
    for rol, reden in document["ontbreekt"].items():
        console.print(f"  ontbreekt van {rol}: {reden}")
    for een in document["te_informeren"]:
        if not een["gedaan"]:
            console.print(f"  moet het nog horen: {een['ontvanger']}")


def _toon_informatie(document: dict[str, Any]) -> None:
    if document["compleet"]:
        typer.echo("Iedereen die het vooraf moet weten heeft alle punten gehoord.")
    for rol, punten in document["ontbreekt"].items():
        typer.echo(f"{rol}: nog te vertellen {', '.join(punten)}")


def _tabel(rows: list[dict[str, Any]], te_informeren: bool) -> None:
    if not rows:
        Console().print("Er staat niets open." if te_informeren else "Er is geen toestemming vastgelegd.")
        return
    if te_informeren:
        heads: tuple[str, ...] = ("sinds", "gemeente", "ontvanger", "element", "toestemming_id", "zaak_id")
    else:
        heads = ("op", "gemeente", "element", "ontvanger", "doel", "gever", "stand", "telt_niet", "toestemming_id")
    table = plain_table(f"{len(rows)} regels")
    for head in heads:
        table.add_column(head.replace("_id", ""), overflow="fold")
    for row in rows:
        table.add_row(*("" if row[head] is None else str(row[head]) for head in heads))
    Console().print(table)
