"""Every route held against every role, gemeente and kind of identity: what may not be done cannot be done.

The probes are made from the API itself, so a new route is probed without anybody thinking of it. What may be done is
probed too: a guard that refuses everything would pass otherwise.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from hub.auditlog import Auditlog
from hub.clock import VirtualClock
from hub.embedded import Servers
from hub.medewerkers import Medewerker, Medewerkers, Rol
from schakel.api import build_api
from schakel.places import SERVICES, api_token
from schakel.toegang.bevoegdheden import BEVOEGDHEDEN, Bevoegdheid
from schakel.toegang.bewaking import bewaker_van
from schakel.toegang.settings import OidcSettings
from simulators.oidc import DOELGROEP, Gebrek, OidcSimulator
from tests.journeys.world import GEMEENTE, NU, World, world

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]

EIGEN, ANDERS = GEMEENTE, "0171"
GEMEENTEN = (EIGEN, ANDERS)
KORT = {Rol.LEERPLICHTAMBTENAAR: "LPA", Rol.BOA: "BOA", Rol.ADMINISTRATIE: "ADM", Rol.FG: "FG", Rol.BEHEERDER: "BEH"}
LIJSTEN = ("/v1/voorstellen", "/v1/absoluut/signalen", "/v1/vrijstellingen", "/v1/meldingen/statussen")
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


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def proef(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Proef]:
    oidc = OidcSimulator(VirtualClock(NU))
    await oidc.start()
    oud = oidc.token(code(Rol.LEERPLICHTAMBTENAAR, EIGEN))
    oidc.wissel()
    settings = OidcSettings(uitgever=oidc.uitgever, doelgroep=DOELGROEP)
    folder = tmp_path_factory.mktemp("toegang")
    async with world(servers, folder, oidc=settings, medewerkers=medewerkers()) as wereld:
        made = Proef(wereld, oidc, oud)
        await made.vul()
        yield made
    await oidc.stop()


def zonder_inlog(proef: Proef) -> Iterator[Poging]:
    """Nobody, or somebody whose token does not hold: 401, on every route."""
    iemand = code(Rol.LEERPLICHTAMBTENAAR, EIGEN)
    goed = proef.token(iemand).removeprefix("Bearer ")
    koppen: dict[str, str | None] = {
        "niemand": None,
        "lege kop": "",
        "de sleutel van de installatie": f"Bearer {api_token(proef.wereld.folder)}",
        "Basic": f"Basic {goed}",
        "zomaar iets": "Bearer iets",
        "een afgekapt token": f"Bearer {goed[:-4]}",
        "een ingetrokken sleutel": f"Bearer {proef.oud}",
        "iemand die niet in het register staat": proef.token("LPA-9"),
        **{f"token: {gebrek}": proef.token(iemand, gebrek) for gebrek in Gebrek},
    }
    for _, methode, pad in proef.elke():
        for wie, kop in koppen.items():
            yield Poging(wie, methode, pad, kop, frozenset({401}))


def verkeerde_rol(proef: Proef) -> Iterator[Poging]:
    """Known people whose role does not allow it, in either gemeente: 403, before anything is looked up."""
    for regel, methode, pad in proef.elke():
        for rol in Rol:
            for gemeente in GEMEENTEN:
                if rol not in regel.rollen:
                    wie = code(rol, gemeente)
                    yield Poging(wie, methode, pad, proef.token(wie), frozenset({403}))


def andere_gemeente(proef: Proef) -> Iterator[Poging]:
    """The right role in another gemeente: 404, as if it were not there."""
    for regel, methode, pad in proef.elke():
        if not regel.per_gemeente:
            continue
        for wie in [code(rol, ANDERS) for rol in regel.rollen]:
            if any(waarde in pad for naam, waarde in proef.nummers.items() if naam.endswith(("_id", "snummer"))):
                yield Poging(wie, methode, pad, proef.token(wie), frozenset({404}))
            elif pad == "/v1/inzage":
                jongere = (("jongere", proef.nummers["jongere"]),)
                yield Poging(wie, methode, pad, proef.token(wie), frozenset({404}), jongere)
            elif methode == "POST":
                yield Poging(wie, methode, pad, proef.token(wie), frozenset({404}), tuple(IN_BODY[pad].items()))
            elif methode == "GET" and any(p.name == "gemeente" for r in proef.routes for p in r.dependant.query_params
                                          if r.path.format_map(proef.nummers) == pad):  # fmt: skip
                yield Poging(wie, methode, f"{pad}?gemeente={EIGEN}", proef.token(wie), frozenset({404}))


def mag_wel(proef: Proef) -> Iterator[Poging]:
    """The right role in the right gemeente: anything but 401, 403 and 404, and no fault of ours."""
    for regel, methode, pad in proef.elke():
        niet = {401, 403, 404, 500} if regel.per_gemeente else {401, 403, 500}
        for wie in [code(rol, EIGEN) for rol in sorted(regel.rollen)]:
            yield Poging(wie, methode, pad, proef.token(wie), frozenset(niet), mag=True)


async def test_nothing_opens_for_who_may_not(proef: Proef) -> None:
    """At least 500 probes and not one that gets further than it may; every refusal of a known person is in the log."""
    onbekend, bekend = list(zonder_inlog(proef)), [*verkeerde_rol(proef), *andere_gemeente(proef)]
    assert len(onbekend) + len(bekend) >= 500
    voor = await geweigerd(proef)
    assert [] == await proef.doe_alle([*onbekend, *bekend])
    assert len(bekend) == await geweigerd(proef) - voor
    assert {poging.methode for poging in bekend} >= {"GET", "POST"}


async def test_who_may_gets_in(proef: Proef) -> None:
    """With the same requests: what refuses everything would pass the test above."""
    pogingen = list(mag_wel(proef))
    assert {(m, p) for _, m, p in proef.elke()} == {(poging.methode, poging.pad) for poging in pogingen}
    assert [] == await proef.doe_alle(pogingen)


async def test_lists_hold_only_the_own_gemeenten(proef: Proef) -> None:
    """Of whoever may see them; in EIGEN there is something to see."""
    for pad in LIJSTEN:
        regel = next(r for r, m, p in proef.elke() if (m, p) == ("GET", pad))
        for rol in regel.rollen:
            for gemeente in GEMEENTEN:
                kop = {"Authorization": proef.token(code(rol, gemeente))}
                rijen = (await proef.wereld.api.get(pad, headers=kop)).json()
                assert {r["gemeente"] for r in rijen} <= {gemeente}, (pad, rol)
                assert bool(rijen) == (gemeente == EIGEN) or pad not in GEVULD, (pad, rol)


async def test_another_role_in_each_gemeente(proef: Proef) -> None:
    """A leerplichtambtenaar of ANDERS who is FG in EIGEN has no worklist there, and reads what an FG reads."""
    kop = {"Authorization": proef.token("MIX-1")}
    api = proef.wereld.api
    assert [] == (await api.get("/v1/voorstellen", headers=kop)).json()
    assert 404 == (await api.get(f"/v1/zaken/{proef.nummers['zaak_id']}", headers=kop)).status_code
    assert 200 == (await api.get(f"/v1/toestemmingen?gemeente={EIGEN}", headers=kop)).status_code


async def test_nobody_acts_in_the_name_of_another(proef: Proef) -> None:
    """The medewerker in the body may be left out, and must be who is logged in."""
    pad, wie = f"/v1/zaken/{proef.nummers['zaak_id']}/feiten", code(Rol.LEERPLICHTAMBTENAAR, EIGEN)
    kop, api = {"Authorization": proef.token(wie)}, proef.wereld.api
    ander = await api.post(pad, json={"medewerker": code(Rol.BOA, EIGEN), "feiten": {}}, headers=kop)
    assert (422, "medewerker") == (ander.status_code, ander.json()["veld"])
    for body in ({"feiten": {"oordeel": "ongeoorloofd"}}, {"medewerker": wie, "feiten": {"oordeel": "ongeoorloofd"}}):
        assert 201 == (await api.post(pad, json=body, headers=kop)).status_code
    regels = await proef.wereld.app("cases").store.timeline(UUID(proef.nummers["zaak_id"]))
    assert wie in {r.door for r in regels}


async def test_reading_and_acting_are_in_an_unbroken_audit_log(proef: Proef) -> None:
    """Under whom it was, and findable by jongere."""
    wie = code(Rol.BOA, EIGEN)
    pool = proef.wereld.app("cases").service.pool
    zaak_id = proef.nummers["zaak_id"]
    jongere_id = await pool.fetchval("SELECT jongere_id FROM zaak WHERE zaak_id = $1", UUID(zaak_id))
    voor = len(await Auditlog(pool).over(jongere_id))
    await proef.wereld.api.get(f"/v1/zaken/{zaak_id}", headers={"Authorization": proef.token(wie)})
    regels = await Auditlog(pool).over(jongere_id)
    assert (voor + 1, wie, "zaak_zien", "gedaan") == (
        len(regels), regels[-1].door, regels[-1].handeling, regels[-1].uitkomst
    )  # fmt: skip
    for service in SERVICES:
        controle = await Auditlog(proef.wereld.app(service).service.pool).controleer()
        assert None is controle.fout
    assert date(2026, 9, 14) == regels[-1].op.date()


async def geweigerd(proef: Proef) -> int:
    """How many refusals stand in the logs of all services."""
    query = "SELECT count(*) FROM auditlog WHERE uitkomst = 'geweigerd'"
    return sum([await proef.wereld.app(s).service.pool.fetchval(query) for s in SERVICES])


async def test_a_list_comes_in_pages(proef: Proef) -> None:
    """Every line once, whatever the size of a page; the last page has no next one."""
    nummers, zaak_id = [uuid4() for _ in range(7)], UUID(proef.nummers["zaak_id"])
    await proef.wereld.app("cases").service.pool.executemany(
        """INSERT INTO voorstel (voorstel_id, zaak_id, jongere_id, gemeente, uitkomst, status, gedaan_op)
           SELECT $1, zaak_id, jongere_id, gemeente, 'gesprek', 'open', $3 FROM zaak WHERE zaak_id = $2""",
        [(nummer, zaak_id, NU) for nummer in nummers],
    )
    kop, api = {"Authorization": proef.token(code(Rol.BOA, EIGEN))}, proef.wereld.api
    alle = [r["voorstel_id"] for r in (await api.get("/v1/voorstellen", headers=kop)).json()]
    volgende: str | None = f"/v1/voorstellen?gemeente={EIGEN}&limit=3"
    gezien, keer = list[str](), 0
    while volgende is not None:
        answer = await api.get(volgende, headers=kop)
        gezien += [r["voorstel_id"] for r in answer.json()]
        assert len(answer.json()) <= 3
        volgende, keer = answer.links.get("next", {}).get("url"), keer + 1
    assert (alle, -(-len(alle) // 3)) == (gezien, keer)
    assert {str(n) for n in nummers} <= set(gezien)
    for slecht in ("limit=0", "limit=1001", "cursor=x", "cursor=e30="):
        assert 422 == (await api.get(f"/v1/voorstellen?{slecht}", headers=kop)).status_code


async def test_every_answer_names_the_version_of_the_api(proef: Proef) -> None:
    """Also a refusal (/core/version-header); the description of the API may be read from any page."""
    api = proef.wereld.api
    for pad in ("/v1/voorstellen", "/v1/bestaat-niet", "/openapi.json", "/live"):
        assert "1.0.0" == (await api.get(pad)).headers["api-version"]
    assert "*" == (await api.get("/openapi.json")).headers["access-control-allow-origin"]
    assert (404, 405) == (
        (await api.get("/v1/voorstellen/")).status_code, (await api.delete("/v1/voorstellen")).status_code
    )  # fmt: skip
