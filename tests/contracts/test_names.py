"""One name in every place, in the words of the woordenlijst, and no field that could carry a person."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from contracts import codes
from contracts.envelope import CloudEvent, EventData, schema_of, type_of
from contracts.events import personen
from contracts.example_data import EXAMPLES
from contracts.generate import ROOT, file_name, kinds, schema
from contracts.subjects import subject

KINDS = pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)
WOORDENLIJST = ROOT / "docs" / "woordenlijst.md"

# Words in field names that mean what they mean anywhere.
ORDINARY = {"begin", "eind", "", "sha256", "paginas", "dagen", "gemeld", "status"}

# Words in a field name that mean personal data or free text. `medewerker` and `ondertekenaar` are codes of officials.
PERSONAL = re.compile(
    r"naam|voornamen|adres(?!sa)|straat|huisnummer|postcode|plaats|woon|bsn|burgerservice|onderwijsnummer|anummer"
    r"|telefoon|mobiel|e_?mail|geboorte|geslacht|nationaliteit|iban|rekening"
    r"|toelichting|opmerking|omschrijving|tekst|notitie|verslag|motivering|memo|vrij(?!stelling)|ziek|medisch|diagnose"
)

# Text that is the same for every event of a type: `encode` writes it from the class and the schema pins it.
PINNED = {"type", "dataschema"}

FREE_TEXT = ("Jansen", "Jan Jansen", "ziek sinds maandag", "Dorpsstraat 1", "jan@voorbeeld.nl", "ja, want", "é", "٠١٢٣")


def _rows(heading: str) -> list[list[str]]:
    """The cells of the first table after a heading of the woordenlijst."""
    text = WOORDENLIJST.read_text(encoding="utf-8").partition(f"# {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return rows[1:]


TERMS = [row[0] for row in _rows("Woordenlijst")]
DEELWOORDEN = [row[0] for row in _rows("Voltooide deelwoorden")]


def _slug(term: str) -> str:
    return term.casefold().replace(" ", "-").replace("_", "-")


SLUGS = {_slug(term) for term in TERMS}


@KINDS
def test_class_wire_name_subject_and_file_are_the_same_words(kind: type[EventData]) -> None:
    """`HaltVerwijzingBesloten` is `halt-verwijzing-besloten` wherever it is named."""
    words = "-".join(re.findall(r"[A-Z][a-z]*", kind.__name__)).lower()
    assert words == kind.name
    assert words == subject(kind, "1924", UUID(int=1)).split(".")[1]
    assert words == file_name(kind).partition(".")[0]
    assert words == schema(kind)["title"].removeprefix("nl.overheid.leerplicht.").partition(".v")[0]


@KINDS
def test_name_is_a_term_and_what_happened_to_it(kind: type[EventData]) -> None:
    """`<onderwerp>-<voltooid deelwoord>`, both from the woordenlijst."""
    onderwerp, _, deelwoord = kind.name.rpartition("-")
    assert onderwerp in SLUGS, f"{onderwerp} staat niet in docs/woordenlijst.md"
    assert deelwoord in DEELWOORDEN, f"{deelwoord} staat niet in docs/woordenlijst.md"


def test_woordenlijst_is_sorted_and_says_everything_once() -> None:
    """A term is where one looks for it, and in one place only; no deelwoord is left over."""
    for column in (TERMS, DEELWOORDEN):
        assert sorted(set(column), key=str.casefold) == column
    assert sorted({kind.name.rpartition("-")[2] for kind in kinds()}) == DEELWOORDEN
    assert [row for row in _rows("Woordenlijst") if len(row) != 4] == []


@KINDS
def test_field_names_hold_a_term_of_the_woordenlijst(kind: type[EventData]) -> None:
    """A field says what it is in a word that somebody explained."""
    unknown = [name for name in kind.model_fields if not _has_term(name)]
    assert unknown == []


def _has_term(field: str) -> bool:
    words = (field if field in SLUGS else field.removesuffix("_id").removesuffix("datum")).split("_")
    runs = {"-".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, len(words) + 1)}
    plurals = {f"{slug}s" for slug in SLUGS} | {"aandachtspunten", "adressaten", "elementen", "meldingen", "onderdelen"}
    return bool(runs & (SLUGS | plurals | set(DEELWOORDEN) | ORDINARY))


def test_code_lists_are_terms_of_the_woordenlijst() -> None:
    """Each enumeration on the bus is named after an explained word."""
    lists = [v for v in vars(codes).values() if isinstance(v, type) and issubclass(v, Enum) and v.__members__]
    names = {re.sub(r"(?<=[a-z])(?=[A-Z])", " ", v.__name__).lower() for v in (*lists, personen.Onderdeel)}
    unknown = {name for name in names if not {_slug(name), name.replace(" ", "")} & SLUGS}
    assert unknown == set()


@KINDS
def test_type_is_reverse_dns_with_at_most_one_version_marker(kind: type[EventData]) -> None:
    """NL GOV profile: reverse DNS, named by domain, a version is one number after `v`; version 1 has none."""
    name = type_of(kind)
    assert name.startswith("nl.overheid.leerplicht.")
    assert re.fullmatch(r"nl\.overheid\.leerplicht\.[a-z]+(-[a-z]+)+(\.v[1-9][0-9]*)?", name)
    assert (kind.version > 1) == bool(re.search(r"\.v\d+$", name))
    assert schema_of(kind).endswith(f":{kind.name}:v{kind.version}")


def test_a_second_version_gets_its_own_type_schema_and_subject() -> None:
    """Old and new type can stand side by side."""

    class ZaakGeopend2(EventData):
        """A payload of version 2."""

        name = "zaak-geopend"
        version = 2

    assert type_of(ZaakGeopend2) == "nl.overheid.leerplicht.zaak-geopend.v2"
    assert schema_of(ZaakGeopend2) == "urn:nld:schakel:schema:zaak-geopend:v2"
    assert file_name(ZaakGeopend2) == "zaak-geopend.v2.json"


@KINDS
def test_no_field_is_named_after_personal_data_or_free_text(kind: type[EventData]) -> None:
    """An event is thin: who needs a name or an explanation asks its source."""
    assert [name for name in kind.model_fields if PERSONAL.search(name)] == []


@pytest.mark.parametrize(
    "name", ["naam", "woonadres", "bsn_ouder", "e_mail", "toelichting", "geboortedatum", "vrije_tekst"]
)
def test_the_list_of_suspect_words_finds_them(name: str) -> None:
    """The guard above can fail."""
    assert PERSONAL.search(name)


@KINDS
def test_no_text_can_hold_a_name_or_a_sentence(kind: type[EventData]) -> None:
    """Every text on the bus has a closed shape: a list, a pattern, a format, or at most eight characters."""
    for path, text in _texts(schema(kind)):
        if "enum" in text or "const" in text or text.get("format") in {"uuid", "date", "date-time"}:
            continue
        if "pattern" not in text:
            assert text.get("maxLength", 99) <= 8, f"{path}: geen patroon en geen korte maximumlengte"
            continue
        accepted = [sample for sample in FREE_TEXT if re.search(text["pattern"], sample)]
        assert accepted == [], f"{path}: patroon laat vrije tekst door"


@KINDS
def test_the_class_refuses_text_in_every_field(kind: type[EventData]) -> None:
    """A source in Python cannot say what the schema forbids: no field takes a name or a sentence, or repeats it."""
    valid = next(e.data for e in EXAMPLES if type(e.data) is kind).model_dump()
    for name, value in valid.items():
        for sample in FREE_TEXT[:6]:
            with pytest.raises(ValidationError) as refused:
                kind.model_validate(valid | {name: (sample,) if isinstance(value, tuple) else sample})
            assert sample not in str(refused.value)


def test_only_pinned_attributes_of_the_envelope_are_plain_text() -> None:
    """`type` and `dataschema` follow from the class; every other attribute has a shape of its own."""
    plain = {n for n, f in CloudEvent.model_fields.items() if f.annotation is str and not f.metadata}
    assert plain == PINNED
    for kind in kinds():
        assert {n for n, p in schema(kind)["properties"].items() if "const" in p} >= PINNED


def _texts(part: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(part, dict):
        if part.get("type") == "string":
            yield path, part
        for key, inner in part.items():
            yield from _texts(inner, f"{path}/{key}")
    elif isinstance(part, list):
        for number, inner in enumerate(part):
            yield from _texts(inner, f"{path}/{number}")
