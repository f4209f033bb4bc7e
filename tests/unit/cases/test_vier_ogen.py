"""Where a second official must look: nothing follows before, and all of it after."""

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Besluitsoort
from contracts.events.zaken import BesluitGenomen, BesluitVoorgelegd, BriefAangevraagd
from hub.errors import Achterhaald, Ongeldig
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from services.cases.beleid import Beleid
from services.cases.besluiten import (
    BevestigBesluit,
    NeemBesluit,
    StuurBesluitTerug,
    bevestig_besluit,
    neem_besluit,
    stuur_besluit_terug,
)
from services.cases.decisions import Result, overlijd
from services.cases.model import Dossier, Voorstelstatus
from services.cases.privacystand import Gever
from services.cases.toestemmingsintrekking import TrekToestemmingIn, trek_toestemming_in
from tests.unit.cases.voorbeelden import (
    ADMINISTRATIE,
    HALT_KAN,
    LPA,
    LPA_ELDERS,
    LPA_ZONDER_BOA,
    NU,
    beleid,
    dossier,
    met_feiten,
    met_melding,
    over,
    soorten,
    te_laat,
    voorstel,
    voorstellen,
    wat,
    zaak,
    zestien_uur,
)

LATER = NU + timedelta(days=3)  # donderdag
TE_BEVESTIGEN = Voorstelstatus.TE_BEVESTIGEN


@cache
def vier_ogen(*uitkomsten: str) -> Beleid:
    """A gemeente that wants a second official for these."""
    bekend = beleid().gemeenten
    anders = tuple(g.model_copy(update={"vier_ogen": uitkomsten}) for g in bekend.gemeenten)
    return replace(beleid(), gemeenten=Gemeenten(uitvoerder=bekend.uitvoerder, gemeenten=anders))


def neem(staat: Dossier, soort: Besluitsoort = Besluitsoort.AKKOORD, **velden: Any) -> Result:
    """The first official decides about the gele kaart."""
    nummer = next(v.voorstel_id for v in zaak(staat).voorstellen.values() if v.status is Voorstelstatus.OPEN)
    return neem_besluit(staat, NeemBesluit(nummer, soort, LPA, **velden), NU, vier_ogen("gele_kaart"))


def voorgelegd() -> Dossier:
    """A gele kaart that waits for a second official."""
    return neem(met_melding(dossier(), te_laat(9)))[0]


def nummer(staat: Dossier) -> UUID:
    """The voorstel that waits."""
    return next(v.voorstel_id for v in zaak(staat).voorstellen.values() if v.status is TE_BEVESTIGEN)


def bevestig(
    staat: Dossier, wie: str = LPA_ZONDER_BOA, op: datetime = LATER, regels: Beleid | None = None, **velden: Any
) -> Result:
    """A second official confirms."""
    return bevestig_besluit(staat, BevestigBesluit(nummer(staat), wie, **velden), op, regels or vier_ogen("gele_kaart"))


def test_the_first_official_only_submits() -> None:
    """No letter, no facts, no step; it is said that it was submitted."""
    staat, events = neem(met_melding(dossier(), te_laat(9)))
    assert [BesluitVoorgelegd] == [type(e) for e in events]
    assert ["gele_kaart"] == voorstellen(staat, TE_BEVESTIGEN)
    assert {} == zaak(staat).feiten
    assert "besluit_voorgelegd" == wat(staat)[-1]


def test_the_second_official_makes_it_take_effect_on_that_day() -> None:
    """The letter bears the day of the confirmation and the name of who decided."""
    staat, events = bevestig(voorgelegd())
    assert ["besluit-genomen", "brief-aangevraagd"] == soorten(events)[:2]
    genomen, brief = events[0], events[1]
    assert isinstance(genomen, BesluitGenomen)
    assert isinstance(brief, BriefAangevraagd)
    assert (LPA, LPA, LATER.date()) == (genomen.medewerker, brief.ondertekenaar, brief.dagtekening)
    besluit = next(v.besluit for v in zaak(staat).voorstellen.values() if v.status is Voorstelstatus.BESLOTEN)
    assert besluit is not None
    assert (LPA, LPA_ZONDER_BOA, NU, LATER) == (
        besluit.medewerker, besluit.bevestigd_door, besluit.voorgelegd_op, besluit.op,
    )  # fmt: skip
    assert "2026-09-17" == zaak(staat).feiten["officiele_waarschuwing_datum"]


@pytest.mark.parametrize("wie", [LPA, LPA_ELDERS, ADMINISTRATIE, "X-9"])
def test_not_everybody_may_confirm(wie: str) -> None:
    """Not the same official, not one of another gemeente or without the role."""
    with pytest.raises(Ongeldig) as fout:
        bevestig(voorgelegd(), wie)
    assert "medewerker" == fout.value.veld


def test_who_left_meanwhile_cannot_have_decided() -> None:
    """The first official must still be allowed to when it takes effect."""
    zonder = Medewerkers(medewerkers=tuple(m for m in beleid().medewerkers.medewerkers if m.code != LPA))
    with pytest.raises(Ongeldig, match="stuur het terug"):
        bevestig(voorgelegd(), regels=replace(vier_ogen("gele_kaart"), medewerkers=zonder))


def test_what_stands_in_the_way_is_told_to_the_first_official() -> None:
    """Not to the second one, days later: here the letter would go to nobody."""
    with pytest.raises(Ongeldig) as fout:
        neem(met_melding(dossier(geboren=None), te_laat(9)))
    assert "adressaten" == fout.value.veld


def test_nobody_decides_about_it_while_it_waits() -> None:
    """Neither the first official nor another."""
    staat = voorgelegd()
    with pytest.raises(Ongeldig, match="wacht op een tweede"):
        neem_besluit(
            staat, NeemBesluit(nummer(staat), Besluitsoort.AKKOORD, LPA_ZONDER_BOA), NU, vier_ogen("gele_kaart")
        )


@pytest.mark.parametrize(
    "verder",
    [lambda staat: met_melding(staat, te_laat(12)), lambda staat: overlijd(staat, NU)[0]],
    ids=["the facts changed", "the jongere died"],
)
def test_it_lapses_when_the_rules_no_longer_carry_it(verder: Any) -> None:
    """Then nothing is left to confirm, and what the rules propose now is a voorstel of its own."""
    staat = voorgelegd()
    was = nummer(staat)
    na = verder(staat)
    assert [] == voorstellen(na, TE_BEVESTIGEN)
    with pytest.raises(Ongeldig, match="vervallen"):
        bevestig_besluit(na, BevestigBesluit(was, LPA_ZONDER_BOA), LATER, vier_ogen("gele_kaart"))


def test_a_new_melding_that_asks_the_same_leaves_it_waiting() -> None:
    """It is not proposed a second time beside it."""
    staat = met_melding(voorgelegd(), te_laat(9, 2))
    assert (["gele_kaart"], []) == (voorstellen(staat, TE_BEVESTIGEN), voorstellen(staat))


def terug(staat: Dossier, motivering: str = "het aantal klopt niet", wie: str = LPA_ZONDER_BOA) -> Result:
    """It is sent back."""
    command = StuurBesluitTerug(nummer(staat), wie, motivering)
    return stuur_besluit_terug(staat, command, LATER, vier_ogen("gele_kaart"))


def test_what_is_sent_back_is_open_again_and_keeps_why() -> None:
    """The first official may decide anew; that is another besluit."""
    staat, events = terug(voorgelegd())
    assert [] == events
    assert ["gele_kaart"] == voorstellen(staat)
    (een,) = zaak(staat).voorstellen.values()
    assert ("het aantal klopt niet", LPA) == (
        een.terugsturingen[0].motivering,
        een.terugsturingen[0].besluit.medewerker,
    )
    opnieuw = neem(staat)[0]
    besluit = zaak(opnieuw).voorstellen[nummer(opnieuw)].besluit
    assert besluit is not None
    assert besluit.besluit_id != een.terugsturingen[0].besluit.besluit_id


def test_sending_back_needs_a_reason() -> None:
    """Only spaces are none."""
    with pytest.raises(Ongeldig) as fout:
        terug(voorgelegd(), "  ")
    assert "motivering" == fout.value.veld


def test_turning_down_needs_no_second_official() -> None:
    """It sets nothing going."""
    staat, events = neem(met_melding(dossier(), te_laat(9)), Besluitsoort.AFWIJZEN, motivering="past niet")
    assert ["besluit-genomen"] == soorten(events)[:1]
    assert [] == voorstellen(staat, TE_BEVESTIGEN)


def test_another_step_instead_needs_the_second_official_of_that_step() -> None:
    """Deviating to a step for which four eyes are wanted is no way around them."""
    staat = met_melding(dossier(), zestien_uur())
    (een,) = zaak(staat).voorstellen.values()
    command = NeemBesluit(een.voorstel_id, Besluitsoort.AFWIJKEN, LPA, "direct waarschuwen", in_plaats="gele_kaart")
    _, events = neem_besluit(met_melding(dossier(), zestien_uur()), command, NU, beleid())
    assert "brief-aangevraagd" in soorten(events)
    na, events = neem_besluit(staat, command, NU, vier_ogen("gele_kaart"))
    assert ["besluit-voorgelegd"] == soorten(events)
    assert [een.uitkomst] == voorstellen(na, TE_BEVESTIGEN)


def test_a_name_that_no_protocol_proposes_is_found() -> None:
    """A mistyped uitkomst would silently want no second official."""
    assert () == vier_ogen("gele_kaart").onbekend_in_vier_ogen()
    assert ("gele_kaaart", "school_contact_lpa") == vier_ogen(
        "gele_kaaart", "school_contact_lpa"
    ).onbekend_in_vier_ogen()


@pytest.mark.parametrize("ernaast", [-1, 1])
def test_a_zaak_that_changed_since_is_looked_at_again(ernaast: int) -> None:
    """The revisie an official saw must be the one that is there; without one it is whatever is there."""
    staat = voorgelegd()
    bevestig(staat, revisie=zaak(staat).revisie)
    with pytest.raises(Achterhaald):
        bevestig(staat, revisie=zaak(staat).revisie + ernaast)
    with pytest.raises(Achterhaald):
        neem(met_melding(dossier(), te_laat(9)), revisie=zaak(met_melding(dossier(), te_laat(9))).revisie + ernaast)


@pytest.mark.parametrize(
    ("gever", "in_plaats", "veld"),
    [
        (Gever.JONGERE, False, "voorstel_id"),
        (Gever.OUDERS, False, "voorstel_id"),
        (Gever.JONGERE, True, "toestemming"),
        (Gever.OUDERS, True, "toestemming"),
    ],
)
def test_halt_is_not_confirmed_when_consent_was_withdrawn_meanwhile(gever: Gever, in_plaats: bool, veld: str) -> None:
    """The voorstel lapses; where Halt was chosen instead of another step, that step waits and Halt is refused."""
    regels = vier_ogen("halt_verwijzing")
    verwijtbaar = "ouder" if in_plaats else "jongere"
    staat = met_feiten(met_melding(dossier(), te_laat(13)), **HALT_KAN | {"verwijtbaar": verwijtbaar})
    if in_plaats:
        velden: dict[str, Any] = {"soort": Besluitsoort.AFWIJKEN, "in_plaats": "halt_verwijzing", "motivering": "beter"}
        (uitkomst, *_) = voorstellen(staat)
    else:
        velden, uitkomst = {"soort": Besluitsoort.AKKOORD}, "halt_verwijzing"
    open_ = voorstel(staat, uitkomst).voorstel_id
    staat, _ = neem_besluit(staat, NeemBesluit(open_, medewerker=LPA, **velden), NU, regels)
    assert TE_BEVESTIGEN is zaak(staat).voorstellen[open_].status
    bevestig_besluit(staat, BevestigBesluit(open_, "LPA-4"), LATER, regels)
    staat, events = trek_toestemming_in(staat, TrekToestemmingIn(over(staat), gever, LPA), (), LATER, regels)
    assert "halt-verwijzing-ingetrokken" not in soorten(events), "nothing went to Halt yet"
    with pytest.raises(Ongeldig) as fout:
        bevestig_besluit(staat, BevestigBesluit(open_, "LPA-4"), LATER, regels)
    assert veld == fout.value.veld


def test_an_invitation_whose_day_came_is_not_confirmed_any_more() -> None:
    """It waited too long: the second official sends it back, and the first one picks another day."""
    regels = vier_ogen("lpa_uitnodiging_1")
    staat = met_melding(dossier(), zestien_uur())
    (een,) = zaak(staat).voorstellen
    morgen = datetime(2026, 9, 15, 9, 30)  # noqa: DTZ001
    staat, _ = neem_besluit(staat, NeemBesluit(een, Besluitsoort.AKKOORD, LPA, gesprek_op=morgen), NU, regels)
    bevestig(staat, op=NU, regels=regels)
    with pytest.raises(Ongeldig, match="stuur het besluit terug"):
        bevestig(staat, op=NU + timedelta(days=1), regels=regels)
