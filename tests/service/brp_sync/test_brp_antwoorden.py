"""What the BRP API may answer besides what was asked: nothing is lost, and nothing wrong is taken over."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from hub.errors import Ongeldig
from hub.quarantine import Quarantine
from hub.tables import Quarantainestaat
from services.brp_sync.aanlevering import Aanlevering
from services.brp_sync.brpapi.verbinding import BrpOnbereikbaar
from services.brp_sync.model import Opschorting, Persoon
from simulators.brp.api import BrpStoring, BrpStoringSoort
from tests.service.brp_sync.signalering import (
    BSN,
    BSN_ANDER,
    DAG,
    SAAR,
    UUR,
    VERHUISD,
    Signalen,
    ander_dan_saar,
)


@pytest.mark.parametrize(
    ("signalen", "soort"),
    [(20.0, soort) for soort in ("http_401", "http_403", "http_429", "http_500", "kapot_antwoord")] + [(2.0, "stilte")],
    indirect=["signalen"],
)
async def test_while_the_api_gives_no_answer_a_signal_stays_as_it_is(signalen: Signalen, soort: str) -> None:
    """However it fails; the question is on record with how it ended, and the next one is answered."""
    await signalen.komt()
    signalen.brp.zet([VERHUISD])
    signalen.brp.storingen = [BrpStoring(BrpStoringSoort(soort), aantal=9)]
    with pytest.raises(BrpOnbereikbaar) as fout:
        await signalen.na(UUR)
    assert BSN not in repr(fout.value)
    assert (7.0 if soort == "http_429" else None) == fout.value.wacht
    row = await signalen.wereld.pool.fetchrow("SELECT pogingen, stand FROM signaal")
    assert (0, "wacht") == tuple(row)
    signalen.brp.storingen.clear()
    assert 1 == await signalen.na(timedelta())
    assert {"gewijzigd": 1} == await signalen.standen()
    uitkomsten = await signalen.wereld.pool.fetch("SELECT uitkomst FROM bevraging ORDER BY id")
    assert ["onbereikbaar", "beantwoord"] == [row["uitkomst"] for row in uitkomsten]


async def test_a_token_that_is_no_longer_good_is_replaced(signalen: Signalen) -> None:
    """At once, without a failure."""
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    signalen.brp.vergeet_tokens()
    assert 1 == await signalen.na(DAG)


async def test_an_answer_about_somebody_else_is_not_kept(signalen: Signalen) -> None:
    """It stands in quarantine that there was one, not what it said; the question is asked again a day later."""
    signalen.brp.zet([ander_dan_saar(BSN_ANDER)])
    signalen.brp.storingen = [BrpStoring(BrpStoringSoort.ANDERE_PERSOON)]
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    assert {"wacht": 1} == await signalen.standen()
    assert [("brp-api", "burgerservicenummer", "niet iemand naar wie is gevraagd")] == await signalen.apart()
    assert await signalen.persoon(BSN_ANDER) is None


async def test_two_persoonslijsten_for_one_bsn_are_for_a_human(signalen: Signalen) -> None:
    """Neither is taken over."""
    signalen.brp.zet([VERHUISD])
    signalen.brp.storingen = [BrpStoring(BrpStoringSoort.DUBBELE_PERSOON)]
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    assert {"geweigerd": 1} == await signalen.standen()
    assert ["meer dan een persoonslijst bij dit BSN"] == [reden for _, _, reden in await signalen.apart()]
    assert SAAR.adres == (await signalen.persoon() or SAAR.model_copy(update={"adres": None})).adres


async def test_who_cannot_be_read_does_not_hold_up_the_others(signalen: Signalen) -> None:
    """And can be asked for again from the quarantine, once the BRP tells it well."""
    signalen.brp.zet([VERHUISD])
    signalen.brp.zet_json({"burgerservicenummer": BSN_ANDER, "geboorte": {"datum": {"type": "Kwartaal"}}})
    for bsn in (BSN_ANDER, BSN):
        await signalen.komt(bsn)
    assert 2 == await signalen.na(UUR)
    assert {"geweigerd": 1, "gewijzigd": 1} == await signalen.standen()
    assert [("brp-api", "geboorte.datum.type", "onbekende soort datum")] == await signalen.apart()
    signalen.brp.zet([ander_dan_saar(BSN_ANDER)])
    opnieuw = signalen.app.service.intakes["brp-api"].opnieuw["bsn"]
    assert "wordt opnieuw aan de BRP gevraagd" == await opnieuw(BSN_ANDER.encode())
    assert 1 == await signalen.na(timedelta())
    assert await signalen.persoon(BSN_ANDER) is not None


async def test_a_question_that_is_refused_is_asked_for_each_alone(signalen: Signalen) -> None:
    """Until it is clear whom it is about."""
    signalen.brp.zet([VERHUISD])
    await signalen.app.take_in([ander_dan_saar(BSN_ANDER)])
    await signalen.komt()
    await signalen.komt(BSN_ANDER)
    signalen.brp.storingen = [BrpStoring(BrpStoringSoort.HTTP_400, aantal=2)]
    assert 2 == await signalen.na(UUR)
    assert [2, 1, 1] == [len(vraag.bsns) for vraag in signalen.brp.vragen]
    assert [("brp-api", "vraag", "BRP API weigert: code paramsValidation")] == await signalen.apart()


async def test_who_is_not_in_the_brp_is_asked_again_and_then_put_aside(signalen: Signalen) -> None:
    """A newborn may come later than the signal about it."""
    await signalen.komt(BSN_ANDER)
    assert [1, 1, 1, 1] == [await signalen.na(UUR), *[await signalen.na(DAG) for _ in range(3)]]
    assert {"niet_gevonden": 1} == await signalen.standen()
    assert ["burgerservicenummer"] == [veld for _, veld, _ in await signalen.apart()]


async def test_a_persoonslijst_that_was_removed_is_no_death_and_no_departure(signalen: Signalen) -> None:
    """What was known stays."""
    weg = Persoon(bsn=BSN, opschorting=Opschorting(reden="F", datum="20260901"))
    signalen.brp.zet([weg])
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    assert "persoonslijst-afgevoerd" == (await signalen.wereld.names())[-1]
    persoon = await signalen.persoon()
    assert persoon is not None
    assert SAAR.adres == persoon.adres


async def test_a_fault_of_ours_holds_up_nobody_else(signalen: Signalen, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whom it is about is put aside; the service goes on."""
    verwerk = signalen.app.verwerk

    async def kapot(items: Sequence[Aanlevering]) -> list[Ongeldig | None]:
        if any(item.sleutel.bsn is not None and item.sleutel.bsn.get_secret_value() == BSN_ANDER for item in items):
            raise ZeroDivisionError
        return await verwerk(items)

    assert signalen.app.signalering.werker is not None
    monkeypatch.setattr(signalen.app.signalering.werker, "_verwerk", kapot)
    signalen.brp.zet([VERHUISD, ander_dan_saar(BSN_ANDER)])
    await signalen.komt(BSN_ANDER)
    await signalen.komt(BSN)
    assert 2 == await signalen.na(UUR)
    assert {"geweigerd": 1, "gewijzigd": 1} == await signalen.standen()
    assert [("brp-api", "persoon", "kon niet worden verwerkt (ZeroDivisionError)")] == await signalen.apart()


async def test_what_was_let_lapse_about_one_signal_does_not_silence_the_next(signalen: Signalen) -> None:
    """The content is only a number, and so the same every time."""
    quarantine = Quarantine(signalen.wereld.pool, signalen.wereld.settings.kluis, "brp_sync")
    signalen.brp.zet([VERHUISD])
    signalen.brp.storingen = [BrpStoring(BrpStoringSoort.DUBBELE_PERSOON, aantal=2)]
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    (eerste,) = await quarantine.items("brp-api")
    await quarantine.close(eerste["nr"], Quarantainestaat.VERVALLEN, "dubbel", "beheer", signalen.wereld.clock.now())
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    (tweede,) = await quarantine.items("brp-api")
    assert eerste["nr"] != tweede["nr"]


async def test_an_answer_that_was_refused_is_news_when_it_comes_again(
    signalen: Signalen, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only what was taken over counts as given before."""
    verwerk = signalen.app.verwerk
    weigeringen: list[Ongeldig | None] = [Ongeldig("klopt niet", "adres")]

    async def eerst_niet(items: Sequence[Aanlevering]) -> list[Ongeldig | None]:
        return [weigeringen.pop()] if weigeringen else await verwerk(items)

    assert signalen.app.signalering.werker is not None
    monkeypatch.setattr(signalen.app.signalering.werker, "_verwerk", eerst_niet)
    signalen.brp.zet([VERHUISD])
    await signalen.komt()
    assert 1 == await signalen.na(UUR)
    assert [("brp-api", "adres", "klopt niet")] == await signalen.apart()
    await signalen.app.service.intakes["brp-api"].opnieuw["bsn"](BSN.encode())
    assert 1 == await signalen.na(timedelta())
    assert {"geweigerd": 1, "gewijzigd": 1} == await signalen.standen()
    assert VERHUISD.adres == (await signalen.persoon() or SAAR).adres
