"""Who holds a data folder: an flock that the server process itself inherits.

The kernel releases it at the moment the last process of that server is gone. So there is no stale lock after a
kill -9, a second start is refused for as long as the first server lives, and a restart waits for orphaned children
instead of corrupting what they still write.
"""

import asyncio
import fcntl
import json
import os
from pathlib import Path

import psutil

from hub.embedded.errors import AlActief

LOCK_SECONDS = 10.0
"""How long a start waits for the last processes of a dying server to leave the folder."""
POLL_SECONDS = 0.01
"""Pause between two looks at a foreign process."""


async def claim(path: Path, naam: str) -> int:
    """Take the flock on `path` and return its descriptor, which the server must inherit.

    Waits up to LOCK_SECONDS while the holder is dying; raises AlActief at once when server and starter both live.
    """
    slot = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        async with asyncio.timeout(LOCK_SECONDS):
            while not _try_flock(slot):
                if _holder_lives(slot):
                    raise _already_active(slot, path, naam)
                await asyncio.sleep(POLL_SECONDS)
        record(slot, None)
    except TimeoutError as fout:
        error = _already_active(slot, path, naam)
        os.close(slot)
        raise error from fout
    except BaseException:
        os.close(slot)
        raise
    return slot


def in_use(path: Path) -> bool:
    """Whether a living server holds the flock on `path`; takes nothing."""
    try:
        slot = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        return not _try_flock(slot)
    finally:
        os.close(slot)


def _try_flock(slot: int) -> bool:
    try:
        fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def record(slot: int, server: int | None) -> None:
    """Leave word for others: which process holds the folder, and which process started it."""
    text = json.dumps({"server": server, "starter": os.getpid()}).encode()
    os.ftruncate(slot, len(text))
    os.pwrite(slot, text, 0)


def _holder(slot: int) -> dict[str, int | None]:
    try:
        return dict(json.loads(os.pread(slot, 200, 0)))
    except ValueError:  # it is being written at this moment
        return {}


def _holder_lives(slot: int) -> bool:
    """Whether the holder is there to stay: its starter lives and its server, once known, does too."""
    holder = _holder(slot)
    return bool(holder) and _lives(holder["starter"]) and (holder["server"] is None or _lives(holder["server"]))


def _lives(pid: int | None) -> bool:
    try:
        return pid is not None and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _already_active(slot: int, path: Path, naam: str) -> AlActief:
    holder = _holder(slot)
    server, starter = holder.get("server") or "onbekend", holder.get("starter") or "onbekend"
    return AlActief(
        f"{naam} draait al in {path.parent} (proces {server}, gestart door proces {starter}). "
        f"Stop eerst proces {starter}, of kies een andere map."
    )
