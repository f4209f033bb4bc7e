"""The answer of the engine: its shape and its explanation."""

from datetime import date

from services.cases.engine import beoordeel
from services.cases.feiten import Feiten
from services.cases.protocol import Protocol
from services.cases.regelwerk.uitleg import Uitleg
from tests.unit.cases.gevallen import MAANDAG, RELATIEF, TE_LAAT, VEERTIEN, boek, oordeel


def test_an_answer_can_be_printed_as_json_types() -> None:
    """Dates become ISO text, tuples become lists, and every key of the contract is there."""
    antwoord = oordeel(
        RELATIEF, duo_melding=..., ongeoorloofde_uren_4_lesweken=16, drempel_bereikt_op=MAANDAG
    ).als_dict()
    sleutels = {"classificatie", "taken", "voorstellen", "mens_beslist", "blokkades", "termijnen", "vlaggen", "uitleg"}
    assert sleutels == set(antwoord)
    melding = next(taak for taak in antwoord["taken"] if taak["uitkomst"] == "duo_melding_16_uur")
    assert melding == {
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


def _vraag(**feiten: object) -> tuple[Protocol, Feiten]:
    return boek().geldig("goeree-overflakkee", MAANDAG), boek().feiten.lees(feiten)


def test_an_explanation_is_written_once_and_only_when_it_is_asked_for() -> None:
    """Deciding costs no text, and asking twice gives the very same lines."""
    antwoord = beoordeel(*_vraag(**TE_LAAT, aantal_te_laat=4), MAANDAG)
    assert "uitleg" not in vars(antwoord)
    eerste = antwoord.uitleg
    assert eerste is antwoord.uitleg
    assert all(isinstance(regel, Uitleg) for regel in eerste)


def test_an_explanation_that_is_read_later_is_about_its_own_case() -> None:
    """Another decision in between, with the same plan, leaves no trace in it."""
    een = beoordeel(*_vraag(**TE_LAAT, aantal_te_laat=4), MAANDAG)
    ander = beoordeel(*_vraag(**TE_LAAT, aantal_te_laat=7), MAANDAG)
    assert any("7 keer" in regel.waarom for regel in ander.uitleg)
    assert not any("7 keer" in regel.waarom for regel in een.uitleg)
    assert any("4 keer" in regel.waarom for regel in een.uitleg)


def test_answers_are_equal_when_they_say_the_same() -> None:
    """How an answer was found does not count, and its explanation follows from the same facts."""
    een, ander = (beoordeel(*_vraag(**TE_LAAT, aantal_te_laat=4), MAANDAG) for _ in range(2))
    assert een == ander
    assert een.uitleg == ander.uitleg
    assert een != beoordeel(*_vraag(**TE_LAAT, aantal_te_laat=7), MAANDAG)
