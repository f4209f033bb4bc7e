"""The side that matters: the services as they are shipped, in one process as `schakel up` runs them.

Two things are left out on all sides: fetching over HTTP (the pages are in memory) and the layout of letters, which is
measured on its own (`bench/letters.py`). Status messages to DUO are off.
"""

import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

import nats
from pydantic import SecretStr

from bench.chain import Streams, idle
from bench.places import Servers
from bench.workload import Jongere, akkoord, persoon
from contracts.codes import Adressaat
from contracts.subjects import BRIEVEN, HALT, PERSONEN, VERZUIM, ZAKEN
from hub.clock import Clock, SystemClock
from hub.intake import Intake
from hub.settings import HubSettings
from hub.topology import ensure_stream
from schakel.installation import Config, Installation, running
from services.halt_bridge.settings import HaltSettings
from services.ingest_duo.duo import DuoClient, RuweLevering
from services.ingest_duo.parser import Selectie
from services.ingest_duo.polling import Poller
from services.ingest_duo.settings import DuoSettings
from services.letters.model import Brief
from services.letters.render import Opgemaakt

SERVICES: Final = ("brp_sync", "ingest_duo", "cases", "letters")
_PDF: Final = Opgemaakt(b"%PDF-1.7 bench", "0" * 64, 1)


class NoLayout:
    """Stands in for the layout of letters and for their archive."""

    def render(self, brief: Brief) -> Opgemaakt:
        """The same small letter for everybody."""
        return _PDF

    def keep(self, gemeente: str, brief_id: UUID, adressaat: Adressaat, pdf: bytes) -> str:
        """The name the archive would give; nothing is written."""
        return f"{gemeente}/{brief_id}-{adressaat}.pdf"


class Memory(DuoClient):
    """Stands in for the webservice of DUO: gives out one page at a time."""

    def __init__(self, uitvoerder: str, clock: Clock) -> None:
        super().__init__("", uitvoerder, clock)
        self.page = b""

    async def wijzigingen(self, selectie: Selectie) -> RuweLevering:
        """The page that was put ready."""
        return RuweLevering(self.page, selectie)


class Hub:
    """The shipped services."""

    streams = Streams("", VERZUIM.name, ZAKEN.name, BRIEVEN.name)

    def __init__(self, installation: Installation, today: date) -> None:
        self._apps = installation.apps
        self._today = today
        self._duo = Memory(installation.config.region().uitvoerder, installation.config.clock)
        self._poller = self._make_poller(installation)

    def _make_poller(self, installation: Installation) -> Poller:
        """The shipped poller, with the page from memory; everything behind the fetch is the service's own."""
        ingest, config, region = self._apps["ingest_duo"], installation.config, installation.config.region()
        return Poller(
            lijnen={region.uitvoerder: self._duo},
            opname=ingest.opname,
            cursors=ingest.cursors,
            intake=Intake(ingest.service.pool, config.settings.kluis, "ingest_duo", "duo"),
            clock=config.clock,
            serves=lambda code: region.get(code) is not None,
            begin=datetime.combine(self._today, datetime.min.time()),
            overlap=timedelta(0),
            max_bytes=config.duo.max_bytes,
            vooraf=(ingest.opname.verhuis,),
        )

    async def know(self, who: Sequence[Jongere]) -> None:
        """Registers jongeren with `brp_sync`; the events this gives have been handled by the others on return."""
        await self._apps["brp_sync"].take_in(persoon(j, self._today) for j in who)
        await idle(self._apps["brp_sync"].service.nc, [PERSONEN.name])

    async def take_in(self, page: bytes) -> None:
        """One round of the poller."""
        self._duo.page = page
        await self._poller.round()

    async def decide(self, voorstellen: Sequence[UUID]) -> None:
        """Besluiten through the service, as the API takes them."""
        refused = [e for e in await self._apps["cases"].besluit([akkoord(v, self._today) for v in voorstellen]) if e]
        if refused:
            raise refused[0]


async def start(stack: AsyncExitStack, servers: Servers) -> Hub:
    """Starts the services on the given servers."""
    settings = HubSettings(
        map=servers.map,
        nats_url=SecretStr(servers.nats_url),
        postgres_url=SecretStr(servers.postgres_url),
        log_niveau="warning",
    )
    config = Config(
        settings=settings,
        duo=DuoSettings(url=None),
        halt=HaltSettings(url=None),
        clock=SystemClock(),
        rng=random.Random(1),
        renderer=NoLayout(),
        archief=NoLayout(),
    )
    await _make_stream_of_halt(servers, config)
    installation = await stack.enter_async_context(running(config, SERVICES, embedded=False, api=False))
    return Hub(installation, config.clock.today())


async def _make_stream_of_halt(servers: Servers, config: Config) -> None:
    """`cases` listens to the bridge to Halt, which is not part of this chain and says nothing here."""
    nc = await nats.connect(servers.nats_url)
    await ensure_stream(nc, config.topology, HALT)
    await nc.close()
