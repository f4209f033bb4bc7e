"""From rubrieken with their values to a person, for every source that speaks in rubrieken."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from services.brp_sync.lo3.rubrieken import (
    AANVANG_BUITENLAND,
    ADRES,
    ALTIJD_GEVULD,
    BUITENLAND_REGELS,
    ONDERZOEK_CATEGORIEEN,
    OPSCHORTING,
    OUDER,
    OUDERCATEGORIE,
    PERSOON,
    STANDAARDWAARDEN,
    STRAATNAAM,
    VERSIE,
)

ELDERS: Final = ("onderwijsnummer", "gezag")
"""Only DUO, and only the BRP API, tell these."""


def persoonsvelden(cellen: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a `Persoon` from the filled rubrieken of a whole persoonslijst.

    What a persoonslijst always has and is missing here counts as unknown; everything else that is missing is empty.
    """
    velden = bekende_velden(PERSOON | {"versie": VERSIE}, cellen)
    return {
        **velden,
        "adres": _adres(cellen),
        "opschorting": bekende_velden(OPSCHORTING, cellen) or None,
        "in_onderzoek": tuple(_onderzoeken(cellen)),
        "ouders": tuple(ouders(cellen)),
        "onbekend": frozenset({*ELDERS, *ALTIJD_GEVULD}.difference(velden)),
    }


def bekende_velden(rubrieken: Mapping[str, str], cellen: Mapping[str, str], categorie: str = "") -> dict[str, Any]:
    """The fields of which the value is given and known; `categorie` (with its dot) stands before each rubriek."""
    return {
        veld: cellen[categorie + rubriek]
        for veld, rubriek in rubrieken.items()
        if categorie + rubriek in cellen and cellen[categorie + rubriek] != STANDAARDWAARDEN.get(veld)
    }


def ouders(cellen: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The fields of each parent of whom anything is given."""
    for betrekking, categorie in OUDERCATEGORIE.items():
        if any(f"{categorie}.{rubriek}" in cellen for rubriek in OUDER.values()):
            yield {"betrekking": betrekking, **bekende_velden(OUDER, cellen, f"{categorie}.")}


def rubriek_van(veld: str, cellen: Mapping[str, str]) -> str:
    """The rubriek from which the part of the person at `veld` (dotted path) was read."""
    groep, _, rest = veld.partition(".")
    deel = rest.rpartition(".")[2]
    if groep == "adres":
        return BUITENLAND_REGELS[0] if rest.startswith("buitenland_regels") else ADRES.get(deel, groep)
    if groep == "opschorting":
        return OPSCHORTING.get(deel, groep)
    if groep == "ouders":
        categorieen = [ouder["betrekking"] for ouder in ouders(cellen)]
        return f"{OUDERCATEGORIE[categorieen[int(rest.partition('.')[0])]]}.{OUDER.get(deel, deel)}"
    return {"in_onderzoek": "83.10", "versie": VERSIE}.get(groep) or PERSOON.get(groep, groep)


def _adres(cellen: Mapping[str, str]) -> dict[str, Any] | None:
    adres = bekende_velden(ADRES, cellen)
    if "straat" not in adres:
        adres |= bekende_velden({"straat": STRAATNAAM}, cellen)
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
