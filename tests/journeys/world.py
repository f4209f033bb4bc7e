"""A region for the length of one story: all services in this process, DUO and Halt played, time set by the story.

The servers are those of the session. The databases of the services are used by one story after the other, emptied in
between; streams are made anew.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx
import nats
from pydantic import SecretStr

from contracts.codes import Besluitsoort
from contracts.verstrek import TeIdentificeren
from hub.clock import AMSTERDAM, VirtualClock
from hub.database import provision
from hub.embedded import Servers
from hub.settings import HubSettings
from hub.supervise import Supervised
from schakel.installation import Config, Installation, builders, running
from schakel.places import SERVICES, api_token
from services.brp_sync.model import Adres, Ouder, Persoon
from services.cases.besluiten import NeemBesluit
from services.cases.model import Zaak
from services.cases.privacystand import Gever
from services.cases.store import Werk
from services.cases.toestemmingen import HALT
from services.cases.toestemmingsopdrachten import LegToestemmingVast, Vastlegging, Waarover
from services.halt_bridge.settings import HaltSettings
from services.ingest_duo.settings import DuoSettings
from simulators.duo import DuoSimulator
from simulators.halt import HaltSimulator
from simulators.personen import fictieve_bsns
from simulators.voorbeelden import voorbeeldgeval
from tests.waiting import eventually

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag
GESPREK = datetime.fromisoformat("2026-10-01T09:30:00")  # donderdag, Dutch time
GEMEENTE, LPA = "1924", "LPA-1"
HALT_KAN: dict[str, Any] = {
    "toereikende_hulp": False,
    "verwijtbaar": "jongere",
    "school_maatregelen_ouders_geinformeerd": True,
    "lpa_is_boa": True,
}
CONFIRMED = "SELECT EXISTS (SELECT FROM inkomend WHERE bron = 'stuf-bg' AND verwerkt_op IS NULL)"
_PASSWORD = "een wachtwoord voor tests"


class World:
    """What a story can do, and what it can see."""

    def __init__(self, servers: Servers, folder: Path, protocollen: Path | None = None, **config: Any) -> None:
        self.config = config
        self.clock = VirtualClock(NU)
        self.duo = DuoSimulator(self.clock, random.Random(1))
        self.halt = HaltSimulator(self.clock)
        self.installation: Installation
        self.folder = folder
        self._servers = servers
        self._protocollen = protocollen
        self._bsns = fictieve_bsns()
        self._numbers = count(7_000_001)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stack = AsyncExitStack()

    async def open(self, services: Sequence[str] = SERVICES) -> None:
        """Starts the partners and the services."""
        await self._clear_streams()
        await self._clear_databases()
        await self.duo.start()
        self._stack.push_async_callback(self.duo.stop)
        await self.halt.start()
        self._stack.push_async_callback(self.halt.stop)
        url = self._servers.postgres.url_voor("journey_SERVICE", "journey_SERVICE", _PASSWORD)
        settings = HubSettings(
            map=self.folder,
            nats_url=SecretStr(self._servers.nats.url),
            postgres_url=SecretStr(url.replace("SERVICE", "{service}")),
            log_niveau="error",
            protocollen=self._protocollen,
        )
        config = Config(
            settings=settings,
            duo=DuoSettings(url=self.duo.url, interval=3600, vanaf="2026-08-01"),
            halt=HaltSettings(url=self.halt.url, interval=3600),
            clock=self.clock,
            rng=random.Random(1),
            **self.config,
        )
        self.installation = await self._stack.enter_async_context(running(config, services))
        self._stack.push_async_callback(self._stop_own)
        self.api = await self._stack.enter_async_context(
            httpx.AsyncClient(base_url=str(self.installation.places.api_url), timeout=10)
        )

    async def close(self) -> None:
        """Stops everything and leaves no streams behind."""
        await self._stack.aclose()
        await self._clear_streams()

    # Services

    def app(self, name: str) -> Any:
        """The instance of a service that runs now."""
        return self.installation.apps[name]

    async def stop(self, name: str) -> None:
        """Ends a service in the middle of whatever it does."""
        task = self._tasks.pop(name, None) or next(t for t in asyncio.all_tasks() if t.get_name() == name)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    async def start(self, name: str) -> None:
        """Starts a stopped service as a new process would: with nothing but what is in its database."""
        supervised: Supervised[Any] = Supervised(builders(self.installation)[name])
        self.installation.running[name] = supervised
        self._tasks[name] = asyncio.create_task(supervised.run())

        def runs() -> bool:
            started: bool = supervised.app.service.started.is_set()  # of the instance that runs now
            return started

        await eventually(runs, f"{name} has started")

    # The outside world

    async def jongere(self, **velden: Any) -> Persoon:
        """A jongere of 15 whom the BRP knows, with one parent."""
        persoon = self.nieuwe_jongere(**velden)
        await self.app("brp_sync").take_in([persoon])
        return persoon

    def nieuwe_jongere(self, **velden: Any) -> Persoon:
        """A jongere of whom nothing was told yet."""
        basis: dict[str, Any] = {
            "bsn": next(self._bsns),
            "voornamen": "Saartje",
            "geslachtsnaam": "Proefman",
            "geslacht": "V",
            "geboortedatum": "20110504",
            "gemeente": GEMEENTE,
            "indicatie_geheim": 0,
            "adres": Adres(
                straat="Verzonnenlaan",
                huisnummer="1",
                postcode="3240ZZ",
                woonplaats="Voorbeelddorp",
                aanvang="20200101",
            ),
            "ouders": (Ouder(betrekking="ouder1", voornamen="Olga", geslachtsnaam="Proefman"),),
        }
        return Persoon(**(basis | velden))

    def meld_bij_duo(self, persoon: Persoon, **velden: Any) -> str:
        """A minute later a school reports absence of a jongere; returns the meldingsnummer."""
        self.clock.advance(timedelta(minutes=1))
        nummer, stempel = str(next(self._numbers)), self.clock.now().astimezone(AMSTERDAM).replace(tzinfo=None)
        basis: dict[str, Any] = {
            "bsn": persoon.bsn,
            "onderwijsnummer": None,
            "meldingsnummer": nummer,
            "laatste_mutatie": stempel,
            "meld_datum_tijd": stempel,
            "verzuimsoort": "O",
            "begindatum": date(2026, 9, 7),  # maandag
            "einddatum": None,
            "verzuimdagen": (),
        }
        self.duo.voeg_toe(voorbeeldgeval(**(basis | velden)))
        return nummer

    async def meld(self, persoon: Persoon, **velden: Any) -> str:
        """A school reports, and we fetch it from DUO."""
        nummer = self.meld_bij_duo(persoon, **velden)
        await self.app("ingest_duo").poller.round()
        return nummer

    async def meld_te_laat(self, persoon: Persoon, aantal: int) -> str:
        """A melding of coming late so many times."""
        return await self.meld(persoon, vermoedelijke_reden=f"{aantal} keer te laat")

    # Officials

    async def werk(self, persoon: Persoon, uitkomst: str) -> Werk:
        """The open voorstel for a jongere, once it is there."""
        jongere_id = await self.jongere_id(persoon)

        async def found() -> Werk | None:
            worklist = await self.app("cases").store.worklist()
            return next((w for w in worklist if w.jongere_id == jongere_id and w.uitkomst == uitkomst), None)

        work: Werk = await eventually(found, f"voorstel {uitkomst} is on the worklist")
        return work

    async def akkoord(self, persoon: Persoon, uitkomst: str, **velden: Any) -> Werk:
        """The official agrees to the open voorstel."""
        work = await self.werk(persoon, uitkomst)
        command = NeemBesluit(work.voorstel_id, Besluitsoort.AKKOORD, LPA, **velden)
        assert [None] == await self.app("cases").besluit([command])
        return work

    async def halt_kan(self, zaak_id: UUID) -> None:
        """Everything is there for a Halt-verwijzing: consent in writing, and the facts."""
        await self.toestemming_halt(zaak_id)
        await self.app("cases").stel_feiten_vast(zaak_id, LPA, HALT_KAN)

    async def toestemming_halt(
        self, zaak_id: UUID, *gevers: Gever, gegeven: bool = True, medewerker: str = LPA
    ) -> dict[str, Any]:
        """Jongere and ouders (or these) say yes or no to Halt; returns how it stands then."""
        stand: dict[str, Any] = {}
        for gever in gevers or (Gever.JONGERE, Gever.OUDERS):
            over, stuk = Waarover(zaak_id, *HALT), Vastlegging(SecretStr("map 12"), vingerafdruk="0" * 64)
            command = LegToestemmingVast(
                over, gever, gegeven, schriftelijk=True, medewerker=medewerker, vastlegging=stuk
            )
            stand = await self.app("cases").toestemmingen.neem(command)
        return stand

    async def post(
        self, path: str, body: dict[str, Any], token: str | None = None, headers: dict[str, str] | None = None
    ) -> httpx.Response:
        """Posts to the API, with the token of the installation unless another is given."""
        key = api_token(self.folder) if token is None else token
        return await self.api.post(path, json=body, headers={"Authorization": f"Bearer {key}"} | (headers or {}))

    async def get(self, path: str) -> httpx.Response:
        """Asks the API, with the token of the installation."""
        return await self.api.get(path, headers={"Authorization": f"Bearer {api_token(self.folder)}"})

    # What can be seen

    async def jongere_id(self, persoon: Persoon) -> UUID:
        """Under which number the hub knows a jongere, once it does."""
        wanted = TeIdentificeren(bsn=persoon.bsn, gemeente=GEMEENTE)
        (found,) = await self.app("brp_sync").store.identify([wanted], self.clock.now())
        return UUID(str(found))

    async def zaken(self, persoon: Persoon) -> list[Zaak]:
        """The zaken of a jongere, oldest first."""
        app = self.app("cases")
        rows = await app.service.pool.fetch(
            "SELECT zaak_id FROM zaak WHERE jongere_id = $1 ORDER BY geopend_op", await self.jongere_id(persoon)
        )
        return [(await app.store.zaak(row["zaak_id"]))[1] for row in rows]

    async def zaak(self, persoon: Persoon) -> Zaak:
        """The only zaak of a jongere, once it is there."""
        (een,) = await eventually(lambda: self.zaken(persoon), "there is a zaak")
        assert isinstance(een, Zaak)
        return een

    async def tijdlijn(self, zaak_id: UUID) -> list[str]:
        """What the timeline of a zaak says, in order."""
        return [regel.wat for regel in await self.app("cases").store.timeline(zaak_id)]

    async def in_tijdlijn(self, zaak_id: UUID, wat: str, times: int = 1) -> list[str]:
        """The timeline, once it says `wat` so many times."""

        async def complete() -> list[str] | None:
            lines = await self.tijdlijn(zaak_id)
            return lines if lines.count(wat) >= times else None

        lines: list[str] = await eventually(complete, f"{wat} stands {times}x in the timeline")
        return lines

    async def said(self, service: str, name: str) -> list[dict[str, Any]]:
        """The events of this name as they lie in the stream of a service, in order, once it has nothing left to say."""
        running_service = self.app(service).service

        async def published() -> bool:
            last = await running_service.pool.fetchval("SELECT laatste_nr FROM outbox_stand")
            busy = await running_service.pool.fetchval(CONFIRMED)
            return bool(running_service.relay.published_to >= last and not busy)

        await eventually(published, f"the outbox of {service} is published")
        stream, js = running_service.own, running_service.nc.jetstream()
        last = (await js.stream_info(stream.name)).state.last_seq
        messages = [await js.get_msg(stream.name, seq) for seq in range(1, last + 1)]
        return [json.loads(m.data) for m in messages if f".{name}." in m.subject]

    def brieven(self) -> list[Path]:
        """The PDF files."""
        return sorted((self.folder / "brieven").rglob("*.pdf"))

    async def metric(self, name: str, **labels: str) -> float:
        """One value of /metrics; 0 as long as it is not there."""
        wanted = name + "{" + ",".join(f'{key}="{value}"' for key, value in sorted(labels.items())) + "} "
        lines = (await self.api.get("/metrics")).text.splitlines()
        return float(next((line for line in lines if line.startswith(wanted)), "0").removeprefix(wanted))

    async def _clear_streams(self) -> None:
        nc = await nats.connect(self._servers.nats.url)
        for stream in await nc.jetstream().streams_info():
            await nc.jetstream().delete_stream(str(stream.config.name))
        await nc.close()

    async def _clear_databases(self) -> None:
        for service in SERVICES:
            name = f"journey_{service}"
            await provision(self._servers.postgres.url, name, _PASSWORD)
            db = await asyncpg.connect(self._servers.postgres.url_voor(name, name, _PASSWORD))
            for row in await db.fetch("SELECT tablename AS t FROM pg_tables WHERE schemaname = 'public'"):
                if row["t"] == "outbox_stand":
                    await db.execute("UPDATE outbox_stand SET laatste_nr = 0, gepubliceerd_tot = 0")
                elif row["t"] == "auditlog":  # refuses to forget, as long as its owner does not insist
                    await db.execute(
                        "ALTER TABLE auditlog DISABLE TRIGGER USER; DELETE FROM auditlog;"
                        "ALTER TABLE auditlog ENABLE TRIGGER USER"
                    )
                elif row["t"] != "alembic_version":
                    await db.execute(f'DELETE FROM "{row["t"]}"')
            await db.close()

    async def _stop_own(self) -> None:
        for name in list(self._tasks):
            await self.stop(name)


@asynccontextmanager
async def world(servers: Servers, folder: Path, protocollen: Path | None = None, **config: Any) -> AsyncIterator[World]:
    """A world of its own for one story; `config` adds to what the installation is made of."""
    made = World(servers, folder, protocollen, **config)
    try:
        await made.open()
        yield made
    finally:
        await made.close()
