"""Said by `brp_sync`: that something changed for a jongere in the BRP; never what the personal data are."""

from enum import StrEnum
from typing import ClassVar

from contracts.envelope import EventData, Gemeentecode


class Onderdeel(StrEnum):
    """Which part of a person changed; whoever needs the value asks for it with a purpose."""

    NAAM = "naam"
    GEBOORTEDATUM = "geboortedatum"
    ADRES = "adres"
    GEZAG = "gezag"
    GEHEIMHOUDING = "geheimhouding"
    ADRES_IN_ONDERZOEK = "adres_in_onderzoek"
    OPSCHORTING = "opschorting"
    IDENTIFICATIE = "identificatie"


class JongereIngeschreven(EventData):
    """A jongere became known as resident of a gemeente of the region (or was first seen in a melding)."""

    name: ClassVar = "jongere-ingeschreven"


class PersoonsgegevensGewijzigd(EventData):
    """One or more parts of the person changed."""

    name: ClassVar = "persoonsgegevens-gewijzigd"

    onderdelen: tuple[Onderdeel, ...]


class JongereVerhuisd(EventData):
    """The gemeente van inschrijving changed."""

    name: ClassVar = "jongere-verhuisd"

    van_gemeente: Gemeentecode
    naar_gemeente: Gemeentecode


class JongereVertrokken(EventData):
    """Emigrated, or no longer registered as resident; the duty may end (opschorting E or R)."""

    name: ClassVar = "jongere-vertrokken"


class JongereOverleden(EventData):
    """Died: every letter and handover under way must stop at once."""

    name: ClassVar = "jongere-overleden"


EVENTS = (JongereIngeschreven, PersoonsgegevensGewijzigd, JongereVerhuisd, JongereVertrokken, JongereOverleden)
