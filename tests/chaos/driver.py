"""A whole installation under the driver's control: servers, simulators, and each service as a process of its own."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx

from hub.clock import Clock, SystemClock
from hub.embedded import Servers
from hub.embedded.nats_server import choose_ports
from hub.settings import HubSettings
from schakel.places import SERVICES, api_token
from services.brp_sync.model import Persoon
from services.cases.besluiten import NeemBesluit, StelFeitenVast
from services.cases.toestemmingsopdrachten import LegToestemmingVast
from simulators.duo import DuoSimulator
from simulators.halt import HaltSimulator
from tests.chaos.processes import ServiceProcess, warm_up
from tests.chaos.watch import Watch

_RETRY = 0.2
_API_SERVICES = ("brp_sync", "cases")


class ChaosWorld:
    """The installation and its outside world."""

    def __init__(self, folder: Path, rng: random.Random, *, batch: int, cold_starts: float, tick: float) -> None:
        self.folder = folder
        self.clock: Clock = SystemClock()
        self.servers = Servers(folder / "servers")
        self.duo = DuoSimulator(self.clock, rng, pagina=20)
        self.halt = HaltSimulator(self.clock)
        self.refused: list[str] = []
        """What the hub refused although the story had a right to it."""
        self.services: dict[str, ServiceProcess] = {}
        self._batch = batch
        self._cold_starts = cold_starts
        self._tick = tick
        self._settings = HubSettings(map=folder)
        self._http = httpx.AsyncClient(timeout=20)
        self._api: dict[str, str] = {}

    watch: Watch

    async def start(self) -> None:
        """Starts servers and simulators; services are started by `start_services`."""
        await asyncio.gather(asyncio.to_thread(warm_up), self.servers.start(), self.duo.start(), self.halt.start())
        self.watch = Watch(self.servers.postgres.url, self._tick)
        ports = choose_ports(self.folder / "api")
        (self.folder / "log").mkdir()
        for name in SERVICES:
            port = ports[_API_SERVICES.index(name)] if name in _API_SERVICES else 0
            self._api[name] = f"http://127.0.0.1:{port}"
            self.services[name] = ServiceProcess(
                name, self._env(port), self.folder / "log" / f"{name}.log", cold_starts=self._cold_starts
            )

    def start_services(self) -> None:
        """Starts every service in a process of its own."""
        for service in self.services.values():
            service.start()

    async def stop(self) -> dict[str, int | None]:
        """Ends everything in order; returns the exit code per service."""
        codes = dict(zip(self.services, await asyncio.gather(*(s.stop() for s in self.services.values())), strict=True))
        await self._http.aclose()
        await asyncio.gather(self.duo.stop(), self.halt.stop())
        await self.servers.stop()
        return codes

    def _env(self, port: int) -> dict[str, str]:
        return {
            "SCHAKEL_MAP": str(self.folder),
            "SCHAKEL_NATS_URL": self.servers.nats.url,
            "SCHAKEL_NATS_MONITOR_URL": self.servers.nats.monitor_url,
            "SCHAKEL_POSTGRES_URL": self.servers.postgres.url,
            "SCHAKEL_DUO_URL": self.duo.url,
            "SCHAKEL_DUO_INTERVAL": "0.3",
            "SCHAKEL_DUO_OVERLAP": "1",
            "SCHAKEL_HALT_URL": self.halt.url,
            "SCHAKEL_HALT_INTERVAL": "0.3",
            "SCHAKEL_HTTP_POORT": str(port),
            "SCHAKEL_BATCH": str(self._batch),
        }

    def jongere_id(self, persoon: Persoon) -> UUID | None:
        """Under which id the hub knows a person; None while it does not."""
        assert persoon.bsn is not None
        return self.watch.ids.get(self._settings.kluis.index(persoon.bsn.get_secret_value(), "bsn"))

    async def send_stuf(self, body: bytes) -> None:
        """Sends a kennisgeving until the hub says Bv03: an answer that got lost is asked for again."""
        while True:
            with suppress(httpx.HTTPError):
                answer = await self._http.post(f"{self._api['brp_sync']}/stuf-bg/0310/npsLk01", content=body)
                if answer.status_code == 200:
                    return
                if b"Fo03" in answer.content:
                    self.refused.append("StUF: Fo03")
                    return
            await asyncio.sleep(_RETRY)

    async def decide(self, command: NeemBesluit) -> None:
        """Takes a besluit over the API until it is taken; "was taken already" is the answer to a repeat."""
        body = {
            "besluit": command.soort.value,
            "medewerker": command.medewerker,
            "motivering": command.motivering,
            "gesprekOp": command.gesprek_op.isoformat() if command.gesprek_op else None,
            "afspraken": [a.get_secret_value() for a in command.afspraken],
        }
        await self._act(f"/v1/voorstellen/{command.voorstel_id}/besluit", body, taken="dit voorstel is al besloten")

    async def establish(self, command: StelFeitenVast) -> None:
        """Establishes facts over the API until they are."""
        body = {"medewerker": command.medewerker, "feiten": dict(command.feiten)}
        await self._act(f"/v1/zaken/{command.zaak_id}/feiten", body)

    async def consent(self, command: LegToestemmingVast) -> None:
        """Records a written consent over the API until it is recorded."""
        stuk = command.vastlegging
        assert stuk is not None
        body = {
            "element": command.over.element,
            "ontvanger": command.over.ontvanger,
            "doel": command.over.doel,
            "gever": command.gever.value,
            "gegeven": command.gegeven,
            "schriftelijk": command.schriftelijk,
            "verwijzing": stuk.verwijzing.get_secret_value(),
            "vingerafdruk": stuk.vingerafdruk,
            "medewerker": command.medewerker,
        }
        await self._act(f"/v1/zaken/{command.over.zaak_id}/toestemmingen", body)

    async def _act(self, path: str, body: dict[str, Any], taken: str | None = None) -> None:
        tried = False
        while True:
            with suppress(httpx.HTTPError):
                key = {"Authorization": f"Bearer {api_token(self.folder)}"}
                answer = await self._http.post(self._api["cases"] + path, json=body, headers=key)
                if answer.status_code == 201:
                    return
                if answer.status_code == 422:
                    detail = str(json.loads(answer.content).get("detail"))
                    if not (tried and taken and taken in detail):
                        self.refused.append(f"{path.rpartition('/')[2]}: {detail}")
                    return
            tried = True
            await asyncio.sleep(_RETRY)


@asynccontextmanager
async def chaos_world(
    folder: Path, rng: random.Random, *, batch: int = 32, cold_starts: float = 1, tick: float = 0.15
) -> AsyncIterator[ChaosWorld]:
    """A world with servers and simulators running and the services starting; ends all of it."""
    async with AsyncExitStack() as stack:
        world = ChaosWorld(folder, rng, batch=batch, cold_starts=cold_starts, tick=tick)
        stack.push_async_callback(world.stop)
        await world.start()
        watching = asyncio.create_task(world.watch.run())
        stack.push_async_callback(_cancel, watching)
        world.start_services()
        yield world


async def _cancel(task: "asyncio.Task[None]") -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
