"""Waiting for something that will become true, with a bound."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

DEADLINE = 20.0


async def eventually(condition: Callable[[], Any], what: str, deadline: float = DEADLINE) -> Any:
    """The first true outcome of `condition` (plain or async), asked again and again; AssertionError at the deadline."""
    try:
        async with asyncio.timeout(deadline):
            while True:
                outcome = condition()
                if inspect.isawaitable(outcome):
                    outcome = await outcome
                if outcome:
                    return outcome
                await asyncio.sleep(0.02)
    except TimeoutError:
        raise AssertionError(f"after {deadline:.0f} s still not so: {what}") from None
