"""Keeps at it: looks whose wish changed, asks, asks again, and takes in the answers."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import Final
from uuid import UUID

import structlog
from pydantic import SecretStr

from hub.clock import Clock
from hub.errors import Ongeldig, PartnerOnbereikbaar
from hub.waiting import HORIZON, delay
from services.brp_sync.aanlevering import Sleutel
from services.brp_sync.decisions import Inschrijving
from services.brp_sync.lo3.inname import Antwoord
from services.brp_sync.model import Persoon
from services.brp_sync.store import PersonenStore
from services.brp_sync.volgen.besluit import Stand, bepaal_wens, na_weigering, overgang
from services.brp_sync.volgen.kanalen import Kanaal, Verzoek
from services.brp_sync.volgen.opslag import Aanvraag, VolgStore
from services.brp_sync.volgen.settings import VolgSettings

log: structlog.stdlib.BoundLogger = structlog.get_logger()

DUO: Final = "duo"
_DEEL: Final = 500
_HOOGSTENS_GEVRAAGD: Final = 9


class Volgen:
    """Follows persons outside the region over one `kanaal`; without one nobody is followed and nothing is kept."""

    def __init__(
        self,
        settings: VolgSettings,
        kanaal: Kanaal | None,
        regio: frozenset[str],
        clock: Clock,
        stores: Callable[[], tuple[VolgStore, PersonenStore]],
    ) -> None:
        self._settings = settings
        self._kanaal = kanaal
        self._regio = regio
        self._clock = clock
        self._stores = stores
        self._wek = asyncio.Event()

    async def run(self) -> None:
        """Rounds, as long as the service runs; does nothing without a kanaal."""
        if self._kanaal is None:
            return
        try:
            while True:
                self._wek.clear()
                await self.ronde()
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._settings.interval):
                        await self._wek.wait()
        finally:
            await self._kanaal.sluit()

    async def genoemd(self, nummers: dict[UUID, SecretStr | None]) -> None:
        """DUO named these jongeren: from now on we want to hear about them, wherever they live."""
        if self._kanaal is None or not nummers:
            return
        einddatum = self._clock.today() + timedelta(days=self._settings.dagen)
        volgen, _ = self._stores()
        await volgen.volg(nummers, DUO, einddatum)
        self._wek.set()

    async def in_beeld(self, veranderingen: Sequence[tuple[Sleutel, bool]]) -> None:
        """About whom the StUF-leverancier tells from now on (True, mutatiesoort T) or no more (V), in that order."""
        if self._kanaal is None or not veranderingen:
            return
        volgen, _ = self._stores()
        wie = await self._wie([sleutel for sleutel, _ in veranderingen])
        laatste = {w: in_beeld for w, (_, in_beeld) in zip(wie, veranderingen, strict=True) if w is not None}
        for uit in (True, False):
            if jongeren := [jongere_id for jongere_id, in_beeld in laatste.items() if in_beeld is not uit]:
                await volgen.zet_uit_beeld(jongeren, uit, self._clock.now())
        self._wek.set()

    async def ronde(self) -> None:
        """One look at everybody whose wish may have changed, and every request that is due."""
        if self._kanaal is None:
            return
        volgen, _ = self._stores()
        vandaag = self._clock.today()
        jongeren, outbox_nr = await volgen.te_bekijken(vandaag)
        for vanaf in range(0, len(jongeren), _DEEL):
            await self._bekijk(jongeren[vanaf : vanaf + _DEEL])
        await volgen.bekeken_tot(outbox_nr, vandaag)
        await self._vraag()

    async def beantwoord(self, antwoorden: Sequence[Antwoord]) -> list[bool]:
        """Takes in what was answered; tells of each whether we had asked."""
        volgen, _ = self._stores()
        wie = await self._wie([antwoord.sleutel for antwoord in antwoorden])
        return [
            jongere_id is not None and await self._neem_antwoord(volgen, jongere_id, antwoord)
            for jongere_id, antwoord in zip(wie, antwoorden, strict=True)
        ]

    async def _wie(self, sleutels: Sequence[Sleutel]) -> list[UUID | None]:
        """Who these are, None where that is not known or not certain."""
        _, personen = self._stores()
        bsns = [s.bsn.get_secret_value() if s.bsn else None for s in sleutels]
        a_nummers = [s.a_nummer.get_secret_value() if s.a_nummer else None for s in sleutels]
        bekend = await personen.locate(filter(None, bsns), filter(None, a_nummers))
        return [
            bekend.bsn.get(bsn or "") or _enige(bekend.a_nummer.get(a_nummer or "", set()))
            for bsn, a_nummer in zip(bsns, a_nummers, strict=True)
        ]

    async def _bekijk(self, jongeren: Sequence[UUID]) -> None:
        volgen, personen = self._stores()
        vandaag = self._clock.today()
        overgangen = []
        async with volgen.pool.acquire() as db, db.transaction():
            bekend = _bekenden(await personen.load(db, jongeren))
            await volgen.bekeken(db, {jongere_id: jongere_id in bekend for jongere_id in jongeren})
            for wie in await volgen.gevolgden(db, jongeren):
                wens = bepaal_wens(
                    bekend.get(wie.jongere_id), wie.volgers, self._regio, vandaag,
                    opgegaan=wie.opgegaan, uit_beeld=wie.uit_beeld,
                )  # fmt: skip
                naar = overgang(wie.stand, wens, wie.verzonden)
                if wie.opgegaan and wie.stand is not None:
                    naar = Stand.VERWIJDERD  # its number is gone; the one that remains is followed instead
                if naar is not None:
                    overgangen.append((wie.jongere_id, wie.stand, naar, wens.reden))
            await volgen.zet(db, overgangen, self._kanaal.naam if self._kanaal else "", self._clock.now())

    async def _vraag(self) -> None:
        volgen, personen = self._stores()
        while aanvragen := await volgen.aanvragen(self._clock.now(), _DEEL):
            async with volgen.pool.acquire() as db:
                bekend = _bekenden(await personen.load(db, [a.jongere_id for a in aanvragen]))
            for aanvraag in aanvragen:
                if not await self._vraag_een(volgen, aanvraag, bekend.get(aanvraag.jongere_id)):
                    return

    async def _vraag_een(self, volgen: VolgStore, aanvraag: Aanvraag, persoon: Persoon | None) -> bool:
        """Make one request; False when the other side is away and others need not be tried now."""
        now = self._clock.now()
        plaatsen = aanvraag.stand is Stand.GEVRAAGD
        gedaan = Stand.GEPLAATST if plaatsen else Stand.VERWIJDERD
        if aanvraag.verzonden and not plaatsen:  # LO3 confirms a removal by saying nothing
            await volgen.afgehandeld(aanvraag.jongere_id, aanvraag.stand, gedaan, None, now, None)
            return True
        if aanvraag.verzonden > _HOOGSTENS_GEVRAAGD:
            reden = f"geen antwoord op {aanvraag.verzonden} aanvragen"
            await volgen.afgehandeld(aanvraag.jongere_id, aanvraag.stand, Stand.GEWEIGERD, reden, now, None)
            return True
        bsn = (persoon.bsn if persoon else None) or aanvraag.bsn
        verzoek = Verzoek(aanvraag.jongere_id, plaatsen, aanvraag.verzonden, bsn, persoon.a_nummer if persoon else None)
        try:
            klaar = await self._kanaal.vraag(verzoek) if self._kanaal else False
        except Ongeldig as fout:
            naar = Stand.GEWEIGERD if plaatsen else Stand.VERWIJDERD
            await volgen.afgehandeld(aanvraag.jongere_id, aanvraag.stand, naar, fout.reden, now, None)
            log.warning("follow_refused", jongere_id=str(aanvraag.jongere_id), stand=aanvraag.stand)
            return True
        except (PartnerOnbereikbaar, OSError) as fout:
            await self._later(volgen, aanvraag, fout)
            return False
        if klaar:
            await volgen.afgehandeld(aanvraag.jongere_id, aanvraag.stand, gedaan, None, now, None)
        else:
            await volgen.verzonden(aanvraag, now + self._settings.wacht_op_antwoord)
        return True

    async def _later(self, volgen: VolgStore, aanvraag: Aanvraag, fout: Exception) -> None:
        reden = str(fout) if isinstance(fout, PartnerOnbereikbaar) else type(fout).__name__
        now = self._clock.now()
        if now - aanvraag.sinds >= HORIZON and aanvraag.stand is Stand.GEVRAAGD:
            await volgen.afgehandeld(aanvraag.jongere_id, aanvraag.stand, Stand.GEWEIGERD, reden, now, None)
            log.warning("follow_refused", jongere_id=str(aanvraag.jongere_id), stand=aanvraag.stand)
            return
        await volgen.mislukt(aanvraag, reden, now + timedelta(seconds=delay(aanvraag.mislukt)))

    async def _neem_antwoord(self, volgen: VolgStore, wie: UUID, antwoord: Antwoord) -> bool:
        stand = (await volgen.standen([wie])).get(wie)
        if stand is None:
            return False
        now = self._clock.now()
        weigering = antwoord.weigering
        if weigering is None:
            if stand is Stand.GEVRAAGD:
                await volgen.afgehandeld(wie, stand, Stand.GEPLAATST, None, now, None)
            return True
        gevolg = na_weigering(stand, weigering.soort, weigering.foutreden, weigering.reden)
        if gevolg.stand is stand and not gevolg.opnieuw:
            return True  # about a request that was settled before
        volgende = now + self._settings.wacht_op_antwoord if gevolg.opnieuw else None
        await volgen.afgehandeld(wie, stand, gevolg.stand, gevolg.reden, now, volgende)
        if gevolg.stand is Stand.GEWEIGERD:
            log.warning("follow_refused", jongere_id=str(wie), stand=stand)
        return True


def _bekenden(staten: Mapping[UUID, Inschrijving]) -> dict[UUID, Persoon]:
    return {wie: staat.persoon for wie, staat in staten.items() if staat.persoon is not None}


def _enige(gevonden: set[UUID]) -> UUID | None:
    return next(iter(gevonden)) if len(gevonden) == 1 else None
