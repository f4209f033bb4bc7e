"""LO3 messages over HTTP, for who has no mailbox folder."""

from fastapi import Depends, FastAPI, HTTPException, Request

from schakel.installation import Installation
from schakel.routes.common import bounded_body, service_of
from schakel.toegang.bevoegdheden import Handeling
from schakel.toegang.bewaking import mag
from services.brp_sync.lo3.inname import MAX_BYTES


def add_lo3(app: FastAPI, installation: Installation) -> None:
    """Adds the route."""

    @app.post("/v1/lo3", dependencies=[Depends(mag(Handeling.BRP_AANLEVEREN))], status_code=201)
    async def lo3(request: Request) -> dict[str, int]:
        """Neem LO3-berichten in, een of meer achter elkaar; wat onbruikbaar is gaat in quarantaine."""
        body = await bounded_body(request, MAX_BYTES)
        if len(body) > MAX_BYTES:
            raise HTTPException(413, f"hoogstens {MAX_BYTES} bytes tegelijk")
        counts: dict[str, int] = await service_of(installation, "brp_sync").lo3.neem_in(body)
        return counts
