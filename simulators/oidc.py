"""A stand-in for the login service of a gemeente: an OpenID Connect issuer with real keys over real HTTP.

It signs tokens for whoever asks, also tokens that must be refused, and can change its keys, be slow or be silent.
"""

import hmac
import json
from base64 import urlsafe_b64encode
from enum import StrEnum
from functools import cache
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.clock import Clock
from simulators.loopback import Loopback, ZwijgendAntwoord

DOELGROEP: Final = "schakel"
GELDIG: Final = 300
"""Seconds that a token holds."""


class Gebrek(StrEnum):
    """What is wrong with a token."""

    VERLOPEN = "verlopen"
    NOG_NIET = "nog niet geldig"
    ZONDER_EIND = "zonder eind"
    ANDERE_DOELGROEP = "voor een andere toepassing"
    ANDERE_UITGEVER = "van een andere uitgever"
    ZONDER_NAAM = "zonder naam"
    ZONDER_HANDTEKENING = "alg none"
    GEDEELD_GEHEIM = "HS256 met de openbare sleutel als geheim"
    VREEMDE_SLEUTEL = "ondertekend met een eigen sleutel"
    ONBEKENDE_SLEUTEL = "noemt een sleutel die er niet is"
    ZONDER_SLEUTEL = "noemt geen sleutel"
    VERANDERD = "inhoud veranderd na het ondertekenen"


class Storing(StrEnum):
    """How the issuer answers questions about its keys."""

    WEG = "weg"
    TRAAG = "traag"
    ONZIN = "onzin"
    ANDERE_NAAM = "andere naam"


class OidcSimulator:
    """An issuer on 127.0.0.1; `clock` stamps its tokens. `storing` holds until it is set to None."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        routes = [
            Route("/.well-known/openid-configuration", self._wijzer),
            Route("/sleutels", self._jwks),
        ]
        self._loopback = Loopback(Starlette(routes=routes))
        self._sleutels: dict[str, RSAKey | ECKey] = {}
        self._vreemd = _rsa(0)
        self.storing: Storing | None = None
        self.vragen = 0
        """How often the keys were asked for."""
        self.wissel()

    @property
    def uitgever(self) -> str:
        """Name and address of the issuer, once started."""
        return self._loopback.basis

    async def start(self) -> None:
        """Begin to listen on a free port."""
        await self._loopback.start()

    async def stop(self) -> None:
        """Stop listening."""
        await self._loopback.stop()

    def wissel(self) -> None:
        """Replace every key; tokens signed before no longer hold once the new keys were read."""
        nummer = getattr(self, "_nummer", 0) + 1
        self._nummer = nummer
        self._sleutels = {
            f"rsa-{nummer}": _rsa(nummer),
            f"ec-{nummer}": ECKey.generate_key("P-256"),
        }

    def token(self, wie: str, *, alg: str = "RS256", gebrek: Gebrek | None = None, **claims: Any) -> str:
        """A token for `wie`; `claims` replace what it would say, `gebrek` makes it one that must be refused."""
        kid = f"{'ec' if alg == 'ES256' else 'rsa'}-{self._nummer}"
        inhoud = self._inhoud(wie, gebrek) | claims
        kop: dict[str, Any] = {"alg": alg, "kid": kid}
        sleutel: Any = self._sleutels[kid]
        if gebrek is Gebrek.ZONDER_HANDTEKENING:
            return f"{_deel({'alg': 'none', 'kid': kid})}.{_deel(inhoud)}."
        if gebrek is Gebrek.GEDEELD_GEHEIM:
            te_tekenen = f"{_deel({'alg': 'HS256', 'kid': kid})}.{_deel(inhoud)}"
            zegel = hmac.digest(sleutel.as_pem(private=False), te_tekenen.encode(), "sha256")
            return f"{te_tekenen}.{_base64(zegel)}"
        if gebrek is Gebrek.VREEMDE_SLEUTEL:
            sleutel = self._vreemd
        if gebrek is Gebrek.ONBEKENDE_SLEUTEL:
            kop["kid"] = "rsa-0"
        if gebrek is Gebrek.ZONDER_SLEUTEL:
            del kop["kid"]
        text = jwt.encode(kop, inhoud, sleutel, algorithms=[alg])
        if gebrek is Gebrek.VERANDERD:
            voor, _, na = text.split(".")
            return f"{voor}.{_deel(inhoud | {'exp': inhoud['exp'] + 1})}.{na}"
        return text

    def _inhoud(self, wie: str, gebrek: Gebrek | None) -> dict[str, Any]:
        nu = int(self._clock.now().timestamp())
        inhoud = {"iss": self.uitgever, "aud": DOELGROEP, "sub": wie, "iat": nu, "nbf": nu, "exp": nu + GELDIG}
        anders: dict[Gebrek, dict[str, Any]] = {
            Gebrek.VERLOPEN: {"exp": nu - 3600},
            Gebrek.NOG_NIET: {"nbf": nu + 3600},
            Gebrek.ZONDER_EIND: {"exp": None},
            Gebrek.ANDERE_DOELGROEP: {"aud": "andere-toepassing"},
            Gebrek.ANDERE_UITGEVER: {"iss": "https://inlog.voorbeeld.example"},
            Gebrek.ZONDER_NAAM: {"sub": None},
        }
        if gebrek is not None:
            inhoud |= anders.get(gebrek, {})
        return {naam: waarde for naam, waarde in inhoud.items() if waarde is not None}

    async def _wijzer(self, _: Request) -> Response:
        if self.storing is Storing.WEG:
            return Response(status_code=503)
        naam = "https://inlog.voorbeeld.example" if self.storing is Storing.ANDERE_NAAM else self.uitgever
        return JSONResponse({"issuer": naam, "jwks_uri": f"{self.uitgever}/sleutels"})

    async def _jwks(self, _: Request) -> Response:
        self.vragen += 1
        if self.storing is Storing.TRAAG:
            return ZwijgendAntwoord()
        if self.storing is Storing.ONZIN:
            return Response("<html>", media_type="text/html")
        keys = [{**key.as_dict(private=False), "kid": kid, "use": "sig"} for kid, key in self._sleutels.items()]
        return JSONResponse({"keys": keys})


def _deel(inhoud: dict[str, Any]) -> str:
    return _base64(json.dumps(inhoud).encode())


def _base64(inhoud: bytes) -> str:
    return urlsafe_b64encode(inhoud).rstrip(b"=").decode()


@cache
def _rsa(nummer: int) -> RSAKey:
    """Made once per process: a key takes long to find, and which one it is does not matter here."""
    return RSAKey.generate_key(2048)
