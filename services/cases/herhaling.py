"""Commands that may be given again, and letters and verwijzingen that may not go out any more.

Both are written down in the transaction of what causes them: a crash can lose neither, and double nothing.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from contracts.envelope import EventData
from contracts.events.zaken import BriefIngetrokken, HaltVerwijzingIngetrokken
from hub.messages import NOBODY, Handler, Message, Outcome
from services.cases.model import Dossier, Uitgevoerd


def onthoudend(handler: Handler[Dossier]) -> Handler[Dossier]:
    """The handler, which also writes down that a command with a key was carried out, and what was withdrawn."""

    def handle(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        outcome = handler(state, message, now)
        ingetrokken = {kenmerk for event in outcome.events if (kenmerk := _ingetrokken(event))}
        if ingetrokken:
            made = replace(outcome.state, ingetrokken=outcome.state.ingetrokken | ingetrokken)
            outcome = outcome._replace(state=made)
        if message.sequence is None:
            outcome = outcome._replace(antwoord=_antwoord(outcome.state, message.data))
        if message.sleutel is not None:
            gedaan = Uitgevoerd(message.sleutel, outcome.antwoord, now)
            made = replace(outcome.state, uitgevoerd=(*outcome.state.uitgevoerd, gedaan))
            outcome = outcome._replace(state=made)
        return outcome

    return handle


def _ingetrokken(event: EventData) -> UUID | None:
    match event:
        case BriefIngetrokken():
            return event.brief_id
        case HaltVerwijzingIngetrokken():
            return event.verwijzing_id
    return None


def _antwoord(state: Dossier, command: Any) -> dict[str, Any] | None:
    """What whoever gave a command about a voorstel or a zaak is told: where that stands now."""
    voorstel_id: UUID = getattr(command, "voorstel_id", NOBODY)
    for zaak in state.zaken.values():
        if (voorstel := zaak.voorstellen.get(voorstel_id)) is not None:
            return {
                "voorstelId": str(voorstel_id),
                "zaakId": str(zaak.zaak_id),
                "status": voorstel.status.value,
                "revisie": zaak.revisie,
            }
    zaak_id: UUID = getattr(command, "zaak_id", NOBODY)
    if (gevonden := state.zaken.get(zaak_id)) is not None:
        return {"zaakId": str(zaak_id), "revisie": gevonden.revisie}
    return None
