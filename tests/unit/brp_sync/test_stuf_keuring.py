"""The schema judges the form of a message; what it finds is told without a value, and nothing depends on it."""

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from hub.errors import NietGereed
from services.brp_sync.model import Adres, Persoon
from services.brp_sync.stuf import Mutatiesoort, bouw_npslk01, lees_npslk01
from services.brp_sync.stuf.keuring import Keuring, Oordeel
from services.brp_sync.stuf.reading import ontleed
from simulators.personen import maak_bevolking
from tests.unit.brp_sync.test_stuf import INSCHRIJVING, NIET_LANGER_GEVOLGD, STUUR, VERHUIZING
from tests.unit.brp_sync.voorbeelden import jongere

KEURING = Keuring()


def oordeel(xml: bytes) -> Oordeel:
    """The verdict about a message in its envelope."""
    return KEURING.oordeel(ontleed(xml))


def goed() -> bytes:
    """A message of our own, of which every value fits."""
    return bouw_npslk01(jongere(), Mutatiesoort.TOEVOEGING, STUUR, sleutel="1")


def test_what_we_write_ourselves_has_the_form_of_the_standard() -> None:
    """Every kind of message about every kind of person."""
    assert Oordeel() == oordeel(goed())
    for nummer, persoon in enumerate(maak_bevolking(3, 60, ["1924"], date(2026, 9, 14))):
        weg = persoon.model_copy(update={"adres": Adres(land="7028"), "opschorting": None})
        for bericht in (
            bouw_npslk01(persoon, Mutatiesoort.TOEVOEGING, STUUR),
            bouw_npslk01(persoon, Mutatiesoort.VERWIJDERING, STUUR),
            bouw_npslk01(weg, Mutatiesoort.WIJZIGING, STUUR, oud=persoon, sleutel=str(nummer)),
            bouw_npslk01(persoon, Mutatiesoort.CORRECTIE, STUUR, oud=weg, verwerkingssoort="S"),
        ):
            assert Oordeel() == oordeel(bericht)


def test_the_form_that_senders_use_is_read_and_judged() -> None:
    """Without verwerkingssoort on relations: not valid, and understood all the same."""
    geoordeeld = oordeel(INSCHRIJVING)
    assert not geoordeeld.geldig
    assert "mist het attribuut verwerkingssoort" == geoordeeld.reden
    assert lees_npslk01(INSCHRIJVING).nieuw.wijziging.bsn is not None
    assert oordeel(VERHUIZING).geldig
    assert oordeel(NIET_LANGER_GEVOLGD).geldig


@pytest.mark.parametrize(
    ("was", "wordt", "veld", "reden"),
    [
        (b">V</BG:geslachtsaanduiding>", b">Geheim</BG:geslachtsaanduiding>", "geslachtsaanduiding", "geen waarde uit"),
        (b">999949512</BG:inp.bsn>", b">12</BG:inp.bsn>", "inp.bsn", "niet de vorm"),
        (b"<BG:geboortedatum>20150312<", b"<BG:geboortedatum>gisteren<", "geboortedatum", "niet het type"),
        (b"<BG:voornamen>", b"<BG:voornamen>" + b"x" * 200, "voornamen", "te lang"),
        (b' StUF:sleutelVerzendend="1"', b' StUF:sleutel="1"', "object", "attribuut dat hier niet hoort"),
        (b"<BG:geslachtsnaam>", b"<BG:Fadoua/><BG:geslachtsnaam>", "onbekend element", "niet op zijn plaats"),
        (b'indOnvolledigeDatum="D"', b'indOnvolledigeDatum="Q"', "geboortedatum", "geen waarde uit"),
        (b">DDS</StUF:applicatie>", b">D</StUF:applicatie>", "applicatie", "te kort"),
    ],
)
def test_each_fault_is_told_by_its_element_and_never_by_its_value(
    was: bytes, wordt: bytes, veld: str, reden: str
) -> None:
    """Neither does an element get to tell a name that somebody made up."""
    bericht = goed()
    if b"indOnvolledige" in was:
        bericht = bouw_npslk01(jongere(geboortedatum="20150300"), Mutatiesoort.TOEVOEGING, STUUR)
    assert was in bericht
    geoordeeld = oordeel(bericht.replace(was, wordt))
    assert geoordeeld.fouten >= 1
    assert veld == geoordeeld.veld
    assert reden in str(geoordeeld.reden)
    for geheim in ("Geheim", "999949512", "gisteren", "xxx", "Fadoua"):
        assert geheim not in f"{geoordeeld.veld} {geoordeeld.reden}"


def test_order_and_number_count(tmp_path: Path) -> None:
    """A third object, and a name after the birth date."""
    element = ontleed(VERHUIZING)
    element.append(etree.fromstring(etree.tostring(element[-1])))
    assert not KEURING.oordeel(element).geldig
    persoon = Persoon(bsn="999949512", geslachtsnaam="Elzinga", geboortedatum="20150312")
    los = ontleed(bouw_npslk01(persoon, Mutatiesoort.VERWIJDERING, STUUR))
    assert KEURING.oordeel(los).geldig
    los[-1].append(los[-1][0])
    assert not KEURING.oordeel(los).geldig


def test_a_schema_that_cannot_be_used_stops_the_start(tmp_path: Path) -> None:
    """Better than messages that nobody judges."""
    (tmp_path / "stuk.xsd").write_text("<schema")
    for pad in (tmp_path, tmp_path / "stuk.xsd", tmp_path / "is er niet.xsd"):
        with pytest.raises(NietGereed):
            Keuring(pad)


def test_a_schema_of_ones_own_judges_instead(tmp_path: Path) -> None:
    """One that finds everything wrong."""
    (tmp_path / "leeg.xsd").write_text('<schema xmlns="http://www.w3.org/2001/XMLSchema"/>')
    assert not Keuring(tmp_path / "leeg.xsd").oordeel(ontleed(goed())).geldig
