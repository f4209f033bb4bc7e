"""Every termijn of the rules is known: whether it runs, whom it binds, how it begins and what meets it."""

from datetime import date

import pytest
from pydantic import ValidationError

from services.cases.gevolgen import GEVOLGEN
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from services.cases.regelwerk.regels import Termijnregel
from services.cases.regelwerk.termijnsoorten import Begin, Gehaald, Termijndefinitie

BOEK = laad_protocollen(PROTOCOLLEN)
WOORDEN = BOEK.woorden
VERSIES = [versie for naam in BOEK.namen for versie in BOEK.versies(naam)]
BEREKEND = {r.dan.termijn for v in VERSIES for r in v.regels if isinstance(r, Termijnregel)}


def test_every_termijn_that_a_rule_gives_a_day_to_is_known_and_the_other_way_round() -> None:
    """What no rule computes begins otherwise, and says how; what a rule computes begins with it."""
    van_regels = {naam for naam, t in WOORDEN.termijnen.items() if t.begint is None or t.begint.buiten_zaak}
    assert BEREKEND == van_regels
    assert {naam for naam, t in WOORDEN.termijnen.items() if t.begint and not t.begint.buiten_zaak} == {
        "reactie_uitnodiging_uiterlijk",
        "halt_afloop_uiterlijk",
        "svb_voorkomen_uiterlijk",
        "svb_herstelmelding_uiterlijk",
    }


def test_a_besluit_starts_exactly_the_termijnen_that_say_so() -> None:
    """With the value that holds how long; every protocol in force today has that value."""
    besluit = {(t.begint.besluit, naam) for naam, t in WOORDEN.lopend.items() if t.begint and t.begint.besluit}
    assert besluit == {(g.termijn_waarde, g.termijn) for g in GEVOLGEN.values() if g.termijn}
    for naam in BOEK.namen:
        assert {waarde for waarde, _ in besluit} <= BOEK.geldig(naam, date(2026, 9, 1)).waarden.keys()


@pytest.mark.parametrize("naam", sorted(WOORDEN.lopend))
def test_what_meets_a_termijn_exists(naam: str) -> None:
    """Facts of the closed list with values they may have, and outcomes that wait for a besluit."""
    soort = WOORDEN.lopend[naam]
    for feit, waarden in soort.gehaald_door.feiten.items():
        definitie = BOEK.feiten.definities[feit]
        if waarden != "bekend":
            mag = ("ja", "nee") if definitie.type == "bool" else definitie.waarden
            assert set(waarden) <= set(mag)
    assert {"voorstel"} >= {WOORDEN.uitkomsten[code].soort for code in soort.uitkomsten}
    if soort.na_verstrijken:
        assert {soort.na_verstrijken.tel_op, soort.na_verstrijken.zolang_onbekend} <= BOEK.feiten.definities.keys()
    if soort.begint and soort.begint.feit:
        assert "datum" == BOEK.feiten.definities[soort.begint.feit].type
    if soort.regel:
        assert soort.regel in {r.regel for v in VERSIES for r in v.regels}


def test_a_value_that_overrules_a_warning_is_of_a_termijn_that_runs() -> None:
    """A name that is misspelt would overrule nothing."""
    eigen = {w.removeprefix("waarschuw_") for v in VERSIES for w in v.waarden if w.startswith("waarschuw_")}
    assert eigen <= WOORDEN.lopend.keys()


@pytest.mark.parametrize(
    ("velden", "reden"),
    [
        ({}, "intern of heeft een soort"),
        ({"intern": True, "soort": "datum"}, "intern of heeft een soort"),
        ({"soort": "termijn", "gehaald_door": {"besluiten": ["pv_naar_om"]}}, "noemt wie het bindt"),
        ({"soort": "datum", "waarschuw": 1}, "alleen getoond"),
        ({"soort": "termijn", "bindt": "lpa"}, "waardoor zij is gehaald"),
        ({"soort": "gelegenheid", "bindt": "lpa", "gehaald_door": {"besluiten": ["x"]}}, "waardoor zij is gehaald"),
        (
            {"soort": "gelegenheid", "bindt": "lpa", "begint": {"besluit": "x"}},
            "die geen regel berekent noemt haar bron",
        ),
        ({"soort": "gelegenheid", "bindt": "lpa", "begint": {"feit": "x"}, "bron": "y"}, "noemt haar regel"),
        ({"soort": "gelegenheid", "bindt": "lpa", "regel": "GO-PV-7"}, "noemt haar regel"),
        ({"soort": "termijn", "bindt": "lpa", "waarschuw": 0}, "greater than or equal to 1"),
    ],
)
def test_a_definition_that_does_not_hold_together_is_refused(velden: dict[str, object], reden: str) -> None:
    """The list is read at every start; a slip shows at once."""
    with pytest.raises(ValidationError, match=reden):
        Termijndefinitie(betekenis="iets", **velden)


@pytest.mark.parametrize(
    "velden", [{}, {"feit": "x", "besluit": "y"}, {"uitkomst": "x"}, {"feit": "x", "einde": "kwartaal"}]
)
def test_a_termijn_begins_in_one_way(velden: dict[str, str]) -> None:
    """By a besluit, a fact, an outcome up to the end of something, or outside the zaak."""
    with pytest.raises(ValidationError, match="een termijn begint door"):
        Begin(**velden)


@pytest.mark.parametrize(
    ("feiten", "gehaald"),
    [
        ({}, False),
        ({"verzuim_gestopt": None}, False),
        ({"verzuim_gestopt": False}, True),
        ({"ingeschreven": True}, True),
        ({"ingeschreven": False}, False),
        ({"halt_status": "lopend"}, False),
        ({"halt_status": "positief"}, True),
    ],
)
def test_facts_meet_a_termijn_when_they_are_known_or_have_the_value(feiten: dict[str, object], gehaald: bool) -> None:
    """Unknown is not met, and `nee` is an answer where any answer will do."""
    door = Gehaald(feiten={"verzuim_gestopt": "bekend", "ingeschreven": ("ja",), "halt_status": ("positief",)})
    assert gehaald is door.door_feiten(feiten)
