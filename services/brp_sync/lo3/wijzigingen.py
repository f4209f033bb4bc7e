"""From the rubrieken of a mutation to what changed of a person: only what is named, and emptied is empty."""

from collections.abc import Iterator, Mapping
from typing import Any

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


def wijzigingsvelden(cellen: Mapping[str, str]) -> dict[str, Any]:
    """The fields of a `PersoonWijziging`; an empty text in `cellen` is a rubriek that was emptied.

    A mutation names every rubriek that changed (and that the gemeente may have), so of an address the parts that are
    not named stay, also after a move. The lines of an address abroad (13.30-13.50) are taken together: whoever names
    one of them names all that there are.
    """
    genoemd = _genoemd(PERSOON, cellen)
    velden: dict[str, Any] = {"alleen_genoemde_delen": True, **genoemd}
    leeg = {veld for veld, waarde in genoemd.items() if waarde is None}
    onbekend = {veld for veld in leeg if veld in ALTIJD_GEVULD and cellen[PERSOON[veld]]}
    velden["onbekend"] = frozenset(onbekend)
    if cellen.get(VERSIE):
        velden["versie"] = cellen[VERSIE]
    if adres := _adres(cellen):
        velden["adres"] = adres
    if OPSCHORTING["reden"] in cellen or OPSCHORTING["datum"] in cellen:
        velden["opschorting"] = _opschorting(cellen)
    if onderzoeken := tuple(_onderzoeken(cellen)):
        velden["in_onderzoek"] = onderzoeken
    if wijzigingen := tuple(_ouders(cellen)):
        velden["ouders"] = wijzigingen
    return velden


def _genoemd(velden: Mapping[str, str], cellen: Mapping[str, str], categorie: str = "") -> dict[str, str | None]:
    """The fields of which the rubriek is named; None where it was emptied or has the standard value for unknown."""
    waarden = {veld: cellen[categorie + r] for veld, r in velden.items() if categorie + r in cellen}
    return {veld: None if w in ("", STANDAARDWAARDEN.get(veld)) else w for veld, w in waarden.items()}


def _adres(cellen: Mapping[str, str]) -> dict[str, Any]:
    adres: dict[str, Any] = dict(_genoemd(ADRES, cellen))
    if adres.get("straat") is None:
        adres |= _genoemd({"straat": STRAATNAAM}, cellen)
    if adres.get("aanvang") is None:
        adres |= _genoemd({"aanvang": AANVANG_BUITENLAND}, cellen)
    if any(rubriek in cellen for rubriek in BUITENLAND_REGELS):
        adres["buitenland_regels"] = tuple(cellen[r] for r in BUITENLAND_REGELS if cellen.get(r))
    return adres


def _opschorting(cellen: Mapping[str, str]) -> dict[str, Any] | None:
    """A reason that was emptied ends the opschorting; a day alone changes only the day."""
    deel = _genoemd(OPSCHORTING, cellen)
    if "reden" in deel and deel["reden"] is None:
        return None
    return dict(deel)


def _onderzoeken(cellen: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for categorie in ONDERZOEK_CATEGORIEEN:
        code, einde = cellen.get(f"{categorie}.83.10"), cellen.get(f"{categorie}.83.30")
        if code is None and not einde:
            continue
        loopt = bool(code) and not einde
        onderzoek = {"code": code, "ingang": cellen.get(f"{categorie}.83.20") or None} if loopt else None
        yield {"categorie": categorie, "onderzoek": onderzoek}


def _ouders(cellen: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    for betrekking, categorie in OUDERCATEGORIE.items():
        genoemd = _genoemd(OUDER, cellen, f"{categorie}.")
        if not genoemd:
            continue
        if cellen.get(f"{categorie}.{OUDER['geslachtsnaam']}") == "" and not any(genoemd.values()):
            yield {"betrekking": betrekking, "mutatie": "verwijder"}
        else:
            yield {"betrekking": betrekking, "mutatie": "wijzig", "ouder": {"betrekking": betrekking, **genoemd}}
