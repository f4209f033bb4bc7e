"""What an official does to a zaak: take, confirm or send back a besluit about a voorstel, or establish facts. Pure.

Nothing with legal effect happens any other way (AVG art. 22; convenant art. 13.1e).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Besluitsoort
from contracts.envelope import EventData
from contracts.events.zaken import BesluitGenomen, BesluitVoorgelegd
from hub.errors import Achterhaald, Ongeldig
from hub.medewerkers import Rol
from services.cases.beleid import Beleid
from services.cases.decisions import Result, herbeoordeel
from services.cases.feiten import FeitFout
from services.cases.gevolgen import gevolg_van
from services.cases.model import (
    Besluit,
    Dossier,
    Terugsturing,
    Tijdlijnregel,
    Voorstel,
    Voorstelstatus,
    Zaak,
    afgeleid_id,
)
from services.cases.termijnen import gehaald
from services.cases.toestemmingen import UIT_REGISTER
from services.cases.uitvoering import brief_id_van, voer_uit


@dataclass(frozen=True, slots=True)
class NeemBesluit:
    """Command: a named official decides about a voorstel.

    `gesprek_op` (Dutch local time) is needed when agreeing to an invitation, `afspraken` when the letter states them.
    `in_plaats` goes with afwijken: the uitkomst that is carried out instead. `revisie` is that of the zaak as the
    official saw it; None is: however it is now.
    """

    voorstel_id: UUID
    soort: Besluitsoort
    medewerker: str
    motivering: str | None = None
    gesprek_op: datetime | None = None
    afspraken: tuple[SecretStr, ...] = ()
    in_plaats: str | None = None
    revisie: int | None = None


@dataclass(frozen=True, slots=True)
class BevestigBesluit:
    """Command: a second official confirms what the first one decided."""

    voorstel_id: UUID
    medewerker: str
    revisie: int | None = None


@dataclass(frozen=True, slots=True)
class StuurBesluitTerug:
    """Command: a besluit that waits for a second official is not confirmed; the voorstel is open again."""

    voorstel_id: UUID
    medewerker: str
    motivering: str
    revisie: int | None = None


@dataclass(frozen=True, slots=True)
class StelFeitenVast:
    """Command: a named official establishes facts of a zaak (an oordeel, a conversation), but no consent."""

    zaak_id: UUID
    medewerker: str
    feiten: Mapping[str, Any]
    revisie: int | None = None


def stel_feiten_vast(dossier: Dossier, command: StelFeitenVast, now: datetime, beleid: Beleid) -> Result:
    """Records facts and asks the rules again; raises `Ongeldig` for an unknown zaak or fact, or a wrong type.

    What was established already is not established again: the official may repeat a command whose answer got lost.
    """
    zaak = dossier.zaken.get(command.zaak_id)
    if zaak is None:
        raise Ongeldig("deze zaak bestaat niet", "zaak_id")
    beleid.bevoegd(command.medewerker, zaak.gemeente, Rol.LEERPLICHTAMBTENAAR)
    if vast := sorted(UIT_REGISTER & command.feiten.keys()):
        raise Ongeldig("volgt uit het register van toestemming: leg daar vast wie ja of nee zei", vast[0])
    controleer_revisie(zaak, command.revisie)
    termijnen, events, lines = gehaald(zaak, command.feiten, beleid.protocollen.woorden, now, command.medewerker)
    if command.feiten and not events and command.feiten.items() <= zaak.feiten.items():
        return herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    if not zaak.is_open:
        raise Ongeldig("deze zaak is afgesloten: heropen haar eerst", "zaak_id")
    line = Tijdlijnregel(zaak.zaak_id, now, "feiten_vastgesteld", command.medewerker, ", ".join(sorted(command.feiten)))
    try:
        beleid.protocollen.feiten.lees(command.feiten)
        zaak = zaak.met(feiten={**zaak.feiten, **command.feiten}, termijnen=termijnen)
        dossier, more = herbeoordeel(dossier.met_zaak(zaak, line, *lines), zaak.zaak_id, now, beleid)
        return dossier, [*events, *more]
    except FeitFout as error:
        raise Ongeldig(error.reden, error.veld) from error


def controleer_revisie(zaak: Zaak, revisie: int | None) -> None:
    """Raises `Achterhaald` when the zaak changed since the official looked at it."""
    if revisie is not None and revisie != zaak.revisie:
        raise Achterhaald("de zaak is intussen gewijzigd: bekijk haar opnieuw", "revisie")


def vind_voorstel(dossier: Dossier, voorstel_id: UUID) -> tuple[Zaak, Voorstel]:
    """A voorstel with its zaak; raises `Ongeldig` when the jongere has none with this id."""
    for zaak in dossier.zaken.values():
        if (voorstel := zaak.voorstellen.get(voorstel_id)) is not None:
            if zaak.afsluitreden == "samengevoegd":
                raise Ongeldig("deze zaak gaat over naar het nummer dat blijft: probeer het zo opnieuw", "voorstel_id")
            return zaak, voorstel
    raise Ongeldig("dit voorstel bestaat niet", "voorstel_id")


def neem_besluit(dossier: Dossier, command: NeemBesluit, now: datetime, beleid: Beleid) -> Result:
    """Takes the besluit and sets its consequences going, or submits it to a second official where the gemeente wants
    four eyes; raises `Ongeldig` naming what stands in the way."""
    zaak, voorstel = vind_voorstel(dossier, command.voorstel_id)
    if voorstel.status is Voorstelstatus.TE_BEVESTIGEN:
        raise Ongeldig("over dit voorstel is besloten; het wacht op een tweede ambtenaar", "voorstel_id")
    if voorstel.status is not Voorstelstatus.OPEN:
        raise Ongeldig(f"dit voorstel is al {voorstel.status.value}", "voorstel_id")
    _controleer(zaak, voorstel, command, beleid)
    controleer_revisie(zaak, command.revisie)
    besluit = Besluit(
        besluit_id=afgeleid_id("besluit", voorstel.voorstel_id, *[t.op.isoformat() for t in voorstel.terugsturingen]),
        soort=command.soort,
        medewerker=command.medewerker,
        op=now,
        motivering=command.motivering,
        in_plaats=command.in_plaats,
        gesprek_op=command.gesprek_op,
        afspraken=bool(command.afspraken),
    )
    voorstel = voorstel.model_copy(update={"besluit": besluit})
    if command.afspraken:
        dossier = replace(dossier, afspraken={**dossier.afspraken, brief_id_van(voorstel): command.afspraken})
    klaar = _voltrek(dossier, zaak, voorstel, besluit, now, beleid)
    if voorstel.uit_te_voeren is None or not beleid.vier_ogen(zaak.gemeente, voorstel.uit_te_voeren):
        return klaar
    return _leg_voor(dossier, zaak, voorstel, besluit, now)


def _controleer(zaak: Zaak, voorstel: Voorstel, command: NeemBesluit, beleid: Beleid) -> None:
    beleid.bevoegd(command.medewerker, zaak.gemeente, gevolg_van(voorstel.uitkomst).rol)
    if command.soort is not Besluitsoort.AKKOORD and not (command.motivering or "").strip():
        raise Ongeldig("afwijken van het protocol vraagt een motivering (pas toe of leg uit)", "motivering")
    if command.in_plaats is None:
        return
    if command.soort is not Besluitsoort.AFWIJKEN:
        raise Ongeldig("een andere stap kan alleen in de plaats komen bij afwijken", "in_plaats")
    if not beleid.is_voorstel(command.in_plaats) or command.in_plaats == voorstel.uitkomst:
        raise Ongeldig("dit is geen andere stap die het protocol als voorstel kent", "in_plaats")
    if any(v.status.wacht and v.uitkomst == command.in_plaats for v in zaak.voorstellen.values()):
        raise Ongeldig("deze stap is zelf voorgesteld: besluit over dat voorstel", "in_plaats")
    beleid.bevoegd(command.medewerker, zaak.gemeente, gevolg_van(command.in_plaats).rol)


def _leg_voor(dossier: Dossier, zaak: Zaak, voorstel: Voorstel, besluit: Besluit, now: datetime) -> Result:
    """Nothing follows yet; that it could follow was tried."""
    besluit = besluit.model_copy(update={"voorgelegd_op": now})
    voorgelegd = voorstel.model_copy(update={"status": Voorstelstatus.TE_BEVESTIGEN, "besluit": besluit})
    uitkomst = voorgelegd.uit_te_voeren or voorgelegd.uitkomst
    line = Tijdlijnregel(zaak.zaak_id, now, "besluit_voorgelegd", besluit.medewerker, uitkomst)
    event = BesluitVoorgelegd(
        zaak_id=zaak.zaak_id, voorstel_id=voorstel.voorstel_id, uitkomst=uitkomst, medewerker=besluit.medewerker
    )
    return dossier.met_zaak(_met_voorstel(zaak, voorgelegd), line), [event]


def bevestig_besluit(dossier: Dossier, command: BevestigBesluit, now: datetime, beleid: Beleid) -> Result:
    """A second official agrees: the besluit takes effect now; raises `Ongeldig` naming what stands in the way."""
    zaak, voorstel, besluit = _voorgelegd(dossier, command.voorstel_id)
    _controleer_rollen(zaak, voorstel, command.medewerker, beleid)
    if command.medewerker == besluit.medewerker:
        raise Ongeldig("wie het besluit voorlegde, kan het niet zelf bevestigen", "medewerker")
    controleer_revisie(zaak, command.revisie)
    try:
        _controleer_rollen(zaak, voorstel, besluit.medewerker, beleid)
    except Ongeldig as error:
        raise Ongeldig("wie het besluit voorlegde, is niet meer bevoegd: stuur het terug", "medewerker") from error
    besluit = besluit.model_copy(update={"op": now, "bevestigd_door": command.medewerker})
    voorstel = voorstel.model_copy(update={"besluit": besluit})
    return _voltrek(dossier, zaak, voorstel, besluit, now, beleid)


def stuur_besluit_terug(dossier: Dossier, command: StuurBesluitTerug, now: datetime, beleid: Beleid) -> Result:
    """Reopens the voorstel; the first official may do so too. Raises `Ongeldig` naming what stands in the way."""
    zaak, voorstel, besluit = _voorgelegd(dossier, command.voorstel_id)
    _controleer_rollen(zaak, voorstel, command.medewerker, beleid)
    if not command.motivering.strip():
        raise Ongeldig("een besluit terugsturen vraagt een motivering", "motivering")
    controleer_revisie(zaak, command.revisie)
    terug = Terugsturing(besluit=besluit, medewerker=command.medewerker, op=now, motivering=command.motivering)
    voorstel = voorstel.model_copy(
        update={
            "status": Voorstelstatus.OPEN,
            "besluit": None,
            "terugsturingen": (*voorstel.terugsturingen, terug),
        }
    )
    line = Tijdlijnregel(zaak.zaak_id, now, "besluit_teruggestuurd", command.medewerker, voorstel.uitkomst)
    return herbeoordeel(dossier.met_zaak(_met_voorstel(zaak, voorstel), line), zaak.zaak_id, now, beleid)


def _voorgelegd(dossier: Dossier, voorstel_id: UUID) -> tuple[Zaak, Voorstel, Besluit]:
    zaak, voorstel = vind_voorstel(dossier, voorstel_id)
    if voorstel.status is not Voorstelstatus.TE_BEVESTIGEN or voorstel.besluit is None:
        raise Ongeldig(f"dit voorstel wacht niet op bevestiging: het is {voorstel.status.value}", "voorstel_id")
    return zaak, voorstel, voorstel.besluit


def _controleer_rollen(zaak: Zaak, voorstel: Voorstel, medewerker: str, beleid: Beleid) -> None:
    for uitkomst in {voorstel.uitkomst, voorstel.uit_te_voeren or voorstel.uitkomst}:
        beleid.bevoegd(medewerker, zaak.gemeente, gevolg_van(uitkomst).rol)


def _voltrek(
    dossier: Dossier, zaak: Zaak, voorstel: Voorstel, besluit: Besluit, now: datetime, beleid: Beleid
) -> Result:
    """The besluit takes effect."""
    besloten = voorstel.model_copy(update={"status": Voorstelstatus.BESLOTEN})
    wat = f"besluit_{besluit.soort.value}" if besluit.bevestigd_door is None else "besluit_bevestigd"
    toelichting = " ".join(filter(None, (voorstel.uitkomst, besluit.in_plaats)))
    line = Tijdlijnregel(zaak.zaak_id, now, wat, besluit.bevestigd_door or besluit.medewerker, toelichting)
    dossier = dossier.met_zaak(_met_voorstel(zaak, besloten), line)
    events: list[EventData] = [
        BesluitGenomen(
            zaak_id=zaak.zaak_id,
            voorstel_id=voorstel.voorstel_id,
            besluit_id=besluit.besluit_id,
            uitkomst=voorstel.uitkomst,
            besluit=besluit.soort,
            medewerker=besluit.medewerker,
        )
    ]
    dossier, gevolgen = voer_uit(dossier, zaak.zaak_id, besloten, now, beleid)
    dossier, more = herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    return dossier, [*events, *gevolgen, *more]


def _met_voorstel(zaak: Zaak, voorstel: Voorstel) -> Zaak:
    return zaak.met(voorstellen={**zaak.voorstellen, voorstel.voorstel_id: voorstel})
