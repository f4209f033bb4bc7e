"""Services as processes of their own, started again whenever they end, as `schakel up --service` does.

The first start of a service is the real command. A restart after a crash is the same command in a forked process that
has the modules loaded already: a cold start costs seconds of processor time in which nothing is tested.
`cold_starts` says how many starts are the real command.
"""

import asyncio
import ctypes
import importlib
import multiprocessing
import os
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from multiprocessing import forkserver
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Final

from hub.embedded.process import _die_with_starter

ROOT = Path(__file__).parents[2]
_PR_SET_PDEATHSIG = 1
_PAUSE = 0.2  # as the supervisor of `schakel up --service` at its first restart
_PRELOAD: Final = [
    "alembic.command", "alembic.config", "alembic.script", "schakel.api", "schakel.cli", "schakel.up",
    "services.brp_sync.app", "services.cases.app", "services.halt_bridge.app", "services.ingest_duo.app",
    "services.letters.app", "sqlalchemy.dialects.postgresql.asyncpg", "sqlalchemy.ext.asyncio", "tests.chaos.processes",
    "uvicorn.lifespan.off", "uvicorn.loops.auto", "uvicorn.protocols.http.auto", "uvicorn.protocols.websockets.auto",
]  # fmt: skip


def warm_up() -> None:
    """Starts the process from which warm restarts are forked; blocks while it loads its modules, the first time."""
    _context.set_forkserver_preload(_PRELOAD)
    forkserver.ensure_running()


_context = multiprocessing.get_context("forkserver")


def _serve(name: str, env: Mapping[str, str], log_file: Path) -> None:
    """What a forked process does: everything `python -m schakel up --service <name> --child` does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)  # no orphans when the driver dies
    log = os.open(log_file, os.O_WRONLY | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ.update(env)
    importlib.reload(importlib.import_module("hub.failpoints"))  # it reads the environment when it is loaded
    sys.argv = ["schakel", *_command(name)]
    importlib.import_module("schakel.cli").main()


def _command(name: str) -> list[str]:
    return ["up", "--service", name, "--child"]


class _Cold:
    """A process of the real command."""

    def __init__(self, child: asyncio.subprocess.Process) -> None:
        self._child = child
        self.pid = child.pid

    @classmethod
    async def start(cls, name: str, env: Mapping[str, str], log_file: Path) -> "_Cold":
        """Starts it."""
        with log_file.open("ab") as log:
            return cls(
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "schakel", *_command(name),
                    cwd=ROOT, env=os.environ | env, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                    preexec_fn=_die_with_starter(signal.SIGKILL),
                )
            )  # fmt: skip

    async def wait(self) -> int:
        """Returns the exit code when it has ended."""
        return await self._child.wait()


class _Warm:
    """A forked process."""

    def __init__(self, name: str, env: Mapping[str, str], log_file: Path) -> None:
        log_file.touch()
        self._child: ForkServerProcess = _context.Process(target=_serve, args=(name, dict(env), log_file), daemon=True)
        self._child.start()
        self.pid = self._child.pid or 0

    async def wait(self) -> int:
        """Returns the exit code when it has ended."""
        loop, ended = asyncio.get_running_loop(), asyncio.Event()
        loop.add_reader(self._child.sentinel, ended.set)
        try:
            await ended.wait()
        finally:
            loop.remove_reader(self._child.sentinel)
        self._child.join()
        code = self._child.exitcode
        self._child.close()
        return code or 0


class ServiceProcess:
    """One service, kept running. `ends` counts exit codes: -9 is a kill, from outside or at a failpoint."""

    def __init__(self, name: str, env: Mapping[str, str], log_file: Path, *, cold_starts: float = 1) -> None:
        self.name = name
        self.log_file = log_file
        self.ends: Counter[int] = Counter()
        self.failpoint: str | None = None
        """Where the next start must die, as `SCHAKEL_FAILPOINT`; the start after that is an ordinary one."""
        self._env = dict(env)
        self._cold_starts = cold_starts
        self._starts = 0
        self._last: int | None = None
        self._child: _Cold | _Warm | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False
        self._ended = asyncio.Condition()

    @property
    def running(self) -> bool:
        """Whether the process lives at this moment."""
        return self._child is not None

    def start(self) -> None:
        """Starts the process and keeps it running until `stop`."""
        self._stopping = False
        self._keeper = asyncio.create_task(self._keep())

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process, if it lives."""
        if self._child is not None:
            with suppress(ProcessLookupError):  # it ended, and its keeper has not heard so yet
                os.kill(self._child.pid, number)

    async def stop(self) -> int | None:
        """Ends the process as an operator would; kills it when it does not obey in time. Returns the last exit code."""
        self._stopping = True
        if self._keeper is None:
            return None
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(15):
                await asyncio.shield(self._keeper)
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self._keeper
        return self._last

    async def until_end(self, code: int, times: int) -> None:
        """Returns when the process has ended `times` times with this exit code."""
        async with self._ended:
            await self._ended.wait_for(lambda: self.ends[code] >= times)

    async def _keep(self) -> None:
        while not self._stopping:
            env = self._env | {"SCHAKEL_FAILPOINT": self.failpoint or ""}
            self.failpoint = None
            if self._starts < self._cold_starts:
                self._child = await _Cold.start(self.name, env, self.log_file)
            else:
                self._child = _Warm(self.name, env, self.log_file)
            self._starts += 1
            self._last = await self._child.wait()
            self._child = None
            async with self._ended:
                self.ends[self._last] += 1
                self._ended.notify_all()
            if not self._stopping:
                await asyncio.sleep(_PAUSE)
