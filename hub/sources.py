"""Watches the sources of one service: what is open in quarantine, who is silent, and which bodies may be erased."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from typing import Any

import asyncpg
import structlog

from hub.calendar import VakantieRegio
from hub.clock import Clock
from hub.database import GONE
from hub.observability import SourceMetrics
from hub.silence import GESCHIEDENIS, Stilte, is_gewone_dag, stilte

log: structlog.stdlib.BoundLogger = structlog.get_logger()

INTERVAL = 300.0
_ERASE_AT_ONCE = 500

# Each step jumps to the next message at least a quarter of an hour on: a busy source costs no more than a quiet one.
_MOMENTS = """
WITH RECURSIVE tik(op) AS (
  (SELECT ontvangen_op FROM inkomend WHERE bron = $1 AND aantal > 0 AND ontvangen_op >= $2
   ORDER BY ontvangen_op LIMIT 1)
  UNION ALL
  SELECT (SELECT i.ontvangen_op FROM inkomend i
          WHERE i.bron = $1 AND i.aantal > 0 AND i.ontvangen_op >= tik.op + interval '15 minutes'
          ORDER BY i.ontvangen_op LIMIT 1)
  FROM tik WHERE tik.op IS NOT NULL
)
SELECT op FROM tik WHERE op IS NOT NULL
UNION SELECT max(ontvangen_op) FROM inkomend WHERE bron = $1 AND aantal > 0
ORDER BY op
"""
_SOURCES = """
WITH RECURSIVE b(bron) AS (
  (SELECT bron FROM inkomend WHERE aantal > 0 ORDER BY bron LIMIT 1)
  UNION ALL
  SELECT (SELECT i.bron FROM inkomend i WHERE i.aantal > 0 AND i.bron > b.bron ORDER BY i.bron LIMIT 1)
  FROM b WHERE b.bron IS NOT NULL
)
SELECT bron FROM b WHERE bron IS NOT NULL
"""
OPEN_ITEMS = """SELECT bron, veld, count(*) AS aantal FROM quarantaine WHERE staat = 'open' GROUP BY bron, veld
ORDER BY bron, aantal DESC, veld"""
_ERASE = (
    """UPDATE inkomend SET ruw = '' WHERE id IN (
         SELECT id FROM inkomend WHERE verwerkt_op IS NOT NULL AND octet_length(ruw) > 0 AND verwerkt_op < $1
         ORDER BY verwerkt_op LIMIT $2)""",
    """UPDATE quarantaine SET ruw = '', hersteld = NULL WHERE id IN (
         SELECT id FROM quarantaine WHERE staat <> 'open' AND octet_length(ruw) > 0 AND afgehandeld_op < $1
         ORDER BY afgehandeld_op LIMIT $2)""",
)


async def silences(pool: "asyncpg.Pool[Any]", now: datetime, regios: Sequence[VakantieRegio]) -> list[Stilte]:
    """The silence of every source that ever sent a message to this service."""
    is_dag = _gewone_dag(tuple(regios))
    found = []
    for source in await pool.fetch(_SOURCES):
        rows = await pool.fetch(_MOMENTS, source["bron"], now - GESCHIEDENIS)
        if moments := [r["op"] for r in rows if r["op"] is not None]:  # its messages may be gone since
            found.append(stilte(source["bron"], moments, now, is_dag))
    return found


async def erase_bodies(pool: "asyncpg.Pool[Any]", before: datetime) -> int:
    """Empties the bodies of what was finished before a moment, a few at a time; the lines stay as history."""
    number = 0
    for statement in _ERASE:
        while erased := int((await pool.execute(statement, before, _ERASE_AT_ONCE)).rpartition(" ")[2]):
            number += erased
    return number


@lru_cache(maxsize=16)
def _gewone_dag(regios: tuple[VakantieRegio, ...]) -> Any:
    return lru_cache(maxsize=512)(partial(_is_dag, regios))


def _is_dag(regios: tuple[VakantieRegio, ...], dag: date) -> bool:
    return is_gewone_dag(dag, regios)


class SourceWatch:
    """Looks every few minutes, on the clock of the installation, for as long as the service runs."""

    def __init__(
        self,
        service: str,
        pool: "asyncpg.Pool[Any]",
        clock: Clock,
        *,
        regios: Sequence[VakantieRegio],
        bewaardagen: int,
    ) -> None:
        self._service = service
        self._pool = pool
        self._clock = clock
        self._regios = tuple(regios)
        self._keep = timedelta(days=bewaardagen)
        self._metrics = SourceMetrics(service)
        self._silent: set[str] = set()

    async def run(self) -> None:
        """Looks until cancelled; a database that is away is asked again at the next look."""
        while True:
            with suppress(*GONE, asyncio.TimeoutError):
                await self.look()
            await self._clock.sleep(INTERVAL)

    async def look(self) -> None:
        """Looks once."""
        now = self._clock.now()
        rows = await self._pool.fetch(OPEN_ITEMS)
        self._metrics.quarantined((r["bron"], r["veld"], r["aantal"]) for r in rows)
        for found in await silences(self._pool, now, self._regios):
            self._metrics.silence(found.bron, found.stil, found.gewoon)
            self._tell(found)
        if number := await erase_bodies(self._pool, now - self._keep):
            log.info("bodies_erased", service=self._service, number=number)

    def _tell(self, found: Stilte) -> None:
        if found.te_lang and found.bron not in self._silent:
            self._silent.add(found.bron)
            log.warning("source_silent", service=self._service, bron=found.bron, hours=round(found.stil / 3600, 1))
        elif not found.te_lang and found.bron in self._silent:
            self._silent.discard(found.bron)
            log.info("source_heard_again", service=self._service, bron=found.bron)
