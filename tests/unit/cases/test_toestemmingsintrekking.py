"""Withdrawal of consent: what stops, what goes on, and who must be told."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import Besluitsoort, HaltAfloop, Verstrekkingsuitkomst
from contracts.envelope import EventData
from contracts.events.halt import HaltAfloopOntvangen
from contracts.events.privacy import ToestemmingIngetrokken
from contracts.events.zaken import BriefIngetrokken, HaltVerwijzingIngetrokken
from hub.errors import Ongeldig
from services.cases.decisions import verwerk_halt
from services.cases.grens.regel import Poort, Verstrekkingsregel
from services.cases.model import Dossier, Voorstelstatus, afgeleid_id
from services.cases.privacystand import Gever, Toestemmingstand
from services.cases.toestemmingen import HALT, rol_van, toestemmingsfeiten
from services.cases.toestemmingsintrekking import (
    TAAK,
    InformeerOntvanger,
    TrekToestemmingIn,
    informeer_ontvanger,
    trek_toestemming_in,
)
from services.cases.toestemmingsopdrachten import Waarover
from services.cases.toestemmingsoverzicht import overzicht
from services.cases.verstrekking import beoordeel_verstrekking
from tests.unit.cases.gevallen import boek
from tests.unit.cases.voorbeelden import (
    HALT_KAN,
    JONGERE,
    LPA,
    LPA_ELDERS,
    NU,
    beleid,
    besluit,
    dossier,
    met_feiten,
    met_melding,
    met_toestemming,
    na_besluit,
    over,
    soorten,
    te_laat,
    voorstellen,
    wat,
    zaak,
)
from tests.unit.cases.willekeurig import vaak

GEZONDHEID = ("gezondheidsgegevens", "school", "3.1a")
VANDAAG = NU.date()


def halt_kan(jaren: int = 15) -> Dossier:
    """An open voorstel for Halt of who became so old today."""
    geboren = VANDAAG.replace(year=VANDAAG.year - jaren)
    return met_feiten(met_melding(dossier(geboren), te_laat(13)), **HALT_KAN)


def trek_in(
    staat: Dossier,
    gever: Gever = Gever.JONGERE,
    waarover: tuple[str, str, str] = HALT,
    verstrekt: tuple[Verstrekkingsregel, ...] = (),
    op: datetime = NU,
    **velden: Any,
) -> tuple[Dossier, list[EventData]]:
    """A giver withdraws."""
    command = TrekToestemmingIn(**({"over": over(staat, waarover), "gever": gever, "medewerker": LPA} | velden))
    return trek_toestemming_in(staat, command, verstrekt, op, beleid())


def verstrekt(ontvanger: str, *elementen: str, **velden: Any) -> Verstrekkingsregel:
    """A line of the disclosure register."""
    basis: dict[str, Any] = {
        "verstrekking_id": UUID(int=1),
        "jongere_id": JONGERE,
        "zaak_id": None,
        "gemeente": "1924",
        "kenmerk": UUID(int=2),
        "ontvanger": ontvanger,
        "doel": "3.1a",
        "uitkomst": Verstrekkingsuitkomst.DOORLATEN,
        "poort": Poort.OPEN,
        "weigering": None,
        "gevraagd": elementen,
        "doorgelaten": elementen,
        "weggelaten": {},
        "vereist": (),
        "grondslag": "een artikel",
        "verwerking": "delen",
        "regels": (),
        "kanaal": "versleuteld_mfa",
        "protocol": "goeree-overflakkee@2018-01-01",
        "besloten_op": NU,
        "geldig_tot": NU + timedelta(seconds=1),
    }
    return Verstrekkingsregel(**(basis | velden))


# Halt: before the offer, during, after


@pytest.mark.parametrize("gever", [Gever.JONGERE, Gever.OUDERS, Gever.WETTELIJK_VERTEGENWOORDIGER])
def test_before_the_besluit_the_voorstel_lapses(gever: Gever) -> None:
    """The rules are asked again; nothing was under way."""
    staat = halt_kan()
    assert "halt_verwijzing" in voorstellen(staat)
    na, events = trek_in(staat, gever)
    assert "halt_verwijzing" in voorstellen(na, Voorstelstatus.VERVALLEN)
    assert "halt_verwijzing" not in voorstellen(na)
    assert {"toestemming-ingetrokken", "voorstel-gedaan"} >= set(soorten(events))
    assert not [e for e in events if isinstance(e, HaltVerwijzingIngetrokken | BriefIngetrokken)]


def test_a_referral_that_runs_is_stopped_with_its_letter() -> None:
    """The bridge hears which referral, `letters` which letter, and the zaak no longer runs at Halt."""
    voor = halt_kan()
    (voorstel,) = [v for v in zaak(voor).voorstellen.values() if v.uitkomst == "halt_verwijzing"]
    na, events = trek_in(na_besluit(voor, "halt_verwijzing"))
    besluit_id = afgeleid_id("besluit", voorstel.voorstel_id)
    zaak_id = zaak(na).zaak_id
    assert [
        HaltVerwijzingIngetrokken(
            zaak_id=zaak_id, verwijzing_id=afgeleid_id("halt", besluit_id), reden="toestemming_ingetrokken"
        ),
        BriefIngetrokken(zaak_id=zaak_id, brief_id=afgeleid_id("brief", voorstel.voorstel_id), briefsoort="halt_brief"),
    ] == [e for e in events if isinstance(e, HaltVerwijzingIngetrokken | BriefIngetrokken)]
    assert "geen" == zaak(na).feiten["halt_status"]
    assert "halt_ingetrokken" in wat(na)
    assert "halt_verwijzing" not in voorstellen(na)


@pytest.mark.parametrize("afloop", list(HaltAfloop))
def test_what_ended_at_halt_stays_as_it_is(afloop: HaltAfloop) -> None:
    """Earlier processing stays lawful: nothing is taken back (CONV-11.5, footnote 26)."""
    staat = na_besluit(halt_kan(), "halt_verwijzing")
    event = HaltAfloopOntvangen(zaak_id=zaak(staat).zaak_id, verwijzing_id=UUID(int=4), afloop=afloop, datum=VANDAAG)
    staat, _ = verwerk_halt(staat, event, NU, beleid())
    na, events = trek_in(staat)
    assert "toestemming-ingetrokken" == events[0].name
    assert not [e for e in events if isinstance(e, HaltVerwijzingIngetrokken | BriefIngetrokken)]
    assert zaak(staat).feiten["halt_status"] == zaak(na).feiten["halt_status"]


@pytest.mark.parametrize(("jaren", "stopt"), [(15, True), (16, False), (17, False)])
def test_ouders_stop_halt_as_long_as_their_consent_is_needed(jaren: int, stopt: bool) -> None:
    """From 16 on the jongere decides; that the ouders are against it is recorded (GO-R3B-2)."""
    na, events = trek_in(na_besluit(halt_kan(jaren), "halt_verwijzing"), Gever.OUDERS)
    assert stopt == any(isinstance(e, HaltVerwijzingIngetrokken) for e in events)
    assert ("geen" if stopt else "lopend") == zaak(na).feiten["halt_status"]
    assert Toestemmingstand.INGETROKKEN is na.privacy.toestemmingen[-1].stand


@pytest.mark.parametrize(
    ("dagen", "gever", "stopt"),
    [
        (0, Gever.JONGERE, True),
        (19, Gever.JONGERE, True),
        (20, Gever.JONGERE, True),
        (40, Gever.JONGERE, True),
        (19, Gever.OUDERS, False),
        (20, Gever.OUDERS, False),
    ],
)
def test_the_jongere_stops_halt_at_17_and_from_18_on(dagen: int, gever: Gever, stopt: bool) -> None:
    """A referral from before the eighteenth birthday (day 20) runs on after it; who agreed to it may take that back."""
    geboren = VANDAAG.replace(year=VANDAAG.year - 18) + timedelta(days=20)
    staat = na_besluit(met_feiten(met_melding(dossier(geboren), te_laat(13)), **HALT_KAN), "halt_verwijzing")
    line = verstrekt("halt", "naam", doel="halt")
    na, events = trek_in(staat, gever, verstrekt=(line,), op=NU + timedelta(days=dagen))
    (ingetrokken,) = [e for e in events if isinstance(e, ToestemmingIngetrokken)]
    assert (("halt",) if stopt else ()) == ingetrokken.ontvangers
    assert stopt == any(isinstance(e, HaltVerwijzingIngetrokken) for e in events)
    assert ("geen" if stopt else "lopend") == zaak(na).feiten["halt_status"]
    assert na.privacy.toestemmingen[-1].telt_niet is None


# Who must be told


def test_every_recipient_of_the_element_must_be_told() -> None:
    """A refusal is no disclosure; what rests on another element goes on."""
    staat = met_toestemming(halt_kan(16), Gever.JONGERE, GEZONDHEID)
    identity = staat.privacy.toestemmingen[-1].toestemming_id
    lijst = (
        verstrekt("school", "naam", "gezondheidsgegevens"),
        verstrekt("school", "gezondheidsgegevens"),
        verstrekt("jeugdhulpaanbieder", "gezondheidsgegevens"),
        verstrekt("casusoverleg", "naam", toestemmingen=(identity,)),
        verstrekt("swv", "naam"),
        verstrekt("cjg", "gezondheidsgegevens", uitkomst=Verstrekkingsuitkomst.GEWEIGERD),
    )
    na, events = trek_in(staat, Gever.JONGERE, GEZONDHEID, lijst)
    (ingetrokken,) = [e for e in events if isinstance(e, ToestemmingIngetrokken)]
    assert ("casusoverleg", "jeugdhulpaanbieder", "school") == ingetrokken.ontvangers
    assert ingetrokken.ontvangers == tuple(t.ontvanger for t in na.privacy.te_informeren)
    assert TAAK in zaak(na).taken


def test_halt_itself_is_told_when_it_got_the_referral() -> None:
    """The consent is about no element that stands in the register."""
    lijst = (verstrekt("halt", "naam", "geboortedatum", doel="halt"), verstrekt("school", "naam"))
    _, events = trek_in(na_besluit(halt_kan(), "halt_verwijzing"), Gever.JONGERE, HALT, lijst)
    assert ("halt",) == next(e.ontvangers for e in events if isinstance(e, ToestemmingIngetrokken))


def test_the_taak_stays_until_every_recipient_was_told() -> None:
    """CONV-11.5; the official may repeat what got no answer."""
    staat = met_toestemming(halt_kan(16), Gever.JONGERE, GEZONDHEID)
    lijst = (verstrekt("school", "gezondheidsgegevens"), verstrekt("swv", "gezondheidsgegevens"))
    staat, _ = trek_in(staat, Gever.JONGERE, GEZONDHEID, lijst)
    identity = staat.privacy.te_informeren[0].toestemming_id
    for ontvanger, klaar in (("school", False), ("school", False), ("swv", True), ("swv", True)):
        staat, events = informeer_ontvanger(staat, InformeerOntvanger(identity, ontvanger, LPA), NU, beleid())
        assert [] == events
        assert klaar == (TAAK not in zaak(staat).taken)
    assert 2 == wat(staat).count("ontvanger_geinformeerd")
    assert {LPA} == {t.gedaan_door for t in staat.privacy.te_informeren}


@pytest.mark.parametrize(
    ("toestemming", "ontvanger", "medewerker", "veld"),
    [(UUID(int=5), "school", LPA, "toestemming_id"), (None, "om", LPA, "ontvanger"), (None, "school", LPA_ELDERS,
                                                                                     "medewerker")],
)  # fmt: skip
def test_nobody_is_told_who_need_not_hear_of_it(
    toestemming: UUID | None, ontvanger: str, medewerker: str, veld: str
) -> None:
    """A typing error does not pass for a notice."""
    staat = met_toestemming(halt_kan(16), Gever.JONGERE, GEZONDHEID)
    staat, _ = trek_in(staat, Gever.JONGERE, GEZONDHEID, (verstrekt("school", "gezondheidsgegevens"),))
    identity = toestemming or staat.privacy.te_informeren[0].toestemming_id
    with pytest.raises(Ongeldig) as fout:
        informeer_ontvanger(staat, InformeerOntvanger(identity, ontvanger, medewerker), NU, beleid())
    assert veld == fout.value.veld


# Who may withdraw, and what is withdrawn


def test_the_same_withdrawal_again_changes_nothing() -> None:
    """The official repeats what got no answer."""
    na, _ = trek_in(na_besluit(halt_kan(), "halt_verwijzing"))
    assert (na, []) == trek_in(na)


def test_what_was_never_given_cannot_be_withdrawn() -> None:
    """A refusal or a question is no consent."""
    staat = met_melding(dossier(), te_laat(13))
    for leeg in (staat, met_toestemming(staat, Gever.JONGERE, gegeven=False)):
        with pytest.raises(Ongeldig, match="geen toestemming om in te trekken"):
            trek_in(leeg)


def test_who_has_no_say_and_gave_nothing_withdraws_nothing() -> None:
    """At 16 the ouders have no say about health data; at 15 the jongere has, also when only the ouders gave it."""
    staat = met_toestemming(halt_kan(16), Gever.JONGERE, GEZONDHEID)
    with pytest.raises(Ongeldig) as fout:
        trek_in(staat, Gever.OUDERS, GEZONDHEID)
    assert "gever" == fout.value.veld
    staat = met_toestemming(halt_kan(15), Gever.OUDERS, GEZONDHEID)
    na, _ = trek_in(staat, Gever.JONGERE, GEZONDHEID)
    assert "toestemming_ingetrokken" == overzicht(na, over(na, GEZONDHEID), VANDAAG, beleid())["ontbreekt"]["jongere"]


def test_who_gave_it_when_they_had_a_say_may_still_withdraw_and_nothing_stops() -> None:
    """The ouders of who became 16: their consent did not count any more."""
    staat = met_toestemming(met_toestemming(halt_kan(15), Gever.OUDERS, GEZONDHEID), Gever.JONGERE, GEZONDHEID)
    jaar_later = NU + timedelta(days=366)
    na, events = trek_in(staat, Gever.OUDERS, GEZONDHEID, (verstrekt("school", "gezondheidsgegevens"),), op=jaar_later)
    assert () == next(e.ontvangers for e in events if isinstance(e, ToestemmingIngetrokken))
    assert na.privacy.toestemmingen[-1].telt_niet is None, "who gave it may take it back"
    assert overzicht(na, over(na, GEZONDHEID), jaar_later.date(), beleid())["compleet"]


def test_a_withdrawal_holds_in_every_zaak_in_which_it_was_given() -> None:
    """Somebody who says stop does not name a zaak."""
    staat = met_toestemming(halt_kan(16), Gever.JONGERE, GEZONDHEID)
    een = zaak(staat)
    ander = een.met(zaak_id=UUID(int=8))
    elders = staat.privacy.toestemmingen[-1].model_copy(
        update={"zaak_id": ander.zaak_id, "toestemming_id": UUID(int=9)}
    )
    privacy = staat.privacy.model_copy(update={"toestemmingen": (*staat.privacy.toestemmingen, elders)})
    staat = replace(staat, zaken={**staat.zaken, ander.zaak_id: ander}, privacy=privacy)
    command = TrekToestemmingIn(Waarover(een.zaak_id, *GEZONDHEID), Gever.JONGERE, LPA)
    na, events = trek_toestemming_in(staat, command, (), NU, beleid())
    assert 2 == sum(isinstance(e, ToestemmingIngetrokken) for e in events)
    assert {een.zaak_id, ander.zaak_id} == {
        t.zaak_id for t in na.privacy.toestemmingen if t.stand is Toestemmingstand.INGETROKKEN
    }


# Always

GEBOREN = date(2010, 9, 15)  # becomes 16 tomorrow
ZEGT = st.tuples(st.sampled_from(Gever), st.sampled_from(["ja", "nee", "in"]), st.integers(0, 2))


def _zeg(staat: Dossier, gever: Gever, wat_: str, op: datetime) -> Dossier:
    try:
        if wat_ == "in":
            return trek_in(staat, gever, GEZONDHEID, op=op)[0]
        return met_toestemming(staat, gever, GEZONDHEID, gegeven=wat_ == "ja", op=op)
    except Ongeldig:
        return staat


def _geldig(staat: Dossier, op: date) -> bool:
    """What the border would let through on that day."""
    feiten = {
        "geboortedatum": GEBOREN, "as_of": op, "verstrekker": "gemeente", "ontvanger": "school", "doel": "3.1a",
        "elementen": ["gezondheidsgegevens"], "duo_melding": True, "ongeoorloofde_uren_4_lesweken": 20,
        "vooraf_geinformeerd": True, "kanaal": "versleuteld_mfa",
    } | toestemmingsfeiten(staat.privacy, GEBOREN, op, zaak_id=zaak(staat).zaak_id, doel="3.1a")  # fmt: skip
    protocol = boek().geldig("goeree-overflakkee", op)
    antwoord = beoordeel_verstrekking(protocol, boek().feiten.lees(feiten, "verstrekking"), op)
    return "gezondheidsgegevens" in antwoord.doorgelaten


@vaak(150)
@given(st.lists(ZEGT, max_size=8))
def test_no_consent_outlives_its_withdrawal(gezegd: list[tuple[Gever, str, int]]) -> None:
    """Whatever was said: it is valid only if each required giver said yes after their last withdrawal or refusal.

    Over a sixteenth birthday: until then ouders and jongere, from then on the jongere alone.
    """
    staat, op = met_melding(dossier(GEBOREN), te_laat(13)), datetime(2026, 9, 14, 8, tzinfo=UTC)  # maandag
    laatste: dict[str, Toestemmingstand] = {}
    for gever, wat_, dagen in gezegd:
        op += timedelta(days=dagen, minutes=1)
        ervoor = len(staat.privacy.toestemmingen)
        staat = _zeg(staat, gever, wat_, op)
        for regel in staat.privacy.toestemmingen[ervoor:]:
            laatste[rol_van(regel.gever)] = Toestemmingstand.GEWEIGERD if regel.telt_niet else regel.stand
        assert all(laatste.get(rol) is Toestemmingstand.GEGEVEN for rol in _nodig(op.date())) == _geldig(
            staat, op.date()
        )
        if laatste.get(rol_van(gever)) is Toestemmingstand.INGETROKKEN:
            for dag in (op.date() + timedelta(days=later) for later in range(3)):
                assert rol_van(gever) not in _nodig(dag) or not _geldig(staat, dag)


def _nodig(dag: date) -> set[str]:
    return {"jongere"} if dag >= date(2026, 9, 15) else {"jongere", "ouder"}


@pytest.mark.parametrize(
    ("gevers", "mag"), [((), False), ((Gever.JONGERE,), False), ((Gever.JONGERE, Gever.OUDERS), True)]
)
def test_nobody_is_referred_without_the_consents_of_that_moment(gevers: tuple[Gever, ...], mag: bool) -> None:
    """Not when an official decides otherwise than was proposed either: the rules did not look at it then."""
    feiten = {naam: waarde for naam, waarde in HALT_KAN.items() if not naam.startswith("toestemming")}
    staat = met_feiten(met_melding(dossier(), te_laat(13)), **(feiten | {"verwijtbaar": "ouder"}))
    for gever in gevers:
        staat = met_toestemming(staat, gever)
    (uitkomst, *_) = voorstellen(staat)
    anders = {"soort": Besluitsoort.AFWIJKEN, "in_plaats": "halt_verwijzing", "motivering": "past beter"}
    if mag:
        assert "halt-verwijzing-besloten" in soorten(besluit(staat, uitkomst, **anders)[1])
    else:
        with pytest.raises(Ongeldig) as fout:
            besluit(staat, uitkomst, **anders)
        assert "toestemming" == fout.value.veld
