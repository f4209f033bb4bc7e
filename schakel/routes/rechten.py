"""Rights of the betrokkene: requests and besluiten, restriction, rectification, inzage."""

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Response
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from contracts.envelope import Gemeentecode
from hub.errors import Ongeldig
from hub.privacy import Bsn, OngeldigeBsn
from schakel.installation import Installation
from schakel.inzage.lezen import jongere_van
from schakel.inzage.model import Inzage, Soort
from schakel.inzage.pdf import maak_pdf
from schakel.inzage.samenstel import Vraag, geef_inzage, mag_geven
from schakel.routes.bij import RECHTENTAAK, RECHTENVERZOEK
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.identiteit import Ingelogd
from schakel.toegang.wie import Wie, wie
from services.cases.rechten import BeperkVerwerking, BesluitVerzoek, HervatVerwerking, OpenVerzoek, VerlengVerzoek
from services.cases.rechtendienst import Rechtendienst
from services.cases.rechtenstand import (
    Beperkingsreden,
    Hervatreden,
    Recht,
    Rectificatiesoort,
    Verzoeker,
    Verzoekuitkomst,
    Weigeringsgrond,
)
from services.cases.rechtenstore import Rechtenvragen
from services.cases.rectificatie import Rectificeer, RondTaakAf


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    medewerker: Wie = wie()


class Verzoek(_Body):
    """A request as it came in; `ontvanger` and `doel` belong to a bezwaar. `kenmerk` is your own: the same one again
    records nothing twice."""

    jongere: UUID
    gemeente: Gemeentecode
    soort: Recht
    verzoeker: Verzoeker
    ontvangenOp: date  # noqa: N815 - field names of the API are camelCase
    kenmerk: str = Field(min_length=1, max_length=100)
    toelichting: SecretStr | None = None
    ontvanger: str | None = None
    doel: str | None = None


class Besluit(_Body):
    """How a request is decided."""

    uitkomst: Verzoekuitkomst
    motivering: SecretStr = SecretStr("")
    grond: Weigeringsgrond | None = None


class Verlenging(_Body):
    """Why it takes two months longer."""

    reden: SecretStr


class Beperking(_Body):
    """Whose processing is restricted, and why."""

    jongere: UUID
    gemeente: Gemeentecode
    reden: Beperkingsreden


class Hervatting(_Body):
    """Whose processing goes on, why, and when the betrokkene was told."""

    jongere: UUID
    gemeente: Gemeentecode
    reden: Hervatreden
    geinformeerdOp: date  # noqa: N815


class Correctie(_Body):
    """What becomes what; the client makes the `rectificatie` number, so that it can ask again."""

    rectificatie: UUID
    jongere: UUID
    gemeente: Gemeentecode
    soort: Rectificatiesoort
    element: str
    onderwerp: str
    reden: SecretStr
    zaak: UUID | None = None
    waarde: Any = None
    afspraken: tuple[SecretStr, ...] = ()


class Afgerond(_Body):
    """Who did it."""


class Inzagevraag(_Body):
    """About whom, as a number or a BSN; `vorm` is json or pdf."""

    jongere: UUID | None = None
    bsn: SecretStr | None = None
    soort: Soort = Soort.INZAGE
    vorm: str = "json"
    aanOuders: bool = False  # noqa: N815


def add_rechten(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""

    def dienst() -> Rechtendienst:
        found: Rechtendienst = service_of(installation, "cases").rechten
        return found

    _verzoeken(app, installation, dienst)
    _gevolgen(app, dienst)
    _inzage(app, installation)


def _verzoeken(app: FastAPI, installation: Installation, dienst: Callable[[], Rechtendienst]) -> None:
    beslist = [Depends(mag(Handeling.VERZOEK_BESLISSEN, RECHTENVERZOEK))]

    @app.post("/v1/rechtenverzoeken", status_code=201)
    async def verzoek(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.VERZOEK_VASTLEGGEN))], body: Verzoek
    ) -> dict[str, Any]:
        """Leg een verzoek vast; het antwoord zegt wanneer er uiterlijk een besluit moet zijn."""
        ik.eis(body.gemeente)
        ik.betreft(body.jongere)
        command = OpenVerzoek(
            body.soort, body.verzoeker, body.ontvangenOp, body.gemeente, body.medewerker, body.kenmerk,
            _open(body.toelichting), body.ontvanger, body.doel,
        )  # fmt: skip
        return await dienst().open(body.jongere, command)

    @app.get("/v1/rechtenverzoeken")
    async def verzoeken(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.RECHTEN_ZIEN))],
        gemeente: Gemeentecode | None = None,
        alles: bool = False,
    ) -> dict[str, Any]:
        """Verzoeken en taken, wat het eerst af moet bovenaan."""
        ik.eis(gemeente)
        vragen = Rechtenvragen(ik.inzage(service_of(installation, "cases").service.pool))
        return {
            "verzoeken": ik.eigen(await vragen.verzoeken(gemeente, alles=alles)),
            "taken": ik.eigen(await vragen.taken(gemeente, alles=alles)),
        }

    @app.post("/v1/rechtenverzoeken/{verzoek_id}/besluit", dependencies=beslist, status_code=201)
    async def besluit(verzoek_id: UUID, body: Besluit) -> dict[str, str]:
        """Besluit over een verzoek; afwijzen kan alleen op een grond uit de lijst en met redenen."""
        motivering = body.motivering.get_secret_value()
        await dienst().over_verzoek(BesluitVerzoek(verzoek_id, body.uitkomst, body.medewerker, motivering, body.grond))
        return {"verzoekId": str(verzoek_id), "uitkomst": body.uitkomst}

    @app.post("/v1/rechtenverzoeken/{verzoek_id}/verlenging", dependencies=beslist, status_code=201)
    async def verlenging(verzoek_id: UUID, body: Verlenging) -> dict[str, str]:
        """Neem twee maanden langer voor een verzoek."""
        await dienst().over_verzoek(VerlengVerzoek(verzoek_id, body.medewerker, body.reden.get_secret_value()))
        return {"verzoekId": str(verzoek_id)}


def _gevolgen(app: FastAPI, dienst: Callable[[], Rechtendienst]) -> None:
    @app.post("/v1/beperkingen", status_code=201)
    async def beperking(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.VERWERKING_BEPERKEN))], body: Beperking
    ) -> dict[str, str]:
        """Bewaar gegevens van deze jongere voorlopig alleen."""
        ik.eis(body.gemeente)
        ik.betreft(body.jongere)
        await dienst().beperk(body.jongere, BeperkVerwerking(body.reden, body.gemeente, body.medewerker))
        return {"jongere": str(body.jongere)}

    @app.post("/v1/hervattingen", status_code=201)
    async def hervatting(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.VERWERKING_BEPERKEN))], body: Hervatting
    ) -> dict[str, str]:
        """Hef de beperking op."""
        ik.eis(body.gemeente)
        ik.betreft(body.jongere)
        command = HervatVerwerking(body.reden, body.geinformeerdOp, body.gemeente, body.medewerker)
        await dienst().beperk(body.jongere, command)
        return {"jongere": str(body.jongere)}

    @app.post("/v1/rectificaties", status_code=201)
    async def rectificatie(
        ik: Annotated[Ingelogd, Depends(mag(Handeling.RECTIFICEREN))], body: Correctie
    ) -> dict[str, Any]:
        """Verbeter een gegeven; het antwoord noemt wie het had en bericht krijgt."""
        ik.eis(body.gemeente)
        ik.betreft(body.jongere)
        command = Rectificeer(
            body.rectificatie, body.soort, body.element, body.onderwerp, body.gemeente, body.medewerker,
            body.reden.get_secret_value(), body.zaak, body.waarde, body.afspraken,
        )  # fmt: skip
        return {"rectificatieId": body.rectificatie, "teInformeren": await dienst().rectificeer(body.jongere, command)}

    @app.post(
        "/v1/rechtentaken/{taak_id}/afronding",
        dependencies=[Depends(mag(Handeling.RECHTENTAAK_AFRONDEN, RECHTENTAAK))],
        status_code=201,
    )
    async def afronding(taak_id: UUID, body: Afgerond) -> dict[str, str]:
        """Leg vast dat een taak is gedaan."""
        await dienst().rond_af(RondTaakAf(taak_id, body.medewerker))
        return {"taakId": str(taak_id)}


def _inzage(app: FastAPI, installation: Installation) -> None:
    @app.post("/v1/inzage", response_model=Inzage, responses=_PDF)
    async def inzage(ik: Annotated[Ingelogd, Depends(mag(Handeling.INZAGE_GEVEN))], body: Inzagevraag) -> Any:
        """Geef alles wat over een jongere is vastgelegd, als JSON of PDF."""
        settings, config = installation.config.settings, installation.config
        mag_geven(config.officials(), body.medewerker)
        jongere_id = await _wie(installation, body)
        ik.betreft(jongere_id)
        vraag = Vraag(jongere_id, body.medewerker, body.soort, body.vorm, not body.aanOuders)
        if body.vorm not in ("json", "pdf"):
            raise Ongeldig("kies json of pdf", "vorm")
        document = await geef_inzage(
            installation.places, settings, vraag, config.officials(), config.region(), config.clock.now()
        )
        if body.vorm == "json":
            return document
        return Response(maak_pdf(document), media_type="application/pdf", headers={"Cache-Control": "no-store"})


_PDF: dict[int | str, dict[str, Any]] = {200: {"content": {"application/pdf": {}}, "description": "De inzage."}}


async def _wie(installation: Installation, body: Inzagevraag) -> UUID:
    if (body.jongere is None) == (body.bsn is None):
        raise Ongeldig("noem de jongere of het BSN", "jongere")
    if body.jongere is not None:
        return body.jongere
    try:
        bsn = Bsn((body.bsn or SecretStr("")).get_secret_value())
    except OngeldigeBsn as error:
        raise Ongeldig(str(error), "bsn") from None
    return await jongere_van(installation.places, installation.config.settings, bsn)


def _open(tekst: SecretStr | None) -> str | None:
    return tekst.get_secret_value() if tekst is not None else None
