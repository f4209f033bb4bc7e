"""Services as processes of their own, through the real command, started again whenever they end."""

import asyncio
import os
import signal
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from hub.embedded.process import _die_with_starter

ROOT = Path(__file__).parents[2]
_PAUSE = 0.2  # as the supervisor of `schakel up --service` at its first restart


class ServiceProcess:
    """One service, kept running. `ends` counts exit codes: -9 is a kill, from outside or at a failpoint."""

    def __init__(self, name: str, env: Mapping[str, str], log_file: Path) -> None:
        self.name = name
        self.log_file = log_file
        self.ends: Counter[int] = Counter()
        self.failpoint: str | None = None
        """Where the next start must die, as `SCHAKEL_FAILPOINT`; the start after that is an ordinary one."""
        self._env = dict(env)
        self._child: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None
        self._stopping = False
        self._ended = asyncio.Condition()

    @property
    def running(self) -> bool:
        """Whether the process lives at this moment."""
        return self._child is not None and self._child.returncode is None

    def start(self) -> None:
        """Starts the process and keeps it running until `stop`."""
        self._stopping = False
        self._keeper = asyncio.create_task(self._keep())

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process, if it lives."""
        if self._child is not None and self._child.returncode is None:
            self._child.send_signal(number)

    async def stop(self) -> int | None:
        """Ends the process as an operator would; kills it when it does not obey in time. Returns the exit code."""
        self._stopping = True
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        if self._keeper is None:
            return None
        try:
            async with asyncio.timeout(15):
                await asyncio.shield(self._keeper)
        except TimeoutError:
            self.signal(signal.SIGKILL)
            await self._keeper
        return self._child.returncode if self._child is not None else None

    async def until_end(self, code: int, times: int) -> None:
        """Returns when the process has ended `times` times with this exit code."""
        async with self._ended:
            await self._ended.wait_for(lambda: self.ends[code] >= times)

    async def _keep(self) -> None:
        while not self._stopping:
            env = os.environ | self._env | ({"SCHAKEL_FAILPOINT": self.failpoint} if self.failpoint else {})
            self.failpoint = None
            with self.log_file.open("ab") as log:
                self._child = await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "schakel", "up", "--service", self.name, "--child",
                    cwd=ROOT, env=env, stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log,
                    preexec_fn=_die_with_starter(signal.SIGKILL),
                )  # fmt: skip
            code = await self._child.wait()
            async with self._ended:
                self.ends[code] += 1
                self._ended.notify_all()
            if not self._stopping:
                await asyncio.sleep(_PAUSE)
