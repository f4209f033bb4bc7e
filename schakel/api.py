"""The HTTP side of an installation: health for operations, the worklist and besluiten for officials, StUF for the BRP.

Listens on loopback unless told otherwise. Besluiten need the installation's token and a registered official.
"""

import contextlib
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import uvicorn
from fastapi import Depends, FastAPI, HTTPException
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.errors import Ongeldig
from hub.http import health_routes
from schakel.installation import Installation
from schakel.places import api_token
from schakel.problems import DOCUMENTED, add_problems
from schakel.routes.absoluut import add_absoluut
from schakel.routes.brp import add_brp
from schakel.routes.brp_gebeurtenissen import add_brp_gebeurtenissen
from schakel.routes.cases import add_cases
from schakel.routes.duo import add_duo
from schakel.routes.leveringen import add_leveringen
from schakel.routes.lo3 import add_lo3
from schakel.routes.quarantaine import add_quarantaine
from schakel.routes.termijnen import add_termijnen
from schakel.routes.toestemmingen import add_toestemmingen


def build_api(installation: Installation) -> FastAPI:
    """The app over the services of this process."""
    token = api_token(installation.config.settings.map)

    bearer = HTTPBearer(auto_error=False, description="De sleutel van deze installatie.")

    def authorised(shown: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]) -> None:
        if shown is None or not secrets.compare_digest(shown.credentials.encode(), token.encode()):
            raise HTTPException(
                401, "toon de sleutel van deze installatie (Authorization: Bearer …)", {"WWW-Authenticate": "Bearer"}
            )

    app = FastAPI(
        title="Schakel",
        version="1.0.0",
        description="Werklijst en besluiten van de leerplichtambtenaar.",
        responses=DOCUMENTED,
    )
    app.router.routes.extend(health_routes(lambda: [s.app.service for s in installation.running.values()]))
    add_problems(app)

    if "cases" in installation.running:
        add_cases(app, installation, authorised)
        add_termijnen(app, installation, authorised)
        add_absoluut(app, installation, authorised)
        add_toestemmingen(app, installation, authorised)
    if "brp_sync" in installation.running:
        add_brp(app, installation, authorised)
        add_lo3(app, installation, authorised)
        add_brp_gebeurtenissen(app, installation)
    if "ingest_duo" in installation.running:
        add_duo(app, installation, authorised)
        add_leveringen(app, installation, authorised)
    add_quarantaine(app, installation, authorised)
    return app


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
