"""The board of termijnen: what is due when, in which zaak, and who must act."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query

from contracts.envelope import Gemeentecode
from schakel.installation import Installation
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd

Aantal = Annotated[int, Query(ge=1, le=1000)]


def add_termijnen(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""

    @app.get("/v1/termijnen")
    async def termijnen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.TERMIJNEN_ZIEN))],
        gemeente: Gemeentecode | None = None,
        tot: date | None = None,
        alles: bool = False,
        aantal: Aantal = 1000,
    ) -> list[dict[str, Any]]:
        """Lopende en verstreken termijnen tot en met een dag, de eerste dag eerst; `alles` toont ook wat af is."""
        ik.eis(gemeente)
        cases = service_of(installation, "cases")
        gemeenten = None if gemeente is None else [gemeente]
        return ik.eigen(await cases.termijnbord(gemeenten, tot, alles, aantal, ik.inzage(cases.service.pool)))
