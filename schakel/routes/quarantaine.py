"""The quarantine of every service of this process: look and work off. What was put aside itself is never shown here."""

import base64
import binascii
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from hub.errors import Ongeldig
from hub.quarantine import Quarantine
from hub.tables import Quarantainestaat
from schakel.installation import Installation
from schakel.quarantaine.work import advised, now, refused
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.wie import Wie, wie

_TEKST = r"^[^\x00-\x1f\x7f-\x9f]*$"
Nr = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Door(BaseModel):
    """Who does it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    door: Wie = wie()


class MetReden(Door):
    """Who does it, and why."""

    reden: str = Field(min_length=1, max_length=1000, pattern=_TEKST)


class Herstel(Door):
    """Who mended it, and the mended content in base64."""

    inhoud: SecretStr = Field(max_length=30_000_000)


def _quarantine(installation: Installation, service: str) -> Quarantine:
    if service not in installation.running:
        raise HTTPException(404, "deze service draait hier niet")
    app = service_of(installation, service)
    return Quarantine(app.service.pool, installation.config.settings.kluis, service)


def add_quarantaine(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""
    ziet = [Depends(mag(Handeling.QUARANTAINE_ZIEN))]
    _add_handling(app, installation)

    @app.get("/v1/quarantaine", dependencies=ziet)
    async def listed(service: str | None = None, bron: str | None = None, alles: bool = False) -> dict[str, Any]:
        """Wat open staat: aantallen per bron, veld en reden, en de regels, nieuwste eerst."""
        document: dict[str, Any] = {"aantallen": [], "regels": []}
        for name in [service] if service else installation.running:
            store = _quarantine(installation, name)
            for key, rows in (
                ("aantallen", await store.counts(bron, everything=alles)),
                ("regels", await store.items(bron, everything=alles)),
            ):
                document[key] += [{"service": name, **advised(r)} for r in rows]
        return document

    @app.get("/v1/quarantaine/{service}/{nr}", dependencies=ziet)
    async def shown(service: str, nr: Nr) -> dict[str, Any]:
        """Een regel: wat eraan mankeert, wat te doen, wat ermee gebeurde. Niet de inhoud."""
        return {"service": service, **advised(await _quarantine(installation, service).item(nr))}


def _add_handling(app: FastAPI, installation: Installation) -> None:
    doet = [Depends(mag(Handeling.QUARANTAINE_AFHANDELEN))]

    @app.post("/v1/quarantaine/{service}/{nr}/herstel", dependencies=doet)
    async def mend(service: str, nr: Nr, body: Herstel) -> dict[str, Any]:
        """Bewaar herstelde inhoud naast het origineel; vrijgeven neemt die in."""
        try:
            inhoud = base64.b64decode(body.inhoud.get_secret_value(), validate=True)
        except (binascii.Error, ValueError):
            raise Ongeldig("is geen base64", "inhoud") from None
        await _quarantine(installation, service).mend(nr, inhoud, body.door, now())
        return {"service": service, "nr": nr, "hersteld": True}

    @app.post("/v1/quarantaine/{service}/{nr}/vrijgeven", dependencies=doet)
    async def release(service: str, nr: Nr, body: Door) -> dict[str, Any]:
        """Neem de (herstelde) inhoud opnieuw in, langs de weg van haar bron, en meld wat ervan kwam."""
        store = _quarantine(installation, service)
        facts = await store.item(nr)
        intake = service_of(installation, service).service.intakes.get(facts["bron"])
        if intake is None:
            raise Ongeldig(f"bron {facts['bron']} neemt nu niets in: staat zij aan in de instellingen?", "nr")
        done = await store.release(nr, intake, body.door, installation.config.clock.now())
        return {"service": service, **done}

    @app.post("/v1/quarantaine/{service}/{nr}/terugwijzen", dependencies=doet)
    async def refuse(service: str, nr: Nr, body: MetReden) -> dict[str, Any]:
        """Wijs terug naar de afzender; het antwoord is in de vorm van de bron."""
        made = await refused(_quarantine(installation, service), nr, body.reden, body.door)
        return {"service": service, "nr": nr, "mediatype": made.mediatype, "antwoord": made.inhoud.decode()}

    @app.post("/v1/quarantaine/{service}/{nr}/laat-vervallen", dependencies=doet)
    async def lapse(service: str, nr: Nr, body: MetReden) -> dict[str, Any]:
        """Laat vervallen, met reden."""
        await _quarantine(installation, service).close(nr, Quarantainestaat.VERVALLEN, body.reden, body.door, now())
        return {"service": service, "nr": nr, "staat": Quarantainestaat.VERVALLEN}
