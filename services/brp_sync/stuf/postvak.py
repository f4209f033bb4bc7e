"""Where confirmed StUF messages lie until they are worked on; many are stored at once, each by its key once."""

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

import asyncpg

from hub.crypto import Kluis
from services.brp_sync.stuf.messages import NpsLk01, Stuurgegevens

KEEP = """
WITH n AS (
  SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::bytea[]) WITH ORDINALITY AS n(kenmerk, sha256, ruw, nr)
), made AS (
  INSERT INTO stuf_bericht (kenmerk, sha256, op) SELECT kenmerk, sha256, $4 FROM n
  ON CONFLICT (kenmerk) DO NOTHING RETURNING kenmerk
), stored AS (
  INSERT INTO inkomend (bron, sha256, ruw, ontvangen_op)
  SELECT $5, n.sha256, n.ruw, $4 FROM n JOIN made USING (kenmerk) ORDER BY n.nr RETURNING id, sha256
)
SELECT n.nr, stored.id, known.sha256 FROM n LEFT JOIN stored USING (sha256) LEFT JOIN stuf_bericht known USING (kenmerk)
ORDER BY n.nr
"""


class Ontvangst(StrEnum):
    """What the message turned out to be."""

    NIEUW = "nieuw"
    HERHALING = "herhaling"
    ANDERE_INHOUD = "andere_inhoud"


class Post(NamedTuple):
    """A message on its way into the database."""

    bericht: NpsLk01
    body: bytes


class Bewaard(NamedTuple):
    """A message that was stored, ready to be worked on."""

    id: int
    bericht: NpsLk01
    body: bytes


class Postvak:
    """The messages of one source. `nieuw` holds those that were stored, in order, as many as fit in memory."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis, bron: str, wachtend: int) -> None:
        self._pool = pool
        self._kluis = kluis
        self._bron = bron
        self.nieuw: asyncio.Queue[Bewaard] = asyncio.Queue(wachtend)

    async def keep(self, post: Sequence[Post], now: datetime) -> list[Ontvangst]:
        """Stores messages in one transaction; those with a key that was there before are not stored again."""
        digests = [hashlib.sha256(p.body).digest() for p in post]
        keys = [self._kenmerk(p.bericht.stuurgegevens) for p in post]
        first = {key: at for at, key in reversed(list(enumerate(keys)))}
        once = sorted(first.values())
        rows = await self._pool.fetch(
            KEEP,
            [keys[at] for at in once],
            [digests[at] for at in once],
            self._kluis.seal_all([post[at].body for at in once], f"inkomend|{self._bron}"),
            now,
            self._bron,
        )
        known = {keys[at]: row["sha256"] or digests[at] for at, row in zip(once, rows, strict=True)}
        for at, row in zip(once, rows, strict=True):
            if row["id"] is not None:
                await self.nieuw.put(Bewaard(row["id"], *post[at]))
        stored = {at for at, row in zip(once, rows, strict=True) if row["id"] is not None}
        return [
            Ontvangst.NIEUW
            if at in stored
            else Ontvangst.HERHALING
            if known[key] == digest
            else Ontvangst.ANDERE_INHOUD
            for at, (key, digest) in enumerate(zip(keys, digests, strict=True))
        ]

    async def forget(self, before: datetime) -> int:
        """Takes away the keys of messages from before that moment; returns how many."""
        status = await self._pool.execute("DELETE FROM stuf_bericht WHERE op < $1", before)
        return int(status.rpartition(" ")[2])

    def _kenmerk(self, stuurgegevens: Stuurgegevens) -> bytes:
        zender = stuurgegevens.zender
        naam = (zender.organisatie or "", zender.applicatie, zender.administratie or "")
        return self._kluis.index("\x1f".join((*naam, stuurgegevens.referentienummer)), "stuf-bericht")
