"""Facts: a closed list, strict types, and unknown is never a value."""

from datetime import date, datetime
from pathlib import Path

import pytest

from services.cases.feiten import GEEN, JAREN, Feitdefinitie, Feiten, Feitenlijst, FeitFout, laad_feiten

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
