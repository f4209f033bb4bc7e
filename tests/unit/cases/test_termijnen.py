"""When a termijn has passed, and what happens when nobody answered an invitation."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from contracts.codes import Besluitsoort, HaltAfloop
from contracts.events.halt import HaltAfloopOntvangen
from contracts.events.zaken import TermijnVerstreken
from services.cases import termijnen
from services.cases.besluiten import NeemBesluit, neem_besluit
from services.cases.decisions import Result, overlijd
from services.cases.intrekking import TrekBesluitIn, trek_besluit_in, verwerk_bericht_van_halt
from services.cases.klokwerk import verstrijk_termijn
from services.cases.meldingen import neem_melding
from services.cases.model import Dossier, Termijn, Termijnstatus
from services.cases.uitvoering import verwijzing_id_van
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    GESPREK,
    LPA,
    NU,
    beleid,
    dossier,
    in_halt,
    met_feiten,
    met_melding,
    na_besluit,
    soorten,
    te_laat,
    voorstel,
    voorstellen,
    wat,
    zaak,
    zestien_uur,
)

LAATSTE_DAG = date(2026, 9, 28)  # maandag: ten werkdagen after maandag 14 September
DINSDAG = datetime(2026, 9, 29, 8, 0, tzinfo=UTC)


def uitgenodigd(op: datetime = NU) -> Dossier:
    """A 16-uursmelding, and a first invitation that went out."""
    staat = met_melding(dossier(), zestien_uur(), op=op)
    gesprek = max(GESPREK, op.replace(tzinfo=None) + timedelta(days=15))
    return na_besluit(staat, "lpa_uitnodiging_1", op=op, gesprek_op=gesprek)


def lopend(staat: Dossier) -> Termijn:
    """The termijn that runs."""
    (een,) = (t for t in zaak(staat).termijnen.values() if t.status is Termijnstatus.LOOPT)
    return een


def verstrijk(staat: Dossier, op: datetime, termijn_id: UUID | None = None) -> Result:
    """The clock passes the termijn that runs."""
    return verstrijk_termijn(staat, zaak(staat).zaak_id, termijn_id or lopend(staat).termijn_id, op, beleid())


@pytest.mark.parametrize(
    ("op", "uiterlijk"),
    [
        (datetime(2026, 9, 14, 8, 0, tzinfo=UTC), date(2026, 9, 28)),  # maandag, maandag
        (datetime(2026, 9, 18, 8, 0, tzinfo=UTC), date(2026, 10, 2)),  # vrijdag, vrijdag
        (datetime(2026, 9, 19, 8, 0, tzinfo=UTC), date(2026, 10, 2)),  # zaterdag, vrijdag
        (datetime(2026, 12, 14, 8, 0, tzinfo=UTC), date(2026, 12, 29)),  # maandag, dinsdag: eerste kerstdag is vrij
        (datetime(2026, 9, 14, 21, 59, tzinfo=UTC), date(2026, 9, 28)),  # maandag 23:59 in the Netherlands
        (datetime(2026, 9, 14, 22, 0, tzinfo=UTC), date(2026, 9, 29)),  # dinsdag 00:00 in the Netherlands
    ],
)
def test_a_termijn_counts_werkdagen_from_the_day_of_the_besluit(op: datetime, uiterlijk: date) -> None:
    """Dutch days: weekends and holidays do not count, and midnight is midnight in the Netherlands."""
    assert uiterlijk == lopend(uitgenodigd(op)).uiterlijk


@pytest.mark.parametrize(
    ("op", "voorbij"),
    [
        (datetime(2026, 9, 27, 12, 0, tzinfo=UTC), False),  # zondag, the day before the last
        (datetime(2026, 9, 28, 8, 0, tzinfo=UTC), False),  # maandag, the last day itself
        (datetime(2026, 9, 28, 21, 59, 59, tzinfo=UTC), False),  # the last second of it in the Netherlands
        (datetime(2026, 9, 28, 22, 0, 0, tzinfo=UTC), True),  # dinsdag 00:00
        (datetime(2026, 9, 29, 8, 0, tzinfo=UTC), True),  # dinsdag
    ],
)
def test_a_termijn_passes_only_after_its_last_day(op: datetime, voorbij: bool) -> None:
    """On the last day an answer is still in time."""
    staat = uitgenodigd()
    na, events = verstrijk(staat, op)
    if not voorbij:
        assert (staat, []) == (na, events)
        return
    expected = TermijnVerstreken(
        zaak_id=zaak(staat).zaak_id, termijn="reactie_uitnodiging_uiterlijk", uiterlijk=LAATSTE_DAG
    )
    assert expected == events[0]
    assert ["termijn-verstreken", "voorstel-gedaan"] == soorten(events)
    assert ["lpa_uitnodiging_2"] == voorstellen(na)
    assert ["termijn_verstreken", "voorstel_gedaan"] == wat(na)[-2:]


def test_two_invitations_without_answer_lead_to_the_school() -> None:
    """After the second termijn no third invitation is proposed; talking with the school is a taak (GO-REL-6)."""
    staat, _ = verstrijk(uitgenodigd(), DINSDAG)
    staat = na_besluit(staat, "lpa_uitnodiging_2", op=DINSDAG, gesprek_op=GESPREK)
    assert date(2026, 10, 13) == lopend(staat).uiterlijk  # dinsdag
    staat, events = verstrijk(staat, datetime(2026, 10, 14, 8, 0, tzinfo=UTC))  # woensdag
    assert ["termijn-verstreken"] == soorten(events)
    assert [] == voorstellen(staat)
    assert "lpa_overleg_school_vervolg" in zaak(staat).taken


def test_a_termijn_passes_once() -> None:
    """The clock may come by again after a crash: the invitation is not counted twice."""
    staat = uitgenodigd()
    termijn = lopend(staat)
    na, _ = verstrijk(staat, DINSDAG)
    assert (na, []) == verstrijk(na, DINSDAG, termijn.termijn_id)


def test_a_conversation_ends_the_termijn() -> None:
    """Whoever came has answered: nothing passes afterwards and no second invitation follows."""
    staat = uitgenodigd()
    termijn = lopend(staat)
    staat = met_feiten(staat, gesprek_datum="2026-09-24")  # donderdag
    assert Termijnstatus.GEHAALD is zaak(staat).termijnen[termijn.termijn_id].status
    assert "termijn_gehaald" in wat(staat)
    assert (staat, []) == verstrijk(staat, DINSDAG, termijn.termijn_id)


def test_a_new_melding_does_not_undo_that_a_conversation_took_place() -> None:
    """The termijn of the first melding was met, so the second one starts with a first invitation."""
    staat = uitgenodigd()
    termijn = lopend(staat)
    staat = met_feiten(staat, gesprek_datum="2026-09-24")  # donderdag
    staat, _ = neem_melding(staat, GEMEENTE, zestien_uur(2, begin=date(2026, 9, 21)), DINSDAG, beleid())
    assert (staat, []) == verstrijk(staat, DINSDAG, termijn.termijn_id)
    assert ["lpa_uitnodiging_1"] == voorstellen(staat)


@pytest.mark.parametrize("termijn_id", [UUID(int=4), None])
def test_a_termijn_of_a_zaak_that_closed_does_nothing(termijn_id: UUID | None) -> None:
    """Nor does a termijn that does not exist."""
    staat = uitgenodigd()
    eerste = lopend(staat).termijn_id
    dood, _ = overlijd(staat, NU)
    assert (dood, []) == verstrijk(dood, DINSDAG, termijn_id or eerste)


def test_a_termijn_of_an_unknown_zaak_does_nothing() -> None:
    """The row of a termijn may outlive what it points at."""
    assert (dossier(), []) == verstrijk_termijn(dossier(), UUID(int=1), UUID(int=2), DINSDAG, beleid())


def test_silence_after_an_invitation_about_coming_late_is_counted_too() -> None:
    """The step was taken, so nothing new is proposed; the official sees the count."""
    staat = na_besluit(met_melding(dossier(), te_laat(12)), "lpa_uitnodiging_gesprek", gesprek_op=GESPREK)
    staat, events = verstrijk(staat, DINSDAG)
    assert ["termijn-verstreken"] == soorten(events)
    assert 1 == zaak(staat).feiten["uitnodigingen_zonder_reactie"]


def test_after_a_conversation_silence_is_not_counted() -> None:
    """Of someone who was spoken to about this melding it is not said that nobody came."""
    staat = met_feiten(met_melding(dossier(), te_laat(12)), gesprek_datum="2026-09-11")  # vrijdag
    staat = na_besluit(staat, "lpa_uitnodiging_gesprek", gesprek_op=GESPREK)
    staat, events = verstrijk(staat, DINSDAG)
    assert ["termijn-verstreken"] == soorten(events)
    assert "uitnodigingen_zonder_reactie" not in zaak(staat).feiten


# A withdrawn invitation


def ingetrokken(staat: Dossier, op: datetime) -> Dossier:
    """The first invitation is withdrawn."""
    een = next(v for v in zaak(staat).voorstellen.values() if v.uitkomst == "lpa_uitnodiging_1" and v.besluit)
    return trek_besluit_in(staat, TrekBesluitIn(een.voorstel_id, LPA, "verkeerd adres"), op, beleid())[0]


def test_an_invitation_that_does_not_hold_is_none_without_an_answer() -> None:
    """The second one is no longer proposed; the first one is, anew."""
    staat, _ = verstrijk(uitgenodigd(), DINSDAG)
    assert (1, ["lpa_uitnodiging_2"]) == (zaak(staat).feiten["uitnodigingen_zonder_reactie"], voorstellen(staat))
    na = ingetrokken(staat, DINSDAG)
    assert "uitnodigingen_zonder_reactie" not in zaak(na).feiten
    assert ["lpa_uitnodiging_1"] == voorstellen(na)


def test_only_its_own_count_comes_off() -> None:
    """What another invitation added stays."""
    staat, _ = verstrijk(uitgenodigd(), DINSDAG)
    staat = staat.met_zaak(zaak(staat).met(feiten=zaak(staat).feiten | {"uitnodigingen_zonder_reactie": 2}))
    assert 1 == zaak(ingetrokken(staat, DINSDAG)).feiten["uitnodigingen_zonder_reactie"]


def test_before_its_last_day_an_invitation_was_not_counted() -> None:
    """There is nothing to come off."""
    staat = uitgenodigd()
    staat = staat.met_zaak(zaak(staat).met(feiten=zaak(staat).feiten | {"uitnodigingen_zonder_reactie": 1}))
    assert 1 == zaak(ingetrokken(staat, NU)).feiten["uitnodigingen_zonder_reactie"]


def test_a_count_of_before_the_last_melding_is_gone_already() -> None:
    """A new melding begins to count anew: that is not touched."""
    staat, _ = verstrijk(uitgenodigd(), DINSDAG)
    staat = met_melding(staat, zestien_uur(2), op=DINSDAG)
    staat = staat.met_zaak(zaak(staat).met(feiten=zaak(staat).feiten | {"uitnodigingen_zonder_reactie": 1}))
    assert 1 == zaak(ingetrokken(staat, DINSDAG)).feiten["uitnodigingen_zonder_reactie"]


# Halt, once more


@pytest.mark.parametrize("eerst", ["geen", "negatief"])
def test_a_second_referral_has_a_termijn_that_its_own_afloop_meets(eerst: str) -> None:
    """What stood of the first one does not: Halt is running again."""
    staat = in_halt(dossier())
    een = next(v for v in zaak(staat).voorstellen.values() if v.uitkomst == "halt_verwijzing" and v.besluit)
    staat, _ = trek_besluit_in(staat, TrekBesluitIn(een.voorstel_id, LPA, "opnieuw"), NU, beleid())
    nieuw = voorstel(staat, "halt_verwijzing")
    staat = staat.met_zaak(zaak(staat).met(feiten=zaak(staat).feiten | {"halt_status": eerst}))
    staat, _ = neem_besluit(staat, NeemBesluit(nieuw.voorstel_id, Besluitsoort.AKKOORD, LPA), NU, beleid())
    een = zaak(staat).voorstellen[nieuw.voorstel_id]
    assert een.besluit is not None
    termijn = lopend(staat)
    event = HaltAfloopOntvangen(
        zaak_id=zaak(staat).zaak_id,
        verwijzing_id=verwijzing_id_van(een.besluit),
        afloop=HaltAfloop.NEGATIEF,
        datum=date(2026, 11, 1),
    )
    na, _ = verwerk_bericht_van_halt(staat, event, DINSDAG, beleid())
    assert Termijnstatus.GEHAALD is zaak(na).termijnen[termijn.termijn_id].status


def test_a_step_in_the_place_of_another_meets_its_termijn() -> None:
    """`uit_te_voeren` is what was done, not what was proposed."""
    staat = met_melding(dossier(), te_laat(9))
    een = voorstel(staat, "gele_kaart")
    command = NeemBesluit(
        een.voorstel_id, Besluitsoort.AFWIJKEN, LPA, motivering="anders", in_plaats="svb_herstelmelding"
    )
    anders, _ = neem_besluit(staat, command, NU, beleid())
    _, beoordeling = beleid().beoordeel(anders, zaak(anders), NU.date())
    for besloten, gehaald in ((anders, True), (staat, False)):
        voldaan = termijnen._Voldaan(zaak(besloten), beoordeling, beleid().protocollen.woorden)
        assert gehaald is voldaan("svb_herstelmelding_uiterlijk")
