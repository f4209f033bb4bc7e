"""The parts a person is made of, and the form each field must have; every source is held to the same forms.

Field forms follow the Logisch Ontwerp BRP (element numbers in brackets) and StUF-BG 3.10. The reasons in errors are
Dutch, because the person who mends a message reads them; they never hold the value.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainValidator,
    SecretStr,
    ValidationError,
)

from hub.privacy import Bsn, Reden, Vertrouwelijk
from services.brp_sync.datum import OnvolledigeDatum

_STUURTEKEN = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def _tekst(hoogstens: int) -> AfterValidator:
    def keur(waarde: SecretStr) -> SecretStr:
        tekst = waarde.get_secret_value()
        if not tekst:
            raise ValueError("is leeg")
        if len(tekst) > hoogstens:
            raise ValueError(f"is langer dan {hoogstens} tekens")
        if _STUURTEKEN.search(tekst):
            raise ValueError("bevat een stuurteken")
        return waarde

    return AfterValidator(keur)


def _cijfers(patroon: str, reden: str) -> AfterValidator:
    vorm = re.compile(patroon)

    def keur(waarde: SecretStr) -> SecretStr:
        if not vorm.fullmatch(waarde.get_secret_value()):
            raise ValueError(reden)
        return waarde

    return AfterValidator(keur)


def _code(patroon: str, reden: str) -> AfterValidator:
    vorm = re.compile(patroon)

    def keur(waarde: str) -> str:
        if not vorm.fullmatch(waarde):
            raise ValueError(reden)
        return waarde

    return AfterValidator(keur)


def _naar_bsn(waarde: object) -> Bsn:
    return waarde if isinstance(waarde, Bsn) else Bsn(_als_tekst(waarde))


def _naar_datum(waarde: object) -> OnvolledigeDatum:
    return waarde if isinstance(waarde, OnvolledigeDatum) else OnvolledigeDatum(_als_tekst(waarde))


def _als_tekst(waarde: object) -> str:
    if not isinstance(waarde, str):
        raise ValueError("is geen tekst")
    return waarde


def _naar_geheim(waarde: object) -> object:
    if str(waarde) not in tuple("01234567"):
        raise ValueError("geen cijfer van 0 tot en met 7")
    return int(str(waarde))


BsnVeld = Annotated[Bsn, PlainValidator(_naar_bsn)]  # 01.20
Datum = Annotated[OnvolledigeDatum, PlainValidator(_naar_datum)]
Naam = Annotated[SecretStr, _tekst(200)]  # 02.10, 02.40
Voorvoegsel = Annotated[SecretStr, _tekst(10)]  # 02.30
Plaatsnaam = Annotated[SecretStr, _tekst(80)]  # 11.15, 11.70
Adresregel = Annotated[SecretStr, _tekst(80)]  # 12.10, 13.30-13.50: 35 by the LO, more in practice
ANummer = Annotated[SecretStr, _cijfers("[0-9]{10}", "geen tien cijfers")]  # 01.10
Onderwijsnummer = Annotated[SecretStr, _cijfers("[0-9]{9}", "geen negen cijfers")]
Huisnummer = Annotated[SecretStr, _cijfers("[1-9][0-9]{0,4}", "geen huisnummer van 1 tot 99999")]  # 11.20
Huisletter = Annotated[SecretStr, _cijfers("[A-Za-z]", "geen enkele letter")]  # 11.30
Toevoeging = Annotated[SecretStr, _tekst(4)]  # 11.40
Aanduiding = Annotated[SecretStr, _cijfers("to|by", "geen 'to' of 'by'")]  # 11.50
Postcode = Annotated[SecretStr, _cijfers("[1-9][0-9]{3}[A-Z]{2}", "geen postcode (1234AB)")]  # 11.60
Gemeentecode = Annotated[str, _code("[0-9]{4}", "geen gemeentecode van vier cijfers")]  # 09.10
Landcode = Annotated[str, _code("[0-9]{4}", "geen landcode van vier cijfers")]  # 13.10
Onderzoekcode = Annotated[str, _code("[0-9]{6}", "geen zes cijfers")]  # 83.10
IndicatieGeheim = Annotated[int, BeforeValidator(_naar_geheim)]  # 70.10
Versie = Annotated[str, _code("[0-9]{17}", "geen zeventien cijfers JJJJMMDDuummssddd")]  # 80.20
Gezagcode = Annotated[str, _code("[0-9A-Z]{1,2}", "geen code van een of twee tekens")]  # 32.10

RNI = "1999"  # the gemeentecode under which the Registratie Niet-Ingezetenen registers people


class Geslacht(StrEnum):
    """Geslachtsaanduiding (04.10)."""

    MAN = "M"
    VROUW = "V"
    ONBEKEND = "O"


class RedenOpschorting(StrEnum):
    """Why the PL is no longer kept up to date (67.20); `W` occurs but stands in no public table."""

    OVERLIJDEN = "O"
    EMIGRATIE = "E"
    MINISTERIEEL_BESLUIT = "M"
    RNI = "R"
    FOUT = "F"
    W = "W"
    ONBEKEND = "."


class Betrekking(StrEnum):
    """Which of the two places for a parent: category 02 (ouder1) or 03 (ouder2)."""

    OUDER1 = "ouder1"
    OUDER2 = "ouder2"


class Opschorting(Vertrouwelijk):
    """That and since when the PL is no longer kept up to date (07.67)."""

    reden: RedenOpschorting = RedenOpschorting.ONBEKEND
    datum: Datum | None = None


class InOnderzoek(Vertrouwelijk):
    """The correctness of (part of) a category is being investigated (cc.83); code is category, group, element."""

    code: Onderzoekcode
    ingang: Datum | None = None

    @property
    def categorie(self) -> str:
        """The LO category: 01 person, 06 death, 07 registration, 08 address, 11 custody."""
        return self.code[:2]


class Adres(Vertrouwelijk):
    """Where someone lives (category 08): an address or place in the Netherlands, or lines of an address abroad.

    `aanvang` is the day from which the person lives there (10.30, abroad 13.20): it stays the same when only the
    name or number of the place changes.
    """

    straat: Plaatsnaam | None = None
    huisnummer: Huisnummer | None = None
    huisletter: Huisletter | None = None
    toevoeging: Toevoeging | None = None
    aanduiding: Aanduiding | None = None
    postcode: Postcode | None = None
    woonplaats: Plaatsnaam | None = None
    locatiebeschrijving: Adresregel | None = None
    land: Landcode | None = None
    buitenland_regels: Annotated[tuple[Adresregel, ...], Field(max_length=3)] = ()
    aanvang: Datum | None = None

    @property
    def in_buitenland(self) -> bool:
        """True for an address outside the Netherlands, also when only the land is known."""
        return self.land is not None or bool(self.buitenland_regels)

    def is_leeg(self) -> bool:
        """True when not one part has a value."""
        return not any(getattr(self, veld) for veld in Adres.model_fields)

    def zelfde_plek(self, ander: "Adres") -> bool:
        """True when both are written the same, whatever the day from which the person lives there."""
        velden = Adres.model_fields.keys() - {"aanvang"}
        return all(getattr(self, veld) == getattr(ander, veld) for veld in velden)

    def regels(self) -> tuple[SecretStr, ...]:
        """The lines for on an envelope, without the name of a country; empty when nothing is known."""
        if self.in_buitenland:
            return self.buitenland_regels
        cijfers, letters = _open(self.postcode)[:4], _open(self.postcode)[4:]
        regels = (
            self._straatregel(),
            _open(self.locatiebeschrijving),
            _samen((cijfers, letters, _open(self.woonplaats))),
        )
        return tuple(SecretStr(regel) for regel in regels if regel)

    def _straatregel(self) -> str:
        aanduiding = {"to": "t/o", "by": "bij"}.get(_open(self.aanduiding), "")
        toevoeging = _open(self.toevoeging)
        nummer = _open(self.huisnummer) + _open(self.huisletter)
        scheiding = "" if toevoeging.startswith("-") else " "
        return _samen((_open(self.straat), aanduiding, f"{nummer}{scheiding}{toevoeging}".strip()))


class Ouder(Vertrouwelijk):
    """A parent as the PL of the child knows it (category 02 or 03); no more than is needed to find and address them.

    `ingang` is the day the family tie began (62.10).
    """

    betrekking: Betrekking
    bsn: BsnVeld | None = None
    voornamen: Naam | None = None
    voorvoegsel: Voorvoegsel | None = None
    geslachtsnaam: Naam | None = None
    ingang: Datum | None = None

    def volledige_naam(self) -> SecretStr:
        """The names in their usual order; an empty text when none is known."""
        return volledige_naam(self.voornamen, self.voorvoegsel, self.geslachtsnaam)


class Gezagsoort(StrEnum):
    """Who has gezag over a minderjarige, as the RvIG derives it (BRP API Personen 2.7, `gezag[].type`)."""

    GEZAMENLIJK_OUDERLIJK = "GezamenlijkOuderlijkGezag"
    EENHOOFDIG_OUDERLIJK = "EenhoofdigOuderlijkGezag"
    GEZAMENLIJK = "GezamenlijkGezag"
    VOOGDIJ = "Voogdij"
    TIJDELIJK_GEEN = "TijdelijkGeenGezag"
    NIET_TE_BEPALEN = "GezagNietTeBepalen"


class Gezaghouder(Vertrouwelijk):
    """An ouder or a derde with gezag; a derde of whom nothing is known (`OnbekendeDerde`) has neither BSN nor name."""

    is_ouder: bool
    bsn: BsnVeld | None = None
    naam: Naam | None = None


class Gezag(Vertrouwelijk):
    """The gezag over this person: what tells who may be addressed, where 32.10 does not."""

    soort: Gezagsoort
    houders: tuple[Gezaghouder, ...] = ()
    in_onderzoek: bool = False


def volledige_naam(*delen: SecretStr | None) -> SecretStr:
    """The known parts of a name, one space apart."""
    return SecretStr(_samen(_open(deel) for deel in delen))


def reden_van_afkeuring(fout: ValidationError) -> Reden:
    """The first thing wrong with the data, field and Dutch reason, without the value."""
    eerste = fout.errors(include_url=False, include_input=False, include_context=False)[0]
    veld = ".".join(str(deel) for deel in eerste["loc"]) or "bericht"
    if eerste["type"] == "value_error":
        return Reden(veld, eerste["msg"].removeprefix("Value error, "))
    return Reden(veld, "onbekende code" if eerste["type"] == "enum" else "heeft niet de vorm van dit veld")


def _open(waarde: SecretStr | None) -> str:
    return "" if waarde is None else waarde.get_secret_value()


def _samen(delen: Iterable[str]) -> str:
    return " ".join(deel for deel in delen if deel)
