"""What LO3 messages mean for a person, and above all what they do not."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from contracts.envelope import EventData
from contracts.events.personen import (
    JongereIngeschreven,
    JongereOverleden,
    JongereVerhuisd,
    JongereVertrokken,
    Onderdeel,
    PersoonsgegevensGewijzigd,
    PersoonslijstAfgevoerd,
)
from hub.errors import Ongeldig
from services.brp_sync.aanlevering import Aanlevering, Sleutel
from services.brp_sync.decisions import (
    Hernummer,
    Inschrijving,
    Registreer,
    VoerAf,
    Wijzig,
    hernummer,
    registreer,
    voer_af,
    wijzig,
)
from services.brp_sync.lo3.berichten import OngeldigLo3Bericht, lees_lo3, schrijf_lo3
from services.brp_sync.lo3.lezen import lees_aanlevering, lees_weigering
from services.brp_sync.model import Persoon
from tests.unit.brp_sync.voorbeelden import jongere

A_NUMMER = "1000000007"
Categorieen = Sequence[tuple[str, Mapping[str, str]]]
PERSOON: Categorieen = [
    ("01", {"01.10": A_NUMMER, "01.20": "999949512", "02.10": "Noëlle Çağla", "02.30": "van 't",
            "02.40": "Hoogerhuijs", "03.10": "20150312", "04.10": "V"}),
    ("02", {"01.20": "999949524", "02.10": "Fadoua", "02.40": "Benaïssa", "62.10": "20150312"}),
    ("03", {"02.40": ".", "62.10": "00000000"}),
    ("07", {"70.10": "0", "80.10": "0004", "80.20": "20260801171500000"}),
    ("08", {"09.10": "0171", "09.20": "20200101", "10.30": "20200101", "11.10": "Burg v Grootveldhuizenln",
            "11.15": "Burgemeester van Grootveldhuizenlaan", "11.20": "12", "11.30": "A", "11.60": "8302EA",
            "11.70": "Sint-Rijnsbrug"}),
]  # fmt: skip


VANDAAG = date(2026, 9, 14)  # maandag


def aanlevering(soort: str, categorieen: Categorieen, **kop: str) -> Aanlevering:
    standaard = {"status": "A", "datum": "00000000", "a_nummer": A_NUMMER}
    return lees_aanlevering(lees_lo3(schrijf_lo3(soort, standaard | kop, categorieen)))


def lijst(*anders: tuple[str, Mapping[str, str]], soort: str = "Ag01", **kop: str) -> Persoon:
    """The person of a whole persoonslijst, with the named categories in place of the usual ones."""
    vervangen = {nummer for nummer, _ in anders}
    opdracht = aanlevering(soort, [*(c for c in PERSOON if c[0] not in vervangen), *anders], **kop).opdracht
    assert isinstance(opdracht, Registreer)
    return opdracht.persoon


def na(
    persoon: Persoon, soort: str, *categorieen: tuple[str, Mapping[str, str]], **kop: str
) -> tuple[Persoon, list[EventData]]:
    """The person and what is said, after a message about somebody who is known as `persoon`."""
    opdracht = aanlevering(soort, categorieen, **kop).opdracht
    staat = Inschrijving(persoon)
    if isinstance(opdracht, Wijzig):
        nieuw, events = wijzig(staat, opdracht.wijziging, VANDAAG, zonder_verhuizing=opdracht.zonder_verhuizing)
    elif isinstance(opdracht, Registreer):
        nieuw, events = registreer(staat, opdracht.persoon, VANDAAG, zonder_verhuizing=opdracht.zonder_verhuizing)
    elif isinstance(opdracht, VoerAf):
        nieuw, events = voer_af(staat, opdracht.datum, VANDAAG)
    else:
        nieuw, events = hernummer(staat, opdracht, VANDAAG)
    assert nieuw.persoon is not None
    return nieuw.persoon, events


def fout(soort: str, *categorieen: tuple[str, Mapping[str, str]], **kop: str) -> tuple[str, str, str]:
    with pytest.raises(OngeldigLo3Bericht) as gevallen:
        aanlevering(soort, categorieen, **kop)
    return gevallen.value.veld, gevallen.value.plek, gevallen.value.reden


def gewijzigd(*onderdelen: Onderdeel) -> PersoonsgegevensGewijzigd:
    return PersoonsgegevensGewijzigd(onderdelen=onderdelen)


def test_a_whole_persoonslijst_gives_the_whole_person() -> None:
    persoon = lijst()
    assert persoon.volledige_naam().get_secret_value() == "Noëlle Çağla van 't Hoogerhuijs"
    assert [regel.get_secret_value() for regel in persoon.adresregels()] == [
        "Burgemeester van Grootveldhuizenlaan 12A", "8302 EA Sint-Rijnsbrug",
    ]  # fmt: skip
    assert [ouder.volledige_naam().get_secret_value() for ouder in persoon.ouders] == ["Fadoua Benaïssa", ""]
    assert (persoon.gemeente, persoon.indicatie_geheim, persoon.versie) == ("0171", 0, "20260801171500000")
    assert persoon.onbekend == {"onderwijsnummer", "gezag"}


def test_the_sleutel_of_a_persoonslijst_is_what_it_tells() -> None:
    assert aanlevering("Ag11", PERSOON).sleutel == Sleutel(lijst().bsn, lijst().a_nummer)


def test_what_a_gemeente_may_not_have_is_unknown_and_not_empty() -> None:
    ruw = schrijf_lo3("Ag01", {"status": "A", "datum": ""}, [PERSOON[0]])
    opdracht = lees_aanlevering(lees_lo3(ruw), frozenset({"01"})).opdracht
    assert isinstance(opdracht, Registreer)
    assert opdracht.persoon.onbekend >= {"adres", "ouders", "gemeente", "overlijdensdatum", "indicatie_gezag"}
    nieuw, events = registreer(Inschrijving(jongere()), opdracht.persoon, VANDAAG)
    assert nieuw.persoon is not None
    assert (nieuw.persoon.adres, nieuw.persoon.ouders) == (jongere().adres, jongere().ouders)
    assert events == []


@pytest.mark.parametrize(("status", "vertrokken"), [("E", True), ("R", True), ("A", False), (" ", False), ("0", False)])
def test_the_header_tells_of_opschorting_too(status: str, vertrokken: bool) -> None:
    """Also to a gemeente that is not authorised for 07.67."""
    _, events = na(lijst(), "Ag31", *PERSOON, status=status, datum="20260701")
    assert any(isinstance(event, JongereVertrokken) for event in events) is vertrokken


def test_a_correction_replaces_what_was_known_and_tells_the_difference() -> None:
    overleden = lijst(("06", {"08.10": "20260701"}), ("07", {"67.10": "20260701", "67.20": "O", "70.10": "0"}))
    assert overleden.is_overleden
    nieuw, events = na(overleden, "Ag31", *PERSOON)
    assert not nieuw.is_overleden
    assert events == [gewijzigd(Onderdeel.OPSCHORTING)]


def test_an_older_persoonslijst_is_refused() -> None:
    bekend = lijst()
    ouder = [*PERSOON[:3], ("07", {"70.10": "7", "80.20": "20260801171459999"}), PERSOON[4]]
    for soort in ("Ag31", "Gv01"):
        with pytest.raises(Ongeldig, match="versie: is ouder dan wat al bekend is"):
            na(bekend, soort, *ouder)
    gelijk, events = na(bekend, "Ag31", *PERSOON)
    assert (gelijk, events) == (bekend, [])


def test_a_mutation_changes_what_it_names_and_empties_what_it_says_is_empty() -> None:
    nieuw, events = na(lijst(), "Gv01", ("01", {"02.30": "", "02.40": "Elzinga"}), ("51", {"02.40": "Hoogerhuijs"}))
    assert nieuw.volledige_naam().get_secret_value() == "Noëlle Çağla Elzinga"
    assert nieuw.adres == lijst().adres
    assert events == [gewijzigd(Onderdeel.NAAM)]


def test_a_mutation_finds_the_person_by_the_a_nummer_of_its_header() -> None:
    gevonden = aanlevering("Gv01", [("01", {"02.40": "Elzinga"})], a_nummer="1000007926").sleutel
    assert (gevonden.bsn, gevonden.a_nummer and gevonden.a_nummer.get_secret_value()) == (None, "1000007926")


def test_of_a_move_the_parts_that_stay_the_same_are_not_told() -> None:
    """Next door but one: street, postcode and place are not in the message, the letter is emptied."""
    nieuw, events = na(lijst(), "Gv01", ("08", {"10.30": "20260901", "11.20": "16", "11.30": "", "72.10": "I"}))
    regels = [regel.get_secret_value() for regel in nieuw.adresregels()]
    assert regels == ["Burgemeester van Grootveldhuizenlaan 16", "8302 EA Sint-Rijnsbrug"]
    assert Onderdeel.ADRES in next(e for e in events if isinstance(e, PersoonsgegevensGewijzigd)).onderdelen


def test_an_emigration_leaves_nothing_of_the_dutch_address() -> None:
    weg = {"13.10": "5010", "13.20": "20260901", "13.30": "Rue de la Loi 1", "13.40": "1000 Brussel",
           "11.10": "", "11.15": "", "11.20": "", "11.30": "", "11.60": "", "11.70": ""}  # fmt: skip
    nieuw, events = na(lijst(), "Gv01", ("07", {"67.10": "20260901", "67.20": "E"}), ("08", weg))
    assert [regel.get_secret_value() for regel in nieuw.adresregels()] == ["Rue de la Loi 1", "1000 Brussel"]
    assert [e for e in events if isinstance(e, JongereVertrokken)] != []
    assert [e for e in events if isinstance(e, JongereVerhuisd)] == []


STRAAT_HERNOEMD = ("08", {"11.10": "Nieuwe Laan", "11.15": "Nieuwe Laan", "10.30": "20260901"})
HERINDELING = ("08", {"09.10": "1959", "09.20": "20260101", "10.30": "20260101"})


@pytest.mark.parametrize(
    ("soort", "categorie"),
    [("Gv02", STRAAT_HERNOEMD), ("Gv01", ("08", {**STRAAT_HERNOEMD[1], "72.10": "W"}))],
)
def test_a_street_that_is_renamed_moves_nobody(soort: str, categorie: tuple[str, dict[str, str]]) -> None:
    nieuw, events = na(lijst(), soort, categorie)
    assert nieuw.adresregels()[0].get_secret_value() == "Nieuwe Laan 12A"
    assert events == [gewijzigd(Onderdeel.ADRES)]


def test_gemeenten_that_become_another_move_nobody() -> None:
    nieuw, events = na(lijst(), "Gv02", HERINDELING)
    assert nieuw.gemeente == "1959"
    verhuisd = [e for e in events if isinstance(e, JongereVerhuisd)]
    assert verhuisd == [JongereVerhuisd(van_gemeente="0171", naar_gemeente="1959", herindeling=True)]


def test_the_same_in_a_message_of_the_ordinary_kind_is_a_move() -> None:
    _, events = na(lijst(), "Gv01", HERINDELING)
    assert [e.herindeling for e in events if isinstance(e, JongereVerhuisd)] == [False]


def test_a_death_is_told_and_a_removed_persoonslijst_is_none() -> None:
    _, events = na(lijst(), "Gv01", ("06", {"08.10": "20260901"}), ("07", {"67.10": "20260901", "67.20": "O"}))
    assert events == [JongereOverleden()]
    nieuw, events = na(lijst(), "Ng01", ("01", {"01.10": A_NUMMER}), ("07", {"67.10": "20260901", "67.20": "F"}))
    assert events == [PersoonslijstAfgevoerd()]
    assert not nieuw.is_overleden
    assert nieuw.adres == lijst().adres


def test_a_removal_with_another_reason_is_refused() -> None:
    gevonden = fout("Ng01", ("01", {"01.10": A_NUMMER}), ("07", {"67.20": "O"}))
    assert gevonden[:2] == ("07.67.20", "categorie 07, element 07.67.20, byte 45")
    assert "alleen reden F" in gevonden[2]
    assert fout("Ng01", ("07", {"67.20": "F"}))[0] == "01.01.10"


def test_another_a_nummer_is_found_by_the_old_one() -> None:
    gevonden = aanlevering("Wa11", [("01", {"01.10": A_NUMMER})], a_nummer="1000007926", datum="20260901")
    assert gevonden.sleutel.a_nummer is not None
    assert gevonden.sleutel.a_nummer.get_secret_value() == A_NUMMER
    assert isinstance(gevonden.opdracht, Hernummer)
    nieuw, events = na(lijst(), "Wa11", ("01", {"01.10": A_NUMMER}), a_nummer="1000007926", datum="20260901")
    assert nieuw.a_nummer is not None
    assert nieuw.a_nummer.get_secret_value() == "1000007926"
    assert events == [gewijzigd(Onderdeel.IDENTIFICATIE)]
    assert fout("Wa11", ("01", {"02.40": "Elzinga"}), datum="20260901")[0] == "01.01.10"
    assert fout("Wa11", ("01", {"01.10": A_NUMMER}), datum="20261301")[:2] == ("datum", "byte 23")


def test_ouders_come_change_and_go() -> None:
    nieuw, events = na(lijst(), "Gv01", ("02", {"02.40": "Elzinga"}))
    assert [o.volledige_naam().get_secret_value() for o in nieuw.ouders] == ["Fadoua Elzinga", ""]
    assert events == [gewijzigd(Onderdeel.GEZAG)]
    leeg = dict.fromkeys(("01.20", "02.10", "02.40", "62.10"), "")
    nieuw, _ = na(lijst(), "Gv01", ("02", leeg))
    assert [o.betrekking for o in nieuw.ouders] == ["ouder2"]


def test_an_investigation_begins_and_ends() -> None:
    nieuw, events = na(lijst(), "Gv01", ("08", {"83.10": "089999", "83.20": "20260901"}))
    assert nieuw.adres_in_onderzoek
    assert events == [gewijzigd(Onderdeel.ADRES_IN_ONDERZOEK)]
    for einde in ({"83.10": "", "83.20": ""}, {"83.30": "20261001"}):
        assert not na(nieuw, "Gv01", ("08", einde))[0].adres_in_onderzoek


@pytest.mark.parametrize(
    ("categorie", "veld", "reden"),
    [
        (("01", {"01.20": "999949513"}), "01.01.20", "geen geldig BSN"),
        (("02", {"01.20": "999949513"}), "02.01.20", "geen geldig BSN"),
        (("08", {"11.60": "12AB34"}), "08.11.60", "geen postcode"),
        (("07", {"70.10": "9"}), "07.70.10", "van 0 tot en met 7"),
        (("01", {"04.10": "X"}), "01.04.10", "onbekende code"),
        (("07", {"67.20": "Q"}), "07.67.20", "onbekende code"),
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_place(
    categorie: tuple[str, dict[str, str]], veld: str, reden: str
) -> None:
    for soort in ("Ag01", "Gv01"):
        gevonden = fout(soort, categorie)
        assert gevonden[0] == veld
        assert gevonden[1].startswith(f"categorie {veld[:2]}, element {veld}, byte ")
        assert reden in gevonden[2]


def test_a_category_that_there_is_only_one_of_is_not_told_twice() -> None:
    assert fout("Ag01", PERSOON[4], PERSOON[4])[2] == "deze categorie komt twee keer voor"


def test_somebody_new_is_told_of() -> None:
    _, events = registreer(Inschrijving(), lijst(), VANDAAG)
    assert events == [JongereIngeschreven()]


@pytest.mark.parametrize(("soort", "foutreden", "woord"), [("Af01", "G", "komt niet voor"), ("Af11", "I", "indicatie")])
def test_a_refusal_says_about_whom_and_why(soort: str, foutreden: str, woord: str) -> None:
    kop = {"foutreden": foutreden, "gemeente": "0000", "a_nummer": "0000000000"}
    weigering = lees_weigering(lees_lo3(schrijf_lo3(soort, kop, [("01", {"01.20": "999949512"})])))
    assert weigering.sleutel == Sleutel(bsn=lijst().bsn)
    assert (weigering.soort, weigering.foutreden) == (soort, foutreden)
    assert woord in weigering.reden
