"""What a condition may ask of one fact or derived value, checked against its type and compiled to a test."""

import operator
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, Literal

from hub.calendar import schooljaar
from services.cases.feiten import GEEN
from services.cases.regelwerk.omgeving import Omgeving, Typering
from services.cases.regelwerk.toetsen import Kennis, Toets, en, is_keuze, niet, over_namen
from services.cases.regelwerk.woorden import RegelFout

JaNee = Literal["ja", "nee"]

_GETAL_OPS: Final = {
    "minstens": operator.ge,
    "meer_dan": operator.gt,
    "hoogstens": operator.le,
    "minder_dan": operator.lt,
}
_DATUM_OPS: Final = {"vanaf": operator.ge, "na": operator.gt, "tot_en_met": operator.le, "voor": operator.lt}


def eis_aan(naam: str, typering: Typering, soort: str, eis: Any, omgeving: Omgeving) -> Toets:
    """The `Toets` of one requirement on one name."""
    if soort in _GETAL_OPS:
        _verwacht(naam, typering, soort, "getal")
        return _vergelijk(naam, typering, _GETAL_OPS[soort], eis, omgeving)
    if soort in _DATUM_OPS:
        _verwacht(naam, typering, soort, "datum")
        return _vergelijk(naam, typering, _DATUM_OPS[soort], eis, omgeving)
    match soort:
        case "is_":
            return _is(naam, typering, eis, omgeving)
        case "is_een_van":
            return _is_een_van(naam, typering, eis)
        case "tussen":
            _verwacht(naam, typering, soort, "getal")
            laag, hoog = eis
            grenzen = ((operator.ge, laag), (operator.le, hoog))
            return en(_vergelijk(naam, typering, op, grens, omgeving) for op, grens in grenzen)
        case "aanwezig":
            if not typering.of_geen:
                raise RegelFout(f"aanwezig past niet bij {naam}: dat feit kan niet null zijn")
            return _omgekeerd_bij_nee(eis, _waarde(naam, lambda v: v is not GEEN))
        case "leeg":
            _verwacht(naam, typering, soort, "lijst")
            return _omgekeerd_bij_nee(eis, _waarde(naam, operator.not_))
        case "heeft_gat":
            _verwacht(naam, typering, soort, "lijst")
            return _omgekeerd_bij_nee(eis, _waarde(naam, lambda v: None in v))
        case "zelfde_schooljaar_als":
            _verwacht(naam, typering, soort, "datum")
            return _met_naam(naam, eis, _zelfde_schooljaar, omgeving)
        case _:
            _verwacht(naam, typering, soort, "datum")
            return _binnen_weken(naam, _grens(eis.weken, "getal", omgeving))


def _verwacht(naam: str, typering: Typering, eis: str, soort: str) -> None:
    if typering.soort != soort:
        raise RegelFout(f"{eis} past niet bij {naam}: dat is geen {soort}")


def _omgekeerd_bij_nee(eis: JaNee, toets: Toets) -> Toets:
    return toets if eis == "ja" else niet(toets)


def _waarde(naam: str, test: Callable[[Any], bool]) -> Toets:
    return over_namen(
        naam,
        lambda k: (v := k.get(naam)) is not None and test(v),
        lambda k: (v := k.get(naam)) is not None and not test(v),
    )


def _is(naam: str, typering: Typering, eis: object, omgeving: Omgeving) -> Toets:
    if typering.soort == "bool":
        if eis not in ("ja", "nee"):
            raise RegelFout(f"is bij {naam} moet ja of nee zijn")
        return _omgekeerd_bij_nee(
            "ja" if eis == "ja" else "nee",
            over_namen(naam, lambda k: k.get(naam) is True, lambda k: k.get(naam) is False),
        )
    if typering.soort == "getal":
        if isinstance(eis, bool) or not isinstance(eis, int | float | str):
            raise RegelFout(f"is bij {naam} moet een getal zijn")
        return _vergelijk(naam, typering, operator.eq, eis, omgeving)
    if typering.soort not in ("keuze", "tekst") or not isinstance(eis, str):
        raise RegelFout(f"is past niet bij {naam}")
    return _is_een_van(naam, typering, (eis,))


def _is_een_van(naam: str, typering: Typering, eis: tuple[str, ...]) -> Toets:
    if typering.soort != "keuze":
        raise RegelFout(f"is_een_van past niet bij {naam}: dat is geen keuze")
    if vreemd := set(eis) - set(typering.waarden):
        raise RegelFout(f"{naam} kent deze waarde niet: {', '.join(sorted(vreemd))}")
    goed = frozenset(eis)
    if typering.verdeelt:
        return is_keuze(naam, goed)
    if len(eis) == 1:
        enige = eis[0]
        return over_namen(naam, lambda k: k.get(naam) == enige, lambda k: (v := k.get(naam)) is not None and v != enige)
    return _waarde(naam, goed.__contains__)


def _grens(eis: object, soort: str, omgeving: Omgeving) -> object:
    """A constant, or the name of a fact or derived value of kind `soort`."""
    if not isinstance(eis, str):
        return eis
    if eis not in omgeving.waarden:
        _verwacht(eis, omgeving.typering(eis), "een vergelijking", soort)
        return eis
    waarde = omgeving.waarden[eis]
    past = isinstance(waarde, date) if soort == "datum" else isinstance(waarde, int | float)
    if not past:
        raise RegelFout(f"waarde {eis} is geen {soort}")
    return waarde


def _vergelijk(naam: str, typering: Typering, op: Callable[[Any, Any], bool], eis: object, omgeving: Omgeving) -> Toets:
    grens = _grens(eis, typering.soort, omgeving)
    if isinstance(grens, str):
        return _met_naam(naam, grens, op, omgeving)
    if typering.of_geen:
        return _waarde(naam, lambda v: v is not GEEN and op(v, grens))
    return over_namen(
        naam,
        lambda k: (v := k.get(naam)) is not None and op(v, grens),
        lambda k: (v := k.get(naam)) is not None and not op(v, grens),
    )


def _met_naam(naam: str, ander: str, op: Callable[[Any, Any], bool], omgeving: Omgeving) -> Toets:
    """Compare two names; where one of them may be absent, a known absence fails the comparison."""
    omgeving.typering(ander)

    def past(k: Kennis) -> bool | None:
        links, rechts = k.get(naam), k.get(ander)
        if links is None or rechts is None:
            return None
        return links is not GEEN and rechts is not GEEN and op(links, rechts)

    return over_namen(naam, lambda k: past(k) is True, lambda k: past(k) is False, ander)


def _zelfde_schooljaar(een: date, ander: date) -> bool:
    return schooljaar(een) == schooljaar(ander)


def _binnen_weken(naam: str, weken: object) -> Toets:
    if not isinstance(weken, int):
        raise RegelFout("binnen vraagt een geheel aantal weken")
    duur = timedelta(weeks=weken)

    def past(k: Kennis) -> bool | None:
        v = k.get(naam)
        if v is None:
            return None
        return v is not GEEN and bool(k["as_of"] <= v <= k["as_of"] + duur)

    return over_namen(naam, lambda k: past(k) is True, lambda k: past(k) is False)
