"""What officials do to the life of a zaak: open one without a melding, close, re-open, couple. Pure.

No zaak without a ground (GO-PRE-4, GEN-PREV-1): a melding, a confirmed signal of absoluut verzuim, or a formal ground:
a notice or request that the law gives to the gemeente itself. Whether the protocol wants a melding all the same is
asked of its rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from contracts.codes import Plicht, Zaaksoort
from contracts.envelope import EventData
from contracts.events.zaken import ZaakGeopend
from hub.calendar import schooljaar
from hub.errors import Ongeldig
from hub.medewerkers import Rol
from services.cases.beleid import Beleid, versie
from services.cases.decisions import Result, dag_van, herbeoordeel, hervat, plicht_van, regel_van, sluit
from services.cases.decisions import heropen as maak_open
from services.cases.feiten import FeitFout
from services.cases.meldingen import VOORGOED, blijvende_feiten
from services.cases.model import Dossier, Zaak, afgeleid_id

GRONDEN: Final[Mapping[Zaaksoort, str]] = MappingProxyType(
    {
        Zaaksoort.ZIEKTE: "ziektesignaal",
        Zaaksoort.VERLOF: "verlofaanvraag",
        Zaaksoort.VRIJSTELLING: "beroep_op_vrijstelling",
        Zaaksoort.VERWIJDERING: "kennisgeving_verwijdering",
        Zaaksoort.RMC: "rmc_taak",
    }
)
"""The formal ground on which a zaak without a melding or signal opens (Leerplichtwet 1969 art. 5, 11, 15 and 18; for
RMC the education laws; a ziektesignaal by the regional protocol)."""


class Afsluitreden(StrEnum):
    """Why an official closes a zaak."""

    VERZUIM_GESTOPT = "verzuim_gestopt"
    AFSPRAKEN_NAGEKOMEN = "afspraken_nagekomen"
    HULP_LOOPT = "hulp_loopt"
    GEOORLOOFD = "geoorloofd"
    AANVRAAG_BESLIST = "aanvraag_beslist"
    STRAFRECHT = "strafrecht"
    PLICHT_GEEINDIGD = "plicht_geeindigd"
    TEN_ONRECHTE_GEOPEND = "ten_onrechte_geopend"


class Heropenreden(StrEnum):
    """Why an official opens a closed zaak again."""

    VERZUIM_GAAT_DOOR = "verzuim_gaat_door"
    AFSPRAKEN_NIET_NAGEKOMEN = "afspraken_niet_nagekomen"
    TEN_ONRECHTE_GESLOTEN = "ten_onrechte_gesloten"


OP_AANVRAAG: Final = frozenset({Zaaksoort.VERLOF, Zaaksoort.VRIJSTELLING, Zaaksoort.VERWIJDERING})


@dataclass(frozen=True, slots=True)
class OpenZaak:
    """Command: a zaak without a melding. `kenmerk` is the caller's own: the same one opens nothing twice, and only an
    id that follows from it is kept."""

    jongere_id: UUID
    gemeente: str
    zaaksoort: Zaaksoort
    kenmerk: str
    medewerker: str
    feiten: Mapping[str, Any]

    @property
    def zaak_id(self) -> UUID:
        """The id the zaak gets."""
        return afgeleid_id("geopend", self.jongere_id, self.gemeente, self.kenmerk)


@dataclass(frozen=True, slots=True)
class SluitZaak:
    """Command: an official closes a zaak."""

    zaak_id: UUID
    medewerker: str
    reden: Afsluitreden


@dataclass(frozen=True, slots=True)
class HeropenZaak:
    """Command: an official opens a closed zaak again."""

    zaak_id: UUID
    medewerker: str
    reden: Heropenreden


@dataclass(frozen=True, slots=True)
class KoppelZaak:
    """Command: one side of two luxe zaken of siblings; the other side gets a command of its own."""

    zaak_id: UUID
    verwant_id: UUID
    medewerker: str


def open_zaak(dossier: Dossier, command: OpenZaak, now: datetime, beleid: Beleid) -> Result:
    """Opens the zaak and asks the rules; raises `Ongeldig` naming what stands in the way."""
    _administratie_of_lpa(beleid, command.medewerker, command.gemeente)
    bestaand = dossier.zaken.get(command.zaak_id)
    if bestaand is not None:
        if bestaand.zaaksoort is not command.zaaksoort:
            raise Ongeldig("onder dit kenmerk is al een andere zaak geopend", "kenmerk")
        return dossier, []
    _controleer_opening(dossier, command)
    jaar = schooljaar(dag_van(now)).naam
    if dossier.open_zaak(command.zaaksoort, jaar, command.gemeente) is not None:
        raise Ongeldig("er is al een open zaak van deze soort in dit schooljaar: ga daarin verder", "zaaksoort")
    try:
        beleid.protocollen.feiten.lees(command.feiten)
    except FeitFout as error:
        raise Ongeldig(error.reden, error.veld) from error
    zaak = Zaak(
        zaak_id=command.zaak_id,
        gemeente=command.gemeente,
        zaaksoort=command.zaaksoort,
        schooljaar=jaar,
        protocol=versie(beleid.protocol(command.gemeente, dag_van(now))),
        geopend_op=now,
        feiten={**blijvende_feiten(dossier, command.gemeente), **command.feiten},
    )
    grond = f"{command.zaaksoort} {GRONDEN[command.zaaksoort]}"
    dossier = dossier.met_zaak(zaak, regel_van(zaak, now, "zaak_geopend", grond, command.medewerker))
    beoordeling = beleid.beoordeel(dossier, zaak, dag_van(now))[1]
    plicht = plicht_van(beoordeling)
    if command.zaaksoort is Zaaksoort.ZIEKTE and "geen_duo_melding" in beoordeling.blokkades:
        raise Ongeldig("volgens het protocol is hiervoor eerst een melding bij DUO nodig", "zaaksoort")
    if command.zaaksoort is Zaaksoort.RMC and plicht is not Plicht.RMC:
        raise Ongeldig("RMC is voor wie 18 tot 23 jaar is en geen startkwalificatie heeft", "zaaksoort")
    events: list[EventData] = [
        ZaakGeopend(zaak_id=zaak.zaak_id, zaaksoort=zaak.zaaksoort, plicht=plicht, protocol=zaak.protocol)
    ]
    dossier, more = herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    return dossier, events + more


def _controleer_opening(dossier: Dossier, command: OpenZaak) -> None:
    if command.zaaksoort is Zaaksoort.ABSOLUUT:
        raise Ongeldig("absoluut verzuim begint met een signaal dat is nagegaan: bevestig dat", "zaaksoort")
    if command.zaaksoort not in GRONDEN:
        raise Ongeldig("zonder melding van DUO mag hierover geen zaak worden geopend", "zaaksoort")
    if not command.kenmerk.strip():
        raise Ongeldig("geef een eigen kenmerk, zodat een herhaling niets dubbel opent", "kenmerk")
    blad = dossier.register
    bekend = dossier.zaken or dossier.geboortedatum or (blad is not None and (blad.gemeente or blad.geboortemaand))
    if not bekend:
        raise Ongeldig("deze jongere is hier niet bekend", "jongere")
    if dossier.overleden or dossier.opgegaan_in is not None or (blad is not None and blad.uit is not None):
        raise Ongeldig("volgens de BRP woont deze jongere hier niet meer", "jongere")
    if blad is not None and blad.gemeente not in (None, command.gemeente):
        raise Ongeldig("volgens de BRP woont deze jongere in een andere gemeente", "gemeente")


def sluit_zaak(dossier: Dossier, command: SluitZaak, now: datetime, beleid: Beleid) -> Result:
    """Closes a zaak; raises `Ongeldig`. Closing it again for the same reason changes nothing."""
    zaak = _zoek(dossier, command.zaak_id, command.medewerker, beleid)
    if not zaak.is_open:
        if zaak.afsluitreden == command.reden:
            return dossier, []
        raise Ongeldig(f"deze zaak is al afgesloten: {zaak.afsluitreden}", "zaak_id")
    if command.reden is Afsluitreden.AANVRAAG_BESLIST and zaak.zaaksoort not in OP_AANVRAAG:
        raise Ongeldig("alleen een zaak over verlof, vrijstelling of verwijdering eindigt met een beslissing", "reden")
    if zaak.feiten.get("halt_status") == "lopend":
        raise Ongeldig("Halt loopt nog: wacht de afloop af, of trek het besluit in", "zaak_id")
    return sluit(dossier, zaak.zaak_id, command.reden.value, now, command.medewerker)


def heropen_zaak(dossier: Dossier, command: HeropenZaak, now: datetime, beleid: Beleid) -> Result:
    """Opens a closed zaak again and asks the rules; raises `Ongeldig`. Of an open one nothing changes."""
    zaak = _zoek(dossier, command.zaak_id, command.medewerker, beleid)
    if zaak.is_open:
        return dossier, []
    if zaak.afsluitreden in VOORGOED or dossier.overleden:
        raise Ongeldig(f"deze zaak is voorgoed afgesloten: {zaak.afsluitreden}", "zaak_id")
    if command.reden is not Heropenreden.TEN_ONRECHTE_GESLOTEN and zaak.schooljaar != schooljaar(dag_van(now)).naam:
        raise Ongeldig("het schooljaar van deze zaak is voorbij: wat nu gebeurt hoort in een nieuwe zaak", "reden")
    if dossier.open_zaak(zaak.zaaksoort, zaak.schooljaar, zaak.gemeente) is not None:
        raise Ongeldig("er is al een open zaak van deze soort in dat schooljaar: ga daarin verder", "zaak_id")
    dossier, events = maak_open(dossier, zaak.zaak_id, command.reden.value, now, command.medewerker)
    dossier, begonnen = hervat(dossier, zaak.zaak_id, now, beleid)
    grond = bool(zaak.geldige_meldingen()) or not zaak.meldingen
    dossier, more = herbeoordeel(dossier, zaak.zaak_id, now, beleid, propose=grond)
    return dossier, [*events, *begonnen, *more]


def koppel_zaak(dossier: Dossier, command: KoppelZaak, now: datetime, beleid: Beleid) -> Result:
    """Notes that another zaak is about the same luxe verzuim of a sibling (GO-LUX-6, GO-LUX-7); raises `Ongeldig`.

    Each zaak stays its own: only the number of the other one is noted, and that another child was reported.
    """
    zaak = _zoek(dossier, command.zaak_id, command.medewerker, beleid)
    controleer_koppeling(zaak, command, beleid)
    if command.verwant_id in zaak.verwant:
        return dossier, []
    feiten = {**zaak.feiten, "andere_kinderen": True, "ander_kind_gemeld": True}
    zaak = zaak.met(verwant=(*zaak.verwant, command.verwant_id), feiten=feiten)
    regel = regel_van(zaak, now, "zaak_gekoppeld", str(command.verwant_id), command.medewerker)
    return herbeoordeel(dossier.met_zaak(zaak, regel), zaak.zaak_id, now, beleid)


def controleer_koppeling(zaak: Zaak, command: KoppelZaak, beleid: Beleid, veld: str = "zaak_id") -> None:
    """What must hold of one side; raises `Ongeldig`. Asked of both sides before either is coupled."""
    beleid.bevoegd(command.medewerker, zaak.gemeente, Rol.LEERPLICHTAMBTENAAR)
    if command.verwant_id in zaak.verwant:
        return
    if zaak.zaaksoort is not Zaaksoort.LUXE:
        raise Ongeldig("alleen zaken over luxe verzuim van kinderen uit een gezin worden gekoppeld", veld)
    if not zaak.is_open:
        raise Ongeldig("deze zaak is afgesloten: heropen haar eerst", veld)


def _zoek(dossier: Dossier, zaak_id: UUID, medewerker: str, beleid: Beleid) -> Zaak:
    zaak = dossier.zaken.get(zaak_id)
    if zaak is None:
        raise Ongeldig("deze zaak bestaat niet", "zaak_id")
    beleid.bevoegd(medewerker, zaak.gemeente, Rol.LEERPLICHTAMBTENAAR)
    return zaak


def _administratie_of_lpa(beleid: Beleid, medewerker: str, gemeente: str) -> None:
    try:
        beleid.bevoegd(medewerker, gemeente, Rol.ADMINISTRATIE)
    except Ongeldig:
        beleid.bevoegd(medewerker, gemeente, Rol.LEERPLICHTAMBTENAAR)
