"""A termijn begins, moves, is warned of, is met, lapses or passes: each one that begins ends once."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import Besluitsoort
from contracts.envelope import EventData
from contracts.events.zaken import TermijnGehaald, TermijnGestart, TermijnVervallen
from hub.calendar import min_werkdagen, plus_werkdagen
from hub.clock import AMSTERDAM
from services.cases import termijnen
from services.cases.decisions import herbeoordeel, sluit
from services.cases.klokwerk import verstrijk_termijn, waarschuw_termijn
from services.cases.model import Dossier, Termijn, Termijnstatus, Zaak
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    GESPREK,
    LPA,
    NU,
    beleid,
    dossier,
    met_feiten,
    met_melding,
    na_besluit,
    soorten,
    wat,
    zaak,
    zestien_uur,
)

WOORDEN = beleid().protocollen.woorden
DAG = timedelta(days=1)
RANDEN = [
    date(2026, 3, 29),  # zondag, the clock goes forward
    date(2026, 10, 25),  # zondag, the clock goes back
    date(2026, 12, 25),  # eerste kerstdag
    date(2026, 12, 31),  # the last day of a year
    date(2027, 4, 27),  # Koningsdag
    date(2027, 5, 6),  # Hemelvaart
    date(2028, 2, 29),  # schrikkeldag
]


def om(dag: date, uur: time = time(9)) -> datetime:
    """A moment on the Dutch clock."""
    return datetime.combine(dag, uur, AMSTERDAM).astimezone(UTC)


def met_termijn(naam: str, uiterlijk: date, **velden: Any) -> Dossier:
    """A zaak in which one termijn runs."""
    staat = met_melding(dossier(), zestien_uur())
    een = Termijn(
        termijn_id=UUID(int=7), naam=naam, uiterlijk=uiterlijk, regel="GO-PV-7", begonnen_op=NU.date(), **velden
    )
    zaken = {zaak(staat).zaak_id: zaak(staat).met(termijnen={een.termijn_id: een})}
    return Dossier(staat.jongere_id, staat.geboortedatum, zaken=zaken)


def status(staat: Dossier) -> Termijnstatus:
    """Of the termijn of `met_termijn`."""
    return zaak(staat).termijnen[UUID(int=7)].status


def lopend(staat: Dossier) -> dict[str, date]:
    """What runs, with its last day."""
    return {t.naam: t.uiterlijk for t in zaak(staat).termijnen.values() if t.status is Termijnstatus.LOOPT}


def over(events: list[EventData]) -> list[str]:
    """The events about termijnen, with their names."""
    return [f"{e.name} {e.termijn}" for e in events if hasattr(e, "termijn")]


# The last day


@pytest.mark.parametrize("uiterlijk", RANDEN)
@pytest.mark.parametrize("naam", sorted(WOORDEN.lopend))
def test_every_termijn_passes_once_and_not_before_its_last_day_is_over(naam: str, uiterlijk: date) -> None:
    """One second before Dutch midnight it runs, from midnight on it passed; the second time nothing happens."""
    staat = met_termijn(naam, uiterlijk)
    zaak_id = zaak(staat).zaak_id
    voor = om(uiterlijk, time(23, 59, 59))
    for moment in (om(uiterlijk - DAG), voor):
        assert (staat, []) == verstrijk_termijn(staat, zaak_id, UUID(int=7), moment, beleid())
    middernacht = voor + timedelta(seconds=1)
    na, events = verstrijk_termijn(staat, zaak_id, UUID(int=7), middernacht, beleid())
    assert (f"termijn-verstreken {naam}", Termijnstatus.VERSTREKEN) == (over(events)[0], status(na))
    assert (na, []) == verstrijk_termijn(na, zaak_id, UUID(int=7), middernacht + DAG, beleid())


@pytest.mark.parametrize("uiterlijk", RANDEN)
def test_a_warning_comes_once_from_its_day_up_to_and_including_the_last(uiterlijk: date) -> None:
    """Not a day before, not twice, and not when the termijn is over."""
    vanaf = min_werkdagen(uiterlijk, 5)
    staat = met_termijn("pv_uiterlijk", uiterlijk, waarschuwen_op=vanaf)
    zaak_id = zaak(staat).zaak_id
    assert (staat, []) == waarschuw_termijn(staat, zaak_id, UUID(int=7), om(vanaf - DAG, time(23, 59, 59)))
    assert (staat, []) == waarschuw_termijn(staat, zaak_id, UUID(int=7), om(uiterlijk + DAG, time(0)))
    for dag in (vanaf, uiterlijk):
        na, events = waarschuw_termijn(staat, zaak_id, UUID(int=7), om(dag, time(0)))
        assert ["termijn-genaderd pv_uiterlijk"] == over(events)
        assert (na, []) == waarschuw_termijn(na, zaak_id, UUID(int=7), om(dag, time(12)))


def test_a_warning_that_never_came_is_written_down_when_the_termijn_passes() -> None:
    """After an outage nobody is warned of what is over; the timeline says that the warning is missing."""
    staat = met_termijn("pv_uiterlijk", date(2026, 10, 12), waarschuwen_op=date(2026, 10, 5))
    laat, events = verstrijk_termijn(staat, zaak(staat).zaak_id, UUID(int=7), om(date(2026, 11, 11)), beleid())
    assert ["termijn-verstreken pv_uiterlijk"] == over(events)
    assert ["termijnwaarschuwing_vervallen", "termijn_verstreken"] == [w for w in wat(laat) if w.startswith("termijn")]
    gewaarschuwd, _ = waarschuw_termijn(staat, zaak(staat).zaak_id, UUID(int=7), om(date(2026, 10, 6)))
    laat, _ = verstrijk_termijn(gewaarschuwd, zaak(staat).zaak_id, UUID(int=7), om(date(2026, 11, 11)), beleid())
    assert "termijnwaarschuwing_vervallen" not in wat(laat)


def test_a_termijn_of_before_there_were_warnings_is_warned_of_two_werkdagen_ahead() -> None:
    """Dinsdag 29 September, of which the weekend does not count: from vrijdag 25 on."""
    oud = Termijn(
        termijn_id=UUID(int=1), naam="reactie_uitnodiging_uiterlijk", uiterlijk=date(2026, 9, 29), regel="X-1"
    )
    assert date(2026, 9, 25) == oud.te_waarschuwen
    for af in ({"gewaarschuwd": True}, {"status": Termijnstatus.GEHAALD}):
        assert oud.model_copy(update=af).te_waarschuwen is None


# How long


@pytest.mark.parametrize(
    ("feiten", "verwacht"),
    [
        ({"verhoor_datum": "2026-09-14"}, {"pv_uiterlijk": date(2026, 10, 12), "pv_streef": date(2026, 9, 28)}),
        # four weeks end on eerste kerstdag: a termijn of a protocol does not shift
        ({"verhoor_datum": "2026-11-27"}, {"pv_uiterlijk": date(2026, 12, 25), "pv_streef": date(2026, 12, 11)}),
        # over the night in which the clock goes back
        ({"verhoor_datum": "2026-10-19"}, {"pv_uiterlijk": date(2026, 11, 16), "pv_streef": date(2026, 11, 2)}),
        # into the next year
        ({"verhoor_datum": "2026-12-17"}, {"pv_uiterlijk": date(2027, 1, 14), "pv_streef": date(2026, 12, 31)}),
        # five werkdagen back over Hemelvaart and Bevrijdingsdag; protocols count the Friday between as a werkdag
        ({"zitting_datum": "2027-05-12"}, {"aanvullend_pv_uiterlijk": date(2027, 5, 3)}),
        ({"svb_termijn_tot": "2026-10-31"}, {"svb_voorkomen_uiterlijk": date(2026, 10, 31)}),
    ],
)
def test_facts_start_termijnen_on_the_day_the_rules_say(feiten: dict[str, Any], verwacht: dict[str, date]) -> None:
    """Weeks and werkdagen, over holidays, the change of the clock and of the year."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), **feiten)
    assert verwacht == lopend(staat)


def test_a_besluit_starts_a_termijn_over_koningsdag_and_hemelvaart() -> None:
    """Ten werkdagen after donderdag 22 April 2027: four of those days are holidays."""
    staat = met_melding(dossier(), zestien_uur(begin=date(2027, 4, 12)), op=om(date(2027, 4, 15)))
    staat = na_besluit(staat, "lpa_uitnodiging_1", op=om(date(2027, 4, 22)), gesprek_op=GESPREK.replace(year=2027))
    assert {"reactie_uitnodiging_uiterlijk": date(2027, 5, 12)} == lopend(staat)
    (een,) = zaak(staat).termijnen.values()
    assert (date(2027, 5, 10), date(2027, 4, 22)) == (een.te_waarschuwen, een.begonnen_op)


def test_a_warning_that_would_come_on_the_first_day_is_left_out() -> None:
    """Who hears today that a termijn runs need not be warned of it today."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), svb_termijn_tot="2026-09-17")  # three werkdagen
    (een,) = zaak(staat).termijnen.values()
    assert een.te_waarschuwen is None
    staat = met_feiten(met_melding(dossier(), zestien_uur()), svb_termijn_tot="2026-09-18")
    (een,) = zaak(staat).termijnen.values()
    assert date(2026, 9, 15) == een.te_waarschuwen


# Moving, meeting, lapsing


def test_a_day_computed_anew_ends_the_termijn_and_begins_another() -> None:
    """The interrogation was a week later: both are seen, and only the new one runs."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), verhoor_datum="2026-09-07")
    voor = len(wat(staat))
    staat = met_feiten(staat, verhoor_datum="2026-09-14")
    assert {"pv_uiterlijk": date(2026, 10, 12), "pv_streef": date(2026, 9, 28)} == lopend(staat)
    regels = [w for w in wat(staat)[voor:] if w.startswith("termijn")]
    assert ["termijn_vervallen"] * 2 + ["termijn_gestart"] * 2 == regels
    assert 4 == len(zaak(staat).termijnen)


def test_nothing_is_said_when_nothing_changed() -> None:
    """Judging again with the same facts neither moves nor repeats a termijn."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), verhoor_datum="2026-09-14")
    assert (staat, []) == herbeoordeel(staat, zaak(staat).zaak_id, NU, beleid())


def test_dates_that_only_inform_never_run() -> None:
    """The day on which leerplicht ends is known of everybody; it is no termijn of a zaak."""
    staat = met_melding(dossier(), zestien_uur())
    _, beoordeling = beleid().beoordeel(staat, zaak(staat), NU.date())
    assert {"leerplicht_eindigt", "rmc_eindigt"} <= beoordeling.termijnen.keys()
    assert {} == zaak(staat).termijnen


def test_what_became_known_after_its_last_day_passes_at_once() -> None:
    """An interrogation of two months ago: the termijn is started and is over, and that is said once."""
    staat = met_melding(dossier(), zestien_uur())
    staat = met_feiten(staat, verhoor_datum="2026-07-13")
    assert {} == lopend(staat)
    assert {Termijnstatus.VERSTREKEN} == {t.status for t in zaak(staat).termijnen.values()}
    assert (staat, []) == herbeoordeel(staat, zaak(staat).zaak_id, NU, beleid())


def met_akkoord(een: Zaak, uitkomst: str, **velden: Any) -> Zaak:
    """The zaak with a voorstel to which an official agreed."""
    staat = na_besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    (akkoord,) = (v for v in zaak(staat).voorstellen.values() if v.uitkomst == "lpa_uitnodiging_1")
    besluit = akkoord.besluit.model_copy(update=velden) if akkoord.besluit else None
    ander = akkoord.model_copy(update={"uitkomst": uitkomst, "voorstel_id": UUID(int=9), "besluit": besluit})
    return een.met(voorstellen={**een.voorstellen, ander.voorstel_id: ander})


@pytest.mark.parametrize(
    ("velden", "gehaald"),
    [({}, True), ({"soort": Besluitsoort.AFWIJZEN}, False), ({"ingetrokken_op": NU}, False)],
)
def test_agreeing_to_what_a_termijn_waits_for_meets_it(velden: dict[str, Any], gehaald: bool) -> None:
    """Not turning it down, and not a besluit that was withdrawn."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), verhoor_datum="2026-09-14")
    een = met_akkoord(zaak(staat), "pv_naar_om", **velden)
    na, events = herbeoordeel(
        Dossier(staat.jongere_id, staat.geboortedatum, zaken={een.zaak_id: een}), een.zaak_id, NU, beleid()
    )
    assert gehaald is any(isinstance(e, TermijnGehaald) for e in events)
    assert (set() if gehaald else {"pv_uiterlijk", "pv_streef"}) == lopend(na).keys()


def test_a_termijn_runs_again_when_the_besluit_that_met_it_is_withdrawn() -> None:
    """The same last day, as long as it is not over."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), verhoor_datum="2026-09-14")
    een = met_akkoord(zaak(staat), "pv_naar_om")
    staat = Dossier(staat.jongere_id, staat.geboortedatum, zaken={een.zaak_id: een})
    staat, _ = herbeoordeel(staat, een.zaak_id, NU, beleid())
    assert {} == lopend(staat)
    een = met_akkoord(zaak(staat), "pv_naar_om", ingetrokken_op=NU)
    staat = Dossier(staat.jongere_id, staat.geboortedatum, zaken={een.zaak_id: een})
    staat, events = herbeoordeel(staat, een.zaak_id, NU, beleid())
    assert ["termijn-gestart pv_streef", "termijn-gestart pv_uiterlijk"] == sorted(over(events))
    assert date(2026, 10, 12) == lopend(staat)["pv_uiterlijk"]


def test_an_answer_on_the_last_day_is_in_time_and_a_day_later_is_not() -> None:
    """Late is late: it is left to the clock, which lets it pass without counting silence."""
    staat = na_besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    (een,) = zaak(staat).termijnen.values()
    feiten = {"gesprek_datum": "2026-09-28"}
    op_tijd = termijnen.gehaald(zaak(staat), feiten, WOORDEN, om(een.uiterlijk, time(23, 59)), LPA)
    assert ["termijn-gehaald reactie_uitnodiging_uiterlijk"] == over(op_tijd.events)
    te_laat = termijnen.gehaald(zaak(staat), feiten, WOORDEN, om(een.uiterlijk + DAG, time(0)), LPA)
    assert [] == te_laat.events
    met_gesprek = zaak(staat).met(feiten=feiten)
    assert {} == termijnen.telling_na(met_gesprek, een.naam, WOORDEN)
    assert {"uitnodigingen_zonder_reactie": 1} == termijnen.telling_na(zaak(staat), een.naam, WOORDEN)


def test_what_met_it_before_it_began_does_not_end_it() -> None:
    """A conversation took place already and another invitation goes out: that one waits for an answer of its own."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), gesprek_datum="2026-09-10")
    protocol = beleid().protocol(GEMEENTE, NU.date())
    verloop = termijnen.begin_bij_besluit(
        zaak(staat), UUID(int=5), "reactie_uitnodiging_uiterlijk", "reactie_uitnodiging_werkdagen", "GO-REL-4",
        protocol, WOORDEN, NU,
    )  # fmt: skip
    een = zaak(staat).met(termijnen=verloop.termijnen)
    staat = Dossier(staat.jongere_id, staat.geboortedatum, zaken={een.zaak_id: een})
    staat, _ = herbeoordeel(staat, een.zaak_id, NU, beleid())
    assert {"reactie_uitnodiging_uiterlijk"} == lopend(staat).keys()
    gestopt = termijnen.stop_van(zaak(staat), UUID(int=5), NU)
    assert ["termijn-vervallen reactie_uitnodiging_uiterlijk"] == over(gestopt.events)
    assert [] == termijnen.stop_van(zaak(staat), UUID(int=6), NU).events


@pytest.mark.parametrize("eerst", ["klok", "einde"])
def test_the_end_of_a_zaak_and_the_clock_may_come_in_either_order(eerst: str) -> None:
    """A move, say: the termijn ends once, as passed or as lapsed."""
    staat = met_termijn("pv_uiterlijk", date(2026, 10, 12))
    zaak_id, laat = zaak(staat).zaak_id, om(date(2026, 10, 13))
    events: list[EventData] = []
    for wie in ("klok", "einde") if eerst == "klok" else ("einde", "klok"):
        if wie == "klok":
            staat, more = verstrijk_termijn(staat, zaak_id, UUID(int=7), laat, beleid())
        else:
            staat, more = sluit(staat, zaak_id, "verhuisd", laat)
        events += more
    assert [f"termijn-{'verstreken' if eerst == 'klok' else 'vervallen'} pv_uiterlijk"] == over(events)[:1]
    assert 1 == len([e for e in over(events) if "gestart" not in e])
    assert {} == lopend(staat)


def test_the_end_of_a_zaak_ends_every_termijn_with_an_event() -> None:
    """Whoever follows the events knows that nothing runs any more."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), verhoor_datum="2026-09-14")
    _, events = sluit(staat, zaak(staat).zaak_id, "verhuisd", NU)
    assert ["termijn-vervallen"] * 2 + ["zaak-afgesloten"] == soorten(events)


def test_kinderbijslag_goes_by_quarters() -> None:
    """The message that absence ended must be there before the quarter is over; a new quarter begins a new termijn."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), svb_gemeld=True, verzuim_gestopt=True)
    een, zaak_id = zaak(staat), zaak(staat).zaak_id
    assert {"svb_herstelmelding_uiterlijk": date(2026, 9, 30)} == lopend(staat)
    ((termijn_id, _),) = een.termijnen.items()
    staat, events = verstrijk_termijn(staat, zaak_id, termijn_id, om(date(2026, 10, 1), time(0)), beleid())
    assert ["termijn-verstreken", "termijn-gestart"] == [s for s in soorten(events) if s.startswith("termijn")]
    assert {"svb_herstelmelding_uiterlijk": date(2026, 12, 31)} == lopend(staat)


def test_what_is_over_is_left_to_the_clock_whatever_is_found_out_afterwards() -> None:
    """The day after the last, before the clock came by: agreeing is late, and another day does not undo it."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), verhoor_datum="2026-09-14")
    laat = om(date(2026, 10, 13), time(0))
    een = met_akkoord(zaak(staat), "pv_naar_om")
    anders = zaak(staat).met(feiten={"verhoor_datum": "2026-09-21"})
    for nu in (een, anders):
        na, events = herbeoordeel(
            Dossier(staat.jongere_id, staat.geboortedatum, zaken={nu.zaak_id: nu}), nu.zaak_id, laat, beleid()
        )
        assert ([], date(2026, 10, 12)) == (over(events), lopend(na)["pv_uiterlijk"])
        (termijn_id,) = (i for i, t in zaak(na).termijnen.items() if t.naam == "pv_uiterlijk")
        na, events = verstrijk_termijn(na, nu.zaak_id, termijn_id, laat, beleid())
        assert "termijn-verstreken pv_uiterlijk" == over(events)[0]
        assert (nu is anders) is ("pv_uiterlijk" in lopend(na))


# Whatever happens


@given(
    begin=st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    werkdagen=st.integers(0, 60),
    antwoord=st.none() | st.integers(-2, 100),
    langs=st.lists(st.integers(0, 140), max_size=8),
)
def test_each_termijn_ends_once_and_never_too_early(
    begin: date, werkdagen: int, antwoord: int | None, langs: list[int]
) -> None:
    """The clock comes by on any days, an answer comes on any day or never; in the end it was met or it passed."""
    uiterlijk = plus_werkdagen(begin, werkdagen)
    een = Termijn(
        termijn_id=UUID(int=7), naam="reactie_uitnodiging_uiterlijk", uiterlijk=uiterlijk, regel="X-1",
        begonnen_op=begin, waarschuwen_op=min_werkdagen(uiterlijk, 2),
    )  # fmt: skip
    nu = zaak(met_termijn("pv_uiterlijk", uiterlijk)).met(termijnen={een.termijn_id: een})
    gebeurt = sorted([(n, "klok") for n in [*langs, 150]] + ([(antwoord, "antwoord")] if antwoord is not None else []))
    einden: list[tuple[str, date]] = []
    for dagen, wie in gebeurt:
        dag = begin + dagen * DAG
        if wie == "antwoord":
            verloop = termijnen.gehaald(nu, {"gesprek_datum": dag.isoformat()}, WOORDEN, om(dag), LPA)
        else:
            verloop = termijnen.verstrijk(nu, een.termijn_id, om(dag, time(0)))
            assert (
                []
                == termijnen.waarschuw(nu.met(termijnen=verloop.termijnen), een.termijn_id, om(uiterlijk + DAG)).events
            )
        einden += [(e.name, dag) for e in verloop.events]
        nu = nu.met(termijnen=verloop.termijnen)
    ((soort, dag),) = einden
    assert (soort == "termijn-gehaald") is (dag <= uiterlijk)
    assert (soort == "termijn-gehaald") is (antwoord is not None and begin + antwoord * DAG <= uiterlijk)


@given(st.lists(st.sampled_from(["2026-08-20", "2026-09-07", "2026-09-14", "2026-07-01"]), min_size=1, max_size=8))
def test_every_termijn_that_began_runs_or_ended_once(dagen: list[str]) -> None:
    """However often the facts are corrected, back and forth."""
    staat, events = met_melding(dossier(), zestien_uur()), list[EventData]()
    for n, dag in enumerate(dagen):
        een = zaak(staat).met(feiten={"verhoor_datum": dag})
        staat = Dossier(staat.jongere_id, staat.geboortedatum, zaken={een.zaak_id: een})
        staat, more = herbeoordeel(staat, een.zaak_id, NU + n * DAG, beleid())
        events += more
    gestart = sum(isinstance(e, TermijnGestart) for e in events)
    geeindigd = sum(hasattr(e, "termijn") for e in events) - gestart
    assert (gestart, len(lopend(staat))) == (len(zaak(staat).termijnen), gestart - geeindigd)
    assert all(not isinstance(e, TermijnVervallen) or e.uiterlijk >= NU.date() for e in events)
