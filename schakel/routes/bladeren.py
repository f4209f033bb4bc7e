"""Lists in pages: `limit` lines at a time, and a Link header to the next page (RFC 8288) as long as there is one.

A cursor says behind which line the next page begins, by what the list is ordered by, so that lines that come or go
meanwhile make no other line appear twice or be passed over.
"""

import base64
import binascii
import json
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import Depends, Query, Request, Response

from hub.errors import Ongeldig
from schakel.toegang.identiteit import Ingelogd

MEESTE = 1000
"""Lines in a page at most, and when nothing is asked (own value)."""


ALLES = 1_000_000
"""Lines a store is asked for, so that pages reach all of a list."""


class Blad:
    """What was asked of a list."""

    def __init__(
        self,
        request: Request,
        response: Response,
        limit: Annotated[int, Query(ge=1, le=MEESTE, description="Hooguit zoveel regels.")] = MEESTE,
        cursor: Annotated[str | None, Query(max_length=500, description="Uit de Link naar de volgende pagina.")] = None,
    ) -> None:
        self._request = request
        self._response = response
        self._limit = limit
        self._na = _lees(cursor) if cursor else None

    def van(
        self, ik: Ingelogd, rijen: list[dict[str, Any]], *volgorde: str, nieuwste_eerst: bool = False
    ) -> list[dict[str, Any]]:
        """The page out of a whole list: lines of their gemeenten, in the order of these fields, which together are
        unique. Notes whom the page is about."""

        def plaats(rij: dict[str, Any]) -> list[str]:
            return [str(rij.get(naam) or "") for naam in volgorde]

        geordend = sorted((r for r in rijen if ik.ziet(r.get("gemeente"))), key=plaats, reverse=nieuwste_eerst)
        na = self._na
        if na is not None:
            geordend = [r for r in geordend if (plaats(r) < na if nieuwste_eerst else plaats(r) > na)]
        blad = geordend[: self._limit]
        if len(geordend) > self._limit:
            self._wijs(plaats(blad[-1]))
        return ik.eigen(blad)

    def _wijs(self, laatste: list[str]) -> None:
        cursor = base64.urlsafe_b64encode(json.dumps(laatste).encode()).decode()
        rest = [(k, v) for k, v in self._request.query_params.multi_items() if k != "cursor"]
        self._response.headers["Link"] = (
            f'<{self._request.url.path}?{urlencode([*rest, ("cursor", cursor)])}>; rel="next"'
        )


Bladeren = Annotated[Blad, Depends()]
"""A parameter of a route that gives a list."""


def _lees(cursor: str) -> list[str]:
    try:
        plaats = json.loads(base64.urlsafe_b64decode(cursor.encode()))
    except (ValueError, binascii.Error):
        plaats = None
    if not isinstance(plaats, list) or not all(isinstance(deel, str) for deel in plaats):
        raise Ongeldig("is geen cursor uit een Link van deze API", "cursor")
    return plaats
