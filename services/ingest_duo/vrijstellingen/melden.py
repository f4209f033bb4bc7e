"""Telling DUO about vrijstellingen: one after the other, as often as it takes, with one effect."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from contracts.verstrek import Vrijstellinggegevens
from hub.clock import Clock
from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.messages import Message
from hub.observability import new_traceparent
from hub.waiting import judge
from services.ingest_duo.duo import DuoClient, DuoWeigert
from services.ingest_duo.vrijstellingen.decisions import Gemeld
from services.ingest_duo.vrijstellingen.model import Vrijstelling, Vrijstellingbericht
from services.ingest_duo.vrijstellingen.store import VrijstellingenStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

OVERLEDEN = "OVERLEDEN"
_LONGEST = 3600.0


class Vrijstellingmelder:
    """Tells DUO what it must hear; without a line (`lijn`) to it everything waits.

    `vraag` asks `brp_sync` about a jongere, which is written down there each time.
    """

    def __init__(
        self,
        *,
        store: VrijstellingenStore,
        lijn: Callable[[str], DuoClient | None],
        vraag: Callable[[UUID], Awaitable[Vrijstellinggegevens | None]],
        execute: Callable[[Sequence[Message]], Awaitable[list[Message]]],
        system: Clock,
        rng: random.Random,
    ) -> None:
        self._store = store
        self._lijn = lijn
        self._vraag = vraag
        self._execute = execute
        self._system = system
        self._rng = rng
        self._poke = asyncio.Event()
        self._turn = asyncio.Lock()

    def poke(self) -> None:
        """There is something to tell."""
        self._poke.set()

    async def run(self, interval: float) -> None:
        """Tells for ever; while DUO or `brp_sync` does not answer the pauses grow to an hour."""
        pause = interval
        while True:
            try:
                await self.round()
                pause = interval
            except PartnerOnbereikbaar as error:
                log.warning("vrijstelling_not_told", service="ingest_duo", error=type(error).__name__)
                pause = min(pause * 2, _LONGEST)
            self._poke.clear()
            try:
                async with asyncio.timeout(pause):
                    await self._poke.wait()
            except TimeoutError:
                continue

    async def round(self) -> int:
        """Tells everything that may be told now; returns how many DUO took. Raises `PartnerOnbereikbaar`."""
        async with self._turn:
            return sum([await self._een(v) for v in await self._store.te_melden(self._system.now())])

    async def _een(self, v: Vrijstelling) -> int:
        duo = self._lijn(v.gemeente)
        if duo is None:
            return 0
        try:
            code = await self._meld(duo, v)
        except Tijdelijk as error:
            return await self._wacht(v, error)
        await self._onthoud(v, code)
        return code is None

    async def _meld(self, duo: DuoClient, v: Vrijstelling) -> str | None:
        """None when DUO took it, else its code; raises `Tijdelijk` when something of the jongere is missing."""
        wie = await self._vraag(v.jongere_id)
        if wie is None or (wie.bsn is None and wie.onderwijsnummer is None):
            raise Tijdelijk("persoonsgebonden nummer onbekend")
        if wie.overleden:
            return OVERLEDEN
        if wie.postcode is None:
            raise Tijdelijk("postcode onbekend")
        try:
            await duo.meld_vrijstelling(
                Vrijstellingbericht(
                    kenmerk=v.vrijstelling_id.hex,
                    versie=v.versie,
                    bsn=wie.bsn,
                    onderwijsnummer=None if wie.bsn else wie.onderwijsnummer,
                    postcode=wie.postcode,
                    soort=v.soort,
                    begindatum=v.begindatum,
                    einddatum=v.einddatum,
                    eerder=v.eerder,
                    ingetrokken=v.ingetrokken,
                )
            )
        except DuoWeigert as refusal:
            return refusal.code
        return None

    async def _wacht(self, v: Vrijstelling, error: Tijdelijk) -> int:
        now = self._system.now()
        verdict = judge(error, v.pogingen, v.sinds or now, now, self._rng)
        if verdict.volgende_poging is None:
            await self._onthoud(v, str(error))
        else:
            await self._store.stel_uit(v, str(error), verdict.pogingen, v.sinds or now, verdict.volgende_poging)
        return 0

    async def _onthoud(self, v: Vrijstelling, code: str | None) -> None:
        gemeld = Gemeld(v.vrijstelling_id, v.versie, code)
        for done in await self._execute([Message(v.jongere_id, v.gemeente, gemeld, traceparent=new_traceparent())]):
            if done.error is not None and not isinstance(done.error, Ongeldig):
                raise done.error
