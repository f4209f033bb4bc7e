"""What a crash or a lost answer leaves half done is finished later, and nothing that came meanwhile is missed.

Each of these was found by the chaos run; here is the story of each, small enough to read.
"""

from datetime import date, timedelta
from uuid import UUID

from contracts.codes import HaltAfloop, MeldingStatus
from services.brp_sync.stuf import lees_npslk01
from services.brp_sync.stuf.postvak import Post
from simulators.duo_storingen import Storing, StoringSoort
from simulators.halt import HaltStoring, HaltStoringSoort
from tests.journeys.test_bad_input import kennisgeving, stuur
from tests.journeys.world import GESPREK, LPA, World
from tests.waiting import eventually


async def test_a_change_while_our_status_is_under_way_is_never_missed(wereld: World) -> None:
    """The school changed the melding before DUO had our status: the change is told, then the status is given."""
    wereld.duo.storingen.append(Storing(StoringSoort.HTTP_500, bij="mutatie", aantal=2))
    nummer = await wereld.meld(await wereld.jongere())
    wereld.clock.advance(timedelta(minutes=1))
    wereld.duo.wijzig(nummer, einddatum=wereld.clock.today())
    statuses = await eventually(lambda: wereld.duo.ontvangen_statussen.get(nummer), "DUO has our status")
    assert [MeldingStatus.IN_BEHANDELING] == statuses
    (event,) = await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert wereld.clock.today().isoformat() == event["data"]["einddatum"]


async def test_our_own_status_seen_before_we_knew_of_it_is_no_change_of_the_school(wereld: World) -> None:
    """DUO's confirmation was lost and the next delivery came first: nobody is told of a change, the status once."""
    wereld.duo.storingen.append(Storing(StoringSoort.KAPOTTE_XML, bij="mutatie"))
    wereld.duo.storingen.append(Storing(StoringSoort.HTTP_500, bij="mutatie"))
    nummer = await wereld.meld(await wereld.jongere())
    await eventually(lambda: wereld.duo.ontvangen_statussen.get(nummer), "DUO has our status")
    await wereld.app("ingest_duo").poller.round()
    await eventually(lambda: wereld.said("ingest_duo", "meldingstatus-teruggemeld"), "we know that DUO has it")
    assert [] == await wereld.said("ingest_duo", "verzuimmelding-gewijzigd")
    assert [MeldingStatus.IN_BEHANDELING] == wereld.duo.ontvangen_statussen[nummer]


async def test_an_outcome_of_halt_that_comes_before_we_knew_of_the_offer_waits_for_it(wereld: World) -> None:
    """Halt has the referral and its receipt was lost: the outcome is neither refused nor skipped."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 13)
    await wereld.akkoord(jongere, "halt_gesprek_uitnodiging", gesprek_op=GESPREK)
    zaak = await wereld.zaak(jongere)
    await wereld.halt_kan(zaak.zaak_id)
    wereld.halt.storingen.append(HaltStoring(HaltStoringSoort.KAPOT_ANTWOORD, aantal=3, bij="aanbieden"))
    await wereld.akkoord(jongere, "halt_verwijzing")
    (kenmerk,) = await eventually(lambda: list(wereld.halt.verwijzingen), "Halt has the referral")
    wereld.halt.geef_afloop(kenmerk, HaltAfloop.POSITIEF, date(2026, 11, 2))  # maandag

    bridge = wereld.app("halt_bridge")
    assert not await bridge.store.recorded(UUID(kenmerk))
    await bridge.take_in_aflopen()
    assert 0 == await bridge.store.cursor()

    await eventually(lambda: bridge.store.recorded(UUID(kenmerk)), "the repeated offer got its receipt")
    await bridge.take_in_aflopen()
    await wereld.in_tijdlijn(zaak.zaak_id, "halt_afgelopen")
    assert 1 == await bridge.store.cursor()
    assert 0 == await bridge.service.pool.fetchval("SELECT count(*) FROM quarantaine")


async def test_facts_established_twice_are_established_once(wereld: World) -> None:
    """The official repeats what got no answer: one line in the timeline."""
    jongere = await wereld.jongere()
    await wereld.meld_te_laat(jongere, 13)
    zaak = await wereld.zaak(jongere)
    for _ in range(2):
        await wereld.app("cases").stel_feiten_vast(zaak.zaak_id, LPA, {"verwijtbaar": "jongere"})
    assert 1 == (await wereld.tijdlijn(zaak.zaak_id)).count("feiten_vastgesteld")


async def test_a_kennisgeving_whose_answer_was_lost_is_confirmed_again_and_handled_once(wereld: World) -> None:
    """It was stored, and the process died before it was worked on or answered; its sender repeats it."""
    body = kennisgeving(wereld.nieuwe_jongere())
    brp = wereld.app("brp_sync")
    await brp.stuf.postvak.keep([Post(lees_npslk01(body), body)], wereld.clock.now())
    await wereld.stop("brp_sync")
    await wereld.start("brp_sync")
    status, _ = await stuur(wereld, body)
    assert 200 == status
    assert 1 == len(await wereld.said("brp_sync", "jongere-ingeschreven"))
    rows = await wereld.app("brp_sync").service.pool.fetch("SELECT verwerkt_op IS NOT NULL AS done FROM inkomend")
    assert [True] == [r["done"] for r in rows]


async def test_half_a_letter_does_not_stay_on_the_disk(wereld: World) -> None:
    """What the process was writing when it died holds a name and an address; the next start removes it."""
    half = wereld.folder / "brieven" / "1924" / "brief.1.part"
    half.parent.mkdir(parents=True, exist_ok=True)
    half.write_bytes(b"%PDF-")
    await wereld.stop("letters")
    await wereld.start("letters")
    assert not half.exists()
