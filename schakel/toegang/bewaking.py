"""Every route says which Handeling it is; here that is held against who calls, and written down."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated, Any, cast

import structlog
from fastapi import Depends, HTTPException, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.auditlog import Auditlog, Uitkomst
from hub.database import GONE
from hub.errors import NietGereed, Ongeldig
from schakel.toegang.bevoegdheden import BEVOEGDHEDEN, Handeling
from schakel.toegang.identiteit import Ingelogd, Inlog, Vindplaats, toegelaten
from schakel.toegang.wie import onthoud

if TYPE_CHECKING:
    from schakel.installation import Installation

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Bij = Callable[["Installation", dict[str, Any]], Awaitable[Vindplaats | None]]
"""Finds what the path names; None when it does not exist."""

_bearer = HTTPBearer(auto_error=False, description="Token van de inlogvoorziening; in een demo de eigen sleutel.")


class Bewaker:
    """The dependency of one route."""

    def __init__(self, handeling: Handeling, bij: Bij | None) -> None:
        self.handeling = handeling
        self.bij = bij

    async def __call__(
        self, request: Request, shown: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
    ) -> Ingelogd:
        """Who calls; raises 401, 403, or 404 for what lies in a gemeente that is not theirs."""
        inlog: Inlog = request.app.state.inlog
        medewerker = await inlog.wie(shown.credentials if shown else None)
        request.state.door = medewerker.code if medewerker else None
        ik = toegelaten(medewerker, self.handeling)
        request.state.ik = ik
        onthoud(ik)
        if self.bij is not None:
            await self._zoek(request, ik)
        return ik

    async def _zoek(self, request: Request, ik: Ingelogd) -> None:
        try:
            found = await cast(Bij, self.bij)(request.app.state.installation, request.path_params)
        except ValueError:
            found = None
        ik.vond(found)


def mag(handeling: Handeling, bij: Bij | None = None) -> Bewaker:
    """What a route declares: `Depends(mag(Handeling.X))`.

    `bij` finds what the path names; a Handeling that goes by gemeente needs it on every route with something in its
    path, so that what lies in another gemeente cannot be told from what does not exist.
    """
    return Bewaker(handeling, bij)


def bewaker_van(route: Any) -> Bewaker | None:
    """The dependency that guards a route, when there is one."""
    calls = [d.call for d in route.dependant.dependencies] if isinstance(route, APIRoute) else []
    return next((c for c in calls if isinstance(c, Bewaker)), None)


class BewaakteRoute(APIRoute):
    """A route that writes what was done or refused into the audit log, before the answer leaves.

    What cannot be written down is answered with 503. For a request to read, nothing has left then; what was done is
    done, and is done once when it is asked again.
    """

    def get_route_handler(self) -> Callable[[Request], Any]:
        """The handler, with the line written after it."""
        binnen = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                answer = await binnen(request)
            except Exception as error:
                await self._schrijf(request, _uitkomst(error))
                raise
            await self._schrijf(request, Uitkomst.GEDAAN if answer.status_code < 400 else Uitkomst.GEWEIGERD)
            return answer

        return handler

    async def _schrijf(self, request: Request, uitkomst: Uitkomst) -> None:
        bewaker = bewaker_van(self)
        if bewaker is None or not hasattr(request.state, "door"):
            return  # nobody was recognised; the chain holds what known people did
        regel = BEVOEGDHEDEN[bewaker.handeling]
        if regel.leest and not regel.persoonsgegevens and uitkomst is Uitkomst.GEDAAN:
            return
        ik: Ingelogd | None = getattr(request.state, "ik", None)
        door = ik.door if ik else request.state.door
        installation: Installation = request.app.state.installation
        try:
            auditlog = Auditlog(_pool(installation, request.path_params.get("service") or regel.dienst))
            now = installation.config.clock.now()
            await auditlog.schrijf(now, door, bewaker.handeling.value, uitkomst, ik.onderwerpen if ik else ())
        except (*GONE, NietGereed) as error:
            log.error("audit_not_written", handeling=bewaker.handeling.value, error=type(error).__name__)
            if uitkomst is Uitkomst.GEDAAN:
                raise NietGereed("het auditlog is nu niet te schrijven: probeer het zo opnieuw") from error


def _pool(installation: "Installation", dienst: str) -> Any:
    """The pool of a service, or of the first one that runs here when that one does not."""
    name = dienst if dienst in installation.running else next(iter(installation.running), None)
    if name is None:
        raise NietGereed("er draait hier geen service")
    app = installation.apps[name]
    if not app.service.started.is_set():
        raise NietGereed(f"{name} is aan het starten: probeer het zo opnieuw")
    return app.service.pool


def _uitkomst(error: Exception) -> Uitkomst:
    geweigerd = isinstance(error, Ongeldig | RequestValidationError) or (
        isinstance(error, HTTPException) and error.status_code < 500
    )
    return Uitkomst.GEWEIGERD if geweigerd else Uitkomst.MISLUKT
