"""Taking in npsLk01: stored, confirmed with Bv03, and worked on afterwards, in order, in batches."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Any, Final

import structlog
from lxml import etree
from prometheus_client import Counter

from hub.clock import Clock
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.gather import Gather
from hub.intake import BERICHT, Intake, Raw
from hub.observability import REGISTRY
from hub.service import Service
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.decisions import Wijzig
from services.brp_sync.stuf.keuring import Keuring
from services.brp_sync.stuf.messages import Foutplek, Mutatiesoort, NpsLk01, OngeldigBericht, Stuurgegevens
from services.brp_sync.stuf.objects import Lezing
from services.brp_sync.stuf.postvak import Bewaard, Ontvangst, Post, Postvak
from services.brp_sync.stuf.reading import lees_bericht, lees_npslk01, ontleed
from services.brp_sync.stuf.replies import bouw_bv03, bouw_fo03
from services.brp_sync.stuf.settings import StufSettings

log: structlog.stdlib.BoundLogger = structlog.get_logger()

BRON: Final = "stuf-bg"
_PAGE: Final = 256
_FORGET_SECONDS: Final = 86_400.0
_LINGER: Final = 0.01
"""Seconds in which a batch may grow: its senders have their answer, and one transaction for many is cheaper."""
_MESSAGES = Counter("schakel_stuf_berichten", "Beantwoorde npsLk01", ["antwoord"], registry=REGISTRY)

Verwerk = Callable[[Sequence[Aanlevering]], Awaitable[list[Ongeldig | None]]]
InBeeld = Callable[[Sequence[tuple[Sleutel, bool]]], Awaitable[None]]
"""Hears about whom the sender tells from now on (T) or no more (V)."""
Antwoord = tuple[int, bytes]


class StufInname:
    """One source of `brp_sync`."""

    def __init__(self, settings: StufSettings, clock: Clock, batch: int, verwerk: Verwerk, in_beeld: InBeeld) -> None:
        self._settings = settings
        self._clock = clock
        self._batch = batch
        self._verwerk = verwerk
        self._in_beeld = in_beeld
        self._keuring = Keuring(settings.schema_pad)

    intake: Intake
    postvak: Postvak

    def begin(self, service: Service[Any], kluis: Kluis) -> None:
        """Called when the service starts, before anything comes in."""
        self.intake = service.intake(kluis, BRON, {BERICHT: self._opnieuw})
        self.postvak = Postvak(service.pool, kluis, BRON, self._settings.wachtend)
        self._keep: Gather[Post, Ontvangst] = Gather(self._bewaar, self._batch)

    async def neem(self, body: bytes, referentienummer: str, token: str | None = None) -> Antwoord:
        """Answers one message: Bv03 once it is stored, Fo03 when it cannot be used; status and body of the HTTP answer.

        What cannot be understood is put in quarantine. `referentienummer` is that of our answer.
        """
        now = self._clock.now()
        element = None
        try:
            element = ontleed(body)
            bericht = lees_bericht(element, Lezing.WIE)
        except OngeldigBericht as fout:
            return await self._weiger(body, element, fout, referentienummer, token)
        if geweigerd := self._geen_toegang(bericht.stuurgegevens, token):
            return _fo03(bericht.stuurgegevens, now, referentienummer, *geweigerd)
        self._keuring.meld(bericht.stuurgegevens.zender.applicatie, self._keuring.oordeel(element))
        ontvangst = await self._keep(Post(bericht, body))
        _MESSAGES.labels(ontvangst).inc()
        if ontvangst is Ontvangst.ANDERE_INHOUD:
            reden = "referentienummer: hoort bij een eerder bericht met een andere inhoud"
            await self.intake.quarantine(body, "stuurgegevens", "referentienummer", reden.partition(": ")[2], now)
            return _fo03(bericht.stuurgegevens, now, referentienummer, "StUF016", reden)
        return 200, bouw_bv03(bericht, now, referentienummer)

    async def _bewaar(self, post: Sequence[Post]) -> Sequence[Ontvangst]:
        return await self.postvak.keep(post, self._clock.now())

    async def _weiger(
        self,
        body: bytes,
        element: etree._Element | None,
        fout: OngeldigBericht,
        referentienummer: str,
        token: str | None,
    ) -> Antwoord:
        now = self._clock.now()
        if geweigerd := self._geen_toegang(fout.stuurgegevens, token):
            return _fo03(fout.stuurgegevens, now, referentienummer, *geweigerd)
        _MESSAGES.labels("onbruikbaar").inc()
        if element is not None and fout.stuurgegevens is not None:
            self._keuring.meld(fout.stuurgegevens.zender.applicatie, self._keuring.oordeel(element))
        await self.intake.quarantine(body, fout.plek, fout.veld, fout.reden, now)
        return _fo03(fout.stuurgegevens, now, referentienummer, fout.code, fout.reden)

    def _geen_toegang(self, stuurgegevens: Stuurgegevens | None, token: str | None) -> tuple[str, str] | None:
        """The fault code and reason when the sender may not send; nothing of its message is kept then."""
        verwacht = self._settings.token
        if verwacht is not None and not _gelijk(verwacht.get_secret_value(), token or ""):
            fout = "StUF052", "de zender is niet geautoriseerd"
        elif self._settings.zenders and (stuurgegevens is None or not self._settings.mag_zenden(stuurgegevens.zender)):
            fout = "StUF013", "de zender is niet bekend bij deze ontvanger"
        else:
            return None
        _MESSAGES.labels("geen_toegang").inc()
        log.warning("stuf_sender_refused", code=fout[0])
        return fout

    async def run(self) -> None:
        """Works on what was stored and not finished when the service began, then on what comes in, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._work())
            tasks.create_task(self._forget())

    async def _work(self) -> None:
        last = 0
        while page := await self.intake.pending(after=last, limit=_PAGE):
            last = page[-1].id
            await self._werk_af([post for raw in page if (post := await self._lees_opnieuw(raw)) is not None])
        queue = self.postvak.nieuw
        while True:
            batch = [await queue.get()]
            if queue.qsize() < self._batch:
                await asyncio.sleep(_LINGER)
            while len(batch) < self._batch and not queue.empty():
                batch.append(queue.get_nowait())
            await self._werk_af([post for post in batch if post.id > last])

    async def _lees_opnieuw(self, raw: Raw) -> Bewaard | None:
        """What was stored is read once more; what an older version could read and this one cannot is put aside."""
        try:
            return Bewaard(raw.id, lees_npslk01(raw.body, voorheen=Lezing.WIE), raw.body)
        except OngeldigBericht as fout:
            now = self._clock.now()
            await self.intake.quarantine(raw.body, fout.plek, fout.veld, fout.reden, now)
            await self.intake.finished(raw, now)
            return None

    async def _forget(self) -> None:
        while True:
            forgotten = await self.postvak.forget(self._clock.now() - self._settings.bewaartijd)
            if forgotten:
                log.info("stuf_keys_forgotten", number=forgotten)
            await self._clock.sleep(_FORGET_SECONDS)

    async def _werk_af(self, berichten: Sequence[Bewaard]) -> None:
        aanleveringen = [(post, naar_aanlevering(post.bericht, post.id)) for post in berichten]
        items = [(post, aanlevering) for post, aanlevering in aanleveringen if aanlevering is not None]
        uitslagen = await self._verwerk([aanlevering for _, aanlevering in items])
        now = self._clock.now()
        for (post, aanlevering), uitslag in zip(items, uitslagen, strict=True):
            if uitslag is not None:
                await self.intake.quarantine(post.body, aanlevering.plek, uitslag.veld or BERICHT, uitslag.reden, now)
        await self._in_beeld([bij for post in berichten if (bij := _in_beeld(post.bericht)) is not None])
        await self.intake.finished_all([Raw(post.id, post.body) for post in berichten], now)

    async def _opnieuw(self, body: bytes) -> None:
        """Takes in one npsLk01 from quarantine; its sender was answered long ago."""
        try:
            bericht = lees_npslk01(body, voorheen=Lezing.WIE)
        except OngeldigBericht as fout:
            await self.intake.quarantine(body, fout.plek, fout.veld, fout.reden, self._clock.now())
            return
        aanlevering = naar_aanlevering(bericht)
        for uitslag in await self._verwerk([aanlevering] if aanlevering else []):
            if uitslag is not None:
                raise uitslag
        if (bij := _in_beeld(bericht)) is not None:
            await self._in_beeld([bij])


def naar_aanlevering(bericht: NpsLk01, nr: int | None = None) -> Aanlevering | None:
    """What the message asks of us; None for a V, by which the sender only stops following the person.

    `nr` is its number as it was stored: handled before, it does nothing; None for what comes out of quarantine.
    IndicatorOvername makes no difference: what the BRP tells is taken over, whether we must or may.
    """
    if bericht.mutatiesoort is Mutatiesoort.VERWIJDERING:
        return None
    nieuw = bericht.nieuw.wijziging
    oud = bericht.oud.wijziging if bericht.oud else nieuw
    sleutel = Sleutel(oud.bsn or nieuw.bsn, oud.a_nummer or nieuw.a_nummer)
    opdracht = Wijzig(nieuw, zonder_verhuizing=_is_correctie(bericht), stuf_nr=nr)
    return Aanlevering(sleutel, opdracht, "object", ontdubbeld=bericht.nieuw.verwerkingssoort == "O")


def _in_beeld(bericht: NpsLk01) -> tuple[Sleutel, bool] | None:
    if bericht.mutatiesoort not in (Mutatiesoort.TOEVOEGING, Mutatiesoort.VERWIJDERING):
        return None
    wie = bericht.nieuw.wijziging
    return Sleutel(wie.bsn, wie.a_nummer), bericht.mutatiesoort is Mutatiesoort.TOEVOEGING


def _is_correctie(bericht: NpsLk01) -> bool:
    """Whether what was written down wrong is set right: within the gemeente nobody moved then."""
    if bericht.oud is None or bericht.mutatiesoort is Mutatiesoort.WIJZIGING:
        return False
    gemeente = bericht.nieuw.wijziging.gemeente
    return gemeente is None or gemeente == bericht.oud.wijziging.gemeente


def _fo03(stuurgegevens: Stuurgegevens | None, now: datetime, referentienummer: str, code: str, reden: str) -> Antwoord:
    return 500, bouw_fo03(stuurgegevens, now, referentienummer, code, reden, plek=Foutplek.CLIENT)


def _gelijk(verwacht: str, token: str) -> bool:
    """In constant time; a header may hold any character."""
    return hmac.compare_digest(verwacht.encode(), token.encode())
