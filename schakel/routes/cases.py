"""The worklist, zaken and besluiten of officials."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, HTTPException, Response
from pydantic import BaseModel, ConfigDict, SecretStr

from contracts.codes import Besluitsoort
from contracts.envelope import Gemeentecode
from hub.messages import Sleutel
from schakel.installation import Installation
from schakel.officials import zaakdocument
from schakel.routes.bij import VOORSTEL, ZAAK
from schakel.routes.bladeren import ALLES, Bladeren
from schakel.routes.common import service_of
from schakel.routes.voorwaarden import gezien, met_etag, sleutel_van
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd
from schakel.toegang.wie import Wie, wie
from services.cases.besluiten import BevestigBesluit, NeemBesluit, StuurBesluitTerug
from services.cases.intrekking import TrekBesluitIn
from services.cases.store import ZakenStore


class _Verzoek(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    medewerker: Wie = wie()


class Besluit(_Verzoek):
    """What an official decides; `inPlaats` goes with afwijken: the uitkomst that is carried out instead."""

    besluit: Besluitsoort
    motivering: str | None = None
    gesprekOp: datetime | None = None  # noqa: N815 - field names of the API are camelCase
    afspraken: tuple[SecretStr, ...] = ()
    inPlaats: str | None = None  # noqa: N815


class Bevestiging(_Verzoek):
    """Which second official confirms."""


class Motivering(_Verzoek):
    """Why a besluit is sent back or withdrawn, and by whom."""

    motivering: str


class Feiten(_Verzoek):
    """Facts an official establishes."""

    feiten: dict[str, Any]


Gezien = Annotated[int | None, Depends(gezien)]


def add_cases(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""
    _add_views(app, installation)
    _add_besluiten(app, installation)


def _add_views(app: FastAPI, installation: Installation) -> None:
    def gelezen(ik: Ingelogd) -> ZakenStore:
        return ZakenStore(ik.inzage(service_of(installation, "cases").service.pool), installation.config.settings.kluis)

    @app.get("/v1/voorstellen")
    async def voorstellen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.WERKLIJST_ZIEN))],
        blad: Bladeren,
        gemeente: Gemeentecode | None = None,
    ) -> list[dict[str, Any]]:
        """Voorstellen die op een ambtenaar wachten, oudste eerst."""
        ik.eis(gemeente)
        rijen = [w._asdict() for w in await gelezen(ik).worklist(gemeente, ALLES)]
        return blad.van(ik, rijen, "gedaan_op", "voorstel_id")

    @app.get("/v1/voorstellen/{voorstel_id}")
    async def voorstel(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.ZAAK_ZIEN, VOORSTEL))], voorstel_id: UUID, response: Response
    ) -> dict[str, Any]:
        """Een voorstel met zijn redenen en zijn besluit; de ETag is die van de zaak."""
        store = gelezen(ik)
        work = await store.whose_voorstel(voorstel_id)
        found = await store.zaak(work.zaak_id) if work else None
        if found is None:
            raise HTTPException(404, "dit voorstel bestaat niet")
        zaak = found[1]
        inhoud = zaak.voorstellen[voorstel_id].model_dump(mode="json")
        return met_etag(response, inhoud | {"zaak_id": str(zaak.zaak_id), "revisie": zaak.revisie})

    @app.get("/v1/zaken/{zaak_id}")
    async def zaak(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.ZAAK_ZIEN, ZAAK))], zaak_id: UUID, response: Response
    ) -> dict[str, Any]:
        """Een zaak met haar voorstellen, termijnen en tijdlijn."""
        document = await zaakdocument(gelezen(ik), zaak_id)
        if document is None:
            raise HTTPException(404, "deze zaak bestaat niet")
        return met_etag(response, document)


def _add_besluiten(app: FastAPI, installation: Installation) -> None:
    besluit_nemen = [Depends(mag(Handeling.BESLUIT_NEMEN, VOORSTEL))]
    bevestigen = [Depends(mag(Handeling.BESLUIT_BEVESTIGEN, VOORSTEL))]
    intrekken = [Depends(mag(Handeling.BESLUIT_INTREKKEN, VOORSTEL))]
    vaststellen = [Depends(mag(Handeling.FEITEN_VASTSTELLEN, ZAAK))]
    Sleutelkop = Annotated[Sleutel | None, Depends(sleutel_van(installation.config.settings.kluis))]  # noqa: N806

    async def beslis(response: Response, command: Any, sleutel: Sleutel | None) -> dict[str, Any]:
        return met_etag(response, await service_of(installation, "cases").beslis(command, sleutel))

    @app.post(
        "/v1/voorstellen/{voorstel_id}/besluit",
        dependencies=besluit_nemen,
        status_code=201,
    )
    async def besluit(
        voorstel_id: UUID, body: Besluit, response: Response, gezien: Gezien, sleutel: Sleutelkop
    ) -> dict[str, Any]:
        """Neem een besluit over een voorstel; waar vier ogen nodig zijn, wacht het op een tweede ambtenaar."""
        command = NeemBesluit(
            voorstel_id, body.besluit, body.medewerker, body.motivering, body.gesprekOp, body.afspraken,
            body.inPlaats, gezien,
        )  # fmt: skip
        return await beslis(response, command, sleutel) | {"besluit": body.besluit}

    @app.post("/v1/voorstellen/{voorstel_id}/bevestiging", dependencies=bevestigen, status_code=201)
    async def bevestiging(
        voorstel_id: UUID, body: Bevestiging, response: Response, gezien: Gezien, sleutel: Sleutelkop
    ) -> dict[str, Any]:
        """Bevestig als tweede ambtenaar een besluit; daarmee geldt het."""
        return await beslis(response, BevestigBesluit(voorstel_id, body.medewerker, gezien), sleutel)

    @app.post("/v1/voorstellen/{voorstel_id}/terugsturing", dependencies=bevestigen, status_code=201)
    async def terugsturing(
        voorstel_id: UUID, body: Motivering, response: Response, gezien: Gezien, sleutel: Sleutelkop
    ) -> dict[str, Any]:
        """Stuur een besluit dat op bevestiging wacht terug."""
        command = StuurBesluitTerug(voorstel_id, body.medewerker, body.motivering, gezien)
        return await beslis(response, command, sleutel)

    @app.post(
        "/v1/voorstellen/{voorstel_id}/intrekking",
        dependencies=intrekken,
        status_code=201,
    )
    async def intrekking(
        voorstel_id: UUID, body: Motivering, response: Response, gezien: Gezien, sleutel: Sleutelkop
    ) -> dict[str, Any]:
        """Trek een besluit in; wat eruit volgde, wordt gestopt of teruggedraaid."""
        command = TrekBesluitIn(voorstel_id, body.medewerker, body.motivering, gezien)
        return await beslis(response, command, sleutel)

    @app.post("/v1/zaken/{zaak_id}/feiten", dependencies=vaststellen, status_code=201)
    async def feiten(
        zaak_id: UUID, body: Feiten, response: Response, gezien: Gezien, sleutel: Sleutelkop
    ) -> dict[str, Any]:
        """Stel feiten van een zaak vast."""
        cases = service_of(installation, "cases")
        antwoord = await cases.stel_feiten_vast(zaak_id, body.medewerker, body.feiten, gezien, sleutel)
        return met_etag(response, antwoord)
