"""A letter whose besluit was withdrawn: not made, or made and then said so; told once."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from contracts.events.brieven import BriefVervallen
from contracts.events.zaken import BriefIngetrokken
from hub.messages import Message
from services.letters.decisions import INGETROKKEN, Briefwisseling, Gemaakt, Vervallen, registreer, trek_in
from services.letters.handlers import on_brief_ingetrokken
from tests.unit.letters.test_decisions import BRIEF, ZAAK, aanvraag, gemaakt

JONGERE, NU = UUID(int=7), datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
EVENT = BriefIngetrokken(zaak_id=ZAAK, brief_id=BRIEF, briefsoort="gele_kaart")


def vervallen(*, was_opgemaakt: bool) -> BriefVervallen:
    """What is told."""
    return BriefVervallen(
        zaak_id=ZAAK, brief_id=BRIEF, briefsoort="gele_kaart", reden=INGETROKKEN, was_opgemaakt=was_opgemaakt
    )


def test_a_letter_that_was_not_made_is_never_made() -> None:
    """Also when its request is released later: whatever was rendered does not count."""
    staat, events = trek_in(Briefwisseling(), EVENT, gemaakt=False)
    assert [vervallen(was_opgemaakt=False)] == events
    staat, events = registreer(staat, aanvraag(), [gemaakt()])
    assert ((), [vervallen(was_opgemaakt=False)]) == (staat.nieuw, events)


@pytest.mark.parametrize(
    "staat",
    [Briefwisseling(nieuw=(gemaakt(),)), Briefwisseling(gemaakt=frozenset({BRIEF}))],
    ids=["just now", "before"],
)
def test_a_letter_that_was_made_is_said_to_have_been(staat: Briefwisseling) -> None:
    """Somebody must write to whoever got it; the letters themselves stay."""
    na, events = trek_in(staat, EVENT, gemaakt=False)
    assert ([vervallen(was_opgemaakt=True)], staat.nieuw) == (events, na.nieuw)
    assert (na, []) == trek_in(na, EVENT, gemaakt=True)


def test_a_letter_that_was_made_under_an_earlier_number_is_said_to_have_been() -> None:
    """Two numbers turned out to be one jongere: the letter stands under the one, the withdrawal under the other."""
    message = Message(JONGERE, "1924", EVENT, prepared=True)
    assert [vervallen(was_opgemaakt=True)] == list(on_brief_ingetrokken(Briefwisseling(), message, NU).events)
    message = Message(JONGERE, "1924", EVENT, prepared=False)
    assert [vervallen(was_opgemaakt=False)] == list(on_brief_ingetrokken(Briefwisseling(), message, NU).events)


def test_a_request_that_found_out_itself_is_told_once() -> None:
    """`cases` said so when the letter was about to be made; the word of the withdrawal comes behind it."""
    staat, events = registreer(Briefwisseling(), aanvraag(), Vervallen(INGETROKKEN))
    assert [vervallen(was_opgemaakt=False)] == events
    assert (staat, []) == trek_in(staat, EVENT, gemaakt=False)


def test_another_letter_is_not_touched() -> None:
    """Each has its own number."""
    ander = BriefIngetrokken(zaak_id=ZAAK, brief_id=ZAAK, briefsoort="gele_kaart")
    staat, _ = trek_in(Briefwisseling(), ander, gemaakt=False)
    een: Gemaakt = gemaakt()
    assert (een,) == registreer(staat, aanvraag(), [een])[0].nieuw
