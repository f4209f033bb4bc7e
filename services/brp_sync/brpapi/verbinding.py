"""HTTP to a source of the BRP: making ourselves known, bounds on time and size, and what an error means.

A failure is one of two kinds: `BrpOnbereikbaar` (try again later; also when we are not let in, because that is mended
on either side and no signal is to blame) or `BrpWeigert` (this question will not pass however often it is asked).
Neither holds anything of the question or the answer.
"""

import json
import ssl
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

import httpx
import stamina

from hub.certificaten import bewaak
from hub.clock import Clock
from hub.errors import NietGereed, Ongeldig, PartnerOnbereikbaar
from services.brp_sync.settings import VerbindingSettings

WEIGERT = frozenset({400, 413, 422})
_POGINGEN = 3
_LANGSTE_WACHT = 3600.0
_TOKEN_MARGE = timedelta(seconds=30)
_TOKEN_DUUR = 300.0


class BrpOnbereikbaar(PartnerOnbereikbaar):
    """No usable answer; `wacht` is after how many seconds the other side wants to be asked again, when it said so."""

    def __init__(self, reden: str, wacht: float | None = None, *, snel: bool = False) -> None:
        super().__init__("BRP API", reden)
        self.wacht = wacht
        self.snel = snel
        """Worth a second try at once."""


class BrpWeigert(Ongeldig):
    """The question is refused for good; `code` is the code of the API, or `HTTP <status>`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"BRP API weigert: code {code}")
        self.code = code


class Verbinding:
    """Asks one API. A client that is passed in stays the caller's to close."""

    def __init__(
        self, url: str, settings: VerbindingSettings, clock: Clock, *, http: httpx.AsyncClient | None = None
    ) -> None:
        self._url = url.rstrip("/")
        self._settings = settings
        self._clock = clock
        self._eigen = http is None
        self._http = http or httpx.AsyncClient(
            verify=_tls(settings) or True, timeout=settings.timeout, follow_redirects=False
        )
        self._token: tuple[str, datetime] | None = None
        if settings.certificaat is not None and settings.sleutel is not None:
            bewaak(settings.naam, settings.certificaat, settings.sleutel, clock)

    async def aclose(self) -> None:
        """Close the connections, if they are ours."""
        if self._eigen:
            await self._http.aclose()

    async def vraag(
        self,
        methode: str,
        pad: str,
        bericht: Mapping[str, Any] | None = None,
        *,
        weigert: frozenset[int] = WEIGERT,
    ) -> bytes:
        """The body of the answer, after a few quick tries; raises `BrpOnbereikbaar` or `BrpWeigert`.

        `weigert` are the statuses that blame this one question; any other that is no success blames the line.
        """
        async for poging in stamina.retry_context(
            on=lambda fout: isinstance(fout, BrpOnbereikbaar) and fout.snel,
            attempts=_POGINGEN, timeout=None, wait_initial=0.1, wait_max=2.0, wait_jitter=0.2,
        ):  # fmt: skip
            with poging:
                return await self._vraag(methode, pad, bericht, weigert)
        raise AssertionError("stamina ends with an answer or an error")

    async def _vraag(self, methode: str, pad: str, bericht: Mapping[str, Any] | None, weigert: frozenset[int]) -> bytes:
        status, inhoud, koppen = await self._stuur(methode, self._url + pad, koppen=await self._toegang(), json=bericht)
        if 200 <= status < 300:
            return inhoud
        if status in (401, 403):
            self._token = None
            raise BrpOnbereikbaar(
                f"geen toegang (HTTP {status})", snel=status == 401 and bool(self._settings.token_url)
            )
        if status in weigert:
            raise BrpWeigert(_code(inhoud, status))
        raise BrpOnbereikbaar(f"HTTP {status}", _wacht(koppen), snel=status >= 500)

    async def _toegang(self) -> dict[str, str]:
        settings = self._settings
        if settings.api_sleutel is not None:
            return {settings.api_sleutel_kop: settings.api_sleutel.get_secret_value()}
        return {"Authorization": f"Bearer {await self._haal_token()}"} if settings.token_url else {}

    async def _haal_token(self) -> str:
        if self._token is not None and self._clock.now() < self._token[1]:
            return self._token[0]
        settings = self._settings
        aanvraag = {
            "grant_type": "client_credentials",
            "client_id": settings.client_id,
            "client_secret": settings.client_secret.get_secret_value(),
            "scope": settings.scope,
            **settings.token_extra,
        }
        status, inhoud, _ = await self._stuur("POST", settings.token_url or "", data=aanvraag)
        if status != 200:
            raise BrpOnbereikbaar(f"geen token (HTTP {status})", snel=status >= 500)
        try:
            antwoord = json.loads(inhoud)
            token, duur = str(antwoord["access_token"]), float(antwoord.get("expires_in", _TOKEN_DUUR))
        except (ValueError, TypeError, KeyError, AttributeError):
            raise BrpOnbereikbaar("geen leesbaar token") from None
        self._token = token, self._clock.now() + timedelta(seconds=min(max(duur, 0), 86_400)) - _TOKEN_MARGE
        return token

    async def _stuur(
        self, methode: str, url: str, *, koppen: Mapping[str, str] | None = None, **inhoud: Any
    ) -> tuple[int, bytes, httpx.Headers]:
        """Send, and take the answer in, never more than the bound of it."""
        koppen = {"Accept": "application/json", "Accept-Encoding": "identity", **(koppen or {})}
        gelezen = bytearray()
        try:
            async with self._http.stream(
                methode, url, headers=koppen, timeout=self._settings.timeout, **inhoud
            ) as antwoord:
                async for deel in antwoord.aiter_bytes(65_536):
                    gelezen += deel
                    if len(gelezen) > self._settings.max_bytes:
                        raise BrpOnbereikbaar(f"antwoord groter dan {self._settings.max_bytes} bytes")
        except httpx.HTTPError as fout:
            raise BrpOnbereikbaar(type(fout).__name__, snel=not isinstance(fout, httpx.TimeoutException)) from None
        except (httpx.InvalidURL, ValueError) as fout:
            raise BrpOnbereikbaar(f"onbruikbaar adres of kop ({type(fout).__name__})") from None
        return antwoord.status_code, bytes(gelezen), antwoord.headers


def _tls(settings: VerbindingSettings) -> ssl.SSLContext | None:
    if settings.certificaat is None and settings.ca is None:
        return None
    try:
        context = ssl.create_default_context(cafile=settings.ca)
        if settings.certificaat is not None:
            context.load_cert_chain(settings.certificaat, settings.sleutel)
    except OSError as fout:
        raise NietGereed(f"het certificaat voor {settings.naam} is niet te gebruiken ({type(fout).__name__})") from None
    return context


def _wacht(koppen: httpx.Headers) -> float | None:
    tekst = koppen.get("Retry-After", "")
    return min(float(tekst), _LANGSTE_WACHT) if tekst.isascii() and tekst.isdigit() else None


def _code(inhoud: bytes, status: int) -> str:
    """The code in the error of the API (letters and digits only); its texts may repeat the question."""
    try:
        code = json.loads(inhoud)["code"]
    except (ValueError, TypeError, KeyError, RecursionError):
        code = None
    return code if isinstance(code, str) and code.isalnum() and len(code) <= 25 else f"HTTP {status}"
