"""May it go: each gate stops what it must, says so, and a line tells it afterwards."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import pytest

from contracts.codes import Verstrekkingsuitkomst
from contracts.events.halt import HaltVerwijzingAangeboden, HaltVerwijzingGestopt, HaltVerwijzingGeweigerd
from contracts.events.privacy import VerstrekkingBesloten
from contracts.verstrek import Grensgegevens
from contracts.vrijgave import Vrijgaveverzoek
from hub.partijen import Convenant, Partijen
from services.cases.beleid import Beleid
from services.cases.decisions import overlijd
from services.cases.grens.beslissing import BesluitVrijgave, als_vrijgave, beslis, besluit_vrijgave, meld_van_halt
from services.cases.grens.redenen import EIGEN, leg_uit
from services.cases.grens.regel import Poort, Verstrekkingsregel
from services.cases.model import Dossier, Voorstelstatus, Zaakstatus, afgeleid_id
from services.cases.privacystand import Gever, Informatie, Toestemmingstand
from services.halt_bridge.decisions import WAT
from tests.unit.cases.voorbeelden import (
    GEBOREN,
    GEMEENTE,
    JONGERE,
    dossier,
    in_halt,
    met_feiten,
    met_melding,
    zaak,
    zestien_uur,
)
from tests.unit.cases.voorbeelden import beleid as zonder_partijen

NU = datetime(2026, 9, 28, 8, 0, tzinfo=UTC)  # maandag
PUNTEN = ("a", "b", "c", "d", "e", "f", "g", "h", "i")
REGEL = UUID(int=77)


@cache
def beleid() -> Beleid:
    """With the agreements of the demonstration region."""
    return replace(zonder_partijen(), partijen=Partijen.load())


def persoon(**velden: Any) -> Grensgegevens:
    """What the register of persons tells now."""
    basis = {"jongere_id": JONGERE, "geboortedatum": GEBOREN, "overleden": False, "geheimhouding": False}
    return Grensgegevens(**(basis | velden))


def verzoek(staat: Dossier, **velden: Any) -> Vrijgaveverzoek:
    """The question of halt_bridge about the decided referral of the only zaak."""
    een = zaak(staat)
    besluiten = [v.besluit for v in een.voorstellen.values() if v.uitkomst == "halt_verwijzing" and v.besluit]
    basis: dict[str, Any] = {
        "aanvrager": "halt_bridge",
        "jongere_id": JONGERE,
        "gemeente": GEMEENTE,
        "zaak_id": een.zaak_id,
        "kenmerk": afgeleid_id("halt", besluiten[-1].besluit_id) if besluiten else UUID(int=3),
        "ontvanger": "halt",
        "verstrekkingsdoel": "halt",
        "elementen": WAT,
        "kanaal": "versleuteld_mfa",
    }
    return Vrijgaveverzoek(**(basis | velden))


def beoordeel(
    staat: Dossier, wie: Grensgegevens | None = None, met: Beleid | None = None, op: datetime = NU, **velden: Any
) -> Verstrekkingsregel:
    """The line about one question."""
    return beslis(staat, BesluitVrijgave(REGEL, verzoek(staat, **velden), wie or persoon()), op, met or beleid())


@cache
def halt() -> Dossier:
    """A jongere of 15 whom a BOA decided to refer to Halt, with consent of jongere and ouders."""
    return in_halt(dossier())


def thuiszitter(**feiten: Any) -> Dossier:
    """A 16-uursmelding, and everybody was told beforehand what may be shared."""
    staat = met_melding(dossier(), zestien_uur(1))
    zaak_id = zaak(staat).zaak_id
    informatie = Informatie(
        op=date(2026, 9, 14), wijze="gesprek", door="LPA-1", punten=PUNTEN, aan=tuple(Gever), zaak_id=zaak_id
    )
    privacy = staat.privacy.model_copy(update={"informatie": (informatie,)})
    return met_feiten(replace(staat, privacy=privacy), **feiten) if feiten else replace(staat, privacy=privacy)


AAN_SWV: dict[str, Any] = {
    "ontvanger": "swv",
    "verstrekkingsdoel": "3.1a",
    "medewerker": "LPA-1",
    "elementen": ("naam", "adres_woonplaats", "bsn", "gezondheidsgegevens", "gezinsomstandigheden"),
}


# What goes


def test_a_referral_goes_without_what_needs_a_consent_that_is_not_there() -> None:
    """GO-R3B-10: help is told to Halt with consent only; the line says why, and rests on both consents."""
    regel = beoordeel(halt())
    assert (Verstrekkingsuitkomst.GEDEELTELIJK, Poort.OPEN, None) == (regel.uitkomst, regel.poort, regel.weigering)
    assert set(WAT) - {"jeugdhulp_betrokken_feit"} == set(regel.doorgelaten)
    assert {"jeugdhulp_betrokken_feit": "geen_toestemming"} == regel.weggelaten
    assert (2, "LPA-1", NU + timedelta(seconds=1)) == (len(regel.toestemmingen), regel.medewerker, regel.geldig_tot)
    assert "goeree-overflakkee@2018-01-01" == regel.protocol
    assert {"GO-R3B-8", "CONV-6.1b"} & set(regel.regels)


def test_inside_the_convenant_only_what_column_and_consent_allow_goes() -> None:
    """No BSN, no health data without consent, nothing of the family that nobody ticked, no secret address."""
    staat = thuiszitter()
    gewoon = beoordeel(staat, **AAN_SWV)
    assert ("naam", "adres_woonplaats") == gewoon.doorgelaten
    assert {
        "bsn": "niet_in_contract",
        "gezondheidsgegevens": "geen_toestemming",
        "gezinsomstandigheden": "niet_relevant_verklaard",
    } == gewoon.weggelaten
    geheim = beoordeel(staat, persoon(geheimhouding=True), **AAN_SWV)
    assert (("naam",), "geheimhouding") == (geheim.doorgelaten, geheim.weggelaten["adres_woonplaats"])
    onbekend = beslis(staat, BesluitVrijgave(REGEL, verzoek(staat, **AAN_SWV)), NU, beleid())
    assert "geheimhouding" == onbekend.weggelaten["adres_woonplaats"]


def test_the_decision_and_its_line_are_one_change_of_the_dossier() -> None:
    """G9: no line, no permission; the event says what and not what about."""
    na, events = besluit_vrijgave(halt(), BesluitVrijgave(REGEL, verzoek(halt()), persoon()), NU, beleid())
    (regel,) = na.grens.nieuw
    assert (REGEL, "halt", "halt") == (regel.verstrekking_id, regel.ontvanger, regel.doel)
    (event,) = events
    assert isinstance(event, VerstrekkingBesloten)
    assert (REGEL, "gedeeltelijk", None) == (event.verstrekking_id, event.uitkomst, event.weigering)
    assert regel.doorgelaten == als_vrijgave(regel).doorgelaten


# What stops it, gate by gate


def overleden() -> Dossier:
    """The jongere died after the besluit."""
    return overlijd(halt(), NU)[0]


def ingetrokken() -> Dossier:
    """The ouders took back their consent."""
    weg = [
        t.model_copy(update={"stand": Toestemmingstand.INGETROKKEN, "op": NU})
        for t in halt().privacy.toestemmingen
        if t.gever is Gever.OUDERS
    ]
    toestemmingen = (*halt().privacy.toestemmingen, *weg)
    return replace(halt(), privacy=halt().privacy.model_copy(update={"toestemmingen": toestemmingen}))


def beperkt() -> Dossier:
    """Processing is restricted."""
    return replace(halt(), privacy=halt().privacy.model_copy(update={"beperkt_sinds": date(2026, 9, 28)}))


def besluit_weg() -> Dossier:
    """The besluit was withdrawn."""
    een = zaak(halt())
    voorstellen = {
        i: v.model_copy(update={"besluit": v.besluit.model_copy(update={"ingetrokken_op": NU})}) if v.besluit else v
        for i, v in een.voorstellen.items()
    }
    return halt().met_zaak(een.met(voorstellen=voorstellen))


def nog_te_bevestigen(status: Voorstelstatus = Voorstelstatus.TE_BEVESTIGEN) -> Dossier:
    """The besluit waits for a second official."""
    een = zaak(halt())
    voorstellen = {i: v.model_copy(update={"status": status}) if v.besluit else v for i, v in een.voorstellen.items()}
    return halt().met_zaak(een.met(voorstellen=voorstellen))


def nooit_bevestigd() -> Dossier:
    """It waited, and then the facts no longer carried it."""
    return nog_te_bevestigen(Voorstelstatus.VERVALLEN)


def gesloten() -> Dossier:
    """The zaak was closed meanwhile."""
    return halt().met_zaak(zaak(halt()).met(status=Zaakstatus.AFGESLOTEN))


def zonder_melding() -> Dossier:
    """The school withdrew both meldingen."""
    een = zaak(halt())
    weg = {n: m.model_copy(update={"ingetrokken": True}) for n, m in een.meldingen.items()}
    return halt().met_zaak(een.met(meldingen=weg))


@pytest.mark.parametrize(
    ("staat", "velden", "poort", "weigering"),
    [
        (overleden, {}, Poort.OVERLEDEN, "overleden"),
        (beperkt, {}, Poort.BEPERKT, "verwerking_beperkt"),
        (halt, {"zaak_id": UUID(int=9)}, Poort.ZAAK, "zaak_onbekend"),
        (halt, {"gemeente": "0171"}, Poort.ZAAK, "zaak_overgedragen"),
        (gesloten, {}, Poort.ZAAK, "zaak_afgesloten"),
        (halt, {"ontvanger": "buurman"}, Poort.CONTRACT, "geen_contract"),
        (halt, {"verstrekkingsdoel": "arbeid"}, Poort.CONTRACT, "geen_contract"),
        (halt, {"ontvanger": "veilig_thuis", "verstrekkingsdoel": "meldcode"}, Poort.CONTRACT, "alleen_door_mens"),
        (zonder_melding, {}, Poort.G0_GRONDSLAG, "geen_grondslag_duo"),
        (halt, {"kenmerk": UUID(int=9)}, Poort.G2_ONTVANGER, "geen_besluit"),
        (nog_te_bevestigen, {}, Poort.G2_ONTVANGER, "geen_besluit"),
        (nooit_bevestigd, {}, Poort.G2_ONTVANGER, "geen_besluit"),
        (besluit_weg, {}, Poort.G2_ONTVANGER, "besluit_ingetrokken"),
        (ingetrokken, {}, Poort.G2_ONTVANGER, "geen_toestemming"),
        (halt, {"kanaal": "open_mail"}, Poort.G8_KANAAL, None),
        (halt, {"elementen": ("bsn",)}, Poort.G5_ELEMENTEN, "niets_over"),
        (halt, {"elementen": ("jeugdhulp_betrokken_feit",)}, Poort.G6_TOESTEMMING, "geen_toestemming"),
        (thuiszitter, {**AAN_SWV, "medewerker": None}, Poort.G2_ONTVANGER, "geen_medewerker"),
        (thuiszitter, {**AAN_SWV, "medewerker": "ADM-1"}, Poort.G2_ONTVANGER, "geen_medewerker"),
        (thuiszitter, {**AAN_SWV, "ontvanger": "jeugdhulpaanbieder"}, Poort.G2_ONTVANGER, "geen_partij"),
    ],
)  # fmt: skip
def test_each_gate_stops_and_says_so(staat: Any, velden: dict[str, Any], poort: Poort, weigering: str | None) -> None:
    """Nothing is let through, the gate and the refusal are written down, and a person can read why."""
    regel = beslis(staat(), BesluitVrijgave(REGEL, verzoek(staat(), **velden), persoon()), NU, beleid())
    assert (poort, weigering, ()) == (regel.poort, regel.weigering, regel.doorgelaten)
    assert not regel.mag_weg
    assert leg_uit(regel, beleid().protocollen.woorden.privacy)


def test_who_was_not_told_beforehand_holds_it_up() -> None:
    """G4: one point that is missing is enough (CONV-12.4)."""
    staat = thuiszitter()
    half = staat.privacy.informatie[0].model_copy(update={"punten": PUNTEN[:-1]})
    staat = replace(staat, privacy=staat.privacy.model_copy(update={"informatie": (half,)}))
    regel = beoordeel(staat, **AAN_SWV)
    assert (Verstrekkingsuitkomst.AANHOUDEN, Poort.G4_INFORMATIE) == (regel.uitkomst, regel.poort)
    assert "vooraf_informeren" in regel.vereist


def test_a_death_that_only_the_register_of_persons_knows_stops_it() -> None:
    """The event may still be under way."""
    regel = beoordeel(halt(), persoon(overleden=True))
    assert (Poort.OVERLEDEN, "overleden") == (regel.poort, regel.weigering)


@pytest.mark.parametrize(("eindigt", "gaat"), [(date(2026, 9, 29), True), (date(2026, 9, 28), False), (None, True)])
def test_the_convenant_lapses_on_its_day(eindigt: date | None, gaat: bool) -> None:
    """CONV-19.3: from that day on it carries nothing; the day before it does."""
    convenant = Convenant(protocol="goeree-overflakkee", eindigt_op=eindigt)
    partijen = beleid().partijen.model_copy(update={"convenanten": (convenant,)})
    regel = beoordeel(thuiszitter(), met=replace(beleid(), partijen=partijen), **AAN_SWV)
    assert gaat == regel.mag_weg
    assert gaat or regel.weigering == "convenant_vervallen"


def test_a_jeugdhulpaanbieder_that_acceded_gets_what_others_get_but_no_bsn() -> None:
    """CONV-18: every step of the accession is in the register of parties."""
    velden = {**AAN_SWV, "ontvanger": "jeugdhulpaanbieder", "partij": "aanbieder_voorbeeld"}
    assert ("naam", "adres_woonplaats") == beoordeel(thuiszitter(), **velden).doorgelaten
    assert "geen_partij" == beoordeel(thuiszitter(), **(velden | {"partij": "een_ander"})).weigering


def test_without_a_channel_that_was_set_up_nothing_goes() -> None:
    """A recipient that is not in the register of parties has none."""
    leeg = replace(beleid(), partijen=Partijen())
    assert Poort.G8_KANAAL is beoordeel(halt(), met=leeg).poort


def test_every_reason_of_our_own_has_a_source_and_a_sentence() -> None:
    """And none of them stands for a code of the protocols."""
    woorden = beleid().protocollen.woorden.privacy
    assert not EIGEN.keys() & {*woorden.weigeringen, *woorden.redenen, *woorden.vereisten}
    assert all(reden.bron and reden.waarom for reden in EIGEN.values())


# What is reported afterwards


def test_what_halt_has_or_gave_back_is_written_down() -> None:
    """By kenmerk; a referral that was stopped before it was offered leaves nothing to take back."""
    ids = {"zaak_id": UUID(int=1), "verwijzing_id": UUID(int=2)}
    aangeboden = HaltVerwijzingAangeboden(**ids, ontvangen_op=NU.date())
    assert {UUID(int=2): NU} == meld_van_halt(halt(), aangeboden, NU).grens.verzonden
    for reden, had in (("LEEFTIJD", True), ("NAGAAN_BIJ_HALT_X", True), ("GRENS_X", False)):
        geweigerd = HaltVerwijzingGeweigerd(**ids, reden=reden)
        assert had == (UUID(int=2) in meld_van_halt(halt(), geweigerd, NU).grens.verzonden)
    gestopt = HaltVerwijzingGestopt(**ids, was_aangeboden=True)
    assert {UUID(int=2): NU} == meld_van_halt(halt(), gestopt, NU).grens.teruggedraaid
    nooit = HaltVerwijzingGestopt(**ids, was_aangeboden=False)
    assert meld_van_halt(halt(), nooit, NU) is halt()
