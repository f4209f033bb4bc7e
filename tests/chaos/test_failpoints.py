"""A power cut at every boundary of the message path, in every service that has that boundary.

All crashes happen in one installation: each service dies at each of its points in turn, while the others do the same,
and each crash is met by the whole story of a jongere from kennisgeving to Halt. Afterwards the checker finds zeros.
"""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from hub.clock import AMSTERDAM
from hub.failpoints import POINTS
from tests.chaos.checker import Findings, check
from tests.chaos.driver import ChaosWorld, chaos_world
from tests.chaos.evidence import collect
from tests.chaos.people import maak_jongeren
from tests.chaos.rounds import drain, expected
from tests.chaos.stories import Jongere, play, te_laat_tot_halt

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]

_TRANSACTION = ("voor_transactie", "voor_commit", "na_commit")
_DELIVERY = (*_TRANSACTION, "voor_bevestiging", "na_bevestiging")
CRASHES = {
    "brp_sync": _TRANSACTION,  # takes commands only
    "ingest_duo": _DELIVERY,
    "cases": _DELIVERY,
    "letters": (*_DELIVERY, "na_effect"),
    "halt_bridge": (*_DELIVERY, "na_effect"),
}
"""The points a service passes."""
SEED = 20
_PATIENCE = 60.0


@dataclass
class Campaign:
    """What came of all crashes."""

    died: set[tuple[str, str]] = field(default_factory=set)
    findings: Findings = field(default_factory=Findings)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def campaign(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Campaign]:
    """Every service through all its crashes, side by side."""
    folder = Path(tmp_path_factory.mktemp("failpoints"))
    result = Campaign()
    async with chaos_world(folder, random.Random(SEED), batch=8, cold_starts=0, tick=0.05) as world:
        await world.watch.until(lambda: world.watch.migrated)
        vandaag = world.clock.now().astimezone(AMSTERDAM).date()
        personen = maak_jongeren(SEED, sum(map(len, CRASHES.values())), vandaag)
        jongeren = [Jongere(world, p, n, random.Random(n)) for n, p in enumerate(personen)]
        waiting = iter(jongeren)
        turns = [[(point, next(waiting)) for point in points] for points in CRASHES.values()]
        chains = [_crash(world, result, *chain) for chain in zip(CRASHES, turns, strict=True)]
        stories = [story for chain in await asyncio.gather(*chains) for story in chain]
        stuck = await drain(stories, jongeren)
        for story in stories:
            story.cancel()
        evidence = await collect(folder, world.servers.postgres.url, world.servers.nats.url)
        evidence.statuses = dict(world.duo.ontvangen_statussen)
        evidence.referrals = dict(world.halt.verwijzingen)
        evidence.referred_at = dict(world.halt.aangekomen)
        evidence.wrong += world.refused + stuck
    result.findings = check(evidence, expected(jongeren))
    yield result


async def _crash(
    world: ChaosWorld, result: Campaign, name: str, turns: list[tuple[str, Jongere]]
) -> list["asyncio.Task[None]"]:
    """Lets one service die at each of its points; returns the stories that were under way, one for each point."""
    service = world.services[name]
    stories = []
    for point, jongere in turns:
        deaths = service.ends[-signal.SIGKILL] + service.running
        service.failpoint = f"{point}:1"
        service.signal(signal.SIGKILL)  # the next start is the one that dies at its point
        stories.append(asyncio.create_task(play(jongere, te_laat_tot_halt, 0)))
        try:
            async with asyncio.timeout(_PATIENCE):
                await service.until_end(-signal.SIGKILL, deaths + 1)
        except TimeoutError:
            result.findings.lost(f"{name} kwam niet bij {point}")
        else:
            result.died.add((name, point))
    return stories


@pytest.mark.parametrize(("name", "point"), [(name, point) for name, points in CRASHES.items() for point in points])
async def test_a_service_dies_at_this_point(campaign: Campaign, name: str, point: str) -> None:
    """The process was there when the power went; the zeros below count for this point."""
    assert (name, point) in campaign.died


def test_every_declared_point_is_hit() -> None:
    """A new failpoint without a crash here is a hole."""
    assert set(POINTS) == {point for points in CRASHES.values() for point in points}


async def test_no_crash_loses_doubles_or_disorders_anything(campaign: Campaign) -> None:
    """All stories ended where the sequential model ends."""
    assert [] == campaign.findings.gevonden
    assert campaign.findings.clean
