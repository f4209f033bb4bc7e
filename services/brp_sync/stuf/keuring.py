"""Judging messages by the schema of StUF-BG 3.10. The verdict is reported; it never decides what is taken over.

Senders in daily use leave out attributes that the standard requires, and their messages say all that matters. Without a
setting the compact schema in `schema/` judges; a centre that has the official set can point to it.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import structlog
from lxml import etree
from prometheus_client import Counter

from hub.errors import NietGereed
from hub.observability import REGISTRY

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_EIGEN: Final = Path(__file__).parent / "schema" / "npslk01.xsd"
_ZENDERS_HOOGSTENS: Final = 20
_MELDINGEN_HOOGSTENS: Final = 200
_ELEMENT = re.compile(r"^Element '(?:\{[^}']*\})?([^']+)'")
_ATTRIBUUT = re.compile(r"[Aa]ttribute '(?:\{[^}']*\})?([A-Za-z]{1,40})'")
_REDENEN: Final = {
    "SCHEMAV_CVC_ENUMERATION_VALID": "is geen waarde uit de lijst van dit veld",
    "SCHEMAV_CVC_PATTERN_VALID": "heeft niet de vorm van dit veld",
    "SCHEMAV_CVC_MAXLENGTH_VALID": "is te lang",
    "SCHEMAV_CVC_MINLENGTH_VALID": "is te kort",
    "SCHEMAV_CVC_LENGTH_VALID": "heeft niet de lengte van dit veld",
    "SCHEMAV_CVC_COMPLEX_TYPE_4": "mist het attribuut {attribuut}",
    "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1": "heeft een attribuut dat hier niet hoort",
    "SCHEMAV_ELEMENT_CONTENT": "staat hier niet op zijn plaats, of mist wat erin hoort",
}
_JUDGED = Counter("schakel_stuf_schema", "Oordeel van het schema", ["zender", "geldig"], registry=REGISTRY)


@dataclass(frozen=True, slots=True)
class Oordeel:
    """How many things are wrong, and the first: which element, and a Dutch reason without the value."""

    fouten: int = 0
    veld: str | None = None
    reden: str | None = None

    @property
    def geldig(self) -> bool:
        """Whether the message has the form of the standard."""
        return self.fouten == 0

    def als_json(self) -> dict[str, Any]:
        """As `schakel parse` shows it."""
        eerste = None if self.geldig else {"veld": self.veld, "reden": self.reden}
        return {"geldig": self.geldig, "fouten": self.fouten, "eerste": eerste}


class Keuring:
    """One schema, compiled once."""

    def __init__(self, schema: Path | None = None) -> None:
        """`schema` is an xsd, or a folder with the official set; raises `NietGereed` when it cannot be used."""
        self._namen = {
            element.get("name", "")
            for pad in _EIGEN.parent.glob("*.xsd")
            for element in etree.parse(pad).getroot().iter("{http://www.w3.org/2001/XMLSchema}element")
        }
        self._zenders: set[str] = set()
        self._gemeld: set[tuple[str, str | None, str | None]] = set()
        try:
            self._schema = etree.XMLSchema(_document(schema or _EIGEN))
        except (etree.LxmlError, OSError) as fout:
            raise NietGereed(f"het StUF-schema is niet te gebruiken ({type(fout).__name__})") from None

    def oordeel(self, bericht: etree._Element) -> Oordeel:
        """The verdict about one npsLk01, without its envelope."""
        if self._schema.validate(bericht):
            return Oordeel()
        fouten = self._schema.error_log
        eerste = fouten[0]
        gevonden = _ELEMENT.match(eerste.message)
        veld = gevonden[1] if gevonden and gevonden[1] in self._namen else "onbekend element"
        attribuut = _ATTRIBUUT.search(eerste.message)
        reden = _REDENEN.get(eerste.type_name, "heeft niet het type van dit veld")
        return Oordeel(len(fouten), veld, reden.format(attribuut=attribuut[1] if attribuut else "?"))

    def meld(self, applicatie: str, oordeel: Oordeel) -> None:
        """Counts the verdict; logs what is wrong the first time that a sender does it.

        Of a crowd of senders the first twenty have a label of their own.
        """
        if len(self._zenders) < _ZENDERS_HOOGSTENS:
            self._zenders.add(applicatie)
        zender = applicatie if applicatie in self._zenders else "overig"
        _JUDGED.labels(zender, "ja" if oordeel.geldig else "nee").inc()
        fout = (zender, oordeel.veld, oordeel.reden)
        if not oordeel.geldig and fout not in self._gemeld and len(self._gemeld) < _MELDINGEN_HOOGSTENS:
            self._gemeld.add(fout)
            log.warning("stuf_schema_violated", zender=zender, veld=oordeel.veld, reden=oordeel.reden)


def _document(pad: Path) -> Any:
    if not pad.is_dir():
        return etree.parse(pad)
    # libxml2 resolves the official set only when the types of the StUF namespace are imported first.
    delen = {"http://www.egem.nl/StUF/StUF0301": "bg0310_msg_stuf_mutatie.xsd",
             "http://www.egem.nl/StUF/sector/bg/0310": "bg0310_msg_mutatie.xsd"}  # fmt: skip
    driver = etree.Element("{http://www.w3.org/2001/XMLSchema}schema")
    for namespace, naam in delen.items():
        gevonden = sorted(pad.rglob(naam))
        if not gevonden:
            raise NietGereed(f"in de map van het StUF-schema staat geen {naam}")
        plek = gevonden[0].resolve().as_uri()
        deel = etree.SubElement(driver, "{http://www.w3.org/2001/XMLSchema}import")
        deel.set("namespace", namespace)
        deel.set("schemaLocation", plek)
    return etree.ElementTree(driver)
