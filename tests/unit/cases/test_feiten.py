"""Facts: a closed list, strict types, and unknown is never a value."""

from datetime import date, datetime
from pathlib import Path

import pytest

from services.cases.feiten import (
    GEEN,
    GROOTSTE,
    JAREN,
    Feitdefinitie,
    Feiten,
    Feitenlijst,
    FeitFout,
    Toestemming,
    Vraagsoort,
    laad_feiten,
)

LIJST = laad_feiten(Path(__file__).parents[3] / "protocols" / "feiten.yaml")


def reden(naam: str, waarde: object) -> str:
    """Why a value is refused."""
    with pytest.raises(FeitFout) as fout:
        LIJST.lees({naam: waarde})
    assert naam == fout.value.veld
    return fout.value.reden


@pytest.mark.parametrize(
    ("naam", "ruw", "gelezen"),
    [
        ("duo_melding", True, True),
        ("duo_melding", False, False),
        ("aantal_te_laat", 0, 0),
        ("ongeoorloofde_uren_traject", 9, 9),
        ("ongeoorloofde_uren_traject", 8.5, 8.5),
        ("zaaksoort", "te_laat", "te_laat"),
        ("as_of", "2024-02-29", date(2024, 2, 29)),
        ("as_of", date(2024, 2, 29), date(2024, 2, 29)),
        ("officiele_waarschuwing_datum", None, GEEN),
        ("officiele_waarschuwing_datum", "2021-01-20", date(2021, 1, 20)),
        ("brief_elementen_aanwezig", ["afspraken"], ("afspraken",)),
        ("brief_elementen_aanwezig", [], ()),
        ("ongeoorloofde_uren_per_lesweek", [4, None, 2.5], (4, None, 2.5)),
    ],
)
def test_a_value_of_the_right_type_is_read(naam: str, ruw: object, gelezen: object) -> None:
    """Dates become dates, lists become tuples, null becomes an established absence; the rest stays as it is."""
    assert gelezen == LIJST.lees({naam: ruw})[naam]


@pytest.mark.parametrize(
    ("naam", "waarde"),
    [
        ("duo_melding", 1),
        ("duo_melding", "ja"),
        ("duo_melding", None),
        ("aantal_te_laat", True),
        ("aantal_te_laat", 3.0),
        ("aantal_te_laat", "drie"),
        ("aantal_te_laat", -1),
        ("aantal_te_laat", GROOTSTE + 1),
        ("ongeoorloofde_uren_traject", 10**400),
        ("ongeoorloofde_uren_traject", float("nan")),
        ("ongeoorloofde_uren_traject", float("inf")),
        ("ongeoorloofde_uren_traject", -0.1),
        ("ongeoorloofde_uren_traject", False),
        ("lesduur_minuten", 0),
        ("zaaksoort", "Te_laat"),
        ("zaaksoort", ["te_laat"]),
        ("as_of", None),
        ("as_of", "2023-02-29"),
        ("as_of", "20240229"),
        ("as_of", "2024-W09-4"),
        ("as_of", "morgen"),
        ("as_of", 20240229),
        ("as_of", datetime(2024, 2, 29, 12, 0)),  # noqa: DTZ001 (a datetime is refused, whatever its zone)
        ("geboortedatum", f"{JAREN.start - 1}-12-31"),
        ("geboortedatum", f"{JAREN.stop}-01-01"),
        ("brief_elementen_aanwezig", "afspraken"),
        ("brief_elementen_aanwezig", [1]),
        ("ongeoorloofde_uren_per_lesweek", [True]),
        ("ongeoorloofde_uren_per_lesweek", None),
    ],
)
def test_a_value_of_another_type_is_refused(naam: str, waarde: object) -> None:
    """Nothing is converted: a bool is no number, text no date, null no value."""
    assert reden(naam, waarde)


@pytest.mark.parametrize("jaar", [JAREN.start, JAREN.stop - 1])
def test_the_first_and_the_last_year_count_in_full(jaar: int) -> None:
    """The bounds on years keep out typing errors and nothing else."""
    assert LIJST.lees({"as_of": f"{jaar}-01-01", "eerste_verzuimdag": f"{jaar}-12-31"})


def test_a_name_that_is_not_on_the_list_is_refused() -> None:
    """The list is closed: a misspelt fact would otherwise stay unknown without anybody noticing."""
    assert reden("aantal_te_late_komsten", 3) == "dit feit staat niet in de feitenlijst"


def test_a_refusal_names_the_field_and_never_the_value() -> None:
    """What was wrong may be somebody's birth date."""
    with pytest.raises(FeitFout) as fout:
        LIJST.lees({"geboortedatum": "31-12-2007"})
    assert "2007" not in str(fout.value)
    assert str(fout.value).startswith("geboortedatum: ")


def test_facts_show_their_names_and_never_their_values() -> None:
    """A log line or a traceback may print facts."""
    feiten = LIJST.lees({"zaaksoort": "te_laat", "geboortedatum": "2007-12-31"})
    assert repr(feiten) == "Feiten(geboortedatum, zaaksoort)"


def test_what_is_not_given_is_not_there() -> None:
    """There are no defaults: an absent fact is unknown."""
    feiten = LIJST.lees({"aantal_te_laat": 0})
    assert frozenset({"aantal_te_laat"}) == feiten.namen
    assert "duo_melding" not in feiten
    assert len(feiten) == 1


def test_a_copy_can_be_reasoned_on_without_touching_the_facts() -> None:
    """A decision adds what it derives to its own copy."""
    feiten = Feiten({"aantal_te_laat": 3})
    feiten.kopie()["leeftijd"] = 12
    assert "leeftijd" not in feiten


@pytest.mark.parametrize(
    "definitie",
    [
        {"type": "keuze"},
        {"type": "bool", "waarden": ("ja", "nee")},
        {"type": "tekst", "minimum": 0},
        {"type": "bool", "verdeelt": True},
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(definitie: dict[str, object]) -> None:
    """A choice has values and only numbers have a minimum."""
    with pytest.raises(ValueError, match=r"keuze|minimum"):
        Feitdefinitie.model_validate({"betekenis": "proef", **definitie})


def test_text_is_text() -> None:
    """A free text is kept as it is, and a number is not one."""
    lijst = Feitenlijst({"toelichting": Feitdefinitie(type="tekst", betekenis="proef", persoonlijk=True)})
    assert lijst.lees({"toelichting": "proef"})["toelichting"] == "proef"
    with pytest.raises(FeitFout):
        lijst.lees({"toelichting": 1})


def test_a_list_that_does_not_parse_names_its_file(tmp_path: Path) -> None:
    """An operator who edits the list sees which file is wrong."""
    bestand = tmp_path / "feiten.yaml"
    bestand.write_text("feiten: {zaaksoort: {type: keuze, betekenis: proef}}", encoding="utf-8")
    with pytest.raises(ValueError, match=r"^feiten\.yaml: "):
        laad_feiten(bestand)


def test_birth_data_is_marked_as_personal() -> None:
    """The explanation of a decision may not repeat it."""
    assert LIJST.definities["geboortedatum"].persoonlijk


# Facts about a disclosure


VERSTREKKING = laad_feiten(Path(__file__).parents[3] / "protocols" / "feiten.yaml", ["naam", "bsn"])
INSTEMMING = {"element": "naam", "ontvanger": "school", "gever": "ouder", "schriftelijk": True}


@pytest.mark.parametrize(
    ("naam", "ruw", "gelezen"),
    [
        ("elementen", [], ()),
        ("elementen", ["bsn", "naam", "bsn"], ("bsn", "naam")),
        ("herkomst", {"naam": "school", "bsn": "cjg"}, {"naam": "school", "bsn": "cjg"}),
        ("toestemming", [], ()),
        ("toestemming", [INSTEMMING], (Toestemming("naam", "school", "ouder", True),)),
        (
            "toestemming",
            [INSTEMMING | {"schriftelijk": False, "ingetrokken_op": "2021-03-01"}],
            (Toestemming("naam", "school", "ouder", False, date(2021, 3, 1)),),
        ),
        ("toestemming", [INSTEMMING | {"ingetrokken_op": None}], (Toestemming("naam", "school", "ouder", True),)),
    ],
)
def test_a_fact_about_a_disclosure_is_read(naam: str, ruw: object, gelezen: object) -> None:
    """Elements once each, consents as records, origins per element; an empty list of consents says there is none."""
    assert gelezen == VERSTREKKING.lees({naam: ruw}, bij="verstrekking")[naam]


@pytest.mark.parametrize(
    ("naam", "waarde", "reden"),
    [
        ("elementen", ["schoenmaat"], "element dat niet in de woordenlijst staat"),
        ("elementen", "naam", "lijst van teksten"),
        ("elementen", [1], "moet tekst zijn"),
        ("herkomst", ["school"], "per element een partij"),
        ("herkomst", {"naam": "buurman"}, "partij die niet in de feitenlijst staat"),
        ("herkomst", {"naam": ["school"]}, "partij die niet in de feitenlijst staat"),
        ("herkomst", {"schoenmaat": "school"}, "element dat niet in de woordenlijst staat"),
        ("toestemming", None, "lijst van toestemmingen"),
        ("toestemming", INSTEMMING, "lijst van toestemmingen"),
        ("toestemming", ["naam"], "namen met waarden"),
        ("toestemming", [INSTEMMING | {"element": "schoenmaat"}], "element dat niet in de woordenlijst staat"),
        ("toestemming", [INSTEMMING | {"ontvanger": "buurman"}], "ontvanger die niet in de feitenlijst staat"),
        ("toestemming", [INSTEMMING | {"ontvanger": ["school"]}], "ontvanger die niet in de feitenlijst staat"),
        ("toestemming", [INSTEMMING | {"gever": "oma"}], "gever moet ouder of jongere zijn"),
        ("toestemming", [INSTEMMING | {"gever": []}], "gever moet ouder of jongere zijn"),
        ("toestemming", [INSTEMMING | {"schriftelijk": "ja"}], "schriftelijk moet waar of onwaar zijn"),
        ("toestemming", [INSTEMMING | {"schriftelijk": None}], "schriftelijk moet waar of onwaar zijn"),
        ("toestemming", [INSTEMMING | {"ingetrokken_op": "gisteren"}], "ingetrokken_op moet een bestaande datum"),
        ("toestemming", [INSTEMMING | {"notitie": "aan tafel"}], "kent per toestemming alleen"),
        ("toestemming", [{"element": "naam"}], "element, ontvanger, gever en schriftelijk"),
    ],
)
def test_a_fact_about_a_disclosure_that_is_wrong_is_refused(naam: str, waarde: object, reden: str) -> None:
    """With the name of the fact and what is wrong, and never the value."""
    with pytest.raises(FeitFout, match=reden) as fout:
        VERSTREKKING.lees({naam: waarde}, bij="verstrekking")
    assert naam == fout.value.veld
    assert not any(woord in fout.value.reden for woord in ("schoenmaat", "buurman", "oma", "gisteren", "aan tafel"))


def test_without_a_list_of_elements_none_is_known() -> None:
    """Nobody can name an element that is in no list."""
    assert "element dat niet" in _geweigerd(LIJST, "elementen", ["naam"], "verstrekking")


@pytest.mark.parametrize(
    ("naam", "waarde", "bij"),
    [
        ("elementen", ["naam"], "besluit"),
        ("kanaal", "open_mail", "besluit"),
        ("verwijtbaar", "jongere", "verstrekking"),
        ("aantal_te_laat", 3, "verstrekking"),
    ],
)
def test_a_fact_of_the_other_question_is_refused(naam: str, waarde: object, bij: Vraagsoort) -> None:
    """A fact belongs to a question about steps, to one about disclosure, or to both."""
    assert f"hoort niet bij een vraag om een {bij}" in _geweigerd(VERSTREKKING, naam, waarde, bij)


@pytest.mark.parametrize("bij", ["besluit", "verstrekking"])
def test_a_fact_of_both_questions_is_read_with_both(bij: Vraagsoort) -> None:
    """Such as a birth date and a consent."""
    feiten = VERSTREKKING.lees({"geboortedatum": "2008-03-02", "toestemming": []}, bij=bij)
    assert {"geboortedatum", "toestemming"} == feiten.namen


def _geweigerd(lijst: Feitenlijst, naam: str, waarde: object, bij: Vraagsoort) -> str:
    """Why a value is refused with this question."""
    with pytest.raises(FeitFout) as fout:
        lijst.lees({naam: waarde}, bij=bij)
    assert naam == fout.value.veld
    return fout.value.reden
