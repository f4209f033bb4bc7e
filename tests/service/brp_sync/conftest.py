"""The fixture of the tests that let `brp_sync` run."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from hub.embedded import Servers
from tests.service.brp_sync.signalering import Signalen, signalen_van
from tests.service.brp_sync.wereld import Wereld, wereld_van


@pytest.fixture
async def wereld(servers: Servers, tmp_path: Path) -> AsyncIterator[Wereld]:
    """`brp_sync` on the real servers."""
    async with wereld_van(servers, tmp_path) as made:
        yield made


@pytest.fixture
async def signalen(request: pytest.FixtureRequest, servers: Servers, tmp_path: Path) -> AsyncIterator[Signalen]:
    """`brp_sync` beside a BRP API; the parameter is how long it may take to answer, in seconds."""
    async with signalen_van(servers, tmp_path, getattr(request, "param", 20.0)) as made:
        yield made
