"""What may be disclosed: consent, the order of reasons, and silence of a protocol means waiting for a human."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from services.cases.feiten import FeitFout, Toestemming
from services.cases.protocol import PROTOCOLLEN, ProtocolFout, laad_protocollen
from services.cases.regelwerk.instemming import stand
from services.cases.regelwerk.plan import VERSTREKKINGSREGELS
from services.cases.verstrekking import Verstrekkingsoordeel, beoordeel_verstrekking

OP = date(2021, 3, 2)  # dinsdag
BOEK = laad_protocollen(PROTOCOLLEN)
GEMEENTE_AAN_SCHOOL = {
    "geboortedatum": date(2008, 3, 2),
    "verstrekker": "gemeente",
    "ontvanger": "school",
    "doel": "3.1a",
    "duo_melding": True,
    "ongeoorloofde_uren_4_lesweken": 20,
    "vooraf_geinformeerd": True,
    "kanaal": "versleuteld_mfa",
    "elementen": ["naam", "telefoon_email"],
}


def oordeel(feiten: Mapping[str, Any], protocol: str = "goeree-overflakkee", op: date = OP) -> Verstrekkingsoordeel:
    """The answer to one question."""
    return beoordeel_verstrekking(BOEK.geldig(protocol, op), BOEK.feiten.lees(feiten, bij="verstrekking"), op)


# Consent


def van(gever: Any, schriftelijk: bool = True, ingetrokken_op: date | None = None) -> Toestemming:
    """A consent of one giver."""
    return Toestemming("naam", "school", gever, schriftelijk, ingetrokken_op)


@pytest.mark.parametrize(
    ("gegeven", "gevers", "verwacht"),
    [
        ((), ("ouder",), "geen"),
        ((van("ouder"),), (), "verkeerde_gever"),
        ((van("ouder"),), ("ouder",), "geldig"),
        ((van("ouder"),), ("jongere",), "verkeerde_gever"),
        ((van("ouder"),), ("ouder", "jongere"), "geen"),
        ((van("ouder"), van("jongere")), ("ouder", "jongere"), "geldig"),
        ((van("ouder"), van("jongere", schriftelijk=False)), ("ouder", "jongere"), "niet_schriftelijk"),
        ((van("ouder", schriftelijk=False), van("ouder")), ("ouder",), "geldig"),
        ((van("ouder", ingetrokken_op=OP),), ("ouder",), "ingetrokken"),
        ((van("ouder", ingetrokken_op=date(2021, 3, 3)),), ("ouder",), "geldig"),
        ((van("ouder", ingetrokken_op=OP), van("jongere")), ("jongere",), "geldig"),
    ],
)
def test_consent_counts_when_everybody_who_must_has_given_it_in_writing(
    gegeven: tuple[Toestemming, ...], gevers: tuple[str, ...], verwacht: str
) -> None:
    """Withdrawn goes before wrong giver, wrong giver before missing, missing before not in writing."""
    assert verwacht == stand(gegeven, gevers, OP)


# The answer


def test_an_answer_has_only_what_applies() -> None:
    """The six keys are always there; classifications, termijnen and flags only when there are any."""
    antwoord = oordeel({"verzoek": "inzage"}, "noordoostpolder").als_dict()
    assert {"uitkomst", "doorgelaten", "weggelaten", "weigering", "vereist", "uitleg"} == antwoord.keys()
    assert antwoord["uitkomst"] is None


def test_an_omission_says_why_and_on_what_it_rests() -> None:
    """Rule, source, facts and a sentence; never a value."""
    antwoord = oordeel(GEMEENTE_AAN_SCHOOL).als_dict()
    (regel,) = [regel for regel in antwoord["uitleg"] if "telefoon_email" in regel["voor"]]
    assert {"telefoon_email": "niet_in_5_1"} == antwoord["weggelaten"]
    assert "CONV-5.1" == regel["regel"]
    assert "artikel" in regel["bron"]
    assert {"ontvanger", "verstrekker"} <= set(regel["feiten"])
    assert "element" not in regel["feiten"]


def test_the_facts_behind_consent_are_named() -> None:
    """Not how the engine worked it out, but what it worked from."""
    antwoord = oordeel(GEMEENTE_AAN_SCHOOL | {"elementen": ["naam", "gezondheidsgegevens"], "toestemming": []})
    (regel,) = [regel for regel in antwoord.uitleg if "gezondheidsgegevens" in regel.voor]
    assert {"toestemming", "leeftijd", "ontvanger", "elementen"} <= set(regel.feiten)
    assert {"toestemming_element", "berichtsoort"} & set(regel.feiten) == set()


def test_the_day_asked_for_counts() -> None:
    """Not the one among the facts."""
    feiten = {"geboortedatum": date(2005, 3, 2), "verzoek": "inzage", "verzoeker": "ouder", "as_of": date(2021, 3, 1)}
    assert "niet_bevoegd_verzoeker" == oordeel(feiten).weigering


def test_a_birth_date_in_the_future_is_refused() -> None:
    """As with every other question."""
    with pytest.raises(FeitFout):
        oordeel({"geboortedatum": date(2021, 3, 3)})


@pytest.mark.parametrize("naam", BOEK.namen)
def test_no_protocol_lets_anything_through_that_says_nothing_about_itself(naam: str) -> None:
    """Without receiver, purpose, ground or channel nothing passes, whatever the protocol."""
    versie = BOEK.versies(naam)[-1]
    feiten = BOEK.feiten.lees({"elementen": sorted(BOEK.woorden.privacy.elementen)}, bij="verstrekking")
    antwoord = beoordeel_verstrekking(versie, feiten, versie.geldig_vanaf)
    assert antwoord.uitkomst in ("geweigerd", "aanhouden")
    assert () == antwoord.doorgelaten


def test_where_no_rule_lists_anything_a_human_decides() -> None:
    """The national rules alone say nothing about disclosure."""
    feiten = BOEK.feiten.lees(GEMEENTE_AAN_SCHOOL, bij="verstrekking")
    antwoord = beoordeel_verstrekking(BOEK.geldig("landelijk", OP), feiten, OP)
    assert ("aanhouden", (), ("menselijke_afweging",)) == (antwoord.uitkomst, antwoord.doorgelaten, antwoord.vereist)


def test_the_two_questions_share_no_rules_but_derivations() -> None:
    """Rules about disclosure say nothing about steps, and every other kind but the derivations nothing about it."""
    protocol = BOEK.geldig("goeree-overflakkee", OP)
    eigen = {regel.regel for regel in protocol.regels if isinstance(regel, VERSTREKKINGSREGELS)}
    andere = {regel.regel for regel in protocol.regels if regel.soort in ("taak", "voorstel", "poort")}
    gebruikt = {regel.regel for regel in oordeel(GEMEENTE_AAN_SCHOOL).uitleg}
    assert gebruikt & eigen
    assert gebruikt & (andere - eigen) == set()


# The file language

KOP = """
    protocol: proef
    titel: Proef
    geldig_vanaf: 2020-08-01
    documenten: {tekst: Een tekst}
    regels:
"""


def proef(tmp_path: Path, *regels: str) -> Verstrekkingsoordeel:
    """The answer of a protocol of its own, when three elements are offered."""
    for naam in ("feiten.yaml", "woordenlijst.yaml"):
        (tmp_path / naam).write_text((PROTOCOLLEN / naam).read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "proef").mkdir(exist_ok=True)
    tekst = dedent(KOP) + "".join(regels)
    (tmp_path / "proef" / "2020-08-01.yaml").write_text(tekst, encoding="utf-8")
    boek = laad_protocollen(tmp_path)
    feiten = boek.feiten.lees({"elementen": ["naam", "bsn", "pv"]}, bij="verstrekking")
    return beoordeel_verstrekking(boek.geldig("proef", OP), feiten, OP)


def regel(nummer: int, soort: str, dan: str, rang: str = "protocol") -> str:
    """One rule without a condition."""
    bron = "{document: tekst, paragraaf: '1'}"
    return f"  - {{id: PR-{nummer}, soort: {soort}, rang: {rang}, dan: {dan}, waarom: omdat het zo is, bron: {bron}}}\n"


LIJST = regel(9, "weglating", "{alle_behalve: [naam, bsn, pv], reden: te_gedetailleerd}")


def test_rank_goes_before_the_order_of_the_file(tmp_path: Path) -> None:
    """A reason of rank privacy is heavier than one that stands before it."""
    eerst = regel(1, "weglating", "{elementen: [bsn], reden: te_gedetailleerd}")
    later = regel(2, "weglating", "{elementen: [bsn], reden: bsn_swv}", rang="privacy")
    assert {"bsn": "bsn_swv"} == dict(proef(tmp_path, LIJST, eerst, later).weggelaten)


def test_the_first_of_two_reasons_is_given(tmp_path: Path) -> None:
    """Of equal rank the order of the file decides."""
    eerst = regel(1, "weglating", "{elementen: [bsn], reden: te_gedetailleerd}")
    later = regel(2, "weglating", "{elementen: [bsn], reden: bsn_swv}")
    assert {"bsn": "te_gedetailleerd"} == dict(proef(tmp_path, LIJST, eerst, later).weggelaten)


def test_an_element_may_have_a_reason_of_its_own(tmp_path: Path) -> None:
    """Only where the rule says that this one goes first."""
    eigen = regel(1, "weglating", "{alle_behalve: [naam], reden: te_gedetailleerd, eerst_eigen_reden: ja}")
    kaal = regel(1, "weglating", "{alle_behalve: [naam], reden: te_gedetailleerd}")
    assert {"bsn": "bsn_niet_voorzien", "pv": "strafrechtelijk"} == dict(proef(tmp_path, eigen).weggelaten)
    assert {"bsn": "te_gedetailleerd", "pv": "te_gedetailleerd"} == dict(proef(tmp_path, kaal).weggelaten)


def test_when_nothing_is_left_the_reasons_decide_how_it_is_refused(tmp_path: Path) -> None:
    """A refusal for one reason does not speak when only another occurred."""
    alles = regel(1, "weglating", "{alle: ja, reden: bsn_swv}")
    toestemming = regel(2, "weigering", "{weigering: geen_toestemming, niets_over_door: [geen_toestemming]}")
    anders = regel(3, "weigering", "{weigering: doel_niet_toegestaan, niets_over_door: [bsn_swv]}")
    antwoord = proef(tmp_path, alles, toestemming, anders)
    assert ("geweigerd", "doel_niet_toegestaan") == (antwoord.uitkomst, antwoord.weigering)
    assert {"naam", "bsn", "pv"} == antwoord.weggelaten.keys()


def test_what_is_held_after_weighing_still_says_what_is_left_out(tmp_path: Path) -> None:
    """Holding the whole before weighing does not."""
    weg = regel(1, "weglating", "{elementen: [bsn], reden: bsn_swv}")
    rest = regel(2, "vereiste", "{vereist: [veilig_kanaal], houdt_aan: wat_overblijft}")
    alles = regel(3, "vereiste", "{vereist: [vooraf_informeren], houdt_aan: alles}")
    na = proef(tmp_path, LIJST, weg, rest)
    assert ("aanhouden", {"bsn": "bsn_swv"}, ("veilig_kanaal",)) == (na.uitkomst, dict(na.weggelaten), na.vereist)
    voor = proef(tmp_path, LIJST, weg, rest, alles)
    assert ("aanhouden", {}, ("vooraf_informeren",)) == (voor.uitkomst, dict(voor.weggelaten), voor.vereist)


def test_what_is_required_can_depend_on_the_outcome(tmp_path: Path) -> None:
    """Nothing is logged of what was refused."""
    loggen = regel(1, "vereiste", "{vereist: [loggen], bij: [doorlaten]}")
    assert ("loggen",) == proef(tmp_path, LIJST, loggen).vereist
    assert () == proef(tmp_path, LIJST, loggen, regel(2, "weigering", "{weigering: overleden}")).vereist


@pytest.mark.parametrize(
    ("soort", "dan", "reden"),
    [
        ("weigering", "{weigering: nooit_van_gehoord}", "weigering: nooit_van_gehoord"),
        ("weigering", "{weigering: overleden, niets_over_door: [toeval]}", "reden van weglating: toeval"),
        ("weglating", "{elementen: [schoenmaat], reden: bsn_swv}", "element: schoenmaat"),
        ("weglating", "{elementen: [bsn], reden: toeval}", "reden van weglating: toeval"),
        ("weglating", "{elementen: [bsn], alle: ja, reden: bsn_swv}", "elementen, alle_behalve of alle"),
        ("weglating", "{reden: bsn_swv}", "elementen, alle_behalve of alle"),
        ("vereiste", "{vereist: [geduld]}", "vereiste: geduld"),
        ("vereiste", "{vereist: [loggen], houdt_aan: alles, bij: [doorlaten]}", "bij past niet naast houdt_aan"),
    ],
)
def test_a_rule_that_does_not_fit_is_refused(tmp_path: Path, soort: str, dan: str, reden: str) -> None:
    """The error names the file, the rule and what is wrong."""
    with pytest.raises(ProtocolFout, match=reden) as fout:
        proef(tmp_path, regel(1, soort, dan))
    assert "PR-1" == fout.value.regel
