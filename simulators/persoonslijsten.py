"""Writes a file of persoonslijsten in the table form that `services.brp_sync.persoonslijsten` reads."""

import csv
from collections.abc import Iterable
from typing import Final, TextIO

from pydantic import SecretStr

from services.brp_sync.lo3.rubrieken import (
    AANVANG_BUITENLAND,
    ADRES,
    BUITENLAND_REGELS,
    OPSCHORTING,
    OUDER,
    OUDERCATEGORIE,
    PERSOON,
    STRAATNAAM,
    VERSIE,
)
from services.brp_sync.model import Adres, Persoon

_STRAATNAAM_HOOGSTENS = 24
_OUDERRUBRIEKEN = (
    "01.10 01.20 02.10 02.20 02.30 02.40 03.10 03.20 03.30 04.10 62.10 81.10 81.20 82.10 82.20 82.30 83.10 83.20 83.30 "
    "84.10 85.10 86.10 H"
)
_RUBRIEKEN: Final = {
    "01": "01.10 01.20 02.10 02.20 02.30 02.40 03.10 03.20 03.30 04.10 20.10 20.20 61.10 81.10 81.20 82.10 82.20 82.30 "
    "83.10 83.20 83.30 84.10 85.10 86.10 88.10 88.20 H",
    "02": _OUDERRUBRIEKEN,
    "03": _OUDERRUBRIEKEN,
    "04": "05.10 63.10 64.10 65.10 73.10 82.10 82.20 82.30 83.10 83.20 83.30 84.10 85.10 86.10 88.10 88.20 H",
    "05": "01.10 01.20 02.10 02.20 02.30 02.40 03.10 03.20 03.30 04.10 06.10 06.20 06.30 07.10 07.20 07.30 07.40 15.10 "
    "81.10 81.20 82.10 82.20 82.30 83.10 83.20 83.30 84.10 85.10 86.10 H",
    "06": "08.10 08.20 08.30 81.10 81.20 82.10 82.20 82.30 83.10 83.20 83.30 84.10 85.10 86.10 88.10 88.10 H",
    "07": "66.20 67.10 67.20 68.10 69.10 70.10 71.10 71.20 80.10 80.20 87.10 88.10 88.20 H",
    "08": "09.10 09.20 10.10 10.20 10.30 11.10 11.15 11.20 11.30 11.40 11.50 11.60 11.70 11.80 11.90 12.10 13.10 13.20 "
    "13.30 13.40 13.50 14.10 14.20 72.10 75.10 83.10 83.20 83.30 84.10 85.10 86.10 88.10 88.20 H",
    "09": "01.10 01.20 02.10 02.20 02.30 02.40 03.10 03.20 03.30 81.10 81.20 82.10 82.20 82.30 83.10 83.20 83.30 84.10 "
    "85.10 86.10 89.10 H",
    "10": "39.10 39.20 39.30 83.10 83.20 83.30 84.10 85.10 86.10 H",
    "11": "32.10 33.10 82.10 82.20 82.30 83.10 83.20 83.30 84.10 85.10 86.10 H",
    "12": "35.10 35.20 35.30 35.40 35.50 35.60 35.70 36.10 82.10 82.20 82.30 83.10 83.20 83.30 85.10 86.10 H",
    "13": "31.10 31.20 31.30 38.10 38.20 82.10 82.20 82.30 H",
}
# The first cell is the id of the list; the last column is empty, and 06.88.10 stands there twice, as in the real file.
KOPRIJ: Final = (
    "",
    *(f"{categorie}.{rubriek}" for categorie, lijst in _RUBRIEKEN.items() for rubriek in lijst.split()),
    "",
)


def schrijf_persoonslijsten(personen: Iterable[Persoon], doel: TextIO) -> int:
    """Write `personen` to `doel` (a text file opened with newline=""), one row each; returns how many.

    Only the current situation is written, so there are no rows with history.
    """
    doel.write("\ufeff")
    schrijver = csv.writer(doel, delimiter=";", lineterminator="\n")
    schrijver.writerow(KOPRIJ)
    kolommen = {rubriek: kolom for kolom, rubriek in enumerate(KOPRIJ)}
    aantal = 0
    for aantal, persoon in enumerate(personen, 1):
        rij = [""] * len(KOPRIJ)
        rij[0] = f"Lg01_{aantal:03}"
        for rubriek, waarde in cellen_van(persoon).items():
            rij[kolommen[rubriek]] = waarde
        schrijver.writerow(rij)
    return aantal


def cellen_van(persoon: Persoon) -> dict[str, str]:
    """The filled rubrieken (`CC.GG.RR`) of a person, as a persoonslijst tells them."""
    waarden = {rubriek: getattr(persoon, veld) for veld, rubriek in PERSOON.items()}
    waarden[VERSIE] = persoon.versie
    if persoon.geslachtsnaam is None:
        waarden[PERSOON["geslachtsnaam"]] = "."
    if persoon.adres is not None:
        waarden |= _adrescellen(persoon.adres)
    if persoon.opschorting is not None:
        waarden |= {rubriek: getattr(persoon.opschorting, veld) for veld, rubriek in OPSCHORTING.items()}
    for onderzoek in persoon.in_onderzoek:
        waarden |= {f"{onderzoek.categorie}.83.10": onderzoek.code, f"{onderzoek.categorie}.83.20": onderzoek.ingang}
    for ouder in persoon.ouders:
        categorie = OUDERCATEGORIE[ouder.betrekking]
        waarden |= {f"{categorie}.{rubriek}": getattr(ouder, veld) for veld, rubriek in OUDER.items()}
        if ouder.geslachtsnaam is None:
            waarden[f"{categorie}.{OUDER['geslachtsnaam']}"] = "."
    return {rubriek: _tekst(waarde) for rubriek, waarde in waarden.items() if waarde is not None}


def _adrescellen(adres: Adres) -> dict[str, object]:
    cellen = {rubriek: getattr(adres, veld) for veld, rubriek in ADRES.items()}
    if adres.straat is not None:
        cellen[STRAATNAAM] = adres.straat.get_secret_value()[:_STRAATNAAM_HOOGSTENS].strip()
    if adres.in_buitenland:
        cellen[AANVANG_BUITENLAND] = cellen.pop(ADRES["aanvang"])
    return cellen | dict(zip(BUITENLAND_REGELS, adres.buitenland_regels, strict=False))


def _tekst(waarde: object) -> str:
    return waarde.get_secret_value() if isinstance(waarde, SecretStr) else str(waarde)
