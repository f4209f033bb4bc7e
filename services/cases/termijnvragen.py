"""Queries of `cases` about termijnen: what is due for the clock, the board of what is due when, and counts."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.calendar import plus_werkdagen, tel_werkdagen
from services.cases.regelwerk.woorden import Woordenlijst

BINNENKORT: Final = 5
"""Werkdagen in which a termijn counts as nearly due on the board and in the metrics; our own choice."""


class Lopend(NamedTuple):
    """A termijn that is due."""

    uiterlijk: date
    termijn_id: UUID
    zaak_id: UUID
    jongere_id: UUID
    gemeente: str


class Termijnregel(NamedTuple):
    """A termijn on the board."""

    uiterlijk: date
    termijn: str
    status: str
    gemeente: str
    zaak_id: UUID
    termijn_id: UUID
    waarschuwen_op: date | None


_EERSTE = (date.min, UUID(int=0))


class Termijnvragen:
    """Over the open table of termijnen; nothing in it says who somebody is."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def due(self, today: date, limit: int, after: Lopend | None = None) -> list[Lopend]:
        """Running termijnen whose last day is past, oldest first; those that come behind `after`."""
        rows = await self._pool.fetch(
            """SELECT uiterlijk, termijn_id, zaak_id, jongere_id, gemeente FROM termijn
               WHERE status = 'loopt' AND uiterlijk < $1 AND (uiterlijk, termijn_id) > ($3, $4)
               ORDER BY uiterlijk, termijn_id LIMIT $2""",
            today,
            limit,
            *(after[:2] if after else _EERSTE),
        )
        return [Lopend(*r) for r in rows]

    async def te_waarschuwen(self, today: date, limit: int, after: Lopend | None = None) -> list[Lopend]:
        """Running termijnen of which a warning is due and whose last day is not past, that day first."""
        rows = await self._pool.fetch(
            """SELECT uiterlijk, termijn_id, zaak_id, jongere_id, gemeente FROM termijn
               WHERE waarschuwen_op <= $1 AND uiterlijk >= $1 AND (uiterlijk, termijn_id) > ($3, $4)
               ORDER BY uiterlijk, termijn_id LIMIT $2""",
            today,
            limit,
            *(after[:2] if after else _EERSTE),
        )
        return [Lopend(*r) for r in rows]

    async def bord(
        self, tot: date, gemeenten: list[str] | None = None, alles: bool = False, limit: int = 1000
    ) -> list[Termijnregel]:
        """What is due up to and including a day, that day first: what runs and what passed in an open zaak.

        With `alles` also what was met or lapsed, and what passed in a zaak that is closed.
        """
        rows = await self._pool.fetch(
            """SELECT t.uiterlijk, t.naam, t.status, t.gemeente, t.zaak_id, t.termijn_id, t.waarschuwen_op
               FROM termijn t JOIN zaak z USING (zaak_id)
               WHERE t.uiterlijk <= $1 AND ($2::text[] IS NULL OR t.gemeente = ANY($2))
                 AND ($3 OR t.status = 'loopt' OR (t.status = 'verstreken' AND z.status = 'open'))
               ORDER BY t.uiterlijk, t.termijn_id LIMIT $4""",
            tot,
            gemeenten,
            alles,
            limit,
        )
        return [Termijnregel(*r) for r in rows]

    async def tel(self, today: date) -> Mapping[tuple[str, str], int]:
        """How many per gemeente and stand: `loopt`, of these `binnenkort` and `over_tijd`, and `verstreken` in open
        zaken. `over_tijd` is what the clock should have let pass."""
        rows = await self._pool.fetch(
            """SELECT t.gemeente, count(*) FILTER (WHERE t.status = 'loopt') AS loopt,
                 count(*) FILTER (WHERE t.status = 'loopt' AND t.uiterlijk BETWEEN $1 AND $2) AS binnenkort,
                 count(*) FILTER (WHERE t.status = 'loopt' AND t.uiterlijk < $1) AS over_tijd,
                 count(*) FILTER (WHERE t.status = 'verstreken' AND z.status = 'open') AS verstreken
               FROM termijn t JOIN zaak z USING (zaak_id)
               WHERE t.status IN ('loopt', 'verstreken') GROUP BY t.gemeente""",
            today,
            plus_werkdagen(today, BINNENKORT),
        )
        return {(r["gemeente"], stand): r[stand] for r in rows for stand in STANDEN}


STANDEN: Final = ("loopt", "binnenkort", "over_tijd", "verstreken")


def op_het_bord(een: Termijnregel, woorden: Woordenlijst, today: date) -> dict[str, Any]:
    """One line of the board; `stand` tells what nears its end apart, `werkdagen` are left until the end of its day."""
    soort = woorden.lopend.get(een.termijn)
    loopt = een.status == "loopt"
    nadert = loopt and een.uiterlijk <= plus_werkdagen(today, BINNENKORT)
    return {
        "uiterlijk": een.uiterlijk,
        "werkdagen": tel_werkdagen(today, een.uiterlijk) if loopt and een.uiterlijk >= today else None,
        "termijn": een.termijn,
        "betekenis": soort.betekenis if soort else "",
        "bindt": soort.bindt if soort else None,
        "stand": "nadert" if nadert else een.status,
        "waarschuwenOp": een.waarschuwen_op,
        "gemeente": een.gemeente,
        "zaakId": een.zaak_id,
        "termijnId": een.termijn_id,
    }
