"""The board of termijnen: what is due when, in which zaak, and who must act."""

from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, Query

from contracts.envelope import Gemeentecode
from schakel.installation import Installation
from schakel.routes.common import service_of

Aantal = Annotated[int, Query(ge=1, le=10_000)]


def add_termijnen(app: FastAPI, installation: Installation, authorised: Any) -> None:
    """Adds the routes; they need the token of the installation."""

    @app.get("/v1/termijnen", dependencies=[Depends(authorised)])
    async def termijnen(
        gemeente: Gemeentecode | None = None, tot: date | None = None, alles: bool = False, aantal: Aantal = 1000
    ) -> list[dict[str, Any]]:
        """Lopende en verstreken termijnen tot en met een dag, de eerste dag eerst; `alles` toont ook wat af is."""
        cases = service_of(installation, "cases")
        gemeenten = None if gemeente is None else [gemeente]
        rows: list[dict[str, Any]] = await cases.termijnbord(gemeenten, tot, alles, aantal)
        return rows
