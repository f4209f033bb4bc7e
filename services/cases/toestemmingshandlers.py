"""What `cases` does with commands about consent and prior information."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from contracts.envelope import EventData
from contracts.events.privacy import ToestemmingIngetrokken
from hub.messages import Handler, Message, Outcome
from services.cases.beleid import Beleid
from services.cases.decisions import Result
from services.cases.model import Dossier
from services.cases.toestemmingsintrekking import (
    InformeerOntvanger,
    TrekToestemmingIn,
    informeer_ontvanger,
    trek_toestemming_in,
)
from services.cases.toestemmingsopdrachten import (
    LegInformatieVast,
    LegToestemmingVast,
    VraagToestemming,
    leg_informatie_vast,
    leg_toestemming_vast,
    vraag_toestemming,
)


def toestemmingshandlers(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    """One function per command."""

    def simple(decide: Callable[[Dossier, Any, datetime, Beleid], Result]) -> Handler[Dossier]:
        def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
            return Outcome(*decide(state, message.data, now, beleid))

        return handle

    def on_intrekking(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        """`prepared` are the lines of the disclosure register; an earlier message of this batch may have added some."""
        verstrekt = (*message.prepared, *state.grens.nieuw)
        na, events = trek_toestemming_in(state, message.data, verstrekt, now, beleid)
        waar = {t.toestemming_id: na.zaken[t.zaak_id] for t in na.privacy.toestemmingen if t.zaak_id}

        def gemeente(event: EventData) -> str | None:
            """A consent is of the gemeente of its zaak, as long as it is served here."""
            zaak = waar.get(event.toestemming_id) if isinstance(event, ToestemmingIngetrokken) else None
            return zaak.gemeente if zaak is not None and beleid.bedient(zaak.gemeente) else None

        return Outcome(na, events, gemeente)

    return {
        VraagToestemming: simple(vraag_toestemming),
        LegToestemmingVast: simple(leg_toestemming_vast),
        TrekToestemmingIn: on_intrekking,
        InformeerOntvanger: simple(informeer_ontvanger),
        LegInformatieVast: simple(leg_informatie_vast),
    }
