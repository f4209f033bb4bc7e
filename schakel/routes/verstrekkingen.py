"""The disclosure register, and what would be disclosed of facts that somebody sends."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict

from contracts.envelope import Gemeentecode
from hub.errors import Ongeldig
from schakel.installation import Installation
from schakel.routes.bladeren import ALLES, Bladeren
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd
from schakel.verstrekkingen import DUO, aan_duo, beschrijf
from services.cases.grens.register import Verstrekkingenregister
from services.cases.vragen import beantwoord


class Proef(BaseModel):
    """Facts about a disclosure, and the protocol to judge them by."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    protocol: str
    verstrekking: dict[str, Any]


def add_verstrekkingen(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""

    @app.get("/v1/verstrekkingen")
    async def verstrekkingen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.VERSTREKKINGEN_ZIEN))],
        blad: Bladeren,
        jongere: UUID | None = None,
        ontvanger: str | None = None,
        gemeente: Gemeentecode | None = None,
        van: datetime | None = None,
        tot: datetime | None = None,
    ) -> list[dict[str, Any]]:
        """Het verstrekkingenregister, oudste eerst: wat aan wie ging, wat niet en waarom."""
        ik.eis(gemeente)
        gemeenten = ik.gemeenten if gemeente is None else (gemeente,)
        cases = service_of(installation, "cases")
        found = await Verstrekkingenregister(ik.inzage(cases.service.pool)).zoek(
            jongere_id=jongere,
            ontvanger=ontvanger,
            gemeenten=gemeenten,
            van=van,
            tot=tot,
            limit=ALLES,
        )
        lines = beschrijf(found, cases.beleid.protocollen)
        if ontvanger in (None, DUO) and "ingest_duo" in installation.running:
            pool = service_of(installation, "ingest_duo").service.pool
            lines += await aan_duo(pool, jongere, van, tot, ALLES, gemeenten)
        return blad.van(ik, lines, "besloten_op", "verstrekking_id")

    @app.post("/v1/verstrekkingen/proef")
    async def proef(
        body: Proef, ik: Annotated[Ingelogd, Depends(mag(Handeling.VERSTREKKING_PROEVEN))]
    ) -> dict[str, Any]:
        """Vraag wat er verstrekt zou mogen worden, en waarom niet; er wordt niets verstuurd of vastgelegd."""
        protocollen = service_of(installation, "cases").beleid.protocollen
        vraag = {"id": None, "protocol": body.protocol, "verstrekking": body.verstrekking}
        answer = beantwoord(protocollen, vraag)
        if "fout" in answer:
            raise Ongeldig(answer["fout"]["reden"], answer["fout"]["veld"])
        return {key: value for key, value in answer.items() if key != "id"}
