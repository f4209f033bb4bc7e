"""Fetching deliveries: store the page, read it, take in each melding, then move the cursor.

Any step may be the last one before a crash: a stored page that was not finished is read again at the next start,
and taking in the same version twice does nothing.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

import structlog
from pydantic import ValidationError

from hub.calendar import schooljaar
from hub.clock import Clock
from hub.database import GONE
from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.intake import Intake, Opnieuw, Raw
from hub.privacy import onthuld_json
from services.ingest_duo.cursors import Cursors
from services.ingest_duo.decisions import OudereVersie
from services.ingest_duo.duo import DuoClient
from services.ingest_duo.duo_namen import FOUT_SELECTIE
from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht, eerste_reden
from services.ingest_duo.model import EIGEN_NUMMER, Verzuimgeval
from services.ingest_duo.opname import Opname
from services.ingest_duo.parser import OnbruikbaarGeval, Selectie, lees_geval, lees_levering

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_QUARANTINE_HEAD = 65_536  # of an answer that is too large only the beginning is kept

# What quarantined content is.
GEVAL_XML = "verzuimgeval"
GEVAL_JSON = "verzuimgeval-json"
PAGINA = "levering"
SELECTIE = "selectie"

# Why everything is read again.
GEVRAAGD = "gevraagd"
GEWEIGERD = "cursor_geweigerd"
ONLEESBAAR = "ONLEESBAAR"
"""Why reading again ended early: a page could not be read, and stands in quarantine."""


class Gelezen(NamedTuple):
    """What a page gave."""

    gevallen: int
    volgende: Selectie | None
    hoogste: datetime | None
    leesbaar: bool = True


class Poller:
    """Fetches meldingen, one uitvoerder after the other, until there are no more.

    `lijnen` is the line to DUO of each uitvoerder; without any there is nothing to fetch. `vooraf` finishes at every
    round what else lay open.
    """

    def __init__(
        self,
        *,
        lijnen: Mapping[str, DuoClient],
        opname: Opname,
        cursors: Cursors,
        intake: Intake,
        clock: Clock,
        serves: Callable[[str], bool],
        begin: datetime,
        overlap: timedelta,
        max_bytes: int,
        vooraf: Sequence[Callable[[], Awaitable[object]]],
    ) -> None:
        self._vooraf = vooraf
        self._lijnen = lijnen
        self._opname = opname
        self._cursors = cursors
        self._intake = intake
        self._clock = clock
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

    async def begin_again(self, vanaf: datetime) -> list[str]:
        """Asks for reading everything again from `vanaf` (Dutch time) on; returns the uitvoerders."""
        for uitvoerder in self._lijnen:
            await self._cursors.begin_again(uitvoerder, vanaf, GEVRAAGD, self._now())
        self.poke()
        return list(self._lijnen)

    async def round(self) -> int:
        """Finishes what lay open, then fetches page after page; returns how many meldingen were read.

        Trouble with one uitvoerder does not keep the next one waiting; the first is raised in the end.
        """
        async with self._turn:
            number, trouble = 0, list[Exception]()
            self._since = None
            for raw in await self._intake.pending():
                number += (await self._take_in(raw, again=True)).gevallen
            await self._maak_af()
            for uitvoerder, duo in self._lijnen.items():
                try:
                    number += await self._changes(uitvoerder, duo)
                except (Tijdelijk, Ongeldig, DuoFoutmelding) as error:
                    trouble.append(error)
            if trouble:
                raise trouble[0]
            return number

    async def _maak_af(self) -> None:
        """What else lay open never keeps DUO's meldingen waiting: it is logged, and tried again at the next round."""
        for werk in self._vooraf:
            try:
                await werk()
            except (PartnerOnbereikbaar, *GONE):
                raise
            except Exception as error:
                log.error("open_work_failed", service="ingest_duo", error=type(error).__name__)

    async def _changes(self, uitvoerder: str, duo: DuoClient) -> int:
        number = await self._read_again(uitvoerder, duo)
        start = await self._cursors.cursor(uitvoerder)
        selectie = Selectie.vanaf((start - self._overlap) if start else self._begin)
        try:
            return number + await self._pages(uitvoerder, duo, selectie, start)
        except DuoFoutmelding as refusal:
            earliest = _oudste(self._clock.today())
            if refusal.code != FOUT_SELECTIE or selectie.stempel == earliest:
                raise
        log.warning("cursor_refused", service="ingest_duo", uitvoerder=uitvoerder)
        await self._cursors.begin_again(uitvoerder, earliest, GEWEIGERD, self._now())
        await self._cursors.forget(uitvoerder)
        return number + await self._read_again(uitvoerder, duo)

    async def _pages(self, uitvoerder: str, duo: DuoClient, selectie: Selectie, since: datetime | None) -> int:
        number, self._since = 0, since
        while True:
            page = await self._fetch(duo, selectie)
            if page is None:
                return number
            number += page.gevallen
            reached = page.volgende.stempel if page.volgende else page.hoogste
            if reached is not None:
                await self._cursors.move(uitvoerder, reached)
                self._since = max(self._since or reached, reached)
            if page.volgende is None or page.volgende <= selectie:
                return number
            selectie = page.volgende

    async def _read_again(self, uitvoerder: str, duo: DuoClient) -> int:
        """Goes on with reading again, if that was asked for; what is known already changes nothing."""
        number, stand = 0, await self._cursors.under_way(uitvoerder)
        self._since = await self._cursors.cursor(uitvoerder)
        while stand is not None:
            selectie = Selectie.vanaf(stand)
            try:
                page = await self._fetch(duo, selectie, again=True)
            except DuoFoutmelding as refusal:
                await self._cursors.refused(uitvoerder, refusal.code)
                raise
            if page is None or not page.leesbaar:
                await self._cursors.refused(uitvoerder, ONLEESBAAR)
                return number
            number += page.gevallen
            last = page.volgende is None or page.volgende <= selectie
            reached = page.hoogste if last else page.volgende and page.volgende.stempel
            if last:
                await self._cursors.move(uitvoerder, reached or stand)
            await self._cursors.progress(uitvoerder, reached, page.gevallen, self._now() if last else None)
            stand = None if last else reached
        return number

    async def _fetch(self, duo: DuoClient, selectie: Selectie, *, again: bool = False) -> Gelezen | None:
        try:
            answer = await duo.wijzigingen(selectie)
        except OngeldigBericht as error:  # larger than we take: there is no whole body to keep
            await self._intake.quarantine(
                str(selectie).encode(), error.plek, error.veld or "bericht", error.reden, self._now(), SELECTIE
            )
            return None
        raw = await self._intake.keep(answer.inhoud, self._now())
        return await self._take_in(raw, again=again)

    async def _take_in(self, raw: Raw, *, again: bool = False) -> Gelezen:
        """Works off a stored page. What it holds may have been taken in before and be out of date by now (`again`)."""
        try:
            levering = lees_levering(raw.body, max_bytes=self._max_bytes)
        except OngeldigBericht as error:
            body = raw.body[:_QUARANTINE_HEAD]
            await self._intake.quarantine(body, error.plek, error.veld or "bericht", error.reden, self._now(), PAGINA)
            await self._intake.finished(raw, self._now())
            return Gelezen(0, None, None, leesbaar=False)
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
            elif EIGEN_NUMMER.fullmatch(geval.meldingsnummer):
                await self._quarantine(geval, "meldingsnummer", "valt in de reeks van meldingen die niet van DUO komen")
            else:
                goede.append(geval)
        for refused in await self._opname.neem_op(goede):
            if not (again and isinstance(refused.fout, OudereVersie)):
                await self._quarantine(refused.geval, refused.fout.veld or "bericht", refused.fout.reden)

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


def _oudste(today: date) -> datetime:
    """Before this DUO has nothing: it keeps what was entered in this schooljaar and the one before
    (Wet register onderwijsdeelnemers art. 30)."""
    last_year = schooljaar(schooljaar(today).begin - timedelta(days=1))
    return datetime.combine(last_year.begin, datetime.min.time())
