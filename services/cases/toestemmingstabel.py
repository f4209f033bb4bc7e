"""Tables of the register of consent: codes to list by, and the sealed written records."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, LargeBinary
from sqlmodel import Field

from services.cases.tabellen import CasesTable


class ToestemmingRij(CasesTable, table=True):
    """What one giver said last about one element, recipient and purpose in one zaak."""

    __tablename__ = "toestemming"
    __table_args__ = (Index("ix_toestemming_lijst", "gemeente", "stand", "ontvanger"),)

    toestemming_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    zaak_id: UUID
    gemeente: str
    element: str
    ontvanger: str
    doel: str
    gever: str
    stand: str
    schriftelijk: bool
    telt_niet: str | None = None
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class TeInformerenRij(CasesTable, table=True):
    """A recipient that must hear that a consent was withdrawn."""

    __tablename__ = "te_informeren"

    toestemming_id: UUID = Field(primary_key=True)
    ontvanger: str = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    zaak_id: UUID
    gemeente: str
    element: str
    sinds: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    gedaan_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    gedaan_door: str | None = None


class ToestemmingbewijsRij(CasesTable, table=True):
    """Why consent was asked, or the written record of it; sealed."""

    __tablename__ = "toestemmingbewijs"

    bewijs_id: UUID = Field(primary_key=True)
    toestemming_id: UUID = Field(index=True)
    jongere_id: UUID = Field(index=True)
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    soort: str
    inhoud: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
