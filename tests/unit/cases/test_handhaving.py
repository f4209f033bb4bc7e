"""Halt and proces-verbaal: volumes, ages and permissions at, just below and just above their bounds."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.unit.cases.gevallen import HALT, MAANDAG, PROCES_VERBAAL, TE_LAAT, oordeel, uitkomsten


@pytest.mark.parametrize(
    ("uren", "keer", "kan"),
    [
        (8.9, 0, False),
        (9, 0, True),
        (9.1, 0, True),
        (0, 11, False),
        (0, 12, True),
        (0, 13, True),
        (60, 0, True),
        (60.1, 0, False),
        (0, 60, True),
        (0, 61, False),
        (60, 60, True),
        (20, 61, False),
        (61, 20, False),
        (9, ..., True),
        (..., 12, True),
        (8.9, ..., False),
    ],
)
def test_halt_takes_nine_to_sixty_hours_or_twelve_to_sixty_times(uren: Any, keer: Any, kan: bool) -> None:
    """Both ends are included, one of the two is enough to start, and neither may be exceeded."""
    antwoord = oordeel(HALT, ongeoorloofde_uren_traject=uren, aantal_te_laat=keer)
    assert kan == ("halt_verwijzing" in uitkomsten(antwoord))
    assert kan != bool({"halt_omvang_te_klein", "halt_omvang_te_groot"} & set(antwoord.blokkades))


@pytest.mark.parametrize(
    ("geboren", "ouders", "kan", "blokkade"),
    [
        (date(2009, 3, 16), True, False, "leeftijd_onder_12"),
        (date(2009, 3, 15), True, True, None),
        (date(2005, 3, 16), True, True, None),
        (date(2005, 3, 16), False, False, "halt_toestemming_ouders_ontbreekt"),
        (date(2005, 3, 16), ..., False, "halt_toestemming_ouders_ontbreekt"),
        (date(2005, 3, 15), False, True, None),
        (date(2005, 3, 15), ..., True, None),
        (date(2003, 3, 16), True, True, None),
        (date(2003, 3, 15), True, False, "leeftijd_18_plus"),
        (..., True, False, None),
    ],
)
def test_halt_is_for_twelve_to_eighteen_and_parents_count_to_sixteen(
    geboren: Any, ouders: Any, kan: bool, blokkade: str | None
) -> None:
    """Age is judged on the birthday itself; without a known age there is no Halt."""
    antwoord = oordeel(HALT, geboortedatum=geboren, toestemming_ouders_halt=ouders)
    assert kan == ("halt_verwijzing" in uitkomsten(antwoord))
    if blokkade:
        assert blokkade in antwoord.blokkades


@pytest.mark.parametrize(
    ("feit", "blokkade"),
    [
        ("toestemming_jongere_halt", "halt_toestemming_jongere_ontbreekt"),
        ("toestemming_ouders_halt", "halt_toestemming_ouders_ontbreekt"),
        ("lpa_is_boa", "geen_boa"),
        ("school_maatregelen_ouders_geinformeerd", "school_voorwaarden_halt"),
        ("duo_melding", "geen_duo_melding"),
    ],
)
def test_a_permission_that_is_not_known_is_missing(feit: str, blokkade: str) -> None:
    """Consent, authority and legal ground must be known; unknown and refused hold Halt back alike."""
    assert "halt_verwijzing" in uitkomsten(oordeel(HALT))
    for waarde in (False, ...):
        antwoord = oordeel(HALT, **{feit: waarde})
        assert "halt_verwijzing" not in uitkomsten(antwoord)
        assert blokkade in antwoord.blokkades


@pytest.mark.parametrize(
    ("anders", "blokkade"),
    [
        ({"eerder_halt": ...}, None),
        ({"eerder_halt": "ander_feit"}, None),
        ({"eerder_halt": "leerplicht"}, "eerder_halt_leerplicht"),
        ({"halt_status": "negatief"}, "eerder_halt_leerplicht"),
        ({"contra_motivatie": False}, None),
        ({"contra_motivatie": True}, "contra_indicatie"),
        ({"contra_problematiek_zonder_hulp": True}, "contra_indicatie"),
        ({"contra_problematiek_zonder_hulp": True, "toereikende_hulp": True}, None),
        ({"verwijtbaar": "beiden"}, None),
        ({"verwijtbaar": "ouder"}, "niet_verwijtbaar_jongere"),
        ({"verwijtbaar": ...}, "niet_verwijtbaar_jongere"),
    ],
)
def test_an_exception_counts_only_when_it_is_known(anders: dict[str, Any], blokkade: str | None) -> None:
    """Earlier Halt and contra-indications hold back when known; blame on the jongere must be known."""
    antwoord = oordeel(HALT, **anders)
    assert (blokkade is None) == ("halt_verwijzing" in uitkomsten(antwoord))
    if blokkade:
        assert blokkade in antwoord.blokkades


@pytest.mark.parametrize(
    ("geboren", "vlag"),
    [
        (date(2003, 4, 13), False),
        (date(2003, 4, 12), True),
        (date(2003, 3, 16), True),
        (date(2003, 3, 15), False),
    ],
)
def test_a_jongere_who_turns_eighteen_within_four_weeks_is_flagged(geboren: date, vlag: bool) -> None:
    """Halt must have started before the birthday."""
    assert vlag == ("meerderjarig_binnenkort" in oordeel(HALT, geboortedatum=geboren).vlaggen)


@pytest.mark.parametrize(
    ("gewaarschuwd", "verwacht"),
    [
        (date(2021, 1, 11), "proces_verbaal"),
        (date(2020, 8, 1), "proces_verbaal"),
        (MAANDAG, "proces_verbaal"),
        (date(2020, 7, 31), "proces_verbaal_beoordelen"),
        (MAANDAG + timedelta(days=1), None),
        (None, None),
        (..., None),
    ],
)
def test_proces_verbaal_needs_a_warning_in_the_same_schooljaar(gewaarschuwd: Any, verwacht: str | None) -> None:
    """An older warning is for a human to weigh; without one the gate stays shut."""
    antwoord = oordeel(PROCES_VERBAAL, officiele_waarschuwing_datum=gewaarschuwd)
    gevonden = uitkomsten(antwoord) & {"proces_verbaal", "proces_verbaal_beoordelen"}
    assert ({verwacht} if verwacht else set()) == gevonden
    assert (verwacht != "proces_verbaal") == ("geen_officiele_waarschuwing" in antwoord.blokkades)


@pytest.mark.parametrize(
    ("anders", "blokkade"),
    [
        ({"ongeoorloofde_uren_4_lesweken": 15.9, "eerdere_meldingen": 0}, "om_vervolgt_niet_onder_16_uur"),
        ({"lpa_is_boa": False}, "geen_boa"),
        ({"lpa_is_boa": ...}, "geen_boa"),
        ({"opvoedingsproblemen": True}, "contra_indicatie"),
        ({"achterliggende_problematiek": True}, "contra_indicatie"),
        ({"geboortedatum": date(2009, 3, 16)}, "leeftijd_onder_12"),
        ({"geboortedatum": date(2003, 3, 15)}, "leeftijd_18_plus"),
        (
            {"geboortedatum": date(2003, 8, 1), "startkwalificatie": True, "op": date(2021, 8, 2)},
            "startkwalificatie_behaald",
        ),
        ({"duo_melding": ...}, "geen_duo_melding"),
    ],
)
def test_every_gate_holds_proces_verbaal_back(anders: dict[str, Any], blokkade: str) -> None:
    """One shut gate is enough, and it says which."""
    anders = dict(anders)
    op = anders.pop("op", MAANDAG)
    antwoord = oordeel(PROCES_VERBAAL, op, **anders)
    assert "proces_verbaal" not in uitkomsten(antwoord)
    assert blokkade in antwoord.blokkades


@pytest.mark.parametrize(("uren", "verwacht"), [(60, False), (60.1, True)])
def test_up_to_sixty_hours_halt_goes_before_proces_verbaal(uren: float, verwacht: bool) -> None:
    """Above it Halt is no longer an alternative."""
    assert verwacht == ("proces_verbaal" in uitkomsten(oordeel(PROCES_VERBAAL, ongeoorloofde_uren_traject=uren)))


def test_heavier_grounds_are_reported_first() -> None:
    """Privacy before age, age before statute, statute before protocol."""
    antwoord = oordeel(
        HALT,
        toestemming_jongere_halt=False,
        geboortedatum=date(2009, 3, 16),
        lpa_is_boa=False,
        ongeoorloofde_uren_traject=61,
    )
    volgorde = ["halt_toestemming_jongere_ontbreekt", "leeftijd_onder_12", "geen_boa", "halt_omvang_te_groot"]
    assert volgorde == [blokkade for blokkade in antwoord.blokkades if blokkade in volgorde]


def test_from_eighteen_guidance_is_what_is_left() -> None:
    """There is nothing to enforce; coaching is voluntary and addressed to the student."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=13, geboortedatum=date(2003, 3, 15))
    assert {v.uitkomst: v.adressaten for v in antwoord.voorstellen} == {"rmc_begeleiding": ("jongere",)}
    assert "leeftijd_18_plus" in antwoord.blokkades
