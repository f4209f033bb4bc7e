"""The words of DUO's wire format, in one table that both directions use.

ASSUMPTION. DUO publishes no WSDL or XSD. The names of operations, document types (DC0001, DC0002, DC0010, DC0011) and
of most groups were seen in public source code of a school package for version 2 of the webservice; the namespace
addresses, the exact nesting, the names of single leaves, J/N for booleans, all error codes and the letters for the
reasons of closing are OURS. When the specification arrives, this module is what changes.
"""

from functools import cache
from typing import Final

from lxml import etree

from contracts.codes import Vrijstellingsoort
from services.ingest_duo.model import RedenMeldingAfgesloten, ToelichtingAfsluiting

SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
WS: Final = "urn:nl:ib-groep:vsv:webservice:v2"
GW: Final = "urn:nl:ocw:gegevenswoordenboek"
NSMAP: Final = {"soap": SOAP, "ws": WS, "gw": GW}

DUO: Final = "DUO"
"""How DUO names itself in VerzendendeInstantie and OntvangendeInstantie."""

AANVRAAG: Final = "AanvraagGewijzigdeMeldingRelatiefVerzuim"
MUTATIE: Final = "MutatieMeldingRelatiefVerzuim"
VRIJSTELLING: Final = "RegistratieVrijstelling"
VERZOEK: Final = "Request"
ANTWOORD: Final = "Response"

DC0001: Final = "DC0001Bevestiging"
DC0002: Final = "DC0002Foutmelding"
DC0010: Final = "DC0010AanvraagGewijzigdeMeldingRelatiefVerzuim"
DC0011: Final = "DC0011LeveringMeldingRelatiefVerzuim"
DC_VRIJSTELLING: Final = "Vrijstelling"
DC_MUTATIE: Final = "MutatieVerzuimgeval"

VERZENDER: Final = "VerzendendeInstantie"
ONTVANGER: Final = "OntvangendeInstantie"
DOCUMENT_ID: Final = "IdentificatiecodeBedrijfsdocument"
DOCUMENT_DATUM: Final = "DatumBedrijfsdocument"
UITVOERDER: Final = "IdentificatieAanvragendeUitvoerderVSV/CodeUitvoerderVSV"
SELECTIEPERIODE: Final = "Selectieperiode"
SELECTIE_DATUM: Final = "DatumBeginSelectieperiode"
SELECTIE_TIJD: Final = "TijdstipBeginSelectieperiode"
FOUT_CODE: Final = "Fout/Foutcode"
FOUT_OMSCHRIJVING: Final = "Fout/Foutomschrijving"

FOUT_GEWIJZIGD: Final = "GEWIJZIGD_SINDS"
FOUT_MELDING_ONBEKEND: Final = "MELDING_ONBEKEND"
FOUT_SELECTIE: Final = "SELECTIEPERIODE_ONGELDIG"
FOUT_STATUS: Final = "STATUS_NIET_TOEGESTAAN"
FOUT_PERSOON_ONBEKEND: Final = "PERSOON_ONBEKEND"
FOUT_BERICHT: Final = "BERICHT_ONGELDIG"

JA_NEE: Final = {"J": True, "N": False}

REDEN_AFGESLOTEN: Final = {
    RedenMeldingAfgesloten.OPLEIDING_HERVAT: "H",
    RedenMeldingAfgesloten.INSCHRIJVING_BEEINDIGD_ANDERE_OPLEIDING: "O",
    RedenMeldingAfgesloten.INSCHRIJVING_BEEINDIGD_WERK: "W",
    RedenMeldingAfgesloten.INSCHRIJVING_BEEINDIGD_OVERIGE_REDENEN: "U",
    RedenMeldingAfgesloten.LEERLING_OVERLEDEN: "L",
    RedenMeldingAfgesloten.GEEN_VERZUIM_LANGDURIG_ZIEK: "Z",
    RedenMeldingAfgesloten.GEEN_VERZUIM_LEGITIEM_AFWEZIG: "A",
}
TOELICHTING_AFSLUITING: Final = {
    ToelichtingAfsluiting.LEERLING_GEZIEN: "G",
    ToelichtingAfsluiting.ACTIE_ONDERNOMEN: "A",
    ToelichtingAfsluiting.GEEN_ACTIE_MEER: "N",
}

VRIJSTELLINGSOORT: Final = {
    Vrijstellingsoort.ONGESCHIKT: "V",
    Vrijstellingsoort.RICHTINGBEZWAAR: "V",
    Vrijstellingsoort.BUITENLANDSE_SCHOOL: "V",
    Vrijstellingsoort.TREKKEND_BESTAAN: "V",
    Vrijstellingsoort.ANDER_ONDERWIJS: "V",
    Vrijstellingsoort.VERVANGEND_LAATSTE_SCHOOLJAAR: "VL",
    Vrijstellingsoort.VERVANGEND_VEERTIEN_JAAR: "VL",
}
"""That it is a vrijstelling (V) or vervangende leerplicht (VL), which is all the law prescribes (Leerplichtwet 1969
art. 3c lid 1, 6 lid 4 and 15 lid 3): the ground would tell of health or belief, and no article gives it to DUO."""

VERZUIMGEVAL: Final = "Verzuimgeval"
_M = "MeldingRelatiefVerzuim"
VERZUIMDAG: Final = f"{_M}/Verzuimdag"

VELDEN: Final = {
    "bsn": "Identificatie/BSN",
    "onderwijsnummer": "Identificatie/Onderwijsnummer",
    "school.brin": "IdentificatieOnderwijsinstelling/BRIN",
    "school.vestiging": "IdentificatieOnderwijsinstelling/Vestigingsnummer",
    "school.leslocatienaam": "Onderwijslocatie/Onderwijslocatienaam",
    "onderwijsdeelname.leerjaar": "Onderwijsdeelname/LeerjaarVO",
    "onderwijsdeelname.niveau": "Onderwijsdeelname/NiveauOpleiding",
    "onderwijsdeelname.naam_opleiding": "Onderwijsdeelname/NaamOpleiding",
    "onderwijsdeelname.leerweg": "Onderwijsdeelname/Leerweg",
    "onderwijsdeelname.soort": "Onderwijsdeelname/SoortOpleiding",
    "onderwijsdeelname.vorm": "Onderwijsdeelname/VormOpleiding",
    "meldingsnummer": f"{_M}/IdentificatieMeldingRelatiefVerzuim/NummerMeldingRelatiefVerzuim",
    "status": f"{_M}/StatusMeldingRelatiefVerzuim",
    "reden_ingetrokken": f"{_M}/RedenIngetrokken",
    "reden_melding_afgesloten": f"{_M}/RedenMeldingAfgesloten",
    "toelichting_afsluiting": f"{_M}/ToelichtingAfsluiting",
    "overnemende_partij": f"{_M}/OvernemendePartij",
    "andere_overnemende_partij": f"{_M}/AndereOvernemendePartij",
    "meld_datum_tijd": f"{_M}/DatumTijdMelding",
    "verzuimsoort": f"{_M}/SoortVerzuim",
    "begindatum": f"{_M}/DatumBeginVerzuim",
    "einddatum": f"{_M}/DatumEindeVerzuim",
    "vermoedelijke_reden": f"{_M}/VermoedelijkeReden",
    "alle_lessen_gemist": f"{_M}/AlleLessenGemist",
    "actie_gemeente_gewenst": f"{_M}/ActieGemeenteGewenst",
    "ondernomen_actie": f"{_M}/OndernomenActie",
    "toelichting": f"{_M}/Toelichting",
    "melder.naam": "Melder/NaamMelder",
    "melder.functie": "Melder/FunctieMelder",
    "melder.telefoon_netnummer": "Melder/Telefoonnummer/Netnummer",
    "melder.telefoon_abonneenummer": "Melder/Telefoonnummer/Abonneenummer",
    "melder.email": "Melder/Emailadres",
    "telefoon_leerling_of_ouder_netnummer": "TelefoonnummerOnderwijsontvangende/Netnummer",
    "telefoon_leerling_of_ouder_abonneenummer": "TelefoonnummerOnderwijsontvangende/Abonneenummer",
    "afwijkend_adres.straatnaam": "Adres/BinnenlandsAdres/Straatnaam",
    "afwijkend_adres.huisnummer": "Adres/BinnenlandsAdres/Huisnummer",
    "afwijkend_adres.huisletter": "Adres/BinnenlandsAdres/Huisletter",
    "afwijkend_adres.huisnummer_toevoeging": "Adres/BinnenlandsAdres/HuisnummerToevoeging",
    "afwijkend_adres.postcode": "Adres/BinnenlandsAdres/Postcode",
    "afwijkend_adres.plaatsnaam": "Adres/BinnenlandsAdres/Plaatsnaam",
    "afwijkend_adres.aanduiding_locatie": "Adres/BinnenlandsAdres/AanduidingLocatie",
    "ontvangende_gemeente": "OntvangendeInstantie",
    "uitvoerder_vsv": "IdentificatieUitvoerderVSV/CodeUitvoerderVSV",
    "laatste_mutatie_datum": "Procesverloop/DatumLaatsteMutatie",
    "laatste_mutatie_tijd": "Procesverloop/TijdstipLaatsteMutatie",
}
"""Field of `Verzuimgeval` -> path of elements below the element Verzuimgeval. Telephone numbers and the mutation
stamp travel in two elements each."""

VERZUIMDAG_VELDEN: Final = {"datum": "DatumVerzuim", "hele_dag": "HeleDag", "lesuren": "AantalLesuren"}

MUTATIE_VELDEN: Final = {
    "meldingsnummer": f"{_M}/IdentificatieMeldingRelatiefVerzuim/NummerMeldingRelatiefVerzuim",
    "status": f"{_M}/StatusMeldingRelatiefVerzuim",
    "reden_melding_afgesloten": f"{_M}/RedenMeldingAfgesloten",
    "toelichting_afsluiting": f"{_M}/ToelichtingAfsluiting",
    "contactpersoon.naam": "Contactpersoon/NaamContactpersoon",
    "contactpersoon.functie": "Contactpersoon/FunctieContactpersoon",
    "contactpersoon.telefoon_netnummer": "Contactpersoon/Telefoonnummer/Netnummer",
    "contactpersoon.telefoon_abonneenummer": "Contactpersoon/Telefoonnummer/Abonneenummer",
    "contactpersoon.email": "Contactpersoon/Emailadres",
    "laatste_mutatie_datum": "Procesverloop/DatumLaatsteMutatie",
    "laatste_mutatie_tijd": "Procesverloop/TijdstipLaatsteMutatie",
}
"""Field of `Statusterugmelding` -> path of elements below the mutation document."""

VRIJSTELLING_VELDEN: Final = {
    "kenmerk": "IdentificatieVrijstelling/KenmerkVrijstelling",
    "versie": "IdentificatieVrijstelling/Volgnummer",
    "bsn": "Identificatie/BSN",
    "onderwijsnummer": "Identificatie/Onderwijsnummer",
    "postcode": "Adres/BinnenlandsAdres/Postcode",
    "soort": "SoortVrijstelling",
    "begindatum": "DatumBeginVrijstelling",
    "einddatum": "DatumEindeVrijstelling",
    "eerder": "EerderBeroep",
    "ingetrokken": "IndicatieIngetrokken",
}
"""Field of `Vrijstellingbericht` -> path below the document. Operation, document and all names in it are OURS: only
what it must say is known (Leerplichtwet 1969 art. 3c lid 1, 6 lid 4, 15 lid 3)."""

VRIJSTELLING_ELEMENTEN: Final = {
    "bsn": "bsn",
    "onderwijsnummer": "bsn",
    "postcode": "adres_woonplaats",
    "soort": "vrijgesteld_feit",
    "ingetrokken": "vrijgesteld_feit",
    "begindatum": "vrijstelling_periode",
    "einddatum": "vrijstelling_periode",
    "eerder": "vrijstelling_eerder",
}
"""Which element of the contract a field of the message gives away; kenmerk and versie are marks of our own."""

MUTATIE_ELEMENTEN: Final = dict.fromkeys(
    ("status", "reden_melding_afgesloten", "toelichting_afsluiting"), "afhandeling_feit"
)
"""The same of a status; DUO's number and stamp, and whom at the gemeente to call, say nothing of the jongere."""


def ws(naam: str) -> str:
    """The tag of an operation or document."""
    return f"{{{WS}}}{naam}"


@cache
def gw(pad: str) -> str:
    """The tags of a path of data elements, as lxml's `find` wants them."""
    return "/".join(f"{{{GW}}}{naam}" for naam in pad.split("/"))


def soap(naam: str) -> str:
    """The tag of a part of the SOAP 1.1 envelope."""
    return f"{{{SOAP}}}{naam}"


def voeg_in(ouder: etree._Element, pad: str, tekst: str) -> None:
    """Write `tekst` at `pad` below `ouder`; a group that was written last is continued, not repeated."""
    *groepen, blad = pad.split("/")
    for groep in groepen:
        laatste = ouder[-1] if len(ouder) else None
        if laatste is None or laatste.tag != gw(groep):
            laatste = etree.SubElement(ouder, gw(groep))
        ouder = laatste
    etree.SubElement(ouder, gw(blad)).text = tekst
