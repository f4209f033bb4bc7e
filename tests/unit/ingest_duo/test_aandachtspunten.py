"""What stands out about a melding that can be used."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from services.ingest_duo.aandachtspunten import aandachtspunten
from simulators.voorbeelden import voorbeeldgeval

BEGIN = date(2024, 9, 9)  # maandag


def dag(n: int, lesuren: int | None = None) -> dict[str, Any]:
    """A day of absence, `n` days after the begin: as a whole, or some lesuren."""
    return {"datum": BEGIN + timedelta(days=n), "hele_dag": lesuren is None, "lesuren": lesuren}


def gemeld(dag: str) -> dict[str, Any]:
    """When the school reported."""
    return {"meld_datum_tijd": datetime.fromisoformat(f"{dag}T09:00:00")}


def test_an_ordinary_melding_has_none() -> None:
    """The example, with every field filled in."""
    assert () == aandachtspunten(voorbeeldgeval())


@pytest.mark.parametrize(
    ("velden", "code", "geldt"),
    [
        ({"verzuimdagen": (dag(0, 8), dag(1, 7))}, "minder_dan_16_uur", True),
        ({"verzuimdagen": (dag(0, 8), dag(1, 8))}, "minder_dan_16_uur", False),
        ({"verzuimdagen": (dag(0), dag(1, 4))}, "minder_dan_16_uur", False),
        ({"verzuimdagen": (dag(0), dag(1, 3))}, "minder_dan_16_uur", True),
        ({"verzuimdagen": ()}, "minder_dan_16_uur", False),
        ({"verzuimdagen": (dag(0, 1),), "verzuimsoort": "O"}, "minder_dan_16_uur", False),
        ({"einddatum": date(2024, 10, 4)}, "langer_dan_vier_lesweken", False),  # vrijdag van de vierde week
        ({"einddatum": date(2024, 10, 8)}, "langer_dan_vier_lesweken", True),
        ({"begindatum": date(2024, 12, 9), "einddatum": date(2025, 1, 17), "verzuimdagen": (),
          **gemeld("2025-01-17")}, "langer_dan_vier_lesweken", False),  # twee weken kerstvakantie
        ({"verzuimsoort": "LRV", "einddatum": date(2024, 10, 7)}, "korter_dan_vier_weken", True),
        ({"verzuimsoort": "LRV", "einddatum": date(2024, 10, 8)}, "korter_dan_vier_weken", False),
        ({"verzuimsoort": "LRV", "einddatum": None, **gemeld("2024-10-08")}, "korter_dan_vier_weken", False),
        ({"verzuimsoort": "RMC", "einddatum": None}, "einddatum_ontbreekt", True),
        ({"verzuimsoort": "L", "einddatum": None}, "einddatum_ontbreekt", False),
        ({"verzuimdagen": (dag(5, 9),)}, "verzuimdag_buiten_periode", True),
        ({"verzuimdagen": (dag(-1, 9),)}, "verzuimdag_buiten_periode", True),
        ({"verzuimdagen": (dag(-1, 9),)}, "gemeld_voor_begin", False),
        ({"verzuimdagen": (dag(0), dag(0, 1))}, "dag_dubbel", True),
        ({"verzuimdagen": (dag(0, 6), dag(0, 6))}, "dag_dubbel", False),
        ({"verzuimdagen": (dag(0, 6), dag(0, 7))}, "dag_dubbel", True),
        (gemeld("2024-09-06"), "gemeld_voor_begin", True),
        (gemeld("2024-09-20"), "laat_gemeld", False),  # vijf werkdagen na vrijdag de dertiende
        (gemeld("2024-09-23"), "laat_gemeld", True),
        ({"verzuimsoort": "O", **gemeld("2024-12-01")}, "laat_gemeld", False),
        ({"verzuimsoort": "LRV", "einddatum": None, **gemeld("2024-10-15")}, "laat_gemeld", True),
        ({"melder": {"naam": "M. Voorbeeld"}}, "melder_niet_bereikbaar", True),
        ({"melder": {"naam": "M. Voorbeeld", "email": "m@school.example"}}, "melder_niet_bereikbaar", False),
        ({"status": "G", "reden_melding_afgesloten": "H"}, "afgesloten_zonder_reden", True),
        ({"status": "G", "reden_melding_afgesloten": "H", "toelichting_afsluiting": "G"},
         "afgesloten_zonder_reden", False),
        ({"verzuimsoort": "V1"}, "verouderde_code", True),
        ({"status": "D"}, "verouderde_code", True),
        ({"status": "D", **gemeld("2020-08-11")}, "verouderde_code", False),
    ],
)  # fmt: skip
def test_each_code_has_its_bound(velden: dict[str, Any], code: str, geldt: bool) -> None:
    """On the bound it does not apply, past it it does; never is the melding refused for it."""
    assert geldt == (code in aandachtspunten(voorbeeldgeval(**velden)))
