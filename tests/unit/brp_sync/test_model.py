"""The person in its one normal form: what is known, what is empty, what is not known, and what a change does to it."""

from datetime import date
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError

from hub.privacy import Bsn, onthuld_json
from services.brp_sync.gegevens import reden_van_afkeuring
from services.brp_sync.model import (
    ONBEKENDE,
    Adres,
    Betrekking,
    Gezag,
    InOnderzoek,
    OngeldigeDatum,
    OnvolledigeDatum,
    Opschorting,
    Ouder,
    OuderMutatie,
    OuderWijziging,
    Persoon,
    PersoonWijziging,
    toepassen,
)
from tests.unit.brp_sync.voorbeelden import ADRES, MOEDER, VADER, jongere


@pytest.mark.parametrize(
    ("waarde", "deel", "hele", "grenzen"),
    [
        ("20150312", (2015, 3, 12), date(2015, 3, 12), (date(2015, 3, 12), date(2015, 3, 12))),
        ("20160229", (2016, 2, 29), date(2016, 2, 29), (date(2016, 2, 29), date(2016, 2, 29))),
        ("20150200", (2015, 2, None), None, (date(2015, 2, 1), date(2015, 2, 28))),
        ("20150000", (2015, None, None), None, (date(2015, 1, 1), date(2015, 12, 31))),
        ("00000000", (None, None, None), None, None),
    ],
)
def test_a_date_knows_which_parts_of_it_are_known(
    waarde: str, deel: tuple[int | None, ...], hele: date | None, grenzen: tuple[date, date] | None
) -> None:
    """Zeros are unknown parts; only a complete date becomes a day, never a filler."""
    datum = OnvolledigeDatum(waarde)
    assert deel == (datum.jaar, datum.maand, datum.dag)
    assert hele == datum.als_datum()
    assert grenzen == datum.grenzen()


@pytest.mark.parametrize(
    "waarde",
    [
        "20150230",
        "20150229",
        "20150013",
        "20151300",
        "20151301",
        "00000001",
        "00002014",
        "00000300",
        "2015031",
        "201503121",
        "2015-3-1",
        "２０１５０３１２",
        "201503１２",
    ],
)
def test_what_is_no_date_is_refused_without_repeating_it(waarde: str) -> None:
    """No such day, a day without a month, a month without a year, other lengths and other digits."""
    with pytest.raises(OngeldigeDatum) as fout:
        OnvolledigeDatum(waarde)
    assert waarde not in str(fout.value)


def test_a_date_is_made_of_a_day() -> None:
    """Also of one in a year with fewer than four digits."""
    assert OnvolledigeDatum.van(date(2015, 3, 12)).get_secret_value() == "20150312"
    assert OnvolledigeDatum.van(date(987, 3, 12)).get_secret_value() == "09870312"


def test_nothing_of_a_person_shows_when_it_is_printed() -> None:
    """Numbers, names, dates and addresses of the jongere and the parents print as asterisks."""
    for tekst in (repr(jongere()), str(jongere()), repr(PersoonWijziging(adres=ADRES, geboortedatum="20150312"))):
        for geheim in ("9999495", "1000000007", "Noëlle", "Hooger", "2015", "8302", "Maïs", "Rijnsbrug", "Benaïssa"):
            assert geheim not in tekst


@pytest.mark.parametrize(
    ("velden", "veld", "reden"),
    [
        ({"bsn": "999949513"}, "bsn", "geen geldig BSN: negen cijfers die aan de elfproef voldoen"),
        ({"bsn": 999949512}, "bsn", "is geen tekst"),
        ({"a_nummer": "100000000"}, "a_nummer", "geen tien cijfers"),
        ({"geslachtsnaam": ""}, "geslachtsnaam", "is leeg"),
        ({"geslachtsnaam": "x" * 201}, "geslachtsnaam", "is langer dan 200 tekens"),
        ({"voornamen": "Jan\x07"}, "voornamen", "bevat een stuurteken"),
        ({"voorvoegsel": "van der den"}, "voorvoegsel", "is langer dan 10 tekens"),
        ({"geslacht": "X"}, "geslacht", "onbekende code"),
        ({"geboortedatum": "20150230"}, "geboortedatum", "geen datum JJJJMMDD (met nullen voor wat onbekend is)"),
        ({"gemeente": "171"}, "gemeente", "geen gemeentecode van vier cijfers"),
        ({"indicatie_geheim": "8"}, "indicatie_geheim", "geen cijfer van 0 tot en met 7"),
        ({"indicatie_geheim": -1}, "indicatie_geheim", "geen cijfer van 0 tot en met 7"),
        ({"indicatie_gezag": "12D"}, "indicatie_gezag", "geen code van een of twee tekens"),
        ({"adres": {"huisnummer": "0"}}, "adres.huisnummer", "geen huisnummer van 1 tot 99999"),
        ({"adres": {"huisnummer": "100000"}}, "adres.huisnummer", "geen huisnummer van 1 tot 99999"),
        ({"adres": {"postcode": "8302 EA"}}, "adres.postcode", "geen postcode (1234AB)"),
        ({"in_onderzoek": [{"code": "08"}]}, "in_onderzoek.0.code", "geen zes cijfers"),
        ({"kleur": "rood"}, "kleur", "heeft niet de vorm van dit veld"),
    ],
)
def test_a_field_without_its_form_is_refused_with_a_dutch_reason(
    velden: dict[str, object], veld: str, reden: str
) -> None:
    """The reason names the field and the rule, and never the value."""
    with pytest.raises(ValidationError) as fout:
        Persoon(**velden)
    assert (veld, reden) == reden_van_afkeuring(fout.value)


@pytest.mark.parametrize(
    "velden",
    [
        {"geslachtsnaam": "x" * 200, "voorvoegsel": "voor in 't", "indicatie_geheim": 7, "indicatie_gezag": "1D"},
        {"adres": {"huisnummer": "1"}},
        {"adres": {"huisnummer": "99999"}},
        {"indicatie_geheim": "0", "geboortedatum": "00000000"},
    ],
)
def test_values_at_the_edge_are_accepted(velden: dict[str, object]) -> None:
    """The longest and the smallest that the forms allow."""
    assert set(velden) == Persoon(**velden).model_fields_set


@pytest.mark.parametrize("velden", [{"onbekend": {"schoenmaat"}}, {"onbekend": {"gemeente"}, "gemeente": "0171"}])
def test_only_a_field_without_a_value_can_be_unknown(velden: dict[str, object]) -> None:
    """And only a field that exists."""
    with pytest.raises(ValidationError):
        Persoon(**velden)


def test_the_name_is_put_together_from_its_known_parts() -> None:
    """Someone with one name, or none that is known, gets no stray spaces."""
    assert jongere().volledige_naam().get_secret_value() == "Noëlle Çağla van 't Hoogerhuijs"
    assert jongere(voornamen=None, voorvoegsel=None).volledige_naam().get_secret_value() == "Hoogerhuijs"
    assert MOEDER.volledige_naam().get_secret_value() == "Fadoua Benaïssa"
    assert SecretStr("") == ONBEKENDE.volledige_naam()


@pytest.mark.parametrize(
    ("velden", "regels"),
    [
        ({}, ["Maïsstraat 12A bis", "8302 EA Sint-Rijnsbrug"]),
        ({"toevoeging": "-4"}, ["Maïsstraat 12A-4", "8302 EA Sint-Rijnsbrug"]),
        ({"huisletter": None, "toevoeging": None, "aanduiding": "to"}, ["Maïsstraat t/o 12", "8302 EA Sint-Rijnsbrug"]),
        ({"woonplaats": None, "postcode": None}, ["Maïsstraat 12A bis"]),
        ({"land": "7028", "buitenland_regels": ("ul. Długa 5", "00-238 Warszawa")}, ["ul. Długa 5", "00-238 Warszawa"]),
        ({"land": "0000"}, []),
    ],
)
def test_address_lines_hold_what_is_known(velden: dict[str, object], regels: list[str]) -> None:
    """Dutch addresses in the usual order; addresses abroad line by line; none for an unknown place abroad."""
    adres = Adres(**(ADRES.model_dump() | velden))
    assert regels == [regel.get_secret_value() for regel in jongere(adres=adres).adresregels()]


def test_a_place_without_a_street_is_addressed_by_its_description() -> None:
    """A houseboat has a locatiebeschrijving; someone without an address has no lines."""
    boot = Adres(locatiebeschrijving="Woonboot in de Sloot", woonplaats="Lelieloo")
    assert [r.get_secret_value() for r in jongere(adres=boot).adresregels()] == ["Woonboot in de Sloot", "Lelieloo"]
    assert jongere(adres=None).adresregels() == ()


@pytest.mark.parametrize(("geheim", "beperkt"), [(0, False), (1, True), (7, True), (None, True)])
def test_geheimhouding_holds_until_it_is_known_that_there_is_none(geheim: int | None, beperkt: bool) -> None:
    """Not knowing is no permission to disclose."""
    assert beperkt == jongere(indicatie_geheim=geheim).heeft_geheimhouding


def test_a_change_leaves_alone_what_it_does_not_mention() -> None:
    """Also inside the address; None empties a field, but only when it was set."""
    wijziging = PersoonWijziging(voorvoegsel=None, adres=Adres(toevoeging=None))
    nieuw = toepassen(jongere(), wijziging)
    assert jongere(voorvoegsel=None, adres=ADRES.model_copy(update={"toevoeging": None})) == nieuw
    assert {"voorvoegsel", "adres"} == wijziging.genoemd
    assert jongere() == toepassen(jongere(), PersoonWijziging())


def test_applying_a_change_twice_is_the_same_as_once() -> None:
    """A message that is delivered again does no harm."""
    wijziging = PersoonWijziging(
        gemeente="0193",
        adres=Adres(straat="Olmendreef", huisnummer="1", postcode="8011LW", aanvang="20260825"),
        ouders=(OuderWijziging(betrekking="ouder2", mutatie="verwijder"),),
        onbekend={"geboortedatum"},
    )
    eenmaal = toepassen(jongere(), wijziging)
    assert eenmaal == toepassen(eenmaal, wijziging)


@pytest.mark.parametrize(
    ("deel", "verwacht"),
    [
        ({"huisletter": "B"}, {**ADRES.model_dump(), "huisletter": "B"}),
        ({"straat": "Maisstraat"}, {**ADRES.model_dump(), "straat": "Maisstraat"}),
        ({"aanvang": "20200102"}, {**ADRES.model_dump(), "aanvang": "20200102"}),
        ({"postcode": "8302EA", "huisnummer": "12"}, ADRES.model_dump()),
        ({"postcode": "8302EA", "huisnummer": "14"}, {"postcode": "8302EA", "huisnummer": "14"}),
        ({"straat": "Olmendreef", "aanvang": "20260825"}, {"straat": "Olmendreef", "aanvang": "20260825"}),
        ({"land": "7028"}, {"land": "7028"}),
        ({"buitenland_regels": ("ul. Długa 5",)}, {"buitenland_regels": ("ul. Długa 5",)}),
        (dict.fromkeys(Adres.model_fields.keys() - {"buitenland_regels"}), None),
    ],
)
def test_parts_of_an_address_are_never_mixed_with_those_of_another(
    deel: dict[str, object], verwacht: dict[str, object] | None
) -> None:
    """A correction joins the known parts; another place starts anew, so that no old huisletter makes it wrong."""
    nieuw = toepassen(jongere(), PersoonWijziging(adres=Adres(**deel))).adres
    assert (None if verwacht is None else Adres(**verwacht)) == nieuw


def test_someone_who_comes_back_from_abroad_has_no_lines_of_the_foreign_address_left() -> None:
    """The two kinds of address exclude each other."""
    buitenland = jongere(adres=Adres(land="7028", buitenland_regels=("ul. Długa 5",)))
    for adres in (ADRES, Adres(straat="Olmendreef")):
        assert adres == toepassen(buitenland, PersoonWijziging(adres=adres)).adres


@pytest.mark.parametrize(
    ("oud", "wijziging", "verwacht"),
    [
        (None, {"reden": "E"}, ("E", None)),
        (None, {"datum": "20260201"}, (".", "20260201")),
        (None, {"datum": None}, None),
        (("E", "20260201"), {"datum": "20260202"}, ("E", "20260202")),
        (("E", "20260201"), {"reden": "E"}, ("E", "20260201")),
        (("E", "20260201"), {"reden": "O"}, ("O", None)),
        (("E", "20260201"), None, None),
    ],
)
def test_reason_and_day_of_opschorting_are_told_apart_and_kept_together(
    oud: tuple[str, str] | None, wijziging: dict[str, object] | None, verwacht: tuple[str, str | None] | None
) -> None:
    """The day of one reason is never taken for the day of another."""
    was = None if oud is None else Opschorting(reden=oud[0], datum=oud[1])
    deel = None if wijziging is None else Opschorting(**wijziging)
    nieuw = toepassen(jongere(opschorting=was), PersoonWijziging(opschorting=deel)).opschorting
    assert (None if verwacht is None else Opschorting(reden=verwacht[0], datum=verwacht[1])) == nieuw


def test_parents_come_change_and_go_by_their_place() -> None:
    """A change touches one parent; the other stays as they are."""
    namen = Ouder(betrekking="ouder1", geslachtsnaam="Bakkali")
    stief = Ouder(betrekking="ouder2", bsn="999949536", geslachtsnaam="Elzinga")
    wijziging = PersoonWijziging(
        ouders=(
            OuderWijziging(betrekking="ouder1", mutatie=OuderMutatie.WIJZIG, ouder=namen),
            OuderWijziging(betrekking="ouder2", mutatie=OuderMutatie.VERVANG, ouder=stief),
        )
    )
    verwacht = (MOEDER.model_copy(update={"geslachtsnaam": SecretStr("Bakkali")}), stief)
    assert verwacht == toepassen(jongere(), wijziging).ouders
    weg = PersoonWijziging(ouders=(OuderWijziging(betrekking="ouder1", mutatie="verwijder"),))
    assert toepassen(jongere(), weg).ouders == (VADER,)
    assert "ouders" in toepassen(ONBEKENDE, weg).onbekend


def test_a_change_of_nobody_adds_nobody() -> None:
    """A relation that only identifies, with nothing in it, is no parent."""
    leeg = OuderWijziging(betrekking="ouder2", mutatie="wijzig", ouder=Ouder(betrekking="ouder2"))
    assert toepassen(jongere(ouders=(MOEDER,)), PersoonWijziging(ouders=(leeg,))).ouders == (MOEDER,)


def test_investigations_begin_and_end_per_category() -> None:
    """The end of one leaves the other running."""
    oud = jongere(in_onderzoek=(InOnderzoek(code="010310"), InOnderzoek(code="080000", ingang="20260101")))
    einde = {"categorie": "08", "onderzoek": None}
    begin = {"categorie": "11", "onderzoek": {"code": "110000"}}
    nieuw = toepassen(oud, PersoonWijziging(in_onderzoek=(einde, begin)))
    assert [onderzoek.code for onderzoek in nieuw.in_onderzoek] == ["010310", "110000"]
    assert not nieuw.adres_in_onderzoek


def test_what_was_never_told_is_unknown_and_not_empty() -> None:
    """Telling that a field is empty takes it out of the unknown ones."""
    nieuw = toepassen(ONBEKENDE, PersoonWijziging(bsn="999949512", overlijdensdatum=None, indicatie_geheim=0))
    assert frozenset({"bsn", "overlijdensdatum", "indicatie_geheim"}) == ONBEKENDE.onbekend - nieuw.onbekend
    assert Bsn("999949512") == nieuw.bsn


def test_a_field_the_register_does_not_know_becomes_unknown() -> None:
    """Unlike a number or a death that we do know: those are not forgotten."""
    overleden = jongere(overlijdensdatum="20260301")
    nieuw = toepassen(overleden, PersoonWijziging(onbekend={"geboortedatum", "adres", "bsn", "overlijdensdatum"}))
    assert frozenset({"geboortedatum", "adres"}) == nieuw.onbekend
    assert (nieuw.geboortedatum, nieuw.adres) == (None, None)
    assert (overleden.bsn, overleden.overlijdensdatum) == (nieuw.bsn, nieuw.overlijdensdatum)


def test_a_person_comes_back_from_what_is_sealed_in_the_store() -> None:
    """With every value, and with what is unknown still unknown."""
    for persoon in (jongere(in_onderzoek=(InOnderzoek(code="080000", ingang="20260700"),)), ONBEKENDE):
        assert persoon == Persoon.model_validate_json(onthuld_json(persoon))


def test_a_change_still_mentions_the_same_after_it_was_stored() -> None:
    """Otherwise everything it does not mention would be emptied when it is applied later."""
    wijziging = PersoonWijziging(
        voorvoegsel=None,
        adres=Adres(huisletter=None),
        opschorting=Opschorting(datum="20260201"),
        ouders=(OuderWijziging(betrekking="ouder1", mutatie="wijzig", ouder=Ouder(betrekking="ouder1", bsn=None)),),
        onbekend={"geboortedatum"},
    )
    terug = PersoonWijziging.model_validate_json(onthuld_json(wijziging))
    oud = jongere(opschorting=Opschorting(reden="E"))
    assert wijziging.genoemd == terug.genoemd
    assert toepassen(oud, wijziging) == toepassen(oud, terug)
    assert set(wijziging.model_dump()) == {"voorvoegsel", "adres", "opschorting", "ouders", "onbekend"}


@pytest.mark.parametrize("velden", [{"mutatie": "wijzig"}, {"mutatie": "verwijder", "ouder": MOEDER}])
def test_only_a_parent_who_is_taken_away_is_left_out(velden: dict[str, object]) -> None:
    """A change of nobody and the removal of somebody with new data mean nothing."""
    with pytest.raises(ValidationError):
        OuderWijziging(betrekking="ouder1", **velden)


def test_an_address_can_be_taken_away() -> None:
    """And a move from one country to another leaves no lines behind; a correction of them keeps the country."""
    assert toepassen(jongere(), PersoonWijziging(adres=None)).adres is None
    polen = jongere(adres=Adres(land="7028", buitenland_regels=("ul. Długa 5",)))
    verhuisd = toepassen(polen, PersoonWijziging(adres=Adres(land="5010"))).adres
    gecorrigeerd = toepassen(polen, PersoonWijziging(adres=Adres(buitenland_regels=("ul. Długa 7",)))).adres
    assert Adres(land="5010") == verhuisd
    assert Adres(land="7028", buitenland_regels=("ul. Długa 7",)) == gecorrigeerd


def test_places_for_parents_are_the_two_of_the_register() -> None:
    """ouder1 is category 02, ouder2 category 03; they sort in that order."""
    assert sorted(Betrekking) == ["ouder1", "ouder2"]


@pytest.mark.parametrize(
    ("wijziging", "vervalt"),
    [
        ({"indicatie_gezag": "1"}, True),
        ({"ouders": ({"betrekking": "ouder2", "mutatie": "verwijder"},)}, True),
        ({"indicatie_gezag": "12", "voornamen": "Noor"}, False),
    ],
)
def test_gezag_is_unknown_once_what_it_follows_from_changes(wijziging: dict[str, Any], vervalt: bool) -> None:
    """The RvIG derives it from ouders and 32.10: an old answer must not say whom to write to."""
    eerst = jongere(gezag=(Gezag(soort="EenhoofdigOuderlijkGezag"),))
    nieuw = toepassen(eerst, PersoonWijziging(**wijziging))
    assert (vervalt, not vervalt) == ("gezag" in nieuw.onbekend, bool(nieuw.gezag))
