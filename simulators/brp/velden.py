"""`fields` of the BRP API: an answer holds what was asked for, and what is always told; nothing else."""

from collections.abc import Sequence
from typing import Any, Final

from simulators.brp.persoon_json import datum, schoon

Boom = dict[str, "Boom"]

ONGEVRAAGD: Final = ("opschortingBijhouding", "geheimhoudingPersoonsgegevens", "rni", "verificatie", "inOnderzoek")
BESTAAND: Final = frozenset(
    {
        "aNummer", "adressering", "adresseringBinnenland", "burgerservicenummer", "datumEersteInschrijvingGBA",
        "datumInschrijvingInGemeente", "europeesKiesrecht", "geboorte", "gemeenteVanInschrijving", "geslacht", "gezag",
        "immigratie", "indicatieCurateleRegister", "indicatieGezagMinderjarige", "kinderen", "leeftijd", "naam",
        "nationaliteiten", "ouders", "overlijden", "partners", "uitsluitingKiesrecht", "verblijfplaats",
        "verblijfplaatsBinnenland", "verblijfstitel",
    }
)  # fmt: skip
_IN_NEDERLAND: Final = frozenset({"Adres", "Locatie"})
_VASTGESTELD: Final = "089999"

# Where the flag of a field stands, and the element of the LO it is about.
_VLAGGEN: Final = {
    ("naam", "voornamen"): "010210",
    ("naam", "voorvoegsel"): "010230",
    ("naam", "geslachtsnaam"): "010240",
    ("geboorte", "datum"): "010310",
    ("overlijden", "datum"): "060810",
    ("verblijfplaats", "datumVan"): "081030",
    ("verblijfplaats", "verblijfadres", "officieleStraatnaam"): "081115",
    ("verblijfplaats", "verblijfadres", "korteStraatnaam"): "081110",
    ("verblijfplaats", "verblijfadres", "huisnummer"): "081120",
    ("verblijfplaats", "verblijfadres", "postcode"): "081160",
    ("verblijfplaats", "verblijfadres", "woonplaats"): "081170",
    ("verblijfplaats", "verblijfadres", "locatiebeschrijving"): "081210",
}


def bezwaar(fields: Sequence[Any]) -> tuple[int, str] | None:
    """The first path that may not be asked for, by its place, and why; None when all may."""
    for nummer, pad in enumerate(fields):
        eerste = pad.split(".")[0] if isinstance(pad, str) else ""
        if eerste in ONGEVRAAGD:
            return nummer, "Parameter bevat een niet toegestane veldnaam."
        if eerste not in BESTAAND:
            return nummer, "Parameter bevat een niet bestaande veldnaam."
    return None


def kies(persoon: dict[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The person with only what `fields` asks for, and what is always told of it."""
    boom = _boom(fields)
    binnenland = boom.pop("verblijfplaatsBinnenland", None)
    plaats = persoon.get("verblijfplaats", {})
    if binnenland is not None and plaats.get("type") in _IN_NEDERLAND:
        boom["verblijfplaats"] = boom.get("verblijfplaats", {}) | binnenland
    if boom.get("verblijfplaats"):
        boom["verblijfplaats"] |= {"type": {}}
    if "gezag" in boom:
        boom["gezag"] = {}
    gekozen = {naam: _snoei(persoon[naam], onder) for naam, onder in boom.items() if naam in persoon}
    for naam in ("opschortingBijhouding", "geheimhoudingPersoonsgegevens"):
        if naam in persoon:
            gekozen[naam] = persoon[naam]
    for onderzoek in persoon.get("onderzoek", ()):
        _vlag(gekozen, boom, onderzoek["code"], onderzoek["ingang"] or datum("00000000"))
    schone: dict[str, Any] = schoon(gekozen)
    return schone


def _boom(fields: Sequence[str]) -> Boom:
    boom: Boom = {}
    for pad in fields:
        deel = boom
        for naam in pad.split("."):
            deel = deel.setdefault(naam, {})
    return boom


def _snoei(waarde: Any, boom: Boom) -> Any:
    if isinstance(waarde, list):
        return [_snoei(deel, boom) for deel in waarde]
    if not boom or not isinstance(waarde, dict):
        return waarde
    return {naam: _snoei(waarde[naam], onder) for naam, onder in boom.items() if naam in waarde}


def _vlag(gekozen: dict[str, Any], boom: Boom, code: str, ingang: Any) -> None:
    if code.startswith("08") and "verblijfplaats" in gekozen:
        if code == _VASTGESTELD:
            gekozen["verblijfplaats"]["indicatieVastgesteldVerblijftNietOpAdres"] = True
        if code in (_VASTGESTELD, "080000", "081100", "081110"):
            gekozen["verblijfplaats"].setdefault("inOnderzoek", {}).update(type=True, datumIngangOnderzoek=ingang)
    for pad, element in _VLAGGEN.items():
        heel = code == _VASTGESTELD and element.startswith("08")
        if heel or code in (element, f"{element[:4]}00", f"{element[:2]}0000"):
            houder = _houder(gekozen, boom, pad)
            if houder is not None:
                houder.setdefault("inOnderzoek", {}).update({pad[-1]: True, "datumIngangOnderzoek": ingang})


def _houder(gekozen: dict[str, Any], boom: Boom, pad: tuple[str, ...]) -> dict[str, Any] | None:
    """The object that holds the flag, when the field was asked for and the object is there."""
    deel, onder, gevraagd = gekozen, boom, False
    for naam in pad:
        gevraagd = gevraagd or not onder
        if not gevraagd and naam not in onder:
            return None
        onder = onder.get(naam, {})
        if naam != pad[-1]:
            if naam not in deel:
                return None
            deel = deel[naam]
    return deel
