"""Ending tasks for certain.

A single `cancel()` can get lost: `asyncio.wait_for` of Python 3.11 drops it when its answer comes at the same moment,
and the NATS client while it writes. The task then goes on for ever, and with it everybody who waits for its end.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

_PATIENCE = 0.2


async def insist(work: Coroutine[Any, Any, None]) -> None:
    """Runs `work`; when cancelled, cancels it again and again until it has ended."""
    task = asyncio.create_task(work)
    try:
        await asyncio.wait([task])
    finally:
        while not task.done():
            task.cancel()
            await asyncio.wait([task], timeout=_PATIENCE)
    await task


def heed() -> None:
    """Raises the cancellation of the present task that something below it dropped."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
