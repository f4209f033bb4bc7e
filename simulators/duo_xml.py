"""The wire format of DUO as DUO would write it: deliveries, confirmations and refusals, and reading our requests.

Names come from the same table the reader uses (`services.ingest_duo.duo_namen`), so both sides share one assumption.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from lxml import etree
from pydantic import SecretStr

from contracts.codes import MeldingStatus
from services.ingest_duo import duo_namen as namen
from services.ingest_duo.model import Verzuimdag, Verzuimgeval


def tijd_tekst(stempel: datetime) -> str:
    """HH:mm:ss.SSS, as DUO writes the time of a mutation stamp."""
    return stempel.strftime("%H:%M:%S.") + f"{stempel.microsecond // 1000:03d}"


def datum_tijd_tekst(stempel: datetime) -> str:
    """Date and time in one element, to the millisecond."""
    return f"{stempel.date().isoformat()}T{tijd_tekst(stempel)}"


def _tekst(waarde: Any) -> str:
    if isinstance(waarde, SecretStr):
        return waarde.get_secret_value()
    if isinstance(waarde, bool):
        return "J" if waarde else "N"
    if isinstance(waarde, datetime):
        return datum_tijd_tekst(waarde)
    return str(waarde)


def _waarde(geval: Verzuimgeval, veld: str) -> str | None:
    """The text of a field of the table, None when the melding does not have it."""
    if veld.startswith("laatste_mutatie"):
        stempel = geval.laatste_mutatie
        return stempel.date().isoformat() if veld.endswith("datum") else tijd_tekst(stempel)
    if veld.endswith(("_netnummer", "_abonneenummer")):
        telefoon = _waarde(geval, veld.rsplit("_", 1)[0])
        netnummer, _, nummer = (telefoon or "").rpartition("-")
        return (netnummer if veld.endswith("_netnummer") else nummer) or None
    waarde: Any = geval
    for deel in veld.split("."):
        waarde = getattr(waarde, deel, None)
    return None if waarde is None else _tekst(waarde)


def geval_element(geval: Verzuimgeval) -> etree._Element:
    """The element Verzuimgeval of a melding."""
    element = etree.Element(namen.gw(namen.VERZUIMGEVAL), nsmap=namen.NSMAP)
    for veld, pad in namen.VELDEN.items():
        waarde = _waarde(geval, veld)
        if waarde is not None:
            namen.voeg_in(element, pad, waarde)
    groep, blad = namen.VERZUIMDAG.split("/")
    melding = element.find(namen.gw(groep))
    assert melding is not None  # noqa: S101 - the meldingsnummer was written in this group
    for dag in geval.verzuimdagen:
        _voeg_dag_toe(etree.SubElement(melding, namen.gw(blad)), dag)
    return element


def _voeg_dag_toe(element: etree._Element, dag: Verzuimdag) -> None:
    for veld, naam in namen.VERZUIMDAG_VELDEN.items():
        waarde = getattr(dag, veld)
        if waarde is not None:
            etree.SubElement(element, namen.gw(naam)).text = _tekst(waarde)


def _antwoord(bewerking: str, document: str) -> tuple[etree._Element, etree._Element]:
    envelop = etree.Element(namen.soap("Envelope"), nsmap=namen.NSMAP)
    romp = etree.SubElement(envelop, namen.soap("Body"))
    antwoord = etree.SubElement(romp, namen.ws(bewerking + namen.ANTWOORD))
    return envelop, etree.SubElement(antwoord, namen.ws(document))


def _naar_bytes(envelop: etree._Element) -> bytes:
    return etree.tostring(envelop, encoding="UTF-8", xml_declaration=True)


def dc0011(gevallen: Iterable[etree._Element], *, gemeente: str, document_id: str, volgende: datetime | None) -> bytes:
    """A delivery; `volgende` is where the next page starts, None on the last page."""
    envelop, document = _antwoord(namen.AANVRAAG, namen.DC0011)
    for naam, waarde in ((namen.VERZENDER, namen.DUO), (namen.ONTVANGER, gemeente), (namen.DOCUMENT_ID, document_id)):
        namen.voeg_in(document, naam, waarde)
    document.extend(gevallen)
    if volgende is not None:
        periode = etree.SubElement(document, namen.gw(namen.SELECTIEPERIODE))
        namen.voeg_in(periode, namen.SELECTIE_DATUM, volgende.date().isoformat())
        namen.voeg_in(periode, namen.SELECTIE_TIJD, tijd_tekst(volgende))
    return _naar_bytes(envelop)


def dc0001(*, document_id: str, stempel: datetime, bewerking: str = namen.MUTATIE) -> bytes:
    """A confirmation; of a mutation with the new stamp of the melding."""
    envelop, document = _antwoord(bewerking, namen.DC0001)
    namen.voeg_in(document, namen.DOCUMENT_ID, document_id)
    namen.voeg_in(document, namen.DOCUMENT_DATUM, datum_tijd_tekst(stempel))
    return _naar_bytes(envelop)


def dc0002(bewerking: str, *, document_id: str, code: str, omschrijving: str) -> bytes:
    """A refusal of a request."""
    envelop, document = _antwoord(bewerking, namen.DC0002)
    namen.voeg_in(document, namen.DOCUMENT_ID, document_id)
    namen.voeg_in(document, namen.FOUT_CODE, code)
    namen.voeg_in(document, namen.FOUT_OMSCHRIJVING, omschrijving)
    return _naar_bytes(envelop)


def soap_fault(code: str, omschrijving: str) -> bytes:
    """A SOAP 1.1 Fault; `code` is Client or Server."""
    envelop = etree.Element(namen.soap("Envelope"), nsmap=namen.NSMAP)
    fault = etree.SubElement(etree.SubElement(envelop, namen.soap("Body")), namen.soap("Fault"))
    etree.SubElement(fault, "faultcode").text = f"soap:{code}"
    etree.SubElement(fault, "faultstring").text = omschrijving
    return _naar_bytes(envelop)


class Aanvraag(NamedTuple):
    """DC0010 as DUO reads it."""

    uitvoerder: str
    vanaf: datetime


class Mutatie(NamedTuple):
    """A status message of a gemeente as DUO reads it; codes as they stand in the message."""

    uitvoerder: str
    velden: Mapping[str, str]

    @property
    def gezien(self) -> datetime:
        """The stamp of the version the sender had seen."""
        return _stempel(self.velden["laatste_mutatie_datum"], self.velden["laatste_mutatie_tijd"])

    @property
    def status(self) -> MeldingStatus:
        """The status the gemeente gives."""
        return MeldingStatus(self.velden["status"])


class Vrijstelling(NamedTuple):
    """A vrijstelling as a gemeente tells it; codes as they stand in the message."""

    uitvoerder: str
    velden: Mapping[str, str]


class Weigering(Exception):
    """A register refuses; `code` is what DC0002 carries."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class OnleesbaarVerzoek(ValueError):
    """A request that does not follow the wire format."""


def _stempel(datum: str, tijd: str) -> datetime:
    return datetime.fromisoformat(f"{datum}T{tijd}")


def lees_verzoek(xml: bytes) -> Aanvraag | Mutatie | Vrijstelling:
    """Read a request of a gemeente; raises `OnleesbaarVerzoek` when it does not follow the wire format."""
    try:
        wortel = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
        document = wortel.find(f"{namen.soap('Body')}/*/*")
        if document is None:
            raise OnleesbaarVerzoek("geen document")
        uitvoerder = document.findtext(namen.gw(namen.UITVOERDER)) or ""
        if document.tag == namen.ws(namen.DC0010):
            periode = namen.gw(namen.SELECTIEPERIODE)
            datum = document.findtext(f"{periode}/{namen.gw(namen.SELECTIE_DATUM)}") or ""
            tijd = document.findtext(f"{periode}/{namen.gw(namen.SELECTIE_TIJD)}") or ""
            return Aanvraag(uitvoerder, _stempel(datum, tijd))
        vrijstelling = document.tag == namen.ws(namen.DC_VRIJSTELLING)
        paden = namen.VRIJSTELLING_VELDEN if vrijstelling else namen.MUTATIE_VELDEN
        gevonden = {veld: document.findtext(namen.gw(pad)) for veld, pad in paden.items()}
    except (etree.XMLSyntaxError, ValueError) as fout:
        raise OnleesbaarVerzoek("geen leesbaar verzoek") from fout
    velden = {veld: tekst for veld, tekst in gevonden.items() if tekst is not None}
    return Vrijstelling(uitvoerder, velden) if vrijstelling else Mutatie(uitvoerder, velden)
