"""The side to beat: the same chain the way the documentation of the frameworks teaches it.

FastStream hands over one message at a time; each message is one SQLModel session and one transaction with an inbox
row, the rows of the domain and the rows of the outbox; then every event is published and awaited, marked as published,
and the message acknowledged. Nothing is made slower than it has to be: a service subscribes to the events it acts upon
and no others, a row that was loaded is not loaded again; parsing, sealing and rules are those of the hub.
"""

import hashlib
from collections.abc import Sequence
from contextlib import AsyncExitStack
from typing import Final
from uuid import UUID, uuid4

import nats
from faststream import AckPolicy
from faststream.nats import JStream, NatsBroker
from nats.js.api import StreamConfig
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.chain import Streams
from bench.hub import NoLayout
from bench.naive_dossiers import Dossiers
from bench.naive_service import Cause, NaiveService, sessions
from bench.places import Servers
from bench.workload import Jongere, akkoord, persoon
from contracts.envelope import CloudEvent, EventData
from contracts.events.brieven import BriefOpgemaakt
from contracts.events.verzuim import VerzuimmeldingOntvangen
from contracts.events.zaken import BriefAangevraagd
from contracts.verstrek import (
    Briefantwoord,
    Briefverzoek,
    Identificaties,
    Identificatieverzoek,
    Plichtantwoord,
    Plichtverzoek,
    TeIdentificeren,
)
from hub.calendar import laad_kalender
from hub.clock import SystemClock
from hub.crypto import Kluis
from hub.errors import Tijdelijk
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.observability import new_traceparent
from hub.privacy import onthuld_json
from hub.tables import HubTable, Inkomend
from hub.verstrek import ask, serve
from services.brp_sync.model import Persoon
from services.brp_sync.tabellen import BrpTable, Verstrekking
from services.brp_sync.tabellen import Jongere as JongereRij
from services.brp_sync.verstrekken import briefgegevens, plichtgegevens
from services.cases.beleid import Beleid
from services.cases.besluiten import neem_besluit
from services.cases.decisions import ken_persoon, noteer
from services.cases.meldingen import neem_melding
from services.cases.model import Persoonsfeiten
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from services.cases.tabellen import CasesTable, VoorstelRij
from services.ingest_duo.decisions import Meldingen, NeemOp, neem_op
from services.ingest_duo.model import Verzuimgeval
from services.ingest_duo.parser import lees_levering
from services.ingest_duo.store import DuoTable, MeldingRij
from services.letters.decisions import stel_op
from services.letters.store import BriefRij, BrievenTable

STREAMS: Final = Streams("naief.", "NAIEF_VERZUIM", "NAIEF_ZAKEN", "NAIEF_BRIEVEN")
_ASKED: Final = "naief.verstrek."
_MAX_BYTES: Final = 20_000_000


class Naive:
    """Four small services in one process, as the hub has them."""

    streams = STREAMS

    def __init__(self, servers: Servers, broker: NatsBroker, made: dict[str, NaiveService]) -> None:
        self._broker = broker
        self._brp, self._ingest, self._cases, self._letters = (made[n] for n in ("brp", "ingest", "cases", "letters"))
        self._kluis = Kluis.from_file(servers.map / "opslag.key")
        self._verstrek = Kluis.from_file(servers.map / "verstrek.key")
        self._gemeenten, self._medewerkers = Gemeenten.load(), Medewerkers.load()
        self._beleid = Beleid(laad_protocollen(PROTOCOLLEN), self._gemeenten, self._medewerkers, laad_kalender())
        self._clock = SystemClock()
        self._today = self._clock.today()
        self._dossiers = Dossiers(self._kluis)
        self._layout = NoLayout()
        self._listen()

    def _listen(self) -> None:
        broker, kluis = self._broker, self._verstrek
        serve(broker, kluis, f"{_ASKED}identificatie", Identificatieverzoek, self._identify)
        serve(broker, kluis, f"{_ASKED}plicht", Plichtverzoek, self._plicht)
        serve(broker, kluis, f"{_ASKED}brief", Briefverzoek, self._brief)
        for stream, event, durable, handler in (
            (STREAMS.verzuim, "verzuim.verzuimmelding-ontvangen", "naief-cases-verzuim", self.on_melding),
            (STREAMS.zaken, "zaken.brief-aangevraagd", "naief-letters-zaken", self.on_aanvraag),
            (STREAMS.brieven, "brieven.brief-opgemaakt", "naief-cases-brieven", self.on_brief),
        ):
            broker.subscriber(
                f"{STREAMS.prefix}{event}.>",
                stream=JStream(stream, declare=False),
                queue=durable,
                ack_policy=AckPolicy.NACK_ON_ERROR,
            )(handler)

    # brp_sync: who is this, and what may be told of them

    async def know(self, who: Sequence[Jongere]) -> None:
        """Stores the persons; in bulk, because this is not measured."""
        now = self._clock.now()
        async with self._brp.sessions() as session, session.begin():
            for jongere in who:
                sealed = self._kluis.seal(onthuld_json(persoon(jongere, self._today)), "brp_sync|persoon")
                index = self._kluis.index(jongere.bsn.get_secret_value(), "bsn")
                session.add(
                    JongereRij(jongere_id=uuid4(), bsn_index=index, gemeente="1924", gegevens=sealed, sinds=now)
                )

    async def _identify(self, asked: Identificatieverzoek) -> Identificaties:
        found = []
        async with self._brp.sessions() as session:
            for wie in asked.personen:
                index = self._kluis.index(wie.bsn.get_secret_value(), "bsn") if wie.bsn else b""
                found.append((await session.exec(select(JongereRij).where(JongereRij.bsn_index == index))).one())
        return Identificaties(jongeren=tuple(row.jongere_id for row in found))

    async def _disclose(self, asked: Plichtverzoek | Briefverzoek) -> list[tuple[UUID, Persoon]]:
        """The persons, with a line in the log of disclosures."""
        now, found = self._clock.now(), []
        async with self._brp.sessions() as session, session.begin():
            for jongere_id in asked.jongeren:
                row = await session.get_one(JongereRij, jongere_id)
                gegevens = self._kluis.open(row.gegevens or b"", "brp_sync|persoon")
                found.append((jongere_id, Persoon.model_validate_json(gegevens)))
                session.add(Verstrekking(jongere_id=jongere_id, aanvrager=asked.aanvrager, doel=asked.doel, op=now))
        return found

    async def _plicht(self, asked: Plichtverzoek) -> Plichtantwoord:
        return Plichtantwoord(gegevens=tuple(plichtgegevens(*p) for p in await self._disclose(asked)))

    async def _brief(self, asked: Briefverzoek) -> Briefantwoord:
        return Briefantwoord(gegevens=tuple(briefgegevens(*p) for p in await self._disclose(asked)))

    # ingest_duo

    async def take_in(self, page: bytes) -> None:
        """Stores the page, reads it, takes in each melding."""
        now = self._clock.now()
        async with self._ingest.sessions() as session, session.begin():
            raw = Inkomend(
                bron="duo", sha256=hashlib.sha256(page).digest(), ruw=self._kluis.seal(page, "inkomend|duo"),
                ontvangen_op=now,
            )  # fmt: skip
            session.add(raw)
        for geval in lees_levering(page, max_bytes=_MAX_BYTES).gevallen:
            if isinstance(geval, Verzuimgeval):
                await self._take_in_one(geval)
        async with self._ingest.sessions() as session, session.begin():
            raw.verwerkt_op = self._clock.now()
            session.add(raw)

    async def _take_in_one(self, geval: Verzuimgeval) -> None:
        wie = TeIdentificeren(bsn=geval.bsn, onderwijsnummer=geval.onderwijsnummer, gemeente=geval.ontvangende_gemeente)
        request = Identificatieverzoek(aanvrager="ingest_duo", personen=(wie,))
        nc = self._broker.config.broker_config.connection_state.connection
        answer = await ask(nc, self._verstrek, f"{_ASKED}identificatie", request, Identificaties)
        (jongere_id,) = answer.jongeren
        body = onthuld_json(geval)
        command = NeemOp(geval, self._kluis.seal(body, "ingest_duo|melding"), hashlib.sha256(body).digest())

        async def work(session: AsyncSession) -> tuple[Cause, Sequence[EventData]]:
            if await session.get(MeldingRij, geval.meldingsnummer) is not None:
                raise Tijdelijk("een tweede versie komt in deze meting niet voor")
            state, events = neem_op(Meldingen(), command)
            melding = state.by_number[geval.meldingsnummer]
            session.add(
                MeldingRij(
                    meldingsnummer=geval.meldingsnummer,
                    jongere_id=jongere_id,
                    gemeente=melding.gemeente,
                    laatste_mutatie=melding.laatste_mutatie,
                    status=melding.status,
                    kenmerk=melding.fingerprint,
                    inhoud=melding.sealed,
                )
            )
            return Cause(jongere_id, geval.ontvangende_gemeente, new_traceparent()), events

        await self._ingest.handle(None, work)

    # cases

    async def on_melding(self, event: CloudEvent[VerzuimmeldingOntvangen]) -> None:
        """Opens the zaak and asks the rules."""

        async def work(session: AsyncSession) -> tuple[Cause, Sequence[EventData]]:
            before = await self._dossiers.load(session, event.subject)
            known = before
            if before.geboortedatum is None:
                request = Plichtverzoek(aanvrager="cases", jongeren=(event.subject,))
                nc = self._broker.config.broker_config.connection_state.connection
                answer = await ask(nc, self._verstrek, f"{_ASKED}plicht", request, Plichtantwoord)
                (gegevens,) = answer.gegevens
                known = ken_persoon(before, Persoonsfeiten(gegevens.geboortedatum, gegevens.overleden))
            after, events = neem_melding(known, event.gemeente, event.data, self._clock.now(), self._beleid)
            await self._dossiers.save(session, before, after)
            return Cause.of(event), events

        await self._cases.handle(event.id, work)

    async def decide(self, voorstellen: Sequence[UUID]) -> None:
        """A besluit is a transaction of its own, as it is when officials take them one by one."""
        for voorstel_id in voorstellen:

            async def work(session: AsyncSession, voorstel_id: UUID = voorstel_id) -> tuple[Cause, Sequence[EventData]]:
                row = await session.get_one(VoorstelRij, voorstel_id)
                before = await self._dossiers.load(session, row.jongere_id)
                command = akkoord(voorstel_id, self._today)
                after, events = neem_besluit(before, command, self._clock.now(), self._beleid)
                await self._dossiers.save(session, before, after)
                return Cause(row.jongere_id, row.gemeente, new_traceparent()), events

            await self._cases.handle(None, work)

    async def on_brief(self, event: CloudEvent[BriefOpgemaakt]) -> None:
        """Writes in the timeline that the letter was made."""

        async def work(session: AsyncSession) -> tuple[Cause, Sequence[EventData]]:
            before = await self._dossiers.load(session, event.subject)
            soort, now = event.data.briefsoort, self._clock.now()
            after = noteer(before, event.data.zaak_id, "brief_opgemaakt", soort, "letters", now)
            await self._dossiers.save(session, before, after)
            return Cause.of(event), ()

        await self._cases.handle(event.id, work)

    # letters

    async def on_aanvraag(self, event: CloudEvent[BriefAangevraagd]) -> None:
        """Makes the letters."""

        async def work(session: AsyncSession) -> tuple[Cause, Sequence[EventData]]:
            request = Briefverzoek(aanvrager="letters", jongeren=(event.subject,))
            nc = self._broker.config.broker_config.connection_state.connection
            (gegevens,) = (await ask(nc, self._verstrek, f"{_ASKED}brief", request, Briefantwoord)).gegevens
            gemeente, ambtenaar = self._gemeenten.get(event.gemeente), self._medewerkers.get(event.data.ondertekenaar)
            if gemeente is None or ambtenaar is None:
                raise Tijdelijk("gemeente of medewerker ontbreekt in het register")
            events: list[EventData] = []
            for adressaat, brief in stel_op(event.data, gegevens, (), gemeente, ambtenaar):
                pdf = self._layout.render(brief)
                session.add(
                    BriefRij(
                        brief_id=event.data.brief_id,
                        adressaat=adressaat,
                        jongere_id=event.subject,
                        zaak_id=event.data.zaak_id,
                        briefsoort=event.data.briefsoort,
                        bestand=self._layout.keep(gemeente.code, event.data.brief_id, adressaat, pdf.pdf),
                        sha256=pdf.sha256,
                        paginas=pdf.paginas,
                        opgemaakt_op=self._clock.now(),
                    )
                )
                events.append(
                    BriefOpgemaakt(
                        zaak_id=event.data.zaak_id,
                        brief_id=event.data.brief_id,
                        briefsoort=event.data.briefsoort,
                        adressaten=(adressaat,),
                        sha256=pdf.sha256,
                        paginas=pdf.paginas,
                    )
                )
            return Cause.of(event), events

        await self._letters.handle(event.id, work)


async def start(stack: AsyncExitStack, servers: Servers) -> Naive:
    """Makes the streams and databases and starts listening."""
    servers.map.mkdir(parents=True, exist_ok=True)
    nc = await nats.connect(servers.nats_url)
    for name, domein in zip(STREAMS[1:], ("verzuim", "zaken", "brieven"), strict=True):
        await nc.jetstream().add_stream(StreamConfig(name=name, subjects=[f"{STREAMS.prefix}{domein}.>"]))
    await nc.close()
    broker, clock = NatsBroker(servers.nats_url, logger=None), SystemClock()
    inkomend = HubTable.metadata.tables[str(Inkomend.__tablename__)]
    parts = {
        "brp": ("brp_sync", "", (BrpTable.metadata,)),
        "ingest": ("ingest_duo", STREAMS.verzuim, (DuoTable.metadata, inkomend)),
        "cases": ("cases", STREAMS.zaken, (CasesTable.metadata,)),
        "letters": ("letters", STREAMS.brieven, (BrievenTable.metadata,)),
    }
    made = {}
    for part, (name, stream, tables) in parts.items():
        maker = await stack.enter_async_context(sessions(servers, f"naief_{part}", *tables))
        made[part] = NaiveService(name, STREAMS.prefix, stream, broker, maker, clock)
    naive = Naive(servers, broker, made)
    await broker.start()
    stack.push_async_callback(broker.stop)
    return naive
