"""What the tests of the rules share: the protocols, a few usual cases, and one way to ask."""

from datetime import date
from functools import cache
from typing import Any

from services.cases.engine import Beoordeling, beoordeel
from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen

MAANDAG = date(2021, 3, 15)
VEERTIEN = date(2007, 1, 15)
LADDER = (0, 3, 6, 9, 12, 13)

TE_LAAT: dict[str, Any] = {
    "geboortedatum": VEERTIEN,
    "onderwijssoort": "vo",
    "zaaksoort": "te_laat",
    "vorige_stap_te_laat": 0,
    "duo_melding": True,
}
RELATIEF: dict[str, Any] = {
    "geboortedatum": VEERTIEN,
    "onderwijssoort": "vo",
    "uren_eenheid": "lesuur",
    "zaaksoort": "relatief",
    "duo_melding": True,
}
HALT: dict[str, Any] = {
    **RELATIEF,
    "ongeoorloofde_uren_traject": 20,
    "aantal_te_laat": 0,
    "verwijtbaar": "jongere",
    "eerder_halt": "geen",
    "toestemming_jongere_halt": True,
    "toestemming_ouders_halt": True,
    "school_maatregelen_ouders_geinformeerd": True,
    "lpa_is_boa": True,
}
PROCES_VERBAAL: dict[str, Any] = {
    **RELATIEF,
    "ongeoorloofde_uren_4_lesweken": 20,
    "ongeoorloofde_uren_traject": 61,
    "verwijtbaar": "jongere",
    "eerdere_meldingen": 1,
    "officiele_waarschuwing_datum": date(2021, 1, 11),
    "lpa_is_boa": True,
}


@cache
def boek() -> Protocolboek:
    """The protocols of the repository, loaded once."""
    return laad_protocollen(PROTOCOLLEN)


def oordeel(feiten: dict[str, Any], op: date = MAANDAG, **anders: Any) -> Beoordeling:
    """The answer of Goeree-Overflakkee; a fact that is set to ... is left out."""
    alle = {naam: waarde for naam, waarde in (feiten | anders).items() if waarde is not ...}
    return beoordeel(boek().geldig("goeree-overflakkee", op), boek().feiten.lees(alle), op)


def uitkomsten(antwoord: Beoordeling) -> set[str]:
    """The codes of all taken and voorstellen."""
    return {item.uitkomst for item in (*antwoord.taken, *antwoord.voorstellen)}
