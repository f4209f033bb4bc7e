"""Wiring of `brp_sync`: commands in, sealed answers out."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from contracts.verstrek import (
    Briefantwoord,
    Briefverzoek,
    Haltantwoord,
    Haltverzoek,
    Identificaties,
    Identificatieverzoek,
    Plichtantwoord,
    Plichtverzoek,
    TeIdentificeren,
    onderwerp,
)
from hub.errors import Ongeldig
from hub.intake import Intake
from hub.messages import Message
from hub.observability import new_traceparent
from hub.pipeline import Parts
from hub.privacy import onthuld_json
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.verstrek import serve
from services.brp_sync.decisions import Inschrijving, Registreer, Wijzig
from services.brp_sync.handlers import HANDLERS
from services.brp_sync.model import Persoon
from services.brp_sync.persoonslijsten import Gelezen, lees_persoonslijsten
from services.brp_sync.store import PersonenStore
from services.brp_sync.stuf import (
    Foutplek,
    Mutatiesoort,
    NpsLk01,
    OngeldigBericht,
    bouw_bv03,
    bouw_fo03,
    lees_npslk01,
)
from services.brp_sync.verstrekken import briefgegevens, haltgegevens, plichtgegevens

PersonalT = TypeVar("PersonalT")
STUF = "stuf-bg"


class BrpSync:
    """The service with what it offers inside the process: taking in persons and StUF messages."""

    def __init__(self, around: Surroundings, settings: HubSettings, new_id: Callable[[], UUID] = uuid4) -> None:
        self._around = around
        self._settings = settings
        self._new_id = new_id
        self.service: Service[Inschrijving] = Service(
            "brp_sync", around, self._parts, migrations=Path(__file__).parent / "migrations"
        )
        broker, kluis = self.service.broker, settings.verstrek_kluis
        serve(broker, kluis, onderwerp(Identificatieverzoek), Identificatieverzoek, self._identify)
        serve(broker, kluis, onderwerp(Plichtverzoek), Plichtverzoek, self._plicht)
        serve(broker, kluis, onderwerp(Briefverzoek), Briefverzoek, self._brief)
        serve(broker, kluis, onderwerp(Haltverzoek), Haltverzoek, self._halt)

    store: PersonenStore
    intake: Intake

    def _parts(self, service: Service[Inschrijving]) -> Parts[Inschrijving]:
        self.store = PersonenStore(service.pool, self._settings.kluis, self._new_id)
        self.intake = Intake(service.pool, self._settings.kluis, "brp_sync", STUF)
        return Parts(self.store, HANDLERS)

    async def take_in(self, personen: Iterable[Persoon], batch: int = 256) -> int:
        """Registers whole persoonslijsten; each needs a BSN (`Ongeldig` otherwise). Returns how many."""
        number, part = 0, []
        for persoon in personen:
            part.append(persoon)
            if len(part) == batch:
                number += await self._register(part)
                part = []
        return number + (await self._register(part) if part else 0)

    async def take_in_lists(self, lines: Iterable[str]) -> dict[str, int]:
        """Registers persoonslijsten in the RvIG's CSV form; what cannot be used goes to quarantine with the reason."""
        good: list[Persoon] = []
        refused = 0
        for gelezen in lees_persoonslijsten(lines):
            if isinstance(gelezen, Gelezen) and gelezen.persoon.bsn is not None:
                good.append(gelezen.persoon)
                continue
            refused += 1
            veld, reden = ("bsn", "ontbreekt") if isinstance(gelezen, Gelezen) else (gelezen.veld, gelezen.reden)
            body = onthuld_json(gelezen.persoon) if isinstance(gelezen, Gelezen) else gelezen.plek.encode()
            await self.intake.quarantine(body, gelezen.plek, veld, reden, self._around.clock.now())
        return {"ingelezen": await self.take_in(good), "quarantaine": refused}

    async def _register(self, personen: Sequence[Persoon]) -> int:
        wanted = [_te_identificeren(p) for p in personen]
        ids = await self.store.identify(wanted, self._around.clock.now())
        commands = [
            Message(jongere_id, w.gemeente, Registreer(p), traceparent=new_traceparent())
            for jongere_id, w, p in zip(ids, wanted, personen, strict=True)
        ]
        for command in await self.service.execute(commands):
            if command.error is not None:
                raise command.error
        return len(commands)

    async def on_stuf(self, body: bytes, referentienummer: str) -> tuple[int, bytes]:
        """Handles one npsLk01 over SOAP: stored first, then Bv03, or Fo03 and quarantine. Returns status and answer."""
        now = self._around.clock.now()
        raw = await self.intake.keep(body, now)
        try:
            bericht = lees_npslk01(body)
        except OngeldigBericht as error:
            await self.intake.quarantine(body, error.plek, error.veld, error.reden, now)
            await self.intake.finished(raw, now)
            return 500, bouw_fo03(
                error.stuurgegevens, now, referentienummer, error.code, error.reden, plek=Foutplek.CLIENT
            )
        try:
            await self._mutate(bericht)
        except Ongeldig as error:
            await self.intake.quarantine(body, "object", error.veld or "bericht", error.reden, now)
        await self.intake.finished(raw, now)
        return 200, bouw_bv03(bericht, now, referentienummer)

    async def _mutate(self, bericht: NpsLk01) -> None:
        if bericht.mutatiesoort is Mutatiesoort.VERWIJDERING:
            return  # the sender stopped following the person; nothing is said about the person (stuf0301 §5.1)
        wijziging = bericht.nieuw.wijziging
        bsn = (bericht.oud.wijziging.bsn if bericht.oud else None) or wijziging.bsn
        if bsn is None:
            raise Ongeldig("ontbreekt: zonder BSN is de persoon niet te vinden", "bsn")
        gemeente = wijziging.gemeente or "0000"
        wanted = TeIdentificeren(bsn=bsn, gemeente=gemeente)
        (jongere_id,) = await self.store.identify([wanted], self._around.clock.now())
        command = Message(jongere_id, gemeente, Wijzig(wijziging), traceparent=new_traceparent())
        for done in await self.service.execute([command]):
            if done.error is not None:
                raise done.error

    async def _identify(self, asked: Identificatieverzoek) -> Identificaties:
        return Identificaties(jongeren=tuple(await self.store.identify(asked.personen, self._around.clock.now())))

    async def _plicht(self, asked: Plichtverzoek) -> Plichtantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, plichtgegevens)
        return Plichtantwoord(gegevens=tuple(gegevens))

    async def _brief(self, asked: Briefverzoek) -> Briefantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, briefgegevens)
        return Briefantwoord(gegevens=tuple(gegevens))

    async def _halt(self, asked: Haltverzoek) -> Haltantwoord:
        gegevens = await self._disclose(asked.jongeren, asked.aanvrager, asked.doel, haltgegevens)
        return Haltantwoord(gegevens=tuple(gegevens))

    async def _disclose(
        self, jongeren: Sequence[UUID], aanvrager: str, doel: str, fill: Callable[[UUID, Persoon], PersonalT]
    ) -> list[PersonalT]:
        persons = await self.store.disclose(jongeren, aanvrager, doel, self._around.clock.now())
        return [fill(jongere_id, persoon) for jongere_id, persoon in persons.items()]


def build(around: Surroundings, settings: HubSettings) -> BrpSync:
    """Makes the service."""
    return BrpSync(around, settings)


def _te_identificeren(persoon: Persoon) -> TeIdentificeren:
    if persoon.bsn is None:
        raise Ongeldig("ontbreekt: zonder BSN is de persoon niet te vinden", "bsn")
    return TeIdentificeren(
        bsn=persoon.bsn, onderwijsnummer=persoon.onderwijsnummer, gemeente=persoon.gemeente or "0000"
    )
