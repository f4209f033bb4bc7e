"""From the bytes of an `npsLk01` to what it says; strict about safety and meaning, lenient about form.

Senders in use today leave out attributes that the schema asks for, so nothing here depends on the order of elements,
on unknown elements or on metadata.
"""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

from lxml import etree
from pydantic import ValidationError

from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.stuf.messages import (
    BG,
    SOAP,
    STUF,
    IndicatorOvername,
    Mutatiesoort,
    NpsLk01,
    NpsObject,
    OngeldigBericht,
    Stuurgegevens,
    Systeem,
)
from services.brp_sync.stuf.objects import Lezing, is_leeg, lees_object, tekst_van

MAX_BYTES: Final = 1_000_000
_VERKLARING = re.compile(rb"<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
_TEKENSETS = frozenset({b"utf-8", b"us-ascii", b"iso-8859-1", b"iso-8859-15", b"windows-1252"})
_DOCTYPE = re.compile(rb"<!doctype", re.IGNORECASE)
_VERKLARING_HOOGSTENS = 200
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
)
_STUF_VOOR = len(STUF) + 2  # where the name begins in a tag of that namespace
_SYSTEEM = tuple(Systeem.model_fields)
_ENKEL_OBJECT = (Mutatiesoort.TOEVOEGING, Mutatiesoort.VERWIJDERING)
_STUF_KIND = f"{{{STUF}}}*"
_Code = TypeVar("_Code", bound=StrEnum)


def lees_npslk01(xml: bytes, max_bytes: int = MAX_BYTES, *, voorheen: Lezing = Lezing.OUD) -> NpsLk01:
    """The kennisgeving in `xml`, with or without its SOAP 1.1 envelope; `voorheen` as for `lees_bericht`.

    Raises `OngeldigBericht` on anything that cannot be used: not XML, too large, a DOCTYPE, another message, or a
    field whose value is impossible.
    """
    return lees_bericht(ontleed(xml, max_bytes), voorheen)


def ontleed(xml: bytes, max_bytes: int = MAX_BYTES) -> etree._Element:
    """The message itself, out of its envelope; raises `OngeldigBericht` when it is no XML that is safe to read."""
    return _inhoud(_lees_xml(xml, max_bytes))


def lees_bericht(bericht: etree._Element, voorheen: Lezing = Lezing.OUD) -> NpsLk01:
    """What the message says; raises `OngeldigBericht`.

    With WIE for `voorheen` only who it is about is read of the situation before the change: what the sender believed
    then costs as much to read as the change itself, and is not taken over.
    """
    groep = bericht.find(f"{{{BG}}}stuurgegevens")
    if groep is None:
        raise OngeldigBericht("stuurgegevens", "bericht", "ontbreekt, of heeft niet de namespace van StUF-BG 3.10")
    teksten = _teksten(groep)
    stuurgegevens = _stuurgegevens(groep, teksten)
    try:
        _controleer_soort(bericht, teksten)
        return _npslk01(bericht, stuurgegevens, voorheen)
    except OngeldigBericht as fout:
        fout.stuurgegevens = stuurgegevens
        raise


def _lees_xml(xml: bytes, max_bytes: int) -> etree._Element:
    """The root element. Without a DOCTYPE there are no entities to expand or to fetch, so one is refused outright.

    Only character sets that spell `<!DOCTYPE` in ASCII are let in, so that nobody can hide one.
    """
    if len(xml) > max_bytes:
        raise OngeldigBericht("bericht", "bericht", f"is groter dan {max_bytes} bytes")
    begin = xml.removeprefix(b"\xef\xbb\xbf").lstrip()
    einde = begin.find(b"?>", 0, _VERKLARING_HOOGSTENS) if begin.startswith(b"<?xml") else 0
    verklaring = _VERKLARING.match(begin[:_VERKLARING_HOOGSTENS])
    vreemd = einde < 0 or (verklaring is not None and verklaring[1].lower() not in _TEKENSETS)
    if vreemd or b"\x00" in xml:
        raise OngeldigBericht("bericht", "bericht", "heeft een tekenset die niet wordt aangenomen; gebruik UTF-8")
    if not begin.startswith(b"<"):
        raise OngeldigBericht("bericht", "bericht", "is geen XML")
    if b"<!" in begin and _DOCTYPE.search(begin):
        raise OngeldigBericht("bericht", "bericht", "bevat een DOCTYPE; die wordt niet aangenomen")
    try:
        return etree.fromstring(begin, _PARSER)
    except etree.XMLSyntaxError as fout:
        raise OngeldigBericht("bericht", f"regel {fout.lineno or 1}", "is geen welgevormde XML") from None


def _inhoud(wortel: etree._Element) -> etree._Element:
    if wortel.tag != f"{{{SOAP}}}Envelope":
        return wortel
    body = wortel.find(f"{{{SOAP}}}Body")
    if body is None or len(body) != 1:
        raise OngeldigBericht("bericht", "soap:Body", "hoort precies één bericht te bevatten")
    return body[0]


def _stuurgegevens(groep: etree._Element, teksten: Mapping[str, str]) -> Stuurgegevens:
    velden: dict[str, Any] = {
        "referentienummer": teksten.get("referentienummer", ""),
        "tijdstip": teksten.get("tijdstipBericht", ""),
    }
    for rol in ("zender", "ontvanger"):
        systeem = groep.find(f"{{{STUF}}}{rol}")
        gevuld = _teksten(systeem) if systeem is not None else {}
        velden[rol] = {naam: gevuld[naam] for naam in _SYSTEEM if gevuld.get(naam)}
    try:
        return Stuurgegevens(**velden)
    except ValidationError as fout:
        veld, reden = reden_van_afkeuring(fout)
        raise OngeldigBericht(veld, "stuurgegevens", reden) from None


def _teksten(groep: etree._Element) -> dict[str, str]:
    """The text of each StUF element in `groep`, by its name without the namespace."""
    return {str(kind.tag)[_STUF_VOOR:]: tekst_van(kind) for kind in groep.iterchildren(_STUF_KIND)}


def _controleer_soort(bericht: etree._Element, teksten: Mapping[str, str]) -> None:
    if bericht.tag != f"{{{BG}}}npsLk01":
        raise OngeldigBericht("bericht", "bericht", "is geen npsLk01 van StUF-BG 3.10", code="StUF040")
    if teksten.get("berichtcode") != "Lk01":
        raise OngeldigBericht("berichtcode", "stuurgegevens", "is niet Lk01", code="StUF025")
    if teksten.get("entiteittype", "") not in ("NPS", ""):
        raise OngeldigBericht("entiteittype", "stuurgegevens", "is niet NPS", code="StUF031")


def _npslk01(bericht: etree._Element, stuurgegevens: Stuurgegevens, voorheen: Lezing) -> NpsLk01:
    groep = bericht.find(f"{{{BG}}}parameters")
    parameters = _teksten(groep) if groep is not None else {}
    mutatiesoort = _code(Mutatiesoort, "mutatiesoort", parameters.get("mutatiesoort", ""))
    overname = _code(IndicatorOvername, "indicatorOvername", parameters.get("indicatorOvername") or "V")
    objecten = [element for element in bericht.findall(f"{{{BG}}}object") if not is_leeg(element)]
    nodig = 1 if mutatiesoort in _ENKEL_OBJECT else 2
    if len(objecten) != nodig:
        raise OngeldigBericht(
            "object", "bericht", f"komt {len(objecten)} keer voor, bij deze mutatiesoort hoort {nodig}"
        )
    oud: NpsObject | None = None
    if nodig == 1:
        lezing = Lezing.TOEVOEGING if mutatiesoort is Mutatiesoort.TOEVOEGING else Lezing.VERWIJDERING
        nieuw = lees_object(objecten[0], "object[1]", lezing)
    else:
        oud = lees_object(objecten[0], "object[1]", voorheen)
        nieuw = lees_object(objecten[1], "object[2]", Lezing.HUIDIG, objecten[0])
    return NpsLk01(
        stuurgegevens=stuurgegevens, mutatiesoort=mutatiesoort, indicator_overname=overname, oud=oud, nieuw=nieuw
    )


def _code(soort: type[_Code], naam: str, waarde: str) -> _Code:
    try:
        return soort(waarde)
    except ValueError:
        raise OngeldigBericht(naam, "parameters", "onbekende code") from None
