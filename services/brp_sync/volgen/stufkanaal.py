"""Asking a gegevensmagazijn over StUF: an npsLk01 with mutatiesoort T follows somebody, V ends it (stuf0301 §5.1)."""

import ssl
import uuid
from typing import Final

import httpx
from lxml import etree
from pydantic import SecretStr

from hub.clock import Clock
from hub.errors import Ongeldig, PartnerOnbereikbaar
from services.brp_sync.stuf.messages import BG, SOAP, SOAP_ACTION, STUF, Systeem
from services.brp_sync.stuf.replies import naar_bytes, stuf_tijdstip, voeg_systeem_toe
from services.brp_sync.volgen.kanalen import ZONDER_BSN, Verzoek

PARTNER: Final = "het gegevensmagazijn"
_MAX_BYTES: Final = 1_000_000
_NAAMRUIMTE: Final = uuid.UUID("5f1b7a0e-7a61-5d0c-9a55-0d8f6ac2a1d4")


class StufKanaal:
    """Sends the kennisgeving and reads Bv03 or Fo03. The key of ours in it is the jongere_id, never a BSN."""

    naam = "stuf"

    def __init__(
        self, url: str, zender: Systeem, ontvanger: Systeem, clock: Clock, tls: ssl.SSLContext | None = None
    ) -> None:
        self._url = url
        self._zender = zender
        self._ontvanger = ontvanger
        self._clock = clock
        self._http = httpx.AsyncClient(timeout=20, follow_redirects=False, verify=tls or True)

    async def sluit(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def vraag(self, verzoek: Verzoek) -> bool:
        """Ask; a Bv03 means that it is done."""
        if verzoek.bsn is None:
            raise Ongeldig(ZONDER_BSN)
        koppen = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": f'"{SOAP_ACTION}"'}
        inhoud = bytearray()
        try:
            async with self._http.stream("POST", self._url, content=self._bericht(verzoek), headers=koppen) as antwoord:
                async for deel in antwoord.aiter_bytes():
                    inhoud += deel
                    if len(inhoud) > _MAX_BYTES:
                        raise PartnerOnbereikbaar(PARTNER, "het antwoord is te groot")
        except httpx.HTTPError as fout:
            raise PartnerOnbereikbaar(PARTNER, type(fout).__name__) from None
        _lees_antwoord(bytes(inhoud), antwoord.status_code)
        return True

    def _bericht(self, verzoek: Verzoek) -> bytes:
        soort = "T" if verzoek.plaatsen else "V"
        # The same request again has the same number: the receiver recognises it (stuf0301 §4.3.1).
        kenmerk = f"{verzoek.jongere_id}|{soort}|{verzoek.keer}"
        envelop = etree.Element(f"{{{SOAP}}}Envelope", nsmap={"soapenv": SOAP, "BG": BG, "StUF": STUF})
        body = etree.SubElement(envelop, f"{{{SOAP}}}Body")
        bericht = etree.SubElement(body, f"{{{BG}}}npsLk01")
        groep = etree.SubElement(bericht, f"{{{BG}}}stuurgegevens")
        _stuf(groep, "berichtcode", "Lk01")
        voeg_systeem_toe(groep, "zender", self._zender)
        voeg_systeem_toe(groep, "ontvanger", self._ontvanger)
        _stuf(groep, "referentienummer", uuid.uuid5(_NAAMRUIMTE, kenmerk).hex)
        _stuf(groep, "tijdstipBericht", stuf_tijdstip(self._clock.now()))
        _stuf(groep, "entiteittype", "NPS")
        parameters = etree.SubElement(bericht, f"{{{BG}}}parameters")
        _stuf(parameters, "mutatiesoort", soort)
        _stuf(parameters, "indicatorOvername", "V")
        persoon = etree.SubElement(bericht, f"{{{BG}}}object")
        persoon.set(f"{{{STUF}}}entiteittype", "NPS")
        persoon.set(f"{{{STUF}}}sleutelVerzendend", str(verzoek.jongere_id))
        persoon.set(f"{{{STUF}}}verwerkingssoort", soort)
        etree.SubElement(persoon, f"{{{BG}}}inp.bsn").text = _open(verzoek.bsn)
        return naar_bytes(envelop)


def _lees_antwoord(inhoud: bytes, status: int) -> None:
    """Return for a Bv03; a Fo03 about our message is a refusal, anything else no usable answer."""
    try:
        antwoord = etree.fromstring(inhoud, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
    except (etree.XMLSyntaxError, ValueError):
        raise PartnerOnbereikbaar(PARTNER, f"onleesbaar antwoord (HTTP {status})") from None
    code = antwoord.findtext(f".//{{{STUF}}}berichtcode")
    if code == "Bv03" and status < 300:
        return
    fout = antwoord.find(f".//{{{STUF}}}body")
    foutcode = fout.findtext(f"{{{STUF}}}code") if fout is not None else None
    if code == "Fo03" and fout is not None and fout.findtext(f"{{{STUF}}}plek") == "client":
        veilig = foutcode if foutcode and foutcode.isalnum() and len(foutcode) <= 7 else "onbekend"
        raise Ongeldig(f"{PARTNER} weigert: foutcode {veilig}")
    raise PartnerOnbereikbaar(PARTNER, f"geen Bv03 (HTTP {status})")


def _stuf(ouder: etree._Element, naam: str, tekst: str) -> None:
    etree.SubElement(ouder, f"{{{STUF}}}{naam}").text = tekst


def _open(nummer: SecretStr | None) -> str:
    return nummer.get_secret_value() if nummer is not None else ""
