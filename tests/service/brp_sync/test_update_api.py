"""The BRP Update API: following, and hearing by day who changed."""

from datetime import date, timedelta

import pytest
from pydantic import SecretStr

from contracts.verstrek import TeIdentificeren
from services.brp_sync.brpapi.verbinding import BrpOnbereikbaar
from services.brp_sync.model import Persoon
from services.brp_sync.volgen.kanalen import UpdateKanaal
from services.brp_sync.volgen.settings import VolgSettings
from services.brp_sync.volgen.volgen import Volgen
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


async def test_the_update_api_tells_who_of_those_we_follow_changed(signalen: Signalen) -> None:
    """The last day is read again; a person is one signal per day; an end of following is an end."""
    signalering = signalen.app.signalering
    assert signalering.update is not None
    bsn = Persoon(bsn=BSN).bsn
    assert bsn is not None
    await signalering.update.volg(bsn)
    assert {"vanaf": date(2026, 9, 14)} == signalen.brp.gevolgd[BSN]
    signalen.brp.zet([VERHUISD])
    assert [1, 0] == [await signalering.lees_wijzigingen(), await signalering.lees_wijzigingen()]
    assert 1 == await signalen.na(UUR)
    assert {"gewijzigd": 1} == await signalen.standen()
    signalen.wereld.clock.advance(DAG)
    assert 1 == await signalering.lees_wijzigingen()
    await signalering.update.einde(bsn)
    assert "2026-09-15" == signalen.brp.gevolgd[BSN]["einddatum"]
    signalen.wereld.clock.advance(DAG)
    signalen.brp.zet([SAAR])
    assert 0 == await signalering.lees_wijzigingen()


async def test_a_day_is_read_again_when_its_signals_were_not_stored(signalen: Signalen) -> None:
    """The day moves on only after that."""
    signalering = signalen.app.signalering
    assert signalering.update is not None
    bsn = Persoon(bsn=BSN).bsn
    assert bsn is not None
    await signalering.update.volg(bsn)
    signalen.brp.zet([VERHUISD])
    signalen.wereld.clock.advance(DAG)
    signalen.brp.storingen = [BrpStoring(BrpStoringSoort.KAPOT_ANTWOORD)]
    with pytest.raises(BrpOnbereikbaar):
        await signalering.lees_wijzigingen()
    assert date(2026, 9, 14) == await signalering.signalen.read_from("update-api")
    assert 1 == await signalering.lees_wijzigingen()
    assert date(2026, 9, 15) == await signalering.signalen.read_from("update-api")


async def test_whom_duo_names_is_followed_and_asked_about(signalen: Signalen) -> None:
    """Over the Update API only what changes from now on is told, so the BRP API is asked how the person is now."""
    kanaal = UpdateKanaal(lambda: signalen.app.signalering)
    volgen = Volgen(
        VolgSettings(kanaal="update-api"), kanaal, frozenset({"0193"}), signalen.wereld.clock,
        lambda: (signalen.app.volgers, signalen.app.store),
    )  # fmt: skip
    signalen.brp.zet([SAAR, ander_dan_saar(BSN_ANDER)])
    (wie,) = await signalen.app.identify([TeIdentificeren(bsn=SecretStr(BSN_ANDER), gemeente="0193")])
    await volgen.genoemd({wie: SecretStr(BSN_ANDER)})

    await volgen.ronde()

    assert {"vanaf": date(2026, 9, 14)} == signalen.brp.gevolgd[BSN_ANDER]
    assert [("geplaatst", None)] == [(r["stand"], r["reden"]) for r in await signalen.app.volgers.lijst()]
    assert await signalen.persoon(BSN_ANDER) is None
    assert 1 == await signalen.na(timedelta(0))
    assert SAAR.gemeente == (await signalen.persoon(BSN_ANDER) or Persoon()).gemeente

    signalen.wereld.clock.advance(timedelta(days=400))
    await volgen.ronde()
    assert "einddatum" in signalen.brp.gevolgd[BSN_ANDER]
    assert ["verwijderd"] == [r["stand"] for r in await signalen.app.volgers.lijst()]


async def test_an_entry_that_is_no_bsn_does_not_hold_up_the_others(signalen: Signalen) -> None:
    """It stands in quarantine, and the day moves on."""
    signalering = signalen.app.signalering
    assert signalering.update is not None
    bsn = Persoon(bsn=BSN).bsn
    assert bsn is not None
    await signalering.update.volg(bsn)
    signalen.brp.zet([VERHUISD])
    signalen.brp.wijzigingen_erbij = ["99999001", 7, None]
    signalen.wereld.clock.advance(DAG)
    assert 1 == await signalering.lees_wijzigingen()
    assert [("update-api", "burgerservicenummers")] * 3 == [(b, v) for b, v, _ in await signalen.apart()]
    assert date(2026, 9, 15) == await signalering.signalen.read_from("update-api")
