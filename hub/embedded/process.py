"""One foreign server process that belongs to one data folder: start, watch, stop, kill.

No server outlives its starter (Linux): the kernel sends a death signal when the starting process ends, however it
ends. That signal is tied to the starting *thread*, so `start` refuses to run outside the main thread. On other systems
a server whose starter was killed goes on; the next start then names it.
"""

import asyncio
import ctypes
import os
import secrets
import signal
import subprocess
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import psutil
import structlog

from hub.embedded.errors import EmbeddedFout, StartMislukt
from hub.embedded.slot import POLL_SECONDS, claim, record

READY_SECONDS = 30.0
"""How long a server may take to answer after it was started; crash recovery is part of it."""
STOP_SECONDS = 30.0
"""How long a clean stop may take before the server is killed (its data survive that)."""
MAX_POLL_SECONDS = 0.25
"""The pause between two attempts to reach a starting server doubles up to this."""
LOG_BYTES = 10_000_000
"""A server log larger than this is set aside as `server.log.1` at the next start."""

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)  # loaded before any fork: the child may only call, not load

log = structlog.get_logger()


@dataclass(frozen=True)
class Account:
    """The unprivileged user a server runs as when its starter is root."""

    uid: int
    gid: int


@dataclass(frozen=True)
class Command:
    """What to run: `env` is complete (nothing is inherited) and `cwd` is entered before the user changes."""

    argv: list[str]
    env: dict[str, str]
    cwd: Path
    account: Account | None = None


class EmbeddedServer(ABC):
    """One server on one data folder, started and ended by this process; subclasses say which and how."""

    naam: ClassVar[str]
    stop_signal: ClassVar[signal.Signals]
    death_signal: ClassVar[signal.Signals]

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._transition = asyncio.Lock()

    @property
    def running(self) -> bool:
        """Whether the process started by this object is alive at this moment."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int | None:
        """Process id while it runs, else None."""
        return self._process.pid if self._process is not None and self.running else None

    @property
    def log_file(self) -> Path:
        """What the server itself reports, in its own English; it holds no message contents and no SQL."""
        return self.folder / "server.log"

    async def start(self) -> None:
        """Start the server and return when it answers; does nothing when it already runs.

        Raises AlActief, PoortBezet or StartMislukt, and EmbeddedFout when called outside the main thread.
        """
        async with self._transition:
            if self.running:
                return
            if sys.platform == "linux" and threading.current_thread() is not threading.main_thread():
                raise EmbeddedFout(
                    f"{self.naam} kan alleen vanuit de hoofdthread worden gestart: "
                    "de server stopt zodra de thread stopt die hem startte."
                )
            slot = await self._enter_folder()
            try:
                command = self._prepare(slot)
                self._process = self._spawn(command, slot)
                record(slot, self._process.pid)
            finally:
                os.close(slot)  # the server holds its own copy
            await self._until_ready()
            log.info("embedded_server_started", server=self.naam, pid=self.pid)

    async def stop(self) -> None:
        """Stop cleanly and return when the process is gone; does nothing when it is not running."""
        async with self._transition:
            if self._process is not None and self.running:
                self._process.send_signal(self.stop_signal)
                try:
                    await asyncio.to_thread(self._process.wait, STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    log.error("embedded_server_stop_timed_out", server=self.naam, pid=self.pid)
                    self.kill()
                self._stopped()

    def kill(self) -> None:
        """End the server and its children at once with SIGKILL, as a crash would; the data folder stays as it is."""
        if self._process is None or not self.running:
            return
        children: list[psutil.Process] = []
        with suppress(psutil.NoSuchProcess):
            children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait()

    @abstractmethod
    def _prepare(self, slot: int) -> Command:
        """Make the folder ready and return the command; blocks, noticeably so only on the very first start.

        A helper process that writes in the folder must inherit `slot`.
        """

    @abstractmethod
    async def _probe(self) -> bool:
        """Try to use the server as a client; False means: does not answer yet. Other failures raise."""

    def _stopped(self) -> None:  # noqa: B027 - optional
        """Clean up what only a running server needs."""

    async def _enter_folder(self) -> int:
        """Make the folder ours; the descriptor that proves it."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            slot = await claim(self.folder / "slot", self.naam)
        except PermissionError as fout:
            raise EmbeddedFout(
                f"Geen schrijfrecht op {self.folder} voor {self.naam}. "
                "Start als de gebruiker van wie de map is, of kies een andere map."
            ) from fout
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES:
            self.log_file.replace(self.folder / "server.log.1")
        self.log_file.touch(mode=0o600)
        return slot

    def _spawn(self, command: Command, slot: int) -> subprocess.Popen[bytes]:
        """Start `command` in its own session, so that Ctrl-C ends the services before the servers they need."""
        account = command.account
        with self.log_file.open("ab") as sink:
            return subprocess.Popen(
                command.argv,
                env=command.env,
                cwd=command.cwd,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                pass_fds=(slot,),
                start_new_session=True,
                preexec_fn=_die_with_starter(self.death_signal),  # noqa: PLW1509 - the hook takes no lock
                user=account.uid if account else None,
                group=account.gid if account else None,
                extra_groups=[] if account else None,
            )

    async def _until_ready(self) -> None:
        try:
            pause = POLL_SECONDS
            async with asyncio.timeout(READY_SECONDS):
                while not await self._probe():
                    if not self.running:
                        raise self._failure("is gestopt tijdens het starten")
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, MAX_POLL_SECONDS)
        except TimeoutError as fout:
            self.kill()
            raise self._failure(f"antwoordt niet binnen {READY_SECONDS:.0f} seconden") from fout
        except BaseException:
            self.kill()
            raise

    def _failure(self, reden: str) -> StartMislukt:
        """The error of a failed start, with the last 15 lines the server wrote."""
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return StartMislukt("\n".join([f"{self.naam} {reden}. Laatste regels van {self.log_file}:", *lines]))


def write_once(path: Path, make: Callable[[], str]) -> str:
    """The text in `path`; on first use it is made and written with mode 0600, atomically."""
    if not path.exists():
        draft = path.with_name(f"{path.name}.{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(make(), encoding="utf-8")
        draft.replace(path)
    return path.read_text(encoding="utf-8")


def new_password() -> str:
    """A random password of 192 bits; starts with a letter and needs no quoting in a URL or a NATS configuration."""
    return "w" + secrets.token_hex(24)


def minimal_env() -> dict[str, str]:
    """The environment of a server: where programs and libraries are, English messages, and no secret of ours."""
    return {k: os.environ[k] for k in ("PATH", "LD_LIBRARY_PATH", "TZ") if k in os.environ} | {"LC_ALL": "C"}


def _die_with_starter(death_signal: signal.Signals) -> Callable[[], None] | None:
    """A hook for the child, run after its user has changed (which would clear the setting): Linux only."""
    if sys.platform != "linux":
        return None
    starter = os.getpid()

    def hook() -> None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(death_signal), 0, 0, 0)
        if os.getppid() != starter:  # it died before the kernel knew about us
            os._exit(1)

    return hook
