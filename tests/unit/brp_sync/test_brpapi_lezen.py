"""Answers of the BRP API Personen 2.7 and the GBA-JSON of its test sets, brought to the one form of a person."""

import json
from typing import Any

import pytest

from hub.privacy import onthuld_json
from services.brp_sync.brpapi import ALLE_VELDEN, lees_gba_persoon, lees_personen, lees_persoon
from services.brp_sync.model import Gezagsoort, Persoon
from services.brp_sync.persoonslijsten import Gelezen, Onbruikbaar

KIND, MOEDER, DERDE = "999949512", "999949524", "999990020"


def dag(datum: str) -> dict[str, str]:
    return {"type": "Datum", "datum": datum, "langFormaat": "voor mensen"}


def antwoord(**anders: Any) -> dict[str, Any]:
    """A child as the API answers; name the parts that are to be different, None to leave one out."""
    persoon: dict[str, Any] = {
        "aNummer": "1000000007",
        "burgerservicenummer": KIND,
        "geslacht": {"code": "V", "omschrijving": "vrouw"},
        "naam": {"voornamen": "Noëlle", "voorvoegsel": "van 't", "geslachtsnaam": "Hoogerhuijs", "voorletters": "N."},
        "geboorte": {"datum": dag("2015-03-12"), "land": {"code": "6030", "omschrijving": "Nederland"}},
        "gemeenteVanInschrijving": {"code": "0171", "omschrijving": "Noordoostpolder"},
        "datumInschrijvingInGemeente": dag("2020-01-01"),
        "verblijfplaats": {
            "type": "Adres",
            "datumVan": dag("2020-01-01"),
            "verblijfadres": {
                "officieleStraatnaam": "Burgemeester Maïsstraat",
                "korteStraatnaam": "Burg Maïsstraat",
                "huisnummer": 12,
                "huisletter": "A",
                "huisnummertoevoeging": "bis",
                "aanduidingBijHuisnummer": {"code": "to", "omschrijving": "tegenover"},
                "postcode": "8302 ea",
                "woonplaats": "Sint-Rijnsbrug",
            },
        },
        "ouders": [
            {
                "ouderAanduiding": "1",
                "burgerservicenummer": MOEDER,
                "naam": {"voornamen": "Fadoua", "geslachtsnaam": "Benaïssa"},
                "datumIngangFamilierechtelijkeBetrekking": dag("2015-03-12"),
            },
            {"ouderAanduiding": "2", "naam": {"geslachtsnaam": "."}},
        ],
        "gezag": [
            {
                "type": "EenhoofdigOuderlijkGezag",
                "minderjarige": {"burgerservicenummer": KIND},
                "ouder": {"burgerservicenummer": MOEDER, "naam": {"volledigeNaam": "Fadoua Benaïssa"}},
            }
        ],
    }
    return {naam: waarde for naam, waarde in (persoon | anders).items() if waarde is not None}


def lees(gegevens: dict[str, Any], gevraagd: frozenset[str] = ALLE_VELDEN) -> Persoon:
    gelezen = lees_persoon(gegevens, "personen[0]", gevraagd)
    assert isinstance(gelezen, Gelezen), gelezen
    return gelezen.persoon


def open_(persoon: Persoon) -> dict[str, Any]:
    """What is in it, with the secrets in the clear and without what is empty."""
    gegevens: dict[str, Any] = json.loads(onthuld_json(persoon))
    return {veld: waarde for veld, waarde in gegevens.items() if waarde not in (None, [], 0)}


def test_a_person_is_read_in_full() -> None:
    """Every field that the hub has a use for, and nothing else."""
    persoon = open_(lees(antwoord()))
    adres = {deel: waarde for deel, waarde in persoon.pop("adres").items() if waarde}
    moeder, vader = persoon.pop("ouders")
    assert {
        "bsn": KIND,
        "a_nummer": "1000000007",
        "voornamen": "Noëlle",
        "voorvoegsel": "van 't",
        "geslachtsnaam": "Hoogerhuijs",
        "geslacht": "V",
        "geboortedatum": "20150312",
        "gemeente": "0171",
        "datum_inschrijving": "20200101",
        "gezag": [
            {
                "soort": "EenhoofdigOuderlijkGezag",
                "houders": [{"is_ouder": True, "bsn": MOEDER, "naam": "Fadoua Benaïssa"}],
                "in_onderzoek": False,
            }
        ],
        "onbekend": ["onderwijsnummer"],
    } == persoon
    assert {
        "straat": "Burgemeester Maïsstraat",
        "huisnummer": "12",
        "huisletter": "A",
        "toevoeging": "bis",
        "aanduiding": "to",
        "postcode": "8302EA",
        "woonplaats": "Sint-Rijnsbrug",
        "aanvang": "20200101",
    } == adres
    assert (MOEDER, "Fadoua", "20150312") == (moeder["bsn"], moeder["voornamen"], moeder["ingang"])
    assert ("ouder2", None) == (vader["betrekking"], vader["geslachtsnaam"])


@pytest.mark.parametrize(
    ("datum", "acht_cijfers"),
    [
        (dag("2015-03-12"), "20150312"),
        ({"type": "JaarMaandDatum", "jaar": 2015, "maand": 3, "langFormaat": "maart 2015"}, "20150300"),
        ({"type": "JaarDatum", "jaar": 2015, "langFormaat": "2015"}, "20150000"),
        ({"type": "DatumOnbekend", "onbekend": True, "langFormaat": "onbekend"}, "00000000"),
    ],
)
def test_a_date_keeps_what_is_not_known_of_it(datum: dict[str, Any], acht_cijfers: str) -> None:
    """No birthday is made up."""
    persoon = lees(antwoord(geboorte={"datum": datum}))
    assert persoon.geboortedatum is not None
    assert acht_cijfers == persoon.geboortedatum.get_secret_value()


@pytest.mark.parametrize(
    ("plaats", "adres"),
    [
        (
            {
                "type": "Locatie",
                "datumVan": dag("2021-05-01"),
                "verblijfadres": {"locatiebeschrijving": "Woonboot in de Grotere Sloot"},
            },
            {"locatiebeschrijving": "Woonboot in de Grotere Sloot", "aanvang": "20210501"},
        ),
        (
            {
                "type": "VerblijfplaatsBuitenland",
                "datumVan": dag("2021-05-01"),
                "verblijfadres": {"regel1": "ul. Długa 5", "regel3": "Warszawa", "land": {"code": "7028"}},
            },
            {"land": "7028", "buitenland_regels": ["ul. Długa 5", "Warszawa"], "aanvang": "20210501"},
        ),
        ({"type": "VerblijfplaatsOnbekend"}, {"land": "0000"}),
    ],
)
def test_every_kind_of_place_is_read(plaats: dict[str, Any], adres: dict[str, Any]) -> None:
    """Someone who left for an unknown place lives in land 0000, not nowhere."""
    gelezen = open_(lees(antwoord(verblijfplaats=plaats)))["adres"]
    assert adres == {deel: waarde for deel, waarde in gelezen.items() if waarde}


HOUDER = {"burgerservicenummer": MOEDER, "naam": {"volledigeNaam": "Fadoua Benaïssa"}}
VOOGD = {"type": "BekendeDerde", "burgerservicenummer": DERDE, "naam": {"volledigeNaam": "Derk Fictief"}}


@pytest.mark.parametrize(
    ("relatie", "soort", "houders"),
    [
        ({"type": "GezamenlijkOuderlijkGezag", "ouders": [HOUDER, {"naam": {}}]}, "GezamenlijkOuderlijkGezag", "oo"),
        ({"type": "TweehoofdigOuderlijkGezag", "ouders": [HOUDER, HOUDER]}, "GezamenlijkOuderlijkGezag", "oo"),
        ({"type": "EenhoofdigOuderlijkGezag", "ouder": HOUDER}, "EenhoofdigOuderlijkGezag", "o"),
        ({"type": "GezamenlijkGezag", "ouder": HOUDER, "derde": {"type": "OnbekendeDerde"}}, "GezamenlijkGezag", "od"),
        ({"type": "Voogdij", "derden": [VOOGD]}, "Voogdij", "d"),
        ({"type": "Voogdij", "derden": []}, "Voogdij", ""),
        ({"type": "TijdelijkGeenGezag", "toelichting": "Beide ouders onder curatele."}, "TijdelijkGeenGezag", ""),
        ({"type": "GezagNietTeBepalen", "toelichting": "Een ouder is onbekend."}, "GezagNietTeBepalen", ""),
    ],
)
def test_every_kind_of_gezag_is_read(relatie: dict[str, Any], soort: str, houders: str) -> None:
    """With who holds it: o for an ouder, d for a derde."""
    (gezag,) = lees(antwoord(gezag=[{"minderjarige": {"burgerservicenummer": KIND}, **relatie}])).gezag
    assert (Gezagsoort(soort), houders) == (gezag.soort, "".join("o" if h.is_ouder else "d" for h in gezag.houders))


def test_gezag_over_somebody_else_is_not_kept() -> None:
    """A young mother gets the relation over her child in her own answer."""
    van_haar_kind = {"type": "EenhoofdigOuderlijkGezag", "minderjarige": {"burgerservicenummer": DERDE}}
    assert () == lees(antwoord(gezag=[van_haar_kind])).gezag


@pytest.mark.parametrize(
    ("anders", "codes"),
    [
        ({"naam": {"geslachtsnaam": "X", "inOnderzoek": {"geslachtsnaam": True}}}, {"010240"}),
        ({"naam": {"inOnderzoek": {"voornamen": True, "geslachtsnaam": True}}}, {"010200"}),
        (
            {"naam": {"inOnderzoek": {"voornamen": True}}, "geboorte": {"inOnderzoek": {"datum": True}}},
            {"010000"},
        ),
        ({"overlijden": {"inOnderzoek": {"datum": True}}}, {"060810"}),
        ({"inOnderzoek": {"gemeenteVanInschrijving": True}}, {"080910"}),
        ({"inOnderzoek": {"indicatieGezagMinderjarige": True}}, {"113210"}),
        ({"verblijfplaats": {"type": "Adres", "inOnderzoek": {"type": True}}}, {"080000"}),
        ({"verblijfplaats": {"type": "Adres", "inOnderzoek": {"datumVan": True}}}, {"081030"}),
        ({"verblijfplaats": {"type": "VerblijfplaatsOnbekend", "inOnderzoek": {"datumVan": True}}}, {"081320"}),
        (
            {"verblijfplaats": {"type": "Adres", "verblijfadres": {"inOnderzoek": {"huisnummer": True}}}},
            {"081120"},
        ),
        (
            {
                "verblijfplaats": {
                    "type": "Adres",
                    "indicatieVastgesteldVerblijftNietOpAdres": True,
                    "inOnderzoek": {"type": True, "datumVan": True},
                }
            },
            {"089999"},
        ),
    ],
)
def test_what_is_under_investigation_gets_its_code_back(anders: dict[str, Any], codes: set[str]) -> None:
    """The narrowest code that covers the fields the API flags."""
    assert codes == {onderzoek.code for onderzoek in lees(antwoord(**anders)).in_onderzoek}


def test_a_death_a_departure_and_a_restriction_are_told_unasked() -> None:
    """Also to whoever asks for a BSN alone."""
    kaal = {
        "burgerservicenummer": KIND,
        "geheimhoudingPersoonsgegevens": True,
        "opschortingBijhouding": {"reden": {"code": "O", "omschrijving": "overlijden"}, "datum": dag("2026-02-01")},
    }
    persoon = lees(kaal, frozenset({"bsn"}))
    assert (True, True) == (persoon.is_overleden, persoon.heeft_geheimhouding)
    assert not {"indicatie_geheim", "opschorting", "in_onderzoek"} & persoon.onbekend
    assert {"voornamen", "adres", "ouders", "gezag", "overlijdensdatum"} <= persoon.onbekend


def test_what_was_asked_and_is_not_there_is_empty_or_unknown_to_the_register() -> None:
    """Everybody has a name, a birth and a gemeente; not everybody a prefix, parents, or a place to live."""
    persoon = lees({"burgerservicenummer": KIND})
    onbekend = {"a_nummer", "geslachtsnaam", "geslacht", "geboortedatum", "gemeente", "datum_inschrijving"}
    assert {*onbekend, "onderwijsnummer"} == persoon.onbekend
    assert (0, ()) == (persoon.indicatie_geheim, persoon.gezag)


@pytest.mark.parametrize(
    ("anders", "veld"),
    [
        ({"burgerservicenummer": "999999245"}, "burgerservicenummer"),
        ({"burgerservicenummer": 999949512}, "burgerservicenummer"),
        ({"naam": ["Noëlle"]}, "naam"),
        ({"naam": {"voornamen": "N\ud800"}}, "naam.voornamen"),
        ({"geboorte": {"datum": dag("2015-02-30")}}, "geboorte.datum"),
        ({"geboorte": {"datum": dag("2 maart")}}, "geboorte.datum.datum"),
        ({"geboorte": {"datum": {"type": "JaarMaandDatum", "jaar": 2015}}}, "geboorte.datum.maand"),
        ({"geboorte": {"datum": {"type": "Kwartaal"}}}, "geboorte.datum.type"),
        ({"verblijfplaats": {"type": "Ruimteschip"}}, "verblijfplaats.type"),
        (
            {"verblijfplaats": {"type": "Adres", "verblijfadres": {"postcode": "12AB"}}},
            "verblijfplaats.verblijfadres.postcode",
        ),
        (
            {"verblijfplaats": {"type": "Adres", "verblijfadres": {"huisnummer": -1}}},
            "verblijfplaats.verblijfadres.huisnummer",
        ),
        ({"ouders": [{"ouderAanduiding": "3"}]}, "ouders[0].ouderAanduiding"),
        ({"ouders": [{"ouderAanduiding": "1", "burgerservicenummer": "1"}]}, "ouders[0].burgerservicenummer"),
        ({"gezag": [{"type": "Regentschap"}]}, "gezag[0].type"),
        ({"opschortingBijhouding": {"reden": {"code": "Q"}}}, "opschortingBijhouding.reden.code"),
        ({"geheimhoudingPersoonsgegevens": "ja"}, "geheimhoudingPersoonsgegevens"),
    ],
)
def test_what_is_wrong_is_named_without_its_value(anders: dict[str, Any], veld: str) -> None:
    """Field, place and reason; the person is not taken."""
    fout = lees_persoon(antwoord(**anders), "personen[0]")
    assert isinstance(fout, Onbruikbaar)
    assert (veld, "personen[0]") == (fout.veld, fout.plek)
    assert not {"999999245", "Noëlle", "12AB", "Regentschap"} & set(fout.reden.split())


def test_one_bad_person_does_not_hold_up_the_others() -> None:
    """And what is no answer at all is said once."""
    inhoud = {"type": "RaadpleegMetBurgerservicenummer", "personen": [antwoord(naam=1), "niemand", antwoord()]}
    fout, niemand, goed = lees_personen(json.dumps(inhoud).encode())
    assert ("naam", "bericht", True) == (fout.veld, niemand.veld, isinstance(goed, Gelezen))
    rommel = [b"", b"\xff", b"[]", b'{"personen": 1}', b"[" * 100_000, b'{"type": "ZoekMetPostcodeEnHuisnummer"}']
    velden = [[fout.veld for fout in lees_personen(inhoud)] for inhoud in rommel]
    assert [["bericht"], ["bericht"], ["bericht"], ["personen"], ["bericht"], ["type"]] == velden


def test_the_form_of_the_test_sets_gives_the_same_person() -> None:
    """Flat, with the codes and dates of the LO."""
    gba = {
        "aNummer": "1000000007",
        "burgerservicenummer": KIND,
        "geslacht": {"code": "V"},
        "naam": {"voornamen": "Noëlle", "voorvoegsel": "van 't", "geslachtsnaam": "Hoogerhuijs"},
        "geboorte": {"datum": "20150312"},
        "gemeenteVanInschrijving": {"code": "0171"},
        "datumInschrijvingInGemeente": "20200101",
        "verblijfplaats": {
            "datumAanvangAdreshouding": "20200101",
            "straat": "Burg Maïsstraat",
            "naamOpenbareRuimte": "Burgemeester Maïsstraat",
            "huisnummer": "12",
            "huisletter": "A",
            "huisnummertoevoeging": "bis",
            "aanduidingBijHuisnummer": {"code": "to"},
            "postcode": "8302EA",
            "woonplaats": "Sint-Rijnsbrug",
        },
        "ouders": [
            {
                "ouderAanduiding": "1",
                "burgerservicenummer": MOEDER,
                "naam": {"voornamen": "Fadoua", "geslachtsnaam": "Benaïssa"},
                "datumIngangFamilierechtelijkeBetrekking": "20150312",
            },
            {"ouderAanduiding": "2", "naam": {"geslachtsnaam": "."}},
        ],
        "gezag": antwoord()["gezag"],
    }
    gelezen = lees_gba_persoon(gba, "lijst[0]")
    assert isinstance(gelezen, Gelezen)
    assert lees(antwoord()) == gelezen.persoon
    geheim = {"geheimhoudingPersoonsgegevens": "4", "persoonInOnderzoek": {"aanduidingGegevensInOnderzoek": "010300"}}
    gelezen = lees_gba_persoon(gba | geheim, "lijst[0]")
    assert isinstance(gelezen, Gelezen)
    assert (4, ["010300"]) == (gelezen.persoon.indicatie_geheim, [o.code for o in gelezen.persoon.in_onderzoek])
    fout = lees_gba_persoon(gba | {"burgerservicenummer": "999999245"}, "lijst[0]")
    assert isinstance(fout, Onbruikbaar)
    assert "burgerservicenummer" == fout.veld
