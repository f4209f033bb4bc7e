"""Ending tasks for certain.

A single `cancel()` can get lost: `asyncio.wait_for` of Python 3.11 drops it when its answer comes at the same moment,
and the NATS client while it writes. The task then goes on for ever, and with it everybody who waits for its end.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any


async def insist(work: Coroutine[Any, Any, None], patience: float = 0.25) -> None:
    """Runs `work` as a task of its own; when cancelled, cancels that every `patience` seconds until it has ended.

    A `TaskGroup` cancels its tasks only once: inside one, give it `insist(work)` and not `work`.
    """
    task = asyncio.create_task(work)
    try:
        await asyncio.wait([task])
    except asyncio.CancelledError:
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=patience)
        if not task.cancelled():
            task.exception()
        raise
    await task


def heed() -> None:
    """Raises the cancellation of the present task that something below it dropped."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
