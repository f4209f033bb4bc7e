"""`schakel protocol`: what a jurist or an administrator asks of protocols, and a new one without any Python."""

import json
import shutil
from pathlib import Path

import pytest

from hub.errors import Ongeldig
from schakel.protocol.coverage import FOLDER, TABLE, coverage
from schakel.protocol.library import boek
from schakel.protocol.termijnblad import BLAD, termijnblad
from services.cases.protocol import PROTOCOLLEN, Protocolboek
from tests.schakel.protocolmap import kleine_map, regio, schakel, schrijf, voorbeeld_in_de_handleiding


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two small protocols, of which one has two versions."""
    return kleine_map(tmp_path / "protocollen")


# list and check


def test_every_version_is_listed_with_its_days(folder: Path) -> None:
    """A version lasts until the next one starts."""
    rows = json.loads(schakel("protocol", "list", "--map", folder, "--json").stdout)
    assert [("2020-08-01", "2026-08-01", 3), ("2026-08-01", None, 3)] == [
        (r["geldig_vanaf"], r["tot"], r["regels"]) for r in rows if r["protocol"] == "streng"
    ]


def test_a_good_folder_passes(folder: Path) -> None:
    """Exit code 0 and nothing on stderr."""
    done = schakel("protocol", "check", "--map", folder)
    assert (0, "") == (done.exit_code, done.stderr)


@pytest.mark.parametrize(
    ("oud", "nieuw", "melding"),
    [
        ("gele_kaart,", "gele_kart,", "mild/2020-08-01.yaml:16: regel VR-LAAT-1: onbekende uitkomst: gele_kart"),
        ("minstens: kaart_na", "minstens: kaart_van", "regel VR-LAAT-1: onbekend feit: kaart_van"),
        ("soort: voorstel", "soort: gebod", "mild/2020-08-01.yaml:16: regel VR-LAAT-1:"),
        ("bouwt_op: landelijk", "bouwt_op: nergens", "bouwt op nergens, maar dat is er"),
        ("    betekenis: veel te laat komen\n", "", "mild/2020-08-01.yaml:12: betekenis ontbreekt"),
    ],
)
def test_an_error_names_file_line_and_rule(folder: Path, oud: str, nieuw: str, melding: str) -> None:
    """One line on stderr, exit code 1."""
    schrijf(folder, "mild", "2020-08-01", regio("mild", "2020-08-01", 9).replace(oud, nieuw))
    done = schakel("protocol", "check", "--map", folder)
    assert 1 == done.exit_code
    assert melding in done.stderr.replace("\n", " ")


def test_a_folder_without_protocols_is_no_good_folder(tmp_path: Path) -> None:
    """It says what is missing: first the closed lists, then the protocols."""
    assert "woordenlijst.yaml: ontbreekt" in schakel("protocol", "check", "--map", tmp_path).stderr
    for name in ("feiten.yaml", "woordenlijst.yaml"):
        shutil.copy(PROTOCOLLEN / name, tmp_path / name)
    done = schakel("protocol", "check", "--map", tmp_path)
    assert (1, True) == (done.exit_code, "in deze map staat geen protocol" in done.stderr)


def test_the_protocols_of_the_installation_are_the_ones_in_use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without `--map` it is the folder that the hub itself decides by."""
    monkeypatch.setenv("SCHAKEL_PROTOCOLLEN", str(folder))
    rows = json.loads(schakel("protocol", "list", "--json").stdout)
    assert {"landelijk", "mild", "streng"} == {row["protocol"] for row in rows}


def test_what_no_rule_uses_is_pointed_out(folder: Path) -> None:
    """A value nobody looks at is most often a slip of the pen; it is no error."""
    tekst = regio("mild", "2020-08-01", 9).replace("minstens: te_veel", "minstens: kaart_na")
    schrijf(folder, "mild", "2020-08-01", tekst)
    shutil.rmtree(folder / "streng")
    done = schakel("protocol", "check", "--map", folder)
    assert (0, True) == (done.exit_code, "waarde te_veel wordt nergens gebruikt" in done.stderr)


# diff and explain


def test_versions_differ_in_one_number(folder: Path) -> None:
    """The rules say the same; the value they rest on changed."""
    document = json.loads(schakel("protocol", "diff", "streng@2025-01-01", "streng", "--map", folder, "--json").stdout)
    assert {
        "van": "streng@2020-08-01",
        "naar": "streng@2026-08-01",
        "waarden": {"kaart_na": {"was": 3, "wordt": 2}},
        "begrippen": {},
        "nieuw": {},
        "vervallen": {},
        "gewijzigd": {},
    } == document


def test_changed_new_and_lapsed_rules_are_told_apart(folder: Path) -> None:
    """What a rule says counts, not how it is explained."""
    tekst = regio("mild", "2021-08-01", 9).replace("id: VR-LAAT-2", "id: VR-LAAT-3")
    tekst = tekst.replace("adressaten: [jongere]", "adressaten: [ouders]").replace("volgt een gele", "komt een gele")
    schrijf(folder, "mild", "2021-08-01", tekst)
    document = json.loads(schakel("protocol", "diff", "mild@2020-08-01", "mild", "--map", folder, "--json").stdout)
    assert (["VR-LAAT-3"], ["VR-LAAT-2"], ["VR-LAAT-1"]) == tuple(
        list(document[key]) for key in ("nieuw", "vervallen", "gewijzigd")
    )
    pair = document["gewijzigd"]["VR-LAAT-1"]
    assert (["jongere"], ["ouders"]) == (pair["was"]["dan"]["adressaten"], pair["wordt"]["dan"]["adressaten"])
    shown = schakel("protocol", "diff", "mild@2020-08-01", "mild", "--map", folder).stdout
    assert "+ VR-LAAT-3" in shown
    assert "- VR-LAAT-2" in shown


def test_a_begrip_that_means_something_else_is_a_difference(folder: Path) -> None:
    """The rules that lean on it read the same, and yet they say something else."""
    tekst = regio("mild", "2021-08-01", 9).replace("minstens: te_veel", "meer_dan: te_veel")
    schrijf(folder, "mild", "2021-08-01", tekst)
    arguments = ("protocol", "diff", "mild@2020-08-01", "mild", "--map", folder)
    document = json.loads(schakel(*arguments, "--json").stdout)
    was, wordt = ({"feit": "aantal_te_laat", eis: "te_veel"} for eis in ("minstens", "meer_dan"))
    assert {"veel_te_laat": {"was": was, "wordt": wordt}} == document["begrippen"]
    assert "Geen verschil" not in schakel(*arguments).stdout


def test_a_rule_is_explained_with_all_it_rests_on(folder: Path) -> None:
    """Sentence, source, remark, place, terms and numbers."""
    (rule,) = json.loads(
        schakel("protocol", "explain", "VR-LAAT-2", "--protocol", "mild", "--map", folder, "--json").stdout
    )
    assert ("mild/2020-08-01.yaml:23", "Het protocol, § 2") == (rule["plaats"], rule["bron"])
    assert {"veel_te_laat": "veel te laat komen"} == rule["begrippen"]
    assert {"te_veel": {"waarde": 20, "eenheid": "keer te laat", "bron": "§ 2"}} == rule["waarden"]
    shown = schakel("protocol", "explain", "VR-LAAT-1", "--protocol", "mild", "--map", folder).stdout
    for part in ("De tekst zegt niet hoe vaak.", "minstens: kaart_na", "waarde kaart_na: 9 keer te laat (§ 1)"):
        assert part in shown


@pytest.mark.parametrize(
    ("arguments", "melding"),
    [
        (("explain", "VR-LAAT-9"), "VR-LAAT-9 staat in geen enkel protocol"),
        (("diff", "mild", "nergens"), "er is geen protocol met de naam nergens; kies uit landelijk, mild, streng"),
        (("diff", "mild@2019-01-01", "mild"), "het begint op 2020-08-01"),
        (("diff", "mild@gisteren", "mild"), "naam@JJJJ-MM-DD"),
    ],
)
def test_a_wrong_name_gets_a_hint(folder: Path, arguments: tuple[str, ...], melding: str) -> None:
    """Exit code 1 and what to choose from."""
    done = schakel("protocol", *arguments, "--map", folder)
    assert (1, True) == (done.exit_code, melding in done.stderr)


# A new region


def test_the_example_of_the_manual_is_a_protocol_of_its_own(tmp_path: Path) -> None:
    """One file next to the others, and the hub decides by it: no Python, no list to add a name to."""
    folder = tmp_path / "protocollen"
    shutil.copytree(PROTOCOLLEN, folder)
    schrijf(folder, "voorbeeldregio", "2026-08-01", voorbeeld_in_de_handleiding())
    assert 0 == schakel("protocol", "check", "--map", folder).exit_code
    feiten = {"as_of": "2026-11-02", "geboortedatum": "2012-03-01", "zaaksoort": "te_laat", "duo_melding": True}
    questions = [{"id": n, "protocol": "voorbeeldregio", "feiten": feiten | {"aantal_te_laat": n}} for n in (7, 8, 9)]
    done = schakel("decide", "--jsonl", "--map", folder, stdin="".join(json.dumps(q) + "\n" for q in questions))
    assert [[], ["gele_kaart"], ["gele_kaart"]] == [
        [i["uitkomst"] for i in json.loads(line)["voorstellen"]] for line in done.stdout.splitlines()
    ]


# The coverage table


@pytest.fixture(scope="module")
def ons_boek() -> Protocolboek:
    """The protocols of the repository."""
    return boek(None)


def test_the_table_in_the_repository_is_that_of_the_protocols(ons_boek: Protocolboek) -> None:
    """Write it with `schakel protocol coverage` when a protocol changes."""
    assert coverage(ons_boek) == TABLE.read_text(encoding="utf-8")
    assert termijnblad(ons_boek) == BLAD.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("bestand", "tekst", "melding"),
    [
        ("extra.yaml", "GO-LAAT-13: bestaat al\n", "GO-LAAT-13 staat in een protocol, dus er hoort geen reden bij"),
        ("extra.yaml", "GO-ZZZ-1: bestaat niet\n", "GO-ZZZ-1 staat niet in de lijst van regels"),
        ("regels.yaml", "      - {titel: Nieuw, regels: [GO-ZZZ-2]}\n", "GO-ZZZ-2 staat in geen protocol"),
        ("regels.yaml", "      - {titel: Nieuw, regels: [GO-LAAT-13]}\n", "GO-LAAT-13 staat twee keer in de lijst"),
    ],
)
def test_a_rule_that_is_nowhere_or_twice_is_found(
    ons_boek: Protocolboek, tmp_path: Path, bestand: str, tekst: str, melding: str
) -> None:
    """Neither a forgotten rule nor a reason that no longer holds can stay."""
    folder = tmp_path / "protocollen"
    shutil.copytree(FOLDER, folder)
    with (folder / bestand).open("a", encoding="utf-8") as file:
        file.write(tekst)
    with pytest.raises(Ongeldig, match=melding):
        coverage(ons_boek, folder)
