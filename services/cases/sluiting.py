"""The end of processing: noticed by the clock, closed by a besluit of an official, after which the dossier must go.

CONV-5.5a: a year of actual and uninterrupted participation; a new zaak begins it anew. CONV-5.5b: neither residence in
a gemeente of ours nor an inschrijving. CONV-5.5c: death. The term of CONV-9.2 runs from the besluit, not from the end.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
from sqlmodel import Field

from hub.calendar import verjaardag
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from hub.gewist import WACHT_OP_WISSEN, is_gewist
from services.cases.tabellen import CasesTable

DEELNAME_JAREN: Final = 1
"""CONV-5.5a: a year of participation."""
_PAGINA: Final = 1000


class Aanleiding(StrEnum):
    """Why processing ends, as CONV-5.5 has it."""

    DEELNAME = "deelname"
    VERTROKKEN = "vertrokken"
    OVERLEDEN = "overleden"


class SluitingRij(CasesTable, table=True):
    """That processing of a dossier ended, and the besluit to close it."""

    __tablename__ = "sluiting"

    jongere_id: UUID = Field(primary_key=True)
    gemeente: str = Field(index=True)
    aanleiding: str
    einde_op: date
    gemerkt_op: date
    besluit: str | None = None
    medewerker: str | None = None
    besloten_op: date | None = Field(default=None, index=True)


@dataclass(frozen=True, slots=True)
class Dossierstand:
    """What tells whether processing of a dossier ended."""

    open: bool
    """Whether a zaak is open."""
    laatste: date
    """The last day something began or ended in it: a zaak was opened, closed, taken over or merged."""
    gemeente: str | None = None
    """Where the jongere lives, as far as that is known."""
    uit: str | None = None
    """Why the register looks for this jongere no more."""
    ingeschreven_sinds: date | None = None
    """Since when there is an inschrijving that runs."""


@dataclass(frozen=True, slots=True)
class Einde:
    """That processing ended, and since when."""

    aanleiding: Aanleiding
    op: date


def einde(stand: Dossierstand, regio: Collection[str], vandaag: date) -> Einde | None:
    """Whether processing ended by today; None while a zaak is open, for an official is at work on it."""
    if stand.open:
        return None
    if stand.uit == Aanleiding.OVERLEDEN:
        return Einde(Aanleiding.OVERLEDEN, stand.laatste)
    if stand.ingeschreven_sinds is not None:
        op = verjaardag(max(stand.ingeschreven_sinds, stand.laatste), DEELNAME_JAREN)
        return Einde(Aanleiding.DEELNAME, op) if op <= vandaag else None
    woont_elders = stand.uit in ("vertrokken", "afgevoerd") or (
        stand.gemeente is not None and stand.gemeente not in regio
    )
    return Einde(Aanleiding.VERTROKKEN, stand.laatste) if woont_elders else None


_STANDEN = r"""
SELECT z.jongere_id, (array_agg(z.gemeente ORDER BY z.geopend_op DESC, z.zaak_id))[1] AS zaakgemeente,
  bool_or(z.status = 'open') AS open,
  greatest(max(z.geopend_op), max((SELECT max(t.op) FROM tijdlijn t
                                   WHERE t.zaak_id = z.zaak_id AND t.wat LIKE 'zaak\_%')))
    AS laatste,
  r.gemeente, r.uit,
  (SELECT min(i.van) FROM inschrijving i WHERE i.jongere_id = z.jongere_id AND i.van <= $2
     AND (i.tot IS NULL OR i.tot > $2)) AS ingeschreven_sinds
FROM (SELECT DISTINCT jongere_id FROM zaak WHERE jongere_id > $1 ORDER BY jongere_id LIMIT $3) p
JOIN zaak z USING (jongere_id) LEFT JOIN register r USING (jongere_id)
GROUP BY z.jongere_id, r.gemeente, r.uit ORDER BY z.jongere_id
"""


_ZONDER_ZAAK = "DELETE FROM sluiting s WHERE NOT EXISTS (SELECT FROM zaak z WHERE z.jongere_id = s.jongere_id)"


class Sluitingen:
    """Notices ends, takes besluiten to close, and tells what is due."""

    def __init__(self, pool: "asyncpg.Pool[Any]", regio: Collection[str]) -> None:
        self._pool = pool
        self._regio = frozenset(regio)

    async def merk_op(self, vandaag: date) -> int:
        """Looks at every dossier; returns of how many processing ended that was not seen before.

        An end that turns out to be none (a new zaak, a restart) is taken back with the besluit about it; so is that of
        a number without a zaak (its zaken went up in another number), for nobody decided about where they are now.
        """
        number, last = 0, UUID(int=0)
        await self._pool.execute(_ZONDER_ZAAK)
        while rows := await self._pool.fetch(_STANDEN, last, vandaag, _PAGINA):
            last = rows[-1]["jongere_id"]
            ended, goes_on = [], []
            for row in rows:
                found = einde(stand_van(row), self._regio, vandaag)
                if found is None:
                    goes_on.append(row["jongere_id"])
                else:
                    ended.append((row["jongere_id"], self._sluit(row), found.aanleiding.value, found.op))
            number += await self._schrijf(ended, goes_on, vandaag)
        return number

    def _sluit(self, row: Any) -> str:
        """Which gemeente closes the dossier: that of residence when it is one of ours, else that of the last zaak."""
        gemeente: str = row["gemeente"] if row["gemeente"] in self._regio else row["zaakgemeente"]
        return gemeente

    async def _schrijf(self, ended: list[tuple[UUID, str, str, date]], goes_on: list[UUID], vandaag: date) -> int:
        columns = [list(column) for column in zip(*ended, strict=True)] or [[], [], [], []]
        async with self._pool.acquire() as db, db.transaction():
            await db.execute(WACHT_OP_WISSEN)
            await db.execute("DELETE FROM sluiting WHERE jongere_id = ANY($1::uuid[])", goes_on)
            rows = await db.fetch(
                f"""INSERT INTO sluiting AS s (jongere_id, gemeente, aanleiding, einde_op, gemerkt_op)
                    SELECT *, $5::date FROM unnest($1::uuid[], $2::text[], $3::text[], $4::date[]) AS n(jongere_id)
                    WHERE NOT {is_gewist("n.jongere_id")}
                    ON CONFLICT (jongere_id) DO UPDATE SET gemeente = excluded.gemeente
                      WHERE s.besluit IS NULL AND s.gemeente <> excluded.gemeente
                    RETURNING xmax = 0 AS nieuw""",  # noqa: S608
                *columns, vandaag,
            )  # fmt: skip
        return sum(r["nieuw"] for r in rows)

    async def besluit(
        self, jongere_id: UUID, besluit: str, medewerker: str, gemeenten: Collection[str], vandaag: date
    ) -> date:
        """An official of one of these gemeenten closes a dossier of which processing ended; returns the day of the
        besluit that counts.

        The first besluit counts: deciding again does not move the term. Raises `Ongeldig`.
        """
        if not besluit.strip():
            raise Ongeldig("ontbreekt: het kenmerk van het besluit tot sluiting", "besluit")
        op: date | None = await self._pool.fetchval(
            """UPDATE sluiting SET besluit = COALESCE(besluit, $2), medewerker = COALESCE(medewerker, $3),
                 besloten_op = COALESCE(besloten_op, $4)
               WHERE jongere_id = $1 AND gemeente = ANY($5::text[])
                 AND NOT EXISTS (SELECT FROM zaak WHERE jongere_id = $1 AND status = 'open')
               RETURNING besloten_op""",
            jongere_id, besluit, medewerker, vandaag, list(gemeenten),
        )  # fmt: skip
        if op is None:
            raise Ongeldig("van geen dossier van uw gemeente eindigde zo de verwerking (CONV-5.5)", "jongere_id")
        return op

    async def lijst(self) -> list[dict[str, Any]]:
        """Every dossier of which processing ended, the oldest end first."""
        return [dict(r) for r in await self._pool.fetch("SELECT * FROM sluiting ORDER BY einde_op, jongere_id")]


def stand_van(row: Any) -> Dossierstand:
    """The state of a dossier as a row of the query tells it."""
    laatste: datetime = row["laatste"]
    return Dossierstand(
        row["open"], laatste.astimezone(AMSTERDAM).date(), row["gemeente"], row["uit"], row["ingeschreven_sinds"]
    )
