"""Questions about everybody in the inschrijvingsregister at once, and about signals."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg

from hub.database import Connection
from services.cases.register import Signaalstatus

OVER_ALLEN: Final = """
SET LOCAL enable_seqscan = on; SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL work_mem = '192MB'"""
"""What a question about everybody wants of its session, which the hot path must not have (hub/database.py)."""

_TIMEOUT: Final = 600.0

_KANDIDATEN: Final = """
WITH zonder AS MATERIALIZED (
  SELECT r.jongere_id, r.gemeente, r.geboortemaand, r.startkwalificatie, r.sinds FROM register r
  WHERE r.gemeente = ANY($2::text[]) AND r.geboortemaand BETWEEN $3 AND $4 AND r.uit IS NULL
    AND NOT EXISTS (SELECT FROM inschrijving i
                    WHERE i.jongere_id = r.jongere_id AND i.van <= $1 AND (i.tot IS NULL OR i.tot >= $1))
    AND NOT EXISTS (SELECT FROM vrijstelling v
                    WHERE v.jongere_id = r.jongere_id AND v.van <= $1 AND (v.tot IS NULL OR v.tot >= $1)
                      AND v.soort = ANY($5::text[]))
)
SELECT z.jongere_id, z.gemeente, z.geboortemaand, z.startkwalificatie, z.sinds, l.tot, l.brin, l.soort,
  (SELECT min(i.van) FROM inschrijving i WHERE i.jongere_id = z.jongere_id AND i.van > $1) AS volgende,
  (SELECT max(v.tot) FROM vrijstelling v WHERE v.jongere_id = z.jongere_id AND v.tot < $1) AS vrijgesteld_tot,
  (SELECT v.soort FROM vrijstelling v WHERE v.jongere_id = z.jongere_id AND v.van <= $1
     AND (v.tot IS NULL OR v.tot >= $1) ORDER BY v.van LIMIT 1) AS vrijstelling
FROM zonder z LEFT JOIN LATERAL (
  SELECT i.tot, i.brin, i.soort FROM inschrijving i WHERE i.jongere_id = z.jongere_id AND i.tot < $1
  ORDER BY i.tot DESC LIMIT 1) l ON true
"""

_OVERSTAP: Final = """
SELECT r.jongere_id, r.gemeente, e.brin, e.niveau, e.van, e.tot FROM inschrijving e JOIN register r USING (jongere_id)
WHERE e.soort = 'VO' AND e.niveau LIKE 'vmbo%' AND e.tot BETWEEN $2 AND $3
  AND r.gemeente = ANY($1::text[]) AND r.uit IS NULL
  AND NOT EXISTS (SELECT FROM inschrijving n WHERE n.jongere_id = e.jongere_id AND (
    (n.soort IN ('VO', 'MBO', 'VAVO') AND (n.tot IS NULL OR n.tot > $3)) OR (n.soort = 'VO' AND n.tot > e.tot)))
ORDER BY r.gemeente, e.brin, e.tot, r.jongere_id
"""


_SIGNAAL: Final = """
SELECT signaal_id, jongere_id, gemeente, reden, sinds, peildatum, oorzaak, status, brin, uitkomst, zaak_id
FROM absoluut_signaal"""


class Kandidaat(NamedTuple):
    """A resident without inschrijving on a day, with what is needed to judge whether there should be one.

    `tot`, `brin` and `soort` are of the inschrijving that ended last; `vrijstelling` is one that runs but does not do
    away with enrolment for everybody.
    """

    jongere_id: UUID
    gemeente: str
    geboortemaand: date
    startkwalificatie: date | None
    sinds: date | None
    tot: date | None
    brin: str | None
    soort: str | None
    volgende: date | None
    vrijgesteld_tot: date | None
    vrijstelling: str | None


class Overstapper(NamedTuple):
    """Who left the vmbo and has no school for the new schooljaar."""

    jongere_id: UUID
    gemeente: str
    brin: str
    niveau: str
    van: date
    tot: date


class Signaalregel(NamedTuple):
    """A signal on a worklist."""

    signaal_id: UUID
    jongere_id: UUID
    gemeente: str
    reden: str
    sinds: date
    peildatum: date
    oorzaak: str
    status: str
    brin: str | None
    uitkomst: str | None
    zaak_id: UUID | None


@dataclass(frozen=True, slots=True)
class Aantallen:
    """What a check found and did; `onbekend` are residents of whom the month of birth is not known, `zonder_levering`
    the gemeenten that were left out because no inschrijving of a resident is known."""

    ontbreekt: int
    getoetst: int
    geweigerd: int
    onbekend: int
    zonder_levering: tuple[str, ...] = ()


class Registervragen:
    """Questions over a pool of `cases`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    @asynccontextmanager
    async def _over_allen(self) -> AsyncIterator[Connection]:
        async with self._pool.acquire() as db, db.transaction(readonly=True):
            await db.execute(OVER_ALLEN)
            yield db

    async def zonder_inschrijving(
        self, dag: date, gemeenten: Collection[str], oudste: date, jongste: date, vrijgesteld: Sequence[str]
    ) -> list[Kandidaat]:
        """Residents born in the months from `oudste` up to and including `jongste` without inschrijving on a day, and
        without a vrijstelling of the kinds in `vrijgesteld`; one pass over register and inschrijvingen."""
        async with self._over_allen() as db:
            rows = await db.fetch(
                _KANDIDATEN, dag, sorted(gemeenten), oudste, jongste, list(vrijgesteld), timeout=_TIMEOUT
            )
        return [Kandidaat(*r) for r in rows]

    async def overstap(self, gemeenten: Collection[str], van: date, tot: date) -> list[Overstapper]:
        """Whose last inschrijving in the VO was vmbo, ended between these days, with no VO, MBO or VAVO after it."""
        async with self._over_allen() as db:
            rows = await db.fetch(_OVERSTAP, sorted(gemeenten), van, tot, timeout=_TIMEOUT)
        return [Overstapper(*r) for r in rows]

    async def laatste_leveringen(self) -> dict[str, date]:
        """Per gemeente of residence the last day on which anything was heard about an inschrijving of one of its
        residents; a gemeente of which nothing ever was is left out."""
        async with self._over_allen() as db:
            rows = await db.fetch(
                """SELECT r.gemeente, max(i.gehoord) FROM inschrijving i JOIN register r USING (jongere_id)
                   WHERE r.gemeente IS NOT NULL GROUP BY r.gemeente""",
                timeout=_TIMEOUT,
            )
        return dict(tuple(r) for r in rows)

    async def zonder_geboortemaand(self, gemeenten: Collection[str]) -> int:
        """Residents of whom the month of birth is not known, so that nobody can say whether they are under the duty."""
        async with self._over_allen() as db:
            number: int = await db.fetchval(
                """SELECT count(*) FROM register
                   WHERE gemeente = ANY($1::text[]) AND uit IS NULL AND geboortemaand IS NULL""",
                sorted(gemeenten),
                timeout=_TIMEOUT,
            )
        return number

    async def signalen(
        self, gemeenten: Collection[str], statussen: Collection[Signaalstatus] = tuple(Signaalstatus)
    ) -> list[Signaalregel]:
        """Signals in these statuses, those who are without longest first."""
        rows = await self._pool.fetch(
            f"{_SIGNAAL} WHERE status = ANY($2::text[]) AND gemeente = ANY($1::text[]) ORDER BY sinds, signaal_id",
            sorted(gemeenten),
            [s.value for s in statussen],
        )
        return [Signaalregel(*r) for r in rows]

    async def signaal(self, signaal_id: UUID) -> Signaalregel | None:
        """One signal."""
        r = await self._pool.fetchrow(f"{_SIGNAAL} WHERE signaal_id = $1", signaal_id)
        return Signaalregel(*r) if r else None

    async def is_gedaan(self, soort: str, periode: str) -> bool:
        """Whether everybody was looked at for this day or month."""
        return bool(
            await self._pool.fetchval(
                "SELECT EXISTS (SELECT FROM absoluut_controle WHERE soort = $1 AND periode = $2)", soort, periode
            )
        )

    async def leg_vast(self, soort: str, periode: str, dag: date, op: datetime, aantallen: Aantallen) -> None:
        """Records that it was done; a second time changes nothing."""
        await self._pool.execute(
            "INSERT INTO absoluut_controle VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
            soort,
            periode,
            dag,
            op,
            asdict(aantallen),
        )
