"""Edges under every protocol: ladders that only go up, birthdays, 29 February, 31 July and 1 August."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.calendar import leeftijd
from services.cases.engine import Beoordeling
from tests.unit.cases.gevallen import HALT, PROCES_VERBAAL, RELATIEF, TE_LAAT, uitkomsten
from tests.unit.cases.willekeurig import NAMEN, Geval, gevallen, jaren_voor, protocol, vaak

REGIONAAL = tuple(naam for naam in NAMEN if naam != "landelijk")
MET_LADDER = ("goeree-overflakkee", "noord-kennemerland-po")
MAANDAG = date(2025, 3, 17)
EEN_DAG = timedelta(days=1)


def vraag(naam: str, feiten: dict[str, Any], op: date = MAANDAG, **anders: Any) -> Beoordeling:
    """The answer of a protocol; a fact that is set to ... is left out."""
    return Geval(naam, feiten, op).antwoord(**anders)


# Ladders


def test_every_protocol_with_a_ladder_is_climbed() -> None:
    """A ladder that is added is tested too."""
    assert list(MET_LADDER) == [naam for naam in NAMEN if "treden_te_laat" in protocol(naam).waarden]


@vaak(80)
@given(gevallen(), st.sampled_from(MET_LADDER), st.integers(0, 80), st.integers(0, 80))
def test_late_more_often_never_reaches_a_lower_step(geval: Geval, naam: str, een: int, ander: int) -> None:
    """A step is always one of the ladder, and once reached it stays reached."""
    geval = geval._replace(protocol=naam)
    laag, hoog = (
        geval.antwoord(aantal_te_laat=aantal).classificatie.get("te_laat_stap") for aantal in sorted((een, ander))
    )
    treden = protocol(naam).waarden["treden_te_laat"].waarde
    assert isinstance(treden, tuple)
    assert {laag, hoog} <= {None, *treden}
    assert (-1 if laag is None else laag) <= (-1 if hoog is None else hoog)


UREN = st.integers(0, 200).map(lambda tiende: tiende / 5)
URENFEITEN = ("ongeoorloofde_uren_4_lesweken", "te_laat_uren_4_lesweken")


@vaak(120)
@given(gevallen(), st.sampled_from(URENFEITEN), UREN, UREN)
def test_more_hours_never_take_away_that_the_legal_bound_was_reached(
    geval: Geval, feit: str, een: float, ander: float
) -> None:
    """From no to yes, never back, whatever else is known."""
    feiten = geval.feiten | {"ongeoorloofde_uren_4_lesweken": 8}
    laag, hoog = (
        geval._replace(feiten=feiten).antwoord(**{feit: uren}).classificatie.get("drempel_16_bereikt")
        for uren in sorted((een, ander))
    )
    assert not (laag is True and hoog is not True), (een, ander)


@vaak(60)
@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 12))
def test_the_schema_of_ijssel_vecht_adds_steps_and_takes_none_away(een: int, ander: int, uren: int) -> None:
    """Registering, discussing, a dossier and a follow-up come one after the other as the count grows."""
    feiten = TE_LAAT | {"geboortedatum": jaren_voor(MAANDAG, 14)}
    treden = {"school_registreert_ongeoorloofd", "school_bespreekt_intern", "lpa_maakt_dossier", "lpa_vervolg_mas"}
    laag, hoog = (
        uitkomsten(vraag("ijssel-vecht", feiten, aantal_te_laat=aantal, ongeoorloofde_uren_schooljaar=uren)) & treden
        for aantal in sorted((een, ander))
    )
    assert laag <= hoog
    assert ("lpa_vervolg_mas" in hoog) == (max(een, ander) + uren >= 16)


# Birthdays


@pytest.mark.parametrize("naam", NAMEN)
@pytest.mark.parametrize("jaren", [5, 6, 12, 14, 16, 18, 21, 23])
def test_somebody_is_a_year_older_on_the_birthday_itself(naam: str, jaren: int) -> None:
    """The day before it is not yet so, the day after it is still so."""
    verjaardag = jaren_voor(MAANDAG, jaren)
    for geboren, verwacht in ((verjaardag + EEN_DAG, jaren - 1), (verjaardag, jaren), (verjaardag - EEN_DAG, jaren)):
        assert verwacht == vraag(naam, {"geboortedatum": geboren}).classificatie["leeftijd"]


@pytest.mark.parametrize("naam", NAMEN)
@pytest.mark.parametrize(
    ("jaren", "ervoor", "erop"),
    [(12, ("ouders",), ("ouders", "jongere")), (18, ("ouders", "jongere"), ("jongere",))],
)
def test_who_gets_the_letter_changes_on_a_birthday(
    naam: str, jaren: int, ervoor: tuple[str, ...], erop: tuple[str, ...]
) -> None:
    """From 12 the jongere is written to as well, from 18 alone."""
    verjaardag = jaren_voor(MAANDAG, jaren)
    for geboren, verwacht in ((verjaardag + EEN_DAG, ervoor), (verjaardag, erop), (verjaardag - EEN_DAG, erop)):
        assert verwacht == vraag(naam, {"geboortedatum": geboren}).classificatie["brief_adressaten"]


@pytest.mark.parametrize("naam", REGIONAAL)
@pytest.mark.parametrize(
    ("jaren", "dagen", "ouders", "kan"),
    [
        (12, 1, True, False),
        (12, 0, True, True),
        (12, -1, True, True),
        (16, 1, False, False),
        (16, 1, ..., False),
        (16, 0, False, True),
        (16, 0, ..., True),
        (16, -1, False, True),
        (18, 1, True, True),
        (18, 0, True, False),
        (18, -1, True, False),
    ],
)
def test_halt_opens_at_twelve_and_shuts_at_eighteen(naam: str, jaren: int, dagen: int, ouders: Any, kan: bool) -> None:
    """Up to the sixteenth birthday the parents must agree; all three bounds count on the birthday itself."""
    feiten = HALT | {"eerdere_meldingen": 1, "ongeoorloofde_uren_4_lesweken": 20, "oordeel": "ongeoorloofd"}
    geboren = jaren_voor(MAANDAG, jaren) + timedelta(days=dagen)
    antwoord = vraag(naam, feiten, geboortedatum=geboren, toestemming_ouders_halt=ouders)
    assert kan == ("halt_verwijzing" in uitkomsten(antwoord))


@pytest.mark.parametrize("naam", NAMEN)
@pytest.mark.parametrize(
    ("jaren", "dagen", "plicht"),
    [
        (18, 1, "kwalificatieplicht"),
        (18, 0, "rmc"),
        (18, -1, "rmc"),
        (23, 1, "rmc"),
        (23, 0, "geen"),
        (23, -1, "geen"),
    ],
)
def test_the_duty_of_an_older_jongere_ends_on_a_birthday(naam: str, jaren: int, dagen: int, plicht: str) -> None:
    """Kwalificatieplicht up to 18, RMC up to 23, both shut on the day itself."""
    geboren = jaren_voor(MAANDAG, jaren) + timedelta(days=dagen)
    assert plicht == vraag(naam, {"geboortedatum": geboren}).classificatie["plicht"]


@vaak(60)
@given(gevallen(), st.sampled_from((18, 19, 22, 23)), st.integers(-300, 0))
def test_from_eighteen_nothing_is_enforced(geval: Geval, jaren: int, dagen: int) -> None:
    """Whatever is known, what enforces a duty is over on the eighteenth birthday."""
    geboren = jaren_voor(geval.op, jaren) + timedelta(days=dagen)
    handhaving = {"halt_verwijzing", "proces_verbaal", "proces_verbaal_optie", "officiele_waarschuwing", "svb_melding"}
    assert handhaving.isdisjoint(uitkomsten(geval.antwoord(geboortedatum=geboren)))


# 29 February


@pytest.mark.parametrize("naam", NAMEN)
@pytest.mark.parametrize(
    ("op", "jaren"),
    [
        (date(2024, 2, 28), 11),
        (date(2024, 2, 29), 12),
        (date(2025, 2, 28), 12),
        (date(2025, 3, 1), 13),
        (date(2028, 2, 28), 15),
        (date(2028, 2, 29), 16),
        (date(2030, 2, 28), 17),
        (date(2030, 3, 1), 18),
        (date(2035, 2, 28), 22),
        (date(2035, 3, 1), 23),
    ],
)
def test_born_on_29_february_one_is_older_on_1_march_of_a_common_year(naam: str, op: date, jaren: int) -> None:
    """Twelve and sixteen fall on the day itself, eighteen and twenty-three on 1 March."""
    antwoord = vraag(naam, {"geboortedatum": date(2012, 2, 29)}, op)
    assert jaren == antwoord.classificatie["leeftijd"]
    grens = "kwalificatieplicht" if jaren == 17 else "rmc" if jaren in (18, 22) else "geen" if jaren == 23 else None
    assert grens is None or grens == antwoord.classificatie["plicht"]


@pytest.mark.parametrize("naam", NAMEN)
def test_the_dates_of_somebody_born_on_29_february(naam: str) -> None:
    """Leerplicht begins in the month after the birthday; later ends fall where there is no 29 February."""
    termijnen = vraag(naam, {"geboortedatum": date(2012, 2, 29)}).termijnen
    assert {
        "leerplicht_begint": date(2017, 4, 1),
        "leerplicht_eindigt": date(2028, 7, 31),
        "kwalificatieplicht_begint": date(2028, 8, 1),
        "kwalificatieplicht_eindigt": date(2030, 3, 1),
        "rmc_eindigt": date(2035, 3, 1),
    }.items() <= termijnen.items()


# School years


def _einde_schooljaar(dag: date) -> date:
    return date(dag.year if (dag.month, dag.day) <= (7, 31) else dag.year + 1, 7, 31)


GEBOREN = st.builds(date, st.integers(2005, 2020), st.sampled_from((7, 8)), st.sampled_from((1, 2, 30, 31))) | st.dates(
    date(2005, 1, 1), date(2020, 12, 31)
)


@vaak(120)
@given(st.sampled_from(NAMEN), GEBOREN)
def test_leerplicht_ends_with_the_schooljaar_of_the_sixteenth_birthday(naam: str, geboren: date) -> None:
    """Always on a 31 July, on which the duty is still there, and the next day kwalificatieplicht begins."""
    einde = _einde_schooljaar(geboren.replace(year=geboren.year + 16))
    op_de_dag, erna = (vraag(naam, {"geboortedatum": geboren}, op) for op in (einde, einde + EEN_DAG))
    assert einde == op_de_dag.termijnen["leerplicht_eindigt"] == erna.termijnen["leerplicht_eindigt"]
    assert einde + EEN_DAG == op_de_dag.termijnen["kwalificatieplicht_begint"]
    assert ("leerplicht", "kwalificatieplicht") == tuple(a.classificatie["plicht"] for a in (op_de_dag, erna))


@pytest.mark.parametrize("naam", NAMEN)
@pytest.mark.parametrize(
    ("geboren", "einde"),
    [
        (date(2009, 7, 30), date(2025, 7, 31)),
        (date(2009, 7, 31), date(2025, 7, 31)),
        (date(2009, 8, 1), date(2026, 7, 31)),
        (date(2009, 8, 2), date(2026, 7, 31)),
    ],
)
def test_a_birthday_around_1_august_makes_a_year_of_difference(naam: str, geboren: date, einde: date) -> None:
    """Turning sixteen on 31 July ends the leerplicht that day, a day later a year on."""
    assert einde == vraag(naam, {"geboortedatum": geboren}).termijnen["leerplicht_eindigt"]


@vaak(120)
@given(st.dates(date(2022, 8, 1), date(2026, 7, 31)), st.dates(date(2022, 8, 1), date(2026, 7, 31)))
def test_only_a_warning_of_the_same_schooljaar_opens_proces_verbaal(gewaarschuwd: date, op: date) -> None:
    """A 1 August in between shuts the gate again, and a warning of later on never opened it."""
    antwoord = vraag(
        "goeree-overflakkee",
        PROCES_VERBAAL,
        op,
        geboortedatum=jaren_voor(op, 14) - EEN_DAG,
        officiele_waarschuwing_datum=gewaarschuwd,
    )
    telt = gewaarschuwd <= op and _einde_schooljaar(gewaarschuwd) == _einde_schooljaar(op)
    assert telt == ("proces_verbaal" in uitkomsten(antwoord))
    assert telt != ("geen_officiele_waarschuwing" in antwoord.blokkades)


@pytest.mark.parametrize("naam", NAMEN)
def test_an_age_needs_a_birth_date(naam: str) -> None:
    """Without one nothing is said about age, duty or addressees, and nobody is taken for a child or an adult."""
    antwoord = vraag(naam, RELATIEF, geboortedatum=..., ongeoorloofde_uren_4_lesweken=20)
    assert {"leeftijd", "plicht", "brief_adressaten"}.isdisjoint(antwoord.classificatie)
    assert {"leeftijd_onder_12", "leeftijd_18_plus"}.isdisjoint(antwoord.blokkades)


@vaak(60)
@given(st.dates(date(2001, 1, 1), date(2022, 12, 31)), st.dates(date(2024, 8, 1), date(2030, 12, 31)))
def test_every_protocol_gives_the_same_age(geboren: date, op: date) -> None:
    """Age is national, and as the calendar counts it."""
    assert {leeftijd(geboren, op)} == {
        vraag(naam, {"geboortedatum": geboren}, op).classificatie["leeftijd"] for naam in NAMEN
    }
