"""What officials do with the meldingen of DUO."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Request
from pydantic import BaseModel, ConfigDict

from contracts.codes import MeldingStatus, Vrijstellingsoort
from schakel.installation import Installation
from schakel.routes.bij import MELDING, VRIJSTELLING
from schakel.routes.bladeren import Bladeren
from schakel.routes.common import bounded_body, service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd
from schakel.toegang.wie import Wie, wie
from services.ingest_duo.ambtenaar import DOOR_AMBTENAAR
from services.ingest_duo.decisions import Stand, Statuswens
from services.ingest_duo.model import RedenMeldingAfgesloten, ToelichtingAfsluiting
from services.ingest_duo.school.verwerken import Verslag
from services.ingest_duo.vrijstellingen.decisions import LegVast, TrekIn
from services.ingest_duo.vrijstellingen.model import Stand as Vrijstellingstand


class Status(BaseModel):
    """The status an official gives a melding; closing (G) needs reden and toelichting."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    status: MeldingStatus
    reden: RedenMeldingAfgesloten | None = None
    toelichting: ToelichtingAfsluiting | None = None
    medewerker: Wie = wie()


class Herlezen(BaseModel):
    """From which day on everything is read again."""

    model_config = ConfigDict(extra="forbid")

    vanaf: date


class Vastlegging(BaseModel):
    """A vrijstelling or vervangende leerplicht; without `eerder` it follows from what is recorded."""

    model_config = ConfigDict(extra="forbid")

    jongere: UUID
    gemeente: str
    soort: Vrijstellingsoort
    begindatum: date
    einddatum: date | None = None
    eerder: bool | None = None
    medewerker: Wie = wie()


class Intrekking(BaseModel):
    """Who takes a vrijstelling back."""

    model_config = ConfigDict(extra="forbid")

    medewerker: Wie = wie()


def add_vrijstellingen(app: FastAPI, installation: Installation) -> None:
    """Adds the routes of vrijstellingen."""

    @app.post("/v1/vrijstellingen", status_code=201)
    async def vastleggen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.VRIJSTELLING_VASTLEGGEN))], body: Vastlegging
    ) -> dict[str, str]:
        """Leg een vrijstelling of vervangende leerplicht vast, of een nieuwe einddatum; DUO krijgt bericht."""
        ik.eis(body.gemeente)
        ik.betreft(body.jongere)
        command = LegVast(body.soort, body.begindatum, body.einddatum, body.eerder, body.medewerker)
        made = await service_of(installation, "ingest_duo").leg_vrijstelling_vast(body.jongere, body.gemeente, command)
        return {"vrijstelling": str(made)}

    @app.post(
        "/v1/vrijstellingen/{vrijstelling_id}/intrekking",
        dependencies=[Depends(mag(Handeling.VRIJSTELLING_INTREKKEN, VRIJSTELLING))],
        status_code=201,
    )
    async def intrekken(vrijstelling_id: UUID, body: Intrekking) -> dict[str, str]:
        """Trek een vrijstelling in; DUO krijgt bericht."""
        await service_of(installation, "ingest_duo").trek_vrijstelling_in(TrekIn(vrijstelling_id, body.medewerker))
        return {"vrijstelling": str(vrijstelling_id)}

    @app.get("/v1/vrijstellingen")
    async def vrijstellingen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.VRIJSTELLINGEN_ZIEN))],
        blad: Bladeren,
        stand: Vrijstellingstand | None = None,
    ) -> list[dict[str, Any]]:
        """De vastgelegde vrijstellingen en of DUO ze heeft."""
        rijen = await service_of(installation, "ingest_duo").vrijstellingen.lijst(stand)
        return blad.van(ik, rijen, "begindatum", "vrijstelling_id", nieuwste_eerst=True)


def add_duo(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""
    add_vrijstellingen(app, installation)

    @app.post(
        "/v1/meldingen/{meldingsnummer}/status",
        dependencies=[Depends(mag(Handeling.STATUS_MELDEN, MELDING))],
        status_code=201,
    )
    async def status(meldingsnummer: str, body: Status) -> dict[str, str]:
        """Meld DUO de status van een melding; herhalen mag."""
        wens = Statuswens(meldingsnummer, body.status, body.reden, body.toelichting, DOOR_AMBTENAAR, body.medewerker)
        await service_of(installation, "ingest_duo").meld_status(wens)
        return {"meldingsnummer": meldingsnummer, "status": body.status}

    @app.post("/v1/meldingen", dependencies=[Depends(mag(Handeling.MELDINGEN_OPNEMEN))], status_code=201)
    async def opnemen(request: Request, kaart: str | None = None) -> dict[str, Any]:
        """Neem meldingen op van scholen zonder DUO: CSV, of JSON `{"meldingen": [{kolom: waarde}]}`."""
        body = await bounded_body(request, installation.config.duo.max_bytes)
        verslag: Verslag = await service_of(installation, "ingest_duo").schoolmeldingen.neem_op(body, kaart)
        return asdict(verslag)

    @app.get("/v1/meldingen/statussen")
    async def statussen(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.STATUSSEN_ZIEN))], blad: Bladeren, stand: Stand | None = None
    ) -> list[dict[str, Any]]:
        """Wat er van elke status voor DUO geworden is, en wat een ambtenaar nog moet zeggen; nieuwste eerst."""
        rijen = await service_of(installation, "ingest_duo").store.statusmeldingen(stand)
        return blad.van(ik, rijen, "op", "meldingsnummer", nieuwste_eerst=True)

    @app.post("/v1/duo/herlezing", dependencies=[Depends(mag(Handeling.DUO_HERLEZEN))], status_code=202)
    async def herlees(body: Herlezen) -> dict[str, Any]:
        """Lees alles vanaf een dag opnieuw bij DUO; wat al bekend is verandert niet."""
        vanaf = datetime.combine(body.vanaf, datetime.min.time())
        return {"uitvoerders": await service_of(installation, "ingest_duo").poller.begin_again(vanaf)}
