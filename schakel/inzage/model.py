"""The form of an inzage; docs/inzage.schema.json is made from it."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class _Deel(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Soort(StrEnum):
    """What was asked for: everything (AVG art. 15), or what was given on consent, to take along (art. 20)."""

    INZAGE = "inzage"
    PORTABILITEIT = "portabiliteit"


class Veld(_Deel):
    """One value: `waarde` to read, `ruw` for a machine."""

    veld: str = Field(description="Naam van het veld voor een programma.")
    naam: str = Field(description="Naam van het veld om te lezen.")
    waarde: str = Field(repr=False, description="De waarde om te lezen.")
    ruw: Any = Field(default=None, repr=False, description="De waarde zoals vastgelegd.")


class Tabel(_Deel):
    """Rows of the same kind."""

    kolommen: tuple[str, ...]
    rijen: tuple[tuple[str, ...], ...] = Field(repr=False)


class Onderdeel(_Deel):
    """A melding, a zaak, a letter; may hold others."""

    titel: str
    velden: tuple[Veld, ...] = ()
    tabel: Tabel | None = None
    onderdelen: tuple["Onderdeel", ...] = ()


class Groep(_Deel):
    """One kind of data: what it is, where it comes from, what for, how long it is kept, and the data."""

    code: str
    titel: str
    uitleg: str
    herkomst: str
    doel: str
    grondslag: str
    bewaren: str
    onderdelen: tuple[Onderdeel, ...] = ()


class Overzichtsregel(_Deel):
    """One line of the overview on the first page."""

    titel: str
    aantal: int = Field(ge=0)
    uitleg: str


class Weglating(_Deel):
    """What is not shown: the category, how much, on which ground."""

    categorie: str
    titel: str
    uitleg: str
    grondslag: str
    aantal: int = Field(ge=1)


class Recht(_Deel):
    """What the betrokkene can do next."""

    titel: str
    tekst: str


class Inzage(_Deel):
    """The document."""

    versie: int = 1
    soort: Soort
    jongere: str = Field(description="Het nummer waaronder de jongere hier bekend is.")
    nummers: tuple[str, ...] = Field(description="Alle nummers die dezelfde jongere had.")
    naam: str = Field(repr=False)
    gemaakt_op: datetime
    gemaakt_door: str
    gemeenten: tuple[str, ...] = Field(description="Voor welke gemeenten dit overzicht geldt.")
    overzicht: tuple[Overzichtsregel, ...]
    groepen: tuple[Groep, ...]
    weggelaten: tuple[Weglating, ...]
    rechten: tuple[Recht, ...]
