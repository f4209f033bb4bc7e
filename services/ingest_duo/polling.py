"""Fetching deliveries: store the page, read it, take in each melding, then move the cursor.

Any step may be the last one before a crash: a stored page that was not finished is read again at the next start,
and taking in the same version twice does nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import structlog
from pydantic import ValidationError

from contracts.verstrek import TeIdentificeren
from hub.clock import Clock
from hub.crypto import Kluis
from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.intake import Intake, Opnieuw, Raw
from hub.messages import Message
from hub.observability import new_traceparent
from hub.privacy import onthuld_json
from services.ingest_duo.decisions import SEALED_AS, NeemOp, OudereVersie, content_fingerprint
from services.ingest_duo.duo import DuoClient
from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht, eerste_reden
from services.ingest_duo.model import Verzuimgeval
from services.ingest_duo.parser import OnbruikbaarGeval, Selectie, lees_geval, lees_levering
from services.ingest_duo.store import MeldingenStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_BATCH = 256
_QUARANTINE_HEAD = 65_536  # of an answer that is too large only the beginning is kept

# What quarantined content is.
GEVAL_XML = "verzuimgeval"
GEVAL_JSON = "verzuimgeval-json"
PAGINA = "levering"
SELECTIE = "selectie"


class Gelezen(NamedTuple):
    """What a page gave."""

    gevallen: int
    volgende: Selectie | None
    hoogste: datetime | None


class Poller:
    """Fetches one uitvoerder's meldingen until there are no more."""

    def __init__(
        self,
        *,
        uitvoerder: str,
        duo: DuoClient,
        store: MeldingenStore,
        intake: Intake,
        kluis: Kluis,
        clock: Clock,
        execute: Callable[[Sequence[Message]], Awaitable[list[Message]]],
        identify: Callable[[Sequence[TeIdentificeren]], Awaitable[Sequence[UUID]]],
        serves: Callable[[str], bool],
        begin: datetime,
        overlap: timedelta,
        max_bytes: int,
    ) -> None:
        self._uitvoerder = uitvoerder
        self._duo = duo
        self._store = store
        self._intake = intake
        self._kluis = kluis
        self._clock = clock
        self._execute = execute
        self._identify = identify
        self._serves = serves
        self._begin = begin
        self._overlap = overlap
        self._max_bytes = max_bytes
        self._since: datetime | None = None
        self._poke = asyncio.Event()
        self._turn = asyncio.Lock()

    async def run(self, interval: float) -> None:
        """Fetches for ever; trouble is logged and tried again."""
        while True:
            try:
                await self.round()
            except (PartnerOnbereikbaar, Tijdelijk, Ongeldig, DuoFoutmelding) as error:
                log.warning("delivery_failed", service="ingest_duo", error=type(error).__name__)
            self._poke.clear()
            try:
                async with asyncio.timeout(interval):
                    await self._poke.wait()
            except TimeoutError:
                continue

    def poke(self) -> None:
        """Fetch now rather than at the next interval."""
        self._poke.set()

    async def round(self) -> int:
        """Finishes what lay open, then fetches page after page; returns how many meldingen were read."""
        async with self._turn:
            number = 0
            self._since = start = await self._store.cursor(self._uitvoerder)
            for raw in await self._intake.pending():
                number += (await self._take_in(raw, again=True)).gevallen
            selectie = Selectie.vanaf((start - self._overlap) if start else self._begin)
            while True:
                page = await self._fetch(selectie)
                if page is None:
                    return number
                number += page.gevallen
                reached = page.volgende.stempel if page.volgende else page.hoogste
                if reached is not None:
                    await self._store.move_cursor(self._uitvoerder, reached)
                    self._since = max(self._since or reached, reached)
                if page.volgende is None or page.volgende <= selectie:
                    return number
                selectie = page.volgende

    async def _fetch(self, selectie: Selectie) -> Gelezen | None:
        try:
            answer = await self._duo.wijzigingen(selectie)
        except OngeldigBericht as error:  # larger than we take: there is no whole body to keep
            await self._intake.quarantine(
                str(selectie).encode(), error.plek, error.veld or "bericht", error.reden, self._now(), SELECTIE
            )
            return None
        raw = await self._intake.keep(answer.inhoud, self._now())
        return await self._take_in(raw)

    async def _take_in(self, raw: Raw, *, again: bool = False) -> Gelezen:
        """Works off a stored page. What it holds may have been taken in before and be out of date by now (`again`)."""
        try:
            levering = lees_levering(raw.body, max_bytes=self._max_bytes)
        except OngeldigBericht as error:
            body = raw.body[:_QUARANTINE_HEAD]
            await self._intake.quarantine(body, error.plek, error.veld or "bericht", error.reden, self._now(), PAGINA)
            await self._intake.finished(raw, self._now())
            return Gelezen(0, None, None)
        except DuoFoutmelding:
            await self._intake.finished(raw, self._now(), aantal=0)
            raise
        await self._take_in_gevallen(levering.gevallen, again)
        await self._intake.finished(raw, self._now(), aantal=sum(map(self._is_news, levering.gevallen)))
        return Gelezen(len(levering.gevallen), levering.volgende_selectie, levering.hoogste_stempel)

    def _is_news(self, geval: Verzuimgeval | OnbruikbaarGeval) -> bool:
        """The overlap of the cursor brings the last melding at every round."""
        stamp = geval.laatste_mutatie
        return stamp is None or self._since is None or stamp > self._since

    async def _take_in_gevallen(self, gevallen: Sequence[Verzuimgeval | OnbruikbaarGeval], again: bool) -> None:
        goede: list[Verzuimgeval] = []
        for geval in gevallen:
            if isinstance(geval, OnbruikbaarGeval):
                ruw = geval.ruw.get_secret_value()
                await self._intake.quarantine(ruw, geval.plek, geval.veld, geval.reden, self._now(), GEVAL_XML)
            elif not self._serves(geval.ontvangende_gemeente):
                await self._quarantine(geval, "ontvangende_gemeente", "deze gemeente hoort niet bij deze installatie")
            else:
                goede.append(geval)
        for start in range(0, len(goede), _BATCH):
            await self._store_batch(goede[start : start + _BATCH], again)

    async def _store_batch(self, gevallen: Sequence[Verzuimgeval], again: bool) -> None:
        wanted = [
            TeIdentificeren(bsn=g.bsn, onderwijsnummer=g.onderwijsnummer, gemeente=g.ontvangende_gemeente)
            for g in gevallen
        ]
        jongeren = await self._identify(wanted)
        commands = [
            Message(jongere_id, g.ontvangende_gemeente, self._command(g), traceparent=new_traceparent())
            for jongere_id, g in zip(jongeren, gevallen, strict=True)
        ]
        for done in await self._execute(commands):
            if again and isinstance(done.error, OudereVersie):
                continue
            if isinstance(done.error, Ongeldig):
                await self._quarantine(done.data.geval, done.error.veld or "bericht", done.error.reden)
            elif done.error is not None:
                raise done.error

    def _command(self, geval: Verzuimgeval) -> NeemOp:
        return NeemOp(geval, self._kluis.seal(onthuld_json(geval), SEALED_AS), content_fingerprint(geval))

    async def _quarantine(self, geval: Verzuimgeval, veld: str, reden: str) -> None:
        plek = f"Verzuimgeval {geval.meldingsnummer}"
        await self._intake.quarantine(onthuld_json(geval), plek, veld, reden, self._now(), GEVAL_JSON)

    # Out of quarantine

    def opnieuw(self) -> dict[str, Opnieuw]:
        """How quarantined content is taken in again; a newer version that is known already stays."""
        return {GEVAL_XML: self._xml_again, GEVAL_JSON: self._json_again, PAGINA: self._page_again}

    async def _xml_again(self, body: bytes) -> None:
        geval = lees_geval(body, max_bytes=self._max_bytes)
        if isinstance(geval, OnbruikbaarGeval):
            raise Ongeldig(geval.reden, geval.veld)
        await self._take_in_gevallen([geval], again=True)

    async def _json_again(self, body: bytes) -> None:
        try:
            geval = Verzuimgeval.model_validate_json(body)
        except ValidationError as error:
            veld, reden = eerste_reden(error)
            raise Ongeldig(reden, veld) from None
        await self._take_in_gevallen([geval], again=True)

    async def _page_again(self, body: bytes) -> None:
        await self._take_in_gevallen(lees_levering(body, max_bytes=self._max_bytes).gevallen, again=True)

    def _now(self) -> datetime:
        return self._clock.now()
