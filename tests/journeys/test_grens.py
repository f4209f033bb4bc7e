"""What the border does with a referral that was decided and not sent yet; and what the register tells of it."""

from typing import Any

import pytest

from schakel.logboek import regels
from services.brp_sync.model import Opschorting, Persoon
from services.cases.rechten import BeperkVerwerking
from services.cases.rechtenstand import Beperkingsreden
from services.halt_bridge.decisions import WAT
from tests.journeys.test_journeys import naar_halt
from tests.journeys.world import GEMEENTE, GESPREK, LPA, World
from tests.waiting import eventually


async def register(wereld: World, jongere: Persoon) -> list[dict[str, Any]]:
    """The lines about a jongere, as the API gives them."""
    answer = await wereld.get(f"/v1/verstrekkingen?jongere={await wereld.jongere_id(jongere)}")
    assert 200 == answer.status_code
    lines: list[dict[str, Any]] = answer.json()
    return lines


async def besloten_zonder_brug(wereld: World) -> Persoon:
    """A referral was decided while halt_bridge is away."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 9)
    await wereld.akkoord(jongere, "gele_kaart")
    await wereld.meld_te_laat(jongere, 12)
    await wereld.akkoord(jongere, "lpa_uitnodiging_gesprek", gesprek_op=GESPREK)
    await wereld.meld_te_laat(jongere, 13)
    work = await wereld.werk(jongere, "halt_gesprek_uitnodiging")
    await wereld.halt_kan(work.zaak_id)
    await wereld.stop("halt_bridge")
    await wereld.akkoord(jongere, "halt_verwijzing")
    return jongere


async def test_the_register_tells_what_halt_and_duo_got(wereld: World) -> None:
    """The referral with what was left out of it and when Halt had it; the status that DUO took."""
    jongere = await wereld.jongere()
    kenmerk = await naar_halt(wereld, jongere)
    assert "lopendeHulp" not in wereld.halt.verwijzingen[kenmerk]
    lines = await register(wereld, jongere)
    (halt,) = [line for line in lines if line["ontvanger"] == "halt"]
    assert (kenmerk, "gedeeltelijk", LPA) == (halt["kenmerk"], halt["uitkomst"], halt["medewerker"])
    assert set(WAT) - {"jeugdhulp_betrokken_feit"} == set(halt["doorgelaten"])
    assert halt["verzonden_op"] is not None
    assert any("jeugdhulp_betrokken_feit bleef hier" in reden for reden in halt["uitleg"])
    duo = [line for line in lines if line["ontvanger"] == "duo"]
    assert {("afhandeling_feit",)} == {tuple(line["doorgelaten"]) for line in duo}
    logboek = [regel async for regel in regels(wereld.installation.config.settings, None, None)]
    assert {"cases", "brp_sync", "ingest_duo"} == {regel.bron for regel in logboek}
    assert len(logboek) == len({regel.span_id for regel in logboek})


@pytest.mark.parametrize("oorzaak", ["overleden", "beperkt"])
async def test_a_referral_that_may_not_go_any_more_does_not_go(wereld: World, oorzaak: str) -> None:
    """Died, or processing was restricted, between besluit and sending: Halt hears nothing, the register why."""
    jongere = await besloten_zonder_brug(wereld)
    jongere_id = await wereld.jongere_id(jongere)
    if oorzaak == "overleden":
        dood = jongere.model_copy(update={"opschorting": Opschorting(reden="O")})
        await wereld.app("brp_sync").take_in([dood])
    else:
        beperk = BeperkVerwerking(Beperkingsreden.JUISTHEID_BETWIST, GEMEENTE, LPA)
        await wereld.app("cases").rechten.beperk(jongere_id, beperk)
    await wereld.start("halt_bridge")

    async def gezien() -> list[dict[str, Any]]:
        return [line for line in await register(wereld, jongere) if line["ontvanger"] == "halt"]

    lines = await eventually(gezien, "the border decided about the referral")
    assert {"overleden": "geweigerd", "beperkt": "aanhouden"}[oorzaak] == lines[-1]["uitkomst"]
    assert (oorzaak, [], None) == (lines[-1]["poort"], lines[-1]["doorgelaten"], lines[-1]["verzonden_op"])
    assert lines[-1]["uitleg"]
    await eventually(lambda: wereld.said("halt_bridge", "halt-verwijzing-geweigerd"), "the zaak hears of it")
    assert {} == wereld.halt.verwijzingen
