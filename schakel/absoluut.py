"""Commands about absoluut verzuim: the check, signals, and lists about enrolment."""

import csv
import os
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import quote
from uuid import UUID

import typer
from rich.console import Console

from hub.settings import HubSettings
from schakel.officials import get, post
from schakel.operations import plain_table
from schakel.screen import Json, fail, run, show

absoluut_app = typer.Typer(
    help="Absoluut verzuim: controleren wie geen inschrijving heeft, signalen afdoen, lijsten.", no_args_is_help=True
)

_LANG = 600.0
"""Seconds that a question about everybody may take."""

Gemeente = Annotated[str | None, typer.Option(help="Alleen deze gemeentecode.")]
Dag = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Peildatum JJJJ-MM-DD; leeg = vandaag.")]
Csv = Annotated[Path | None, typer.Option("--csv", dir_okay=False, help="Schrijf de regels als CSV naar dit bestand.")]
Signaal = Annotated[str, typer.Argument(help="Nummer van het signaal.")]


@absoluut_app.command("controle")
def controle(op: Dag = None, gemeente: Gemeente = None, als_csv: Csv = None, as_json: Json = False) -> None:
    """Kijk bij iedereen of een inschrijving ontbreekt; toon wat administratie moet nagaan.

    Van een andere dag dan vandaag wordt alleen getoond wat de controle zou vinden. Herhalen mag.
    """
    body = {"op": _dag(op), "gemeente": gemeente}
    document = run(post(HubSettings(), "/v1/absoluut/controle", body, timeout=_LANG))
    rows = document["gevonden"] if document["proef"] else document["te_controleren"]
    _bewaar(als_csv, rows)
    show(document, as_json, lambda: _toon_controle(document, rows))


@absoluut_app.command("signalen")
def signalen(
    status: Annotated[
        list[str] | None, typer.Option(help="gesignaleerd, te_controleren, verklaard of bevestigd; mag vaker.")
    ] = None,
    gemeente: Gemeente = None,
    als_csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Toon signalen; zonder --status die nog open zijn."""
    params = {"gemeente": gemeente, "status": status or None}
    rows = run(get(HubSettings(), "/v1/absoluut/signalen", params, timeout=_LANG))
    _bewaar(als_csv, rows)
    show(rows, as_json, lambda: _tabel("Signalen", rows))


@absoluut_app.command("verklaar")
def verklaar(
    signaal: Signaal,
    uitkomst: Annotated[
        str,
        typer.Option(
            help="inschrijving_gevonden, administratieve_fout, vrijstelling, vertrokken, overleden of plicht_geeindigd."
        ),
    ],
    medewerker: Annotated[str, typer.Option(help="Code van wie het naging.")],
    as_json: Json = False,
) -> None:
    """Leg vast wat een signaal verklaart; het is daarmee afgedaan."""
    body = {"uitkomst": uitkomst, "medewerker": medewerker}
    document = run(post(HubSettings(), f"/v1/absoluut/signalen/{_nummer(signaal)}/verklaring", body))
    show(document, as_json, lambda: typer.echo(f"Signaal {signaal} is verklaard: {uitkomst}."))


@absoluut_app.command("bevestig")
def bevestig(
    signaal: Signaal,
    medewerker: Annotated[str, typer.Option(help="Code van de leerplichtambtenaar.")],
    as_json: Json = False,
) -> None:
    """Bevestig een signaal dat administratie heeft nagegaan; er komt een zaak."""
    path = f"/v1/absoluut/signalen/{_nummer(signaal)}/bevestiging"
    document = run(post(HubSettings(), path, {"medewerker": medewerker}))
    show(document, as_json, lambda: typer.echo(f"Signaal {signaal} is bevestigd, in zaak {document['zaak_id']}."))


@absoluut_app.command("lijst")
def lijst(
    naam: Annotated[str, typer.Argument(help="vijfjarigen, begin-schooljaar, uitschrijvingen of overstap.")],
    op: Dag = None,
    gemeente: Gemeente = None,
    als_csv: Csv = None,
    as_json: Json = False,
) -> None:
    """Toon een lijst: nummers, gemeente, dagen en scholen; geen namen."""
    params = {"op": _dag(op), "gemeente": gemeente}
    rows = run(get(HubSettings(), f"/v1/absoluut/lijsten/{quote(naam, safe='')}", params, timeout=_LANG))
    _bewaar(als_csv, rows)
    show(rows, as_json, lambda: _tabel(naam, rows))


def _dag(op: datetime | None) -> str | None:
    return op.date().isoformat() if op is not None else None


def _nummer(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise typer.BadParameter("dit is geen nummer van een signaal", param_hint="SIGNAAL") from None


def _bewaar(path: Path | None, rows: list[dict[str, Any]]) -> None:
    """Writes the lines to a file that only its owner can read; it is whole or it is as it was."""
    if path is None:
        return
    half = path.with_name(f".{path.name}.half")
    try:
        with os.fdopen(
            os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline=""
        ) as f:
            writer = csv.DictWriter(f, list(rows[0]) if rows else [])
            writer.writeheader()
            writer.writerows(rows)
        half.replace(path)
    except OSError as error:
        fail(f"{path} is niet te schrijven: {error.strerror}")


def _toon_controle(document: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    console = Console()
    console.print(f"Op {document['peildatum']} ontbreekt bij {document['ontbreekt']} jongeren een inschrijving.")
    if document["zonder_levering"]:
        codes = ", ".join(document["zonder_levering"])
        console.print(f"Overgeslagen, omdat er nog geen inschrijvingen van inwoners bekend zijn: {codes}.")
    if document["proef"]:
        console.print("Er is niets vastgelegd: dit is niet de dag van vandaag.")
        _tabel("Gevonden", rows)
        return
    if document["onbekend"]:
        console.print(f"Van {document['onbekend']} inwoners is de geboortemaand niet bekend: die zijn niet beoordeeld.")
    if document["geweigerd"]:
        console.print(f"{document['geweigerd']} jongeren konden niet worden beoordeeld: zie het logboek, en herhaal.")
    _tabel("Na te gaan door administratie", rows)


def _tabel(titel: str, rows: list[dict[str, Any]]) -> None:
    if not rows:
        Console().print(f"{titel}: niets.")
        return
    table = plain_table(f"{titel}: {len(rows)}")
    heads = [head for head in rows[0] if any(row[head] is not None for row in rows)]
    for head in heads:
        table.add_column(head.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*("" if row[head] is None else str(row[head]) for head in heads))
    Console().print(table)
