"""The verzuimmelding, the status we report, and the count we read from a school's text."""

from datetime import date, datetime

import pytest
from pydantic import SecretStr, ValidationError

from contracts.codes import MeldingStatus
from hub.privacy import redenen
from services.ingest_duo.model import (
    RedenMeldingAfgesloten,
    ToelichtingAfsluiting,
    aantal_te_laat_uit_reden,
)
from simulators.voorbeelden import voorbeeldgeval, voorbeeldterugmelding

AFSLUITEN = {
    "status": "G",
    "reden_melding_afgesloten": RedenMeldingAfgesloten.OPLEIDING_HERVAT,
    "toelichting_afsluiting": ToelichtingAfsluiting.LEERLING_GEZIEN,
}


@pytest.mark.parametrize(
    ("tekst", "aantal"),
    [
        ("12 keer te laat", 12),
        ("9x te laat", 9),
        ("9 x te laat.", 9),
        ("te laat (13x)", 13),
        ("Te laat: 13 keer", 13),
        ("60 maal te laat gekomen", 60),
        ("Leerling is 12 keer te laat gekomen, ouders zijn gebeld.", 12),
        ("1 keer  te\nlaat", 1),
        ("999× te laat", 999),
    ],
)
def test_a_literal_count_of_coming_late_is_read(tekst: str, aantal: int) -> None:
    """A single number attached to "te laat" is the count."""
    assert aantal == aantal_te_laat_uit_reden(SecretStr(tekst))


@pytest.mark.parametrize(
    "tekst",
    [
        "regelmatig te laat",
        "twaalf keer te laat",
        "ongeveer 12 keer te laat",
        "meer dan 9 keer te laat",
        "9-12x te laat",
        "9 of 12 keer te laat",
        "12+ keer te laat",
        "niet 12 keer te laat",
        "12 keer te laat, waarvan 3 geoorloofd",
        "12 keer te laat en 8 uur verzuim",
        "12 keer te laat werk ingeleverd",
        "12 keer te laat per maand",
        "12,5 keer te laat",
        "12 keer te laat?",
        "12 keer te vroeg",
        "12 keer verzuim, te laat",
        "0 keer te laat",
        "1000x te laat",
        "x te laat",
        "",
    ],
)
def test_a_doubtful_count_of_coming_late_is_no_count(tekst: str) -> None:
    """Anything that can be read in two ways gives no count."""
    assert aantal_te_laat_uit_reden(SecretStr(tekst)) is None


def test_totals_count_single_lesuren_and_whole_days_apart() -> None:
    """Whole days are not turned into hours: how many hours a day has is for the protocol to say."""
    geval = voorbeeldgeval()
    assert (geval.lesuren_totaal, geval.hele_dagen) == (11, 1)


def test_totals_do_not_count_the_lesuren_of_a_whole_day_twice() -> None:
    """A whole day that also names its lesuren counts as a whole day only."""
    geval = voorbeeldgeval(verzuimdagen=({"datum": date(2024, 9, 9), "hele_dag": True, "lesuren": 6},))
    assert (geval.lesuren_totaal, geval.hele_dagen) == (0, 1)


@pytest.mark.parametrize(
    "velden", [{"bsn": None}, {"onderwijsnummer": None}], ids=["alleen onderwijsnummer", "alleen BSN"]
)
def test_one_of_bsn_and_onderwijsnummer_is_enough(velden: dict[str, None]) -> None:
    """A pupil may arrive with an onderwijsnummer and get a BSN later."""
    assert voorbeeldgeval(**velden).meldingsnummer == "7000001"


def test_nothing_personal_shows_in_a_printed_melding() -> None:
    """Numbers, names, contact data and free text print as asterisks."""
    geprint = repr(voorbeeldgeval())
    geheim = (
        "999990019",
        "100000009",
        "spijbelt",
        "gesprek",
        "graag contact",
        "M. Voorbeeld",
        "5550101",
        "90xa.example",
        "55501234",
        "Proefstraat",
        "3240ZZ",
    )
    assert [woord for woord in geheim if woord in geprint] == []


def test_the_mutation_stamp_is_kept_as_dutch_local_time_without_a_zone() -> None:
    """The stamp is a version: even in the hour that comes twice (27 October) it is kept as it is."""
    stempel = datetime.fromisoformat("2024-10-27T02:30:00.999")
    assert stempel == voorbeeldgeval(laatste_mutatie=stempel).laatste_mutatie


@pytest.mark.parametrize("status", ["B", "K"])
def test_a_gemeente_reports_treatment_without_a_reason_of_closing(status: str) -> None:
    """In behandeling and ter kennisgeving aangenomen carry no closing codes."""
    assert MeldingStatus(status) == voorbeeldterugmelding(voorbeeldgeval(), status=status).status


def test_a_gemeente_closes_with_a_reason_and_a_toelichting() -> None:
    """Afgesloten carries both codes of the Besluit Verzuimmelding."""
    assert voorbeeldterugmelding(voorbeeldgeval(), **AFSLUITEN).status == MeldingStatus.AFGESLOTEN


@pytest.mark.parametrize(
    ("velden", "veld"),
    [
        ({"status": "R"}, "status"),
        ({"status": "I"}, "status"),
        ({"status": "D"}, "status"),
        (AFSLUITEN | {"reden_melding_afgesloten": None}, "reden_melding_afgesloten"),
        (AFSLUITEN | {"toelichting_afsluiting": None}, "toelichting_afsluiting"),
        (AFSLUITEN | {"status": "B"}, "reden_melding_afgesloten"),
    ],
)
def test_a_status_message_outside_the_rules_is_refused(velden: dict[str, object], veld: str) -> None:
    """A gemeente sets B, G or K only, and closing codes belong to closing."""
    with pytest.raises(ValidationError) as gevangen:
        voorbeeldterugmelding(voorbeeldgeval(), **velden)
    assert veld == redenen(gevangen.value)[0].veld
