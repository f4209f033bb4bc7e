"""Tables to find requests, taken and restrictions by; what they say in full is sealed in the dossier."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, text
from sqlmodel import Field

from services.cases.tabellen import CasesTable


class RechtenverzoekRij(CasesTable, table=True):
    """A request of a betrokkene; `gewaarschuwd_op` is when the clock said that its term is near."""

    __tablename__ = "rechtenverzoek"
    __table_args__ = (Index("ix_rechtenverzoek_open", "uiterlijk", postgresql_where=text("status = 'open'")),)

    verzoek_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    soort: str
    verzoeker: str
    oordeel: str | None = None
    status: str
    ontvangen_op: date
    uiterlijk: date
    gewaarschuwd_op: date | None = None


class RechtentaakRij(CasesTable, table=True):
    """Something an official must do outside the hub: tell a recipient, ask a source to correct."""

    __tablename__ = "rechtentaak"
    __table_args__ = (Index("ix_rechtentaak_open", "op", postgresql_where=text("gedaan_op IS NULL")),)

    taak_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    soort: str
    ontvanger: str
    element: str
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    gedaan_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class RectificatieRij(CasesTable, table=True):
    """A correction; `nagegaan` once it is known who got the element before."""

    __tablename__ = "rectificatie"
    __table_args__ = (Index("ix_rectificatie_open", "rectificatie_id", postgresql_where=text("NOT nagegaan")),)

    rectificatie_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    element: str
    nagegaan: bool


class BeperkingRij(CasesTable, table=True):
    """That processing of a jongere is restricted now."""

    __tablename__ = "beperking"

    jongere_id: UUID = Field(primary_key=True)
    sinds: date
    reden: str


class InzageRij(CasesTable, table=True):
    """That everything held about a jongere was given or shown: by whom, when, in which form."""

    __tablename__ = "inzage"

    inzage_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    medewerker: str
    soort: str
    vorm: str
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
