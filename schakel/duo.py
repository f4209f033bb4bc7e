"""Commands about DUO: what officials do with its meldingen."""

from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote

import typer
from rich.console import Console

from hub.certificaten import lees_certificaat
from hub.clock import SystemClock
from hub.errors import Ongeldig
from hub.settings import HubSettings
from schakel.officials import post, send_body
from schakel.operations import plain_table, store
from schakel.places import recall
from schakel.screen import Json, fail, run, show
from services.ingest_duo.settings import DuoSettings

duo_app = typer.Typer(help="De verbinding met DUO.", no_args_is_help=True)
melding_app = typer.Typer(help="Meldingen: status aan DUO melden en zien wat ervan werd.", no_args_is_help=True)


@duo_app.command("resync")
def duo_resync(
    vanaf: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="Vanaf welke dag: JJJJ-MM-DD.")],
    wacht: Annotated[bool, typer.Option(help="Toon de voortgang tot alles gelezen is.")] = True,
    as_json: Json = False,
) -> None:
    """Lees alles vanaf een dag opnieuw bij DUO; wat al bekend is verandert niet. Na onderbreken gaat het lezen door."""
    document = run(_resync(vanaf.date(), wacht, quiet=as_json))
    show(document, as_json, lambda: _print_stand(document))
    if any(r["geweigerd"] for r in document):
        fail("DUO weigert vanaf deze dag: kies een latere")


@duo_app.command("stand")
def duo_stand(as_json: Json = False) -> None:
    """Toon per uitvoerder tot waar bij DUO gelezen is, en hoe ver opnieuw lezen is."""
    document = run(_stand())
    show(document, as_json, lambda: _print_stand(document))


async def _resync(vanaf: date, wacht: bool, *, quiet: bool) -> list[dict[str, Any]]:
    answer = await post(HubSettings(), "/v1/duo/herlezing", {"vanaf": vanaf.isoformat()})
    if not answer["uitvoerders"]:
        raise Ongeldig("er is geen verbinding met DUO ingesteld (SCHAKEL_DUO_URL)")
    shown = None
    while True:
        stand = await _stand()
        under_way = [r for r in stand if r["gevraagd_op"] and not r["klaar_op"] and not r["geweigerd"]]
        if not wacht or not under_way:
            return stand
        progress = [(r["uitvoerder"], r["gelezen"], r["stand"]) for r in under_way]
        if not quiet and progress != shown:
            shown = progress
            for uitvoerder, gelezen, tot in progress:
                Console().print(f"{uitvoerder}: {gelezen} meldingen gelezen, tot {tot:%Y-%m-%d %H:%M}", highlight=False)
        await SystemClock().sleep(0.2)


async def _stand() -> list[dict[str, Any]]:
    from services.ingest_duo.cursors import Cursors

    settings = HubSettings()
    async with store(recall(settings), settings, "ingest_duo") as pool:
        return await Cursors(pool).overview()


def _print_stand(rows: list[dict[str, Any]]) -> None:
    table = plain_table("Bij DUO gelezen" if rows else "Er is nog niets bij DUO gelezen")
    for head in ("uitvoerder", "gelezen tot", "opnieuw vanaf", "meldingen", "waarom", "klaar"):
        table.add_column(head, overflow="fold")
    for r in rows:
        done = (r["geweigerd"] and f"geweigerd: {r['geweigerd']}") or (r["klaar_op"] and "ja") or (r["vanaf"] and "nee")
        cells = (r["cursor"], r["vanaf"], r["gelezen"], r["aanleiding"], done)
        table.add_row(r["uitvoerder"], *("" if c is None else str(c) for c in cells))
    Console().print(table)


@duo_app.command("certificaat")
def duo_certificaat(as_json: Json = False) -> None:
    """Toon hoe lang het certificaat voor DUO nog geldt en van welke soort het is; fout als het niet te gebruiken is."""
    document, bezwaar = run(_certificaat())
    show(document, as_json, lambda: _print_certificaat(document))
    if bezwaar:
        fail(bezwaar)


async def _certificaat() -> tuple[dict[str, Any], str | None]:
    paar, now = DuoSettings().paar, SystemClock().now()
    if paar is None:
        raise Ongeldig("er is geen certificaat ingesteld (SCHAKEL_DUO_CERTIFICAAT en SCHAKEL_DUO_SLEUTEL)")
    cert = lees_certificaat("duo", *paar)
    seconden = int(cert.verloopt_over(now))
    return {**asdict(cert), "verloopt_over_seconden": seconden, "bezwaar": cert.bezwaar(now)}, cert.bezwaar(now)


def _print_certificaat(document: dict[str, Any]) -> None:
    console = Console()
    console.print(f"geldig       {document['geldig_vanaf']:%Y-%m-%d} tot {document['verloopt_op']:%Y-%m-%d}")
    console.print(f"nog          {document['verloopt_over_seconden'] // 86_400} dagen", highlight=False)
    console.print(f"uitgever     {document['uitgever']}")
    console.print(f"sleutel      {document['sleutelsoort']}")


@melding_app.command("sluit")
def melding_sluit(
    nummer: Annotated[str, typer.Argument(help="Meldingsnummer van DUO.")],
    status: Annotated[str, typer.Option(help="G (afgesloten), K (ter kennisgeving) of B (in behandeling).")],
    medewerker: Annotated[str, typer.Option(help="Code van de ambtenaar.")],
    reden: Annotated[str | None, typer.Option(help="Bij G: bijvoorbeeld opleiding_hervat.")] = None,
    toelichting: Annotated[str | None, typer.Option(help="Bij G: bijvoorbeeld er_loopt_geen_actie_meer.")] = None,
    as_json: Json = False,
) -> None:
    """Meld DUO hoe het met een melding afliep; herhalen mag, DUO krijgt het eenmaal."""
    body = {"status": status, "reden": reden, "toelichting": toelichting, "medewerker": medewerker}
    document = run(post(HubSettings(), f"/v1/meldingen/{_cijfers(nummer)}/status", body))
    show(document, as_json, lambda: typer.echo(f"DUO heeft status {status} van melding {nummer}."))


@melding_app.command("neem-op")
def melding_neem_op(
    bestanden: Annotated[
        list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV van een school zonder DUO.")
    ],
    kaart: Annotated[str | None, typer.Option(help="Naam van de kolomkaart; leeg = die bij de kolommen past.")] = None,
    as_json: Json = False,
) -> None:
    """Neem meldingen op van scholen zonder DUO; een rij die niet kan gaat met kolom en reden in quarantaine."""
    document = run(_neem_op(bestanden, kaart))
    show(document, as_json, lambda: _print_verslagen(document))


async def _neem_op(bestanden: list[Path], kaart: str | None) -> list[dict[str, Any]]:
    path = "/v1/meldingen" + (f"?kaart={quote(kaart)}" if kaart else "")
    found = []
    for bestand in bestanden:
        answer = await send_body(HubSettings(), path, bestand.read_bytes())
        found.append({"bestand": bestand.name, **answer})
    return found


def _print_verslagen(rows: list[dict[str, Any]]) -> None:
    for r in rows:
        counts = f"{r['gelezen']} rijen, {r['opgenomen']} opgenomen, {r['quarantaine']} in quarantaine"
        Console().print(f"{r['bestand']}: {counts} (kaart {r['kaart']})", highlight=False)
        for fout in r["fouten"]:
            Console().print(f"  regel {fout['rij']}, kolom {fout['kolom']}: {fout['reden']}", highlight=False)


@melding_app.command("statussen")
def melding_statussen(
    stand: Annotated[str | None, typer.Option(help="taak, teruggemeld, geweigerd of verdwenen.")] = None,
    as_json: Json = False,
) -> None:
    """Toon wat er van elke status voor DUO werd, en bij welke melding een ambtenaar nog moet zeggen hoe het afliep."""
    document = run(_statussen(stand))
    show(document, as_json, lambda: _print_statussen(document))


async def _statussen(stand: str | None) -> list[dict[str, Any]]:
    from services.ingest_duo.store import MeldingenStore

    settings = HubSettings()
    async with store(recall(settings), settings, "ingest_duo") as pool:
        return await MeldingenStore(pool).statusmeldingen(stand)


def _cijfers(nummer: str) -> str:
    if not (nummer.isascii() and nummer.isdigit()):
        raise typer.BadParameter("een meldingsnummer bestaat uit cijfers", param_hint="NUMMER")
    return nummer


def _print_statussen(rows: list[dict[str, Any]]) -> None:
    if not rows:
        Console().print("Er is geen status gemeld en er staat niets open.")
        return
    table = plain_table("Statussen voor DUO")
    for head in ("melding", "gemeente", "bij ons", "stand", "status", "reden", "aanleiding", "code", "sinds"):
        table.add_column(head, overflow="fold")
    for r in rows:
        about = (r["stand"], r["status"], r["reden"], r["aanleiding"], r["code"])
        since = r["op"].strftime("%Y-%m-%d %H:%M")
        table.add_row(r["meldingsnummer"], r["gemeente"], r["status_nu"], *(v or "" for v in about), since)
    Console().print(table)
