"""Who may ask what at which age, in how much time, and on what a request may be refused."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from contracts.codes import Besluitsoort
from contracts.events.privacy import BezwaarGemaakt, RectificatieGemeld, VerwerkingBeperkt, VerwerkingHervat
from hub.errors import Ongeldig
from hub.messages import Message
from services.cases.besluiten import NeemBesluit
from services.cases.handlers import handlers
from services.cases.model import Dossier
from services.cases.privacystand import Gever, Privacystand, Toestemming, Toestemmingstand
from services.cases.rechten import (
    BeperkVerwerking,
    BesluitVerzoek,
    HervatVerwerking,
    OpenVerzoek,
    VerlengVerzoek,
    beperk_verwerking,
    besluit_verzoek,
    hervat_verwerking,
    open_verzoek,
    verleng_verzoek,
)
from services.cases.rechtendienst import termijnstand
from services.cases.rechtenstand import (
    Beperkingsreden,
    Hervatreden,
    Recht,
    Rechtenverzoek,
    Rectificatiesoort,
    Taaksoort,
    Verzoeker,
    Verzoekuitkomst,
    Weigeringsgrond,
)
from services.cases.rectificatie import (
    MeldRectificatie,
    Rectificeer,
    RondTaakAf,
    meld_rectificatie,
    rectificeer,
    rond_taak_af,
)
from services.cases.uitvoering import brief_id_van
from tests.unit.cases.voorbeelden import (
    ADMINISTRATIE,
    GEMEENTE,
    HALT_KAN,
    LPA,
    LPA_ELDERS,
    NU,
    beleid,
    dossier,
    met_feiten,
    met_melding,
    te_laat,
    voorstel,
    zaak,
    zestien_uur,
)

VANDAAG = date(2026, 9, 14)  # maandag
NIET_BEVOEGD, NIET_VAN_TOEPASSING = Weigeringsgrond.NIET_BEVOEGD_VERZOEKER, Weigeringsgrond.RECHT_NIET_VAN_TOEPASSING


def gevraagd(
    staat: Dossier, soort: Recht = Recht.INZAGE, verzoeker: Verzoeker = Verzoeker.JONGERE, **velden: Any
) -> Dossier:
    """The dossier after a request."""
    basis: dict[str, Any] = {"ontvangen_op": VANDAAG, "gemeente": GEMEENTE, "medewerker": LPA, "kenmerk": "1"}
    return open_verzoek(staat, OpenVerzoek(soort, verzoeker, **(basis | velden)), NU, beleid())[0]


def het_verzoek(staat: Dossier) -> Rechtenverzoek:
    """The only request."""
    (een,) = staat.privacy.rechten.verzoeken
    return een


def geboren(jaren: int, dagen: int = 0) -> date:
    """The day of birth of somebody who becomes `jaren` so many days after today."""
    return date(VANDAAG.year - jaren, VANDAAG.month, VANDAAG.day) + timedelta(days=dagen)


@pytest.mark.parametrize(
    ("geboortedatum", "ouder", "jongere"),
    [
        (geboren(12, 1), None, NIET_BEVOEGD),  # 11, tomorrow 12
        (geboren(12), None, None),
        (geboren(12, -1), None, None),
        (geboren(16, 1), None, None),
        (geboren(16), NIET_BEVOEGD, None),
        (geboren(16, -1), NIET_BEVOEGD, None),
        (geboren(18, 1), NIET_BEVOEGD, None),
        (geboren(18), NIET_BEVOEGD, None),
        (geboren(18, -1), NIET_BEVOEGD, None),
    ],
)
def test_who_may_ask_hangs_on_the_age(
    geboortedatum: date, ouder: Weigeringsgrond | None, jongere: Weigeringsgrond | None
) -> None:
    """Below, at and above 12, 16 and 18: CONV-13.0. The request is recorded all the same; a human decides."""
    for verzoeker, verwacht in ((Verzoeker.OUDER, ouder), (Verzoeker.JONGERE, jongere)):
        for soort in (Recht.INZAGE, Recht.RECTIFICATIE, Recht.BEPERKING, Recht.BEZWAAR, Recht.WISSING):
            assert verwacht is het_verzoek(gevraagd(dossier(geboortedatum), soort, verzoeker)).oordeel


def test_portability_asks_for_data_given_on_consent() -> None:
    """CONV-13.1d: without a consent the right does not apply."""
    gegeven = Toestemming(
        toestemming_id=UUID(int=9), element="naam_behandelaar", ontvanger="halt", doel="halt", gever=Gever.JONGERE,
        stand=Toestemmingstand.GEGEVEN, op=NU, schriftelijk=True, vastgelegd_door=LPA,
    )  # fmt: skip
    met = replace(dossier(), privacy=Privacystand(toestemmingen=(gegeven,)))
    assert NIET_VAN_TOEPASSING is het_verzoek(gevraagd(dossier(), Recht.PORTABILITEIT)).oordeel
    assert het_verzoek(gevraagd(met, Recht.PORTABILITEIT)).oordeel is None


@pytest.mark.parametrize(
    ("ontvangen", "uiterlijk", "verlengd"),
    [
        (date(2026, 9, 14), date(2026, 10, 14), date(2026, 12, 14)),
        (date(2026, 8, 31), date(2026, 9, 30), date(2026, 11, 30)),
        (date(2026, 1, 31), date(2026, 2, 28), date(2026, 4, 28)),
    ],
)
def test_a_request_is_decided_in_a_month_or_three(ontvangen: date, uiterlijk: date, verlengd: date) -> None:
    """CONV-13.2; AVG art. 12 lid 3. On the last day it can still be extended, a day later not."""
    staat = gevraagd(dossier(), ontvangen_op=ontvangen)
    een = het_verzoek(staat)
    assert uiterlijk == een.uiterlijk
    command = VerlengVerzoek(een.verzoek_id, LPA, "het gaat om veel gegevens")
    laatste = datetime(uiterlijk.year, uiterlijk.month, uiterlijk.day, 12, tzinfo=UTC)
    na, _ = verleng_verzoek(staat, command, laatste, beleid())
    assert verlengd == het_verzoek(na).uiterlijk
    assert na == verleng_verzoek(na, command, laatste, beleid())[0]
    with pytest.raises(Ongeldig, match="al eens"):
        verleng_verzoek(na, replace(command, reden="nog langer"), laatste, beleid())
    with pytest.raises(Ongeldig, match="eerste termijn"):
        verleng_verzoek(staat, command, laatste + timedelta(days=1), beleid())
    with pytest.raises(Ongeldig, match="reden"):
        verleng_verzoek(staat, replace(command, reden=" "), laatste, beleid())


@pytest.mark.parametrize(("dagen", "verwacht"), [(8, ""), (7, "nadert"), (1, "nadert"), (0, "nadert"), (-1, "te laat")])
def test_a_list_tells_how_a_term_stands(dagen: int, verwacht: str) -> None:
    """From a week before the last day; too late from the day after it."""
    assert verwacht == termijnstand(VANDAAG + timedelta(days=dagen), VANDAAG)


def test_a_refusal_has_a_ground_that_fits_and_says_why() -> None:
    """Granting needs neither; deciding the same again changes nothing, otherwise it is refused."""
    staat = gevraagd(dossier())
    weiger = BesluitVerzoek(
        het_verzoek(staat).verzoek_id, Verzoekuitkomst.AFGEWEZEN, LPA, "raakt een ander", Weigeringsgrond.TOEZICHT
    )
    na, _ = besluit_verzoek(staat, weiger, NU, beleid())
    besluit = het_verzoek(na).besluit
    assert besluit is not None
    assert besluit.grond is Weigeringsgrond.TOEZICHT
    assert na == besluit_verzoek(na, weiger, NU, beleid())[0]
    for fout in (
        replace(weiger, grond=None),
        replace(weiger, motivering=" "),
        replace(weiger, grond=NIET_BEVOEGD),
        replace(weiger, grond=Weigeringsgrond.DWINGENDE_GRONDEN),
        replace(weiger, medewerker=ADMINISTRATIE),
        replace(weiger, medewerker=LPA_ELDERS),
        replace(weiger, verzoek_id=UUID(int=0)),
        replace(weiger, uitkomst=Verzoekuitkomst.TOEGEWEZEN),
    ):
        with pytest.raises(Ongeldig):
            besluit_verzoek(staat, fout, NU, beleid())
    with pytest.raises(Ongeldig, match="al afgewezen"):
        besluit_verzoek(na, replace(weiger, uitkomst=Verzoekuitkomst.TOEGEWEZEN, grond=None), NU, beleid())


def test_a_request_is_recorded_once_and_not_of_the_dead_or_from_the_future() -> None:
    """Who recorded it must be of the gemeente."""
    staat = gevraagd(dossier())
    assert staat == gevraagd(staat)
    for velden in (
        {"ontvangen_op": VANDAAG + timedelta(days=1)},
        {"medewerker": LPA_ELDERS},
        {"ontvanger": "school"},
        {"gemeente": "9999"},
    ):
        with pytest.raises(Ongeldig):
            gevraagd(dossier(), **velden)
    with pytest.raises(Ongeldig, match="ontvanger"):
        gevraagd(dossier(), Recht.BEZWAAR, ontvanger="niemand")
    with pytest.raises(Ongeldig, match="overleden"):
        gevraagd(replace(dossier(), overleden=True))


def test_a_second_request_on_the_same_day_is_not_the_first() -> None:
    """Of the other ouder, or after the first was decided; a kenmerk that is used for another one is refused."""
    een = gevraagd(dossier(), Recht.RECTIFICATIE, Verzoeker.OUDER, toelichting="naam klopt niet")
    besluit = BesluitVerzoek(het_verzoek(een).verzoek_id, Verzoekuitkomst.TOEGEWEZEN, LPA, "ok")
    een, _ = besluit_verzoek(een, besluit, NU, beleid())
    twee = gevraagd(een, Recht.RECTIFICATIE, Verzoeker.OUDER, kenmerk="2", toelichting="adres klopt niet")
    assert [True, False] == [v.besluit is not None for v in twee.privacy.rechten.verzoeken]
    assert 3 == len(gevraagd(twee, Recht.RECTIFICATIE, Verzoeker.OUDER, kenmerk="3").privacy.rechten.verzoeken)
    for anders in ({"toelichting": "adres klopt niet"}, {"verzoeker": Verzoeker.JONGERE}, {"soort": Recht.WISSING}):
        with pytest.raises(Ongeldig, match="ander verzoek"):
            gevraagd(een, **{"soort": Recht.RECTIFICATIE, "verzoeker": Verzoeker.OUDER} | anders)
    with pytest.raises(Ongeldig, match="kenmerk"):
        gevraagd(dossier(), kenmerk=" ")


def test_a_bezwaar_holds_up_disclosure_until_a_human_weighed_it() -> None:
    """It is said on the bus, and what is about something else goes on."""
    command = OpenVerzoek(Recht.BEZWAAR, Verzoeker.JONGERE, VANDAAG, GEMEENTE, LPA, "1", ontvanger="school")
    staat, events = open_verzoek(dossier(), command, NU, beleid())
    een = het_verzoek(staat)
    assert [BezwaarGemaakt(bezwaar_id=een.verzoek_id, ontvanger="school")] == events
    assert ("bezwaar", None) == tuple(staat.privacy.tegengehouden(o, "3.1a") for o in ("school", "halt"))
    afwijzing = BesluitVerzoek(
        een.verzoek_id, Verzoekuitkomst.AFGEWEZEN, LPA, "school moet dit weten", Weigeringsgrond.DWINGENDE_GRONDEN
    )
    assert besluit_verzoek(staat, afwijzing, NU, beleid())[0].privacy.tegengehouden("school", "3.1a") is None


BEPERK = BeperkVerwerking(Beperkingsreden.JUISTHEID_BETWIST, GEMEENTE, LPA)
HERVAT = HervatVerwerking(Hervatreden.JUISTHEID_NAGEGAAN, VANDAAG, GEMEENTE, LPA)


def test_while_restricted_no_besluit_takes_effect() -> None:
    """No letter, no Halt; refusing and storing go on, and after lifting it everything does."""
    staat = met_feiten(met_melding(dossier(), te_laat(13)), **HALT_KAN)
    beperkt, events = beperk_verwerking(staat, BEPERK, NU, beleid())
    assert [VerwerkingBeperkt(reden="juistheid_betwist")] == events
    assert (beperkt, []) == beperk_verwerking(beperkt, BEPERK, NU, beleid())
    neem = handlers(beleid())[NeemBesluit]
    akkoord = NeemBesluit(voorstel(staat, "halt_verwijzing").voorstel_id, Besluitsoort.AKKOORD, LPA)
    with pytest.raises(Ongeldig, match="alleen opslaan"):
        neem(beperkt, Message(staat.jongere_id, GEMEENTE, akkoord), NU)
    afwijzen = replace(akkoord, soort=Besluitsoort.AFWIJZEN, motivering="eerst uitzoeken")
    assert neem(beperkt, Message(staat.jongere_id, GEMEENTE, afwijzen), NU).events
    met_melding(beperkt, te_laat(14, 2))
    hervat, events = hervat_verwerking(beperkt, HERVAT, NU, beleid())
    assert [VerwerkingHervat(reden="juistheid_nagegaan")] == events
    assert (hervat, []) == hervat_verwerking(hervat, HERVAT, NU, beleid())
    assert neem(hervat, Message(staat.jongere_id, GEMEENTE, akkoord), NU).events


@pytest.mark.parametrize(("dagen", "mag"), [(-1, False), (0, True), (3, True), (4, False)])
def test_a_restriction_is_lifted_after_the_betrokkene_was_told(dagen: int, mag: bool) -> None:
    """AVG art. 18 lid 3: between the day it began and today, three days later."""
    beperkt, _ = beperk_verwerking(dossier(), BEPERK, NU, beleid())
    command, later = replace(HERVAT, geinformeerd_op=VANDAAG + timedelta(days=dagen)), NU + timedelta(days=3)
    if mag:
        assert hervat_verwerking(beperkt, command, later, beleid())[0].privacy.beperkt_sinds is None
    else:
        with pytest.raises(Ongeldig, match="licht eerst"):
            hervat_verwerking(beperkt, command, later, beleid())


def correctie(staat: Dossier, **velden: Any) -> Rectificeer:
    """Whether a jongere has help already was recorded wrongly."""
    basis: dict[str, Any] = {
        "rectificatie_id": UUID(int=7),
        "soort": Rectificatiesoort.FEIT,
        "element": "jeugdhulp_betrokken_feit",
        "onderwerp": "oordeel",
        "gemeente": GEMEENTE,
        "medewerker": LPA,
        "reden": "er was een geldige reden",
        "zaak_id": zaak(staat).zaak_id,
        "waarde": "geoorloofd",
    }
    return Rectificeer(**(basis | velden))


def test_a_corrected_fact_is_judged_again_and_the_old_value_is_gone() -> None:
    """The official warning that rested on it lapses; doing it twice changes nothing."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    voorstel(staat, "officiele_waarschuwing")
    na, _ = rectificeer(staat, correctie(staat), NU, beleid())
    assert "geoorloofd" == zaak(na).feiten["oordeel"]
    with pytest.raises(ValueError, match="not enough values"):
        voorstel(na, "officiele_waarschuwing")
    assert "ongeoorloofd" not in na.privacy.model_dump_json()
    assert (na, []) == rectificeer(na, correctie(staat), NU, beleid())
    weg, _ = rectificeer(staat, correctie(staat, waarde=None), NU, beleid())
    assert "oordeel" not in zaak(weg).feiten


def test_a_correction_that_does_not_fit_changes_nothing() -> None:
    """Unknown zaak, fact, element or value; no reason; another gemeente."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    for velden in (
        {"zaak_id": UUID(int=0)},
        {"onderwerp": "verwijtbaar"},
        {"element": "schoenmaat"},
        {"waarde": "misschien"},
        {"reden": " "},
        {"medewerker": LPA_ELDERS},
        {"medewerker": ADMINISTRATIE},
        {"soort": Rectificatiesoort.AFSPRAKEN, "onderwerp": "geen nummer"},
    ):
        with pytest.raises(Ongeldig):
            rectificeer(staat, correctie(staat, **velden), NU, beleid())


@pytest.mark.parametrize("stand", [Toestemmingstand.GEGEVEN, Toestemmingstand.GEWEIGERD])
@pytest.mark.parametrize(
    "waarde",
    [{"stand": "gegeven", "schriftelijk": True}, {"stand": "ingetrokken"}, {"schriftelijk": False}, {}, None],
)
def test_a_consent_is_given_and_withdrawn_but_never_corrected(stand: Toestemmingstand, waarde: Any) -> None:
    """Around the register nobody would check the giver, stop Halt or tell recipients (CONV-6.1c, CONV-11.5)."""
    een = Toestemming(
        toestemming_id=UUID(int=9), element="naam_behandelaar", ontvanger="halt", doel="halt", gever=Gever.JONGERE,
        stand=stand, op=NU, schriftelijk=True, vastgelegd_door=LPA,
    )  # fmt: skip
    staat = replace(met_melding(dossier(), zestien_uur()), privacy=Privacystand(toestemmingen=(een,)))
    fout = correctie(staat, soort=Rectificatiesoort.TOESTEMMING, onderwerp=str(een.toestemming_id), waarde=waarde)
    with pytest.raises(Ongeldig, match="schakel toestemming"):
        rectificeer(staat, fout, NU, beleid())
    oud = staat.met_zaak(zaak(staat).met(feiten={"toestemming_jongere_halt": False}))
    with pytest.raises(Ongeldig, match="schakel toestemming"):
        rectificeer(oud, correctie(oud, onderwerp="toestemming_jongere_halt", waarde=True), NU, beleid())


def test_afspraken_are_corrected_by_the_gemeente_of_their_zaak() -> None:
    """Not those of another gemeente, nor of a letter that is in no zaak."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    brief_id, juist = brief_id_van(voorstel(staat, "officiele_waarschuwing")), (SecretStr("Elke dag om negen uur"),)
    command = correctie(staat, soort=Rectificatiesoort.AFSPRAKEN, onderwerp=str(brief_id), afspraken=juist)
    assert {brief_id: juist} == rectificeer(staat, command, NU, beleid())[0].afspraken
    for fout in (
        replace(command, gemeente="0171", medewerker=LPA_ELDERS),
        replace(command, onderwerp=str(UUID(int=3))),
        replace(command, afspraken=()),
    ):
        with pytest.raises(Ongeldig, match="afspraken"):
            rectificeer(staat, fout, NU, beleid())


def test_each_recipient_is_told_once_until_an_official_says_so() -> None:
    """Asked again only for who is new; marking a taak done twice is once."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    staat, _ = rectificeer(staat, correctie(staat), NU, beleid())
    eerst, events = meld_rectificatie(staat, MeldRectificatie(UUID(int=7), ("school", "halt", "school")), NU, beleid())
    element = "jeugdhulp_betrokken_feit"
    assert [RectificatieGemeld(elementen=(element,), ontvangers=("halt", "school"))] == events
    again, events = meld_rectificatie(eerst, MeldRectificatie(UUID(int=7), ("school", "swv")), NU, beleid())
    assert [RectificatieGemeld(elementen=(element,), ontvangers=("swv",))] == events
    assert (again, []) == meld_rectificatie(again, MeldRectificatie(UUID(int=7), ("halt",)), NU, beleid())
    assert ["halt", "school", "swv"] == [t.ontvanger for t in again.privacy.rechten.taken]
    klaar, _ = rond_taak_af(again, RondTaakAf(again.privacy.rechten.taken[0].taak_id, ADMINISTRATIE), NU, beleid())
    assert [True, False, False] == [t.gedaan_op is not None for t in klaar.privacy.rechten.taken]
    same = RondTaakAf(again.privacy.rechten.taken[0].taak_id, LPA)
    assert klaar == rond_taak_af(klaar, same, NU + timedelta(days=1), beleid())[0]
    with pytest.raises(Ongeldig):
        rond_taak_af(klaar, RondTaakAf(UUID(int=0), LPA), NU, beleid())


def test_nobody_to_tell_is_known_afterwards() -> None:
    """So that the clock does not look again."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    staat, _ = rectificeer(staat, correctie(staat), NU, beleid())
    assert staat.privacy.rechten.rectificaties[0].gemeld_aan is None
    na, events = meld_rectificatie(staat, MeldRectificatie(UUID(int=7), ()), NU, beleid())
    assert ((), []) == (na.privacy.rechten.rectificaties[0].gemeld_aan, events)
    assert (na, []) == meld_rectificatie(na, MeldRectificatie(UUID(int=7), ()), NU, beleid())
    assert (na, []) == meld_rectificatie(na, MeldRectificatie(UUID(int=8), ("halt",)), NU, beleid())


@pytest.mark.parametrize(
    ("soort", "taak", "bij"),
    [
        (Rectificatiesoort.BRP, Taaksoort.TERUGMELDEN_BRP, "brp"),
        (Rectificatiesoort.MELDING, Taaksoort.CORRECTIE_VRAGEN_SCHOOL, "school"),
    ],
)
def test_what_a_source_holds_is_corrected_there(soort: Rectificatiesoort, taak: Taaksoort, bij: str) -> None:
    """Nothing changes here; a taak says whom to ask."""
    staat = met_melding(dossier(), zestien_uur())
    na, events = rectificeer(
        staat, correctie(staat, soort=soort, element="naam", onderwerp="voornamen", waarde=None), NU, beleid()
    )
    assert (staat.zaken, []) == (na.zaken, events)
    assert [(taak, bij)] == [(t.soort, t.ontvanger) for t in na.privacy.rechten.taken]
