"""A stand-in for Halt: JSON over real HTTP, referrals in memory, a numbered feed of outcomes, faults to switch on."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from contracts.codes import HaltAfloop
from hub.clock import Clock
from services.halt_bridge import halt_namen as namen
from simulators.loopback import Loopback, ZwijgendAntwoord

Verzoek = Literal["aanbieden", "stop", "aflopen"]
_CODES = {afloop: code for code, afloop in namen.AFLOOP_CODES.items()}


class HaltStoringSoort(StrEnum):
    """The faults the stand-in can show."""

    VERTRAGING = "vertraging"
    WEIGERING = "weigering"
    HTTP_500 = "http_500"
    TIMEOUT_NA_EFFECT = "timeout_na_effect"
    STILTE = "stilte"
    DUBBELE_AFLOOP = "dubbele_afloop"
    KAPOT_ANTWOORD = "kapot_antwoord"


@dataclass(slots=True)
class HaltStoring:
    """A fault for the next `aantal` answers, of one kind of request (`bij`) or of any.

    `seconden` is how late an answer with VERTRAGING is; `code` is the reason of a WEIGERING. STILTE gives neither
    effect nor answer, TIMEOUT_NA_EFFECT has the effect without the answer.
    """

    soort: HaltStoringSoort
    aantal: int = 1
    bij: Verzoek | None = None
    seconden: float = 0.0
    code: str = "CRITERIA"


class HaltSimulator:
    """Halt as a leerplichtambtenaar's system would meet it, on 127.0.0.1; `clock` dates the receipts."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._bewijzen: dict[str, dict[str, Any]] = {}
        self._feed: list[dict[str, Any]] = []
        self._loopback = Loopback(
            Starlette(
                routes=[
                    Route(namen.VERWIJZINGEN, self._aanbieden, methods=["POST"]),
                    Route(namen.STOP, self._stop, methods=["POST"]),
                    Route(namen.NIEUW_VERZUIM, self._nieuw_verzuim, methods=["POST"]),
                    Route(namen.AFLOPEN, self._aflopen, methods=["GET"]),
                ]
            )
        )
        self.storingen: list[HaltStoring] = []
        self.aangeboden: Counter[str] = Counter()
        """How often each kenmerk arrived, repeats included."""
        self.verwijzingen: dict[str, dict[str, Any]] = {}
        """The first message per kenmerk: one entry is one referral that took effect."""
        self.aangekomen: dict[str, datetime] = {}
        """When that first message came."""
        self.gestopt: Counter[str] = Counter()
        """How often a stop of each kenmerk took effect, repeats included."""
        self.afgelopen: set[str] = set()
        """Referrals whose course ended: these cannot be stopped."""
        self.nieuw_verzuim: dict[tuple[str, str], int] = {}
        """Hours of new absence per (kenmerk, date)."""

    @property
    def url(self) -> str:
        """Base address, once started."""
        return self._loopback.basis

    async def start(self) -> None:
        """Begin to listen on a free port."""
        await self._loopback.start()

    async def stop(self) -> None:
        """Stop listening; referrals and feed stay."""
        await self._loopback.stop()

    def geef_afloop(self, kenmerk: str, afloop: HaltAfloop, datum: date, toelichting: str | None = None) -> int:
        """End a referral and return the volgnummer in the feed; raises KeyError for an unknown kenmerk."""
        if kenmerk not in self.verwijzingen:
            raise KeyError(kenmerk)
        regel = {
            namen.KENMERK: kenmerk,
            namen.AFLOOP: _CODES[afloop],
            namen.DATUM: datum.isoformat(),
        }
        self.afgelopen.add(kenmerk)
        return self.zet_in_feed(regel if toelichting is None else {**regel, namen.TOELICHTING: toelichting})

    def zet_in_feed(self, regel: dict[str, Any]) -> int:
        """Put an entry in the feed as it is, however wrong, under the next volgnummer, which is returned."""
        volgnummer = len(self._feed) + 1
        self._feed.append({**regel, namen.VOLGNUMMER: volgnummer})
        return volgnummer

    def _neem_storing(self, bij: Verzoek) -> HaltStoring | None:
        for storing in self.storingen:
            if storing.bij in (None, bij):
                storing.aantal -= 1
                if storing.aantal <= 0:
                    self.storingen.remove(storing)
                return storing
        return None

    async def _vooraf(self, bij: Verzoek) -> tuple[HaltStoringSoort | None, Response | None]:
        """The fault for this request, and the answer when the request has no effect at all."""
        storing = self._neem_storing(bij)
        if storing is None:
            return None, None
        if storing.soort is HaltStoringSoort.VERTRAGING:
            await asyncio.sleep(storing.seconden)
        if storing.soort is HaltStoringSoort.HTTP_500:
            return storing.soort, Response("storing", 500)
        if storing.soort is HaltStoringSoort.STILTE:
            return storing.soort, ZwijgendAntwoord()
        if storing.soort is HaltStoringSoort.WEIGERING:
            return storing.soort, JSONResponse({namen.WEIGERING: storing.code}, 422)
        return storing.soort, None

    @staticmethod
    def _achteraf(kwaal: HaltStoringSoort | None, inhoud: dict[str, Any], status: int = 200) -> Response:
        if kwaal is HaltStoringSoort.TIMEOUT_NA_EFFECT:
            return ZwijgendAntwoord()
        if kwaal is HaltStoringSoort.KAPOT_ANTWOORD:
            return Response(b'{"kenmerk": ', status, media_type="application/json")
        return JSONResponse(inhoud, status)

    async def _aanbieden(self, verzoek: Request) -> Response:
        bericht = await verzoek.json()
        kenmerk = bericht[namen.KENMERK]
        self.aangeboden[kenmerk] += 1
        kwaal, antwoord = await self._vooraf("aanbieden")
        if antwoord is not None:
            return antwoord
        if self.gestopt[kenmerk]:
            return self._achteraf(kwaal, {namen.WEIGERING: namen.GESTOPT}, 422)
        nieuw = kenmerk not in self.verwijzingen
        if nieuw:
            self.verwijzingen[kenmerk] = bericht
            self.aangekomen[kenmerk] = self._clock.now()
            self._bewijzen[kenmerk] = {
                namen.KENMERK: kenmerk,
                namen.ONTVANGST_ID: f"HALT-{len(self._bewijzen) + 1:06d}",
                namen.ONTVANGEN_OP: self._clock.today().isoformat(),
            }
        return self._achteraf(kwaal, self._bewijzen[kenmerk], 201 if nieuw else 200)

    async def _stop(self, verzoek: Request) -> Response:
        kenmerk = verzoek.path_params["kenmerk"]
        kwaal, antwoord = await self._vooraf("stop")
        if antwoord is not None:
            return antwoord
        if kenmerk in self.afgelopen:
            return self._achteraf(kwaal, {namen.WEIGERING: namen.AL_AFGELOPEN}, 422)
        self.gestopt[kenmerk] += 1
        return self._achteraf(kwaal, {namen.KENMERK: kenmerk, namen.BEKEND: kenmerk in self.verwijzingen})

    async def _nieuw_verzuim(self, verzoek: Request) -> Response:
        kenmerk = verzoek.path_params["kenmerk"]
        bericht = await verzoek.json()
        kwaal, antwoord = await self._vooraf("aanbieden")
        if antwoord is not None:
            return antwoord
        if kenmerk not in self.verwijzingen:
            return JSONResponse({namen.WEIGERING: "KENMERK_ONBEKEND"}, 404)
        self.nieuw_verzuim[kenmerk, bericht[namen.DATUM]] = bericht[namen.UREN]
        return self._achteraf(kwaal, {namen.KENMERK: kenmerk})

    async def _aflopen(self, verzoek: Request) -> Response:
        sinds = int(verzoek.query_params[namen.SINDS])
        kwaal, antwoord = await self._vooraf("aflopen")
        if antwoord is not None:
            return antwoord
        regels = self._feed[sinds:]
        if kwaal is HaltStoringSoort.DUBBELE_AFLOOP:
            regels = [regel for regel in regels for _ in range(2)]
        return self._achteraf(kwaal, {namen.FEED: regels})
