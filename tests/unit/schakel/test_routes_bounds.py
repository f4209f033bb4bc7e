"""What the routes refuse before anything is done with it."""

from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI
from pydantic import ValidationError

from schakel.routes import brp
from schakel.routes.quarantaine import MetReden
from schakel.toegang.bewaking import bewaker_van


@pytest.mark.parametrize("teken", ["\x00", "\x07", "\x1b", "\n", "\x7f", "\x85"])
def test_who_and_why_hold_no_control_characters(teken: str) -> None:
    """PostgreSQL keeps no NUL, and a terminal obeys the others."""
    assert "é" == MetReden(door="é", reden="dubbel").door
    for velden in ({"door": f"a{teken}", "reden": "b"}, {"door": "a", "reden": f"b{teken}"}):
        with pytest.raises(ValidationError):
            MetReden(**velden)


async def test_a_list_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything of it is taken in."""
    monkeypatch.setattr(brp, "MAX_LIJSTEN", 10)
    app = FastAPI()
    brp.add_brp(app, cast("Any", None))
    app.dependency_overrides = {b: lambda: None for route in app.routes if (b := bewaker_van(route))}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub") as client:
        answer = await client.post("/v1/persoonslijsten", content=b"0" * 11)
    assert 413 == answer.status_code
