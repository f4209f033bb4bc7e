"""`schakel logboek`: the Logboek Dataverwerkingen, read from the registers of the services."""

import json
import sys
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from contracts.verstrekkingen import contract_voor
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.ids import named
from hub.logboek import Logregel, pseudoniem, verstuur
from hub.settings import HubSettings
from schakel.operations import store
from schakel.places import recall
from schakel.screen import run
from schakel.verstrekkingen import DUO, aan_duo, grenzen

_SPACE: Final = UUID("5b3f0c62-8d0c-5c0e-9a44-0d5f6e1c7a90")
_BATCH: Final = 500
_GRENS: Final = """
SELECT verstrekking_id, jongere_id, kenmerk, ontvanger, doel, verwerking, besloten_op FROM verstrekking
WHERE ($1::timestamptz IS NULL OR besloten_op >= $1) AND ($2::timestamptz IS NULL OR besloten_op < $2)
ORDER BY besloten_op, verstrekking_id"""
_PERSONEN: Final = """
SELECT id, jongere_id, aanvrager, doel, op FROM verstrekking
WHERE ($1::timestamptz IS NULL OR op >= $1) AND ($2::timestamptz IS NULL OR op < $2) ORDER BY id"""

_Dag = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Dag: JJJJ-MM-DD.")]


def logboek(
    van: _Dag = None,
    tot: _Dag = None,
    otlp: Annotated[
        bool, typer.Option("--otlp", help="Stuur de regels naar SCHAKEL_LOGBOEK_URL in plaats van ze te tonen.")
    ] = False,
) -> None:
    """Geef het Logboek Dataverwerkingen als JSON-regels: verstrekkingen, weigeringen en vragen om persoonsgegevens."""
    settings = HubSettings()
    document = run(_geef(settings, van, tot, otlp=otlp))
    if otlp:
        typer.echo(f"Aangenomen: {document} regels.")


async def _geef(settings: HubSettings, van: datetime | None, tot: datetime | None, *, otlp: bool) -> int:
    if otlp and settings.logboek_url is None:
        raise Ongeldig("stel SCHAKEL_LOGBOEK_URL in", "logboek_url")
    aantal, batch = 0, list[Logregel]()
    async for regel in regels(settings, van, tot):
        aantal += 1
        if not otlp:
            sys.stdout.write(json.dumps(regel.als_dict(), ensure_ascii=False) + "\n")
            continue
        batch.append(regel)
        if len(batch) == _BATCH:
            verstuur(str(settings.logboek_url), batch)
            batch = []
    if batch:
        verstuur(str(settings.logboek_url), batch)
    return aantal


async def regels(settings: HubSettings, van: datetime | None, tot: datetime | None) -> AsyncIterator[Logregel]:
    """All lines from `van` up to and including day `tot`, register by register."""
    begin, eind = grenzen(van, tot)
    places, kluis, uri = recall(settings), settings.kluis, settings.verwerkingenregister
    async with store(places, settings, "cases") as pool, pool.acquire() as db, db.transaction(readonly=True):
        async for r in db.cursor(_GRENS, begin, eind):
            yield van_grens(r, kluis, uri)
    async with store(places, settings, "brp_sync") as pool, pool.acquire() as db, db.transaction(readonly=True):
        async for r in db.cursor(_PERSONEN, begin, eind):
            yield van_personen(r, kluis, uri)
    async with store(places, settings, "ingest_duo") as pool:
        for line in await aan_duo(pool, None, begin, eind, None):
            yield _van_duo(line, kluis, uri)


def van_grens(r: Any, kluis: Kluis, uri: str) -> Logregel:
    """A decision at the border, whatever came of it."""
    verwerking = r["verwerking"] or "geen_contract"
    return Logregel(
        bron="cases",
        naam=f"verstrekking {r['ontvanger']} {r['doel']}",
        span=r["verstrekking_id"],
        spoor=r["kenmerk"],
        betrokkene=pseudoniem(kluis, r["jongere_id"]),
        verwerking=f"{uri}{verwerking}",
        begin=r["besloten_op"],
        eind=r["besloten_op"],
    )


def van_personen(r: Any, kluis: Kluis, uri: str) -> Logregel:
    """An answer of `brp_sync` about one person."""
    span = named(_SPACE, f"brp_sync|{r['id']}")
    return Logregel(
        bron="brp_sync",
        naam=f"verstrek {r['doel']}",
        span=span,
        spoor=span,
        betrokkene=pseudoniem(kluis, r["jongere_id"]),
        verwerking=f"{uri}personen_{r['doel']}",
        begin=r["op"],
        eind=r["op"],
        aanroeper=f"urn:nld:schakel:systeem:{r['aanvrager']}",
    )


def _van_duo(line: dict[str, Any], kluis: Kluis, uri: str) -> Logregel:
    contract = contract_voor(DUO, line["doel"])
    return Logregel(
        bron="ingest_duo",
        naam=f"verstrekking {DUO} {line['doel']}",
        span=line["verstrekking_id"],
        spoor=line["verstrekking_id"],
        betrokkene=pseudoniem(kluis, line["jongere_id"]),
        verwerking=f"{uri}{contract.afspraak.verwerking if contract else 'geen_contract'}",
        begin=line["besloten_op"],
        eind=line["verzonden_op"],
    )
