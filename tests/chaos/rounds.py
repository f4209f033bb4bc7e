"""One round: a fresh installation, input for many jongeren, everything that can break breaking, and the verdict."""

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub.calendar import laad_kalender
from hub.canary import Canary
from hub.clock import AMSTERDAM
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.partijen import Partijen
from schakel.places import SERVICES
from services.cases.beleid import Beleid
from services.cases.besluiten import NeemBesluit
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from tests.chaos.checker import Case, Findings, check
from tests.chaos.driver import ChaosWorld, chaos_world
from tests.chaos.evidence import Evidence, collect
from tests.chaos.model import Gemeld, Model
from tests.chaos.nemesis import Nemesis, Toll, schedule
from tests.chaos.people import maak_jongeren
from tests.chaos.stories import STORIES, Jongere, play

STALL_SECONDS = 30.0
"""After everything runs again, this long without a single event means that what is not done never will be."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What one round consists of; `duration` in seconds is how long input comes in and things break."""

    seed: int
    duration: float = 35.0
    jongeren: int = 220
    kills: int = 16
    timeouts: int = 1
    cold_starts: float = 1


@dataclass
class Report:
    """What came of a round; `evidence` and `cases` are what the findings were drawn from."""

    seed: int
    findings: Findings
    toll: Toll
    evidence: Evidence
    cases: list[Case]
    ends: dict[str, Counter[int]] = field(default_factory=dict)
    seconden: float = 0.0
    leegloop: float = 0.0
    """Seconds from the last strike until all work was done."""


async def play_round(folder: Path, plan: Plan, say: Say) -> Report:
    """Plays a round in `folder`, which must be empty; deterministic in everything but timing."""
    begin = time.monotonic()
    rng = random.Random(plan.seed)
    strikes = schedule(rng, plan.duration, kills=plan.kills, timeouts=plan.timeouts)
    batch, partners = rng.choice((8, 32, 256)), random.Random(plan.seed)
    async with chaos_world(folder, partners, batch=batch, cold_starts=plan.cold_starts) as world:
        jongeren = _cast(world, plan, rng)
        await world.watch.until(lambda: world.watch.migrated)
        say(f"{time.monotonic() - begin:6.1f} s  alle services zijn een keer gestart")
        nemesis = Nemesis(world, say)
        stories = [
            asyncio.create_task(play(j, rng.choice(STORIES), rng.uniform(0, plan.duration * 0.9))) for j in jongeren
        ]
        try:
            await nemesis.run(strikes)
            healed = time.monotonic()
            say(f"{plan.duration:6.1f} s  alles draait weer; {world.watch.number()} gebeurtenissen tot nu toe")
            stuck = await drain(stories, jongeren)
        finally:
            for story in stories:
                story.cancel()
            await asyncio.gather(*stories, return_exceptions=True)
        drained = time.monotonic()
        say(f"{drained - begin:6.1f} s  uitgewerkt; {world.watch.number()} gebeurtenissen, nu controleren")
        evidence = await collect(folder, world.servers.postgres.url, world.servers.nats.url)
        evidence.statuses = dict(world.duo.ontvangen_statussen)
        evidence.referrals = dict(world.halt.verwijzingen)
        evidence.referred_at = dict(world.halt.aangekomen)
        evidence.wrong += [f"geweigerd: {what}" for what in world.refused]
    cases = await asyncio.to_thread(expected, jongeren)
    findings = check(evidence, cases, stuck)
    scan(findings, evidence, jongeren, folder / "log")
    ends = {name: service.ends for name, service in world.services.items()}
    return Report(plan.seed, findings, nemesis.toll, evidence, cases, ends, time.monotonic() - begin, drained - healed)


def _cast(world: ChaosWorld, plan: Plan, rng: random.Random) -> list[Jongere]:
    personen = maak_jongeren(plan.seed, plan.jongeren, world.clock.now().astimezone(AMSTERDAM).date())
    return [Jongere(world, p, n, random.Random(rng.getrandbits(64))) for n, p in enumerate(personen)]


async def drain(stories: Sequence["asyncio.Task[None]"], jongeren: Sequence[Jongere]) -> list[str]:
    """Waits for all stories as long as anything happens; returns those that got stuck, with the step at which."""
    pending, said, watch = set(stories), -1, jongeren[0].world.watch
    while pending and watch.number() + len(stories) - len(pending) > said:
        said = watch.number() + len(stories) - len(pending)
        _, pending = await asyncio.wait(pending, timeout=STALL_SECONDS)
    stuck = []
    for task, jongere in zip(stories, jongeren, strict=True):
        if task in pending:
            jongere_id = jongere.world.jongere_id(jongere.persoon)
            unrest = jongere.world.watch.unrest(jongere_id) if jongere_id else "onbekend bij brp_sync"
            stuck.append(f"het verhaal van {jongere_id} bleef steken bij {jongere.stap}: {unrest}")
        elif error := task.exception():
            stuck.append(f"het verhaal van jongere {jongere.nummer} liep stuk bij {jongere.stap}: {error!r}")
    return stuck


def expected(jongeren: Sequence[Jongere]) -> list[Case]:
    """Runs the model for every jongere that the hub knows."""
    beleid = Beleid(
        laad_protocollen(PROTOCOLLEN), Gemeenten.load(), Medewerkers.load(), laad_kalender(), Partijen.load()
    )
    cases = []
    for jongere in jongeren:
        if jongere.world.jongere_id(jongere.persoon) is not None:
            model = Model(jongere.jongere_id, jongere.gemeente, beleid)
            verwacht = model.speel(jongere.invoer)
            cases.append(Case(jongere.jongere_id, verwacht, frozenset(jongere.status_mag_ontbreken)))
    return cases


def scan(findings: Findings, evidence: Evidence, jongeren: Sequence[Jongere], logs: Path) -> None:
    """Looks for everything that was fed in, in every stream, log line and timeline."""
    canary = Canary(("Het Voorbeeld",))
    for jongere in jongeren:
        canary.add_model(jongere.persoon)
        for _, item in jongere.invoer:
            if isinstance(item, Gemeld):
                canary.add_model(item.geval)
            elif isinstance(item, NeemBesluit):
                canary.add("motivering", item.motivering)
                for afspraak in item.afspraken:
                    canary.add("afspraak", afspraak)
    for name, messages in evidence.streams.items():
        for message in messages:
            for kind in canary.search(f"{message.subject} {message.headers}") + canary.search(message.body):
                findings.other(f"stream {name} bevat persoonsgegevens: {kind}")
    for lines in evidence.timeline.values():
        for kind in canary.search(str(lines)):
            findings.other(f"de tijdlijn bevat persoonsgegevens: {kind}")
    for name in SERVICES:
        for kind in canary.search((logs / f"{name}.log").read_bytes()):
            findings.other(f"het logboek van {name} bevat persoonsgegevens: {kind}")
