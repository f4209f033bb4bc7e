"""The ladder for te laat komen: every step at, just below and just above its count."""

from datetime import date
from typing import Any

import pytest

from tests.unit.cases.gevallen import LADDER, TE_LAAT, oordeel, uitkomsten


@pytest.mark.parametrize(
    ("aantal", "stap", "verwacht"),
    [
        (0, 0, set()),
        (2, 0, set()),
        (3, 3, {"school_gesprek_jongere"}),
        (4, 3, {"school_gesprek_jongere"}),
        (5, 3, {"school_gesprek_jongere"}),
        (6, 6, {"school_waarschuwt_duo_melding_te_laat"}),
        (8, 6, {"school_waarschuwt_duo_melding_te_laat"}),
        (9, 9, {"magister_bericht_ouders", "gele_kaart"}),
        (11, 9, {"magister_bericht_ouders", "gele_kaart"}),
        (12, 12, {"lpa_uitnodiging_gesprek"}),
        (13, 13, {"halt_gesprek_uitnodiging"}),
        (60, 13, {"halt_gesprek_uitnodiging"}),
        (61, 13, {"menselijke_routekeuze"}),
    ],
)
def test_each_step_of_the_ladder_has_its_own_outcome(aantal: int, stap: int, verwacht: set[str]) -> None:
    """The highest step reached speaks alone, and above 60 times Halt is out of reach."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=aantal)
    assert (stap, verwacht) == (antwoord.classificatie["te_laat_stap"], uitkomsten(antwoord))


@pytest.mark.parametrize("stap", LADDER[1:])
def test_a_step_that_was_taken_is_not_taken_again(stap: int) -> None:
    """One step fires once in a schooljaar."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=stap, vorige_stap_te_laat=stap)
    assert uitkomsten(antwoord) == set()


@pytest.mark.parametrize("aantal", [9, 12, 13])
def test_without_a_melding_the_school_reports_and_leerplicht_waits(aantal: int) -> None:
    """No DUO-melding, no zaak: what leerplicht would do is held back, and the reason is given."""
    for melding in (False, ...):
        antwoord = oordeel(TE_LAAT, aantal_te_laat=aantal, duo_melding=melding)
        assert "duo_melding_te_laat" in uitkomsten(antwoord)
        assert {item.actor for item in (*antwoord.taken, *antwoord.voorstellen)} == {"school"}
        assert "geen_duo_melding" in antwoord.blokkades


@pytest.mark.parametrize(
    ("vorige", "aantal", "overgeslagen"),
    [(9, 12, None), (6, 12, (9,)), (3, 12, (6, 9)), (0, 13, (3, 6, 9, 12)), (12, 13, None)],
)
def test_skipped_steps_are_shown_to_a_human(vorige: int, aantal: int, overgeslagen: tuple[int, ...] | None) -> None:
    """A late registration can jump; the highest step goes on and the gap is flagged."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=aantal, vorige_stap_te_laat=vorige)
    assert overgeslagen == antwoord.classificatie.get("overgeslagen")
    assert (overgeslagen is not None) == ("overgeslagen_stappen" in antwoord.vlaggen)


@pytest.mark.parametrize(
    ("geboren", "uitkomst", "wie"),
    [
        (date(2009, 3, 16), "school_gesprek_ouders", ("ouders",)),
        (date(2009, 3, 15), "school_gesprek_jongere", ("jongere",)),
        (date(2009, 3, 14), "school_gesprek_jongere", ("jongere",)),
    ],
)
def test_from_twelve_the_school_talks_with_the_jongere(geboren: date, uitkomst: str, wie: tuple[str, ...]) -> None:
    """On the twelfth birthday the conversation moves from the parents to the pupil."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=3, geboortedatum=geboren)
    assert [(uitkomst, wie)] == [(item.uitkomst, item.adressaten) for item in antwoord.taken]


@pytest.mark.parametrize(
    ("aantal", "geboren", "wie"),
    [
        (6, date(2003, 3, 16), ("ouders",)),
        (6, date(2003, 3, 15), ("jongere",)),
        (12, date(2005, 3, 16), ("ouders", "jongere")),
        (12, date(2005, 3, 15), ("jongere",)),
        (13, date(2005, 3, 16), ("ouders", "jongere")),
        (13, date(2005, 3, 15), ("jongere",)),
    ],
)
def test_who_is_addressed_changes_at_sixteen_and_eighteen(aantal: int, geboren: date, wie: tuple[str, ...]) -> None:
    """Parents are invited along below 16; from 18 the school writes to the student."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=aantal, geboortedatum=geboren)
    assert {wie} == {item.adressaten for item in (*antwoord.taken, *antwoord.voorstellen)}


@pytest.mark.parametrize(
    ("oorzaak", "verwacht"),
    [
        (..., set()),
        ("problematiek", {"hulpaanbod"}),
        ("zelfdiscipline", {"waarschuwing_halt_gevolgen"}),
    ],
)
def test_the_cause_decides_what_twelve_times_leads_to(oorzaak: Any, verwacht: set[str]) -> None:
    """Help or a warning for Halt, and neither when nobody has judged the cause; Halt itself never."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=12, oorzaak_te_laat=oorzaak)
    assert verwacht | {"lpa_uitnodiging_gesprek"} == uitkomsten(antwoord)
    assert "halt_toelaatbaar_route_3b" in antwoord.vlaggen


@pytest.mark.parametrize(
    ("op", "uren", "uitkomst", "blokkade"),
    [
        (date(2021, 7, 30), 16, "jeugdreclassering_vrijwillig", None),
        (date(2021, 7, 31), 16, "jeugdreclassering_vrijwillig", None),
        (date(2021, 8, 1), 16, "pv_tegen_jongere", "pilot_niet_geldig"),
        (date(2021, 7, 31), 15.9, "pv_tegen_jongere", "pilot_uren_te_laag"),
        (date(2021, 7, 31), ..., "menselijke_routekeuze", None),
    ],
)
def test_after_halt_the_pilot_goes_before_proces_verbaal(
    op: date, uren: Any, uitkomst: str, blokkade: str | None
) -> None:
    """The pilot runs to 31 July 2021 and from 16 hours a month; a PV needs to be sure that it does not apply."""
    anders = {"aantal_te_laat": 13, "eerder_halt": "leerplicht", "verwijtbaar": "jongere", "lpa_is_boa": True}
    antwoord = oordeel(TE_LAAT, op, **anders, ongeoorloofde_uren_per_maand=uren, officiele_waarschuwing_datum=op)
    assert {uitkomst} | ({"proces_verbaal"} if blokkade else set()) == uitkomsten(antwoord)
    assert "eerder_halt_leerplicht" in antwoord.blokkades
    assert ({blokkade} if blokkade else set()) == {"pilot_niet_geldig", "pilot_uren_te_laag"} & set(antwoord.blokkades)
