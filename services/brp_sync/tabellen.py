"""Tables of `brp_sync`."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, MetaData, false, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class BrpTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the tables of this service."""


class Jongere(BrpTable, table=True):
    """One person; the fingerprints find the row, the sealed column holds what the BRP told.

    `kijk_op` is the first of a month: the day of birth is in the sealed column only.
    """

    __table_args__ = (
        Index("ix_jongere_kijk_op", "kijk_op", "jongere_id", postgresql_where=text("kijk_op IS NOT NULL")),
    )

    jongere_id: UUID = Field(primary_key=True)
    bsn_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    onderwijsnummer_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, unique=True))
    a_nummer_index: bytes | None = Field(default=None, sa_column=Column(LargeBinary, index=True))
    gemeente: str
    gegevens: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    kijk_op: date | None = Field(default=None, description="Vanaf wanneer de klok kijkt of iemand vijf werd.")
    vijf_gezegd: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    stuf_nr: int = Field(
        default=0,
        sa_column=Column(BigInteger, nullable=False, server_default="0"),
        description="Laatste kennisgeving (inkomend.id) die verwerkt is.",
    )
    sinds: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Samenvoeging(BrpTable, table=True):
    """A jongere_id that is used no more, and the one that remains; what of it was said already."""

    __table_args__ = (Index("ix_samenvoeging_open", "op", postgresql_where=text("NOT (samengevoegd AND opgegaan)")),)

    oude_jongere_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    samengevoegd: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    opgegaan: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


class OudeSleutel(BrpTable, table=True):
    """A number (its fingerprint) that somebody no longer has, and that still means that person and nobody else."""

    __tablename__ = "oude_sleutel"

    sleutel_index: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    jongere_id: UUID = Field(index=True)


class Verstrekking(BrpTable, table=True):
    """A disclosure: who asked what for about whom, when; never the data themselves."""

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    jongere_id: UUID = Field(index=True)
    aanvrager: str
    doel: str
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Volger(BrpTable, table=True):
    """Who wants to hear about a jongere wherever they live: `duo` or an official, until `einddatum`.

    `bsn` (sealed) is there only until the BRP told about the person; `bekeken` is false when there is something new.
    """

    __table_args__ = (Index("ix_volger_bekeken", "jongere_id", postgresql_where=text("NOT bekeken")),)

    jongere_id: UUID = Field(primary_key=True)
    volger: str = Field(primary_key=True)
    einddatum: date | None = Field(default=None, index=True)
    bsn: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    bekeken: bool


class Volgindicatie(BrpTable, table=True):
    """How far following a jongere is; `volgende` is when to ask (again), empty when there is nothing to ask."""

    jongere_id: UUID = Field(primary_key=True)
    stand: str
    kanaal: str
    sinds: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    verzonden: int
    mislukt: int
    volgende: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True), index=True))
    reden: str | None = None


class UitBeeld(BrpTable, table=True):
    """Somebody about whom the StUF-leverancier no longer tells (mutatiesoort V), though we know of no move."""

    __tablename__ = "uit_beeld"

    jongere_id: UUID = Field(primary_key=True)
    sinds: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class VolgStand(BrpTable, table=True):
    """One row: up to where the outbox was looked at for changes of people who are followed, and the day of that."""

    __tablename__ = "volg_stand"

    id: int = Field(primary_key=True)
    outbox_nr: int = Field(sa_column=Column(BigInteger, nullable=False))
    dag: date


class StufBericht(BrpTable, table=True):
    """A StUF message that was confirmed: fingerprint of zender and referentienummer, and of the content."""

    __tablename__ = "stuf_bericht"

    kenmerk: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    sha256: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))
