"""Tables of `cases`: zaken sealed at rest, with small open tables to find and list them by, and the register."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, LargeBinary, MetaData, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel


class CasesTable(SQLModel, registry=registry(metadata=MetaData())):
    """Base of the tables of this service."""


class DossierRij(CasesTable, table=True):
    """What is known of the person, sealed."""

    __tablename__ = "dossier"

    jongere_id: UUID = Field(primary_key=True)
    persoon: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ZaakRij(CasesTable, table=True):
    """A zaak; `inhoud` holds all of it, sealed, and `versie` by which version of its protocol it was last judged."""

    __tablename__ = "zaak"
    __table_args__ = (
        Index("ix_zaak_versie", "gemeente", "versie", postgresql_where=text("status = 'open'")),
        Index("ix_zaak_leeftijd", "leeftijd_maand", postgresql_where=text("leeftijd_maand IS NOT NULL")),
    )

    zaak_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    zaaksoort: str
    schooljaar: str
    status: str
    geopend_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    versie: str = Field(default="", sa_column_kwargs={"server_default": ""})
    revisie: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    leeftijd_maand: date | None = None
    inhoud: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class VoorstelRij(CasesTable, table=True):
    """A voorstel, for worklists."""

    __tablename__ = "voorstel"
    __table_args__ = (Index("ix_voorstel_werk", "gemeente", "status", "gedaan_op"),)

    voorstel_id: UUID = Field(primary_key=True)
    zaak_id: UUID
    jongere_id: UUID
    gemeente: str
    uitkomst: str
    status: str
    gedaan_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))


class TermijnRij(CasesTable, table=True):
    """A termijn, for the clock and the board; `waarschuwen_op` as long as a warning must come."""

    __tablename__ = "termijn"
    __table_args__ = (
        Index("ix_termijn_klok", "status", "uiterlijk"),
        Index(
            "ix_termijn_waarschuwen",
            "waarschuwen_op",
            "uiterlijk",
            "termijn_id",
            postgresql_where=text("waarschuwen_op IS NOT NULL"),
        ),
    )

    termijn_id: UUID = Field(primary_key=True)
    zaak_id: UUID
    jongere_id: UUID
    gemeente: str
    naam: str
    uiterlijk: date
    status: str
    waarschuwen_op: date | None = None


class TijdlijnRij(CasesTable, table=True):
    """One line of the timeline of a zaak: codes only."""

    __tablename__ = "tijdlijn"

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    zaak_id: UUID = Field(index=True)
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    wat: str
    door: str
    toelichting: str


class AfsprakenRij(CasesTable, table=True):
    """What was agreed, for the letter that says so; sealed."""

    __tablename__ = "afspraken"

    brief_id: UUID = Field(primary_key=True)
    jongere_id: UUID
    inhoud: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class HerhalingRij(CasesTable, table=True):
    """A command that was carried out under a key: both as keyed fingerprints, the answer sealed."""

    __tablename__ = "herhaling"

    sleutel: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    verzoek: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    jongere_id: UUID = Field(index=True)
    antwoord: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, index=True))


class IngetrokkenRij(CasesTable, table=True):
    """A letter or verwijzing that may not go out any more."""

    __tablename__ = "ingetrokken"

    kenmerk: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)


class DoorgestuurdRij(CasesTable, table=True):
    """Something to be handled under the jongere_id that remained after a merge; gone when it was."""

    __tablename__ = "doorgestuurd"

    nr: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    jongere_id: UUID
    gemeente: str
    soort: str
    inhoud: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class RegisterRij(CasesTable, table=True):
    """A jongere; the month of birth in the clear, nothing else of the person."""

    __tablename__ = "register"

    jongere_id: UUID = Field(primary_key=True)
    gemeente: str | None = None
    geboortemaand: date | None = None
    sinds: date | None = None
    startkwalificatie: date | None = None
    uit: str | None = None
    opgegaan_in: UUID | None = None


class InschrijvingRij(CasesTable, table=True):
    """An inschrijving at one school."""

    __tablename__ = "inschrijving"

    inschrijving_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    brin: str
    vestiging: str | None = None
    soort: str
    niveau: str | None = None
    van: date
    tot: date | None = None
    gehoord: date
    overgenomen: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})


class VrijstellingRij(CasesTable, table=True):
    """A vrijstelling or vervangende leerplicht."""

    __tablename__ = "vrijstelling"

    vrijstelling_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    soort: str
    van: date
    tot: date | None = None
    overgenomen: bool = Field(default=False, sa_column_kwargs={"server_default": "false"})


class SignaalRij(CasesTable, table=True):
    """A signal of absoluut verzuim."""

    __tablename__ = "absoluut_signaal"
    __table_args__ = (Index("ix_absoluut_signaal_werk", "status", "gemeente", "sinds"),)

    signaal_id: UUID = Field(primary_key=True)
    jongere_id: UUID = Field(index=True)
    gemeente: str
    reden: str
    sinds: date
    peildatum: date
    oorzaak: str
    status: str
    gewijzigd_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    brin: str | None = None
    uitkomst: str | None = None
    medewerker: str | None = None
    zaak_id: UUID | None = None


class ControleRij(CasesTable, table=True):
    """That everybody was looked at: `soort` is dag or maand, `periode` the day or month it was done for."""

    __tablename__ = "absoluut_controle"

    soort: str = Field(primary_key=True)
    periode: str = Field(primary_key=True)
    peildatum: date
    klaar_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    aantallen: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))
