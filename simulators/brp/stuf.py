"""A gegevensmagazijn (DDS) of a gemeente: sends npsLk01 about its residents over HTTP and keeps what was confirmed.

As such systems do, it sends one message after the other, holds on to each until it is answered, and offers it again,
unchanged, when no answer comes. Faults can be switched on, to see what the receiver does.
"""

import random
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

import httpx
from lxml import etree

from hub.clock import Clock
from services.brp_sync.model import Persoon
from services.brp_sync.stuf import SOAP_ACTION, Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from services.brp_sync.stuf.messages import BG, STUF

PAD: Final = "/stuf-bg/0310/npsLk01"
_KOPPEN: Final = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": SOAP_ACTION}
_SOORT: Final = f"{{{STUF}}}verwerkingssoort"


class StufStoring(StrEnum):
    """What can go wrong with one message.

    DUBBEL is sent twice; VERWISSELD changes places with the next; KAPOT is cut off in the middle; VORMFOUT misses what
    the schema asks for and can be understood; STILTE is sent, and its answer does not come; VERBROKEN never arrives.
    After the last two it is sent again.
    """

    DUBBEL = "dubbel"
    VERWISSELD = "verwisseld"
    KAPOT = "kapot"
    VORMFOUT = "vormfout"
    STILTE = "stilte"
    VERBROKEN = "verbroken"


@dataclass(frozen=True, slots=True)
class Verzending:
    """One message; `referentienummer` is what it is known by."""

    referentienummer: str
    body: bytes
    geprobeerd: bool = False


@dataclass
class Logboek:
    """What came of the messages, by referentienummer: `bevestigd` with Bv03, `geweigerd` with the code of the Fo03."""

    bevestigd: list[str] = field(default_factory=list)
    geweigerd: dict[str, str] = field(default_factory=dict)
    pogingen: int = 0


class Gegevensmagazijn:
    """The system of one gemeente. `storingen` hit the next tries, one each; `kans` gives the others one by chance.

    A message that is offered again is the same to the byte, whatever was wrong with it.
    """

    def __init__(
        self,
        client: httpx.AsyncClient,
        clock: Clock,
        rng: random.Random,
        *,
        gemeente: str,
        applicatie: str = "DDS",
        kans: float = 0.0,
        token: str | None = None,
    ) -> None:
        """`client` has the address of the hub; `token` is the shared secret, when there is one."""
        self.logboek = Logboek()
        self.storingen: deque[StufStoring] = deque()
        self._client = client
        self._clock = clock
        self._rng = rng
        self._kans = kans
        self._koppen = _KOPPEN | ({"Authorization": f"Bearer {token}"} if token else {})
        self._zender = Systeem(organisatie=gemeente, applicatie=applicatie)
        self._bekend: dict[str, Persoon] = {}
        self._sleutels: dict[str, str] = {}
        self._postvak: deque[Verzending] = deque()
        self._nummer = 0

    @property
    def postvak(self) -> tuple[Verzending, ...]:
        """What is still to be answered, in order."""
        return tuple(self._postvak)

    def meld(self, persoon: Persoon, sleutel: str | None = None) -> None:
        """Puts ready how somebody is now: T the first time, W after that; nothing when nothing changed."""
        wie = sleutel or _bsn(persoon)
        oud = self._bekend.get(wie)
        self._bekend[wie] = persoon
        if oud is None:
            self._klaar(persoon, Mutatiesoort.TOEVOEGING, None, wie)
        elif oud != persoon:
            self._klaar(persoon, Mutatiesoort.WIJZIGING, oud, wie)

    def corrigeer(self, persoon: Persoon, oud: Persoon, verwerkingssoort: str = "W") -> None:
        """Puts ready a C: W corrects data, S the key, O joins two who are one."""
        self._bekend.pop(_bsn(oud), None)
        self._bekend[_bsn(persoon)] = persoon
        self._klaar(persoon, Mutatiesoort.CORRECTIE, oud, _bsn(persoon), verwerkingssoort)

    def volg_niet_meer(self, persoon: Persoon) -> None:
        """Puts ready a V: the person is not of interest any more."""
        self._bekend.pop(_bsn(persoon), None)
        self._klaar(persoon, Mutatiesoort.VERWIJDERING, None, _bsn(persoon))

    def meld_allen(self, personen: Iterable[Persoon]) -> None:
        """`meld` for each."""
        for persoon in personen:
            self.meld(persoon)

    async def verzend(self, pogingen: int = 1000) -> int:
        """Sends what is ready until all is answered or there were so many tries; returns what is left."""
        for _ in range(pogingen):
            if not self._postvak:
                break
            await self._verzend_een(self._kies_storing())
        return len(self._postvak)

    def _kies_storing(self) -> StufStoring | None:
        if self.storingen:
            return self.storingen.popleft()
        return self._rng.choice(list(StufStoring)) if self._rng.random() < self._kans else None

    async def _verzend_een(self, storing: StufStoring | None) -> None:
        if storing is StufStoring.VERWISSELD and len(self._postvak) > 1:
            self._postvak[0], self._postvak[1] = self._postvak[1], self._postvak[0]
        verzending = self._postvak[0]
        self.logboek.pogingen += 1
        if storing is StufStoring.VERBROKEN:
            return
        body = verzending.body if verzending.geprobeerd else _bedorven(verzending.body, storing)
        self._postvak[0] = Verzending(verzending.referentienummer, body, geprobeerd=True)
        try:
            answer = await self._client.post(PAD, content=body, headers=self._koppen)
            if storing is StufStoring.DUBBEL:
                answer = await self._client.post(PAD, content=body, headers=self._koppen)
        except httpx.HTTPError:
            return
        if storing is StufStoring.STILTE or "xml" not in answer.headers.get("content-type", ""):
            return
        self._postvak.popleft()
        self._noteer(verzending.referentienummer, answer)

    def _noteer(self, referentienummer: str, answer: httpx.Response) -> None:
        gelezen = etree.fromstring(answer.content)
        if gelezen.findtext(f".//{{{STUF}}}crossRefnummer") == referentienummer and answer.is_success:
            self.logboek.bevestigd.append(referentienummer)
        else:
            self.logboek.geweigerd[referentienummer] = gelezen.findtext(f".//{{{STUF}}}code") or "soap"

    def _klaar(
        self,
        persoon: Persoon,
        soort: Mutatiesoort,
        oud: Persoon | None,
        sleutel: str,
        verwerkingssoort: str | None = None,
    ) -> None:
        self._nummer += 1
        stuurgegevens = Stuurgegevens(
            zender=self._zender,
            ontvanger=Systeem(applicatie="LEERPLICHT"),
            referentienummer=f"{self._zender.applicatie}-{self._zender.organisatie}-{self._nummer:08}",
            tijdstip=_tijdstip(self._clock.now()),
        )
        kenmerk = self._sleutels.setdefault(sleutel, f"{len(self._sleutels) + 1:08}")
        body = bouw_npslk01(persoon, soort, stuurgegevens, oud=oud, sleutel=kenmerk, verwerkingssoort=verwerkingssoort)
        self._postvak.append(Verzending(stuurgegevens.referentienummer, body))


def _bsn(persoon: Persoon) -> str:
    if persoon.bsn is None:
        raise ValueError("een gegevensmagazijn kent iedereen met een BSN")
    return persoon.bsn.get_secret_value()


def _tijdstip(nu: datetime) -> str:
    return f"{nu:%Y%m%d%H%M%S}{nu.microsecond // 1000:03}"


def _bedorven(body: bytes, storing: StufStoring | None) -> bytes:
    if storing is StufStoring.KAPOT:
        return body[: len(body) // 2]
    if storing is StufStoring.VORMFOUT:
        wortel = etree.fromstring(body)
        for element in wortel.iter(f"{{{BG}}}object"):
            element.attrib.pop(_SOORT, None)
        return etree.tostring(wortel)
    return body
