"""From stored names and values to words somebody can read; a value that has no words is shown as it is."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from functools import cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import yaml

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.clock import AMSTERDAM
from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen
from services.letters.render import datum_lang, tijd_kort

HIER: Final = Path(__file__).parent
_DAG = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?")
_BRP_DATUM = re.compile(r"\d{8}")
_CODE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")
_BRP_VELDEN: Final = re.compile(r"datum|ingang|aanvang")
NAMEN: Final[Mapping[str, str]] = {
    "op": "Wanneer",
    "gemeente": "Gemeente (code)",
    "ontvangende_gemeente": "Ontvangende gemeente (code)",
    "uitvoerder": "Gemeente bij DUO (code)",
    "uitvoerder_vsv": "Gemeente bij DUO (code)",
    "zaaksoort": "Soort zaak",
    "medewerker": "Ambtenaar (code)",
    "protocol": "Volgens welke regels",
    "poort": "Waar het op stuitte",
    "kenmerk": "Nummer van wat is verstuurd",
    "bsn": "Burgerservicenummer",
    "a_nummer": "A-nummer",
    "brin": "Nummer van de school (BRIN)",
    "sinds": "Sinds",
    "van": "Vanaf",
    "tot": "Tot en met",
    "sha256": "Controlegetal van het bestand",
    "jongere_id": "Nummer van de jongere",
    "beperkt_om": "Waarom beperkt",
    "gever": "Wie",
    "stand": "Hoe het ervoor staat",
    "status": "Hoe het ervoor staat",
    "actie_gemeente_gewenst": "School vraagt de gemeente iets te doen",
    "vermoedelijke_reden": "Reden volgens de school",
    "toelichting": "Toelichting",
    "ondernomen_actie": "Wat de school al deed",
    "telefoon_leerling_of_ouder": "Telefoonnummer van leerling of ouder",
    "meld_datum_tijd": "Gemeld op",
    "laatste_mutatie": "Laatst gewijzigd op",
    "hele_dagen": "Aantal hele dagen",
    "geheim_zonder_code": "Alleen bekend dat er geheimhouding is",
    "indicatie_geheim": "Geheimhouding (code van de BRP)",
    "land_vanwaar": "Gekomen uit land (code van de BRP)",
    "in_onderzoek": "In onderzoek",
    "uitkomst": "Uitkomst",
}
"""Names of fields that are not plain from the field itself."""
_CODES: Final[Mapping[str, Mapping[str, str]]] = {
    "geslacht": {"M": "man", "V": "vrouw", "O": "onbekend"},
    "status": {status.value: status.name.lower().replace("_", " ") for status in MeldingStatus},
    "verzuimsoort": {soort.value: soort.name.lower().replace("_", " ") for soort in Verzuimsoort},
    "door": {
        "hub": "Schakel",
        "letters": "Schakel (brieven)",
        "halt_bridge": "Schakel (Halt)",
        "brp_sync": "Schakel (BRP)",
        "ingest_duo": "Schakel (DUO)",
        "cases": "Schakel (zaken)",
    },
}


@dataclass(frozen=True)
class Woorden:
    """The words of the protocols, and ours."""

    boek: Protocolboek

    @classmethod
    @cache
    def van(cls, protocollen: Path | None = None) -> "Woorden":
        """From the protocols in a folder; without one those that come along."""
        return cls(laad_protocollen(protocollen or PROTOCOLLEN))

    def feit(self, naam: str) -> str:
        """What a fact means."""
        definitie = self.boek.feiten.definities.get(naam)
        return hoofdletter(definitie.betekenis) if definitie is not None else leesbaar(naam)

    def uitkomst(self, code: str) -> str:
        """What a step is."""
        definitie = self.boek.woorden.uitkomsten.get(code)
        return hoofdletter(definitie.betekenis) if definitie is not None else leesbaar(code)

    def termijn(self, naam: str) -> str:
        """What a term is for."""
        definitie = self.boek.woorden.termijnen.get(naam)
        return hoofdletter(definitie.betekenis) if definitie is not None else leesbaar(naam)

    def element(self, code: str) -> str:
        """What a disclosed element is."""
        definitie = self.boek.woorden.privacy.elementen.get(code)
        return definitie.betekenis if definitie is not None else leesbaar(code).lower()

    def vereist(self, code: str) -> str:
        """What must be done first."""
        return self.boek.woorden.privacy.vereisten.get(code) or leesbaar(code).lower()

    def reden(self, code: str) -> str:
        """Why something was left out or refused."""
        privacy = self.boek.woorden.privacy
        return privacy.redenen.get(code) or privacy.weigeringen.get(code) or leesbaar(code).lower()


@cache
def groepen() -> dict[str, Any]:
    """groepen.yaml."""
    loaded: dict[str, Any] = yaml.safe_load((HIER / "groepen.yaml").read_text(encoding="utf-8"))
    return loaded


def hoofdletter(tekst: str) -> str:
    """With a capital, and the rest as it is."""
    return tekst[:1].upper() + tekst[1:]


def leesbaar(naam: str) -> str:
    """The name of a field or a code as words."""
    if naam.endswith("_id") and naam not in NAMEN:
        return f"Nummer van {naam.removesuffix('_id').replace('_', ' ')}"
    return NAMEN.get(naam) or hoofdletter(naam.replace("_", " ").replace("-", " "))


def toon(waarde: Any, veld: str = "") -> str:
    """A value as text: dates written out, yes and no, codes as they are."""
    if isinstance(waarde, bool):
        return "ja" if waarde else "nee"
    if isinstance(waarde, datetime):
        lokaal = waarde.astimezone(AMSTERDAM) if waarde.tzinfo else waarde
        return f"{datum_lang(lokaal.date())}, {tijd_kort(lokaal.time())} uur"
    if isinstance(waarde, date):
        return datum_lang(waarde)
    if isinstance(waarde, Enum):
        return str(waarde.value)
    if isinstance(waarde, str):
        return _CODES.get(veld, {}).get(waarde) or _tekst(waarde, veld)
    if isinstance(waarde, list | tuple):
        return ", ".join(toon(deel, veld) for deel in waarde)
    return str(waarde)


def ruw(waarde: Any) -> Any:
    """The value as JSON has it."""
    if isinstance(waarde, date | UUID):
        return waarde.isoformat() if isinstance(waarde, date) else str(waarde)
    if isinstance(waarde, list | tuple):
        return [ruw(deel) for deel in waarde]
    return waarde


def _tekst(waarde: str, veld: str) -> str:
    try:
        if _DAG.fullmatch(waarde):
            return datum_lang(date.fromisoformat(waarde))
        if _MOMENT.fullmatch(waarde):
            return toon(datetime.fromisoformat(waarde))
    except ValueError:
        return waarde
    if _CODE.fullmatch(waarde):
        return waarde.replace("_", " ")
    if _BRP_VELDEN.search(veld) and _BRP_DATUM.fullmatch(waarde):
        return _brp_datum(waarde)
    return waarde


def _brp_datum(waarde: str) -> str:
    """A date of the BRP, of which parts may be unknown."""
    jaar, maand, dag = int(waarde[:4]), int(waarde[4:6]), int(waarde[6:])
    if not jaar:
        return "onbekend"
    if not maand:
        return str(jaar)
    tekst = datum_lang(date(jaar, maand, dag or 1))
    return tekst if dag else tekst.partition(" ")[2]
