"""Tables of signals, of what the BRP API answered last, and of the questions asked about people."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, Column, Date, DateTime, Index, LargeBinary, String, UniqueConstraint, text
from sqlmodel import Field

from services.brp_sync.tabellen import BrpTable


class SignaalRij(BrpTable, table=True):
    """Somebody changed, says `bron`. `kenmerk` is a fingerprint of the id of its event; `inhoud` goes at the end."""

    __tablename__ = "signaal"
    __table_args__ = (
        UniqueConstraint("bron", "kenmerk"),
        Index("ix_signaal_wacht", "vanaf", "id", postgresql_where=text("stand = 'wacht'")),
    )

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    bron: str
    kenmerk: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    bsn_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    inhoud: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    aanleidingen: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    ontvangen_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    vanaf: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    pogingen: int = 0
    stand: str
    afgerond_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class BrpAntwoord(BrpTable, table=True):
    """A keyed fingerprint of what the BRP API last told of a person, to see whether it tells something new."""

    __tablename__ = "brp_antwoord"

    bsn_index: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    vingerafdruk: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class Bevraging(BrpTable, table=True):
    """A question to the BRP: about whom, when, for what, which fields, by which system; never what was answered.

    Written before the question goes out. `wie` is the sealed BSN, because a question may be about somebody who never
    becomes a jongere here. Without `uitkomst` it is not known whether the question arrived.
    """

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    vraag_id: UUID
    jongere_id: UUID | None = Field(default=None, index=True)
    bsn_index: bytes = Field(sa_column=Column(LargeBinary, nullable=False, index=True))
    wie: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    doel: str
    velden: list[str] = Field(sa_column=Column(ARRAY(String), nullable=False))
    systeem: str
    uitkomst: str | None = None
    bewaren_tot: date = Field(sa_column=Column(Date, nullable=False, index=True))


class Bronstand(BrpTable, table=True):
    """From which day on a source is to be read."""

    bron: str = Field(primary_key=True)
    vanaf: date = Field(sa_column=Column(Date, nullable=False))
