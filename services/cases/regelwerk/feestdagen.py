"""Feestdagen that a rule may name: which day they are in a year."""

from datetime import date
from functools import cache
from typing import Final, Literal

Feestdag = Literal["goede_vrijdag", "hemelvaartsdag"]

_NAMEN: Final = {"goede_vrijdag": "Goede vrijdag", "hemelvaartsdag": "Hemelvaartsdag"}


@cache
def dag_van(feestdag: str, jaar: int) -> date:
    """The day on which `feestdag` falls in the year `jaar`."""
    import holidays

    dagen = holidays.country_holidays("NL", years=jaar, categories=("public", "optional"), language="nl")
    return dagen.get_named(_NAMEN[feestdag])[0]
