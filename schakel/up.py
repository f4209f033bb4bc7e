"""`schakel up`: everything in one process, or chosen services in processes of their own under supervision."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import structlog
import typer

from hub.errors import NietGereed
from hub.memory import settle
from hub.observability import configure_logging
from schakel.installation import Config, Installation, announced, running
from schakel.places import SERVICES

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_FIRST, _LONGEST = 0.2, 10.0


async def run_services(names: Sequence[str] | None) -> None:
    """Runs until asked to stop; without names all services, on embedded servers unless the environment names some."""
    check_names(names or ())
    stopped = stop_signal()
    config = Config()
    async with running(config, names or SERVICES, embedded=not names, wait=False) as installation:
        if names:
            settle()
            await stopped.wait()
            return
        async with announced(installation, os.getpid()), wissen_op_de_klok(installation):
            starting = asyncio.create_task(installation.all_started())
            stopping = asyncio.create_task(stopped.wait())
            await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
            settle()
            if starting.done():
                typer.echo(f"Schakel draait: {installation.places.api_url} (stoppen met Ctrl-C)", err=True)
            starting.cancel()
            await stopping


@asynccontextmanager
async def wissen_op_de_klok(installation: Installation) -> AsyncIterator[None]:
    """Erases who is due, every day of the clock, while the block runs."""
    from schakel.wissen.bewaarcommando import wis_jaarlijks
    from schakel.wissen.bewaren import elke_dag

    config = installation.config

    async def ronde() -> None:
        await installation.all_started()
        await wis_jaarlijks(config.settings, config.clock)

    task = asyncio.create_task(elke_dag(config.clock, ronde))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def supervise_processes(names: Sequence[str]) -> int:
    """Runs each service in a child process and starts it again when it dies; ends with all of them on a signal."""
    check_names(names)
    configure_logging()
    stopped = stop_signal()
    keepers = [asyncio.create_task(_keep(name, stopped)) for name in names]
    await asyncio.gather(*keepers)
    return 0


async def _keep(name: str, stopped: asyncio.Event) -> None:
    pause = _FIRST
    while not stopped.is_set():
        started = asyncio.get_running_loop().time()
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "schakel", "up", "--service", name, "--child"
        )
        log.info("process_started", service=name, pid=child.pid)
        ending = asyncio.create_task(child.wait())
        stopping = asyncio.create_task(stopped.wait())
        await asyncio.wait([ending, stopping], return_when=asyncio.FIRST_COMPLETED)
        if stopped.is_set():
            if child.returncode is None:
                child.terminate()
            await ending
            return
        stopping.cancel()
        long_enough = asyncio.get_running_loop().time() - started > 30
        pause = _FIRST if long_enough else min(pause * 2, _LONGEST)
        log.error("process_ended", service=name, code=child.returncode, pause=pause)
        await asyncio.wait([asyncio.create_task(stopped.wait())], timeout=pause)


def stop_signal() -> asyncio.Event:
    """Set on the first SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped


def check_names(names: Sequence[str]) -> None:
    """Raises `NietGereed` for a service that does not exist."""
    for name in names:
        if name not in SERVICES:
            raise NietGereed(f"onbekende service {name}: kies uit {', '.join(SERVICES)}")
