"""What a move, a departure and a herindeling do to zaken. Pure.

The new gemeente is a third party to what the old one knows: nothing goes along by itself but that a zaak of this soort
was running, and of the schoolhistorie what the protocol of the old gemeente lets go (NOP-VERH-1). Anything more is for
a human to weigh (CONV-14.1, CONV-14.2), by the contract for the recipient nieuwe_gemeente. A move alone does not end
the processing of what the old gemeente has (CONV-5.5b): its zaak is closed, not removed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from contracts.codes import Zaaksoort
from contracts.envelope import EventData
from contracts.events.personen import JongereVerhuisd, JongereVertrokken, Vertreksoort
from contracts.events.zaken import ZaakGeopend, ZaakOvergedragen
from services.cases.beleid import Beleid, versie
from services.cases.decisions import (
    Result,
    dag_van,
    herbeoordeel,
    heropen,
    hervat,
    noteer,
    plicht_van,
    regel_van,
    sluit,
)
from services.cases.model import Dossier, Zaak, afgeleid_id
from services.cases.protocol import Protocol
from services.cases.samenvoegen import laat_opgaan

BRP: Final = "brp_sync"
VERHUISD: Final = "verhuisd"
OVERDRAGEN: Final = "overdracht_nieuwe_gemeente"
"""The task to weigh whether the new gemeente gets more than goes along by itself."""
VERBLIJF: Final = "verblijf_onderzoeken"
"""The task when somebody left the BRP and may still be here: the duty is not over by that alone."""
PERSOONSLIJST: Final = "persoonslijst_uitzoeken"
"""The task when a persoonslijst was removed as wrong: whose zaak is this?"""

SCHOOLHISTORIE: Final = (
    "ingeschreven", "eerder_ingeschreven", "onderwijssoort", "groep", "diploma", "startkwalificatie",
)  # fmt: skip
"""Facts that are schoolhistorie; everything that is not named here stays."""
_REGEL_SCHOOLHISTORIE: Final = "overdracht_schoolhistorie"


@dataclass(frozen=True, slots=True)
class Overdracht:
    """All that a zaak in a new gemeente begins with."""

    zaaksoort: Zaaksoort
    schooljaar: str
    voortgezet_uit: UUID
    feiten: Mapping[str, Any]


def mee_te_geven(zaak: Zaak, protocol: Protocol | None) -> Overdracht:
    """What goes along from a zaak, by the protocol of the gemeente that is left; None when that is unknown.

    That there is an active dossier always; the schoolhistorie only where the protocol has a rule for it and an official
    established that this is a zorgleerling. Never: meldingen (DUO tells them to the new gemeente itself), oordelen,
    conversations, afspraken, help, voorstellen and besluiten, Halt, proces-verbaal, SVB, health, consents.
    """
    feiten: dict[str, Any] = {"actief_dossier": True}
    if protocol is not None and zaak.feiten.get("zorgleerling") is True and _draagt_over(protocol):
        feiten |= {naam: zaak.feiten[naam] for naam in SCHOOLHISTORIE if naam in zaak.feiten}
    return Overdracht(zaak.zaaksoort, zaak.schooljaar, zaak.zaak_id, feiten)


def _draagt_over(protocol: Protocol) -> bool:
    return any(getattr(regel.dan, "uitkomst", None) == _REGEL_SCHOOLHISTORIE for regel in protocol.regels)


def verhuis(dossier: Dossier, event: JongereVerhuisd, now: datetime, beleid: Beleid) -> Result:
    """Open zaken of the gemeente that was left end there, and go on in the new one when that is served here."""
    if event.herindeling:
        return _deel_in(dossier, event, now, beleid)
    events: list[EventData] = []
    for zaak_id, zaak in list(dossier.zaken.items()):
        if not zaak.is_open or event.naar_gemeente in (zaak.gemeente, event.van_gemeente):
            continue
        if zaak.gemeente != event.van_gemeente:
            dossier = noteer(dossier, zaak_id, "jongere_verhuisd", "", BRP, now)
            continue
        dossier, more = _verhuis_zaak(dossier, zaak, event.naar_gemeente, now, beleid)
        events += more
    return dossier, events


def _deel_in(dossier: Dossier, event: JongereVerhuisd, now: datetime, beleid: Beleid) -> Result:
    """Gemeenten became another: the zaak goes along with its gemeente, nobody moved and nothing is handed over."""
    events: list[EventData] = []
    if not beleid.bedient(event.naar_gemeente):
        return dossier, events
    for zaak_id, zaak in list(dossier.zaken.items()):
        if zaak.gemeente != event.van_gemeente or event.van_gemeente == event.naar_gemeente:
            continue
        regel = regel_van(zaak, now, "gemeente_heringedeeld", "", BRP)
        hier = dossier.open_zaak(zaak.zaaksoort, zaak.schooljaar, event.naar_gemeente) if zaak.is_open else None
        over = zaak.met(gemeente=event.naar_gemeente)
        if hier is not None:
            dossier, more = laat_opgaan(dossier, hier, over, regel, now)
        else:
            dossier, more = dossier.met_zaak(over, regel), []
        blijft = dossier.levend(zaak_id) or over
        dossier, again = herbeoordeel(dossier, blijft.zaak_id, now, beleid)
        events += [*more, *again]
    return dossier, events


def _verhuis_zaak(dossier: Dossier, zaak: Zaak, naar: str, now: datetime, beleid: Beleid) -> Result:
    events: list[EventData] = []
    protocol = beleid.protocol(zaak.gemeente, dag_van(now)) if beleid.bedient(zaak.gemeente) else None
    over = mee_te_geven(zaak, protocol)
    dossier = _met_taak(dossier, zaak.zaak_id, OVERDRAGEN, "jongere_verhuisd", now)
    dossier, events = sluit(dossier, zaak.zaak_id, VERHUISD, now)
    nieuw: UUID | None = None
    if beleid.bedient(naar):
        dossier, nieuw, more = _zet_voort(dossier, over, naar, now, beleid)
        events += more
    said = ZaakOvergedragen(zaak_id=zaak.zaak_id, naar_gemeente=naar, nieuwe_zaak_id=nieuw)
    return dossier, [*events, said]


def _zet_voort(
    dossier: Dossier, over: Overdracht, naar: str, now: datetime, beleid: Beleid
) -> tuple[Dossier, UUID, list[EventData]]:
    """The zaak in the new gemeente: the open one there, that of before when the jongere came back, or a new one."""
    events: list[EventData] = []
    zaak = dossier.open_zaak(over.zaaksoort, over.schooljaar, naar) or _van_vroeger(dossier, over, naar)
    if zaak is not None and not zaak.is_open:
        dossier, events = heropen(dossier, zaak.zaak_id, "teruggekeerd", now)
        dossier, begonnen = hervat(dossier, zaak.zaak_id, now, beleid)
        dossier, more = herbeoordeel(dossier, zaak.zaak_id, now, beleid)
        return dossier, zaak.zaak_id, [*events, *begonnen, *more]
    if zaak is not None:
        return noteer(dossier, zaak.zaak_id, "zaak_overgenomen", "", BRP, now), zaak.zaak_id, events
    protocol = beleid.protocol(naar, dag_van(now))
    zaak = Zaak(
        zaak_id=afgeleid_id("verhuisd", over.voortgezet_uit, naar, len(dossier.zaken)),
        gemeente=naar,
        zaaksoort=over.zaaksoort,
        schooljaar=over.schooljaar,
        protocol=versie(protocol),
        geopend_op=now,
        feiten=dict(over.feiten),
        voortgezet_uit=over.voortgezet_uit,
    )
    geopend = regel_van(zaak, now, "zaak_geopend", zaak.zaaksoort.value)
    dossier = dossier.met_zaak(zaak, geopend, regel_van(zaak, now, "zaak_overgenomen", "", BRP))
    _, beoordeling = beleid.beoordeel(dossier, zaak, dag_van(now))
    said = ZaakGeopend(
        zaak_id=zaak.zaak_id, zaaksoort=zaak.zaaksoort, plicht=plicht_van(beoordeling), protocol=zaak.protocol
    )
    dossier, more = herbeoordeel(dossier, zaak.zaak_id, now, beleid)
    return dossier, zaak.zaak_id, [said, *more]


def _van_vroeger(dossier: Dossier, over: Overdracht, naar: str) -> Zaak | None:
    """The zaak of the same traject that ended because the jongere moved away from this gemeente."""
    vroeger = [
        z
        for z in dossier.zaken.values()
        if (z.zaaksoort, z.schooljaar, z.gemeente, z.afsluitreden) == (over.zaaksoort, over.schooljaar, naar, VERHUISD)
    ]
    return max(vroeger, key=lambda z: z.geopend_op, default=None)


def vertrek(dossier: Dossier, event: JongereVertrokken, now: datetime, beleid: Beleid) -> Result:
    """Emigration ends the duty and with it the zaken (NK-BUI-03); after any other departure from the BRP somebody finds
    out where the jongere is, and the zaak stays open."""
    events: list[EventData] = []
    for zaak_id, zaak in list(dossier.zaken.items()):
        if not zaak.is_open:
            continue
        if event.vertreksoort is Vertreksoort.EMIGRATIE:
            dossier = noteer(dossier, zaak_id, "jongere_vertrokken", Vertreksoort.EMIGRATIE.value, BRP, now)
            dossier, more = sluit(dossier, zaak_id, "vertrokken", now)
            events += more
        else:
            dossier = _met_taak(dossier, zaak_id, VERBLIJF, "jongere_vertrokken", now)
    return dossier, events


def voer_af(dossier: Dossier, now: datetime) -> Dossier:
    """The persoonslijst was wrong: of the person that says nothing, so that open zaken stay, with a task."""
    for zaak_id, zaak in list(dossier.zaken.items()):
        if zaak.is_open:
            dossier = _met_taak(dossier, zaak_id, PERSOONSLIJST, "persoonslijst_afgevoerd", now)
    return dossier


def _met_taak(dossier: Dossier, zaak_id: UUID, taak: str, wat: str, now: datetime) -> Dossier:
    zaak = dossier.zaken[zaak_id]
    dossier = dossier.met_regel(regel_van(zaak, now, wat, "", BRP))
    if taak in zaak.taken:
        return dossier
    zaak = zaak.met(taken=tuple(sorted({*zaak.taken, taak})))
    return dossier.met_zaak(zaak, regel_van(zaak, now, "taak_ontstaan", taak))
