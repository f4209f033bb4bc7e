"""From one `<object>` of an `npsLk01` to a `PersoonWijziging`: what the message says of the person, and no more.

The meaning of an empty element (stuf0301 §3.4.1): only `geenWaarde` empties a field; `waardeOnbekend` and
`vastgesteldOnbekend` make it unknown; absent, `nietOndersteund` and `nietGeautoriseerd` leave it as it is.
"""

import unicodedata
from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

from lxml import etree
from pydantic import ValidationError

from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.model import Betrekking, OuderMutatie
from services.brp_sync.stuf.messages import BG, ONDERZOEK_GROEPEN, STUF, XSI, NpsObject, OngeldigBericht


def _tags(*namen: str) -> tuple[str, ...]:
    return tuple(f"{{{BG}}}{naam}" for naam in namen)


_NO_VALUE: Final = f"{{{STUF}}}noValue"
_ONVOLLEDIG: Final = f"{{{STUF}}}indOnvolledigeDatum"
_VERWERKINGSSOORT: Final = f"{{{STUF}}}verwerkingssoort"
_NIL: Final = f"{{{XSI}}}nil"

VELDEN: Final = {
    "inp.bsn": "bsn",
    "inp.a-nummer": "a_nummer",
    "voornamen": "voornamen",
    "voorvoegselGeslachtsnaam": "voorvoegsel",
    "geslachtsnaam": "geslachtsnaam",
    "geslachtsaanduiding": "geslacht",
    "geboortedatum": "geboortedatum",
    "inp.gemeenteVanInschrijving": "gemeente",
    "inp.datumInschrijving": "datum_inschrijving",
    "inp.datumVestigingInNederland": "datum_vestiging",
    "inp.immigratieLand": "land_vanwaar",
    "overlijdensdatum": "overlijdensdatum",
    "inp.indicatieGeheim": "indicatie_geheim",
    "ing.indicatieGezagMinderjarige": "indicatie_gezag",
}
OUDERVELDEN: Final = {
    "inp.bsn": "bsn",
    "voornamen": "voornamen",
    "voorvoegselGeslachtsnaam": "voorvoegsel",
    "geslachtsnaam": "geslachtsnaam",
}
ADRES: Final = {
    "gor.openbareRuimteNaam": "straat",
    "aoa.huisnummer": "huisnummer",
    "aoa.huisletter": "huisletter",
    "aoa.huisnummertoevoeging": "toevoeging",
    "aoa.postcode": "postcode",
    "wpl.woonplaatsNaam": "woonplaats",
    "inp.locatiebeschrijving": "locatiebeschrijving",
    "begindatumVerblijf": "aanvang",
}
BUITENLAND_REGELS: Final = ("sub.adresBuitenland1", "sub.adresBuitenland2", "sub.adresBuitenland3")
_VELDEN, _OUDERVELDEN, _ADRES = (
    dict(zip(_tags(*tabel), tabel.values(), strict=True)) for tabel in (VELDEN, OUDERVELDEN, ADRES)
)
_WIE = {naam: veld for naam, veld in _VELDEN.items() if veld in ("bsn", "a_nummer", "gemeente")}
_BUITENLAND_REGELS = _tags(*BUITENLAND_REGELS)
(_VERBLIJFSADRES, _STRAATNAAM, _GELEGEN_IN, _WOONPLAATS, _BUITENLAND, _LAND) = _tags(
    "verblijfsadres",
    "gor.straatnaam",
    "aoa.woonplaatsWaarinGelegen",
    "wpl.woonplaatsNaam",
    "sub.verblijfBuitenland",
    "lnd.landcode",
)
_VERTREK, _EMIGRATIELAND = _tags("inp.datumVertrekUitNederland", "inp.emigratieLand")
_REDEN, _DATUM = _tags("inp.redenOpschortingBijhouding", "inp.datumOpschortingBijhouding")
_IN_ONDERZOEK, _OUDERS, _GERELATEERDE, _OUDERAANDUIDING, _INGANG = _tags(
    "inOnderzoek",
    "inp.heeftAlsOuders",
    "gerelateerde",
    "ouderAanduiding",
    "datumIngangFamilierechtelijkeBetrekking",
)
_CATEGORIEEN = tuple(sorted(set(ONDERZOEK_GROEPEN.values())))
_SLEUTELS = {
    f"{{{STUF}}}sleutelVerzendend": "verzendend",
    f"{{{STUF}}}sleutelOntvangend": "ontvangend",
    f"{{{STUF}}}sleutelGegevensbeheer": "gegevensbeheer",
}
_DATUMVELDEN = frozenset(
    {"geboortedatum", "datum_inschrijving", "datum_vestiging", "overlijdensdatum", "aanvang", "datum", "ingang"}
)
_LENGTE_MET_NULLEN = {
    "gemeente": 4,
    "land": 4,
    "land_vanwaar": 4,
    "a_nummer": 10,
}  # numbers in the schema: leading zeros may be gone


class Stand(Enum):
    """What an element says when it has no value."""

    NIET_GENOEMD = "niet genoemd"
    LEEG = "leeg"
    ONBEKEND = "onbekend"


_STANDEN = {
    "geenWaarde": Stand.LEEG,
    "waardeOnbekend": Stand.ONBEKEND,
    "vastgesteldOnbekend": Stand.ONBEKEND,
    "nietOndersteund": Stand.NIET_GENOEMD,
    "nietGeautoriseerd": Stand.NIET_GENOEMD,
}
_VERZWEGEN = {soort for soort, stand in _STANDEN.items() if stand is Stand.NIET_GENOEMD}
_Waarde = str | Stand
_Kinderen = Mapping[str, etree._Element]


def tekst_van(element: etree._Element) -> str:
    """The text of `element`, white space collapsed, composed characters (NFC)."""
    ruw = element.text
    if ruw is None or (ruw.isalnum() and ruw.isascii()):
        return ruw or ""
    tekst = " ".join(ruw.split())
    return tekst if tekst.isascii() else unicodedata.normalize("NFC", tekst)


def is_leeg(element: etree._Element) -> bool:
    """True for an element that is only there because the schema wants one: `xsi:nil` and nothing in it."""
    return element.get(_NIL) in ("true", "1") and len(element) == 0


class Lezing(Enum):
    """How an object must be read: as all of a person, as the situation before or after a change, or as just who.

    WIE is of the situation before a change only who that was, and in which gemeente.
    """

    TOEVOEGING = "toevoeging"
    OUD = "oud"
    WIE = "wie"
    HUIDIG = "huidig"
    VERWIJDERING = "verwijdering"


_ALLEEN_WIE = (Lezing.WIE, Lezing.VERWIJDERING)
_VOORHEEN = (Lezing.WIE, Lezing.OUD)


def lees_object(element: etree._Element, plek: str, lezing: Lezing, oud: etree._Element | None = None) -> NpsObject:
    """What `element` says; `oud` is the object with the situation before the change that `element` tells.

    Raises `OngeldigBericht` for an impossible value, and for an object that says of nobody in particular.
    """
    kinderen = _kinderen(element)
    standen: dict[str, Any] = _velden(kinderen, _WIE if lezing is Lezing.WIE else _VELDEN, plek)
    if lezing is not Lezing.WIE:
        standen["adres"] = _adres(kinderen, plek, _kinderen(oud) if oud is not None else {})
        standen["opschorting"] = _opschorting(kinderen, plek)
    if lezing not in _ALLEEN_WIE:
        standen["in_onderzoek"] = _onderzoeken(element, plek, lezing)
        standen["ouders"] = _ouders(element, plek, lezing, oud)
    genoemd = {veld: stand for veld, stand in standen.items() if stand is not Stand.NIET_GENOEMD}
    onbekend = frozenset([veld for veld, stand in genoemd.items() if stand is Stand.ONBEKEND])
    waarden = {
        veld: None if stand is Stand.LEEG else stand for veld, stand in genoemd.items() if stand is not Stand.ONBEKEND
    }
    sleutels = {veld: sleutel for attribuut, veld in _SLEUTELS.items() if (sleutel := element.get(attribuut))}
    if lezing not in _VOORHEEN and not (waarden.get("bsn") or waarden.get("a_nummer") or sleutels):
        raise OngeldigBericht("inp.bsn", plek, "geen BSN, A-nummer of sleutel: niet duidelijk om wie het gaat")
    soort = element.get(_VERWERKINGSSOORT)
    try:
        return NpsObject(verwerkingssoort=soort, sleutels=sleutels, wijziging={**waarden, "onbekend": onbekend})
    except ValidationError as fout:
        veld, reden = reden_van_afkeuring(fout)
        raise OngeldigBericht(veld.removeprefix("wijziging."), plek, reden) from None


def _kinderen(element: etree._Element) -> _Kinderen:
    return {kind.tag: kind for kind in element if isinstance(kind.tag, str)}


def _velden(kinderen: _Kinderen, tabel: Mapping[str, str], plek: str) -> dict[str, Any]:
    return {
        veld: Stand.NIET_GENOEMD if (kind := kinderen.get(naam)) is None else _waarde(kind, veld, plek)
        for naam, veld in tabel.items()
    }


def _waarde(element: etree._Element | None, veld: str, plek: str) -> _Waarde:
    if element is None:
        return Stand.NIET_GENOEMD
    tekst, soort = tekst_van(element), element.get(_NO_VALUE)
    if soort is not None:
        if tekst:
            raise OngeldigBericht(veld, plek, "heeft een waarde en ook noValue")
        if soort not in _STANDEN:
            raise OngeldigBericht(veld, plek, "heeft een onbekende noValue")
        return _STANDEN[soort]
    if not tekst:
        return Stand.NIET_GENOEMD
    if veld in _DATUMVELDEN:
        return _datum(tekst, element.get(_ONVOLLEDIG, "V"), veld, plek)
    return tekst.zfill(_LENGTE_MET_NULLEN.get(veld, 0))


def _datum(tekst: str, onvolledig: str, veld: str, plek: str) -> str:
    """The date with zeros for what `indOnvolledigeDatum` says is unknown: the filler never gets in (stuf0301 §3.3)."""
    bekend = {"V": 8, "D": 6, "M": 4, "J": 0}.get(onvolledig)
    if bekend is None:
        raise OngeldigBericht(veld, plek, "heeft een onbekende indOnvolledigeDatum")
    return tekst[:bekend] + "0" * (8 - bekend) if len(tekst) == 8 else tekst


def _adres(kinderen: _Kinderen, plek: str, oud: _Kinderen) -> dict[str, Any] | Stand:
    """The address, of which the schema lets only one kind be there: in the Netherlands or abroad."""
    deel: dict[str, Any] = {}
    if (groep := kinderen.get(_VERBLIJFSADRES)) is not None:
        velden = _kinderen(groep)
        deel |= _velden(velden, _ADRES, plek)
        if not isinstance(deel["straat"], str) and _STRAATNAAM in velden:
            deel["straat"] = _waarde(velden[_STRAATNAAM], "straat", plek)
        if deel["woonplaats"] is Stand.NIET_GENOEMD and _GELEGEN_IN in velden:
            gelegen_in = _kinderen(velden[_GELEGEN_IN])
            deel["woonplaats"] = _waarde(gelegen_in.get(_WOONPLAATS), "woonplaats", plek)
        if isinstance(deel["huisnummer"], str):
            deel["huisnummer"] = deel["huisnummer"].lstrip("0")
    if (groep := kinderen.get(_BUITENLAND)) is not None:
        velden = _kinderen(groep)
        deel["land"] = _waarde(velden.get(_LAND), "land", plek)
        regels = [_waarde(velden.get(naam), "buitenland_regels", plek) for naam in _BUITENLAND_REGELS]
        gevuld = tuple(regel for regel in regels if isinstance(regel, str))
        deel["buitenland_regels"] = gevuld if gevuld or Stand.LEEG in regels else Stand.NIET_GENOEMD
    if not any(stand and not isinstance(stand, Stand) for stand in deel.values()):
        deel |= _vertrek(kinderen, plek, oud)
    genoemd = {veld: stand for veld, stand in deel.items() if stand is not Stand.NIET_GENOEMD}
    if not genoemd:
        return Stand.NIET_GENOEMD
    if set(genoemd.values()) == {Stand.ONBEKEND}:
        return Stand.ONBEKEND
    return {veld: None if isinstance(stand, Stand) else stand for veld, stand in genoemd.items()}


def _vertrek(kinderen: _Kinderen, plek: str, oud: _Kinderen) -> dict[str, Any]:
    """Where somebody went who has no address any more; of one who has, these tell of an earlier departure.

    So they do when the land is that of the situation before the change, or when the sender may not tell an address.
    """
    land = _waarde(kinderen.get(_EMIGRATIELAND), "land", plek)
    if not isinstance(land, str) or land == _waarde(oud.get(_EMIGRATIELAND), "land", plek):
        return {}
    if any(naam in kinderen and _is_verzwegen(kinderen[naam]) for naam in (_VERBLIJFSADRES, _BUITENLAND)):
        return {}
    return {"land": land, "aanvang": _waarde(kinderen.get(_VERTREK), "aanvang", plek)}


def _is_verzwegen(groep: etree._Element) -> bool:
    """Whether the sender is not allowed, or not able, to tell anything of it."""
    standen = {kind.get(_NO_VALUE) for kind in groep.iter() if kind.get(_NO_VALUE) or tekst_van(kind)}
    return bool(standen) and standen <= _VERZWEGEN


def _opschorting(kinderen: _Kinderen, plek: str) -> dict[str, Any] | Stand:
    reden = _waarde(kinderen.get(_REDEN), "reden", plek)
    datum = _waarde(kinderen.get(_DATUM), "datum", plek)
    if reden is Stand.LEEG:
        return Stand.LEEG
    deel: dict[str, Any] = {}
    if isinstance(reden, str):
        deel["reden"] = reden
    elif reden is Stand.ONBEKEND:
        if not isinstance(datum, str):
            return Stand.ONBEKEND
        deel["reden"] = "."
    if datum is not Stand.NIET_GENOEMD:
        deel["datum"] = datum if isinstance(datum, str) else None
    return deel or Stand.NIET_GENOEMD


def _onderzoeken(element: etree._Element, plek: str, lezing: Lezing) -> list[dict[str, Any]] | Stand:
    """Which investigations run or ended; in a T what is not mentioned is not under investigation (stuf0301 §3.3.5)."""
    lopend: dict[str, bool] = dict.fromkeys(_CATEGORIEEN, False) if lezing is Lezing.TOEVOEGING else {}
    for kind in element.iterchildren(_IN_ONDERZOEK):
        stand, groep = _waarde(kind, "inOnderzoek", plek), kind.get("groepsnaam") or ""
        if isinstance(stand, str) and stand not in ("J", "N"):
            raise OngeldigBericht("inOnderzoek", plek, "is niet J")
        if kind.get("elementnaam") or (groep and groep not in ONDERZOEK_GROEPEN):
            continue
        for categorie in (ONDERZOEK_GROEPEN[groep],) if groep else _CATEGORIEEN:
            if stand == "J":
                lopend[categorie] = True
            elif stand in ("N", Stand.LEEG):
                lopend.setdefault(categorie, False)
            elif not lopend.get(categorie):
                lopend.pop(categorie, None)
    return [
        {"categorie": categorie, "onderzoek": {"code": f"{categorie}0000"} if loopt else None}
        for categorie, loopt in lopend.items()
    ] or Stand.NIET_GENOEMD


def _ouders(
    element: etree._Element, plek: str, lezing: Lezing, oud: etree._Element | None
) -> list[dict[str, Any]] | Stand:
    """Who the parents are, or what happened to them; relations stand in `oud` in the same order (stuf0301 §5.2.6)."""
    relaties = element.findall(_OUDERS)
    oude_relaties = oud.findall(_OUDERS) if oud is not None else []
    delen: list[dict[str, Any]] = []
    standen = [_waarde(relatie, "ouders", plek) if relatie.get(_NO_VALUE) else None for relatie in relaties]
    for nummer, (relatie, stand) in enumerate(zip(relaties, standen, strict=True)):
        oude = oude_relaties[nummer] if nummer < len(oude_relaties) else None
        if stand in (Stand.NIET_GENOEMD, Stand.ONBEKEND) or (stand is Stand.LEEG and oude is None):
            continue
        betrekking = _betrekking(relatie, oude)
        if betrekking is None and lezing is Lezing.TOEVOEGING and nummer < len(Betrekking):
            betrekking = tuple(Betrekking)[nummer]
        if betrekking is not None:
            delen.append(_ouder(relatie, betrekking, lezing, plek))
        elif lezing is not Lezing.OUD and relatie.get(_VERWERKINGSSOORT) != "I":
            raise OngeldigBericht("ouderAanduiding", plek, "niet duidelijk om welke ouder het gaat")
    if delen or Stand.LEEG in standen:
        return delen
    return Stand.ONBEKEND if Stand.ONBEKEND in standen else Stand.NIET_GENOEMD


def _betrekking(*relaties: etree._Element | None) -> Betrekking | None:
    for relatie in relaties:
        aanduiding = relatie.find(_OUDERAANDUIDING) if relatie is not None else None
        if aanduiding is not None and (tekst := tekst_van(aanduiding).lower()) in tuple(Betrekking):
            return Betrekking(tekst)
    return None


def _ouder(relatie: etree._Element, betrekking: Betrekking, lezing: Lezing, plek: str) -> dict[str, Any]:
    soort = relatie.get(_VERWERKINGSSOORT)
    if lezing is Lezing.HUIDIG and (relatie.get(_NO_VALUE) or soort in ("V", "E")):
        return {"betrekking": betrekking, "mutatie": OuderMutatie.VERWIJDER}
    kinderen = _kinderen(relatie)
    gerelateerde = kinderen.get(_GERELATEERDE)
    standen = _velden(_kinderen(gerelateerde) if gerelateerde is not None else {}, _OUDERVELDEN, plek)
    standen["ingang"] = _waarde(kinderen.get(_INGANG), "ingang", plek)
    genoemd = {
        veld: None if isinstance(stand, Stand) else stand
        for veld, stand in standen.items()
        if stand is not Stand.NIET_GENOEMD
    }
    wijzigt = lezing is Lezing.HUIDIG and soort not in ("T", "R")
    mutatie = OuderMutatie.WIJZIG if wijzigt else OuderMutatie.VERVANG
    return {"betrekking": betrekking, "mutatie": mutatie, "ouder": {"betrekking": betrekking, **genoemd}}
