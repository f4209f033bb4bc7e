"""What happens to zaken by itself: a move, a birthday, a merge, a gemeente that goes."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.codes import Besluitsoort, Zaaksoort
from contracts.events.personen import (
    JongereOpgegaan,
    JongereOverleden,
    JongereVerhuisd,
    JongereVertrokken,
    PersoonslijstAfgevoerd,
    Vertreksoort,
)
from contracts.events.verzuim import StartkwalificatieGewijzigd, VerzuimmeldingIngetrokken, VerzuimmeldingOvergedragen
from hub.messages import Message
from services.cases.besluiten import NeemBesluit, StelFeitenVast
from services.cases.decisions import herbeoordeel
from services.cases.handlers import handlers
from services.cases.leeftijd import ToetsLeeftijd
from services.cases.levenshandlers import Doorgegeven, lees_door
from services.cases.model import Dossier, Voorbereid, Voorstelstatus
from services.cases.register import Registerblad
from services.cases.samenvoegen import NeemZakenOver, neem_over
from services.cases.verhuizing import SCHOOLHISTORIE, mee_te_geven
from tests.unit.cases.leven import ANDER, BUITEN, POLDER, doe, open_zaken, verhuisd
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    GESPREK,
    JONGERE,
    LPA,
    NU,
    beleid,
    dossier,
    met_melding,
    soorten,
    te_laat,
    voorstel,
    voorstellen,
    zaak,
    zestien_uur,
)

# A move


def test_what_goes_along_is_a_whitelist() -> None:
    """Every fact there is, and everything else a zaak can hold, with a protocol that lets schoolhistorie go."""
    alles = dict.fromkeys(beleid().protocollen.feiten.definities, "x") | {"zorgleerling": True}
    vol = zaak(met_melding(dossier(), zestien_uur())).met(feiten=alles, taken=("x",), verwant=(ANDER,))
    polder = beleid().protocol(POLDER, NU.date())
    eiland = beleid().protocol(GEMEENTE, NU.date())
    assert {"actief_dossier", *SCHOOLHISTORIE} == set(mee_te_geven(vol, polder).feiten)
    assert {"actief_dossier": True} == mee_te_geven(vol, eiland).feiten == mee_te_geven(vol, None).feiten
    gewoon = vol.met(feiten=alles | {"zorgleerling": False})
    assert {"actief_dossier": True} == mee_te_geven(gewoon, polder).feiten
    assert {"zaaksoort", "schooljaar", "voortgezet_uit", "feiten"} == set(mee_te_geven(vol, polder).__slots__)
    gevoelig = ("halt", "pv", "svb", "hulp", "gezond", "medisch", "toestemming", "oordeel", "gesprek", "ziek")
    assert not [n for n in SCHOOLHISTORIE if any(g in n for g in gevoelig)]


def test_a_move_ends_the_zaak_here_and_opens_one_there() -> None:
    """Events are of the gemeente of their zaak; the new zaak has nothing but what may go along."""
    staat = met_melding(dossier(), zestien_uur())
    een = zaak(staat)
    staat = doe(staat, StelFeitenVast(een.zaak_id, LPA, {"oordeel": "ongeoorloofd", "toereikende_hulp": False}))[0]
    message = Message(JONGERE, POLDER, verhuisd(), prepared=Voorbereid(Registerblad()))
    outcome = handlers(beleid())[JongereVerhuisd](staat, message, NU)
    (nieuw,) = open_zaken(outcome.state)
    assert (POLDER, een.zaak_id, {}, {"actief_dossier": True}) == (
        nieuw.gemeente,
        nieuw.voortgezet_uit,
        nieuw.meldingen,
        dict(nieuw.feiten),
    )
    oud = outcome.state.zaken[een.zaak_id]
    assert ("verhuisd", True) == (oud.afsluitreden, "overdracht_nieuwe_gemeente" in oud.taken)
    waar = {e.name: outcome.gemeente_of(e, POLDER) for e in outcome.events}
    assert (GEMEENTE, GEMEENTE, POLDER) == (waar["zaak-afgesloten"], waar["zaak-overgedragen"], waar["zaak-geopend"])
    assert [] == doe(outcome.state, verhuisd())[1]
    # DUO tells the melding to the new gemeente: it comes into the new zaak
    na, _ = doe(outcome.state, zestien_uur(), gemeente=POLDER)
    assert ["1"] == list(na.zaken[nieuw.zaak_id].meldingen)
    assert 1 == len(open_zaken(na))


def test_a_move_out_of_the_region_leaves_a_task_and_coming_back_goes_on() -> None:
    """Within the schooljaar the zaak of before opens again; nothing was doubled."""
    staat, events = doe(met_melding(dossier(), zestien_uur()), verhuisd(BUITEN))
    assert [None] == [e.nieuwe_zaak_id for e in events if e.name == "zaak-overgedragen"]  # type: ignore[attr-defined]
    assert [] == open_zaken(staat)
    heen, _ = doe(met_melding(dossier(), zestien_uur()), verhuisd())
    terug, events = doe(heen, verhuisd(GEMEENTE, POLDER))
    assert "zaak-heropend" in soorten(events)
    assert [GEMEENTE] == [z.gemeente for z in open_zaken(terug)]
    assert 2 == len(terug.zaken)


def test_a_herindeling_is_no_move() -> None:
    """The zaak goes along with its gemeente, open and with all it holds."""
    staat = met_melding(dossier(), zestien_uur())
    na, events = doe(staat, verhuisd(herindeling=True))
    assert (POLDER, zaak(staat).meldingen, True) == (zaak(na).gemeente, zaak(na).meldingen, zaak(na).is_open)
    assert not {"zaak-afgesloten", "zaak-overgedragen"} & set(soorten(events))


@pytest.mark.parametrize("soort", [*Vertreksoort, None])
def test_only_emigration_ends_a_zaak(soort: Vertreksoort | None) -> None:
    """After any other departure somebody finds out where the jongere is; a closed zaak stays as it is."""
    staat = met_melding(dossier(), te_laat(9, 1), zestien_uur(2))
    staat, _ = doe(staat, VerzuimmeldingIngetrokken(meldingsnummer="1", laatste_mutatie=NU.replace(tzinfo=None)))
    dicht, los = staat.zaken
    na, _ = doe(staat, JongereVertrokken(vertreksoort=soort))
    weg = soort is Vertreksoort.EMIGRATIE
    assert (weg, not weg) == (na.zaken[los].afsluitreden == "vertrokken", "verblijf_onderzoeken" in na.zaken[los].taken)
    assert staat.zaken[dicht] == na.zaken[dicht]


def test_a_persoonslijst_that_was_wrong_says_nothing_of_the_person() -> None:
    """The zaak stays open with a task, once."""
    staat, _ = doe(met_melding(dossier(), te_laat(9)), PersoonslijstAfgevoerd())
    assert (True, 1) == (zaak(staat).is_open, zaak(staat).taken.count("persoonslijst_uitzoeken"))
    assert zaak(staat).taken == zaak(doe(staat, PersoonslijstAfgevoerd())[0]).taken


# Age and startkwalificatie

DAG_VOOR, DAG, DAG_NA = (datetime(2026, 9, d, 8, tzinfo=UTC) for d in (20, 21, 22))


@pytest.mark.parametrize(("op", "toets"), [(DAG_VOOR, False), (DAG, True), (DAG_NA, True)])
def test_enforcement_stops_on_the_eighteenth_birthday(op: datetime, toets: bool) -> None:
    """Not the day before; once, also when the clock comes late; RMC goes on without oordeel or measure."""
    staat, _ = doe(dossier(date(2008, 9, 21)), zestien_uur())
    een = zaak(staat)
    assert date(2026, 9, 21) == een.leeftijdstoets
    staat, _ = doe(staat, StelFeitenVast(een.zaak_id, LPA, {"oordeel": "ongeoorloofd"}))
    na, events = doe(staat, ToetsLeeftijd(een.zaak_id), op)
    assert toets == (na.zaken[een.zaak_id].afsluitreden == "leeftijd_bereikt")
    assert [] == doe(na, ToetsLeeftijd(een.zaak_id), op)[1]
    if not toets:
        assert (staat, []) == (na, events)
        return
    (rmc,) = open_zaken(na)
    assert (Zaaksoort.RMC, een.zaak_id, date(2031, 9, 21)) == (rmc.zaaksoort, rmc.voortgezet_uit, rmc.leeftijdstoets)
    assert "oordeel" not in rmc.feiten
    assert ["rmc_begeleiding"] == [v.uitkomst for v in rmc.voorstellen.values()]


@pytest.mark.parametrize("feit", [{"halt_status": "lopend"}, {"pv_besluit": True}])
def test_what_runs_at_eighteen_is_for_a_human_to_end(feit: dict[str, Any]) -> None:
    """Nothing is proposed any more, and a task waits."""
    staat, _ = doe(dossier(date(2008, 9, 21)), zestien_uur())
    een = zaak(staat)
    staat = replace(staat, zaken={een.zaak_id: een.met(feiten=feit)})
    na, _ = doe(staat, ToetsLeeftijd(een.zaak_id), DAG)
    assert (True, []) == (zaak(na).is_open, voorstellen(na))
    assert "lopende_handhaving_afronden" in zaak(na).taken


def test_a_startkwalificatie_ends_kwalificatieplicht_and_not_leerplicht() -> None:
    """Told twice it ends nothing twice."""
    event = StartkwalificatieGewijzigd(startkwalificatie=True)
    zeventien, _ = doe(dossier(date(2009, 3, 1)), zestien_uur())
    na, events = doe(zeventien, event)
    assert ("startkwalificatie_behaald", "zaak-afgesloten") == (zaak(na).afsluitreden, events[-1].name)
    assert [] == doe(na, event)[1]
    vijftien, _ = doe(dossier(), zestien_uur())
    assert zaak(doe(vijftien, event)[0]).is_open


def test_a_zaak_of_somebody_of_age_has_no_birthday_to_wait_for() -> None:
    """Nor one of whom the birthday is not known, until it is."""
    assert zaak(doe(dossier(date(2008, 9, 14)), zestien_uur())[0]).leeftijdstoets is None
    assert zaak(doe(dossier(None), zestien_uur())[0]).leeftijdstoets is None


# Two numbers of one person


def _opgegaan(oud: Dossier) -> Dossier:
    return doe(oud, JongereOpgegaan(in_jongere_id=JONGERE))[0]


def test_zaken_go_on_under_the_number_that_remains() -> None:
    """With number, besluiten and termijnen; a second take-over finds nothing to do."""
    oud = replace(met_melding(dossier(), zestien_uur()), jongere_id=ANDER)
    een = voorstel(oud, "lpa_uitnodiging_1")
    oud, _ = doe(oud, NeemBesluit(een.voorstel_id, Besluitsoort.AKKOORD, LPA, gesprek_op=GESPREK))
    weg = _opgegaan(oud)
    assert "samengevoegd" == zaak(weg).afsluitreden
    (door,) = weg.door
    assert (JONGERE, NeemZakenOver(ANDER)) == (door.naar, lees_door(door))
    na, events = doe(dossier(), NeemZakenOver(ANDER), prepared=weg)
    assert (True, zaak(oud).termijnen, (ANDER,)) == (zaak(na).is_open, zaak(na).termijnen, na.overgenomen_van)
    assert zaak(oud).uitgevoerd == zaak(na).uitgevoerd
    assert "zaak-samengevoegd" == events[0].name
    assert na.zaken == neem_over(na, weg, NU, beleid())[0].zaken


def test_two_open_zaken_of_one_kind_become_one() -> None:
    """Nothing is doubled: of what both have, that of the number that remains; open voorstellen are asked anew."""
    oud = _opgegaan(replace(met_melding(dossier(), te_laat(9, 1), te_laat(12, 2)), jongere_id=ANDER))
    hier = met_melding(dossier(), te_laat(10, 2), te_laat(3, 3))
    na, events = doe(hier, NeemZakenOver(ANDER), prepared=oud)
    (een,) = open_zaken(na)
    assert ({"1": 9, "2": 10, "3": 3}) == {n: m.aantal_te_laat for n, m in een.meldingen.items()}
    (rest,) = (z for z in na.zaken.values() if not z.is_open)
    assert ({}, {}, een.zaak_id) == (rest.meldingen, rest.voorstellen, rest.samengevoegd_in)
    assert een == na.levend(rest.zaak_id)
    assert 1 == sum(v.status is Voorstelstatus.OPEN for v in een.voorstellen.values())
    assert "zaak-samengevoegd" in soorten(events)


def test_what_still_comes_for_the_old_number_is_handed_on() -> None:
    """And handled there once: its row goes with the effect."""
    weg = replace(_opgegaan(replace(met_melding(dossier(), te_laat(9)), jongere_id=ANDER)), door=())
    na, events = doe(weg, te_laat(12, 2))
    (door,) = na.door
    assert ([], weg.zaken) == (events, na.zaken)
    hier, _ = doe(dossier(), Doorgegeven(5, NeemZakenOver(ANDER)), prepared=weg)
    hier, _ = doe(hier, Doorgegeven(6, lees_door(door)))
    assert ((5, 6), {"1", "2"}) == (hier.afgehandeld, set(zaak(hier).meldingen))


def test_a_melding_that_duo_already_gave_the_other_number_is_not_doubled() -> None:
    """Whichever of the two is heard first."""
    oud = met_melding(replace(dossier(), jongere_id=ANDER), te_laat(9))
    weg_eerst, _ = doe(oud, VerzuimmeldingOvergedragen(meldingsnummer="1", naar_jongere_id=JONGERE))
    for bron, hier in ((_opgegaan(weg_eerst), dossier()), (_opgegaan(oud), met_melding(dossier(), te_laat(9)))):
        na, _ = doe(hier, NeemZakenOver(ANDER), prepared=bron)
        na, _ = doe(na, te_laat(9))
        assert [["1"]] == [[m.meldingsnummer for m in z.geldige_meldingen()] for z in open_zaken(na)]


# Other ends


def test_a_zaak_of_a_gemeente_that_is_no_longer_served_is_left_alone() -> None:
    """Nothing is asked and nothing raised: it must not park what comes."""
    een = zaak(met_melding(dossier(), te_laat(9))).met(gemeente=BUITEN)
    staat = Dossier(JONGERE, dossier().geboortedatum, zaken={een.zaak_id: een})
    assert (staat, []) == herbeoordeel(staat, een.zaak_id, NU, beleid())
    assert "overleden" == zaak(doe(staat, JongereOverleden())[0]).afsluitreden
