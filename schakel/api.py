"""The HTTP side of an installation: health for operations, the worklist and besluiten for officials, StUF for the BRP.

Listens on loopback unless told otherwise. Besluiten need the installation's token and a registered official.
"""

import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

import uvicorn
from fastapi import Depends, FastAPI, Header, HTTPException, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, SecretStr

from contracts.codes import Besluitsoort
from hub.database import GONE
from hub.errors import HubError, NietGereed, Ongeldig
from hub.http import health_routes
from schakel.installation import Installation
from schakel.places import api_token
from services.brp_sync.stuf.reading import MAX_BYTES
from services.cases.besluiten import NeemBesluit

PROBLEM = "application/problem+json"


class Besluit(BaseModel):
    """What an official sends."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    besluit: Besluitsoort
    medewerker: str
    motivering: str | None = None
    gesprekOp: datetime | None = None  # noqa: N815 - field names of the API are camelCase
    afspraken: tuple[SecretStr, ...] = ()


class Feiten(BaseModel):
    """Facts an official establishes."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    medewerker: str
    feiten: dict[str, Any]


def build_api(installation: Installation) -> FastAPI:
    """The app over the services of this process."""
    token = api_token(installation.config.settings.map)

    def authorised(authorization: Annotated[str, Header()] = "") -> None:
        if not secrets.compare_digest(authorization, f"Bearer {token}"):
            raise HTTPException(401, "toon de sleutel van deze installatie (Authorization: Bearer …)")

    app = FastAPI(title="Schakel", version="1.0.0", description="Werklijst en besluiten van de leerplichtambtenaar.")
    app.router.routes.extend(health_routes(lambda: [s.app.service for s in installation.running.values()]))

    @app.exception_handler(HubError)
    async def on_hub_error(_: Request, error: HubError) -> Response:
        veld = error.veld if isinstance(error, Ongeldig) else None
        status = 422 if isinstance(error, Ongeldig) else 503
        body = {"title": "Niet uitgevoerd", "status": status, "detail": str(error), "veld": veld}
        return JSONResponse(body, status, media_type=PROBLEM)

    async def on_database_gone(request: Request, _: Exception) -> Response:
        return await on_hub_error(request, NietGereed("de database is nu niet bereikbaar: probeer het zo opnieuw"))

    for kind in GONE:
        app.add_exception_handler(kind, on_database_gone)

    if "cases" in installation.running:
        _add_cases(app, installation, authorised)
    if "brp_sync" in installation.running:
        _add_brp(app, installation, authorised)
    return app


def _add_cases(app: FastAPI, installation: Installation, authorised: Any) -> None:
    guard = [Depends(authorised)]

    @app.get("/v1/voorstellen", dependencies=guard)
    async def voorstellen(gemeente: str | None = None) -> list[dict[str, Any]]:
        """Open voorstellen, oudste eerst."""
        return [w._asdict() for w in await _ready(installation, "cases").store.worklist(gemeente)]

    @app.post("/v1/voorstellen/{voorstel_id}/besluit", dependencies=guard, status_code=201)
    async def besluit(voorstel_id: UUID, body: Besluit) -> dict[str, str]:
        """Neem een besluit over een voorstel."""
        command = NeemBesluit(
            voorstel_id, body.besluit, body.medewerker, body.motivering, body.gesprekOp, body.afspraken
        )
        (error,) = await _ready(installation, "cases").besluit([command])
        if error is not None:
            raise error
        return {"voorstelId": str(voorstel_id), "besluit": body.besluit}

    @app.post("/v1/zaken/{zaak_id}/feiten", dependencies=guard, status_code=201)
    async def feiten(zaak_id: UUID, body: Feiten) -> dict[str, str]:
        """Stel feiten van een zaak vast."""
        await _ready(installation, "cases").stel_feiten_vast(zaak_id, body.medewerker, body.feiten)
        return {"zaakId": str(zaak_id)}


def _add_brp(app: FastAPI, installation: Installation, authorised: Any) -> None:
    @app.post("/v1/persoonslijsten", dependencies=[Depends(authorised)], status_code=201)
    async def persoonslijsten(request: Request) -> dict[str, int]:
        """Lees persoonslijsten in (CSV-vorm van de RvIG); onbruikbare regels gaan in quarantaine."""
        body = (await request.body()).decode("utf-8-sig", errors="replace")
        counts: dict[str, int] = await _ready(installation, "brp_sync").take_in_lists(body.splitlines(keepends=True))
        return counts

    @app.post("/stuf-bg/0310/npsLk01", include_in_schema=False)
    async def nps_lk01(request: Request) -> Response:
        body = await _bounded(request, MAX_BYTES)
        status, answer = await _ready(installation, "brp_sync").on_stuf(body, uuid4().hex)
        return Response(answer, status, media_type="text/xml; charset=utf-8")


def _ready(installation: Installation, name: str) -> Any:
    """The service, when it can be asked anything; `NietGereed` while it starts, also after a crash."""
    app = installation.apps[name]
    if not app.service.started.is_set():
        raise NietGereed(f"{name} is aan het starten: probeer het zo opnieuw")
    return app


async def _bounded(request: Request, limit: int) -> bytes:
    """The body as far as one byte over the limit, which is enough to refuse it; the rest is read and forgotten."""
    body = bytearray()
    async for part in request.stream():
        body += part[: limit + 1 - len(body)]
    return bytes(body)


class _Server(uvicorn.Server):
    """Leaves signals to the process that hosts it."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


@asynccontextmanager
async def serve_api(installation: Installation) -> AsyncIterator[str]:
    """Serves the API for the length of the block; gives its address."""
    import asyncio

    settings = installation.config.settings
    config = uvicorn.Config(
        build_api(installation),
        host=settings.http_host,
        port=settings.http_poort,
        log_config=None,
        access_log=False,
        lifespan="off",
    )
    server = _Server(config)
    task = asyncio.create_task(server.serve())
    while not server.started:
        if task.done():
            await task
            raise Ongeldig("de API kon niet starten: is de poort al in gebruik?", "http_poort")
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://{settings.http_host}:{port}"
    finally:
        server.should_exit = True
        await task
