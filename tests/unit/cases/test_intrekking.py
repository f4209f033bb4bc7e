"""A besluit that is withdrawn: what it set going stops, what it set is undone, what others did stays."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from contracts.codes import Besluitsoort, HaltAfloop
from contracts.events.brieven import BriefVervallen
from contracts.events.halt import (
    HaltAfloopOntvangen,
    HaltVerwijzingAangeboden,
    HaltVerwijzingGestopt,
    HaltVerwijzingGeweigerd,
)
from contracts.events.zaken import BriefIngetrokken, HaltVerwijzingIngetrokken, TermijnVervallen, ZaakHeropend
from hub.errors import Achterhaald, Ongeldig
from services.cases.decisions import Result, overlijd
from services.cases.intrekking import (
    TrekBesluitIn,
    trek_besluit_in,
    verwerk_bericht_van_halt,
    verwerk_vervallen_brief,
)
from services.cases.meldingen import trek_in
from services.cases.model import Dossier, Voorstel, Voorstelstatus, Zaakstatus
from services.cases.uitvoering import brief_id_van, verwijzing_id_van
from tests.unit.cases.voorbeelden import (
    ADMINISTRATIE,
    AFSPRAAK,
    GESPREK,
    HALT_KAN,
    LPA,
    LPA_ELDERS,
    LPA_ZONDER_BOA,
    NU,
    beleid,
    besluit,
    dossier,
    met_feiten,
    met_melding,
    na_besluit,
    soorten,
    te_laat,
    voorstellen,
    wat,
    zaak,
    zestien_uur,
)

LATER = NU + timedelta(days=2)  # woensdag
INGETROKKEN = Voorstelstatus.INGETROKKEN


def besloten(staat: Dossier, uitkomst: str) -> Voorstel:
    """The voorstel for this uitkomst about which a besluit stands or stood."""
    return [v for v in zaak(staat).voorstellen.values() if v.uitkomst == uitkomst and v.besluit is not None][-1]


def intrekken(
    staat: Dossier, uitkomst: str, wie: str = LPA, motivering: str = "verkeerd gezien", **velden: Any
) -> Result:
    """An official withdraws the besluit about `uitkomst`."""
    command = TrekBesluitIn(besloten(staat, uitkomst).voorstel_id, wie, motivering, **velden)
    return trek_besluit_in(staat, command, LATER, beleid())


def kaart() -> Dossier:
    """After a gele kaart."""
    return na_besluit(met_melding(dossier(), te_laat(9)), "gele_kaart")


def halt() -> Dossier:
    """After a referral to Halt."""
    return na_besluit(met_feiten(met_melding(dossier(), te_laat(13)), **HALT_KAN), "halt_verwijzing")


def van_halt(staat: Dossier, soort: Any, **velden: Any) -> Result:
    """What the bridge says about the referral."""
    besluit = besloten(staat, "halt_verwijzing").besluit
    assert besluit is not None
    event = soort(zaak_id=zaak(staat).zaak_id, verwijzing_id=verwijzing_id_van(besluit), **velden)
    return verwerk_bericht_van_halt(staat, event, LATER, beleid())


# What stands in the way


@pytest.mark.parametrize(
    ("wie", "motivering", "veld"),
    [
        (ADMINISTRATIE, "verkeerd", "medewerker"),
        (LPA_ELDERS, "verkeerd", "medewerker"),
        ("X-9", "verkeerd", "medewerker"),
        (LPA, " \t", "motivering"),
    ],
)
def test_a_withdrawal_needs_the_role_of_the_besluit_and_a_reason(wie: str, motivering: str, veld: str) -> None:
    """The same as for taking it, and always a motivering."""
    with pytest.raises(Ongeldig) as fout:
        intrekken(kaart(), "gele_kaart", wie, motivering)
    assert veld == fout.value.veld


def test_what_a_boa_decided_only_a_boa_withdraws() -> None:
    """An official without akte may take back a gele kaart, not a referral to Halt."""
    intrekken(kaart(), "gele_kaart", LPA_ZONDER_BOA)
    with pytest.raises(Ongeldig, match="rol boa"):
        intrekken(halt(), "halt_verwijzing", LPA_ZONDER_BOA)


def test_a_besluit_is_withdrawn_once_and_only_when_there_is_one() -> None:
    """A repeat is told so."""
    staat, _ = intrekken(kaart(), "gele_kaart")
    with pytest.raises(Ongeldig, match="al ingetrokken"):
        trek_besluit_in(staat, TrekBesluitIn(besloten(staat, "gele_kaart").voorstel_id, LPA, "x"), LATER, beleid())
    open_nu = met_melding(dossier(), te_laat(9))
    (een,) = zaak(open_nu).voorstellen
    with pytest.raises(Ongeldig, match="geen besluit genomen"):
        trek_besluit_in(open_nu, TrekBesluitIn(een, LPA, "x"), LATER, beleid())


def test_a_zaak_that_changed_since_is_looked_at_again() -> None:
    """The revisie that was seen must be the one that is there."""
    staat = kaart()
    intrekken(staat, "gele_kaart", revisie=zaak(staat).revisie)
    with pytest.raises(Achterhaald):
        intrekken(staat, "gele_kaart", revisie=zaak(staat).revisie - 1)


# What follows


def test_facts_are_undone_and_the_same_step_may_be_proposed_again() -> None:
    """The letter is withdrawn; the rules are asked, and want the same."""
    staat, events = intrekken(kaart(), "gele_kaart")
    assert ["besluit-ingetrokken", "brief-ingetrokken", "voorstel-gedaan"] == soorten(events)
    brief = next(e for e in events if isinstance(e, BriefIngetrokken))
    assert (brief_id_van(besloten(staat, "gele_kaart")), "gele_kaart") == (brief.brief_id, brief.briefsoort)
    assert {} == zaak(staat).feiten
    assert (["gele_kaart"], ["gele_kaart"]) == (voorstellen(staat, INGETROKKEN), voorstellen(staat))
    opnieuw, events = besluit(staat, "gele_kaart", op=LATER)
    assert "brief-aangevraagd" in soorten(events)
    assert 2 == len({v.besluit.besluit_id for v in zaak(opnieuw).voorstellen.values() if v.besluit})


def test_what_was_there_before_comes_back() -> None:
    """The kaart replaced the date of an earlier warning; without the kaart that one counts."""
    staat = met_feiten(met_melding(dossier(), te_laat(9)), officiele_waarschuwing_datum="2026-09-01")
    staat = na_besluit(staat, "gele_kaart")
    assert "2026-09-14" == zaak(staat).feiten["officiele_waarschuwing_datum"]
    assert "2026-09-01" == zaak(intrekken(staat, "gele_kaart")[0]).feiten["officiele_waarschuwing_datum"]


def test_what_an_official_established_since_stays() -> None:
    """The besluit set another date: this one is not its doing."""
    staat = met_feiten(kaart(), officiele_waarschuwing_datum="2026-09-10")
    assert "2026-09-10" == zaak(intrekken(staat, "gele_kaart")[0]).feiten["officiele_waarschuwing_datum"]


def test_two_besluiten_that_set_the_same_fact_are_told_apart() -> None:
    """Whichever is withdrawn first, what stands is what the other one set, and in the end nothing does."""
    eerst = kaart()
    tweede = met_melding(eerst, te_laat(13, 2))
    uitkomst = "halt_gesprek_uitnodiging"
    tweede, _ = besluit(tweede, uitkomst, op=NU + timedelta(hours=1), gesprek_op=GESPREK)
    assert 13 == zaak(tweede).feiten["vorige_stap_te_laat"]
    zonder_tweede, _ = intrekken(tweede, uitkomst)
    assert 9 == zaak(zonder_tweede).feiten["vorige_stap_te_laat"]
    zonder_eerste, _ = intrekken(tweede, "gele_kaart")
    assert 13 == zaak(zonder_eerste).feiten["vorige_stap_te_laat"]
    for eerder, later in ((zonder_tweede, "gele_kaart"), (zonder_eerste, uitkomst)):
        assert "vorige_stap_te_laat" not in zaak(intrekken(eerder, later)[0]).feiten


def test_a_termijn_that_it_started_lapses() -> None:
    """Nobody needs to answer an invitation that does not hold."""
    staat = na_besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    na, events = intrekken(staat, "lpa_uitnodiging_1")
    assert [date(2026, 9, 28)] == [e.uiterlijk for e in events if isinstance(e, TermijnVervallen)]
    assert "termijn_vervallen" in wat(na)


def test_a_zaak_that_it_closed_opens_again() -> None:
    """And the rules say what is to be done."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    command = besluit(
        staat, "officiele_waarschuwing", Besluitsoort.AFWIJKEN, motivering="licht", in_plaats="brief_zonder_vervolg"
    )
    dicht = command[0]
    assert Zaakstatus.AFGESLOTEN is zaak(dicht).status
    na, events = intrekken(dicht, "officiele_waarschuwing")
    assert [ZaakHeropend(zaak_id=zaak(na).zaak_id, reden="besluit_ingetrokken")] == [
        e for e in events if isinstance(e, ZaakHeropend)
    ]
    assert "officiele_waarschuwing" in voorstellen(na)
    assert "melding_afgehandeld" not in zaak(na).feiten


@pytest.mark.parametrize(
    ("tussendoor", "gezegd"),
    [
        (lambda s: overlijd(s, LATER)[0], ["besluit-ingetrokken"]),
        (lambda s: trek_in(s, "1", LATER, beleid())[0], ["besluit-ingetrokken"]),
    ],
    ids=["the jongere died", "the melding was withdrawn"],
)
def test_a_zaak_that_has_no_ground_any_more_is_closed(tussendoor: Any, gezegd: list[str]) -> None:
    """A zaak without melding is open only for the besluit that was carried out: with that it ends."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    dicht, _ = besluit(
        staat, "officiele_waarschuwing", Besluitsoort.AFWIJKEN, motivering="licht", in_plaats="brief_zonder_vervolg"
    )
    na, events = intrekken(tussendoor(dicht), "officiele_waarschuwing")
    assert (gezegd, Zaakstatus.AFGESLOTEN) == (soorten(events), zaak(na).status)
    assert "besluit_heroverwegen" not in zaak(na).taken


def test_a_turned_down_step_is_proposed_again() -> None:
    """Withdrawing that nothing be done sets nothing going but the rules."""
    staat = na_besluit(met_melding(dossier(), te_laat(9)), "gele_kaart", Besluitsoort.AFWIJZEN)
    _, events = intrekken(staat, "gele_kaart")
    assert ["besluit-ingetrokken", "voorstel-gedaan"] == soorten(events)


def test_what_a_human_did_a_human_takes_back() -> None:
    """The taak to do it goes, the taak to undo it comes: whether it was done the hub does not know."""
    staat = met_melding(dossier(), te_laat(9))
    staat, _ = besluit(staat, "gele_kaart", Besluitsoort.AFWIJKEN, motivering="anders", in_plaats="lpa_signaal_vir")
    assert "lpa_signaal_vir_uitvoeren" in zaak(staat).taken
    na, _ = intrekken(staat, "gele_kaart")
    assert {"lpa_signaal_vir_terugdraaien"} == {t for t in zaak(na).taken if t.startswith("lpa_signaal_vir")}


@pytest.mark.parametrize(("was_opgemaakt", "taak"), [(True, True), (False, False)])
def test_a_letter_that_was_made_must_be_followed_by_another(was_opgemaakt: bool, taak: bool) -> None:
    """`letters` says how far it was."""
    staat, _ = intrekken(kaart(), "gele_kaart")
    event = BriefVervallen(
        zaak_id=zaak(staat).zaak_id,
        brief_id=brief_id_van(besloten(staat, "gele_kaart")),
        briefsoort="gele_kaart",
        reden="ingetrokken",
        was_opgemaakt=was_opgemaakt,
    )
    na, _ = verwerk_vervallen_brief(staat, event, LATER)
    assert taak is ("intrekkingsbrief_sturen" in zaak(na).taken)
    assert "brief_vervallen" in wat(na)


# Halt


def test_a_withdrawn_referral_is_taken_back_with_its_letter() -> None:
    """The facts that it ran, and that there was Halt before, are gone."""
    staat, events = intrekken(halt(), "halt_verwijzing")
    assert ["besluit-ingetrokken", "halt-verwijzing-ingetrokken", "brief-ingetrokken"] == soorten(events)[:3]
    besluit = besloten(staat, "halt_verwijzing").besluit
    assert besluit is not None
    assert (
        verwijzing_id_van(besluit) == next(e for e in events if isinstance(e, HaltVerwijzingIngetrokken)).verwijzing_id
    )
    assert zaak(staat).feiten.keys().isdisjoint({"halt_status", "eerder_halt"})
    assert "halt_verwijzing" in voorstellen(staat)


@pytest.mark.parametrize("afloop", [HaltAfloop.POSITIEF, HaltAfloop.NEGATIEF])
def test_a_course_that_ended_cannot_be_taken_back(afloop: HaltAfloop) -> None:
    """There is nothing left to stop."""
    staat, _ = van_halt(halt(), HaltAfloopOntvangen, afloop=afloop, datum=date(2026, 9, 15))
    with pytest.raises(Ongeldig, match="al afgelopen"):
        intrekken(staat, "halt_verwijzing")


@pytest.mark.parametrize(
    ("soort", "velden"),
    [
        (HaltVerwijzingGeweigerd, {"reden": "CRITERIA"}),
        (HaltVerwijzingGestopt, {"was_aangeboden": True}),
        (HaltVerwijzingAangeboden, {"ontvangen_op": date(2026, 9, 15)}),
    ],
)
def test_what_halt_says_after_the_withdrawal_moves_nothing(soort: Any, velden: dict[str, Any]) -> None:
    """It crossed the withdrawal: it is written down, and the zaak stays as it is."""
    staat, _ = intrekken(halt(), "halt_verwijzing")
    na, events = van_halt(staat, soort, **velden)
    assert ([], zaak(staat).feiten, Zaakstatus.OPEN) == (events, zaak(na).feiten, zaak(na).status)
    assert len(na.nieuw) == len(staat.nieuw) + 1


@pytest.mark.parametrize(
    ("afloop", "stand"),
    [
        (HaltAfloop.POSITIEF, "positief"),
        (HaltAfloop.NEGATIEF, "negatief"),
        (HaltAfloop.NIET_GESTART, "negatief"),
    ],
)
def test_an_afloop_after_a_withdrawal_that_came_too_late_counts(afloop: HaltAfloop, stand: str) -> None:
    """The jongere had Halt: no second one is proposed, and a human says what follows for the zaak."""
    staat, _ = intrekken(halt(), "halt_verwijzing")
    assert "halt_verwijzing" in voorstellen(staat)
    na, _ = van_halt(staat, HaltAfloopOntvangen, afloop=afloop, datum=date(2026, 9, 15))
    assert (stand, "leerplicht") == (zaak(na).feiten["halt_status"], zaak(na).feiten["eerder_halt"])
    assert ("halt_afloop_beoordelen" in zaak(na).taken, zaak(na).is_open) == (True, True)
    assert "halt_verwijzing" not in voorstellen(na)
    assert "halt_na_intrekking" in wat(na)


def test_an_afloop_of_a_withdrawn_referral_does_not_end_the_one_that_runs() -> None:
    """There is a taak, and the course that runs goes on."""
    staat, _ = intrekken(halt(), "halt_verwijzing")
    eerste = besloten(staat, "halt_verwijzing").besluit
    assert eerste is not None
    staat, _ = besluit(staat, "halt_verwijzing", op=LATER)
    event = HaltAfloopOntvangen(
        zaak_id=zaak(staat).zaak_id,
        verwijzing_id=verwijzing_id_van(eerste),
        afloop=HaltAfloop.NEGATIEF,
        datum=date(2026, 9, 15),
    )
    na, _ = verwerk_bericht_van_halt(staat, event, LATER, beleid())
    assert ("lopend", True) == (zaak(na).feiten["halt_status"], "halt_afloop_beoordelen" in zaak(na).taken)


def test_a_referral_that_is_stopped_while_its_besluit_stands_goes_back_to_the_rules() -> None:
    """A consent was withdrawn: Halt does not run any more, and what follows is for the rules."""
    staat, _ = van_halt(halt(), HaltVerwijzingGestopt, was_aangeboden=True)
    assert "geen" == zaak(staat).feiten["halt_status"]
    assert "halt_gestopt" in wat(staat)


def test_a_new_referral_is_not_touched_by_the_old_one() -> None:
    """What Halt still says about the withdrawn one does not end the course that runs."""
    staat, _ = intrekken(halt(), "halt_verwijzing")
    oud = besloten(staat, "halt_verwijzing").besluit
    assert oud is not None
    staat, _ = besluit(staat, "halt_verwijzing", op=LATER)
    event = HaltVerwijzingGeweigerd(zaak_id=zaak(staat).zaak_id, verwijzing_id=verwijzing_id_van(oud), reden="CRITERIA")
    na, _ = verwerk_bericht_van_halt(staat, event, LATER, beleid())
    assert "lopend" == zaak(na).feiten["halt_status"]


def test_agreements_are_not_needed_to_withdraw() -> None:
    """A warning with agreements goes like any other."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    staat, _ = intrekken(na_besluit(staat, "officiele_waarschuwing", afspraken=(AFSPRAAK,)), "officiele_waarschuwing")
    assert "eerdere_afdoening" not in zaak(replace(staat)).feiten
