"""What services may ask each other about a person: one typed question and answer per purpose, nothing wider.

`brp_sync` answers who someone is, `ingest_duo` what a school wrote in a melding, `cases` what was agreed.

These travel sealed over request/reply and are never kept in a stream (hub/verstrek.py). Values are `SecretStr`: they
print as asterisks wherever they turn up by accident. An element that is not in the answer class cannot be disclosed.
"""

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, SecretStr

from contracts.codes import Adressaat
from contracts.envelope import Gemeentecode


class Gesloten(BaseModel):
    """Base: frozen, no unknown fields, silent about its input in errors."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class Verzoek(Gesloten):
    """Base of questions: who asks; purpose and answering service are fixed by the type."""

    bron: ClassVar[str] = "brp_sync"

    aanvrager: str


class TeIdentificeren(Gesloten):
    """A person as DUO names one: BSN or, until it is known, onderwijsnummer."""

    bsn: SecretStr | None = None
    onderwijsnummer: SecretStr | None = None
    gemeente: Gemeentecode


class Identificatieverzoek(Verzoek):
    """Which jongeren are these? A person never seen before gets a jongere_id."""

    doel: Literal["identificatie"] = "identificatie"
    personen: tuple[TeIdentificeren, ...]


class Identificaties(Gesloten):
    """The jongere_id of each person asked for, in the same order."""

    jongeren: tuple[UUID, ...]


class Plichtverzoek(Verzoek):
    """What is needed to know under which duty jongeren are (Leerplichtwet 1969 art. 3 and 4a)."""

    doel: Literal["plichtbepaling"] = "plichtbepaling"
    jongeren: tuple[UUID, ...]


class Plichtgegevens(Gesloten):
    """Of one jongere; `geboortedatum` is None when it is unknown or incomplete in the BRP."""

    jongere_id: UUID
    geboortedatum: date | None
    overleden: bool


class Plichtantwoord(Gesloten):
    """Only jongeren that are known appear."""

    gegevens: tuple[Plichtgegevens, ...]


class Briefverzoek(Verzoek):
    """Name and address for letters that are rendered now."""

    doel: Literal["brief"] = "brief"
    jongeren: tuple[UUID, ...]


class Geadresseerde(Gesloten):
    """To whom and where."""

    adressaat: Adressaat
    naam: SecretStr
    adresregels: tuple[SecretStr, ...]


class Briefgegevens(Gesloten):
    """Of one jongere: what a letter to the jongere or the ouders needs."""

    jongere_id: UUID
    naam_jongere: SecretStr
    geadresseerden: tuple[Geadresseerde, ...]
    overleden: bool
    adres_in_onderzoek: bool
    geheimhouding: bool


class Briefantwoord(Gesloten):
    """Only jongeren that are known appear."""

    gegevens: tuple[Briefgegevens, ...]


class Haltverzoek(Verzoek):
    """Identity and address for a Halt-verwijzing; no BSN, because its legal ground for Halt is not established."""

    doel: Literal["halt_verwijzing"] = "halt_verwijzing"
    jongeren: tuple[UUID, ...]


class Haltgegevens(Gesloten):
    """Of one jongere."""

    jongere_id: UUID
    naam: SecretStr
    geboortedatum: date | None
    adresregels: tuple[SecretStr, ...]
    ouders: tuple[SecretStr, ...]
    overleden: bool


class Haltantwoord(Gesloten):
    """Only jongeren that are known appear."""

    gegevens: tuple[Haltgegevens, ...]


class Grensverzoek(Verzoek):
    """What decides whether anything may be disclosed at all, as the register of persons has it now."""

    doel: Literal["verstrekking"] = "verstrekking"
    jongeren: tuple[UUID, ...]


class Grensgegevens(Gesloten):
    """Of one jongere; `geboortedatum` is None when it is unknown or incomplete in the BRP."""

    jongere_id: UUID
    geboortedatum: date | None
    overleden: bool
    geheimhouding: bool


class Grensantwoord(Gesloten):
    """Only jongeren that are known appear."""

    gegevens: tuple[Grensgegevens, ...]


class Woonverzoek(Verzoek):
    """Of which gemeente are jongeren ingezetene? Asked before an official records a besluit of a gemeente about one."""

    doel: Literal["woongemeente"] = "woongemeente"
    jongeren: tuple[UUID, ...]


class Woongegevens(Gesloten):
    """Of one jongere; `gemeente` is None when the BRP has not told."""

    jongere_id: UUID
    gemeente: Gemeentecode | None


class Woonantwoord(Gesloten):
    """Only jongeren that are known appear."""

    gegevens: tuple[Woongegevens, ...]


class Vrijstellingverzoek(Verzoek):
    """What DUO must know of a jongere with a vrijstelling or vervangende leerplicht (Leerplichtwet 1969 art. 3c lid 1,
    6 lid 4, 15 lid 3): the persoonsgebonden nummer and the postcode."""

    doel: Literal["vrijstelling_melden"] = "vrijstelling_melden"
    jongeren: tuple[UUID, ...]


class Vrijstellinggegevens(Gesloten):
    """Of one jongere; the onderwijsnummer only when the BSN is not known."""

    jongere_id: UUID
    bsn: SecretStr | None
    onderwijsnummer: SecretStr | None
    postcode: SecretStr | None
    overleden: bool


class Vrijstellingantwoord(Gesloten):
    """Only jongeren that are known appear."""

    gegevens: tuple[Vrijstellinggegevens, ...]


class Meldingverzoek(Verzoek):
    """What a Halt-verwijzing must say of the school and the reported absence."""

    bron: ClassVar = "ingest_duo"

    doel: Literal["halt_verwijzing"] = "halt_verwijzing"
    meldingsnummer: str


class Verzuimdag(Gesloten):
    """One reported day: as a whole, or a number of lesuren."""

    datum: date
    hele_dag: bool
    lesuren: int | None = None


class Meldingantwoord(Gesloten):
    """Of one melding; every field is None or empty when the melding is not known (any more)."""

    school: SecretStr | None = None
    contactpersoon: SecretStr | None = None
    telefoon: SecretStr | None = None
    verzuimdagen: tuple[Verzuimdag, ...] = ()


class Afsprakenverzoek(Verzoek):
    """What was agreed with jongere and ouders, for a letter that confirms it."""

    bron: ClassVar = "cases"

    doel: Literal["afspraken"] = "afspraken"
    brief_id: UUID


class Afsprakenantwoord(Gesloten):
    """The agreements as the official wrote them down."""

    afspraken: tuple[SecretStr, ...] = ()


class Beperktverzoek(Verzoek):
    """Of which of these jongeren may data only be stored now (AVG art. 18)? Asked right before a letter is made."""

    bron: ClassVar = "cases"

    doel: Literal["beperking"] = "beperking"
    jongeren: tuple[UUID, ...]


class Beperktantwoord(Gesloten):
    """Those of whom nothing may go out."""

    beperkt: tuple[UUID, ...] = ()


class Intrekkingsverzoek(Verzoek):
    """Which of these letters or verwijzingen may not go out any more? Asked right before they do."""

    bron: ClassVar = "cases"

    doel: Literal["intrekking"] = "intrekking"
    kenmerken: tuple[UUID, ...]


class Intrekkingsantwoord(Gesloten):
    """Those that were withdrawn."""

    ingetrokken: tuple[UUID, ...] = ()


def onderwerp(verzoek: type[Verzoek]) -> str:
    """The NATS subject of a question: `verstrek.<bron>.<doel>`."""
    return f"verstrek.{verzoek.bron}.{verzoek.model_fields['doel'].default}"
