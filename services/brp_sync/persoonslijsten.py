"""Reader for persoonslijsten in the table form in which the RvIG publishes its test set of the GBA-V.

One row per persoonslijst, cells separated by `;`, named in the first row by LO rubriek: category, group and element
(`01.02.40`). Rows without an id continue the list above with history, other stacks and children; the first row of a
list holds the current situation, which is all the hub keeps.
"""

import csv
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pydantic import SecretStr, ValidationError

from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.model import Betrekking, Persoon

PERSOON: Final = {
    "bsn": "01.01.20",
    "a_nummer": "01.01.10",
    "voornamen": "01.02.10",
    "voorvoegsel": "01.02.30",
    "geslachtsnaam": "01.02.40",
    "geslacht": "01.04.10",
    "geboortedatum": "01.03.10",
    "gemeente": "08.09.10",
    "datum_inschrijving": "08.09.20",
    "overlijdensdatum": "06.08.10",
    "indicatie_geheim": "07.70.10",
    "indicatie_gezag": "11.32.10",
}
ADRES: Final = {
    "straat": "08.11.15",
    "huisnummer": "08.11.20",
    "huisletter": "08.11.30",
    "toevoeging": "08.11.40",
    "aanduiding": "08.11.50",
    "postcode": "08.11.60",
    "woonplaats": "08.11.70",
    "locatiebeschrijving": "08.12.10",
    "land": "08.13.10",
    "aanvang": "08.10.30",
}
STRAATNAAM: Final = "08.11.10"  # at most 24 characters; used where the full name (11.15) is not given
AANVANG_BUITENLAND: Final = "08.13.20"
BUITENLAND_REGELS: Final = ("08.13.30", "08.13.40", "08.13.50")
OPSCHORTING: Final = {"reden": "07.67.20", "datum": "07.67.10"}
OUDER: Final = {
    "bsn": "01.20",
    "voornamen": "02.10",
    "voorvoegsel": "02.30",
    "geslachtsnaam": "02.40",
    "ingang": "62.10",
}
OUDERCATEGORIE: Final = {Betrekking.OUDER1: "02", Betrekking.OUDER2: "03"}
ONDERZOEK_CATEGORIEEN: Final = ("01", "06", "08", "11")

_GEBRUIKT = frozenset(
    (
        *PERSOON.values(),
        *ADRES.values(),
        STRAATNAAM,
        AANVANG_BUITENLAND,
        *BUITENLAND_REGELS,
        *OPSCHORTING.values(),
        *(f"{categorie}.{rubriek}" for categorie in OUDERCATEGORIE.values() for rubriek in OUDER.values()),
        *(f"{categorie}.83.{rubriek}" for categorie in ONDERZOEK_CATEGORIEEN for rubriek in ("10", "20", "30")),
    )
)
_ALTIJD_GEVULD = ("geslachtsnaam", "geslacht", "geboortedatum", "gemeente", "datum_inschrijving", "indicatie_geheim")
_ELDERS = ("onderwijsnummer", "gezag")  # only DUO, and only the BRP API, tell these
_STANDAARDWAARDEN = {"geslachtsnaam": ".", "straat": ".", "gemeente": "0000"}  # what LO writes for "not known"
_LIJSTNUMMER = re.compile(r"Lg01_[0-9]{1,9}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Gelezen:
    """A persoonslijst that could be read, and the place in the file where it stands."""

    persoon: Persoon
    plek: str


@dataclass(frozen=True, slots=True)
class Onbruikbaar:
    """A row that could not be used: which rubriek, where, and why (in Dutch); never the value.

    `ruw` is the koprij with the row itself: a file of one persoonslijst, to mend and take in again.
    """

    veld: str
    plek: str
    reden: str
    ruw: SecretStr = field(default=SecretStr(""), compare=False)


def lees_persoonslijsten(regels: Iterable[str]) -> Iterator[Gelezen | Onbruikbaar]:
    """The persoonslijsten in `regels` (an open text file will do), one by one, in the order of the file.

    A row that cannot be used is given back as `Onbruikbaar` and the rest goes on; without a usable first row there is
    one `Onbruikbaar` and nothing else. Every row is read on its own, so a stray quote spoils one row at most.
    """
    genummerd = enumerate(regels, 1)
    kop = next(genummerd, (1, ""))[1]
    koprij = _cellen(kop)
    ontbreekt = sorted(_GEBRUIKT.difference(koprij))
    if ontbreekt:
        yield Onbruikbaar("koprij", "regel 1", f"kolom {ontbreekt[0]} ontbreekt", SecretStr(kop))
        return
    kolommen = [(rubriek, kolom) for kolom, rubriek in enumerate(koprij) if rubriek in _GEBRUIKT]
    eerste_gezien = False
    for nummer, regel in genummerd:
        if (eerste_gezien and regel.startswith(";")) or not regel.strip():
            continue
        cellen = _cellen(regel)
        if len(cellen) != len(koprij):
            reden = f"telt {len(cellen)} cellen waar de koprij er {len(koprij)} heeft"
            yield Onbruikbaar("regel", f"regel {nummer}", reden, _los(kop, regel))
        elif cellen[0]:
            eerste_gezien = True
            lijstnummer = f" ({cellen[0]})" if _LIJSTNUMMER.fullmatch(cellen[0]) else ""
            gelezen = _lees_lijst(_gevulde_cellen(cellen, kolommen), f"regel {nummer}{lijstnummer}")
            yield gelezen if isinstance(gelezen, Gelezen) else replace(gelezen, ruw=_los(kop, regel))
        elif not eerste_gezien:
            reden = "vervolgregel zonder persoonslijst erboven"
            yield Onbruikbaar("regel", f"regel {nummer}", reden, _los(kop, regel))


def _los(kop: str, regel: str) -> SecretStr:
    return SecretStr(f"{kop.rstrip()}\n{regel}")


def _cellen(regel: str) -> list[str]:
    try:
        return next(csv.reader((regel.rstrip("\r\n"),), delimiter=";"), [])
    except csv.Error:
        return []


def _gevulde_cellen(cellen: list[str], kolommen: list[tuple[str, int]]) -> dict[str, str]:
    gevuld = {}
    for rubriek, kolom in kolommen:
        waarde = cellen[kolom]
        if waarde and (schoon := " ".join(filter(None, waarde.split(" ")))):
            gevuld[rubriek] = unicodedata.normalize("NFC", schoon)
    return gevuld


def _lees_lijst(cellen: Mapping[str, str], plek: str) -> Gelezen | Onbruikbaar:
    try:
        return Gelezen(_persoon(cellen), plek)
    except ValidationError as fout:
        veld, reden = reden_van_afkeuring(fout)
        return Onbruikbaar(_rubriek(veld, cellen), plek, reden)


def _persoon(cellen: Mapping[str, str]) -> Persoon:
    velden = _bekende_velden(PERSOON, cellen)
    return Persoon(
        **velden,
        adres=_adres(cellen),
        opschorting=_bekende_velden(OPSCHORTING, cellen) or None,
        in_onderzoek=tuple(_onderzoeken(cellen)),
        ouders=tuple(_ouders(cellen)),
        onbekend=frozenset({*_ELDERS, *_ALTIJD_GEVULD}.difference(velden)),
    )


def _bekende_velden(rubrieken: Mapping[str, str], cellen: Mapping[str, str], categorie: str = "") -> dict[str, Any]:
    return {
        veld: cellen[categorie + rubriek]
        for veld, rubriek in rubrieken.items()
        if categorie + rubriek in cellen and cellen[categorie + rubriek] != _STANDAARDWAARDEN.get(veld)
    }


def _adres(cellen: Mapping[str, str]) -> dict[str, Any] | None:
    adres = _bekende_velden(ADRES, cellen)
    if "straat" not in adres:
        adres |= _bekende_velden({"straat": STRAATNAAM}, cellen)
    if regels := tuple(cellen[rubriek] for rubriek in BUITENLAND_REGELS if rubriek in cellen):
        adres["buitenland_regels"] = regels
    if AANVANG_BUITENLAND in cellen:
        adres["aanvang"] = cellen[AANVANG_BUITENLAND]
    return adres or None


def _onderzoeken(cellen: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for categorie in ONDERZOEK_CATEGORIEEN:
        code, einde = cellen.get(f"{categorie}.83.10"), f"{categorie}.83.30"
        if code and einde not in cellen:
            yield {"code": code, "ingang": cellen.get(f"{categorie}.83.20")}


def _ouders(cellen: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for betrekking, categorie in OUDERCATEGORIE.items():
        if any(f"{categorie}.{rubriek}" in cellen for rubriek in OUDER.values()):
            yield {"betrekking": betrekking, **_bekende_velden(OUDER, cellen, f"{categorie}.")}


def _rubriek(veld: str, cellen: Mapping[str, str]) -> str:
    """The rubriek from which the part of the person at `veld` (dotted path) was read."""
    groep, _, rest = veld.partition(".")
    deel = rest.rpartition(".")[2]
    if groep == "adres":
        return BUITENLAND_REGELS[0] if rest.startswith("buitenland_regels") else ADRES.get(deel, groep)
    if groep == "opschorting":
        return OPSCHORTING.get(deel, groep)
    if groep == "ouders":
        categorieen = [ouder["betrekking"] for ouder in _ouders(cellen)]
        return f"{OUDERCATEGORIE[categorieen[int(rest.partition('.')[0])]]}.{OUDER.get(deel, deel)}"
    return {"in_onderzoek": "83.10"}.get(groep) or PERSOON.get(groep, groep)
