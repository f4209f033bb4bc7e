"""`schakel decide`: one answer per question, whatever the question looks like."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cases.protocol import laad_protocollen
from services.cases.vragen import beantwoord_regels
from tests.schakel.protocolmap import kleine_map, regels, schakel

GOED = {"id": 1, "protocol": "streng", "feiten": {"as_of": "2025-10-01", "aantal_te_laat": 3}}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two small protocols."""
    return kleine_map(tmp_path_factory.mktemp("protocollen"))


def vraag(folder: Path, *vragen: object) -> list[dict[str, Any]]:
    """Asks, and gives the answers in order."""
    lines = [v if isinstance(v, bytes) else json.dumps(v).encode() for v in vragen]
    return [json.loads(a) for a in beantwoord_regels(laad_protocollen(folder), lines)]


def test_a_question_gets_an_answer_with_all_keys(folder: Path) -> None:
    """Everything stands in the answer, also what is empty."""
    (antwoord,) = vraag(folder, GOED)
    assert {
        "id", "classificatie", "taken", "voorstellen", "mens_beslist", "blokkades", "termijnen", "vlaggen", "uitleg",
    } == antwoord.keys()  # fmt: skip
    assert [{"uitkomst": "gele_kaart", "actor": "lpa", "adressaten": ["jongere"], "termijn": None}] == antwoord[
        "voorstellen"
    ]
    assert antwoord["mens_beslist"] is True
    assert {
        "regel": "VR-LAAT-1",
        "bron": "Het protocol, § 1",
        "feiten": ["aantal_te_laat"],
        "waarom": "Na 3 keer te laat volgt een gele kaart.",
        "voor": ["gele_kaart"],
    } in antwoord["uitleg"]


@pytest.mark.parametrize(("aantal", "verwacht"), [(2, []), (3, ["gele_kaart"]), (4, ["gele_kaart"])])
def test_the_bound_is_that_of_the_protocol(folder: Path, aantal: int, verwacht: list[str]) -> None:
    """Just below it, on it, just above it."""
    feiten = {"as_of": "2025-10-01", "aantal_te_laat": aantal}
    (antwoord,) = vraag(folder, {"id": 1, "protocol": "streng", "feiten": feiten})
    assert verwacht == [item["uitkomst"] for item in antwoord["voorstellen"]]


@pytest.mark.parametrize(("dag", "verwacht"), [("2026-07-31", []), ("2026-08-01", ["gele_kaart"])])
def test_the_version_is_that_of_the_day(folder: Path, dag: str, verwacht: list[str]) -> None:
    """Twice late counts from the day on which the newer version starts."""
    feiten = {"as_of": dag, "aantal_te_laat": 2}
    (antwoord,) = vraag(folder, {"id": 1, "protocol": "streng", "feiten": feiten})
    assert verwacht == [item["uitkomst"] for item in antwoord["voorstellen"]]


@pytest.mark.parametrize(
    ("vraag_", "veld"),
    [
        (b"{geen json", "regel"),
        (b"", "regel"),
        (b"\xff\xfe", "regel"),
        (b"[" * 100_000, "regel"),
        ([1, 2], "regel"),
        ({"protocol": "streng"}, "regel"),
        (GOED | {"verstrekking": {}}, "regel"),
        (GOED | {"extra": 1}, "regel"),
        (GOED | {"protocol": "bestaat-niet"}, "protocol"),
        (GOED | {"protocol": None}, "protocol"),
        (GOED | {"feiten": []}, "feiten"),
        (GOED | {"feiten": {"aantal_te_laat": 3}}, "as_of"),
        (GOED | {"feiten": {"as_of": "2020-07-31"}}, "protocol"),
        (GOED | {"feiten": {"as_of": "2025-02-29"}}, "as_of"),
        (GOED | {"feiten": {"as_of": "morgen"}}, "as_of"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "aantal_te_laat": "drie"}}, "aantal_te_laat"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "aantal_te_laat": True}}, "aantal_te_laat"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "aantal_te_laat": -1}}, "aantal_te_laat"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "aantal_te_laat": 3.5}}, "aantal_te_laat"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "onderwijssoort": "universiteit"}}, "onderwijssoort"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "bestaat_niet": 1}}, "bestaat_niet"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "duo_melding": 1}}, "duo_melding"),
        (GOED | {"feiten": {"as_of": "2025-10-01", "geboortedatum": "2026-01-01"}}, "geboortedatum"),
    ],
)
def test_a_wrong_question_names_the_field_and_stops_nothing(folder: Path, vraag_: Any, veld: str) -> None:
    """The questions before and after it are answered as if it were not there."""
    eerste, fout, laatste = vraag(folder, GOED, vraag_, GOED)
    assert {"id", "fout"} == fout.keys()
    assert veld == fout["fout"]["veld"]
    assert fout["fout"]["reden"]
    assert (1 if isinstance(vraag_, dict) and "id" in vraag_ else None) == fout["id"]
    assert eerste == laatste
    assert "voorstellen" in laatste


def test_an_answer_comes_before_the_next_question(folder: Path) -> None:
    """A program that asks and waits gets its answer at once."""
    asked = []

    def lines() -> Iterator[bytes]:
        for number in range(3):
            asked.append(number)
            yield json.dumps(GOED | {"id": number}).encode()

    answers = beantwoord_regels(laad_protocollen(folder), lines())
    next(answers)
    assert [0] == asked


def test_questions_on_stdin_and_answers_on_stdout(folder: Path) -> None:
    """Nothing else is on stdout, and the command ends with 0."""
    done = schakel("decide", "--jsonl", "--map", folder, stdin=f"{json.dumps(GOED)}\nonzin\n")
    assert 0 == done.exit_code
    goed, fout = regels(done.stdout)
    assert (1, None) == (goed["id"], fout["id"])


def test_options_that_each_question_has_itself_are_refused(folder: Path) -> None:
    """They would be passed over in silence."""
    done = schakel("decide", "--jsonl", "--op", "2026-08-01", "--map", folder, stdin="")
    assert (1, True) == (done.exit_code, "laat --protocol, --feiten en --op weg" in done.stderr)


@pytest.mark.parametrize("vorm", ["as_of: 2025-10-01\naantal_te_laat: 3\n", json.dumps(GOED["feiten"])])
def test_a_person_gets_the_reasons_in_dutch(folder: Path, tmp_path: Path, vorm: str) -> None:
    """Facts from a YAML or a JSON file; every outcome with rule and source."""
    bestand = tmp_path / "feiten"
    bestand.write_text(vorm, encoding="utf-8")
    done = schakel("decide", "--protocol", "streng", "--feiten", bestand, "--map", folder)
    assert 0 == done.exit_code
    tekst = " ".join(done.stdout.split())
    assert "gele_kaart (lpa aan jongere)" in tekst
    assert "Na 3 keer te laat volgt een gele kaart. (VR-LAAT-1; Het protocol, § 1)" in tekst
    assert "Een mens beslist" in tekst


def test_the_day_on_the_command_line_counts(folder: Path, tmp_path: Path) -> None:
    """`--op` goes before the day in the file, so that one file can be tried on several days."""
    bestand = tmp_path / "feiten.yaml"
    bestand.write_text("as_of: 2025-10-01\naantal_te_laat: 2\n", encoding="utf-8")
    arguments = ("decide", "--protocol", "streng", "--feiten", bestand, "--map", folder, "--json")
    voor, na = (json.loads(schakel(*arguments, *op).stdout) for op in ((), ("--op", "2026-08-01")))
    assert ([], ["gele_kaart"]) == tuple([i["uitkomst"] for i in a["voorstellen"]] for a in (voor, na))


@pytest.mark.parametrize(
    ("tekst", "melding"),
    [
        ("as_of: 2025-10-01\naantal_te_laat: drie\n", "aantal_te_laat: moet een geheel getal zijn"),
        ("- 1\n", "moet per feit een waarde hebben"),
        ("{", "is niet te lezen als JSON of YAML"),
        ("as_of: 2025-02-30\n", "noemt een datum of tijd die niet bestaat"),
    ],
)
def test_a_person_hears_what_is_wrong(folder: Path, tmp_path: Path, tekst: str, melding: str) -> None:
    """One line that names the fact or the file, and exit code 1."""
    bestand = tmp_path / "feiten.yaml"
    bestand.write_text(tekst, encoding="utf-8")
    done = schakel("decide", "--protocol", "streng", "--feiten", bestand, "--map", folder)
    assert 1 == done.exit_code
    assert melding in done.stderr
