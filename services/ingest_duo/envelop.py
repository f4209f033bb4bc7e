"""Opens the SOAP envelope of an answer of DUO, which is hostile until read.

Size, encoding and DOCTYPE are judged on the bytes before a parser sees them; the parser itself resolves no entity,
fetches nothing and keeps the built-in limits of libxml2 on depth and size.
"""

import re

from lxml import etree

from services.ingest_duo import duo_namen as namen
from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht

_PROLOOG = re.compile(rb"(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+<!DOCTYPE", re.DOTALL)
_CODERING = re.compile(rb"""(?:\xef\xbb\xbf)?<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)""")


def _ontleed(xml: bytes, max_bytes: int) -> etree._Element:
    """The root element; refuses by size, encoding and DOCTYPE before parsing."""
    if len(xml) > max_bytes:
        raise OngeldigBericht("bericht", "omvang", f"groter dan {max_bytes} bytes")
    codering = _CODERING.match(xml)
    if codering and codering[1].lower() not in (b"utf-8", b"utf8"):
        raise OngeldigBericht("bericht", "XML-kop", "opgegeven codering is niet UTF-8")
    try:
        xml.decode("utf-8")
    except UnicodeDecodeError as fout:
        raise OngeldigBericht("bericht", f"byte {fout.start}", "codering is geen geldige UTF-8") from None
    if _PROLOOG.match(xml):
        raise OngeldigBericht("bericht", "DOCTYPE", "een DOCTYPE met entiteiten is niet toegestaan")
    parser = etree.XMLParser(
        encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        wortel = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as fout:
        regel, kolom = fout.position
        raise OngeldigBericht("bericht", f"regel {regel}, kolom {kolom}", "geen welgevormde XML") from None
    if wortel.getroottree().docinfo.internalDTD is not None:
        raise OngeldigBericht("bericht", "DOCTYPE", "een DOCTYPE met entiteiten is niet toegestaan")
    return wortel


def lees_document(xml: bytes, max_bytes: int, verwacht: str) -> etree._Element:
    """The business document inside the envelope; raises `DuoFoutmelding` when DUO refused."""
    wortel = _ontleed(xml, max_bytes)
    romp = wortel.find(namen.soap("Body")) if wortel.tag == namen.soap("Envelope") else None
    if romp is None or len(romp) == 0:
        raise OngeldigBericht("Envelope", "bericht", "geen SOAP-bericht met inhoud")
    if romp[0].tag == namen.soap("Fault"):
        code = (romp[0].findtext("faultcode") or "onbekend").rsplit(":", 1)[-1]
        raise DuoFoutmelding(f"soap:{code}", romp[0].findtext("faultstring"))
    fout = romp[0].find(namen.ws(namen.DC0002))
    if fout is not None:
        code = fout.findtext(namen.gw(namen.FOUT_CODE)) or "onbekend"
        raise DuoFoutmelding(code, fout.findtext(namen.gw(namen.FOUT_OMSCHRIJVING)))
    document = romp[0].find(namen.ws(verwacht))
    if document is None:
        raise OngeldigBericht(verwacht, "Body", "ontbreekt")
    return document


def lees_element(xml: bytes, max_bytes: int, verwacht: str) -> etree._Element:
    """One element of a business document that stands by itself, judged as strictly as a whole message."""
    wortel = _ontleed(xml, max_bytes)
    if wortel.tag != namen.gw(verwacht):
        raise OngeldigBericht(verwacht, "bericht", "ontbreekt")
    return wortel
