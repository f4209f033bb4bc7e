"""When processing of a dossier ends (CONV-5.5): a day before, on the day, and what begins it anew."""

from datetime import date

import pytest

from services.cases.sluiting import Aanleiding, Dossierstand, Einde, einde

REGIO = {"1924", "0171"}
GESLOTEN = Dossierstand(False, date(2026, 3, 2), "1924", None, date(2026, 1, 5))


@pytest.mark.parametrize(("vandaag", "klaar"), [(date(2027, 3, 1), False), (date(2027, 3, 2), True)])
def test_a_year_of_participation(vandaag: date, klaar: bool) -> None:
    """Counted from the closing of the last zaak, for the inschrijving ran already."""
    expected = Einde(Aanleiding.DEELNAME, date(2027, 3, 2)) if klaar else None
    assert expected == einde(GESLOTEN, REGIO, vandaag)


def test_a_later_inschrijving_counts_from_its_own_day() -> None:
    """A new school after the zaak was closed."""
    stand = Dossierstand(False, date(2026, 3, 2), "1924", None, date(2026, 5, 4))
    assert einde(stand, REGIO, date(2027, 5, 3)) is None
    assert Einde(Aanleiding.DEELNAME, date(2027, 5, 4)) == einde(stand, REGIO, date(2027, 5, 4))


@pytest.mark.parametrize(
    ("gemeente", "uit", "ingeschreven", "geeindigd"),
    [
        ("1924", None, None, False),
        ("0518", None, None, True),
        (None, None, None, False),
        (None, "vertrokken", None, True),
        ("0518", None, date(2026, 3, 2), False),
        (None, "vertrokken", date(2026, 3, 2), False),
    ],
)
def test_both_residence_and_inschrijving_must_be_gone(
    gemeente: str | None, uit: str | None, ingeschreven: date | None, geeindigd: bool
) -> None:
    """CONV-5.5b: moving away alone is not enough; somebody of whom nothing is known has not gone."""
    stand = Dossierstand(False, date(2026, 3, 2), gemeente, uit, ingeschreven)
    expected = Einde(Aanleiding.VERTROKKEN, date(2026, 3, 2)) if geeindigd else None
    assert expected == einde(stand, REGIO, date(2026, 6, 1))


def test_death_ends_it_at_once_and_an_open_zaak_never() -> None:
    """CONV-5.5c."""
    assert Einde(Aanleiding.OVERLEDEN, date(2026, 3, 2)) == einde(
        Dossierstand(False, date(2026, 3, 2), "1924", "overleden", date(2026, 1, 5)), REGIO, date(2026, 3, 2)
    )
    assert einde(Dossierstand(True, date(2020, 3, 2), "0518", "overleden"), REGIO, date(2026, 3, 2)) is None
