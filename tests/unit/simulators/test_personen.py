"""The fictional region: the same for a seed, nobody real, everything in it that makes people hard to handle."""

import csv
import io
from collections import Counter
from datetime import date
from itertools import islice, takewhile

import pytest
from stdnum.nl import bsn as elfproef

from services.brp_sync.model import Adres, InOnderzoek, Opschorting, Ouder, Persoon
from services.brp_sync.persoonslijsten import Gelezen, lees_persoonslijsten
from simulators.personen import JONGSTE, OUDSTE, fictieve_bsns, maak_bevolking, schrijf_persoonslijsten
from simulators.persoonslijsten import KOPRIJ

PEILDATUM = date(2026, 9, 1)  # a Tuesday
GEMEENTEN = ["0171", "0193", "0184"]


@pytest.fixture(scope="module")
def bevolking() -> list[Persoon]:
    return maak_bevolking(2026, 3000, GEMEENTEN, PEILDATUM)


def leeftijd(persoon: Persoon, op: date) -> int | None:
    geboren = persoon.geboortedatum.als_datum() if persoon.geboortedatum is not None else None
    return None if geboren is None else op.year - geboren.year - ((op.month, op.day) < (geboren.month, geboren.day))


def gelezen(personen: list[Persoon]) -> list[Persoon]:
    bestand = io.StringIO(newline="")
    assert len(personen) == schrijf_persoonslijsten(personen, bestand)
    bestand.seek(0)
    return [resultaat.persoon for resultaat in lees_persoonslijsten(bestand) if isinstance(resultaat, Gelezen)]


def test_the_same_seed_gives_the_same_people() -> None:
    """And another seed others."""
    een, twee, ander = (maak_bevolking(seed, 100, GEMEENTEN, PEILDATUM) for seed in (1, 1, 2))
    assert een == twee
    assert een != ander


@pytest.mark.parametrize("aantal", [0, 1, 2, 7])
def test_it_makes_exactly_as_many_as_asked(aantal: int) -> None:
    """Also when the last family would be too large."""
    assert aantal == len(maak_bevolking(3, aantal, GEMEENTEN, PEILDATUM))


@pytest.mark.parametrize("peildatum", [PEILDATUM, date(2028, 2, 29), date(2027, 1, 1)])
def test_everyone_is_of_the_ages_the_hub_is_about(peildatum: date) -> None:
    """From 4 to 22 on the day that is given, most of them of school age; both ends occur."""
    leeftijden = Counter(leeftijd(persoon, peildatum) for persoon in maak_bevolking(4, 2000, GEMEENTEN, peildatum))
    bekend = [jaren for jaren in leeftijden if jaren is not None]
    assert (min(bekend), max(bekend)) == (JONGSTE, OUDSTE)
    assert sum(leeftijden[jaren] for jaren in range(5, 19)) > 0.8 * leeftijden.total()


def test_every_bsn_is_used_once_and_passes_the_elfproef(bevolking: list[Persoon]) -> None:
    """Jongeren have theirs from the test range; parents of brothers and sisters are the same people."""
    jongeren = [persoon.bsn.get_secret_value() for persoon in bevolking if persoon.bsn is not None]
    ouders = {
        ouder.bsn.get_secret_value() for persoon in bevolking for ouder in persoon.ouders if ouder.bsn is not None
    }
    assert len(bevolking) == len(set(jongeren))
    assert not ouders.intersection(jongeren)
    assert all(elfproef.is_valid(nummer) for nummer in (*jongeren, *ouders))
    assert all("999900000" <= nummer <= "999999999" for nummer in jongeren)
    assert len(bevolking) == len({persoon.a_nummer for persoon in bevolking})


def test_the_test_range_is_used_up_before_the_other_begins() -> None:
    """Every number of the range that passes the elfproef comes first, and only then 900000000 and up."""
    in_bereik = sum(1 for _ in takewhile(lambda bsn: bsn.get_secret_value() >= "999900000", fictieve_bsns()))
    alle = sum(elfproef.is_valid(str(nummer)) for nummer in range(999_900_000, 1_000_000_000))
    assert alle == in_bereik
    daarna = [bsn.get_secret_value() for bsn in islice(fictieve_bsns(), alle, alle + 50)]
    assert daarna == sorted(daarna)
    assert daarna[0].startswith("90000000")


def test_families_live_together(bevolking: list[Persoon]) -> None:
    """Brothers and sisters share parents, surname, gemeente and address, and are born at different times."""
    gezinnen: dict[tuple[Ouder, ...], list[Persoon]] = {}
    for persoon in bevolking:
        if persoon.ouders:
            gezinnen.setdefault(persoon.ouders, []).append(persoon)
    assert max(len(gezin) for gezin in gezinnen.values()) > 2
    for gezin in gezinnen.values():
        eerste = gezin[0]
        for kind in gezin[1:]:
            assert (eerste.adres, eerste.gemeente, eerste.geslachtsnaam) == (
                kind.adres,
                kind.gemeente,
                kind.geslachtsnaam,
            )
            assert eerste.geboortedatum != kind.geboortedatum


def test_all_that_is_hard_about_people_occurs(bevolking: list[Persoon]) -> None:
    """One parent, none, geheimhouding, address under investigation, a third person with gezag, incomplete birthdays."""
    assert {0, 1, 2} == {len(persoon.ouders) for persoon in bevolking}
    assert {"1", "2", "12", "D", None} <= {persoon.indicatie_gezag for persoon in bevolking}
    assert 0.005 < sum(persoon.indicatie_geheim != 0 for persoon in bevolking) / len(bevolking) < 0.06
    assert 0.001 < sum(persoon.adres_in_onderzoek for persoon in bevolking) / len(bevolking) < 0.03
    assert 0 < sum(leeftijd(persoon, PEILDATUM) is None for persoon in bevolking) / len(bevolking) < 0.02
    assert set(GEMEENTEN) == {persoon.gemeente for persoon in bevolking}
    namen = [persoon.volledige_naam().get_secret_value() for persoon in bevolking]
    assert any(not naam.isascii() for naam in namen)
    assert max(map(len, namen)) > 80
    assert any(persoon.voorvoegsel is not None for persoon in bevolking)


@pytest.mark.parametrize("jaren", [17, 18])
def test_gezag_ends_on_the_eighteenth_birthday(jaren: int, bevolking: list[Persoon]) -> None:
    """Seventeen still has it, eighteen no longer."""
    personen = [persoon for persoon in bevolking if leeftijd(persoon, PEILDATUM) == jaren]
    assert {jaren < 18} == {persoon.indicatie_gezag is not None for persoon in personen}


def test_a_population_comes_back_from_its_file(bevolking: list[Persoon]) -> None:
    """Written and read, everyone is who they were."""
    assert bevolking == gelezen(bevolking)


def test_what_no_generated_person_has_comes_back_too() -> None:
    """Abroad, deceased, without a name, with every part of an address, with a quote and a ; in the name."""
    weg = frozenset({"onderwijsnummer", "gezag"})
    personen = [
        Persoon(
            geboortedatum="00000000",
            geslacht="O",
            gemeente="1999",
            datum_inschrijving="20200000",
            indicatie_geheim=5,
            geslachtsnaam=None,
            voornamen='Kim ;ook genaamd "Jim"',
            adres=Adres(land="7028", buitenland_regels=("ul. Długa 5", "00-238 Warszawa"), aanvang="20260200"),
            opschorting=Opschorting(reden="E", datum="20260201"),
            in_onderzoek=(InOnderzoek(code="010310", ingang="20260101"), InOnderzoek(code="089999")),
            ouders=(Ouder(betrekking="ouder2"),),
            onbekend=weg | {"geslachtsnaam"},
        ),
        Persoon(
            bsn="999949512",
            geslachtsnaam="Elzinga",
            geslacht="M",
            geboortedatum="20150312",
            gemeente="0171",
            datum_inschrijving="20150312",
            overlijdensdatum="20260301",
            indicatie_geheim=0,
            adres=Adres(
                straat="Burgemeester van Grootveldhuizenlaan",
                huisnummer="1",
                huisletter="a",
                toevoeging="bis",
                aanduiding="by",
                postcode="8302EA",
                woonplaats="Lelieloo",
                locatiebeschrijving="Woonboot",
            ),
            opschorting=Opschorting(reden="O"),
            onbekend=weg,
        ),
    ]
    assert personen == gelezen(personen)


def test_the_file_has_the_form_of_the_test_set() -> None:
    """Byte order mark, semicolons, a column per rubriek in the order of the LO, and a numbered list per row."""
    bestand = io.StringIO(newline="")
    schrijf_persoonslijsten(maak_bevolking(5, 2, GEMEENTEN, PEILDATUM), bestand)
    begin, *regels = bestand.getvalue().splitlines()
    assert begin.startswith("\ufeff;01.01.10;01.01.20;01.02.10;")
    assert [rij[0] for rij in csv.reader(regels, delimiter=";")] == ["Lg01_001", "Lg01_002"]
    assert {257} == {len(rij) for rij in csv.reader([begin, *regels], delimiter=";")}
    rubrieken = [rubriek for rubriek in KOPRIJ if rubriek and not rubriek.endswith("H")]
    assert rubrieken == sorted(rubrieken)
