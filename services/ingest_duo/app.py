"""Wiring of `ingest_duo`."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from contracts.events.zaken import MeldingInBehandelingGenomen
from contracts.verstrek import (
    Identificaties,
    Identificatieverzoek,
    Meldingantwoord,
    Meldingverzoek,
    TeIdentificeren,
    onderwerp,
)
from hub.effects import per_jongere
from hub.errors import Ongeldig, Tijdelijk
from hub.gemeenten import Gemeenten
from hub.messages import Message
from hub.pipeline import Parts
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.verstrek import ask, serve
from services.ingest_duo.decisions import SEALED_AS, Meldingen, voor_halt
from services.ingest_duo.duo import DuoClient, Terugmeldresultaat, tls_context
from services.ingest_duo.handlers import HANDLERS, report
from services.ingest_duo.model import Contactpersoon, Verzuimgeval
from services.ingest_duo.polling import Poller
from services.ingest_duo.settings import DuoSettings
from services.ingest_duo.store import MeldingenStore


class IngestDuo:
    """The service; `poller` fetches, and may be told to fetch now."""

    def __init__(self, around: Surroundings, settings: HubSettings, duo: DuoSettings, gemeenten: Gemeenten) -> None:
        self._around = around
        self._settings = settings
        self._duo_settings = duo
        self._gemeenten = gemeenten
        self.service: Service[Meldingen] = Service(
            "ingest_duo",
            around,
            self._parts,
            migrations=Path(__file__).parent / "migrations",
            background=[self._poll] if duo.url else [],
        )
        serve(self.service.broker, settings.verstrek_kluis, onderwerp(Meldingverzoek), Meldingverzoek, self._melding)
        tls = tls_context(duo.certificaat, duo.sleutel) if duo.certificaat and duo.sleutel else None
        self._duo = DuoClient(
            duo.url or "", gemeenten.uitvoerder, around.clock, tls=tls, timeout=10, max_bytes=duo.max_bytes
        )

    store: MeldingenStore
    poller: Poller

    def _parts(self, service: Service[Meldingen]) -> Parts[Meldingen]:
        self.store = MeldingenStore(service.pool)
        duo = self._duo_settings
        intake = service.intake(self._settings.kluis, "duo")
        self.poller = Poller(
            uitvoerder=self._gemeenten.uitvoerder,
            duo=self._duo,
            store=self.store,
            intake=intake,
            kluis=self._settings.kluis,
            clock=self._around.clock,
            execute=service.execute,
            identify=self._identify,
            serves=lambda code: self._gemeenten.get(code) is not None,
            begin=datetime.fromisoformat(duo.vanaf),
            overlap=timedelta(seconds=duo.overlap),
            max_bytes=duo.max_bytes,
        )
        intake.opnieuw = self.poller.opnieuw()
        return Parts(self.store, HANDLERS, self._prepare)

    async def _melding(self, asked: Meldingverzoek) -> Meldingantwoord:
        sealed = await self.store.inhoud(asked.meldingsnummer)
        if sealed is None:
            return Meldingantwoord()
        return voor_halt(Verzuimgeval.model_validate_json(self._settings.kluis.open(sealed, SEALED_AS)))

    async def _poll(self) -> None:
        await self.poller.run(self._duo_settings.interval)

    async def _identify(self, personen: Sequence[TeIdentificeren]) -> Sequence[UUID]:
        request = Identificatieverzoek(aanvrager="ingest_duo", personen=tuple(personen))
        kluis, subject = self._settings.verstrek_kluis, onderwerp(Identificatieverzoek)
        return (await ask(self.service.nc, kluis, subject, request, Identificaties)).jongeren

    async def _prepare(self, messages: Sequence[Message]) -> None:
        statuses = [m for m in messages if isinstance(m.data, MeldingInBehandelingGenomen)]
        await per_jongere(statuses, partial(self._report))

    async def _report(self, message: Message) -> Terugmeldresultaat | None:
        gemeente = self._gemeenten.get(message.gemeente)
        if gemeente is None:
            raise Ongeldig("deze gemeente hoort niet bij deze installatie", "gemeente")
        if not self._duo_settings.url:
            return None
        try:
            return await report(self.store, self._duo, _contact(gemeente.contact.model_dump()), message.data)
        except Tijdelijk:
            self.poller.poke()
            raise


def build(around: Surroundings, settings: HubSettings, duo: DuoSettings, gemeenten: Gemeenten) -> IngestDuo:
    """Makes the service."""
    return IngestDuo(around, settings, duo, gemeenten)


def _contact(fields: dict[str, str]) -> Contactpersoon:
    return Contactpersoon(**{name: SecretStr(value) for name, value in fields.items()})
