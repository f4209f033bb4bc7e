"""The plain way to read a delivery of DUO: lxml, an XSD, pydantic. What anyone would write in an afternoon."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from lxml import etree
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

SOAP = "{http://schemas.xmlsoap.org/soap/envelope/}"
WS = "{urn:nl:ib-groep:vsv:webservice:v2}"
GW = {"g": "urn:nl:ocw:gegevenswoordenboek"}
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "duo_xsd" / "ws.xsd"))

Tekst100 = Annotated[str, Field(max_length=100)]
Ja = Literal["J", "N"]


class Basis(BaseModel):
    """Closed, as ours."""

    model_config = ConfigDict(extra="forbid")


class Dag(Basis):
    """One day."""

    datum: date
    hele_dag: bool
    lesuren: Annotated[int, Field(ge=1, le=12)] | None = None

    @model_validator(mode="after")
    def _uren(self) -> "Dag":
        if not self.hele_dag and self.lesuren is None:
            raise ValueError("lesuren")
        return self


class School(Basis):
    """The school."""

    brin: Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}$")]
    vestiging: str | None = None
    leslocatienaam: Tekst100 | None = None


class Deelname(Basis):
    """The education."""

    leerjaar: str | None = None
    niveau: str | None = None
    naam_opleiding: str | None = None
    leerweg: str | None = None
    soort: Literal["VO", "BVE"] | None = None
    vorm: Literal["VT", "DT"] | None = None


class Melder(Basis):
    """Who reported."""

    naam: Tekst100
    functie: str | None = None
    telefoon: str | None = None
    email: Tekst100 | None = None


class Adres(Basis):
    """Another address."""

    straatnaam: str | None = None
    huisnummer: str | None = None
    huisletter: str | None = None
    huisnummer_toevoeging: str | None = None
    postcode: str | None = None
    plaatsnaam: str | None = None
    aanduiding_locatie: str | None = None


class Geval(Basis):
    """A Verzuimgeval."""

    bsn: str | None = None
    onderwijsnummer: Annotated[str, Field(pattern=r"^[0-9]{9}$")] | None = None
    meldingsnummer: Annotated[str, Field(pattern=r"^[0-9]{1,18}$")]
    laatste_mutatie: datetime
    status: Literal["R", "B", "G", "K", "I", "D"]
    reden_ingetrokken: str | None = None
    reden_melding_afgesloten: str | None = None
    toelichting_afsluiting: str | None = None
    overnemende_partij: str | None = None
    andere_overnemende_partij: str | None = None
    verzuimsoort: Literal["V1", "V2", "V3", "V4", "RMC", "L", "LRV", "O"]
    begindatum: date
    einddatum: date | None = None
    vermoedelijke_reden: Annotated[str, Field(max_length=200)]
    alle_lessen_gemist: bool
    actie_gemeente_gewenst: bool
    ondernomen_actie: str | None = None
    toelichting: str | None = None
    verzuimdagen: tuple[Dag, ...] = ()
    school: School
    onderwijsdeelname: Deelname | None = None
    melder: Melder
    telefoon_leerling_of_ouder: str | None = None
    afwijkend_adres: Adres | None = None
    meld_datum_tijd: datetime
    ontvangende_gemeente: Annotated[str, Field(pattern=r"^[0-9]{4}$")]
    uitvoerder_vsv: Annotated[str, Field(pattern=r"^00[0-9]{4}$")]

    @field_validator("bsn")
    @classmethod
    def _elfproef(cls, waarde: str | None) -> str | None:
        if waarde is not None:
            gewichten = (9, 8, 7, 6, 5, 4, 3, 2, -1)
            if sum(int(c) * g for c, g in zip(waarde, gewichten, strict=True)) % 11:
                raise ValueError("elfproef")
        return waarde

    @model_validator(mode="after")
    def _samenhang(self) -> "Geval":
        hele = [dag.datum for dag in self.verzuimdagen if dag.hele_dag]
        if (
            (self.bsn is None and self.onderwijsnummer is None)
            or (self.einddatum is not None and self.einddatum < self.begindatum)
            or (not self.actie_gemeente_gewenst and not self.toelichting)
            or len(hele) != len(set(hele))
        ):
            raise ValueError("samenhang")
        return self


Plat = dict[str, str | None]


def _plat(element: etree._Element, voor: str = "") -> Plat:
    """Every text below `element` by its path, in one pass; Verzuimdag, which repeats, is read apart."""
    teksten: Plat = {}
    for kind in element:
        naam = voor + str(kind.tag).rpartition("}")[2]
        if len(kind) == 0:
            teksten[naam] = kind.text
        elif not naam.endswith("/Verzuimdag"):
            teksten.update(_plat(kind, f"{naam}/"))
    return teksten


def _t(teksten: Plat, pad: str) -> str | None:
    return teksten.get(pad)


def _telefoon(element: Plat, pad: str) -> str | None:
    delen = (_t(element, f"{pad}/Netnummer"), _t(element, f"{pad}/Abonneenummer"))
    return "-".join(deel for deel in delen if deel) or None


def _groep(element: Plat, pad: str, velden: dict[str, str]) -> dict[str, Any] | None:
    found = {veld: _t(element, f"{pad}/{naam}") for veld, naam in velden.items()}
    return {k: v for k, v in found.items() if v is not None} or None


def _geval(element: etree._Element) -> Geval:
    e, m = _plat(element), "MeldingRelatiefVerzuim"
    dagen = [
        {"datum": _t(d, "DatumVerzuim"), "hele_dag": _t(d, "HeleDag") == "J", "lesuren": _t(d, "AantalLesuren")}
        for d in map(_plat, element.findall(f"g:{m}/g:Verzuimdag", namespaces=GW))
    ]
    melder = {"naam": _t(e, "Melder/NaamMelder"), "functie": _t(e, "Melder/FunctieMelder"),
              "telefoon": _telefoon(e, "Melder/Telefoonnummer"), "email": _t(e, "Melder/Emailadres")}  # fmt: skip
    return Geval.model_validate(
        {
            "bsn": _t(e, "Identificatie/BSN"),
            "onderwijsnummer": _t(e, "Identificatie/Onderwijsnummer"),
            "meldingsnummer": _t(e, f"{m}/IdentificatieMeldingRelatiefVerzuim/NummerMeldingRelatiefVerzuim"),
            "laatste_mutatie": f"{_t(e, 'Procesverloop/DatumLaatsteMutatie')}T"
            f"{_t(e, 'Procesverloop/TijdstipLaatsteMutatie')}",
            "status": _t(e, f"{m}/StatusMeldingRelatiefVerzuim"),
            "reden_ingetrokken": _t(e, f"{m}/RedenIngetrokken"),
            "reden_melding_afgesloten": _t(e, f"{m}/RedenMeldingAfgesloten"),
            "toelichting_afsluiting": _t(e, f"{m}/ToelichtingAfsluiting"),
            "overnemende_partij": _t(e, f"{m}/OvernemendePartij"),
            "andere_overnemende_partij": _t(e, f"{m}/AndereOvernemendePartij"),
            "verzuimsoort": _t(e, f"{m}/SoortVerzuim"),
            "begindatum": _t(e, f"{m}/DatumBeginVerzuim"),
            "einddatum": _t(e, f"{m}/DatumEindeVerzuim"),
            "vermoedelijke_reden": _t(e, f"{m}/VermoedelijkeReden"),
            "alle_lessen_gemist": _t(e, f"{m}/AlleLessenGemist") == "J",
            "actie_gemeente_gewenst": _t(e, f"{m}/ActieGemeenteGewenst") == "J",
            "ondernomen_actie": _t(e, f"{m}/OndernomenActie"),
            "toelichting": _t(e, f"{m}/Toelichting"),
            "verzuimdagen": dagen,
            "school": {
                "brin": _t(e, "IdentificatieOnderwijsinstelling/BRIN"),
                "vestiging": _t(e, "IdentificatieOnderwijsinstelling/Vestigingsnummer"),
                "leslocatienaam": _t(e, "Onderwijslocatie/Onderwijslocatienaam"),
            },
            "onderwijsdeelname": _groep(
                e, "Onderwijsdeelname",
                {"leerjaar": "LeerjaarVO", "niveau": "NiveauOpleiding", "naam_opleiding": "NaamOpleiding",
                 "leerweg": "Leerweg", "soort": "SoortOpleiding", "vorm": "VormOpleiding"},
            ),
            "melder": melder,
            "telefoon_leerling_of_ouder": _telefoon(e, "TelefoonnummerOnderwijsontvangende"),
            "afwijkend_adres": _groep(
                e, "Adres/BinnenlandsAdres",
                {"straatnaam": "Straatnaam", "huisnummer": "Huisnummer", "huisletter": "Huisletter",
                 "huisnummer_toevoeging": "HuisnummerToevoeging", "postcode": "Postcode", "plaatsnaam": "Plaatsnaam",
                 "aanduiding_locatie": "AanduidingLocatie"},
            ),
            "meld_datum_tijd": _t(e, f"{m}/DatumTijdMelding"),
            "ontvangende_gemeente": _t(e, "OntvangendeInstantie"),
            "uitvoerder_vsv": _t(e, "IdentificatieUitvoerderVSV/CodeUitvoerderVSV"),
        }
    )  # fmt: skip


def lees(xml: bytes) -> list[Geval]:
    """The Verzuimgevallen of a delivery; raises at the first thing that is wrong anywhere."""
    root = etree.fromstring(xml)
    document = root.find(f"{SOAP}Body/*/{WS}DC0011LeveringMeldingRelatiefVerzuim")
    assert document is not None  # noqa: S101 - the bench made it
    SCHEMA.assertValid(document)
    return [_geval(e) for e in document.findall("g:Verzuimgeval", namespaces=GW)]
