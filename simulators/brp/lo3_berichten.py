"""LO3 messages about a person, as the GBA-V writes them."""

import unicodedata
from collections.abc import Mapping
from typing import Final

from services.brp_sync.lo3.berichten import schrijf_lo3
from services.brp_sync.lo3.rubrieken import BUITENLAND_REGELS, VORIGE
from services.brp_sync.lo3.teletex import TEKENS
from services.brp_sync.model import Opschorting, Persoon
from simulators.persoonslijsten import cellen_van

_SAMEN: Final = (
    frozenset(BUITENLAND_REGELS),
    *(frozenset(f"{categorie}.83.{nummer}" for nummer in ("10", "20", "30")) for categorie in ("01", "06", "08", "11")),
)
"""Rubrieken of which a mutation tells all as soon as one changed."""


_SCHRIJFBAAR: Final = frozenset(TEKENS.values())


def in_gba(tekst: str) -> str:
    """The text as the register has it: of a letter that has no code as many accents as it takes are left out."""
    return "".join(teken if teken in _SCHRIJFBAAR else _zonder_accent(teken) for teken in tekst)


def _zonder_accent(teken: str) -> str:
    delen = unicodedata.normalize("NFD", teken)
    for hoeveel in range(len(delen) - 1, 0, -1):
        minder = unicodedata.normalize("NFC", delen[:hoeveel])
        if minder in _SCHRIJFBAAR:
            return minder
    return "?"


def volledig(soort: str, persoon: Persoon) -> bytes:
    """A whole persoonslijst: Ag01, Ag11, Ag21 or Ag31."""
    opschorting = persoon.opschorting
    return schrijf_lo3(soort, _status(opschorting), _categorieen(cellen_van(persoon)))


def mutatie(soort: str, oud: Persoon, nieuw: Persoon) -> bytes:
    """What changed: Gv01, or Gv02 when the person did nothing; with the former situation in categories 51 and up."""
    was, wordt = cellen_van(oud), cellen_van(nieuw)
    anders = {rubriek for rubriek in was.keys() | wordt.keys() if was.get(rubriek) != wordt.get(rubriek)}
    for groep in _SAMEN:
        if anders & groep:
            anders |= groep & (was.keys() | wordt.keys())
    actueel = _categorieen({rubriek: wordt.get(rubriek, "") for rubriek in anders})
    vorige = _categorieen({rubriek: was.get(rubriek, "") for rubriek in anders}, VORIGE)
    a_nummer = oud.a_nummer.get_secret_value() if oud.a_nummer else ""
    return schrijf_lo3(soort, {"a_nummer": a_nummer}, sorted(actueel + vorige, key=lambda c: int(c[0]) % VORIGE))


def afvoering(persoon: Persoon, datum: str) -> bytes:
    """Ng01: the persoonslijst was wrong."""
    return schrijf_lo3("Ng01", {}, [("01", _a_nummer(persoon)), ("07", {"67.10": datum, "67.20": "F"})])


def hernummering(persoon: Persoon, a_nummer: str, datum: str) -> bytes:
    """Wa11: from `datum` on the person has another A-nummer."""
    return schrijf_lo3("Wa11", {"a_nummer": a_nummer, "datum": datum}, [("01", _a_nummer(persoon))])


def weigering(soort: str, foutreden: str, gevraagd: Mapping[str, str], persoon: Persoon | None) -> bytes:
    """Af01 or Af11, with what was asked; the A-nummer in the header when the person was found."""
    a_nummer = persoon.a_nummer.get_secret_value() if persoon is not None and persoon.a_nummer else ""
    return schrijf_lo3(soort, {"foutreden": foutreden, "gemeente": "", "a_nummer": a_nummer}, [("01", gevraagd)])


def _status(opschorting: Opschorting | None) -> dict[str, str]:
    if opschorting is None:
        return {"status": "A", "datum": ""}
    datum = opschorting.datum.get_secret_value() if opschorting.datum is not None else ""
    return {"status": opschorting.reden.value, "datum": datum}


def _a_nummer(persoon: Persoon) -> dict[str, str]:
    return {"01.10": persoon.a_nummer.get_secret_value()} if persoon.a_nummer is not None else {}


def _categorieen(cellen: Mapping[str, str], meer: int = 0) -> list[tuple[str, dict[str, str]]]:
    categorieen: dict[str, dict[str, str]] = {}
    for rubriek in sorted(cellen):
        categorieen.setdefault(f"{int(rubriek[:2]) + meer:02}", {})[rubriek[3:]] = in_gba(cellen[rubriek])
    return list(categorieen.items())
