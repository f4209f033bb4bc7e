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

_TEKST = r"^[^\x00-\x1f\x7f-\x9f]*$"
Nr = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Door(BaseModel):
    """Who does it."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    door: str = Field(min_length=1, max_length=100, pattern=_TEKST)


class MetReden(Door):
    """Who does it, and why."""

    reden: str = Field(min_length=1, max_length=1000, pattern=_TEKST)


class Herstel(Door):
    """Who mended it, and the mended content in base64."""

    inhoud: SecretStr = Field(max_length=30_000_000)


def add_quarantaine(app: FastAPI, installation: Installation, authorised: Any) -> None:
    """Adds the routes; they need the token of the installation."""
    guard = [Depends(authorised)]

    def quarantine(service: str) -> Quarantine:
        if service not in installation.running:
            raise HTTPException(404, "deze service draait hier niet")
        app = service_of(installation, service)
        return Quarantine(app.service.pool, installation.config.settings.kluis, service)

    @app.get("/v1/quarantaine", dependencies=guard)
    async def listed(service: str | None = None, bron: str | None = None, alles: bool = False) -> dict[str, Any]:
        """Wat open staat: aantallen per bron, veld en reden, en de regels, nieuwste eerst."""
        document: dict[str, Any] = {"aantallen": [], "regels": []}
        for name in [service] if service else installation.running:
            store = quarantine(name)
            for key, rows in (
                ("aantallen", await store.counts(bron, everything=alles)),
                ("regels", await store.items(bron, everything=alles)),
            ):
                document[key] += [{"service": name, **advised(r)} for r in rows]
        return document

    @app.get("/v1/quarantaine/{service}/{nr}", dependencies=guard)
    async def shown(service: str, nr: Nr) -> dict[str, Any]:
        """Een regel: wat eraan mankeert, wat te doen, wat ermee gebeurde. Niet de inhoud."""
        return {"service": service, **advised(await quarantine(service).item(nr))}

    @app.post("/v1/quarantaine/{service}/{nr}/herstel", dependencies=guard)
    async def mend(service: str, nr: Nr, body: Herstel) -> dict[str, Any]:
        """Bewaar herstelde inhoud naast het origineel; vrijgeven neemt die in."""
        try:
            inhoud = base64.b64decode(body.inhoud.get_secret_value(), validate=True)
        except (binascii.Error, ValueError):
            raise Ongeldig("is geen base64", "inhoud") from None
        await quarantine(service).mend(nr, inhoud, body.door, now())
        return {"service": service, "nr": nr, "hersteld": True}

    @app.post("/v1/quarantaine/{service}/{nr}/vrijgeven", dependencies=guard)
    async def release(service: str, nr: Nr, body: Door) -> dict[str, Any]:
        """Neem de (herstelde) inhoud opnieuw in, langs de weg van haar bron, en meld wat ervan kwam."""
        store = quarantine(service)
        facts = await store.item(nr)
        intake = service_of(installation, service).service.intakes.get(facts["bron"])
        if intake is None:
            raise Ongeldig(f"bron {facts['bron']} neemt nu niets in: staat zij aan in de instellingen?", "nr")
        done = await store.release(nr, intake, body.door, installation.config.clock.now())
        return {"service": service, **done}

    @app.post("/v1/quarantaine/{service}/{nr}/terugwijzen", dependencies=guard)
    async def refuse(service: str, nr: Nr, body: MetReden) -> dict[str, Any]:
        """Wijs terug naar de afzender; het antwoord is in de vorm van de bron."""
        made = await refused(quarantine(service), nr, body.reden, body.door)
        return {"service": service, "nr": nr, "mediatype": made.mediatype, "antwoord": made.inhoud.decode()}

    @app.post("/v1/quarantaine/{service}/{nr}/laat-vervallen", dependencies=guard)
    async def lapse(service: str, nr: Nr, body: MetReden) -> dict[str, Any]:
        """Laat vervallen, met reden."""
        await quarantine(service).close(nr, Quarantainestaat.VERVALLEN, body.reden, body.door, now())
        return {"service": service, "nr": nr, "staat": Quarantainestaat.VERVALLEN}
