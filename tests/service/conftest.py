"""Databases for the tests of the stores."""

import pytest

from hub.embedded import Servers
from tests.service.databases import Databases


@pytest.fixture(scope="session")
def databases(servers: Servers) -> Databases:
    """Where a test gets a database of its own."""
    return Databases(servers)
