"""What the tests of reconcile and rebuild have in common."""

from contracts.subjects import VERZUIM
from hub.rebuild import Herstel, rebuild
from hub.reconcile import Verschil, reconcile
from hub.supervise import Supervised
from tests.hub.world import ToyApp, World
from tests.waiting import eventually


async def compare(world: World) -> Verschil:
    """What differs between the outbox of `ingest_duo` and VERZUIM, once the cursor has been stored."""
    pool = await world.pool("ingest_duo")
    await eventually(
        lambda: pool.fetchval("SELECT gepubliceerd_tot = laatste_nr FROM outbox_stand"), "everything was published"
    )
    return await reconcile(world.nc, pool, VERZUIM, world.topology)


async def restore(world: World) -> Herstel:
    """Rebuilds VERZUIM."""
    return await rebuild(world.nc, await world.pool("ingest_duo"), world.topology, VERZUIM)


async def both(world: World) -> tuple[Supervised[ToyApp], Supervised[ToyApp]]:
    """The two services, running."""
    return await world.start("ingest_duo"), await world.start("cases")
