"""The first load of a whole population into the stores of three services, with the services stopped."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg
import psutil

from contracts.subjects import source_urn
from hub.clock import AMSTERDAM
from hub.database import create_pool, migrate
from hub.errors import NietGereed
from hub.leases import lease
from hub.pipeline import Parts, Pipeline
from hub.settings import HubSettings
from schakel.installation import Config, prepare_databases, servers
from schakel.places import Places, recall

if TYPE_CHECKING:
    from services.brp_sync.laden.lading import Telling

_ELKE = 2.0
_BATCH = 4_000
_DIENSTEN = ("brp_sync", "cases", "ingest_duo")
_SERVICES = Path(__file__).parents[1] / "services"


@dataclass(frozen=True)
class _Lading:
    """What the parts of a load share."""

    config: Config
    pools: "dict[str, asyncpg.Pool[Any]]"
    urls: dict[str, str]

    @property
    def settings(self) -> HubSettings:
        return self.config.settings


async def load(
    settings: HubSettings, personen: Sequence[Path], inschrijvingen: Sequence[Path], processen: int, *, aanvullen: bool
) -> dict[str, Any]:
    """Loads persons into `brp_sync`, residents into the register of `cases`, and inschrijvingen into both `ingest_duo`
    and `cases`; returns what came of them and how fast.

    Raises `NietGereed` while a service runs, `Ongeldig` for a file that cannot be used as a whole or a hub in use.
    """
    os.environ.setdefault("POLARS_MAX_THREADS", "1")  # the processes are the parallel part
    from services.brp_sync.laden.bestanden import open_bestand

    bestanden = [open_bestand(pad) for pad in personen]
    document: dict[str, Any] = {}
    async with _databases(settings) as places, AsyncExitStack() as stack:
        lading = await _open(stack, Config(settings=settings), places)
        if bestanden:
            document["personen"] = await _laad_personen(lading, bestanden, processen, aanvullen=aanvullen)
        document["register"] = await _laad_register(lading)
        if inschrijvingen:
            document["inschrijvingen"] = [await _laad_levering(lading, pad) for pad in inschrijvingen]
    return document


async def _open(stack: AsyncExitStack, config: Config, places: Places) -> _Lading:
    """Brings the tables up to date and keeps the services from starting for the length of the load."""
    lading = _Lading(config, {}, {})
    for dienst in _DIENSTEN:
        lading.urls[dienst] = url = places.database(dienst, config.settings.map)
        await migrate(url, dienst, _SERVICES / dienst / "migrations")
        await stack.enter_async_context(lease(url, dienst, lambda _: None, wait=False))
        lading.pools[dienst] = pool = await create_pool(url)
        stack.callback(pool.terminate)
    return lading


async def _laad_personen(
    lading: _Lading, bestanden: Sequence[Any], processen: int, *, aanvullen: bool
) -> dict[str, Any]:
    from hub.intake import Intake
    from services.brp_sync.handlers import HANDLERS
    from services.brp_sync.laden.lading import Lading
    from services.brp_sync.persoonslijsten import LIJSTEN
    from services.brp_sync.store import PersonenStore

    config, kluis, pool = lading.config, lading.settings.kluis, lading.pools["brp_sync"]
    clock = asyncio.get_running_loop().time
    db = await asyncpg.connect(
        lading.urls["brp_sync"], server_settings={"application_name": "schakel laden", "enable_seqscan": "off"}
    )
    try:
        pipeline = Pipeline(
            "brp_sync", source_urn("brp_sync", lading.settings.oin), pool,
            Parts(PersonenStore(pool, kluis, uuid4), HANDLERS),
            clock=config.clock, system=config.clock, rng=config.rng,
        )  # fmt: skip
        voortgang = _Voortgang("personen")

        def meld(telling: "Telling") -> None:
            voortgang(telling.gelezen, telling.deel, f"{telling.quarantaine} in quarantaine")

        werk = Lading(db, pipeline, Intake(pool, kluis, "brp_sync", LIJSTEN), kluis, config.clock.now(), meld)
        sleutel = lading.settings.map.absolute() / "sleutels" / "opslag.key"
        begin = clock()
        telling = await werk.laad(bestanden, sleutel, processen, aanvullen=aanvullen)
        duur = clock() - begin
    finally:
        db.terminate()
    return {
        "geladen": telling.geladen,
        "aangevuld": telling.aangevuld,
        "al_bekend": telling.al_bekend,
        "quarantaine": telling.quarantaine,
        "seconden": round(duur, 3),
        "per_seconde": round(telling.gelezen / duur) if duur else 0,
    }


async def _laad_register(lading: _Lading) -> dict[str, int]:
    """Everybody who lives here and whom `cases` does not know yet; each disclosure is written down by `brp_sync`."""
    from contracts.verstrek import Plichtverzoek
    from services.brp_sync.gebeurtenissen import is_weg
    from services.brp_sync.store import PersonenStore
    from services.brp_sync.verstrekken import plichtgegevens
    from services.cases.laden import Ingezetene, RegisterLading

    now = lading.config.clock.now()
    dag = now.astimezone(AMSTERDAM).date()
    store = PersonenStore(lading.pools["brp_sync"], lading.settings.kluis, uuid4)
    register = RegisterLading(lading.pools["cases"], lading.settings.kluis, dag)
    gemeenten = {g.code for g in lading.config.region().gemeenten}
    doel = Plichtverzoek.model_fields["doel"].default
    voortgang, gezien, opgenomen = _Voortgang("register"), 0, 0
    async for jongeren, totaal in store.ingezetenen(gemeenten, _BATCH):
        ontbrekend = await register.ontbrekend(jongeren)
        ingezetenen = []
        for jongere_id, persoon in (await store.disclose(ontbrekend, "cases", doel, now)).items():
            if persoon.gemeente is None or is_weg(persoon):
                continue
            sinds = persoon.datum_inschrijving.als_datum() if persoon.datum_inschrijving is not None else None
            geboren = plichtgegevens(jongere_id, persoon).geboortedatum
            ingezetenen.append(Ingezetene(jongere_id, persoon.gemeente, geboren, sinds or dag))
        await register.neem_op(ingezetenen)
        gezien += len(jongeren)
        opgenomen += len(ingezetenen)
        voortgang(gezien, gezien / totaal)
    return {"opgenomen": opgenomen}


async def _laad_levering(lading: _Lading, pad: Path) -> dict[str, Any]:
    from services.brp_sync.store import PersonenStore
    from services.cases.laden import RegisterLading
    from services.ingest_duo.leveringen.kaart import laad_kaarten
    from services.ingest_duo.leveringen.laden import LeveringLading, Omgeving
    from services.ingest_duo.leveringen.laden import Telling as Leveringtelling

    now, kluis = lading.config.clock.now(), lading.settings.kluis
    store = PersonenStore(lading.pools["brp_sync"], kluis, uuid4)
    register = RegisterLading(lading.pools["cases"], kluis, now.astimezone(AMSTERDAM).date())
    voortgang = _Voortgang("inschrijvingen")

    def meld(telling: Leveringtelling, totaal: int) -> None:
        voortgang(telling.personen, telling.personen / totaal)

    around = Omgeving(lambda wie: store.identify(wie, now), register.schrijf_in, meld)
    gemeenten = {g.code for g in lading.config.region().gemeenten}
    werk = LeveringLading(
        lading.pools["ingest_duo"], kluis, gemeenten, laad_kaarten(lading.config.duo.kaarten), around, now
    )
    telling = await werk.laad(pad)
    return {
        "bestand": pad.name,
        "geladen": telling.geladen,
        "al_bekend": telling.al_bekend,
        "quarantaine": telling.quarantaine,
        "al_opgenomen": telling.al_opgenomen,
    }


@asynccontextmanager
async def _databases(settings: HubSettings) -> AsyncIterator[Places]:
    """The servers of an installation that runs, those of the environment, or embedded ones for the block."""
    try:
        places = recall(settings)
    except NietGereed:
        places = None
    if places is not None and (places.pid is None or psutil.pid_exists(places.pid)):
        await prepare_databases(places, settings.map, _DIENSTEN)
        yield places
        return
    async with servers(Config(settings=settings)) as places:
        await prepare_databases(places, settings.map, _DIENSTEN)
        yield places


class _Voortgang:
    """Says on stderr, now and then, how far it is, how fast it goes and how long it will take."""

    def __init__(self, wat: str) -> None:
        self._wat = wat
        self._clock = asyncio.get_running_loop().time
        self._begin = self._laatst = self._clock()

    def __call__(self, aantal: int, deel: float, erbij: str = "") -> None:
        """So many were handled, which is this part of all (0 to 1)."""
        nu = self._clock()
        if nu - self._laatst < _ELKE or not deel:
            return
        self._laatst, duur = nu, nu - self._begin
        over = f"nog {duur * (1 - deel) / deel:.0f} s"
        snelheid = f"{aantal / duur:.0f} per seconde"
        delen = (f"{self._wat}: {aantal} gelezen", snelheid, *([erbij] if erbij else ()), over)
        sys.stderr.write(f"laden: {', '.join(delen)}\n")
