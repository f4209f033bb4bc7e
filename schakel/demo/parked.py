"""The event that parks on purpose: a name with a sign no font has. The BRP corrects it, an operator releases it."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from hub.clock import VirtualClock
from schakel.demo.region import Region
from schakel.installation import Installation
from schakel.parking import release_from
from schakel.settled import settled
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01

_PATIENCE = timedelta(days=7)
_LONGEST = timedelta(days=40)


class ParkedStory:
    """Notices the parked event, mends the cause a week later through StUF, releases, and remembers how it went."""

    def __init__(self, installation: Installation, clock: VirtualClock) -> None:
        self._installation = installation
        self._clock = clock
        self.times = 0
        self.since: date | None = None
        self.row: dict[str, Any] = {}
        self.behind = 0
        self.released_on: date | None = None

    async def after_day(self, region: Region) -> None:
        """One look per day."""
        if self.released_on is not None:
            return
        pool = self._installation.apps["letters"].service.pool
        rows = await pool.fetch(
            "SELECT id, type, reden, jongere_id FROM wachtrij WHERE staat = 'geparkeerd' ORDER BY id"
        )
        if not rows:
            return
        if self.since is None:
            self.since, self.row, self.times = self._clock.today(), dict(rows[0]), len(rows)
            return
        behind = "SELECT count(*) FROM wachtrij WHERE jongere_id = $1 AND staat = 'wacht'"
        self.behind = await pool.fetchval(behind, self.row["jongere_id"])
        waited = self._clock.today() - self.since
        if waited >= _LONGEST or (waited >= _PATIENCE and self.behind):
            await self._mend(region)
            await release_from(pool, None, "beheer")
            await settled(self._installation)
            left = await pool.fetchval("SELECT count(*) FROM wachtrij")
            self.released_on = self._clock.today() if left == 0 else None

    async def _mend(self, region: Region) -> None:
        now = self._clock.now()
        stuurgegevens = Stuurgegevens(
            zender=Systeem(organisatie=region.hersteld.gemeente, applicatie="DDS"),
            ontvanger=Systeem(applicatie="LEERPLICHT"),
            referentienummer=uuid4().hex,
            tijdstip=now.strftime("%Y%m%d%H%M%S") + "000",
        )
        body = bouw_npslk01(region.hersteld, Mutatiesoort.WIJZIGING, stuurgegevens, oud=region.verkeerd)
        await self._installation.apps["brp_sync"].stuf.neem(body, uuid4().hex)
        await settled(self._installation)
