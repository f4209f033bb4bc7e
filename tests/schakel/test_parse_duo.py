"""`schakel parse duo`: a line for every document DUO may send, never a traceback."""

import random
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from schakel.parsing.duo import duo
from services.ingest_duo import duo_namen as namen
from simulators.duo_storingen import StoringSoort, bederf_bericht
from simulators.duo_xml import dc0001, dc0002, dc0011, geval_element, soap_fault
from simulators.voorbeelden import voorbeeldgeval

STEMPEL = datetime.fromisoformat("2024-09-16T09:30:15.250")


def lines(folder: Path, inhoud: bytes) -> list[dict[str, Any]]:
    """What is printed for a file with this content."""
    path = folder / "bericht.xml"
    path.write_bytes(inhoud)
    return list(duo(path))


def levering(*gevallen: Any, volgende: datetime | None = None) -> bytes:
    """A DC0011."""
    return dc0011([geval_element(g) for g in gevallen], gemeente="1924", document_id="1", volgende=volgende)


def test_a_delivery_tells_each_melding_with_what_it_would_lead_to(tmp_path: Path) -> None:
    """New, withdrawn before anybody heard of it, and one with something odd."""
    found = lines(tmp_path, levering(voorbeeldgeval(), voorbeeldgeval(status="I"), voorbeeldgeval(einddatum=None)))
    assert [True, True, True] == [line["ok"] for line in found]
    ontvangen = ["verzuimmelding-ontvangen"]
    assert [ontvangen, [], ontvangen] == [line["gebeurtenissen"] for line in found]
    assert [[], [], ["einddatum_ontbreekt"]] == [line["aandachtspunten"] for line in found]
    assert "999990019" == found[0]["melding"]["bsn"]


def test_an_empty_delivery_and_a_bad_cursor_are_told_too(tmp_path: Path) -> None:
    """A file never passes without a word."""
    assert ["levering zonder verzuimgevallen"] == [line["soort"] for line in lines(tmp_path, levering())]
    wrong = levering(volgende=STEMPEL).replace(b"09:30:15.250", b"gisteren")
    assert ["Selectieperiode"] == [line["fout"]["veld"] for line in lines(tmp_path, wrong)]


@pytest.mark.parametrize(
    ("inhoud", "plek", "reden"),
    [
        (dc0002(namen.MUTATIE, document_id="1", code="GEWIJZIGD_SINDS", omschrijving="x"), "DC0002", "GEWIJZIGD_SINDS"),
        (dc0002(namen.AANVRAAG, document_id="1", code="W@t", omschrijving="x"), "DC0002", "onbekend"),
        (soap_fault("Server", "stuk"), "SOAP Fault", "soap:Server"),
        (b"", "regel 1, kolom 1", "geen welgevormde XML"),
        (b"\xff", "byte 0", "UTF-8"),
    ],
)
def test_a_refusal_or_an_unreadable_file_is_one_line(tmp_path: Path, inhoud: bytes, plek: str, reden: str) -> None:
    """With place and reason, never DUO's own description."""
    (line,) = lines(tmp_path, inhoud)
    assert (False, plek, True) == (line["ok"], line["fout"]["plek"], reden in line["fout"]["reden"])


def test_a_confirmation_tells_the_new_stamp(tmp_path: Path) -> None:
    """DC0001, of a status or of a vrijstelling; without a stamp it is none."""
    for bewerking in (namen.MUTATIE, namen.VRIJSTELLING):
        (line,) = lines(tmp_path, dc0001(document_id="7", stempel=STEMPEL, bewerking=bewerking))
        assert (True, "2024-09-16T09:30:15.250000", "7") == (line["ok"], *line["melding"].values())
    (line,) = lines(tmp_path, dc0001(document_id="7", stempel=STEMPEL).replace(b"2024-09-16T", b""))
    assert (False, namen.DOCUMENT_DATUM) == (line["ok"], line["fout"]["veld"])


def test_any_bytes_give_lines(tmp_path: Path) -> None:
    """A delivery with bytes changed at random: every line says what it is."""
    rng, good = random.Random(3), levering(voorbeeldgeval(), voorbeeldgeval())
    for _ in range(300):
        spoilt = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(256)
        found = lines(tmp_path, bytes(spoilt))
        assert found
        assert all(line["ok"] or {"veld", "plek", "reden"} == set(line["fout"]) for line in found)
    for soort in (StoringSoort.XML_BOM, StoringSoort.EXTERNE_ENTITEIT, StoringSoort.VERKEERDE_CODERING):
        (line,) = lines(tmp_path, bederf_bericht(soort, good, "http://127.0.0.1:9/"))
        assert not line["ok"]
