"""Who each item of a delivery is about."""

from collections.abc import Callable
from itertools import count
from uuid import UUID

import pytest
from pydantic import SecretStr

from hub.errors import Ongeldig
from hub.privacy import Bsn
from services.brp_sync.aanlevering import Aanlevering, Bekend, Sleutel, nummers, wijs_toe
from services.brp_sync.decisions import Hernummer, Registreer, VoerAf, Wijzig
from services.brp_sync.model import PersoonWijziging
from tests.unit.brp_sync.voorbeelden import jongere

BSN, BSN_ANDER, A, A_ANDER = "999949512", "999949524", "1000000007", "1000000018"
BEKENDE = UUID(int=100)


def ids() -> Callable[[], UUID]:
    """Gives out 1, 2, 3 …"""
    numbers = count(1)
    return lambda: UUID(int=next(numbers))


def sleutel(bsn: str | None = None, a_nummer: str | None = None) -> Sleutel:
    """How a source names somebody."""
    return Sleutel(SecretStr(bsn) if bsn else None, SecretStr(a_nummer) if a_nummer else None)


def wijziging(bsn: str | None = None, a_nummer: str | None = None, **velden: object) -> Aanlevering:
    """A mutation of somebody named so."""
    return Aanlevering(sleutel(bsn, a_nummer), Wijzig(PersoonWijziging(**velden)), "regel 1")


def test_numbers_before_and_after_are_looked_up() -> None:
    """A correction of a number names two."""
    hernummer = Aanlevering(sleutel(BSN, A), Hernummer(Bsn(BSN_ANDER), SecretStr(A_ANDER)), "")
    assert ({BSN, BSN_ANDER}, {A, A_ANDER}) == nummers([hernummer])
    assert ({BSN}, {A}) == nummers([Aanlevering(sleutel(), Registreer(jongere()), "")])


def test_bsn_goes_before_a_nummer() -> None:
    """And the A-nummer finds a person when there is no BSN."""
    bekend = Bekend({BSN: BEKENDE}, {A: {UUID(int=101)}})
    toegewezen, nieuw = wijs_toe([wijziging(BSN, A), wijziging(a_nummer=A)], bekend, ids())
    # the first item told that the A-nummer is on both: from then on it does not say who is meant
    assert BEKENDE == toegewezen[0]
    assert [] == nieuw
    toegewezen, _ = wijs_toe([wijziging(a_nummer=A)], Bekend({}, {A: {BEKENDE}}), ids())
    assert [BEKENDE] == toegewezen


def test_whoever_is_made_by_one_item_is_found_by_the_next() -> None:
    """Registered by BSN and A-nummer, then changed by A-nummer only, then by BSN only."""
    eerste = Aanlevering(sleutel(BSN), Registreer(jongere()), "")
    toegewezen, nieuw = wijs_toe([eerste, wijziging(a_nummer=A), wijziging(BSN)], Bekend(), ids())
    assert [UUID(int=1)] * 3 == toegewezen
    ((jongere_id, wie, gemeente),) = [(n.jongere_id, n.sleutel, n.gemeente) for n in nieuw]
    assert (UUID(int=1), sleutel(BSN, A), "0171") == (jongere_id, wie, gemeente)


def test_a_new_number_is_followed_along_the_list() -> None:
    """After a Wa11 the next mutation names the new A-nummer."""
    hernummer = Aanlevering(sleutel(a_nummer=A), Hernummer(a_nummer=SecretStr(A_ANDER)), "")
    toegewezen, _ = wijs_toe([hernummer, wijziging(a_nummer=A_ANDER)], Bekend({}, {A: {BEKENDE}}), ids())
    assert [BEKENDE, BEKENDE] == toegewezen


@pytest.mark.parametrize(
    ("item", "veld"),
    [
        (wijziging(), "bsn"),
        (wijziging(a_nummer=A), "a_nummer"),
        (Aanlevering(sleutel(BSN), VoerAf(), ""), "bsn"),
        (Aanlevering(sleutel(a_nummer=A), VoerAf(), ""), "a_nummer"),
        (Aanlevering(sleutel(BSN), Hernummer(Bsn(BSN_ANDER)), ""), "bsn"),
    ],
)
def test_nobody_is_made_without_need(item: Aanlevering, veld: str) -> None:
    """Only a person with a BSN of whom something is told."""
    (toegewezen,), nieuw = wijs_toe([item], Bekend(), ids())
    assert isinstance(toegewezen, Ongeldig)
    assert veld == toegewezen.veld
    assert [] == nieuw


def test_an_a_nummer_on_two_people_says_nothing() -> None:
    """The item is refused, with the reason."""
    (toegewezen,), _ = wijs_toe([wijziging(a_nummer=A)], Bekend({}, {A: {BEKENDE, UUID(int=101)}}), ids())
    assert isinstance(toegewezen, Ongeldig)
    assert "meer dan een persoon" in toegewezen.reden
