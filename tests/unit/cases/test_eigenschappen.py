"""What holds for any facts under every protocol: nothing unexplained, nothing past a shut gate, nothing made up."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.cases.engine import beoordeel
from services.cases.protocol import Protocol
from services.cases.regelwerk.regels import Poortregel, Uitkomstregel
from services.cases.regelwerk.uitleg import toon
from tests.unit.cases.gevallen import boek, uitkomsten
from tests.unit.cases.lezing import Lezing
from tests.unit.cases.willekeurig import NAMEN, Geval, gevallen, vaak


def test_every_protocol_is_among_the_random_cases() -> None:
    """A region that is added is tested too."""
    assert sorted(boek().namen) == sorted(NAMEN)


@vaak(130)
@given(gevallen())
def test_the_plan_gives_what_the_rules_say(geval: Geval) -> None:
    """A slow second reading of every rule, with unknown as a value of its own, finds the same outcomes and gates."""
    antwoord = geval.antwoord()
    lezing = Lezing(geval.regels(), antwoord)
    assert lezing.uitkomsten() == uitkomsten(antwoord)
    assert lezing.blokkades() == set(antwoord.blokkades)


@vaak(100)
@given(gevallen())
def test_a_shut_gate_holds_back_what_it_names(geval: Geval) -> None:
    """Whatever a gate says it held back is not in the answer, and what it would hold back is not there either."""
    antwoord = geval.antwoord()
    aanwezig, blokkades = uitkomsten(antwoord), set(antwoord.blokkades)
    for regel in antwoord.uitleg:
        if blokkades.intersection(regel.voor):
            assert aanwezig.isdisjoint(regel.voor)
    for poort, codes in Lezing(geval.regels(), antwoord).dicht:
        assert aanwezig.isdisjoint(codes), poort.id


@vaak(100)
@given(gevallen())
def test_every_step_against_people_has_a_rule_whose_conditions_are_known_to_hold(geval: Geval) -> None:
    """What `als` and `mits` ask is known and so; no age, consent, warning or authority is assumed."""
    antwoord = geval.antwoord()
    lezing = Lezing(geval.regels(), antwoord)
    for code in uitkomsten(antwoord) & boek().woorden.leden("handhaving"):
        regels = [regel for regel in lezing.in_beeld.get(code, ()) if lezing.mits(regel)]
        assert regels, code
        for poort in _poorten(geval.regels(), code):
            assert not lezing.geldt(poort), poort.id


@vaak(100)
@given(gevallen())
def test_everything_in_an_answer_is_explained(geval: Geval) -> None:
    """Each name has a line with a rule and a source of this protocol, and only facts that were given."""
    antwoord = geval.antwoord()
    protocol = geval.regels()
    afgeleid = {*antwoord.classificatie, *antwoord.termijnen}
    namen = uitkomsten(antwoord) | afgeleid | {*antwoord.blokkades, *antwoord.vlaggen}
    assert namen == {naam for regel in antwoord.uitleg for naam in regel.voor if naam in namen}
    bronnen = {(regel.regel, protocol.bronnen[regel.id]) for regel in protocol.regels}
    bekend = {*geval.feiten, "as_of", *afgeleid}
    for regel in antwoord.uitleg:
        assert (regel.regel, regel.bron) in bronnen
        assert set(regel.feiten) <= bekend, regel
        assert regel.waarom
        assert "geboortedatum" not in geval.feiten or toon(geval.feiten["geboortedatum"]) not in regel.waarom


@vaak(100)
@given(gevallen())
def test_an_explanation_names_no_value_that_is_unknown(geval: Geval) -> None:
    """A sentence never says that something is unknown, unless its rule or a fact says so itself."""
    antwoord = geval.antwoord()
    eigen = {regel.regel for regel in geval.regels().regels if "onbekend" in regel.waarom}
    if "onbekend" not in geval.feiten.values():
        assert [] == [r for r in antwoord.uitleg if "onbekend" in r.waarom and r.regel not in eigen]


@vaak(100)
@given(gevallen(), st.data())
def test_what_is_left_out_plays_no_part(geval: Geval, data: st.DataObject) -> None:
    """With fewer facts no outcome leans on one of the facts that are gone."""
    weg = data.draw(st.sets(st.sampled_from(sorted(geval.feiten)), max_size=6)) if geval.feiten else set()
    antwoord = geval.antwoord(**dict.fromkeys(weg, ...))
    assert set() == {naam for regel in antwoord.uitleg for naam in regel.feiten if naam in weg}


@vaak(100)
@given(gevallen())
def test_a_voorstel_waits_for_a_human(geval: Geval) -> None:
    """Taken and voorstellen are told apart by the list of words, each outcome stands there once."""
    antwoord = geval.antwoord()
    woorden = boek().woorden.uitkomsten
    for soort, items in (("taak", antwoord.taken), ("voorstel", antwoord.voorstellen)):
        assert all(
            (soort, item.actor) == (woorden[item.uitkomst].soort, woorden[item.uitkomst].actor) for item in items
        )
    assert antwoord.mens_beslist or not antwoord.voorstellen
    assert len(uitkomsten(antwoord)) == len(antwoord.taken) + len(antwoord.voorstellen)


@vaak(100)
@given(gevallen(), st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(geval: Geval, willekeur: Any) -> None:
    """Facts are a set."""
    paren = list(geval.feiten.items())
    willekeur.shuffle(paren)
    een, ander = geval.antwoord(), geval._replace(feiten=dict(paren)).antwoord()
    assert een == ander
    assert een.uitleg == ander.uitleg


@vaak(60)
@given(gevallen())
def test_a_plan_that_is_made_anew_gives_the_same_answer(geval: Geval) -> None:
    """What was remembered of earlier questions changes nothing."""
    protocol = geval.regels()
    feiten = boek().feiten.lees(geval.feiten)
    eerder = beoordeel(protocol, feiten, geval.op).als_dict()
    protocol.plan._klaargezet.cache_clear()
    assert eerder == beoordeel(protocol, feiten, geval.op).als_dict()


def _poorten(protocol: Protocol, code: str) -> list[Poortregel]:
    return [
        regel
        for regel in protocol.regels
        if isinstance(regel, Poortregel) and any(code in boek().woorden.leden(naam) for naam in regel.dan.houdt_tegen)
    ]


def test_every_voorstel_that_enforces_has_a_gate() -> None:
    """There is no enforcement in any protocol that nothing can hold back."""
    for naam in NAMEN:
        for protocol in boek().versies(naam):
            codes = {s.uitkomst for r in protocol.regels if isinstance(r, Uitkomstregel) for s in r.stappen}
            for code in codes & boek().woorden.leden("handhaving"):
                assert _poorten(protocol, code), (naam, code)
