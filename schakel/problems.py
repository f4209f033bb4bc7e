"""How the API says no: problem details (RFC 9457) for every error, never with what was sent."""

from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from hub.database import GONE
from hub.errors import Achterhaald, BestaatNiet, Gelijktijdig, HubError, NietGereed, Ongeldig

PROBLEM = "application/problem+json"

_SCHEMA = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "veld": {"type": ["string", "null"]},
    },
}
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    status: {"description": text, "content": {PROBLEM: {"schema": _SCHEMA}}}
    for status, text in (
        (400, "Het verzoek is niet te lezen."),
        (401, "Het token ontbreekt of klopt niet."),
        (403, "Uw rol geeft hier geen toegang toe."),
        (404, "Dit bestaat hier niet."),
        (409, "Iemand anders wijzigde dit op hetzelfde moment: probeer het opnieuw."),
        (412, "Wat u bekeek is intussen gewijzigd: bekijk het opnieuw."),
        (413, "Het verzoek is te groot."),
        (422, "Het verzoek klopt niet; veld en reden staan erbij."),
        (503, "De hub kan dit nu niet doen: probeer het later opnieuw."),
    )
}
"""What every route may answer besides its own."""


def problem(status: int, detail: str, veld: str | None = None, headers: Any = None) -> Response:
    """The answer."""
    body = {"title": "Niet uitgevoerd", "status": status, "detail": detail, "veld": veld}
    return JSONResponse(body, status, media_type=PROBLEM, headers=headers)


def add_problems(app: FastAPI) -> None:
    """Makes every error of the app a problem."""

    @app.exception_handler(HubError)
    async def on_hub_error(_: Request, error: HubError) -> Response:
        if isinstance(error, BestaatNiet):
            return problem(404, str(error))
        if isinstance(error, Achterhaald):
            return problem(412, str(error), error.veld)
        if isinstance(error, Gelijktijdig):
            return problem(409, "iemand anders wijzigde dit op hetzelfde moment: probeer het opnieuw")
        if isinstance(error, Ongeldig):
            return problem(422, str(error), error.veld)
        return problem(503, str(error))

    @app.exception_handler(HTTPException)
    async def on_http(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(RequestValidationError)
    async def on_request(_: Request, error: RequestValidationError) -> Response:
        places = [(_veld(e["loc"], str(e["type"])), str(e["msg"])) for e in error.errors()]
        return problem(422, "; ".join(f"{veld}: {reden}" for veld, reden in places[:10]), places[0][0])

    async def on_database_gone(request: Request, _: Exception) -> Response:
        return await on_hub_error(request, NietGereed("de database is nu niet bereikbaar: probeer het zo opnieuw"))

    for kind in GONE:
        app.add_exception_handler(kind, on_database_gone)


def _veld(loc: tuple[int | str, ...], kind: str) -> str:
    """Where in the request; the name of a field that does not exist is the sender's, and is not repeated."""
    names = [str(part) for part in loc[1:]]
    if names and kind == "extra_forbidden":
        names[-1] = "?"
    return ".".join(names) or "verzoek"
