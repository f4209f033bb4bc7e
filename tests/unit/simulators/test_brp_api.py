"""What the stand-in for the BRP API answers: only what was asked; and what the hub reads back is whom it told of."""

from datetime import date
from typing import Any

import pytest

from services.brp_sync.brpapi import lees_persoon
from services.brp_sync.brpapi.velden import levert, paden
from services.brp_sync.model import Adres, Gezag, Gezaghouder, Gezagsoort, Opschorting, Persoon
from services.brp_sync.persoonslijsten import Gelezen
from simulators.brp.persoon_json import van_gba, van_persoon
from simulators.brp.velden import bezwaar, kies
from simulators.personen import maak_bevolking

ALLES = paden()
STIL = {"geslacht", "indicatie_gezag", "gezag", "onbekend", "indicatie_geheim", "geheim_zonder_code", "in_onderzoek"}


def terug(persoon: Persoon) -> Persoon:
    """The person as the hub hears of it."""
    gelezen = lees_persoon(kies(van_persoon(persoon), ALLES), "personen[0]", levert(ALLES))
    assert isinstance(gelezen, Gelezen), gelezen
    return gelezen.persoon


def test_a_region_comes_back_as_it_was_told() -> None:
    """But for what the API does not tell, or was not asked for."""
    for persoon in maak_bevolking(5, 300, ["0171", "0193"], date(2026, 9, 14)):
        gehoord = terug(persoon)
        for veld in set(Persoon.model_fields) - STIL - persoon.onbekend:
            assert getattr(persoon, veld) == getattr(gehoord, veld), veld
        assert bool(persoon.indicatie_geheim) is bool(gehoord.indicatie_geheim) is gehoord.geheim_zonder_code
        assert persoon.adres_in_onderzoek is gehoord.adres_in_onderzoek
        soort = {2: Gezagsoort.GEZAMENLIJK_OUDERLIJK, 1: Gezagsoort.EENHOOFDIG_OUDERLIJK, 0: Gezagsoort.NIET_TE_BEPALEN}
        assert [soort[len(persoon.ouders)]] == [gezag.soort for gezag in gehoord.gezag]


@pytest.mark.parametrize(
    "anders",
    [
        {"adres": Adres(locatiebeschrijving="Woonboot", aanvang="20200000")},
        {"adres": Adres(land="0000")},
        {"adres": Adres(land="7028", buitenland_regels=("ul. Długa 5", "Warszawa"), aanvang="20200301")},
        {"adres": None},
        {"opschorting": Opschorting(reden="E", datum="20260901"), "overlijdensdatum": None},
        {"opschorting": Opschorting(reden="O"), "overlijdensdatum": "20260000"},
        {"datum_vestiging": "20260801", "land_vanwaar": "5022"},
        {"gezag": (Gezag(soort="Voogdij", houders=(Gezaghouder(is_ouder=False, bsn="999990020"),)),)},
        {"geboortedatum": "00000000"},
    ],
)
def test_what_no_region_has_comes_back_too(anders: dict[str, Any]) -> None:
    """Every kind of place, an end of the persoonslijst, coming from abroad, a voogd, an unknown birthday."""
    velden: dict[str, Any] = {
        "bsn": "999990019",
        "geslachtsnaam": "Proefman",
        "geboortedatum": "20110504",
        "gemeente": "1924",
    }
    gehoord = terug(Persoon(**(velden | anders)))
    assert {veld: getattr(Persoon(**(velden | anders)), veld) for veld in anders} == {
        veld: getattr(gehoord, veld) for veld in anders
    }


def test_an_answer_holds_what_was_asked_and_what_is_always_told() -> None:
    """Nothing else, however much is known."""
    persoon = maak_bevolking(5, 1, ["0171"], date(2026, 9, 14))[0]
    json = van_persoon(persoon.model_copy(update={"opschorting": Opschorting(reden="E"), "indicatie_geheim": 3}))
    gekozen = kies(json, ["burgerservicenummer", "naam.voornamen", "ouders.ouderAanduiding"])
    assert {"burgerservicenummer", "naam", "ouders", "opschortingBijhouding", "geheimhoudingPersoonsgegevens"} == set(
        gekozen
    )
    assert {"voornamen"} == set(gekozen["naam"])
    assert all({"ouderAanduiding"} == set(ouder) for ouder in gekozen["ouders"])
    buiten = van_persoon(Persoon(bsn="999990019", adres=Adres(land="7028", buitenland_regels=("ul. Długa 5",))))
    assert {} == kies(buiten, ["verblijfplaatsBinnenland.verblijfadres"])


@pytest.mark.parametrize(
    ("fields", "nummer"),
    [(["naam", "opschortingBijhouding.reden"], 1), (["bestaatNiet"], 0), ([1], 0), (["naam", "gezag"], None)],
)
def test_a_path_that_may_not_be_asked_for_is_refused(fields: list[Any], nummer: int | None) -> None:
    """What is told unasked may not be asked for."""
    fout = bezwaar(fields)
    assert nummer == (fout[0] if fout else None)


def test_a_person_of_a_test_set_is_answered_in_the_form_of_the_api() -> None:
    """With its flags for what is under investigation."""
    gba = {
        "burgerservicenummer": "999990019",
        "naam": {"geslachtsnaam": "."},
        "geboorte": {"datum": "20110500"},
        "verblijfplaats": {
            "straat": "Laan",
            "huisnummer": "1",
            "inOnderzoek": {"aanduidingGegevensInOnderzoek": "089999", "datumIngangOnderzoek": "20260101"},
        },
        "geheimhoudingPersoonsgegevens": "1",
    }
    gelezen = lees_persoon(kies(van_gba(gba), ALLES), "x", levert(ALLES))
    assert isinstance(gelezen, Gelezen)
    persoon = gelezen.persoon
    assert (True, True, ["089999"]) == (
        persoon.heeft_geheimhouding,
        persoon.adres_in_onderzoek,
        [onderzoek.code for onderzoek in persoon.in_onderzoek],
    )
    assert "geslachtsnaam" in persoon.onbekend
