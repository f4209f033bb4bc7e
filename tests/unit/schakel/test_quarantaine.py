"""What an operator is told to do, and what a sender gets back."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from lxml import etree

from schakel.quarantaine.advies import advies, tabel
from schakel.quarantaine.antwoorden import Weigering, antwoord

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag
NPSLK01 = Path(__file__).parents[2] / "data" / "brp" / "npslk01_W_verhuizing.xml"


@pytest.mark.parametrize(
    ("bron", "veld", "reden", "zegt"),
    [
        ("duo", "ontvangende_gemeente", "deze gemeente hoort niet bij deze installatie", "register van gemeenten"),
        ("duo", "bsn", "telt geen negen cijfers of voldoet niet aan de elfproef", "Vraag de school"),
        ("stuf-bg", "inp.bsn", "geen BSN, A-nummer of sleutel: niet duidelijk om wie het gaat", "Vul het BSN aan"),
        ("stuf-bg", "bsn", "ontbreekt: zonder BSN is de persoon niet te vinden", "Vul het BSN aan"),
        ("lo3", "bsn", "niet bekend: er is geen persoon met dit nummer", "afnemersindicatie"),
        ("stuf-bg", "bericht", "bevat een DOCTYPE; die wordt niet aangenomen", "aanval"),
        ("stuf-bg", "geboortedatum", "geen geldige datum", "De datum bestaat niet"),
        ("persoonslijsten", "regel", "telt 3 cellen waar de koprij er 40 heeft", "puntkomma"),
        ("iets-nieuws", "iets", "iets anders", "Bekijk plek, veld en reden"),
    ],
)
def test_advice_fits_bron_veld_and_reden(bron: str, veld: str, reden: str, zegt: str) -> None:
    """The most particular row comes first; what nobody thought of gets the general advice."""
    assert zegt in advies(bron, veld, reden)


def test_every_row_of_the_table_can_be_reached() -> None:
    """No row stands behind one that always fits first."""
    rows = tabel().regels
    assert [] == [
        later.advies for at, later in enumerate(rows)
        for earlier in rows[:at]
        if not earlier.reden and earlier.bron in ("*", later.bron) and earlier.veld in ("*", later.veld)
    ]  # fmt: skip


def weigering(bron: str, inhoud: bytes) -> Weigering:
    return Weigering(bron, "object[2]", "postcode", "heeft niet de vorm", "Stuur opnieuw; met postcode", NU, inhoud)


def test_stuf_gets_a_fo03_addressed_to_its_sender() -> None:
    made = antwoord(weigering("stuf-bg", NPSLK01.read_bytes()), NU, "ref1")
    texts = {etree.QName(e).localname: e.text for e in etree.fromstring(made.inhoud).iter() if e.text}
    theirs = etree.fromstring(NPSLK01.read_bytes()).findtext(".//{*}referentienummer")
    assert "text/xml; charset=utf-8" == made.mediatype
    assert ("Fo03", "ref1", theirs) == (texts["berichtcode"], texts["referentienummer"], texts["crossRefnummer"])
    assert "Stuur opnieuw; met postcode (postcode: heeft niet de vorm)" == texts["omschrijving"]


def test_stuf_that_cannot_be_read_gets_a_soap_fault() -> None:
    made = antwoord(weigering("stuf-bg", b"<kapot"), NU, "ref1")
    assert b"Fault" in made.inhoud
    assert b"kapot" not in made.inhoud


def test_a_cloudevent_gets_problem_details_with_its_own_id() -> None:
    body = json.dumps({"id": "e-1", "source": "urn:x", "type": "nl.brp.y", "data": {"bsn": "999990019"}}).encode()
    made = antwoord(weigering("cloudevents", body), NU, "ref1")
    document = json.loads(made.inhoud)
    assert "application/problem+json" == made.mediatype
    assert ("e-1", 422, "postcode") == (document["id"], document["status"], document["veld"])
    assert b"999990019" not in made.inhoud


@pytest.mark.parametrize("body", [b"", b"[]", b'{"id": 3}', b"\xff", b"[" * 100_000])
def test_any_content_gets_an_answer(body: bytes) -> None:
    for bron in ("stuf-bg", "cloudevents", "persoonslijsten", "halt"):
        assert antwoord(weigering(bron, body), NU, "ref1").inhoud


def test_a_file_gets_a_row_that_a_spreadsheet_reads_back() -> None:
    made = antwoord(weigering("persoonslijsten", b"x"), NU, "ref1")
    kop, rij = csv.reader(io.StringIO(made.inhoud.decode()), delimiter=";")
    assert {"plek": "object[2]", "reden": "Stuur opnieuw; met postcode"}.items() <= dict(
        zip(kop, rij, strict=True)
    ).items()


def test_any_other_source_gets_a_text() -> None:
    made = antwoord(weigering("halt", b"x"), NU, "ref1")
    assert "text/plain; charset=utf-8" == made.mediatype
    assert "Reden: Stuur opnieuw; met postcode" in made.inhoud.decode()
