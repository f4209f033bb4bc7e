"""What meldingen, persons, Halt and death do to zaken: found, opened, proposed, lapsed, closed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from contracts.codes import Adressaat, Besluitsoort, HaltAfloop, MeldingStatus, Plicht, Verzuimsoort, Zaaksoort
from contracts.events.brieven import BriefOpgemaakt, BriefVervallen
from contracts.events.halt import HaltAfloopOntvangen, HaltVerwijzingAangeboden, HaltVerwijzingGeweigerd
from contracts.events.personen import JongereIngeschreven
from contracts.events.verzuim import VerzuimmeldingIngetrokken
from contracts.events.zaken import (
    MeldingInBehandelingGenomen,
    VoorstelGedaan,
    ZaakAfgesloten,
    ZaakGeopend,
)
from hub.messages import Message, Outcome
from services.cases import decisions, meldingen
from services.cases.handlers import handlers
from services.cases.model import (
    Dossier,
    Persoonsfeiten,
    Termijnstatus,
    Tijdlijnregel,
    Voorbereid,
    Voorstelstatus,
    Zaak,
    Zaakstatus,
)
from services.cases.register import Registerblad
from services.cases.registerhandlers import REGISTER
from services.cases.uitvoering import verwijzing_id_van
from tests.unit.cases.voorbeelden import (
    GEBOREN,
    GEMEENTE,
    GESPREK,
    JONGERE,
    NU,
    beleid,
    besluit,
    dossier,
    in_halt,
    melding,
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

VERWIJZING = UUID("99999999-0000-4000-8000-000000000001")


def handle(staat: Dossier, data: object, prepared: Persoonsfeiten | None = None) -> Outcome[Dossier]:
    """What the handler of this event or command does."""
    if isinstance(data, REGISTER):
        message = Message(JONGERE, GEMEENTE, data, prepared=Voorbereid(Registerblad(), prepared))
        return handlers(beleid())[type(data)](staat, message, NU)
    message = Message(JONGERE, GEMEENTE, data, prepared=prepared)
    return handlers(beleid())[type(data)](staat, message, NU)


def ingetrokken(nummer: int = 1) -> VerzuimmeldingIngetrokken:
    """The withdrawal of a melding."""
    return VerzuimmeldingIngetrokken(meldingsnummer=str(nummer), laatste_mutatie=GESPREK, reden_ingetrokken="V")


# A melding opens a zaak, or joins one


def test_a_first_melding_opens_a_zaak_and_proposes_what_the_protocol_says() -> None:
    """Three things are said, in order: the zaak, that the melding is taken up, and the voorstel with its rule."""
    staat, events = meldingen.neem_melding(dossier(), GEMEENTE, te_laat(9), NU, beleid())
    een = zaak(staat)
    expected = [
        ZaakGeopend(
            zaak_id=een.zaak_id,
            zaaksoort=Zaaksoort.TE_LAAT,
            meldingsnummer="1",
            verzuimsoort=Verzuimsoort.OVERIG,
            plicht=Plicht.LEERPLICHT,
            protocol="goeree-overflakkee@2018-01-01",
        ),
        MeldingInBehandelingGenomen(zaak_id=een.zaak_id, meldingsnummer="1", status=MeldingStatus.IN_BEHANDELING),
        VoorstelGedaan(
            zaak_id=een.zaak_id,
            voorstel_id=voorstel(staat, "gele_kaart").voorstel_id,
            uitkomst="gele_kaart",
            regels=("GO-LAAT-9b",),
            protocol="goeree-overflakkee@2018-01-01",
        ),
    ]
    assert expected == events
    assert (Zaaksoort.TE_LAAT, "2026-2027", Zaakstatus.OPEN) == (een.zaaksoort, een.schooljaar, een.status)
    assert ["zaak_geopend", "melding_ontvangen", "voorstel_gedaan", "taak_ontstaan"] == wat(staat)


def test_a_voorstel_keeps_rule_source_and_reason() -> None:
    """Whoever decides sees why, with the place in the protocol, and no birth date among the reasons."""
    reden = voorstel(met_melding(dossier(), te_laat(9)), "gele_kaart").uitleg
    assert ["GO-LAAT-9b"] == [deel["regel"] for deel in reden]
    assert "§ 5.5" in reden[0]["bron"]
    assert "9 keer te laat" in reden[0]["waarom"]
    assert GEBOREN.isoformat() not in str(reden)


@pytest.mark.parametrize(
    ("eerste", "tweede", "schooljaren"),
    [
        (date(2026, 7, 31), date(2026, 8, 1), ["2025-2026", "2026-2027"]),  # vrijdag, zaterdag
        (date(2025, 8, 1), date(2026, 7, 31), ["2025-2026"]),  # vrijdag, vrijdag
        (date(2026, 8, 1), date(2027, 7, 31), ["2026-2027"]),  # zaterdag, zaterdag
        (date(2026, 12, 31), date(2027, 1, 1), ["2026-2027"]),  # donderdag, vrijdag
        (date(2027, 7, 31), date(2027, 8, 1), ["2026-2027", "2027-2028"]),  # zaterdag, zondag
        (date(2026, 8, 1), date(2026, 7, 31), ["2026-2027", "2025-2026"]),  # reported the other way round
    ],
)
def test_meldingen_of_one_schooljaar_share_a_zaak(eerste: date, tweede: date, schooljaren: list[str]) -> None:
    """The first day of the absence decides: a schooljaar runs from 1 August to 31 July."""
    op = datetime(2027, 8, 30, 8, 0, tzinfo=UTC)  # maandag
    staat = met_melding(dossier(), te_laat(9, 1, begin=eerste), te_laat(9, 2, begin=tweede), op=op)
    assert schooljaren == [een.schooljaar for een in staat.zaken.values()]


def test_each_zaaksoort_has_a_zaak_of_its_own() -> None:
    """Coming late, missed hours and luxeverzuim in one schooljaar are three trajecten."""
    staat = met_melding(dossier(), te_laat(9, 1), zestien_uur(2), melding(3, Verzuimsoort.LUXE), zestien_uur(4))
    expected = [(Zaaksoort.TE_LAAT, ["1"]), (Zaaksoort.RELATIEF, ["2", "4"]), (Zaaksoort.LUXE, ["3"])]
    assert expected == [(een.zaaksoort, list(een.meldingen)) for een in staat.zaken.values()]


def test_a_second_melding_in_a_zaak_is_taken_up_without_opening_another() -> None:
    """DUO must hear of every melding that it is in treatment, also of one that joins a zaak."""
    staat = met_melding(dossier(), te_laat(9, 1))
    staat, events = meldingen.neem_melding(staat, GEMEENTE, te_laat(9, 2), NU, beleid())
    expected = [MeldingInBehandelingGenomen(zaak_id=zaak(staat).zaak_id, meldingsnummer="2")]
    assert expected == events


def test_a_closed_zaak_is_not_used_again() -> None:
    """After a zaak closed, a new melding in the same schooljaar begins a new one."""
    staat, _ = meldingen.trek_in(met_melding(dossier(), te_laat(9)), "1", NU, beleid())
    staat, events = meldingen.neem_melding(staat, GEMEENTE, te_laat(9, 2), NU, beleid())
    assert [Zaakstatus.AFGESLOTEN, Zaakstatus.OPEN] == [een.status for een in staat.zaken.values()]
    assert "zaak-geopend" == soorten(events)[0]


@pytest.mark.parametrize(
    ("geboren", "plicht", "adressaten"),
    [
        (date(2011, 5, 4), Plicht.LEERPLICHT, (Adressaat.OUDERS, Adressaat.JONGERE)),  # 15
        (date(2014, 9, 15), Plicht.LEERPLICHT, (Adressaat.OUDERS,)),  # 12 tomorrow
        (date(2014, 9, 14), Plicht.LEERPLICHT, (Adressaat.OUDERS, Adressaat.JONGERE)),  # 12 today
        (date(2009, 8, 1), Plicht.KWALIFICATIEPLICHT, (Adressaat.OUDERS, Adressaat.JONGERE)),  # 17
        (date(2008, 9, 14), Plicht.RMC, (Adressaat.JONGERE,)),  # 18 today
        (None, Plicht.ONBEKEND, ()),
    ],
)
def test_age_decides_duty_and_addressees(
    geboren: date | None, plicht: Plicht, adressaten: tuple[Adressaat, ...]
) -> None:
    """On maandag 14 September 2026; without a day of birth nothing is guessed."""
    staat, events = meldingen.neem_melding(dossier(geboren), GEMEENTE, te_laat(9), NU, beleid())
    assert isinstance(events[0], ZaakGeopend)
    assert plicht == events[0].plicht
    assert adressaten == voorstel(staat, "gele_kaart").adressaten


# The ladder of coming late


def test_the_ladder_of_coming_late_goes_step_by_step() -> None:
    """9, 12 and 13 times late, with a besluit between: each count proposes its own step and nothing else."""
    staat = met_melding(dossier(), te_laat(9, 1, begin=date(2026, 9, 7)))  # maandag
    assert ["gele_kaart"] == voorstellen(staat)
    staat = na_besluit(staat, "gele_kaart")
    assert [] == voorstellen(staat)
    staat = met_melding(staat, te_laat(12, 2, begin=date(2026, 9, 28)))  # maandag
    assert ["lpa_uitnodiging_gesprek"] == voorstellen(staat)
    staat = na_besluit(staat, "lpa_uitnodiging_gesprek", gesprek_op=GESPREK)
    assert [] == voorstellen(staat)
    staat = met_melding(staat, te_laat(13, 3, begin=date(2026, 10, 12)))  # maandag
    assert ["halt_gesprek_uitnodiging"] == voorstellen(staat)
    assert 3 == len(zaak(staat).meldingen)


@pytest.mark.parametrize(
    ("aantal", "verwacht"),
    [
        (8, []),
        (9, ["gele_kaart"]),
        (11, ["gele_kaart"]),
        (12, ["lpa_uitnodiging_gesprek"]),
        (13, ["halt_gesprek_uitnodiging"]),
    ],
)
def test_the_highest_step_counts_when_steps_are_skipped(aantal: int, verwacht: list[str]) -> None:
    """A first melding with a high count goes straight to the step it has reached."""
    assert verwacht == voorstellen(met_melding(dossier(), te_laat(aantal)))


def test_a_step_that_was_taken_is_not_proposed_again_by_the_same_count() -> None:
    """A repeated count in a next melding adds nothing to a gele kaart that went out."""
    staat = na_besluit(met_melding(dossier(), te_laat(9, 1)), "gele_kaart")
    assert [] == voorstellen(met_melding(staat, te_laat(9, 2)))


# Voorstellen lapse, and are proposed once


def test_a_voorstel_lapses_when_the_facts_change() -> None:
    """A mutation that raises the count makes the lower step lapse, and says so in the timeline of the zaak."""
    staat = met_melding(dossier(), te_laat(9))
    staat, events = handle(staat, te_laat(12))[:2]
    assert ["gele_kaart"] == voorstellen(staat, Voorstelstatus.VERVALLEN)
    assert ["lpa_uitnodiging_gesprek"] == voorstellen(staat)
    assert ["voorstel-gedaan"] == soorten(events)
    assert "melding_gewijzigd" in wat(staat)


def test_a_mutation_without_meaning_for_the_rules_says_nothing() -> None:
    """The einddatum of a melding may come later; no voorstel changes by it."""
    staat = met_melding(dossier(), te_laat(9))
    na, events = handle(staat, te_laat(9, einddatum=date(2026, 9, 11)))[:2]  # vrijdag
    assert [] == events
    assert voorstellen(staat) == voorstellen(na)
    assert date(2026, 9, 11) == zaak(na).meldingen["1"].einddatum


def _weer_voorgesteld() -> Dossier:
    staat = met_feiten(met_melding(dossier(), te_laat(9)), vorige_stap_te_laat=9)
    return met_feiten(staat, vorige_stap_te_laat=0)


def test_a_lapsed_voorstel_that_returns_is_a_new_one() -> None:
    """It gets an id of its own, so that a besluit on the lapsed one is refused."""
    een = zaak(_weer_voorgesteld())
    assert [Voorstelstatus.VERVALLEN, Voorstelstatus.OPEN] == [v.status for v in een.voorstellen.values()]
    assert 2 == len(een.voorstellen)


@pytest.mark.parametrize("begin", [lambda: met_melding(dossier(), te_laat(9)), _weer_voorgesteld])
@pytest.mark.parametrize("soort", [Besluitsoort.AFWIJZEN, Besluitsoort.AFWIJKEN])
def test_a_voorstel_that_was_turned_down_stays_down(begin: Callable[[], Dossier], soort: Besluitsoort) -> None:
    """The rules still want the step, but an official has spoken; also when the voorstel had lapsed and returned."""
    assert [] == voorstellen(na_besluit(begin(), "gele_kaart", soort))


def test_a_voorstel_that_was_turned_down_returns_with_a_new_melding() -> None:
    """New absence is a new question."""
    staat = na_besluit(met_melding(dossier(), te_laat(9, 1)), "gele_kaart", Besluitsoort.AFWIJZEN)
    assert ["gele_kaart"] == voorstellen(met_melding(staat, te_laat(10, 2)))


def test_a_voorstel_without_addressees_is_made_anew_once_the_day_of_birth_is_known() -> None:
    """The BRP may tell of a jongere after DUO did; the letter must then have somebody to go to."""
    staat = met_melding(dossier(geboren=None), te_laat(9))
    staat, events = handle(staat, JongereIngeschreven(), Persoonsfeiten(GEBOREN, overleden=False))[:2]
    assert ["voorstel-gedaan"] == soorten(events)
    assert (Adressaat.OUDERS, Adressaat.JONGERE) == voorstel(staat, "gele_kaart").adressaten


# Withdrawal


def test_a_withdrawn_melding_closes_its_zaak() -> None:
    """Nothing is left to treat; open voorstellen lapse."""
    staat = met_melding(dossier(), zestien_uur())
    staat, events = handle(staat, ingetrokken())[:2]
    een = zaak(staat)
    assert [ZaakAfgesloten(zaak_id=een.zaak_id, reden="melding_ingetrokken")] == events
    assert (Zaakstatus.AFGESLOTEN, "melding_ingetrokken") == (een.status, een.afsluitreden)
    assert [] == voorstellen(staat)
    assert ["melding_ingetrokken", "zaak_afgesloten"] == wat(staat)[-2:]


def test_a_besluit_that_was_carried_out_keeps_the_zaak_of_a_withdrawn_melding_open() -> None:
    """What was done is not taken back by itself: nothing is proposed, no termijn runs, and a task waits for a human."""
    staat = met_melding(dossier(), zestien_uur())
    staat = na_besluit(staat, "lpa_uitnodiging_1", gesprek_op=GESPREK)
    staat, events = handle(staat, ingetrokken())[:2]
    een = zaak(staat)
    assert ["termijn-vervallen"] == soorten(events)
    assert (Zaakstatus.OPEN, []) == (een.status, voorstellen(staat))
    assert "besluit_heroverwegen" in een.taken
    assert [Termijnstatus.VERVALLEN] == [t.status for t in een.termijnen.values()]


def test_a_withdrawn_melding_no_longer_counts_beside_others() -> None:
    """Of 9 and 12 times late the 12 is withdrawn: the zaak goes on with 9."""
    staat = met_melding(dossier(), te_laat(9, 1), te_laat(12, 2))
    assert ["lpa_uitnodiging_gesprek"] == voorstellen(staat)
    staat, events = handle(staat, ingetrokken(2))[:2]
    assert ["gele_kaart"] == voorstellen(staat)
    assert ["voorstel-gedaan"] == soorten(events)


def test_a_withdrawal_of_an_unknown_melding_changes_nothing() -> None:
    """A melding that never led to a zaak leaves no trace here."""
    staat = met_melding(dossier(), te_laat(9))
    assert (staat, []) == meldingen.trek_in(staat, "7", NU, beleid())


# Halt


def _afloop(een: Zaak, afloop: HaltAfloop) -> HaltAfloopOntvangen:
    return HaltAfloopOntvangen(zaak_id=een.zaak_id, verwijzing_id=VERWIJZING, afloop=afloop, datum=date(2026, 12, 1))


def test_a_positive_afloop_closes_the_zaak_and_proposes_nothing_more() -> None:
    """Halt succeeded: the school is to be written to, and that is all."""
    staat = in_halt(dossier())
    staat, events = handle(staat, _afloop(zaak(staat), HaltAfloop.POSITIEF))[:2]
    expected = ZaakAfgesloten(zaak_id=zaak(staat).zaak_id, reden="halt_positief", meldingen=("1", "2"))
    (gehaald, afgesloten) = events
    assert ("termijn-gehaald", expected) == (gehaald.name, afgesloten)
    assert [] == voorstellen(staat)
    assert "halt_brief_school_afloop" in zaak(staat).taken
    assert "halt_afgelopen" in wat(staat)


@pytest.mark.parametrize("afloop", [HaltAfloop.NEGATIEF, HaltAfloop.NIET_GESTART])
def test_a_negative_afloop_goes_back_to_the_rules(afloop: HaltAfloop) -> None:
    """While Halt ran there was no voorstel; after it failed proces-verbaal is the next step (GO-R3B-12)."""
    staat = in_halt(dossier())
    assert [] == voorstellen(staat)
    staat, events = handle(staat, _afloop(zaak(staat), afloop))[:2]
    assert ["voorstel-gedaan", "voorstel-gedaan", "termijn-gehaald", "fase-gewijzigd"] == soorten(events)
    assert ["proces_verbaal", "pv_tegen_jongere"] == voorstellen(staat)
    assert zaak(staat).is_open


def test_a_referral_that_halt_refuses_leaves_the_zaak_open() -> None:
    """The code of Halt stands in the timeline, and Halt is not running any more."""
    staat = in_halt(dossier())
    (een,) = [v.besluit for v in zaak(staat).voorstellen.values() if v.uitkomst == "halt_verwijzing" and v.besluit]
    event = HaltVerwijzingGeweigerd(zaak_id=zaak(staat).zaak_id, verwijzing_id=verwijzing_id_van(een), reden="CRITERIA")
    na = handle(staat, event).state
    assert zaak(na).is_open
    assert "geen" == zaak(na).feiten["halt_status"]
    expected = Tijdlijnregel(zaak(na).zaak_id, NU, "halt_geweigerd", "halt_bridge", "CRITERIA")
    assert expected in na.nieuw


def test_an_offered_referral_is_only_noted() -> None:
    """That Halt has it changes nothing for the rules."""
    staat = replace(in_halt(dossier()), nieuw=())
    event = HaltVerwijzingAangeboden(
        zaak_id=zaak(staat).zaak_id, verwijzing_id=VERWIJZING, ontvangen_op=date(2026, 9, 15)
    )
    na, events = handle(staat, event)[:2]
    assert ([], ["halt_aangeboden"], zaak(staat)) == (events, wat(na), zaak(na).met(revisie=zaak(staat).revisie))


def test_an_afloop_for_an_unknown_zaak_changes_nothing() -> None:
    """It may belong to a zaak of before this installation."""
    event = HaltAfloopOntvangen(
        zaak_id=VERWIJZING, verwijzing_id=VERWIJZING, afloop=HaltAfloop.POSITIEF, datum=date(2026, 12, 1)
    )
    assert (dossier(), []) == handle(dossier(), event)[:2]


# Persons


def _alles_open() -> Dossier:
    staat = met_melding(dossier(), te_laat(9, 1), zestien_uur(2))
    return na_besluit(staat, "lpa_uitnodiging_1", gesprek_op=GESPREK)


def test_death_closes_every_zaak_at_once() -> None:
    """All voorstellen lapse, all termijnen stop, each zaak says that it closed."""
    staat, events = decisions.overlijd(_alles_open(), NU)
    gesloten = [e for e in events if isinstance(e, ZaakAfgesloten)]
    assert [("overleden", tuple(z.meldingen)) for z in staat.zaken.values()] == [
        (e.reden, e.meldingen) for e in gesloten
    ]
    assert list(staat.zaken) == [e.zaak_id for e in gesloten]
    assert ["termijn-vervallen", "zaak-afgesloten", "zaak-afgesloten"] == sorted(soorten(events))
    assert [] == voorstellen(staat)
    assert [Termijnstatus.VERVALLEN] == [t.status for z in staat.zaken.values() for t in z.termijnen.values()]


@pytest.mark.parametrize(
    "later",
    [te_laat(12, 1), te_laat(9, 7), zestien_uur(8), ingetrokken(1), ingetrokken(2)],
    ids=["changed", "new", "new of another kind", "withdrawn", "withdrawn too"],
)
def test_after_a_death_no_melding_does_anything(later: object) -> None:
    """Neither a new melding nor a change of an old one opens, proposes or says anything."""
    dood, _ = decisions.overlijd(_alles_open(), NU)
    na, events = handle(dood, later)[:2]
    assert [] == events
    assert [Zaakstatus.AFGESLOTEN] * 2 == [een.status for een in na.zaken.values()]


def test_a_second_death_says_nothing_more() -> None:
    """The BRP may tell it twice."""
    dood, _ = decisions.overlijd(_alles_open(), NU)
    assert [] == decisions.overlijd(dood, NU)[1]


def test_a_melding_about_someone_the_brp_knows_to_be_dead_opens_nothing() -> None:
    """The answer of the BRP is there before its event can be."""
    na, events = handle(dossier(None), te_laat(9), Persoonsfeiten(GEBOREN, overleden=True))[:2]
    assert ({}, []) == (na.zaken, events)


def test_a_death_that_is_known_is_not_forgotten() -> None:
    """A later answer that does not mention it does not bring someone back."""
    dood = Dossier(JONGERE, overleden=True)
    assert decisions.ken_persoon(dood, Persoonsfeiten(GEBOREN, overleden=False)).overleden


def test_no_answer_about_a_person_changes_nothing() -> None:
    """None means: nothing new is known."""
    assert dossier() == decisions.ken_persoon(dossier(), None)


@pytest.mark.parametrize(
    ("soort", "rest", "regel"),
    [
        (BriefOpgemaakt, {"adressaten": ("ouders",), "sha256": "0" * 64, "paginas": 1}, "brief_opgemaakt"),
        (BriefVervallen, {"reden": "overleden"}, "brief_vervallen"),
    ],
)
def test_what_became_of_a_letter_stands_in_the_timeline(soort: type, rest: dict[str, object], regel: str) -> None:
    """With the kind of letter; also in a zaak that closed meanwhile."""
    staat = na_besluit(met_melding(dossier(), te_laat(9)), "gele_kaart")
    staat, _ = decisions.overlijd(staat, NU)
    een = zaak(staat).zaak_id
    na = handle(staat, soort(zaak_id=een, brief_id=VERWIJZING, briefsoort="gele_kaart", **rest)).state
    assert Tijdlijnregel(een, NU, regel, "letters", "gele_kaart") == na.nieuw[-1]


# The same cause


def test_the_same_cause_twice_gives_the_same_ids() -> None:
    """After a crash the same events are handled again: everything they lead to must be recognisable as the same."""

    def verhaal() -> tuple[Dossier, object]:
        staat = met_melding(dossier(), te_laat(9, 1), zestien_uur(2))
        staat, events = besluit(staat, "lpa_uitnodiging_1", gesprek_op=GESPREK)
        return staat, events

    assert verhaal() == verhaal()


def test_another_jongere_or_melding_gives_other_ids() -> None:
    """Ids follow from the cause, so two causes never share one."""
    ander = Dossier(UUID(int=7), geboortedatum=GEBOREN)
    zaken = [zaak(met_melding(d, te_laat(9, n))) for d in (dossier(), ander) for n in (1, 2)]
    ids = [een.zaak_id for een in zaken] + [v for een in zaken for v in een.voorstellen]
    assert 8 == len(set(ids))
