"""StUF-BG npsLk01: the answers we give, the kennisgevingen we make, and what is refused for safety."""

from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from services.brp_sync.model import ONBEKENDE, Adres, InOnderzoek, Opschorting, Persoon, toepassen
from services.brp_sync.stuf import (
    Foutplek,
    Mutatiesoort,
    OngeldigBericht,
    Stuurgegevens,
    Systeem,
    bouw_bv03,
    bouw_fo03,
    bouw_npslk01,
    lees_npslk01,
)
from simulators.personen import maak_bevolking

MAP = Path(__file__).parents[2] / "data" / "brp"
INSCHRIJVING = (MAP / "npslk01_T_inschrijving.xml").read_bytes()
VERHUIZING = (MAP / "npslk01_W_verhuizing.xml").read_bytes()
STUUR = Stuurgegevens(
    zender=Systeem(organisatie="0171", applicatie="DDS"),
    ontvanger=Systeem(organisatie="0171", applicatie="LEERPLICHT"),
    referentienummer="ref-0001",
    tijdstip="20260901101500000",
)
NS = {
    "soap": "http://schemas.xmlsoap.org/soap/envelope/",
    "StUF": "http://www.egem.nl/StUF/StUF0301",
    "BG": "http://www.egem.nl/StUF/sector/bg/0310",
}
PEILDATUM = date(2026, 9, 1)  # a Tuesday
NU = datetime(2026, 9, 1, 8, 15, tzinfo=UTC)
JONGERE = Persoon(
    bsn="999949512",
    a_nummer="1000000007",
    geslachtsnaam="Elzinga",
    geboortedatum="20150312",
    gemeente="0171",
    onbekend={"onderwijsnummer", "gezag"},
)


def test_each_bv03_is_of_its_own_message() -> None:
    """Also when two between the same systems follow each other, and when another sender comes in between."""
    ander = STUUR.model_copy(update={"zender": Systeem(applicatie="MAKELAAR"), "referentienummer": "ref-2"})
    for stuur, nummer in ((STUUR, "a"), (ander, "b"), (STUUR.model_copy(update={"referentienummer": "3"}), "c")):
        groep = etree.fromstring(bouw_bv03(stuur, NU, nummer)).find(".//StUF:stuurgegevens", NS)
        assert groep is not None
        delen = ("referentienummer", "crossRefnummer", "ontvanger/StUF:applicatie", "zender/StUF:applicatie")
        assert [nummer, stuur.referentienummer, stuur.zender.applicatie, stuur.ontvanger.applicatie] == [
            groep.findtext(f"StUF:{deel}", namespaces=NS) for deel in delen
        ]


LACHBOM = (
    b'<!DOCTYPE b [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%b">' % (letter, b"&%c;" % (letter - 1) * 10) for letter in range(ord("b"), ord("k")))
    + b"]><b>&j;</b>"
)


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    ("xml", "reden"),
    [
        (LACHBOM, "DOCTYPE"),
        (b'<!DOCTYPE b [<!ENTITY x SYSTEM "file:///etc/hostname">]><b>&x;</b>', "DOCTYPE"),
        (b'<!DOCTYPE b SYSTEM "http://127.0.0.1:9/x.dtd"><b/>', "DOCTYPE"),
        (b'\xef\xbb\xbf<?xml version="1.0"?> <!doctype b><b/>', "DOCTYPE"),
        ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE b><b/>'.encode("utf-16"), "tekenset"),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE b+AD4APA-b/+AD4-', "tekenset"),
        ('<?xml version="1.0" encoding="cp037"?><!DOCTYPE b><b/>'.encode("cp037"), "geen XML"),
        (b"<b>&x;</b>", "welgevormde"),
        (b"<a>" * 5000 + b"</a>" * 5000, "welgevormde"),
        (b"<b", "welgevormde"),
        (b"", "geen XML"),
        (b"{}", "geen XML"),
        (b"\xff\xfe\xfa", "geen XML"),
        (b"<b>\xe9</b>", "welgevormde"),
    ],
    ids=lambda waarde: waarde if isinstance(waarde, str) else "",
)
def test_bombs_and_rubbish_are_refused_at_once(xml: bytes, reden: str) -> None:
    """No entity is expanded, no file or address is opened, no character set hides a DOCTYPE."""
    with pytest.raises(OngeldigBericht, match=reden):
        lees_npslk01(xml)


def test_a_file_is_never_read_through_an_entity(tmp_path: Path) -> None:
    """What stands in it does not come back in the refusal either."""
    (tmp_path / "geheim.txt").write_text("zeer geheim")
    xml = f'<!DOCTYPE b [<!ENTITY x SYSTEM "{(tmp_path / "geheim.txt").as_uri()}">]><b>&x;</b>'.encode()
    with pytest.raises(OngeldigBericht) as fout:
        lees_npslk01(xml)
    assert "zeer geheim" not in str(fout.value)


@pytest.mark.parametrize(("ruimte", "past"), [(-1, False), (0, True), (1, True)])
def test_the_size_limit_is_exact(ruimte: int, past: bool) -> None:
    """One byte over is too many, and it is refused before it is read."""
    if past:
        assert lees_npslk01(VERHUIZING, len(VERHUIZING) + ruimte).nieuw
    else:
        with pytest.raises(OngeldigBericht, match="groter dan"):
            lees_npslk01(VERHUIZING, len(VERHUIZING) + ruimte)


def xpath(xml: bytes, pad: str) -> list[str]:
    gevonden = etree.fromstring(xml).xpath(f"{pad}/text()", namespaces=NS)
    assert isinstance(gevonden, list)
    return [str(tekst) for tekst in gevonden]


def test_bv03_turns_sender_and_receiver_round() -> None:
    """With our number, theirs as crossRefnummer, and Dutch time: a summer evening in UTC is the next day here."""
    bv03 = bouw_bv03(lees_npslk01(INSCHRIJVING), datetime(2026, 8, 31, 22, 30, 5, 678_000, tzinfo=UTC), "ons-1")
    stuur = "/soap:Envelope/soap:Body/StUF:Bv03Bericht/StUF:stuurgegevens"
    assert xpath(bv03, f"{stuur}/*[not(*)]") == ["Bv03", "ons-1", "20260901003005678", "ref-0001"]
    assert xpath(bv03, f"{stuur}/StUF:zender/*") == ["0171", "LEERPLICHT"]
    assert xpath(bv03, f"{stuur}/StUF:ontvanger/*") == ["0171", "DDS"]


def test_fo03_is_the_detail_of_a_soap_fault() -> None:
    """StUF bindingen §3: faultcode from plek, faultstring from omschrijving; the omschrijving fits the schema."""
    fo03 = bouw_fo03(STUUR, NU, "ons-2", "StUF055", "te " + "lang" * 60, Foutplek.SERVER)
    fault = "/soap:Envelope/soap:Body/soap:Fault"
    assert xpath(fo03, f"{fault}/faultcode") == ["soapenv:Server"]
    body = f"{fault}/detail/StUF:Fo03Bericht/StUF:body"
    assert ["StUF055", "server", ("te " + "lang" * 60)[:200]] == xpath(fo03, f"{body}/*")
    assert xpath(fo03, f"{fault}/detail/StUF:Fo03Bericht/StUF:stuurgegevens/StUF:crossRefnummer") == ["ref-0001"]


def test_without_stuurgegevens_only_the_fault_remains() -> None:
    """There is nobody to address a Fo03 to."""
    fout = bouw_fo03(None, NU, "ons-3", "StUF055", "is geen XML")
    assert xpath(fout, "/soap:Envelope/soap:Body/soap:Fault/faultstring") == ["is geen XML"]
    assert xpath(fout, "//StUF:Fo03Bericht/*/*") == []


@pytest.mark.parametrize("code", ["", "StUF0555"])
def test_a_fault_code_must_fit_the_schema(code: str) -> None:
    """One to seven characters."""
    with pytest.raises(ValueError, match="1 tot en met 7"):
        bouw_fo03(STUUR, NU, "ons-4", code, "fout")


def zonder_verlies(persoon: Persoon) -> Persoon:
    """What StUF can tell of `persoon`: that something is under investigation, not since when and which element."""
    onderzoeken = tuple(InOnderzoek(code=f"{onderzoek.categorie}0000") for onderzoek in persoon.in_onderzoek)
    return persoon.model_copy(update={"in_onderzoek": onderzoeken})


def test_a_whole_population_survives_being_sent() -> None:
    """Every fictional jongere comes out of a T as they went in, incomplete dates and long names included."""
    for persoon in maak_bevolking(11, 400, ["0171", "0193"], PEILDATUM):
        xml = bouw_npslk01(persoon, Mutatiesoort.TOEVOEGING, STUUR, sleutel="s1")
        assert zonder_verlies(persoon) == toepassen(ONBEKENDE, lees_npslk01(xml).nieuw.wijziging)


@pytest.mark.parametrize("mutatiesoort", ["W", "C", "F"])
def test_a_change_turns_the_one_into_the_other(mutatiesoort: str) -> None:
    """Whatever differs between two persons, the kennisgeving of it carries over."""
    personen = [
        *maak_bevolking(12, 150, ["0171", "0193"], PEILDATUM),
        JONGERE.model_copy(update={"adres": Adres(land="7028", buitenland_regels=("ul. Długa 5",))}),
        JONGERE.model_copy(update={"opschorting": Opschorting(reden="O", datum="20260300"), "geboortedatum": None}),
        JONGERE.model_copy(
            update={"voornamen": None, "onbekend": frozenset({"onderwijsnummer", "gezag", "voornamen"})}
        ),
        JONGERE.model_copy(
            update={"onbekend": frozenset({"onderwijsnummer", "gezag", "adres", "opschorting", "geslacht"})}
        ),
        JONGERE,
    ]
    for oud, nieuw in pairwise(map(zonder_verlies, personen)):
        xml = bouw_npslk01(nieuw, Mutatiesoort(mutatiesoort), STUUR, oud=oud)
        assert nieuw == toepassen(oud, lees_npslk01(xml).nieuw.wijziging)


@pytest.mark.parametrize(
    ("mutatiesoort", "oud"), [("T", JONGERE), ("V", JONGERE), ("W", None), ("C", None), ("F", None)]
)
def test_the_old_situation_belongs_to_changes_only(mutatiesoort: str, oud: Persoon | None) -> None:
    """T and V have one object, W, C and F two."""
    with pytest.raises(ValueError, match="oud hoort bij"):
        bouw_npslk01(JONGERE, Mutatiesoort(mutatiesoort), STUUR, oud=oud)


def test_a_v_tells_only_who_it_is() -> None:
    """No address, no parents: the receiver is not to know more than that following stops."""
    xml = bouw_npslk01(JONGERE, Mutatiesoort.VERWIJDERING, STUUR, sleutel="s1")
    genoemd = lees_npslk01(xml).nieuw.wijziging.genoemd
    assert {"bsn", "geslachtsnaam", "geboortedatum"} <= genoemd
    assert not genoemd & {"adres", "ouders", "gemeente", "indicatie_geheim"}
