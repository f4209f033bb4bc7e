"""The BRP Update API: following, and hearing by day who changed."""

from datetime import date

import pytest

from services.brp_sync.brpapi.verbinding import BrpOnbereikbaar
from services.brp_sync.model import Persoon
from simulators.brp.api import BrpStoring, BrpStoringSoort
from tests.service.brp_sync.signalering import (
    BSN,
    DAG,
    SAAR,
    UUR,
    VERHUISD,
    Signalen,
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
