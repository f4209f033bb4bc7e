"""The inschrijvingsregister: what each event makes of the blad of a jongere."""

from datetime import date
from typing import Any

import pytest

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from contracts.events.personen import (
    JongereGeboren,
    JongereGevestigd,
    JongereOpgegaan,
    JongereOverleden,
    JongereSamengevoegd,
    JongereVerhuisd,
    JongereVertrokken,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    PersoonslijstAfgevoerd,
    VijfdeVerjaardagBereikt,
)
from contracts.events.verzuim import InschrijvingVervallen, StartkwalificatieGewijzigd
from services.cases.model import Dossier
from services.cases.register import Inschrijving, Registerblad, Uit, Vrijstelling
from tests.unit.cases.registervoorbeelden import (
    BRIN,
    POLDER,
    blad,
    gebeurt,
    inschrijving,
    nummer,
    staat_ingeschreven,
    vrijstelling,
    woont,
)
from tests.unit.cases.voorbeelden import GEBOREN, GEMEENTE

MAANDAG = date(2026, 9, 14)
KOMST = date(2026, 1, 5)  # maandag


def na(staat: Dossier, *events: Any, dag: date = MAANDAG, **velden: Any) -> Registerblad:
    """The blad after these events on one day."""
    for event in events:
        staat, _ = gebeurt(staat, event, dag, **velden)
    return blad(staat)


def test_whoever_becomes_known_has_a_gemeente_a_month_of_birth_and_a_first_day() -> None:
    """The day of birth itself stays in the dossier, where it is sealed."""
    assert Registerblad(GEMEENTE, date(2011, 5, 1), KOMST) == blad(woont())
    assert GEBOREN == woont().geboortedatum


def test_whoever_lives_elsewhere_has_no_gemeente() -> None:
    """A jongere who is only known because of a school here is nobody's to look for."""
    assert Registerblad(None, date(2011, 5, 1)) == blad(woont(gemeente="0363"))


@pytest.mark.parametrize("soort", [JongereGevestigd, JongereGeboren])
def test_whoever_comes_from_abroad_or_is_born_lives_here_from_that_day(soort: type) -> None:
    """From then on, not from an earlier stay that ended."""
    vertrokken, _ = gebeurt(woont(), JongereVertrokken(), date(2026, 3, 2))  # maandag
    assert (GEMEENTE, MAANDAG, None) == _waar(na(vertrokken, soort()))


def _waar(een: Registerblad) -> tuple[str | None, date | None, Uit | None]:
    return een.gemeente, een.sinds, een.uit


@pytest.mark.parametrize(
    ("van", "naar", "verwacht"),
    [
        (GEMEENTE, POLDER, (POLDER, KOMST, None)),
        (GEMEENTE, "0363", (None, None, None)),
        ("0363", POLDER, (POLDER, MAANDAG, None)),
    ],
)
def test_a_move_within_the_region_keeps_the_first_day(van: str, naar: str, verwacht: tuple[Any, ...]) -> None:
    """Whoever leaves the region is forgotten as a resident, whoever enters it begins that day."""
    staat = woont(gemeente=van)
    assert verwacht == _waar(na(staat, JongereVerhuisd(van_gemeente=van, naar_gemeente=naar)))


@pytest.mark.parametrize(
    ("event", "uit"),
    [
        (JongereVertrokken(), Uit.VERTROKKEN),
        (JongereOverleden(), Uit.OVERLEDEN),
        (PersoonslijstAfgevoerd(), Uit.AFGEVOERD),
        (JongereOpgegaan(in_jongere_id=nummer(9)), Uit.OPGEGAAN),
    ],
)
def test_nobody_is_looked_for_who_left_or_died_or_is_somebody_else(event: Any, uit: Uit) -> None:
    """The reason is kept."""
    een = na(woont(), event)
    assert (uit, False) == (een.uit, een.woont_hier)


@pytest.mark.parametrize("later", [JongereGevestigd(), JongereVertrokken(), PersoonslijstAfgevoerd()])
@pytest.mark.parametrize("eerst", [JongereOverleden(), JongereOpgegaan(in_jongere_id=nummer(9))])
def test_an_end_for_good_is_not_undone(eerst: Any, later: Any) -> None:
    """Events of the BRP may come in any order after a death."""
    een = na(woont(), eerst)
    assert een.uit == na(woont(), eerst, later).uit


def test_a_jongere_who_turns_out_to_have_died_is_not_looked_for() -> None:
    """The BRP answers so when it is asked for the day of birth."""
    assert Uit.OVERLEDEN is na(woont(), VijfdeVerjaardagBereikt(), geboren=GEBOREN, overleden=True).uit


def test_a_corrected_day_of_birth_corrects_the_month() -> None:
    """Only when the BRP was asked; another change leaves it."""
    naam = PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.NAAM,))
    dag = PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.GEBOORTEDATUM,))
    assert date(2011, 5, 1) == na(woont(), naam).geboortemaand
    assert date(2012, 2, 1) == na(woont(), dag, geboren=date(2012, 2, 29)).geboortemaand


# Inschrijvingen, vrijstellingen, startkwalificatie


def test_an_inschrijving_is_kept_as_it_was_told_last() -> None:
    """New, changed and ended are the same event."""
    eerst = inschrijving(date(2024, 8, 1), niveau="vmbo_k", vestiging="01")
    dan = inschrijving(date(2024, 8, 1), date(2026, 7, 31), niveau="vmbo_k", vestiging="01")
    vo = Onderwijssoort.VOORTGEZET_ONDERWIJS
    verwacht = Inschrijving(BRIN, "01", vo, "vmbo_k", date(2024, 8, 1), date(2026, 7, 31), MAANDAG)
    assert {nummer(1): verwacht} == na(woont(), eerst, dan).inschrijvingen


def test_an_inschrijving_that_should_not_have_been_is_forgotten() -> None:
    """One that is not there is no reason to fail."""
    weg = InschrijvingVervallen(inschrijving_id=nummer(1))
    assert {} == na(woont(), inschrijving(date(2024, 8, 1)), weg, weg).inschrijvingen


@pytest.mark.parametrize(
    ("tot", "verwacht"),
    [(None, date(2026, 8, 31)), (date(2026, 7, 31), date(2026, 7, 31)), (date(2026, 12, 1), date(2026, 8, 31))],
)
def test_an_inschrijving_that_a_full_levering_misses_ended_before_it(tot: date | None, verwacht: date) -> None:
    """It was there once; had it begun on that day, it is forgotten."""
    weg = InschrijvingVervallen(inschrijving_id=nummer(1), niet_in_levering_van=date(2026, 9, 1))
    assert verwacht == na(woont(), inschrijving(date(2024, 8, 1), tot), weg).inschrijvingen[nummer(1)].tot
    assert {} == na(woont(), inschrijving(date(2026, 9, 1), tot), weg).inschrijvingen


@pytest.mark.parametrize(
    ("dag", "ingeschreven"),
    [(date(2025, 7, 31), False), (date(2025, 8, 1), True), (date(2026, 7, 31), True), (date(2026, 8, 1), False)],
)
def test_first_and_last_day_of_an_inschrijving_count(dag: date, ingeschreven: bool) -> None:
    """The day before and the day after do not."""
    staat = staat_ingeschreven(woont(), date(2025, 8, 1), date(2026, 7, 31))
    assert ingeschreven is blad(staat).ingeschreven(dag)


def test_a_vrijstelling_holds_until_it_ends_or_is_withdrawn() -> None:
    """First and last day count."""
    een = na(woont(), vrijstelling(date(2026, 8, 1), date(2027, 7, 31)))
    verwacht = Vrijstelling(Vrijstellingsoort.RICHTINGBEZWAAR, date(2026, 8, 1), date(2027, 7, 31))
    dagen = (date(2026, 7, 31), date(2026, 8, 1), date(2027, 7, 31), date(2027, 8, 1))
    assert [[], [verwacht], [verwacht], []] == [een.lopende_vrijstellingen(dag) for dag in dagen]
    weg = vrijstelling(date(2026, 8, 1), ingetrokken=True)
    assert {} == na(woont(), vrijstelling(date(2026, 8, 1)), weg).vrijstellingen


@pytest.mark.parametrize(
    ("velden", "verwacht"), [({"ingetrokken": True}, []), ({"tot": date(2026, 9, 1)}, [date(2026, 9, 1)])]
)
def test_a_vrijstelling_told_under_another_id_takes_the_place_of_the_one_there_was(
    velden: dict[str, Any], verwacht: list[date]
) -> None:
    """One of the same kind from the same day is the same one: else what was withdrawn or shortened goes on."""
    anders = vrijstelling(date(2026, 8, 1), n=2, **velden)
    een = na(woont(), vrijstelling(date(2026, 8, 1)), anders)
    assert verwacht == [v.tot for v in een.vrijstellingen.values()]


def test_a_startkwalificatie_counts_from_its_day_or_else_from_when_we_heard() -> None:
    """It can be taken back."""
    met = StartkwalificatieGewijzigd(startkwalificatie=True, ingangsdatum=date(2026, 7, 1))
    zonder_dag = StartkwalificatieGewijzigd(startkwalificatie=True)
    terug = StartkwalificatieGewijzigd(startkwalificatie=False)
    assert [date(2026, 7, 1), MAANDAG, None] == [
        na(woont(), *events).startkwalificatie for events in ((met,), (zonder_dag,), (met, terug))
    ]


# Two that turn out to be one


def test_what_was_known_under_the_old_id_is_known_of_the_one_that_remains() -> None:
    """Of what both have, that of the one that remains goes first."""
    oud = blad(staat_ingeschreven(woont(date(2025, 3, 3)), date(2024, 8, 1), date(2025, 7, 31), n=1))
    nieuw = staat_ingeschreven(woont(), date(2025, 8, 1), n=2)
    een = na(nieuw, JongereSamengevoegd(oude_jongere_id=nummer(9)), ander=oud)
    assert ({nummer(1), nummer(2)}, date(2025, 3, 3)) == (set(een.inschrijvingen), een.sinds)
    leeg = na(Dossier(nummer(5)), JongereSamengevoegd(oude_jongere_id=nummer(9)), ander=oud)
    assert (GEMEENTE, date(2011, 5, 1)) == (leeg.gemeente, leeg.geboortemaand)


def test_what_is_told_again_under_the_remaining_id_is_there_once() -> None:
    """Before the two were joined or after it; else an inschrijving that ends would seem to go on under the other id."""
    vrij = vrijstelling(date(2023, 8, 1), date(2024, 7, 31), n=3)
    oud = blad(gebeurt(staat_ingeschreven(woont(), date(2024, 8, 1), n=1), vrij, MAANDAG)[0])
    samen = JongereSamengevoegd(oude_jongere_id=nummer(9))
    opnieuw = (inschrijving(date(2024, 8, 1), n=2), vrijstelling(date(2023, 8, 1), date(2024, 7, 31), n=4))
    for events in ((samen, *opnieuw), (*opnieuw, samen)):
        een = na(woont(), *events, ander=oud)
        assert ([nummer(2)], [nummer(4)]) == (list(een.inschrijvingen), list(een.vrijstellingen))
