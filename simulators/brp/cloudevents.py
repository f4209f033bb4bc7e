"""A stand-in for a sender of CloudEvents about the BRP: vrijBRP and the NL GOV shaped types, with faults on request."""

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, Final

import httpx

from hub.clock import AMSTERDAM, Clock

VRIJBRP: Final = "vrijbrp.pl.mutation.v1"
GEBEURTENIS: Final = "application/cloudevents+json"
REEKS: Final = "application/cloudevents-batch+json"


class CloudEventZender:
    """Sends events to a webhook. `clock` dates them; an id is given out once, unless an event is sent again."""

    def __init__(self, http: httpx.AsyncClient, url: str, token: str, clock: Clock) -> None:
        self._http = http
        self._url = url
        self._token = token
        self._clock = clock
        self._nummer = 0

    def mutatie(self, bsn: str, historisch: Sequence[str] = (), **anders: Any) -> dict[str, Any]:
        """An event as vrijBRP makes it; name the attributes that are to be different."""
        self._nummer += 1
        data = {
            "brpMessageId": "Lg01",
            "brpMessageDescription": "Synchronisatiebericht",
            "bsn": bsn,
            "historicBsns": list(historisch),
        }
        return {
            "specversion": "1.0",
            "type": VRIJBRP,
            "source": "/vrijbrp",
            "subject": None,
            "id": f"{self._nummer:012}",
            "time": self._clock.now().astimezone(AMSTERDAM).isoformat(),
            "datacontenttype": "application/json",
            "data": data,
            **anders,
        }

    async def meld_aan(self, oorsprong: str, per_minuut: int = 120) -> httpx.Response:
        """The handshake before the first delivery."""
        koppen = {"WebHook-Request-Origin": oorsprong, "WebHook-Request-Rate": str(per_minuut)}
        return await self._http.options(self._url, headers=koppen)

    async def stuur(self, gebeurtenis: Mapping[str, Any], soort: str = GEBEURTENIS) -> httpx.Response:
        """One event in structured mode; `soort` is the content type that is announced."""
        return await self._post(json.dumps(gebeurtenis).encode(), {"Content-Type": soort})

    async def stuur_reeks(self, gebeurtenissen: Sequence[Mapping[str, Any]]) -> httpx.Response:
        """A batch, however large."""
        return await self._post(json.dumps(gebeurtenissen).encode(), {"Content-Type": REEKS})

    async def stuur_binair(self, gebeurtenis: Mapping[str, Any]) -> httpx.Response:
        """One event in binary mode: attributes as headers."""
        attributen = {naam: waarde for naam, waarde in gebeurtenis.items() if naam not in ("data", "datacontenttype")}
        koppen = {f"ce-{naam}": str(waarde) for naam, waarde in attributen.items() if waarde is not None}
        inhoud = json.dumps(gebeurtenis["data"]).encode()
        return await self._post(inhoud, {**koppen, "Content-Type": "application/json"})

    async def stuur_wanordelijk(self, gebeurtenissen: Sequence[Mapping[str, Any]], rng: Random) -> list[httpx.Response]:
        """Each event once or twice, in another order."""
        brieven = [gebeurtenis for gebeurtenis in gebeurtenissen for _ in range(rng.choice((1, 1, 2)))]
        rng.shuffle(brieven)
        return [await self.stuur(gebeurtenis) for gebeurtenis in brieven]

    async def _post(self, inhoud: bytes, koppen: Mapping[str, str]) -> httpx.Response:
        toegang = {"Authorization": f"Bearer {self._token}"}
        return await self._http.post(self._url, content=inhoud, headers={**koppen, **toegang})
