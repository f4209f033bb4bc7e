"""Reading persoonslijsten from their table form: the current situation of each, and a reason for every bad row."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.brp_sync.model import Persoon
from services.brp_sync.persoonslijsten import Gelezen, Onbruikbaar, lees_persoonslijsten

BESTAND = Path(__file__).parents[2] / "data" / "brp" / "persoonslijsten.csv"
TEKST = BESTAND.read_text(encoding="utf-8")
KOPRIJ = TEKST.splitlines()[0].removeprefix("\ufeff")
KOLOMMEN = KOPRIJ.split(";")
GOED = {
    "01.01.20": "999949512",
    "01.02.40": "Elzinga",
    "01.03.10": "20150312",
    "01.04.10": "M",
    "07.70.10": "0",
    "08.09.10": "0171",
    "08.09.20": "20200101",
}


def rij(cellen: dict[str, str], lijst: str = "Lg01_001") -> str:
    return ";".join([lijst, *(cellen.get(kolom, "") for kolom in KOLOMMEN[1:])])


def lees(*regels: str) -> list[Gelezen | Onbruikbaar]:
    return list(lees_persoonslijsten([KOPRIJ, *regels]))


def persoon(**anders: str) -> Persoon:
    cellen = GOED | {rubriek.removeprefix("r").replace("_", "."): waarde for rubriek, waarde in anders.items()}
    (resultaat,) = lees(rij(cellen))
    assert isinstance(resultaat, Gelezen), resultaat
    return resultaat.persoon


@pytest.fixture(scope="module")
def uit_bestand() -> dict[str, Gelezen | Onbruikbaar]:
    with BESTAND.open(encoding="utf-8", newline="") as regels:
        return {resultaat.plek: resultaat for resultaat in lees_persoonslijsten(regels)}


def open_(persoon: Persoon) -> dict[str, object]:
    """The values of `persoon` in the clear, without what is empty."""

    def waarde(iets: object) -> object:
        if isinstance(iets, dict):
            return {naam: waarde(deel) for naam, deel in iets.items() if deel not in (None, (), frozenset())}
        if isinstance(iets, tuple):
            return [waarde(deel) for deel in iets]
        return iets.get_secret_value() if hasattr(iets, "get_secret_value") else iets

    geopend = waarde(persoon.model_dump())
    assert isinstance(geopend, dict)
    return geopend


def test_every_row_comes_out_as_a_person_or_with_a_reason(uit_bestand: dict[str, Gelezen | Onbruikbaar]) -> None:
    """History rows are no persons; a spoiled row takes no other with it."""
    verwacht = {
        "regel 2 (Lg01_001)": None,
        "regel 5 (Lg01_002)": None,
        "regel 6 (Lg01_003)": None,
        "regel 7 (Lg01_004)": None,
        "regel 8 (Lg01_005)": ("01.01.20", "geen geldig BSN: negen cijfers die aan de elfproef voldoen"),
        "regel 10 (Lg01_006)": ("01.03.10", "geen datum JJJJMMDD (met nullen voor wat onbekend is)"),
        "regel 11 (Lg01_007)": ("08.09.10", "geen gemeentecode van vier cijfers"),
        "regel 12 (LG01_008)": None,
        "regel 13": ("regel", "telt 4 cellen waar de koprij er 257 heeft"),
        "regel 14 (Lg01_010)": None,
    }
    werkelijk = {
        plek: (uitkomst.veld, uitkomst.reden) if isinstance(uitkomst, Onbruikbaar) else None
        for plek, uitkomst in uit_bestand.items()
    }
    assert verwacht == werkelijk


def test_a_list_gives_the_current_situation_in_full(uit_bestand: dict[str, Gelezen | Onbruikbaar]) -> None:
    """Nothing of an earlier address, an earlier name or a corrected parent gets in; the full street name wins."""
    uitkomst = uit_bestand["regel 2 (Lg01_001)"]
    assert isinstance(uitkomst, Gelezen)
    verwacht = {
        "bsn": "999949512",
        "a_nummer": "1000000007",
        "voornamen": "Noëlle Çağla",
        "voorvoegsel": "van 't",
        "geslachtsnaam": "Hoogerhuijs",
        "geslacht": "V",
        "geboortedatum": "20150312",
        "gemeente": "0171",
        "datum_inschrijving": "20200101",
        "indicatie_geheim": 0,
        "indicatie_gezag": "12",
        "adres": {
            "straat": "Burgemeester van Grootveldhuizenlaan",
            "huisnummer": "12",
            "huisletter": "A",
            "toevoeging": "bis",
            "postcode": "8302EA",
            "woonplaats": "Sint-Rijnsbrug",
            "aanvang": "20230615",
        },
        "ouders": [
            {
                "betrekking": "ouder1",
                "bsn": "999949524",
                "voornamen": "Fadoua",
                "geslachtsnaam": "Benaïssa",
                "ingang": "20150312",
            },
            {
                "betrekking": "ouder2",
                "voornamen": "Sébastien",
                "voorvoegsel": "van 't",
                "geslachtsnaam": "Hoogerhuijs",
                "ingang": "20150312",
            },
        ],
        "versie": "20260801171500000",
        "onbekend": frozenset({"onderwijsnummer", "gezag"}),
        "geheim_zonder_code": False,
    }
    assert verwacht == open_(uitkomst.persoon)


def test_what_stands_in_the_way_of_a_letter_is_read(uit_bestand: dict[str, Gelezen | Onbruikbaar]) -> None:
    """Emigrated, died on an unknown day, geheim, and established not to live at the address."""
    personen = {plek[-4:-1]: u.persoon for plek, u in uit_bestand.items() if isinstance(u, Gelezen)}
    geheim, vertrokken, overleden = personen["002"], personen["003"], personen["004"]
    assert (geheim.indicatie_geheim, geheim.adres_in_onderzoek, geheim.in_onderzoek[0].code) == (7, True, "089999")
    assert geheim.geboortedatum is not None and geheim.geboortedatum.als_datum() is None
    assert open_(vertrokken)["opschorting"] == {"reden": "E", "datum": "20260201"}
    assert open_(vertrokken)["adres"] == {
        "land": "7028",
        "buitenland_regels": ["ul. Długa 5 m. 3", "00-238 Warszawa"],
        "aanvang": "20260201",
    }
    assert (overleden.is_overleden, open_(overleden)["overlijdensdatum"]) == (True, "00000000")
    assert [regel.get_secret_value() for regel in overleden.adresregels()] == ["Woonboot in de Slijdrechtse Sloot"]


def test_standard_values_for_unknown_are_no_values(uit_bestand: dict[str, Gelezen | Onbruikbaar]) -> None:
    """A dot for a name or street, 0000 for a gemeente; an investigation that ended is over, and quotes are read."""
    uitkomst = uit_bestand["regel 12 (LG01_008)"]
    assert isinstance(uitkomst, Gelezen)
    persoon = uitkomst.persoon
    onbekend = {"geslachtsnaam", "gemeente", "geboortedatum", "datum_inschrijving", "onderwijsnummer", "gezag"}
    assert onbekend == persoon.onbekend
    assert persoon.volledige_naam().get_secret_value() == 'Kim ;ook genaamd "Jim"'
    assert open_(persoon)["adres"] == {"aanduiding": "to", "huisnummer": "8", "aanvang": "00000000"}
    assert [onderzoek.code for onderzoek in persoon.in_onderzoek] == ["010310"]
    assert [ouder.betrekking.value for ouder in persoon.ouders] == ["ouder2"]


@pytest.mark.parametrize(
    ("rubriek", "waarde", "veld"),
    [
        ("01.01.20", "999949513", "01.01.20"),
        ("01.01.10", "123", "01.01.10"),
        ("01.04.10", "X", "01.04.10"),
        ("01.03.10", "20150013", "01.03.10"),
        ("06.08.10", "05", "06.08.10"),
        ("07.67.10", "00002014", "07.67.10"),
        ("07.67.20", "Q", "07.67.20"),
        ("07.70.10", "8", "07.70.10"),
        ("08.09.10", "17", "08.09.10"),
        ("08.10.30", "20150230", "08.10.30"),
        ("08.11.10", "x" * 81, "08.11.15"),
        ("08.11.60", "8302", "08.11.60"),
        ("08.13.30", "x" * 81, "08.13.30"),
        ("08.83.10", "8999", "83.10"),
        ("02.01.20", "999949513", "02.01.20"),
        ("03.01.20", "999949513", "03.01.20"),
        ("03.62.10", "20151301", "03.62.10"),
        ("11.32.10", "12D", "11.32.10"),
    ],
)
def test_a_bad_cell_is_named_by_its_rubriek_and_never_repeated(rubriek: str, waarde: str, veld: str) -> None:
    """The rest of the file is read; the reason holds neither the value nor the person."""
    slecht, goed = lees(rij(GOED | {rubriek: waarde}), rij(GOED, "Lg01_002"))
    assert isinstance(slecht, Onbruikbaar)
    assert (veld, "regel 2 (Lg01_001)") == (slecht.veld, slecht.plek)
    assert waarde not in slecht.reden and "Elzinga" not in str(slecht)
    assert isinstance(goed, Gelezen)


def test_the_full_street_name_wins_of_the_short_one() -> None:
    """11.10 is cut off at 24 characters; it is used where 11.15 is empty."""
    kort = open_(persoon(r08_11_10="Burg v Grootveldhuizenln"))["adres"]
    lang = open_(persoon(r08_11_10="Burg v Grootveldhuizenln", r08_11_15="Grootveldhuizenlaan"))["adres"]
    assert (kort, lang) == ({"straat": "Burg v Grootveldhuizenln"}, {"straat": "Grootveldhuizenlaan"})


def test_letters_with_a_loose_accent_are_joined() -> None:
    """The same name from two sources is the same name."""
    samen = persoon(r01_02_10="Zoe\u0308").voornamen
    assert samen is not None and samen.get_secret_value() == "Zoë"


def test_an_empty_parent_is_no_parent() -> None:
    """A category that holds only where the data came from says that there is no such parent."""
    assert persoon(**{"r02_82_10": "0518", "r02_85_10": "20150312"}).ouders == ()


@pytest.mark.parametrize("weg", ["01.01.20", "08.83.10", "03.02.40", "07.70.10"])
def test_without_a_column_that_is_needed_nothing_is_read(weg: str) -> None:
    """A missing column would read as "empty" for everyone: no geheimhouding, no investigation."""
    koprij = KOPRIJ.replace(f";{weg};", ";99.99.99;")
    assert [Onbruikbaar("koprij", "regel 1", f"kolom {weg} ontbreekt")] == list(
        lees_persoonslijsten([koprij, rij(GOED)])
    )


@pytest.mark.parametrize("regels", [[], [""], ["iets heel anders"]])
def test_what_is_no_such_file_gives_one_reason(regels: list[str]) -> None:
    """Also an empty one."""
    (uitkomst,) = lees_persoonslijsten(regels)
    assert isinstance(uitkomst, Onbruikbaar) and uitkomst.veld == "koprij"


def test_columns_are_found_by_name_in_any_order() -> None:
    """Reversed and with an unknown column, it is the same person."""
    namen = ["", *reversed(KOLOMMEN[1:-1]), "zelf toegevoegd"]
    cellen = dict(GOED) | {"": "Lg01_001"}
    (uitkomst,) = lees_persoonslijsten([";".join(namen), ";".join(cellen.get(naam, "") for naam in namen)])
    assert isinstance(uitkomst, Gelezen) and uitkomst.persoon == persoon()


def test_a_file_that_begins_with_history_says_so() -> None:
    """There is no list it can belong to; afterwards everything is read."""
    vervolg, goed = lees(rij({"08.09.10": "0193"}, lijst=""), rij(GOED))
    assert Onbruikbaar("regel", "regel 2", "vervolgregel zonder persoonslijst erboven") == vervolg
    assert isinstance(goed, Gelezen)


def test_a_cell_too_large_to_read_spoils_only_its_own_row() -> None:
    """The csv reader gives up at 131,072 characters."""
    slecht, goed = lees(rij(GOED | {"01.02.10": "x" * 131_073}), rij(GOED))
    assert isinstance(slecht, Onbruikbaar) and slecht.veld == "regel"
    assert isinstance(goed, Gelezen)


def test_a_row_id_of_another_form_is_not_repeated() -> None:
    """The first cell of a shifted row may be anything, a name for instance."""
    (uitkomst,) = lees(rij(GOED | {"08.09.10": "x"}, lijst="Elzinga"))
    assert uitkomst.plek == "regel 2"


def test_reading_is_one_row_at_a_time() -> None:
    """A file of any size fits in memory."""

    def regels() -> Iterator[str]:
        yield KOPRIJ
        yield rij(GOED)
        raise AssertionError("read too far")

    assert isinstance(next(lees_persoonslijsten(regels())), Gelezen)
