"""What every service of the naive side shares: a session and a transaction per message, inbox, outbox, publish."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from faststream.nats import NatsBroker
from sqlalchemy import Column, DateTime, LargeBinary, MetaData, Table, update
from sqlalchemy.ext.asyncio import async_sessionmaker
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel
from sqlmodel.ext.asyncio.session import AsyncSession

from bench.places import Servers, engine_on, make_database
from contracts.envelope import CloudEvent, EventData, envelope, schema_of, type_of
from contracts.subjects import source_urn, subject
from hub.clock import Clock


class NaiveTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the two tables each service has."""


class InboxRij(NaiveTable, table=True):
    """An event that was handled."""

    __tablename__ = "inbox"

    event_id: UUID = Field(primary_key=True)
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class OutboxRij(NaiveTable, table=True):
    """An event that was said."""

    __tablename__ = "outbox"

    event_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    subject: str
    bericht: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    gepubliceerd: bool = False


class Cause(NamedTuple):
    """Why something is said: about whom, for which gemeente, in which trace."""

    jongere_id: UUID
    gemeente: str
    traceparent: str | None

    @classmethod
    def of(cls, event: CloudEvent[Any]) -> "Cause":
        """The event that is being handled."""
        return cls(event.subject, event.gemeente, event.traceparent)


Work = Callable[[AsyncSession], Awaitable[tuple[Cause, Sequence[EventData]]]]


class NaiveService:
    """One service: its own database, its own stream."""

    def __init__(
        self, name: str, prefix: str, stream: str, broker: NatsBroker, sessions: "async_sessionmaker[AsyncSession]",
        clock: Clock,
    ) -> None:  # fmt: skip
        self.sessions = sessions
        self.clock = clock
        self._source = source_urn(name)
        self._prefix = prefix
        self._stream = stream
        self._broker = broker

    async def handle(self, event_id: UUID | None, work: Work) -> None:
        """Inbox, work and outbox in one transaction; then publishes, and marks what was published."""
        now = self.clock.now()
        async with self.sessions() as session, session.begin():
            if event_id is not None:
                if await session.get(InboxRij, event_id) is not None:
                    return
                session.add(InboxRij(event_id=event_id, op=now))
            cause, events = await work(session)
            rows = [self._row(cause, event, now) for event in events]
            session.add_all(rows)
        for row in rows:
            headers = {"Nats-Msg-Id": str(row.event_id), "content-type": "application/json"}
            await self._broker.publish(row.bericht, row.subject, stream=self._stream, headers=headers)
        if rows:
            async with self.sessions() as session, session.begin():
                which = [row.event_id for row in rows]
                await session.execute(
                    update(OutboxRij).where(OutboxRij.event_id.in_(which)).values(gepubliceerd=True)  # type: ignore[attr-defined]
                )

    def _row(self, cause: Cause, data: EventData, now: datetime) -> OutboxRij:
        kind = type(data)
        event = envelope(kind)(
            id=uuid4(),
            source=self._source,
            type=type_of(kind),
            subject=cause.jongere_id,
            time=now,
            dataschema=schema_of(kind),
            sequence=f"{1:012d}",
            gemeente=cause.gemeente,
            traceparent=cause.traceparent,
            data=data,
        )
        return OutboxRij(
            event_id=event.id,
            jongere_id=cause.jongere_id,
            subject=self._prefix + subject(kind, cause.gemeente, cause.jongere_id),
            bericht=event.model_dump_json().encode(),
            op=now,
        )


@asynccontextmanager
async def sessions(
    servers: Servers, name: str, *tables: MetaData | Table
) -> "AsyncIterator[async_sessionmaker[AsyncSession]]":
    """A new database with these tables and inbox and outbox."""
    engine = engine_on(await make_database(servers, name, NaiveTable.metadata, *tables))
    yield async_sessionmaker(engine, class_=AsyncSession, expire_on_commit=False)
    await engine.dispose()
