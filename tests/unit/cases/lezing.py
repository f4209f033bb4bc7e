"""A second reading of the rules: slow, plain and without a plan, to hold the compiled one against.

It takes the derived values from an answer and reads every condition again as it stands in the protocol file. True,
false and None (neither of the two) are the three values of a condition.
"""

import operator
from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

from hub.calendar import is_feestdag, is_werkdag
from services.cases.engine import Beoordeling
from services.cases.feiten import GEEN
from services.cases.protocol import Protocol
from services.cases.regelwerk import voorwaarden as vw
from services.cases.regelwerk.feestdagen import dag_van
from services.cases.regelwerk.regels import Poortregel, Regel, Uitkomstregel
from tests.unit.cases.gevallen import boek, uitkomsten

Uitslag = bool | None


class Lezing:
    """The rules of one protocol, read in the light of one answer."""

    def __init__(self, protocol: Protocol, antwoord: Beoordeling) -> None:
        self.protocol = protocol
        self.kennis = antwoord._staat.k
        self._uitkomsten = uitkomsten(antwoord)
        self._blokkades = set(antwoord.blokkades)

    def geldt(self, regel: Regel) -> bool:
        """Whether a rule applies: `als` is known to hold and `tenzij` is not."""
        return (regel.als is None or self.lees(regel.als) is True) and (
            regel.tenzij is None or self.lees(regel.tenzij) is not True
        )

    @cached_property
    def in_beeld(self) -> dict[str, list[Uitkomstregel]]:
        """Per outcome the rules that bring it into view."""
        gevonden: dict[str, list[Uitkomstregel]] = {}
        for regel in self.protocol.regels:
            if isinstance(regel, Uitkomstregel) and self.geldt(regel):
                for stap in regel.stappen:
                    gevonden.setdefault(stap.uitkomst, []).append(regel)
        return gevonden

    @cached_property
    def dicht(self) -> list[tuple[Poortregel, frozenset[str]]]:
        """The gates that are shut, with the outcomes that they hold back."""
        poorten = [regel for regel in self.protocol.regels if isinstance(regel, Poortregel) and self.geldt(regel)]
        return [(p, frozenset[str]().union(*map(boek().woorden.leden, p.dan.houdt_tegen))) for p in poorten]

    def uitkomsten(self) -> set[str]:
        """What should be in the answer: in view, not held back, and with a rule whose `mits` is known to hold."""
        tegengehouden = {code for _, codes in self.dicht for code in codes}
        return {
            code
            for code, regels in self.in_beeld.items()
            if code not in tegengehouden and any(self.mits(regel) for regel in regels)
        }

    def blokkades(self) -> set[str]:
        """What should be reported: shut gates that hold something back, or that always say so."""
        return {
            regel.dan.blokkade
            for regel, codes in self.dicht
            if regel.dan.altijd_melden == "ja" or not codes.isdisjoint(self.in_beeld)
        }

    def mits(self, regel: Uitkomstregel) -> bool:
        """Whether the `mits` of a rule is known to hold."""
        return regel.mits is None or self.lees(regel.mits) is True

    def lees(self, voorwaarde: Any) -> Uitslag:
        """Whether a condition holds."""
        match voorwaarde:
            case vw.Alle(alle=delen):
                return _alle([self.lees(deel) for deel in delen])
            case vw.EenVan(een_van=delen):
                return _niet(_alle([_niet(self.lees(deel)) for deel in delen]))
            case vw.Niet(niet=deel):
                return _niet(self.lees(deel))
            case vw.Begrip(begrip=naam):
                return self.lees(self.protocol.begrippen[naam].voorwaarde)
            case vw.IsBekend(bekend=naam):
                return naam in self.kennis
            case vw.IsOnbekend(onbekend=naam):
                return naam not in self.kennis
            case vw.Blokkade(blokkade=codes):
                return not self._blokkades.isdisjoint(codes)
            case vw.Uitkomst(uitkomst=namen):
                return any(not self._uitkomsten.isdisjoint(boek().woorden.leden(naam)) for naam in namen)
            case vw.Plicht(plicht=soorten):
                return None if "plicht" not in self.kennis else self.kennis["plicht"] in soorten
            case vw.Leeftijd(leeftijd=grens):
                return _alle(
                    [
                        self._over("leeftijd", "minstens", grens.minstens),
                        self._over("leeftijd", "minder_dan", grens.jonger_dan),
                    ]
                )
            case vw.OverFeit():
                velden = [naam for naam in type(voorwaarde).model_fields if naam != "feit"]
                return _alle([self._over(voorwaarde.feit, naam, getattr(voorwaarde, naam)) for naam in velden])
        raise AssertionError(f"no reading for {voorwaarde!r}")

    def _over(self, naam: str, soort: str, eis: Any) -> Uitslag:
        if eis is None:
            return True
        waarde = self.kennis.get(naam)
        match soort:
            case "minstens" | "meer_dan" | "hoogstens" | "minder_dan" | "vanaf" | "na" | "tot_en_met" | "voor":
                return _vergelijk(waarde, self._getal_of_dag(eis), _OPS[soort])
            case "tussen":
                return _alle([self._over(naam, "minstens", eis[0]), self._over(naam, "hoogstens", eis[1])])
            case "zelfde_schooljaar_als":
                return _vergelijk(waarde, self.kennis.get(eis), lambda een, ander: _begin(een) == _begin(ander))
            case "over":
                sinds = self.kennis.get(eis.sinds)
                return _vergelijk(waarde, sinds, lambda tot, van: _over_feestdag(eis.feestdag, van, tot))
            case "is_" if isinstance(waarde, int | float) and not isinstance(waarde, bool):
                return _vergelijk(waarde, self._getal_of_dag(eis), operator.eq)
        return None if waarde is None else self._is(waarde, soort, eis)

    def _is(self, waarde: Any, soort: str, eis: Any) -> bool:
        peildatum: date = self.kennis["as_of"]
        match soort:
            case "is_":
                return bool(waarde == (eis == "ja" if isinstance(waarde, bool) else eis))
            case "is_een_van":
                return waarde in eis
            case "aanwezig":
                return bool((waarde is not GEEN) == (eis == "ja"))
            case "leeg":
                return bool((len(waarde) == 0) == (eis == "ja"))
            case "bevat":
                return eis in waarde
            case "alleen":
                return set(waarde) <= set(eis)
            case "heeft_gat":
                return bool((None in waarde) == (eis == "ja"))
            case "begint_met":
                return any(waarde.startswith(begin) for begin in eis)
            case "werkdag":
                return bool((waarde is not GEEN and is_werkdag(waarde)) == (eis == "ja"))
            case "feestdag":
                return bool((waarde is not GEEN and is_feestdag(waarde)) == (eis == "ja"))
            case "binnen":
                weken = timedelta(weeks=self._getal_of_dag(eis.weken))
                return bool(waarde is not GEEN and peildatum <= waarde <= peildatum + weken)
        raise AssertionError(f"no reading for {soort}")

    def _getal_of_dag(self, eis: Any) -> Any:
        if not isinstance(eis, str):
            return eis
        return self.protocol.waarden[eis].waarde if eis in self.protocol.waarden else self.kennis.get(eis)


_OPS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "minstens": operator.ge, "meer_dan": operator.gt, "hoogstens": operator.le, "minder_dan": operator.lt,
    "vanaf": operator.ge, "na": operator.gt, "tot_en_met": operator.le, "voor": operator.lt,
}  # fmt: skip


def _alle(delen: list[Uitslag]) -> Uitslag:
    return False if False in delen else None if None in delen else True


def _niet(deel: Uitslag) -> Uitslag:
    return None if deel is None else not deel


def _vergelijk(waarde: Any, grens: Any, op: Callable[[Any, Any], bool]) -> Uitslag:
    if waarde is None or grens is None:
        return None
    return waarde is not GEEN and grens is not GEEN and op(waarde, grens)


def _begin(dag: date) -> int:
    return dag.year if dag.month >= 8 else dag.year - 1


def _over_feestdag(feestdag: str, van: date, tot: date) -> bool:
    return any(van < dag_van(feestdag, jaar) <= tot for jaar in range(van.year, tot.year + 1))
