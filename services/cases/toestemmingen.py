"""From the register of consent and information to the facts the rules ask about: pure; unknown stays absent.

How old a giver must be is no business of this module: the rules of the protocol judge givers by age (CONV-6.1b,
GO-REL-2, GO-R3B-1 and -2, NOP-HALT-1, NOP-KET-2).
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from hub.calendar import leeftijd
from hub.clock import AMSTERDAM
from services.cases.privacystand import Gever, Informatie, Privacystand, TeltNiet, Toestemming, Toestemmingstand

Rol = Literal["jongere", "ouder"]
"""Whose consent the rules know: of the jongere, or of whoever has gezag."""

MEERDERJARIG: Final = 18
"""From this age nobody consents for another any more (Burgerlijk Wetboek 1:233)."""

HALT: Final = ("halt_verwijzing", "halt", "halt")
"""Element, recipient and purpose of the consent to a Halt-verwijzing: a yes or no, no data that may pass."""

CJG_INHOUD: Final = "cjg_inhoud"
"""Element of the consent to share what was said at the CJG, a yes or no as well (GO-CJG-5)."""

UIT_REGISTER: Final = frozenset({"toestemming_jongere_halt", "toestemming_ouders_halt", "toestemming"})
"""Facts of a zaak that come from the register only; an official records a consent instead."""

PUNTEN: Final = ("a", "b", "c", "d", "e", "f", "g", "h", "i")
"""What somebody must be told beforehand (CONV-12.4)."""

_ROL: Final[dict[Gever, Rol]] = {
    Gever.JONGERE: "jongere",
    Gever.OUDERS: "ouder",
    Gever.WETTELIJK_VERTEGENWOORDIGER: "ouder",
}
IEDEREEN: Final[tuple[Rol, ...]] = ("ouder", "jongere")
"""Who must consent and be told where the age or the protocol does not say: both."""


def rol_van(gever: Gever) -> Rol:
    """As whom the rules see a giver: ouders and a wettelijk vertegenwoordiger are both who has gezag."""
    return _ROL[gever]


def is_meerderjarig(geboortedatum: date | None, op: date) -> bool:
    """Whether nobody consents for the jongere any more; no as long as the day of birth is unknown."""
    return geboortedatum is not None and geboortedatum <= op and leeftijd(geboortedatum, op) >= MEERDERJARIG


def toestemmingsfeiten(
    privacy: Privacystand,
    geboortedatum: date | None,
    op: date,
    *,
    zaak_id: UUID | None = None,
    doel: str | None = None,
    gevers: Collection[str] = IEDEREEN,
    grondslag: str | None = None,
) -> dict[str, Any]:
    """The facts of `protocols/feiten.yaml` about consent and information that hold on day `op`.

    `zaak_id` and `doel` leave out what was said in another zaak or for another purpose. `gevers` are those who must
    consent and be told at this age (`toestemmingsregels.gevers`); left out, it takes everybody. `grondslag` decides
    which missing point of the information weighs most.
    """
    if not privacy.toestemmingen and not privacy.informatie:
        return {}
    volwassen = is_meerderjarig(geboortedatum, op)
    nodig = [rol for rol in gevers if not (volwassen and rol == "ouder")]
    laatste = [
        toestemming
        for toestemming in laatste_standen(privacy.toestemmingen, op)
        if zaak_id in (None, toestemming.zaak_id) and not (volwassen and rol_van(toestemming.gever) == "ouder")
    ]
    feiten = _halt(laatste) | _cjg(laatste, nodig, doel)
    lijst = [t for t in laatste if not _is_ja_of_nee(t) and doel in (None, t.doel)]
    if any(t.stand is not Toestemmingstand.GEVRAAGD for t in lijst):
        feiten["toestemming"] = [_als_feit(t) for t in lijst if _telt_mee(t, gevers)]
    informatie = [i for i in privacy.informatie if i.op <= op and zaak_id in (None, i.zaak_id)]
    return feiten | _informatie(informatie, nodig, grondslag)


def laatste_standen(toestemmingen: Iterable[Toestemming], op: date | datetime) -> list[Toestemming]:
    """What holds at the end of a day, or at a moment: of each role the last said about something in a zaak.

    A question alone takes nothing away: what was said before it holds until there is an answer.
    """
    laatste: dict[tuple[object, ...], Toestemming] = {}
    for t in toestemmingen:
        if (t.op if isinstance(op, datetime) else _dag(t.op)) > op:
            continue
        key = (t.element, t.ontvanger, t.doel, t.zaak_id, rol_van(t.gever))
        if t.stand is not Toestemmingstand.GEVRAAGD or key not in laatste:
            laatste[key] = t
    return list(laatste.values())


def _is_ja_of_nee(toestemming: Toestemming) -> bool:
    waarover = (toestemming.element, toestemming.ontvanger, toestemming.doel)
    return waarover == HALT or toestemming.element == CJG_INHOUD


def _halt(laatste: Iterable[Toestemming]) -> dict[str, Any]:
    feiten: dict[str, Any] = {}
    over_halt = [t for t in laatste if (t.element, t.ontvanger, t.doel) == HALT]
    for rol, feit in (("jongere", "toestemming_jongere_halt"), ("ouder", "toestemming_ouders_halt")):
        antwoorden = [a for t in over_halt if rol_van(t.gever) == rol and (a := _antwoord(t)) is not None]
        if antwoorden:
            feiten[feit] = all(antwoorden)
    return feiten


def _cjg(laatste: Iterable[Toestemming], nodig: Collection[str], doel: str | None) -> dict[str, Any]:
    over_cjg = [t for t in laatste if t.element == CJG_INHOUD and doel in (None, t.doel)]
    antwoorden = {
        rol: [a for t in over_cjg if rol_van(t.gever) == rol and (a := _antwoord(t)) is not None] for rol in nodig
    }
    if any(False in gegeven for gegeven in antwoorden.values()):
        return {"toestemming_cjg_inhoud": False}
    return {"toestemming_cjg_inhoud": True} if antwoorden and all(antwoorden.values()) else {}


def _antwoord(toestemming: Toestemming) -> bool | None:
    """Yes, no, or nothing that counts: a consent that is not written down is none (CONV-6.1c)."""
    if toestemming.stand is Toestemmingstand.GEVRAAGD or toestemming.telt_niet is not None:
        return None
    if toestemming.stand is Toestemmingstand.GEGEVEN:
        return True if toestemming.schriftelijk else None
    return False


def _telt_mee(toestemming: Toestemming, gevers: Collection[str]) -> bool:
    """Whether the rules must see it: what was given or withdrawn, and who had no say if that explains a refusal."""
    if toestemming.stand not in (Toestemmingstand.GEGEVEN, Toestemmingstand.INGETROKKEN):
        return False
    if toestemming.stand is Toestemmingstand.INGETROKKEN or toestemming.telt_niet is None:
        return True
    return toestemming.telt_niet is TeltNiet.VERKEERDE_GEVER and rol_van(toestemming.gever) not in gevers


def _als_feit(toestemming: Toestemming) -> dict[str, Any]:
    ingetrokken = toestemming.stand is Toestemmingstand.INGETROKKEN
    return {
        "element": toestemming.element,
        "ontvanger": toestemming.ontvanger,
        "gever": rol_van(toestemming.gever),
        "schriftelijk": toestemming.schriftelijk,
    } | ({"ingetrokken_op": _dag(toestemming.op)} if ingetrokken else {})


def _informatie(informatie: Collection[Informatie], nodig: Collection[str], grondslag: str | None) -> dict[str, Any]:
    if not informatie:
        return {}
    verteld = [punten_verteld(informatie, rol) for rol in nodig]
    ontbreekt = [punt for punt in PUNTEN if not all(punt in punten for punten in verteld)]
    feiten: dict[str, Any] = {"vooraf_geinformeerd": all(verteld)}
    if ontbreekt:
        feiten["informatie_ontbreekt"] = min(ontbreekt, key=lambda punt: _gewicht(punt, grondslag))
    return feiten


def punten_verteld(informatie: Iterable[Informatie], rol: str) -> set[str]:
    """Which points somebody was told, in one or more conversations or letters."""
    return {punt for i in informatie if any(rol_van(wie) == rol for wie in i.aan) for punt in i.punten}


def _gewicht(punt: str, grondslag: str | None) -> tuple[int, str]:
    """Which missing point to name: one that always counts goes before e and g, which hang on the ground."""
    if punt not in "eg":
        return 0, punt
    telt = grondslag is None or (punt == "e") == (grondslag == "toestemming")
    return 1 if telt else 2, punt


def _dag(op: datetime) -> date:
    return op.astimezone(AMSTERDAM).date()
