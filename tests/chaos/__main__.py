"""`python -m tests.chaos --duration 120 --seed 7`: rounds until the time is up; the last line is one JSON document."""

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from math import inf
from pathlib import Path

from hub.observability import configure_logging
from schakel.places import SERVICES
from tests.chaos.evidence import Evidence
from tests.chaos.rounds import Plan, Report, play_round

ROUND_SECONDS = 40.0
"""How long things break in one round; a longer run is more rounds, each with a seed of its own."""


def say(text: str) -> None:
    """Live progress."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


async def run(duration: float, seed: int, *, cold: bool = False) -> int:
    """Plays rounds for about `duration` seconds; 0 when every count is zero."""
    begin = time.monotonic()
    reports: list[Report] = []
    while not reports or time.monotonic() - begin < duration:
        plan = Plan(seed + len(reports), duration=min(ROUND_SECONDS, duration))
        plan = replace(plan, kills=max(8, round(plan.duration / 2)), jongeren=max(60, round(plan.duration * 6)))
        plan = replace(plan, cold_starts=inf if cold else 1)
        say(f"ronde {len(reports) + 1}, SEED={plan.seed}: {plan.jongeren} jongeren, {plan.kills} keer kill -9 of meer")
        with tempfile.TemporaryDirectory(prefix="schakel-chaos-") as folder:
            reports.append(await play_round(Path(folder), plan, say))
        for what in reports[-1].findings.gevonden:
            say(f"  GEVONDEN {what}")
        say(json.dumps(summary(reports[-1:])))
        reports[-1] = replace(reports[-1], evidence=Evidence(), cases=[])  # a long run keeps counts only
    say(json.dumps(summary(reports)))
    return 0 if all(r.findings.clean for r in reports) else 1


def summary(reports: list[Report]) -> dict[str, object]:
    """The counts of some rounds together."""
    kills = sum((r.toll.kills for r in reports), Counter[str]())
    faults = sum((r.toll.others for r in reports), Counter[str]())
    return {
        "rondes": len(reports),
        "seeds": [r.seed for r in reports],
        "gebeurtenissen": sum(r.findings.gebeurtenissen for r in reports),
        "kills": kills.total(),
        "kills_per_doel": dict(sorted(kills.items())),
        "failpoints": sum(r.ends[name][-9] for r in reports for name in r.ends) - sum(kills[n] for n in SERVICES),
        "storingen": dict(sorted(faults.items())),
        "verloren": sum(r.findings.verloren for r in reports),
        "dubbel": sum(r.findings.dubbel for r in reports),
        "volgordefouten": sum(r.findings.volgordefouten for r in reports),
        "overig": sum(r.findings.overig for r in reports),
        "seconden": round(sum(r.seconden for r in reports), 1),
        "langste_leegloop": round(max(r.leegloop for r in reports), 1),
    }


def main() -> None:
    """Entry point."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--duration", type=float, default=120.0, help="seconds of chaos")
    parser.add_argument("--cold", action="store_true", help="every restart is the real command, from nothing")
    parser.add_argument("--seed", type=int, default=None, help="replays a run; without it one is drawn")
    options = parser.parse_args()
    seed = random.randrange(1_000_000) if options.seed is None else options.seed
    configure_logging("error")
    raise SystemExit(asyncio.run(run(options.duration, seed, cold=options.cold)))


if __name__ == "__main__":
    main()
