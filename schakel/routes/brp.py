"""What the BRP sends."""

from uuid import uuid4

from fastapi import Depends, FastAPI, HTTPException, Request, Response

from schakel.installation import Installation
from schakel.routes.common import bounded_body, service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from services.brp_sync.stuf.reading import MAX_BYTES

MAX_LIJSTEN = 200_000_000
"""The largest CSV of persoonslijsten in one POST, in bytes: what is larger goes by `schakel laden`."""


def add_brp(app: FastAPI, installation: Installation) -> None:
    """Adds the routes."""

    @app.post("/v1/persoonslijsten", dependencies=[Depends(mag(Handeling.BRP_AANLEVEREN))], status_code=201)
    async def persoonslijsten(request: Request) -> dict[str, int]:
        """Lees persoonslijsten in (CSV-vorm van de RvIG); onbruikbare regels gaan in quarantaine."""
        body = await bounded_body(request, MAX_LIJSTEN)
        if len(body) > MAX_LIJSTEN:
            raise HTTPException(413, f"hoogstens {MAX_LIJSTEN} bytes tegelijk")
        lines = body.decode("utf-8-sig", errors="replace").splitlines(keepends=True)
        counts: dict[str, int] = await service_of(installation, "brp_sync").take_in_lists(lines)
        return counts

    @app.post("/stuf-bg/0310/npsLk01", include_in_schema=False)
    async def nps_lk01(request: Request) -> Response:
        body = await bounded_body(request, MAX_BYTES)
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        inname = service_of(installation, "brp_sync").stuf
        status, answer = await inname.neem(body, uuid4().hex, token if kind.lower() == "bearer" else None)
        return Response(answer, status, media_type="text/xml; charset=utf-8")
