"""What a melding does: it opens a zaak, goes on with one, or no longer counts. Pure."""

from datetime import datetime
from typing import Any, Final

from contracts.codes import Zaaksoort
from contracts.envelope import EventData
from contracts.events.verzuim import Meldinggegevens
from contracts.events.zaken import MeldingInBehandelingGenomen, ZaakGeopend
from hub.calendar import schooljaar
from services.cases.beleid import Beleid, versie
from services.cases.decisions import (
    Result,
    dag_van,
    herbeoordeel,
    heropen,
    neem_over,
    plicht_van,
    regel_van,
    sluit,
)
from services.cases.feitenopbouw import zaaksoort_van
from services.cases.model import Dossier, MeldingFeiten, Zaak, afgeleid_id
from services.cases.termijnen import stop_alle


def neem_melding(dossier: Dossier, gemeente: str, melding: Meldinggegevens, now: datetime, beleid: Beleid) -> Result:
    """A melding, new or changed: find, re-open or open its zaak, then ask the rules."""
    feiten = _melding_feiten(melding, now)
    zaak = dossier.zaak_van(melding.meldingsnummer)
    if zaak is not None and (zaak.is_open or not _komt_terug(dossier, zaak, gemeente)):
        return _wijzig_melding(dossier, zaak, feiten, now, beleid)
    if dossier.overleden:
        return dossier, []
    soort, jaar = zaaksoort_van(feiten), schooljaar(melding.begindatum).naam
    zaak, events = dossier.open_zaak(soort, jaar, gemeente), list[EventData]()
    if zaak is None and (gesloten := _gaat_verder(dossier, soort, jaar, gemeente)):
        dossier, events = heropen(dossier, gesloten.zaak_id, "nieuwe_melding", now)
        zaak = dossier.zaken[gesloten.zaak_id]
    opens = zaak is None
    if zaak is None:
        zaak_id = afgeleid_id("zaak", dossier.jongere_id, melding.meldingsnummer)
        zaak = Zaak(
            zaak_id=zaak_id if zaak_id not in dossier.zaken else afgeleid_id(zaak_id, len(dossier.zaken)),
            gemeente=gemeente,
            zaaksoort=soort,
            schooljaar=jaar,
            protocol=versie(beleid.protocol(gemeente, dag_van(now))),
            geopend_op=now,
            feiten=blijvende_feiten(dossier, gemeente),
        )
        dossier = dossier.met_regel(regel_van(zaak, now, "zaak_geopend", soort.value))
    zaak = zaak.met(
        meldingen={**zaak.meldingen, melding.meldingsnummer: feiten},
        feiten={k: v for k, v in zaak.feiten.items() if k not in _PER_MELDING},
    )
    dossier = dossier.met_zaak(zaak, regel_van(zaak, now, "melding_ontvangen", _genoemd(feiten)))
    zaak = dossier.zaken[zaak.zaak_id]
    protocol, beoordeling = beleid.beoordeel(dossier, zaak, dag_van(now))
    if opens:
        events.append(
            ZaakGeopend(
                zaak_id=zaak.zaak_id,
                zaaksoort=soort,
                meldingsnummer=melding.meldingsnummer,
                verzuimsoort=melding.verzuimsoort,
                plicht=plicht_van(beoordeling),
                protocol=zaak.protocol,
            )
        )
    events.append(MeldingInBehandelingGenomen(zaak_id=zaak.zaak_id, meldingsnummer=melding.meldingsnummer))
    dossier, more = neem_over(dossier, zaak, protocol, beoordeling, now, beleid)
    return dossier, events + more


_PER_MELDING = frozenset(
    {"melding_afgehandeld", "oordeel", "gesprek_datum", "verwijtbaar", "uitnodigingen_zonder_reactie"}
)
"""Facts that hold for the handling of one melding; a next melding in the same traject starts without them."""

OVERGEDRAGEN: Final = "melding_overgedragen"
GAAT_VERDER: Final = frozenset(
    {"afgedaan_zonder_vervolg", "verzuim_gestopt", "afspraken_nagekomen", "hulp_loopt", OVERGEDRAGEN}
)
"""Reasons of closing after which a next melding in the schooljaar goes on with the traject: what the protocols count
and what they know of earlier steps holds per schooljaar (GO-LAAT, `eerdere_meldingen`, `eerdere_afdoening`). After
Halt or a court the matter is settled, and a melding that was withdrawn or geoorloofd left no traject."""

VOORGOED: Final = frozenset({"overleden", "verhuisd", "vertrokken", "samengevoegd"})
"""Reasons of closing after which nobody here goes on with the zaak."""


def _gaat_verder(dossier: Dossier, soort: Zaaksoort, jaar: str, gemeente: str) -> Zaak | None:
    """The closed traject that a new melding goes on with: the last one opened."""
    gesloten = [
        z
        for z in dossier.zaken.values()
        if (z.zaaksoort, z.schooljaar, z.gemeente) == (soort, jaar, gemeente)
        if not z.is_open and z.afsluitreden in GAAT_VERDER
    ]
    return max(gesloten, key=lambda z: z.geopend_op, default=None)


def _komt_terug(dossier: Dossier, zaak: Zaak, gemeente: str) -> bool:
    """Whether a melding of a closed zaak is to be taken up again: DUO tells it to the gemeente to which the jongere
    moved, or under this jongere_id after it had gone to another."""
    volgt = (z for z in dossier.zaken.values() if z.voortgezet_uit == zaak.zaak_id)
    verhuisd = zaak.afsluitreden == "verhuisd" and any(z.is_open and z.gemeente == gemeente for z in volgt)
    return verhuisd or zaak.afsluitreden == OVERGEDRAGEN


def blijvende_feiten(dossier: Dossier, gemeente: str) -> dict[str, Any]:
    """What a new zaak knows from earlier ones of the same gemeente: Halt for leerplicht once bars it later on."""
    eerder = (z.feiten.get("eerder_halt") for z in dossier.zaken.values() if z.gemeente == gemeente)
    return next(({"eerder_halt": halt} for halt in eerder if halt is not None), {})


def _wijzig_melding(dossier: Dossier, zaak: Zaak, feiten: MeldingFeiten, now: datetime, beleid: Beleid) -> Result:
    """A newer version of a melding that we have; in a closed zaak it is kept, and nothing is judged."""
    regel = regel_van(zaak, now, "melding_gewijzigd", _genoemd(feiten))
    feiten = feiten.model_copy(update={"ontvangen_op": zaak.meldingen[feiten.meldingsnummer].ontvangen_op})
    zaak = zaak.met(meldingen={**zaak.meldingen, feiten.meldingsnummer: feiten})
    return herbeoordeel(dossier.met_zaak(zaak, regel), zaak.zaak_id, now, beleid)


def trek_in(
    dossier: Dossier, meldingsnummer: str, now: datetime, beleid: Beleid, reden: str = "melding_ingetrokken"
) -> Result:
    """A melding that was withdrawn or goes on under another jongere_id no longer counts; a zaak without any closes.

    When a besluit that was carried out rests on it, the zaak stays as it is, open or closed, with a task for a human:
    what was done is never taken back by itself. A melding that goes on under another jongere_id mostly takes the zaak
    along: then what a besluit set going runs on, and until the take-over a task says to find out.
    """
    zaak = dossier.zaak_van(meldingsnummer)
    if zaak is None or zaak.meldingen[meldingsnummer].ingetrokken:
        return dossier, []
    regels = [regel_van(zaak, now, reden, meldingsnummer)]
    if zaak.afsluitreden == "samengevoegd":  # nothing ends here, it goes on as it stands
        return dossier.met_regel(*regels), []
    rust_erop, taak = _rust_erop(zaak, meldingsnummer), NAGAAN if reden == OVERGEDRAGEN else HEROVERWEGEN
    melding = zaak.meldingen[meldingsnummer].model_copy(update={"ingetrokken": True})
    taken = zaak.taken
    if rust_erop and zaak.afsluitreden not in VOORGOED and taak not in taken:
        taken = tuple(sorted({*taken, taak}))
        regels.append(regel_van(zaak, now, "taak_ontstaan", taak))
    zaak = zaak.met(meldingen={**zaak.meldingen, meldingsnummer: melding}, taken=taken)
    if not zaak.is_open:
        return dossier.met_zaak(zaak, *regels), []
    if zaak.geldige_meldingen():
        return herbeoordeel(dossier.met_zaak(zaak, *regels), zaak.zaak_id, now, beleid)
    if not rust_erop:
        return sluit(dossier.met_zaak(zaak, *regels), zaak.zaak_id, reden, now)
    events: list[EventData] = []
    if reden != OVERGEDRAGEN:
        termijnen, events, geschreven = stop_alle(zaak, now)
        zaak, regels = zaak.met(termijnen=termijnen), [*regels, *geschreven]
    dossier = dossier.met_zaak(zaak, *regels)
    dossier, more = herbeoordeel(dossier, zaak.zaak_id, now, beleid, propose=False)
    return dossier, events + more


def _rust_erop(zaak: Zaak, meldingsnummer: str) -> bool:
    """Whether a besluit that was carried out was taken since we heard of the melding."""
    sinds = zaak.meldingen[meldingsnummer].ontvangen_op
    return any(
        b is not None and (sinds is None or b.op >= sinds)
        for b in (zaak.voorstellen[i].besluit for i in zaak.uitgevoerd)
    )


HEROVERWEGEN: Final = "besluit_heroverwegen"
"""The task when a melding on which a besluit rests was withdrawn: an official withdraws the besluit, or lets it be."""
NAGAAN: Final = "melding_overgedragen_nagaan"
"""The task when such a melding goes on under another jongere_id; it goes when the zaak follows, and when none does an
official finds out about whom the besluit was."""


def _melding_feiten(m: Meldinggegevens, now: datetime) -> MeldingFeiten:
    return MeldingFeiten(
        meldingsnummer=m.meldingsnummer,
        status=m.status,
        verzuimsoort=m.verzuimsoort,
        begindatum=m.begindatum,
        einddatum=m.einddatum,
        lesuren=m.lesuren,
        hele_dagen=m.hele_dagen,
        aantal_te_laat=m.aantal_te_laat,
        brin=m.brin,
        aandachtspunten=m.aandachtspunten,
        ontvangen_op=now,
    )


def _genoemd(melding: MeldingFeiten) -> str:
    """The number, with what stands out about the melding behind it."""
    return " ".join((melding.meldingsnummer, *melding.aandachtspunten))
