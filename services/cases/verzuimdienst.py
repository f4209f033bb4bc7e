"""Absoluut verzuim as the API and the clock use it: checks, lists, and what officials say about signals."""

from collections.abc import Sequence
from typing import Any

from hub.clock import Clock
from hub.errors import Ongeldig
from hub.messages import Message
from hub.observability import new_traceparent
from hub.service import Service
from services.cases.absoluut import BevestigSignaal, VerklaarSignaal
from services.cases.beleid import Beleid
from services.cases.controle import Controle
from services.cases.lijsten import Lijsten
from services.cases.model import Dossier
from services.cases.register import Signaalstatus
from services.cases.registervragen import Registervragen
from services.cases.store import ZakenStore
from services.cases.zoeken import Zoeker


class Absoluut:
    """Over one running service; `lezer` is the pool to read with when that is not the service's own."""

    def __init__(
        self, service: Service[Dossier], store: ZakenStore, beleid: Beleid, clock: Clock, *, lezer: Any = None
    ) -> None:
        self._service = service
        self.vragen = Registervragen(lezer or service.pool)
        self.zoeker = Zoeker(self.vragen, store, beleid)
        self.controle = Controle(self.vragen, self.zoeker, clock, service.execute)
        self.lijsten = Lijsten(self.vragen, self.zoeker, beleid)

    async def signalen(
        self, statussen: Sequence[Signaalstatus] = tuple(Signaalstatus), gemeente: str | None = None
    ) -> list[dict[str, Any]]:
        """Signals in these statuses; raises `Ongeldig` for a gemeente that is not ours."""
        found = await self.vragen.signalen(self.zoeker.gemeenten(gemeente), statussen)
        return [een._asdict() for een in found]

    async def neem(self, command: VerklaarSignaal | BevestigSignaal) -> dict[str, Any]:
        """Carries out what an official says about a signal, and gives the signal as it is then; raises `Ongeldig`."""
        found = await self.vragen.signaal(command.signaal_id)
        if found is None:
            raise Ongeldig("dit signaal bestaat niet", "signaal_id")
        message = Message(found.jongere_id, found.gemeente, command, traceparent=new_traceparent())
        for done in await self._service.execute([message]):
            if done.error is not None:
                raise done.error
        after = await self.vragen.signaal(command.signaal_id)
        return (after or found)._asdict()
