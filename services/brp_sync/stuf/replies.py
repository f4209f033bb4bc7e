"""The answers to an `npsLk01`: Bv03 (accepted and stored) and Fo03 (refused), in a SOAP 1.1 envelope."""

from copy import deepcopy
from datetime import datetime
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from lxml import etree

from services.brp_sync.stuf.messages import SOAP, STUF, Foutplek, NpsLk01, Stuurgegevens, Systeem

_NEDERLAND: Final = ZoneInfo("Europe/Amsterdam")
_OMSCHRIJVING_HOOGSTENS: Final = 200  # Foutomschrijving in the schema
_CODE_HOOGSTENS: Final = 7  # Foutcode in the schema


def bouw_bv03(bericht: NpsLk01 | Stuurgegevens, tijdstip: datetime, referentienummer: str) -> bytes:
    """The message is safely stored (stuf0301 §4.4.1). Send it only after that is true; `referentienummer` is ours."""
    hun = bericht.stuurgegevens if isinstance(bericht, NpsLk01) else bericht
    envelop = deepcopy(_bv03_aan(hun.ontvanger, hun.zender))
    teksten = (referentienummer, stuf_tijdstip(tijdstip), hun.referentienummer)
    for element, tekst in zip(envelop[0][0][0][-3:], teksten, strict=True):
        element.text = tekst
    return naar_bytes(envelop)


@lru_cache(maxsize=64)
def _bv03_aan(zender: Systeem, ontvanger: Systeem) -> etree._Element:
    """A Bv03 between these two, still to be filled in: building one costs more than copying one."""
    leeg = Stuurgegevens(zender=ontvanger, ontvanger=zender, referentienummer="-", tijdstip="00000000")
    envelop = _envelop()
    envelop[0].append(_antwoord("Bv03", leeg, datetime.min, "-"))  # noqa: DTZ901 - replaced in every copy
    return envelop


def bouw_fo03(
    bericht: NpsLk01 | Stuurgegevens | None,
    tijdstip: datetime,
    referentienummer: str,
    code: str,
    omschrijving: str,
    plek: Foutplek = Foutplek.CLIENT,
) -> bytes:
    """The message will not be handled: a SOAP fault with the Fo03 as its detail (StUF bindingen §3), for HTTP 500.

    `bericht` is None when not even the stuurgegevens could be read: then there is nobody to address a Fo03 to and
    only the SOAP fault remains. `omschrijving` must not hold personal data; it is cut off at 200 characters. Raises
    `ValueError` when `code` is not 1 to 7 characters long.
    """
    if not 0 < len(code) <= _CODE_HOOGSTENS:
        raise ValueError("een foutcode telt 1 tot en met 7 tekens")
    if bericht is None:
        return _fault(omschrijving, plek, None)
    fo03 = _antwoord("Fo03", bericht, tijdstip, referentienummer)
    inhoud = etree.SubElement(fo03, _stuf("body"))
    for naam, tekst in (("code", code), ("plek", plek.value), ("omschrijving", omschrijving[:_OMSCHRIJVING_HOOGSTENS])):
        etree.SubElement(inhoud, _stuf(naam)).text = tekst
    return _fault(omschrijving, plek, fo03)


def stuf_tijdstip(tijdstip: datetime) -> str:
    """17 digits JJJJMMDDhhmmssddd in Dutch local time; a time without zone is taken to be that already."""
    lokaal = tijdstip if tijdstip.tzinfo is None else tijdstip.astimezone(_NEDERLAND)
    return f"{lokaal:%Y%m%d%H%M%S}{lokaal.microsecond // 1000:03}"


def voeg_systeem_toe(groep: etree._Element, rol: str, systeem: Systeem) -> None:
    """Add a zender or ontvanger to a group of stuurgegevens."""
    element = etree.SubElement(groep, _stuf(rol))
    for naam in ("organisatie", "applicatie", "administratie"):
        if waarde := getattr(systeem, naam):
            etree.SubElement(element, _stuf(naam)).text = waarde


def naar_bytes(envelop: etree._Element) -> bytes:
    """The XML document, in UTF-8."""
    return etree.tostring(envelop, xml_declaration=True, encoding="UTF-8")


def _envelop() -> etree._Element:
    envelop = etree.Element(_soap("Envelope"), nsmap={"soapenv": SOAP, "StUF": STUF})
    etree.SubElement(envelop, _soap("Body"))
    return envelop


def _antwoord(code: str, bericht: NpsLk01 | Stuurgegevens, tijdstip: datetime, referentienummer: str) -> etree._Element:
    hun = bericht.stuurgegevens if isinstance(bericht, NpsLk01) else bericht
    antwoord = etree.Element(_stuf(f"{code}Bericht"), nsmap={"StUF": STUF})
    groep = etree.SubElement(antwoord, _stuf("stuurgegevens"))
    etree.SubElement(groep, _stuf("berichtcode")).text = code
    voeg_systeem_toe(groep, "zender", hun.ontvanger)
    voeg_systeem_toe(groep, "ontvanger", hun.zender)
    etree.SubElement(groep, _stuf("referentienummer")).text = referentienummer
    etree.SubElement(groep, _stuf("tijdstipBericht")).text = stuf_tijdstip(tijdstip)
    etree.SubElement(groep, _stuf("crossRefnummer")).text = hun.referentienummer
    return antwoord


def _fault(omschrijving: str, plek: Foutplek, foutbericht: etree._Element | None) -> bytes:
    envelop = _envelop()
    fault = etree.SubElement(envelop[0], _soap("Fault"))
    etree.SubElement(fault, "faultcode").text = f"soapenv:{plek.value.capitalize()}"
    etree.SubElement(fault, "faultstring").text = omschrijving
    if foutbericht is not None:
        etree.SubElement(fault, "detail").append(foutbericht)
    return naar_bytes(envelop)


def _soap(naam: str) -> str:
    return f"{{{SOAP}}}{naam}"


def _stuf(naam: str) -> str:
    return f"{{{STUF}}}{naam}"
