"""What a new picture of a person means for the rest of the hub."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from pydantic import SecretStr

from contracts.events.personen import (
    JongereIngeschreven,
    JongereOverleden,
    JongereVerhuisd,
    JongereVertrokken,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    PersoonslijstAfgevoerd,
    Vertreksoort,
    WoonadresGewijzigd,
)
from hub.privacy import Bsn
from services.brp_sync.decisions import (
    Hernummer,
    Inschrijving,
    VoegSamen,
    hernummer,
    registreer,
    voeg_samen,
    voer_af,
    wijzig,
)
from services.brp_sync.model import Adres, OnvolledigeDatum, Opschorting, Ouder, Persoon, PersoonWijziging

VANDAAG = date(2026, 9, 14)  # maandag
ADRES: dict[str, Any] = {
    "straat": "Proefstraat",
    "huisnummer": "1",
    "postcode": "3240ZZ",
    "woonplaats": "Voorbeelddorp",
    "aanvang": "20200101",
}
NIEUW_ADRES = Adres(**(ADRES | {"huisnummer": "14", "aanvang": "20260901"}))
OUDER = Ouder(betrekking="ouder1", voornamen="Olga", geslachtsnaam="Fictief")


def persoon(**velden: Any) -> Persoon:
    """A jongere of the demonstration region; `velden` replaces fields."""
    basis: dict[str, Any] = {
        "bsn": "999990019",
        "voornamen": "Saar",
        "geslachtsnaam": "Fictief",
        "geslacht": "V",
        "geboortedatum": "20110504",
        "gemeente": "1924",
        "indicatie_geheim": 0,
        "indicatie_gezag": "12",
        "adres": Adres(**ADRES),
        "ouders": (OUDER,),
    }
    return Persoon(**(basis | velden))


BEKEND = Inschrijving(persoon())


def gewijzigd(*onderdelen: Onderdeel) -> PersoonsgegevensGewijzigd:
    """The event that names these parts."""
    return PersoonsgegevensGewijzigd(onderdelen=onderdelen)


@pytest.mark.parametrize(
    ("anders", "events"),
    [
        ({}, []),
        ({"voornamen": "Sara"}, [gewijzigd(Onderdeel.NAAM)]),
        ({"geboortedatum": "20110505"}, [gewijzigd(Onderdeel.GEBOORTEDATUM)]),
        ({"adres": NIEUW_ADRES}, [WoonadresGewijzigd(), gewijzigd(Onderdeel.ADRES)]),
        ({"indicatie_gezag": "D"}, [gewijzigd(Onderdeel.GEZAG)]),
        ({"ouders": ()}, [gewijzigd(Onderdeel.GEZAG)]),
        ({"indicatie_geheim": 7}, [gewijzigd(Onderdeel.GEHEIMHOUDING)]),
        ({"in_onderzoek": ({"code": "080000"},)}, [gewijzigd(Onderdeel.ADRES_IN_ONDERZOEK)]),
        (
            {"voornamen": "Sara", "indicatie_geheim": 7},
            [gewijzigd(Onderdeel.GEHEIMHOUDING, Onderdeel.NAAM)],
        ),
        (
            {"gemeente": "0171", "adres": NIEUW_ADRES},
            [JongereVerhuisd(van_gemeente="1924", naar_gemeente="0171"), gewijzigd(Onderdeel.ADRES)],
        ),
        (
            {"opschorting": Opschorting(reden="E"), "gemeente": "1999"},
            [JongereVertrokken(vertreksoort=Vertreksoort.ONBEKEND_WAARHEEN)],
        ),
        ({"opschorting": Opschorting(reden="O")}, [JongereOverleden()]),
        ({"overlijdensdatum": "20260901"}, [JongereOverleden()]),
        ({"overlijdensdatum": "00000000"}, [JongereOverleden()]),
    ],
    ids=[
        "nothing", "name", "day of birth", "moved", "gezag", "parent gone", "geheimhouding", "address investigated",
        "two at once", "other gemeente", "emigrated", "died by opschorting", "died on a day", "died on an unknown day",
    ],
)  # fmt: skip
def test_each_change_says_which_part_and_never_what(anders: dict[str, Any], events: list[object]) -> None:
    """A whole persoonslijst that differs from the known one in one or two things."""
    nieuw = persoon(**anders)
    assert (Inschrijving(nieuw), events) == registreer(BEKEND, nieuw, VANDAAG)


@pytest.mark.parametrize(
    ("anders", "events"),
    [
        ({}, [JongereIngeschreven()]),
        ({"indicatie_geheim": 7}, [JongereIngeschreven()]),
        ({"overlijdensdatum": "20260901"}, [JongereOverleden()]),
        ({"opschorting": Opschorting(reden="R")}, [JongereVertrokken(vertreksoort=Vertreksoort.NIET_INGEZETENE)]),
    ],
    ids=["resident", "with geheimhouding", "died before", "left before"],
)
def test_a_person_seen_for_the_first_time(anders: dict[str, Any], events: list[object]) -> None:
    """Whoever is not a resident any more is not told as one."""
    nieuw = persoon(**anders)
    assert (Inschrijving(nieuw), events) == registreer(Inschrijving(), nieuw, VANDAAG)


def test_the_same_persoonslijst_again_says_nothing() -> None:
    """Lists come in whole, time and again."""
    assert (BEKEND, []) == registreer(BEKEND, persoon(), VANDAAG)


def test_a_mutation_changes_only_what_it_mentions() -> None:
    """The rest of the person stays as it was."""
    staat, events = wijzig(BEKEND, PersoonWijziging(voornamen="Sara"), VANDAAG)
    assert (Inschrijving(persoon(voornamen="Sara")), [gewijzigd(Onderdeel.NAAM)]) == (staat, events)


def test_a_mutation_that_mentions_nothing_says_nothing() -> None:
    """What a V tells is that the sender stopped following, and nothing about the person: no death, no departure."""
    assert (BEKEND, []) == wijzig(BEKEND, PersoonWijziging(), VANDAAG)


def test_a_mutation_of_someone_unknown_keeps_the_rest_unknown() -> None:
    """What was not told is not known to be empty."""
    staat, _ = wijzig(Inschrijving(), PersoonWijziging(bsn="999990019", voornamen="Saar"), VANDAAG)
    assert staat.persoon is not None
    assert {"geboortedatum", "adres", "ouders"} <= staat.persoon.onbekend


def test_a_death_told_twice_is_told_on_once() -> None:
    """By its date and by the opschorting, in two messages."""
    staat, eerst = wijzig(BEKEND, PersoonWijziging(overlijdensdatum="20260901"), VANDAAG)
    _, daarna = wijzig(staat, PersoonWijziging(opschorting=Opschorting(reden="O")), VANDAAG)
    assert ([JongereOverleden()], []) == (eerst, daarna)


def test_a_persoonslijst_that_is_removed_is_no_departure_and_no_death() -> None:
    """All that was known stays, and it is said once."""
    nieuw, events = voer_af(BEKEND, OnvolledigeDatum("20260901"), VANDAAG)
    assert [PersoonslijstAfgevoerd()] == events
    assert nieuw.persoon is not None
    assert not nieuw.persoon.is_overleden
    assert (persoon().adres, persoon().bsn, "F") == (
        nieuw.persoon.adres,
        nieuw.persoon.bsn,
        nieuw.persoon.opschorting and nieuw.persoon.opschorting.reden,
    )
    assert [] == voer_af(nieuw, None, VANDAAG)[1]
    assert (Inschrijving(), []) == voer_af(Inschrijving(), None, VANDAAG)


def test_new_numbers_keep_the_person() -> None:
    """Another BSN, another A-nummer; the number that is not told stays."""
    nieuw, events = hernummer(BEKEND, Hernummer(a_nummer=SecretStr("1000000018")), VANDAAG)
    assert [gewijzigd(Onderdeel.IDENTIFICATIE)] == events
    assert Inschrijving(persoon(a_nummer="1000000018")) == nieuw
    assert [] == hernummer(nieuw, Hernummer(a_nummer=SecretStr("1000000018")), VANDAAG)[1]
    ander, events = hernummer(BEKEND, Hernummer(bsn=Bsn("999990020")), VANDAAG)
    assert [gewijzigd(Onderdeel.IDENTIFICATIE)] == events
    assert Inschrijving(persoon(bsn="999990020")) == ander


def test_new_numbers_of_a_person_nobody_told_about() -> None:
    """They are kept, and nothing is said: the BRP still has to tell who this is."""
    nieuw, events = hernummer(Inschrijving(), Hernummer(bsn=Bsn("999990020")), VANDAAG)
    assert [] == events
    assert nieuw.persoon is not None
    assert Bsn("999990020") == nieuw.persoon.bsn


def test_a_kennisgeving_that_was_handled_before_does_nothing() -> None:
    """Also when the person was joined with another one meanwhile: the higher number counts."""
    sara, saartje = (PersoonWijziging(bsn="999949512", voornamen=naam) for naam in ("Sara", "Saartje"))
    eerst, _ = wijzig(Inschrijving(), sara, VANDAAG, stuf_nr=7)
    staat, events = wijzig(eerst, saartje, VANDAAG, stuf_nr=8)
    assert [PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.NAAM,))] == events
    for nummer, wijziging in ((7, sara), (8, saartje)):
        assert (staat, []) == wijzig(staat, wijziging, VANDAAG, stuf_nr=nummer)
    samen, _ = voeg_samen(eerst, VoegSamen(UUID(int=1), staat), VANDAAG)
    assert (samen, []) == wijzig(samen, saartje, VANDAAG, stuf_nr=8)
    assert [PersoonsgegevensGewijzigd(onderdelen=(Onderdeel.NAAM,))] == wijzig(staat, sara, VANDAAG)[1]
