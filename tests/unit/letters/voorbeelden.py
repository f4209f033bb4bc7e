"""Fictional letters to test with."""

from datetime import date, time
from typing import Any

from pydantic import SecretStr

from services.letters.model import (
    Adressaat,
    Brief,
    Briefsoort,
    Geadresseerde,
    Gesprek,
    Ondertekenaar,
    Verzuim,
)

DAGTEKENING = date(2025, 3, 3)  # maandag


def geadresseerde(**anders: Any) -> Geadresseerde:
    """A family that does not exist, on a street that does not exist."""
    velden: dict[str, Any] = {
        "naamregel": SecretStr("De heer en mevrouw Proefstra-Verzonnen"),
        "aanhef": SecretStr("Geachte heer en mevrouw Proefstra-Verzonnen"),
        "adresregels": (SecretStr("Verzonnenweg 12 A"), SecretStr("0000 AB  VOORBEELDHAVEN")),
        "rol": Adressaat.ouders,
    }
    return Geadresseerde(**{**velden, **anders})


def brief(soort: Briefsoort = Briefsoort.officiele_waarschuwing, **anders: Any) -> Brief:
    """A letter with everything any briefsoort asks for; `anders` replaces fields."""
    velden: dict[str, Any] = {
        "briefsoort": soort,
        "gemeente": "1924",
        "kenmerk": "ZAAK-2025-000123",
        "dagtekening": DAGTEKENING,
        "geadresseerde": geadresseerde(),
        "jongere_naam": SecretStr("Noor Proefstra"),
        "ondertekenaar": Ondertekenaar(naam=SecretStr("M. Voorbeeld"), functie="Leerplichtambtenaar"),
        "gesprek": Gesprek(
            datum=date(2025, 3, 11),  # dinsdag
            tijd=time(9, 30),
            plaats=SecretStr("Bakenkade 1 in Voorbeeldhaven, kamer 2"),
        ),
        "verzuim": Verzuim(uren=18, aantal_te_laat=9, periode_van=date(2025, 2, 3), periode_tot=date(2025, 2, 28)),
        "afspraken": (
            SecretStr("Noor gaat vanaf maandag elke dag op tijd naar school."),
            SecretStr("De mentor praat elke vrijdag kort met Noor."),
        ),
        "eerdere_brief": date(2025, 2, 17),
    }
    return Brief(**{**velden, **anders})
