"""The check of everybody: every day, and on the first werkdag of the month for administratie.

What the search finds is decided again per jongere in the pipeline, on the blad as it is then: an inschrijving that
arrives while the check runs is not overlooked, and a check that is repeated says nothing twice.
"""

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import structlog

from hub.calendar import is_werkdag
from hub.clock import Clock
from hub.errors import Ongeldig
from hub.messages import Message
from hub.observability import new_traceparent
from services.cases.absoluut import ToetsInschrijving
from services.cases.register import OPEN, Signaalstatus
from services.cases.registervragen import Aantallen, Registervragen, Signaalregel
from services.cases.zoeken import Ontbrekend, Zoeker

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_BATCH = 256
GEEN_INSCHRIJVINGEN = "er is nog geen enkele inschrijving van een inwoner bekend: lees eerst een C-levering van DUO in"


class Controle:
    """Looks, and lets the pipeline decide."""

    def __init__(
        self,
        vragen: Registervragen,
        zoeker: Zoeker,
        clock: Clock,
        execute: Callable[[Sequence[Message]], Awaitable[Sequence[Message]]],
    ) -> None:
        self._vragen = vragen
        self._zoeker = zoeker
        self._clock = clock
        self._execute = execute

    async def te_doen(self) -> list[tuple[str, str]]:
        """The checks of today that were not done: `maand` and `dag`, each with its period."""
        dag = self._clock.today()
        wanted = [("dag", dag.isoformat())]
        if dag >= eerste_werkdag(dag):
            wanted.insert(0, ("maand", f"{dag:%Y-%m}"))
        return [w for w in wanted if not await self._vragen.is_gedaan(*w)]

    async def op_tijd(self) -> list[str]:
        """What is due and was not done: the check of the day, and from the first werkdag of a month on that of the
        month; returns which were done.

        After an outage today is caught up, and this month; days and months that passed meanwhile are not. Nothing is
        done, and nothing counts as done, as long as no inschrijving is known in any gemeente.
        """
        dag = self._clock.today()
        due = await self.te_doen()
        if not due:
            return []
        gemeenten = self._zoeker.gemeenten()
        leveringen = await self._leveringen(gemeenten)
        if not leveringen:
            return []
        aantallen, problemen = await self._kijk(dag, gemeenten, leveringen, maand=due[0][0] == "maand")
        if any(not isinstance(p, Ongeldig) for p in problemen):
            return []  # somebody did not answer: the next round tries again
        for soort, periode in due:  # the check of the month is that of its day too
            await self._vragen.leg_vast(soort, periode, dag, self._clock.now(), aantallen)
        return [soort for soort, _ in due]

    async def nu(self, op: date | None = None, gemeente: str | None = None) -> dict[str, Any]:
        """The full check as an official asks for it; of another day than today it only tells what it would find.

        A gemeente of which no inschrijving is known is left out, because everybody in it would be signalled; raises
        `Ongeldig` when that leaves none.
        """
        vandaag = self._clock.today()
        dag = op or vandaag
        gemeenten = self._zoeker.gemeenten(gemeente)
        leveringen = await self._leveringen(gemeenten)
        if not leveringen:
            raise Ongeldig(GEEN_INSCHRIJVINGEN)
        if dag != vandaag:
            zonder = _zonder_levering(gemeenten, leveringen)
            found = await self._zoeker.ontbrekend(dag, list(leveringen))
            regels = [_regel(een) for een in found]
            gevonden = {"ontbreekt": len(found), "gevonden": regels, "zonder_levering": zonder}
            return {"peildatum": dag, "proef": True, **gevonden}
        aantallen, _ = await self._kijk(dag, gemeenten, leveringen, maand=True)
        te_controleren = await self._vragen.signalen(gemeenten, [Signaalstatus.TE_CONTROLEREN])
        lijst = [een._asdict() for een in te_controleren]
        return {"peildatum": dag, "proef": False, **asdict(aantallen), "te_controleren": lijst}

    async def _leveringen(self, gemeenten: Collection[str]) -> dict[str, date]:
        bekend = await self._vragen.laatste_leveringen()
        return {code: bekend[code] for code in gemeenten if code in bekend}

    async def _kijk(
        self, dag: date, gemeenten: Collection[str], leveringen: Mapping[str, date], *, maand: bool
    ) -> tuple[Aantallen, list[Exception]]:
        zonder = _zonder_levering(gemeenten, leveringen)
        for code in zonder:
            log.warning("gemeente_without_levering", service="cases", gemeente=code)
        found = await self._zoeker.ontbrekend(dag, list(leveringen))
        signalen = await self._vragen.signalen(gemeenten)
        wie = te_toetsen(found, signalen, maand=maand)
        problemen = await self._toets(wie, ToetsInschrijving(dag, leveringen, maand))
        if problemen:
            log.warning(
                "jongeren_not_checked", service="cases", number=len(problemen), error=type(problemen[0]).__name__
            )
        onbekend = await self._vragen.zonder_geboortemaand(gemeenten)
        aantallen = Aantallen(len(found), len(wie), len(problemen), onbekend, zonder)
        log.info(
            "absoluut_checked",
            service="cases",
            maand=maand,
            number=aantallen.ontbreekt,
            getoetst=aantallen.getoetst,
            onbekend=aantallen.onbekend,
        )
        return aantallen, problemen

    async def _toets(self, wie: dict[UUID, str], command: ToetsInschrijving) -> list[Exception]:
        messages = [Message(j, g, command, traceparent=new_traceparent()) for j, g in wie.items()]
        problemen: list[Exception] = []
        for start in range(0, len(messages), _BATCH):
            done = await self._execute(messages[start : start + _BATCH])
            problemen += [m.error for m in done if m.error is not None]
        return problemen


def te_toetsen(found: Iterable[Ontbrekend], signalen: Iterable[Signaalregel], *, maand: bool) -> dict[UUID, str]:
    """Whom to decide about, with their gemeente: who is missing and was not signalled, and whose signal may be
    explained by now; in the check of the month everybody who is missing."""
    alle = list(signalen)
    bekend = {(s.jongere_id, s.gemeente, s.sinds) for s in alle}
    lopend = {s.jongere_id: s.gemeente for s in alle if s.status in OPEN}
    gevonden = {
        een.kandidaat.jongere_id: een.kandidaat.gemeente
        for een in found
        if maand or (een.kandidaat.jongere_id, een.kandidaat.gemeente, een.bevinding.sinds) not in bekend
    }
    return lopend | gevonden


def eerste_werkdag(dag: date) -> date:
    """The first werkdag of the month of a day."""
    eerste = dag.replace(day=1)
    while not is_werkdag(eerste):
        eerste += timedelta(days=1)
    return eerste


def _zonder_levering(gemeenten: Iterable[str], leveringen: Mapping[str, date]) -> tuple[str, ...]:
    return tuple(code for code in gemeenten if code not in leveringen)


def _regel(een: Ontbrekend) -> dict[str, Any]:
    kandidaat, bevinding = een
    return {
        "jongere_id": kandidaat.jongere_id,
        "gemeente": kandidaat.gemeente,
        "sinds": bevinding.sinds,
        "reden": bevinding.reden,
        "brin": bevinding.laatste.brin if bevinding.laatste else None,
    }
