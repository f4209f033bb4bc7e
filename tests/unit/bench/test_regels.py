"""The measurement of the rules: both sides say the same, the cases are the same for everybody, aims are honest."""

import asyncio
from functools import cache
from typing import Any

import pytest

from bench.regels import (
    AIMS,
    BIJ_HAND,
    BIJ_HAND_SOORTEN,
    REGIONAAL,
    Verschil,
    Vraag,
    controleer,
    document,
    regels,
    vragen,
    whatif,
)
from services.cases.engine import beoordeel
from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen


@cache
def boek() -> Protocolboek:
    """The protocols of the repository, loaded once."""
    return laad_protocollen(PROTOCOLLEN)


def bij_hand(aantal: int) -> list[Vraag]:
    """Cases of the kinds that are also decided by hand."""
    return [vraag for vraag in vragen(boek(), BIJ_HAND, aantal) if vraag.feiten["zaaksoort"] in BIJ_HAND_SOORTEN]


def test_the_version_by_hand_says_what_the_rules_say() -> None:
    """Same outcomes, gates, flags, dates and values on a large mix, or the ratio would compare nothing."""
    gekozen = bij_hand(8000)
    assert len(gekozen) > 6000
    controleer(gekozen)


def test_a_difference_stops_the_measurement() -> None:
    """Held against another protocol, the version by hand is wrong and that is said."""
    ander = boek().versies("noordoostpolder")[-1]
    with pytest.raises(Verschil, match="volgens de regels"):
        controleer([vraag._replace(protocol=ander) for vraag in bij_hand(200)])


def test_the_cases_are_the_same_every_time_and_reach_what_is_heavy() -> None:
    """A measurement without Halt, proces-verbaal or a warning would flatter both sides."""
    een, ander = (vragen(boek(), BIJ_HAND, 1500) for _ in range(2))
    assert [dict(vraag.feiten) for vraag in een] == [dict(vraag.feiten) for vraag in ander]
    assert 1500 == len(een)
    gevonden = {item.uitkomst for v in een for item in beoordeel(v.protocol, v.feiten, v.op).voorstellen}
    assert {
        "halt_verwijzing",
        "proces_verbaal",
        "officiele_waarschuwing",
        "gele_kaart",
        "waarschuwing_luxe",
    } <= gevonden


def test_every_part_ends_up_among_the_figures() -> None:
    """All regional protocols, both ways of asking, the ratio, and a what-if that counts every melding."""
    gemeten = regels(boek(), 60) | asyncio.run(whatif(2000, PROTOCOLLEN))
    result = document(gemeten)
    assert set(REGIONAAL) == set(result["protocols"])
    assert {naam for naam, _, _ in AIMS} <= result.keys()
    assert 2000 == result["whatif"]["meldingen"]
    assert result["whatif"]["rss_first_mb"] > 0


@pytest.mark.parametrize(("zonder", "gehaald"), [(60_000.0, True), (59_999.0, False)])
def test_the_slowest_protocol_decides_whether_an_aim_was_met(zonder: float, gehaald: bool) -> None:
    """One fast region does not make up for a slow one."""

    def snelheid(per_seconde: float) -> dict[str, Any]:
        return {naam: {"median": per_seconde} for naam in ("with_uitleg_per_s", "without_uitleg_per_s")}

    result = document(
        {
            "protocols": {"snel": snelheid(90_000), "traag": snelheid(zonder)},
            "engine_over_ifelif": 0.2,
            "whatif_s": 12.0,
            "whatif_growth_mb": 0,
        }
    )
    met = {aim["figure"]: aim["met"] for aim in result["aims"]}
    assert gehaald == met["without_uitleg_per_s"]
    assert not met["engine_over_ifelif"]
    assert met["with_uitleg_per_s"]
    assert met["whatif_s"]
