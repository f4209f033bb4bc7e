"""What an `npsLk01` of StUF-BG 3.10 says, apart from how it is written in XML."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, SecretStr

from hub.privacy import Vertrouwelijk
from services.brp_sync.model import PersoonWijziging

BG: Final = "http://www.egem.nl/StUF/sector/bg/0310"
STUF: Final = "http://www.egem.nl/StUF/StUF0301"
SOAP: Final = "http://schemas.xmlsoap.org/soap/envelope/"
XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
SOAP_ACTION: Final = f"{BG}/npsLk01"

# Entity-level <inOnderzoek groepsnaam=...> (NPSGroepen of the schema) and the LO category it stands for.
ONDERZOEK_GROEPEN: Final = {
    "Persoonsgegevens": "01",
    "Overlijden": "06",
    "Inschrijving": "07",
    "Verblijfsplaats": "08",
    "VerblijfBuitenland": "08",
    "Gezagsverhouding": "11",
}


class Mutatiesoort(StrEnum):
    """What the sender did (stuf0301 §5.1). T and V say nothing about birth, death or departure in the real world."""

    TOEVOEGING = "T"
    WIJZIGING = "W"
    VERWIJDERING = "V"
    CORRECTIE = "C"
    CORRECTIE_MET_HISTORIE = "F"


class IndicatorOvername(StrEnum):
    """Whether the receiver must take over the change (V) or is only informed (I)."""

    INFORMATIEF = "I"
    VERPLICHT = "V"


class Foutplek(StrEnum):
    """Where the cause of a fault lies: with the sender of the message, or with us."""

    CLIENT = "client"
    SERVER = "server"


class Systeem(Vertrouwelijk):
    """A sender or receiver; `gebruiker` and `administratie` play no part in a reply and are kept as they came."""

    organisatie: str | None = None
    applicatie: Annotated[str, Field(min_length=1, max_length=50)]
    administratie: str | None = None
    gebruiker: SecretStr | None = None


class Stuurgegevens(Vertrouwelijk):
    """The envelope of the message. Zender and referentienummer together identify it (stuf0301 §4.3.1).

    `tijdstip` is 8 to 17 digits JJJJMMDDhhmmssddd, Dutch local time, as precise as the sender made it.
    """

    zender: Systeem
    ontvanger: Systeem
    referentienummer: Annotated[str, Field(min_length=1, max_length=40)]
    tijdstip: Annotated[str, Field(pattern="^[0-9]{8,17}$")]


class Sleutels(Vertrouwelijk):
    """The keys under which sender and receiver (and the gegevensbeheer between them) know the person."""

    verzendend: SecretStr | None = None
    ontvangend: SecretStr | None = None
    gegevensbeheer: SecretStr | None = None


class NpsObject(Vertrouwelijk):
    """One `<object>`: who it is about and what it says. `verwerkingssoort` is None where the sender left it out.

    With verwerkingssoort S the key changed, with O two persons turned out to be one; then `NpsLk01.oud` tells which.
    """

    verwerkingssoort: str | None = None
    sleutels: Sleutels = Sleutels()
    wijziging: PersoonWijziging


class NpsLk01(Vertrouwelijk):
    """A kennisgeving about one person: the present situation, and for W, C and F the old one too."""

    stuurgegevens: Stuurgegevens
    mutatiesoort: Mutatiesoort
    indicator_overname: IndicatorOvername = IndicatorOvername.VERPLICHT
    oud: NpsObject | None = None
    nieuw: NpsObject


class OngeldigBericht(ValueError):
    """The message cannot be used: field, place (path of elements), and a Dutch reason without the value.

    `stuurgegevens` is there when they could be read, so that the fault can be answered with a Fo03; `code` is the
    StUF fault code that fits (stuf0301 table 4.1).
    """

    def __init__(
        self, veld: str, plek: str, reden: str, *, code: str = "StUF055", stuurgegevens: Stuurgegevens | None = None
    ) -> None:
        super().__init__(f"{veld} ({plek}): {reden}")
        self.veld = veld
        self.plek = plek
        self.reden = reden
        self.code = code
        self.stuurgegevens = stuurgegevens
