"""`schakel bench`: all sides in one go, in rounds that take turns, then letters and the footprint."""

import asyncio
import json
import math
import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import psutil

from bench.footprint import measure_footprint
from bench.letters import letters_per_second
from bench.report import Samples, document, show
from bench.workload import PAGE
from hub.embedded import embedded_servers
from hub.errors import NietGereed
from hub.observability import configure_logging
from hub.settings import HubSettings

SIDES: Final = ("naive", "hub", "limit")
ROUNDS: Final = 3
_PER_SECOND: Final = 20.0
_WARM_UP: Final = {"naive": 16, "hub": 2 * PAGE, "limit": 2 * PAGE}
_MOST_PER_SECOND: Final = {"naive": 60, "hub": 1500, "limit": 1500}
"""Upper bound of what a side does in a second, so that there are enough jongeren."""

Say = Callable[[str], None]


class Worker:
    """A side in a process of its own."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def ask(self, **command: Any) -> dict[str, Any]:
        """Gives a command and waits for the answer; raises `NietGereed` when the process ended."""
        stdin, stdout = self._process.stdin, self._process.stdout
        line = b""
        if stdin is not None and stdout is not None:
            stdin.write(json.dumps(command).encode() + b"\n")
            line = await stdout.readline()
        if not line:
            raise NietGereed("een kant van de meting is gestopt: de foutuitvoer hierboven zegt waarom")
        answer: dict[str, Any] = json.loads(line)
        return answer


async def measure(seconden: float, *, as_json: bool) -> int:
    """Runs every side for about `seconden` in all, prints a table and, as last line, everything as JSON.

    Servers and databases are made for the occasion on the disk of the installation and removed afterwards. Returns 0;
    whether an aim was met stands in the document, because one machine on one day is no reason to fail.
    """
    configure_logging("warning")
    folder = HubSettings().map.absolute() / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        samples = await _chain(folder, seconden, _say)
        _say("brieven")
        letters = await asyncio.to_thread(letters_per_second, seconden / 2)
        _say("een lege installatie")
        footprint = await measure_footprint(folder / "installatie", seconden)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    result = document(samples, letters, footprint)
    if not as_json:
        show(result)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


async def _chain(folder: Path, seconds: float, say: Say) -> dict[str, Samples]:
    samples = {side: Samples() for side in SIDES}
    async with embedded_servers(folder / "servers") as servers, _workers(folder, servers, seconds) as workers:
        say("warmdraaien")
        chains = {}
        for side, worker in workers.items():
            first = await worker.ask(what="round", chains=_WARM_UP[side])
            chains[side] = _per_round(side, first["chains"] / first["seconds"], seconds)
        chains["limit"] = chains["hub"]
        for number in range(1, ROUNDS + 1):
            for side, worker in workers.items():
                say(f"ronde {number} van {ROUNDS}: {side}, {chains[side]} meldingen")
                before = _server_cpu()
                answer = await worker.ask(what="round", chains=chains[side])
                samples[side].add_round(**answer, servers=_server_cpu() - before)
            for side, worker in workers.items():
                say(f"ronde {number} van {ROUNDS}: {side}, een voor een")
                single = await worker.ask(what="latencies", chains=_singles(seconds), per_second=_PER_SECOND)
                samples[side].milliseconds += single["ms"]
        for side, worker in workers.items():
            samples[side].rss_mb = (await worker.ask(what="rss"))["rss_mb"]
    return samples


def _singles(seconds: float) -> int:
    """How many meldingen go through one by one, per side and round."""
    return max(20, round(seconds / 2 * _PER_SECOND))


def _per_round(side: str, rate: float, seconds: float) -> int:
    """How many meldingen make a round of the wanted length; whole pages where a page is little."""
    wanted = min(rate, _MOST_PER_SECOND[side]) * seconds / ROUNDS
    return max(8, round(wanted)) if wanted < PAGE else PAGE * math.ceil(wanted / PAGE)


@asynccontextmanager
async def _workers(folder: Path, servers: Any, seconds: float) -> AsyncIterator[dict[str, Worker]]:
    async with AsyncExitStack() as stack:
        starting: dict[str, Awaitable[Worker]] = {}
        for side in SIDES:
            people = _WARM_UP[side] + ROUNDS * (_per_round(side, _MOST_PER_SECOND[side], seconds) + _singles(seconds))
            places = {"nats_url": servers.nats.url, "postgres_url": servers.postgres.url, "map": str(folder / side)}
            starting[side] = _start(stack, side, **places, jongeren=people)
        yield dict(zip(starting, await asyncio.gather(*starting.values()), strict=True))


async def _start(stack: AsyncExitStack, side: str, **places: Any) -> Worker:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.worker", side,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
    )  # fmt: skip

    async def stop() -> None:
        if process.stdin is not None:
            process.stdin.close()
        await process.wait()

    stack.push_async_callback(stop)
    worker = Worker(process)
    await worker.ask(**places)
    return worker


def _server_cpu() -> float:
    """Seconds of processor time of the servers so far."""
    used = 0.0
    for process in psutil.Process(os.getpid()).children(recursive=True):
        try:
            if process.name().startswith(("nats-server", "postgres")):
                times = process.cpu_times()
                used += times.user + times.system
        except psutil.NoSuchProcess:
            continue
    return used


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")
