"""Fixtures for all tests. Only a test that asks for `servers` pays for real servers, and is marked `connected`."""

from collections.abc import AsyncIterator, Iterator
from typing import TYPE_CHECKING, Any

import pytest
import pytest_asyncio
import structlog

if TYPE_CHECKING:
    from hub.embedded import Servers


@pytest.fixture(autouse=True, scope="session")
def _loggers_follow_the_configuration() -> Iterator[None]:
    """A logger that remembers how it was configured by one test would not be captured by another."""
    configure = structlog.configure

    def without_memory(**how: Any) -> None:
        configure(**how | {"cache_logger_on_first_use": False})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(structlog, "configure", without_memory)
        yield


@pytest.fixture(autouse=True)
def _log_as_before() -> Iterator[None]:
    """A command in this process says where the log goes: to a stream that is gone when its test has ended."""
    config = structlog.get_config()
    yield
    structlog.configure(**config)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator["Servers"]:
    """One NATS and one PostgreSQL for the whole session: make a database or stream of your own, leave them running."""
    from hub.embedded import embedded_servers  # not at the top: the fast tests need no driver

    async with embedded_servers(tmp_path_factory.mktemp("servers")) as pair:
        yield pair


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs against the shared servers, so that `-m "not connected"` is the fast set."""
    for item in items:
        if "servers" in getattr(item, "fixturenames", ()):
            item.add_marker("connected")
