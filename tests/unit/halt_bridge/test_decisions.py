"""What a referral is, when there can be none, and what Halt's answers mean."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr, ValidationError

from contracts.codes import HaltAfloop, Verstrekkingsuitkomst
from contracts.events.halt import HaltAfloopOntvangen, HaltVerwijzingAangeboden, HaltVerwijzingGeweigerd
from contracts.events.zaken import HaltVerwijzingBesloten
from contracts.verstrek import Haltgegevens, Meldingantwoord
from contracts.verstrekkingen import AanHalt, GeenVrijgave
from contracts.vrijgave import Vrijgave
from hub.errors import Ongeldig, Tijdelijk
from hub.medewerkers import Medewerkers
from hub.privacy import redenen
from services.halt_bridge.decisions import (
    WAT,
    Aangenomen,
    Geweigerd,
    OntvangAfloop,
    Onvolledig,
    Stand,
    Verwijzing,
    Verwijzingen,
    stel_verwijzing_op,
    te_verstrekken,
    verwerk_aanbod,
    verwerk_afloop,
    weigercode,
)
from services.halt_bridge.model import HaltVerwijzing
from services.halt_bridge.partner import naar_bericht

ZAAK = UUID("22222222-2222-4333-8444-555555555555")
VERWIJZING = UUID("44444444-2222-4333-8444-555555555555")
VANDAAG = date(2026, 9, 14)  # maandag
NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
OVERZICHT = b"%PDF-1.7 fictief"


def besloten(**velden: Any) -> HaltVerwijzingBesloten:
    """A decided referral with consent of jongere and ouders."""
    basis: dict[str, Any] = {
        "zaak_id": ZAAK,
        "verwijzing_id": VERWIJZING,
        "besluit_id": UUID(int=5),
        "meldingsnummer": "7000001",
        "medewerker": "LPA-1",
        "besluitdatum": VANDAAG,
        "brin": "90XA",
        "periode_van": date(2026, 8, 31),
        "periode_tot": date(2026, 9, 11),
        "lesuren": None,
        "aantal_te_laat": 13,
        "instemming_jongere": True,
        "instemming_ouders": True,
        "school_maatregelen_ouders_geinformeerd": True,
        "lopende_hulp": False,
    }
    return HaltVerwijzingBesloten(**(basis | velden))


def persoon(**velden: Any) -> Haltgegevens:
    """What the BRP tells for a referral: a jongere of 15 with one parent."""
    basis: dict[str, Any] = {
        "jongere_id": UUID(int=1),
        "naam": SecretStr("Saar Fictief"),
        "geboortedatum": date(2011, 5, 4),
        "adresregels": (SecretStr("Proefstraat 1"), SecretStr("3240 ZZ Voorbeelddorp")),
        "ouders": (SecretStr("O. Fictief"),),
        "overleden": False,
    }
    return Haltgegevens(**(basis | velden))


def melding(**velden: Any) -> Meldingantwoord:
    """What the school's melding gives."""
    basis: dict[str, Any] = {
        "school": SecretStr("Het Voorbeeld"),
        "contactpersoon": SecretStr("M. Voorbeeld"),
        "telefoon": SecretStr("06-55501234"),
    }
    return Meldingantwoord(**(basis | velden))


def stel_op(
    event: HaltVerwijzingBesloten | None = None,
    wie: Haltgegevens | None = None,
    school: Meldingantwoord | None = None,
    boa: str = "LPA-1",
    zonder: Collection[str] = ("jeugdhulp_betrokken_feit",),
) -> HaltVerwijzing:
    """The referral by an official of the demonstration register, with what the border usually lets through."""
    medewerker = Medewerkers.load().get(boa)
    assert medewerker is not None
    event = event or besloten()
    gegevens = te_verstrekken(event, wie or persoon(), school or melding(), OVERZICHT)
    mag = AanHalt.bouw(vrijgave(doorgelaten=tuple(e for e in WAT if e not in zonder)), gegevens, NU)
    return stel_verwijzing_op(event, "1924", mag, medewerker)


def vrijgave(**velden: Any) -> Vrijgave:
    """An answer of the border, by default that all may go."""
    basis: dict[str, Any] = {
        "verstrekking_id": UUID(int=7),
        "ontvanger": "halt",
        "verstrekkingsdoel": "halt",
        "uitkomst": Verstrekkingsuitkomst.GEDEELTELIJK,
        "doorgelaten": WAT,
        "geldig_tot": NU + timedelta(seconds=1),
    }
    return Vrijgave(**(basis | velden))


def test_the_referral_holds_what_halt_asks_for() -> None:
    """In Halt's words, with the secrets in the clear; no BSN and no text of the school among them."""
    bericht = naar_bericht(stel_op())
    expected = {
        "naam": "Saar Fictief",
        "geboortedatum": "2011-05-04",
        "adres": "Proefstraat 1, 3240 ZZ Voorbeelddorp",
        "telefoon": "06-55501234",
        "instemming": True,
    }
    assert expected == bericht["jongere"]
    assert {"naam": "A. Janssen", "aktenummer": "BOA-0000001", "getekendOp": "2026-09-14"} == bericht["boa"]
    assert (str(VERWIJZING), "1924", 13, 0) == (
        bericht["kenmerk"],
        bericht["gemeentecode"],
        bericht["feit"]["aantalTeLaat"],
        bericht["feit"]["aantalUren"],
    )


def test_help_and_contact_go_to_halt_only_when_they_were_let_through() -> None:
    """What was not let through is absent from the message, also the answer to whether there is help."""
    assert "lopendeHulp" not in naar_bericht(stel_op())
    assert naar_bericht(stel_op(besloten(lopende_hulp=True), zonder=()))["lopendeHulp"] is True
    zonder = naar_bericht(stel_op(zonder=("jeugdhulp_betrokken_feit", "organisatie_contactpersoon")))
    assert {"naam", "brin"} == zonder["school"].keys()


@pytest.mark.parametrize("element", sorted(set(WAT) - {"jeugdhulp_betrokken_feit", "organisatie_contactpersoon"}))
def test_what_halt_cannot_do_without_is_not_made_up(element: str) -> None:
    """The referral does not go, and says which element was not let through; parents only matter under 16."""
    with pytest.raises((Onvolledig, ValidationError)) as fout:
        stel_op(zonder=(element,))
    assert element == "ouder_identiteit" or element in str(fout.value)


@pytest.mark.parametrize(
    "velden",
    [
        {"uitkomst": Verstrekkingsuitkomst.GEWEIGERD},
        {"uitkomst": Verstrekkingsuitkomst.AANHOUDEN},
        {"ontvanger": "school"},
        {"verstrekkingsdoel": "strafrecht"},
        {"geldig_tot": NU},
    ],
)
def test_without_a_vrijgave_for_this_at_this_moment_there_is_nothing_to_send(velden: dict[str, Any]) -> None:
    """Refused, held, for another, for something else, or over."""
    with pytest.raises(GeenVrijgave):
        AanHalt.bouw(vrijgave(**velden), {}, NU)


def test_a_refusal_by_the_border_has_a_code_of_its_own() -> None:
    """Which gate, and whether an earlier try may have reached Halt."""
    nee = vrijgave(uitkomst=Verstrekkingsuitkomst.GEWEIGERD, weigering="geen_toestemming")
    assert "GRENS_GEEN_TOESTEMMING" == weigercode(nee, misschien_aangeboden=False)
    assert "NAGAAN_BIJ_HALT_GEEN_TOESTEMMING" == weigercode(nee, misschien_aangeboden=True)
    wacht = vrijgave(uitkomst=Verstrekkingsuitkomst.AANHOUDEN, vereist=("veilig_kanaal",))
    assert "GRENS_AANGEHOUDEN_VEILIG_KANAAL" == weigercode(wacht, misschien_aangeboden=False)


# When there can be none


def test_an_official_without_akte_cannot_refer() -> None:
    """Only a BOA signs (GO-R3B-8)."""
    with pytest.raises(Ongeldig) as fout:
        stel_op(boa="LPA-3")
    assert "medewerker" == fout.value.veld


@pytest.mark.parametrize(
    ("anders", "geboren", "veld"),
    [
        ({"instemming_jongere": False}, date(2011, 5, 4), "jongere"),
        ({"instemming_jongere": False}, date(2009, 5, 4), "jongere"),
        ({"instemming_ouders": False}, date(2010, 9, 15), "ouders"),  # 16 tomorrow
        ({}, date(2014, 9, 15), "jongere"),  # 12 tomorrow
        ({}, date(2008, 9, 14), "jongere"),  # 18 today
    ],
)
def test_without_the_consent_or_age_that_is_needed_there_is_no_referral(
    anders: dict[str, Any], geboren: date, veld: str
) -> None:
    """The model itself refuses it (GO-R3B-1 and -2), whatever was decided before."""
    with pytest.raises(ValidationError) as fout:
        stel_op(besloten(**anders), persoon(geboortedatum=geboren))
    assert veld == redenen(fout.value)[0].veld


@pytest.mark.parametrize(
    ("anders", "geboren"),
    [
        ({"instemming_ouders": False}, date(2010, 9, 14)),  # 16 today
        ({}, date(2014, 9, 14)),  # 12 today
        ({}, date(2008, 9, 15)),  # 18 tomorrow
    ],
)
def test_with_the_consent_and_age_that_are_needed_there_is_one(anders: dict[str, Any], geboren: date) -> None:
    """From 16 on the consent of ouders is asked and not demanded."""
    assert VANDAAG == stel_op(besloten(**anders), persoon(geboortedatum=geboren)).datum


def test_under_sixteen_without_a_known_parent_there_is_no_referral() -> None:
    """Nobody could agree; a name that is empty is nobody."""
    with pytest.raises(ValidationError) as fout:
        stel_op(wie=persoon(ouders=(SecretStr(""),)))
    assert "ouders" == redenen(fout.value)[0].veld


@pytest.mark.parametrize(
    ("wie", "school"),
    [
        ({"geboortedatum": None}, {}),
        ({"adresregels": ()}, {}),
        ({}, {"school": None}),
        ({}, {"contactpersoon": None}),
        ({}, {"telefoon": None}),
    ],
    ids=["day of birth", "address", "school", "contact", "telephone"],
)
def test_data_that_are_missing_may_come_later(wie: dict[str, Any], school: dict[str, Any]) -> None:
    """The referral waits; nothing is made up and nothing is left out."""
    with pytest.raises(Tijdelijk):
        stel_op(wie=persoon(**wie), school=melding(**school))


# What Halt said


def test_a_referral_that_halt_took_is_told() -> None:
    """With the day of Halt's receipt."""
    staat, events = verwerk_aanbod(Verwijzingen(), besloten(), Aangenomen(date(2026, 9, 15)))
    expected = HaltVerwijzingAangeboden(zaak_id=ZAAK, verwijzing_id=VERWIJZING, ontvangen_op=date(2026, 9, 15))
    assert ([expected], {VERWIJZING: Verwijzing(ZAAK, Stand.AANGEBODEN)}) == (events, staat.by_id)


def test_a_referral_that_halt_refused_is_told_with_its_code() -> None:
    """Never with text: the code is all that leaves this service."""
    staat, events = verwerk_aanbod(Verwijzingen(), besloten(), Geweigerd("CRITERIA"))
    expected = HaltVerwijzingGeweigerd(zaak_id=ZAAK, verwijzing_id=VERWIJZING, reden="CRITERIA")
    assert ([expected], {VERWIJZING: Verwijzing(ZAAK, Stand.GEWEIGERD)}) == (events, staat.by_id)


def aangeboden() -> Verwijzingen:
    """A referral that Halt has."""
    return verwerk_aanbod(Verwijzingen(), besloten(), Aangenomen(VANDAAG))[0]


@pytest.mark.parametrize("afloop", HaltAfloop)
def test_an_afloop_is_told_once(afloop: HaltAfloop) -> None:
    """Halt may repeat it; the second time nothing happens."""
    command = OntvangAfloop(VERWIJZING, afloop, date(2026, 12, 1))
    staat, events = verwerk_afloop(aangeboden(), command)
    expected = HaltAfloopOntvangen(zaak_id=ZAAK, verwijzing_id=VERWIJZING, afloop=afloop, datum=date(2026, 12, 1))
    assert [expected] == events
    assert Verwijzing(ZAAK, Stand.AFGELOPEN, afloop) == staat.by_id[VERWIJZING]
    opnieuw, niets = verwerk_afloop(staat, command)
    assert (True, []) == (opnieuw is staat, niets)


def test_a_second_and_different_afloop_is_refused() -> None:
    """The zaak may be closed already: a human must look."""
    staat, _ = verwerk_afloop(aangeboden(), OntvangAfloop(VERWIJZING, HaltAfloop.POSITIEF, VANDAAG))
    with pytest.raises(Ongeldig) as fout:
        verwerk_afloop(staat, OntvangAfloop(VERWIJZING, HaltAfloop.NEGATIEF, VANDAAG))
    assert "afloop" == fout.value.veld


def test_an_afloop_of_a_referral_we_do_not_have_is_refused() -> None:
    """Halt sent it to the wrong address, or the kenmerk is wrong."""
    with pytest.raises(Ongeldig) as fout:
        verwerk_afloop(aangeboden(), OntvangAfloop(UUID(int=9), HaltAfloop.POSITIEF, VANDAAG))
    assert "kenmerk" == fout.value.veld
