"""Calls that come at the same time, carried out together: one statement, one commit, for all of them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from hub.errors import NietGereed

ItemT = TypeVar("ItemT")
AnswerT = TypeVar("AnswerT")


class Gather(Generic[ItemT, AnswerT]):
    """While `work` is busy with some items, those that come meanwhile wait and go together in the next round.

    Each caller gets the answer to its own item. Items go in the order in which they came. When `work` fails, all
    callers of that round get its exception, and the next round begins. Safe to cancel a caller: its item is worked on.
    """

    def __init__(self, work: Callable[[Sequence[ItemT]], Awaitable[Sequence[AnswerT]]], limit: int) -> None:
        self._work = work
        self._limit = limit
        self._waiting: list[tuple[ItemT, asyncio.Future[AnswerT]]] = []
        self._task: asyncio.Task[None] | None = None

    async def __call__(self, item: ItemT) -> AnswerT:
        """Hands in an item and waits for its answer."""
        answer: asyncio.Future[AnswerT] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._rounds())
        return await answer

    async def _rounds(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._limit], self._waiting[self._limit :]
            try:
                answers = await self._work([item for item, _ in batch])
            except asyncio.CancelledError:
                for _, future in batch + self._waiting:
                    _fail(future, NietGereed("is gestopt"))
                self._waiting.clear()
                raise
            except Exception as error:
                for _, future in batch:
                    _fail(future, error)
                continue
            for (_, future), answer in zip(batch, answers, strict=True):
                if not future.done():
                    future.set_result(answer)


def _fail(future: "asyncio.Future[AnswerT]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
