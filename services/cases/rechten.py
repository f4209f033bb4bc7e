"""Requests of betrokkenen about their data: recorded, judged by the rules, decided by a human, in time. Pure.

Convenant art. 13 (CONV-13.0 to 13.2); AVG art. 12, 15-21.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.privacy import BezwaarGemaakt, VerwerkingBeperkt, VerwerkingHervat
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from hub.medewerkers import Medewerker, Rol
from services.cases.beleid import Beleid
from services.cases.decisions import Result, noteer
from services.cases.feiten import FeitFout
from services.cases.model import Dossier, afgeleid_id
from services.cases.privacystand import Toestemmingstand
from services.cases.rechtenstand import (
    Beperkingsreden,
    Hervatreden,
    Recht,
    Rechten,
    Rechtenverzoek,
    Verlenging,
    Verzoekbesluit,
    Verzoeker,
    Verzoekuitkomst,
    Weigeringsgrond,
)
from services.cases.regelwerk.datumwaarden import plus_maanden
from services.cases.verstrekking import beoordeel_verstrekking

MAANDEN: Final = 1
"""Term of a request where the protocol has none (AVG art. 12 lid 3)."""
VERLENGING_MAANDEN: Final = 2
"""How much longer it may take, told within the first term (AVG art. 12 lid 3)."""
_TERMIJN: Final = "verzoek_besluit_uiterlijk"
_VASTLEGGEN: Final = (Rol.LEERPLICHTAMBTENAAR, Rol.ADMINISTRATIE, Rol.FG)
_BESLISSEN: Final = (Rol.LEERPLICHTAMBTENAAR,)


@dataclass(frozen=True, slots=True)
class OpenVerzoek:
    """Command: a request came in, on paper or at the counter, on `ontvangen_op`.

    `kenmerk` is the caller's own, of which only a fingerprint is kept: the same one records nothing twice.
    `ontvanger` and `doel` say which disclosure a bezwaar is against.
    """

    soort: Recht
    verzoeker: Verzoeker
    ontvangen_op: date
    gemeente: str
    medewerker: str
    kenmerk: str
    toelichting: str | None = None
    ontvanger: str | None = None
    doel: str | None = None

    def verzoek_id(self, jongere_id: UUID) -> UUID:
        """The number of the request: recording it again under its kenmerk gives the same."""
        return afgeleid_id("rechtenverzoek", jongere_id, self.gemeente, self.kenmerk)

    def is_dat_van(self, verzoek: Rechtenverzoek) -> bool:
        """Whether a request that was recorded is this one."""
        velden = ("soort", "verzoeker", "ontvangen_op", "toelichting", "ontvanger", "doel")
        return all(getattr(self, veld) == getattr(verzoek, veld) for veld in velden)


@dataclass(frozen=True, slots=True)
class VerlengVerzoek:
    """Command: the request takes two months longer; the verzoeker must be told why."""

    verzoek_id: UUID
    medewerker: str
    reden: str


@dataclass(frozen=True, slots=True)
class BesluitVerzoek:
    """Command: an official decides about a request; a refusal names its ground and why."""

    verzoek_id: UUID
    uitkomst: Verzoekuitkomst
    medewerker: str
    motivering: str
    grond: Weigeringsgrond | None = None


@dataclass(frozen=True, slots=True)
class BeperkVerwerking:
    """Command: from now on data of this jongere are only stored (AVG art. 18)."""

    reden: Beperkingsreden
    gemeente: str
    medewerker: str


@dataclass(frozen=True, slots=True)
class HervatVerwerking:
    """Command: the restriction ends; the betrokkene was told so beforehand (AVG art. 18 lid 3)."""

    reden: Hervatreden
    geinformeerd_op: date
    gemeente: str
    medewerker: str


def bevoegd(beleid: Beleid, medewerker: str, gemeente: str, rollen: Collection[Rol]) -> Medewerker:
    """The official in one of these roles for the gemeente; raises `Ongeldig` otherwise."""
    beleid.gemeente(gemeente)
    ambtenaar = beleid.medewerkers.get(medewerker)
    passend = next(
        (r for r in rollen if ambtenaar is not None and r in ambtenaar.rollen_in(gemeente)), next(iter(rollen))
    )
    return beleid.bevoegd(medewerker, gemeente, passend)


def open_verzoek(dossier: Dossier, command: OpenVerzoek, now: datetime, beleid: Beleid) -> Result:
    """Records a request with what the rules say of it and when it must be decided; raises `Ongeldig`."""
    bevoegd(beleid, command.medewerker, command.gemeente, _VASTLEGGEN)
    verzoek_id = command.verzoek_id(dossier.jongere_id)
    al = dossier.privacy.rechten.verzoek(verzoek_id)
    if al is not None:
        if not command.is_dat_van(al):
            raise Ongeldig("onder dit kenmerk is al een ander verzoek vastgelegd", "kenmerk")
        return dossier, []
    if not command.kenmerk.strip():
        raise Ongeldig("geef het verzoek een eigen kenmerk, zodat een herhaling niets dubbel vastlegt", "kenmerk")
    if dossier.overleden:
        raise Ongeldig("de jongere is overleden: de AVG geldt voor levenden (overweging 27)", "jongere")
    if command.ontvangen_op > _dag(now):
        raise Ongeldig("ligt in de toekomst", "ontvangen_op")
    if command.soort is not Recht.BEZWAAR and (command.ontvanger or command.doel):
        raise Ongeldig("hoort alleen bij een bezwaar", "ontvanger")
    oordeel, uiterlijk = _beoordeel(dossier, command, beleid)
    verzoek = Rechtenverzoek(
        verzoek_id=verzoek_id,
        soort=command.soort,
        verzoeker=command.verzoeker,
        gemeente=command.gemeente,
        ontvangen_op=command.ontvangen_op,
        uiterlijk=uiterlijk,
        vastgelegd_door=command.medewerker,
        oordeel=oordeel,
        toelichting=command.toelichting,
        ontvanger=command.ontvanger,
        doel=command.doel,
    )
    dossier = _met_verzoek(dossier, verzoek, "verzoek_ontvangen", command.medewerker, now)
    if command.soort is not Recht.BEZWAAR:
        return dossier, []
    return dossier, [BezwaarGemaakt(bezwaar_id=verzoek_id, ontvanger=command.ontvanger)]


def _beoordeel(dossier: Dossier, command: OpenVerzoek, beleid: Beleid) -> tuple[Weigeringsgrond | None, date]:
    """What the protocol says against the request, and the last day to decide."""
    protocol = beleid.protocol(command.gemeente, command.ontvangen_op)
    feiten: dict[str, Any] = {
        "verzoek": command.soort.value,
        "verzoeker": command.verzoeker.value,
        "verzoek_datum": command.ontvangen_op,
    }
    if dossier.geboortedatum is not None and dossier.geboortedatum <= command.ontvangen_op:
        feiten["geboortedatum"] = dossier.geboortedatum
    if any(t.stand is Toestemmingstand.GEGEVEN for t in dossier.privacy.toestemmingen):
        feiten["grondslag"] = "toestemming"
    over = {"ontvanger": command.ontvanger, "doel": command.doel}
    try:
        beleid.protocollen.feiten.lees({k: v for k, v in over.items() if v is not None}, bij="verstrekking")
        gelezen = beleid.protocollen.feiten.lees(feiten, bij="verstrekking")
    except FeitFout as error:
        raise Ongeldig(error.reden, error.veld) from error
    oordeel = beoordeel_verstrekking(protocol, gelezen, command.ontvangen_op)
    weigering = Weigeringsgrond(oordeel.weigering) if oordeel.weigering in set(Weigeringsgrond) else None
    return weigering, oordeel.termijnen.get(_TERMIJN) or plus_maanden(command.ontvangen_op, MAANDEN)


def verleng_verzoek(dossier: Dossier, command: VerlengVerzoek, now: datetime, beleid: Beleid) -> Result:
    """Moves the last day two months; raises `Ongeldig` without a reason, after the first term, or a second time."""
    verzoek = _open(dossier, command.verzoek_id)
    bevoegd(beleid, command.medewerker, verzoek.gemeente, _BESLISSEN)
    if verzoek.verlenging is not None:
        if verzoek.verlenging.reden == command.reden:
            return dossier, []
        raise Ongeldig("de termijn is al eens verlengd", "verzoek_id")
    if not command.reden.strip():
        raise Ongeldig("verlengen vraagt een reden, die de verzoeker ook hoort", "reden")
    if _dag(now) > verzoek.uiterlijk:
        raise Ongeldig("verlengen kan alleen binnen de eerste termijn", "verzoek_id")
    verlengd = verzoek.model_copy(
        update={
            "uiterlijk": plus_maanden(verzoek.uiterlijk, VERLENGING_MAANDEN),
            "verlenging": Verlenging(op=now, medewerker=command.medewerker, reden=command.reden),
        }
    )
    return _met_verzoek(dossier, verlengd, "verzoek_verlengd", command.medewerker, now), []


def besluit_verzoek(dossier: Dossier, command: BesluitVerzoek, now: datetime, beleid: Beleid) -> Result:
    """Records how a request was decided; raises `Ongeldig` for a refusal without a ground that fits, or without why."""
    verzoek = dossier.privacy.rechten.verzoek(command.verzoek_id)
    if verzoek is not None and verzoek.besluit is not None and verzoek.besluit.uitkomst is command.uitkomst:
        return dossier, []
    verzoek = _open(dossier, command.verzoek_id)
    bevoegd(beleid, command.medewerker, verzoek.gemeente, _BESLISSEN)
    _controleer(verzoek, command)
    besluit = Verzoekbesluit(
        uitkomst=command.uitkomst,
        op=now,
        medewerker=command.medewerker,
        motivering=command.motivering,
        grond=command.grond,
    )
    besloten = verzoek.model_copy(update={"besluit": besluit})
    return _met_verzoek(dossier, besloten, f"verzoek_{command.uitkomst.value}", command.medewerker, now), []


def _controleer(verzoek: Rechtenverzoek, command: BesluitVerzoek) -> None:
    if command.uitkomst is Verzoekuitkomst.TOEGEWEZEN:
        if command.grond is not None:
            raise Ongeldig("hoort alleen bij afwijzen", "grond")
        return
    if not command.motivering.strip():
        raise Ongeldig("afwijzen gebeurt schriftelijk en met redenen (convenant art. 13.2)", "motivering")
    if command.grond is None or not verzoek.mag_weigeren_op(command.grond):
        raise Ongeldig("op deze grond kan dit verzoek niet worden afgewezen", "grond")


def beperk_verwerking(dossier: Dossier, command: BeperkVerwerking, now: datetime, beleid: Beleid) -> Result:
    """From now on nothing is disclosed and no besluit takes effect; a second time changes nothing."""
    bevoegd(beleid, command.medewerker, command.gemeente, _BESLISSEN)
    if dossier.privacy.beperkt_sinds is not None:
        return dossier, []
    rechten = dossier.privacy.rechten.model_copy(update={"beperkt_om": command.reden})
    dossier = _met_rechten(dossier, rechten, beperkt_sinds=_dag(now))
    dossier = _noteer(dossier, "verwerking_beperkt", command.reden.value, command.medewerker, now)
    return dossier, [VerwerkingBeperkt(reden=command.reden.value)]


def hervat_verwerking(dossier: Dossier, command: HervatVerwerking, now: datetime, beleid: Beleid) -> Result:
    """Lifts the restriction; raises `Ongeldig` when the betrokkene was not told since it began."""
    bevoegd(beleid, command.medewerker, command.gemeente, _BESLISSEN)
    sinds = dossier.privacy.beperkt_sinds
    if sinds is None:
        return dossier, []
    if not sinds <= command.geinformeerd_op <= _dag(now):
        raise Ongeldig(
            "licht eerst de betrokkene in: tussen het begin van de beperking en vandaag (AVG art. 18 lid 3)",
            "geinformeerd_op",
        )
    rechten = dossier.privacy.rechten.model_copy(update={"beperkt_om": None})
    dossier = _met_rechten(dossier, rechten, beperkt_sinds=None)
    events: list[EventData] = [VerwerkingHervat(reden=command.reden.value)]
    return _noteer(dossier, "verwerking_hervat", command.reden.value, command.medewerker, now), events


def eis_onbeperkt(dossier: Dossier) -> Dossier:
    """The dossier; raises `Ongeldig` while processing is restricted: then data are only stored (AVG art. 18 lid 2)."""
    if dossier.privacy.beperkt_sinds is not None:
        raise Ongeldig("de verwerking is beperkt: alleen opslaan mag (AVG art. 18)", "jongere")
    return dossier


def _open(dossier: Dossier, verzoek_id: UUID) -> Rechtenverzoek:
    verzoek = dossier.privacy.rechten.verzoek(verzoek_id)
    if verzoek is None:
        raise Ongeldig("dit verzoek bestaat niet", "verzoek_id")
    if verzoek.besluit is not None:
        raise Ongeldig(f"dit verzoek is al {verzoek.besluit.uitkomst.value}", "verzoek_id")
    return verzoek


def _met_verzoek(dossier: Dossier, verzoek: Rechtenverzoek, wat: str, door: str, now: datetime) -> Dossier:
    dossier = _met_rechten(dossier, dossier.privacy.rechten.met_verzoek(verzoek))
    return _noteer(dossier, wat, verzoek.soort.value, door, now)


def _met_rechten(dossier: Dossier, rechten: Rechten, **velden: Any) -> Dossier:
    return replace(dossier, privacy=dossier.privacy.model_copy(update={"rechten": rechten, **velden}))


def _noteer(dossier: Dossier, wat: str, toelichting: str, door: str, now: datetime) -> Dossier:
    for zaak_id, zaak in dossier.zaken.items():
        if zaak.is_open:
            dossier = noteer(dossier, zaak_id, wat, toelichting, door, now)
    return dossier


def _dag(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()
