"""Writes an `npsLk01` for simulators and tests.

The result is valid against the schemas of StUF-BG 3.10 (patch 32) for a person of whom every value fits them. What
StUF has no element for is lost: the details and the start of an investigation, `aanduiding` and where someone has
lived abroad since when; a `RedenOpschorting` outside the schema is sent as unknown.
"""

from collections.abc import Collection
from itertools import zip_longest
from typing import Final

from lxml import etree
from pydantic import SecretStr

from services.brp_sync.model import ONBEKENDE, Adres, Betrekking, OnvolledigeDatum, Opschorting, Ouder, Persoon
from services.brp_sync.stuf.messages import (
    BG,
    ONDERZOEK_GROEPEN,
    SOAP,
    STUF,
    XSI,
    IndicatorOvername,
    Mutatiesoort,
    Stuurgegevens,
)
from services.brp_sync.stuf.objects import ADRES, BUITENLAND_REGELS
from services.brp_sync.stuf.replies import naar_bytes, voeg_systeem_toe

_NSMAP: Final = {"soapenv": SOAP, "BG": BG, "StUF": STUF, "xsi": XSI}
_IDENTIFICATIE: Final = frozenset(
    {"bsn", "a_nummer", "geslachtsnaam", "voorvoegsel", "voornamen", "geslacht", "geboortedatum"}
)
_ALLES: Final = ONBEKENDE.onbekend
_REDENEN_IN_SCHEMA: Final = frozenset("OEMFR")
_GROEP: Final = {categorie: groep for groep, categorie in reversed(ONDERZOEK_GROEPEN.items())}
_VOOR_ADRES: Final = {
    "inp.bsn": "bsn",
    "inp.a-nummer": "a_nummer",
    "geslachtsnaam": "geslachtsnaam",
    "voorvoegselGeslachtsnaam": "voorvoegsel",
    "voornamen": "voornamen",
    "geslachtsaanduiding": "geslacht",
    "geboortedatum": "geboortedatum",
    "overlijdensdatum": "overlijdensdatum",
}
_NA_ADRES: Final = {
    "inp.gemeenteVanInschrijving": "gemeente",
    "inp.datumInschrijving": "datum_inschrijving",
    "inp.datumVestigingInNederland": "datum_vestiging",
    "inp.immigratieLand": "land_vanwaar",
    "ing.indicatieGezagMinderjarige": "indicatie_gezag",
}
_ADRESVOLGORDE: Final = (
    "wpl.woonplaatsNaam",
    "gor.openbareRuimteNaam",
    "aoa.postcode",
    "aoa.huisnummer",
    "aoa.huisletter",
    "aoa.huisnummertoevoeging",
    "inp.locatiebeschrijving",
    "begindatumVerblijf",
)
_OUDERVOLGORDE: Final = {
    "inp.bsn": "bsn",
    "geslachtsnaam": "geslachtsnaam",
    "voorvoegselGeslachtsnaam": "voorvoegsel",
    "voornamen": "voornamen",
}
_Relatie = tuple[str, Betrekking, Ouder | None]


def bouw_npslk01(
    persoon: Persoon,
    mutatiesoort: Mutatiesoort,
    stuurgegevens: Stuurgegevens,
    *,
    oud: Persoon | None = None,
    sleutel: str | None = None,
    sleutel_oud: str | None = None,
    verwerkingssoort: str | None = None,
    overname: IndicatorOvername = IndicatorOvername.VERPLICHT,
) -> bytes:
    """The kennisgeving that `persoon` was added (T), is no longer followed (V) or changed from `oud` (W, C, F).

    T tells everything that is known, V only who it is, the others who it is and what changed. `sleutel` is our key,
    `sleutel_oud` the one before it (verwerkingssoort S or O). Raises `ValueError` when `oud` is missing or does not
    belong there.
    """
    enkel = mutatiesoort in (Mutatiesoort.TOEVOEGING, Mutatiesoort.VERWIJDERING)
    if enkel != (oud is None):
        raise ValueError("oud hoort bij mutatiesoort W, C en F, en niet bij T en V")
    envelop = etree.Element(f"{{{SOAP}}}Envelope", nsmap=_NSMAP)
    bericht = etree.SubElement(etree.SubElement(envelop, f"{{{SOAP}}}Body"), f"{{{BG}}}npsLk01")
    _voeg_stuurgegevens_toe(bericht, stuurgegevens)
    parameters = _bg(bericht, "parameters")
    _stuf(parameters, "mutatiesoort", mutatiesoort.value)
    _stuf(parameters, "indicatorOvername", overname.value)
    soort = verwerkingssoort or (mutatiesoort.value if enkel else "W")
    if oud is None:
        velden = _ALLES - persoon.onbekend if mutatiesoort is Mutatiesoort.TOEVOEGING else _IDENTIFICATIE
        ouders: list[_Relatie] = [("T", ouder.betrekking, ouder) for ouder in persoon.ouders]
        ouders = ouders or [("T", Betrekking.OUDER1, None)]
        _voeg_object_toe(bericht, persoon, velden, soort, sleutel, ouders, persoon)
    else:
        gewijzigd = {veld for veld in _ALLES if getattr(oud, veld) != getattr(persoon, veld)}
        velden = _IDENTIFICATIE | gewijzigd | (oud.onbekend ^ persoon.onbekend)
        oude, nieuwe = _gewijzigde_ouders(oud, persoon)
        _voeg_object_toe(bericht, oud, velden, soort, sleutel_oud or sleutel, oude, persoon)
        _voeg_object_toe(bericht, persoon, velden, soort, sleutel, nieuwe, oud)
    return naar_bytes(envelop)


def _voeg_stuurgegevens_toe(bericht: etree._Element, stuurgegevens: Stuurgegevens) -> None:
    groep = _bg(bericht, "stuurgegevens")
    _stuf(groep, "berichtcode", "Lk01")
    voeg_systeem_toe(groep, "zender", stuurgegevens.zender)
    voeg_systeem_toe(groep, "ontvanger", stuurgegevens.ontvanger)
    _stuf(groep, "referentienummer", stuurgegevens.referentienummer)
    _stuf(groep, "tijdstipBericht", stuurgegevens.tijdstip)
    _stuf(groep, "entiteittype", "NPS")


def _voeg_object_toe(
    bericht: etree._Element,
    persoon: Persoon,
    velden: Collection[str],
    soort: str,
    sleutel: str | None,
    ouders: list[_Relatie],
    ander: Persoon,
) -> None:
    """Add one `<object>`, `ander` being the other side of the change; the schema fixes the order of its elements."""
    element = _entiteit(bericht, "object", "NPS", soort)
    if sleutel:
        element.set(f"{{{STUF}}}sleutelVerzendend", sleutel)
    for naam, veld in _VOOR_ADRES.items():
        if veld in velden:
            _voeg_veld_toe(element, naam, getattr(persoon, veld), veld in persoon.onbekend)
    if "adres" in velden:
        _voeg_adres_toe(element, persoon, ander)
    for naam, veld in _NA_ADRES.items():
        if veld in velden:
            _voeg_veld_toe(element, naam, getattr(persoon, veld), veld in persoon.onbekend)
    if "opschorting" in velden:
        _voeg_opschorting_toe(element, persoon.opschorting, "opschorting" in persoon.onbekend)
    if "indicatie_geheim" in velden:
        _voeg_veld_toe(element, "inp.indicatieGeheim", persoon.indicatie_geheim, "indicatie_geheim" in persoon.onbekend)
    if "in_onderzoek" in velden:
        _voeg_onderzoeken_toe(element, _categorieen(persoon), _categorieen(ander))
    if "ouders" in velden:
        for relatiesoort, betrekking, ouder in ouders:
            _voeg_ouder_toe(element, relatiesoort, betrekking, ouder)


def _voeg_adres_toe(element: etree._Element, persoon: Persoon, ander: Persoon) -> None:
    """Only one kind of address may be there; no address at all is told in the kind that the other side has."""
    adres, onbekend = persoon.adres or Adres(), "adres" in persoon.onbekend
    vorm = persoon.adres or ander.adres or adres
    if vorm.in_buitenland:
        groep = _bg(element, "sub.verblijfBuitenland")
        _voeg_veld_toe(groep, "lnd.landcode", adres.land, onbekend)
        for naam, regel in zip_longest(BUITENLAND_REGELS, adres.buitenland_regels):
            _voeg_veld_toe(groep, naam, regel, onbekend)
    else:
        groep = _bg(element, "verblijfsadres")
        for naam in _ADRESVOLGORDE:
            _voeg_veld_toe(groep, naam, getattr(adres, ADRES[naam]), onbekend)


def _voeg_opschorting_toe(element: etree._Element, opschorting: Opschorting | None, onbekend: bool) -> None:
    _voeg_veld_toe(element, "inp.datumOpschortingBijhouding", opschorting.datum if opschorting else None, onbekend)
    reden = opschorting.reden.value if opschorting else None
    past = reden is None or reden in _REDENEN_IN_SCHEMA
    _voeg_veld_toe(element, "inp.redenOpschortingBijhouding", reden if past else None, onbekend or not past)


def _voeg_onderzoeken_toe(element: etree._Element, lopend: set[str], anders: set[str]) -> None:
    for categorie in sorted((lopend | anders) & _GROEP.keys()):
        kind = _voeg_veld_toe(element, "inOnderzoek", "J" if categorie in lopend else None)
        kind.set(f"{{{STUF}}}metagegeven", "true")
        kind.set("groepsnaam", _GROEP[categorie])


def _voeg_ouder_toe(element: etree._Element, soort: str, betrekking: Betrekking, ouder: Ouder | None) -> None:
    relatie = _entiteit(element, "inp.heeftAlsOuders", "NPSNPSOUD", soort)
    if ouder is None:
        _maak_leeg(relatie, "geenWaarde")
        return
    gerelateerde = _entiteit(relatie, "gerelateerde", "NPS", soort if soort in ("T", "W") else "I")
    for naam, veld in _OUDERVOLGORDE.items():
        _voeg_veld_toe(gerelateerde, naam, getattr(ouder, veld))
    _bg(relatie, "ouderAanduiding", betrekking.value.capitalize())
    _voeg_veld_toe(relatie, "datumIngangFamilierechtelijkeBetrekking", ouder.ingang)


def _gewijzigde_ouders(oud: Persoon, nieuw: Persoon) -> tuple[list[_Relatie], list[_Relatie]]:
    """The relations that changed, in the same order for the old and the new object (stuf0301 §5.2.6)."""
    van, naar = ({ouder.betrekking: ouder for ouder in persoon.ouders} for persoon in (oud, nieuw))
    oude: list[_Relatie] = []
    nieuwe: list[_Relatie] = []
    for betrekking in Betrekking:
        was, wordt = van.get(betrekking), naar.get(betrekking)
        if was == wordt:
            continue
        if was is not None and wordt is not None:
            soort = "W" if was.bsn == wordt.bsn else "R"
        else:
            soort = "T" if was is None else "E"
        oude.append((soort, betrekking, was))
        nieuwe.append((soort, betrekking, wordt))
    return oude, nieuwe


def _categorieen(persoon: Persoon) -> set[str]:
    return {onderzoek.categorie for onderzoek in persoon.in_onderzoek}


def _voeg_veld_toe(
    ouder: etree._Element, naam: str, waarde: SecretStr | str | int | None, onbekend: bool = False
) -> etree._Element:
    element = _bg(ouder, naam)
    if waarde is None:
        _maak_leeg(element, "waardeOnbekend" if onbekend else "geenWaarde")
    elif isinstance(waarde, OnvolledigeDatum):
        _vul_datum(element, waarde)
    else:
        element.text = waarde.get_secret_value() if isinstance(waarde, SecretStr) else str(waarde)
    return element


def _vul_datum(element: etree._Element, datum: OnvolledigeDatum) -> None:
    """StUF wants a valid date whatever is known; `indOnvolledigeDatum` says which part of it is filler."""
    onvolledig = "J" if datum.jaar is None else "M" if datum.maand is None else "D" if datum.dag is None else ""
    element.text = f"{datum.jaar or 1900:04}{datum.maand or 1:02}{datum.dag or 1:02}"
    if onvolledig:
        element.set(f"{{{STUF}}}indOnvolledigeDatum", onvolledig)


def _maak_leeg(element: etree._Element, soort: str) -> None:
    element.set(f"{{{XSI}}}nil", "true")
    element.set(f"{{{STUF}}}noValue", soort)


def _entiteit(ouder: etree._Element, naam: str, entiteittype: str, soort: str) -> etree._Element:
    element = _bg(ouder, naam)
    element.set(f"{{{STUF}}}entiteittype", entiteittype)
    element.set(f"{{{STUF}}}verwerkingssoort", soort)
    return element


def _bg(ouder: etree._Element, naam: str, tekst: str | None = None) -> etree._Element:
    element = etree.SubElement(ouder, f"{{{BG}}}{naam}")
    element.text = tekst
    return element


def _stuf(ouder: etree._Element, naam: str, tekst: str) -> None:
    etree.SubElement(ouder, f"{{{STUF}}}{naam}").text = tekst
