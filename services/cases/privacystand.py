"""What is known of a jongere about consent, information and rights; true regardless of how it is stored."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from services.cases.deel import Deel
from services.cases.rechtenstand import Rechten

__all__ = ["Deel", "Gever", "Informatie", "Privacystand", "Toestemming", "Toestemmingstand"]


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


class TeltNiet(StrEnum):
    """Why a consent that was recorded does not count."""

    VERKEERDE_GEVER = "verkeerde_gever"
    """At this age somebody else consents."""
    OUDERS_ONEENS = "ouders_oneens"
    """Two ouders with gezag disagree: a human looks for a way out."""
    GEZAG_ONZEKER = "gezag_onzeker"
    """Who has gezag was not shown."""
    VOOGD = "voogd"
    """A voogd or pleegouder gave it, and what they may decide was not looked into yet."""


class Toestemming(Deel):
    """What one giver said, from `op` on, about one element, recipient and purpose in one zaak.

    What was said before stays in the register; `toestemming_id` is the same for all that one giver says about it.
    """

    toestemming_id: UUID
    element: str
    ontvanger: str
    doel: str
    gever: Gever
    stand: Toestemmingstand
    op: datetime
    """When it got this stand."""
    schriftelijk: bool = False
    """Whether there is a written record; without one a consent does not count (CONV-6.1c)."""
    vastgelegd_door: str
    zaak_id: UUID | None = None
    telt_niet: TeltNiet | None = None


class TeInformeren(Deel):
    """A recipient that must hear that a consent was withdrawn, and when that was done (CONV-11.5)."""

    toestemming_id: UUID
    ontvanger: str
    sinds: datetime
    gedaan_op: datetime | None = None
    gedaan_door: str | None = None


class Informatie(Deel):
    """That betrokkenen were told beforehand, how, and about which points (AVG art. 12-14)."""

    op: date
    wijze: str
    door: str
    punten: tuple[str, ...] = ()
    aan: tuple[Gever, ...] = ()
    zaak_id: UUID | None = None


class Privacystand(Deel):
    """Of one jongere."""

    toestemmingen: tuple[Toestemming, ...] = ()
    """In the order in which they were recorded; the last one of a giver about something holds."""
    te_informeren: tuple[TeInformeren, ...] = ()
    informatie: tuple[Informatie, ...] = ()
    beperkt_sinds: date | None = None
    rechten: Rechten = Rechten()

    def in_zaak(self, van: UUID, naar: UUID) -> "Privacystand":
        """The same, where a zaak went up in another: what was said and told in the one holds in the other."""
        over = {"zaak_id": naar}
        return self.model_copy(
            update={
                "toestemmingen": tuple(
                    t.model_copy(update=over) if t.zaak_id == van else t for t in self.toestemmingen
                ),
                "informatie": tuple(i.model_copy(update=over) if i.zaak_id == van else i for i in self.informatie),
            }
        )

    def tegengehouden(self, ontvanger: str, doel: str) -> str | None:
        """Why nothing may be disclosed to this recipient for this purpose now, as a code; None when this is no reason.

        A restriction holds up everything (AVG art. 18 lid 2), a bezwaar what it is about until a human weighed it and
        for good when it was granted (AVG art. 21 lid 1).
        """
        if self.beperkt_sinds is not None:
            return "verwerking_beperkt"
        return "bezwaar" if any(v.houdt_tegen(ontvanger, doel) for v in self.rechten.verzoeken) else None
