"""The line to Halt: offers a referral and follows the feed of outcomes.

A failure is one of two kinds: `HaltOnbereikbaar` (repeat later, nothing is known about the effect; a repeat with the
same kenmerk is recognised) or `HaltWeigert` (Halt does not take it; repeating will not help).
"""

import base64
import json
import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

import httpx
from pydantic import BaseModel, Secret, SecretBytes, SecretStr, ValidationError

from hub.errors import Ongeldig, PartnerOnbereikbaar
from services.halt_bridge import halt_namen as namen
from services.halt_bridge.model import Afloop, HaltVerwijzing, NieuwVerzuim, OnbruikbareAfloop, Ontvangstbewijs

MAX_BYTES = 5_000_000
_TRANSIENT_STATUS = frozenset({408, 425, 429})


class HaltOnbereikbaar(PartnerOnbereikbaar):
    """No usable answer: timeout, broken connection, 5xx, unreadable. The request may or may not have taken effect."""

    def __init__(self, reden: str) -> None:
        super().__init__("Halt", reden)


class HaltWeigert(Ongeldig):
    """Halt does not take the message; `code` is Halt's reason code, or `HTTP <status>`."""

    def __init__(self, code: str) -> None:
        super().__init__(f"Halt weigert: code {code}")
        self.code = code


class HaltClient:
    """Talks to Halt for one organisation.

    `timeout` in seconds holds for connecting, writing and each read; an answer over 5 MB is refused. A client that is
    passed in stays the caller's to close.
    """

    def __init__(self, url: str, *, http: httpx.AsyncClient | None = None, timeout: float = 30.0) -> None:
        self._url = url.rstrip("/")
        self._eigen = http is None
        self._http = http or httpx.AsyncClient(timeout=timeout, follow_redirects=False)
        self._timeout = timeout

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

    async def aanbieden(self, verwijzing: HaltVerwijzing) -> Ontvangstbewijs:
        """Offer a referral; repeating it gives the first receipt and creates nothing.

        Raises `HaltOnbereikbaar` (repeat the same referral later) or `HaltWeigert`.
        """
        antwoord = await self._vraag("POST", namen.VERWIJZINGEN, naar_bericht(verwijzing))
        bewijs = _ontvangstbewijs(antwoord)
        if bewijs.kenmerk != verwijzing.kenmerk:
            raise HaltOnbereikbaar("ontvangstbewijs hoort bij een ander kenmerk")
        return bewijs

    async def stop(self, kenmerk: str) -> bool:
        """Take a referral back, whether it arrived or not; repeating it changes nothing. Tells whether Halt had it.

        Raises `HaltOnbereikbaar` (repeat later) or `HaltWeigert`, with code AL_AFGELOPEN when the course ended.
        """
        antwoord = await self._vraag("POST", namen.STOP.format(kenmerk=kenmerk), {})
        bekend = antwoord.get(namen.BEKEND)
        if antwoord.get(namen.KENMERK) != kenmerk or not isinstance(bekend, bool):
            raise HaltOnbereikbaar("onleesbaar antwoord op een stop")
        return bekend

    async def meld_nieuw_verzuim(self, nieuw: NieuwVerzuim) -> None:
        """Tell Halt about new absence during the course; one date counts once however often it is sent.

        Raises `HaltOnbereikbaar` or `HaltWeigert`.
        """
        pad = namen.NIEUW_VERZUIM.format(kenmerk=nieuw.kenmerk)
        await self._vraag("POST", pad, {namen.DATUM: nieuw.datum.isoformat(), namen.UREN: nieuw.uren})

    async def aflopen(self, sinds: int) -> list[Afloop | OnbruikbareAfloop]:
        """The outcomes after volgnummer `sinds` (0 = from the beginning), in order, each volgnummer once.

        The highest volgnummer is the next `sinds`. An entry that cannot be used comes as `OnbruikbareAfloop` and does
        not hold up the others. Raises `HaltOnbereikbaar` or `HaltWeigert`.
        """
        antwoord = await self._vraag("GET", f"{namen.AFLOPEN}?{namen.SINDS}={sinds}", None)
        regels = antwoord.get(namen.FEED)
        if not isinstance(regels, list):
            raise HaltOnbereikbaar(f"onleesbaar antwoord: {namen.FEED} ontbreekt")
        gelezen = {regel.volgnummer: regel for regel in map(_lees_afloop, regels) if regel.volgnummer > sinds}
        return [gelezen[volgnummer] for volgnummer in sorted(gelezen)]

    async def _vraag(self, methode: str, pad: str, bericht: Mapping[str, Any] | None) -> dict[str, Any]:
        try:
            antwoord, inhoud = await self._stuur(methode, pad, bericht)
        except httpx.HTTPError as fout:
            raise HaltOnbereikbaar(type(fout).__name__) from None
        status = antwoord.status_code
        if status >= 500 or status in _TRANSIENT_STATUS:
            raise HaltOnbereikbaar(f"HTTP {status}")
        gelezen = _json(inhoud)
        if status >= 300:
            raise HaltWeigert(_weigercode(gelezen, status))
        if gelezen is None:
            raise HaltOnbereikbaar("onleesbaar antwoord: geen JSON-object")
        return gelezen

    async def _stuur(self, methode: str, pad: str, bericht: Mapping[str, Any] | None) -> tuple[httpx.Response, bytes]:
        """Send, and take the answer in, never more than `MAX_BYTES` of it."""
        inhoud = bytearray()
        koppen = {"Accept-Encoding": "identity"}
        async with self._http.stream(
            methode, self._url + pad, json=bericht, headers=koppen, timeout=self._timeout
        ) as antwoord:
            async for deel in antwoord.aiter_bytes(65_536):
                inhoud += deel
                if len(inhoud) > MAX_BYTES:
                    raise HaltOnbereikbaar(f"antwoord groter dan {MAX_BYTES} bytes")
        return antwoord, bytes(inhoud)


def naar_bericht(verwijzing: HaltVerwijzing) -> dict[str, Any]:
    """The referral in Halt's words; the only place where its content is disclosed."""
    return _vertaal(verwijzing, namen.VERWIJZING)


def _vertaal(model: BaseModel, tabel: Mapping[str, str]) -> dict[str, Any]:
    bericht: dict[str, Any] = {}
    for veld, sleutel in tabel.items():
        waarde = getattr(model, veld)
        if isinstance(waarde, BaseModel):
            bericht[sleutel] = _vertaal(waarde, namen.GROEPEN[veld])
        elif isinstance(waarde, tuple):
            bericht[sleutel] = [_vertaal(deel, namen.GROEPEN[veld]) for deel in waarde]
        elif waarde is not None:
            bericht[sleutel] = _naar_json(waarde)
    return bericht


def _naar_json(waarde: Any) -> str | int | bool:
    if isinstance(waarde, (SecretStr, SecretBytes, Secret)):
        waarde = waarde.get_secret_value()
    if isinstance(waarde, bytes):
        return base64.b64encode(waarde).decode("ascii")
    if isinstance(waarde, date):
        return waarde.isoformat()
    if isinstance(waarde, StrEnum):
        return waarde.value
    if isinstance(waarde, (str, int)):
        return waarde
    raise TypeError(f"geen JSON voor {type(waarde).__name__}")


def _json(inhoud: bytes) -> dict[str, Any] | None:
    try:
        gelezen = json.loads(inhoud)
    except (ValueError, RecursionError):
        return None
    return gelezen if isinstance(gelezen, dict) else None


def _weigercode(antwoord: Mapping[str, Any] | None, status: int) -> str:
    """Halt's reason code; anything that does not look like a code is left out, for it may be text about a person."""
    code = (antwoord or {}).get(namen.WEIGERING)
    return (
        code
        if isinstance(code, str) and re.fullmatch(r"(?!.*[0-9]{7})[A-Z][A-Z0-9_]{0,39}", code)
        else f"HTTP {status}"
    )


def _dag(waarde: Any) -> date | None:
    if not isinstance(waarde, str) or re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", waarde) is None:
        return None
    try:
        return date.fromisoformat(waarde)
    except ValueError:
        return None


def _ontvangstbewijs(antwoord: Mapping[str, Any]) -> Ontvangstbewijs:
    try:
        return Ontvangstbewijs.model_validate(
            {
                "kenmerk": antwoord.get(namen.KENMERK),
                "ontvangst_id": antwoord.get(namen.ONTVANGST_ID),
                "ontvangen_op": _dag(antwoord.get(namen.ONTVANGEN_OP)),
            }
        )
    except ValidationError as fout:
        velden = ", ".join(sorted({str(deel["loc"][0]) for deel in fout.errors()}))
        raise HaltOnbereikbaar(f"onleesbaar ontvangstbewijs: {velden}") from None


def _lees_afloop(regel: Any) -> Afloop | OnbruikbareAfloop:
    volgnummer = regel.get(namen.VOLGNUMMER) if isinstance(regel, dict) else None
    if not isinstance(volgnummer, int) or isinstance(volgnummer, bool) or volgnummer < 1:
        raise HaltOnbereikbaar(f"onleesbaar antwoord: {namen.VOLGNUMMER} ontbreekt of is geen volgnummer")
    code = regel.get(namen.AFLOOP)
    afloop = namen.AFLOOP_CODES.get(code) if isinstance(code, str) else None
    datum = _dag(regel.get(namen.DATUM))
    try:
        return Afloop.model_validate(
            {
                "volgnummer": volgnummer,
                "kenmerk": regel.get(namen.KENMERK),
                "afloop": afloop,
                "datum": datum,
                "toelichting": regel.get(namen.TOELICHTING),
            }
        )
    except ValidationError as fout:
        veld = str(fout.errors()[0]["loc"][0])
        return OnbruikbareAfloop(
            volgnummer=volgnummer,
            veld=veld,
            reden=_REDENEN[veld],
            ruw=SecretStr(json.dumps(regel, ensure_ascii=False)),
        )


_REDENEN = {
    "kenmerk": "ontbreekt of is geen kenmerk",
    "afloop": "ontbreekt of is geen bekende afloop",
    "datum": "ontbreekt of is geen geldige datum (JJJJ-MM-DD)",
    "toelichting": "is geen tekst of langer dan 2000 tekens",
}
