"""The table of the disclosure register: codes and moments, no content."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ARRAY, Column, DateTime, Index, String, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from services.cases.tabellen import CasesTable


def _codes() -> Column[list[str]]:
    return Column(ARRAY(String), nullable=False)


class VerstrekkingRij(CasesTable, table=True):
    """One decision about one disclosure, refused ones included."""

    __tablename__ = "verstrekking"
    __table_args__ = (
        Index("ix_verstrekking_ontvanger", "ontvanger", "besloten_op"),
        Index("ix_verstrekking_besloten_op", "besloten_op"),
    )

    verstrekking_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    zaak_id: UUID | None = None
    gemeente: str
    kenmerk: UUID
    ontvanger: str
    doel: str
    uitkomst: str
    poort: str
    weigering: str | None = None
    gevraagd: list[str] = Field(sa_column=_codes())
    doorgelaten: list[str] = Field(sa_column=_codes())
    weggelaten: dict[str, str] = Field(sa_column=Column(JSONB, nullable=False))
    vereist: list[str] = Field(sa_column=_codes())
    grondslag: str
    verwerking: str
    regels: list[str] = Field(sa_column=_codes())
    kanaal: str
    protocol: str
    besloten_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    geldig_tot: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    toestemmingen: list[UUID] = Field(sa_column=Column(ARRAY(Uuid), nullable=False))
    informatie_op: date | None = None
    medewerker: str | None = None
    fase: str | None = None
    verzonden_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    teruggedraaid_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
