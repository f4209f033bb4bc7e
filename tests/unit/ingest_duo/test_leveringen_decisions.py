"""What a levering says about one jongere, against what was known: the difference and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Vrijstellingsoort
from contracts.envelope import EventData
from services.ingest_duo.leveringen.decisions import (
    GEEN_GEMEENTE,
    NeemStandOp,
    Onderwijsstand,
    Ontbreekt,
    OudereLevering,
    inschrijving_id,
    neem_over,
    neem_stand_op,
    uit_beeld,
    verwerk_ontbreekt,
    vrijstelling_id,
)
from services.ingest_duo.leveringen.model import Inschrijving, Leveringsoort, Mutatiesoort, Regel, Vrijstelling
from services.ingest_duo.leveringen.waarborgen import Feiten, beoordeel, beoordeel_ontbrekend, volledig_voor

J, ANDER = UUID(int=1), UUID(int=2)
DAG = date(2026, 9, 7)  # maandag
WEEK = timedelta(days=7)
SCHOOL = Inschrijving("90XA", date(2023, 8, 1))
NIEUW = Inschrijving("01XA", date(2026, 8, 1), volgnummer="3")
VRIJ = Vrijstelling(Vrijstellingsoort.RICHTINGBEZWAAR, date(2026, 8, 1))


def c(*regels: Regel, dag: date = DAG, levering: int = 1, heel: bool = True) -> NeemStandOp:
    """What a C-levering says."""
    return NeemStandOp(levering, dag, regels, volledig=heel, gezien=True)


def p(*regels: Regel, dag: date = DAG, levering: int = 2) -> NeemStandOp:
    """What a P-levering says."""
    return NeemStandOp(levering, dag, regels)


def rij(**velden: Any) -> Regel:
    """A row of gemeente 1924."""
    return Regel(2, "1924", **velden)


def na(*commands: NeemStandOp) -> Onderwijsstand:
    """The state after these."""
    state = Onderwijsstand()
    for command in commands:
        state, _ = neem_stand_op(state, J, command)
    return state


def gezegd(state: Onderwijsstand, command: NeemStandOp) -> list[EventData]:
    """The events that follow, seen twice: repeating a command says nothing."""
    nieuw, events = neem_stand_op(state, J, command)
    assert (nieuw, []) == neem_stand_op(nieuw, J, command)
    return events


def test_the_first_picture_says_everything_once() -> None:
    """Inschrijving, vrijstelling and startkwalificatie; the ids follow from what they are."""
    command = c(rij(inschrijving=SCHOOL, startkwalificatie=True, startkwalificatie_op=DAG), rij(vrijstelling=VRIJ))
    school, vrij, kwalificatie = gezegd(Onderwijsstand(), command)
    assert (inschrijving_id(J, SCHOOL), "90XA", None) == (school.inschrijving_id, school.brin, school.einddatum)  # type: ignore[attr-defined]
    assert (vrijstelling_id(J, VRIJ), "5b", False) == (vrij.vrijstelling_id, vrij.vrijstellingsoort, vrij.ingetrokken)  # type: ignore[attr-defined]
    assert (True, DAG) == (kwalificatie.startkwalificatie, kwalificatie.ingangsdatum)  # type: ignore[attr-defined]


def test_the_same_picture_a_week_later_says_nothing() -> None:
    """It only moves the day of the news."""
    regel = rij(inschrijving=SCHOOL)
    state, events = neem_stand_op(na(c(regel)), J, c(regel, dag=DAG + WEEK, levering=9))
    assert ([], DAG + WEEK, 9) == (events, state.peildatum, state.gezien_in)


def test_an_end_is_a_change_of_the_same_inschrijving() -> None:
    """Uitgeschreven: the id stays, the last day comes along."""
    einde = replace(SCHOOL, einddatum=date(2026, 9, 1))
    (event,) = gezegd(
        na(c(rij(inschrijving=SCHOOL))), p(rij(inschrijving=einde, mutatie=Mutatiesoort.INSCHRIJVING_GEWIJZIGD))
    )
    assert (inschrijving_id(J, SCHOOL), date(2026, 9, 1)) == (event.inschrijving_id, event.einddatum)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("einddatum", "heel", "verwacht"),
    [
        (None, True, ["inschrijving-gewijzigd", "inschrijving-vervallen"]),
        (date(2026, 9, 8), True, ["inschrijving-gewijzigd", "inschrijving-vervallen"]),
        (date(2026, 9, 7), True, ["inschrijving-gewijzigd"]),
        (None, False, ["inschrijving-gewijzigd"]),
    ],
)
def test_what_a_full_picture_leaves_out_is_gone(einddatum: date | None, heel: bool, verwacht: list[str]) -> None:
    """When it ran on that day, and when every row of the jongere could be read."""
    oud = na(p(rij(inschrijving=replace(SCHOOL, einddatum=einddatum)), dag=DAG - WEEK))
    events = gezegd(oud, c(rij(inschrijving=NIEUW), heel=heel))
    assert verwacht == [e.name for e in events]
    assert [DAG] * verwacht.count("inschrijving-vervallen") == [
        e.niet_in_levering_van
        for e in events
        if e.name == "inschrijving-vervallen"  # type: ignore[attr-defined]
    ]


def test_a_change_list_takes_away_only_what_it_removes() -> None:
    """The other inschrijving stays; a removal has no day."""
    state = na(c(rij(inschrijving=SCHOOL), rij(inschrijving=NIEUW)))
    command = p(rij(inschrijving=SCHOOL, mutatie=Mutatiesoort.INSCHRIJVING_VERWIJDERD))
    (event,) = gezegd(state, command)
    assert (inschrijving_id(J, SCHOOL), None) == (event.inschrijving_id, event.niet_in_levering_van)  # type: ignore[attr-defined]


def test_a_corrected_first_day_replaces_the_inschrijving() -> None:
    """Without a volgnummer the first day is its name: the old one goes, so that there are not two."""
    anders = replace(SCHOOL, begindatum=date(2023, 9, 1))
    command = p(rij(inschrijving=anders, mutatie=Mutatiesoort.INSCHRIJVING_GEWIJZIGD))
    assert ["inschrijving-gewijzigd", "inschrijving-vervallen"] == [
        e.name for e in gezegd(na(c(rij(inschrijving=SCHOOL))), command)
    ]


def test_rows_of_one_jongere_are_taken_in_order() -> None:
    """Added and removed in the same week is nothing."""
    erbij = rij(inschrijving=NIEUW, mutatie=Mutatiesoort.INSCHRIJVING_TOEGEVOEGD)
    eraf = rij(inschrijving=NIEUW, mutatie=Mutatiesoort.INSCHRIJVING_VERWIJDERD)
    assert [] == gezegd(Onderwijsstand(), p(erbij, eraf))
    assert ["inschrijving-gewijzigd"] == [e.name for e in gezegd(Onderwijsstand(), p(eraf, erbij))]


@pytest.mark.parametrize(
    ("mutatie", "heeft"),
    [(Mutatiesoort.STARTKWALIFICATIE_BEREIKT, True), (Mutatiesoort.STARTKWALIFICATIE_VERVALLEN, False)],
)
def test_a_startkwalificatie_comes_and_goes(mutatie: Mutatiesoort, heeft: bool) -> None:
    """The kind of change says which, also when the column beside it is of another day."""
    state = na(c(rij(inschrijving=SCHOOL, startkwalificatie=not heeft)))
    (event,) = gezegd(state, p(rij(mutatie=mutatie, startkwalificatie=not heeft)))
    assert heeft is event.startkwalificatie  # type: ignore[attr-defined]


def test_nothing_is_said_about_a_startkwalificatie_nobody_ever_had() -> None:
    """N in the first picture is no news."""
    assert ["inschrijving-gewijzigd"] == [
        e.name for e in gezegd(Onderwijsstand(), c(rij(inschrijving=SCHOOL, startkwalificatie=False)))
    ]


def test_older_news_changes_nothing() -> None:
    """And says so."""
    with pytest.raises(OudereLevering):
        neem_stand_op(na(c(rij(inschrijving=SCHOOL))), J, p(rij(inschrijving=NIEUW), dag=DAG - WEEK))


def test_by_bsn_and_by_onderwijsnummer_in_one_picture_adds_up() -> None:
    """The same jongere twice in one file: the second time takes nothing away."""
    state = na(c(rij(inschrijving=SCHOOL)))
    (event,) = gezegd(state, c(rij(inschrijving=NIEUW)))
    assert ("inschrijving-gewijzigd", 2) == (
        event.name,
        len(na(c(rij(inschrijving=SCHOOL)), c(rij(inschrijving=NIEUW))).inschrijvingen),
    )


def test_who_is_missing_has_lost_what_ran() -> None:
    """Inschrijving and vrijstelling; what had ended stays known; a second time says nothing."""
    voorbij = replace(NIEUW, einddatum=DAG - WEEK)
    state = na(c(rij(inschrijving=SCHOOL), rij(inschrijving=voorbij), rij(vrijstelling=VRIJ), dag=DAG - WEEK))
    command = Ontbreekt(9, DAG)
    nieuw, events = verwerk_ontbreekt(state, command)
    assert ["inschrijving-vervallen", "vrijstelling-gewijzigd"] == [e.name for e in events]
    assert [voorbij] == list(nieuw.inschrijvingen.values())
    assert (nieuw, []) == verwerk_ontbreekt(nieuw, command)


def test_what_has_not_begun_stays_whoever_leaves_it_out() -> None:
    """A full picture of that day need not name it."""
    straks = replace(NIEUW, begindatum=DAG + timedelta(days=1))
    vrij = replace(VRIJ, begindatum=DAG + timedelta(days=1))
    regels = rij(inschrijving=SCHOOL), rij(inschrijving=straks), rij(vrijstelling=vrij)
    state = na(p(*regels, dag=DAG - WEEK))
    assert [] == gezegd(state, c(rij(inschrijving=SCHOOL)))
    nieuw, events = verwerk_ontbreekt(state, Ontbreekt(9, DAG))
    assert ["inschrijving-vervallen"] == [e.name for e in events]
    assert ([straks], [vrij]) == (list(nieuw.inschrijvingen.values()), list(nieuw.vrijstellingen.values()))


@pytest.mark.parametrize("command", [Ontbreekt(1, DAG + WEEK), Ontbreekt(9, DAG - WEEK)])
def test_who_was_seen_or_has_newer_news_is_not_missing(command: Ontbreekt) -> None:
    """A second look at the time of deciding: the list of who is missing was made before."""
    state = na(c(rij(inschrijving=SCHOOL)))
    assert (state, []) == verwerk_ontbreekt(state, command)


@pytest.mark.parametrize(
    "mutatie", [Mutatiesoort.GEMEENTE_UIT, Mutatiesoort.OVERLEDEN, Mutatiesoort.DRIEENTWINTIG_GEWORDEN]
)
def test_who_left_the_picture_is_expected_in_none(mutatie: Mutatiesoort) -> None:
    """Moved away, died, turned 23: not being named is no loss then. Nothing is said: that is for the BRP to say."""
    state = na(c(rij(inschrijving=SCHOOL)))
    nieuw, events = neem_stand_op(state, J, p(rij(mutatie=mutatie)))
    assert ([], GEEN_GEMEENTE) == (events, nieuw.gemeente)


def test_two_who_are_one_keep_what_either_had() -> None:
    """Under the ids it had, so that whoever joined the two as well knows them; the newer news stands."""
    command = c(rij(inschrijving=SCHOOL, startkwalificatie=True), rij(vrijstelling=VRIJ), dag=DAG + WEEK)
    ander, _ = neem_stand_op(Onderwijsstand(), ANDER, command)
    nieuw, events = neem_over(na(c(rij(inschrijving=NIEUW))), ander)
    assert {inschrijving_id(ANDER, SCHOOL), inschrijving_id(J, NIEUW)} == set(nieuw.inschrijvingen)
    assert DAG + WEEK == nieuw.peildatum
    assert ["inschrijving-gewijzigd", "vrijstelling-gewijzigd", "startkwalificatie-gewijzigd"] == [
        e.name for e in events
    ]
    assert (nieuw, []) == neem_over(nieuw, ander)
    einde = replace(SCHOOL, einddatum=DAG + 2 * WEEK)
    (later,) = gezegd(nieuw, p(rij(inschrijving=einde), dag=DAG + 2 * WEEK))
    assert inschrijving_id(ANDER, SCHOOL) == later.inschrijving_id  # type: ignore[attr-defined]


def test_of_what_both_had_the_newer_news_stands_under_the_own_id() -> None:
    """The same inschrijving, known of both."""
    einde = replace(SCHOOL, einddatum=DAG)
    oud, nieuwer = na(c(rij(inschrijving=SCHOOL))), na(c(rij(inschrijving=einde), dag=DAG + WEEK))
    for eigen, ander in ((oud, nieuwer), (nieuwer, oud)):
        nieuw, _ = neem_over(eigen, ander)
        assert {inschrijving_id(J, SCHOOL): einde} == nieuw.inschrijvingen


def test_who_moved_by_the_brp_is_expected_in_no_picture_until_named() -> None:
    """Of a jongere of whom nothing is known there is nothing to remember."""
    state = na(c(rij(inschrijving=SCHOOL)))
    assert (GEEN_GEMEENTE, "0501") == (uit_beeld(state).gemeente, uit_beeld(state, "0501").gemeente)
    leeg = Onderwijsstand()
    assert leeg is uit_beeld(leeg, "0501")
    terug, events = neem_stand_op(uit_beeld(state), J, c(rij(inschrijving=SCHOOL), dag=DAG + WEEK, levering=3))
    assert ("1924", []) == (terug.gemeente, events)


BASIS = Feiten(Leveringsoort.C, DAG, 1000, 3, 990, None, None, 1000)


@pytest.mark.parametrize(
    ("wijziging", "status"),
    [
        ({}, None),
        ({"personen": 900}, None),
        ({"personen": 899}, "vastgehouden"),
        ({"personen": 0, "vorige_personen": 0}, "vastgehouden"),
        ({"personen": 3, "vorige_personen": 8}, None),
        ({"personen": 2, "vorige_personen": 8}, "vastgehouden"),
        ({"fouten": 501}, "geweigerd"),
        ({"fouten": 500}, None),
        ({"vorige_c": DAG}, None),
        ({"vorige_c": DAG + WEEK}, "verouderd"),
        ({"vorige_p": DAG + WEEK}, None),
        ({"soort": Leveringsoort.P, "personen": 1}, None),
        ({"soort": Leveringsoort.P, "vorige_p": DAG + WEEK}, "vastgehouden"),
        ({"soort": Leveringsoort.P, "vorige_c": DAG + WEEK}, "verouderd"),
        ({"soort": Leveringsoort.KOPPELING, "vorige_c": DAG + WEEK}, None),
    ],
)
def test_a_file_that_is_late_or_too_small_is_not_taken_in_by_itself(
    wijziging: dict[str, Any], status: str | None
) -> None:
    """An older one changes nothing; one with far fewer persons waits for an operator."""
    oordeel = beoordeel(BASIS._replace(**wijziging), 0.1)
    assert status == (oordeel.status if oordeel else None)


@pytest.mark.parametrize(
    ("ontbrekend", "bekend", "zonder_persoon", "wacht"),
    [
        (0, 0, 7, False),
        (1, 1000, 0, False),
        (1, 1000, 1, True),
        (100, 1000, 0, False),
        (101, 1000, 0, True),
        (5, 5, 0, False),
        (6, 6, 0, True),
    ],
)
def test_missing_jongeren_wait_for_an_operator_when_it_cannot_be_trusted(
    ontbrekend: int, bekend: int, zonder_persoon: int, wacht: bool
) -> None:
    """Too many at once, or rows of which nobody can say about whom they are."""
    assert wacht is (beoordeel_ontbrekend(ontbrekend, bekend, zonder_persoon, 0.1) is not None)


def test_of_which_gemeenten_a_picture_is_full() -> None:
    """A gemeente's file of that gemeente, whatever stands in it; an RMC-regio's file of those it names."""
    assert {"1924"} == volledig_voor("G", "1924", {"1924", "0501"})
    assert {"1924", "0501"} == volledig_voor("R", "0029", {"1924", "0501"})
