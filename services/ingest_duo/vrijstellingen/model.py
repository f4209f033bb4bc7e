"""A vrijstelling or vervangende leerplicht as the gemeente decided it, and what DUO must hear of it."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import SecretStr

from contracts.codes import Vrijstellingsoort
from hub.ids import named
from hub.privacy import Vertrouwelijk

_ID_SPACE = UUID("b52d7c0e-94a3-5f18-8c6b-1e07d3a9f264")


class Stand(StrEnum):
    """Whether DUO has the present version."""

    TE_MELDEN = "te_melden"
    TERUGGEMELD = "teruggemeld"
    GEWEIGERD = "geweigerd"


@dataclass(frozen=True, slots=True)
class Vrijstelling:
    """One vrijstelling; `versie` counts its changes from 1, `code` is why DUO does not have it.

    `eerder` is whether the same kind was granted, or invoked, before (a thing DUO must hear). The einddatum is the
    last day; without one it holds until further notice.
    """

    vrijstelling_id: UUID
    jongere_id: UUID
    gemeente: str
    soort: Vrijstellingsoort
    begindatum: date
    einddatum: date | None
    eerder: bool
    ingetrokken: bool
    medewerker: str
    versie: int = 1
    stand: Stand = Stand.TE_MELDEN
    code: str | None = None
    pogingen: int = 0
    sinds: datetime | None = None


class Vrijstellingbericht(Vertrouwelijk):
    """What DUO gets: the whole of it each time, so that a repetition changes nothing."""

    kenmerk: str
    versie: int
    bsn: SecretStr | None
    onderwijsnummer: SecretStr | None
    postcode: SecretStr
    soort: Vrijstellingsoort
    begindatum: date
    einddatum: date | None
    eerder: bool
    ingetrokken: bool


def kenmerk_van(jongere_id: UUID, soort: Vrijstellingsoort, begindatum: date) -> UUID:
    """The id of a vrijstelling follows from whose it is, its kind and its first day: recording it twice is once."""
    return named(_ID_SPACE, f"{jongere_id}|{soort.value}|{begindatum.isoformat()}")
