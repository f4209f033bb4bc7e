"""What goes to Halt when an official has decided to refer a jongere, and what comes back.

The referral holds what the protocols ask for (steps of the referral with signatures; Halt's page for
leerplichtambtenaren for the conditions) and nothing else: no BSN, no free text of the school's melding, no thresholds.
Thresholds (hours, times late) differ per region and date and belong to the protocol, not to this message.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import (
    Field,
    Secret,
    SecretBytes,
    SecretStr,
    StrictBool,
    StrictInt,
    ValidationInfo,
    field_validator,
)

from contracts.codes import HaltAfloop
from hub.calendar import leeftijd
from hub.privacy import Vertrouwelijk

Kenmerk = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,64}$")]
"""Our own mark of one referral, never derived from a person; the key on which Halt recognises a repeat."""
Gemeentecode = Annotated[str, Field(pattern=r"^[0-9]{4}$")]
Brin = Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}$")]
Geheim100 = Annotated[SecretStr, Field(min_length=1, max_length=100)]
Geheim200 = Annotated[SecretStr, Field(min_length=1, max_length=200)]
Geheim2000 = Annotated[SecretStr, Field(max_length=2000)]

MAX_OVERZICHT_BYTES = 10_000_000


class Wetsartikel(StrEnum):
    """The article that was broken (Besluit aanwijzing Halt-feiten art. 1 onder l: Leerplichtwet 1969)."""

    ARTIKEL_2_LID_3 = "2.3"
    ARTIKEL_4C = "4c"


class Boa(Vertrouwelijk):
    """The leerplichtambtenaar who refers, as buitengewoon opsporingsambtenaar."""

    naam: Geheim100
    aktenummer: Annotated[str, Field(min_length=1, max_length=40)]
    getekend_op: date


class HaltJongere(Vertrouwelijk):
    """The jongere; has to agree whatever the age."""

    naam: Geheim100
    geboortedatum: Secret[date]
    adres: Geheim200
    telefoon: Geheim100
    instemming: StrictBool


class HaltOuder(Vertrouwelijk):
    """A parent; has to agree and to sign when the jongere is under 16."""

    naam: Geheim100
    adres: Geheim200
    telefoon: Geheim100
    instemming: StrictBool
    getekend_op: date | None = None


class HaltSchool(Vertrouwelijk):
    """The school and whom Halt may ask for."""

    naam: Annotated[str, Field(min_length=1, max_length=100)]
    brin: Brin
    contactpersoon: Geheim100 | None = None
    """Not every protocol lets it go to Halt."""


class HaltFeit(Vertrouwelijk):
    """The absence the referral is about; `verzuimoverzicht` is the school's list as PDF."""

    artikel: Wetsartikel
    periode_begin: date
    periode_eind: date
    aantal_uren: Annotated[StrictInt, Field(ge=0)]
    aantal_te_laat: Annotated[StrictInt, Field(ge=0)]
    verzuimoverzicht: Annotated[SecretBytes, Field(max_length=MAX_OVERZICHT_BYTES)]

    @field_validator("periode_eind")
    @classmethod
    def _eind_niet_voor_begin(cls, waarde: date, info: ValidationInfo) -> date:
        begin = info.data.get("periode_begin")
        if begin is not None and waarde < begin:
            raise ValueError("ligt voor het begin van de periode")
        return waarde

    @field_validator("verzuimoverzicht")
    @classmethod
    def _is_een_pdf(cls, waarde: SecretBytes) -> SecretBytes:
        if not waarde.get_secret_value().startswith(b"%PDF-"):
            raise ValueError("is geen PDF")
        return waarde


class HaltVerwijzing(Vertrouwelijk):
    """A referral to Halt, decided and signed by a BOA.

    Raises ValidationError when the jongere is not 12 to 17 on `datum`, has not agreed, or, under 16, when there is no
    parent or a parent has not agreed and signed (Halt, "Verwijzen naar Halt": leerplichtambtenaren).
    """

    kenmerk: Kenmerk
    gemeentecode: Gemeentecode
    datum: date
    boa: Boa
    jongere: HaltJongere
    ouders: Annotated[tuple[HaltOuder, ...], Field(max_length=4)] = Field(default=(), validate_default=True)
    school: HaltSchool
    feit: HaltFeit
    maatregelen_school: Geheim2000
    ouders_geinformeerd: StrictBool
    lopende_hulp: StrictBool | None = None
    """Only with consent of the jongere or the parents; None is: not told."""
    lopende_hulp_contact: Geheim200 | None = Field(default=None, validate_default=True)
    """Only with consent of the jongere or the parents."""
    eerdere_halt_voor_verzuim: Literal[False] = False
    eerdere_halt_nagegaan_op: date
    afschrift_om: StrictBool = False

    @field_validator("jongere")
    @classmethod
    def _leeftijd_en_instemming(cls, waarde: HaltJongere, info: ValidationInfo) -> HaltJongere:
        datum = info.data.get("datum")
        if datum is not None and not 12 <= leeftijd(waarde.geboortedatum.get_secret_value(), datum) <= 17:
            raise ValueError("is op de datum van de verwijzing niet 12 tot en met 17 jaar")
        if not waarde.instemming:
            raise ValueError("stemt niet in")
        return waarde

    @field_validator("ouders")
    @classmethod
    def _ouders_stemmen_in(cls, waarde: tuple[HaltOuder, ...], info: ValidationInfo) -> tuple[HaltOuder, ...]:
        datum, jongere = info.data.get("datum"), info.data.get("jongere")
        if datum is None or jongere is None or leeftijd(jongere.geboortedatum.get_secret_value(), datum) >= 16:
            return waarde
        if not waarde or not all(ouder.instemming and ouder.getekend_op for ouder in waarde):
            raise ValueError("elke ouder stemt in en tekent als de jongere nog geen 16 is")
        return waarde

    @field_validator("lopende_hulp_contact")
    @classmethod
    def _contact_alleen_bij_hulp(cls, waarde: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if waarde is not None and info.data.get("lopende_hulp") is not True:
            raise ValueError("hoort alleen bij lopende hulp")
        return waarde


class NieuwVerzuim(Vertrouwelijk):
    """New absence while the Halt course runs; Halt is told at once."""

    kenmerk: Kenmerk
    datum: date
    uren: Annotated[StrictInt, Field(ge=1)]


class Ontvangstbewijs(Vertrouwelijk):
    """Halt's receipt: a repeat of the same referral gives the same receipt."""

    kenmerk: Kenmerk
    ontvangst_id: Annotated[str, Field(min_length=1, max_length=64)]
    ontvangen_op: date


class Afloop(Vertrouwelijk):
    """How a referral ended; `volgnummer` is the place in Halt's feed and the cursor for the next question."""

    volgnummer: Annotated[StrictInt, Field(ge=1)]
    kenmerk: Kenmerk
    afloop: HaltAfloop
    datum: date
    toelichting: Geheim2000 | None = None


class OnbruikbareAfloop(Vertrouwelijk):
    """An entry of the feed that cannot be used: what is wrong, and the entry itself to mend."""

    volgnummer: int
    veld: str
    reden: str
    ruw: SecretStr
