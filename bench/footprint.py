"""What an installation costs when nothing happens: how soon it is ready, how much memory and processor it takes."""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import httpx
import psutil

_LIMIT = 120.0


@dataclass(frozen=True, slots=True)
class Footprint:
    """Of `schakel up` with all services in one process; the servers it starts are not counted."""

    ready_s: float
    rss_mb: float
    idle_cpu_percent: float


class NotReady(Exception):
    """The installation did not become ready in time."""


async def measure_footprint(folder: Path, idle: float) -> Footprint:
    """Sets an installation up on `folder`, starts it a second time, and leaves it alone for `idle` seconds."""
    await _run(folder, 0.0)
    return await _run(folder, idle)


async def _run(folder: Path, idle: float) -> Footprint:
    begin = perf_counter()
    environment = {**os.environ, "SCHAKEL_MAP": str(folder), "SCHAKEL_LOG_NIVEAU": "error"}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "schakel", "up", env=environment,
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        await _ready(folder / "actief.json", process)
        ready = perf_counter() - begin
        found = psutil.Process(process.pid)
        await asyncio.sleep(idle / 3)  # what starting left to do
        cpu, since = _cpu(found), perf_counter()
        await asyncio.sleep(idle * 2 / 3)
        share = (_cpu(found) - cpu) / max(perf_counter() - since, 1e-9)
        return Footprint(ready, found.memory_info().rss / 2**20, 100 * share)
    finally:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def _ready(places: Path, process: asyncio.subprocess.Process) -> None:
    """Returns when the installation says on its own API that it is ready."""
    async with httpx.AsyncClient(timeout=5) as client, asyncio.timeout(_LIMIT):
        while process.returncode is None:
            with suppress(OSError, ValueError, httpx.HTTPError):
                url = json.loads(places.read_text(encoding="utf-8"))["api_url"]
                if (await client.get(f"{url}/ready")).status_code == httpx.codes.OK:
                    return
            await asyncio.sleep(0.02)
    raise NotReady(f"schakel up ended with code {process.returncode}")


def _cpu(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system
