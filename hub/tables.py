"""The tables every service has beside its own: positions, waiting room, outbox, and what came in from outside.

`stand` is inbox and version in one: per jongere the last sequence handled of every source, the last sequence we
published ourselves, and a version that every transaction about this jongere moves by one.
"""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class HubTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the hub's own tables."""


class Staat(StrEnum):
    """State of an event in the waiting room."""

    WACHT = "wacht"  # behind a parked event of the same jongere, or before a missing predecessor
    OPNIEUW = "opnieuw"  # will be tried again at `volgende_poging`
    GEPARKEERD = "geparkeerd"  # needs an operator


class Stand(HubTable, table=True):
    """How far this service is with one jongere."""

    jongere_id: UUID = Field(primary_key=True)
    gelezen: dict[str, int] = Field(sa_column=Column(JSONB, nullable=False), description="Per bron het volgnummer.")
    geschreven: int = Field(sa_column=Column(BigInteger, nullable=False), description="Ons eigen volgnummer.")
    versie: int = Field(sa_column=Column(BigInteger, nullable=False))


class Gewist(HubTable, table=True):
    """SHA-256 of a jongere_id that was erased, or a keyed fingerprint of what a source will repeat about it: what comes
    after it is dropped (hub/gewist.py)."""

    afdruk: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Wachtrij(HubTable, table=True):
    """An event that could not be handled (yet), as it was received."""

    __table_args__ = (
        UniqueConstraint("bron", "jongere_id", "sequence"),
        Index("ix_wachtrij_jongere", "jongere_id", "id"),
        Index("ix_wachtrij_staat", "staat", "volgende_poging"),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    bron: str
    jongere_id: UUID
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    type: str
    gemeente: str
    subject: str
    bericht: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    staat: Staat = Field(sa_column=Column(String, nullable=False))
    klasse: str | None = None
    reden: str | None = None
    pogingen: int = 0
    sinds: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    volgende_poging: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class WachtrijBesluit(HubTable, table=True):
    """What an operator did with a parked event, and why; kept."""

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    bron: str
    jongere_id: UUID
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    type: str
    actie: str
    reden: str
    door: str
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Outbox(HubTable, table=True):
    """Everything this service ever said, in order: the record from which a lost stream is rebuilt.

    `event_id` follows from jongere and sequence, which are unique together: one index is enough to find an event.
    """

    __table_args__ = (UniqueConstraint("jongere_id", "sequence"),)

    nr: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    event_id: UUID
    jongere_id: UUID
    sequence: int = Field(sa_column=Column(BigInteger, nullable=False))
    subject: str
    bericht: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class OutboxStand(HubTable, table=True):
    """One row: the last number given out, and up to where NATS has acknowledged."""

    __tablename__ = "outbox_stand"

    id: int = Field(primary_key=True)
    laatste_nr: int = Field(sa_column=Column(BigInteger, nullable=False))
    gepubliceerd_tot: int = Field(sa_column=Column(BigInteger, nullable=False))


class Inkomend(HubTable, table=True):
    """A message of an outside source as it came in, sealed; stored before anything else happens to it.

    The line stays as history; `ruw` is emptied some time after the message was finished.
    """

    __table_args__ = (
        Index("ix_inkomend_open", "bron", "id", postgresql_where=text("verwerkt_op IS NULL")),
        Index("ix_inkomend_ritme", "bron", "ontvangen_op", postgresql_where=text("aantal > 0")),
        Index(
            "ix_inkomend_vol",
            "verwerkt_op",
            postgresql_where=text("verwerkt_op IS NOT NULL AND octet_length(ruw) > 0"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    bron: str
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ruw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ontvangen_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    verwerkt_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    aantal: int = Field(
        default=1,
        sa_column_kwargs={"server_default": "1"},
        description="Hoeveel nieuws erin zat; 0 is een antwoord zonder nieuws.",
    )


class Quarantainestaat(StrEnum):
    """What became of unusable input."""

    OPEN = "open"
    VRIJGEGEVEN = "vrijgegeven"  # taken in again
    TERUGGEWEZEN = "teruggewezen"  # back to the sender
    VERVALLEN = "vervallen"  # will not be used; the reason is kept


class Quarantaine(HubTable, table=True):
    """Input that cannot be used, sealed, with what is wrong and where; once per content and place."""

    __table_args__ = (
        UniqueConstraint("bron", "kenmerk"),
        Index("ix_quarantaine_open", "bron", "veld", postgresql_where=text("staat = 'open'")),
        Index(
            "ix_quarantaine_vol",
            "afgehandeld_op",
            postgresql_where=text("staat <> 'open' AND octet_length(ruw) > 0"),
        ),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    bron: str
    kenmerk: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    plek: str
    veld: str
    reden: str
    ruw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    ontvangen_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    soort: str = Field(default="bericht", description="Wat `ruw` is; zegt hoe het opnieuw wordt ingenomen.")
    staat: Quarantainestaat = Field(default=Quarantainestaat.OPEN, sa_column=Column(String, nullable=False))
    keer: int = Field(default=1, description="Hoe vaak dezelfde invoer kwam.")
    laatst_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    vorige: int | None = Field(default=None, sa_column=Column(BigInteger))
    hersteld: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    hersteld_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    afgehandeld_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class QuarantaineBesluit(HubTable, table=True):
    """Who did what with quarantined input, or looked at it, and why; kept."""

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    nr: int = Field(sa_column=Column(BigInteger, nullable=False, index=True))
    actie: str
    toelichting: str
    door: str
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class AuditRij(HubTable, table=True):
    """A line of the audit log; `onderwerp` holds a fingerprint of each jongere it is about (hub/auditlog.py)."""

    __tablename__ = "auditlog"

    nr: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    door: str
    handeling: str
    uitkomst: str
    onderwerp: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    vorige_hash: str
    hash: str


class AuditZout(HubTable, table=True):
    """The salt of one fingerprint; without it nobody can tell whom a line is about."""

    __tablename__ = "audit_zout"

    nr: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    plaats: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    zout: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
