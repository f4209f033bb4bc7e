"""Absoluut verzuim: the check, signals and what officials say about them, and lists about enrolment."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict

from contracts.envelope import Gemeentecode
from schakel.installation import Installation
from schakel.routes.common import service_of
from services.cases.absoluut import BevestigSignaal, VerklaarSignaal
from services.cases.register import OPEN, Signaalstatus, Uitkomst
from services.cases.verzuimdienst import Absoluut


class _Verzoek(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class Controleverzoek(_Verzoek):
    """Of today when `op` is left out; of another day it only tells what it would find."""

    op: date | None = None
    gemeente: Gemeentecode | None = None


class Verklaring(_Verzoek):
    """What explains a signal, and who found it."""

    uitkomst: Uitkomst
    medewerker: str


class Bevestiging(_Verzoek):
    """Who confirms a signal."""

    medewerker: str


def add_absoluut(app: FastAPI, installation: Installation, authorised: Any) -> None:
    """Adds the routes; they need the token of the installation."""
    guard = [Depends(authorised)]

    def absoluut() -> Absoluut:
        found: Absoluut = service_of(installation, "cases").absoluut
        return found

    @app.post("/v1/absoluut/controle", dependencies=guard)
    async def controle(body: Controleverzoek) -> dict[str, Any]:
        """Kijk bij iedereen of een inschrijving ontbreekt, en geef wat administratie moet nagaan."""
        return await absoluut().controle.nu(body.op, body.gemeente)

    @app.get("/v1/absoluut/signalen", dependencies=guard)
    async def signalen(
        gemeente: Gemeentecode | None = None,
        status: Annotated[tuple[Signaalstatus, ...], Query()] = tuple(sorted(OPEN)),
    ) -> list[dict[str, Any]]:
        """Signalen van absoluut verzuim; zonder status die nog open zijn."""
        return await absoluut().signalen(status, gemeente)

    @app.post("/v1/absoluut/signalen/{signaal_id}/verklaring", dependencies=guard, status_code=201)
    async def verklaring(signaal_id: UUID, body: Verklaring) -> dict[str, Any]:
        """Leg vast wat een signaal verklaart."""
        return await absoluut().neem(VerklaarSignaal(signaal_id, body.uitkomst, body.medewerker))

    @app.post("/v1/absoluut/signalen/{signaal_id}/bevestiging", dependencies=guard, status_code=201)
    async def bevestiging(signaal_id: UUID, body: Bevestiging) -> dict[str, Any]:
        """Bevestig een signaal dat administratie heeft nagegaan; er komt een zaak."""
        return await absoluut().neem(BevestigSignaal(signaal_id, body.medewerker))

    @app.get("/v1/absoluut/lijsten/{lijst}", dependencies=guard)
    async def lijsten(lijst: str, op: date | None = None, gemeente: Gemeentecode | None = None) -> list[dict[str, Any]]:
        """Een lijst: vijfjarigen, begin-schooljaar, uitschrijvingen of overstap."""
        dag = op or installation.config.clock.today()
        return await absoluut().lijsten.lijst(lijst, dag, gemeente)
