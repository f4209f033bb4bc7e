"""`schakel laden`: the first load of a whole population, with the services stopped."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import asyncpg
import psutil
import typer

from contracts.subjects import source_urn
from hub.database import create_pool, migrate
from hub.errors import NietGereed
from hub.leases import lease
from hub.pipeline import Parts, Pipeline
from hub.settings import HubSettings
from schakel.installation import Config, prepare_databases, servers
from schakel.places import Places, recall
from schakel.screen import Json, fail, run, show

if TYPE_CHECKING:
    from services.brp_sync.laden.lading import Telling

_ELKE = 2.0
_DIENST = "brp_sync"
_MIGRATIES = Path(__file__).parents[1] / "services" / _DIENST / "migrations"

Personen = Annotated[
    list[Path] | None,
    typer.Option(
        help="Personen uit de BRP: CSV of Parquet met LO-rubrieken als kolommen; mag vaker.",
        exists=True,
        dir_okay=False,
    ),
]
Aanvullen = Annotated[
    bool, typer.Option("--aanvullen", help="Ook als de hub al in gebruik is: alleen wie onbekend is komt erbij.")
]


def laden(
    personen: Personen = None,
    aanvullen: Aanvullen = False,
    processen: Annotated[int, typer.Option(help="Hoeveel processen lezen en keuren.", min=1, max=64)] = 2,
    as_json: Json = False,
) -> None:
    """Laad de bevolking van een regio of het land; stop eerst de installatie. Mag worden afgebroken en herhaald."""
    if not personen:
        fail("noem een bestand met --personen")
    document = run(load(HubSettings(), personen, processen, aanvullen=aanvullen))
    show(document, as_json, lambda: typer.echo(_tekst(document)))


async def load(settings: HubSettings, personen: Sequence[Path], processen: int, *, aanvullen: bool) -> dict[str, Any]:
    """Loads the files into `brp_sync`; returns what came of the rows and how fast.

    Raises `NietGereed` while the service runs, `Ongeldig` for a file without the right columns or a hub in use.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # the processes are the parallel part
    from services.brp_sync.laden.bestanden import open_bestand

    bestanden = [open_bestand(pad) for pad in personen]
    clock = asyncio.get_running_loop().time
    async with _databases(settings) as places:
        url = places.database(_DIENST, settings.map)
        await migrate(url, _DIENST, _MIGRATIES)
        async with lease(url, _DIENST, lambda _: None, wait=False):
            begin = clock()
            telling = await _laad_personen(settings, url, bestanden, processen, aanvullen=aanvullen)
            duur = clock() - begin
    return {
        "geladen": telling.geladen,
        "aangevuld": telling.aangevuld,
        "al_bekend": telling.al_bekend,
        "quarantaine": telling.quarantaine,
        "seconden": round(duur, 1),
        "per_seconde": round(telling.gelezen / duur) if duur else 0,
    }


async def _laad_personen(
    settings: HubSettings, url: str, bestanden: Sequence[Any], processen: int, *, aanvullen: bool
) -> "Telling":
    from hub.intake import Intake
    from services.brp_sync.handlers import HANDLERS
    from services.brp_sync.laden.lading import Lading
    from services.brp_sync.persoonslijsten import LIJSTEN
    from services.brp_sync.store import PersonenStore

    config, kluis = Config(settings=settings), settings.kluis
    pool = await create_pool(url)
    db = await asyncpg.connect(url, server_settings={"application_name": "schakel laden", "enable_seqscan": "off"})
    try:
        pipeline = Pipeline(
            _DIENST, source_urn(_DIENST, settings.oin), pool, Parts(PersonenStore(pool, kluis, uuid4), HANDLERS),
            clock=config.clock, system=config.clock, rng=config.rng,
        )  # fmt: skip
        intake = Intake(pool, kluis, _DIENST, LIJSTEN)
        lading = Lading(db, pipeline, intake, kluis, config.clock.now(), _voortgang())
        sleutel = settings.map.absolute() / "sleutels" / "opslag.key"
        return await lading.laad(bestanden, sleutel, processen, aanvullen=aanvullen)
    finally:
        db.terminate()
        pool.terminate()


@asynccontextmanager
async def _databases(settings: HubSettings) -> AsyncIterator[Places]:
    """The servers of an installation that runs, those of the environment, or embedded ones for the block."""
    try:
        places = recall(settings)
    except NietGereed:
        places = None
    if places is not None and (places.pid is None or psutil.pid_exists(places.pid)):
        await prepare_databases(places, settings.map, [_DIENST])
        yield places
        return
    async with servers(Config(settings=settings)) as places:
        await prepare_databases(places, settings.map, [_DIENST])
        yield places


def _voortgang() -> Any:
    """Says on stderr, now and then, how far it is, how fast it goes and how long it will take."""
    clock = asyncio.get_running_loop().time
    begin = laatst = clock()

    def meld(telling: "Telling") -> None:
        nonlocal laatst
        nu = clock()
        if nu - laatst < _ELKE or not telling.deel:
            return
        laatst, duur = nu, nu - begin
        rest = duur * (1 - telling.deel) / telling.deel
        sys.stderr.write(
            f"laden: {telling.gelezen} rijen gelezen, {telling.gelezen / duur:.0f} per seconde, "
            f"{telling.quarantaine} in quarantaine, nog {rest:.0f} s\n"
        )

    return meld


def _tekst(document: dict[str, Any]) -> str:
    return (
        f"Geladen: {document['geladen']}, aangevuld: {document['aangevuld']}, al bekend: {document['al_bekend']}, "
        f"in quarantaine: {document['quarantaine']}. {document['per_seconde']} rijen per seconde."
    )
