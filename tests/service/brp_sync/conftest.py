"""The fixture of the tests that let `brp_sync` run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.embedded import Servers
from tests.service.brp_sync.wereld import Wereld, wereld_van


@pytest.fixture
async def wereld(servers: Servers, tmp_path: Path) -> AsyncIterator[Wereld]:
    """`brp_sync` on the real servers."""
    async with wereld_van(servers, tmp_path) as made:
        yield made
