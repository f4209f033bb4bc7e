"""Requests, taken, corrections and restrictions in the tables by which they are found."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.database import Connection
from hub.errors import Ongeldig
from hub.gewist import WACHT_OP_WISSEN, is_gewist
from hub.inzage import Inzage
from services.cases.privacystand import Privacystand
from services.cases.rechtenstand import Rechten
from services.cases.rechtentabellen import BeperkingRij, RechtentaakRij, RechtenverzoekRij

_LEEG: Final = Privacystand()
_VERZOEK: Final = """
INSERT INTO rechtenverzoek AS v (verzoek_id, jongere_id, gemeente, soort, verzoeker, oordeel, status, ontvangen_op,
                                 uiterlijk)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (verzoek_id) DO UPDATE SET jongere_id = excluded.jongere_id, status = excluded.status,
  uiterlijk = excluded.uiterlijk,
  gewaarschuwd_op = CASE WHEN v.uiterlijk = excluded.uiterlijk THEN v.gewaarschuwd_op END
"""
_TAAK: Final = """
INSERT INTO rechtentaak (taak_id, jongere_id, gemeente, soort, ontvanger, element, op, gedaan_op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (taak_id)
DO UPDATE SET jongere_id = excluded.jongere_id, gedaan_op = excluded.gedaan_op
"""
_RECTIFICATIE: Final = """
INSERT INTO rectificatie (rectificatie_id, jongere_id, gemeente, element, nagegaan) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (rectificatie_id) DO UPDATE SET jongere_id = excluded.jongere_id, nagegaan = excluded.nagegaan
"""
_HERVAT: Final = f"""
DELETE FROM {BeperkingRij.__tablename__} WHERE jongere_id = $1
  OR jongere_id IN (SELECT jongere_id FROM register WHERE opgegaan_in = $1)
"""  # noqa: S608
"""Also under the numbers that went up in this one: nobody could lift it there, and it would stop erasure for ever."""
_VERZOEKKOLOMMEN: Final = ", ".join(RechtenverzoekRij.model_fields)
_TAAKKOLOMMEN: Final = ", ".join(RechtentaakRij.model_fields)


class Van(NamedTuple):
    """Whose something is, and where it is handled."""

    jongere_id: UUID
    gemeente: str


class NaTeGaan(NamedTuple):
    """A correction of which it is not known yet who got the element before."""

    rectificatie_id: UUID
    jongere_id: UUID
    gemeente: str
    element: str


async def schrijf_rechten(tx: Connection, changed: Mapping[UUID, tuple[Privacystand | None, Privacystand]]) -> None:
    """Stores what differs between each stand as it was read and as it is now."""
    for jongere_id, (eerst, nu) in changed.items():
        was = eerst or _LEEG
        if was.rechten == nu.rechten and was.beperkt_sinds == nu.beperkt_sinds:
            continue
        await _schrijf_lijsten(tx, jongere_id, was.rechten, nu.rechten)
        if nu.beperkt_sinds is None:
            await tx.execute(_HERVAT, jongere_id)
        else:
            await tx.execute(
                "INSERT INTO beperking (jongere_id, sinds, reden) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                jongere_id,
                nu.beperkt_sinds,
                nu.rechten.beperkt_om or "",
            )


async def _schrijf_lijsten(tx: Connection, jongere_id: UUID, was: Rechten, nu: Rechten) -> None:
    for v in _anders(was.verzoeken, nu.verzoeken):
        status = v.besluit.uitkomst if v.besluit else "open"
        kern = (v.soort, v.verzoeker, v.oordeel, status, v.ontvangen_op, v.uiterlijk)
        await tx.execute(_VERZOEK, v.verzoek_id, jongere_id, v.gemeente, *kern)
    for t in _anders(was.taken, nu.taken):
        rest = (t.soort, t.ontvanger, t.element, t.op, t.gedaan_op)
        await tx.execute(_TAAK, t.taak_id, jongere_id, t.gemeente, *rest)
    for r in _anders(was.rectificaties, nu.rectificaties):
        nagegaan = r.gemeld_aan is not None
        await tx.execute(_RECTIFICATIE, r.rectificatie_id, jongere_id, r.gemeente, r.element, nagegaan)


def _anders(was: Iterable[Any], nu: Iterable[Any]) -> list[Any]:
    eerst = set(was)
    return [een for een in nu if een not in eerst]


class Rechtenvragen:
    """Questions over a pool of `cases`."""

    def __init__(self, pool: "asyncpg.Pool[Any] | Inzage") -> None:
        self._pool = pool

    async def verzoeken(self, gemeente: str | None = None, *, alles: bool = False) -> list[dict[str, Any]]:
        """Requests that are open (or all), the first to be decided first."""
        rows = await self._pool.fetch(
            f"""SELECT {_VERZOEKKOLOMMEN} FROM rechtenverzoek
                WHERE ($1::text IS NULL OR gemeente = $1) AND ($2 OR status = 'open')
                ORDER BY uiterlijk, verzoek_id""",  # noqa: S608
            gemeente,
            alles,
        )
        return [dict(r) for r in rows]

    async def taken(self, gemeente: str | None = None, *, alles: bool = False) -> list[dict[str, Any]]:
        """Taken that are open (or all), oldest first."""
        rows = await self._pool.fetch(
            f"""SELECT {_TAAKKOLOMMEN} FROM rechtentaak
                WHERE ($1::text IS NULL OR gemeente = $1) AND ($2 OR gedaan_op IS NULL) ORDER BY op, taak_id""",  # noqa: S608
            gemeente,
            alles,
        )
        return [dict(r) for r in rows]

    async def van_verzoek(self, verzoek_id: UUID) -> Van | None:
        """Whose request it is."""
        return await self._van("SELECT jongere_id, gemeente FROM rechtenverzoek WHERE verzoek_id = $1", verzoek_id)

    async def van_taak(self, taak_id: UUID) -> Van | None:
        """Whose taak it is."""
        return await self._van("SELECT jongere_id, gemeente FROM rechtentaak WHERE taak_id = $1", taak_id)

    async def is_van(self, jongere_id: UUID, gemeente: str) -> bool:
        """Whether a jongere lives in a gemeente, or has a zaak there."""
        return bool(
            await self._pool.fetchval(
                """SELECT EXISTS (SELECT FROM register WHERE jongere_id = $1 AND gemeente = $2)
                     OR EXISTS (SELECT FROM zaak WHERE jongere_id = $1 AND gemeente = $2)""",
                jongere_id,
                gemeente,
            )
        )

    async def gaat_over(self, jongere_id: UUID, gemeente: str) -> bool:
        """Whether a gemeente has to do with a jongere now: who lives there, or has an open zaak there.

        When that is nowhere, wherever there was a zaak: somebody must be able to end what was begun.
        """
        return bool(
            await self._pool.fetchval(
                """WITH nu AS (SELECT gemeente FROM register WHERE jongere_id = $1 AND gemeente IS NOT NULL
                               UNION SELECT gemeente FROM zaak WHERE jongere_id = $1 AND status = 'open')
                   SELECT CASE WHEN EXISTS (SELECT FROM nu) THEN EXISTS (SELECT FROM nu WHERE gemeente = $2)
                          ELSE EXISTS (SELECT FROM zaak WHERE jongere_id = $1 AND gemeente = $2) END""",
                jongere_id,
                gemeente,
            )
        )

    async def heeft_afspraken(self, jongere_id: UUID, brief_id: UUID) -> bool:
        """Whether these afspraken were made with this jongere."""
        sql = "SELECT EXISTS (SELECT FROM afspraken WHERE brief_id = $1 AND jongere_id = $2)"
        return bool(await self._pool.fetchval(sql, brief_id, jongere_id))

    async def beperkt(self, jongeren: Sequence[UUID]) -> dict[UUID, date]:
        """Of whom processing is restricted now, and since when."""
        rows = await self._pool.fetch(
            "SELECT jongere_id, sinds FROM beperking WHERE jongere_id = ANY($1::uuid[])", jongeren
        )
        return {r["jongere_id"]: r["sinds"] for r in rows}

    async def alle_beperkt(self) -> list[dict[str, Any]]:
        """Everybody whose processing is restricted now, longest first."""
        rows = await self._pool.fetch("SELECT jongere_id, sinds, reden FROM beperking ORDER BY sinds, jongere_id")
        return [dict(r) for r in rows]

    async def na_te_gaan(self, limit: int) -> list[NaTeGaan]:
        """Corrections of which nobody looked yet who must be told."""
        rows = await self._pool.fetch(
            """SELECT rectificatie_id, jongere_id, gemeente, element FROM rectificatie WHERE NOT nagegaan
               ORDER BY rectificatie_id LIMIT $1""",
            limit,
        )
        return [NaTeGaan(*r) for r in rows]

    async def nader(self, tot: date, vandaag: date) -> list[dict[str, Any]]:
        """Open requests due on or before `tot` that the clock did not warn about yet; marks them."""
        rows = await self._pool.fetch(
            """UPDATE rechtenverzoek SET gewaarschuwd_op = $2
               WHERE status = 'open' AND uiterlijk <= $1 AND gewaarschuwd_op IS NULL
               RETURNING verzoek_id, gemeente, soort, uiterlijk""",
            tot,
            vandaag,
        )
        return [dict(r) for r in rows]

    async def _van(self, sql: str, sleutel: UUID) -> Van | None:
        r = await self._pool.fetchrow(sql, sleutel)
        return Van(*r) if r else None


async def noteer_inzage(
    pool: "asyncpg.Pool[Any]", inzage_id: UUID, jongere_id: UUID, medewerker: str, soort: str, vorm: str, op: datetime
) -> None:
    """Writes down that inzage is about to be given; raises `Ongeldig` when the jongere was erased meanwhile."""
    async with pool.acquire() as db, db.transaction():
        await db.execute(WACHT_OP_WISSEN)
        done = await db.execute(
            f"""INSERT INTO inzage (inzage_id, jongere_id, medewerker, soort, vorm, op)
                SELECT $1, $2, $3, $4, $5, $6 WHERE NOT {is_gewist("$2::uuid")}""",
            inzage_id, jongere_id, medewerker, soort, vorm, op,
        )  # fmt: skip
    if done.endswith(" 0"):
        raise Ongeldig("deze jongere is gewist", "jongere_id")
