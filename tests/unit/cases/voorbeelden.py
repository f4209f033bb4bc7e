"""A fictional jongere, meldingen and the short ways in which the tests of `cases` tell a story."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Besluitsoort, MeldingStatus, Verzuimsoort
from contracts.envelope import EventData
from contracts.events.verzuim import VerzuimmeldingOntvangen
from hub.calendar import laad_kalender
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from services.cases.beleid import Beleid
from services.cases.besluiten import NeemBesluit, StelFeitenVast, neem_besluit, stel_feiten_vast
from services.cases.decisions import Result
from services.cases.meldingen import neem_melding
from services.cases.model import Dossier, Voorstel, Voorstelstatus, Zaak
from services.cases.privacystand import Gever
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from services.cases.toestemmingen import HALT
from services.cases.toestemmingsopdrachten import LegToestemmingVast, Vastlegging, Waarover, leg_toestemming_vast

JONGERE = UUID("11111111-2222-4333-8444-555555555555")
GEMEENTE = "1924"
GEBOREN = date(2011, 5, 4)  # 15 years in September 2026: leerplichtig, and the ouders have a say
NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag
GESPREK = datetime(2026, 10, 1, 9, 30)  # donderdag, Dutch time  # noqa: DTZ001

AFSPRAAK = SecretStr("Elke dag om half negen op school")

LPA, LPA_ELDERS, LPA_ZONDER_BOA, ADMINISTRATIE = "LPA-1", "LPA-2", "LPA-3", "ADM-1"

HALT_KAN: dict[str, Any] = {
    "toestemming_jongere_halt": True,
    "toestemming_ouders_halt": True,
    "verwijtbaar": "jongere",
    "school_maatregelen_ouders_geinformeerd": True,
    "lpa_is_boa": True,
    "toereikende_hulp": False,
}
"""What an official must have established before Halt is proposed (GO-R3B-1, -2, -5 and -8)."""

INSTEMMING = {Gever.JONGERE: "toestemming_jongere_halt", Gever.OUDERS: "toestemming_ouders_halt"}
VASTGELEGD = Vastlegging(SecretStr("map 12, blad 3"), vingerafdruk="0" * 64)


@cache
def beleid() -> Beleid:
    """The protocols and registers that come with the project."""
    return Beleid(laad_protocollen(PROTOCOLLEN), Gemeenten.load(), Medewerkers.load(), laad_kalender())


def dossier(geboren: date | None = GEBOREN) -> Dossier:
    """A jongere without zaken."""
    return Dossier(JONGERE, geboortedatum=geboren)


def melding(
    nummer: int = 1,
    soort: Verzuimsoort = Verzuimsoort.OVERIG,
    begin: date = date(2026, 9, 7),  # maandag
    **velden: Any,
) -> VerzuimmeldingOntvangen:
    """A melding of a school."""
    basis: dict[str, Any] = {
        "meldingsnummer": str(nummer),
        "laatste_mutatie": datetime.combine(begin, NU.time()),
        "status": MeldingStatus.GEREGISTREERD,
        "verzuimsoort": soort,
        "begindatum": begin,
        "alle_lessen_gemist": False,
        "actie_gewenst": True,
        "brin": "90XA",
        "gemeld_op": datetime.combine(begin, NU.time()),
    }
    return VerzuimmeldingOntvangen(**(basis | velden))


def te_laat(aantal: int, nummer: int = 1, **velden: Any) -> VerzuimmeldingOntvangen:
    """A melding of coming late so many times."""
    return melding(nummer, aantal_te_laat=aantal, **velden)


def zestien_uur(nummer: int = 1, **velden: Any) -> VerzuimmeldingOntvangen:
    """A 16-uursmelding."""
    return melding(nummer, Verzuimsoort.ZESTIEN_UUR, **({"lesuren": 16, "hele_dagen": 0} | velden))


def met_melding(staat: Dossier, *meldingen: VerzuimmeldingOntvangen, op: datetime = NU) -> Dossier:
    """The dossier after these meldingen."""
    for een in meldingen:
        staat, _ = neem_melding(staat, GEMEENTE, een, op, beleid())
    return staat


def zaak(staat: Dossier) -> Zaak:
    """The only zaak of the dossier."""
    (een,) = staat.zaken.values()
    return een


def voorstellen(staat: Dossier, status: Voorstelstatus = Voorstelstatus.OPEN) -> list[str]:
    """The uitkomsten of the voorstellen in this status, oldest first."""
    return [v.uitkomst for z in staat.zaken.values() for v in z.voorstellen.values() if v.status is status]


def voorstel(staat: Dossier, uitkomst: str) -> Voorstel:
    """The open voorstel for this uitkomst."""
    open_nu = (v for z in staat.zaken.values() for v in z.voorstellen.values() if v.status is Voorstelstatus.OPEN)
    (een,) = (v for v in open_nu if v.uitkomst == uitkomst)
    return een


def besluit(
    staat: Dossier,
    uitkomst: str,
    soort: Besluitsoort = Besluitsoort.AKKOORD,
    medewerker: str = LPA,
    *,
    op: datetime = NU,
    **velden: Any,
) -> Result:
    """An official decides about the open voorstel for `uitkomst`."""
    command = NeemBesluit(voorstel(staat, uitkomst).voorstel_id, soort, medewerker, **velden)
    return neem_besluit(staat, command, op, beleid())


def na_besluit(staat: Dossier, uitkomst: str, soort: Besluitsoort = Besluitsoort.AKKOORD, **velden: Any) -> Dossier:
    """The dossier after a besluit; with motivering where one is needed."""
    if soort is not Besluitsoort.AKKOORD:
        velden = {"motivering": "past hier niet"} | velden
    return besluit(staat, uitkomst, soort, **velden)[0]


def met_feiten(staat: Dossier, op: datetime = NU, medewerker: str = LPA, **feiten: Any) -> Dossier:
    """The dossier after an official established facts of its only zaak; consents to Halt go into the register."""
    for gever, feit in INSTEMMING.items():
        if (antwoord := feiten.pop(feit, None)) is not None:
            staat = met_toestemming(staat, gever, gegeven=antwoord, op=op, medewerker=medewerker)
    command = StelFeitenVast(zaak(staat).zaak_id, medewerker, feiten)
    return stel_feiten_vast(staat, command, op, beleid())[0]


def over(staat: Dossier, waarover: tuple[str, str, str] = HALT) -> Waarover:
    """Element, recipient and purpose in the only zaak of the dossier."""
    return Waarover(zaak(staat).zaak_id, *waarover)


def met_toestemming(
    staat: Dossier,
    gever: Gever,
    waarover: tuple[str, str, str] = HALT,
    *,
    gegeven: bool = True,
    op: datetime = NU,
    medewerker: str = LPA,
    **velden: Any,
) -> Dossier:
    """The dossier after a giver said yes or no in writing."""
    basis: dict[str, Any] = {"schriftelijk": True, "vastlegging": VASTGELEGD}
    command = LegToestemmingVast(over(staat, waarover), gever, gegeven, medewerker=medewerker, **(basis | velden))
    return leg_toestemming_vast(staat, command, op, beleid())[0]


def soorten(events: Sequence[EventData]) -> list[str]:
    """The names of the events, in order."""
    return [event.name for event in events]


def wat(staat: Dossier) -> list[str]:
    """What the new lines of the timeline say."""
    return [regel.wat for regel in staat.nieuw]


def in_halt(staat: Dossier) -> Dossier:
    """The dossier after a 16-uursmelding was dealt with and a new one led to Halt."""
    staat = met_melding(staat, zestien_uur(1))
    staat = met_feiten(staat, oordeel="ongeoorloofd", gesprek_datum="2026-09-14")
    staat = na_besluit(staat, "officiele_waarschuwing", afspraken=(AFSPRAAK,))
    staat = met_melding(staat, zestien_uur(2, begin=date(2026, 9, 21)))  # maandag
    return na_besluit(met_feiten(staat, **HALT_KAN), "halt_verwijzing")
