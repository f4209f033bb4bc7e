"""A running installation for the tests of the command line: the real command, its own map, its own servers."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

DEADLINE = 90.0


class Commands:
    """The `schakel` command on one map."""

    def __init__(self, folder: Path, **extra: str) -> None:
        self.folder = folder
        self.env = {k: v for k, v in os.environ.items() if not k.startswith("SCHAKEL_")}
        self.env |= {"SCHAKEL_MAP": str(folder), "COLUMNS": "120", **extra}
        self.process: subprocess.Popen[bytes] | None = None

    def run(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Runs a command to its end."""
        command = [sys.executable, "-m", "schakel", *arguments]
        return subprocess.run(command, check=False, env=self.env, capture_output=True, text=True, timeout=230)

    def json(self, *arguments: str) -> Any:
        """Runs a command with --json and reads what it says."""
        return json.loads(self.run(*arguments, "--json").stdout)

    def start(self) -> str:
        """Starts `schakel up` and returns the address of its API once it is ready."""
        log = (self.folder.parent / "up.log").open("ab")
        self.process = subprocess.Popen([sys.executable, "-m", "schakel", "up"], env=self.env, stdout=log, stderr=log)
        return self.wait_ready()

    def wait_ready(self, ready: bool = True) -> str:
        """Returns when /ready says so (or, with `ready` False, says the opposite)."""
        until = time.monotonic() + DEADLINE
        while time.monotonic() < until:
            try:
                url = json.loads((self.folder / "actief.json").read_text())["api_url"]
                if (httpx.get(f"{url}/ready", timeout=5).status_code == 200) is ready:
                    return str(url)
            except (OSError, ValueError, httpx.HTTPError):
                pass
            assert self.process is None or self.process.poll() is None, "schakel up ended"
        raise AssertionError(f"/ready did not become {ready}")

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Stops it and returns its exit code."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(DEADLINE)
        self.process = None
        return code


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """One running installation for all tests of a module that leave it as they found it."""
    commands = Commands(tmp_path_factory.mktemp("schakel") / "map")
    commands.start()
    yield commands
    commands.stop()


@pytest.fixture
def schakel(tmp_path: Path) -> Iterator[Commands]:
    """The command on a map of its own; what was started is stopped afterwards."""
    commands = Commands(tmp_path / "map")
    yield commands
    if commands.process is not None:
        commands.process.kill()
        commands.process.wait()
