"""Absoluut verzuim: when a missing inschrijving is signalled, what explains it, and what may be the cause."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from contracts.envelope import EventData
from contracts.events.personen import (
    JongereOpgegaan,
    JongereOverleden,
    JongereVerhuisd,
    JongereVertrokken,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    PersoonslijstAfgevoerd,
)
from contracts.events.verzuim import InschrijvingVervallen, StartkwalificatieGewijzigd
from contracts.events.zaken import AbsoluutVerzuimGesignaleerd
from services.cases.model import Dossier
from services.cases.register import Oorzaak, Reden, Signaalstatus, Uitkomst
from tests.unit.cases.registervoorbeelden import (
    ANDERE_BRIN,
    BRIN,
    NOVEMBER,
    OKTOBER,
    POLDER,
    SIGNAALDAG,
    VRIJDAG,
    blad,
    gebeurt,
    gesignaleerd,
    getoetst,
    inschrijving,
    nummer,
    signaal,
    signaal_id,
    signalen,
    soorten,
    staat_ingeschreven,
    stand,
    te_controleren,
    uitgeschreven,
    verklaard,
    vrijstelling,
    woont,
)
from tests.unit.cases.voorbeelden import (
    GEBOREN,
    GEMEENTE,
)

# The term


@pytest.mark.parametrize(
    ("gemeente", "dag", "aantal"),
    [
        (GEMEENTE, date(2026, 9, 10), 0),
        (GEMEENTE, date(2026, 9, 11), 0),  # vrijdag, the fifth werkdag
        (GEMEENTE, date(2026, 9, 12), 1),
        (POLDER, date(2026, 9, 11), 0),
        (POLDER, date(2026, 9, 12), 0),  # the seventh day
        (POLDER, date(2026, 9, 13), 1),
    ],
)
def test_a_signal_comes_on_the_day_after_the_term_of_the_gemeente(gemeente: str, dag: date, aantal: int) -> None:
    """The two gemeenten have different terms; on the last day itself nothing is said."""
    staat, events = getoetst(uitgeschreven(gemeente=gemeente), dag)
    assert (aantal, aantal) == (len(signalen(staat)), len(events))


def test_a_signal_says_since_when_after_what_and_at_which_school() -> None:
    """And on the bus no more than its reason."""
    staat, events = getoetst(uitgeschreven(), SIGNAALDAG)
    een = signaal(staat)
    assert (date(2026, 9, 5), Reden.UITGESCHREVEN, BRIN, GEMEENTE) == (een.sinds, een.reden, een.brin, een.gemeente)
    assert Signaalstatus.GESIGNALEERD is een.status
    verwacht = AbsoluutVerzuimGesignaleerd(
        signaal_id=signaal_id(staat), reden="uitgeschreven_zonder_nieuwe_school", peildatum=SIGNAALDAG
    )
    assert [verwacht] == events


def test_in_a_school_holiday_the_term_does_not_begin() -> None:
    """Unenrolled in the summer: it begins on 24 August, the first day after the holidays in the south."""
    staat = uitgeschreven(date(2026, 7, 24))
    assert [] == signalen(getoetst(staat, date(2026, 8, 31))[0])  # maandag, the fifth werkdag
    assert date(2026, 8, 24) == signaal(getoetst(staat, date(2026, 9, 1))[0]).sinds


def test_a_new_school_from_the_next_day_is_no_absence() -> None:
    """Nor is one that begins within the term."""
    for van in (date(2026, 9, 5), date(2026, 9, 11)):
        staat = staat_ingeschreven(uitgeschreven(), van, n=2, brin=ANDERE_BRIN)
        assert [] == signalen(getoetst(staat, SIGNAALDAG)[0])


def test_whoever_comes_to_live_here_without_a_school_is_signalled() -> None:
    """From the day of arrival, also when coming from another gemeente; moving within the region is no arrival."""
    staat = woont(date(2026, 9, 5))
    assert Reden.GEVESTIGD is signaal(getoetst(staat, SIGNAALDAG)[0]).reden
    elders = woont(gemeente="0363")
    hierheen, _ = gebeurt(elders, JongereVerhuisd(van_gemeente="0363", naar_gemeente=GEMEENTE), date(2026, 9, 5))
    assert date(2026, 9, 5) == signaal(getoetst(hierheen, SIGNAALDAG)[0]).sinds
    binnen, _ = gebeurt(staat, JongereVerhuisd(van_gemeente=GEMEENTE, naar_gemeente=POLDER), date(2026, 9, 11))
    daar = signaal(getoetst(binnen, date(2026, 9, 13))[0])
    assert (POLDER, date(2026, 9, 5)) == (daar.gemeente, daar.sinds)


# The duty


@pytest.mark.parametrize(
    ("geboren", "dag", "aantal"),
    [
        (date(2021, 8, 31), date(2026, 9, 8), 0),  # leerplicht from 1 September; until the 8th is the term
        (date(2021, 8, 31), date(2026, 9, 9), 1),
        (date(2021, 9, 1), date(2026, 9, 30), 0),  # leerplicht from 1 October
        (date(2008, 9, 12), date(2026, 9, 11), 1),
        (date(2008, 9, 12), date(2026, 9, 12), 0),  # 18 today
        (date(2008, 2, 29), date(2026, 2, 28), 1),
        (date(2008, 2, 29), date(2026, 3, 1), 0),  # 18 in a common year
    ],
)
def test_only_who_is_under_the_duty_is_signalled(geboren: date, dag: date, aantal: int) -> None:
    """The edges of a month of birth, where the exact day decides."""
    staat = woont(date(2026, 1, 5), geboren=geboren)
    assert aantal == len(signalen(getoetst(staat, dag)[0]))


def test_a_startkwalificatie_ends_the_duty_after_leerplicht_and_not_before() -> None:
    """Of a jongere of 17, and of one of 15."""
    event = StartkwalificatieGewijzigd(startkwalificatie=True, ingangsdatum=SIGNAALDAG)
    for geboren, dag, aantal in (
        (date(2009, 5, 4), SIGNAALDAG - timedelta(1), 1),
        (date(2009, 5, 4), SIGNAALDAG, 0),
        (GEBOREN, SIGNAALDAG, 1),
    ):
        staat = gebeurt(woont(geboren=geboren), event, SIGNAALDAG)[0]
        assert aantal == len(signalen(getoetst(staat, dag)[0]))


def test_of_whom_the_day_of_birth_is_not_known_nothing_is_said() -> None:
    """Nobody can say whether there is a duty; the check counts them."""
    assert [] == signalen(getoetst(woont(geboren=None), SIGNAALDAG)[0])


@pytest.mark.parametrize("soort", Vrijstellingsoort)
def test_a_vrijstelling_does_away_with_a_signal(soort: Vrijstellingsoort) -> None:
    """Not a programme at the school itself (article 3a), which needs an inschrijving."""
    staat, _ = gebeurt(uitgeschreven(), vrijstelling(date(2026, 8, 1), soort=soort), VRIJDAG)
    aantal = 1 if soort is Vrijstellingsoort.VERVANGEND_LAATSTE_SCHOOLJAAR else 0
    assert aantal == len(signalen(getoetst(staat, SIGNAALDAG)[0]))


def test_of_two_vrijstellingen_one_that_does_away_with_enrolment_is_enough() -> None:
    """Whichever began first."""
    programma, bezwaar = Vrijstellingsoort.VERVANGEND_LAATSTE_SCHOOLJAAR, Vrijstellingsoort.RICHTINGBEZWAAR
    for eerst, dan in ((programma, bezwaar), (bezwaar, programma)):
        staat, _ = gebeurt(uitgeschreven(), vrijstelling(date(2026, 6, 1), soort=eerst), VRIJDAG)
        staat, _ = gebeurt(staat, vrijstelling(date(2026, 8, 1), soort=dan, n=2), VRIJDAG)
        assert [] == signalen(getoetst(staat, SIGNAALDAG)[0])


def test_when_a_vrijstelling_ended_the_term_begins_after_it() -> None:
    """Its last day counts."""
    staat, _ = gebeurt(woont(), vrijstelling(date(2025, 8, 1), VRIJDAG), VRIJDAG)
    een = signaal(getoetst(staat, SIGNAALDAG)[0])
    assert (Reden.VRIJSTELLING_GEEINDIGD, date(2026, 9, 5)) == (een.reden, een.sinds)


def test_in_a_gemeente_without_a_levering_nobody_is_signalled() -> None:
    """Everybody there would seem to be without; also who moved there after the search found the jongere elsewhere."""
    elders = {POLDER: SIGNAALDAG}
    assert [] == signalen(getoetst(uitgeschreven(), SIGNAALDAG, leveringen=elders)[0])
    oud, _ = getoetst(staat_ingeschreven(gesignaleerd(), OKTOBER, n=2), OKTOBER, leveringen=elders)
    assert (Signaalstatus.VERKLAARD, Uitkomst.INSCHRIJVING_GEVONDEN) == stand(oud)


# Nothing twice


def test_a_check_that_is_repeated_says_nothing_twice() -> None:
    """Not on the same day, not the next, not in the check of the month."""
    staat, events = gesignaleerd(), list[EventData]()
    for dag, maand in ((SIGNAALDAG, False), (SIGNAALDAG + timedelta(1), False), (OKTOBER, True), (OKTOBER, True)):
        staat, more = getoetst(staat, dag, maand=maand)
        events += more
    assert ([], 1) == (events, len(signalen(staat)))


def test_the_check_of_the_month_hands_a_signal_to_administratie() -> None:
    """That of a day leaves it; a new one is handed over at once."""
    assert Signaalstatus.GESIGNALEERD is signaal(getoetst(gesignaleerd(), OKTOBER)[0]).status
    assert Signaalstatus.TE_CONTROLEREN is signaal(te_controleren()).status
    assert Signaalstatus.TE_CONTROLEREN is signaal(getoetst(uitgeschreven(), OKTOBER, maand=True)[0]).status


def test_what_somebody_explained_is_looked_at_again_the_next_month() -> None:
    """When the registers still do not show it; in the same month nothing is said, also not by the check."""
    staat = verklaard(te_controleren(), Uitkomst.ADMINISTRATIEVE_FOUT, OKTOBER)
    for dag, maand, aantal in (
        (OKTOBER, True, 1),
        (date(2026, 10, 30), True, 1),
        (NOVEMBER, False, 1),
        (NOVEMBER, True, 2),
    ):
        staat = getoetst(staat, dag, maand=maand)[0]
        assert aantal == len(signalen(staat))
    assert 2 == len(signalen(getoetst(staat, NOVEMBER, maand=True)[0]))


def test_when_the_absence_turns_out_to_be_longer_it_stays_one_signal() -> None:
    """The last inschrijving should never have been there: the open signal now begins after the one before it."""
    staat = staat_ingeschreven(woont(), date(2024, 8, 1), date(2026, 8, 28), n=1)
    staat = staat_ingeschreven(staat, date(2026, 8, 31), VRIJDAG, n=2, brin=ANDERE_BRIN)
    staat, _ = getoetst(staat, SIGNAALDAG)
    eerst = signaal_id(staat)
    staat, _ = gebeurt(staat, InschrijvingVervallen(inschrijving_id=nummer(2)), date(2026, 9, 14))
    staat, events = getoetst(staat, date(2026, 9, 14))
    een = signaal(staat)
    assert ([], eerst, date(2026, 8, 29), BRIN) == (events, signaal_id(staat), een.sinds, een.brin)
    staat = staat_ingeschreven(staat, date(2026, 8, 31), VRIJDAG, n=3, brin=ANDERE_BRIN)
    staat, _ = getoetst(staat, OKTOBER)
    assert [Signaalstatus.VERKLAARD, Signaalstatus.GESIGNALEERD] == [s.status for s in signalen(staat)]


def test_after_a_school_in_between_it_is_another_signal() -> None:
    """Enrolled and unenrolled once more."""
    staat = staat_ingeschreven(gesignaleerd(), date(2026, 9, 14), date(2026, 9, 18), n=2)
    staat, events = getoetst(staat, OKTOBER)
    assert [Signaalstatus.VERKLAARD, Signaalstatus.GESIGNALEERD] == [s.status for s in signalen(staat)]
    assert [("absoluut-verzuim-gesignaleerd", "uitgeschreven_zonder_nieuwe_school")] == soorten(events)


# What explains itself


@pytest.mark.parametrize("controle", [False, True], ids=["gesignaleerd", "te_controleren"])
@pytest.mark.parametrize(
    ("event", "uitkomst"),
    [
        (inschrijving(date(2026, 9, 7), n=2), Uitkomst.INSCHRIJVING_GEVONDEN),
        (inschrijving(date(2026, 9, 7), date(2026, 9, 30), n=2), Uitkomst.INSCHRIJVING_GEVONDEN),
        (vrijstelling(date(2026, 8, 1)), Uitkomst.VRIJSTELLING),
        (JongereVertrokken(), Uitkomst.VERTROKKEN),
        (JongereVerhuisd(van_gemeente=GEMEENTE, naar_gemeente="0363"), Uitkomst.VERTROKKEN),
        (JongereVerhuisd(van_gemeente=GEMEENTE, naar_gemeente=POLDER), Uitkomst.VERTROKKEN),
        (JongereOverleden(), Uitkomst.OVERLEDEN),
        (PersoonslijstAfgevoerd(), Uitkomst.ADMINISTRATIEVE_FOUT),
        (JongereOpgegaan(in_jongere_id=nummer(9)), Uitkomst.SAMENGEVOEGD),
    ],
)
def test_a_signal_that_explains_itself_closes(event: Any, uitkomst: Uitkomst, controle: bool) -> None:
    """At once, also while administratie is at it; it is said once."""
    staat, events = gebeurt(te_controleren() if controle else gesignaleerd(), event, OKTOBER)
    assert (Signaalstatus.VERKLAARD, uitkomst) == stand(staat)
    assert [("absoluut-verzuim-verklaard", uitkomst)] == soorten(events)
    assert [] == gebeurt(staat, event, OKTOBER)[1]


def test_an_inschrijving_elsewhere_in_time_explains_nothing() -> None:
    """One that begins later, or was removed from the register."""
    later, events = gebeurt(gesignaleerd(), inschrijving(OKTOBER + timedelta(1), n=2), OKTOBER)
    assert (Signaalstatus.GESIGNALEERD, None, []) == (*stand(later), events)
    weg, events = gebeurt(gesignaleerd(), InschrijvingVervallen(inschrijving_id=nummer(2)), OKTOBER)
    assert (Signaalstatus.GESIGNALEERD, None, []) == (*stand(weg), events)


def test_at_eighteen_a_signal_closes_by_the_clock() -> None:
    """Nobody tells; the check of that day finds out."""
    staat, _ = getoetst(woont(geboren=date(2008, 9, 20)), SIGNAALDAG)
    voor, dag = date(2026, 9, 19), date(2026, 9, 20)
    assert Signaalstatus.GESIGNALEERD is signaal(getoetst(staat, voor)[0]).status
    staat, events = getoetst(staat, dag)
    assert (Signaalstatus.VERKLAARD, Uitkomst.PLICHT_GEEINDIGD) == stand(staat)
    assert [("absoluut-verzuim-verklaard", "plicht_geeindigd")] == soorten(events)


def test_a_corrected_day_of_birth_may_end_it() -> None:
    """The child is younger than it was thought to be."""
    event = PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.GEBOORTEDATUM,))
    staat, _ = gebeurt(gesignaleerd(), event, OKTOBER, geboren=date(2022, 5, 4))
    assert (Signaalstatus.VERKLAARD, Uitkomst.PLICHT_GEEINDIGD) == stand(staat)


def test_when_the_gemeente_is_no_longer_served_its_signal_ends_and_nothing_fails() -> None:
    """After a herindeling the rules of the old gemeente cannot be asked; a death goes first, as it does elsewhere."""
    verhuisd = JongereVerhuisd(van_gemeente="0999", naar_gemeente=GEMEENTE, herindeling=True)
    for event, uitkomst in (
        (verhuisd, Uitkomst.VERTROKKEN),
        (JongereOverleden(), Uitkomst.OVERLEDEN),
        (inschrijving(OKTOBER, n=2), Uitkomst.VERTROKKEN),
    ):
        staat, _ = gebeurt(_in_opgeheven_gemeente(gesignaleerd()), event, OKTOBER)
        assert (Signaalstatus.VERKLAARD, uitkomst) == stand(staat)


def _in_opgeheven_gemeente(staat: Dossier) -> Dossier:
    (een,) = (replace(s, gemeente="0999") for s in signalen(staat))
    return replace(staat, register=blad(staat, gemeente="0999", signalen={signaal_id(staat): een}))


# The likely cause


@pytest.mark.parametrize(
    ("levering", "oorzaak"),
    [
        (OKTOBER - timedelta(8), Oorzaak.LEVERING_TE_LAAT),
        (OKTOBER - timedelta(7), Oorzaak.UITSCHRIJVING_RECENT),
        (OKTOBER, Oorzaak.UITSCHRIJVING_RECENT),
    ],
)
def test_when_duo_was_silent_for_more_than_a_week_that_is_looked_at_first(levering: date, oorzaak: Oorzaak) -> None:
    """DUO makes a file every week; exactly a week is in time."""
    leveringen = {GEMEENTE: levering, POLDER: OKTOBER}  # that another gemeente had one says nothing
    assert oorzaak is signaal(getoetst(uitgeschreven(), OKTOBER, leveringen=leveringen)[0]).oorzaak


@pytest.mark.parametrize(
    ("tot", "oorzaak"),
    [
        (OKTOBER - timedelta(27), Oorzaak.UITSCHRIJVING_RECENT),
        (OKTOBER - timedelta(28), Oorzaak.ONBEKEND),
        (OKTOBER - timedelta(29), Oorzaak.ONBEKEND),
    ],
)
def test_an_uitschrijving_of_less_than_four_weeks_ago_is_recent(tot: date, oorzaak: Oorzaak) -> None:
    """A new school may be busy telling."""
    assert oorzaak is signaal(getoetst(uitgeschreven(tot), OKTOBER)[0]).oorzaak


def test_private_schools_and_schools_that_do_not_tell_duo_are_causes() -> None:
    """The last school was private; or there never was a school, of somebody who has lived here all along."""
    eerder = date(2026, 6, 30)
    prive = staat_ingeschreven(woont(), date(2024, 8, 1), eerder, onderwijssoort=Onderwijssoort.NIET_BEKOSTIGD)
    nooit = woont(date(2012, 1, 2), geboren=date(2012, 1, 2))
    pas = woont(date(2026, 9, 5))
    assert [Oorzaak.NIET_BEKOSTIGDE_SCHOOL, Oorzaak.SCHOOL_BUITEN_ROD, Oorzaak.ONBEKEND] == [
        signaal(getoetst(s, OKTOBER)[0]).oorzaak for s in (prive, nooit, pas)
    ]
