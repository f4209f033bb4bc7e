"""The waiting room: the one error policy of the hub.

An event that fails parks *its jongere* in this service: later events of the same jongere wait behind it in order,
everybody else goes on. Retries run from here and not by redelivery of the broker, which would overtake (ADR 0003).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from contracts.subjects import Stream
from hub.database import Connection
from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.messages import Message, decode
from hub.tables import Staat

HORIZON = timedelta(days=7)
"""A transient fault is retried at least this long: a weekend with Easter or Christmas must not exhaust it."""
QUICK_TRIES = 3
"""A fault that is not known to be transient gets this many tries."""
_FIRST, _FACTOR, _LONGEST = 0.1, 5.0, 6 * 3600.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What happens to an event that failed."""

    staat: Staat
    klasse: str
    reden: str
    pogingen: int
    volgende_poging: datetime | None


def judge(error: Exception, attempts: int, since: datetime, now: datetime, rng: random.Random) -> Verdict:
    """Decides after a failure: try again, and when, or park. `attempts` counts the failures before this one."""
    reason = str(error) if isinstance(error, Ongeldig | Tijdelijk | PartnerOnbereikbaar) else type(error).__name__
    if isinstance(error, Ongeldig):
        return Verdict(Staat.GEPARKEERD, "ongeldig", reason, attempts + 1, None)
    if isinstance(error, PartnerOnbereikbaar):
        return Verdict(Staat.OPNIEUW, "partner", reason, attempts, now)
    transient = isinstance(error, Tijdelijk)
    klasse = "tijdelijk" if transient else "onverwacht"
    over = now - since >= HORIZON if transient else attempts + 1 >= QUICK_TRIES
    if over:
        return Verdict(Staat.GEPARKEERD, klasse, reason, attempts + 1, None)
    wait = timedelta(seconds=delay(attempts) * rng.uniform(0.8, 1.2))
    return Verdict(Staat.OPNIEUW, klasse, reason, attempts + 1, now + wait)


def delay(attempts: int) -> float:
    """Seconds before the next try, before jitter: 0.1 s, 0.5 s, 2.5 s … at most six hours."""
    return float(min(_FIRST * _FACTOR ** min(attempts, 20), _LONGEST))


_STORE = """
INSERT INTO wachtrij (bron, jongere_id, sequence, type, gemeente, subject, bericht, staat, klasse, reden, pogingen,
                      sinds, volgende_poging)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
ON CONFLICT (bron, jongere_id, sequence) DO NOTHING
"""


async def store(tx: Connection, message: Message, verdict: Verdict | None, now: datetime) -> None:
    """Puts an event in the waiting room, or updates its row there; without verdict it waits behind another."""
    if message.row_id is not None:
        if verdict is not None:
            await tx.execute(
                "UPDATE wachtrij SET staat = $2, klasse = $3, reden = $4, pogingen = $5, volgende_poging = $6"
                " WHERE id = $1",
                message.row_id, verdict.staat, verdict.klasse, verdict.reden, verdict.pogingen, verdict.volgende_poging,
            )  # fmt: skip
        return
    v = verdict or Verdict(Staat.WACHT, "", "", 0, None)
    await tx.execute(
        _STORE, message.bron, message.jongere_id, message.sequence, message.name, message.gemeente, message.subject,
        message.raw, v.staat, v.klasse or None, v.reden or None, v.pogingen, now, v.volgende_poging,
    )  # fmt: skip


async def remove(tx: Connection, row_ids: Sequence[int]) -> None:
    """Takes handled events out."""
    await tx.execute("DELETE FROM wachtrij WHERE id = ANY($1::bigint[])", row_ids)


_DUE = """
SELECT DISTINCT ON (jongere_id) * FROM wachtrij k
WHERE staat = 'opnieuw' AND volgende_poging <= $1
  AND NOT EXISTS (SELECT FROM wachtrij e WHERE e.jongere_id = k.jongere_id AND e.staat <> 'wacht' AND e.id < k.id)
ORDER BY jongere_id, id LIMIT $2
"""
_READY = """
SELECT DISTINCT ON (w.jongere_id) w.* FROM wachtrij w LEFT JOIN stand s ON s.jongere_id = w.jongere_id
WHERE w.staat = 'wacht' AND ($1::uuid[] IS NULL OR w.jongere_id = ANY($1))
  AND w.sequence <= COALESCE((s.gelezen ->> w.bron)::bigint, 0) + 1
  AND NOT EXISTS (SELECT FROM wachtrij k WHERE k.jongere_id = w.jongere_id AND k.staat <> 'wacht')
ORDER BY w.jongere_id, w.id LIMIT $2
"""


class WaitingRoom:
    """Reads the waiting room of one service."""

    def __init__(self, pool: "asyncpg.Pool[Any]", streams: Sequence[Stream]) -> None:
        self._pool = pool
        self._streams = {s.bron: s for s in streams}

    async def due(self, now: datetime, limit: int) -> list[Message]:
        """The first event of each jongere whose retry is due."""
        return [self._message(row) for row in await self._pool.fetch(_DUE, now, limit)]

    async def ready(self, jongeren: Sequence[UUID] | None, limit: int) -> list[Message]:
        """The next waiting event of each jongere that nothing blocks any more (of all when `jongeren` is None)."""
        return [self._message(row) for row in await self._pool.fetch(_READY, jongeren, limit)]

    async def next_due(self) -> datetime | None:
        """When the first retry is due."""
        when: datetime | None = await self._pool.fetchval(
            "SELECT min(volgende_poging) FROM wachtrij WHERE staat = 'opnieuw'"
        )
        return when

    async def sizes(self) -> dict[str, int]:
        """Number of events per state."""
        rows = await self._pool.fetch("SELECT staat, count(*) AS n FROM wachtrij GROUP BY staat")
        return {r["staat"]: r["n"] for r in rows}

    def _message(self, row: asyncpg.Record) -> Message:
        stream = self._streams[row["bron"]]
        message = decode(stream, row["subject"], row["bericht"], lambda: -row["sequence"])
        message.row_id, message.attempts, message.sequence = row["id"], row["pogingen"], row["sequence"]
        message.since = row["sinds"]
        return message
