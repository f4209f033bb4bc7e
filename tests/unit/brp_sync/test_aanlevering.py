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
OWN = "100000009"
BSN_DERDE = "999949536"
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
    assert ({BSN, BSN_ANDER}, {A, A_ANDER}, set()) == nummers([hernummer])
    assert ({BSN}, {A}, {OWN}) == nummers([Aanlevering(sleutel(), Registreer(jongere(onderwijsnummer=OWN)), "")])


def test_bsn_goes_before_a_nummer() -> None:
    """And the A-nummer finds a person when there is no BSN."""
    bekend = Bekend({BSN: BEKENDE}, {A: {UUID(int=101)}})
    toewijzing = wijs_toe([wijziging(BSN, A), wijziging(a_nummer=A)], bekend, ids())
    # the first item told that the A-nummer is on both: from then on it does not say who is meant
    assert BEKENDE == toewijzing.wie[0]
    assert [] == toewijzing.nieuw
    toewijzing = wijs_toe([wijziging(a_nummer=A)], Bekend({}, {A: {BEKENDE}}), ids())
    assert [BEKENDE] == toewijzing.wie


def test_whoever_is_made_by_one_item_is_found_by_the_next() -> None:
    """Registered by BSN and A-nummer, then changed by A-nummer only, then by BSN only."""
    eerste = Aanlevering(sleutel(BSN), Registreer(jongere()), "")
    toewijzing = wijs_toe([eerste, wijziging(a_nummer=A), wijziging(BSN)], Bekend(), ids())
    assert [UUID(int=1)] * 3 == toewijzing.wie
    ((jongere_id, wie, gemeente),) = [(n.jongere_id, n.sleutel, n.gemeente) for n in toewijzing.nieuw]
    assert (UUID(int=1), sleutel(BSN, A), "0171") == (jongere_id, wie, gemeente)


def test_a_new_number_is_followed_along_the_list() -> None:
    """After a Wa11 the next mutation names the new A-nummer."""
    hernummer = Aanlevering(sleutel(a_nummer=A), Hernummer(a_nummer=SecretStr(A_ANDER)), "")
    toewijzing = wijs_toe([hernummer, wijziging(a_nummer=A_ANDER)], Bekend({}, {A: {BEKENDE}}), ids())
    assert [BEKENDE, BEKENDE] == toewijzing.wie


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
    toewijzing = wijs_toe([item], Bekend(), ids())
    (toegewezen,) = toewijzing.wie
    assert isinstance(toegewezen, Ongeldig)
    assert veld == toegewezen.veld
    assert [] == toewijzing.nieuw


def test_an_a_nummer_on_two_people_says_nothing() -> None:
    """The item is refused, with the reason."""
    toewijzing = wijs_toe([wijziging(a_nummer=A)], Bekend({}, {A: {BEKENDE, UUID(int=101)}}), ids())
    (toegewezen,) = toewijzing.wie
    assert isinstance(toegewezen, Ongeldig)
    assert "meer dan een persoon" in toegewezen.reden


def test_a_bsn_of_somebody_else_means_that_they_are_one_person() -> None:
    """The list stops there until they are merged; what came before it goes on."""
    gelijk = Aanlevering(sleutel(BSN), Hernummer(Bsn(BSN_ANDER)), "")
    bekend = Bekend({BSN: BEKENDE, BSN_ANDER: UUID(int=101)}, {})
    toewijzing = wijs_toe([wijziging(BSN), gelijk, wijziging(BSN_ANDER)], bekend, ids())
    assert [BEKENDE] == toewijzing.wie
    assert (BEKENDE, UUID(int=101)) == toewijzing.samen


def test_the_number_of_before_goes_before_the_number_of_after() -> None:
    """A Gv01 with one person's A-nummer in its header and another one's BSN in 01.01.20 is about the first."""
    bekend = Bekend({BSN: BEKENDE}, {A_ANDER: {UUID(int=101)}})
    toewijzing = wijs_toe([krijgt(sleutel(None, A_ANDER), bsn=BSN)], bekend, ids())
    assert [] == toewijzing.wie
    assert (UUID(int=101), BEKENDE) == toewijzing.samen


def krijgt(wie: Sleutel, **nummers: str) -> Aanlevering:
    """A mutation that gives somebody other numbers."""
    return Aanlevering(wie, Wijzig(PersoonWijziging(**nummers)), "regel 1")


@pytest.mark.parametrize(
    ("verandert", "daarna"),
    [
        (krijgt(sleutel(BSN, A), bsn=BSN_ANDER), wijziging(BSN)),
        (krijgt(sleutel(None, A), bsn=BSN_ANDER), wijziging(BSN)),
        (krijgt(sleutel(BSN, A), bsn=BSN_ANDER), krijgt(sleutel(BSN_DERDE), bsn=BSN)),
        (krijgt(sleutel(BSN, A), a_nummer=A_ANDER), wijziging(a_nummer=A)),
        (krijgt(sleutel(BSN), a_nummer=A_ANDER), wijziging(a_nummer=A)),
    ],
)
def test_a_number_that_was_given_up_is_looked_up_again(verandert: Aanlevering, daarna: Aanlevering) -> None:
    """Who has it then is not known here; nothing is said of the item that names it, nor of what comes after."""
    bekend = Bekend({BSN: BEKENDE, BSN_DERDE: UUID(int=102)}, {A: {BEKENDE}})
    nieuw = Aanlevering(verandert.nieuwe_sleutel, Wijzig(PersoonWijziging(voornamen="Noor")), "regel 2")
    toewijzing = wijs_toe([verandert, nieuw, daarna, nieuw], bekend, ids(), getoetst=True)
    assert [BEKENDE, BEKENDE] == toewijzing.wie
    assert toewijzing.samen is None
    assert [] == toewijzing.nieuw
