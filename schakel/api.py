"""The HTTP side of an installation: health for operations, the worklist and besluiten for officials, StUF for the BRP.

Listens on loopback unless told otherwise. Who calls and what they may do is looked after in `schakel.toegang`.
"""

import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import uvicorn
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.errors import Ongeldig
from hub.http import health_routes
from schakel.installation import Installation
from schakel.problems import DOCUMENTED, add_problems
from schakel.routes.absoluut import add_absoluut
from schakel.routes.brp import add_brp
from schakel.routes.brp_gebeurtenissen import add_brp_gebeurtenissen
from schakel.routes.cases import add_cases
from schakel.routes.duo import add_duo
from schakel.routes.leveringen import add_leveringen
from schakel.routes.lo3 import add_lo3
from schakel.routes.quarantaine import add_quarantaine
from schakel.routes.rechten import add_rechten
from schakel.routes.termijnen import add_termijnen
from schakel.routes.toestemmingen import add_toestemmingen
from schakel.routes.verstrekkingen import add_verstrekkingen
from schakel.routes.zaken import add_zaken
from schakel.toegang.bewaking import BewaakteRoute
from schakel.toegang.identiteit import Inlog

VERSIE: Final = "1.0.0"
"""Version of the API, in every answer (NL API Design Rules, /core/version-header)."""


def build_api(installation: Installation) -> FastAPI:
    """The app over the services of this process; raises `Ongeldig` when nobody could be told from anybody else."""
    app = FastAPI(
        title="Schakel",
        version=VERSIE,
        description="Werklijst en besluiten van de leerplichtambtenaar.",
        responses=DOCUMENTED,
        redirect_slashes=False,
        contact={"name": "De beheerder van deze installatie", "url": "https://example.org/schakel"},
        license_info={"name": "EUPL-1.2", "identifier": "EUPL-1.2"},
        servers=[{"url": "/", "description": "Deze installatie; de versie staat in elk pad."}],
    )
    app.router.route_class = BewaakteRoute
    app.state.installation, app.state.inlog = installation, Inlog(installation)
    app.router.routes.extend(health_routes(lambda: [s.app.service for s in installation.running.values()]))
    add_problems(app)
    app.add_middleware(_MetVersie)

    if "cases" in installation.running:
        add_cases(app, installation)
        add_zaken(app, installation)
        add_termijnen(app, installation)
        add_absoluut(app, installation)
        add_toestemmingen(app, installation)
        add_rechten(app, installation)
        add_verstrekkingen(app, installation)
    if "brp_sync" in installation.running:
        add_brp(app, installation)
        add_lo3(app, installation)
        add_brp_gebeurtenissen(app, installation)
    if "ingest_duo" in installation.running:
        add_duo(app, installation)
        add_leveringen(app, installation)
    add_quarantaine(app, installation)
    for route in app.routes:
        if isinstance(route, APIRoute):
            route.tags = [route.path.split("/")[2]]
    return app


class _MetVersie:
    """Names the version of the API in every answer, and lets anybody read the description of the API."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def met_versie(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), (b"api-version", VERSIE.encode())]
                if scope["path"] == "/openapi.json":
                    message["headers"].append((b"access-control-allow-origin", b"*"))
            await send(message)

        await self._app(scope, receive, met_versie)


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
