"""A signal that somebody changed: the BRP is asked later, and again, until it tells what; real HTTP, real database."""

import json
from datetime import date

from hub.privacy import Bsn
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.brpapi.velden import LEEFTIJD, paden
from services.brp_sync.decisions import Hernummer
from services.brp_sync.model import Gezagsoort, Persoon
from simulators.brp.cloudevents import VRIJBRP
from simulators.personen import fictieve_bsns
from tests.service.brp_sync.signalering import (
    BSN,
    BSN_ANDER,
    BSN_OUD,
    DAG,
    SAAR,
    UUR,
    VERHUISD,
    Signalen,
    ander_dan_saar,
)
from tests.service.databases import readable
from tests.waiting import eventually


async def test_the_brp_v_lags_and_is_asked_until_it_tells(signalen: Signalen) -> None:
    """First asked after an hour; the old answer changes nothing; a day later the move is there and is said once."""
    signalen.brp.zet([VERHUISD], vanaf=signalen.wereld.clock.now() + 12 * UUR)
    ontvangst = await signalen.komt()
    assert (1, 0, 0) == ontvangst
    assert 0 == await signalen.na(59 * UUR / 60)
    assert 1 == await signalen.na(UUR / 60)
    assert {"wacht": 1} == await signalen.standen()
    assert 0 == await signalen.na(23 * UUR)
    assert 1 == await signalen.na(UUR)
    assert {"gewijzigd": 1} == await signalen.standen()
    assert ["jongere-ingeschreven", "woonadres-gewijzigd"] == (await signalen.wereld.names())[:2]
    persoon = await signalen.persoon()
    assert persoon is not None
    assert [Gezagsoort.EENHOOFDIG_OUDERLIJK] == [gezag.soort for gezag in persoon.gezag]
    assert [paden()] * 2 == [vraag.fields for vraag in signalen.brp.vragen]


async def test_without_a_change_it_ends_visibly_after_three_werkdagen(signalen: Signalen) -> None:
    """From Monday to Thursday; who it was about is forgotten then."""
    await signalen.komt()
    assert [1, 1, 1, 1, 0] == [await signalen.na(UUR), *[await signalen.na(DAG) for _ in range(4)]]
    assert {"geen_verandering_gevonden": 1} == await signalen.standen()
    assert 0 == await signalen.wereld.pool.fetchval("SELECT count(*) FROM signaal WHERE inhoud IS NOT NULL")


async def test_repeats_and_disorder_make_one_signal_per_event_and_one_question_per_person(signalen: Signalen) -> None:
    """The id of an event together with its source is what it is known by."""
    ontvangen = [await signalen.komt(nummer=nummer) for nummer in (2, 1, 2, 2, 3)]
    assert [(1, 0), (1, 0), (0, 1), (0, 1), (1, 0)] == [(o.aangenomen, o.herhaald) for o in ontvangen]
    assert 3 == await signalen.na(UUR)
    assert [1] == [len(vraag.bsns) for vraag in signalen.brp.vragen]


async def test_a_number_from_before_leads_to_the_same_jongere(signalen: Signalen) -> None:
    """Known as one number, told as another: one jongere, found by the new number from then on."""
    await signalen.app.take_in([ander_dan_saar(BSN_OUD)])
    wie_was = (await signalen.app.store.locate([BSN_OUD], [])).bsn[BSN_OUD]
    nieuw = SAAR.model_copy(
        update={"bsn": Persoon(bsn=BSN_ANDER).bsn, "a_nummer": Persoon(a_nummer="1000000015").a_nummer}
    )
    signalen.brp.zet([nieuw])
    await signalen.komt(BSN_ANDER, (BSN_OUD,))
    assert 1 == await signalen.na(UUR)
    assert {BSN_ANDER: wie_was} == (await signalen.app.store.locate([BSN_OUD, BSN_ANDER], [])).bsn
    assert {"gewijzigd": 1} == await signalen.standen()


async def test_a_former_number_that_is_somebody_elses_joins_nobody(signalen: Signalen) -> None:
    """The number was corrected because it was wrong: another child has it, and stays who it is."""
    ander = ander_dan_saar(BSN_OUD).model_copy(
        update={"geboortedatum": Persoon(geboortedatum="20120101").geboortedatum}
    )
    await signalen.app.take_in([ander])
    voor = (await signalen.app.store.locate([BSN, BSN_OUD], [])).bsn
    signalen.brp.zet([VERHUISD])
    await signalen.komt(BSN, (BSN_OUD,))
    assert 1 == await signalen.na(UUR)
    assert voor == (await signalen.app.store.locate([BSN, BSN_OUD], [])).bsn
    assert ["historicBsns"] == [veld for _, veld, _ in await signalen.apart()]
    assert {"gewijzigd": 1} == await signalen.standen()


async def test_two_that_were_known_apart_become_one(signalen: Signalen) -> None:
    """Known by the former number and by the new one: one jongere remains, and both sides are told."""
    await signalen.app.take_in([ander_dan_saar(BSN_OUD)])
    await signalen.komt(BSN, (BSN_OUD,))
    assert 1 == await signalen.na(UUR)
    assert {"jongere-samengevoegd", "jongere-opgegaan"} <= set(await signalen.wereld.names())
    assert {"gewijzigd": 1} == await signalen.standen()


async def test_a_former_number_that_was_joined_before_is_no_change_any_more(signalen: Signalen) -> None:
    """vrijBRP names it in every later event; the number goes on leading to the same jongere."""
    ontdubbeld = Aanlevering(Sleutel(bsn=Bsn(BSN_OUD)), Hernummer(bsn=Bsn(BSN)), "test", ontdubbeld=True)
    await signalen.app.take_in([ander_dan_saar(BSN_OUD)])
    assert [None] == await signalen.app.verwerk([ontdubbeld])
    assert 1 == len(set((await signalen.app.store.locate([BSN, BSN_OUD], [])).bsn.values()))
    await signalen.komt(BSN, (BSN_OUD,))
    assert [1, 1] == [await signalen.na(UUR), await signalen.na(DAG)]
    assert {"wacht": 1} == await signalen.standen()


async def test_signals_that_ended_long_ago_are_removed(signalen: Signalen) -> None:
    """As long after as raw messages are kept; what waits stays."""
    signalen.brp.zet([VERHUISD])
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    await signalen.komt()
    signalen.wereld.clock.advance(30 * DAG)
    await signalen.app.signalering.tel_en_ruim_op()
    assert {"gewijzigd": 1, "wacht": 1} == await signalen.standen()
    signalen.wereld.clock.advance(UUR)
    await signalen.app.signalering.tel_en_ruim_op()
    assert {"wacht": 1} == await signalen.standen()


async def test_of_somebody_unknown_only_the_age_is_asked_first(signalen: Signalen) -> None:
    """An adult is left alone after that; a child is asked for in full and taken in."""
    kind, volwassene = "999990056", "999990068"
    signalen.brp.zet([ander_dan_saar(kind)])
    oud = Persoon(bsn=volwassene, geboortedatum="19700101", geslachtsnaam="Fictief", gemeente="1924")
    signalen.brp.zet([oud])
    await signalen.komt(kind)
    await signalen.komt(volwassene)
    assert 2 == await signalen.na(UUR)
    assert [(2, LEEFTIJD), (1, paden())] == [(len(vraag.bsns), vraag.fields) for vraag in signalen.brp.vragen]
    assert {"gewijzigd": 1, "niet_van_belang": 1} == await signalen.standen()
    wie = (await signalen.app.store.locate([kind, volwassene], [])).bsn
    assert {kind} == set(wie)
    over_kind = await signalen.app.signalering.signalen.questions(wie[kind], 10)
    assert [list(paden()), list(LEEFTIJD)] == [vraag["velden"] for vraag in over_kind]
    assert {wie[kind]} == {vraag["jongere_id"] for vraag in over_kind}
    assert 3 == len(await signalen.app.signalering.signalen.questions(None, 10))


async def test_at_most_twenty_persons_are_asked_for_at_once(signalen: Signalen) -> None:
    """Forty-five signals are three questions."""
    bsns = _bsns(45)
    await signalen.app.take_in([Persoon(bsn=bsn, geboortedatum="20110504", gemeente="1924") for bsn in bsns])
    for bsn in bsns:
        await signalen.komt(bsn)
    assert 45 == await signalen.na(UUR)
    assert [20, 20, 5] == [len(vraag.bsns) for vraag in signalen.brp.vragen]


async def test_a_source_that_runs_ahead_of_the_brp_v_is_not_turned_back(signalen: Signalen) -> None:
    """The move came over StUF; the old answer of the API, given before too, does not move the child back."""
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    await signalen.app.take_in([VERHUISD])
    assert 1 == await signalen.na(DAG)
    assert VERHUISD.adres == (await signalen.persoon() or SAAR).adres
    signalen.brp.zet([VERHUISD])
    assert 1 == await signalen.na(DAG)
    assert {"gewijzigd": 1} == await signalen.standen()
    assert 1 == (await signalen.wereld.names()).count("woonadres-gewijzigd")


async def test_every_question_is_written_down_and_nobody_can_be_read(signalen: Signalen) -> None:
    """About whom, when, for what, which fields, by which system, kept for twenty years; sealed."""
    await signalen.komt()
    await signalen.komt(BSN_ANDER)
    await signalen.na(UUR)
    rows = await signalen.wereld.pool.fetch(
        """SELECT jongere_id IS NULL AS onbekend, op, doel, velden, systeem, uitkomst, bewaren_tot
           FROM bevraging ORDER BY id"""
    )
    assert [True, False] == [row["onbekend"] for row in rows]
    assert [list(LEEFTIJD), list(paden())] == [row["velden"] for row in rows]
    assert {("leerplicht", "schakel brp_sync", "beantwoord")} == {
        (row["doel"], row["systeem"], row["uitkomst"]) for row in rows
    }
    assert {date(2046, 9, 14)} == {row["bewaren_tot"] for row in rows}
    assert {signalen.wereld.clock.now()} == {row["op"] for row in rows}
    assert [] == await readable(signalen.wereld.pool, BSN, BSN_ANDER, "Verzonnenlaan", "vrijbrp")


async def test_what_was_kept_and_not_worked_off_is_after_a_restart(signalen: Signalen) -> None:
    """The process died after the sender was answered."""
    event = {"specversion": "1.0", "type": VRIJBRP, "source": "/vrijbrp", "id": "9", "data": {"bsn": BSN}}
    intake = signalen.app.service.intakes["cloudevents"]
    await intake.keep(json.dumps(event).encode(), signalen.wereld.clock.now())
    await signalen.wereld.stop()
    await signalen.wereld.start(signalen.maak)

    async def afgewerkt() -> bool:
        return not await signalen.app.service.intakes["cloudevents"].pending()

    await eventually(afgewerkt, "the kept event was worked off")
    assert {"wacht": 1} == await signalen.standen()
    assert 1 == await signalen.na(UUR)


def _bsns(aantal: int) -> list[str]:
    bsns = (bsn.get_secret_value() for bsn in fictieve_bsns())
    return [next(bsns) for _ in range(aantal + 10)][10:]
