"""Who did what: per service an append-only log in which each line seals the one before it.

A line holds no personal data. Whom it is about stands as a fingerprint under a salt of its own; the salts of a jongere
can be deleted, after which nobody can tell any more whom the line was about and the chain still holds. The service's
role cannot change or delete a line (a trigger refuses), but the owner of a database can always undo a trigger: so the
chain tells of every change inside it, and a head that was kept elsewhere (`schakel audit verify --anker`) tells of a
chain that was cut off or made anew.
"""

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.database import Connection

BEGIN: Final = "0" * 64
"""What the first line seals."""

_PAGE: Final = 1000
_SLOT: Final = 0x5363_6861_6B65_6C41
"""Key of the advisory lock under which lines are added, one transaction at a time per database."""

_SCHRIJF: Final = """
INSERT INTO auditlog (nr, op, door, handeling, uitkomst, onderwerp, vorige_hash, hash)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"""
_LEES: Final = """
SELECT nr, op, door, handeling, uitkomst, onderwerp, vorige_hash, hash FROM auditlog
WHERE nr > $1 ORDER BY nr LIMIT $2"""
_NIET_GEWIST: Final = """
SELECT id FROM unnest($1::uuid[]) WITH ORDINALITY AS n(id, plaats)
WHERE NOT EXISTS (SELECT FROM gewist WHERE afdruk = sha256(uuid_send(id))) ORDER BY plaats"""
_OVER: Final = """
SELECT nr, op, door, handeling, uitkomst, onderwerp, vorige_hash, hash FROM auditlog a
WHERE EXISTS (SELECT FROM audit_zout z WHERE z.nr = a.nr
              AND a.onderwerp[z.plaats] = encode(sha256(z.zout || uuid_send($1::uuid)), 'hex')) ORDER BY nr"""


class Uitkomst(StrEnum):
    """What became of it; `mislukt` is a fault on our side, of which it is not certain what was done."""

    GEDAAN = "gedaan"
    GEWEIGERD = "geweigerd"
    MISLUKT = "mislukt"


class Auditregel(NamedTuple):
    """A line; `onderwerp` are the fingerprints of the jongeren it is about."""

    nr: int
    op: datetime
    door: str
    handeling: str
    uitkomst: str
    onderwerp: tuple[str, ...]
    vorige_hash: str
    hash: str

    def zegel(self) -> str:
        """The hash this line must have: SHA-256 over its canonical form, the hash of the line before it included."""
        inhoud = self._asdict() | {"op": self.op.astimezone(UTC).isoformat(timespec="microseconds")}
        del inhoud["hash"]
        canoniek = json.dumps(inhoud, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canoniek.encode()).hexdigest()


class Hoofd(NamedTuple):
    """The last line of a chain: its number (0 while there is none) and its hash."""

    nr: int
    hash: str


class Controle(NamedTuple):
    """What a check of the chain found: its head, and the first line that does not fit with the reason."""

    hoofd: Hoofd
    fout: str | None = None


def vingerafdruk(zout: bytes, jongere_id: UUID) -> str:
    """Of a jongere under one salt."""
    return hashlib.sha256(zout + jongere_id.bytes).hexdigest()


async def wacht_op_beurt(db: Connection) -> None:
    """Until this transaction ends no line is added: what it commits is seen by the one that adds the next."""
    await db.execute("SELECT pg_advisory_xact_lock($1)", _SLOT)


class Auditlog:
    """The log in the database of one service."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def schrijf(
        self, op: datetime, door: str, handeling: str, uitkomst: Uitkomst, onderwerpen: Sequence[UUID] = ()
    ) -> int:
        """Adds a line and returns its number; durable when this returns. To who was erased it does not lead."""
        async with self._pool.acquire() as db, db.transaction():
            await wacht_op_beurt(db)
            rows = await db.fetch(_NIET_GEWIST, list(onderwerpen)) if onderwerpen else []
            zouten = [secrets.token_bytes(16) for _ in rows]
            afdrukken = tuple(vingerafdruk(z, r["id"]) for z, r in zip(zouten, rows, strict=True))
            nr, hash_ = await _hoofd(db)
            regel = Auditregel(nr + 1, op, door, handeling, uitkomst.value, afdrukken, hash_, "")
            await db.execute(_SCHRIJF, *regel._replace(hash=regel.zegel()))
            if zouten:
                await db.execute(
                    """INSERT INTO audit_zout (nr, plaats, zout)
                       SELECT $1, plaats, zout FROM unnest($2::bytea[]) WITH ORDINALITY AS u(zout, plaats)""",
                    regel.nr,
                    zouten,
                )
        return regel.nr

    async def regels(self, na: int = 0) -> AsyncIterator[Auditregel]:
        """The lines after a number, in order."""
        while rows := await self._pool.fetch(_LEES, na, _PAGE):
            for row in rows:
                yield Auditregel(**dict(row) | {"onderwerp": tuple(row["onderwerp"])})
            na = rows[-1]["nr"]

    async def laatste(self, hoeveel: int) -> list[Auditregel]:
        """The newest lines, newest first."""
        laatste = (await self._hoofd()).nr
        return [regel async for regel in self.regels(max(laatste - hoeveel, 0))][::-1]

    async def _hoofd(self) -> Hoofd:
        async with self._pool.acquire() as db:
            return await _hoofd(db)

    async def over(self, jongere_id: UUID) -> list[Auditregel]:
        """The lines about one jongere whose salts are still there, in order."""
        rows = await self._pool.fetch(_OVER, jongere_id)
        return [Auditregel(**dict(row) | {"onderwerp": tuple(row["onderwerp"])}) for row in rows]

    async def controleer(self, anker: Hoofd | None = None) -> Controle:
        """Follows the chain from the first line to the last, past a head that was kept elsewhere when one is given."""
        hoofd = Hoofd(0, BEGIN)
        async for regel in self.regels():
            if (fout := _gebroken(hoofd, regel, anker)) is not None:
                return Controle(hoofd, f"regel {regel.nr}: {fout}")
            hoofd = Hoofd(regel.nr, regel.hash)
        if anker is not None and anker.nr > hoofd.nr:
            return Controle(hoofd, f"regel {hoofd.nr + 1}: ontbreekt; het anker kent {anker.nr} regels")
        return Controle(hoofd)


def _gebroken(vorige: Hoofd, regel: Auditregel, anker: Hoofd | None) -> str | None:
    """Why a line does not follow on the one before it; None when it does."""
    if regel.nr != vorige.nr + 1:
        return f"volgt niet op regel {vorige.nr}: er is een regel weg"
    if regel.vorige_hash != vorige.hash:
        return "verwijst naar een andere regel dan die ervoor staat"
    if regel.hash != regel.zegel():
        return "is veranderd: de hash past niet bij de inhoud"
    if anker is not None and anker.nr == regel.nr and anker.hash != regel.hash:
        return "is een andere dan in het anker: de keten is opnieuw gemaakt"
    return None


async def _hoofd(db: Connection) -> Hoofd:
    row = await db.fetchrow("SELECT nr, hash FROM auditlog ORDER BY nr DESC LIMIT 1")
    return Hoofd(*row) if row else Hoofd(0, BEGIN)
