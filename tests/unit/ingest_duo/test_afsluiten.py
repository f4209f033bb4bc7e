"""Which status follows from the end of a zaak, and when an official must say."""

from uuid import UUID

import pytest

from contracts.events.zaken import ZaakAfgesloten
from services.ingest_duo.afsluiten import AFSLUITINGEN, vraagt_ambtenaar, wensen
from services.ingest_duo.ambtenaar import controleer
from services.ingest_duo.decisions import Melding
from tests.unit.ingest_duo.test_decisions import STEMPEL, MeldingStatus


def einde(reden: str) -> ZaakAfgesloten:
    """A zaak with two meldingen ended."""
    return ZaakAfgesloten(zaak_id=UUID(int=1), reden=reden, meldingen=("7000001", "7000002"))


@pytest.mark.parametrize(
    ("reden", "aantal", "ambtenaar"),
    [
        ("overleden", 2, False),
        ("melding_ingetrokken", 0, False),
        ("halt_positief", 0, True),
        ("afgedaan_zonder_vervolg", 0, True),
        ("een_reden_van_later", 0, True),
    ],
)
def test_only_a_certain_reason_gives_a_status(reden: str, aantal: int, ambtenaar: bool) -> None:
    """Everything else is for an official."""
    assert (aantal, ambtenaar) == (len(wensen(einde(reden))), vraagt_ambtenaar(einde(reden)))


def test_every_row_of_the_table_is_a_status_that_may_be_sent() -> None:
    """With reason and toelichting exactly when the melding is closed."""
    melding = Melding("1924", STEMPEL, MeldingStatus.IN_BEHANDELING)
    rows = [wens for reden in AFSLUITINGEN for wens in wensen(einde(reden))]
    for wens in rows:
        controleer(melding, wens)
    assert rows
