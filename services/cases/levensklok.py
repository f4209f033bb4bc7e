"""What the life of a zaak does by itself: birthdays are looked at once a day, and a merge goes on within a second."""

import asyncio
from collections.abc import Sequence
from typing import Final
from uuid import UUID

import structlog

from hub.clock import Clock
from hub.errors import Ongeldig
from hub.messages import Message
from hub.observability import new_traceparent
from hub.service import Service
from services.cases.leeftijd import ToetsLeeftijd
from services.cases.levenshandlers import Doorgegeven, lees_door
from services.cases.model import Dossier
from services.cases.store import ZakenStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_BATCH: Final = 256
_RUST: Final = 1.0
_RUST_NA_WEIGERING: Final = 30.0


class Levensklok:
    """Over one running service."""

    def __init__(self, service: Service[Dossier], store: ZakenStore, clock: Clock) -> None:
        self._service = service
        self._store = store
        self._clock = clock

    async def op_tijd(self) -> bool:
        """Judges the zaken whose birthday came, each once; returns whether none was refused."""
        vandaag, refused, last = self._clock.today(), list[Exception](), UUID(int=0)
        while gevonden := await self._store.jarig(vandaag, _BATCH, last):
            last = gevonden[-1].zaak_id
            due = [j for j in gevonden if j.op is not None and j.op <= vandaag]
            refused += await self._voer_uit([Message(j.jongere_id, j.gemeente, ToetsLeeftijd(j.zaak_id)) for j in due])
        if refused:
            log.warning("leeftijd_refused", service="cases", number=len(refused), error=type(refused[0]).__name__)
        return not refused

    async def stuur_door(self) -> int:
        """Handles everything that was handed on, in order; returns how many rows were refused and stay.

        Behind a refused row those of the same jongere wait: nothing is handled before what came earlier.
        """
        refused, wachten, last = list[Exception](), set[UUID](), 0
        while rows := await self._store.doorgestuurd(_BATCH, last):
            last = rows[-1].nr
            for row in rows:
                if row.door.naar in wachten:
                    continue
                try:
                    data = Doorgegeven(row.nr, lees_door(row.door))
                except (Ongeldig, ValueError, TypeError) as error:
                    mislukt: list[Exception] = [error]
                else:
                    mislukt = await self._voer_uit([Message(row.door.naar, row.door.gemeente, data)])
                if mislukt:
                    wachten.add(row.door.naar)
                    refused += mislukt
        if refused:
            log.error("doorsturen_refused", service="cases", number=len(refused), error=type(refused[0]).__name__)
        return len(refused)

    async def houd_bij(self) -> None:
        """Runs for as long as the service does."""
        while True:
            refused = await self.stuur_door()
            await asyncio.sleep(_RUST_NA_WEIGERING if refused else _RUST)

    async def _voer_uit(self, messages: Sequence[Message]) -> list[Exception]:
        for message in messages:
            message.traceparent = new_traceparent()
        return [m.error for m in await self._service.execute(messages) if m.error is not None] if messages else []
