"""Worked cases per region, in the words of the protocol: what must follow from the facts, and what must not."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from services.cases.engine import Beoordeling, beoordeel
from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen

HIER = Path(__file__).parent


class Verwacht(BaseModel):
    """What one case expects; `alleen` is the complete list of outcomes, `wel` a part of it."""

    model_config = ConfigDict(extra="forbid")

    alleen: list[str] | None = None
    wel: list[str] = []
    niet: list[str] = []
    blokkades: list[str] = []
    vlaggen: list[str] = []
    classificatie: dict[str, Any] = {}
    classificatie_niet: dict[str, list[Any]] = {}
    termijnen: dict[str, date] = {}
    adressaten: dict[str, list[str]] = {}
    mens_beslist: bool | None = None


class Geval(BaseModel):
    """One worked case: a sentence, a day, the facts and what follows."""

    model_config = ConfigDict(extra="forbid")

    naam: str
    op: date
    feiten: dict[str, Any]
    verwacht: Verwacht


class Bestand(BaseModel):
    """A file of cases for one protocol."""

    model_config = ConfigDict(extra="forbid")

    protocol: str
    gevallen: Annotated[list[Geval], Field(min_length=1)]


@cache
def boek() -> Protocolboek:
    """The protocols of the repository, loaded once."""
    return laad_protocollen(PROTOCOLLEN)


def alle_gevallen() -> Iterator[Any]:
    """Every case below this folder, with its file and sentence as its name."""
    for pad in sorted(pad for pad in HIER.glob("*/*.yaml") if pad.parent.name != "verstrekking"):
        bestand = Bestand.model_validate(yaml.safe_load(pad.read_text(encoding="utf-8")))
        for geval in bestand.gevallen:
            yield pytest.param(bestand.protocol, geval, id=f"{pad.stem}: {geval.naam}")


GEVALLEN = list(alle_gevallen())


def beoordeeld(protocol: str, geval: Geval) -> Beoordeling:
    """The answer to one case."""
    return beoordeel(boek().geldig(protocol, geval.op), boek().feiten.lees(geval.feiten), geval.op)


def gewoon(waarde: Any) -> Any:
    """Lists are sets: their order carries no meaning."""
    return sorted(waarde, key=repr) if isinstance(waarde, list | tuple) else waarde


@pytest.mark.parametrize(("protocol", "geval"), GEVALLEN)
def test_the_outcomes_are_those_of_the_protocol(protocol: str, geval: Geval) -> None:
    """Expected outcomes are there, excluded ones are not, and `alleen` leaves room for nothing else."""
    antwoord, verwacht = beoordeeld(protocol, geval), geval.verwacht
    uitkomsten = {item.uitkomst for item in (*antwoord.taken, *antwoord.voorstellen)}
    assert set(verwacht.wel) - uitkomsten == set()
    assert set(verwacht.niet) & uitkomsten == set()
    if verwacht.alleen is not None:
        assert set(verwacht.alleen) == uitkomsten
    if verwacht.mens_beslist is not None:
        assert verwacht.mens_beslist == antwoord.mens_beslist


@pytest.mark.parametrize(("protocol", "geval"), GEVALLEN)
def test_blokkades_and_flags_are_reported(protocol: str, geval: Geval) -> None:
    """What holds an outcome back, and what a reader must notice, is said."""
    antwoord = beoordeeld(protocol, geval)
    assert set(geval.verwacht.blokkades) - set(antwoord.blokkades) == set()
    assert set(geval.verwacht.vlaggen) - set(antwoord.vlaggen) == set()


@pytest.mark.parametrize(("protocol", "geval"), GEVALLEN)
def test_classifications_dates_and_addressees_agree(protocol: str, geval: Geval) -> None:
    """Derived values, termijnen and addressees are exactly as worked out by hand."""
    antwoord, verwacht = beoordeeld(protocol, geval), geval.verwacht
    for naam, waarde in verwacht.classificatie.items():
        assert gewoon(waarde) == gewoon(antwoord.classificatie[naam])
    for naam, waarden in verwacht.classificatie_niet.items():
        assert antwoord.classificatie.get(naam) not in waarden
    assert verwacht.termijnen.items() <= dict(antwoord.termijnen).items()
    gericht = {item.uitkomst: gewoon(item.adressaten) for item in (*antwoord.taken, *antwoord.voorstellen)}
    assert {uitkomst: gewoon(wie) for uitkomst, wie in verwacht.adressaten.items()}.items() <= gericht.items()


@pytest.mark.parametrize(("protocol", "geval"), GEVALLEN)
def test_everything_in_the_answer_is_explained(protocol: str, geval: Geval) -> None:
    """Each outcome, blokkade, flag, classification and termijn is accounted for by a rule with a source."""
    antwoord = beoordeeld(protocol, geval)
    uitgelegd = {naam for regel in antwoord.uitleg for naam in regel.voor}
    items = {item.uitkomst for item in (*antwoord.taken, *antwoord.voorstellen)}
    assert (
        items | {*antwoord.blokkades, *antwoord.vlaggen, *antwoord.classificatie, *antwoord.termijnen}
    ) - uitgelegd == set()
    assert all(regel.regel and regel.bron and regel.waarom for regel in antwoord.uitleg)


@pytest.mark.parametrize(("protocol", "geval"), GEVALLEN)
def test_a_case_speaks_of_names_that_exist(protocol: str, geval: Geval) -> None:
    """A misspelt name among the excluded outcomes would make a case that cannot fail."""
    woorden, verwacht = boek().woorden, geval.verwacht
    genoemd: Mapping[str, tuple[Any, ...]] = {
        "uitkomsten": (*(verwacht.alleen or ()), *verwacht.wel, *verwacht.niet, *verwacht.adressaten),
        "blokkades": tuple(verwacht.blokkades),
        "vlaggen": tuple(verwacht.vlaggen),
        "classificatie": (*verwacht.classificatie, *verwacht.classificatie_niet),
        "termijnen": tuple(verwacht.termijnen),
    }
    for soort, namen in genoemd.items():
        assert set(namen) - getattr(woorden, soort).keys() == set()
