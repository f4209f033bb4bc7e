"""Tokens of the login service: signature, issuer, audience and time, against the keys the issuer publishes.

OpenID Connect Discovery 1.0 for where the keys are, RFC 7517 for the keys, RFC 7519 and RFC 8725 for the checks. Only
asymmetric algorithms are taken, so a public key can never serve as a shared secret.
"""

import asyncio
import time
from typing import Any, Final

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey
from joserfc.jws import extract_compact

from hub.clock import Clock
from hub.errors import NietGereed
from schakel.toegang.settings import OidcSettings

log: structlog.stdlib.BoundLogger = structlog.get_logger()

ALGORITMEN: Final = ("RS256", "ES256", "PS256")
SPELING: Final = 60
"""Seconds by which our clock and that of the issuer may differ (own value)."""
_SOORT: Final[dict[str, type[RSAKey] | type[ECKey]]] = {"RS256": RSAKey, "PS256": RSAKey, "ES256": ECKey}
_HOUDBAAR: Final = 3600.0
"""Seconds after which the keys are asked for again, so that a key the issuer withdrew stops working (own value)."""
_RUST: Final = 30.0
"""Seconds between two questions to the issuer for a key we do not know (own value)."""
_WACHT: Final = 5.0
_MAX_BYTES: Final = 1_000_000
_MAX_TOKEN: Final = 16_384


class Geweigerd(Exception):
    """A token that does not hold; the text says why, without the token."""


class Uitgever:
    """The issuer, with the keys it published last.

    `monotoon` is a clock in seconds that only goes forward, for how old the keys are.
    """

    def __init__(self, settings: OidcSettings, clock: Clock, *, monotoon: Any = time.monotonic) -> None:
        self._uitgever = str(settings.uitgever)
        self._settings = settings
        self._clock = clock
        self._monotoon = monotoon
        self._sleutels: dict[str, Any] = {}
        self._gehaald: float | None = None
        self._gevraagd: float | None = None
        self._beurt = asyncio.Lock()

    async def lees(self, token: str) -> str:
        """What the token calls somebody; raises `Geweigerd`, or `NietGereed` when the keys cannot be had."""
        if len(token) > _MAX_TOKEN:
            raise Geweigerd("het token is te groot")
        try:
            kop = extract_compact(token.encode()).headers()
        except (JoseError, ValueError) as error:
            raise Geweigerd("dit is geen token van de inlogvoorziening") from error
        alg, kid = kop.get("alg"), kop.get("kid")
        if alg not in ALGORITMEN:
            raise Geweigerd(f"het token is anders ondertekend dan met {', '.join(ALGORITMEN)}")
        if not isinstance(kid, str):
            raise Geweigerd("het token noemt geen sleutel (kid)")
        sleutel = await self._sleutel(kid)
        if not isinstance(sleutel, _SOORT[alg]) or sleutel.get("alg", alg) != alg:
            raise Geweigerd("het token noemt een sleutel die hier niet bij past")
        try:
            claims = jwt.decode(token, sleutel, algorithms=[alg]).claims
        except (JoseError, ValueError) as error:
            raise Geweigerd("de handtekening onder het token klopt niet") from error
        return self._wie(claims)

    def _wie(self, claims: dict[str, Any]) -> str:
        eisen = jwt.JWTClaimsRegistry(
            now=int(self._clock.now().timestamp()),
            leeway=SPELING,
            iss={"essential": True, "value": self._uitgever},
            aud={"essential": True, "value": str(self._settings.doelgroep)},
            exp={"essential": True},
        )
        try:
            eisen.validate(claims)
        except (JoseError, ValueError, TypeError) as error:
            raise Geweigerd(f"het token geldt niet: {getattr(error, 'claim', None) or type(error).__name__}") from error
        wie = claims.get(self._settings.claim)
        if not isinstance(wie, str) or not wie:
            raise Geweigerd(f"het token zegt niet wie u bent ({self._settings.claim} ontbreekt)")
        return wie

    async def _sleutel(self, kid: str) -> Any:
        async with self._beurt:
            oud = self._gehaald is None or self._monotoon() - self._gehaald > _HOUDBAAR
            if (kid not in self._sleutels or oud) and self._mag_vragen():
                await self._haal()
        if self._gehaald is None or self._monotoon() - self._gehaald > 2 * _HOUDBAAR:
            raise NietGereed("de inlogvoorziening antwoordt niet: probeer het later opnieuw")
        if kid not in self._sleutels:
            raise Geweigerd("het token is ondertekend met een sleutel die de inlogvoorziening niet noemt")
        return self._sleutels[kid]

    def _mag_vragen(self) -> bool:
        return self._gevraagd is None or self._monotoon() - self._gevraagd >= _RUST

    async def _haal(self) -> None:
        """Asks for the keys; when that fails those we have stay, until they are too old."""
        self._gevraagd = self._monotoon()
        try:
            async with asyncio.timeout(_WACHT), httpx.AsyncClient(timeout=_WACHT) as client:
                wijzer = await _json(client, f"{self._uitgever.rstrip('/')}/.well-known/openid-configuration")
                if wijzer.get("issuer") != self._uitgever:
                    raise ValueError("issuer")
                jwks = await _json(client, str(wijzer["jwks_uri"]))
            self._sleutels = _bruikbaar(jwks)
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError, ValueError, KeyError, TypeError, JoseError) as error:
            log.warning("oidc_keys_not_read", error=type(error).__name__)
        else:
            self._gehaald = self._gevraagd
            log.info("oidc_keys_read", number=len(self._sleutels))


async def _json(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    inhoud = bytearray()
    async with client.stream("GET", url) as answer:
        answer.raise_for_status()
        async for part in answer.aiter_bytes():
            inhoud += part
            if len(inhoud) > _MAX_BYTES:
                raise ValueError("te groot")
    document = httpx.Response(200, content=bytes(inhoud)).json()
    if not isinstance(document, dict):
        raise ValueError("geen object")
    return document


def _bruikbaar(jwks: dict[str, Any]) -> dict[str, Any]:
    """The public RSA and EC keys for signing, by kid; a key of another kind is passed over."""
    found = {}
    for jwk in jwks["keys"]:
        if jwk.get("kty") in ("RSA", "EC") and jwk.get("use", "sig") == "sig" and isinstance(jwk.get("kid"), str):
            found[jwk["kid"]] = KeySet.import_key_set({"keys": [jwk]}).keys[0]
    return found
