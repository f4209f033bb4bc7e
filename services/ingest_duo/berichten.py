"""Writes what we send to DUO: the request for changed meldingen (DC0010) and the status of the treatment (Mutatie).

The document id follows from the content, so a repeated request is recognisably the same one.
"""

import hashlib
from datetime import datetime, time

from lxml import etree

from services.ingest_duo import duo_namen as namen
from services.ingest_duo.model import Statusterugmelding
from services.ingest_duo.parser import Selectie
from services.ingest_duo.vrijstellingen.model import Vrijstellingbericht


def _tijd(moment: datetime | time) -> str:
    return f"{moment.strftime('%H:%M:%S')}.{moment.microsecond // 1000:03d}"


def _verzoek(
    bewerking: str, document: str, uitvoerder: str, document_id: str, opgemaakt: datetime
) -> tuple[etree._Element, etree._Element]:
    """Envelope and business document, with the fields every document carries."""
    envelop = etree.Element(namen.soap("Envelope"), nsmap=namen.NSMAP)
    romp = etree.SubElement(envelop, namen.soap("Body"))
    verzoek = etree.SubElement(romp, namen.ws(bewerking + namen.VERZOEK))
    inhoud = etree.SubElement(verzoek, namen.ws(document))
    namen.voeg_in(inhoud, namen.VERZENDER, uitvoerder.removeprefix("00"))
    namen.voeg_in(inhoud, namen.ONTVANGER, namen.DUO)
    namen.voeg_in(inhoud, namen.DOCUMENT_ID, document_id)
    namen.voeg_in(inhoud, namen.DOCUMENT_DATUM, f"{opgemaakt.date().isoformat()}T{_tijd(opgemaakt)}")
    namen.voeg_in(inhoud, namen.UITVOERDER, uitvoerder)
    return envelop, inhoud


def _document_id(*delen: str) -> str:
    return hashlib.sha256("|".join(delen).encode()).hexdigest()[:32]


def _naar_bytes(envelop: etree._Element) -> bytes:
    return etree.tostring(envelop, encoding="UTF-8", xml_declaration=True)


def vraag_wijzigingen(uitvoerder: str, selectie: Selectie, *, opgemaakt: datetime) -> bytes:
    """DC0010: ask for the meldingen of `uitvoerder` (00 + gemeentecode) that changed from `selectie` on."""
    datum, tijd = selectie.datum.isoformat(), _tijd(selectie.tijd)
    document_id = _document_id(namen.DC0010, uitvoerder, datum, tijd)
    envelop, document = _verzoek(namen.AANVRAAG, namen.DC0010, uitvoerder, document_id, opgemaakt)
    periode = etree.SubElement(document, namen.gw(namen.SELECTIEPERIODE))
    namen.voeg_in(periode, namen.SELECTIE_DATUM, datum)
    namen.voeg_in(periode, namen.SELECTIE_TIJD, tijd)
    return _naar_bytes(envelop)


def bouw_mutatie(uitvoerder: str, terugmelding: Statusterugmelding, *, opgemaakt: datetime) -> bytes:
    """Mutatie: give a melding the status of the treatment, against the version we have seen."""
    stempel = terugmelding.laatste_mutatie
    datum, tijd = stempel.date().isoformat(), _tijd(stempel)
    contact = terugmelding.contactpersoon
    netnummer, _, nummer = contact.telefoon.get_secret_value().rpartition("-")
    reden, toelichting = terugmelding.reden_melding_afgesloten, terugmelding.toelichting_afsluiting
    waarden = {
        "meldingsnummer": terugmelding.meldingsnummer,
        "status": terugmelding.status.value,
        "reden_melding_afgesloten": namen.REDEN_AFGESLOTEN[reden] if reden else "",
        "toelichting_afsluiting": namen.TOELICHTING_AFSLUITING[toelichting] if toelichting else "",
        "contactpersoon.naam": contact.naam.get_secret_value(),
        "contactpersoon.functie": contact.functie.get_secret_value(),
        "contactpersoon.telefoon_netnummer": netnummer,
        "contactpersoon.telefoon_abonneenummer": nummer,
        "contactpersoon.email": contact.email.get_secret_value(),
        "laatste_mutatie_datum": datum,
        "laatste_mutatie_tijd": tijd,
    }
    document_id = _document_id(
        namen.DC_MUTATIE, uitvoerder, terugmelding.meldingsnummer, waarden["status"], datum, tijd
    )
    envelop, document = _verzoek(namen.MUTATIE, namen.DC_MUTATIE, uitvoerder, document_id, opgemaakt)
    for veld, pad in namen.MUTATIE_VELDEN.items():
        if waarden[veld]:
            namen.voeg_in(document, pad, waarden[veld])
    return _naar_bytes(envelop)


def bouw_vrijstelling(uitvoerder: str, bericht: Vrijstellingbericht, *, opgemaakt: datetime) -> bytes:
    """A vrijstelling or vervangende leerplicht as it now is; the same version again is recognisably the same."""
    nee_ja = {waarde: letter for letter, waarde in namen.JA_NEE.items()}
    waarden = {
        "kenmerk": bericht.kenmerk,
        "versie": str(bericht.versie),
        "bsn": bericht.bsn.get_secret_value() if bericht.bsn else "",
        "onderwijsnummer": bericht.onderwijsnummer.get_secret_value() if bericht.onderwijsnummer else "",
        "postcode": bericht.postcode.get_secret_value(),
        "soort": namen.VRIJSTELLINGSOORT[bericht.soort],
        "begindatum": bericht.begindatum.isoformat(),
        "einddatum": bericht.einddatum.isoformat() if bericht.einddatum else "",
        "eerder": nee_ja[bericht.eerder],
        "ingetrokken": nee_ja[bericht.ingetrokken],
    }
    document_id = _document_id(namen.DC_VRIJSTELLING, uitvoerder, bericht.kenmerk, str(bericht.versie))
    envelop, document = _verzoek(namen.VRIJSTELLING, namen.DC_VRIJSTELLING, uitvoerder, document_id, opgemaakt)
    for veld, pad in namen.VRIJSTELLING_VELDEN.items():
        if waarden[veld]:
            namen.voeg_in(document, pad, waarden[veld])
    return _naar_bytes(envelop)
