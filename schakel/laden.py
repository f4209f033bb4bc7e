"""The command `schakel laden`; the work is in `schakel/lading.py`, which other commands need not wait for."""

from pathlib import Path
from typing import Annotated, Any

import typer

from hub.settings import HubSettings
from schakel.screen import Json, fail, run, show

Bestanden = Annotated[
    list[Path] | None,
    typer.Option(
        help="Personen uit de BRP: CSV of Parquet met LO-rubrieken als kolommen; mag vaker.",
        exists=True,
        dir_okay=False,
    ),
]
Leveringen = Annotated[
    list[Path] | None,
    typer.Option(help="C-leveringen van DUO met de inschrijvingen; mag vaker.", exists=True, dir_okay=False),
]
Aanvullen = Annotated[
    bool, typer.Option("--aanvullen", help="Ook als de hub al in gebruik is: alleen wie onbekend is komt erbij.")
]


def laden(
    personen: Bestanden = None,
    inschrijvingen: Leveringen = None,
    aanvullen: Aanvullen = False,
    processen: Annotated[int, typer.Option(help="Hoeveel processen lezen en keuren.", min=1, max=64)] = 2,
    as_json: Json = False,
) -> None:
    """Laad de bevolking van een regio of het land; stop eerst de installatie. Mag worden afgebroken en herhaald."""
    if not personen and not inschrijvingen:
        fail("noem een bestand met --personen of --inschrijvingen")
    from schakel.lading import load

    settings = HubSettings()
    document = run(load(settings, personen or [], inschrijvingen or [], processen, aanvullen=aanvullen))
    show(document, as_json, lambda: typer.echo(_tekst(document)))


def _tekst(document: dict[str, Any]) -> str:
    regels = []
    if personen := document.get("personen"):
        regels.append(
            f"Personen geladen: {personen['geladen']} ({personen['per_seconde']} per seconde), aangevuld: "
            f"{personen['aangevuld']}, al bekend: {personen['al_bekend']}, in quarantaine: {personen['quarantaine']}."
        )
    regels.append(f"In het inschrijvingsregister opgenomen: {document['register']['opgenomen']}.")
    for levering in document.get("inschrijvingen", ()):
        if levering["al_opgenomen"]:
            regels.append(f"{levering['bestand']}: al eerder opgenomen.")
            continue
        regels.append(
            f"{levering['bestand']}: geladen {levering['geladen']} jongeren, al bekend: {levering['al_bekend']}, "
            f"rijen in quarantaine: {levering['quarantaine']}."
        )
    return "\n".join(regels)
