"""Worked cases of what may be disclosed: what passes, what is left out and why, what is refused or held."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen
from services.cases.regelwerk.woorden import Verstrekkingsuitkomst
from services.cases.verstrekking import Verstrekkingsoordeel, beoordeel_verstrekking

HIER = Path(__file__).parent


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


GEVOELIG = frozenset(
    {
        "gezondheidsgegevens",
        "specialisme_behandelaar",
        "conclusie_belastbaarheid",
        "ondersteuning_inhoud",
        "vrijstellingsgrond",
        "gespreksverslag",
        "reden_signaal",
        "contactgegevens_professional",
    }
)
"""What never passes without consent, whoever gives it to whom and whatever for."""

GUNSTIG: dict[str, Any] = {
    "geboortedatum": "2007-05-01",
    "duo_melding": True,
    "absoluut_signaal": True,
    "ongeoorloofde_uren_4_lesweken": 40,
    "vooraf_geinformeerd": True,
    "relevantie_aangevinkt": True,
    "kanaal": "versleuteld_mfa",
    "lpa_is_boa": True,
    "pv_besluit": True,
    "zaaksoort": "relatief",
    "toestemming_jongere_halt": True,
    "startkwalificatie": False,
    "svb_overeenkomst": True,
    "svb_voornemen_besproken": True,
    "svb_termijn_tot": "2024-10-01",
    "svb_voorwaarden_voldaan": False,
    "melding_afgehandeld": True,
    "zorgleerling": True,
    "actief_dossier": True,
    "verhuizing_naar": "Zwolle",
    "vrijstelling_grond": "art_3b",
    "thuiszitterstafel_reden": "niet_belastbaar",
    "toetreding_akkoord": True,
    "toetreding_getekend": True,
    "toetreding_gemeld_gemeente": True,
    "toetreding_gemeld_swv": True,
}
"""Facts that open every gate except consent."""


@pytest.mark.parametrize("fase", [None, "thuiszitterstafel"])
@pytest.mark.parametrize("ontvanger", BOEK.feiten.definities["ontvanger"].waarden)
@pytest.mark.parametrize("protocol", BOEK.namen)
def test_nothing_sensitive_passes_without_consent(protocol: str, ontvanger: str, fase: str | None) -> None:
    """With every other gate open, no giver can pass what needs consent to this receiver, for any purpose."""
    op, basis = date(2024, 10, 4), GUNSTIG | {"ontvanger": ontvanger, "elementen": list(BOEK.woorden.privacy.elementen)}
    if fase is not None:
        basis = basis | {"fase": fase}
    gegaan = {
        (verstrekker, doel, element)
        for verstrekker in BOEK.feiten.definities["verstrekker"].waarden
        for doel in BOEK.feiten.definities["doel"].waarden
        for element in oordeel(protocol, op, basis | {"verstrekker": verstrekker, "doel": doel}).doorgelaten
        if element in GEVOELIG
    }
    assert set() == gegaan
