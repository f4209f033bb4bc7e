"""What an answer says about itself: which rule, which source, which facts, and one Dutch sentence."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from services.cases.feiten import GEEN
from services.cases.regelwerk.woorden import Kennis, Omgeving, RegelFout

_PLEK: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_MAANDEN: Final = (
    "januari februari maart april mei juni juli augustus september oktober november december"
).split()  # fmt: skip


class Uitleg(NamedTuple):
    """Why something is in the answer; `voor` names what it explains."""

    regel: str
    bron: str
    feiten: tuple[str, ...]
    waarom: str
    voor: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Geldregel:
    """What is needed of a rule once it has turned out to apply. Two of them are never equal."""

    regel: str
    bron: str
    feiten: tuple[str, ...]
    alle_bekend: bool
    waarom: Callable[[Kennis], str]
    vlaggen: tuple[str, ...]
    mens_beslist: bool

    def leg_uit(self, k: Kennis, voor: Iterable[str]) -> Uitleg:
        """The explanation of `voor`, with the facts of this rule that were known."""
        feiten = self.feiten if self.alle_bekend else tuple([naam for naam in self.feiten if naam in k])
        return Uitleg(self.regel, self.bron, feiten, self.waarom(k), tuple(voor))


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
        enige = namen[0]
        return lambda k: sjabloon % toon(k.get(enige))
    return lambda k: sjabloon % tuple([toon(k.get(naam)) for naam in namen])


def toon(waarde: Any) -> str:
    """A value as a Dutch reader writes it; None is an unknown fact."""
    if type(waarde) is int:
        return str(waarde)
    if type(waarde) is str:
        return waarde.replace("_", " ")
    if isinstance(waarde, date):
        return f"{waarde.day} {_MAANDEN[waarde.month - 1]} {waarde.year}"
    if type(waarde) is float:
        return f"{waarde:g}".replace(".", ",")
    if isinstance(waarde, tuple):
        return ", ".join(toon(deel) for deel in waarde) or "geen"
    if waarde is GEEN:
        return "geen"
    return {True: "ja", False: "nee", None: "onbekend"}[waarde]
