"""Doing things outside the database for a batch: many jongeren at once, one after the other within a jongere."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from hub.messages import Message


async def per_jongere(messages: Sequence[Message], do: Callable[[Message], Awaitable[Any]], at_once: int = 16) -> None:
    """Sets `prepared` of each message to what `do` returned, or to the exception it raised.

    After a failure the later messages of the same jongere are left alone: they will wait behind the failed one.
    `do` runs again for the same message after a crash, so its effect must be idempotent.
    """
    groups: dict[Any, list[Message]] = {}
    for message in messages:
        groups.setdefault(message.jongere_id, []).append(message)
    limit = asyncio.Semaphore(at_once)

    async def run(group: Sequence[Message]) -> None:
        async with limit:
            for message in group:
                try:
                    message.prepared = await do(message)
                except Exception as error:
                    message.prepared = error
                    return

    await asyncio.gather(*(run(group) for group in groups.values()))
