"""The sources that say about whom something changed, wired to asking the BRP about them."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import structlog
from pydantic import SecretStr

from hub.clock import Clock
from hub.crypto import Kluis
from hub.database import GONE
from hub.errors import HubError, Ongeldig
from hub.intake import Intake
from hub.observability import SIGNALS
from hub.privacy import Bsn, OngeldigeBsn
from hub.service import Service
from services.brp_sync import update_api
from services.brp_sync.aanlevering import Aanlevering
from services.brp_sync.brpapi.client import BrpApi
from services.brp_sync.brpapi.verbinding import BrpOnbereikbaar, Verbinding
from services.brp_sync.model import Persoon
from services.brp_sync.settings import BrpApiSettings, BrpBronnen, UpdateApiSettings
from services.brp_sync.signalen.beslissen import Stand
from services.brp_sync.signalen.intake import BRON as CLOUDEVENTS
from services.brp_sync.signalen.intake import GebeurtenisIntake
from services.brp_sync.signalen.opslag import NieuwSignaal, SignaalStore
from services.brp_sync.signalen.werker import SOORT, Signaalwerker
from services.brp_sync.store import PersonenStore
from services.brp_sync.update_api import UpdateApi

log: structlog.stdlib.BoundLogger = structlog.get_logger()

BRP_API = "brp-api"
_METEN = 300.0


class Signalering:
    """Signals from the webhook and the Update API, and the worker that asks about them.

    Without the address of an API its part stays away: signals then wait until there is one.
    """

    def __init__(
        self,
        service: Service[Any],
        kluis: Kluis,
        bronnen: BrpBronnen,
        personen: PersonenStore,
        verwerk: Callable[[Sequence[Aanlevering]], Awaitable[list[Ongeldig | None]]],
        clock: Clock,
    ) -> None:
        self._clock = clock
        self._personen = personen
        self._pool = service.pool
        self._bronnen = bronnen
        self._bewaren = timedelta(days=service.around.bewaardagen)
        self._vertraging = timedelta(seconds=bronnen.api.vertraging)
        self.signalen = SignaalStore(service.pool, kluis)
        self.gebeurtenissen = GebeurtenisIntake(
            service.intake(kluis, CLOUDEVENTS), self.signalen, clock, bronnen.gebeurtenissen.typen,
            self._vertraging,
        )  # fmt: skip
        self._quarantaine = service.intake(kluis, BRP_API, {SOORT: self._vraag_weer})
        self._wijzigingen = service.intake(kluis, update_api.BRON, {SOORT: self._vraag_weer})
        self._verbindingen: list[Verbinding] = []
        self.werker = self._maak_werker(bronnen.api, verwerk, self._quarantaine) if bronnen.api.url else None
        self.update = UpdateApi(self._verbind(bronnen.update), clock) if bronnen.update.url else None

    async def run(self) -> None:
        """Works until cancelled."""
        try:
            await self.gebeurtenissen.hervat()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._meet())
                if self.werker is not None:
                    tasks.create_task(self.werker.run())
                if self.update is not None:
                    tasks.create_task(self._volg_wijzigingen())
        finally:
            for verbinding in self._verbindingen:
                await verbinding.aclose()

    async def lees_wijzigingen(self) -> int:
        """Asks the Update API who changed since the day it was last asked, that day included; returns how many are new.

        A person is a signal once per day on which the answer names them. The day moves on after they were stored.
        """
        if self.update is None:
            return 0
        now, vandaag = self._clock.now(), self._clock.today()
        nieuw = []
        for nummer in await self.update.wijzigingen(await self.signalen.read_from(update_api.BRON)):
            try:
                bsn = Bsn(nummer.get_secret_value())
            except OngeldigeBsn as fout:
                body, plek = nummer.get_secret_value().encode(errors="replace"), f"wijzigingen van {vandaag}"
                await self._wijzigingen.quarantine(body, plek, "burgerservicenummers", str(fout), now, SOORT)
                continue
            nieuw.append(NieuwSignaal(update_api.BRON, f"{vandaag} {bsn.get_secret_value()}", bsn, (), ("gewijzigd",)))
        kept = await self.signalen.keep(nieuw, now, now + self._vertraging) if nieuw else 0
        await self.signalen.move_on(update_api.BRON, vandaag)
        return kept

    async def volg(self, bsn: SecretStr) -> None:
        """Follows somebody over the Update API, and has the BRP API asked about them: only later changes are told.

        Raises `BrpOnbereikbaar` (also when no Update API is set up) or `BrpWeigert`.
        """
        await self._update_api().volg(bsn)
        now, vandaag = self._clock.now(), self._clock.today()
        kenmerk = f"gevolgd {vandaag} {bsn.get_secret_value()}"
        await self.signalen.keep([NieuwSignaal(update_api.BRON, kenmerk, bsn, (), ("gevolgd",))], now, now)

    async def einde(self, bsn: SecretStr) -> None:
        """Follows somebody no more."""
        await self._update_api().einde(bsn)

    def _update_api(self) -> UpdateApi:
        if self.update is None:
            raise BrpOnbereikbaar("er is geen Update API ingesteld")
        return self.update

    async def is_vol(self) -> bool:
        """Whether so much waits that senders of events must hold on."""
        return await self.signalen.waits_more_than(self._bronnen.gebeurtenissen.hoogstens_wachtend)

    def _maak_werker(
        self,
        settings: BrpApiSettings,
        verwerk: Callable[[Sequence[Aanlevering]], Awaitable[list[Ongeldig | None]]],
        intake: Intake,
    ) -> Signaalwerker:
        return Signaalwerker(
            api=BrpApi(self._verbind(settings)), signalen=self.signalen, bekenden=self._bekenden, verwerk=verwerk,
            intake=intake, settings=settings, clock=self._clock,
        )  # fmt: skip

    def _verbind(self, settings: BrpApiSettings | UpdateApiSettings) -> Verbinding:
        verbinding = Verbinding(settings.url or "", settings, self._clock)
        self._verbindingen.append(verbinding)
        return verbinding

    async def _bekenden(self, bsns: Sequence[str]) -> dict[str, tuple[UUID, Persoon | None]]:
        """Who of these is known, and what of them."""
        wie = (await self._personen.locate(bsns, [])).bsn
        async with self._pool.acquire() as db:
            staten = await self._personen.load(db, sorted(set(wie.values())))
        return {bsn: (jongere_id, staten[jongere_id].persoon) for bsn, jongere_id in wie.items()}

    async def tel_en_ruim_op(self) -> None:
        """Shows how many signals there are, and removes those that ended long ago."""
        aantallen = await self.signalen.counts()
        for stand in Stand:
            SIGNALS.labels(stand).set(aantallen.get(stand, 0))
        await self.signalen.clear(self._clock.now() - self._bewaren)

    async def _meet(self) -> None:
        while True:
            with suppress(*GONE):
                await self.tel_en_ruim_op()
            await asyncio.sleep(_METEN)

    async def _volg_wijzigingen(self) -> None:
        while True:
            try:
                await self.lees_wijzigingen()
            except HubError as fout:
                log.warning("brp_changes_failed", service="brp_sync", detail=type(fout).__name__)
            await asyncio.sleep(self._bronnen.update.interval)

    async def _vraag_weer(self, inhoud: bytes) -> str | None:
        """Releases somebody from the quarantine: the BRP is asked about them at the next round."""
        try:
            bsn = Bsn(inhoud.decode("ascii", "replace").strip())
        except OngeldigeBsn as fout:
            raise Ongeldig(str(fout), "bsn") from None
        now = self._clock.now()
        await self.signalen.keep([NieuwSignaal("quarantaine", str(uuid4()), bsn)], now, now)
        return "wordt opnieuw aan de BRP gevraagd"
