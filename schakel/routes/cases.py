"""The worklist and besluiten of officials."""

from datetime import datetime
from typing import Any
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict, SecretStr

from contracts.codes import Besluitsoort
from contracts.envelope import Gemeentecode
from schakel.installation import Installation
from schakel.routes.common import service_of
from services.cases.besluiten import NeemBesluit


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


def add_cases(app: FastAPI, installation: Installation, authorised: Any) -> None:
    """Adds the routes; they need the token of the installation."""
    guard = [Depends(authorised)]

    @app.get("/v1/voorstellen", dependencies=guard)
    async def voorstellen(gemeente: Gemeentecode | None = None) -> list[dict[str, Any]]:
        """Open voorstellen, oudste eerst."""
        return [w._asdict() for w in await service_of(installation, "cases").store.worklist(gemeente)]

    @app.post("/v1/voorstellen/{voorstel_id}/besluit", dependencies=guard, status_code=201)
    async def besluit(voorstel_id: UUID, body: Besluit) -> dict[str, str]:
        """Neem een besluit over een voorstel."""
        command = NeemBesluit(
            voorstel_id, body.besluit, body.medewerker, body.motivering, body.gesprekOp, body.afspraken
        )
        (error,) = await service_of(installation, "cases").besluit([command])
        if error is not None:
            raise error
        return {"voorstelId": str(voorstel_id), "besluit": body.besluit}

    @app.post("/v1/zaken/{zaak_id}/feiten", dependencies=guard, status_code=201)
    async def feiten(zaak_id: UUID, body: Feiten) -> dict[str, str]:
        """Stel feiten van een zaak vast."""
        await service_of(installation, "cases").stel_feiten_vast(zaak_id, body.medewerker, body.feiten)
        return {"zaakId": str(zaak_id)}
