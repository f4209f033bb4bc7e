"""The board of termijnen: what is due when, in which zaak, and who must act."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI

from contracts.envelope import Gemeentecode
from schakel.installation import Installation
from schakel.routes.bladeren import ALLES, Bladeren
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd


def add_termijnen(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""

    @app.get("/v1/termijnen")
    async def termijnen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.TERMIJNEN_ZIEN))],
        blad: Bladeren,
        gemeente: Gemeentecode | None = None,
        tot: date | None = None,
        alles: bool = False,
    ) -> list[dict[str, Any]]:
        """Lopende en verstreken termijnen tot en met een dag, de eerste dag eerst; `alles` toont ook wat af is."""
        ik.eis(gemeente)
        cases = service_of(installation, "cases")
        gemeenten = None if gemeente is None else [gemeente]
        rijen = await cases.termijnbord(gemeenten, tot, alles, ALLES, ik.inzage(cases.service.pool))
        return blad.van(ik, rijen, "uiterlijk", "termijnId")
