"""What follows when a besluit takes effect: letter, facts, termijn, taak, Halt, the end of the zaak. Pure.

What a besluit sets going is written down with it, so that it can be undone when the besluit is withdrawn.
"""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.codes import Adressaat
from contracts.envelope import EventData
from contracts.events.zaken import BriefAangevraagd, HaltVerwijzingBesloten
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from services.cases.beleid import Beleid, waarde
from services.cases.decisions import Result, sluit
from services.cases.feitenopbouw import feiten_van
from services.cases.gevolgen import Gevolg, gevolg_van, taak_uitvoeren
from services.cases.model import HUB, Besluit, Dossier, Tijdlijnregel, Voorstel, Voorstelstatus, Zaak, afgeleid_id
from services.cases.termijnen import Verloop, begin_bij_besluit
from services.cases.toestemmingen import HALT
from services.cases.toestemmingsopdrachten import Waarover
from services.cases.toestemmingsoverzicht import controleer


def brief_id_van(voorstel: Voorstel) -> UUID:
    """The letter that the besluit about a voorstel asks for, if it asks for one."""
    return afgeleid_id("brief", voorstel.voorstel_id)


def verwijzing_id_van(besluit: Besluit) -> UUID:
    """The Halt-verwijzing that follows from a besluit, if one does."""
    return afgeleid_id("halt", besluit.besluit_id)


def voer_uit(dossier: Dossier, zaak_id: UUID, voorstel: Voorstel, now: datetime, beleid: Beleid) -> Result:
    """Sets the consequences of a besluit going; raises `Ongeldig` naming what stands in the way.

    `voorstel` is the voorstel with its besluit; the zaak gets it as it is when everything was set going.
    """
    zaak, besluit, uitkomst = dossier.zaken[zaak_id], voorstel.besluit, voorstel.uit_te_voeren
    if besluit is None or uitkomst is None:
        return dossier, []
    gevolg, dag = gevolg_van(uitkomst), now.astimezone(AMSTERDAM).date()
    facts = _bekende_feiten(dossier, zaak, dag, beleid)
    events: list[EventData] = []
    if gevolg.brief is not None:
        adressaten = _adressaten(dossier, zaak, voorstel, dag, beleid)
        events.append(_brief(zaak, voorstel, besluit, gevolg, adressaten, facts, dag))
    if gevolg.halt:
        controleer(dossier, Waarover(zaak_id, *HALT), dag, beleid)
        events.append(_halt(zaak, besluit, facts, dag))
    new = {k: dag.isoformat() if v == "@besluitdatum" else v for k, v in gevolg.feiten.items()}
    if gevolg.stap:
        new |= _genomen_stap(dossier, zaak, dag, beleid)
    termijnen, begonnen, lines = _termijnen(zaak.met(feiten=zaak.feiten | new), voorstel, gevolg, now, beleid)
    events += begonnen
    besluit = besluit.model_copy(
        update={
            "gezet": new,
            "daarvoor": {k: zaak.feiten[k] for k in new if k in zaak.feiten},
            "sloot": gevolg.sluit is not None,
        }
    )
    taken = set(zaak.taken)
    if gevolg.taak and (taak := taak_uitvoeren(uitkomst)) not in taken:
        lines = [*lines, Tijdlijnregel(zaak_id, now, "taak_ontstaan", HUB, taak)]
        taken.add(taak)
    zaak = zaak.met(
        voorstellen={**zaak.voorstellen, voorstel.voorstel_id: voorstel.model_copy(update={"besluit": besluit})},
        feiten={**zaak.feiten, **new},
        termijnen=termijnen,
        taken=tuple(sorted(taken)),
    )
    dossier = dossier.met_zaak(zaak, *lines)
    if gevolg.sluit:
        dossier, more = sluit(dossier, zaak_id, gevolg.sluit, now)
        events += more
    return dossier, events


def _genomen_stap(dossier: Dossier, zaak: Zaak, dag: date, beleid: Beleid) -> dict[str, Any]:
    """The step that coming late has reached, where the protocol knows steps."""
    _, beoordeling = beleid.beoordeel(dossier, zaak, dag)
    stap = beoordeling.classificatie.get("te_laat_stap")
    return {} if stap is None else {"vorige_stap_te_laat": stap}


def _adressaten(dossier: Dossier, zaak: Zaak, voorstel: Voorstel, dag: date, beleid: Beleid) -> tuple[Adressaat, ...]:
    """Ouders and jongere as the voorstel names them; of another step than the proposed one, as letters usually go."""
    adressaten = voorstel.adressaten
    if voorstel.uit_te_voeren != voorstel.uitkomst:
        _, beoordeling = beleid.beoordeel(dossier, zaak, dag)
        adressaten = tuple(Adressaat(a) for a in beoordeling.classificatie.get("brief_adressaten", ()))
    return tuple(a for a in adressaten if a in (Adressaat.OUDERS, Adressaat.JONGERE))


def _brief(
    zaak: Zaak,
    voorstel: Voorstel,
    besluit: Besluit,
    gevolg: Gevolg,
    adressaten: tuple[Adressaat, ...],
    facts: Mapping[str, Any],
    dag: date,
) -> BriefAangevraagd:
    _controleer(gevolg, besluit, adressaten, dag)
    meldingen = zaak.geldige_meldingen()
    return BriefAangevraagd(
        zaak_id=zaak.zaak_id,
        brief_id=brief_id_van(voorstel),
        briefsoort=str(gevolg.brief),
        adressaten=adressaten,
        dagtekening=dag,
        ondertekenaar=besluit.medewerker,
        aantal_te_laat=facts.get("aantal_te_laat"),
        lesuren=_geheel(facts.get("ongeoorloofde_uren_traject")),
        periode_van=meldingen[0].begindatum if meldingen else None,
        periode_tot=max((m.einddatum or m.begindatum for m in meldingen), default=None),
        gesprek_op=besluit.gesprek_op,
        eerdere_brief=_vorige_uitnodiging(zaak, voorstel),
    )


def _controleer(gevolg: Gevolg, besluit: Besluit, adressaten: tuple[Adressaat, ...], dag: date) -> None:
    """Refuses what `letters` could not make a letter of (there it would wait for an operator), and an invitation that
    nobody can follow: to a day that is over, or to today."""
    if not adressaten:
        raise Ongeldig("aan wie de brief gaat is niet bekend: ontbreekt de geboortedatum?", "adressaten")
    if gevolg.gesprek and besluit.gesprek_op is None:
        raise Ongeldig("een uitnodiging vraagt dag en tijd van het gesprek", "gesprek_op")
    if besluit.gesprek_op is not None and besluit.gesprek_op.tzinfo is not None:
        raise Ongeldig("geef Nederlandse tijd, zonder tijdzone", "gesprek_op")
    if gevolg.gesprek and besluit.gesprek_op is not None and besluit.gesprek_op.date() <= dag:
        wat = "kies een latere dag" if besluit.bevestigd_door is None else "stuur het besluit terug voor een latere dag"
        raise Ongeldig(f"op de dag van het gesprek is de brief er niet op tijd: {wat}", "gesprek_op")
    if gevolg.afspraken and not besluit.afspraken:
        raise Ongeldig("deze brief noemt de gemaakte afspraken, en die ontbreken", "afspraken")


def _vorige_uitnodiging(zaak: Zaak, nu: Voorstel) -> date | None:
    """The day of the last first invitation that still holds."""
    dagen = [
        v.besluit.op.astimezone(AMSTERDAM).date()
        for v in zaak.voorstellen.values()
        if v.status is Voorstelstatus.BESLOTEN and v.uit_te_voeren == "lpa_uitnodiging_1" and v.besluit is not None
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
        verwijzing_id=verwijzing_id_van(besluit),
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


def _termijnen(zaak: Zaak, voorstel: Voorstel, gevolg: Gevolg, now: datetime, beleid: Beleid) -> Verloop:
    if not gevolg.termijn or not gevolg.termijn_waarde:
        return Verloop(zaak.termijnen, [], [])
    regel = voorstel.uitleg[0]["regel"] if voorstel.uitleg else voorstel.uitkomst
    protocol = beleid.protocol(zaak.gemeente, now.astimezone(AMSTERDAM).date())
    return begin_bij_besluit(
        zaak, voorstel.voorstel_id, gevolg.termijn, gevolg.termijn_waarde, regel, protocol,
        beleid.protocollen.woorden, now,
    )  # fmt: skip


def _bekende_feiten(dossier: Dossier, zaak: Zaak, dag: date, beleid: Beleid) -> Mapping[str, Any]:
    grens = float(waarde(beleid.protocol(zaak.gemeente, dag), "meldgrens_uren"))
    return feiten_van(dossier, zaak, dag, grens)


def _geheel(getal: float | None) -> int | None:
    return None if getal is None else round(getal)
