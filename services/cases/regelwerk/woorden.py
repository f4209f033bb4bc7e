"""The closed lists of names that protocol files are written in (`protocols/woordenlijst.yaml`)."""

from functools import cached_property
from pathlib import Path
from typing import Literal, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from services.cases.feiten import Naam
from services.cases.regelwerk.gesloten import Actor, Adressaat, Gesloten, RegelFout
from services.cases.regelwerk.termijnsoorten import Begin, Termijndefinitie

__all__ = ["Actor", "Adressaat", "Gesloten", "RegelFout", "Woordenlijst", "laad_woordenlijst"]


class Uitkomstdefinitie(Gesloten):
    """What may come out: a `taak` needs no decision beforehand, a `voorstel` waits for a human."""

    soort: Literal["taak", "voorstel"]
    actor: Actor
    betekenis: str


class Klassedefinitie(Gesloten):
    """A derived value; an `intern` one helps other rules and stays out of the answer."""

    type: Literal[
        "bool", "geheel", "geheel|null", "getal", "keuze", "lijst van adressaten", "lijst van geheel", "lijst van tekst"
    ]
    betekenis: str
    waarden: tuple[str, ...] = ()
    intern: bool = False


Verstrekkingsuitkomst = Literal["doorlaten", "gedeeltelijk", "anoniem", "aanhouden", "geweigerd"]


class Elementdefinitie(Gesloten):
    """One kind of data that may be disclosed; `reden` says why it is left out where it may not go."""

    betekenis: str
    reden: Naam | None = None


class Privacywoorden(Gesloten):
    """The names for what may be disclosed: what there is to give, and why it is left out, refused or held."""

    uitkomsten: dict[Verstrekkingsuitkomst, str] = Field(default_factory=dict)
    elementen: dict[Naam, Elementdefinitie] = Field(default_factory=dict)
    redenen: dict[Naam, str] = Field(default_factory=dict)
    weigeringen: dict[Naam, str] = Field(default_factory=dict)
    vereisten: dict[Naam, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _redenen_bestaan(self) -> Self:
        if vreemd := {e.reden for e in self.elementen.values() if e.reden} - self.redenen.keys():
            raise ValueError(f"onbekende reden van weglating: {', '.join(sorted(vreemd))}")
        return self


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
    gevolgen: dict[Naam, Groep] = Field(default_factory=dict)
    """What outcomes come down to for the people concerned, the lightest first: for comparing protocols."""
    blokkades: dict[Naam, str]
    vlaggen: dict[Naam, str]
    classificatie: dict[Naam, Klassedefinitie]
    termijnen: dict[Naam, Termijndefinitie]
    privacy: Privacywoorden = Privacywoorden()

    @model_validator(mode="after")
    def _zonder_dubbel(self) -> Self:
        genoemd = {code for t in self.termijnen.values() for code in t.uitkomsten}
        if vreemd := genoemd - self.uitkomsten.keys():
            raise ValueError(f"termijnen: onbekende uitkomst {', '.join(sorted(vreemd))}")
        if dubbel := self.classificatie.keys() & self.termijnen.keys():
            raise ValueError(f"staat bij classificatie en bij termijnen: {', '.join(sorted(dubbel))}")
        for naam, groep in (*self.groepen.items(), *self.gevolgen.items()):
            if naam in self.groepen and naam in self.uitkomsten:
                raise ValueError(f"groep {naam} heet als een uitkomst")
            if vreemd := {*groep.uitkomsten, *groep.behalve} - self.uitkomsten.keys():
                raise ValueError(f"groep {naam}: onbekende uitkomst {', '.join(sorted(vreemd))}")
        return self

    @cached_property
    def lopend(self) -> dict[str, Termijndefinitie]:
        """The termijnen that run in a zaak."""
        return {n: t for n, t in self.termijnen.items() if t.loopt and not (t.begint and t.begint.buiten_zaak)}

    @cached_property
    def zonder_regel(self) -> tuple[tuple[str, Begin], ...]:
        """How those of them begin whose last day is no rule's, and which start without a besluit."""
        return tuple((n, t.begint) for n, t in self.lopend.items() if t.begint is not None and not t.begint.besluit)

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
