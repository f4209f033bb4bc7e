"""Whatever is drawn, nothing passes that the privacy matrix forbids, and every outcome has its reason."""

import random
from collections import Counter
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any

import pytest

from schakel.gunstig import OP, feiten
from services.cases.protocol import PROTOCOLLEN, Protocolboek, laad_protocollen
from services.cases.verstrekking import Verstrekkingsoordeel, beoordeel_verstrekking
from tests.unit.grens.matrix import hooguit

TREKKINGEN = {
    "goeree-overflakkee": 22_000,
    "noordoostpolder": 14_000,
    "algemeen": 8_000,
    "ijssel-vecht": 4_000,
    "noord-kennemerland-po": 4_000,
}
"""Fifty-two thousand in all, most where most can pass."""
GATEN = 10
"""So many sets of unknown facts per protocol: the rules are made ready once for each."""
BOEK: Protocolboek = laad_protocollen(PROTOCOLLEN)
WAARDEN = {
    naam: BOEK.feiten.definities[naam].waarden for naam in ("ontvanger", "doel", "fase", "verstrekker", "kanaal")
}
SCHAKELAARS = sorted(n for n, w in feiten("school", "3.1a", 14, ["naam"]).items() if isinstance(w, bool))
ELEMENTEN = sorted(BOEK.woorden.privacy.elementen)
PAREN = (
    ("halt", "halt"), ("svb", "svb_16_17"), ("svb", "svb_fraude"), ("vir", "vir"), ("om", "strafrecht"), ("om", "halt"),
    ("rvdk", "strafrecht"), ("nieuwe_gemeente", "verhuizing"), ("arbeidsinspectie", "arbeid"),
    ("school", "terugkoppeling"), ("school", "3.1a"), ("swv", "3.1b"), ("jeugdhulpaanbieder", "3.1c"),
    ("casusoverleg", "3.1d"), ("gemeente", "3.1e"), ("sot", "zorgmelding"), ("cjg", "zorgmelding"), ("duo", "3.1a"),
    ("onderzoeker", "onderzoek"), ("thuiszitterstafel", "3.1a"),
)  # fmt: skip


def trek(rng: random.Random, onbekend: Collection[str] = ()) -> dict[str, Any]:
    """One disclosure: favourable facts, of which some are turned round, taken away or made strange."""
    kans = rng.random
    ontvanger, doel = (
        rng.choice(PAREN) if rng.random() < 0.7 else map(rng.choice, (WAARDEN["ontvanger"], WAARDEN["doel"]))
    )
    f = feiten(ontvanger, doel, rng.randint(3, 19), rng.sample(ELEMENTEN, rng.randint(1, 7)))
    f["geboortedatum"] += timedelta(days=rng.choice((-1, 0, 1)))
    if rng.random() < 0.4:
        f["verstrekker"] = rng.choice(WAARDEN["verstrekker"])
    if rng.random() < 0.2:
        f["fase"] = rng.choice(WAARDEN["fase"])
    if rng.random() < 0.05:
        f["kanaal"] = rng.choice(WAARDEN["kanaal"])
    f["overleden"] = kans() < 0.03
    f["thuiszitterstafel_reden"] = rng.choice(BOEK.feiten.definities["thuiszitterstafel_reden"].waarden)
    van = WAARDEN["verstrekker"]
    f["herkomst"] = {e: rng.choice(van) for e in f["elementen"] if kans() < 0.2}
    f["zaaksoort"] = rng.choice(("relatief", "luxe", "absoluut"))
    f["ongeoorloofde_uren_4_lesweken"] = rng.choice((0, 15, 16, 40))
    f["toestemming"] = [_verstoord(t, rng) for t in f["toestemming"] if kans() < 0.8]
    for naam in rng.sample(SCHAKELAARS, rng.choice((0, 0, 1, 2))):
        f[naam] = not f[naam]
    return {naam: waarde for naam, waarde in f.items() if naam not in onbekend}


def gaten(rng: random.Random) -> list[list[str]]:
    """Sets of facts that nobody knows; the first is empty."""
    namen = sorted(feiten("school", "3.1a", 14, ["naam"]).keys() - {"elementen", "ontvanger"})
    return [[], *(rng.sample(namen, rng.randint(1, 3)) for _ in range(GATEN - 1))]


def _verstoord(toestemming: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    kans = rng.random()
    if kans < 0.1:
        return toestemming | {"schriftelijk": False}
    if kans < 0.2:
        return toestemming | {"ingetrokken_op": OP + timedelta(days=rng.choice((-9, 0, 1)))}
    return toestemming


def zegt_waarom(oordeel: Verstrekkingsoordeel) -> bool:
    """Every element that stays, the refusal, and every demand is named by a rule."""
    genoemd = {code for uitleg in oordeel.uitleg for code in uitleg.voor}
    moet = {*oordeel.weggelaten, *oordeel.vereist} | ({oordeel.weigering} if oordeel.weigering else set())
    return moet <= genoemd and (oordeel.uitkomst != "aanhouden" or bool(oordeel.vereist))


@pytest.mark.parametrize("protocol", TREKKINGEN)
def test_nothing_passes_that_the_matrix_forbids(protocol: str) -> None:
    """Random recipients, purposes, givers, consents, ages, phases and origins; the engine against a table by hand."""
    rng, regels = random.Random(f"grens {protocol}"), BOEK.geldig(protocol, OP)
    onbekend = gaten(rng)
    uitkomsten: Counter[str] = Counter()
    for _ in range(TREKKINGEN[protocol]):
        f = trek(rng, rng.choice(onbekend))
        oordeel = beoordeel_verstrekking(regels, BOEK.feiten.lees(f, bij="verstrekking"), OP)
        te_veel = set(oordeel.doorgelaten) - hooguit(protocol, f, OP)
        assert not te_veel, (te_veel, f)
        assert zegt_waarom(oordeel), (oordeel, f)
        uitkomsten[str(oordeel.uitkomst)] += 1
    assert uitkomsten["doorlaten"] + uitkomsten["gedeeltelijk"] > 20, uitkomsten
    assert uitkomsten["geweigerd"] > 20, uitkomsten


def test_the_table_itself_says_no_and_yes() -> None:
    """It can fail: a BSN to the samenwerkingsverband never, a name to the school when everything is in order."""
    assert "bsn" not in hooguit("goeree-overflakkee", feiten("swv", "3.1a", 14, ["bsn", "naam"]), OP)
    assert "naam" in hooguit("goeree-overflakkee", feiten("school", "3.1a", 14, ["naam"]), OP)
    assert not hooguit("goeree-overflakkee", feiten("school", "3.1a", 14, ["naam"], overleden=True), date(2026, 11, 20))
    tafel = {"toestemming": [], "thuiszitterstafel_reden": "ontheffing"}
    assert not hooguit("goeree-overflakkee", feiten("thuiszitterstafel", "3.1a", 14, ["naam"], **tafel), OP)
    verzuim = tafel | {"thuiszitterstafel_reden": "verzuim"}
    assert "naam" in hooguit("goeree-overflakkee", feiten("thuiszitterstafel", "3.1a", 14, ["naam"], **verzuim), OP)
