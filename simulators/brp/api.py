"""A stand-in for the BRP API Personen 2.7 and the BRP Update API 1.0: real HTTP, fictional people, lag and faults."""

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from hub.clock import Clock
from services.brp_sync.model import Persoon
from simulators.brp.persoon_json import van_gba, van_persoon
from simulators.brp.velden import bezwaar, kies
from simulators.loopback import Loopback, TlsBestanden, ZwijgendAntwoord

SOORT: Final = "RaadpleegMetBurgerservicenummer"
TEGELIJK: Final = 20


class BrpStoringSoort(StrEnum):
    """The faults the stand-in can show."""

    HTTP_400 = "http_400"
    HTTP_401 = "http_401"
    HTTP_403 = "http_403"
    HTTP_429 = "http_429"
    HTTP_500 = "http_500"
    STILTE = "stilte"
    KAPOT_ANTWOORD = "kapot_antwoord"
    ANDERE_PERSOON = "andere_persoon"
    DUBBELE_PERSOON = "dubbele_persoon"


@dataclass(slots=True)
class BrpStoring:
    """A fault for the next `aantal` answers; `wacht` is the Retry-After of a 429, in seconds."""

    soort: BrpStoringSoort
    aantal: int = 1
    wacht: int = 7


@dataclass(frozen=True, slots=True)
class Vraag:
    """A question that came in."""

    bsns: tuple[str, ...]
    fields: tuple[str, ...]


@dataclass(slots=True)
class _Persoonslijst:
    versies: deque[tuple[datetime, dict[str, Any]]] = field(default_factory=deque)
    """From when on each version is answered, oldest first."""


class BrpApiSimulator:
    """Answers about persons, on 127.0.0.1; a version of a person shows from its moment on the `clock`, as BRP-V lags.

    With `client` (id and secret) a token is needed, which `/token` gives; with `api_sleutel` that key in `X-API-KEY`.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        client: tuple[str, str] | None = None,
        api_sleutel: str | None = None,
        tls: TlsBestanden | None = None,
    ) -> None:
        self._clock = clock
        self._client = client
        self._api_sleutel = api_sleutel
        self._lijsten: dict[str, _Persoonslijst] = {}
        self._gewijzigd: list[tuple[date, str]] = []
        self._tokens: set[str] = set()
        self.storingen: list[BrpStoring] = []
        self.vragen: list[Vraag] = []
        """Every question that was answered or not, in order."""
        self.gevolgd: dict[str, dict[str, Any]] = {}
        """Volgindicaties: the body of the last PUT, and `vanaf`."""
        self.wijzigingen_erbij: list[object] = []
        """What `/wijzigingen` names besides, whatever it is."""
        self._loopback = Loopback(
            Starlette(
                routes=[
                    Route("/token", self._token, methods=["POST"]),
                    Route("/personen", self._personen, methods=["POST"]),
                    Route("/volgindicaties/{bsn}", self._volg, methods=["PUT"]),
                    Route("/wijzigingen", self._wijzigingen, methods=["GET"]),
                ]
            ),
            tls,
        )

    @property
    def url(self) -> str:
        """Base address, once started."""
        return self._loopback.basis

    async def start(self) -> None:
        """Begin to listen on a free port."""
        await self._loopback.start()

    async def stop(self) -> None:
        """Stop listening; persons and volgindicaties stay."""
        await self._loopback.stop()

    def zet(self, personen: Iterable[Persoon], vanaf: datetime | None = None) -> None:
        """How these persons are from now on; answered from `vanaf` on, at once when it is None."""
        for persoon in personen:
            self.zet_json(van_persoon(persoon), vanaf)

    def zet_json(self, persoon: dict[str, Any], vanaf: datetime | None = None) -> None:
        """The same for a person as the API writes one, however wrong."""
        bsn = persoon["burgerservicenummer"]
        lijst = self._lijsten.setdefault(bsn, _Persoonslijst())
        lijst.versies.append((vanaf or self._clock.now(), persoon))
        self._gewijzigd.append((self._clock.today(), bsn))

    def laad(self, pad: Path) -> int:
        """Takes the persons of a file of test persons in the flat GBA-JSON form; returns how many."""
        personen = json.loads(pad.read_bytes())
        for persoon in personen:
            self.zet_json(van_gba(persoon))
        return len(personen)

    def verwijder(self, bsn: str) -> None:
        """Nobody with this BSN any more."""
        self._lijsten.pop(bsn, None)

    def _nu(self, bsn: str) -> dict[str, Any] | None:
        lijst = self._lijsten.get(bsn)
        zichtbaar = [persoon for vanaf, persoon in lijst.versies if vanaf <= self._clock.now()] if lijst else []
        return zichtbaar[-1] if zichtbaar else None

    def _neem_storing(self) -> BrpStoring | None:
        if not self.storingen:
            return None
        storing = self.storingen[0]
        storing.aantal -= 1
        if storing.aantal <= 0:
            self.storingen.remove(storing)
        return storing

    def _mag(self, verzoek: Request) -> bool:
        if self._api_sleutel is not None:
            return verzoek.headers.get("X-API-KEY") == self._api_sleutel
        token = verzoek.headers.get("Authorization", "").removeprefix("Bearer ")
        return self._client is None or token in self._tokens

    async def _token(self, verzoek: Request) -> Response:
        velden = dict(parse_qsl((await verzoek.body()).decode()))
        goed = (velden.get("client_id"), velden.get("client_secret")) == self._client
        if not goed or velden.get("grant_type") != "client_credentials" or not velden.get("scope"):
            return JSONResponse({"error": "invalid_client"}, 401)
        token = f"token-{len(self._tokens) + 1}"
        self._tokens.add(token)
        return JSONResponse({"access_token": token, "token_type": "Bearer", "expires_in": 3600})

    def vergeet_tokens(self) -> None:
        """No token given out so far is good any more."""
        self._tokens.clear()

    async def _personen(self, verzoek: Request) -> Response:
        bericht = await verzoek.json()
        bsns, fields = bericht.get("burgerservicenummer"), bericht.get("fields")
        self.vragen.append(Vraag(tuple(bsns or ()), tuple(fields or ())))
        storing = self._neem_storing()
        if storing is not None and (antwoord := _storingsantwoord(storing)) is not None:
            return antwoord
        if not self._mag(verzoek):
            return _fout(401, "authentication", "Niet correct geauthenticeerd.")
        if bericht.get("type") != SOORT or not isinstance(bsns, list) or not 1 <= len(bsns) <= TEGELIJK or not fields:
            return _fout(400, "paramsValidation", "Een of meerdere parameters zijn niet correct.")
        if (fout := bezwaar(fields)) is not None:
            param = {"code": "fields", "name": f"fields[{fout[0]}]", "reason": fout[1]}
            return _fout(400, "paramsValidation", "Een of meerdere parameters zijn niet correct.", [param])
        gevonden = [kies(persoon, fields) for bsn in dict.fromkeys(bsns) if (persoon := self._nu(bsn)) is not None]
        if storing is not None and storing.soort is BrpStoringSoort.ANDERE_PERSOON:
            ander = next(persoon for bsn in self._lijsten if bsn not in bsns and (persoon := self._nu(bsn)) is not None)
            gevonden = [kies(ander, fields)]
        if storing is not None and storing.soort is BrpStoringSoort.DUBBELE_PERSOON:
            gevonden *= 2
        return JSONResponse({"type": SOORT, "personen": gevonden})

    async def _volg(self, verzoek: Request) -> Response:
        bsn = verzoek.path_params["bsn"]
        if not self._mag(verzoek):
            return _fout(401, "authentication", "Niet correct geauthenticeerd.")
        if bsn not in self._lijsten:
            return _fout(404, "notFound", "Opgevraagde resource bestaat niet.")
        nieuw = bsn not in self.gevolgd
        vanaf = self._clock.today() if nieuw else self.gevolgd[bsn]["vanaf"]
        self.gevolgd[bsn] = {"vanaf": vanaf, **await verzoek.json()}
        body = {naam: waarde for naam, waarde in self.gevolgd[bsn].items() if naam == "einddatum"}
        return JSONResponse({"burgerservicenummer": bsn, **body}, 201 if nieuw else 200)

    async def _wijzigingen(self, verzoek: Request) -> Response:
        storing = self._neem_storing()
        if storing is not None and (antwoord := _storingsantwoord(storing)) is not None:
            return antwoord
        if not self._mag(verzoek):
            return _fout(401, "authentication", "Niet correct geauthenticeerd.")
        vanaf = date.fromisoformat(verzoek.query_params.get("vanaf", "1900-01-01"))
        nummers = dict.fromkeys(bsn for dag, bsn in self._gewijzigd if dag >= vanaf and self._volgt(bsn, dag))
        namen = [*self.wijzigingen_erbij, *nummers]
        return JSONResponse({"_links": {"self": {"href": "/wijzigingen"}}, "burgerservicenummers": namen})

    def _volgt(self, bsn: str, dag: date) -> bool:
        indicatie = self.gevolgd.get(bsn)
        return indicatie is not None and indicatie["vanaf"] <= dag < date.fromisoformat(
            indicatie.get("einddatum", "9999-12-31")
        )


def _storingsantwoord(storing: BrpStoring) -> Response | None:
    """The answer when the fault leaves nothing of the question."""
    match storing.soort:
        case BrpStoringSoort.HTTP_400:
            return _fout(400, "paramsValidation", "Een of meerdere parameters zijn niet correct.")
        case BrpStoringSoort.HTTP_401:
            return _fout(401, "authentication", "Niet correct geauthenticeerd.")
        case BrpStoringSoort.HTTP_403:
            return _fout(403, "unauthorized", "U bent niet geautoriseerd voor deze operatie.")
        case BrpStoringSoort.HTTP_429:
            return Response("te veel", 429, {"Retry-After": str(storing.wacht)})
        case BrpStoringSoort.HTTP_500:
            return _fout(500, "serverError", "Interne server fout.")
        case BrpStoringSoort.STILTE:
            return ZwijgendAntwoord()
        case BrpStoringSoort.KAPOT_ANTWOORD:
            return Response(
                b'{"type": "RaadpleegMetBurgerservicenummer", "personen": [{', media_type="application/json"
            )
    return None


def _fout(status: int, code: str, title: str, params: list[dict[str, Any]] | None = None) -> Response:
    body: dict[str, Any] = {
        "title": title,
        "status": status,
        "code": code,
        "instance": "/haalcentraal/api/brp/personen",
    }
    return JSONResponse(
        body | ({"invalidParams": params} if params else {}), status, media_type="application/problem+json"
    )
