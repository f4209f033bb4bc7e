"""Wiring of `ingest_duo`."""

import ssl
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import MeldingStatus
from contracts.events.personen import JongereSamengevoegd
from contracts.events.zaken import ZaakAfgesloten
from contracts.verstrek import (
    Identificaties,
    Identificatieverzoek,
    Meldingantwoord,
    Meldingverzoek,
    TeIdentificeren,
    Vrijstellingantwoord,
    Vrijstellinggegevens,
    Vrijstellingverzoek,
    Woonantwoord,
    Woonverzoek,
    onderwerp,
)
from hub.certificaten import bewaak, lees_certificaat
from hub.clock import Clock
from hub.effects import per_jongere
from hub.errors import NietGereed, Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.messages import Handler, Message
from hub.observability import new_traceparent
from hub.pipeline import Parts
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.verstrek import ask, serve
from services.ingest_duo.afsluiten import SAMENGEVOEGD
from services.ingest_duo.ambtenaar import bevoegd, bevoegd_leerplichtambtenaar, controleer, geweigerd
from services.ingest_duo.cursors import Cursors
from services.ingest_duo.decisions import SEALED_AS, Statuswens, voor_halt
from services.ingest_duo.duo import DuoClient, draagt, tls_context
from services.ingest_duo.handlers import HANDLERS, wensen_van
from services.ingest_duo.jongere import Jongere, JongereStore, van_meldingen, van_onderwijs
from services.ingest_duo.leveringen import handlers as onderwijs
from services.ingest_duo.leveringen.kaart import laad_kaarten
from services.ingest_duo.leveringen.store import LeveringStore, OnderwijsStore
from services.ingest_duo.leveringen.verwerken import BRON, Leveringen
from services.ingest_duo.model import Contactpersoon, Verzuimgeval
from services.ingest_duo.opname import Opname
from services.ingest_duo.polling import Poller
from services.ingest_duo.school.kaart import laad_schoolkaarten
from services.ingest_duo.school.verwerken import BRON as SCHOOL
from services.ingest_duo.school.verwerken import Schoolmeldingen
from services.ingest_duo.settings import DuoSettings
from services.ingest_duo.store import MeldingenStore
from services.ingest_duo.terugmelden import Afloop, report
from services.ingest_duo.vrijstellingen.decisions import LegVast, TrekIn
from services.ingest_duo.vrijstellingen.handlers import HANDLERS as VRIJSTELLING_HANDLERS
from services.ingest_duo.vrijstellingen.melden import Vrijstellingmelder
from services.ingest_duo.vrijstellingen.model import kenmerk_van
from services.ingest_duo.vrijstellingen.store import VrijstellingenStore

ALLE_HANDLERS: dict[type, Handler[Jongere]] = {
    **{kind: van_meldingen(handler) for kind, handler in HANDLERS.items()},
    **{kind: van_onderwijs(handler) for kind, handler in onderwijs.HANDLERS.items()},
    **VRIJSTELLING_HANDLERS,
}


class IngestDuo:
    """The service; `poller` fetches, and may be told to fetch now."""

    def __init__(
        self,
        around: Surroundings,
        settings: HubSettings,
        duo: DuoSettings,
        gemeenten: Gemeenten,
        medewerkers: Medewerkers,
    ) -> None:
        self._around = around
        self._settings = settings
        self._duo_settings = duo
        self._gemeenten = gemeenten
        self._medewerkers = medewerkers
        self.service: Service[Jongere] = Service(
            "ingest_duo",
            around,
            self._parts,
            migrations=Path(__file__).parent / "migrations",
            background=[self._poll, self._werk_leveringen, self._meld_vrijstellingen],
        )
        serve(self.service.broker, settings.verstrek_kluis, onderwerp(Meldingverzoek), Meldingverzoek, self._melding)
        tls = _tls(duo, around.clock)
        self._lijnen = {
            uitvoerder: DuoClient(duo.url, uitvoerder, around.clock, tls=tls, timeout=10, max_bytes=duo.max_bytes)
            for uitvoerder in gemeenten.uitvoerders
            if duo.url
        }

    store: MeldingenStore
    cursors: Cursors
    opname: Opname
    poller: Poller
    schoolmeldingen: Schoolmeldingen
    leveringen: Leveringen
    vrijstellingen: VrijstellingenStore
    melder: Vrijstellingmelder

    def _parts(self, service: Service[Jongere]) -> Parts[Jongere]:
        self.store = MeldingenStore(service.pool)
        self.cursors = Cursors(service.pool)
        duo = self._duo_settings
        intake = service.intake(self._settings.kluis, "duo")
        self.opname = Opname(self.store, self._settings.kluis, service.execute, self._identify)
        self.schoolmeldingen = self._maak_schoolmeldingen(service)
        self.poller = Poller(
            lijnen=self._lijnen,
            opname=self.opname,
            cursors=self.cursors,
            intake=intake,
            clock=self._around.clock,
            serves=lambda code: self._gemeenten.get(code) is not None,
            begin=datetime.fromisoformat(duo.vanaf),
            overlap=timedelta(seconds=duo.overlap),
            max_bytes=duo.max_bytes,
            vooraf=(self.schoolmeldingen.hervat, self.opname.verhuis),
        )
        intake.opnieuw = self.poller.opnieuw()
        self.leveringen = self._maak_leveringen(service)
        self.vrijstellingen = VrijstellingenStore(service.pool)
        self.melder = Vrijstellingmelder(
            store=self.vrijstellingen,
            lijn=lambda code: self._lijnen.get(self._gemeenten.uitvoerder_van(code)),
            vraag=self._vraag_vrijstelling,
            execute=service.execute,
            system=self._around.system,
            rng=self._around.rng,
        )
        return Parts(JongereStore(self.store, OnderwijsStore(), self.vrijstellingen), ALLE_HANDLERS, self._prepare)

    def _maak_schoolmeldingen(self, service: Service[Jongere]) -> Schoolmeldingen:
        intake, duo, gemeenten = service.intake(self._settings.kluis, SCHOOL), self._duo_settings, self._gemeenten
        made = Schoolmeldingen(
            opname=self.opname,
            intake=intake,
            kluis=self._settings.kluis,
            clock=self._around.clock,
            kaarten=lambda: laad_schoolkaarten(duo.schoolkaarten),
            uitvoerder=lambda code: gemeenten.uitvoerder_van(code) if gemeenten.get(code) else None,
            max_bytes=duo.max_bytes,
        )
        intake.opnieuw = made.opnieuw()
        return made

    def _maak_leveringen(self, service: Service[Jongere]) -> Leveringen:
        intake, duo = service.intake(self._settings.kluis, BRON), self._duo_settings
        made = Leveringen(
            store=LeveringStore(service.pool, self._settings.kluis),
            intake=intake,
            clock=self._around.clock,
            execute=service.execute,
            identify=self._identify,
            gemeenten={g.code for g in self._gemeenten.gemeenten},
            kaarten=lambda: laad_kaarten(duo.kaarten),
            krimp=duo.levering_krimp,
            max_bytes=duo.levering_max_bytes,
            bewaar=timedelta(days=self._settings.bewaardagen),
        )
        intake.opnieuw = made.opnieuw()
        return made

    async def _werk_leveringen(self) -> None:
        await self.leveringen.run()

    async def _melding(self, asked: Meldingverzoek) -> Meldingantwoord:
        sealed = await self.store.inhoud(asked.meldingsnummer)
        if sealed is None:
            return Meldingantwoord()
        return voor_halt(Verzuimgeval.model_validate_json(self._settings.kluis.open(sealed, SEALED_AS)))

    async def _poll(self) -> None:
        await self.poller.run(self._duo_settings.interval)

    async def _meld_vrijstellingen(self) -> None:
        await self.melder.run(self._duo_settings.interval)

    async def _vraag_vrijstelling(self, jongere_id: UUID) -> Vrijstellinggegevens | None:
        request = Vrijstellingverzoek(aanvrager="ingest_duo", jongeren=(jongere_id,))
        kluis, subject = self._settings.verstrek_kluis, onderwerp(Vrijstellingverzoek)
        answer = await ask(self.service.nc, kluis, subject, request, Vrijstellingantwoord)
        return next(iter(answer.gegevens), None)

    async def leg_vrijstelling_vast(self, jongere_id: UUID, gemeente: str, command: LegVast) -> UUID:
        """An official records a vrijstelling, or a new einddatum for it; DUO hears soon. Returns its id.

        Raises `Ongeldig`, also for a jongere who does not live in the gemeente and of whom we have nothing from there;
        `NietGereed` when `brp_sync` cannot say.
        """
        if self._gemeenten.get(gemeente) is None:
            raise Ongeldig("deze gemeente hoort niet bij deze installatie", "gemeente")
        bevoegd_leerplichtambtenaar(self._medewerkers, command.medewerker, gemeente)
        if not await self.vrijstellingen.kent(jongere_id, gemeente) and await self._woont(jongere_id) != gemeente:
            raise Ongeldig("deze jongere hoort niet bij deze gemeente", "jongere")
        await self._voer_uit(Message(jongere_id, gemeente, command, traceparent=new_traceparent()))
        return kenmerk_van(jongere_id, command.soort, command.begindatum)

    async def _woont(self, jongere_id: UUID) -> str | None:
        request = Woonverzoek(aanvrager="ingest_duo", jongeren=(jongere_id,))
        kluis, subject = self._settings.verstrek_kluis, onderwerp(Woonverzoek)
        try:
            answer = await ask(self.service.nc, kluis, subject, request, Woonantwoord)
        except (PartnerOnbereikbaar, Tijdelijk) as error:
            raise NietGereed("of de jongere in deze gemeente woont is nu niet na te gaan: probeer het zo") from error
        return next((g.gemeente for g in answer.gegevens), None)

    async def trek_vrijstelling_in(self, command: TrekIn) -> None:
        """An official withdraws a vrijstelling; DUO hears soon."""
        known = await self.vrijstellingen.een(command.vrijstelling_id)
        if known is None:
            raise Ongeldig("deze vrijstelling is niet bekend", "vrijstelling")
        bevoegd_leerplichtambtenaar(self._medewerkers, command.medewerker, known.gemeente)
        await self._voer_uit(Message(known.jongere_id, known.gemeente, command, traceparent=new_traceparent()))

    async def _voer_uit(self, command: Message) -> None:
        for done in await self.service.execute([command]):
            if done.error is not None:
                raise done.error
        self.melder.poke()

    async def _identify(self, personen: Sequence[TeIdentificeren]) -> Sequence[UUID]:
        request = Identificatieverzoek(aanvrager="ingest_duo", personen=tuple(personen))
        kluis, subject = self._settings.verstrek_kluis, onderwerp(Identificatieverzoek)
        return (await ask(self.service.nc, kluis, subject, request, Identificaties)).jongeren

    async def meld_status(self, wens: Statuswens) -> None:
        """An official gives a melding a status; returns when DUO has it, and may be repeated.

        Raises `Ongeldig` when it may not or DUO refuses for good, `NietGereed` when DUO cannot be asked now.
        """
        melding, jongere_id = await self.store.melding(wens.meldingsnummer), None
        if melding is not None:
            jongere_id = await self.store.jongere_van(wens.meldingsnummer)
        if melding is None or jongere_id is None:
            raise Ongeldig("deze melding is niet bekend", "meldingsnummer")
        bevoegd(self._medewerkers, wens.medewerker, melding.gemeente)
        controleer(melding, wens)
        if melding.status is wens.status and not await self._al_zo(wens):
            raise Ongeldig("deze melding is al afgesloten, met een andere reden of toelichting", "reden")
        if not self._duo_settings.url:
            raise Ongeldig("er is geen verbinding met DUO ingesteld (SCHAKEL_DUO_URL)")
        for attempt in (1, 2):
            command = Message(jongere_id, melding.gemeente, wens, traceparent=new_traceparent())
            (done,) = await self.service.execute([command])
            if not isinstance(done.error, Tijdelijk) or attempt == 2:
                break
            await self.poller.round()
            controleer(await self.store.melding(wens.meldingsnummer) or melding, wens)
        if isinstance(done.error, Ongeldig):
            raise done.error
        if done.error is not None:
            raise NietGereed(f"de status is niet gemeld, probeer het later opnieuw: {done.error}")
        geweigerd(done.prepared)

    async def _al_zo(self, wens: Statuswens) -> bool:
        """Whether a melding that has the status wanted, has it for the same reason: as DUO delivered or took it."""
        if wens.status is not MeldingStatus.AFGESLOTEN:
            return True
        sealed = await self.store.inhoud(wens.meldingsnummer)
        geval = Verzuimgeval.model_validate_json(self._settings.kluis.open(sealed, SEALED_AS)) if sealed else None
        if geval is not None and geval.status is MeldingStatus.AFGESLOTEN:
            return draagt(geval, wens.status, wens.reden, wens.toelichting)
        return await self.store.laatste_sluiting(wens.meldingsnummer) == (wens.reden, wens.toelichting)

    async def _prepare(self, messages: Sequence[Message]) -> None:
        statuses = [m for m in messages if wensen_van(m.data)]
        if any(isinstance(m.data, ZaakAfgesloten) and m.data.reden == SAMENGEVOEGD for m in messages):
            self.poller.poke()
        await per_jongere(statuses, partial(self._report))
        for message in messages:
            if type(message.data) in VRIJSTELLING_HANDLERS:
                message.prepared = await self.vrijstellingen.van(message.jongere_id)
        await self._prepare_samengevoegd([m for m in messages if isinstance(m.data, JongereSamengevoegd)])

    async def _prepare_samengevoegd(self, messages: Sequence[Message]) -> None:
        """Looks up what was known under the jongere_id that is used no more."""
        if not messages:
            return
        async with self.service.pool.acquire() as db:
            known = await OnderwijsStore().load(db, [m.data.oude_jongere_id for m in messages])
        for message in messages:
            message.prepared = known.get(message.data.oude_jongere_id)

    async def _report(self, message: Message) -> list[Afloop] | None:
        gemeente = self._gemeenten.get(message.gemeente)
        if gemeente is None:
            raise Ongeldig("deze gemeente hoort niet bij deze installatie", "gemeente")
        if not self._duo_settings.url:
            return None
        contact = _contact(gemeente.contact.model_dump())
        try:
            return [await report(self.store, self._lijn, contact, wens) for wens in wensen_van(message.data)]
        except Tijdelijk:
            self.poller.poke()
            raise

    def _lijn(self, uitvoerder: str) -> DuoClient:
        return self._lijnen.get(uitvoerder) or self._lijnen[self._gemeenten.uitvoerder]


def build(
    around: Surroundings, settings: HubSettings, duo: DuoSettings, gemeenten: Gemeenten, medewerkers: Medewerkers
) -> IngestDuo:
    """Makes the service."""
    return IngestDuo(around, settings, duo, gemeenten, medewerkers)


def _contact(fields: dict[str, str]) -> Contactpersoon:
    return Contactpersoon(**{name: SecretStr(value) for name, value in fields.items()})


def _tls(duo: DuoSettings, clock: Clock) -> ssl.SSLContext | None:
    """Our certificate as it will be shown, and guarded from now on; raises `Ongeldig` when it cannot be used."""
    if duo.paar is None:
        return ssl.create_default_context(cafile=duo.ca) if duo.ca else None
    lees_certificaat("duo", *duo.paar)
    bewaak("duo", *duo.paar, clock)
    return tls_context(*duo.paar, duo.ca)
