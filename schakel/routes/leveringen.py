"""P- and C-leveringen of DUO over HTTP: hand in a file, see what became of it, decide about one that is held back."""

from typing import Annotated, Any
from urllib.parse import unquote

from fastapi import Depends, FastAPI, Header, HTTPException, Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from schakel.installation import Installation
from schakel.routes.common import service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from schakel.toegang.wie import Wie, wie

_DEZELFDE: dict[int | str, dict[str, Any]] = {
    200: {"description": "Deze levering was er al.", "content": {"application/json": {}}}
}
Nummer = Annotated[int, Path(ge=1, le=2**63 - 1)]

_TEKST = r"^[^\x00]*$"


class Besluit(BaseModel):
    """Who decides about a levering that is held back, and why."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    door: Wie = wie()
    reden: str = Field(min_length=1, max_length=1000, pattern=_TEKST)


def add_leveringen(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""
    ziet = [Depends(mag(Handeling.LEVERINGEN_ZIEN))]
    beslist = [Depends(mag(Handeling.LEVERING_BESLISSEN))]

    def leveringen() -> Any:
        return service_of(installation, "ingest_duo").leveringen

    async def een(nummer: int) -> dict[str, Any]:
        rij = await leveringen().store.een(nummer)
        if rij is None:
            raise HTTPException(404, "deze levering is er niet")
        found: dict[str, Any] = rij._asdict()
        return found

    @app.post(
        "/v1/leveringen",
        dependencies=[Depends(mag(Handeling.LEVERING_AANLEVEREN))],
        status_code=201,
        responses=_DEZELFDE,
    )
    async def neem_op(
        request: Request,
        response: Response,
        x_bestandsnaam: Annotated[str, Header(max_length=600)],
        soort: str | None = None,
        kaart: str | None = None,
    ) -> dict[str, Any]:
        """Neem een levering in ontvangst; X-Bestandsnaam is de naam (percent-gecodeerd). Het opnemen volgt daarna."""
        nummer, nieuw = await leveringen().ontvang(unquote(x_bestandsnaam), request.stream(), soort, kaart)
        if not nieuw:
            response.status_code = 200
        return {"nummer": nummer, "nieuw": nieuw}

    @app.get("/v1/leveringen", dependencies=ziet)
    async def lijst() -> list[dict[str, Any]]:
        """De laatste leveringen, nieuwste eerst."""
        return [rij._asdict() for rij in await leveringen().store.lijst()]

    @app.get("/v1/leveringen/{nummer}", dependencies=ziet)
    async def toon(nummer: Nummer) -> dict[str, Any]:
        """Een levering: wat zij is, hoe ver zij is opgenomen, en waarom zij wacht of is geweigerd."""
        return await een(nummer)

    @app.post("/v1/leveringen/{nummer}/vrijgeven", dependencies=beslist, status_code=201)
    async def vrijgeven(nummer: Nummer, body: Besluit) -> dict[str, Any]:
        """Neem een levering die wordt vastgehouden toch op."""
        await leveringen().beslis(nummer, vrijgeven=True, door=body.door, reden=body.reden)
        return await een(nummer)

    @app.post("/v1/leveringen/{nummer}/afwijzen", dependencies=beslist, status_code=201)
    async def afwijzen(nummer: Nummer, body: Besluit) -> dict[str, Any]:
        """Neem een levering die wordt vastgehouden niet op."""
        await leveringen().beslis(nummer, vrijgeven=False, door=body.door, reden=body.reden)
        return await een(nummer)
