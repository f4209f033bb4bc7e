"""The disclosure register: who got what about a jongere, when and on what ground, and what was refused."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from contracts.codes import Verstrekkingsuitkomst
from hub.database import Connection
from services.cases.grens.regel import MAG_WEG, Grensboek, Poort, Verstrekkingsregel
from services.cases.grens.tabel import VerstrekkingRij

_KOLOMMEN: Final = tuple(veld.name for veld in fields(Verstrekkingsregel))
_VERZONDEN: Final = sorted(MAG_WEG)

_NIEUW: Final = (
    f"INSERT INTO {VerstrekkingRij.__tablename__} ({', '.join(_KOLOMMEN)}) "  # noqa: S608
    f"VALUES ({', '.join(f'${nummer}' for nummer in range(1, len(_KOLOMMEN) + 1))}) ON CONFLICT DO NOTHING"
)
_LEES: Final = f"SELECT {', '.join(_KOLOMMEN)} FROM {VerstrekkingRij.__tablename__}"  # noqa: S608

_MELD: Final = """
UPDATE verstrekking v SET {zet} FROM (
  SELECT DISTINCT ON (s.jongere_id, s.kenmerk) s.verstrekking_id, m.op FROM verstrekking s
  JOIN unnest($1::uuid[], $2::uuid[], $3::timestamptz[]) AS m(jongere_id, kenmerk, op) USING (jongere_id, kenmerk)
  WHERE s.uitkomst = ANY($4::text[]) ORDER BY s.jongere_id, s.kenmerk, s.besloten_op DESC, s.verstrekking_id
) n WHERE v.verstrekking_id = n.verstrekking_id AND v.{kolom} IS NULL"""

_ZET: Final = {
    "verzonden": "verzonden_op = n.op",
    "teruggedraaid": "teruggedraaid_op = n.op, verzonden_op = COALESCE(v.verzonden_op, n.op)",
}
"""What was taken back had been sent, also when the answer to that was lost: then the moment we know of it counts."""


class Verstrekkingenregister:
    """Questions over a pool of `cases`, or over one connection."""

    def __init__(self, pool: "asyncpg.Pool[Any] | Connection") -> None:
        self._pool = pool

    async def ontvangers(self, jongere_id: UUID, elementen: Collection[str] | None = None) -> list[str]:
        """Who got something about this jongere, or one of these elements, by name in order.

        A disclosure that was let through counts, also when its sending was not reported (yet): it may have arrived.
        """
        rows = await self._pool.fetch(
            """SELECT DISTINCT ontvanger FROM verstrekking WHERE jongere_id = $1 AND uitkomst = ANY($2::text[])
               AND ($3::varchar[] IS NULL OR doorgelaten && $3::varchar[]) ORDER BY ontvanger""",
            jongere_id,
            _VERZONDEN,
            None if elementen is None else sorted(elementen),
        )
        return [r["ontvanger"] for r in rows]

    async def regels(self, jongere_id: UUID) -> list[Verstrekkingsregel]:
        """All lines about this jongere, oldest first: disclosures, refusals and what was held."""
        return await self.zoek(jongere_id=jongere_id, limit=None)

    async def regel(self, verstrekking_id: UUID) -> Verstrekkingsregel | None:
        """One line."""
        r = await self._pool.fetchrow(f"{_LEES} WHERE verstrekking_id = $1", verstrekking_id)
        return _regel(r) if r is not None else None

    async def zoek(
        self,
        *,
        jongere_id: UUID | None = None,
        ontvanger: str | None = None,
        gemeenten: Collection[str] | None = None,
        van: datetime | None = None,
        tot: datetime | None = None,
        limit: int | None = 1000,
    ) -> list[Verstrekkingsregel]:
        """Lines that fit, oldest first; decided from `van` and before `tot`."""
        rows = await self._pool.fetch(
            f"""{_LEES} WHERE ($1::uuid IS NULL OR jongere_id = $1) AND ($2::text IS NULL OR ontvanger = $2)
                AND ($3::text[] IS NULL OR gemeente = ANY($3)) AND ($4::timestamptz IS NULL OR besloten_op >= $4)
                AND ($5::timestamptz IS NULL OR besloten_op < $5) ORDER BY besloten_op, verstrekking_id LIMIT $6""",
            jongere_id,
            ontvanger,
            None if gemeenten is None else sorted(gemeenten),
            van,
            tot,
            limit,
        )
        return [_regel(r) for r in rows]


async def schrijf(tx: Connection, boeken: Mapping[UUID, Grensboek]) -> None:
    """Writes what was decided and reported, in the transaction of the decision: no line, no send (gate G9)."""
    nieuw = [_rij(regel) for boek in boeken.values() for regel in boek.nieuw]
    if nieuw:
        await tx.executemany(_NIEUW, nieuw)
    for kolom in ("verzonden", "teruggedraaid"):
        gemeld = [(j, k, op) for j, boek in boeken.items() for k, op in getattr(boek, kolom).items()]
        if gemeld:
            jongeren, kenmerken, momenten = (list(deel) for deel in zip(*gemeld, strict=True))
            await tx.execute(
                _MELD.format(kolom=f"{kolom}_op", zet=_ZET[kolom]), jongeren, kenmerken, momenten, _VERZONDEN
            )


def _rij(regel: Verstrekkingsregel) -> tuple[Any, ...]:
    waarden = {naam: getattr(regel, naam) for naam in _KOLOMMEN}
    waarden["weggelaten"] = dict(regel.weggelaten)
    return tuple(list(w) if isinstance(w, tuple) else w for w in waarden.values())


def _regel(r: asyncpg.Record) -> Verstrekkingsregel:
    waarden: dict[str, Any] = {naam: tuple(w) if isinstance(w, list) else w for naam, w in r.items()}
    waarden["uitkomst"] = Verstrekkingsuitkomst(r["uitkomst"])
    waarden["poort"] = Poort(r["poort"])
    return Verstrekkingsregel(**waarden)


__all__ = ["Verstrekkingenregister", "schrijf"]
