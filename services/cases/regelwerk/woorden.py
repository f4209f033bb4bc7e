"""The closed lists of names (`protocols/woordenlijst.yaml`) and what a rule may refer to."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple, Protocol, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, StrictFloat, StrictInt, ValidationError, model_validator

from services.cases.feiten import Feitdefinitie, Naam

Actor = Literal["hub", "lpa", "school", "jeugdarts", "jeugdverpleegkundige", "rmc", "swv", "ouder", "partner"]
Adressaat = Literal["ouders", "jongere", "school", "directeur"]
Soort = Literal["bool", "getal", "datum", "tekst", "keuze", "lijst"]

Kennis = dict[str, Any]
"""What is known while one case is judged: facts, derived values, and marks such as `blokkade:geen_boa`."""


class RegelFout(ValueError):
    """Something in a rule does not fit; Dutch text, without file and line (the loader adds these)."""


class Gesloten(BaseModel):
    """Base of everything in a protocol file: frozen, and a misspelt key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Uitkomstdefinitie(Gesloten):
    """What may come out: a `taak` needs no decision beforehand, a `voorstel` waits for a human."""

    soort: Literal["taak", "voorstel"]
    actor: Actor
    betekenis: str


class Klassedefinitie(Gesloten):
    """A derived value; an `intern` one helps other rules and stays out of the answer."""

    type: Literal["bool", "geheel", "getal", "keuze", "lijst van adressaten", "lijst van geheel", "lijst van tekst"]
    betekenis: str
    waarden: tuple[str, ...] = ()
    intern: bool = False


class Termijndefinitie(Gesloten):
    """A derived date; an `intern` one helps other rules and stays out of the answer."""

    betekenis: str
    intern: bool = False


class Groep(Gesloten):
    """Outcomes that a gate may hold back together: by code, or all of some actors with exceptions."""

    betekenis: str
    uitkomsten: tuple[Naam, ...] = ()
    actoren: tuple[Actor, ...] = ()
    behalve: tuple[Naam, ...] = ()


class Woordenlijst(Gesloten):
    """All names that protocol files may use besides facts, terms of their own and values of their own."""

    adressaten: dict[Adressaat, str]
    actoren: dict[Actor, str]
    uitkomsten: dict[Naam, Uitkomstdefinitie]
    groepen: dict[Naam, Groep]
    blokkades: dict[Naam, str]
    vlaggen: dict[Naam, str]
    classificatie: dict[Naam, Klassedefinitie]
    termijnen: dict[Naam, Termijndefinitie]

    @model_validator(mode="after")
    def _zonder_dubbel(self) -> Self:
        if dubbel := self.classificatie.keys() & self.termijnen.keys():
            raise ValueError(f"staat bij classificatie en bij termijnen: {', '.join(sorted(dubbel))}")
        for naam, groep in self.groepen.items():
            if naam in self.uitkomsten:
                raise ValueError(f"groep {naam} heet als een uitkomst")
            if vreemd := {*groep.uitkomsten, *groep.behalve} - self.uitkomsten.keys():
                raise ValueError(f"groep {naam}: onbekende uitkomst {', '.join(sorted(vreemd))}")
        return self

    def leden(self, naam: str) -> frozenset[str]:
        """The outcomes meant by the code of one outcome or of a group; raises RegelFout for any other name."""
        if naam in self.uitkomsten:
            return frozenset({naam})
        if (groep := self.groepen.get(naam)) is None:
            raise RegelFout(f"onbekende uitkomst of groep: {naam}")
        van_actoren = {code for code, u in self.uitkomsten.items() if u.actor in groep.actoren}
        return frozenset({*groep.uitkomsten, *van_actoren} - set(groep.behalve))


def laad_woordenlijst(bestand: Path) -> Woordenlijst:
    """Read the lists from a YAML file; raises ValueError with the file name and what is wrong."""
    try:
        return Woordenlijst.model_validate(yaml.safe_load(bestand.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as fout:
        raise ValueError(f"{bestand.name}: de woordenlijst klopt niet: {fout}") from fout


Getal = StrictInt | StrictFloat
Naamofgetal = Annotated[Getal | Naam, Field(description="een getal, of de naam van een waarde of een feit")]
Naamofdatum = Annotated[date | Naam, Field(description="een datum, of de naam van een waarde, feit of termijn")]


class Typering(NamedTuple):
    """What kind of value a name stands for; `of_geen`: it may be established that there is none."""

    soort: Soort
    waarden: tuple[str, ...] = ()
    of_geen: bool = False
    persoonlijk: bool = False
    verdeelt: bool = False


class Toets(NamedTuple):
    """A compiled condition: known to hold, known not to hold, or neither of the two.

    `namen` is all it looks at; it can only hold when `nodig` is known, and only fail when `nodig_onwaar` is known.
    For a choice that divides the rules, `nodig` also has a `keuze_element`.
    """

    waar: Callable[[Kennis], bool]
    onwaar: Callable[[Kennis], bool]
    namen: tuple[str, ...]
    nodig: frozenset[str]
    nodig_onwaar: frozenset[str]


ALTIJD: Final = Toets(lambda _k: True, lambda _k: False, (), frozenset(), frozenset())
"""The condition that always holds."""


def keuze_element(naam: str, waarden: Iterable[str]) -> str:
    """An element of `nodig` that says: `naam` is one of `waarden`."""
    return f"{naam}={'|'.join(sorted(waarden))}"


def keuze_past(element: str, naam: str, waarde: object) -> bool:
    """Whether `element` was made by `keuze_element` for `naam` and allows `waarde`."""
    van, _, waarden = element.partition("=")
    return van == naam and waarde in waarden.split("|")


class Compileerbaar(Protocol):
    """A condition that can be turned into a `Toets`."""

    def compileer(self, omgeving: "Omgeving") -> Toets: ...


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
        }
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
            toets = toets._replace(waar=_onthoud(toets.waar, f"begrip:{naam}"))
        self._toetsen[naam] = toets
        return toets


def _onthoud(test: Callable[[Kennis], bool], merk: str) -> Callable[[Kennis], bool]:
    """Ask once per pass: whoever asks comes after all that `test` looks at, so the answer can no longer change."""

    def onthouden(k: Kennis) -> bool:
        antwoord: bool | None = k.get(merk)
        if antwoord is None:
            antwoord = k[merk] = test(k)
        return antwoord

    return onthouden


def _typering_feit(definitie: Feitdefinitie) -> Typering:
    match definitie.type:
        case "geheel" | "getal":
            soort: Soort = "getal"
        case "datum" | "datum|null":
            soort = "datum"
        case "lijst van tekst" | "lijst van getal|null":
            soort = "lijst"
        case overig:
            soort = overig
    of_geen = definitie.type == "datum|null"
    return Typering(soort, definitie.waarden, of_geen, definitie.persoonlijk, definitie.verdeelt)


def _typering_klasse(definitie: Klassedefinitie) -> Typering:
    match definitie.type:
        case "geheel" | "getal":
            return Typering("getal")
        case "bool":
            return Typering("bool")
        case "keuze":
            return Typering("keuze", definitie.waarden)
        case _:
            return Typering("lijst")
