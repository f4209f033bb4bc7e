"""Consent: asked, given, refused, withdrawn, and who was told; prior information to betrokkenen."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from contracts.envelope import Gemeentecode
from contracts.fields import Code, Doelcode
from schakel.installation import Installation
from schakel.routes.bij import TOESTEMMING, ZAAK
from schakel.routes.bladeren import ALLES, Bladeren
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd
from schakel.toegang.wie import Wie, wie
from services.cases.privacystand import Gever, TeltNiet, Toestemmingstand
from services.cases.toestemmingsdienst import Toestemmingen
from services.cases.toestemmingsintrekking import InformeerOntvanger, TrekToestemmingIn
from services.cases.toestemmingsopdrachten import (
    LegInformatieVast,
    LegToestemmingVast,
    Vastlegging,
    VraagToestemming,
    Waarover,
)
from services.cases.toestemmingstore import Toestemmingsvragen

Tekst = Annotated[SecretStr, Field(max_length=4000)]


class _Verzoek(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    medewerker: Wie = wie()


class _Over(_Verzoek):
    """One element for one recipient and purpose."""

    element: Code
    ontvanger: Code
    doel: Doelcode

    def over(self, zaak_id: UUID) -> Waarover:
        """In one zaak."""
        return Waarover(zaak_id, self.element, self.ontvanger, self.doel)


class Vraag(_Over):
    """Why consent is needed now, and of whom it is asked if not of those the protocol names."""

    noodzaak: Tekst
    gevers: tuple[Gever, ...] = ()


class Antwoord(_Over):
    """What one giver said, and where the written record is."""

    gever: Gever
    gegeven: bool
    schriftelijk: bool
    verwijzing: Tekst | None = None
    tekst: Tekst | None = None
    vingerafdruk: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$", description="SHA-256 van het stuk.")
    mens: TeltNiet | None = None

    def vastlegging(self) -> Vastlegging | None:
        """The written record, if one is named."""
        if self.verwijzing is None:
            return None
        return Vastlegging(self.verwijzing, self.tekst, self.vingerafdruk)


class Intrekking(_Over):
    """Who withdraws."""

    gever: Gever


class Melding(_Verzoek):
    """Who told a recipient."""


class Informatie(_Verzoek):
    """What somebody was told beforehand, how and when."""

    wijze: Code
    punten: tuple[str, ...]
    aan: tuple[Gever, ...]
    op: date | None = None
    """Today when left out."""


def add_toestemmingen(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""
    guard = [Depends(mag(Handeling.TOESTEMMING_VASTLEGGEN, ZAAK))]

    def dienst() -> Toestemmingen:
        found: Toestemmingen = service_of(installation, "cases").toestemmingen
        return found

    _add_lijsten(app, installation, dienst)

    @app.post("/v1/zaken/{zaak_id}/toestemmingen/vragen", dependencies=guard, status_code=201)
    async def vraag(zaak_id: UUID, body: Vraag) -> dict[str, Any]:
        """Leg vast dat toestemming is gevraagd, en geef hoe het ermee staat."""
        return await dienst().neem(VraagToestemming(body.over(zaak_id), body.noodzaak, body.medewerker, body.gevers))

    @app.post("/v1/zaken/{zaak_id}/toestemmingen", dependencies=guard, status_code=201)
    async def antwoord(zaak_id: UUID, body: Antwoord) -> dict[str, Any]:
        """Leg vast wat iemand zei over toestemming, en geef hoe het ermee staat."""
        return await dienst().neem(
            LegToestemmingVast(
                body.over(zaak_id),
                body.gever,
                body.gegeven,
                body.schriftelijk,
                body.medewerker,
                body.vastlegging(),
                body.mens,
            )
        )

    @app.post("/v1/zaken/{zaak_id}/toestemmingen/intrekkingen", dependencies=guard, status_code=201)
    async def intrekking(zaak_id: UUID, body: Intrekking) -> dict[str, Any]:
        """Trek toestemming in; wat erop rust stopt, en wie moet het horen staat in het antwoord."""
        return await dienst().neem(TrekToestemmingIn(body.over(zaak_id), body.gever, body.medewerker))

    @app.post("/v1/zaken/{zaak_id}/informatie", dependencies=guard, status_code=201)
    async def informatie(zaak_id: UUID, body: Informatie) -> dict[str, Any]:
        """Leg vast wat iemand vooraf is verteld, en geef welke punten nog ontbreken."""
        return await dienst().leg_informatie_vast(
            LegInformatieVast(
                zaak_id,
                body.wijze,
                body.punten,
                body.aan,
                body.op or installation.config.clock.today(),
                body.medewerker,
            )
        )


def _add_lijsten(app: FastAPI, installation: Installation, dienst: Callable[[], Toestemmingen]) -> None:
    def vragen(ik: Ingelogd) -> Toestemmingsvragen:
        return Toestemmingsvragen(ik.inzage(service_of(installation, "cases").service.pool))

    @app.get("/v1/toestemmingen")
    async def lijst(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.TOESTEMMINGEN_ZIEN))],
        blad: Bladeren,
        stand: Toestemmingstand | None = None,
        ontvanger: Code | None = None,
        gemeente: Gemeentecode | None = None,
        zaak: UUID | None = None,
    ) -> list[dict[str, Any]]:
        """Wat gevers het laatst zeiden, oudste eerst: codes, geen namen."""
        ik.eis(gemeente)
        gemeenten = None if gemeente is None else [gemeente]
        rijen = await vragen(ik).lijst(stand=stand, ontvanger=ontvanger, gemeenten=gemeenten, zaak_id=zaak, limit=ALLES)
        return blad.van(ik, rijen, "op", "toestemming_id")

    @app.get("/v1/toestemmingen/te-informeren")
    async def te_informeren(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.TOESTEMMINGEN_ZIEN))],
        blad: Bladeren,
        gemeente: Gemeentecode | None = None,
    ) -> list[dict[str, Any]]:
        """Ontvangers die nog moeten horen dat een toestemming is ingetrokken."""
        ik.eis(gemeente)
        rijen = await vragen(ik).te_informeren(gemeenten=None if gemeente is None else [gemeente], limit=ALLES)
        return blad.van(ik, rijen, "sinds", "toestemming_id", "ontvanger")

    @app.post(
        "/v1/toestemmingen/{toestemming_id}/ontvangers/{ontvanger}/informatie",
        dependencies=[Depends(mag(Handeling.TOESTEMMING_VASTLEGGEN, TOESTEMMING))],
        status_code=201,
    )
    async def informeer(toestemming_id: UUID, ontvanger: Code, body: Melding) -> dict[str, Any]:
        """Leg vast dat een ontvanger weet dat de toestemming is ingetrokken."""
        await dienst().informeer(InformeerOntvanger(toestemming_id, ontvanger, body.medewerker))
        return {"toestemming_id": str(toestemming_id), "ontvanger": ontvanger}
