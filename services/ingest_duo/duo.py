"""The line to DUO: SOAP over HTTPS with a client certificate of PKIoverheid on our side.

A failure is one of two kinds: `DuoOnbereikbaar` (try again later, nothing is known about the effect) or `DuoWeigert`
(trying again will not help). Sending a status is safe to repeat: DUO accepts it only against the version we have seen.
"""

import ssl
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

import httpx

from contracts.codes import MeldingStatus
from hub.clock import AMSTERDAM, Clock
from hub.errors import Ongeldig, PartnerOnbereikbaar
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.berichten import bouw_mutatie, bouw_vrijstelling, vraag_wijzigingen
from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht
from services.ingest_duo.model import (
    RedenMeldingAfgesloten,
    Statusterugmelding,
    ToelichtingAfsluiting,
    Verzuimgeval,
)
from services.ingest_duo.parser import Selectie, lees_bevestiging, lees_levering
from services.ingest_duo.vrijstellingen.model import Vrijstellingbericht

MAX_BYTES = 20_000_000
"""Default bound on an answer; a full page of meldingen is a few megabytes."""

_TRANSIENT_STATUS = frozenset({408, 425, 429})


class DuoOnbereikbaar(PartnerOnbereikbaar):
    """No usable answer: timeout, broken connection, 5xx. The request may or may not have taken effect."""

    def __init__(self, reden: str) -> None:
        super().__init__("DUO", reden)


class DuoWeigert(Ongeldig):
    """DUO refuses for good; `code` is DUO's code, or `HTTP <status>`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"DUO weigert: code {code}")
        self.code = code


class RuweLevering(NamedTuple):
    """The body of a DC0011 answer exactly as it came, to be stored before it is read, and the cursor we asked for."""

    inhoud: bytes
    gevraagd: Selectie


class Uitkomst(StrEnum):
    """How a status message ended."""

    BEVESTIGD = "bevestigd"
    STOND_ER_AL = "stond_er_al"
    GEWIJZIGD = "gewijzigd"


@dataclass(frozen=True, slots=True)
class Terugmeldresultaat:
    """What became of a status message.

    BEVESTIGD: accepted now. STOND_ER_AL: the melding changed since, and our status is on it, so an earlier attempt
    took effect. GEWIJZIGD: the melding changed since and does not have our status; decide again from `actueel`.
    `laatste_mutatie` is the stamp to use from now on; `actueel` is the version that was read again, if it was.
    """

    uitkomst: Uitkomst
    laatste_mutatie: datetime
    actueel: Verzuimgeval | None = None

    @property
    def staat_bij_duo(self) -> bool:
        """Our status has taken effect at DUO."""
        return self.uitkomst is not Uitkomst.GEWIJZIGD


def tls_context(certificaat: Path, sleutel: Path, ca: Path | None = None) -> ssl.SSLContext:
    """Mutual TLS: our certificate and key in PEM; `ca` replaces the system's authorities when given."""
    context = ssl.create_default_context(cafile=ca)
    context.load_cert_chain(certificaat, sleutel)
    return context


class DuoClient:
    """Fetches changed meldingen and reports status for one uitvoerder (00 + gemeentecode).

    `clock` dates our documents (in Dutch local time). `timeout` in seconds holds for connecting, writing and
    each read; `max_bytes` bounds an answer. A client that is passed in stays the caller's to close.
    """

    def __init__(
        self,
        url: str,
        uitvoerder: str,
        clock: Clock,
        *,
        http: httpx.AsyncClient | None = None,
        tls: ssl.SSLContext | None = None,
        timeout: float = 30.0,
        max_bytes: int = MAX_BYTES,
        max_paginas: int = 1000,
    ) -> None:
        self._url = url
        self._uitvoerder = uitvoerder
        self._clock = clock
        self._eigen = http is None
        self._http = http or httpx.AsyncClient(verify=tls or True, timeout=timeout, follow_redirects=False)
        self._timeout = timeout
        self._max_bytes = max_bytes
        self._max_paginas = max_paginas

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _t: type[BaseException] | None, _e: BaseException | None, _b: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, if they are ours."""
        if self._eigen:
            await self._http.aclose()

    async def wijzigingen(self, selectie: Selectie) -> RuweLevering:
        """The raw answer to "what changed from `selectie` on" (DC0010); read it with `lees_levering`.

        Raises `DuoOnbereikbaar`, `DuoWeigert`, or `OngeldigBericht` when the answer is larger than `max_bytes`.
        """
        verzoek = vraag_wijzigingen(self._uitvoerder, selectie, opgemaakt=self._nu())
        return RuweLevering(await self._stuur(namen.AANVRAAG, verzoek), selectie)

    async def terugmelden(self, terugmelding: Statusterugmelding) -> Terugmeldresultaat:
        """Report a status against the version seen; repeating it after a crash or a timeout has exactly one effect.

        Raises `DuoOnbereikbaar` (repeat the same message later) or `DuoWeigert`.
        """
        verzoek = bouw_mutatie(self._uitvoerder, terugmelding, opgemaakt=self._nu())
        try:
            antwoord = await self._stuur(namen.MUTATIE, verzoek)
            bevestiging = lees_bevestiging(antwoord, max_bytes=self._max_bytes)
            return Terugmeldresultaat(Uitkomst.BEVESTIGD, bevestiging.laatste_mutatie)
        except OngeldigBericht as fout:
            raise DuoOnbereikbaar(f"onleesbare bevestiging: {fout}") from None
        except DuoFoutmelding as fout:
            if fout.code != namen.FOUT_GEWIJZIGD:
                raise DuoWeigert(fout.code) from None
        return await self._vergelijk(terugmelding)

    async def meld_vrijstelling(self, bericht: Vrijstellingbericht) -> None:
        """Tells DUO a vrijstelling as it now is; the same version told twice has one effect.

        Raises `DuoOnbereikbaar` (repeat it later) or `DuoWeigert`.
        """
        verzoek = bouw_vrijstelling(self._uitvoerder, bericht, opgemaakt=self._nu())
        try:
            lees_bevestiging(await self._stuur(namen.VRIJSTELLING, verzoek), max_bytes=self._max_bytes)
        except OngeldigBericht as fout:
            raise DuoOnbereikbaar(f"onleesbare bevestiging: {fout}") from None
        except DuoFoutmelding as fout:
            raise DuoWeigert(fout.code) from None

    async def _vergelijk(self, terugmelding: Statusterugmelding) -> Terugmeldresultaat:
        """The melding changed since we saw it: read it again and see whether our status is on it."""
        actueel = await self._herlees(terugmelding)
        uitkomst = Uitkomst.STOND_ER_AL if staat_erop(terugmelding, actueel) else Uitkomst.GEWIJZIGD
        return Terugmeldresultaat(uitkomst, actueel.laatste_mutatie, actueel)

    async def _herlees(self, terugmelding: Statusterugmelding) -> Verzuimgeval:
        """The latest version of the melding, found in the changes since the stamp we had seen."""
        selectie: Selectie | None = Selectie.vanaf(terugmelding.laatste_mutatie)
        gevonden: Verzuimgeval | None = None
        for _ in range(self._max_paginas):
            if selectie is None:
                break
            gevraagd = selectie
            try:
                levering = lees_levering((await self.wijzigingen(gevraagd)).inhoud, max_bytes=self._max_bytes)
            except OngeldigBericht as fout:
                raise DuoOnbereikbaar(f"onleesbare levering: {fout}") from None
            except DuoFoutmelding as fout:
                raise DuoWeigert(fout.code) from None
            for geval in levering.gevallen:
                if (
                    isinstance(geval, Verzuimgeval)
                    and geval.meldingsnummer == terugmelding.meldingsnummer
                    and (gevonden is None or geval.laatste_mutatie >= gevonden.laatste_mutatie)
                ):
                    gevonden = geval
            selectie = levering.volgende_selectie
            if selectie is not None and selectie <= gevraagd:
                break
        if gevonden is None:
            raise DuoWeigert(namen.FOUT_MELDING_ONBEKEND)
        return gevonden

    def _nu(self) -> datetime:
        return self._clock.now().astimezone(AMSTERDAM).replace(tzinfo=None)

    async def _stuur(self, bewerking: str, verzoek: bytes) -> bytes:
        """Post a document and take the answer in, never more than `max_bytes` of it."""
        koppen = {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": f'"{namen.WS}/{bewerking}"',
            "Accept-Encoding": "identity",
        }
        try:
            async with self._http.stream(
                "POST", self._url, content=verzoek, headers=koppen, timeout=self._timeout
            ) as antwoord:
                inhoud = await self._neem_in(antwoord)
        except httpx.HTTPError as fout:
            raise DuoOnbereikbaar(type(fout).__name__) from None
        if antwoord.status_code >= 500 or antwoord.status_code in _TRANSIENT_STATUS:
            raise self._verdict_5xx(antwoord.status_code, inhoud)
        if antwoord.status_code != 200:
            raise DuoWeigert(f"HTTP {antwoord.status_code}")
        return inhoud

    async def _neem_in(self, antwoord: httpx.Response) -> bytes:
        inhoud = bytearray()
        async for deel in antwoord.aiter_bytes(65_536):
            inhoud += deel
            if len(inhoud) > self._max_bytes:
                raise OngeldigBericht("bericht", "omvang", f"groter dan {self._max_bytes} bytes")
        return bytes(inhoud)

    def _verdict_5xx(self, status: int, inhoud: bytes) -> DuoOnbereikbaar | DuoWeigert:
        """SOAP 1.1 sends every Fault as 500; a Fault that blames the client (section 4.4.1) will not pass later."""
        try:
            lees_bevestiging(inhoud, max_bytes=self._max_bytes)
        except DuoFoutmelding as fout:
            if fout.code.split(".")[0] == "soap:Client":
                return DuoWeigert(fout.code)
        except OngeldigBericht:
            pass
        return DuoOnbereikbaar(f"HTTP {status}")


def staat_erop(terugmelding: Statusterugmelding, actueel: Verzuimgeval) -> bool:
    """The melding carries the status of our message and, when closed, the same reason and toelichting."""
    return draagt(
        actueel, terugmelding.status, terugmelding.reden_melding_afgesloten, terugmelding.toelichting_afsluiting
    )


def draagt(
    geval: Verzuimgeval,
    status: MeldingStatus,
    reden: RedenMeldingAfgesloten | None,
    toelichting: ToelichtingAfsluiting | None,
) -> bool:
    """The melding has this status and, when closed, this reason and toelichting."""
    if geval.status is not status:
        return False
    if status is not MeldingStatus.AFGESLOTEN:
        return True
    return (
        reden is not None
        and toelichting is not None
        and geval.reden_melding_afgesloten == namen.REDEN_AFGESLOTEN[reden]
        and geval.toelichting_afsluiting == namen.TOELICHTING_AFSLUITING[toelichting]
    )
