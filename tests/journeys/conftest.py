"""The fixture of the journeys."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.embedded import Servers
from tests.journeys.world import World, world


@pytest.fixture
async def wereld(servers: Servers, tmp_path: Path) -> AsyncIterator[World]:
    """All services on the real servers, with DUO and Halt played."""
    async with world(servers, tmp_path) as made:
        yield made
