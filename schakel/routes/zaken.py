"""The life of a zaak: open one without a melding, close, re-open, set its phase, couple zaken of siblings."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field

from contracts.codes import Fase, Zaaksoort
from contracts.envelope import Gemeentecode
from schakel.installation import Installation
from schakel.routes.bij import ZAAK
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd
from schakel.toegang.wie import Wie, wie
from services.cases.levensdienst import Leven
from services.cases.levensloop import ZetFase
from services.cases.zaakleven import Afsluitreden, Heropenreden, HeropenZaak, OpenZaak, SluitZaak


class _Verzoek(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    medewerker: Wie = wie()


class Opening(_Verzoek):
    """A zaak without a melding; `kenmerk` is your own, a repetition with the same one opens nothing twice."""

    jongere: UUID
    gemeente: Gemeentecode
    zaaksoort: Zaaksoort
    kenmerk: str = Field(min_length=1, max_length=100)
    feiten: dict[str, Any] = Field(default_factory=dict)


class Sluiting(_Verzoek):
    """Why a zaak ends."""

    reden: Afsluitreden


class Heropening(_Verzoek):
    """Why a zaak goes on."""

    reden: Heropenreden


class Fasering(_Verzoek):
    """The phase, and whether it was assessed again that the data are needed in it (convenant art. 3.4)."""

    fase: Fase | None = None
    noodzaakBeoordeeld: bool = False  # noqa: N815 - field names of the API are camelCase


class Koppeling(_Verzoek):
    """The zaak of a sibling."""

    verwant: UUID


def add_zaken(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""
    leiden = [Depends(mag(Handeling.ZAAK_LEIDEN, ZAAK))]

    def zaken() -> Leven:
        found: Leven = service_of(installation, "cases").zaken
        return found

    @app.post("/v1/zaken", status_code=201)
    async def opening(ik: Annotated[Ingelogd, Depends(mag(Handeling.ZAAK_OPENEN))], body: Opening) -> dict[str, Any]:
        """Open een zaak zonder melding: ziekte, verlof, vrijstelling, verwijdering of RMC."""
        ik.eis(body.gemeente)
        ik.betreft(body.jongere)
        return await zaken().open(
            OpenZaak(body.jongere, body.gemeente, body.zaaksoort, body.kenmerk, body.medewerker, body.feiten)
        )

    @app.post("/v1/zaken/{zaak_id}/sluiting", dependencies=leiden, status_code=201)
    async def sluiting(zaak_id: UUID, body: Sluiting) -> dict[str, Any]:
        """Sluit een zaak, met een reden."""
        return await zaken().doe(SluitZaak(zaak_id, body.medewerker, body.reden))

    @app.post("/v1/zaken/{zaak_id}/heropening", dependencies=leiden, status_code=201)
    async def heropening(zaak_id: UUID, body: Heropening) -> dict[str, Any]:
        """Heropen een gesloten zaak, met een reden."""
        return await zaken().doe(HeropenZaak(zaak_id, body.medewerker, body.reden))

    @app.post("/v1/zaken/{zaak_id}/fase", dependencies=leiden, status_code=201)
    async def fase(zaak_id: UUID, body: Fasering) -> dict[str, Any]:
        """Zet een zaak in een fase, of leg vast dat opnieuw is beoordeeld of de gegevens nodig zijn."""
        return await zaken().doe(ZetFase(zaak_id, body.medewerker, body.fase, body.noodzaakBeoordeeld))

    @app.post("/v1/zaken/{zaak_id}/koppeling", status_code=201)
    async def koppeling(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.ZAAK_LEIDEN, ZAAK))], zaak_id: UUID, body: Koppeling
    ) -> dict[str, Any]:
        """Koppel twee zaken over luxe verzuim van kinderen uit een gezin; het blijven twee zaken."""
        ik.vond(await ZAAK(installation, {"zaak_id": str(body.verwant)}))
        return await zaken().koppel(zaak_id, body.verwant, body.medewerker)
