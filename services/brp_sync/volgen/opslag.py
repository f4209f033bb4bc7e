"""Queries of following: who follows whom, and how far each request is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from pydantic import SecretStr

from hub.crypto import Kluis
from hub.database import Connection
from services.brp_sync.volgen.besluit import Stand, Volger

_DOEL: Final = "brp_sync|volger"


@dataclass(frozen=True, slots=True)
class Gevolgde:
    """Somebody to look at: the followers, and how far following is (None: never asked)."""

    jongere_id: UUID
    volgers: tuple[Volger, ...]
    stand: Stand | None
    verzonden: int
    opgegaan: bool
    uit_beeld: bool


@dataclass(frozen=True, slots=True)
class Aanvraag:
    """A request that has to go out; `bsn` is known here only of somebody the BRP told nothing about."""

    jongere_id: UUID
    stand: Stand
    verzonden: int
    mislukt: int
    sinds: datetime
    bsn: SecretStr | None


class VolgStore:
    """Reads and writes in the database of the service."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis) -> None:
        self.pool = pool
        self._kluis = kluis

    async def volg(self, nummers: Mapping[UUID, SecretStr | None], volger: str, einddatum: date | None) -> None:
        """Somebody wants to hear about these jongeren until `einddatum`; a later end replaces an earlier one.

        The BSN is kept, sealed, until the BRP tells about the person: without it nobody can be asked for.
        """
        await self.pool.execute(
            """INSERT INTO volger AS v (jongere_id, volger, einddatum, bsn, bekeken)
               SELECT n.jongere_id, $2, $3, CASE WHEN j.gegevens IS NULL THEN n.bsn END, false
               FROM unnest($1::uuid[], $4::bytea[]) AS n(jongere_id, bsn) JOIN jongere j USING (jongere_id)
               ON CONFLICT (jongere_id, volger) DO UPDATE
               SET einddatum = CASE WHEN excluded.einddatum IS NULL THEN NULL
                                    ELSE greatest(v.einddatum, excluded.einddatum) END,
                   bsn = COALESCE(excluded.bsn, v.bsn), bekeken = false
               WHERE v.einddatum IS DISTINCT FROM excluded.einddatum""",
            list(nummers),
            volger,
            einddatum,
            [self._kluis.seal(b.get_secret_value().encode(), _DOEL) if b else None for b in nummers.values()],
        )

    async def zet_uit_beeld(self, jongeren: Sequence[UUID], uit: bool, now: datetime) -> None:
        """The StUF-leverancier stopped telling about these jongeren, or began again."""
        if uit:
            change = "INSERT INTO uit_beeld SELECT jongere_id, $2 FROM unnest($1::uuid[]) AS n(jongere_id)"
            change += " ON CONFLICT DO NOTHING RETURNING jongere_id"
        else:
            change = "DELETE FROM uit_beeld WHERE jongere_id = ANY($1::uuid[]) AND $2::timestamptz IS NOT NULL"
            change += " RETURNING jongere_id"
        await self.pool.execute(
            f"""WITH changed AS ({change})
                UPDATE volger AS v SET bekeken = false FROM changed c WHERE v.jongere_id = c.jongere_id""",  # noqa: S608
            jongeren,
            now,
        )

    async def beeindig(self, jongere_id: UUID, vandaag: date) -> bool:
        """Nobody follows this jongere from today on; False when nobody did."""
        status: str = await self.pool.execute(
            """UPDATE volger SET einddatum = $2, bekeken = false
               WHERE jongere_id = $1 AND (einddatum IS NULL OR einddatum > $2)""",
            jongere_id,
            vandaag,
        )
        return not status.endswith(" 0")

    async def opnieuw(self, jongere_id: UUID) -> None:
        """A request that was refused may be made once more."""
        await self.pool.execute("DELETE FROM volgindicatie WHERE jongere_id = $1 AND stand = 'geweigerd'", jongere_id)

    async def te_bekijken(self, vandaag: date) -> tuple[list[UUID], int]:
        """Whose wish may have changed: a follower came or went, or something was said about the person.

        Returns with it up to where the outbox was looked at, for `bekeken_tot`.
        """
        stand = await self.pool.fetchrow("SELECT outbox_nr, dag FROM volg_stand")
        laatste: int = await self.pool.fetchval("SELECT laatste_nr FROM outbox_stand")
        rows = await self.pool.fetch(
            """SELECT jongere_id FROM volger
                 WHERE NOT bekeken OR (einddatum <= $2 AND ($1::date IS NULL OR einddatum > $1))
               UNION SELECT o.jongere_id FROM outbox o WHERE o.nr > $3 AND o.nr <= $4
                 AND EXISTS (SELECT FROM volger v WHERE v.jongere_id = o.jongere_id)""",
            stand["dag"] if stand else None,
            vandaag,
            stand["outbox_nr"] if stand else 0,
            laatste,
        )
        return [row["jongere_id"] for row in rows], laatste

    async def bekeken_tot(self, outbox_nr: int, vandaag: date) -> None:
        """Everything up to here was looked at."""
        await self.pool.execute(
            """INSERT INTO volg_stand (id, outbox_nr, dag) VALUES (1, $1, $2)
               ON CONFLICT (id) DO UPDATE SET outbox_nr = excluded.outbox_nr, dag = excluded.dag""",
            outbox_nr,
            vandaag,
        )

    async def gevolgden(self, db: Connection, jongeren: Sequence[UUID]) -> list[Gevolgde]:
        """Who follows these, and how far it is; who became another person hands over to that one first."""
        await db.execute(_NEEM_OVER, jongeren)
        await db.execute(_BLIJFT_UIT_BEELD, jongeren)
        rows = await db.fetch(_GEVOLGDEN, jongeren)
        return [
            Gevolgde(
                row["jongere_id"],
                tuple(Volger(naam, einde) for naam, einde in zip(row["namen"], row["eindes"], strict=True) if naam),
                Stand(row["stand"]) if row["stand"] else None,
                row["verzonden"] or 0,
                row["opgegaan"],
                row["uit_beeld"],
            )
            for row in rows
        ]

    async def zet(
        self, db: Connection, overgangen: Sequence[tuple[UUID, Stand | None, Stand, str]], kanaal: str, now: datetime
    ) -> None:
        """New states (jongere, from, to, reason); one that changed meanwhile is left for the next look."""
        columns = [list(column) for column in zip(*overgangen, strict=True)] if overgangen else [[], [], [], []]
        await db.execute(_ZET, *columns, kanaal, now)

    async def bekeken(self, db: Connection, bekend: Mapping[UUID, bool]) -> None:
        """These are looked at in this transaction; of who is known to the BRP the BSN need not be kept any longer.

        Comes before looking: whoever has news meanwhile waits for the rows, and marks them again.
        """
        await db.execute(
            """UPDATE volger AS v SET bekeken = true, bsn = CASE WHEN n.bekend THEN NULL ELSE v.bsn END
               FROM unnest($1::uuid[], $2::boolean[]) AS n(jongere_id, bekend) WHERE v.jongere_id = n.jongere_id""",
            list(bekend),
            list(bekend.values()),
        )

    async def aanvragen(self, now: datetime, hoogstens: int) -> list[Aanvraag]:
        """Requests that are due, longest due first."""
        rows = await self.pool.fetch(
            """SELECT i.*, (SELECT v.bsn FROM volger v WHERE v.jongere_id = i.jongere_id AND v.bsn IS NOT NULL LIMIT 1)
                 AS bsn
               FROM volgindicatie i WHERE i.volgende <= $1 ORDER BY i.volgende, i.jongere_id LIMIT $2""",
            now,
            hoogstens,
        )
        return [
            Aanvraag(r["jongere_id"], Stand(r["stand"]), r["verzonden"], r["mislukt"], r["sinds"], self._open(r["bsn"]))
            for r in rows
        ]

    async def verzonden(self, aanvraag: Aanvraag, volgende: datetime) -> None:
        """It went out; without an answer it is made again at `volgende`."""
        await self.pool.execute(
            """UPDATE volgindicatie SET verzonden = verzonden + 1, mislukt = 0, volgende = $3
               WHERE jongere_id = $1 AND stand = $2""",
            aanvraag.jongere_id, aanvraag.stand, volgende,
        )  # fmt: skip

    async def mislukt(self, aanvraag: Aanvraag, reden: str, volgende: datetime) -> None:
        """The other side was not to be reached."""
        await self.pool.execute(
            """UPDATE volgindicatie SET mislukt = mislukt + 1, reden = $3, volgende = $4
               WHERE jongere_id = $1 AND stand = $2""",
            aanvraag.jongere_id, aanvraag.stand, reden, volgende,
        )  # fmt: skip

    async def afgehandeld(
        self, jongere_id: UUID, van: Stand, naar: Stand, reden: str | None, now: datetime, volgende: datetime | None
    ) -> None:
        """An answer: it is done, refused, or (with `volgende`) to be asked again."""
        await self.pool.execute(
            """UPDATE volgindicatie SET stand = $3::text, reden = $4, volgende = $6,
                 sinds = CASE WHEN stand = $3::text THEN sinds ELSE $5 END
               WHERE jongere_id = $1 AND stand = $2""",
            jongere_id, van, naar, reden, now, volgende,
        )  # fmt: skip

    async def standen(self, jongeren: Sequence[UUID]) -> dict[UUID, Stand]:
        """How far following these is."""
        rows = await self.pool.fetch(
            "SELECT jongere_id, stand FROM volgindicatie WHERE jongere_id = ANY($1::uuid[])", jongeren
        )
        return {row["jongere_id"]: Stand(row["stand"]) for row in rows}

    async def lijst(self, stand: str | None = None) -> list[dict[str, Any]]:
        """Everybody who is or was followed, for an operator; nothing in it says who it is."""
        rows = await self.pool.fetch(
            """SELECT i.jongere_id, i.stand, i.kanaal, i.sinds, i.verzonden, i.reden,
                 array(SELECT v.volger FROM volger v WHERE v.jongere_id = i.jongere_id ORDER BY v.volger) AS volgers
               FROM volgindicatie i WHERE $1::text IS NULL OR i.stand = $1 ORDER BY i.sinds, i.jongere_id""",
            stand,
        )
        return [dict(row) for row in rows]

    def _open(self, sealed: bytes | None) -> SecretStr | None:
        return SecretStr(self._kluis.open(sealed, _DOEL).decode()) if sealed else None


_ZET = """
WITH n AS (
  SELECT *, CASE WHEN naar IN ('gevraagd', 'verwijdering_gevraagd') THEN $6::timestamptz END AS volgende
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS n(jongere_id, van, naar, reden)
), changed AS (
  UPDATE volgindicatie AS v
  SET stand = n.naar, kanaal = $5::text, sinds = $6, verzonden = 0, mislukt = 0, volgende = n.volgende, reden = n.reden
  FROM n WHERE v.jongere_id = n.jongere_id AND v.stand = n.van
)
INSERT INTO volgindicatie (jongere_id, stand, kanaal, sinds, verzonden, mislukt, volgende, reden)
SELECT n.jongere_id, n.naar, $5::text, $6, 0, 0, n.volgende, n.reden FROM n WHERE n.van IS NULL
ON CONFLICT (jongere_id) DO NOTHING
"""
_NEEM_OVER = """
WITH over AS (
  DELETE FROM volger v USING samenvoeging s
  WHERE v.jongere_id = s.oude_jongere_id AND v.jongere_id = ANY($1::uuid[])
  RETURNING s.jongere_id AS in_jongere_id, v.volger, v.einddatum, v.bsn
)
INSERT INTO volger AS v (jongere_id, volger, einddatum, bsn, bekeken)
SELECT DISTINCT ON (in_jongere_id, volger) in_jongere_id, volger, einddatum, bsn, false FROM over
ORDER BY in_jongere_id, volger, einddatum DESC NULLS FIRST
ON CONFLICT (jongere_id, volger) DO UPDATE
SET einddatum = CASE WHEN v.einddatum IS NULL OR excluded.einddatum IS NULL THEN NULL
                     ELSE greatest(v.einddatum, excluded.einddatum) END,
    bsn = COALESCE(v.bsn, excluded.bsn), bekeken = false
"""
_BLIJFT_UIT_BEELD = """
WITH over AS (
  DELETE FROM uit_beeld b USING samenvoeging s
  WHERE b.jongere_id = s.oude_jongere_id AND (s.oude_jongere_id = ANY($1::uuid[]) OR s.jongere_id = ANY($1::uuid[]))
  RETURNING s.jongere_id, b.sinds
), moved AS (
  INSERT INTO uit_beeld (jongere_id, sinds) SELECT jongere_id, min(sinds) FROM over GROUP BY jongere_id
  ON CONFLICT (jongere_id) DO NOTHING RETURNING jongere_id
)
UPDATE volger AS v SET bekeken = false FROM moved m WHERE v.jongere_id = m.jongere_id AND v.bekeken
"""
_GEVOLGDEN = """
SELECT j.jongere_id, i.stand, i.verzonden, s.oude_jongere_id IS NOT NULL AS opgegaan,
       b.jongere_id IS NOT NULL AS uit_beeld,
       array_agg(v.volger) AS namen, array_agg(v.einddatum) AS eindes
FROM jongere j
LEFT JOIN volger v USING (jongere_id) LEFT JOIN volgindicatie i USING (jongere_id)
LEFT JOIN samenvoeging s ON s.oude_jongere_id = j.jongere_id
LEFT JOIN uit_beeld b ON b.jongere_id = j.jongere_id
WHERE j.jongere_id = ANY($1::uuid[])
GROUP BY j.jongere_id, i.stand, i.verzonden, s.oude_jongere_id, b.jongere_id
"""
