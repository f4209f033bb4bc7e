"""The generated term: repeatable, in order, and true to the rules of each kind of absence."""

import random
from collections import Counter, defaultdict
from datetime import date, timedelta

import pytest
from stdnum.nl import bsn as elfproef

from contracts.codes import MeldingStatus, Verzuimsoort
from hub.calendar import leeftijd
from hub.privacy import Bsn
from services.ingest_duo.model import Verzuimgeval, aantal_te_laat_uit_reden
from simulators.meldingen import maak_meldingen

BEGIN, EIND = date(2024, 9, 2), date(2025, 1, 31)
VRIJ = {date(2024, 10, 26) + timedelta(days=n) for n in range(9)} | {
    date(2024, 12, 21) + timedelta(days=n) for n in range(16)
}
NUMMERS = [str(n) for n in range(999_900_000, 1_000_000_000) if elfproef.is_valid(str(n))][:400]
JONGEREN = [
    (Bsn(nummer), ("1924", "0034")[n % 2], date(2024 - 4 - n % 21, 1 + n % 12, 1 + n % 28))
    for n, nummer in enumerate(NUMMERS)
]
GEBOREN = {bsn.get_secret_value(): geboren for bsn, _, geboren in JONGEREN}


def schooldag(dag: date) -> bool:
    """Monday to Friday outside the two holidays."""
    return dag.weekday() < 5 and dag not in VRIJ


def maak(zaad: int = 11) -> list[Verzuimgeval]:
    """The term of all fictional jongeren."""
    return maak_meldingen(random.Random(zaad), JONGEREN, BEGIN, EIND, schooldag)


MELDINGEN = maak()


def eerste_versies() -> list[Verzuimgeval]:
    """Every melding as it was first reported."""
    return list({geval.meldingsnummer: geval for geval in reversed(MELDINGEN)}.values())


def leeftijd_van(geval: Verzuimgeval) -> int:
    """Age at the beginning of the absence."""
    assert geval.bsn is not None
    return leeftijd(GEBOREN[geval.bsn.get_secret_value()], geval.begindatum)


def test_the_same_seed_gives_the_same_term() -> None:
    """A replay is exact."""
    assert maak() == MELDINGEN


def test_another_seed_gives_another_term() -> None:
    """Chance really decides."""
    assert maak(12) != MELDINGEN


def test_meldingen_come_in_order_of_their_stamp() -> None:
    """DUO gives changes out in order; no melding has the same stamp twice."""
    stempels = [geval.laatste_mutatie for geval in MELDINGEN]
    assert sorted(stempels) == stempels
    assert max(Counter((geval.meldingsnummer, geval.laatste_mutatie) for geval in MELDINGEN).values()) == 1


def test_everything_is_reported_on_a_school_day_of_the_term() -> None:
    """Schools do not report in a holiday, and nothing lies outside the term."""
    dagen = {geval.laatste_mutatie.date() for geval in MELDINGEN}
    assert [dag for dag in dagen if not (BEGIN <= dag <= EIND and schooldag(dag))] == []
    gemist = {dag.datum for geval in MELDINGEN for dag in geval.verzuimdagen}
    assert [dag for dag in gemist if not (BEGIN <= dag <= EIND and schooldag(dag))] == []


def test_every_kind_and_every_path_occurs() -> None:
    """All present-day kinds, later changes, withdrawals with and without reason, and meldingen that need no action."""
    soorten = {geval.verzuimsoort for geval in MELDINGEN}
    assert {Verzuimsoort(code) for code in ("V3", "V4", "RMC", "L", "LRV", "O")} == soorten
    ingetrokken = {g.reden_ingetrokken for g in MELDINGEN if g.status is MeldingStatus.INGETROKKEN}
    assert {"V", None} == ingetrokken
    assert {True, False} == {geval.actie_gemeente_gewenst for geval in MELDINGEN}
    assert max(Counter(geval.meldingsnummer for geval in MELDINGEN).values()) >= 2


def test_an_einddatum_may_come_with_a_later_change() -> None:
    """The school adds it when the jongere is back; the rest of the melding stays."""
    versies: defaultdict[str, list[Verzuimgeval]] = defaultdict(list)
    for geval in MELDINGEN:
        versies[geval.meldingsnummer].append(geval)
    later = [v for v in versies.values() if v[0].einddatum is None and v[-1].einddatum is not None]
    assert later
    for verloop in later:
        assert verloop[0].begindatum == verloop[-1].begindatum
        assert verloop[0].laatste_mutatie < verloop[-1].laatste_mutatie


def test_nothing_follows_a_withdrawal() -> None:
    """A withdrawn melding is not changed any more."""
    ingetrokken: set[str] = set()
    for geval in MELDINGEN:
        assert geval.meldingsnummer not in ingetrokken
        if geval.status is MeldingStatus.INGETROKKEN:
            ingetrokken.add(geval.meldingsnummer)


def test_coming_late_is_reported_with_a_growing_count() -> None:
    """First 9, then 12, then 13 or more: each a melding of the kind overig with the count in its text."""
    tellingen: defaultdict[str, list[int]] = defaultdict(list)
    for geval in sorted(eerste_versies(), key=lambda g: g.laatste_mutatie):
        aantal = aantal_te_laat_uit_reden(geval.vermoedelijke_reden)
        if aantal is not None and geval.bsn is not None:
            assert geval.verzuimsoort is Verzuimsoort.OVERIG
            tellingen[geval.bsn.get_secret_value()].append(aantal)
    assert all(reeks == sorted(set(reeks)) for reeks in tellingen.values())
    assert [9, 12] in [reeks[:2] for reeks in tellingen.values() if len(reeks) == 3]
    vaag = [g for g in eerste_versies() if "regelmatig te laat" in g.vermoedelijke_reden.get_secret_value()]
    assert vaag


def test_sixteen_hours_are_sixteen_hours_in_four_weeks() -> None:
    """Enough hours on the last day and not before it, with a whole day as six."""
    zestien = [
        g for g in eerste_versies() if g.verzuimsoort in (Verzuimsoort.ZESTIEN_UUR, Verzuimsoort.ZESTIEN_UUR_18_PLUS)
    ]
    assert zestien
    for geval in zestien:
        uren = [6 if dag.hele_dag else dag.lesuren or 0 for dag in geval.verzuimdagen]
        assert sum(uren[:-1]) < 16 <= sum(uren)
        eerste, laatste = geval.verzuimdagen[0].datum, geval.verzuimdagen[-1].datum
        assert (geval.begindatum, True) == (eerste, laatste - eerste < timedelta(days=28))


def test_luxe_touches_days_off() -> None:
    """The absence lies directly before or after a weekend or holiday."""
    luxe = [g for g in eerste_versies() if g.verzuimsoort is Verzuimsoort.LUXE]
    assert luxe
    for geval in luxe:
        assert geval.einddatum is not None
        randen = (geval.begindatum - timedelta(days=1), geval.einddatum + timedelta(days=1))
        assert [dag for dag in randen if not schooldag(dag)] != []


def test_long_absence_is_reported_after_more_than_four_weeks() -> None:
    """Langdurig relatief verzuim and its counterpart for who is 18 or older."""
    lang = [g for g in eerste_versies() if g.verzuimsoort in (Verzuimsoort.LANGDURIG, Verzuimsoort.DOORSTROOMPUNT)]
    assert lang
    assert [g for g in lang if g.meld_datum_tijd.date() - g.begindatum <= timedelta(days=28)] == []


def test_the_kind_fits_the_age() -> None:
    """V3 and LRV below 18, V4 and RMC from 18 on; nobody under 5 or from 23 at the start of the term."""
    for geval in MELDINGEN:
        jong = geval.verzuimsoort in (Verzuimsoort.ZESTIEN_UUR, Verzuimsoort.LANGDURIG)
        oud = geval.verzuimsoort in (Verzuimsoort.ZESTIEN_UUR_18_PLUS, Verzuimsoort.DOORSTROOMPUNT)
        assert (not jong or leeftijd_van(geval) < 18) and (not oud or leeftijd_van(geval) >= 18)
        assert geval.bsn is not None
        assert 5 <= leeftijd(GEBOREN[geval.bsn.get_secret_value()], BEGIN) < 23


@pytest.mark.parametrize(
    ("geboren", "meldingen"),
    [
        (date(2019, 9, 3), False),  # 5 tomorrow
        (date(2019, 9, 2), True),  # 5 today
        (date(2001, 9, 3), True),  # 23 tomorrow
        (date(2001, 9, 2), False),  # 23 today
        (date(2024, 9, 3), False),  # born tomorrow
    ],
)
def test_only_from_five_until_twenty_three(geboren: date, meldingen: bool) -> None:
    """Leerplicht begins at 5 and the register follows a jongere until 23."""
    jongeren = [(Bsn("999990019"), "1924", geboren)] * 20
    assert meldingen == bool(maak_meldingen(random.Random(1), jongeren, BEGIN, EIND, schooldag))


def test_a_term_without_school_days_has_no_meldingen() -> None:
    """Nothing can be missed."""
    assert maak_meldingen(random.Random(1), JONGEREN, BEGIN, EIND, lambda _: False) == []
