"""What `cases` does with events and commands; what touches the register stands in `registerhandlers`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from contracts.events.brieven import BriefOpgemaakt, BriefVervallen
from contracts.events.halt import (
    HaltAfloopOntvangen,
    HaltVerwijzingAangeboden,
    HaltVerwijzingGestopt,
    HaltVerwijzingGeweigerd,
)
from contracts.events.verzuim import (
    VerzuimmeldingGewijzigd,
    VerzuimmeldingIngetrokken,
    VerzuimmeldingOntvangen,
    VerzuimmeldingOvergedragen,
)
from hub.messages import Handler, Message, Outcome
from services.cases import decisions, meldingen
from services.cases.beleid import Beleid
from services.cases.besluiten import (
    BevestigBesluit,
    NeemBesluit,
    StelFeitenVast,
    StuurBesluitTerug,
    bevestig_besluit,
    neem_besluit,
    stel_feiten_vast,
    stuur_besluit_terug,
)
from services.cases.decisions import Result
from services.cases.grens.beslissing import BesluitVrijgave, besluit_vrijgave, meld_van_halt
from services.cases.herhaling import onthoudend
from services.cases.intrekking import (
    TrekBesluitIn,
    trek_besluit_in,
    verwerk_bericht_van_halt,
    verwerk_vervallen_brief,
)
from services.cases.klokwerk import VerstrijkTermijn, klok_handlers
from services.cases.levenshandlers import levend, levens_handlers
from services.cases.model import HUB, Dossier
from services.cases.rechtenhandlers import onbeperkt, rechten_handlers
from services.cases.registerhandlers import register_handlers
from services.cases.toestemmingshandlers import toestemmingshandlers


@dataclass(frozen=True, slots=True)
class Herbeoordeel:
    """Command: ask the rules again about a zaak, because another version of its protocol is in force."""

    zaak_id: UUID


_VAN_HALT = (HaltVerwijzingAangeboden, HaltVerwijzingGeweigerd, HaltVerwijzingGestopt, HaltAfloopOntvangen)
_BESLUITEN: dict[type, Callable[[Dossier, Any, datetime, Beleid], Result]] = {
    NeemBesluit: neem_besluit,
    BevestigBesluit: bevestig_besluit,
}
_OPDRACHTEN: dict[type, Callable[[Dossier, Any, datetime, Beleid], Result]] = {
    StuurBesluitTerug: stuur_besluit_terug,
    TrekBesluitIn: trek_besluit_in,
    StelFeitenVast: stel_feiten_vast,
    BesluitVrijgave: besluit_vrijgave,
}


def handlers(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    """One function per kind of event or command."""

    def with_person(decide: Callable[[Dossier, Message, datetime], Result]) -> Handler[Dossier]:
        def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
            return Outcome(*decide(decisions.ken_persoon(state, message.prepared), message, now))

        return handle

    def simple(decide: Callable[[Dossier, Any, datetime], Result]) -> Handler[Dossier]:
        def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
            return Outcome(*decide(state, message.data, now))

        return handle

    def on_melding(state: Dossier, message: Message, now: datetime) -> Result:
        return meldingen.neem_melding(state, message.gemeente, message.data, now, beleid)

    def on_brief(state: Dossier, event: BriefOpgemaakt, now: datetime) -> Result:
        return decisions.noteer(state, event.zaak_id, "brief_opgemaakt", event.briefsoort, "letters", now), []

    made: dict[type, Handler[Dossier]] = {
        VerzuimmeldingOntvangen: with_person(on_melding),
        VerzuimmeldingGewijzigd: with_person(on_melding),
        VerzuimmeldingIngetrokken: simple(lambda s, e, now: meldingen.trek_in(s, e.meldingsnummer, now, beleid)),
        VerzuimmeldingOvergedragen: simple(
            lambda s, e, now: meldingen.trek_in(s, e.meldingsnummer, now, beleid, "melding_overgedragen")
        ),
        BriefOpgemaakt: simple(on_brief),
        BriefVervallen: simple(verwerk_vervallen_brief),
        **dict.fromkeys(
            _VAN_HALT, simple(lambda s, e, now: verwerk_bericht_van_halt(meld_van_halt(s, e, now), e, now, beleid))
        ),
        **{kind: simple(partial(_met_beleid, decide, beleid)) for kind, decide in _OPDRACHTEN.items()},
        **{kind: onbeperkt(simple(partial(_met_beleid, decide, beleid))) for kind, decide in _BESLUITEN.items()},
        Herbeoordeel: simple(lambda s, c, now: decisions.herbeoordeel(s, c.zaak_id, now, beleid)),
        **klok_handlers(beleid),
        **toestemmingshandlers(beleid),
        **register_handlers(beleid),
        **rechten_handlers(beleid),
        **levens_handlers(beleid),
    }
    return {kind: onthoudend(handler) for kind, handler in levend(made, beleid).items()}


def _met_beleid(
    decide: Callable[[Dossier, Any, datetime, Beleid], Result],
    beleid: Beleid,
    state: Dossier,
    command: Any,
    now: datetime,
) -> Result:
    return decide(state, command, now, beleid)


__all__ = ["HUB", "Herbeoordeel", "VerstrijkTermijn", "handlers"]
