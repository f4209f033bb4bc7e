"""What an inzage shows and leaves out, in which words, and that the PDF can be read by everybody."""

import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema  # type: ignore[import-untyped]
import pikepdf
import pytest

from hub.catalogus import Tabel
from hub.medewerkers import Medewerker, Rol
from schakel.inzage.lezen import Gelezen, Rij, catalogus
from schakel.inzage.model import Inzage, Onderdeel, Soort
from schakel.inzage.opbouw import Bouwplaats, bouw, op_toestemming
from schakel.inzage.pdf import maak_pdf
from schakel.inzage.samenstel import Vraag, stel_samen
from schakel.inzage.woorden import Woorden, groepen, leesbaar, toon
from schakel.places import SERVICES
from services.brp_sync.model import Persoon
from tests.unit.letters.pdf_controle import EISEN, leesvolgorde, tekst

JONGERE = UUID("11111111-2222-4333-8444-555555555555")
NU = datetime(2026, 9, 14, 8, 0, 0, 123456, tzinfo=UTC)  # maandag; a real clock has microseconds
AMBTENAAR = Medewerker(
    code="LPA-1", naam="A. Janssen", functie="leerplichtambtenaar", rollen=(Rol.LEERPLICHTAMBTENAAR,),
    gemeenten=("1924",),
)  # fmt: skip
PERSOON: dict[str, Any] = {
    "bsn": "999990019",
    "voornamen": "Chloé",
    "geslachtsnaam": "Proefman",
    "geboortedatum": "20110504",
    "gemeente": "1924",
    "indicatie_geheim": 0,
    "adres": {"straat": "Verzonnenlaan", "huisnummer": "1"},
    "ouders": [{"betrekking": "ouder1", "bsn": "999990032", "voornamen": "Olga"}],
}
ZAAK_ID = UUID(int=1)
SCHEMA = Path(__file__).parents[3] / "docs" / "inzage.schema.json"


def zaak(**velden: Any) -> dict[str, Any]:
    """The content of a zaak."""
    basis: dict[str, Any] = {"zaaksoort": "relatief", "schooljaar": "2026-2027", "feiten": {}, "voorstellen": {}}
    return basis | velden


def rij(service: str, naam: str, waarden: Mapping[str, Any]) -> Rij:
    """A row of a table."""
    return Rij(service, Tabel(naam, "proef"), waarden)


def zaakrij(gemeente: str = "1924", **velden: Any) -> Rij:
    """A row with a zaak."""
    waarden = {"zaak_id": ZAAK_ID, "gemeente": gemeente, "geopend_op": NU, "inhoud": zaak(**velden)}
    return rij("cases", "zaak", waarden)


def gelezen(*rijen: Rij, persoon: Mapping[str, Any] = PERSOON) -> Gelezen:
    """What was read, with the person."""
    wie = rij("brp_sync", "jongere", {"gemeente": "1924", "gegevens": persoon})
    return Gelezen((JONGERE,), Persoon.model_validate(persoon), (wie, *rijen))


def plek(*rijen: Rij, persoon: Mapping[str, Any] = PERSOON, **anders: Any) -> Bouwplaats:
    """The groups made of it."""
    return bouw(gelezen(*rijen, persoon=persoon), Woorden.van(), ["1924"], **anders)


def inzage(*rijen: Rij, soort: Soort = Soort.INZAGE, persoon: Mapping[str, Any] = PERSOON) -> Inzage:
    """The document."""
    gebouwd = plek(*rijen, persoon=persoon)
    if soort is Soort.PORTABILITEIT:
        op_toestemming(gebouwd)
    return stel_samen(gebouwd, Vraag(JONGERE, "LPA-1", soort), AMBTENAAR, ["Goeree-Overflakkee"], NU)


def teksten(deel: Onderdeel) -> list[str]:
    """Everything readable in a part."""
    cellen = [cel for r in deel.tabel.rijen for cel in r] if deel.tabel is not None else []
    return [deel.titel, *(v.waarde for v in deel.velden), *cellen, *(t for d in deel.onderdelen for t in teksten(d))]


def alles(gebouwd: Bouwplaats) -> list[str]:
    """Everything readable."""
    return [t for delen in gebouwd.delen.values() for deel in delen for t in teksten(deel)]


def voorstel(uitkomst: str) -> dict[str, Any]:
    """A voorstel with a besluit."""
    besluit = {"soort": "afwijzen", "medewerker": "LPA-1", "op": NU.isoformat(), "motivering": "Eerst praten"}
    return {"uitkomst": uitkomst, "uitleg": [{"waarom": "zestien uur", "regel": "GO", "bron": "§ 5"}],
            "status": "besloten", "besluit": besluit}  # fmt: skip


# What is shown and what is not


def test_a_zaak_tells_what_was_established_proposed_and_decided_in_words() -> None:
    """Codes become what the word lists say they mean; the motivering is there."""
    gebouwd = plek(
        zaakrij(
            feiten={"oordeel": "ongeoorloofd", "verhoor_datum": "2026-09-01"},
            voorstellen={"1": voorstel("lpa_uitnodiging_1"), "2": voorstel("proces_verbaal")},
            iets_nieuws={"van_later": "blijft zichtbaar"},
        )
    )
    texts = alles(gebouwd)
    for verwacht in ("ongeoorloofd", "Eerst praten", "zestien uur", "blijft zichtbaar"):
        assert verwacht in texts
    assert "Voorstel: Schriftelijk uitnodigen voor een gesprek over het verzuim" in texts
    assert [] == [t for t in texts if "roces" in t or "1 september" in t]
    assert 2 == gebouwd.weg["opsporing"]


def test_of_others_only_what_is_needed() -> None:
    """No BSN of ouders, nobody at school."""
    melding = {"meldingsnummer": "7", "gemeente": "1924", "inhoud": {"toelichting": "graag contact",
               "melder": {"naam": "K. Verzonnenstein"}, "school": {"brin": "90XA"}}}  # fmt: skip
    gebouwd = plek(rij("ingest_duo", "melding", melding))
    texts = alles(gebouwd)
    assert {"Olga", "graag contact", "90XA"} <= set(texts)
    assert not {"999990032", "K. Verzonnenstein"} & set(texts)
    assert 2 == gebouwd.weg["gegevens_van_anderen"]


@pytest.mark.parametrize(("geheim", "aan_jongere", "adres"), [(0, False, True), (7, False, False), (7, True, True)])
def test_a_secret_address_goes_to_nobody_but_the_jongere(geheim: int, aan_jongere: bool, adres: bool) -> None:
    """Wet BRP art. 2.59."""
    gebouwd = plek(persoon=PERSOON | {"indicatie_geheim": geheim}, aan_jongere=aan_jongere)
    assert adres is ("Verzonnenlaan" in alles(gebouwd))
    assert (not adres) is bool(gebouwd.weg["geheim_adres"])


def test_another_gemeente_gives_its_own_inzage() -> None:
    """Its zaak is named as left out."""
    gebouwd = plek(zaakrij("0171", feiten={"oordeel": "ongeoorloofd"}))
    assert "ongeoorloofd" not in alles(gebouwd)
    assert 1 == gebouwd.weg["andere_gemeente"]


def test_a_table_nobody_described_is_shown_as_it_is() -> None:
    """A new table cannot fall out of an inzage."""
    gebouwd = plek(rij("cases", "nieuwe_tabel", {"jongere_id": JONGERE, "wat": {"diep": [{"in": "gevonden"}]}}))
    assert "gevonden" in [t for deel in gebouwd.delen["overig"] for t in teksten(deel)]


def test_every_table_that_groups_name_is_in_the_catalogue() -> None:
    """A renamed table would silently move to `overig`."""
    known = {f"{s}.{t.naam}" for s in SERVICES for t in catalogus(s)} | {t.naam for t in catalogus("cases")}
    named = {t for g in groepen()["groepen"].values() for t in g["tabellen"]} | set(groepen()["dubbel"])
    assert set() == named - known


def dossier(element: str, stand: str) -> Rij:
    """A dossier with one consent."""
    toestemming = {"element": element, "ontvanger": "halt", "doel": "halt", "gever": "jongere", "stand": stand}
    return rij("cases", "dossier", {"persoon": {"privacy": {"toestemmingen": [toestemming]}}})


@pytest.mark.parametrize(("stand", "mee"), [("gegeven", True), ("ingetrokken", False), ("geweigerd", False)])
def test_what_may_be_taken_along_was_given_on_consent(stand: str, mee: bool) -> None:
    """Convenant fn 30: the address only with a consent for it that stands; nothing else."""
    document = inzage(dossier("adres_woonplaats", stand), zaakrij(), soort=Soort.PORTABILITEIT)
    assert mee is ("Verzonnenlaan" in document.model_dump_json())
    assert mee is ("toestemmingen" in {g.code for g in document.groepen})
    assert "zaken" not in {g.code for g in document.groepen}


def test_each_group_tells_how_long_it_is_kept() -> None:
    """The term that holds in this installation, with its source."""
    (wie,) = inzage().groepen
    assert wie.bewaren.endswith(
        "Nu is dat 1 jaar, gerekend vanaf: 23e verjaardag zonder dossier "
        "(eigen keuze van de gemeente; leerlingdossier buiten het convenant)."
    )


# Words


@pytest.mark.parametrize(
    ("waarde", "veld", "verwacht"),
    [
        (True, "", "ja"),
        (False, "", "nee"),
        (0, "", "0"),
        (date(2026, 3, 1), "", "1 maart 2026"),
        ("2026-03-01", "", "1 maart 2026"),
        ("2026-02-30", "", "2026-02-30"),
        ("2026-03-29T01:00:00Z", "", "29 maart 2026, 3.00 uur"),
        (datetime(2026, 10, 25, 1, 0, tzinfo=UTC), "", "25 oktober 2026, 2.00 uur"),
        ("20110504", "geboortedatum", "4 mei 2011"),
        ("20110500", "geboortedatum", "mei 2011"),
        ("20110000", "geboortedatum", "2011"),
        ("00000000", "overlijdensdatum", "onbekend"),
        ("20110504", "bsn", "20110504"),
        ("lpa_uitnodiging_1", "", "lpa uitnodiging 1"),
        ("Tekst_met streep", "", "Tekst_met streep"),
        (["a", "b"], "", "a, b"),
        ("B", "status", "in behandeling"),
        ("V", "geslacht", "vrouw"),
    ],
)
def test_values_are_written_out(waarde: Any, veld: str, verwacht: str) -> None:
    """Dates in words and Dutch time, also when the clock changes; parts the BRP does not know are left out."""
    assert verwacht == toon(waarde, veld)


def test_names_of_fields_are_words() -> None:
    """Numbers say of what."""
    assert ["Nummer van zaak", "Wanneer", "Hele dag"] == [leesbaar(n) for n in ("zaak_id", "op", "hele_dag")]


# The document


def test_the_schema_is_that_of_the_document() -> None:
    """docs/inzage.schema.json is made from the model, and a document fits it."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert schema == Inzage.model_json_schema()
    document = json.loads(inzage(zaakrij(feiten={"oordeel": "ongeoorloofd"})).model_dump_json())
    jsonschema.validate(document, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document | {"geheim": 1}, schema)


def test_a_document_does_not_show_itself_by_accident() -> None:
    """Names and values are not in its representation."""
    assert [] == [w for w in ("Chloé", "Verzonnenlaan", "999990019") if w in repr(inzage())]


# The PDF

_ONGEVAL = 'Zei: #panic("x") *niet vet* [haak] $1$ <kop> \\ " @label'


def test_a_value_can_never_be_markup() -> None:
    """What Typst would run elsewhere stands there letter for letter."""
    pdf = maak_pdf(inzage(zaakrij(feiten={"oordeel": _ONGEVAL})))
    assert " ".join(_ONGEVAL.split()) in tekst(pdf)


def test_a_character_no_font_has_becomes_a_question_mark() -> None:
    """And the first page says so."""
    pdf = maak_pdf(inzage(persoon=PERSOON | {"voornamen": "Chloé 🦊"}))
    assert "Chloé ?" in tekst(pdf)
    assert "Sommige tekens kunnen wij niet drukken" in tekst(pdf)
    assert "Sommige tekens" not in tekst(maak_pdf(inzage()))


def gebreken(pdf: bytes) -> set[str]:
    """Requirements that the PDF fails; there are no pictures in it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return {eis for eis, (_, voldoet) in EISEN.items() if eis != "afbeeldingen" and not voldoet(document)}


def test_the_pdf_is_readable_for_who_cannot_see() -> None:
    """Language, title, tags, headings, fonts; the overview comes first, on one page; the same bytes again."""
    document = inzage(zaakrij(feiten={"oordeel": "ongeoorloofd"}, voorstellen={"1": voorstel("lpa_uitnodiging_1")}))
    pdf = maak_pdf(document)
    assert set() == gebreken(pdf)
    assert pdf == maak_pdf(document)
    koppen = [inhoud for tag, inhoud in leesvolgorde(pdf) if tag in ("H1", "H2")]
    assert ["Wat wij over u hebben vastgelegd", "Overzicht"] == koppen[:2]
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        tabellen = [e for e in _tags(opened) if e in ("Table", "TH", "TD")]
        assert {"Table", "TH", "TD"} == set(tabellen)


def _tags(document: pikepdf.Pdf) -> list[str]:
    from tests.unit.letters.pdf_controle import elementen

    return [element.tag for element in elementen(document)]


def test_the_checks_of_the_pdf_can_fail() -> None:
    """Without its language, marks and title it is found out."""
    with pikepdf.open(io.BytesIO(maak_pdf(inzage()))) as document:
        del document.Root.Lang
        del document.Root.MarkInfo
        del document.Root.StructTreeRoot
        del document.Root.Metadata
        out = io.BytesIO()
        document.save(out)
    assert {"taal", "gemarkeerd", "structuur", "titel", "pdf_ua", "pdf_a", "koppen"} <= gebreken(out.getvalue())
