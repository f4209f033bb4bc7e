"""Whether a file may be taken in without anybody looking at it: order, and the number of persons; pure."""

from collections.abc import Collection
from datetime import date
from typing import Final, NamedTuple

from services.ingest_duo.leveringen.model import Leveringsoort

RUIS: Final = 5
"""So many persons fewer never holds a file back: in a small gemeente one family is a large part."""


class Oordeel(NamedTuple):
    """What happens to a file, and why."""

    status: str
    veld: str
    reden: str


class Feiten(NamedTuple):
    """What is known when a file is judged."""

    soort: Leveringsoort
    peildatum: date
    rijen: int
    fouten: int
    personen: int
    vorige_p: date | None
    vorige_c: date | None
    vorige_personen: int
    """Persons in the last C-levering of the same code; without one, those we know with something that runs."""


def beoordeel(f: Feiten, krimp: float) -> Oordeel | None:
    """The reason why a file is not taken in now; None when it is."""
    if f.fouten * 2 > f.rijen:
        reden = f"meer dan de helft van de rijen is onbruikbaar ({f.fouten} van {f.rijen}): klopt de kolomkaart?"
        return Oordeel("geweigerd", "rijen", reden)
    if f.soort is Leveringsoort.KOPPELING:
        return None
    if f.vorige_c is not None and f.peildatum < f.vorige_c:
        return Oordeel("verouderd", "peildatum", f"ouder dan de C-levering van {f.vorige_c}: er is niets veranderd")
    if f.soort is Leveringsoort.P:
        if f.vorige_p is not None and f.peildatum < f.vorige_p:
            reden = f"ouder dan de P-levering van {f.vorige_p}: er is niets veranderd; na vrijgeven tellen alleen"
            return Oordeel("vastgehouden", "peildatum", f"{reden} jongeren over wie niets nieuwers bekend is")
        return None
    if f.personen == 0 or te_veel(f.vorige_personen - f.personen, f.vorige_personen, krimp):
        reden = f"de C-levering telt {f.personen} personen, eerder waren het er {f.vorige_personen}"
        return Oordeel("vastgehouden", "personen", reden)
    return None


def beoordeel_ontbrekend(ontbrekend: int, bekend: int, zonder_persoon: int, krimp: float) -> Oordeel | None:
    """The reason why the jongeren whom a C-levering does not name do not lose their inschrijving yet."""
    if ontbrekend and zonder_persoon:
        reden = f"{ontbrekend} jongeren ontbreken, en van {zonder_persoon} rijen is niet te zeggen over wie zij gaan"
        return Oordeel("vastgehouden", "personen", reden)
    if te_veel(ontbrekend, bekend, krimp):
        return Oordeel("vastgehouden", "personen", f"{ontbrekend} van {bekend} bekende jongeren ontbreken")
    return None


def te_veel(minder: int, van: int, krimp: float) -> bool:
    """Whether `minder` out of `van` is more than chance and more than the part that is allowed."""
    return minder > RUIS and minder > van * krimp


def volledig_voor(niveau: str | None, code: str | None, in_bestand: Collection[str]) -> set[str]:
    """The gemeenten of which a C-levering is the full picture: its own, or those that an RMC-regio's file names."""
    return {code} if niveau == "G" and code is not None else set(in_bestand)
