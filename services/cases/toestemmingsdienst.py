"""The register of consent as the API uses it: what officials record, and how it stands then."""

from typing import Any
from uuid import UUID

from hub.clock import Clock
from hub.errors import Ongeldig
from hub.messages import Message
from hub.observability import new_traceparent
from hub.service import Service
from services.cases.beleid import Beleid
from services.cases.model import Dossier
from services.cases.store import ZakenStore
from services.cases.toestemmingsintrekking import InformeerOntvanger, TrekToestemmingIn
from services.cases.toestemmingsopdrachten import LegInformatieVast, LegToestemmingVast, VraagToestemming, Waarover
from services.cases.toestemmingsoverzicht import informatieoverzicht, overzicht
from services.cases.toestemmingstore import Toestemmingsvragen


class Toestemmingen:
    """Over one running service."""

    def __init__(self, service: Service[Dossier], store: ZakenStore, beleid: Beleid, clock: Clock) -> None:
        self._service = service
        self._store = store
        self._beleid = beleid
        self._clock = clock
        self.vragen = Toestemmingsvragen(service.pool)

    async def neem(self, command: VraagToestemming | LegToestemmingVast | TrekToestemmingIn) -> dict[str, Any]:
        """Records what was asked, given, refused or withdrawn, and gives how it stands then; raises `Ongeldig`."""
        await self._voer_uit(command.over.zaak_id, command)
        return await self.overzicht(command.over)

    async def leg_informatie_vast(self, command: LegInformatieVast) -> dict[str, Any]:
        """Records what somebody was told, and gives which points are missing; raises `Ongeldig`."""
        jongere_id = await self._voer_uit(command.zaak_id, command)
        dossier = await self._dossier(jongere_id)
        return informatieoverzicht(dossier, command.zaak_id, self._clock.today(), self._beleid)

    async def informeer(self, command: InformeerOntvanger) -> None:
        """Records that a recipient was told; raises `Ongeldig`."""
        found = await self.vragen.van_wie(command.toestemming_id)
        if found is None:
            raise Ongeldig("deze toestemming bestaat niet", "toestemming_id")
        await self._execute(Message(*found, command, traceparent=new_traceparent()))

    async def overzicht(self, over: Waarover) -> dict[str, Any]:
        """How it stands with one consent; raises `Ongeldig` for an unknown zaak."""
        jongere_id, _ = await self._zaak(over.zaak_id)
        return overzicht(await self._dossier(jongere_id), over, self._clock.today(), self._beleid)

    async def _zaak(self, zaak_id: UUID) -> tuple[UUID, str]:
        found = await self._store.zaak(zaak_id)
        if found is None:
            raise Ongeldig("deze zaak bestaat niet", "zaak_id")
        return found[0], found[1].gemeente

    async def _voer_uit(self, zaak_id: UUID, command: object) -> UUID:
        jongere_id, gemeente = await self._zaak(zaak_id)
        await self._execute(Message(jongere_id, gemeente, command, traceparent=new_traceparent()))
        return jongere_id

    async def _execute(self, message: Message) -> None:
        for done in await self._service.execute([message]):
            if done.error is not None:
                raise done.error

    async def _dossier(self, jongere_id: UUID) -> Dossier:
        async with self._service.pool.acquire() as db:
            return (await self._store.load(db, [jongere_id])).get(jongere_id) or self._store.empty(jongere_id)
