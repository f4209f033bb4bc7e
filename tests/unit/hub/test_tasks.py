"""A task that does not hear its cancellation is ended all the same."""

import asyncio

import pytest

from hub.tasks import heed, insist


async def stubborn(times: int, heard: list[int]) -> None:
    """Drops so many cancellations before it listens."""
    while True:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            heard.append(1)
            if len(heard) > times:
                raise


@pytest.mark.parametrize("times", [0, 1, 3])
async def test_a_cancelled_task_ends_however_often_it_drops_the_cancellation(times: int) -> None:
    """Also inside a task group, which asks only once."""
    heard: list[int] = []

    async def group() -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(insist(stubborn(times, heard), patience=0.01))

    running = asyncio.create_task(group())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    running.cancel()
    async with asyncio.timeout(5):
        with pytest.raises(asyncio.CancelledError):
            await running
    assert times + 1 == len(heard)


async def test_the_outcome_of_the_work_is_passed_on() -> None:
    """An error as it is."""

    async def fails() -> None:
        raise ValueError("kapot")

    with pytest.raises(ValueError, match="kapot"):
        await insist(fails())


async def test_a_dropped_cancellation_is_heeded_later() -> None:
    """And without one nothing happens."""
    heed()
    reached: list[str] = []

    async def deaf() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            reached.append("dropped")
        heed()
        reached.append("went on")

    task = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ["dropped"] == reached
