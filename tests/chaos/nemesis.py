"""What goes wrong in a run, and when: a schedule that follows from the seed alone, and the hand that carries it out."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

import psutil

from hub.embedded.process import EmbeddedServer
from hub.failpoints import POINTS
from schakel.places import SERVICES
from simulators.duo_storingen import Storing, StoringSoort
from simulators.halt import HaltStoring, HaltStoringSoort
from tests.chaos.driver import ChaosWorld

NATS, POSTGRES = "nats", "postgres"
_TARGETS: Sequence[tuple[str, ...]] = (
    *((name,) for name in SERVICES), *((name,) for name in SERVICES), (NATS,), (NATS,), (POSTGRES,), (POSTGRES,),
    ("cases", "ingest_duo"), ("brp_sync", "letters"), (NATS, "cases"), (POSTGRES, "halt_bridge"), (NATS, POSTGRES),
)  # fmt: skip
_MUST = ((NATS,), (POSTGRES,), *((name,) for name in SERVICES))
"""What every run kills at least once, however short it is."""
_DUO = (
    StoringSoort.HTTP_500, StoringSoort.VERBINDING_WEG, StoringSoort.DUBBELE_LEVERING, StoringSoort.KAPOTTE_XML,
    StoringSoort.VERTRAGING,
)  # fmt: skip
_HALT = (
    HaltStoringSoort.HTTP_500, HaltStoringSoort.KAPOT_ANTWOORD, HaltStoringSoort.DUBBELE_AFLOOP,
    HaltStoringSoort.VERTRAGING,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Strike:
    """One thing that goes wrong, `at` seconds after the start; `seconds` is how long it lasts.

    Kinds: kill (kill -9), crash (kill -9 and a restart that dies at `point`), pause (SIGSTOP), duo and halt (the
    partner fails as `fault` says).
    """

    at: float
    kind: str
    targets: tuple[str, ...] = ()
    seconds: float = 0.0
    point: str = ""
    fault: str = ""

    @property
    def what(self) -> str:
        """Target, point and fault in words."""
        return " ".join(part for part in ("+".join(self.targets), self.point, self.fault) if part)


@dataclass
class Toll:
    """What was done: kills per target, and everything else by kind."""

    kills: Counter[str] = field(default_factory=Counter)
    others: Counter[str] = field(default_factory=Counter)


def schedule(rng: random.Random, duration: float, *, kills: int, timeouts: int = 1) -> list[Strike]:
    """`kills` moments at which processes die, spread over `duration` seconds, with pauses and partner faults between.

    `timeouts` is how often DUO and Halt each do what was asked and do not say so; every time costs the ten seconds
    that a client waits.
    """
    strikes = [_kill(rng, at, n) for n, at in enumerate(_moments(rng, duration, kills))]
    for at in _moments(rng, duration, kills // 3):
        target = rng.choice((*SERVICES, NATS, POSTGRES))
        strikes.append(Strike(at, "pause", (target,), seconds=rng.uniform(0.3, 2.5)))
    for at in _moments(rng, duration, kills):
        if rng.random() < 0.6:
            strikes.append(Strike(at, "duo", fault=rng.choice(_DUO).value, seconds=rng.uniform(0.1, 1)))
        else:
            strikes.append(Strike(at, "halt", fault=rng.choice(_HALT).value, seconds=rng.uniform(0.1, 1)))
    for at in _moments(rng, duration, timeouts):
        strikes.append(Strike(at, "duo", fault=StoringSoort.TIMEOUT_NA_EFFECT.value))
        strikes.append(Strike(at / 2, "halt", fault=HaltStoringSoort.TIMEOUT_NA_EFFECT.value))
    return sorted(strikes, key=lambda s: s.at)


def _moments(rng: random.Random, duration: float, number: int) -> list[float]:
    """One moment in each of `number` equal parts of the run."""
    return [(n + rng.random()) * duration / number for n in range(number)]


def _kill(rng: random.Random, at: float, n: int) -> Strike:
    targets = _MUST[n // 2] if n % 2 == 0 and n // 2 < len(_MUST) else rng.choice(_TARGETS)
    seconds = rng.uniform(0.0, 1.0)
    if rng.random() < 0.4 and all(t in SERVICES for t in targets):
        return Strike(at, "crash", targets, seconds, point=f"{rng.choice(POINTS)}:{rng.randint(1, 12)}")
    return Strike(at, "kill", targets, seconds)


class Nemesis:
    """Carries out a schedule on a world."""

    def __init__(self, world: ChaosWorld, say: Callable[[str], None]) -> None:
        self._world = world
        self._say = say
        self._servers: dict[str, EmbeddedServer] = {NATS: world.servers.nats, POSTGRES: world.servers.postgres}
        self._turns = {name: asyncio.Lock() for name in self._servers}
        self.toll = Toll()

    async def run(self, strikes: Sequence[Strike]) -> None:
        """Returns when every strike was carried out and everything that must run, runs again."""
        begin = asyncio.get_running_loop().time()
        async with asyncio.TaskGroup() as tasks:
            for strike in strikes:
                await asyncio.sleep(max(0.0, begin + strike.at - asyncio.get_running_loop().time()))
                self._say(f"{strike.at:6.1f} s  {strike.kind} {strike.what}")
                tasks.create_task(self._strike(strike))

    async def _strike(self, strike: Strike) -> None:
        if strike.kind == "duo":
            soort = StoringSoort(strike.fault)
            bij: Literal["mutatie"] | None = "mutatie" if soort is StoringSoort.TIMEOUT_NA_EFFECT else None
            self._world.duo.storingen.append(Storing(soort, bij=bij, seconden=strike.seconds))
        elif strike.kind == "halt":
            kwaal = HaltStoringSoort(strike.fault)
            waar: Literal["aflopen", "aanbieden"] = (
                "aflopen" if kwaal is HaltStoringSoort.DUBBELE_AFLOOP else "aanbieden"
            )
            self._world.halt.storingen.append(HaltStoring(kwaal, bij=waar, seconden=strike.seconds))
        elif strike.kind == "pause":
            await self._pause(strike)
        else:
            await asyncio.gather(*(self._kill(target, strike) for target in strike.targets))
            return
        self.toll.others[strike.kind] += 1

    async def _kill(self, target: str, strike: Strike) -> None:
        if target in self._servers:
            async with self._turns[target]:
                self._servers[target].kill()
                self.toll.kills[target] += 1
                await asyncio.sleep(strike.seconds)
                await self._servers[target].start()
            return
        service = self._world.services[target]
        service.failpoint = strike.point or None
        if service.running:
            service.signal(signal.SIGKILL)
            self.toll.kills[target] += 1

    async def _pause(self, strike: Strike) -> None:
        (target,) = strike.targets
        if target in self._servers:
            async with self._turns[target]:
                frozen = _family(self._servers[target].pid)
                for process in frozen:
                    _send(process, signal.SIGSTOP)
                await asyncio.sleep(strike.seconds)
                for process in frozen:
                    _send(process, signal.SIGCONT)
            return
        service = self._world.services[target]
        service.signal(signal.SIGSTOP)
        await asyncio.sleep(strike.seconds)
        service.signal(signal.SIGCONT)


def _family(pid: int | None) -> list[psutil.Process]:
    if pid is None:
        return []
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _send(process: psutil.Process, number: signal.Signals) -> None:
    try:
        process.send_signal(number)
    except psutil.NoSuchProcess:
        return
