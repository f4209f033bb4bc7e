"""Worked cases of what may be disclosed: what passes, what is left out and why, what is refused or held."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from services.cases.protocol import Protocolboek, laad_protocollen
from services.cases.regelwerk.woorden import Verstrekkingsuitkomst
from services.cases.verstrekking import Verstrekkingsoordeel, beoordeel_verstrekking

HIER = Path(__file__).parent
PROTOCOLLEN = HIER.parents[1] / "protocols"


class Verwacht(BaseModel):
    """What one case expects. What passes and what is left out is complete, the rest is what must be among it."""

    model_config = ConfigDict(extra="forbid")

    uitkomst: Verstrekkingsuitkomst | None
    doorgelaten: list[str] | None = None
    weggelaten: dict[str, str] | None = None
    weigering: str | None = None
    vereist: list[str] = []
    niet_vereist: list[str] = []
    vlaggen: list[str] = []
    classificatie: dict[str, Any] = {}
    termijnen: dict[str, date] = {}


class Geval(BaseModel):
    """One worked case: a sentence, the facts besides or instead of the common ones, and what follows."""

    model_config = ConfigDict(extra="forbid")

    naam: str
    op: date
    feiten: dict[str, Any]
    zonder: list[str] = []
    verwacht: Verwacht


class Bestand(BaseModel):
    """Cases for one protocol; `basis` are facts that they share, unless a case changes them or does without."""

    model_config = ConfigDict(extra="forbid")

    protocol: str
    basis: dict[str, Any] = {}
    gevallen: Annotated[list[Geval], Field(min_length=1)]


BOEK: Protocolboek = laad_protocollen(PROTOCOLLEN)


def alle_gevallen() -> Iterator[Any]:
    """Every case with its file and sentence as its name."""
    for pad in sorted((HIER / "verstrekking").glob("*.yaml")):
        bestand = Bestand.model_validate(yaml.safe_load(pad.read_text(encoding="utf-8")))
        for geval in bestand.gevallen:
            feiten = {n: w for n, w in (bestand.basis | geval.feiten).items() if n not in geval.zonder}
            yield pytest.param(bestand.protocol, geval.op, feiten, geval.verwacht, id=f"{pad.stem}: {geval.naam}")


GEVALLEN = list(alle_gevallen())
MET_GEVAL = pytest.mark.parametrize(("protocol", "op", "feiten", "verwacht"), GEVALLEN)


def oordeel(protocol: str, op: date, feiten: dict[str, Any]) -> Verstrekkingsoordeel:
    """The answer to one case."""
    return beoordeel_verstrekking(BOEK.geldig(protocol, op), BOEK.feiten.lees(feiten, bij="verstrekking"), op)


@MET_GEVAL
def test_what_passes_is_what_the_protocol_allows(
    protocol: str, op: date, feiten: dict[str, Any], verwacht: Verwacht
) -> None:
    """The outcome, the elements that pass, those that do not with their reason, and the refusal are as expected."""
    antwoord = oordeel(protocol, op, feiten)
    assert (verwacht.uitkomst, verwacht.weigering) == (antwoord.uitkomst, antwoord.weigering)
    if verwacht.doorgelaten is not None:
        assert set(verwacht.doorgelaten) == set(antwoord.doorgelaten)
    if verwacht.weggelaten is not None:
        assert verwacht.weggelaten == dict(antwoord.weggelaten)


@MET_GEVAL
def test_what_must_be_done_or_noticed_is_said(
    protocol: str, op: date, feiten: dict[str, Any], verwacht: Verwacht
) -> None:
    """Requirements, flags, classifications and termijnen are among what the answer says."""
    antwoord = oordeel(protocol, op, feiten)
    assert set(verwacht.vereist) - set(antwoord.vereist) == set()
    assert set(verwacht.niet_vereist) & set(antwoord.vereist) == set()
    assert set(verwacht.vlaggen) - set(antwoord.vlaggen) == set()
    assert verwacht.classificatie.items() <= dict(antwoord.classificatie).items()
    assert verwacht.termijnen.items() <= dict(antwoord.termijnen).items()


@MET_GEVAL
def test_every_omission_and_refusal_is_explained(
    protocol: str, op: date, feiten: dict[str, Any], verwacht: Verwacht
) -> None:
    """Each has a rule with a source and a sentence, and what was offered has passed, been left out or stopped."""
    antwoord = oordeel(protocol, op, feiten)
    uitgelegd = {naam for regel in antwoord.uitleg for naam in regel.voor}
    weigering = {antwoord.weigering} if antwoord.weigering else set()
    assert {*antwoord.weggelaten, *weigering, *antwoord.vlaggen, *antwoord.termijnen} - uitgelegd == set()
    assert all(regel.regel and regel.bron and regel.waarom for regel in antwoord.uitleg)
    if antwoord.uitkomst in ("doorlaten", "gedeeltelijk", "anoniem"):
        assert {*antwoord.doorgelaten, *antwoord.weggelaten} == set(feiten["elementen"])
    else:
        assert antwoord.doorgelaten == ()


@MET_GEVAL
def test_a_case_speaks_of_names_that_exist(protocol: str, op: date, feiten: dict[str, Any], verwacht: Verwacht) -> None:
    """A misspelt name among what must not be asked would make a case that cannot fail."""
    woorden = BOEK.woorden
    assert set(verwacht.niet_vereist) - woorden.privacy.vereisten.keys() == set()
    assert set((verwacht.weggelaten or {}).values()) - woorden.privacy.redenen.keys() == set()
