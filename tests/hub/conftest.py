"""The fixture of the tests that let services run on the real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from hub.embedded import Servers
from tests.hub.world import World, open_world


@pytest_asyncio.fixture(loop_scope="session")
async def world(servers: Servers, tmp_path: Path) -> AsyncIterator[World]:
    """Databases, streams and toy services of one test."""
    async with open_world(servers, tmp_path) as made:
        yield made
