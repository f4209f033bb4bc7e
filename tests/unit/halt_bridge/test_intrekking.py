"""A referral that is taken back: told once, whatever crossed it."""

from datetime import date
from uuid import UUID

import pytest

from contracts.codes import HaltAfloop
from contracts.events.halt import HaltVerwijzingGestopt
from contracts.events.zaken import HaltVerwijzingIngetrokken
from hub.errors import Ongeldig
from services.halt_bridge.decisions import (
    Aangenomen,
    Gestopt,
    Geweigerd,
    OntvangAfloop,
    Stand,
    TeLaat,
    Verwijzing,
    Verwijzingen,
    verwerk_aanbod,
    verwerk_afloop,
    verwerk_intrekking,
)
from tests.unit.halt_bridge.test_decisions import VANDAAG, VERWIJZING, ZAAK, aangeboden, besloten

EVENT = HaltVerwijzingIngetrokken(zaak_id=ZAAK, verwijzing_id=VERWIJZING, reden="besluit_ingetrokken")
AFLOOP = OntvangAfloop(VERWIJZING, HaltAfloop.POSITIEF, date(2026, 12, 1))


def gestopt(*, was_aangeboden: bool) -> HaltVerwijzingGestopt:
    """What is told."""
    return HaltVerwijzingGestopt(zaak_id=ZAAK, verwijzing_id=VERWIJZING, was_aangeboden=was_aangeboden)


@pytest.mark.parametrize("was_aangeboden", [True, False])
def test_a_stop_is_told_once(was_aangeboden: bool) -> None:
    """A repetition changes nothing."""
    begin = aangeboden() if was_aangeboden else Verwijzingen()
    staat, events = verwerk_intrekking(begin, EVENT, Gestopt(was_aangeboden))
    assert ([gestopt(was_aangeboden=was_aangeboden)], Verwijzing(ZAAK, Stand.GESTOPT)) == (
        events, staat.by_id[VERWIJZING],
    )  # fmt: skip
    assert (staat, []) == verwerk_intrekking(staat, EVENT, Gestopt(was_aangeboden))


def test_an_offer_that_was_withdrawn_before_is_not_made_and_told_once() -> None:
    """The offer finds out first; the word of the withdrawal comes behind it."""
    staat, events = verwerk_aanbod(Verwijzingen(), besloten(), Gestopt(was_aangeboden=False))
    assert [gestopt(was_aangeboden=False)] == events
    assert (staat, []) == verwerk_intrekking(staat, EVENT, None)


@pytest.mark.parametrize("answer", [Aangenomen(VANDAAG), Geweigerd("GESTOPT"), None])
def test_an_offer_after_its_stop_revives_nothing(answer: Aangenomen | Geweigerd | None) -> None:
    """An operator may release an offer that was parked long ago."""
    staat, _ = verwerk_intrekking(Verwijzingen(), EVENT, Gestopt(was_aangeboden=False))
    assert (staat, []) == verwerk_aanbod(staat, besloten(), answer)


def test_a_course_that_ended_goes_on_to_its_outcome() -> None:
    """Halt could not stop it: the afloop that is in the feed is taken in."""
    staat, events = verwerk_intrekking(aangeboden(), EVENT, TeLaat())
    assert ([], Stand.AANGEBODEN) == (events, staat.by_id[VERWIJZING].stand)
    staat, _ = verwerk_afloop(staat, AFLOOP)
    assert (staat, []) == verwerk_intrekking(staat, EVENT, None)


def test_a_refused_referral_needs_no_stop() -> None:
    """Halt does not have it."""
    staat, _ = verwerk_aanbod(Verwijzingen(), besloten(), Geweigerd("CRITERIA"))
    assert (staat, []) == verwerk_intrekking(staat, EVENT, Gestopt(was_aangeboden=True))


def test_an_afloop_after_a_stop_is_refused() -> None:
    """A human must look at what Halt did."""
    staat, _ = verwerk_intrekking(aangeboden(), EVENT, Gestopt(was_aangeboden=True))
    with pytest.raises(Ongeldig, match="gestopt") as fout:
        verwerk_afloop(staat, AFLOOP)
    assert "kenmerk" == fout.value.veld


def test_another_referral_of_the_same_jongere_is_not_touched() -> None:
    """Each has its own kenmerk."""
    ander = UUID(int=9)
    begin = aangeboden().met(ander, Verwijzing(ZAAK, Stand.AANGEBODEN))
    staat, _ = verwerk_intrekking(begin, EVENT, Gestopt(was_aangeboden=True))
    assert Stand.AANGEBODEN is staat.by_id[ander].stand
