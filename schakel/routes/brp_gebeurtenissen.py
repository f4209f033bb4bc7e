"""The webhook for CloudEvents about the BRP (CloudEvents 1.0.2, HTTP binding and HTTP webhook)."""

import secrets
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from hub.errors import Ongeldig
from schakel.installation import Installation
from schakel.problems import PROBLEM, problem
from schakel.routes.common import bounded_body, service_of
from services.brp_sync.brpapi import Onleesbaar
from services.brp_sync.cloudevents import naar_structured
from services.brp_sync.settings import GebeurtenisSettings

PAD: Final = "/v1/brp/gebeurtenissen"
WACHT: Final = 60
"""Retry-After in seconds when too much is waiting."""

_LOS, _REEKS, _JSON = "application/cloudevents+json", "application/cloudevents-batch+json", "application/json"
_AANGENOMEN: Final = f"{_LOS}, {_REEKS}, {_JSON}"
_OOK: Final[dict[int | str, dict[str, Any]]] = {
    status: {"description": text, "content": {PROBLEM: {}}}
    for status, text in (
        (415, "Deze inhoudsoort of tekenset wordt niet aangenomen."),
        (429, "Er wacht te veel: probeer het na Retry-After opnieuw."),
    )
}


def add_brp_gebeurtenissen(app: FastAPI, installation: Installation) -> None:
    """Adds the routes, when the installation has a token for the sender."""
    settings = installation.config.brp.gebeurtenissen
    if settings.token is None:
        return
    token = settings.token.get_secret_value()

    @app.options(PAD, include_in_schema=False)
    async def aanmelden(request: Request) -> Response:
        return _handdruk(request, settings)

    @app.post(PAD, status_code=202, response_class=JSONResponse, responses=_OOK)
    async def gebeurtenissen(request: Request) -> Response:
        """Neem een CloudEvent aan (structured, binary of een batch); wat niet te gebruiken is, gaat in quarantaine."""
        if "access_token" in request.query_params:
            return problem(401, "de sleutel hoort in de kop Authorization en nooit in het adres: vervang haar")
        if not secrets.compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {token}".encode()):
            return problem(401, "toon de sleutel van de afzender (Authorization: Bearer …)", headers=_BEARER)
        soort = _inhoudsoort(request)
        if soort is None:
            return problem(415, f"stuur {_AANGENOMEN}, in UTF-8", headers={"Accept": _AANGENOMEN})
        signalering = service_of(installation, "brp_sync").signalering
        if await signalering.is_vol():
            return problem(429, "er wacht te veel: probeer het later opnieuw", headers={"Retry-After": str(WACHT)})
        inhoud = await bounded_body(request, settings.max_bytes)
        if len(inhoud) > settings.max_bytes:
            return problem(413, f"een bericht is hooguit {settings.max_bytes} bytes")
        try:
            if soort == _JSON and "ce-specversion" in request.headers:
                inhoud = naar_structured(request.headers, inhoud)
            ontvangst = await signalering.gebeurtenissen.ontvang(inhoud, reeks=soort == _REEKS)
        except (Onleesbaar, Ongeldig) as fout:
            return problem(400, fout.reden, fout.veld)
        return JSONResponse(ontvangst._asdict(), 202)


_BEARER: Final = {"WWW-Authenticate": "Bearer"}


def _handdruk(request: Request, settings: GebeurtenisSettings) -> Response:
    """A sender asks whether it may send, and how much; we answer at once and never call its callback."""
    koppen = {"Allow": "POST, OPTIONS"}
    oorsprong = request.headers.get("webhook-request-origin")
    if oorsprong is None:
        return Response(status_code=204, headers=koppen)
    if oorsprong not in settings.oorsprong:
        return problem(403, "deze afzender staat niet in SCHAKEL_BRP_GEBEURTENISSEN_OORSPRONG", headers=koppen)
    gevraagd = request.headers.get("webhook-request-rate", "")
    per_minuut = settings.per_minuut
    if gevraagd.isascii() and gevraagd.isdigit() and 0 < len(gevraagd) < 10:
        per_minuut = min(per_minuut, max(int(gevraagd), 1))
    toegestaan = {"WebHook-Allowed-Origin": oorsprong, "WebHook-Allowed-Rate": str(per_minuut)}
    return Response(status_code=200, headers=koppen | toegestaan)


def _inhoudsoort(request: Request) -> str | None:
    """The media type when we take it, in UTF-8; None otherwise. Plain JSON is a binary or a structured event."""
    soort, _, rest = request.headers.get("content-type", "").lower().partition(";")
    tekenset = rest.replace(" ", "").replace('"', "").partition("charset=")[2].partition(";")[0]
    return soort.strip() if soort.strip() in (_LOS, _REEKS, _JSON) and tekenset in ("", "utf-8") else None
