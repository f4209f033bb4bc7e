"""What officials record about consent and prior information: asked, given, refused, told. Pure.

Withdrawal, which stops what is under way, stands in `toestemmingsintrekking`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import SecretStr

from contracts.envelope import EventData
from contracts.events.privacy import (
    BetrokkeneGeinformeerd,
    ToestemmingGegeven,
    ToestemmingGevraagd,
    ToestemmingGeweigerd,
)
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from hub.medewerkers import Rol as Ambtsrol
from services.cases.beleid import Beleid
from services.cases.decisions import Result, herbeoordeel
from services.cases.model import Bewijs, Dossier, Tijdlijnregel, Zaak, afgeleid_id
from services.cases.privacystand import Gever, Informatie, Privacystand, TeltNiet, Toestemming, Toestemmingstand
from services.cases.toestemmingen import CJG_INHOUD, PUNTEN, Rol, is_meerderjarig, rol_van
from services.cases.toestemmingsregels import Gevers, gevers

VOOR_EEN_MENS: Final = (TeltNiet.OUDERS_ONEENS, TeltNiet.GEZAG_ONZEKER, TeltNiet.VOOGD)
"""What the rules do not settle: it is recorded, and a human finds out before it counts."""

WIJZEN: Final = ("gesprek", "brief", "telefoon", "portaal")
"""How somebody is told beforehand."""

_GEVER: Final[dict[Rol, Gever]] = {"jongere": Gever.JONGERE, "ouder": Gever.OUDERS}


@dataclass(frozen=True, slots=True)
class Waarover:
    """What a consent is about: one element for one recipient and purpose, in one zaak (CONV-6.1b)."""

    zaak_id: UUID
    element: str
    ontvanger: str
    doel: str

    @property
    def drietal(self) -> tuple[str, str, str]:
        """Without the zaak."""
        return self.element, self.ontvanger, self.doel

    def is_van(self, toestemming: Toestemming) -> bool:
        """Whether a line of the register is about this."""
        t = toestemming
        return (t.zaak_id, t.element, t.ontvanger, t.doel) == (self.zaak_id, *self.drietal)


@dataclass(frozen=True, slots=True)
class Vastlegging:
    """Where the written record is kept, and its text or the SHA-256 of the document."""

    verwijzing: SecretStr
    tekst: SecretStr | None = None
    vingerafdruk: str | None = None


@dataclass(frozen=True, slots=True)
class VraagToestemming:
    """Command: consent was asked, because it is needed now; of those who must give it, or of `gevers` if named."""

    over: Waarover
    noodzaak: SecretStr
    medewerker: str
    gevers: tuple[Gever, ...] = ()


@dataclass(frozen=True, slots=True)
class LegToestemmingVast:
    """Command: one giver said yes or no, in writing or orally; `mens` when it is not settled who may decide."""

    over: Waarover
    gever: Gever
    gegeven: bool
    schriftelijk: bool
    medewerker: str
    vastlegging: Vastlegging | None = None
    mens: TeltNiet | None = None


@dataclass(frozen=True, slots=True)
class LegInformatieVast:
    """Command: somebody was told beforehand what will be disclosed (CONV-12.1): about which points, how and when."""

    zaak_id: UUID
    wijze: str
    punten: tuple[str, ...]
    aan: tuple[Gever, ...]
    op: date
    medewerker: str


def toestemming_id(dossier: Dossier, over: Waarover, gever: Gever) -> UUID:
    """The id of all that one giver says about it; what was said already keeps its id when zaken or persons join."""
    gezegd = (t for t in reversed(dossier.privacy.toestemmingen) if over.is_van(t) and t.gever is gever)
    if (laatste := next(gezegd, None)) is not None:
        return laatste.toestemming_id
    return afgeleid_id("toestemming", dossier.jongere_id, over.zaak_id, *over.drietal, gever.value)


def vraag_toestemming(dossier: Dossier, command: VraagToestemming, now: datetime, beleid: Beleid) -> Result:
    """Records that it was asked; raises `Ongeldig`. What was asked or given already is not asked again."""
    zaak = _zaak_en_woorden(dossier, command.over, command.medewerker, beleid)
    over = replace(command.over, zaak_id=zaak.zaak_id)
    if not zaak.is_open or dossier.overleden:
        raise Ongeldig("in een afgesloten zaak is geen toestemming nodig", "zaak_id")
    if not command.noodzaak.get_secret_value().strip():
        raise Ongeldig("zeg waarvoor de toestemming nu nodig is: vooraf vragen kan niet", "noodzaak")
    events: list[EventData] = []
    for gever in _te_vragen(dossier, zaak, command, _dag(now), beleid):
        identity = toestemming_id(dossier, over, gever)
        laatste = laatste_van(dossier.privacy.toestemmingen, identity)
        if laatste is not None and _wacht_of_geldt(laatste):
            continue
        regel = nieuwe_stand(dossier, over, gever, Toestemmingstand.GEVRAAGD, command.medewerker, now)
        bewijs = Bewijs(identity, now, "noodzaak", command.noodzaak)
        dossier = noteer(dossier, zaak, regel, now, "toestemming_gevraagd", bewijs)
        events.append(ToestemmingGevraagd(toestemming_id=identity, **_velden(over)))
    return dossier, events


def _te_vragen(dossier: Dossier, zaak: Zaak, command: VraagToestemming, dag: date, beleid: Beleid) -> Sequence[Gever]:
    wie = gevers_van(dossier, zaak, command.over.drietal, dag, beleid)
    if wie is None:
        if not command.gevers:
            raise Ongeldig("wie hier toestemming geeft is niet bekend (leeftijd of protocol): noem de gevers", "gevers")
        return command.gevers
    if not wie.mogelijk:
        raise Ongeldig("dit kan niet op deze leeftijd", "geboortedatum")
    bevoegd = {*wie.vereist, *wie.ook}
    if any(rol_van(gever) not in bevoegd for gever in command.gevers):
        raise Ongeldig("deze gever heeft hier op deze leeftijd geen toestemming te geven", "gevers")
    return command.gevers or [_GEVER[rol] for rol in (*wie.vereist, *wie.ook)]


def _wacht_of_geldt(laatste: Toestemming) -> bool:
    geldt = laatste.stand is Toestemmingstand.GEGEVEN and laatste.schriftelijk and laatste.telt_niet is None
    return geldt or laatste.stand is Toestemmingstand.GEVRAAGD


def leg_toestemming_vast(dossier: Dossier, command: LegToestemmingVast, now: datetime, beleid: Beleid) -> Result:
    """Records what a giver said and asks the rules again; raises `Ongeldig`.

    A giver who has no say at this age is recorded and does not count. The same again changes nothing.
    """
    zaak = _zaak_en_woorden(dossier, command.over, command.medewerker, beleid)
    over = replace(command.over, zaak_id=zaak.zaak_id)
    _controleer(command)
    identity = toestemming_id(dossier, over, command.gever)
    staand = staande(dossier, over, rol_van(command.gever))
    stand = Toestemmingstand.GEGEVEN if command.gegeven else Toestemmingstand.GEWEIGERD
    if staand is not None and _geeft(staand) and (not command.gegeven or command.mens is not None):
        raise Ongeldig("er is toestemming gegeven: trek haar in, dan stopt ook wat erop rust", "gegeven")
    telt_niet = command.mens or _geen_zeggenschap(dossier, zaak, command, _dag(now), beleid)
    regel = nieuwe_stand(dossier, over, command.gever, stand, command.medewerker, now).model_copy(
        update={"schriftelijk": command.vastlegging is not None, "telt_niet": telt_niet}
    )
    if staand is not None and _zegt_niets_nieuws(regel, staand):
        return herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    bewijs = None
    if command.vastlegging is not None:
        soort, wat = "schriftelijk" if command.schriftelijk else "mondeling", command.vastlegging
        bewijs = Bewijs(identity, now, soort, wat.verwijzing, wat.tekst, wat.vingerafdruk)
    dossier = noteer(dossier, zaak, regel, now, f"toestemming_{stand.value}", bewijs)
    soort_event = ToestemmingGegeven if command.gegeven else ToestemmingGeweigerd
    dossier, events = herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    return dossier, [soort_event(toestemming_id=identity, **_velden(over)), *events]


def _geeft(staand: Toestemming) -> bool:
    return staand.stand is Toestemmingstand.GEGEVEN and staand.telt_niet is None


def _zegt_niets_nieuws(regel: Toestemming, staand: Toestemming) -> bool:
    """A repeated answer; said again without a written record it does not undo the one there is."""
    zelfde = (regel.gever, regel.stand, regel.telt_niet) == (staand.gever, staand.stand, staand.telt_niet)
    return zelfde and regel.schriftelijk <= staand.schriftelijk


def _controleer(command: LegToestemmingVast) -> None:
    if command.schriftelijk and command.vastlegging is None:
        raise Ongeldig("wat schriftelijk is gegeven ligt ergens vast: geef de verwijzing", "vastlegging")
    if command.vastlegging is not None:
        if not command.vastlegging.verwijzing.get_secret_value().strip():
            raise Ongeldig("zeg waar het stuk te vinden is", "verwijzing")
        if command.vastlegging.tekst is None and command.vastlegging.vingerafdruk is None:
            raise Ongeldig("geef de tekst, of de vingerafdruk van het stuk (SHA-256)", "vastlegging")
    if command.mens is not None and (command.mens not in VOOR_EEN_MENS or rol_van(command.gever) != "ouder"):
        raise Ongeldig("alleen over wie het gezag heeft moet een mens oordelen", "mens")


def _geen_zeggenschap(
    dossier: Dossier, zaak: Zaak, command: LegToestemmingVast, dag: date, beleid: Beleid
) -> TeltNiet | None:
    wie = gevers_van(dossier, zaak, command.over.drietal, dag, beleid)
    rol = rol_van(command.gever)
    if wie is None:
        return TeltNiet.VERKEERDE_GEVER if rol == "ouder" and is_meerderjarig(dossier.geboortedatum, dag) else None
    return None if rol in (*wie.vereist, *wie.ook) else TeltNiet.VERKEERDE_GEVER


def leg_informatie_vast(dossier: Dossier, command: LegInformatieVast, now: datetime, beleid: Beleid) -> Result:
    """Records what somebody was told, in parts if need be; raises `Ongeldig`. The same again changes nothing."""
    zaak = zoek_zaak(dossier, command.zaak_id, command.medewerker, beleid)
    if command.wijze not in WIJZEN:
        raise Ongeldig(f"hoe iets is verteld is een van {', '.join(WIJZEN)}", "wijze")
    if not command.punten or set(command.punten) - set(PUNTEN):
        raise Ongeldig("noem de punten die zijn verteld: a tot en met i", "punten")
    if not command.aan:
        raise Ongeldig("zeg aan wie het is verteld", "aan")
    if command.op > _dag(now):
        raise Ongeldig("vooraf vertellen kan niet in de toekomst zijn gedaan", "op")
    informatie = Informatie(
        op=command.op,
        wijze=command.wijze,
        door=command.medewerker,
        punten=tuple(sorted(set(command.punten))),
        aan=tuple(sorted(set(command.aan))),
        zaak_id=zaak.zaak_id,
    )
    if informatie in dossier.privacy.informatie:
        return dossier, []
    privacy = dossier.privacy.model_copy(update={"informatie": (*dossier.privacy.informatie, informatie)})
    line = Tijdlijnregel(
        zaak.zaak_id, now, "betrokkene_geinformeerd", command.medewerker, " ".join((command.wijze, *informatie.aan))
    )
    return replace(dossier, privacy=privacy).met_regel(line), [BetrokkeneGeinformeerd(wijze=command.wijze)]


# What the commands share


def zoek_zaak(dossier: Dossier, zaak_id: UUID, medewerker: str, beleid: Beleid) -> Zaak:
    """The zaak, or the one in which it went up, for an official who may work on it; raises `Ongeldig`."""
    zaak = dossier.levend(zaak_id)
    if zaak is None:
        raise Ongeldig("deze zaak bestaat niet", "zaak_id")
    try:
        beleid.bevoegd(medewerker, zaak.gemeente, Ambtsrol.ADMINISTRATIE)
    except Ongeldig:
        beleid.bevoegd(medewerker, zaak.gemeente, Ambtsrol.LEERPLICHTAMBTENAAR)
    return zaak


def _zaak_en_woorden(dossier: Dossier, over: Waarover, medewerker: str, beleid: Beleid) -> Zaak:
    """The same; raises `Ongeldig` too for an element, recipient or purpose that is on no list."""
    zaak = zoek_zaak(dossier, over.zaak_id, medewerker, beleid)
    boek = beleid.protocollen
    if over.element not in boek.woorden.privacy.elementen and over.element != CJG_INHOUD:
        raise Ongeldig("dit gegeven staat niet in de woordenlijst; vraag per gegeven, niet in het algemeen", "element")
    for veld, waarde in (("ontvanger", over.ontvanger), ("doel", over.doel)):
        if waarde not in boek.feiten.definities[veld].waarden:
            raise Ongeldig(f"staat niet in de feitenlijst bij {veld}", veld)
    return zaak


def gevers_van(
    dossier: Dossier, zaak: Zaak, waarover: tuple[str, str, str], dag: date, beleid: Beleid
) -> Gevers | None:
    """Who consents to it under the protocol of the gemeente of this zaak; None when that is unknown."""
    protocol = beleid.protocol(zaak.gemeente, dag)
    return gevers(protocol, beleid.protocollen.feiten, dossier.geboortedatum, waarover, dag)


def laatste_van(toestemmingen: Iterable[Toestemming], identity: UUID) -> Toestemming | None:
    """What was recorded last under this id."""
    return next((t for t in reversed(tuple(toestemmingen)) if t.toestemming_id == identity), None)


def staande(dossier: Dossier, over: Waarover, rol: Rol) -> Toestemming | None:
    """The answer of a role that holds now."""
    antwoorden = (
        t
        for t in reversed(dossier.privacy.toestemmingen)
        if t.stand is not Toestemmingstand.GEVRAAGD and over.is_van(t)
    )
    return next((t for t in antwoorden if rol_van(t.gever) == rol), None)


def noteer(
    dossier: Dossier, zaak: Zaak, regel: Toestemming, now: datetime, wat: str, bewijs: Bewijs | None = None
) -> Dossier:
    """The dossier with one more line in the register and in the timeline of the zaak, and its written record."""
    privacy: Privacystand = dossier.privacy.model_copy(
        update={"toestemmingen": (*dossier.privacy.toestemmingen, regel)}
    )
    toelichting = " ".join((regel.element, regel.ontvanger, regel.doel, regel.gever.value, regel.telt_niet or ""))
    line = Tijdlijnregel(zaak.zaak_id, now, wat, regel.vastgelegd_door, toelichting.strip())
    bewijzen = dossier.bewijzen if bewijs is None else (*dossier.bewijzen, bewijs)
    return replace(dossier, privacy=privacy, bewijzen=bewijzen).met_regel(line)


def nieuwe_stand(
    dossier: Dossier, over: Waarover, gever: Gever, stand: Toestemmingstand, medewerker: str, now: datetime
) -> Toestemming:
    """A line for the register: from now on this giver says this."""
    return Toestemming(
        toestemming_id=toestemming_id(dossier, over, gever),
        element=over.element,
        ontvanger=over.ontvanger,
        doel=over.doel,
        gever=gever,
        stand=stand,
        op=now,
        vastgelegd_door=medewerker,
        zaak_id=over.zaak_id,
    )


def _velden(over: Waarover) -> dict[str, Any]:
    return {"element": over.element, "ontvanger": over.ontvanger, "doel": over.doel}


def _dag(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()
