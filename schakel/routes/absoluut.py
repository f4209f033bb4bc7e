"""Absoluut verzuim: the check, signals and what officials say about them, and lists about enrolment."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Query
from pydantic import BaseModel, ConfigDict

from contracts.envelope import Gemeentecode
from schakel.installation import Installation
from schakel.routes.bij import SIGNAAL
from schakel.routes.bladeren import Bladeren
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd
from schakel.toegang.wie import Wie, wie
from services.cases.absoluut import BevestigSignaal, VerklaarSignaal
from services.cases.register import OPEN, Signaalstatus, Uitkomst
from services.cases.store import ZakenStore
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
    medewerker: Wie = wie()


class Bevestiging(_Verzoek):
    """Who confirms a signal."""

    medewerker: Wie = wie()


def add_absoluut(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""
    _add_lijsten(app, installation)

    def absoluut() -> Absoluut:
        found: Absoluut = service_of(installation, "cases").absoluut
        return found

    @app.post("/v1/absoluut/controle")
    async def controle(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.ABSOLUUT_CONTROLEREN))], body: Controleverzoek
    ) -> dict[str, Any]:
        """Kijk bij iedereen of een inschrijving ontbreekt, en geef wat administratie moet nagaan."""
        return await absoluut().controle.nu(body.op, ik.een_gemeente(body.gemeente))

    @app.post(
        "/v1/absoluut/signalen/{signaal_id}/verklaring",
        dependencies=[Depends(mag(Handeling.SIGNAAL_VERKLAREN, SIGNAAL))],
        status_code=201,
    )
    async def verklaring(signaal_id: UUID, body: Verklaring) -> dict[str, Any]:
        """Leg vast wat een signaal verklaart."""
        return await absoluut().neem(VerklaarSignaal(signaal_id, body.uitkomst, body.medewerker))

    @app.post(
        "/v1/absoluut/signalen/{signaal_id}/bevestiging",
        dependencies=[Depends(mag(Handeling.SIGNAAL_BEVESTIGEN, SIGNAAL))],
        status_code=201,
    )
    async def bevestiging(signaal_id: UUID, body: Bevestiging) -> dict[str, Any]:
        """Bevestig een signaal dat administratie heeft nagegaan; er komt een zaak."""
        return await absoluut().neem(BevestigSignaal(signaal_id, body.medewerker))


def _add_lijsten(app: FastAPI, installation: Installation) -> None:
    def gelezen(ik: Ingelogd) -> Absoluut:
        app = service_of(installation, "cases")
        pool = ik.inzage(app.service.pool)
        store = ZakenStore(pool, installation.config.settings.kluis)
        return Absoluut(app.service, store, app.beleid, installation.config.clock, lezer=pool)

    @app.get("/v1/absoluut/signalen")
    async def signalen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.ABSOLUUT_ZIEN))],
        blad: Bladeren,
        gemeente: Gemeentecode | None = None,
        status: Annotated[tuple[Signaalstatus, ...], Query()] = tuple(sorted(OPEN)),
    ) -> list[dict[str, Any]]:
        """Signalen van absoluut verzuim; zonder status die nog open zijn."""
        ik.eis(gemeente)
        return blad.van(ik, await gelezen(ik).signalen(status, gemeente), "sinds", "signaal_id")

    @app.get("/v1/absoluut/lijsten/{lijst}")
    async def lijsten(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.ABSOLUUT_ZIEN))],
        blad: Bladeren,
        lijst: str,
        op: date | None = None,
        gemeente: Gemeentecode | None = None,
    ) -> list[dict[str, Any]]:
        """Een lijst: vijfjarigen, begin-schooljaar, uitschrijvingen of overstap."""
        ik.eis(gemeente)
        dag = op or installation.config.clock.today()
        rijen = await gelezen(ik).lijsten.lijst(lijst, dag, gemeente)
        return blad.van(ik, rijen, "gemeente", "jongere_id", "brin", "van")
