"""What a condition may ask of one fact or derived value, checked against its type and compiled to a test."""

import operator
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Final, Literal

from hub.calendar import is_feestdag, is_werkdag, schooljaar
from services.cases.feiten import GEEN
from services.cases.regelwerk.feestdagen import dag_van
from services.cases.regelwerk.omgeving import Omgeving, Typering
from services.cases.regelwerk.toetsen import Kennis, Toets, en, is_keuze, niet, over_namen, over_waarden
from services.cases.regelwerk.woorden import RegelFout

JaNee = Literal["ja", "nee"]

_GETAL_OPS: Final = {"minstens": ">=", "meer_dan": ">", "hoogstens": "<=", "minder_dan": "<"}
_DATUM_OPS: Final = {"vanaf": ">=", "na": ">", "tot_en_met": "<=", "voor": "<"}


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
            grenzen = ((">=", laag), ("<=", hoog))
            return en(_vergelijk(naam, typering, op, grens, omgeving) for op, grens in grenzen)
        case "aanwezig":
            if not typering.of_geen:
                raise RegelFout(f"aanwezig past niet bij {naam}: dat feit kan niet null zijn")
            return _omgekeerd_bij_nee(eis, over_waarden("{0} is not {geen}", "{0} is {geen}", naam, geen=GEEN))
        case "leeg":
            _verwacht(naam, typering, soort, "lijst")
            return _omgekeerd_bij_nee(eis, _waarde(naam, operator.not_))
        case "bevat":
            _verwacht(naam, typering, soort, "lijst")
            return _waarde(naam, lambda v: eis in v)
        case "alleen":
            _verwacht(naam, typering, soort, "lijst")
            return _waarde(naam, frozenset(eis).issuperset)
        case "heeft_gat":
            _verwacht(naam, typering, soort, "lijst")
            return _omgekeerd_bij_nee(eis, _waarde(naam, lambda v: None in v))
        case "begint_met":
            _verwacht(naam, typering, soort, "tekst")
            return _waarde(naam, lambda v: v.startswith(eis))
        case "zelfde_schooljaar_als":
            _verwacht(naam, typering, soort, "datum")
            return _met_naam(naam, eis, _zelfde_schooljaar, omgeving)
        case "feestdag" | "werkdag":
            _verwacht(naam, typering, soort, "datum")
            op_deze_dag = is_feestdag if soort == "feestdag" else is_werkdag
            return _omgekeerd_bij_nee(eis, _waarde(naam, lambda v: v is not GEEN and op_deze_dag(v)))
        case "over":
            _verwacht(naam, typering, soort, "datum")
            _verwacht(eis.sinds, omgeving.typering(eis.sinds), soort, "datum")
            return _met_naam(naam, eis.sinds, lambda tot, sinds: _ligt_tussen(eis.feestdag, sinds, tot), omgeving)
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
            over_waarden("{0}", "not {0}", naam),
        )
    if typering.soort == "getal":
        if isinstance(eis, bool) or not isinstance(eis, int | float | str):
            raise RegelFout(f"is bij {naam} moet een getal zijn")
        return _vergelijk(naam, typering, "==", eis, omgeving)
    if typering.soort not in ("keuze", "tekst") or not isinstance(eis, str):
        raise RegelFout(f"is past niet bij {naam}")
    return _is_een_van(naam, typering, (eis,))


def _is_een_van(naam: str, typering: Typering, eis: tuple[str, ...]) -> Toets:
    if typering.soort not in ("keuze", "tekst"):
        raise RegelFout(f"is_een_van past niet bij {naam}: dat is geen keuze en geen tekst")
    if typering.soort == "keuze" and (vreemd := set(eis) - set(typering.waarden)):
        raise RegelFout(f"{naam} kent deze waarde niet: {', '.join(sorted(vreemd))}")
    if typering.soort == "tekst":
        woorden = frozenset(map(_zonder_hoofdletters, eis))
        return _waarde(naam, lambda v: _zonder_hoofdletters(v) in woorden)
    goed = frozenset(eis)
    if typering.verdeelt:
        return is_keuze(naam, goed)
    if len(eis) == 1:
        return over_waarden("{0} == {enige}", "{0} != {enige}", naam, enige=eis[0])
    return over_waarden("{0} in {goed}", "{0} not in {goed}", naam, goed=goed)


def _zonder_hoofdletters(tekst: str) -> str:
    """Free text as it is compared: capitals and spaces around it make no difference."""
    return tekst.strip().casefold()


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


def _vergelijk(naam: str, typering: Typering, op: str, eis: object, omgeving: Omgeving) -> Toets:
    """Compare with a constant or with another name; a known absence fails the comparison."""
    grens = _grens(eis, typering.soort, omgeving)
    if isinstance(grens, str):
        aanwezig = [
            f"{{{plek}}} is not {{geen}} and "
            for plek, of_geen in enumerate((typering.of_geen, omgeving.typering(grens).of_geen))
            if of_geen
        ]
        past = f"{''.join(aanwezig)}{{0}} {op} {{1}}"
        return over_waarden(past, f"not ({past})", naam, grens, **({"geen": GEEN} if aanwezig else {}))
    past = f"{{0}} is not {{geen}} and {{0}} {op} {{grens}}" if typering.of_geen else f"{{0}} {op} {{grens}}"
    return over_waarden(past, f"not ({past})", naam, grens=grens, **({"geen": GEEN} if typering.of_geen else {}))


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


def _ligt_tussen(feestdag: str, sinds: date, tot: date) -> bool:
    return any(sinds < dag_van(feestdag, jaar) <= tot for jaar in range(sinds.year, tot.year + 1))


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
