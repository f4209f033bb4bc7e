"""Every route held against every role, gemeente and kind of identity: what may not be done cannot be done.

The probes are made from the API itself, so a new route is probed without anybody thinking of it. What may be done is
probed too: a guard that refuses everything would pass otherwise.
"""

from collections.abc import AsyncIterator, Iterator
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from fastapi.routing import APIRoute

from hub.auditlog import Auditlog
from hub.clock import VirtualClock
from hub.embedded import Servers
from hub.medewerkers import Rol
from schakel.places import SERVICES, api_token
from schakel.toegang.bevoegdheden import BEVOEGDHEDEN
from schakel.toegang.bewaking import bewaker_van
from schakel.toegang.settings import OidcSettings
from simulators.oidc import DOELGROEP, Gebrek, OidcSimulator
from tests.journeys.toegangsproef import (
    ANDERS,
    EIGEN,
    GEMEENTEN,
    GEVULD,
    IEMAND,
    IN_BODY,
    KOPPELING,
    LIJSTEN,
    Poging,
    Proef,
    code,
    medewerkers,
)
from tests.journeys.world import NU, world

pytestmark = [pytest.mark.connected, pytest.mark.timeout(300)]


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


def niet_van_hier(answer: httpx.Response) -> bool:
    """Whether it was refused because of whom it is about."""
    return answer.status_code == 404 or (
        answer.status_code == 422 and answer.json()["veld"] in {*IEMAND, "gemeente", "medewerker"}
    )


async def over_iemand(proef: Proef, gemeente: str, jongere: UUID) -> AsyncIterator[tuple[str, httpx.Response]]:
    """Every route that names a jongere in the body, with the gemeente of who calls, by each role that may."""
    met = [r for r in proef.routes if IEMAND & _velden(r)]
    assert {r.path for r in met} == {p for p, body in IN_BODY.items() if "jongere" in body} | {"/v1/inzage", KOPPELING}
    for route in sorted(met, key=lambda r: list(IN_BODY).index(r.path) if r.path in IN_BODY else -1):
        if route.path == KOPPELING:
            continue
        eigen = {"gemeente": gemeente} if "gemeente" in _velden(route) else {}
        body = IN_BODY[route.path] | eigen | {"jongere": str(jongere)}
        for rol in sorted(BEVOEGDHEDEN[bewaker_van(route).handeling].rollen):  # type: ignore[union-attr]
            kop = {"Authorization": proef.token(code(rol, gemeente))}
            yield f"{route.path} {rol}", await proef.wereld.api.post(route.path, json=body, headers=kop, timeout=60)


def _velden(route: APIRoute) -> set[str]:
    return {naam for p in route.dependant.body_params for naam in getattr(p.field_info.annotation, "model_fields", {})}


async def test_the_own_gemeente_in_the_body_opens_nobody_of_another(proef: Proef) -> None:
    """Who may act in ANDERS does so about nobody of EIGEN; in EIGEN that is no reason to be refused."""
    jongere = await proef.wereld.jongere()
    await proef.wereld.meld_te_laat(jongere, 9)
    await proef.wereld.zaak(jongere)
    wie = await proef.wereld.jongere_id(jongere)
    assert [] == [wat async for wat, answer in over_iemand(proef, ANDERS, wie) if not niet_van_hier(answer)]
    assert [] == [wat async for wat, answer in over_iemand(proef, EIGEN, wie) if niet_van_hier(answer)]


async def test_a_zaak_is_not_coupled_to_one_of_another_gemeente(proef: Proef) -> None:
    """It is answered as one that does not exist."""
    pool, eigen = proef.wereld.app("cases").service.pool, uuid4()
    await pool.execute(
        """INSERT INTO zaak (zaak_id, jongere_id, gemeente, zaaksoort, schooljaar, status, geopend_op, inhoud)
           VALUES ($1, $1, $2, 'luxe', '2026-2027', 'afgesloten', $3, '')""",
        eigen, ANDERS, NU,
    )  # fmt: skip
    kop = {"Authorization": proef.token(code(Rol.LEERPLICHTAMBTENAAR, ANDERS))}
    told = [
        await proef.wereld.api.post(KOPPELING.format(zaak_id=eigen), json={"verwant": verwant}, headers=kop)
        for verwant in (proef.nummers["zaak_id"], str(uuid4()))
    ]
    await pool.execute("DELETE FROM zaak WHERE zaak_id = $1", eigen)
    assert [404, 404] == [answer.status_code for answer in told]
    assert told[0].json()["detail"] == told[1].json()["detail"]


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
