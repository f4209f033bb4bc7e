"""Ages, werkdagen, schooldagen and lesweken: every term of the hub rests on these."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from hub.calendar import (
    REGIOS,
    Kalender,
    KalenderOnvolledig,
    Vakantie,
    VakantieRegio,
    atw_verschuif,
    einde_kwartaal,
    is_feestdag,
    is_werkdag,
    laad_kalender,
    leeftijd,
    min_werkdagen,
    plus_werkdagen,
    schooljaar,
    tel_werkdagen,
    verjaardag,
)
from hub.errors import Ongeldig

DAG = timedelta(days=1)
WEKEN = {"herfstvakantie": 1, "kerstvakantie": 2, "voorjaarsvakantie": 1, "meivakantie": 1, "zomervakantie": 6}
datums = st.dates(date(2000, 1, 1), date(2040, 12, 31))
aantallen = st.integers(0, 60)


@pytest.fixture
def kalender() -> Kalender:
    return laad_kalender()


# Ages


@pytest.mark.parametrize(
    ("geboren", "op", "expected"),
    [
        (date(2014, 10, 7), date(2026, 10, 6), 11),
        (date(2014, 10, 7), date(2026, 10, 7), 12),  # op de verjaardag zelf
        (date(2014, 10, 7), date(2026, 10, 8), 12),
        (date(2012, 2, 29), date(2028, 2, 28), 15),
        (date(2012, 2, 29), date(2028, 2, 29), 16),  # schrikkeljaar
        (date(2012, 2, 29), date(2027, 2, 28), 14),
        (date(2012, 2, 29), date(2027, 3, 1), 15),  # gewoon jaar
        (date(2026, 10, 7), date(2026, 10, 7), 0),  # geboortedag
    ],
)
def test_a_new_age_holds_from_the_birthday_on(geboren: date, op: date, expected: int) -> None:
    """A child born on 29 February turns a year older on 1 March in a common year."""
    assert expected == leeftijd(geboren, op)


@pytest.mark.parametrize(("n", "expected"), [(4, date(2016, 2, 29)), (5, date(2017, 3, 1)), (0, date(2012, 2, 29))])
def test_the_birthday_of_a_leap_day_child_exists_every_year(n: int, expected: date) -> None:
    """On 29 February in leap years, on 1 March otherwise."""
    assert expected == verjaardag(date(2012, 2, 29), n)


def test_an_age_before_birth_is_refused() -> None:
    """A date before the birth is a mistake in the data, not an age of minus one."""
    with pytest.raises(ValueError, match="peildatum"):
        leeftijd(date(2014, 10, 7), date(2014, 10, 6))


@given(datums, st.integers(0, 30))
def test_age_and_birthday_agree(geboren: date, n: int) -> None:
    """Someone is n on the n-th birthday and n - 1 the day before."""
    dag = verjaardag(geboren, n)
    assert n == leeftijd(geboren, dag)
    assert n == 0 or n - 1 == leeftijd(geboren, dag - DAG)


# Werkdagen


@pytest.mark.parametrize(
    ("dag", "feestdag"),
    [
        (date(2027, 1, 1), True),  # vrijdag, Nieuwjaarsdag
        (date(2027, 3, 26), True),  # vrijdag, Goede Vrijdag
        (date(2027, 3, 25), False),  # Witte Donderdag
        (date(2027, 3, 28), False),  # eerste Paasdag is zondag en geen dag van art. 3
        (date(2027, 3, 29), True),  # tweede Paasdag
        (date(2026, 4, 6), True),  # tweede Paasdag, een week later in het jaar
        (date(2027, 4, 27), True),  # dinsdag, Koningsdag
        (date(2025, 4, 26), True),  # zaterdag: Koningsdag, want 27 april is zondag
        (date(2025, 4, 27), False),  # zondag
        (date(2026, 4, 26), False),  # zondag: Koningsdag is gewoon maandag 27
        (date(2026, 5, 5), True),  # dinsdag, geen lustrumjaar
        (date(2027, 5, 5), True),  # woensdag, geen lustrumjaar
        (date(2025, 5, 5), True),  # maandag, lustrumjaar
        (date(2027, 5, 4), False),  # dinsdag, dodenherdenking
        (date(2027, 5, 6), True),  # donderdag, Hemelvaartsdag
        (date(2027, 5, 7), True),  # vrijdag na Hemelvaart, gelijkgesteld bij besluit
        (date(2028, 5, 26), True),  # vrijdag na Hemelvaart, de laatste dag uit het besluit
        (date(2027, 5, 16), False),  # eerste Pinksterdag is zondag
        (date(2027, 5, 17), True),  # tweede Pinksterdag
        (date(2028, 12, 25), True),  # maandag, eerste Kerstdag
        (date(2028, 12, 26), True),  # dinsdag, tweede Kerstdag
        (date(2026, 12, 24), False),  # donderdag
        (date(2026, 12, 31), False),  # donderdag
    ],
)
def test_feestdagen_are_those_of_the_algemene_termijnenwet(dag: date, feestdag: bool) -> None:
    """5 mei counts every year, Goede Vrijdag and the days named by royal decree count too."""
    assert feestdag == is_feestdag(dag)


@pytest.mark.parametrize(
    ("dag", "n", "expected"),
    [
        (date(2026, 10, 7), 0, date(2026, 10, 7)),  # woensdag zelf
        (date(2026, 10, 7), 2, date(2026, 10, 9)),  # vrijdag
        (date(2026, 10, 7), 3, date(2026, 10, 12)),  # over het weekend naar maandag
        (date(2026, 10, 10), 1, date(2026, 10, 12)),  # zaterdag als dag 0
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Witte Donderdag naar dinsdag na Pasen
        (date(2026, 12, 23), 2, date(2026, 12, 28)),  # woensdag; do 24, ma 28
        (date(2027, 5, 4), 1, date(2027, 5, 10)),  # dinsdag; 5 mei, Hemelvaart, gelijkgestelde vrijdag, weekend
    ],
)
def test_binnen_n_werkdagen_counts_from_the_day_after(dag: date, n: int, expected: date) -> None:
    """The day itself is day 0 and the n-th werkdag is the last day of the term."""
    assert expected == plus_werkdagen(dag, n)


@pytest.mark.parametrize(
    ("dag", "n", "expected"),
    [
        (date(2026, 10, 12), 1, date(2026, 10, 9)),  # maandag naar vrijdag
        (date(2026, 4, 7), 1, date(2026, 4, 2)),  # dinsdag na Pasen naar Witte Donderdag
        (date(2026, 10, 11), 1, date(2026, 10, 9)),  # zondag als dag 0
        (date(2026, 10, 11), 0, date(2026, 10, 11)),
    ],
)
def test_werkdagen_count_backwards_too(dag: date, n: int, expected: date) -> None:
    """The n-th werkdag before the day, feestdagen skipped."""
    assert expected == min_werkdagen(dag, n)


def test_a_negative_number_of_days_is_refused(kalender: Kalender) -> None:
    """Counting back has its own function."""
    with pytest.raises(ValueError, match="negatief"):
        plus_werkdagen(date(2026, 10, 7), -1)
    with pytest.raises(ValueError, match="negatief"):
        min_werkdagen(date(2026, 10, 7), -1)
    with pytest.raises(ValueError, match="negatief"):
        kalender.plus_schooldagen(date(2026, 10, 7), -1, "noord")


@given(datums, datums, aantallen)
def test_a_later_start_never_ends_earlier(een: date, twee: date, n: int) -> None:
    """plus_werkdagen is monotone in its start."""
    vroeg, laat = sorted((een, twee))
    assert plus_werkdagen(vroeg, n) <= plus_werkdagen(laat, n)


@given(datums, aantallen)
def test_one_more_werkdag_ends_on_the_next_werkdag(dag: date, n: int) -> None:
    """plus_werkdagen grows strictly in its count, one werkdag at a time."""
    eind, daarna = plus_werkdagen(dag, n), plus_werkdagen(dag, n + 1)
    tussen = [eind + i * DAG for i in range(1, (daarna - eind).days)]
    assert eind < daarna
    assert is_werkdag(daarna)
    assert not any(is_werkdag(d) for d in tussen)


@given(datums.filter(is_werkdag), aantallen)
def test_counting_back_undoes_counting_forward_between_werkdagen(dag: date, n: int) -> None:
    """min after plus, and plus after min, is where one began."""
    assert dag == min_werkdagen(plus_werkdagen(dag, n), n)
    assert dag == plus_werkdagen(min_werkdagen(dag, n), n)


@pytest.mark.parametrize(
    ("eind", "expected"),
    [
        (date(2026, 10, 9), date(2026, 10, 9)),  # vrijdag blijft
        (date(2026, 10, 10), date(2026, 10, 12)),  # zaterdag naar maandag
        (date(2026, 10, 11), date(2026, 10, 12)),  # zondag naar maandag
        (date(2026, 4, 3), date(2026, 4, 7)),  # Goede Vrijdag naar dinsdag na Pasen
        (date(2027, 5, 5), date(2027, 5, 10)),  # woensdag 5 mei naar maandag na Hemelvaart
        (date(2026, 12, 25), date(2026, 12, 28)),  # vrijdag naar maandag
    ],
)
def test_a_statutory_term_runs_on_to_the_first_ordinary_day(eind: date, expected: date) -> None:
    """Algemene termijnenwet art. 1 lid 1."""
    assert expected == atw_verschuif(eind)


@given(datums)
def test_a_shifted_term_is_not_shifted_again(eind: date) -> None:
    """The new end is on or after the old one, is a werkdag, and stays."""
    nieuw = atw_verschuif(eind)
    assert eind <= nieuw
    assert is_werkdag(nieuw)
    assert nieuw == atw_verschuif(nieuw)


# Schooljaren and schooldagen


@pytest.mark.parametrize(
    ("dag", "naam"),
    [
        (date(2026, 7, 31), "2025-2026"),
        (date(2026, 8, 1), "2026-2027"),
        (date(2027, 1, 1), "2026-2027"),
        (date(2027, 7, 31), "2026-2027"),
        (date(2027, 8, 1), "2027-2028"),
    ],
)
def test_a_schooljaar_runs_from_1_august_up_to_and_including_31_july(dag: date, naam: str) -> None:
    """It is named after its two calendar years and contains its own days."""
    jaar = schooljaar(dag)
    assert naam == jaar.naam
    assert jaar.begin <= dag <= jaar.eind
    expected = (8, 1, 7, 31)
    assert expected == (jaar.begin.month, jaar.begin.day, jaar.eind.month, jaar.eind.day)


@pytest.mark.parametrize(("dag", "naast"), [(date(1, 7, 31), date(1, 8, 1)), (date(9999, 8, 1), date(9999, 7, 31))])
def test_a_day_in_a_schooljaar_that_no_date_can_hold_is_refused(dag: date, naast: date) -> None:
    """With a reason instead of a fault in our code; the day beside it has a schooljaar."""
    with pytest.raises(Ongeldig, match="geen schooljaar"):
        schooljaar(dag)
    assert schooljaar(naast).begin <= naast


@pytest.mark.parametrize(
    ("dag", "regio", "expected"),
    [
        (date(2026, 10, 9), "noord", True),  # vrijdag voor de herfstvakantie
        (date(2026, 10, 12), "noord", False),  # maandag in de herfstvakantie
        (date(2026, 10, 12), "midden", True),
        (date(2026, 10, 16), "noord", False),  # vrijdag in de herfstvakantie
        (date(2026, 10, 19), "noord", True),  # maandag erna
        (date(2026, 10, 19), "zuid", False),
        (date(2026, 10, 24), "noord", False),  # zaterdag
        (date(2027, 5, 3), "midden", True),  # maandag na de meivakantie
        (date(2027, 5, 5), "midden", False),  # woensdag, bevrijdingsdag
        (date(2026, 7, 31), "noord", False),  # vrijdag, laatste dag van 2025-2026, zomervakantie
        (date(2026, 8, 14), "noord", False),  # vrijdag, nog de zomervakantie van het vorige schooljaar
        (date(2026, 8, 17), "noord", True),  # maandag
        (date(2026, 8, 17), "midden", False),
    ],
)
def test_a_schooldag_is_a_werkdag_outside_the_holidays_of_the_regio(
    kalender: Kalender, dag: date, regio: VakantieRegio, expected: bool
) -> None:
    """The same day may be a schooldag in one regio and holiday in another."""
    assert expected == kalender.is_schooldag(dag, regio)


@pytest.mark.parametrize(
    ("regio", "expected"),
    [("noord", date(2026, 8, 17)), ("zuid", date(2026, 8, 24)), ("midden", date(2026, 8, 31))],  # maandagen
)
def test_the_first_schooldag_of_2026_2027_differs_per_regio(
    kalender: Kalender, regio: VakantieRegio, expected: date
) -> None:
    """Seen from 1 August, and from the day itself."""
    assert expected == kalender.eerste_schooldag_vanaf(date(2026, 8, 1), regio)
    assert expected == kalender.eerste_schooldag_vanaf(expected, regio)


@pytest.mark.parametrize(
    ("n", "regio", "expected"),
    [
        (0, "noord", date(2026, 10, 9)),  # vrijdag zelf
        (1, "noord", date(2026, 10, 19)),  # maandag na de herfstvakantie
        (5, "noord", date(2026, 10, 23)),  # vrijdag
        (5, "midden", date(2026, 10, 16)),  # vrijdag, de week van de herfstvakantie in noord
        (6, "midden", date(2026, 10, 26)),  # maandag na de herfstvakantie in midden
    ],
)
def test_binnen_n_schooldagen_skips_the_herfstvakantie_of_the_regio(
    kalender: Kalender, n: int, regio: VakantieRegio, expected: date
) -> None:
    """Counted from Friday 9 October 2026."""
    assert expected == kalender.plus_schooldagen(date(2026, 10, 9), n, regio)


@pytest.mark.parametrize(
    ("dag", "expected"),
    [
        (date(2026, 10, 11), True),  # zondag: de week van 5 oktober
        (date(2026, 10, 12), False),  # maandag in de herfstvakantie
        (date(2026, 10, 18), False),  # zondag in de herfstvakantie
        (date(2026, 10, 19), True),  # maandag
        (date(2026, 12, 25), False),  # vrijdag in de kerstvakantie
        (date(2027, 3, 29), True),  # tweede Paasdag, met schooldagen vanaf dinsdag
        (date(2027, 5, 6), True),  # Hemelvaartsdag, met schooldagen op maandag en dinsdag
    ],
)
def test_a_lesweek_has_at_least_one_schooldag(kalender: Kalender, dag: date, expected: bool) -> None:
    """Monday to Sunday, in regio noord."""
    assert expected == kalender.is_lesweek(dag, "noord")


@pytest.mark.parametrize(
    ("dag", "n", "regio", "begin", "eind"),
    [
        # noord heeft herfstvakantie in de week van 12 oktober: die telt niet mee
        (date(2026, 10, 21), 1, "noord", date(2026, 10, 19), date(2026, 10, 25)),
        (date(2026, 10, 21), 2, "noord", date(2026, 10, 5), date(2026, 10, 25)),
        (date(2026, 10, 21), 4, "noord", date(2026, 9, 21), date(2026, 10, 25)),
        # de randen van de week geven hetzelfde venster
        (date(2026, 10, 19), 4, "noord", date(2026, 9, 21), date(2026, 10, 25)),  # maandag
        (date(2026, 10, 25), 4, "noord", date(2026, 9, 21), date(2026, 10, 25)),  # zondag
        (date(2026, 10, 26), 4, "noord", date(2026, 9, 28), date(2026, 11, 1)),  # maandag erna
        # midden heeft die week zelf vakantie: het venster eindigt met de lesweek ervoor
        (date(2026, 10, 21), 4, "midden", date(2026, 9, 21), date(2026, 10, 18)),
        # over de twee weken kerstvakantie heen
        (date(2027, 1, 6), 4, "zuid", date(2026, 11, 30), date(2027, 1, 10)),
    ],
)
def test_a_window_of_lesweken_skips_holiday_weeks(
    kalender: Kalender, dag: date, n: int, regio: VakantieRegio, begin: date, eind: date
) -> None:
    """It runs from a Monday up to and including a Sunday and counts only weeks with lessons."""
    assert (begin, eind) == kalender.lesweken_venster(dag, n, regio)


@given(st.dates(date(2021, 9, 1), date(2030, 6, 30)), st.integers(1, 8), st.sampled_from(REGIOS))
def test_every_window_holds_exactly_n_lesweken(dag: date, n: int, regio: VakantieRegio) -> None:
    """Whatever the day and regio, and both ends of the window are lesweken."""
    kalender = laad_kalender()
    begin, eind = kalender.lesweken_venster(dag, n, regio)
    maandagen = [begin + i * 7 * DAG for i in range(((eind - begin).days + 1) // 7)]
    lesweken = [maandag for maandag in maandagen if kalender.is_lesweek(maandag, regio)]
    assert (n, maandagen[0], maandagen[-1]) == (len(lesweken), lesweken[0], lesweken[-1])
    expected = (0, 6)
    assert expected == (begin.weekday(), eind.weekday())


def test_a_window_of_no_weeks_is_refused(kalender: Kalender) -> None:
    """The smallest window is one lesweek."""
    with pytest.raises(ValueError, match="ten minste"):
        kalender.lesweken_venster(date(2026, 10, 21), 0, "noord")


# The data


@pytest.mark.parametrize("regio", REGIOS)
def test_each_known_schooljaar_has_its_five_holidays_from_saturday_to_sunday(
    kalender: Kalender, regio: VakantieRegio
) -> None:
    """Of one week, two at Christmas and six in summer; only herfst- and voorjaarsvakantie are advice."""
    for jaar in range(2020, 2030):
        naam = f"{jaar}-{jaar + 1}"
        eigen = [v for v in kalender.vakanties[naam, regio] if schooljaar(v.begin).naam == naam]
        weken = {v.naam: ((v.eind - v.begin).days + 1 - 2) / 7 for v in eigen}
        advies = {v.naam for v in eigen if v.status == "advies"}
        assert weken == WEKEN, naam
        assert advies == {"herfstvakantie", "voorjaarsvakantie"}, naam
        assert {(5, 6)} == {(v.begin.weekday(), v.eind.weekday()) for v in eigen}, naam


def test_the_three_regios_start_their_summer_a_week_apart_each_year(kalender: Kalender) -> None:
    """The spread is the point of the regulation: three starts, seven days between them."""
    for jaar in range(2020, 2031):
        begin = sorted(kalender.vakantie(date(jaar, 7, 29), regio).begin for regio in REGIOS)  # type: ignore[union-attr]
        expected = [7 * DAG, 7 * DAG]
        assert expected == [begin[1] - begin[0], begin[2] - begin[1]], jaar


def test_a_holiday_tells_its_name_dates_and_status(kalender: Kalender) -> None:
    """What a letter about verlof outside the holidays needs to name."""
    expected = Vakantie("herfstvakantie", date(2026, 10, 10), date(2026, 10, 18), "advies")
    assert expected == kalender.vakantie(date(2026, 10, 10), "noord")
    assert expected == kalender.vakantie(date(2026, 10, 18), "noord")
    assert kalender.vakantie(date(2026, 10, 9), "noord") is None
    assert kalender.vakantie(date(2026, 10, 19), "noord") is None


@pytest.mark.parametrize(
    ("dag", "naam"),
    [
        (date(2020, 7, 3), "2019-2020"),  # vrijdag voor de eerste zomervakantie in het bestand
        (date(2030, 9, 2), "2030-2031"),  # maandag na de laatste
    ],
)
def test_a_day_outside_the_data_says_what_to_add_and_where(kalender: Kalender, dag: date, naam: str) -> None:
    """Silence would turn every unknown holiday into schooldagen."""
    with pytest.raises(KalenderOnvolledig) as fout:
        kalender.is_schooldag(dag, "noord")
    assert (naam, "noord") == (fout.value.schooljaar, fout.value.regio)
    assert all(deel in str(fout.value) for deel in (naam, "noord", "hub/data/schoolvakanties.yaml"))


def test_a_summer_holiday_known_to_cross_into_an_unknown_schooljaar_is_answered(kalender: Kalender) -> None:
    """The week of 29 July 2030 is no lesweek, although 2030-2031 is not in the data yet."""
    assert not kalender.is_lesweek(date(2030, 7, 31), "noord")  # woensdag; donderdag is 1 augustus


@pytest.mark.parametrize(
    ("as_of", "vooruit", "expected"),
    [
        (date(2026, 9, 1), 1, []),
        (date(2029, 7, 31), 1, []),
        (date(2029, 8, 1), 1, ["2030-2031"]),
        (date(2029, 8, 1), 0, []),
        (date(2030, 8, 1), 1, ["2030-2031", "2031-2032"]),
        (date(2020, 7, 31), 1, ["2019-2020"]),
    ],
)
def test_an_operator_sees_which_schooljaren_are_still_missing(
    kalender: Kalender, as_of: date, vooruit: int, expected: list[str]
) -> None:
    """From the schooljaar of today up to and including the years ahead."""
    assert expected == kalender.ontbrekende_schooljaren(as_of, vooruit)


def _bestand(zomer_2027: str = "alle: [2027-07-10, 2027-08-22]") -> str:
    return f"""
bron: test
schooljaren:
  "2025-2026":
    regeling: test
    verplicht: {{zomervakantie: {{alle: [2026-07-04, 2026-08-16]}}}}
  "2026-2027":
    regeling: test
    verplicht:
      kerstvakantie: {{alle: [2026-12-19, 2027-01-03]}}
      meivakantie: {{alle: [2027-04-24, 2027-05-02]}}
      zomervakantie: {{{zomer_2027}}}
    advies:
      herfstvakantie: {{alle: [2026-10-10, 2026-10-18]}}
      voorjaarsvakantie: {{alle: [2027-02-20, 2027-02-28]}}
"""


def test_a_schooljaar_that_lacks_one_regio_is_missing_for_that_regio_only() -> None:
    """Noord can go on working while the holidays of zuid are still to be added."""
    kalender = Kalender.lees(_bestand("noord: [2027-07-10, 2027-08-22], midden: [2027-07-17, 2027-08-29]"))
    assert kalender.is_schooldag(date(2026, 10, 7), "noord")  # woensdag
    with pytest.raises(KalenderOnvolledig, match="2026-2027 in regio zuid"):
        kalender.is_schooldag(date(2026, 10, 7), "zuid")
    expected = ["2026-2027"]
    assert expected == kalender.ontbrekende_schooljaren(date(2026, 10, 7), vooruit=0)
    expected = []
    assert expected == Kalender.lees(_bestand()).ontbrekende_schooljaren(date(2026, 10, 7), vooruit=0)


@pytest.mark.parametrize(
    ("fout", "reden"),
    [
        ("alle: [2027-08-22, 2027-07-10]", "eindigt niet voor haar begin"),
        ("alle: [2026-07-10, 2026-08-22]", "begint niet in dat schooljaar"),
        ("alle: [2027-07-10, 2027-08-22], zuid: [2027-07-24, 2027-09-05]", "niet allebei"),
        ("oost: [2027-07-10, 2027-08-22]", "oost"),
        ("alle: [2027-07-10]", "Field required"),
    ],
)
def test_a_mistake_in_the_data_file_is_refused_when_it_is_read(fout: str, reden: str) -> None:
    """Dates the wrong way round, in the wrong schooljaar, twice, or for a regio that does not exist."""
    with pytest.raises(ValidationError, match=reden):
        Kalender.lees(_bestand(fout))


def test_a_holiday_cannot_be_both_prescribed_and_advised() -> None:
    """The same name in both groups would count twice."""
    tekst = _bestand().replace("advies:", "advies:\n      kerstvakantie: {alle: [2026-12-19, 2027-01-03]}")
    with pytest.raises(ValidationError, match="verplicht of advies"):
        Kalender.lees(tekst)


def test_the_calendar_is_read_once() -> None:
    """Asking again gives the same object."""
    assert laad_kalender() is laad_kalender()


@pytest.mark.parametrize(
    ("dag", "einde"),
    [
        (date(2026, 1, 1), date(2026, 3, 31)),
        (date(2026, 3, 31), date(2026, 3, 31)),
        (date(2026, 4, 1), date(2026, 6, 30)),
        (date(2028, 2, 29), date(2028, 3, 31)),
        (date(2026, 9, 30), date(2026, 9, 30)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
)
def test_a_quarter_ends_with_its_third_month(dag: date, einde: date) -> None:
    """The last day belongs to it (AKW art. 11)."""
    assert einde == einde_kwartaal(dag)


@given(datums, aantallen)
def test_counting_werkdagen_is_the_other_way_round_of_adding_them(d: date, n: int) -> None:
    """And a day that is not later counts none."""
    assert n == tel_werkdagen(d, plus_werkdagen(d, n))
    assert 0 == tel_werkdagen(d, d - DAG)
