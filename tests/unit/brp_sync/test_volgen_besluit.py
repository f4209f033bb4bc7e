"""Whom to follow, and when to stop: the rules of the volgindicaties, as tables."""

from datetime import date, timedelta

import pytest

from services.brp_sync.model import ONBEKENDE, Opschorting, Persoon
from services.brp_sync.volgen.besluit import Gevolg, Stand, Volger, Wens, bepaal_wens, na_weigering, overgang
from tests.unit.brp_sync.voorbeelden import jongere

VANDAAG = date(2021, 3, 5)
REGIO = frozenset({"0171"})
A, B = Volger("duo"), Volger("beheer")
BUITEN = jongere(gemeente="0193")
JA, NEE = Wens(True, ""), Wens(False, "")


def tot(dag: int, naam: str = "duo") -> Volger:
    return Volger(naam, date(2021, 3, dag))


@pytest.mark.parametrize(
    ("persoon", "volgers", "volgen", "reden"),
    [
        (BUITEN, [A], True, "woont buiten de regio"),
        (BUITEN, [tot(15)], True, "woont buiten de regio"),
        (BUITEN, [tot(1), B], True, "woont buiten de regio"),
        (None, [A], True, "nog niet bekend bij de BRP"),
        (ONBEKENDE, [A], True, "nog niet bekend bij de BRP"),
        (BUITEN, [], False, "niemand volgt deze persoon nog"),
        (BUITEN, [tot(5)], False, "niemand volgt deze persoon nog"),
        (BUITEN, [tot(1), tot(5, "beheer")], False, "niemand volgt deze persoon nog"),
        (None, [tot(5)], False, "niemand volgt deze persoon nog"),
        (jongere(), [A, B], False, "ingeschreven in de regio"),
        (jongere(gemeente="0193", indicatie_geheim=7), [A], False, "heeft om geheimhouding gevraagd"),
        (
            jongere(gemeente="0193", indicatie_geheim=7, geheim_zonder_code=True),
            [A],
            True,
            "woont buiten de regio",
        ),
        (jongere(gemeente="0193", indicatie_geheim=6), [A], True, "woont buiten de regio"),
        (jongere(gemeente="0193", overlijdensdatum="20210301"), [A], False, "overleden"),
        (jongere(gemeente="0193", opschorting=Opschorting(reden="F")), [A], False, "de persoonslijst is afgevoerd"),
        (jongere(gemeente="1999", opschorting=Opschorting(reden="E")), [A], True, "woont buiten de regio"),
    ],
)
def test_who_is_to_be_followed(persoon: Persoon | None, volgers: list[Volger], volgen: bool, reden: str) -> None:
    assert bepaal_wens(persoon, volgers, REGIO, VANDAAG) == Wens(volgen, reden)


def test_whoever_is_another_person_by_now_is_not_followed() -> None:
    assert not bepaal_wens(BUITEN, [A], REGIO, VANDAAG, opgegaan=True).volgen


def test_whoever_the_supplier_of_stuf_tells_no_more_about_is_followed() -> None:
    """A V says nothing about a move; but from then on nobody tells us."""
    assert bepaal_wens(jongere(), [A], REGIO, VANDAAG, uit_beeld=True).volgen
    assert not bepaal_wens(jongere(), [tot(5)], REGIO, VANDAAG, uit_beeld=True).volgen
    overleden = jongere(overlijdensdatum="20210301")
    assert not bepaal_wens(overleden, [A], REGIO, VANDAAG, uit_beeld=True).volgen


def test_an_end_is_reached_on_its_day_and_no_sooner() -> None:
    dagen = [VANDAAG + timedelta(days=n) for n in range(-3, 4)]
    assert [tot(5).is_actief(dag) for dag in dagen] == [True, True, True, False, False, False, False]


@pytest.mark.parametrize(
    ("stand", "wens", "verzonden", "wordt"),
    [
        (None, JA, 0, Stand.GEVRAAGD),
        (Stand.VERWIJDERD, JA, 0, Stand.GEVRAAGD),
        (Stand.VERWIJDERING_GEVRAAGD, JA, 1, Stand.GEVRAAGD),
        (Stand.GEVRAAGD, JA, 1, None),
        (Stand.GEPLAATST, JA, 1, None),
        (Stand.GEWEIGERD, JA, 1, None),
        (None, NEE, 0, None),
        (Stand.GEPLAATST, NEE, 1, Stand.VERWIJDERING_GEVRAAGD),
        (Stand.GEVRAAGD, NEE, 1, Stand.VERWIJDERING_GEVRAAGD),
        (Stand.GEVRAAGD, NEE, 0, Stand.VERWIJDERD),
        (Stand.GEWEIGERD, NEE, 3, Stand.VERWIJDERD),
        (Stand.VERWIJDERING_GEVRAAGD, NEE, 1, None),
        (Stand.VERWIJDERD, NEE, 0, None),
    ],
)
def test_what_follows_from_a_wish(stand: Stand | None, wens: Wens, verzonden: int, wordt: Stand | None) -> None:
    """Asked once and taken back once; what was never sent is not taken back."""
    assert overgang(stand, wens, verzonden) == wordt


@pytest.mark.parametrize(
    ("stand", "soort", "foutreden", "gevolg"),
    [
        (Stand.GEVRAAGD, "Af01", "I", Gevolg(Stand.GEPLAATST)),
        (Stand.GEVRAAGD, "Af01", "G", Gevolg(Stand.GEWEIGERD, "r")),
        (Stand.GEVRAAGD, "Af01", "H", Gevolg(Stand.GEWEIGERD, "r")),
        (Stand.GEVRAAGD, "Af01", "B", Gevolg(Stand.GEVRAAGD, "r", opnieuw=True)),
        (Stand.VERWIJDERING_GEVRAAGD, "Af11", "I", Gevolg(Stand.VERWIJDERD)),
        (Stand.VERWIJDERING_GEVRAAGD, "Af11", "G", Gevolg(Stand.VERWIJDERD)),
        (Stand.VERWIJDERING_GEVRAAGD, "Af11", "V", Gevolg(Stand.VERWIJDERING_GEVRAAGD, "r", opnieuw=True)),
        (Stand.GEPLAATST, "Af01", "G", Gevolg(Stand.GEPLAATST, "r")),
        (Stand.GEVRAAGD, "Af11", "G", Gevolg(Stand.GEVRAAGD, "r")),
    ],
)
def test_what_a_refusal_makes_of_a_request(stand: Stand, soort: str, foutreden: str, gevolg: Gevolg) -> None:
    assert na_weigering(stand, soort, foutreden, "r") == gevolg
