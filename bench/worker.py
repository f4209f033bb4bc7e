"""One side in a process of its own, so that its processor time and memory are its own.

Reads commands as lines of JSON on stdin and answers each with one line on stdout. Ends when stdin does.
"""

import asyncio
import importlib
import json
import sys
from contextlib import AsyncExitStack
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import psutil

from bench.chain import Chain, Side, watched
from bench.places import Servers
from bench.workload import Jongere, jongeren, page, pages
from hub.clock import SystemClock
from hub.memory import settle


class Worker:
    """Carries out the commands for one side; every melding is of a jongere who had none before."""

    def __init__(self, side: Side, chain: Chain, who: list[Jongere], today: date) -> None:
        self._side = side
        self._chain = chain
        self._who = who
        self._today = today
        self._next = 0

    async def do(self, command: dict[str, Any]) -> dict[str, Any]:
        """Carries out one command."""
        what = command["what"]
        if what == "round":
            who = self._take(command["chains"])
            return asdict(await self._chain.round(list(pages(who, self._today)), len(who)))
        if what == "latencies":
            singles = [page([j], self._today) for j in self._take(command["chains"])]
            return {"ms": await self._chain.latencies(singles, command["per_second"])}
        return {"rss_mb": psutil.Process().memory_info().rss / 2**20}

    def _take(self, number: int) -> list[Jongere]:
        who = self._who[self._next : self._next + number]
        self._next += number
        return who


async def work(name: str) -> None:
    """Starts the side and obeys."""
    settings = json.loads(await _line())
    servers = Servers(settings["nats_url"], settings["postgres_url"], Path(settings["map"]))
    who = jongeren(settings["jongeren"])
    async with AsyncExitStack() as stack:
        side: Side = await importlib.import_module(f"bench.{name}").start(stack, servers)
        await side.know(who)
        chain = await stack.enter_async_context(watched(side, servers.nats_url))
        worker = Worker(side, chain, who, SystemClock().today())
        settle()
        _answer({"ready": name})
        while line := await _line():
            _answer(await worker.do(json.loads(line)))


async def _line() -> str:
    return await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)


def _answer(document: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    asyncio.run(work(sys.argv[1]))
