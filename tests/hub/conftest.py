"""The fixture of the tests that let services run on the real servers."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from hub.embedded import Servers
from tests.hub import toy


@pytest_asyncio.fixture(loop_scope="session")
async def world(servers: Servers, tmp_path: Path) -> AsyncIterator[toy.World]:
    """Databases, streams and toy services of one test."""
    async with toy.world(servers, tmp_path) as made:
        yield made
