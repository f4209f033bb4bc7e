"""`schakel inzage`: everything held about one jongere, as JSON or as a PDF."""

import os
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from rich.console import Console

from hub.auditlog import Auditlog, Uitkomst
from hub.clock import SystemClock
from hub.errors import Ongeldig
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.privacy import Bsn, OngeldigeBsn
from hub.settings import HubSettings
from schakel.inzage.model import Inzage, Soort
from schakel.operations import plain_table, store
from schakel.places import recall
from schakel.screen import fail, run
from schakel.toegang.bevoegdheden import Handeling


def inzage(
    medewerker: Annotated[str, typer.Option(help="Code van de leerplichtambtenaar of FG die het overzicht geeft.")],
    jongere: Annotated[str | None, typer.Option(help="jongere_id.")] = None,
    bsn_van_stdin: Annotated[
        bool, typer.Option("--bsn-van-stdin", help="Lees het BSN van standaardinvoer, zodat het nergens blijft staan.")
    ] = False,
    pdf: Annotated[Path | None, typer.Option(dir_okay=False, help="Schrijf een PDF naar dit bestand.")] = None,
    portabiliteit: Annotated[
        bool, typer.Option("--portabiliteit", help="Alleen wat met toestemming is gegeven (AVG art. 20).")
    ] = False,
    aan_ouders: Annotated[
        bool,
        typer.Option(
            "--aan-ouders",
            help="Voor de ouders: een geheim adres blijft eruit; vanaf 16 jaar na een toegewezen verzoek.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Alles als een JSON-document.")] = False,
) -> None:
    """Geef alles wat over een jongere is vastgelegd; dat het is gegeven wordt vastgelegd."""
    if (jongere is None) == (not bsn_van_stdin):
        fail("noem de jongere met --jongere, of geef het BSN met --bsn-van-stdin")
    soort = Soort.PORTABILITEIT if portabiliteit else Soort.INZAGE
    bsn = sys.stdin.readline().strip() if bsn_van_stdin else None
    vorm = "pdf" if pdf is not None else "json" if as_json else "scherm"
    document: Inzage = run(_maak(jongere, bsn, medewerker, soort, vorm, aan_jongere=not aan_ouders))
    if pdf is not None:
        _schrijf(pdf, document)
    if as_json:
        typer.echo(document.model_dump_json())
    elif pdf is None:
        _toon(document)
    else:
        typer.echo(f"Geschreven: {pdf}. Lees het na voordat u het geeft: vrije tekst kan ook over anderen gaan.")


async def _maak(
    jongere: str | None, bsn: str | None, medewerker: str, soort: Soort, vorm: str, *, aan_jongere: bool
) -> Inzage:
    from schakel.inzage.lezen import jongere_van
    from schakel.inzage.samenstel import Vraag, geef_inzage, mag_geven

    settings = HubSettings()
    places = recall(settings)
    medewerkers, gemeenten = Medewerkers.load(settings.medewerkers), Gemeenten.load(settings.gemeenten)
    mag_geven(medewerkers, medewerker)
    if bsn is not None:
        try:
            jongere_id = await jongere_van(places, settings, Bsn(bsn))
        except OngeldigeBsn as error:
            raise Ongeldig(str(error), "bsn") from None
    else:
        try:
            jongere_id = UUID(jongere or "")
        except ValueError:
            raise Ongeldig("geen jongere_id", "jongere") from None
    vraag = Vraag(jongere_id, medewerker, soort, vorm, aan_jongere)
    now = SystemClock().now()
    document = await geef_inzage(places, settings, vraag, medewerkers, gemeenten, now)
    async with store(places, settings, "cases") as pool:
        handeling = Handeling.INZAGE_GEVEN.value
        await Auditlog(pool).schrijf(now, medewerker, handeling, Uitkomst.GEDAAN, (jongere_id,))
    return document


def _schrijf(pad: Path, document: Inzage) -> None:
    """A file that only its owner may read; whole or not at all."""
    from schakel.inzage.pdf import maak_pdf

    try:
        inhoud = maak_pdf(document)
    except Ongeldig as error:
        fail(str(error))
    deel = pad.with_name(f".{pad.name}.{os.getpid()}.part")
    try:
        with os.fdopen(os.open(deel, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(inhoud)
        deel.replace(pad)
    except OSError as error:
        fail(f"het bestand is niet te schrijven: {error.strerror}")
    finally:
        deel.unlink(missing_ok=True)


def _toon(document: Inzage) -> None:
    """The overview of the first page; the data themselves stay in file or JSON."""
    table = plain_table(f"Inzage voor {', '.join(document.gemeenten)}")
    for head in ("groep", "aantal", "wat het is"):
        table.add_column(head)
    for regel in document.overzicht:
        table.add_row(regel.titel, str(regel.aantal), regel.uitleg)
    console = Console()
    console.print(table)
    for weg in document.weggelaten:
        console.print(f"Niet getoond: {weg.titel.lower()} ({weg.aantal}); {weg.grondslag}", markup=False)
    console.print("Alles lezen: --pdf BESTAND of --json.")
