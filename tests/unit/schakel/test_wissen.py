"""What is looked for after erasure, and the sealed file in which that waits."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import SecretStr
from starlette.requests import Request

from hub.canary import Canary
from hub.crypto import Kluis, Sleutelring
from hub.errors import Ongeldig
from hub.medewerkers import Medewerker, Medewerkers, Rol
from schakel.routes.voorwaarden import sleutel_van
from schakel.wissen.belet import Belet
from schakel.wissen.herkennen import EERDER, Herkenner
from schakel.wissen.opdracht import BEWAARDAGEN, Opdracht, Opdrachten, Term
from schakel.wissen.verzamelen import uit_json
from schakel.wissen.wis import bevoegd, eis_bevoegd, eis_vrij

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)


def opdracht(**velden: object) -> Opdracht:
    termen = (Term(soort="bsn", waarde=SecretStr("999990019")), Term(soort="voornamen", waarde=SecretStr("Philippine")))
    basis = {"nummer": uuid4(), "jongeren": (uuid4(),), "termen": termen, "door": "ADM-1", "reden": "x"}
    return Opdracht(**{**basis, "begonnen_op": NU, **velden})  # type: ignore[arg-type]


def test_numbers_of_others_are_no_numbers_of_the_person() -> None:
    """The BSN of a parent is looked for under its own path: it says nothing about whose message it is."""
    inhoud = {"bsn": "999990019", "ouders": [{"bsn": "999990032", "geslachtsnaam": "Wis"}], "gemeente": "1924"}
    assert [("bsn", "999990019"), ("ouders.bsn", "999990032"), ("ouders.geslachtsnaam", "Wis")] == list(
        uit_json(inhoud)
    )


def test_a_key_that_is_a_number_is_not_repeated() -> None:
    """The kind of a find may be shown; a meldingsnummer in it may not."""
    assert [("meldingen.*.toelichting", "x" * 12)] == list(
        uit_json({"meldingen": {"7000001": {"toelichting": "x" * 12}}})
    )


def test_short_texts_of_officials_are_not_looked_for() -> None:
    """Eleven characters may be a usual word, twelve are looked for."""
    assert [("toelichting", "x" * 12)] == list(uit_json([{"toelichting": "x" * 12}, {"motivering": "x" * 11}]))


def test_the_search_list_is_sealed_and_short_lived(tmp_path: Path) -> None:
    """Nothing of it can be read on disk; a finished one goes after its term, an unfinished one never by itself."""
    opdrachten = Opdrachten(tmp_path, Kluis(AESGCM.generate_key(256)))
    oud = opdracht(klaar_op=NU - timedelta(days=BEWAARDAGEN, seconds=1))
    net = opdracht(klaar_op=NU - timedelta(days=BEWAARDAGEN))
    open_ = opdracht(begonnen_op=NU - timedelta(days=900))
    for een in (oud, net, open_):
        opdrachten.bewaar(een)
    bytes_ = b"".join(path.read_bytes() for path in (tmp_path / "wissen").iterdir())
    assert b"999990019" not in bytes_ and str(oud.jongeren[0]).encode() not in bytes_
    assert open_ == opdrachten.open_voor(open_.jongeren[0])
    assert 1 == opdrachten.vergeet_oude(NU)
    assert [open_, net] == opdrachten.alle()
    with pytest.raises(Ongeldig, match="geen wisopdracht"):
        opdrachten.een(str(oud.nummer))
    opdrachten.vergeet(net)
    assert [open_] == opdrachten.alle()


def test_what_is_looked_for_is_found_in_every_form() -> None:
    """An id with and without dashes, a number inside text."""
    zoek = opdracht(termen=(Term(soort="zaak_id", waarde=SecretStr("0190b0aa-1111-7222-8333-444455556666")),)).canary()
    assert ["zaak_id"] == zoek.search("brief-0190B0AA-1111-7222-8333-444455556666.pdf")[:1]
    assert ["zaak_id"] == zoek.search('{"zaak":"0190b0aa111172228333444455556666"}')
    assert [] == zoek.search("0190b0aa-1111-7222-8333-444455556667")


def test_a_former_number_is_recognised_by_its_fingerprint() -> None:
    """By itself or between other digits, as its own kind and whole; without fingerprints nothing is."""
    kluis = Kluis(AESGCM.generate_key(256))
    for soort, nummer in (("bsn", "999990020"), ("onderwijsnummer", "888800001"), ("a_nummer", "1000000001")):
        zoek = Herkenner(Canary(), kluis, [kluis.index(nummer, soort)])
        for tekst in (nummer, f"<n>{nummer}</n>", f"00120{nummer}024", f"x {nummer}".encode() + b"\xff"):
            assert [EERDER] == zoek.search(tekst)
        assert [] == zoek.search(f"{nummer[:-1]} 123456789 {nummer[1:]}")
        assert [] == Herkenner(Canary(), kluis, []).search(nummer)


@pytest.mark.parametrize("rol", Rol)
def test_who_may_erase(rol: Rol) -> None:
    """The FG and the administratie, nobody else."""
    register = Medewerkers(
        medewerkers=(Medewerker(code="X-1", naam="X", functie="x", rollen=(rol,), gemeenten=("1924",)),)
    )
    if rol in (Rol.FG, Rol.ADMINISTRATIE):
        assert "X-1" == bevoegd(register, "X-1").code
    else:
        with pytest.raises(Ongeldig, match="FG of de administratie"):
            bevoegd(register, "X-1")
    with pytest.raises(Ongeldig, match="register"):
        bevoegd(register, "X-2")


def official(*gemeenten: str) -> Medewerker:
    """Of the administratie of these gemeenten."""
    return Medewerker(code="ADM-9", naam="X", functie="x", rollen=(Rol.ADMINISTRATIE,), gemeenten=gemeenten)


def test_one_gemeente_in_common_is_not_enough() -> None:
    """Erasing takes away what every gemeente has: the official must be competent in each."""
    eis_bevoegd(official("1924", "0171"), {"1924", "0171"})
    eis_bevoegd(official("1924"), ())
    with pytest.raises(Ongeldig, match="0171"):
        eis_bevoegd(official("1924"), {"1924", "0171"})


@pytest.mark.parametrize("ook_open", [False, True])
@pytest.mark.parametrize(("belet", "text"), [(Belet.BEPERKT, "beperkt"), (Belet.VERZOEK, "privacyrechten")])
def test_a_restriction_or_request_stops_an_official_too(belet: Belet, text: str, ook_open: bool) -> None:
    """As it stops the clock, dossier or not."""
    with pytest.raises(Ongeldig, match=text):
        eis_vrij([belet], ["SLUIT-1"], "SLUIT-1", dossier=False, ook_open=ook_open)


def test_the_besluit_is_the_one_that_was_recorded() -> None:
    """Not any text; with `ook_open` the official answers for a besluit that was taken elsewhere."""
    eis_vrij([], ["SLUIT-1"], "SLUIT-1", dossier=True, ook_open=False)
    eis_vrij([Belet.OPEN, Belet.ZONDER_BESLUIT], [], "RECHTBANK-1", dossier=True, ook_open=True)
    eis_vrij([], [], "", dossier=False, ook_open=False)
    for belet, vastgelegd, besluit, ook_open, text in (
        ([], ["SLUIT-1"], "SLUIT-2", False, "kenmerk"),
        ([Belet.ZONDER_BESLUIT], ["SLUIT-1"], "SLUIT-1", False, "geen besluit"),
        ([Belet.OPEN], ["SLUIT-1"], "SLUIT-1", False, "open zaak"),
        ([], ["SLUIT-1"], "", True, "ontbreekt"),
    ):
        with pytest.raises(Ongeldig, match=text):
            eis_vrij(belet, vastgelegd, besluit, dossier=True, ook_open=ook_open)


async def test_former_numbers_and_repeated_commands_are_found_after_a_rotation(tmp_path: Path) -> None:
    """`oude_sleutel` and `herhaling` hold fingerprints: a new key, and the end of the first, changes none of them."""
    ring, before = Sleutelring(tmp_path / "opslag.key"), Kluis.from_file(tmp_path / "opslag.key")
    eerder = before.index("999990020", "bsn")
    gegeven = await sleutel_van(before)(verzoek(), "knop-1")
    ring.draai()
    ring.verwijder("opslag.key")
    after = Kluis.from_file(tmp_path / "opslag.key")
    assert [EERDER] == Herkenner(Canary(), after, [eerder]).search("999990020")
    assert gegeven == await sleutel_van(after)(verzoek(), "knop-1")
    assert gegeven != await sleutel_van(after)(verzoek(), "knop-2")


def verzoek() -> Request:
    """A command as it comes in."""

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    return Request({"type": "http", "method": "POST", "path": "/besluit", "headers": []}, receive)
