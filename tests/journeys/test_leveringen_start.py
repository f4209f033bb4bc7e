"""A levering that comes in at the moment the service starts."""

from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest_asyncio

from hub.embedded import Servers
from simulators.leveringen import maak_leerlingen, schrijf_c
from tests.journeys.world import GEMEENTE, NU, World, world

DAG = date(2026, 9, 7)


@pytest_asyncio.fixture
async def wereld(servers: Servers, tmp_path: Path) -> AsyncIterator[World]:
    async with world(servers, tmp_path / "map") as made:
        yield made


async def test_a_file_that_comes_in_while_the_service_starts_is_kept(wereld: World, tmp_path: Path) -> None:
    """What an earlier run left half is forgotten once, before the first file begins: never a file that comes in now."""
    app = wereld.app("ingest_duo")
    begint = app._maak_leveringen(app.service)
    half = await begint.store.begin("20260907G1924_C.csv", None, None, NU)
    pad = schrijf_c(tmp_path, maak_leerlingen(1, 40, GEMEENTE, DAG), DAG, GEMEENTE)

    async def stroom() -> AsyncIterator[bytes]:
        yield pad.read_bytes()[:100]
        await begint._ruim_op()  # what its worker does first
        yield pad.read_bytes()[100:]

    nummer, _ = await begint.ontvang(pad.name, stroom())
    assert await begint.store.een(nummer) is not None
    assert await begint.store.een(half) is None
