"""What the clock does to a zaak: let a termijn pass, or warn of one. Pure, and safe to do twice."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from hub.messages import Handler, Message, Outcome
from services.cases import termijnen
from services.cases.beleid import Beleid
from services.cases.decisions import Result, herbeoordeel
from services.cases.model import Dossier


@dataclass(frozen=True, slots=True)
class VerstrijkTermijn:
    """Command: the clock passed the last day of a termijn."""

    zaak_id: UUID
    termijn_id: UUID


@dataclass(frozen=True, slots=True)
class WaarschuwTermijn:
    """Command: the last day of a termijn is near."""

    zaak_id: UUID
    termijn_id: UUID


def verstrijk_termijn(dossier: Dossier, zaak_id: UUID, termijn_id: UUID, now: datetime, beleid: Beleid) -> Result:
    """The last day of a termijn passed: what that changes is counted, and the rules are asked again."""
    zaak = dossier.zaken.get(zaak_id)
    if zaak is None:
        return dossier, []
    woorden = beleid.protocollen.woorden
    na, events, regels = termijnen.verstrijk(zaak, termijn_id, now)
    if not events:
        return dossier, []
    telling = termijnen.telling_na(zaak, zaak.termijnen[termijn_id].naam, woorden)
    dossier = dossier.met_zaak(zaak.met(termijnen=na, feiten={**zaak.feiten, **telling}), *regels)
    dossier, more = herbeoordeel(dossier, zaak_id, now, beleid)
    return dossier, [*events, *more]


def waarschuw_termijn(dossier: Dossier, zaak_id: UUID, termijn_id: UUID, now: datetime) -> Result:
    """Says that a termijn is near its end, once, and not after it."""
    zaak = dossier.zaken.get(zaak_id)
    if zaak is None:
        return dossier, []
    na, events, regels = termijnen.waarschuw(zaak, termijn_id, now)
    return (dossier.met_zaak(zaak.met(termijnen=na), *regels), events) if events else (dossier, [])


def klok_handlers(beleid: Beleid) -> dict[type, Handler[Dossier]]:
    """One function per command of the clock."""

    def verstrijk(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        command: Any = message.data
        return Outcome(*verstrijk_termijn(state, command.zaak_id, command.termijn_id, now, beleid))

    def waarschuw(state: Dossier, message: Message, now: datetime) -> Outcome[Dossier]:
        command: Any = message.data
        return Outcome(*waarschuw_termijn(state, command.zaak_id, command.termijn_id, now))

    return {VerstrijkTermijn: verstrijk, WaarschuwTermijn: waarschuw}
