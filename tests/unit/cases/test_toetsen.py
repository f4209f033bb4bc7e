"""Three-valued tests and the function that a plan becomes: what they say, and the text they turn into."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

import pytest

from services.cases.regelwerk import stappen
from services.cases.regelwerk.berekeningen import Som, Vast
from services.cases.regelwerk.stappen import Aanleiding, Blad, BrengInBeeld, HoudTegen, Item, Kandidaat, LeidAf, Staat
from services.cases.regelwerk.toetsen import (
    Bekend,
    Toets,
    altijd,
    en,
    is_bekend,
    is_gemerkt,
    is_keuze,
    niet,
    onthoud,
    over_namen,
    over_waarden,
)
from services.cases.regelwerk.toetsen import Test as _Test
from services.cases.regelwerk.uitleg import Geldregel

NIETS: frozenset[str] = frozenset()


def bekend(zeker: Iterable[str] = (), misschien: Iterable[str] = (), **keuzes: object) -> Bekend:
    """A group of decisions: what is certain to be known, what may become known, and the dividing choices."""
    feiten = frozenset({*zeker, *keuzes})
    return Bekend(feiten, NIETS, {*feiten, *misschien}, keuzes, {}, set(feiten))


def uitslag(toets: Toets, groep: Bekend, **kennis: object) -> bool | None:
    """What a condition says of one case: true, false, or neither."""
    waar, onwaar = ((test := kant(groep)) is not None and test(dict(kennis)) for kant in (toets.waar, toets.onwaar))
    assert not (waar and onwaar)
    return True if waar else False if onwaar else None


MEER = over_waarden("{0} > {grens}", "{0} <= {grens}", "n", grens=9)


@pytest.mark.parametrize(("n", "verwacht"), [(8, False), (9, False), (10, True), (None, None)])
def test_a_comparison_with_an_unknown_value_is_neither_true_nor_false(n: int | None, verwacht: bool | None) -> None:
    """Whether the name is certain to be known, may become known or turns out not to be."""
    kennis = {} if n is None else {"n": n}
    assert verwacht == uitslag(MEER, bekend(misschien=("n",)), **kennis)
    if n is not None:
        assert verwacht == uitslag(MEER, bekend(zeker=("n",)), **kennis)


def test_a_comparison_that_can_never_be_made_is_left_out() -> None:
    """There is no test at all for a group in which one of the names cannot become known."""
    twee = over_waarden("{0} > {1}", "{0} <= {1}", "n", "m")
    for toets in (MEER, twee, over_namen("n", lambda _k: True, lambda _k: False)):
        assert toets.waar(bekend(misschien=("m",))) is None
        assert toets.onwaar(bekend(misschien=("m",))) is None


def test_only_an_uncertain_value_is_checked_for_being_there() -> None:
    """What is certain to be known costs no question."""
    for groep, tekst in (
        (bekend(zeker=("n",)), "v_n > 9"),
        (bekend(misschien=("n",)), "v_n is not None and (v_n > 9)"),
    ):
        test = MEER.waar(groep)
        assert test is not None
        assert tekst == test.tekst


def test_words_and_numbers_stand_in_the_text_and_other_objects_are_handed_over() -> None:
    """A set keeps its identity, a word that looks like code stays a word."""
    goed = frozenset({"a", "b"})
    in_goed = over_waarden("{0} in {goed}", "{0} not in {goed}", "n", goed=goed).waar(bekend(zeker=("n",)))
    assert in_goed is not None
    assert [goed] == list(in_goed.objecten.values())
    raar = over_waarden("{0} == {enige}", "{0} != {enige}", "n", enige="' or True or '")
    assert uitslag(raar, bekend(zeker=("n",)), n="iets") is False
    assert uitslag(raar, bekend(zeker=("n",)), n="' or True or '") is True


WAARDEN = (True, False, None)


def _toets(naam: str) -> Toets:
    return over_waarden("{0}", "not {0}", naam)


@pytest.mark.parametrize("een", WAARDEN)
@pytest.mark.parametrize("ander", WAARDEN)
def test_logic_has_three_values(een: bool | None, ander: bool | None) -> None:
    """All: false beats unknown, unknown beats true; negation leaves unknown alone (Kleene)."""
    kennis = {naam: waarde for naam, waarde in (("a", een), ("b", ander)) if waarde is not None}
    groep = bekend(misschien=("a", "b"))
    alle = False if False in (een, ander) else None if None in (een, ander) else True
    assert alle == uitslag(en([_toets("a"), _toets("b")]), groep, **kennis)
    omgekeerd = None if alle is None else not alle
    assert omgekeerd == uitslag(niet(en([_toets("a"), _toets("b")])), groep, **kennis)


def test_knowing_and_marking_are_never_unknown() -> None:
    """Whether something is known or marked is true or false, also where it cannot become known."""
    for toets, naam in ((is_bekend("n"), "n"), (is_gemerkt(["uitkomst:x"]), "uitkomst:x")):
        assert uitslag(toets, bekend()) is False
        assert uitslag(toets, bekend(misschien=(naam,))) is False
        assert uitslag(toets, bekend(misschien=(naam,)), **{naam: True}) is True
    assert is_bekend("n").waar(bekend(zeker=("n",))) is altijd


def test_a_dividing_choice_is_settled_before_any_case() -> None:
    """It is always so, never so, or unknown, for the whole group."""
    toets = is_keuze("zaaksoort", frozenset({"luxe"}))
    assert (altijd, None) == (toets.waar(bekend(zaaksoort="luxe")), toets.onwaar(bekend(zaaksoort="luxe")))
    assert (None, altijd) == (toets.waar(bekend(zaaksoort="ziekte")), toets.onwaar(bekend(zaaksoort="ziekte")))
    assert (None, None) == (toets.waar(bekend()), toets.onwaar(bekend()))


def _geteld(antwoord: bool) -> tuple[Toets, list[int]]:
    keren: list[int] = []

    def vraag(_k: dict[str, Any]) -> bool:
        keren.append(1)
        return antwoord

    return over_namen("n", vraag, lambda _k: not antwoord), keren


@pytest.mark.parametrize("antwoord", [True, False])
def test_what_is_remembered_is_asked_once(antwoord: bool) -> None:
    """Two conditions lean on the same begrip, and it is worked out a single time."""
    toets, keren = _geteld(antwoord)
    begrip = onthoud(toets.waar, "b_begrip")
    groep = bekend(zeker=("n",))
    een, ander = begrip(groep), begrip(groep)
    assert een is not None
    assert ander is not None
    samen = _Test(f"({een.tekst}) and ({ander.tekst})", eerst=(*een.eerst, *ander.eerst))
    assert antwoord == samen({"n": 1})
    assert [1] == keren


def test_what_is_remembered_may_lean_on_what_is_remembered() -> None:
    """The inner one is worked out first, and what can never or always be so is not remembered at all."""
    groep = bekend(zeker=("n",))
    binnen = onthoud(MEER.waar, "b_binnen")
    buiten = onthoud(en([Toets(binnen, binnen, ("n",)), MEER]).waar, "b_buiten")(groep)
    assert buiten is not None
    assert [True, False] == [buiten({"n": 10}), buiten({"n": 9})]
    assert onthoud(lambda _b: altijd, "b_x")(groep) is altijd
    assert onthoud(lambda _b: None, "b_x")(groep) is None


# From steps to one function


def _regel(naam: str, **anders: Any) -> Geldregel:
    velden: dict[str, Any] = {"bron": "§ 1", "feiten": (), "waarom": lambda _k: naam, "vlaggen": ()}
    return Geldregel(naam, **velden | {"mens_beslist": False} | anders)


def _als(tekst: str, *leest: str) -> Aanleiding:
    return Aanleiding(_Test(tekst, leest), None)


def _afleiding(aanleiding: Aanleiding, doel: str, som: Som | Vast, regel: str) -> LeidAf:
    return LeidAf(aanleiding, doel, som, _regel(regel), termijn=False, intern=False, eerste=True, zeker=False)


def _plan() -> list[stappen.Stap]:
    kandidaat = Kandidaat("R-1", _regel("R-1", vlaggen=("let_op",)), ("ouders",), (), None, True)
    return [
        _afleiding(Aanleiding(altijd, None), "stap", Som(lambda k: k["n"] // 3 or None, ("n",)), "R-0"),
        BrengInBeeld(_als("v_stap is not None", "stap"), {"brief": kandidaat}),
        HoudTegen(_als("not v_mag", "mag"), frozenset({"brief"}), "mag_niet", 2, False, _regel("R-2")),
        stappen.StelVast("brief", "lpa", {"R-1": altijd}, False),
        _afleiding(_als("m_uitkomst_brief", "uitkomst:brief"), "gemeld", Vast(True), "R-3"),
    ]


@pytest.mark.parametrize(
    ("kennis", "klassen", "voorstellen", "blokkades", "verklaard"),
    [
        ({"n": 2, "mag": True}, {}, [], {}, {}),
        ({"n": 6, "mag": False}, {"stap": 2}, [], {"mag_niet": 2}, {"R-0": ("stap",), "R-2": ("mag_niet", "brief")}),
        (
            {"n": 6, "mag": True},
            {"stap": 2, "gemeld": True},
            [Item("brief", "lpa", ("ouders",), None)],
            {},
            {"R-0": ("stap",), "R-1": ("brief",), "R-3": ("gemeld",)},
        ),
    ],
)
def test_steps_become_one_function(
    kennis: dict[str, Any], klassen: object, voorstellen: object, blokkades: object, verklaard: object
) -> None:
    """A derived value, an outcome that comes into view, a gate before it, and a rule that looks at the outcome."""
    staat = Staat(dict(kennis))
    beslis: Callable[[Staat], None] = stappen.stel_samen(_plan(), frozenset({"n", "mag"}), NIETS)
    beslis(staat)
    assert (klassen, voorstellen, blokkades) == (staat.klassen, staat.voorstellen, staat.blokkades)
    assert verklaard == {regel.regel: voor for regel, voor in staat.geldend.items()}
    assert list(staat.vlaggen) == (["let_op"] if voorstellen else [])


def test_the_text_of_a_plan() -> None:
    """The lines that are written for the steps above, with objects as `o` and a mark only where something reads it."""
    blad = Blad()
    for stap in _plan():
        stap.schrijf(blad)
    tekst = "\n".join(map(str, blad._regels))
    assert """\
v_stap = o(k)
if v_stap is not None:
    klassen['stap'] = k['stap'] = v_stap
    g[o] = ('stap',)
o = (v_stap is not None)
if (o) and (not v_mag):
    geraakt = []
    if o:
        t_brief = True
        geraakt.append('brief')
    m_blokkade_mag_niet = True
    blokkades['mag_niet'] = min(2, blokkades.get('mag_niet', 2))
    g[o] = ('mag_niet', *geraakt)
if not t_brief and o:
    m_uitkomst_brief = True
    voorstellen.append(o)
    g[o] = ('brief',)
    vlaggen.update(o)
if (m_uitkomst_brief):
    v_gemeld = klassen['gemeld'] = k['gemeld'] = True
    g[o] = ('gemeld',)""" == re.sub(r"\bo\d+\b", "o", tekst)


def test_the_earliest_date_and_all_addressees_stand_in_one_item() -> None:
    """Two rules that lead to the same outcome give one item."""
    een = Kandidaat("R-1", _regel("R-1"), ("ouders",), (), "laat", True)
    ander = Kandidaat("R-2", _regel("R-2"), ("wie", "school"), ("wie",), "vroeg", True)
    plan: list[stappen.Stap] = [
        BrengInBeeld(Aanleiding(altijd, None), {"brief": een}),
        BrengInBeeld(Aanleiding(altijd, None), {"brief": ander}),
        stappen.StelVast("brief", "lpa", {"R-1": altijd, "R-2": altijd}, True),
    ]
    kennis = {"laat": date(2021, 3, 2), "vroeg": date(2021, 3, 1), "wie": ("ouders", "jongere")}
    staat = Staat(kennis)
    stappen.stel_samen(plan, frozenset(kennis), NIETS)(staat)
    assert [Item("brief", "lpa", ("ouders", "jongere", "school"), date(2021, 3, 1))] == staat.taken
