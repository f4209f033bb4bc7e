"""The life of a zaak as the API uses it: commands of officials, found and carried out."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from hub.errors import Ongeldig
from hub.messages import Message
from hub.observability import new_traceparent
from hub.service import Service
from services.cases.beleid import Beleid
from services.cases.levensloop import ZetFase
from services.cases.model import Dossier
from services.cases.store import ZakenStore
from services.cases.zaakleven import HeropenZaak, KoppelZaak, OpenZaak, SluitZaak, controleer_koppeling


class Leven:
    """Over one running service."""

    def __init__(self, service: Service[Dossier], store: ZakenStore, beleid: Beleid) -> None:
        self._service = service
        self._store = store
        self._beleid = beleid

    async def open(self, command: OpenZaak) -> dict[str, Any]:
        """Opens a zaak without a melding, or gives the one that was opened with this kenmerk; raises `Ongeldig`."""
        await self._voer_uit([Message(command.jongere_id, command.gemeente, command)])
        return await self._stand(command.zaak_id)

    async def doe(self, command: SluitZaak | HeropenZaak | ZetFase) -> dict[str, Any]:
        """Carries out a command about one zaak and gives where it stands then; raises `Ongeldig`."""
        jongere_id, zaak = await self._zaak(command.zaak_id, "zaak_id")
        await self._voer_uit([Message(jongere_id, zaak.gemeente, command)])
        return await self._stand(command.zaak_id)

    async def koppel(self, zaak_id: UUID, verwant_id: UUID, medewerker: str) -> dict[str, Any]:
        """Couples two luxe zaken of different jongeren; raises `Ongeldig` before either when one side may not be."""
        een, zaak = await self._zaak(zaak_id, "zaak_id")
        ander, verwant = await self._zaak(verwant_id, "verwant")
        if een == ander:
            raise Ongeldig("beide zaken zijn van dezelfde jongere", "verwant")
        for kant, ander_id, veld in ((zaak, verwant_id, "zaak_id"), (verwant, zaak_id, "verwant")):
            controleer_koppeling(kant, KoppelZaak(kant.zaak_id, ander_id, medewerker), self._beleid, veld)
        await self._voer_uit(
            [
                Message(een, zaak.gemeente, KoppelZaak(zaak_id, verwant_id, medewerker)),
                Message(ander, verwant.gemeente, KoppelZaak(verwant_id, zaak_id, medewerker)),
            ]
        )
        return await self._stand(zaak_id)

    async def _zaak(self, zaak_id: UUID, veld: str) -> Any:
        found = await self._store.zaak(zaak_id)
        if found is None:
            raise Ongeldig("deze zaak bestaat niet", veld)
        return found

    async def _voer_uit(self, messages: Sequence[Message]) -> None:
        for message in messages:
            message.traceparent = new_traceparent()
        for done in await self._service.execute(messages):
            if done.error is not None:
                raise done.error

    async def _stand(self, zaak_id: UUID) -> dict[str, Any]:
        _, zaak = await self._zaak(zaak_id, "zaak_id")
        return {
            "zaakId": str(zaak_id),
            "status": zaak.status.value,
            "fase": zaak.fase.value,
            "afsluitreden": zaak.afsluitreden,
            "revisie": zaak.revisie,
        }
