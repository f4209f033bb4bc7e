"""What the probes of access are made of: somebody for each role in each gemeente, and every route of the API."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import httpx
from fastapi.routing import APIRoute

from hub.medewerkers import Medewerker, Medewerkers, Rol
from schakel.api import build_api
from schakel.toegang.bevoegdheden import BEVOEGDHEDEN, Bevoegdheid
from schakel.toegang.bewaking import bewaker_van
from simulators.oidc import Gebrek, OidcSimulator
from tests.journeys.world import GEMEENTE, NU, World

EIGEN, ANDERS = GEMEENTE, "0171"
GEMEENTEN = (EIGEN, ANDERS)
KORT = {Rol.LEERPLICHTAMBTENAAR: "LPA", Rol.BOA: "BOA", Rol.ADMINISTRATIE: "ADM", Rol.FG: "FG", Rol.BEHEERDER: "BEH"}
LIJSTEN = (
    "/v1/voorstellen",
    "/v1/absoluut/signalen",
    "/v1/vrijstellingen",
    "/v1/meldingen/statussen",
    "/v1/verstrekkingen",
)
GEVULD = ("/v1/voorstellen", "/v1/vrijstellingen")
WIE = {"jongere": str(uuid4()), "gemeente": EIGEN}
IN_BODY: dict[str, dict[str, Any]] = {
    "/v1/vrijstellingen": {**WIE, "soort": "5a", "begindatum": "2026-09-01"},
    "/v1/absoluut/controle": {"gemeente": EIGEN},
    "/v1/rechtenverzoeken": {
        **WIE, "soort": "inzage", "verzoeker": "ouder", "ontvangenOp": "2026-09-14", "kenmerk": "x",
    },
    "/v1/beperkingen": {**WIE, "reden": "onrechtmatig"},
    "/v1/hervattingen": {**WIE, "reden": "gerectificeerd", "geinformeerdOp": "2026-09-14"},
    "/v1/rectificaties": {
        **WIE, "rectificatie": str(uuid4()), "soort": "feit", "element": "x", "onderwerp": "x", "reden": "x",
    },
    "/v1/zaken": {**WIE, "zaaksoort": "verlof", "kenmerk": "x"},
    "/v1/inzage": {},
}  # fmt: skip
"""Routes that name the gemeente, or the jongere, in the body."""
KOPPELING = "/v1/zaken/{zaak_id}/koppeling"
IEMAND = frozenset({"jongere", "verwant"})
"""Fields of a body that name somebody."""


def code(rol: Rol, gemeente: str) -> str:
    """Of who has this role in this gemeente."""
    return f"{KORT[rol]}-{gemeente}"


@dataclass(frozen=True)
class Poging:
    """One request, and what must come of it."""

    wie: str
    methode: str
    pad: str
    kop: str | None
    verwacht: frozenset[int]
    body: tuple[tuple[str, Any], ...] = ()
    mag: bool = False

    def __str__(self) -> str:
        return f"{self.methode} {self.pad} als {self.wie}"


class Proef:
    """A running installation with a login service, somebody for each role in each gemeente, and something in EIGEN."""

    def __init__(self, wereld: World, oidc: OidcSimulator, oud: str) -> None:
        self.wereld = wereld
        self.oidc = oidc
        self.oud = oud
        self.nummers: dict[str, str] = {}
        app = build_api(wereld.installation)
        self.routes = [r for r in app.routes if isinstance(r, APIRoute) and bewaker_van(r) is not None]
        self._tokens: dict[tuple[str, Gebrek | None], str] = {}

    def token(self, wie: str, gebrek: Gebrek | None = None) -> str:
        """The header with a token, signed once."""
        if (wie, gebrek) not in self._tokens:
            self._tokens[wie, gebrek] = f"Bearer {self.oidc.token(wie, gebrek=gebrek)}"
        return self._tokens[wie, gebrek]

    async def vul(self) -> None:
        """Puts one of everything in EIGEN."""
        jongere = await self.wereld.jongere()
        nummer = await self.wereld.meld_te_laat(jongere, 9)
        zaak = await self.wereld.zaak(jongere)
        jongere_id = await self.wereld.jongere_id(jongere)
        self.nummers = {
            "meldingsnummer": nummer, "zaak_id": str(zaak.zaak_id), "voorstel_id": str(next(iter(zaak.voorstellen))),
            "nummer": "1", "nr": "1", "service": "cases", "lijst": "vijfjarigen", "ontvanger": "halt",
            "jongere": str(jongere_id),
        }  # fmt: skip
        await self._rij(
            "cases", "signaal_id",
            """INSERT INTO absoluut_signaal (signaal_id, jongere_id, gemeente, reden, sinds, peildatum, oorzaak, status,
               gewijzigd_op) VALUES ($1, $2, $3, 'uitgeschreven_zonder_nieuwe_school', $4, $4,
               'levering_te_laat', 'te_controleren', now())""",
            jongere_id,
        )  # fmt: skip
        await self._rij(
            "cases", "toestemming_id",
            """INSERT INTO toestemming (toestemming_id, jongere_id, gemeente, zaak_id, element, ontvanger, doel, gever,
               stand, schriftelijk, op) VALUES ($1, $2, $3, $1, 'x', 'halt', 'x', 'jongere', 'gevraagd', false, $4)""",
            jongere_id,
        )  # fmt: skip
        await self._rij(
            "ingest_duo", "vrijstelling_id",
            """INSERT INTO vrijstelling (vrijstelling_id, jongere_id, gemeente, soort, begindatum, eerder, ingetrokken,
               medewerker, versie, pogingen, stand)
               VALUES ($1, $2, $3, '5a', $4, false, false, 'LPA-1', 1, 0, 'teruggemeld')""",
            jongere_id,
        )  # fmt: skip

        await self._rij(
            "cases", "verzoek_id",
            """INSERT INTO rechtenverzoek (verzoek_id, jongere_id, gemeente, soort, verzoeker, status, ontvangen_op,
               uiterlijk) VALUES ($1, $2, $3, 'inzage', 'ouder', 'open', $4, $4)""",
            jongere_id,
        )  # fmt: skip
        await self._rij(
            "cases", "taak_id",
            """INSERT INTO rechtentaak (taak_id, jongere_id, gemeente, soort, ontvanger, element, op)
               VALUES ($1, $2, $3, 'x', 'halt', 'x', $4)""",
            jongere_id,
        )  # fmt: skip

    async def _rij(self, service: str, sleutel: str, query: str, jongere_id: UUID) -> None:
        nummer = uuid4()
        self.nummers[sleutel] = str(nummer)
        await self.wereld.app(service).service.pool.execute(query, nummer, jongere_id, EIGEN, NU)

    def elke(self) -> Iterator[tuple[Bevoegdheid, str, str]]:
        """Every route with its line of the table, filled in with what is there."""
        for route in self.routes:
            bewaker = bewaker_van(route)
            assert bewaker is not None
            for methode in sorted(route.methods):
                yield BEVOEGDHEDEN[bewaker.handeling], methode, route.path.format_map(self.nummers)

    async def doe(self, poging: Poging) -> httpx.Response:
        """Sends it."""
        kop = {} if poging.kop is None else {"Authorization": poging.kop}
        body = dict(poging.body) if poging.methode != "GET" else None
        return await self.wereld.api.request(poging.methode, poging.pad, json=body, headers=kop, timeout=60)

    async def doe_alle(self, pogingen: list[Poging]) -> list[str]:
        """Sends them, a few at a time; what came out otherwise than it must."""
        beurt = asyncio.Semaphore(8)

        async def een(poging: Poging) -> str | None:
            async with beurt:
                status = (await self.doe(poging)).status_code
            fout = status in poging.verwacht if poging.mag else status not in poging.verwacht
            return f"{poging}: {status}" if fout else None

        return [fout for fout in await asyncio.gather(*map(een, pogingen)) if fout]


def medewerkers() -> Medewerkers:
    """Somebody for each role in each gemeente, and one with another role in each."""
    lijst = [
        Medewerker(code=code(rol, g), naam="V. Oorbeeld", functie="test", rollen=(rol,), gemeenten=(g,))
        for rol in Rol for g in GEMEENTEN
    ]  # fmt: skip
    anders = {EIGEN: (Rol.FG,), ANDERS: (Rol.LEERPLICHTAMBTENAAR,)}
    lijst.append(Medewerker(code="MIX-1", naam="V. Oorbeeld", functie="test", per_gemeente=anders))
    return Medewerkers(medewerkers=tuple(lijst))
