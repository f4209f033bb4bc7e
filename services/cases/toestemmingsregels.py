"""Who must consent at this age, and to whom must be told what: asked of the rules of the protocol, nothing is added.

For an element the rules about disclosure know (CONV-6.1b, GO-REL-2, NOP-KET-2): whoever makes a consent valid there
must give it. Halt has ages of its own (GO-R3B-1 and -2, NOP-HALT-1).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from hub.calendar import leeftijd
from services.cases.engine import kennis_op
from services.cases.feiten import Feitenlijst
from services.cases.protocol import Protocol
from services.cases.regelwerk.omgeving import ELEMENT
from services.cases.regelwerk.stappen import Staat
from services.cases.toestemmingen import CJG_INHOUD, HALT, Rol

_COMBINATIES: Final[tuple[tuple[Rol, ...], ...]] = (("ouder",), ("jongere",), ("ouder", "jongere"))
_MEDISCH: Final = "gezondheidsgegevens"
"""What is said at the CJG is under the same secrecy, so the same people consent to sharing it."""
_ALGEMEEN: Final = "naam"
"""An element without ages of its own: who has a say about it is who must be told beforehand (CONV, footnote 28)."""


@dataclass(frozen=True, slots=True)
class Gevers:
    """Who must consent, and who is asked as well without a say; nobody at all when it is not possible at this age."""

    vereist: tuple[Rol, ...]
    ook: tuple[Rol, ...] = ()

    @property
    def mogelijk(self) -> bool:
        """Whether anybody can consent to it at this age."""
        return bool(self.vereist)


def gevers(
    protocol: Protocol, feitenlijst: Feitenlijst, geboortedatum: date | None, waarover: tuple[str, str, str], op: date
) -> Gevers | None:
    """Who consents to element, recipient and purpose; None when the age is unknown or the protocol does not say."""
    if geboortedatum is None or geboortedatum > op:
        return None
    if waarover == HALT:
        return _halt(protocol, leeftijd(geboortedatum, op))
    element, ontvanger, _ = waarover
    element = _MEDISCH if element == CJG_INHOUD else element
    for combinatie in _COMBINATIES:
        if _stand(protocol, feitenlijst, geboortedatum, element, ontvanger, combinatie, op) == "geldig":
            return Gevers(combinatie)
    return None


def geadresseerden(protocol: Protocol, feitenlijst: Feitenlijst, geboortedatum: date | None, op: date) -> Gevers | None:
    """Who must be told beforehand about disclosure (CONV-12.1); None when the age or the protocol does not say."""
    return gevers(protocol, feitenlijst, geboortedatum, (_ALGEMEEN, "school", ""), op)


def _halt(protocol: Protocol, jaren: int) -> Gevers | None:
    vanaf = _waarde(protocol.waarden, "wet_halt_wettelijk_vanaf_leeftijd")
    ouders_tot = _waarde(protocol.waarden, "halt_ouders_tot_leeftijd")
    tot = _waarde(protocol.waarden, "kwalificatieplicht_tot_leeftijd")
    if vanaf is None or ouders_tot is None or tot is None:
        return None
    if not vanaf <= jaren < tot:
        return Gevers(())
    return Gevers(("jongere", "ouder")) if jaren < ouders_tot else Gevers(("jongere",), ook=("ouder",))


def _waarde(waarden: Mapping[str, Any], naam: str) -> int | None:
    return int(waarden[naam].waarde) if naam in waarden else None


def _stand(
    protocol: Protocol,
    feitenlijst: Feitenlijst,
    geboortedatum: date,
    element: str,
    ontvanger: str,
    rollen: Collection[Rol],
    op: date,
) -> str | None:
    """How the rules judge a consent that all of `rollen` gave in writing."""
    gegeven = [{"element": element, "ontvanger": ontvanger, "gever": rol, "schriftelijk": True} for rol in rollen]
    ruw = {"geboortedatum": geboortedatum, "ontvanger": ontvanger, "elementen": [element], "toestemming": gegeven}
    feiten = feitenlijst.lees(ruw, "verstrekking")
    klaar = protocol.verstrekkingen.klaar(feiten)
    staat = Staat(kennis_op(feiten, op))
    klaar.bericht(staat)
    staat = Staat(staat.k | {ELEMENT: element})
    klaar.element(staat)
    stand: str | None = staat.k.get("toestemming_element")
    return stand
