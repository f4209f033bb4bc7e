"""`schakel whatif`: the same facts under another protocol, counted per gemeente, without any effect."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from schakel.whatif.picture import picture_data
from schakel.whatif.replay import MAX_REASONS, Counts
from schakel.whatif.report import ALL
from services.cases.protocol import laad_protocollen
from tests.schakel.protocolmap import kleine_map, regels, regio, schakel, schrijf

AANTALLEN = {"A": [1, 2, 3, 8, 9, 10, 19, 20], "B": [3, 25]}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two small protocols."""
    return kleine_map(tmp_path / "protocollen")


def feiten(tmp_path: Path, meer: Iterable[str] = ()) -> Path:
    """A file of recorded facts: jongeren of two gemeenten, so many times late."""
    lines = [
        json.dumps(
            {
                "id": f"{gemeente}-{n}",
                "gemeente": gemeente,
                "protocol": "streng",
                "feiten": {"as_of": "2025-10-01", "zaaksoort": "te_laat", "aantal_te_laat": n},
            }
        )
        for gemeente, aantallen in AANTALLEN.items()
        for n in aantallen
    ]
    path = tmp_path / "feiten.jsonl"
    path.write_text("\n".join([*lines, *meer]) + "\n", encoding="utf-8")
    return path


def whatif(*arguments: object) -> dict[str, Any]:
    """The document of a comparison."""
    done = schakel("whatif", *arguments, "--json", "--processen", 1)
    assert 0 == done.exit_code, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_every_difference_is_counted_where_it_falls(folder: Path, tmp_path: Path) -> None:
    """From 3 times to 9: worked out by hand from the numbers in the file."""
    document = whatif("mild", "--feiten", feiten(tmp_path), "--map", folder)
    assert ("het protocol van toen", "mild") == (document["was"], document["wordt"])
    a, b, samen = document["gemeenten"]["A"], document["gemeenten"]["B"], document["alle gemeenten"]
    assert [(8, 2), (2, 1), (10, 3)] == [(part["meldingen"], part["anders"]) for part in (a, b, samen)]
    assert {"was": 6, "wordt": 4, "erbij": 0, "eraf": 2} == a["stappen"]["gele_kaart"]
    assert {"was": 2, "wordt": 1, "erbij": 0, "eraf": 1} == b["stappen"]["gele_kaart"]
    assert {"was": 8, "wordt": 5, "erbij": 0, "eraf": 3} == samen["gevolgen"]["waarschuwing"]
    assert {"was": 2, "wordt": 2, "erbij": 0, "eraf": 0} == samen["gevolgen"]["halt"]


def test_who_gets_what_with_the_rules(folder: Path, tmp_path: Path) -> None:
    """Only those for whom something changes, and nothing that says who they are."""
    wie = tmp_path / "wie.jsonl"
    whatif("streng@2026-08-01", "--van", "mild", "--feiten", feiten(tmp_path), "--map", folder, "--wie", wie)
    lines = regels(wie.read_text(encoding="utf-8"))
    assert ["A-2", "A-3", "A-8", "B-3"] == sorted(line["id"] for line in lines)
    assert {"id": "A-2", "gemeente": "A", "erbij": {"gele_kaart": ["VR-LAAT-1"]}, "eraf": {}} in lines


def test_a_draft_in_another_folder(folder: Path, tmp_path: Path) -> None:
    """What is only proposed need not be among the protocols in use."""
    ontwerp = kleine_map(tmp_path / "ontwerp")
    schrijf(ontwerp, "mild", "2020-08-01", regio("mild", "2020-08-01", 19))
    document = whatif("mild", "--nieuw", ontwerp, "--feiten", feiten(tmp_path), "--map", folder)
    assert {"was": 6, "wordt": 2, "erbij": 0, "eraf": 4} == document["gemeenten"]["A"]["stappen"]["gele_kaart"]


def test_a_record_that_cannot_be_judged_is_counted_with_its_reason(folder: Path, tmp_path: Path) -> None:
    """It disappears from neither the report nor the rest of the comparison."""
    slecht = [
        "onzin",
        '{"id": 1, "gemeente": "A", "protocol": "streng", "feiten": {"as_of": "2025-10-01", "aantal_te_laat": "x"}}',
        '{"id": 2, "gemeente": "A", "protocol": "streng", "feiten": {"as_of": "2019-10-01"}}',
        '{"id": 3, "gemeente": "A", "feiten": {"as_of": "2025-10-01"}}',
        '{"id": 4, "gemeente": "A", "protocol": ["streng"], "feiten": {"as_of": "2025-10-01"}}',
        '{"id": 5, "gemeente": {"naam": "A"}, "protocol": "streng", "feiten": {"as_of": "2025-10-01"}}',
        '{"id": 6, "gemeente": "A", "protocol": "Jan Jansen", "feiten": {"as_of": "2025-10-01"}}',
        '{"id": 7, "gemeente": "A", "protocol": "streng", "feiten": {"as_of": "2025-10-01", "Jan Jansen": 1}}',
        "[" * 100_000,
    ]
    document = whatif("mild", "--feiten", feiten(tmp_path, slecht), "--map", folder)
    assert 10 == document["alle gemeenten"]["meldingen"]
    assert {
        "aantal_te_laat: moet een geheel getal zijn": 1,
        "protocol streng gold op 2019-10-01 nog niet: het begint op 2020-08-01": 1,
        "protocol: ontbreekt: noem het in het record of met --van": 1,
        "protocol: moet een van deze zijn: landelijk, mild, streng": 1,
        "een feit: dit feit staat niet in de feitenlijst": 1,
        "regel: is geen JSON-object met id, gemeente, protocol en feiten": 4,
    } == document["fouten"]


@pytest.mark.parametrize("processen", [1, 2])
def test_generated_facts_are_the_same_for_the_same_seed(folder: Path, processen: int) -> None:
    """Whatever the number of processes, and different for another seed."""
    arguments = ("whatif", "mild", "--van", "streng", "--genereer", 1500, "--map", folder, "--json")
    een, ander = (json.loads(schakel(*arguments, "--processen", processen, "--seed", seed).stdout) for seed in (7, 8))
    weer = json.loads(schakel(*arguments, "--processen", 1, "--seed", 7).stdout)
    assert een == weer
    assert 1500 == een["alle gemeenten"]["meldingen"]
    assert een["alle gemeenten"] != ander["alle gemeenten"]


@pytest.mark.parametrize(("naam", "begin"), [("verschil.svg", b"<svg"), ("verschil.png", b"\x89PNG\r\n")])
def test_a_picture_for_the_council(folder: Path, tmp_path: Path, naam: str, begin: bytes) -> None:
    """A real file of the kind that was asked for."""
    whatif("mild", "--feiten", feiten(tmp_path), "--map", folder, "--tekening", tmp_path / naam)
    assert (tmp_path / naam).read_bytes().startswith(begin)


def test_the_table_names_every_gemeente(folder: Path, tmp_path: Path) -> None:
    """And the total, with the difference."""
    done = schakel("whatif", "mild", "--feiten", feiten(tmp_path), "--map", folder, "--processen", 1)
    shown = " ".join(done.stdout.split())
    for part in ("A: 8 meldingen, 2 krijgen iets anders", "alle gemeenten: 10 meldingen", "8 5 -3 0 3"):
        assert part in shown


@pytest.mark.parametrize(
    ("arguments", "melding"),
    [
        (("nergens", "--genereer", "5"), "er is geen protocol met de naam nergens"),
        (("mild", "--genereer", "5", "--tekening", "verschil.pdf"), "eindigt op .svg of .png"),
        (("mild", "--genereer", "5", "--schooljaar", "2026"), "schrijf een schooljaar als 2025-2026"),
        (("mild", "--genereer", "5", "--schooljaar", "9999-10000"), "schrijf een schooljaar als 2025-2026"),
        (("mild", "--feiten", "x.jsonl", "--schooljaar", "2025-2026"), "horen niet bij feiten uit een bestand"),
        (("mild", "--feiten", "x.jsonl", "--wie", "./x.jsonl"), "zou het bestand met feiten overschrijven"),
        (("mild", "--genereer", "5", "--wie", "geen/map/wie.jsonl"), "wie.jsonl: is niet te schrijven"),
        (("mild", "--feiten", "bestaat-niet.jsonl"), "bestaat-niet.jsonl: is niet te lezen"),
    ],
)
def test_what_cannot_be_compared_says_why(folder: Path, arguments: tuple[str, ...], melding: str) -> None:
    """One line, exit code 1, before anything is worked out."""
    done = schakel("whatif", *arguments, "--map", folder, "--processen", 1)
    assert (1, True) == (done.exit_code, melding in done.stderr)


def test_a_file_full_of_different_errors_does_not_fill_the_memory() -> None:
    """Reasons beyond so many are counted together, and no record is lost."""
    total = Counts()
    for start in (0, MAX_REASONS):
        part = Counts()
        for number in range(start, start + MAX_REASONS):
            part.refuse(f"reden {number}")
        total.add(part)
    assert (MAX_REASONS + 1, 2 * MAX_REASONS) == (len(total.fouten), total.fouten.total())


def test_few_jongeren_are_not_counted_in_a_picture(folder: Path, tmp_path: Path) -> None:
    """A picture goes to a council: below five somebody might be recognised, so it only says that there are few."""
    boek = laad_protocollen(folder)
    part = {"meldingen": 9, "anders": 4, "gevolgen": {"halt": {"was": 4, "wordt": 5}, "brief": {"was": 0, "wordt": 1}}}
    result = {"was": "a", "wordt": "b", "bron": "c", "van": "2025-08-01", "tot": "2026-07-31"}
    data = picture_data(result | {"gemeenten": {"A": part}, ALL: part}, boek.woorden)
    halt, brief = data["delen"][0]["rijen"]
    assert ("minder dan 5", "5") == (halt["was"]["tekst"], halt["wordt"]["tekst"])
    assert ("0", "minder dan 5") == (brief["was"]["tekst"], brief["wordt"]["tekst"])
    assert {0, 5} == {row[kind]["aantal"] for row in (halt, brief) for kind in ("was", "wordt")}


def test_who_gets_what_is_for_us_alone(folder: Path, tmp_path: Path) -> None:
    """Other users of the machine cannot read the file."""
    wie = tmp_path / "wie.jsonl"
    whatif("mild", "--feiten", feiten(tmp_path), "--map", folder, "--wie", wie)
    assert 0o600 == wie.stat().st_mode & 0o777
