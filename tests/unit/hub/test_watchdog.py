"""The arithmetic of what a stream must hold, and what is said about a stream that does not."""

import pytest

from hub.reconcile import Verschil
from hub.watchdog import damage, missing


@pytest.mark.parametrize(
    ("first_live", "published", "held", "erased", "lost"),
    [
        (1, 100, 100, 0, 0),
        (1, 100, 99, 0, 1),
        (1, 100, 101, 0, 0),
        (1, 100, 0, 0, 100),
        (1, 0, 0, 0, 0),
        (41, 100, 60, 0, 0),
        (41, 100, 59, 0, 1),
        (41, 100, 100, 0, 0),
        (41, 100, 55, 5, 0),
        (41, 100, 54, 5, 1),
        (101, 100, 0, 0, 0),
        (None, 100, 0, 0, 0),
        (None, 100, 30, 0, 0),
    ],
)
def test_a_stream_must_hold_every_published_event_that_is_not_too_old_or_erased(
    first_live: int | None, published: int, held: int, erased: int, lost: int
) -> None:
    """Below, at and above what it must hold; with a head that expired, with gaps by erasure, with all expired."""
    assert lost == missing(first_live, published, held, erased)


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Verschil("VERZUIM"), []),
        (Verschil("VERZUIM", bestaat=True, aanwezig=5, dubbel=2), []),
        (Verschil("VERZUIM", ontbrekend=[1, 2]), []),
        (
            Verschil("VERZUIM", bestaat=True, ontbrekend=[1, 2]),
            ["stream VERZUIM mist 2 gebeurtenissen: voer `schakel rebuild` uit"],
        ),
        (
            Verschil("VERZUIM", bestaat=True, onbekend=[9], beschadigd=[7, 8]),
            ["stream VERZUIM bevat 3 berichten die anders of niet in de outbox staan: zoek uit wie daar publiceert"],
        ),
    ],
)
def test_what_an_inspection_found_is_said_with_what_to_do(found: Verschil, said: list[str]) -> None:
    """Copies are no damage; a stream that does not exist is reported as such elsewhere."""
    assert said == damage(found)


@pytest.mark.parametrize(
    ("found", "good"),
    [
        (Verschil("VERZUIM", bestaat=True), True),
        (Verschil("VERZUIM", bestaat=True, dubbel=1), True),
        (Verschil("VERZUIM"), False),
        (Verschil("VERZUIM", bestaat=True, ontbrekend=[1]), False),
        (Verschil("VERZUIM", bestaat=True, onbekend=[1]), False),
        (Verschil("VERZUIM", bestaat=True, beschadigd=[1]), False),
    ],
)
def test_a_comparison_is_in_order_when_nothing_is_missing_or_strange(found: Verschil, good: bool) -> None:
    """Each kind of difference by itself is enough."""
    assert good == found.in_orde
