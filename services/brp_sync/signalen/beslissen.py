"""What becomes of a signal that somebody changed in the BRP: when to ask, and what an answer means; pure.

The BRP-V, which the API reads, lags the gemeente that sent the signal. So the first question waits, and an answer
that shows nothing new is asked for again, for a few werkdagen.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from hub.calendar import leeftijd, plus_werkdagen
from hub.clock import AMSTERDAM
from services.brp_sync.model import ONBEKENDE, OnvolledigeDatum, Persoon, PersoonWijziging, aanvullen


class Stand(StrEnum):
    """How far a signal is. WACHT is the only one that is not an end."""

    WACHT = "wacht"
    GEWIJZIGD = "gewijzigd"
    GEEN_VERANDERING = "geen_verandering_gevonden"
    NIET_GEVONDEN = "niet_gevonden"
    NIET_VAN_BELANG = "niet_van_belang"
    GEWEIGERD = "geweigerd"


class Uitkomst(StrEnum):
    """What one question showed."""

    GEWIJZIGD = "gewijzigd"
    ONGEWIJZIGD = "ongewijzigd"
    NIET_GEVONDEN = "niet_gevonden"
    NIET_VAN_BELANG = "niet_van_belang"
    GEWEIGERD = "geweigerd"


@dataclass(frozen=True, slots=True)
class Ritme:
    """When to ask: how long after the signal, how long after an answer that showed nothing, for how many werkdagen."""

    vertraging: timedelta
    herhaling: timedelta
    werkdagen: int


_EINDE = {
    Uitkomst.GEWIJZIGD: Stand.GEWIJZIGD,
    Uitkomst.NIET_VAN_BELANG: Stand.NIET_VAN_BELANG,
    Uitkomst.GEWEIGERD: Stand.GEWEIGERD,
}
_OPGEGEVEN = {Uitkomst.ONGEWIJZIGD: Stand.GEEN_VERANDERING, Uitkomst.NIET_GEVONDEN: Stand.NIET_GEVONDEN}


def vervolg(ontvangen: datetime, uitkomst: Uitkomst, nu: datetime, ritme: Ritme) -> tuple[Stand, datetime | None]:
    """The state of a signal after a question, and when to ask again; the werkdagen are counted from its receipt."""
    if uitkomst in _EINDE:
        return _EINDE[uitkomst], None
    opnieuw = nu + ritme.herhaling
    laatste_dag = plus_werkdagen(ontvangen.astimezone(AMSTERDAM).date(), ritme.werkdagen)
    if opnieuw.astimezone(AMSTERDAM).date() > laatste_dag:
        return _OPGEGEVEN[uitkomst], None
    return Stand.WACHT, opnieuw


def aangevuld(bekend: Persoon | None, antwoord: Persoon, onderzocht: frozenset[str] | None = None) -> Persoon:
    """The answer with what the API does not tell and we know: what registering it now would make of the person."""
    return antwoord if bekend is None else aanvullen(bekend, antwoord, onderzocht)


def is_nieuws(bekend: Persoon | None, nieuw: Persoon, *, zelfde_antwoord: bool) -> bool:
    """Whether an answer is to be taken over.

    Not when it holds what we know; and not when the API gave this very answer before, because what we know beyond it
    came from a source that runs ahead of the BRP-V.
    """
    return bekend != nieuw and not zelfde_antwoord


def is_verandering(bekend: Persoon | None, nieuw: Persoon) -> bool:
    """Whether something is otherwise than we knew; what we did not know yet may have been so all along."""
    velden = ONBEKENDE.onbekend - (bekend.onbekend if bekend is not None else frozenset())
    return bekend is None or any(getattr(bekend, veld) != getattr(nieuw, veld) for veld in velden)


def is_zelfde_persoon(bekend: Persoon | None, nieuw: Persoon | None) -> bool:
    """Whether two can be the same person, one of whom is said to have (had) the other one's number.

    A number may have been corrected because it is somebody else's. Whoever has the same A-nummer is the same; another
    day of birth, or other voornamen, is somebody else; of whom nothing is known nothing speaks against it.
    """
    if bekend is None or nieuw is None or (bekend.a_nummer is not None and bekend.a_nummer == nieuw.a_nummer):
        return True
    return komt_overeen(bekend, nieuw)


def komt_overeen(bekend: Persoon, nieuw: Persoon | PersoonWijziging) -> bool:
    """Whether day of birth and voornamen are the same, as far as both are known."""
    zelfde_dag = (
        bekend.geboortedatum is None
        or nieuw.geboortedatum is None
        or _kan_zelfde_dag_zijn(bekend.geboortedatum, nieuw.geboortedatum)
    )
    return zelfde_dag and (None in (bekend.voornamen, nieuw.voornamen) or bekend.voornamen == nieuw.voornamen)


def _kan_zelfde_dag_zijn(een: OnvolledigeDatum, ander: OnvolledigeDatum) -> bool:
    delen = zip((een.jaar, een.maand, een.dag), (ander.jaar, ander.maand, ander.dag), strict=True)
    return all(None in paar or paar[0] == paar[1] for paar in delen)


def is_van_belang(geboren: Persoon, vandaag: date, tot_leeftijd: int) -> bool:
    """Whether somebody we did not know may be a jongere: younger than `tot_leeftijd`, or of unknown age."""
    grenzen = geboren.geboortedatum.grenzen() if geboren.geboortedatum is not None else None
    return grenzen is None or grenzen[1] > vandaag or leeftijd(grenzen[1], vandaag) < tot_leeftijd
