"""What an answer says about itself: which rule, which source, which facts, and one Dutch sentence."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from types import NoneType
from typing import Any, Final, NamedTuple, Self

from services.cases.feiten import Geen
from services.cases.regelwerk.omgeving import Omgeving
from services.cases.regelwerk.toetsen import Bekend, Kennis
from services.cases.regelwerk.woorden import RegelFout

_PLEK: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_MAANDEN: Final = [
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
]  # fmt: skip


class Uitleg(NamedTuple):
    """Why something is in the answer; `voor` names what it explains."""

    regel: str
    bron: str
    feiten: tuple[str, ...]
    waarom: str
    voor: tuple[str, ...]

    def als_dict(self) -> dict[str, Any]:
        """The explanation in plain JSON types."""
        return {**self._asdict(), "feiten": list(self.feiten), "voor": list(self.voor)}


@dataclass(frozen=True, slots=True, eq=False)
class Geldregel:
    """What is needed of a rule once it has turned out to apply. Two of them are never equal."""

    regel: str
    bron: str
    feiten: tuple[str, ...]
    waarom: Callable[[Kennis], str]
    vlaggen: tuple[str, ...]
    mens_beslist: bool
    onzeker: frozenset[str] = frozenset()
    """The names among `feiten` of which it only turns out in a decision whether they are known."""

    def met_feiten(self, meer: Sequence[str]) -> Self:
        """The same rule with more facts that it looks at."""
        return replace(self, feiten=tuple(dict.fromkeys((*self.feiten, *meer))))

    def gericht(self, bekend: Bekend) -> Self:
        """The same rule for a group of decisions: facts instead of intern names, and none that is unknown there."""
        namen = dict.fromkeys(diep for naam in self.feiten for diep in bekend.achter.get(naam, (naam,)))
        feiten = tuple(naam for naam in namen if naam not in bekend.onbekend)
        return replace(self, feiten=feiten, onzeker=frozenset(feiten) - bekend.zeker)

    def leg_uit(self, k: Kennis, voor: tuple[str, ...]) -> Uitleg:
        """The explanation of `voor` and of the flags of this rule, with the facts that were known."""
        feiten = self.feiten
        if not k.keys() >= self.onzeker:
            feiten = tuple([naam for naam in feiten if naam in k])
        return Uitleg(self.regel, self.bron, feiten, self.waarom(k), voor + self.vlaggen)


def compileer_zin(zin: str, omgeving: Omgeving) -> Callable[[Kennis], str]:
    """A function that fills in a sentence; `{naam}` is a waarde, a fact or a derived value.

    Raises RegelFout for an unknown name and for a fact that says who somebody is.
    """
    delen = _PLEK.split(zin)
    vast, namen = [delen[0].replace("%", "%%")], []
    for naam, erna in zip(delen[1::2], delen[2::2], strict=True):
        if naam in omgeving.waarden:
            vast.append(toon(omgeving.waarden[naam]).replace("%", "%%"))
        elif omgeving.typering(naam).persoonlijk:
            raise RegelFout(f"waarom mag {naam} niet noemen: dat is een persoonsgegeven")
        else:
            vast.append("%s")
            namen.append(naam)
        vast.append(erna.replace("%", "%%"))
    sjabloon = "".join(vast)
    if not namen:
        tekst = sjabloon % ()
        return lambda _k: tekst
    if len(namen) == 1:
        (enige,) = namen
        ervoor, erna = (deel.replace("%%", "%") for deel in sjabloon.split("%s"))
        return lambda k: ervoor + toon(k.get(enige)) + erna
    return lambda k: sjabloon % tuple([toon(k.get(naam)) for naam in namen])


def toon(waarde: Any) -> str:
    """A value as a Dutch reader writes it; None is an unknown fact."""
    return _TOON[type(waarde)](waarde)


def _toon_getal(waarde: float) -> str:
    return f"{waarde:.6f}".rstrip("0").rstrip(".").replace(".", ",")


@lru_cache(maxsize=8192)
def _toon_datum(waarde: date) -> str:
    return f"{waarde.day} {_MAANDEN[waarde.month - 1]} {waarde.year}"


def _toon_lijst(waarde: tuple[Any, ...]) -> str:
    return ", ".join([toon(deel) for deel in waarde]) or "geen"


_TOON: Final[dict[type, Callable[[Any], str]]] = {
    int: str,
    float: _toon_getal,
    str: lambda waarde: waarde.replace("_", " "),
    bool: lambda waarde: "ja" if waarde else "nee",
    date: _toon_datum,
    tuple: _toon_lijst,
    Geen: lambda _waarde: "geen",
    NoneType: lambda _waarde: "onbekend",
}
