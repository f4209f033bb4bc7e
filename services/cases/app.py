"""Wiring of `cases`: protocols read once, the day of birth fetched when it is not known, termijnen watched."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from contracts.verstrek import (
    Afsprakenantwoord,
    Afsprakenverzoek,
    Beperktantwoord,
    Beperktverzoek,
    Intrekkingsantwoord,
    Intrekkingsverzoek,
    onderwerp,
)
from hub.calendar import laad_kalender
from hub.errors import AlUitgevoerd, NietGereed, Ongeldig
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.messages import Message, Sleutel
from hub.observability import REFUSED, new_traceparent
from hub.partijen import Partijen
from hub.pipeline import Parts
from hub.service import Service, Surroundings
from hub.settings import HubSettings
from hub.verstrek import serve
from services.cases.beleid import Beleid
from services.cases.besluiten import BevestigBesluit, NeemBesluit, StelFeitenVast, StuurBesluitTerug
from services.cases.besluitstore import Besluitstore
from services.cases.grens.dienst import Grens
from services.cases.handlers import Herbeoordeel, handlers
from services.cases.intrekking import TrekBesluitIn
from services.cases.klok import Klok, Stap, Termijnklok
from services.cases.levensdienst import Leven
from services.cases.levensklok import Levensklok
from services.cases.model import Dossier
from services.cases.protocol import PROTOCOLLEN, fingerprint, laad_protocollen
from services.cases.rechtendienst import Rechtendienst
from services.cases.sluiting import Sluitingen
from services.cases.store import ZakenStore
from services.cases.termijnvragen import Termijnvragen, op_het_bord
from services.cases.toestemmingsdienst import Toestemmingen
from services.cases.verzuimdienst import Absoluut
from services.cases.voorbereiding import Voorbereiding

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_BATCH = 256
SLEUTEL_BEWAARD = timedelta(days=30)
"""How long a repeated command gets the answer of the first time (our own choice)."""

Besluitopdracht = NeemBesluit | BevestigBesluit | StuurBesluitTerug | TrekBesluitIn


class Cases:
    """The service, with what officials and the clock do."""

    def __init__(
        self, around: Surroundings, settings: HubSettings, gemeenten: Gemeenten, medewerkers: Medewerkers
    ) -> None:
        self._around = around
        self._settings = settings
        self._protocollen = settings.protocollen or PROTOCOLLEN
        self._read = fingerprint(self._protocollen)
        self._all_judged = False
        partijen = Partijen.load(settings.partijen)
        self.beleid = Beleid(laad_protocollen(self._protocollen), gemeenten, medewerkers, laad_kalender(), partijen)
        if onbekend := self.beleid.onbekend_in_vier_ogen():
            raise NietGereed(f"vier_ogen in het register van gemeenten: geen voorstel is {', '.join(onbekend)}")
        self._handlers = handlers(self.beleid)
        self._wake = asyncio.Event()
        self.service: Service[Dossier] = Service(
            "cases",
            around,
            self._parts,
            migrations=Path(__file__).parent / "migrations",
            background=[self._watch_clock, self._stuur_door],
        )
        kluis, broker = settings.verstrek_kluis, self.service.broker
        serve(broker, kluis, onderwerp(Afsprakenverzoek), Afsprakenverzoek, self._afspraken)
        serve(broker, kluis, onderwerp(Intrekkingsverzoek), Intrekkingsverzoek, self._ingetrokken)
        serve(broker, kluis, onderwerp(Beperktverzoek), Beperktverzoek, self._beperkt)
        self.grens = Grens(self.service, kluis)
        self.grens.open()

    store: ZakenStore
    absoluut: Absoluut
    termijnen: Termijnklok
    rechten: Rechtendienst
    toestemmingen: Toestemmingen
    leven: Levensklok
    zaken: Leven
    besluiten: Besluitstore
    sluitingen: Sluitingen

    def _parts(self, service: Service[Dossier]) -> Parts[Dossier]:
        self.store = ZakenStore(service.pool, self._settings.kluis)
        self.absoluut = Absoluut(service, self.store, self.beleid, self._around.clock)
        self.rechten = Rechtendienst(service, self._around.clock)
        self.termijnen = Termijnklok(Termijnvragen(service.pool), service.execute, self._around.clock)
        self.toestemmingen = Toestemmingen(service, self.store, self.beleid, self._around.clock)
        self.leven = Levensklok(service, self.store, self._around.clock)
        self.zaken = Leven(service, self.store, self.beleid)
        self.besluiten = Besluitstore(service.pool, self._settings.kluis)
        self.sluitingen = Sluitingen(service.pool, [g.code for g in self.beleid.gemeenten.gemeenten])
        prepare = Voorbereiding(
            self.store, self.besluiten, lambda: service.nc, self._settings.verstrek_kluis, self.beleid
        )
        return Parts(self.store, self._handlers, prepare)

    async def besluit(self, commands: Sequence[Besluitopdracht]) -> list[Exception | None]:
        """Takes or confirms besluiten, each in the trace of its voorstel; per command None, or why it was refused."""
        messages, results = [], dict[UUID, Exception | None]()
        asked = [c.voorstel_id for c in commands]
        whose, traces = await asyncio.gather(self.store.whose_voorstellen(asked), self.store.traces_of(asked))
        for command in commands:
            work = whose.get(command.voorstel_id)
            if work is None:
                results[command.voorstel_id] = Ongeldig("dit voorstel bestaat niet", "voorstel_id")
            else:
                trace = traces.get(command.voorstel_id) or new_traceparent()
                messages.append(Message(work.jongere_id, work.gemeente, command, traceparent=trace))
        for start in range(0, len(messages), _BATCH):
            for message in await self.service.execute(messages[start : start + _BATCH]):
                results[message.data.voorstel_id] = message.error
        return [results[c.voorstel_id] for c in commands]

    async def beslis(self, command: Besluitopdracht, sleutel: Sleutel | None = None) -> Any:
        """Carries out what an official wants about a voorstel, in the trace of that voorstel; gives where it stands
        then. Raises `Ongeldig`."""
        voorstel_id = command.voorstel_id
        work = (await self.store.whose_voorstellen([voorstel_id])).get(voorstel_id)
        if work is None:
            raise Ongeldig("dit voorstel bestaat niet", "voorstel_id")
        trace = (await self.store.traces_of([voorstel_id])).get(voorstel_id) or new_traceparent()
        message = Message(work.jongere_id, work.gemeente, command, traceparent=trace, sleutel=sleutel)
        return await self._doe(message)

    async def stel_feiten_vast(
        self,
        zaak_id: UUID,
        medewerker: str,
        feiten: Mapping[str, Any],
        revisie: int | None = None,
        sleutel: Sleutel | None = None,
    ) -> Any:
        """Establishes facts of a zaak and gives where it stands then; raises `Ongeldig`."""
        found = await self.store.zaak(zaak_id)
        if found is None:
            raise Ongeldig("deze zaak bestaat niet", "zaak_id")
        jongere_id, zaak = found
        command = StelFeitenVast(zaak_id, medewerker, feiten, revisie)
        return await self._doe(
            Message(jongere_id, zaak.gemeente, command, traceparent=new_traceparent(), sleutel=sleutel)
        )

    async def _doe(self, message: Message) -> Any:
        """Carries out one command and gives what is answered; a repeated key gives the answer of the first time."""
        (done,) = await self.service.execute([message])
        if isinstance(done.error, AlUitgevoerd):
            return done.error.antwoord
        if done.error is not None:
            raise done.error
        return done.antwoord

    async def follow_protocols(self) -> int:
        """Takes over protocol files that changed, and judges again what a newer version overtook; returns how many.

        Files that do not hold together change nothing: the protocols in use stay, and the log says what is wrong.
        """
        await self._take_over_files()
        number, refused, last = 0, list[Exception](), UUID(int=0)
        versies = self.beleid.versies(self._around.clock.today())
        while overtaken := await self.store.overtaken(versies, last, _BATCH):
            last = overtaken[-1].zaak_id
            errors = await self._refused([(o.jongere_id, o.gemeente, Herbeoordeel(o.zaak_id)) for o in overtaken])
            number += len(overtaken) - len(errors)
            refused += errors
        if refused:
            log.warning("zaken_not_judged", service="cases", number=len(refused), error=type(refused[0]).__name__)
        if number:
            log.info("zaken_judged_again", service="cases", number=number)
        self._all_judged = not refused
        return number

    async def _take_over_files(self) -> None:
        found = fingerprint(self._protocollen)
        if found == self._read:
            return
        self._read = found
        try:
            self.beleid.protocollen = await asyncio.to_thread(laad_protocollen, self._protocollen)
        except (ValueError, OSError) as error:
            REFUSED.labels("cases").set(1)
            log.error("protocols_refused", service="cases", reason=str(error))
        else:
            REFUSED.labels("cases").set(0)
            log.info("protocols_taken_over", service="cases", files=len(found))

    async def pass_termijnen(self) -> int:
        """Lets every termijn pass whose last day is over on our clock, then warns of those near; returns the first."""
        before = self.termijnen.verstreken
        await self.termijnen.verstrijk()
        await self.termijnen.waarschuw()
        return self.termijnen.verstreken - before

    async def _refused(self, commands: Sequence[tuple[UUID, str, object]]) -> list[Exception]:
        """Carries out commands about jongeren of gemeenten; returns why some were refused."""
        messages = [Message(*command, traceparent=new_traceparent()) for command in commands]
        return [done.error for done in await self.service.execute(messages) if done.error is not None]

    async def termijnbord(
        self, gemeenten: list[str] | None, tot: date | None, alles: bool, aantal: int, lezer: Any = None
    ) -> list[dict[str, Any]]:
        """What is due up to and including `tot`, for the board, with who must act and how many werkdagen are left;
        `lezer` is the pool to read with when that is not the service's own."""
        vragen = Termijnvragen(lezer) if lezer else self.termijnen.vragen
        rows = await vragen.bord(tot or date.max, gemeenten, alles, aantal)
        return [op_het_bord(een, self.beleid.protocollen.woorden, self._around.clock.today()) for een in rows]

    async def _stuur_door(self) -> None:
        await self.leven.houd_bij()

    def _stappen(self) -> tuple[Stap, ...]:
        """What the date brings about, in this order; each step is safe to repeat and takes its work in pages."""

        async def protocollen() -> bool:
            await self.follow_protocols()
            return self._all_judged

        async def absoluut() -> bool:
            await self.absoluut.controle.op_tijd()
            return not await self.absoluut.controle.te_doen()

        async def sluitingen() -> None:
            await self.sluitingen.merk_op(self._around.clock.today())

        async def sleutels() -> None:
            await self.besluiten.vergeet(self._around.clock.now() - SLEUTEL_BEWAARD)

        return (
            Stap("protocollen", protocollen),
            Stap("verstrijken", self.termijnen.verstrijk),
            Stap("waarschuwen", self.termijnen.waarschuw),
            Stap("absoluut", absoluut),
            Stap("leeftijd", self.leven.op_tijd),
            Stap("rechten", self.rechten.op_tijd),
            Stap("sluitingen", sluitingen),
            Stap("sleutels", sleutels),
        )

    async def _watch_clock(self) -> None:
        await Klok(self._around.clock, self._stappen(), self._kijk_rond).loop()

    async def _kijk_rond(self) -> None:
        """All day: protocol files that changed, and the counts of termijnen."""
        if fingerprint(self._protocollen) != self._read:
            await self.follow_protocols()
        await self.termijnen.tel()

    async def _beperkt(self, asked: Beperktverzoek) -> Beperktantwoord:
        return await self.rechten.beperkt(asked)

    async def _afspraken(self, asked: Afsprakenverzoek) -> Afsprakenantwoord:
        return Afsprakenantwoord(afspraken=await self.store.afspraken(asked.brief_id))

    async def _ingetrokken(self, asked: Intrekkingsverzoek) -> Intrekkingsantwoord:
        return Intrekkingsantwoord(ingetrokken=await self.besluiten.ingetrokken(asked.kenmerken))


def build(around: Surroundings, settings: HubSettings, gemeenten: Gemeenten, medewerkers: Medewerkers) -> Cases:
    """Makes the service."""
    return Cases(around, settings, gemeenten, medewerkers)
