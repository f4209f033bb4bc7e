"""What is known of a jongere about consent, information and rights; true regardless of how it is stored."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Deel(BaseModel):
    """Base of what is stored, sealed, in this service."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Gever(StrEnum):
    """Who consents: by age the jongere, the ouders (whoever has gezag), or both (privacy rules of the protocol)."""

    JONGERE = "jongere"
    OUDERS = "ouders"
    WETTELIJK_VERTEGENWOORDIGER = "wettelijk_vertegenwoordiger"


class Toestemmingstand(StrEnum):
    """Where a consent is."""

    GEVRAAGD = "gevraagd"
    GEGEVEN = "gegeven"
    GEWEIGERD = "geweigerd"
    INGETROKKEN = "ingetrokken"


class Toestemming(Deel):
    """One consent: of one giver, for one element, recipient and purpose."""

    toestemming_id: UUID
    element: str
    ontvanger: str
    doel: str
    gever: Gever
    stand: Toestemmingstand
    op: datetime
    """When it got this stand."""
    schriftelijk: bool = False
    vastgelegd_door: str
    zaak_id: UUID | None = None


class Informatie(Deel):
    """That betrokkenen were told beforehand, how, and about which points (AVG art. 12-14)."""

    op: date
    wijze: str
    door: str
    punten: tuple[str, ...] = ()


class Privacystand(Deel):
    """Of one jongere."""

    toestemmingen: tuple[Toestemming, ...] = ()
    informatie: tuple[Informatie, ...] = ()
    beperkt_sinds: date | None = None
    bezwaren: tuple[UUID, ...] = ()
