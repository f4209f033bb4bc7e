"""What `cases` does with events and commands; what touches the register stands in `registerhandlers`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.events.brieven import BriefOpgemaakt, BriefVervallen
from contracts.events.halt import HaltAfloopOntvangen, HaltVerwijzingAangeboden, HaltVerwijzingGeweigerd
from contracts.events.verzuim import (
    VerzuimmeldingGewijzigd,
    VerzuimmeldingIngetrokken,
    VerzuimmeldingOntvangen,
    VerzuimmeldingOvergedragen,
)
from hub.messages import Handler, Message, Outcome
from services.cases import decisions
from services.cases.beleid import Beleid
from services.cases.besluiten import NeemBesluit, StelFeitenVast, neem_besluit, stel_feiten_vast
from services.cases.decisions import HUB, Result
from services.cases.grens.beslissing import BesluitVrijgave, besluit_vrijgave, meld
from services.cases.klokwerk import VerstrijkTermijn, klok_handlers
from services.cases.model import Dossier
from services.cases.rechtenhandlers import onbeperkt, rechten_handlers
from services.cases.registerhandlers import register_handlers
from services.cases.toestemmingshandlers import toestemmingshandlers


@dataclass(frozen=True, slots=True)
class Herbeoordeel:
    """Command: ask the rules again about a zaak, because another version of its protocol is in force."""

    zaak_id: UUID


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
        return decisions.neem_melding(state, message.gemeente, message.data, now, beleid)

    def on_brief(state: Dossier, event: BriefOpgemaakt | BriefVervallen, now: datetime) -> Result:
        wat = "brief_opgemaakt" if isinstance(event, BriefOpgemaakt) else "brief_vervallen"
        return decisions.noteer(state, event.zaak_id, wat, event.briefsoort, "letters", now), []

    return {
        VerzuimmeldingOntvangen: with_person(on_melding),
        VerzuimmeldingGewijzigd: with_person(on_melding),
        VerzuimmeldingIngetrokken: simple(lambda s, e, now: decisions.trek_in(s, e.meldingsnummer, now, beleid)),
        VerzuimmeldingOvergedragen: simple(
            lambda s, e, now: decisions.trek_in(s, e.meldingsnummer, now, beleid, "melding_overgedragen")
        ),
        BriefOpgemaakt: simple(on_brief),
        BriefVervallen: simple(on_brief),
        HaltVerwijzingAangeboden: simple(
            lambda s, e, now: decisions.verwerk_halt(meld(s, e.verwijzing_id, now), e, now, beleid)
        ),
        BesluitVrijgave: simple(lambda s, c, now: besluit_vrijgave(s, c, now, beleid)),
        HaltVerwijzingGeweigerd: simple(lambda s, e, now: decisions.verwerk_halt(s, e, now, beleid)),
        HaltAfloopOntvangen: simple(lambda s, e, now: decisions.verwerk_halt(s, e, now, beleid)),
        NeemBesluit: onbeperkt(simple(lambda s, c, now: neem_besluit(s, c, now, beleid))),
        StelFeitenVast: simple(lambda s, c, now: stel_feiten_vast(s, c, now, beleid)),
        Herbeoordeel: simple(lambda s, c, now: decisions.herbeoordeel(s, c.zaak_id, now, beleid)),
        **klok_handlers(beleid),
        **toestemmingshandlers(beleid),
        **register_handlers(beleid),
        **rechten_handlers(beleid),
    }


__all__ = ["HUB", "Herbeoordeel", "VerstrijkTermijn", "handlers"]
