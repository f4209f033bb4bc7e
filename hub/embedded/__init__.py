"""The servers a newcomer does not have to install: NATS and PostgreSQL, started and stopped by Schakel itself.

`async with embedded_servers(folder) as servers:` gives both, on loopback and a Unix socket only, with their data in
`folder`. A restart on the same folder keeps data and addresses, also after a kill -9; a second start on a folder in use
raises AlActief. Production points at servers of its own instead and does not import this package.

In the data folder: `nats/` (poorten.json, wachtwoord, data/, server.log) and `postgres/` (wachtwoord, data/,
server.log, and socketmap when the path is long); `slot` in each shows who holds it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from hub.embedded.errors import AlActief, EmbeddedFout, PoortBezet, StartMislukt
from hub.embedded.nats_server import EmbeddedNats
from hub.embedded.postgres import EmbeddedPostgres

__all__ = [
    "AlActief",
    "EmbeddedFout",
    "EmbeddedNats",
    "EmbeddedPostgres",
    "PoortBezet",
    "Servers",
    "StartMislukt",
    "embedded_servers",
]


class Servers:
    """A NATS and a PostgreSQL that belong together, on one data folder."""

    def __init__(self, map: Path) -> None:  # noqa: A002 - Dutch: a folder
        self.nats = EmbeddedNats(map / "nats")
        self.postgres = EmbeddedPostgres(map / "postgres")

    async def start(self) -> None:
        """Start both side by side; when one fails the other is stopped and the failure raised."""
        results = await asyncio.gather(self.nats.start(), self.postgres.start(), return_exceptions=True)
        failures = [result for result in results if isinstance(result, BaseException)]
        if failures:
            await self.stop()
            raise failures[0]

    async def stop(self) -> None:
        """Stop both cleanly."""
        await asyncio.gather(self.nats.stop(), self.postgres.stop())

    def kill(self) -> None:
        """End both at once with SIGKILL."""
        self.nats.kill()
        self.postgres.kill()


@asynccontextmanager
async def embedded_servers(map: Path) -> AsyncIterator[Servers]:  # noqa: A002 - Dutch: a folder
    """Both servers, running for as long as the block lasts; call it in the main thread."""
    servers = Servers(map)
    try:
        await servers.start()
        yield servers
    finally:
        await servers.stop()
