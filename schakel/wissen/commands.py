"""`schakel wis`: erase somebody, and prove it."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

from hub.clock import SystemClock
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.settings import HubSettings
from schakel.operations import bus
from schakel.places import recall
from schakel.screen import Json, run, show
from schakel.volgen import lees_jongere_id
from schakel.wissen.bewijs import RESTEN, Zoeker
from schakel.wissen.opdracht import Opdrachten
from schakel.wissen.opslag import catalogus, databases
from schakel.wissen.verzamelen import wie_is
from schakel.wissen.wis import Plaatsen, begin, bevoegd, proef, voer_uit
from services.brp_sync.lo3.settings import Lo3Settings


@asynccontextmanager
async def plaatsen(settings: HubSettings) -> AsyncIterator[Plaatsen]:
    """Everything an installation holds, from outside its processes."""
    places, postbus = recall(settings), Lo3Settings().map
    async with bus(places) as nc, databases(places, settings) as pools:
        mappen = (settings.map, *((postbus,) if postbus else ()))
        regio = frozenset(g.code for g in Gemeenten.load(settings.gemeenten).gemeenten)
        yield Plaatsen(pools, nc, settings.kluis, mappen, Opdrachten(settings.map, settings.kluis), regio)


def voortgang(tekst: str) -> None:
    """Shows what is being done, when somebody watches."""
    if sys.stderr.isatty():
        typer.echo(f"\r\x1b[K{tekst}", err=True, nl=False)


async def wis_een(
    settings: HubSettings,
    jongere: str | None,
    bsn: str | None,
    *,
    medewerker: str,
    reden: str,
    besluit: str | None,
    ook_open: bool,
    alleen_tellen: bool,
) -> dict[str, Any]:
    """Erases one person, or counts what would be erased."""
    now = SystemClock().now()
    door = bevoegd(Medewerkers.load(settings.medewerkers), medewerker)
    async with plaatsen(settings) as waar:
        wie = await wie_is(waar.pools, waar.kluis, bsn) if bsn is not None else lees_jongere_id(jongere or "")
        if alleen_tellen:
            return {"proef": True, "per_plek": await proef(waar, wie)}
        opdracht = await begin(waar, wie, door=door, reden=reden, besluit=besluit, ook_open=ook_open, now=now)
        gedaan = await voer_uit(waar, opdracht, now, voortgang)
    return {
        "opdracht": str(opdracht.nummer),
        "klaar": not gedaan.wacht,
        "per_plek": gedaan.per_plek,
        "wacht": gedaan.wacht,
        "blijft": _blijft(gedaan.per_plek),
        "buiten_bereik": list(RESTEN),
    }


def _blijft(per_plek: dict[str, int]) -> list[dict[str, str]]:
    """What was touched and stays, and why."""
    return [
        {"plek": plek, "wat": t.wat, "hoe": t.wijze.value, "grond": t.grond}
        for plek in per_plek
        if "." in plek
        for t in catalogus(plek.partition(".")[0])
        if t.naam == plek.partition(".")[2] and t.grond
    ]


async def bewijs(settings: HubSettings, nummer: str | None) -> list[dict[str, Any]]:
    """Scans for every order that is there, or for one; forgets those of which nothing is found."""
    documents = []
    async with plaatsen(settings) as waar:
        for opdracht in [waar.opdrachten.een(nummer)] if nummer else waar.opdrachten.alle():
            zoeker = Zoeker(opdracht, waar.kluis, voortgang)
            await zoeker.databases(waar.pools)
            await zoeker.streams(waar.nc)
            zoeker.bestanden(waar.mappen)
            document = zoeker.gevonden.document(opdracht)
            document["bewezen"] = document["gewist"] and not document["sporen"] and not document["onleesbaar"]
            if document["bewezen"]:
                waar.opdrachten.vergeet(opdracht)
            documents.append(document)
    return documents


def wis(
    jongere: Annotated[str | None, typer.Option(help="jongere_id van wie gewist wordt.")] = None,
    bsn_van_stdin: Annotated[
        bool, typer.Option("--bsn-van-stdin", help="Lees het BSN van standaardinvoer; nooit op de opdrachtregel.")
    ] = False,
    medewerker: Annotated[
        str, typer.Option(help="Code van de FG of administratief medewerker die dit laat doen.")
    ] = "",
    reden: Annotated[str, typer.Option(help="Waarom; verplicht.")] = "",
    besluit: Annotated[
        str | None, typer.Option(help="Kenmerk van het besluit tot sluiting; verplicht bij een dossier.")
    ] = None,
    ook_open_zaken: Annotated[
        bool,
        typer.Option(
            "--ook-open-zaken", help="Ook als er nog een zaak open is, of geen besluit tot sluiting is vastgelegd."
        ),
    ] = False,
    proef_: Annotated[bool, typer.Option("--proef", help="Tel alleen wat er is; wis niets.")] = False,
    bewijs_: Annotated[bool, typer.Option("--bewijs", help="Doorzoek alles naar wie gewist is.")] = False,
    jaarlijks: Annotated[bool, typer.Option("--jaarlijks", help="Wis iedereen van wie de termijn om is.")] = False,
    opdracht: Annotated[str | None, typer.Option(help="Bij --bewijs: alleen deze wisopdracht.")] = None,
    as_json: Json = False,
) -> None:
    """Wis een jongere overal, of bewijs dat dat gebeurd is; mag onderbroken en opnieuw gegeven worden."""
    settings = HubSettings()
    if bewijs_:
        documents = run(bewijs(settings, opdracht))
        show(documents, as_json, lambda: print_bewijs(documents))
        if any(d["sporen"] or d["onleesbaar"] for d in documents):
            raise typer.Exit(1)
        return
    if jaarlijks:
        from schakel.wissen.bewaarcommando import wis_jaarlijks

        verslag = run(wis_jaarlijks(settings))
        show(verslag, as_json, lambda: typer.echo(f"Gewist: {verslag['gewist']}, wacht: {verslag['wacht']}."))
        return
    if (jongere is None) is not bsn_van_stdin:
        raise typer.BadParameter("geef --jongere of --bsn-van-stdin")
    bsn = sys.stdin.readline() if bsn_van_stdin else None
    document = run(
        wis_een(
            settings, jongere, bsn, medewerker=medewerker, reden=reden, besluit=besluit,
            ook_open=ook_open_zaken, alleen_tellen=proef_,
        )
    )  # fmt: skip
    show(document, as_json, lambda: print_wis(document))
    if document.get("wacht"):
        raise typer.Exit(1)


def print_wis(document: dict[str, Any]) -> None:
    """What was done, one line per place."""
    console = Console()
    for plek, aantal in document["per_plek"].items():
        console.print(f"{plek}: {aantal}", markup=False, soft_wrap=True)
    for plek, aantal in document.get("wacht", {}).items():
        console.print(
            f"{plek}: {aantal} nog in behandeling; geef de opdracht straks opnieuw", markup=False, soft_wrap=True
        )
    for blijft in document.get("blijft", ()):
        console.print(f"Blijft ({blijft['hoe']}): {blijft['wat']}, {blijft['grond']}", markup=False, soft_wrap=True)
    if "opdracht" in document:
        console.print(
            f"Bewijs het met: schakel wis --bewijs --opdracht {document['opdracht']}", markup=False, soft_wrap=True
        )


def print_bewijs(documents: list[dict[str, Any]]) -> None:
    """What was found, one line per place."""
    console = Console()
    if not documents:
        console.print("Er is geen wisopdracht om te bewijzen.")
    for d in documents:
        console.print(f"Opdracht {d['opdracht']}: {d['sporen']} sporen", markup=False, soft_wrap=True)
        for kop, lijst in (("spoor", d["waar"]), ("bewaard omdat de wet het eist", d["wettelijk_bewaard"])):
            for v in lijst:
                console.print(f"  {kop}: {v['plek']}, {v['soort']} ({v['aantal']}x)", markup=False, soft_wrap=True)
        for rest in d["buiten_bereik"]:
            console.print(f"  buiten bereik: {rest}", markup=False, soft_wrap=True)
