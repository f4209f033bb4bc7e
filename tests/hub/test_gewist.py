"""Somebody is erased while services handle events about them: nothing of it comes back, and nobody else notices."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hub.catalogus import HUB, JONGERE, Tabel
from hub.gewist import BEWAARDAGEN, count, erase_from, forget
from hub.messages import Message
from tests.hub.repair import both
from tests.hub.toy import GEMEENTE, Tel, jongeren
from tests.hub.world import World
from tests.waiting import eventually

TABELLEN = (Tabel("telling", "getallen", JONGERE), *HUB)


async def erase(world: World, wie: Sequence[UUID]) -> None:
    """Erases from both services."""
    for service in ("ingest_duo", "cases"):
        await erase_from(await world.pool(service), TABELLEN, wie, world.system.now())


async def left(world: World, wie: Sequence[UUID]) -> dict[str, int]:
    """What is left of them in both services."""
    found: dict[str, int] = {}
    for service in ("ingest_duo", "cases"):
        rows = await count(await world.pool(service), TABELLEN, wie)
        found |= {f"{service}.{table}": number for table, number in rows.items()}
    return found


async def test_a_batch_under_way_brings_nobody_back(world: World) -> None:
    """Read before the erasure and stored after it: of the erased nothing, of the other everything."""
    reached, go = asyncio.Event(), asyncio.Event()

    async def partner(messages: Sequence[Message]) -> None:
        reached.set()
        await go.wait()

    ingest = await world.start("ingest_duo")
    weg, blijft = jongeren(2)
    await world.say(ingest, [weg, blijft], times=2)
    world._ask_partner = partner  # type: ignore[method-assign]
    cases = await world.start("cases")
    await reached.wait()
    await erase(world, [weg])
    go.set()
    await world.hears({blijft: (1, 2)})
    await world.drained()
    assert {} == await left(world, [weg])
    await world.say(ingest, [blijft])
    await world.hears({blijft: (1, 2, 3)})
    command = Message(weg, GEMEENTE, Tel(1))
    assert ["jongere_id: deze jongere is gewist"] == [str(c.error) for c in await ingest.app.service.execute([command])]
    assert {} == await left(world, [weg])
    await world.ready(ingest, cases)


async def test_erasing_among_running_events(world: World) -> None:
    """One after the other is erased while numbers are said about all of them; the rest is complete and in order."""
    ingest, _ = await both(world)
    everyone = jongeren(30)
    weg, blijft = everyone[:4], everyone[4:]

    async def talk() -> None:
        for number in range(1, 9):
            await ingest.app.service.execute([Message(j, GEMEENTE, Tel(number)) for j in everyone])

    talking = asyncio.create_task(talk())
    for jongere_id in weg:
        await erase(world, [jongere_id])
    await talking
    await world.hears({j: tuple(range(1, 9)) for j in blijft})
    await world.drained()
    assert {} == await left(world, weg)
    assert await left(world, blijft)


async def test_who_was_erased_is_forgotten_too(world: World) -> None:
    """After the term, and not before it."""
    await both(world)
    pool, now = await world.pool("cases"), world.system.now()
    await erase_from(pool, TABELLEN, jongeren(1), now - timedelta(days=BEWAARDAGEN, seconds=1))
    await erase_from(pool, TABELLEN, jongeren(1), now - timedelta(days=BEWAARDAGEN) + timedelta(seconds=1))
    assert 1 == await forget(pool, now - timedelta(days=BEWAARDAGEN))
    assert 1 == await pool.fetchval("SELECT count(*) FROM gewist")


async def test_what_waits_about_somebody_goes_too(world: World) -> None:
    """An event that is parked, and those behind it."""
    ingest, _ = await both(world)
    [weg] = jongeren(1)
    world.faults.raising[weg, 1] = ValueError()
    await world.say(ingest, [weg], times=3)
    await eventually(world.waiting, "something waits")
    await world.drained()
    await erase(world, [weg])
    assert {} == await left(world, [weg])
