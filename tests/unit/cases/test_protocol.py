"""Protocol files: which version counts, what a region may change, and errors that name file, line and rule."""

import json
import shutil
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from services.cases.engine import Beoordeling, beoordeel
from services.cases.protocol import (
    FEITEN,
    PROTOCOLLEN,
    SCHEMA,
    WOORDENLIJST,
    GeenGeldigProtocol,
    Protocolboek,
    ProtocolFout,
    json_schema,
    laad_protocollen,
)
from tests.unit.cases.gevallen import boek

DAG = date(2024, 9, 2)
KOP = """\
protocol: {naam}
titel: Protocol voor een proef
geldig_vanaf: {vanaf}
documenten: {{proef: Document voor een proef}}
"""
BASIS = (
    KOP
    + """\
waarden:
  grens: {{waarde: 3, bron: {{document: proef, paragraaf: § 1}}}}
  wet: {{waarde: 16, wettelijk: ja, bron: {{document: proef, paragraaf: § 1}}}}
begrippen:
  vaak: {{betekenis: x, voorwaarde: {{feit: aantal_te_laat, minstens: grens}}, bron: {{document: proef, paragraaf: §}}}}
regels:
  - id: PR-1
    soort: voorstel
    als: {{begrip: vaak}}
    dan: {{uitkomst: gele_kaart, actor: lpa}}
    waarom: Bij {{aantal_te_laat}} keer te laat volgt een brief, want de grens is {{grens}}.
    bron: {{document: proef, paragraaf: § 2}}
  - id: PR-2
    soort: poort
    rang: wet
    als: {{feit: duo_melding, is: nee}}
    dan: {{blokkade: geen_duo_melding, houdt_tegen: [gele_kaart]}}
    waarom: Zonder melding gaat er geen brief uit.
    bron: {{document: proef, paragraaf: § 3}}
"""
)
REGIO = KOP + "bouwt_op: basis\n"
EIGEN_REGEL = """\
regels:
  - id: PR-9
    soort: taak
    als: {feit: aantal_te_laat, minstens: grens}
    dan: {uitkomst: lpa_start_onderzoek, actor: lpa}
    waarom: Deze regio onderzoekt ook.
    bron: {document: proef, paragraaf: § 9}
"""


def schrijf(map_: Path, naam: str, vanaf: str, tekst: str) -> None:
    """Put a protocol file where the loader looks for it."""
    pad = map_ / naam / f"{vanaf}.yaml"
    pad.parent.mkdir(exist_ok=True)
    pad.write_text(tekst, encoding="utf-8")


def basis(vanaf: str = "2020-08-01") -> str:
    """The text of a small protocol that stands on its own."""
    return BASIS.format(naam="basis", vanaf=vanaf)


def regio(vanaf: str = "2021-08-01", meer: str = "") -> str:
    """The text of a region that builds on it."""
    return REGIO.format(naam="regio", vanaf=vanaf) + meer + EIGEN_REGEL


@pytest.fixture
def map_(tmp_path: Path) -> Path:
    """A folder with the closed lists and one small protocol."""
    for naam in (FEITEN, WOORDENLIJST):
        shutil.copy(PROTOCOLLEN / naam, tmp_path / naam)
    schrijf(tmp_path, "basis", "2020-08-01", basis())
    return tmp_path


def vraag(protocollen: Protocolboek, naam: str, op: date = DAG, **feiten: Any) -> Beoordeling:
    """The answer of one protocol of a small book."""
    return beoordeel(protocollen.geldig(naam, op), protocollen.feiten.lees(feiten), op)


def uitkomsten(antwoord: Beoordeling) -> set[str]:
    """The codes of all taken and voorstellen."""
    return {item.uitkomst for item in (*antwoord.taken, *antwoord.voorstellen)}


# The files of the repository


def bestanden() -> list[Path]:
    """Every protocol file of the repository."""
    return sorted(PROTOCOLLEN.glob("*/**/*.yaml"))


@cache
def validator(vorm: str | None = None) -> jsonschema.Draft202012Validator:
    """What holds a file against the schema, or against one of its two shapes; made once."""
    schema = json_schema()
    keuzes = [keuze for keuze in schema["anyOf"] if vorm is None or keuze["$ref"].endswith(f"/{vorm}")]
    assert keuzes
    return jsonschema.Draft202012Validator({**schema, "anyOf": keuzes})


def test_the_schema_in_the_repository_is_that_of_the_loader() -> None:
    """Write `json_schema()` to protocols/schema.json when the shape of a file changes."""
    assert json_schema() == json.loads((PROTOCOLLEN / SCHEMA).read_text(encoding="utf-8"))


@pytest.mark.parametrize("pad", bestanden(), ids=lambda pad: str(pad.relative_to(PROTOCOLLEN)))
def test_every_protocol_file_satisfies_the_schema(pad: Path) -> None:
    """The schema is for editors and for readers outside this project."""
    inhoud = yaml.load(pad.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    vorm = "Protocolbestand" if "protocol" in inhoud else "Protocoldeel"
    validator(vorm).validate(json.loads(json.dumps(inhoud, default=date.isoformat)))


@pytest.mark.parametrize("fout", [{"soort": "gebod"}, {"als": {"wanneer": "altijd"}}, {"dan": {}}, {"bron": {}}])
def test_the_schema_refuses_what_the_loader_refuses(fout: dict[str, Any]) -> None:
    """A schema that accepts anything would be no check."""
    inhoud = json.loads(json.dumps(yaml.safe_load(basis()), default=date.isoformat))
    validator().validate(inhoud)
    inhoud["regels"][0] |= fout
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(inhoud)


def test_every_rule_has_a_source_that_its_file_lists() -> None:
    """Who wants to check a rule finds the document and the place in it."""
    for naam in boek().namen:
        for versie in boek().versies(naam):
            assert all(regel.bron.paragraaf for regel in versie.regels)
            assert all(waarde.bron.paragraaf for waarde in versie.waarden.values())


# Which version counts


def test_the_newest_version_on_the_day_counts(map_: Path) -> None:
    """A version starts on its own day and lasts until the next."""
    schrijf(map_, "basis", "2022-08-01", basis("2022-08-01").replace("waarde: 3,", "waarde: 5,"))
    protocollen = laad_protocollen(map_)
    assert date(2020, 8, 1) == protocollen.geldig("basis", date(2020, 8, 1)).geldig_vanaf
    assert date(2020, 8, 1) == protocollen.geldig("basis", date(2022, 7, 31)).geldig_vanaf
    assert date(2022, 8, 1) == protocollen.geldig("basis", date(2022, 8, 1)).geldig_vanaf
    assert uitkomsten(vraag(protocollen, "basis", date(2022, 7, 31), aantal_te_laat=4)) == {"gele_kaart"}
    assert uitkomsten(vraag(protocollen, "basis", date(2022, 8, 1), aantal_te_laat=4)) == set()


def test_before_its_first_day_a_protocol_says_since_when_it_is_there(map_: Path) -> None:
    """The message is Dutch and tells an official what to do with it."""
    with pytest.raises(GeenGeldigProtocol, match="gold op 2020-07-31 nog niet: het begint op 2020-08-01"):
        laad_protocollen(map_).geldig("basis", date(2020, 7, 31))


def test_a_protocol_nobody_wrote_is_refused(map_: Path) -> None:
    """A misspelt name is no empty protocol."""
    with pytest.raises(GeenGeldigProtocol, match="er is geen protocol met de naam bassi"):
        laad_protocollen(map_).geldig("bassi", DAG)


def test_a_region_gets_a_new_version_when_what_lies_beneath_changes(map_: Path) -> None:
    """The law may change while the regional protocol stays."""
    schrijf(map_, "basis", "2022-08-01", basis("2022-08-01").replace("waarde: 3,", "waarde: 5,"))
    schrijf(map_, "regio", "2021-08-01", regio())
    protocollen = laad_protocollen(map_)
    assert [date(2021, 8, 1), date(2022, 8, 1)] == [v.geldig_vanaf for v in protocollen.versies("regio")]
    assert protocollen.geldig("regio", DAG).versies == ("regio/2021-08-01.yaml", "basis/2022-08-01.yaml")
    assert uitkomsten(vraag(protocollen, "regio", date(2022, 8, 1), aantal_te_laat=4)) == set()


# What a region may change


def test_a_region_adds_to_what_it_builds_on(map_: Path) -> None:
    """It states only what differs."""
    schrijf(map_, "regio", "2021-08-01", regio())
    antwoord = vraag(laad_protocollen(map_), "regio", aantal_te_laat=3)
    assert uitkomsten(antwoord) == {"gele_kaart", "lpa_start_onderzoek"}


def test_a_region_may_set_another_threshold(map_: Path) -> None:
    """A value with a name counts in every rule that uses it, and in its sentence."""
    meer = "waarden:\n  grens: {waarde: 4, bron: {document: proef, paragraaf: § 1}}\n"
    schrijf(map_, "regio", "2021-08-01", regio(meer=meer))
    protocollen = laad_protocollen(map_)
    assert uitkomsten(vraag(protocollen, "regio", aantal_te_laat=3)) == set()
    antwoord = vraag(protocollen, "regio", aantal_te_laat=4)
    assert "de grens is 4." in next(u.waarom for u in antwoord.uitleg if u.regel == "PR-1")


@pytest.mark.parametrize(
    "meer",
    [
        "vervallen:\n  - {regel: PR-1, reden: hier niet, bron: {document: proef, paragraaf: § 1}}\n",
        None,
    ],
)
def test_a_region_may_drop_or_replace_a_rule(map_: Path, meer: str | None) -> None:
    """Dropping needs a reason with a source; replacing names the rule that goes."""
    tekst = regio(meer=meer) if meer else regio().replace("    soort: taak", "    vervangt: [PR-1]\n    soort: taak")
    schrijf(map_, "regio", "2021-08-01", tekst)
    antwoord = vraag(laad_protocollen(map_), "regio", aantal_te_laat=3)
    assert uitkomsten(antwoord) == {"lpa_start_onderzoek"}


@pytest.mark.parametrize(
    ("meer", "reden"),
    [
        (
            "waarden:\n  wet: {waarde: 18, bron: {document: proef, paragraaf: § 1}}\n",
            "regio/2021-08-01.yaml:7: waarde wet staat in de wet en blijft gelden",
        ),
        (
            "vervallen:\n  - {regel: PR-2, reden: hier niet, bron: {document: proef, paragraaf: § 1}}\n",
            "PR-2 is van rang wet en blijft gelden",
        ),
        (
            "vervallen:\n  - {regel: PR-7, reden: hier niet, bron: {document: proef, paragraaf: § 1}}\n",
            "PR-7 bestaat niet in wat hieronder ligt",
        ),
    ],
)
def test_a_region_may_not_change_the_law(map_: Path, meer: str, reden: str) -> None:
    """Statutory values and rules stay, and a rule that is not there cannot be dropped."""
    schrijf(map_, "regio", "2021-08-01", regio(meer=meer))
    with pytest.raises(ProtocolFout, match=reden):
        laad_protocollen(map_)


def test_a_region_may_not_start_before_what_it_builds_on(map_: Path) -> None:
    """There would be no law on its first day."""
    schrijf(map_, "regio", "2019-08-01", regio("2019-08-01"))
    with pytest.raises(ProtocolFout, match="bouwt op basis, maar dat is er op 2019-08-01 niet"):
        laad_protocollen(map_)


def test_a_protocol_may_not_build_on_itself(map_: Path) -> None:
    """Not directly and not by a detour."""
    schrijf(map_, "basis", "2020-08-01", basis().replace("titel:", "bouwt_op: regio\ntitel:"))
    schrijf(map_, "regio", "2020-08-01", regio("2020-08-01"))
    with pytest.raises(ProtocolFout, match=r"bouwt .* op zichzelf"):
        laad_protocollen(map_)


# Gates, exceptions and order


@pytest.mark.parametrize(
    ("melding", "komt_uit", "blokkades"),
    [(True, True, ()), (False, False, ("geen_duo_melding",)), (None, True, ())],
)
def test_a_gate_speaks_only_of_what_is_known(
    map_: Path, melding: bool | None, komt_uit: bool, blokkades: tuple[str, ...]
) -> None:
    """With `als` an unknown fact leaves the gate open."""
    feiten = {} if melding is None else {"duo_melding": melding}
    antwoord = vraag(laad_protocollen(map_), "basis", aantal_te_laat=3, **feiten)
    assert (komt_uit, blokkades) == ("gele_kaart" in uitkomsten(antwoord), antwoord.blokkades)


def test_a_gate_with_tenzij_needs_to_be_opened(map_: Path) -> None:
    """With `tenzij` an unknown fact keeps the gate shut."""
    tekst = basis().replace("als: {feit: duo_melding, is: nee}", "tenzij: {feit: duo_melding, is: ja}")
    schrijf(map_, "basis", "2020-08-01", tekst)
    protocollen = laad_protocollen(map_)
    assert uitkomsten(vraag(protocollen, "basis", aantal_te_laat=3)) == set()
    assert uitkomsten(vraag(protocollen, "basis", aantal_te_laat=3, duo_melding=True)) == {"gele_kaart"}


def test_a_gate_is_silent_when_there_is_nothing_to_hold_back(map_: Path) -> None:
    """A blokkade says why something is missing, so something must have been in view."""
    antwoord = vraag(laad_protocollen(map_), "basis", aantal_te_laat=2, duo_melding=False)
    assert antwoord.blokkades == ()


def test_the_order_of_rules_does_not_matter(map_: Path) -> None:
    """A gate may stand before what it holds back."""
    ruw = yaml.safe_load(basis())
    ruw["regels"].reverse()
    schrijf(map_, "basis", "2020-08-01", yaml.safe_dump(ruw))
    assert uitkomsten(vraag(laad_protocollen(map_), "basis", aantal_te_laat=3, duo_melding=False)) == set()


# Errors


@pytest.mark.parametrize(
    ("oud", "nieuw", "lijn", "regel", "reden"),
    [
        (
            "aantal_te_laat, minstens: grens",
            "aantal_telaat, minstens: grens",
            9,
            None,
            "begrip vaak: onbekend feit: aantal_telaat",
        ),
        ("begrip: vaak", "begrip: vaker", 11, "PR-1", "onbekend begrip: vaker"),
        ("feit: duo_melding, is: nee", "feit: duo_melding, is: misschien", 17, "PR-2", "moet ja of nee zijn"),
        ("feit: duo_melding, is: nee", "feit: duo_melding, minstens: 3", 17, "PR-2", "dat is geen getal"),
        ("feit: duo_melding, is: nee", "feit: zaaksoort, is: laat", 17, "PR-2", "kent deze waarde niet: laat"),
        ("feit: duo_melding, is: nee", "feit: duo_melding", 20, "PR-2", "bij een feit hoort ten minste een eis"),
        ("feit: duo_melding, is: nee", "wanneer: altijd", 20, "PR-2", "geen voorwaarde: begin met feit"),
        ("uitkomst: gele_kaart, actor: lpa", "uitkomst: gele_kart, actor: lpa", 11, "PR-1", "onbekende uitkomst"),
        ("uitkomst: gele_kaart, actor: lpa", "uitkomst: gele_kaart, actor: school", 11, "PR-1", "voorstel van lpa"),
        ("soort: voorstel", "soort: taak", 11, "PR-1", "gele_kaart is een voorstel van lpa"),
        ("soort: voorstel", "soort: gebod", 11, "PR-1", "moet een van deze zijn"),
        ("    bron: {document: proef, paragraaf: § 2}\n", "", 11, "PR-1", "bron ontbreekt"),
        ("document: proef, paragraaf: § 2", "document: elders, paragraaf: § 2", 11, "PR-1", "onbekend document"),
        ("blokkade: geen_duo_melding", "blokkade: geen_melding", 17, "PR-2", "onbekende blokkade: geen_melding"),
        ("houdt_tegen: [gele_kaart]", "houdt_tegen: [kaarten]", 17, "PR-2", "onbekende uitkomst of groep: kaarten"),
        ("houdt_tegen: [gele_kaart]", "houdt_tegen: []", 21, "PR-2", "een poort houdt iets tegen"),
        ("want de grens is", "want {geboortedatum} is", 11, "PR-1", "dat is een persoonsgegeven"),
        ("rang: wet", "rng: wet", 19, "PR-2", "rng is hier geen bekende sleutel"),
        ("id: PR-2", "id: PR-1", 17, "PR-1", "deze id staat ook op lijn 11"),
        ("    rang: wet\n", "    rang: wet\n    rang: wet\n", 20, None, "rang staat er twee keer"),
        ("soort: poort", "soort: [poort", 19, None, "geen geldige YAML"),
        ("soort: poort", "soort: \x01", 1, None, "is geen tekst in UTF-8"),
        ("    rang: wet\n", "    rang: {{wet}: ja}\n", 19, None, "hier hoort een gewone naam voor de dubbele punt"),
        ("    rang: wet\n", "    <<: {rang: wet}\n", 19, None, "hier hoort een gewone naam voor de dubbele punt"),
        ("geldig_vanaf: 2020-08-01", "geldig_vanaf: 2020-02-30", 3, None, "2020-02-30 is geen datum"),
        ("geldig_vanaf: 2020-08-01", "geldig_vanaf: 2020-09-01", 1, None, "passen niet bij de map en de naam"),
    ],
)
def test_an_error_names_file_line_and_rule(
    map_: Path, oud: str, nieuw: str, lijn: int, regel: str | None, reden: str
) -> None:
    """A jurist who edits a file sees where and why it is refused."""
    assert basis().count(oud) == 1
    schrijf(map_, "basis", "2020-08-01", basis().replace(oud, nieuw))
    with pytest.raises(ProtocolFout) as fout:
        laad_protocollen(map_)
    assert ("basis/2020-08-01.yaml", lijn, regel) == (fout.value.bestand, fout.value.lijn, fout.value.regel)
    assert reden in fout.value.reden
    assert str(fout.value).startswith(f"basis/2020-08-01.yaml:{lijn}:")


KLASSEN = """\
  - id: PR-3
    soort: classificatie
    als: {feit: klokuren, minstens: grens}
    dan: {klasse: max_uren_4_lesweken, wordt: {waarde_van: klokuren}}
    waarom: Deze regel hoort bij een proef.
    bron: {document: proef, paragraaf: § 4}
"""


def test_a_name_that_no_rule_derives_is_an_error(map_: Path) -> None:
    """A rule on it could never apply."""
    schrijf(map_, "basis", "2020-08-01", basis() + KLASSEN)
    with pytest.raises(ProtocolFout, match=r"24: regel PR-3: klokuren wordt in dit protocol nergens afgeleid"):
        laad_protocollen(map_)


def test_rules_that_wait_for_each_other_are_an_error(map_: Path) -> None:
    """There is no order in which they could be worked out."""
    terug = KLASSEN.replace("PR-3", "PR-4").replace("klokuren", "x").replace("max_uren_4_lesweken", "klokuren")
    schrijf(map_, "basis", "2020-08-01", basis() + KLASSEN + terug.replace("x", "max_uren_4_lesweken"))
    with pytest.raises(ProtocolFout, match=r"verwijst in een kring naar zichzelf: .*PR-[34].*PR-[34]"):
        laad_protocollen(map_)


def test_the_same_rule_in_a_region_must_say_that_it_replaces(map_: Path) -> None:
    """Otherwise nobody could tell which of the two counts."""
    schrijf(map_, "regio", "2021-08-01", regio().replace("PR-9", "PR-1"))
    with pytest.raises(ProtocolFout, match=r"regel PR-1: staat ook in basis/2020-08-01\.yaml: zet er vervangt bij"):
        laad_protocollen(map_)
