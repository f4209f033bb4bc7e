"""Plays the term: a day at a time on a virtual clock, the real servers and services, simulators for DUO and Halt."""

import asyncio
import os
import random
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from contracts.codes import HaltAfloop
from hub.calendar import laad_kalender
from hub.clock import VirtualClock
from hub.embedded.slot import in_use
from hub.errors import NietGereed
from hub.settings import HubSettings
from schakel.audit import Audit, audit
from schakel.demo.official import Official, choose
from schakel.demo.parked import ParkedStory
from schakel.demo.region import BEGIN, EIND, START, Region, canary_of, make_region, read_persons, through_file
from schakel.demo.screen import Screen
from schakel.installation import Config, Installation, announced, running
from schakel.settled import settled
from schakel.up import stop_signal
from services.brp_sync.model import Persoon
from services.halt_bridge.settings import HaltSettings
from services.ingest_duo.settings import DuoSettings
from simulators.duo import DuoSimulator
from simulators.halt import HaltSimulator

_COURSE = timedelta(days=35)
_AFLOPEN = ((0.8, HaltAfloop.POSITIEF), (0.15, HaltAfloop.NEGATIEF), (0.05, HaltAfloop.NIET_GESTART))


async def play(*, once: bool, jongeren: int, seed: int, personen: Sequence[Path], quiet: bool) -> int:
    """Plays the term and shows what came of it; 0 when nothing was lost, doubled, out of order or leaked."""
    folder = HubSettings().map / "demo"
    _start_clean(folder)
    stopped = stop_signal()
    screen = Screen(quiet=quiet)
    async with _stage(folder, seed) as (installation, duo, halt, clock):
        screen.started(folder, installation.places.api_url)
        performance = Performance(installation, duo, halt, clock, seed, screen)
        telling = asyncio.create_task(performance.tell(jongeren, read_persons(personen)))
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait([telling, stopping], return_when=asyncio.FIRST_COMPLETED)
        if not telling.done():
            telling.cancel()
            screen.stopped_early()
            return 130
        result = await telling
        await screen.show_result(installation, performance.parked, folder)
        screen.close(await performance.totals(result))
        if not once:
            async with announced(installation, os.getpid()):
                screen.stays(folder)
                await stopped.wait()
        stopping.cancel()
        return 0 if result.clean else 1


@asynccontextmanager
async def _stage(
    folder: Path, seed: int
) -> AsyncIterator[tuple[Installation, DuoSimulator, HaltSimulator, VirtualClock]]:
    clock, rng = VirtualClock(START), random.Random(seed)
    async with AsyncExitStack() as stack:
        duo, halt = DuoSimulator(clock, rng), HaltSimulator(clock)
        for simulator in (duo, halt):
            await simulator.start()
            stack.push_async_callback(simulator.stop)
        config = Config(
            settings=HubSettings(map=folder, nats_url=None, postgres_url=None),
            duo=DuoSettings(url=duo.url, interval=3600, overlap=0, vanaf="2026-08-01"),
            halt=HaltSettings(url=halt.url, interval=3600),
            clock=clock,
            rng=rng,
            log_file=folder / "schakel.log",
        )
        installation = await stack.enter_async_context(running(config))
        yield installation, duo, halt, clock


class Performance:
    """The term itself."""

    def __init__(
        self,
        installation: Installation,
        duo: DuoSimulator,
        halt: HaltSimulator,
        clock: VirtualClock,
        seed: int,
        screen: Screen,
    ) -> None:
        self._installation = installation
        self._duo = duo
        self._halt = halt
        self._clock = clock
        self._seed = seed
        self._screen = screen
        self._rng = random.Random(seed + 1)
        self._courses: list[tuple[datetime, str]] = []
        self._known_courses: set[str] = set()
        self._official = Official(installation.apps["cases"], clock, self._rng)
        self.parked = ParkedStory(installation, clock)

    async def tell(self, jongeren: int, extra: Sequence[Persoon]) -> Audit:
        """From the first load of persons to the audit at the end."""
        kalender = laad_kalender()
        region = make_region(self._seed, jongeren, kalender, extra)
        personen = through_file(region.personen, self._installation.config.settings.map / "persoonslijsten.csv")
        self._screen.loading(len(personen))
        await self._installation.apps["brp_sync"].take_in(personen)
        await settled(self._installation)
        days = _days()
        waiting = list(region.meldingen)
        for day in days:
            self._clock.set(datetime.combine(day, time(16), UTC))
            while waiting and waiting[0].laatste_mutatie.date() <= day:
                self._duo.voeg_toe(waiting.pop(0))
            await self._day()
            self._screen.day(day, days, await self._counts())
            await self.parked.after_day(region)
            if not waiting and day > EIND and not await self._busy():
                break
        self._screen.auditing()
        return await self._audit(region)

    async def _day(self) -> None:
        apps = self._installation.apps
        await apps["ingest_duo"].poller.round()
        await settled(self._installation)
        await apps["cases"].pass_termijnen()
        official = self._official
        acted = await official.talk() + await official.investigate() + await official.work() + await self._halt_day()
        if acted:
            await settled(self._installation)

    async def _halt_day(self) -> int:
        for kenmerk in self._halt.verwijzingen:
            if kenmerk not in self._known_courses:
                self._known_courses.add(kenmerk)
                self._courses.append((self._clock.now() + _COURSE, kenmerk))
        ended = [c for c in self._courses if c[0] <= self._clock.now()]
        self._courses = [c for c in self._courses if c[0] > self._clock.now()]
        for _, kenmerk in ended:
            self._halt.geef_afloop(kenmerk, choose(self._rng, _AFLOPEN), self._clock.today())
        if ended:
            await self._installation.apps["halt_bridge"].take_in_aflopen()
        return len(ended)

    async def _busy(self) -> bool:
        """Whether a course runs, was offered but not noticed yet, or a voorstel is open."""
        offered = self._courses or len(self._known_courses) < len(self._halt.verwijzingen)
        return bool(offered or await self._installation.apps["cases"].store.worklist(limit=1))

    async def _counts(self) -> dict[str, int]:
        apps: dict[str, Any] = self._installation.apps
        cases, letters = apps["cases"].service.pool, apps["letters"].service.pool
        return {
            "meldingen": await apps["ingest_duo"].service.pool.fetchval("SELECT count(*) FROM melding"),
            "zaken": await cases.fetchval("SELECT count(*) FROM zaak"),
            "voorstellen": await cases.fetchval("SELECT count(*) FROM voorstel"),
            "besluiten": await cases.fetchval("SELECT count(*) FROM voorstel WHERE status = 'besloten'"),
            "brieven": await letters.fetchval("SELECT count(*) FROM brief"),
            "halt_verwijzingen": len(self._halt.verwijzingen),
        }

    async def _audit(self, region: Region) -> Audit:
        await settled(self._installation)
        statussen = {
            m.meldingsnummer: self._duo.ontvangen_statussen.get(m.meldingsnummer, []) for m in region.meldingen
        }
        return await audit(self._installation, canary_of(region), statussen, set(self._halt.verwijzingen))

    async def totals(self, result: Audit) -> dict[str, Any]:
        """The last line: what was done, and that nothing went wrong."""
        counts = await self._counts()
        return {
            **counts,
            "halt_aflopen": result.events["halt-afloop-ontvangen"],
            "geparkeerd": self.parked.times,
            "verloren": result.verloren,
            "dubbel": result.dubbel,
            "volgordefouten": result.volgordefouten,
            "persoonsgegevens_op_bus": result.persoonsgegevens_op_bus,
        }


def _days() -> list[date]:
    """The working days of the term, then a day a week until the last termijnen and courses have ended."""
    term = (BEGIN + timedelta(days=n) for n in range((EIND - BEGIN).days + 1))
    return [d for d in term if d.weekday() < 5] + [EIND + timedelta(weeks=n) for n in range(1, 16)]


def _start_clean(folder: Path) -> None:
    """Removes what an earlier demo left; refuses while one is running on the same folder."""
    if any(in_use(folder / "servers" / server / "slot") for server in ("nats", "postgres")):
        raise NietGereed(f"er draait al een demo op {folder}: stop die eerst, of kies met SCHAKEL_MAP een andere map")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
