"""What operations look at: `/live` (the process runs), `/ready` (it can work, or why not), `/metrics`."""

from collections.abc import Callable, Iterable
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.observability import REGISTRY
from hub.service import Service


def health_routes(services: Callable[[], Iterable[Service[Any]]]) -> list[Route]:
    """The three routes over all services of this process."""

    async def live(_: Request) -> Response:
        return JSONResponse({"status": "actief"})

    async def ready(_: Request) -> Response:
        problems = {s.name: s.watchdog.problems for s in services() if not s.watchdog.ready}
        body = {"status": "gereed" if not problems else "niet_gereed", "problemen": problems}
        return JSONResponse(body, status_code=503 if problems else 200)

    async def metrics(_: Request) -> Response:
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [Route("/live", live), Route("/ready", ready), Route("/metrics", metrics)]
