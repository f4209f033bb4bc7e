"""Two jongere_id's turn out to be one person: the zaken of the old one go on in the one that remains. Pure.

Both sides are told by events of their own, in either order. What belongs to the old jongere_id is only handed over
when its own last event (`jongere-opgegaan`) was handled: then nothing changes there any more. The hand-over, and what
still arrives about such a zaak later, is written down to be carried out (`Doorgestuurd`) in the same transaction;
`services/cases/doorsturen.py` does so under the jongere_id that remains.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.zaken import ZaakAfgesloten, ZaakSamengevoegd
from services.cases.beleid import Beleid
from services.cases.decisions import Result, herbeoordeel, noteer, regel_van
from services.cases.meldingen import NAGAAN
from services.cases.model import (
    Doorgestuurd,
    Dossier,
    MeldingFeiten,
    Termijnstatus,
    Tijdlijnregel,
    Voorstelstatus,
    Zaak,
    Zaakstatus,
)
from services.cases.privacystand import Privacystand
from services.cases.rechtenstand import Rechten
from services.cases.termijnen import stop_dubbele

SAMENGEVOEGD: Final = "samengevoegd"
OVERNAME: Final = "overname"


@dataclass(frozen=True, slots=True)
class NeemZakenOver:
    """Command: take over what stands under a jongere_id that is used no more."""

    oude_jongere_id: UUID


def ga_op(dossier: Dossier, in_jongere_id: UUID, gemeente: str, now: datetime) -> Result:
    """The jongere_id is used no more: its zaken end here as they stand, to go on elsewhere; written down once."""
    events: list[EventData] = []
    if dossier.opgegaan_in is not None:
        return dossier, events
    for zaak_id, zaak in list(dossier.zaken.items()):
        if zaak.is_open:
            dossier = noteer(dossier, zaak_id, "jongere_opgegaan", str(in_jongere_id), "brp_sync", now)
            zaak = zaak.met(status=Zaakstatus.AFGESLOTEN, afsluitreden=SAMENGEVOEGD)
            dossier = dossier.met_zaak(zaak, regel_van(zaak, now, "zaak_afgesloten", SAMENGEVOEGD))
            events.append(_afgesloten(zaak))
    door = Doorgestuurd(in_jongere_id, gemeente, OVERNAME, {"oude_jongere_id": str(dossier.jongere_id)})
    return replace(dossier, opgegaan_in=in_jongere_id, door=(*dossier.door, door)), events


def stuur_door(dossier: Dossier, gemeente: str, data: EventData | NeemZakenOver) -> Dossier:
    """What comes for a jongere_id that is used no more is handed on to the one that remains."""
    naar = dossier.opgegaan_in
    if naar is None:
        return dossier
    if isinstance(data, NeemZakenOver):
        door = Doorgestuurd(naar, gemeente, OVERNAME, {"oude_jongere_id": str(data.oude_jongere_id)})
    else:
        door = Doorgestuurd(naar, gemeente, data.name, data.model_dump(mode="json"))
    return replace(dossier, door=(*dossier.door, door))


def neem_over(dossier: Dossier, oud: Dossier | None, now: datetime, beleid: Beleid) -> Result:
    """Takes over every zaak of the old dossier; a second time there is nothing left to take over."""
    events: list[EventData] = []
    if oud is None or oud.jongere_id == dossier.jongere_id:
        return dossier, events
    dossier = replace(
        dossier,
        geboortedatum=dossier.geboortedatum or oud.geboortedatum,
        overleden=dossier.overleden or oud.overleden,
        privacy=_privacy(dossier.privacy, oud.privacy),
        overgenomen_van=(*dossier.overgenomen_van, oud.jongere_id),
    )
    for zaak in oud.zaken.values():
        if zaak.zaak_id in dossier.zaken:
            continue
        dossier, more = _neem_zaak(dossier, zaak, str(oud.jongere_id), now)
        events += more
    for zaak_id, zaak in list(dossier.zaken.items()):
        if zaak.is_open:
            dossier, more = herbeoordeel(dossier, zaak_id, now, beleid)
            events += more
    return dossier, events


def _neem_zaak(dossier: Dossier, zaak: Zaak, van: str, now: datetime) -> Result:
    zaak = zaak.met(taken=tuple(taak for taak in zaak.taken if taak != NAGAAN))
    loopt = zaak.is_open or (zaak.afsluitreden == SAMENGEVOEGD and zaak.samengevoegd_in is None)
    hier = dossier.open_zaak(zaak.zaaksoort, zaak.schooljaar, zaak.gemeente)
    regel = regel_van(zaak, now, "zaak_overgenomen", van)
    if hier is not None and (loopt or not zaak.meldingen.keys().isdisjoint(hier.meldingen)):
        return laat_opgaan(dossier, hier, zaak, regel, now)
    if not loopt:
        return dossier.met_zaak(zaak, regel), []
    zaak = zaak.met(status=Zaakstatus.OPEN, afsluitreden=None)
    said = ZaakSamengevoegd(zaak_id=zaak.zaak_id, in_zaak_id=zaak.zaak_id)
    return dossier.met_zaak(zaak, regel), [said]


def laat_opgaan(dossier: Dossier, hier: Zaak, zaak: Zaak, regel: Tijdlijnregel, now: datetime) -> Result:
    """One zaak goes up in another of the same kind, and is closed; `regel` says in its timeline why."""
    samen = regel_van(hier, now, "zaak_samengevoegd", str(zaak.zaak_id))
    verloop = stop_dubbele(zaak, {t.naam for t in hier.termijnen.values() if t.status is Termijnstatus.LOOPT}, now)
    regels = [
        regel_van(hier, now, "voorgelegd_besluit_vervallen", v.uitkomst)
        for v in zaak.voorstellen.values()
        if v.status is Voorstelstatus.TE_BEVESTIGEN
    ]
    bijeen = voeg_bijeen(hier, zaak.met(termijnen=verloop.termijnen))
    dossier = dossier.met_zaak(bijeen, samen, *regels, *verloop.regels)
    rest = zaak.met(
        status=Zaakstatus.AFGESLOTEN,
        afsluitreden=SAMENGEVOEGD,
        samengevoegd_in=hier.zaak_id,
        meldingen={},
        voorstellen={},
        termijnen={},
        leeftijdstoets=None,
    )
    dossier = dossier.met_zaak(rest, regel)
    dossier = replace(dossier, privacy=dossier.privacy.in_zaak(zaak.zaak_id, hier.zaak_id))
    return dossier, [*verloop.events, ZaakSamengevoegd(zaak_id=zaak.zaak_id, in_zaak_id=hier.zaak_id)]


def _afgesloten(zaak: Zaak) -> ZaakAfgesloten:
    meldingen = tuple(m.meldingsnummer for m in zaak.geldige_meldingen())
    return ZaakAfgesloten(zaak_id=zaak.zaak_id, reden=SAMENGEVOEGD, meldingen=meldingen)


def voeg_bijeen(hier: Zaak, ander: Zaak) -> Zaak:
    """The zaak that goes on, with what the other one held; of what both have, that of the one that goes on, but of how
    it stands with Halt what weighs most.

    Voorstellen of the other that nobody decided about lapse, and here those for a step that was taken there: the rules
    are asked anew about the whole. Besluiten and running termijnen keep their ids, so that who refers to them still
    finds them.
    """
    vervallen = {"status": Voorstelstatus.VERVALLEN}
    voorstellen = {i: v.model_copy(update=vervallen) if v.status.wacht else v for i, v in ander.voorstellen.items()}
    gedaan = {ander.voorstellen[i].uitkomst for i in ander.uitgevoerd}
    eigen = {
        i: v.model_copy(update=vervallen) if v.status is Voorstelstatus.OPEN and v.uitkomst in gedaan else v
        for i, v in hier.voorstellen.items()
    }
    meldingen = {**{n: m for n, m in ander.meldingen.items() if n not in hier.meldingen}, **hier.meldingen}
    return hier.met(
        geopend_op=min(hier.geopend_op, ander.geopend_op),
        meldingen={n: _eerst_gehoord(m, ander.meldingen.get(n)) for n, m in meldingen.items()},
        feiten={**ander.feiten, **hier.feiten, **_halt(hier.feiten, ander.feiten)},
        voorstellen={**voorstellen, **eigen},
        termijnen={**ander.termijnen, **hier.termijnen},
        taken=tuple(sorted({*hier.taken, *ander.taken})),
        verwant=tuple(dict.fromkeys((*hier.verwant, *ander.verwant))),
    )


_ZWAARTE: Final[Mapping[str, tuple[frozenset[str], ...]]] = {
    "halt_status": (frozenset({"geen"}), frozenset({"positief", "negatief"}), frozenset({"lopend"})),
    "eerder_halt": (frozenset({"geen"}), frozenset({"ander_feit"}), frozenset({"leerplicht"})),
}
"""How it can stand with Halt, the lightest first: a running one is never forgotten, nor that there was one."""


def _halt(hier: Mapping[str, Any], ander: Mapping[str, Any]) -> dict[str, Any]:
    samen: dict[str, Any] = {}
    for naam, rangen in _ZWAARTE.items():
        bekend = [feiten[naam] for feiten in (hier, ander) if naam in feiten]
        if bekend:
            samen[naam] = max(bekend, key=lambda stand: next((n for n, r in enumerate(rangen) if stand in r), -1))
    return samen


def _eerst_gehoord(melding: MeldingFeiten, ander: MeldingFeiten | None) -> MeldingFeiten:
    """The melding as it is, known since it was heard first: a besluit taken since then is about it."""
    if ander is None or ander.ontvangen_op is None:
        return melding
    op = min(melding.ontvangen_op or ander.ontvangen_op, ander.ontvangen_op)
    return melding.model_copy(update={"ontvangen_op": op})


def _privacy(hier: Privacystand, ander: Privacystand) -> Privacystand:
    """What was said under either number; nothing that somebody said is lost."""
    gehoord = sorted((*ander.toestemmingen, *hier.toestemmingen), key=lambda t: t.op)
    beperkt = [d for d in (hier.beperkt_sinds, ander.beperkt_sinds) if d is not None]
    samen: Mapping[str, Any] = {
        "toestemmingen": tuple(dict.fromkeys(gehoord)),
        "te_informeren": tuple(dict.fromkeys((*ander.te_informeren, *hier.te_informeren))),
        "informatie": tuple(dict.fromkeys((*ander.informatie, *hier.informatie))),
        "beperkt_sinds": min(beperkt, default=None),
        "rechten": _rechten(hier.rechten, ander.rechten),
    }
    return hier.model_copy(update=dict(samen))


def _rechten(hier: Rechten, ander: Rechten) -> Rechten:
    return hier.model_copy(
        update={
            "verzoeken": tuple(dict.fromkeys((*ander.verzoeken, *hier.verzoeken))),
            "rectificaties": tuple(dict.fromkeys((*ander.rectificaties, *hier.rectificaties))),
            "taken": tuple(dict.fromkeys((*ander.taken, *hier.taken))),
            "beperkt_om": hier.beperkt_om or ander.beperkt_om,
        }
    )
