"""The facts a decision may use: a closed list with types, read from `protocols/feiten.yaml`.

A fact that is absent is unknown, never false or zero, and there are no defaults. A fact of a type that ends in
`|null` may be given as null: then it is established that there is none, which is `GEEN` here.
"""

import math
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Final, Literal, NamedTuple, Self, final

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

Naam = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
Feittype = Literal[
    "bool",
    "geheel",
    "getal",
    "datum",
    "datum|null",
    "tekst",
    "keuze",
    "lijst van tekst",
    "lijst van getal|null",
    "lijst van elementen",
    "lijst van toestemmingen",
    "herkomst per element",
]

Vraagsoort = Literal["besluit", "verstrekking"]
"""What may be asked: what follows from the facts, or what may be disclosed."""


class Geen(Enum):
    """Type of `GEEN`, so that a known absence can be told from an unknown fact."""

    geen = "geen"


GEEN: Final = Geen.geen
"""The value of a fact that was given as null: established that there is none."""

JAREN: Final = range(1900, 2200)
"""The years in which a fact may fall: dates beyond them are typing errors, and sums with them would overflow."""

GROOTSTE: Final = 10**9
"""No number a fact may have is larger: those beyond it are typing errors too."""

Gever = Literal["ouder", "jongere"]


class Toestemming(NamedTuple):
    """One consent as it was recorded: for one element, one receiver, by one giver; withdrawn from a day on."""

    element: str
    ontvanger: str
    gever: Gever
    schriftelijk: bool
    ingetrokken_op: date | None = None


Waarde = (
    bool
    | int
    | float
    | date
    | str
    | tuple[str, ...]
    | tuple[float | None, ...]
    | tuple[Toestemming, ...]
    | Mapping[str, str]
    | Geen
)


class FeitFout(ValueError):
    """A fact that is not on the list or has a wrong value; `reden` is Dutch and never repeats the value."""

    def __init__(self, veld: str, reden: str) -> None:
        super().__init__(f"{veld}: {reden}")
        self.veld = veld
        self.reden = reden


class Feitdefinitie(BaseModel):
    """One line of the list: what the fact means, in which type and unit it comes.

    `persoonlijk` marks a fact that says something about who somebody is (a birth date): it never appears in the
    text of an explanation. `minimum` is the lowest value a number may have. `verdeelt` marks a choice by which rules
    are selected before a decision, because most rules ask for one value of it. `bij` says in which questions the fact
    may be given.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Feittype
    betekenis: str
    eenheid: str | None = None
    waarden: tuple[str, ...] = ()
    minimum: int | None = None
    persoonlijk: bool = False
    verdeelt: bool = False
    bij: tuple[Vraagsoort, ...] = ("besluit",)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.type == "keuze") != bool(self.waarden):
            raise ValueError("waarden horen bij een keuze, en een keuze heeft waarden")
        if self.verdeelt and self.type != "keuze":
            raise ValueError("alleen een keuze kan de regels verdelen")
        if self.minimum is not None and self.type not in ("geheel", "getal"):
            raise ValueError("een minimum hoort bij een getal")
        return self


class _Bestand(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    feiten: dict[Naam, Feitdefinitie]


@final
class Feiten(Mapping[str, Waarde]):
    """Facts that have been checked against the list; shows the names of what is known, never a value."""

    __slots__ = ("_namen", "_waarden")

    def __init__(self, waarden: Mapping[str, Waarde]) -> None:
        """Wrap values that `Feitenlijst.lees` has checked; other code gets its `Feiten` there."""
        self._waarden = dict(waarden)
        self._namen = frozenset(self._waarden)

    @property
    def namen(self) -> frozenset[str]:
        """The names of the facts that are known."""
        return self._namen

    def kopie(self) -> dict[str, object]:
        """A plain dict of names and values, to reason on with."""
        return dict(self._waarden)

    def __getitem__(self, naam: str) -> Waarde:
        return self._waarden[naam]

    def __iter__(self) -> Iterator[str]:
        return iter(self._waarden)

    def __len__(self) -> int:
        return len(self._waarden)

    def __repr__(self) -> str:
        return f"Feiten({', '.join(sorted(self._namen))})"


class Feitenlijst:
    """The closed list of facts; turns what came in from outside into `Feiten`."""

    def __init__(self, definities: Mapping[str, Feitdefinitie], elementen: Collection[str] = ()) -> None:
        """Keep the list; `elementen` are the codes that a fact about disclosed elements may name."""
        self.definities = MappingProxyType(dict(definities))
        lezers = _LEZERS | _verstrekkingslezers(definities, frozenset(elementen))
        self._lezers = {naam: _lezer(definitie, lezers) for naam, definitie in definities.items()}

    def lees(self, ruw: Mapping[str, object], bij: Vraagsoort = "besluit") -> Feiten:
        """Check `ruw` (JSON or Python values) fact by fact, for the question `bij`.

        Dates are ISO text (JJJJ-MM-DD) or `date`. Raises FeitFout for a name that is not on the list or does not
        belong to this question, a wrong type or a value that is not allowed.
        """
        waarden: dict[str, Waarde] = {}
        for naam, waarde in ruw.items():
            lezer = self._lezers.get(naam)
            if lezer is None:
                raise FeitFout(str(naam), "dit feit staat niet in de feitenlijst")
            if bij not in self.definities[naam].bij:
                raise FeitFout(naam, f"dit feit hoort niet bij een vraag om een {bij}")
            try:
                waarden[naam] = lezer(waarde)
            except ValueError as fout:
                raise FeitFout(naam, str(fout)) from None
        return Feiten(waarden)


def laad_feiten(bestand: Path, elementen: Collection[str] = ()) -> Feitenlijst:
    """Read the list from a YAML file; raises ValueError with the file name and what is wrong.

    `elementen` are the codes of what may be disclosed; they stand in the list of words.
    """
    try:
        inhoud = _Bestand.model_validate(yaml.safe_load(bestand.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as fout:
        raise ValueError(f"{bestand.name}: de feitenlijst klopt niet: {fout}") from fout
    return Feitenlijst(inhoud.feiten, elementen)


_DATUM: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


# One reader per type: returns the value, or raises ValueError with the reason

Lezer = Callable[[object], Waarde]


def _lezer(definitie: Feitdefinitie, lezers: Mapping[str, Lezer]) -> Lezer:
    if definitie.type == "keuze":
        return _lees_keuze(frozenset(definitie.waarden))
    if definitie.type in ("geheel", "getal") and definitie.minimum is not None:
        return _met_minimum(lezers[definitie.type], definitie.minimum)
    return lezers[definitie.type]


def _lees_bool(waarde: object) -> bool:
    if waarde is True or waarde is False:
        return waarde
    raise ValueError("moet waar of onwaar zijn")


def _lees_geheel(waarde: object) -> int:
    if type(waarde) is int:
        _weiger_te_groot(waarde)
        return waarde
    raise ValueError("moet een geheel getal zijn")


def _lees_getal(waarde: object) -> int | float:
    if type(waarde) is int or (type(waarde) is float and math.isfinite(waarde)):
        _weiger_te_groot(waarde)
        return waarde
    raise ValueError("moet een getal zijn")


def _weiger_te_groot(waarde: float) -> None:
    if not -GROOTSTE <= waarde <= GROOTSTE:
        raise ValueError("is een te groot getal")


def _lees_datum(waarde: object) -> date:
    if type(waarde) is str and _DATUM.fullmatch(waarde):
        try:
            waarde = date.fromisoformat(waarde)
        except ValueError:
            raise ValueError("moet een bestaande datum zijn, als JJJJ-MM-DD") from None
    if isinstance(waarde, date) and not isinstance(waarde, datetime):
        if waarde.year in JAREN:
            return waarde
        raise ValueError(f"moet in de jaren {JAREN.start} tot en met {JAREN.stop - 1} liggen")
    raise ValueError("moet een bestaande datum zijn, als JJJJ-MM-DD")


def _lees_datum_of_geen(waarde: object) -> date | Geen:
    return GEEN if waarde is None or waarde is GEEN else _lees_datum(waarde)


def _lees_tekst(waarde: object) -> str:
    if type(waarde) is str:
        return waarde
    raise ValueError("moet tekst zijn")


def _lees_teksten(waarde: object) -> tuple[str, ...]:
    if isinstance(waarde, list | tuple):
        return tuple(_lees_tekst(deel) for deel in waarde)
    raise ValueError("moet een lijst van teksten zijn")


def _lees_getallen(waarde: object) -> tuple[float | None, ...]:
    if isinstance(waarde, list | tuple):
        return tuple(None if deel is None else _lees_getal(deel) for deel in waarde)
    raise ValueError("moet een lijst van getallen zijn")


def _lees_keuze(waarden: frozenset[str]) -> Callable[[object], str]:
    def lees(waarde: object) -> str:
        if type(waarde) is str and waarde in waarden:
            return waarde
        raise ValueError(f"moet een van deze waarden zijn: {', '.join(sorted(waarden))}")

    return lees


def _met_minimum(lees: Lezer, minimum: int) -> Lezer:
    def lees_met_minimum(waarde: object) -> Waarde:
        gelezen = lees(waarde)
        if isinstance(gelezen, int | float) and gelezen < minimum:
            raise ValueError(f"mag niet lager zijn dan {minimum}")
        return gelezen

    return lees_met_minimum


# Readers of what a disclosure is about: they know the elements and the parties


def _verstrekkingslezers(definities: Mapping[str, Feitdefinitie], elementen: frozenset[str]) -> dict[str, Lezer]:
    ontvangers = _waarden(definities, "ontvanger")
    partijen = ontvangers | _waarden(definities, "verstrekker")
    return {
        "lijst van elementen": lambda waarde: _lees_elementen(waarde, elementen),
        "lijst van toestemmingen": lambda waarde: _lees_toestemmingen(waarde, elementen, ontvangers),
        "herkomst per element": lambda waarde: _lees_herkomst(waarde, elementen, partijen),
    }


def _waarden(definities: Mapping[str, Feitdefinitie], naam: str) -> frozenset[str]:
    return frozenset(definities[naam].waarden) if naam in definities else frozenset()


def _lees_elementen(waarde: object, elementen: frozenset[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_bekend_element(deel, elementen) for deel in _lees_teksten(waarde)))


def _bekend_element(waarde: object, elementen: frozenset[str]) -> str:
    if type(waarde) is str and waarde in elementen:
        return waarde
    raise ValueError("noemt een element dat niet in de woordenlijst staat")


def _lees_toestemmingen(
    waarde: object, elementen: frozenset[str], ontvangers: frozenset[str]
) -> tuple[Toestemming, ...]:
    if isinstance(waarde, list | tuple):
        return tuple(_lees_toestemming(deel, elementen, ontvangers) for deel in waarde)
    raise ValueError("moet een lijst van toestemmingen zijn; een lege lijst zegt dat er geen is")


def _lees_toestemming(waarde: object, elementen: frozenset[str], ontvangers: frozenset[str]) -> Toestemming:
    if not isinstance(waarde, Mapping):
        raise ValueError("moet per toestemming namen met waarden hebben")
    if waarde.keys() - set(Toestemming._fields):
        raise ValueError(f"kent per toestemming alleen {', '.join(Toestemming._fields)}")
    if {"element", "ontvanger", "gever", "schriftelijk"} - waarde.keys():
        raise ValueError("moet per toestemming element, ontvanger, gever en schriftelijk noemen")
    if (gever := waarde["gever"]) not in ("ouder", "jongere"):
        raise ValueError("gever moet ouder of jongere zijn")
    if not isinstance(waarde["ontvanger"], str) or waarde["ontvanger"] not in ontvangers:
        raise ValueError("noemt een ontvanger die niet in de feitenlijst staat")
    if type(waarde["schriftelijk"]) is not bool:
        raise ValueError("schriftelijk moet waar of onwaar zijn")
    ingetrokken = waarde.get("ingetrokken_op")
    try:
        dag = None if ingetrokken is None else _lees_datum(ingetrokken)
    except ValueError as fout:
        raise ValueError(f"ingetrokken_op {fout}") from None
    element = _bekend_element(waarde["element"], elementen)
    return Toestemming(element, waarde["ontvanger"], gever, waarde["schriftelijk"], dag)


def _lees_herkomst(waarde: object, elementen: frozenset[str], partijen: frozenset[str]) -> Mapping[str, str]:
    if not isinstance(waarde, Mapping):
        raise ValueError("moet per element een partij noemen")
    if set(map(type, waarde.values())) - {str} or set(waarde.values()) - partijen:
        raise ValueError("noemt een partij die niet in de feitenlijst staat")
    return MappingProxyType({_bekend_element(element, elementen): partij for element, partij in waarde.items()})


_LEZERS: Final[dict[str, Lezer]] = {
    "bool": _lees_bool,
    "geheel": _lees_geheel,
    "getal": _lees_getal,
    "datum": _lees_datum,
    "datum|null": _lees_datum_of_geen,
    "tekst": _lees_tekst,
    "lijst van tekst": _lees_teksten,
    "lijst van getal|null": _lees_getallen,
}
