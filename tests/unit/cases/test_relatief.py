"""Relatief verzuim: the legal bound of 16 hours, invitations, and how a first melding ends."""

from datetime import date
from typing import Any

import pytest

from tests.unit.cases.gevallen import RELATIEF, oordeel, uitkomsten


@pytest.mark.parametrize(
    ("anders", "bereikt"),
    [
        ({"ongeoorloofde_uren_4_lesweken": 15.99}, False),
        ({"ongeoorloofde_uren_4_lesweken": 16}, True),
        ({"ongeoorloofde_uren_4_lesweken": 16.0}, True),
        ({"ongeoorloofde_uren_4_lesweken": 16.01}, True),
        ({"ongeoorloofde_uren_4_lesweken": 24, "schorsing_uren_4_lesweken": 8}, True),
        ({"ongeoorloofde_uren_4_lesweken": 24, "schorsing_uren_4_lesweken": 8.5}, False),
        ({"ongeoorloofde_uren_4_lesweken": 14, "te_laat_uren_4_lesweken": 2}, True),
        ({"ongeoorloofde_uren_4_lesweken": 14, "te_laat_uren_4_lesweken": 1.9}, False),
        ({"ongeoorloofde_uren_per_lesweek": [4, 4, 4, 4]}, True),
        ({"ongeoorloofde_uren_per_lesweek": [5, 3, 3, 4, 5]}, False),
        ({"ongeoorloofde_uren_per_lesweek": [4, 4, None, None, 4, 4]}, True),
        ({"ongeoorloofde_uren_per_lesweek": [16]}, True),
        ({}, None),
    ],
)
def test_sixteen_hours_in_four_lesweken_reach_the_legal_bound(anders: dict[str, Any], bereikt: bool | None) -> None:
    """Exactly 16 counts, holiday weeks are skipped, suspension is not absence, and unknown hours decide nothing."""
    antwoord = oordeel(RELATIEF, duo_melding=..., **anders)
    assert bereikt == antwoord.classificatie.get("drempel_16_bereikt")
    assert (bereikt is True) == ("duo_melding_16_uur" in uitkomsten(antwoord))


@pytest.mark.parametrize(
    ("onderwijs", "eenheid", "minuten", "uren", "bereikt"),
    [
        ("po", "klokuur", ..., 16, True),
        ("po", "lesuur", 60, 16, True),
        ("po", "lesuur", 45, 21, False),
        ("po", "lesuur", 45, 22, True),
        ("so", "lesuur", 45, 21, False),
        ("po", "lesuur", ..., 30, None),
        ("vo", "lesuur", 45, 16, True),
        ("vo", "lesuur", ..., 15.9, False),
        ("mbo", "klokuur", ..., 16, True),
    ],
)
def test_the_unit_of_an_hour_depends_on_the_school(
    onderwijs: str, eenheid: str, minuten: Any, uren: float, bereikt: bool | None
) -> None:
    """Primary schools count clock hours: lesuren are converted, and not counted when their length is unknown."""
    antwoord = oordeel(
        RELATIEF,
        onderwijssoort=onderwijs,
        uren_eenheid=eenheid,
        lesduur_minuten=minuten,
        ongeoorloofde_uren_4_lesweken=uren,
    )
    assert bereikt == antwoord.classificatie.get("drempel_16_bereikt")


def test_the_melding_is_due_in_five_werkdagen() -> None:
    """Thursday 29 April 2021: 5 May is no werkdag, so the fifth is Friday 7 May."""
    antwoord = oordeel(
        RELATIEF,
        date(2021, 4, 29),
        duo_melding=...,
        ongeoorloofde_uren_4_lesweken=16,
        drempel_bereikt_op=date(2021, 4, 29),
    )
    assert date(2021, 5, 7) == antwoord.termijnen["duo_melding_uiterlijk"]
    assert {"duo_melding_16_uur": date(2021, 5, 7), "school_informeert_ouders_en_jongere": None} == {
        item.uitkomst: item.termijn for item in antwoord.taken
    }


@pytest.mark.parametrize(
    ("zonder_reactie", "verwacht"),
    [
        (..., "lpa_uitnodiging_1"),
        (0, "lpa_uitnodiging_1"),
        (1, "lpa_uitnodiging_2"),
        (2, "lpa_overleg_school_vervolg"),
        (3, "lpa_overleg_school_vervolg"),
    ],
)
def test_two_unanswered_invitations_lead_to_the_school(zonder_reactie: Any, verwacht: str) -> None:
    """No proces-verbaal follows from not showing up."""
    antwoord = oordeel(RELATIEF, uitnodigingen_zonder_reactie=zonder_reactie, verzuimoverzicht_ontvangen=True)
    assert {verwacht, "lpa_start_onderzoek"} == uitkomsten(antwoord)


@pytest.mark.parametrize(
    ("uren", "eerdere", "gewaarschuwd", "verwacht"),
    [
        (15.9, 0, None, {"brief_afspraken"}),
        (16, 0, None, {"officiele_waarschuwing"}),
        (16.1, 0, ..., {"officiele_waarschuwing"}),
        (16, 1, None, {"officiele_waarschuwing"}),
        (16, 1, ..., {"menselijke_routekeuze"}),
        (16, 1, date(2021, 1, 11), {"menselijke_routekeuze", "last_onder_dwangsom_mogelijk"}),
        (15.9, 1, None, {"menselijke_routekeuze"}),
    ],
)
def test_a_first_melding_ends_with_agreements_or_a_warning(
    uren: float, eerdere: int, gewaarschuwd: Any, verwacht: set[str]
) -> None:
    """Below 16 hours agreements, from 16 hours a warning; what goes on after that is for a human to route."""
    antwoord = oordeel(
        RELATIEF,
        oordeel="ongeoorloofd",
        ongeoorloofde_uren_4_lesweken=uren,
        eerdere_meldingen=eerdere,
        officiele_waarschuwing_datum=gewaarschuwd,
    )
    assert verwacht == uitkomsten(antwoord)


@pytest.mark.parametrize(
    ("aanwezig", "ontbreekt"),
    [
        (..., None),
        (["afspraken", "pv_mogelijk_bij_aanhouden", "dit_verzuim_wordt_meegenomen"], ()),
        (["afspraken", "pv_mogelijk_bij_aanhouden"], ("dit_verzuim_wordt_meegenomen",)),
        ([], ("pv_mogelijk_bij_aanhouden", "dit_verzuim_wordt_meegenomen", "afspraken")),
    ],
)
def test_a_warning_without_its_obligatory_parts_does_not_go_out(
    aanwezig: Any, ontbreekt: tuple[str, ...] | None
) -> None:
    """It would not count as an official warning afterwards."""
    antwoord = oordeel(
        RELATIEF,
        oordeel="ongeoorloofd",
        ongeoorloofde_uren_4_lesweken=16,
        eerdere_meldingen=0,
        brief_elementen_aanwezig=aanwezig,
    )
    assert ontbreekt == antwoord.classificatie.get("ontbrekende_brief_elementen")
    assert bool(ontbreekt) == ("brief_onvolledig" in antwoord.blokkades)
    assert bool(ontbreekt) != ("officiele_waarschuwing" in uitkomsten(antwoord))
