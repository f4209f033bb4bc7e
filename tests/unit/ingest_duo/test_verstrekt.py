"""What DUO gets in a message is what the contract, the generated pages and the register say it gets."""

from contracts.verstrekkingen.onderwijs import AanDuo, VrijstellingAanDuo
from schakel.verstrekkingen import naar_duo
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.vrijstellingen.model import Vrijstellingbericht

EIGEN = {"kenmerk", "versie"}
"""Marks of our own."""
OVER_DE_MELDING = {"meldingsnummer", "laatste_mutatie_datum", "laatste_mutatie_tijd"}


def test_a_vrijstelling_gives_away_what_its_contract_says() -> None:
    """Field by field; the ground of the vrijstelling is in none of them."""
    assert namen.VRIJSTELLING_ELEMENTEN.keys() == namen.VRIJSTELLING_VELDEN.keys() - EIGEN
    assert namen.VRIJSTELLING_VELDEN.keys() == Vrijstellingbericht.model_fields.keys()
    assert set(namen.VRIJSTELLING_ELEMENTEN.values()) == set(VrijstellingAanDuo.elementen())
    assert "vrijstellingsgrond" not in VrijstellingAanDuo.elementen()
    assert set(namen.VRIJSTELLING_ELEMENTEN.values()) == set(naar_duo("vrijstelling-teruggemeld"))


def test_a_status_gives_away_what_its_contract_says() -> None:
    """Beside DUO's own marks, and whom at the gemeente to call."""
    over = {v for v in namen.MUTATIE_VELDEN if not v.startswith("contactpersoon.")} - OVER_DE_MELDING
    assert namen.MUTATIE_ELEMENTEN.keys() == over
    assert set(namen.MUTATIE_ELEMENTEN.values()) <= set(AanDuo.elementen())
    assert set(namen.MUTATIE_ELEMENTEN.values()) == set(naar_duo("meldingstatus-teruggemeld"))
