"""The border as others ask for it: a sealed question, a decision through the pipeline, the line that was written."""

from collections.abc import Callable
from uuid import UUID, uuid4

from contracts.verstrek import Grensantwoord, Grensgegevens, Grensverzoek, onderwerp
from contracts.vrijgave import Vrijgave, Vrijgaveverzoek
from hub.crypto import Kluis
from hub.errors import Ongeldig, Tijdelijk
from hub.messages import Message
from hub.observability import new_traceparent
from hub.service import Service
from hub.verstrek import ask, serve
from services.cases.grens.beslissing import BesluitVrijgave, als_vrijgave
from services.cases.grens.register import Verstrekkingenregister
from services.cases.model import Dossier


class Grens:
    """Answers every question whether something may go."""

    def __init__(self, service: Service[Dossier], kluis: Kluis, nieuw: Callable[[], UUID] = uuid4) -> None:
        self._service = service
        self._kluis = kluis
        self._nieuw = nieuw

    @property
    def register(self) -> Verstrekkingenregister:
        """The lines."""
        return Verstrekkingenregister(self._service.pool)

    def open(self) -> None:
        """Listens for questions of bridges."""
        subject = onderwerp(Vrijgaveverzoek)
        serve(self._service.broker, self._kluis, subject, Vrijgaveverzoek, self.vrijgave)

    async def vrijgave(self, verzoek: Vrijgaveverzoek) -> Vrijgave:
        """Decides now, and answers what was written down; raises `Tijdelijk` when nothing could be decided.

        The answer is read back from the register: what is not in it was not permitted (gate G9).
        """
        persoon = await self._persoon(verzoek.jongere_id)
        command = BesluitVrijgave(self._nieuw(), verzoek, persoon)
        message = Message(verzoek.jongere_id, verzoek.gemeente, command, traceparent=new_traceparent())
        for done in await self._service.execute([message]):
            if isinstance(done.error, Ongeldig):
                raise Tijdelijk(f"over deze verstrekking kan niet worden beslist: {done.error}") from done.error
            if done.error is not None:
                raise done.error
        regel = await self.register.regel(command.verstrekking_id)
        if regel is None:
            raise Tijdelijk("de verstrekking staat niet in het register")
        return als_vrijgave(regel)

    async def _persoon(self, jongere_id: UUID) -> Grensgegevens | None:
        request = Grensverzoek(aanvrager="cases", jongeren=(jongere_id,))
        answer = await ask(self._service.nc, self._kluis, onderwerp(Grensverzoek), request, Grensantwoord)
        return answer.gegevens[0] if answer.gegevens else None
