"""Waiting until an installation has nothing left to do: every event handled, every outbox confirmed."""

import asyncio
from typing import Any

from contracts.subjects import STREAMS
from schakel.installation import Installation

_BUSY = """
SELECT EXISTS (SELECT FROM wachtrij WHERE staat = 'opnieuw' AND volgende_poging < now() + interval '1 second')
  OR EXISTS (SELECT FROM inkomend WHERE bron = 'stuf-bg' AND verwerkt_op IS NULL)
"""


async def settled(installation: Installation, deadline: float = 120.0) -> None:
    """Returns when nothing is under way; raises TimeoutError after `deadline` seconds of real time.

    Parked events and retries that are due later do not count as
    under way. Two looks with the same stream positions are needed, because an event
    handled between two questions may have caused another.
    """
    before = None
    async with asyncio.timeout(deadline):
        while True:
            positions = await _idle_positions(installation)
            if positions is not None and positions == before:
                return
            before = positions
            await asyncio.sleep(0.01)


async def _idle_positions(installation: Installation) -> tuple[int, ...] | None:
    apps: dict[str, Any] = installation.apps
    for app in apps.values():
        service = app.service
        if not service.started.is_set() or service.relay.published_to < await _last_nr(service):
            return None
        if await service.pool.fetchval(_BUSY):
            return None
    some = next(iter(apps.values())).service
    js, topology = some.nc.jetstream(), some.around.topology
    for name in apps:
        for stream in topology.listens(name):
            for consumer in topology.consumers(name, stream):
                info = await js.consumer_info(stream.name, consumer)
                if info.num_pending or info.num_ack_pending:
                    return None
    infos = [await js.stream_info(stream.name) for stream in STREAMS]
    return tuple(info.state.last_seq for info in infos)


async def _last_nr(service: Any) -> int:
    return int(await service.pool.fetchval("SELECT laatste_nr FROM outbox_stand"))
