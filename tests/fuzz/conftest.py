"""A running installation of its own for requests that may do anything."""

from collections.abc import Iterator

import pytest

from tests.schakel.conftest import Commands


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """The real command with its real servers."""
    commands = Commands(tmp_path_factory.mktemp("schakel") / "map")
    commands.start()
    yield commands
    commands.stop()
