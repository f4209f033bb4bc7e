"""Whom the hub follows at the GBA-V or the gegevensmagazijn, and when it stops: pure.

The rules are those of the volgindicaties of the BRP Update API: somebody with at least one active follower (volger) who
does not live in the region is followed there; whoever lives in the region comes over StUF anyhow, and is not.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from services.brp_sync.gegevens import RedenOpschorting
from services.brp_sync.model import Persoon

GEHEIM_VOOR_ALLEN: Final = 7  # 70.10: outside the gemeente nobody may follow this person


class Stand(StrEnum):
    """How far following somebody is. `geweigerd` and `verwijderd` rest until the wish changes."""

    GEVRAAGD = "gevraagd"
    GEPLAATST = "geplaatst"
    GEWEIGERD = "geweigerd"
    VERWIJDERING_GEVRAAGD = "verwijdering_gevraagd"
    VERWIJDERD = "verwijderd"


OPEN: Final = frozenset({Stand.GEVRAAGD, Stand.VERWIJDERING_GEVRAAGD})
"""States in which somebody else has to answer."""


@dataclass(frozen=True, slots=True)
class Volger:
    """Who wants to hear about somebody: `duo` or an official; from `einddatum` on no more."""

    naam: str
    einddatum: date | None = None

    def is_actief(self, vandaag: date) -> bool:
        """An end today ends it today."""
        return self.einddatum is None or self.einddatum > vandaag


@dataclass(frozen=True, slots=True)
class Wens:
    """Whether somebody is to be followed, and why (not), in Dutch."""

    volgen: bool
    reden: str


def bepaal_wens(
    persoon: Persoon | None,
    volgers: Iterable[Volger],
    regio: frozenset[str],
    vandaag: date,
    *,
    opgegaan: bool = False,
    uit_beeld: bool = False,
) -> Wens:
    """Whether to follow this person; None is somebody DUO named and the BRP told nothing about.

    `uit_beeld`: whoever tells about residents over StUF stopped doing so (mutatiesoort V). That says nothing about
    where the person is, mostly a move out of the region, and from then on nobody tells us unless we follow.
    """
    if opgegaan:
        return Wens(False, "opgegaan in een andere persoon")
    if persoon is not None and (reden := _waarom_niet(persoon, frozenset() if uit_beeld else regio)):
        return Wens(False, reden)
    if not any(volger.is_actief(vandaag) for volger in volgers):
        return Wens(False, "niemand volgt deze persoon nog")
    if uit_beeld:
        return Wens(True, "uit beeld bij de leverancier van StUF")
    return Wens(True, "woont buiten de regio" if persoon and persoon.gemeente else "nog niet bekend bij de BRP")


def _waarom_niet(persoon: Persoon, regio: frozenset[str]) -> str | None:
    if persoon.is_overleden:
        return "overleden"
    if persoon.opschorting is not None and persoon.opschorting.reden is RedenOpschorting.FOUT:
        return "de persoonslijst is afgevoerd"
    if persoon.gemeente in regio:
        return "ingeschreven in de regio"
    if persoon.indicatie_geheim == GEHEIM_VOOR_ALLEN and not persoon.geheim_zonder_code:
        return "heeft om geheimhouding gevraagd"
    return None


def overgang(stand: Stand | None, wens: Wens, verzonden: int) -> Stand | None:
    """The state that follows from the wish, None when it is the present one.

    `verzonden` counts how often the present request went out: what was never asked need not be taken back.
    """
    if wens.volgen:
        return Stand.GEVRAAGD if stand in (None, Stand.VERWIJDERD, Stand.VERWIJDERING_GEVRAAGD) else None
    if stand is Stand.GEPLAATST or (stand is Stand.GEVRAAGD and verzonden > 0):
        return Stand.VERWIJDERING_GEVRAAGD
    return Stand.VERWIJDERD if stand in (Stand.GEVRAAGD, Stand.GEWEIGERD) else None


@dataclass(frozen=True, slots=True)
class Gevolg:
    """What an answer makes of a request; `reden` is why it was refused, `opnieuw` that asking again may help."""

    stand: Stand
    reden: str | None = None
    opnieuw: bool = False


_STAAT_ER_AL: Final = "I"
_BESTAAT_NIET: Final = "G"
_VERHUIST: Final = frozenset("BV")


def na_weigering(stand: Stand, soort: str, foutreden: str, reden: str) -> Gevolg:
    """What an Af01 (placing) or Af11 (removing) makes of a request in `stand`.

    Reason I says that there is an afnemersindicatie already, or none: then it is as we want it. Somebody who is just
    moving (B, V) can be asked for again later.
    """
    if soort == "Af01" and stand is Stand.GEVRAAGD:
        if foutreden == _STAAT_ER_AL:
            return Gevolg(Stand.GEPLAATST)
        if foutreden in _VERHUIST:
            return Gevolg(Stand.GEVRAAGD, reden, opnieuw=True)
        return Gevolg(Stand.GEWEIGERD, reden)
    if soort == "Af11" and stand is Stand.VERWIJDERING_GEVRAAGD:
        if foutreden in (_STAAT_ER_AL, _BESTAAT_NIET):
            return Gevolg(Stand.VERWIJDERD)
        return Gevolg(Stand.VERWIJDERING_GEVRAAGD, reden, opnieuw=True)
    return Gevolg(stand, reden)
