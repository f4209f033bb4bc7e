"""One installation in one process: servers (embedded unless told otherwise), the chosen services, the API."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog

from hub.clock import Clock, SystemClock
from hub.database import provision
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.observability import configure_logging, export_traces
from hub.service import Surroundings
from hub.settings import HubSettings
from hub.supervise import Supervised
from hub.topology import Topology
from schakel.places import SERVICES, Places, forget, recall, remember, role_password
from schakel.toegang.settings import OidcSettings
from services.brp_sync.lo3.settings import Lo3Settings
from services.brp_sync.settings import BrpBronnen
from services.brp_sync.stuf.settings import StufSettings
from services.brp_sync.volgen.settings import VolgSettings
from services.halt_bridge.settings import HaltSettings
from services.ingest_duo.settings import DuoSettings

if TYPE_CHECKING:
    from services.letters.app import Bewaarplek, Opmaker

log: structlog.stdlib.BoundLogger = structlog.get_logger()


@dataclass
class Config:
    """What an installation is made of; everything from outside comes in here."""

    settings: HubSettings = field(default_factory=HubSettings)
    duo: DuoSettings = field(default_factory=DuoSettings)
    halt: HaltSettings = field(default_factory=HaltSettings)
    lo3: Lo3Settings = field(default_factory=Lo3Settings)
    volg: VolgSettings = field(default_factory=VolgSettings)
    brp: BrpBronnen = field(default_factory=BrpBronnen)
    stuf: StufSettings = field(default_factory=StufSettings)
    oidc: OidcSettings = field(default_factory=OidcSettings)
    gemeenten: Gemeenten | None = None
    medewerkers: Medewerkers | None = None
    clock: Clock = field(default_factory=SystemClock)
    rng: random.Random = field(default_factory=random.Random)
    topology: Topology = field(default_factory=Topology.load)
    log_file: Path | None = None
    renderer: "Opmaker | None" = None
    archief: "Bewaarplek | None" = None

    def region(self) -> Gemeenten:
        """The register of gemeenten."""
        return self.gemeenten or Gemeenten.load(self.settings.gemeenten)

    def officials(self) -> Medewerkers:
        """The register of officials."""
        return self.medewerkers or Medewerkers.load(self.settings.medewerkers)


class Installation:
    """The running services of this process."""

    def __init__(self, config: Config, places: Places) -> None:
        self.config = config
        self.places = places
        self.running: dict[str, Supervised[Any]] = {}

    @property
    def apps(self) -> dict[str, Any]:
        """The instances that run now, by name."""
        return {name: supervised.app for name, supervised in self.running.items()}

    def around(self) -> Surroundings:
        """What a service runs in."""
        settings = self.config.settings
        return Surroundings(
            nats_url=self.places.nats_url,
            postgres_url=lambda service: self.places.database(service, settings.map),
            clock=self.config.clock,
            monitor_url=self.places.monitor_url,
            rng=self.config.rng,
            batch=settings.batch,
            oin=settings.oin,
            topology=self.config.topology,
            regios=self.config.region().vakantieregios,
            bewaardagen=settings.bewaardagen,
        )

    async def all_started(self) -> None:
        """Returns when every service runs; follows restarts."""
        for supervised in self.running.values():
            while not supervised.app.service.started.is_set():
                app = supervised.app
                waiter = asyncio.create_task(app.service.started.wait())
                await asyncio.wait([waiter], timeout=0.5)
                waiter.cancel()


def builders(installation: Installation) -> dict[str, Callable[[], Any]]:
    """How each service is made; imports only what is used."""
    config, settings = installation.config, installation.config.settings

    def brp_sync() -> Any:
        from services.brp_sync.app import build

        return build(
            installation.around(),
            settings,
            lo3=config.lo3,
            stuf=config.stuf,
            volg=config.volg,
            gemeenten=config.region(),
            bronnen=config.brp,
        )

    def ingest_duo() -> Any:
        from services.ingest_duo.app import build

        return build(installation.around(), settings, config.duo, config.region(), config.officials())

    def cases() -> Any:
        from services.cases.app import build

        return build(installation.around(), settings, config.region(), config.officials())

    def letters() -> Any:
        from services.letters.app import build

        return build(
            installation.around(), settings, config.region(), config.officials(),
            renderer=config.renderer, archief=config.archief,
        )  # fmt: skip

    def halt_bridge() -> Any:
        from services.halt_bridge.app import build

        return build(installation.around(), settings, config.halt, config.officials())

    return {
        "brp_sync": brp_sync,
        "ingest_duo": ingest_duo,
        "cases": cases,
        "letters": letters,
        "halt_bridge": halt_bridge,
    }


@asynccontextmanager
async def servers(config: Config, *, embedded: bool = True) -> AsyncIterator[Places]:
    """The servers: those of the environment, those that already run on this map, or embedded ones for this block."""
    settings = config.settings
    if settings.nats_url is not None or not embedded:
        yield recall(settings)
        return
    from hub.embedded import embedded_servers

    settings.map.mkdir(parents=True, exist_ok=True, mode=0o700)
    async with embedded_servers(settings.map.absolute() / "servers") as both:
        yield Places(both.nats.url, both.postgres.url, both.nats.monitor_url)


async def prepare_databases(places: Places, folder: Path, names: Sequence[str]) -> None:
    """Makes roles and databases that are missing."""
    if places.provisioned_by_us:
        for name in names:
            await provision(places.postgres_url, name, role_password(folder, name))


@asynccontextmanager
async def running(
    config: Config, names: Sequence[str] = SERVICES, *, embedded: bool = True, api: bool = True, wait: bool = True
) -> AsyncIterator[Installation]:
    """Runs the services for the length of the block, and stops them cleanly after it.

    With `wait` the block begins when every service has started; without it at once, which a service that cannot start
    (a stream is missing, say) must not prevent: the API tells what is wrong.
    """
    configure_logging(config.settings.log_niveau, config.log_file)
    if config.settings.otlp_endpoint:
        export_traces(config.settings.otlp_endpoint)
    async with AsyncExitStack() as stack:
        places = await stack.enter_async_context(servers(config, embedded=embedded))
        await prepare_databases(places, config.settings.map, names)
        installation = Installation(config, places)
        made = builders(installation)
        installation.running = {name: Supervised(made[name]) for name in names}
        tasks = [asyncio.create_task(s.run(), name=n) for n, s in installation.running.items()]
        stack.push_async_callback(_stop, tasks)
        if api:
            from schakel.api import serve_api

            url = await stack.enter_async_context(serve_api(installation))
            installation.places = replace(places, api_url=url)
        if wait:
            await installation.all_started()
        yield installation


@asynccontextmanager
async def announced(installation: Installation, pid: int) -> AsyncIterator[None]:
    """Lets other commands find this installation while the block runs."""
    folder = installation.config.settings.map
    remember(folder, replace(installation.places, pid=pid))
    try:
        yield
    finally:
        forget(folder)


async def _stop(tasks: Sequence["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
