"""What an official does to a zaak: take a besluit about a voorstel, or establish facts. Pure.

Nothing with legal effect happens any other way (AVG art. 22; convenant art. 13.1e).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Adressaat, Besluitsoort
from contracts.envelope import EventData
from contracts.events.zaken import BesluitGenomen, BriefAangevraagd, HaltVerwijzingBesloten
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from hub.medewerkers import Rol
from services.cases.beleid import Beleid, waarde
from services.cases.decisions import Result, herbeoordeel, sluit
from services.cases.feiten import FeitFout
from services.cases.feitenopbouw import feiten_van
from services.cases.gevolgen import Gevolg, gevolg_van
from services.cases.model import (
    Besluit,
    Dossier,
    Tijdlijnregel,
    Voorstel,
    Voorstelstatus,
    Zaak,
    afgeleid_id,
)
from services.cases.termijnen import begin_bij_besluit, gehaald
from services.cases.toestemmingen import UIT_REGISTER


@dataclass(frozen=True, slots=True)
class NeemBesluit:
    """Command: a named official decides about a voorstel.

    `gesprek_op` (Dutch local time) is needed when agreeing to an invitation, `afspraken` when the letter states them.
    """

    voorstel_id: UUID
    soort: Besluitsoort
    medewerker: str
    motivering: str | None = None
    gesprek_op: datetime | None = None
    afspraken: tuple[SecretStr, ...] = ()


@dataclass(frozen=True, slots=True)
class StelFeitenVast:
    """Command: a named official establishes facts of a zaak (an oordeel, a conversation), but no consent."""

    zaak_id: UUID
    medewerker: str
    feiten: Mapping[str, Any]


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
    termijnen, events, lines = gehaald(zaak, command.feiten, beleid.protocollen.woorden, now, command.medewerker)
    if command.feiten and not events and command.feiten.items() <= zaak.feiten.items():
        return herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    line = Tijdlijnregel(zaak.zaak_id, now, "feiten_vastgesteld", command.medewerker, ", ".join(sorted(command.feiten)))
    try:
        beleid.protocollen.feiten.lees(command.feiten)
        zaak = zaak.met(feiten={**zaak.feiten, **command.feiten}, termijnen=termijnen)
        dossier, more = herbeoordeel(dossier.met_zaak(zaak, line, *lines), zaak.zaak_id, now, beleid)
        return dossier, [*events, *more]
    except FeitFout as error:
        raise Ongeldig(error.reden, error.veld) from error


def neem_besluit(dossier: Dossier, command: NeemBesluit, now: datetime, beleid: Beleid) -> Result:
    """Takes the besluit and sets its consequences going; raises `Ongeldig` naming what stands in the way."""
    zaak, voorstel = _zoek(dossier, command.voorstel_id)
    gevolg = gevolg_van(voorstel.uitkomst)
    beleid.bevoegd(command.medewerker, zaak.gemeente, gevolg.rol)
    if command.soort is not Besluitsoort.AKKOORD and not (command.motivering or "").strip():
        raise Ongeldig("afwijken van het protocol vraagt een motivering (pas toe of leg uit)", "motivering")
    besluit = Besluit(
        besluit_id=afgeleid_id("besluit", voorstel.voorstel_id),
        soort=command.soort,
        medewerker=command.medewerker,
        op=now,
        motivering=command.motivering,
    )
    besloten = voorstel.model_copy(update={"status": Voorstelstatus.BESLOTEN, "besluit": besluit})
    zaak = zaak.met(voorstellen={**zaak.voorstellen, voorstel.voorstel_id: besloten})
    line = Tijdlijnregel(zaak.zaak_id, now, f"besluit_{command.soort.value}", command.medewerker, voorstel.uitkomst)
    dossier = dossier.met_zaak(zaak, line)
    events: list[EventData] = [
        BesluitGenomen(
            zaak_id=zaak.zaak_id,
            voorstel_id=voorstel.voorstel_id,
            besluit_id=besluit.besluit_id,
            uitkomst=voorstel.uitkomst,
            besluit=command.soort,
            medewerker=command.medewerker,
        )
    ]
    if command.soort is Besluitsoort.AKKOORD:
        dossier, more = _voer_uit(dossier, zaak, besloten, besluit, gevolg, command, now, beleid)
        events += more
    dossier, more = herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    return dossier, events + more


def _zoek(dossier: Dossier, voorstel_id: UUID) -> tuple[Zaak, Voorstel]:
    for zaak in dossier.zaken.values():
        voorstel = zaak.voorstellen.get(voorstel_id)
        if voorstel is None:
            continue
        if voorstel.status is not Voorstelstatus.OPEN:
            raise Ongeldig(f"dit voorstel is al {voorstel.status.value}", "voorstel_id")
        return zaak, voorstel
    raise Ongeldig("dit voorstel bestaat niet", "voorstel_id")


def _voer_uit(
    dossier: Dossier,
    zaak: Zaak,
    voorstel: Voorstel,
    besluit: Besluit,
    gevolg: Gevolg,
    command: NeemBesluit,
    now: datetime,
    beleid: Beleid,
) -> Result:
    dag = now.astimezone(AMSTERDAM).date()
    events: list[EventData] = []
    facts = _bekende_feiten(dossier, zaak, dag, beleid)
    if gevolg.brief is not None:
        brief = _brief(zaak, voorstel, gevolg, command, facts, dag)
        events.append(brief)
        if command.afspraken:
            dossier = replace(dossier, afspraken={**dossier.afspraken, brief.brief_id: command.afspraken})
    if gevolg.halt:
        events.append(_halt(zaak, besluit, facts, dag))
    new = {k: dag.isoformat() if v == "@besluitdatum" else v for k, v in gevolg.feiten.items()}
    if gevolg.stap:
        new |= _genomen_stap(dossier, zaak, dag, beleid)
    zaak = zaak.met(feiten={**zaak.feiten, **new})
    lines: list[Tijdlijnregel] = []
    if gevolg.termijn and gevolg.termijn_waarde:
        regel = voorstel.uitleg[0]["regel"] if voorstel.uitleg else voorstel.uitkomst
        termijnen, begonnen, lines = begin_bij_besluit(
            zaak, voorstel.voorstel_id, gevolg.termijn, gevolg.termijn_waarde, regel,
            beleid.protocol(zaak.gemeente, dag), beleid.protocollen.woorden, now,
        )  # fmt: skip
        zaak = zaak.met(termijnen=termijnen)
        events += begonnen
    dossier = dossier.met_zaak(zaak, *lines)
    if gevolg.sluit:
        dossier, more = sluit(dossier, zaak.zaak_id, gevolg.sluit, now)
        events += more
    return dossier, events


def _genomen_stap(dossier: Dossier, zaak: Zaak, dag: date, beleid: Beleid) -> dict[str, Any]:
    """The step that coming late has reached, where the protocol knows steps."""
    _, beoordeling = beleid.beoordeel(dossier, zaak, dag)
    stap = beoordeling.classificatie.get("te_laat_stap")
    return {} if stap is None else {"vorige_stap_te_laat": stap}


def _brief(
    zaak: Zaak, voorstel: Voorstel, gevolg: Gevolg, command: NeemBesluit, facts: Mapping[str, Any], dag: date
) -> BriefAangevraagd:
    adressaten = tuple(a for a in voorstel.adressaten if a in (Adressaat.OUDERS, Adressaat.JONGERE))
    _controleer(gevolg, command, adressaten)
    meldingen = zaak.geldige_meldingen()
    return BriefAangevraagd(
        zaak_id=zaak.zaak_id,
        brief_id=afgeleid_id("brief", voorstel.voorstel_id),
        briefsoort=str(gevolg.brief),
        adressaten=adressaten,
        dagtekening=dag,
        ondertekenaar=command.medewerker,
        aantal_te_laat=facts.get("aantal_te_laat"),
        lesuren=_geheel(facts.get("ongeoorloofde_uren_traject")),
        periode_van=meldingen[0].begindatum if meldingen else None,
        periode_tot=max((m.einddatum or m.begindatum for m in meldingen), default=None),
        gesprek_op=command.gesprek_op,
        eerdere_brief=_vorige_uitnodiging(zaak, voorstel),
    )


def _controleer(gevolg: Gevolg, command: NeemBesluit, adressaten: tuple[Adressaat, ...]) -> None:
    """Refuses what `letters` could not make a letter of; there it would wait for an operator."""
    if not adressaten:
        raise Ongeldig("aan wie de brief gaat is niet bekend: ontbreekt de geboortedatum?", "adressaten")
    if gevolg.gesprek and command.gesprek_op is None:
        raise Ongeldig("een uitnodiging vraagt dag en tijd van het gesprek", "gesprek_op")
    if command.gesprek_op is not None and command.gesprek_op.tzinfo is not None:
        raise Ongeldig("geef Nederlandse tijd, zonder tijdzone", "gesprek_op")
    if gevolg.afspraken and not command.afspraken:
        raise Ongeldig("deze brief noemt de gemaakte afspraken, en die ontbreken", "afspraken")


def _vorige_uitnodiging(zaak: Zaak, nu: Voorstel) -> date | None:
    dagen = [
        v.besluit.op.astimezone(AMSTERDAM).date()
        for v in zaak.voorstellen.values()
        if v.uitkomst == "lpa_uitnodiging_1" and v.besluit is not None and v.besluit.soort is Besluitsoort.AKKOORD
        if v.voorstel_id != nu.voorstel_id
    ]
    return max(dagen, default=None)


def _halt(zaak: Zaak, besluit: Besluit, facts: Mapping[str, Any], dag: date) -> HaltVerwijzingBesloten:
    meldingen = zaak.geldige_meldingen()
    if not meldingen:
        raise Ongeldig("er is geen geldige melding waarop de verwijzing rust", "melding")
    if "toereikende_hulp" not in facts:
        raise Ongeldig("stel eerst vast of er hulp loopt: Halt moet dat weten", "toereikende_hulp")
    return HaltVerwijzingBesloten(
        zaak_id=zaak.zaak_id,
        verwijzing_id=afgeleid_id("halt", besluit.besluit_id),
        besluit_id=besluit.besluit_id,
        meldingsnummer=meldingen[-1].meldingsnummer,
        medewerker=besluit.medewerker,
        besluitdatum=dag,
        brin=meldingen[-1].brin,
        periode_van=meldingen[0].begindatum,
        periode_tot=max(m.einddatum or m.begindatum for m in meldingen),
        lesuren=_geheel(facts.get("ongeoorloofde_uren_traject")),
        aantal_te_laat=facts.get("aantal_te_laat"),
        instemming_jongere=facts.get("toestemming_jongere_halt") is True,
        instemming_ouders=facts.get("toestemming_ouders_halt") is True,
        school_maatregelen_ouders_geinformeerd=facts.get("school_maatregelen_ouders_geinformeerd") is True,
        lopende_hulp=facts["toereikende_hulp"],
    )


def _bekende_feiten(dossier: Dossier, zaak: Zaak, dag: date, beleid: Beleid) -> Mapping[str, Any]:
    grens = float(waarde(beleid.protocol(zaak.gemeente, dag), "meldgrens_uren"))
    return feiten_van(dossier, zaak, dag, grens)


def _geheel(getal: float | None) -> int | None:
    return None if getal is None else round(getal)
