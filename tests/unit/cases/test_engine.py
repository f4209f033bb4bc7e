"""The answer of the engine: its shape, its explanation, and what must hold for any facts."""

from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hub.calendar import leeftijd, schooljaar
from services.cases.engine import beoordeel
from services.cases.feiten import Feitdefinitie
from tests.unit.cases.gevallen import (
    HALT,
    LADDER,
    MAANDAG,
    PROCES_VERBAAL,
    RELATIEF,
    TE_LAAT,
    VEERTIEN,
    boek,
    oordeel,
    uitkomsten,
)


def test_an_answer_can_be_printed_as_json_types() -> None:
    """Dates become ISO text, tuples become lists, and every key of the contract is there."""
    antwoord = oordeel(
        RELATIEF, duo_melding=..., ongeoorloofde_uren_4_lesweken=16, drempel_bereikt_op=MAANDAG
    ).als_dict()
    sleutels = {"classificatie", "taken", "voorstellen", "mens_beslist", "blokkades", "termijnen", "vlaggen", "uitleg"}
    assert sleutels == set(antwoord)
    assert antwoord["taken"][0] == {
        "uitkomst": "duo_melding_16_uur",
        "actor": "school",
        "adressaten": [],
        "termijn": "2021-03-22",
    }
    assert antwoord["classificatie"]["brief_adressaten"] == ["ouders", "jongere"]
    assert set(antwoord["uitleg"][0]) == {"regel", "bron", "feiten", "waarom", "voor"}


def test_an_explanation_is_a_sentence_with_the_facts_filled_in() -> None:
    """It names rule, source, facts and values, and never the birth date."""
    antwoord = oordeel(TE_LAAT, aantal_te_laat=4)
    uitleg = next(regel for regel in antwoord.uitleg if "school_gesprek_jongere" in regel.voor)
    assert uitleg.regel == "GO-LAAT-3"
    assert uitleg.bron == "Verzuimprotocol Goeree-Overflakkee, § 5.5, tabel te laat komen, 3 keer"
    assert uitleg.feiten == ("te_laat_stap", "leeftijd", "vorige_stap_te_laat")
    assert uitleg.waarom == "Na 4 keer te laat spreekt de school met de jongere, want die is 14."
    assert not any("2007" in regel.waarom for regel in antwoord.uitleg)


def test_the_day_asked_about_counts_and_not_the_one_among_the_facts() -> None:
    """What-if asks the same facts on another day."""
    feiten = boek().feiten.lees({"geboortedatum": VEERTIEN, "as_of": date(2030, 1, 1)})
    antwoord = beoordeel(boek().geldig("landelijk", MAANDAG), feiten, MAANDAG)
    assert antwoord.classificatie["leeftijd"] == 14


# Whatever the facts


def waarden(definitie: Feitdefinitie) -> st.SearchStrategy[Any]:
    """Values a fact may have, thick around the thresholds."""
    match definitie.type:
        case "bool":
            return st.booleans()
        case "geheel":
            return st.sampled_from((1, 2, 3, 5, 6, 9, 11, 12, 13, 14, 45, 60, 61))
        case "getal":
            return st.sampled_from((0, 8.9, 9, 15.9, 16, 20, 60, 60.1))
        case "keuze":
            return st.sampled_from(definitie.waarden)
        case "datum":
            return st.dates(date(2020, 6, 1), date(2021, 12, 31))
        case "datum|null":
            return st.none() | st.dates(date(2020, 6, 1), date(2021, 12, 31))
        case "lijst van tekst":
            return st.lists(st.sampled_from(("afspraken", "pv_mogelijk_bij_aanhouden", "dit_verzuim_wordt_meegenomen")))
        case "tekst":
            return st.sampled_from(("Urk", "Zwolle"))
        case "lijst van toestemmingen":
            return st.just([])
        case _:
            return st.lists(st.none() | st.sampled_from((0, 4, 8.5)), max_size=6)


@st.composite
def gevallen(draw: st.DrawFn) -> tuple[dict[str, Any], date]:
    """A case near a sanction: a full one, in which some facts are changed or left out."""
    feiten = dict(
        draw(st.sampled_from((TE_LAAT | {"aantal_te_laat": 13}, HALT, PROCES_VERBAAL, HALT | PROCES_VERBAAL)))
    )
    definities = {naam: d for naam, d in boek().feiten.definities.items() if "besluit" in d.bij}
    for naam in draw(st.sets(st.sampled_from(sorted(definities.keys() - {"as_of", "geboortedatum"})), max_size=8)):
        feiten[naam] = draw(waarden(definities[naam]) | st.just(...))
    feiten["geboortedatum"] = draw(st.dates(date(1998, 1, 1), date(2016, 12, 31)) | st.just(...))
    return feiten, draw(st.dates(date(2020, 8, 1), date(2021, 12, 31)))


VEEL = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@VEEL
@given(gevallen(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(geval: tuple[dict[str, Any], date], willekeur: Any) -> None:
    """Facts are a set."""
    feiten, op = geval
    paren = list(feiten.items())
    willekeur.shuffle(paren)
    assert oordeel(feiten, op) == oordeel(dict(paren), op)


@VEEL
@given(gevallen())
def test_every_outcome_is_explained_and_belongs_where_it_is(geval: tuple[dict[str, Any], date]) -> None:
    """Each name in the answer has a rule, a source and a sentence; a voorstel always waits for a human."""
    antwoord = oordeel(*geval)
    uitgelegd = {naam for regel in antwoord.uitleg for naam in regel.voor}
    namen = uitkomsten(antwoord) | {
        *antwoord.blokkades,
        *antwoord.vlaggen,
        *antwoord.classificatie,
        *antwoord.termijnen,
    }
    assert namen - uitgelegd == set()
    soorten = {code: definitie.soort for code, definitie in boek().woorden.uitkomsten.items()}
    assert {soorten[item.uitkomst] for item in antwoord.taken} <= {"taak"}
    assert {soorten[item.uitkomst] for item in antwoord.voorstellen} <= {"voorstel"}
    assert antwoord.mens_beslist or not antwoord.voorstellen
    assert len(uitkomsten(antwoord)) == len(antwoord.taken) + len(antwoord.voorstellen)


@VEEL
@given(gevallen())
def test_no_sanction_is_proposed_while_one_of_its_gates_is_shut(geval: tuple[dict[str, Any], date]) -> None:
    """What must be known is known and open, what forbids is not known to be there."""
    feiten, op = geval
    bekend = {naam: waarde for naam, waarde in feiten.items() if waarde is not ...}
    antwoord = uitkomsten(oordeel(feiten, op))
    handhaving = antwoord & boek().woorden.leden("handhaving")
    if handhaving:
        assert bekend.get("duo_melding") is True or bekend.get("absoluut_signaal") is True
        assert leeftijd(bekend["geboortedatum"], op) < 18
    if "halt_verwijzing" in antwoord:
        jaren = leeftijd(bekend["geboortedatum"], op)
        assert jaren >= 12
        assert bekend["toestemming_jongere_halt"] is True
        assert jaren >= 16 or bekend["toestemming_ouders_halt"] is True
        assert bekend["lpa_is_boa"] is True
        assert bekend["verwijtbaar"] in ("jongere", "beiden")
        assert bekend.get("eerder_halt") != "leerplicht"
        assert bekend.get("contra_motivatie") is not True
        assert bekend.get("ongeoorloofde_uren_traject", 0) <= 60
        assert bekend.get("aantal_te_laat", 0) <= 60
    if antwoord & {"proces_verbaal", "proces_verbaal_optie"}:
        gewaarschuwd = bekend["officiele_waarschuwing_datum"]
        assert gewaarschuwd <= op
        assert schooljaar(gewaarschuwd) == schooljaar(op)
        assert bekend["lpa_is_boa"] is True
        assert bekend["verwijtbaar"] in ("jongere", "ouder", "beiden")
        assert leeftijd(bekend["geboortedatum"], op) >= 12 or bekend["verwijtbaar"] != "jongere"
        assert bekend.get("opvoedingsproblemen") is not True


@VEEL
@given(st.integers(0, 80), st.integers(0, 80), st.sampled_from(LADDER), st.dates(date(2003, 1, 1), date(2015, 1, 1)))
def test_the_ladder_only_goes_up(een: int, ander: int, vorige: int, geboren: date) -> None:
    """Being late more often never leads to a lower step, and a step is always one of the ladder."""
    laag, hoog = (
        oordeel(TE_LAAT, aantal_te_laat=aantal, vorige_stap_te_laat=vorige, geboortedatum=geboren).classificatie
        for aantal in sorted((een, ander))
    )
    assert laag["te_laat_stap"] <= hoog["te_laat_stap"]
    assert {laag["te_laat_stap"], hoog["te_laat_stap"]} <= set(LADDER)
