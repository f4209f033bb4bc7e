"""What can go wrong at DUO or on the way, as switches: each `Storing` waits in a queue and hits the next answers."""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from lxml import etree

from services.ingest_duo import duo_namen as namen

Verzoeksoort: TypeAlias = Literal["aanvraag", "mutatie", "vrijstelling"]

GROOT_ANTWOORD_BYTES: Final = 50_000_000


class StoringSoort(StrEnum):
    """The faults the stand-in can show."""

    VERTRAGING = "vertraging"
    HTTP_500 = "http_500"
    TIMEOUT_NA_EFFECT = "timeout_na_effect"
    VERBINDING_WEG = "verbinding_weg"
    DUBBELE_LEVERING = "dubbele_levering"
    VERKEERDE_VOLGORDE = "verkeerde_volgorde"
    KAPOTTE_XML = "kapotte_xml"
    XML_BOM = "xml_bom"
    EXTERNE_ENTITEIT = "externe_entiteit"
    VERKEERDE_CODERING = "verkeerde_codering"
    FOUTE_ELFPROEF = "foute_elfproef"
    ONBEKENDE_CODE = "onbekende_code"
    ONTBREKEND_VELD = "ontbrekend_veld"
    GROOT_ANTWOORD = "groot_antwoord"


IN_EEN_GEVAL: Final = frozenset(
    {StoringSoort.FOUTE_ELFPROEF, StoringSoort.ONBEKENDE_CODE, StoringSoort.ONTBREKEND_VELD}
)
IN_EEN_LEVERING: Final = IN_EEN_GEVAL | {StoringSoort.DUBBELE_LEVERING, StoringSoort.VERKEERDE_VOLGORDE}
"""These need something to deliver, so they wait for the next page that is not empty."""


@dataclass(slots=True)
class Storing:
    """A fault for the next `aantal` answers, of one kind of request (`bij`) or of any.

    `seconden` is how late an answer with VERTRAGING is.
    """

    soort: StoringSoort
    aantal: int = 1
    bij: Verzoeksoort | None = None
    seconden: float = 0.0


def neem_storing(rij: list[Storing], bij: Verzoeksoort, *, gevuld: bool) -> Storing | None:
    """Use up one turn of the first fault in `rij` that fits a request of kind `bij` (`gevuld`: with a full page)."""
    for storing in rij:
        if storing.bij in (None, bij) and (gevuld or storing.soort not in IN_EEN_LEVERING):
            storing.aantal -= 1
            if storing.aantal <= 0:
                rij.remove(storing)
            return storing
    return None


def bederf_geval(soort: StoringSoort, elementen: list[etree._Element], rng: random.Random) -> str | None:
    """Spoil one Verzuimgeval of a page and return its meldingsnummer; None when none of them can be spoiled so."""
    pad = {
        StoringSoort.FOUTE_ELFPROEF: namen.VELDEN["bsn"],
        StoringSoort.ONBEKENDE_CODE: namen.VELDEN["verzuimsoort"],
        StoringSoort.ONTBREKEND_VELD: namen.VELDEN["begindatum"],
    }[soort]
    vatbaar = [element for element in elementen if element.find(namen.gw(pad)) is not None]
    if not vatbaar:
        return None
    geval = rng.choice(vatbaar)
    blad = geval.find(namen.gw(pad))
    ouder = blad.getparent() if blad is not None else None
    assert blad is not None and ouder is not None  # noqa: S101 - the leaf was found, and a leaf has a parent
    if soort is StoringSoort.ONTBREKEND_VELD:
        ouder.remove(blad)
    elif soort is StoringSoort.ONBEKENDE_CODE:
        blad.text = "X9"
    else:
        cijfers = blad.text or "0"
        blad.text = cijfers[:-1] + str((int(cijfers[-1]) + 1) % 10)
    return geval.findtext(namen.gw(namen.VELDEN["meldingsnummer"]))


def bederf_bericht(soort: StoringSoort, xml: bytes, lok_url: str) -> bytes:
    """Spoil a whole answer; `lok_url` is the address an external entity points at."""
    if soort is StoringSoort.KAPOTTE_XML:
        return xml[: len(xml) // 2]
    if soort is StoringSoort.VERKEERDE_CODERING:
        return xml.replace(b"UTF-8", b"UTF-16", 1)
    if soort is StoringSoort.XML_BOM:
        lagen = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
        return _met_doctype(xml, f'<!ENTITY l0 "lang">{lagen}', b"&l9;")
    if soort is StoringSoort.EXTERNE_ENTITEIT:
        return _met_doctype(xml, f'<!ENTITY x SYSTEM "{lok_url}">', b"&x;")
    return xml


def _met_doctype(xml: bytes, declaraties: str, verwijzing: bytes) -> bytes:
    kop, _, rest = xml.partition(b"?>")
    romp = b"<soap:Body>"
    doctype = f"?>\n<!DOCTYPE bericht [{declaraties}]>".encode()
    return kop + doctype + rest.replace(romp, romp + verwijzing, 1)
