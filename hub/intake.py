"""What comes in from outside: stored sealed before anything else, and put aside visibly when it cannot be used.

A source tells its `Intake` how to take quarantined input in again, per kind of content:

    intake = service.intake(kluis, "duo", {"verzuimgeval": self._take_in_again})
    await intake.quarantine(body, plek, veld, reden, now, soort="verzuimgeval")

`_take_in_again(body)` works the content off before it returns, by the way all input of the source goes. It gives a
remark for the operator or None, raises `Ongeldig` when the content still cannot be used, or calls `quarantine` itself
for the parts that cannot; both are linked to what was released. It must bear to be run twice on the same content.
"""

import hashlib
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, TypeAlias

import asyncpg
import structlog

from hub.crypto import Kluis
from hub.observability import QUARANTINED, bounded_veld

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Opnieuw: TypeAlias = Callable[[bytes], Awaitable[str | None]]
"""Takes quarantined content in again; see above."""

BERICHT = "bericht"


class Raw(NamedTuple):
    """A stored message that is still to be worked on."""

    id: int
    body: bytes


class Unusable(NamedTuple):
    """Input that cannot be used: as it came, where it stands, which field, and why in Dutch."""

    body: bytes
    plek: str
    veld: str
    reden: str


@dataclass
class Release:
    """A release under way: what is quarantined meanwhile follows from it."""

    nr: int
    again: list[int] = field(default_factory=list)


_RELEASE: ContextVar[Release | None] = ContextVar("release", default=None)


@contextmanager
def releasing(nr: int) -> Iterator[Release]:
    """Links what is quarantined within the block to `nr`."""
    release = Release(nr)
    token = _RELEASE.set(release)
    try:
        yield release
    finally:
        _RELEASE.reset(token)


class Intake:
    """The raw messages and the quarantine of one source of one service."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        kluis: Kluis,
        service: str,
        bron: str,
        opnieuw: Mapping[str, Opnieuw] | None = None,
    ) -> None:
        self._pool = pool
        self._kluis = kluis
        self._service = service
        self._bron = bron
        self.opnieuw: Mapping[str, Opnieuw] = opnieuw or {}

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
            self._mark(body),
            self._kluis.seal(body, f"inkomend|{self._bron}"),
            now,
        )
        return Raw(row_id, body)

    async def pending(self, *, after: int = 0, limit: int | None = None) -> list[Raw]:
        """Messages that were stored and not finished, for example because the process died; oldest first.

        With `after` and `limit` page by page: at most so many, with a higher number than that.
        """
        rows = await self._pool.fetch(
            "SELECT id, ruw FROM inkomend WHERE bron = $1 AND verwerkt_op IS NULL AND id > $2 ORDER BY id LIMIT $3",
            self._bron, after, limit,
        )  # fmt: skip
        return [Raw(r["id"], self._kluis.open(r["ruw"], f"inkomend|{self._bron}")) for r in rows]

    async def finished(self, raw: Raw, now: datetime, db: Any = None, *, aantal: int = 1) -> None:
        """Marks a message as worked on. `aantal` is how much news it held: 0 for an answer that brought nothing new.

        Only messages with news break the silence of a source (hub/silence.py).
        """
        await (db or self._pool).execute(
            "UPDATE inkomend SET verwerkt_op = $2, aantal = $3 WHERE id = $1", raw.id, now, aantal
        )

    async def finished_all(self, raws: Sequence[Raw], now: datetime, db: Any = None) -> None:
        """The same for several messages at once."""
        await (db or self._pool).execute(
            "UPDATE inkomend SET verwerkt_op = $2 WHERE id = ANY($1::bigint[])", [raw.id for raw in raws], now
        )

    async def quarantine(
        self, body: bytes, plek: str, veld: str, reden: str, now: datetime, soort: str = BERICHT
    ) -> int:
        """Puts unusable input aside and returns its number; the same input at the same place is kept once and counted.

        `soort` says what `body` is, and so by which way it can be taken in again. What was refused or left to lapse
        stays so when it comes again; what was released as it was, is open again.
        """
        release = _RELEASE.get()
        row = await self._pool.fetchrow(
            _QUARANTINE,
            self._bron,
            self._mark(body + f"|{plek}|{veld}".encode()),
            plek, veld, reden,
            self._kluis.seal(body, f"quarantaine|{self._bron}"),
            now,
            soort,
            release.nr if release else None,
        )  # fmt: skip
        if row is None:
            raise RuntimeError("a row was inserted or updated, and none came back")
        nr: int = row["id"]
        if release is not None:
            release.again.append(nr)
        if row["nieuw"]:
            QUARANTINED.labels(self._service, self._bron, bounded_veld(self._bron, veld)).inc()
            log.warning("input_quarantined", service=self._service, bron=self._bron, plek=plek, veld=veld)
        return nr

    async def quarantine_all(self, items: Sequence[Unusable], now: datetime, soort: str = BERICHT) -> None:
        """`quarantine` for many at once; none may be there twice."""
        marks = [self._mark(i.body + f"|{i.plek}|{i.veld}".encode()) for i in items]
        rows = await self._pool.fetch(
            _QUARANTINE_NEW,
            self._bron,
            marks,
            [i.plek for i in items],
            [i.veld for i in items],
            [i.reden for i in items],
            self._kluis.seal_all([i.body for i in items], f"quarantaine|{self._bron}"),
            now,
            soort,
        )
        new = {r["kenmerk"] for r in rows}
        for item, mark in zip(items, marks, strict=True):
            if mark in new:
                QUARANTINED.labels(self._service, self._bron, bounded_veld(self._bron, item.veld)).inc()
            else:
                await self.quarantine(*item, now, soort)
        if new:
            log.info("inputs_quarantined", service=self._service, bron=self._bron, number=len(new))

    def _mark(self, content: bytes) -> bytes:
        """By which the same content is known again; keyed, because a body may be as short as a BSN."""
        return self._kluis.index(hashlib.sha256(content).hexdigest(), f"intake|{self._bron}")


_QUARANTINE_NEW = """
INSERT INTO quarantaine (bron, kenmerk, plek, veld, reden, ruw, ontvangen_op, laatst_op, soort)
SELECT $1, k, p, v, r, b, $7, $7, $8
FROM unnest($2::bytea[], $3::text[], $4::text[], $5::text[], $6::bytea[]) AS n(k, p, v, r, b)
ON CONFLICT (bron, kenmerk) DO NOTHING RETURNING kenmerk
"""
_QUARANTINE = """
WITH before AS (
  SELECT staat, staat = 'open' OR $9::bigint IS NOT NULL OR (staat = 'vrijgegeven' AND hersteld_op IS NULL) AS opens
  FROM quarantaine WHERE bron = $1 AND kenmerk = $2
)
INSERT INTO quarantaine AS q (bron, kenmerk, plek, veld, reden, ruw, ontvangen_op, laatst_op, soort, vorige)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)
ON CONFLICT (bron, kenmerk) DO UPDATE
SET reden = excluded.reden,
    laatst_op = excluded.laatst_op,
    keer = q.keer + ($9::bigint IS NULL)::int,
    staat = CASE WHEN (SELECT opens FROM before) THEN 'open' ELSE q.staat END,
    afgehandeld_op = CASE WHEN (SELECT opens FROM before) THEN NULL ELSE q.afgehandeld_op END,
    ruw = CASE WHEN octet_length(q.ruw) = 0 AND (SELECT opens FROM before) THEN excluded.ruw ELSE q.ruw END
RETURNING id, staat = 'open' AND COALESCE((SELECT staat <> 'open' FROM before), true) AS nieuw
"""
