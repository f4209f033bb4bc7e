"""What officials may add to a command: which version they looked at, and a key under which it may be repeated.

`If-Match` and `ETag` follow RFC 9110 section 13.1.1 and 8.8.3: the tag is the revisie of the zaak. `Idempotency-Key`
follows draft-ietf-httpapi-idempotency-key-header.
"""

import re
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import Header, HTTPException, Request, Response

from hub.crypto import Kluis
from hub.errors import Achterhaald
from hub.messages import Sleutel

_KEY = re.compile(r'"?([\x21\x23-\x7e]{1,255})"?')
_TAG = re.compile(r'"([0-9]{1,9})"')


def gezien(
    if_match: Annotated[str | None, Header(description="De ETag van wat u bekeek: anders gewijzigd is 412.")] = None,
) -> int | None:
    """The revisie that was looked at; None when any will do. Raises `Achterhaald` for a tag that is none of ours."""
    if if_match is None or if_match.strip() == "*":
        return None
    found = _TAG.fullmatch(if_match.strip())
    if found is None:
        raise Achterhaald("dit is geen ETag die hier is gegeven", "If-Match")
    return int(found[1])


def sleutel_van(kluis: Kluis) -> Callable[..., Awaitable[Sleutel | None]]:
    """The dependency that reads the key; only keyed fingerprints of it and of the request go on."""

    async def read(
        request: Request,
        idempotency_key: Annotated[
            str | None, Header(description="Eigen sleutel van 1 tot 255 tekens: een herhaling doet niets opnieuw.")
        ] = None,
    ) -> Sleutel | None:
        if idempotency_key is None:
            return None
        found = _KEY.fullmatch(idempotency_key.strip())
        if found is None:
            raise HTTPException(400, "Idempotency-Key: geef 1 tot 255 leesbare tekens zonder spatie")
        ik = getattr(request.state, "ik", None)
        wie = (ik.code if ik else None) or ""
        verzoek = f"{wie} {request.method} {request.url.path}\n".encode() + await request.body()
        return Sleutel(
            kluis.index(found[1], "cases|sleutel"), kluis.index(verzoek.decode("utf-8", "replace"), "cases|verzoek")
        )

    return read


def met_etag(response: Response, antwoord: dict[str, Any]) -> dict[str, Any]:
    """The answer, with its revisie as ETag."""
    if (revisie := antwoord.get("revisie")) is not None:
        response.headers["ETag"] = f'"{revisie}"'
    return antwoord
