"""What a rule may refer to while it is compiled, and what kind of thing each name is."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Final, Literal, NamedTuple, Protocol

from pydantic import Field, StrictFloat, StrictInt

from services.cases.feiten import Feitdefinitie, Naam
from services.cases.regelwerk.toetsen import Toets, onthoud
from services.cases.regelwerk.woorden import Klassedefinitie, RegelFout, Woordenlijst

Soort = Literal["bool", "getal", "datum", "tekst", "keuze", "lijst", "herkomst"]
Getal = StrictInt | Annotated[StrictFloat, Field(allow_inf_nan=False)]
Naamofgetal = Annotated[Getal | Naam, Field(description="een getal, of de naam van een waarde of een feit")]
Naamofdatum = Annotated[date | Naam, Field(description="een datum, of de naam van een waarde, feit of termijn")]


ELEMENT: Final = "element"
"""In a rule about what may be disclosed: the one element that is being judged."""


class Typering(NamedTuple):
    """What kind of value a name stands for; `of_geen`: it may be established that there is none."""

    soort: Soort
    waarden: tuple[str, ...] = ()
    of_geen: bool = False
    persoonlijk: bool = False
    verdeelt: bool = False


class Compileerbaar(Protocol):
    """A condition that can be turned into a `Toets`."""

    def compileer(self, omgeving: "Omgeving") -> Toets:
        """Turn it into a `Toets`."""


class Omgeving:
    """Everything one version of one protocol may refer to while it is compiled."""

    def __init__(
        self,
        feiten: Mapping[str, Feitdefinitie],
        woorden: Woordenlijst,
        waarden: Mapping[str, int | float | date | tuple[int, ...]],
        begrippen: Mapping[str, Compileerbaar],
    ) -> None:
        self.woorden = woorden
        self.waarden = waarden
        self._begrippen = begrippen
        self._toetsen: dict[str, Toets | None] = {}
        self._typeringen = {
            **{naam: _typering_feit(definitie) for naam, definitie in feiten.items()},
            **{naam: _typering_klasse(definitie) for naam, definitie in woorden.classificatie.items()},
            **{naam: Typering("datum") for naam in woorden.termijnen},
            ELEMENT: Typering("keuze", tuple(woorden.privacy.elementen)),
        }
        self.feiten = frozenset(feiten)
        self.alleen_bij_verstrekking = frozenset(n for n, f in feiten.items() if f.bij == ("verstrekking",))
        afgeleid = woorden.classificatie.keys() | woorden.termijnen.keys()
        for soort, dubbel in (("afgeleid", afgeleid & feiten.keys()), ("waarde", self._typeringen.keys() & waarden)):
            if dubbel:
                raise RegelFout(f"deze naam is een feit en ook {soort}: {', '.join(sorted(dubbel))}")

    @property
    def verdelers(self) -> tuple[str, ...]:
        """The choices by which rules are selected before a decision."""
        return tuple(naam for naam, typering in self._typeringen.items() if typering.verdeelt)

    def typering(self, naam: str) -> Typering:
        """The kind of value behind the name of a fact, klasse or termijn; raises RegelFout when there is none."""
        if (typering := self._typeringen.get(naam)) is None:
            raise RegelFout(f"onbekend feit: {naam}")
        return typering

    def begrip(self, naam: str) -> Toets:
        """The condition behind a begrip; raises RegelFout when it does not exist or refers to itself."""
        if naam not in self._begrippen:
            raise RegelFout(f"onbekend begrip: {naam}")
        if naam in self._toetsen:
            if (toets := self._toetsen[naam]) is None:
                raise RegelFout(f"begrip {naam} verwijst naar zichzelf")
            return toets
        self._toetsen[naam] = None
        toets = self._begrippen[naam].compileer(self)
        if len(toets.namen) > 1:
            toets = toets._replace(waar=onthoud(toets.waar, f"b_{naam}"))
        self._toetsen[naam] = toets
        return toets


def _typering_feit(definitie: Feitdefinitie) -> Typering:
    match definitie.type:
        case "geheel" | "getal":
            soort: Soort = "getal"
        case "datum" | "datum|null":
            soort = "datum"
        case "lijst van tekst" | "lijst van getal|null" | "lijst van elementen" | "lijst van toestemmingen":
            soort = "lijst"
        case "herkomst per element":
            soort = "herkomst"
        case overig:
            soort = overig
    of_geen = definitie.type == "datum|null"
    return Typering(soort, definitie.waarden, of_geen, definitie.persoonlijk, definitie.verdeelt)


def _typering_klasse(definitie: Klassedefinitie) -> Typering:
    match definitie.type:
        case "geheel" | "getal":
            return Typering("getal")
        case "geheel|null":
            return Typering("getal", of_geen=True)
        case "bool":
            return Typering("bool")
        case "keuze":
            return Typering("keuze", definitie.waarden)
        case _:
            return Typering("lijst")
