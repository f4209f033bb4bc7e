"""What every route needs: a service that is ready, and a body that cannot fill the memory."""

from typing import Any

from fastapi import Request

from hub.errors import NietGereed
from schakel.installation import Installation


def service_of(installation: Installation, name: str) -> Any:
    """The service, when it can be asked anything; `NietGereed` while it starts, also after a crash."""
    app = installation.apps[name]
    if not app.service.started.is_set():
        raise NietGereed(f"{name} is aan het starten: probeer het zo opnieuw")
    return app


async def bounded_body(request: Request, limit: int) -> bytes:
    """The body as far as one byte over the limit, which is enough to refuse it; the rest is read and forgotten."""
    body = bytearray()
    async for part in request.stream():
        body += part[: limit + 1 - len(body)]
    return bytes(body)
