"""Wiring of `halt_bridge`: offer decided referrals, poll for outcomes."""

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError

from contracts.events.halt import GRENS
from contracts.events.zaken import HaltVerwijzingBesloten, HaltVerwijzingIngetrokken
from contracts.verstrek import (
    Haltantwoord,
    Haltgegevens,
    Haltverzoek,
    Intrekkingsantwoord,
    Intrekkingsverzoek,
    Meldingantwoord,
    Meldingverzoek,
    onderwerp,
)
from contracts.verstrekkingen import AanHalt, GeenVrijgave
from contracts.verstrekkingen.basis import OPEN
from contracts.vrijgave import Vrijgave, Vrijgaveverzoek
from hub.effects import per_jongere
from hub.errors import Ongeldig, PartnerOnbereikbaar, Tijdelijk
from hub.failpoints import failpoint
from hub.intake import Intake
from hub.medewerkers import Medewerker, Medewerkers
from hub.messages import Message
from hub.observability import new_traceparent
from hub.pipeline import Parts
from hub.privacy import redenen
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.verstrek import ask
from services.halt_bridge.decisions import (
    Aangenomen,
    Gestopt,
    Geweigerd,
    OntvangAfloop,
    Onvolledig,
    TeLaat,
    Verwijzingen,
    stel_verwijzing_op,
    te_verstrekken,
    vraag_vrijgave,
    weigercode,
)
from services.halt_bridge.halt_namen import AL_AFGELOPEN
from services.halt_bridge.handlers import HANDLERS
from services.halt_bridge.model import Afloop, OnbruikbareAfloop
from services.halt_bridge.overzicht import maak_overzicht
from services.halt_bridge.partner import HaltClient, HaltWeigert
from services.halt_bridge.settings import HaltSettings
from services.halt_bridge.store import VerwijzingenStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_TRIES = 3
"""How often a referral is asked for again because the vrijgave ran out before it was sent; our own value."""


class HaltBridge:
    """The service; `poke` makes it ask Halt for outcomes now."""

    def __init__(
        self, around: Surroundings, settings: HubSettings, halt: HaltSettings, medewerkers: Medewerkers
    ) -> None:
        self._around = around
        self._settings = settings
        self._halt_settings = halt
        self._medewerkers = medewerkers
        self._halt = HaltClient(halt.url or "", timeout=10)
        self._poke = asyncio.Event()
        self.service: Service[Verwijzingen] = Service(
            "halt_bridge",
            around,
            self._parts,
            migrations=Path(__file__).parent / "migrations",
            background=[self._poll] if halt.url else [],
        )

    store: VerwijzingenStore
    intake: Intake

    def poke(self) -> None:
        """Ask for outcomes now rather than at the next interval."""
        self._poke.set()

    def _parts(self, service: Service[Verwijzingen]) -> Parts[Verwijzingen]:
        self.store = VerwijzingenStore(service.pool)
        self.intake = service.intake(self._settings.kluis, "halt")
        return Parts(self.store, HANDLERS, self._prepare)

    async def _prepare(self, messages: Sequence[Message]) -> None:
        outside = (HaltVerwijzingBesloten, HaltVerwijzingIngetrokken)
        await per_jongere([m for m in messages if isinstance(m.data, outside)], self._go_outside)

    async def _go_outside(self, message: Message) -> Aangenomen | Geweigerd | Gestopt | TeLaat | None:
        if isinstance(message.data, HaltVerwijzingIngetrokken):
            return await self._stop(message.data.verwijzing_id)
        if await self._withdrawn(message.data.verwijzing_id):
            stopped = await self._stop(message.data.verwijzing_id)
            if not isinstance(stopped, TeLaat):
                return stopped
        return await self._offer(message)  # also what has ended already: Halt then gives its first receipt again

    async def _withdrawn(self, verwijzing_id: UUID) -> bool:
        """Whether `cases` withdrew it while its event waited here: the word of it stands behind that event."""
        request = Intrekkingsverzoek(aanvrager="halt_bridge", kenmerken=(verwijzing_id,))
        kluis, subject = self._settings.verstrek_kluis, onderwerp(Intrekkingsverzoek)
        answer = await ask(self.service.nc, kluis, subject, request, Intrekkingsantwoord)
        return verwijzing_id in answer.ingetrokken

    async def _stop(self, verwijzing_id: UUID) -> Gestopt | TeLaat | None:
        """Tells Halt, but only if Halt may have heard of it: an offer whose answer was lost counts as heard."""
        stand = await self.store.stand(verwijzing_id)
        if stand is not None and stand.voorbij:
            return None
        if await self.store.whose(verwijzing_id) is None:
            return Gestopt(was_aangeboden=False)
        try:
            bekend = await self._halt.stop(str(verwijzing_id))
        except HaltWeigert as error:
            if error.code != AL_AFGELOPEN:
                raise
            return TeLaat()
        failpoint("na_effect")
        return Gestopt(was_aangeboden=bekend)

    async def _offer(self, message: Message) -> Aangenomen | Geweigerd | Gestopt | None:
        event: HaltVerwijzingBesloten = message.data
        if not self._halt_settings.url:
            raise PartnerOnbereikbaar("Halt", "er is geen adres ingesteld (SCHAKEL_HALT_URL)")
        boa = self._medewerkers.get(event.medewerker)
        if boa is None:
            raise Ongeldig("deze medewerker staat niet in het register", "medewerker")
        eerder = await self.store.whose(event.verwijzing_id) is not None
        vrijgave, gegevens = await self._vrijgave(message), None
        for _ in range(_TRIES):
            if vrijgave.uitkomst not in OPEN:
                return await self._tegengehouden(event.verwijzing_id, vrijgave, misschien_aangeboden=eerder)
            gegevens = gegevens or await self._te_verstrekken(message)
            answer = await self._send(message, boa, vrijgave, gegevens)
            if answer is not None:
                return answer
            vrijgave = await self._vrijgave(message)
        raise Tijdelijk("de vrijgave verliep steeds voordat er verzonden kon worden")

    async def _send(
        self, message: Message, boa: Medewerker, vrijgave: Vrijgave, gegevens: Mapping[str, Any]
    ) -> Aangenomen | Geweigerd | None:
        """Offers what was let through; None when the vrijgave was over before it could be sent."""
        event: HaltVerwijzingBesloten = message.data
        clock = self._around.clock
        try:
            mag = AanHalt.bouw(vrijgave, gegevens, clock.now())
            verwijzing = stel_verwijzing_op(event, message.gemeente, mag, boa)
        except GeenVrijgave:
            return None
        except Onvolledig as error:
            return Geweigerd(f"{GRENS}ZONDER_{error.element.upper()}")
        except ValidationError as error:
            raise Ongeldig(redenen(error)[0].reden, redenen(error)[0].veld) from None
        await self.store.start_offer(event.verwijzing_id, message.jongere_id, message.gemeente)
        if clock.now() >= vrijgave.geldig_tot:
            return None
        try:
            bewijs = await self._halt.aanbieden(verwijzing)
        except HaltWeigert as error:
            return Geweigerd(error.code)
        failpoint("na_effect")
        return Aangenomen(bewijs.ontvangen_op)

    async def _vrijgave(self, message: Message) -> Vrijgave:
        """Asks the border whether the referral may go at this moment."""
        request = vraag_vrijgave(message.data, message.jongere_id, message.gemeente)
        kluis = self._settings.verstrek_kluis
        return await ask(self.service.nc, kluis, onderwerp(Vrijgaveverzoek), request, Vrijgave)

    async def _tegengehouden(
        self, verwijzing_id: UUID, vrijgave: Vrijgave, *, misschien_aangeboden: bool
    ) -> Geweigerd | Gestopt | None:
        """The border said no: the zaak hears why. What an earlier try may have brought to Halt is taken back there."""
        log.warning(
            "disclosure_stopped", service="halt_bridge", verstrekking_id=str(vrijgave.verstrekking_id),
            uitkomst=vrijgave.uitkomst, misschien_aangeboden=misschien_aangeboden,
        )  # fmt: skip
        if misschien_aangeboden:
            stopped = await self._stop(verwijzing_id)
            if not isinstance(stopped, TeLaat):
                return stopped
        return Geweigerd(weigercode(vrijgave, misschien_aangeboden=misschien_aangeboden))

    async def _te_verstrekken(self, message: Message) -> dict[str, Any]:
        """What there is to give, asked for now that something may go."""
        event: HaltVerwijzingBesloten = message.data
        gegevens, melding = await self._person(message.jongere_id), await self._melding(event.meldingsnummer)
        overzicht = maak_overzicht(
            str(event.verwijzing_id), event.periode_van, event.periode_tot, melding.verzuimdagen, event.besluitdatum
        )
        return te_verstrekken(event, gegevens, melding, overzicht)

    async def _person(self, jongere_id: UUID) -> Haltgegevens:
        request = Haltverzoek(aanvrager="halt_bridge", jongeren=(jongere_id,))
        kluis = self._settings.verstrek_kluis
        answer = await ask(self.service.nc, kluis, onderwerp(Haltverzoek), request, Haltantwoord)
        if not answer.gegevens:
            raise Tijdelijk("van deze jongere zijn nog geen persoonsgegevens bekend")
        return answer.gegevens[0]

    async def _melding(self, meldingsnummer: str) -> Meldingantwoord:
        request = Meldingverzoek(aanvrager="halt_bridge", meldingsnummer=meldingsnummer)
        kluis = self._settings.verstrek_kluis
        return await ask(self.service.nc, kluis, onderwerp(Meldingverzoek), request, Meldingantwoord)

    async def _poll(self) -> None:
        while True:
            try:
                await self.take_in_aflopen()
            except (PartnerOnbereikbaar, Ongeldig) as error:
                log.warning("outcomes_failed", service="halt_bridge", error=type(error).__name__)
            self._poke.clear()
            try:
                async with asyncio.timeout(self._halt_settings.interval):
                    await self._poke.wait()
            except TimeoutError:
                continue

    async def take_in_aflopen(self) -> int:
        """Fetches outcomes after the cursor and takes them in; returns how many there were.

        An outcome whose offer is not recorded yet (its answer was lost and the offer is being repeated) holds the
        cursor, and nothing else: it is read again next time, and those behind it do not mind a repetition.
        """
        regels = await self._halt.aflopen(await self.store.cursor())
        held = False
        for regel in regels:
            try:
                await self._take_in(regel)
            except Tijdelijk:
                held = True
            if not held:
                await self.store.move_cursor(regel.volgnummer)
        return len(regels)

    async def _take_in(self, regel: Afloop | OnbruikbareAfloop) -> None:
        now = self._around.clock.now()
        plek = f"volgnummer {regel.volgnummer}"
        if isinstance(regel, OnbruikbareAfloop):
            await self.intake.quarantine(regel.ruw.get_secret_value().encode(), plek, regel.veld, regel.reden, now)
            return
        try:
            verwijzing_id = UUID(regel.kenmerk)
            bestemming = await self.store.whose(verwijzing_id)
        except ValueError:
            bestemming = None
        if bestemming is None:
            await self.intake.quarantine(
                regel.kenmerk.encode(), plek, "kenmerk", "deze verwijzing is niet van ons", now
            )
            return
        if not await self.store.recorded(verwijzing_id):
            raise Tijdelijk("het aanbod van deze verwijzing is nog niet vastgelegd")
        command = OntvangAfloop(verwijzing_id, regel.afloop, regel.datum)
        message = Message(bestemming.jongere_id, bestemming.gemeente, command, traceparent=new_traceparent())
        for done in await self.service.execute([message]):
            if isinstance(done.error, Ongeldig):
                await self.intake.quarantine(
                    regel.kenmerk.encode(), plek, done.error.veld or "bericht", done.error.reden, now
                )
            elif done.error is not None:
                raise done.error


def build(around: Surroundings, settings: HubSettings, halt: HaltSettings, medewerkers: Medewerkers) -> HaltBridge:
    """Makes the service."""
    return HaltBridge(around, settings, halt, medewerkers)
