"""What comes in from outside: stored sealed before anything else, and put aside visibly when it cannot be used."""

import hashlib
from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
import structlog

from hub.crypto import Kluis
from hub.observability import QUARANTINED

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Raw(NamedTuple):
    """A stored message that is still to be worked on."""

    id: int
    body: bytes


class Intake:
    """The raw messages and the quarantine of one source of one service."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis, service: str, bron: str) -> None:
        self._pool = pool
        self._kluis = kluis
        self._service = service
        self._bron = bron

    async def keep(self, body: bytes, now: datetime) -> Raw:
        """Stores a message durably; only after this may the sender be answered.

        A message that was stored before and not finished is the same one: its sender got no answer and repeats it.
        """
        row_id = await self._pool.fetchval(
            """WITH known AS (
                 SELECT id FROM inkomend WHERE bron = $1 AND sha256 = $2 AND verwerkt_op IS NULL ORDER BY id LIMIT 1
               ), made AS (
                 INSERT INTO inkomend (bron, sha256, ruw, ontvangen_op)
                 SELECT $1, $2, $3, $4 WHERE NOT EXISTS (SELECT FROM known) RETURNING id
               )
               SELECT id FROM known UNION ALL SELECT id FROM made""",
            self._bron,
            hashlib.sha256(body).digest(),
            self._kluis.seal(body, f"inkomend|{self._bron}"),
            now,
        )
        return Raw(row_id, body)

    async def pending(self) -> list[Raw]:
        """Messages that were stored and not finished, for example because the process died; oldest first."""
        rows = await self._pool.fetch(
            "SELECT id, ruw FROM inkomend WHERE bron = $1 AND verwerkt_op IS NULL ORDER BY id", self._bron
        )
        return [Raw(r["id"], self._kluis.open(r["ruw"], f"inkomend|{self._bron}")) for r in rows]

    async def finished(self, raw: Raw, now: datetime, db: Any = None) -> None:
        """Marks a message as worked on."""
        await (db or self._pool).execute("UPDATE inkomend SET verwerkt_op = $2 WHERE id = $1", raw.id, now)

    async def quarantine(self, body: bytes, plek: str, veld: str, reden: str, now: datetime) -> None:
        """Puts unusable input aside; the same input at the same place is kept once."""
        kenmerk = hashlib.sha256(body + f"|{plek}|{veld}".encode()).digest()
        status = await self._pool.execute(
            """INSERT INTO quarantaine (bron, kenmerk, plek, veld, reden, ruw, ontvangen_op)
               VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (bron, kenmerk) DO NOTHING""",
            self._bron, kenmerk, plek, veld, reden, self._kluis.seal(body, f"quarantaine|{self._bron}"), now,
        )  # fmt: skip
        if status.endswith(" 1"):
            QUARANTINED.labels(self._service, self._bron, veld).inc()
            log.warning("input_quarantined", service=self._service, bron=self._bron, plek=plek, veld=veld)
