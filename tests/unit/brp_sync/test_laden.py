"""A first load reads files in bulk and takes or refuses exactly what the normal reader takes or refuses."""

import csv
import random
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from io import StringIO
from pathlib import Path

import polars as pl
import pytest

from hub.crypto import Kluis
from hub.errors import Ongeldig
from services.brp_sync.laden.bestanden import delen, lees, open_bestand
from services.brp_sync.laden.keuring import keur
from services.brp_sync.laden.werker import Klaar, Rij, Werker
from services.brp_sync.lo3.rubrieken import GEBRUIKT
from services.brp_sync.model import Persoon
from services.brp_sync.persoonslijsten import Gelezen, lees_lijst, lees_persoonslijsten, schone_cel
from simulators.bevolking_groot import FOUTEN, KOLOMMEN, Bevolking, schrijf

RVIG = Path(__file__).parents[2] / "data" / "brp" / "persoonslijsten.csv"
SLEUTEL = Kluis(bytes(range(32)))
WERKER = Werker(SLEUTEL, "test", datetime(2026, 9, 14, tzinfo=UTC))
PEILDATUM = date(2026, 9, 1)  # dinsdag
LASTIG = (
    None, "", " ", ".", "0", "-", "0000", "00000000", "20240229", "20230229", "20110431", "20110400", "20000000",
    "00010101", "20111301", "2011-01-01", "999990019", "999990018", "000000000", "12", "1D", "M", "x", "to", "by",
    "1234AB", "0123AB", "1234ab", "99999", "100000", "089999", "a" * 200, "a" * 201, "é" * 60, "é" * 120, "a  b",
    " a", "a ", "e\u0301", "\u212b", "漢字", "a\u00a0b", "a\x85b", "a\tb", "a\x7fb", "a\\b", 'a"b', "'", "\u200b", "O",
    "7", "8", "１２", "²",
)  # fmt: skip


def personen(klaar: Klaar) -> dict[int, Persoon]:
    """The persons of a part by row, as they were sealed for the store."""
    gevonden, at = {}, 0
    for rij, lengte in klaar.rijen.select("rij", "lengte").iter_rows():
        gegevens = Rij.lees(klaar.blok[at : at + lengte]).gegevens
        gevonden[rij] = Persoon.model_validate_json(SLEUTEL.open(gegevens, "test"))
        at += lengte
    assert at == len(klaar.blok)
    return gevonden


def werk_af(pad: Path, omvang: int | None = None) -> tuple[dict[int, Persoon], dict[int, tuple[str, str]]]:
    """What a load makes of a file: persons, and field and reason of what is refused, by row after the koprij."""
    goed: dict[int, Persoon] = {}
    fout: dict[int, tuple[str, str]] = {}
    begin = 0
    for deel in delen(open_bestand(pad), omvang):
        klaar = WERKER.werk(deel)
        goed |= {begin + rij: persoon for rij, persoon in personen(klaar).items()}
        fout |= {begin + g.rij: (g.veld, g.reden) for g in klaar.geweigerd}
        begin += klaar.aantal
    return goed, fout


def bevolking(aantal: int = 400, fouten: float = 0.0) -> pl.DataFrame:
    """Fictional persons."""
    return Bevolking(7, aantal, PEILDATUM, fouten=fouten).deel(0, aantal)


def met_lastige_cellen(frame: pl.DataFrame, rng: random.Random) -> pl.DataFrame:
    """The same persons with one to three cells that are hard or wrong."""
    rijen = frame.to_dicts()
    for rij in rijen:
        for kolom in rng.sample(KOLOMMEN, rng.randint(1, 3)):
            rij[kolom] = rng.choice(LASTIG)
    return pl.DataFrame(rijen, schema=dict.fromkeys(KOLOMMEN, pl.String))


@pytest.mark.parametrize("seed", range(6))
def test_what_is_taken_at_once_is_what_the_normal_reader_takes(seed: int) -> None:
    """Over random good and bad rows: never a person the normal reader refuses, and never another person."""
    frame = met_lastige_cellen(bevolking(), random.Random(seed)).with_row_index("rij")
    gekeurd = keur(frame)
    assert {*gekeurd.zeker["rij"], *gekeurd.twijfel["rij"]} == set(range(400))
    zeker = dict(gekeurd.zeker.select("rij", "json").iter_rows())
    for rij in frame.filter(pl.col("rij").is_in(list(zeker))).iter_rows(named=True):
        gewoon = lees_lijst({k: cel for k in GEBRUIKT if (cel := schone_cel(rij[k]))}, "")
        assert isinstance(gewoon, Gelezen), {k: v for k, v in rij.items() if v}
        assert Persoon.model_validate_json(zeker[rij["rij"]]) == gewoon.persoon


def test_ordinary_rows_need_no_second_reading() -> None:
    """Otherwise a load would be as slow as one by one."""
    gekeurd = keur(bevolking(2000).with_row_index("rij"))
    assert gekeurd.zeker.height == 2000


@pytest.mark.parametrize(("kolom", "inhoud"), FOUTEN)
def test_every_kind_of_bad_row_is_refused_for_the_reason_of_the_normal_reader(
    tmp_path: Path, kolom: str, inhoud: str | None
) -> None:
    """Field and reason, in Dutch, without the value."""
    frame = bevolking(1).with_columns(pl.lit(inhoud, pl.String).alias(kolom))
    frame.write_csv(tmp_path / "p.csv", separator=";")
    (gewoon,) = lees_persoonslijsten(_met_id(frame))
    goed, fout = werk_af(tmp_path / "p.csv")
    if isinstance(gewoon, Gelezen):  # no BSN: the reader takes it, but nobody could be found by it
        assert ({}, {0: ("bsn", "ontbreekt: zonder BSN is de persoon niet te vinden")}) == (goed, fout)
    else:
        assert ({}, {0: (gewoon.veld, gewoon.reden)}) == (goed, fout)


def _met_id(frame: pl.DataFrame) -> Iterator[str]:
    """The rows as the RvIG writes them: with the id of the list in a first column."""
    tekst = StringIO()
    schrijver = csv.writer(tekst, delimiter=";", lineterminator="\n")
    schrijver.writerow(["", *frame.columns])
    schrijver.writerows([f"Lg01_{nummer}", *rij] for nummer, rij in enumerate(frame.iter_rows()))
    return iter(tekst.getvalue().splitlines(keepends=True))


def test_the_test_set_of_the_rvig_reads_the_same(tmp_path: Path) -> None:
    """With its id column, history rows, doubled column and quotes; a row in front that continues nothing is refused."""
    regels = RVIG.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    gewoon = list(lees_persoonslijsten(regels))
    for omvang in (None, 2_000, 1):
        goed, fout = werk_af(RVIG, omvang)
        assert [g.persoon for g in gewoon if isinstance(g, Gelezen) and g.persoon.bsn] == list(goed.values())
        assert len(fout) == len(gewoon) - len(goed)
    assert len(goed) > 1
    (tmp_path / "p.csv").write_text(f"{regels[0]}{';' * regels[0].count(';')}\n{regels[1]}", encoding="utf-8")
    goed, fout = werk_af(tmp_path / "p.csv")
    assert {0: ("regel", "vervolgregel zonder persoonslijst erboven")} == fout
    assert len(goed) == 1


def test_a_file_reads_the_same_in_parts_of_any_size_and_as_parquet(tmp_path: Path) -> None:
    """A part ends where a line ends; what is bad stays at its row."""
    personen_ = Bevolking(3, 500, PEILDATUM, fouten=0.1)
    assert schrijf(personen_, tmp_path / "p.csv") == 500
    schrijf(personen_, tmp_path / "p.parquet")
    geheel = werk_af(tmp_path / "p.csv")
    assert len(geheel[0]) + len(geheel[1]) == 500
    assert len(geheel[1]) > 20
    assert geheel == werk_af(tmp_path / "p.csv", 3_000)
    assert geheel == werk_af(tmp_path / "p.parquet", 77)


@pytest.mark.parametrize("scheiding", [";", ",", "\t", "|"])
def test_separators_quotes_line_ends_and_a_byte_order_mark_do_not_matter(tmp_path: Path, scheiding: str) -> None:
    """Programs write CSV in different ways."""
    frame = bevolking(20)
    frame.write_csv(tmp_path / "kaal.csv", separator=";")
    frame.write_csv(
        tmp_path / "anders.csv", separator=scheiding, quote_style="always", line_terminator="\r\n", include_bom=True
    )
    assert werk_af(tmp_path / "kaal.csv") == werk_af(tmp_path / "anders.csv")


def test_lines_that_are_no_rows_are_put_aside_and_the_rest_goes_on(tmp_path: Path) -> None:
    """A wrong number of cells, bytes that are no UTF-8, an open quote; empty lines are nothing."""
    frame = bevolking(4)
    regels = frame.write_csv(separator=";").encode().splitlines(keepends=True)
    kapot = [
        regels[1],
        regels[2].replace(b";", b"", 1),
        regels[2].replace(b";", b";\xff", 1),
        b"\n",
        b'"' + regels[3],
        regels[4].removesuffix(b"\n"),
    ]
    (tmp_path / "p.csv").write_bytes(b"".join([regels[0], *kapot]))
    goed, fout = werk_af(tmp_path / "p.csv")
    assert [0, 5] == list(goed)
    telt = "telt {} cellen waar de koprij er {} heeft"
    breed = len(KOLOMMEN)
    assert fout == {
        1: ("regel", telt.format(breed - 1, breed)),
        2: ("regel", "is geen UTF-8"),
        4: ("regel", telt.format(1, breed)),
    }


def test_what_is_put_aside_can_be_read_again_by_the_normal_reader(tmp_path: Path) -> None:
    """Mending the one bad cell of it is enough."""
    frame = bevolking(1).with_columns(pl.lit("12b").alias("08.11.20"))
    frame.write_csv(tmp_path / "p.csv", separator="|")
    (geweigerd,) = WERKER.werk(next(delen(open_bestand(tmp_path / "p.csv")))).geweigerd
    (opnieuw,) = lees_persoonslijsten(geweigerd.inhoud.decode().replace("12b", "12").splitlines(keepends=True))
    assert isinstance(opnieuw, Gelezen)
    assert opnieuw.persoon.bsn is not None
    assert frame["01.01.20"][0] == opnieuw.persoon.bsn.get_secret_value()


def test_a_file_without_the_right_columns_is_refused_as_a_whole(tmp_path: Path) -> None:
    """Before anything of it is read."""
    frame = bevolking(2)
    for naam, anders, reden in (
        ("weg", frame.drop("08.11.60"), "kolom 08.11.60 ontbreekt"),
        ("dubbel", frame.with_columns(frame["08.11.60"].alias("08.11.60 ")), "meer dan eens"),
    ):
        tekst = anders.write_csv(separator=";").replace("08.11.60 ", "08.11.60")
        (tmp_path / f"{naam}.csv").write_text(tekst, encoding="utf-8")
        with pytest.raises(Ongeldig, match=reden):
            open_bestand(tmp_path / f"{naam}.csv")
    frame.with_columns(pl.col("01.01.20").cast(pl.Int64)).write_parquet(tmp_path / "getal.parquet")
    with pytest.raises(Ongeldig, match=r"kolom 01\.01\.20 is geen tekst"):
        open_bestand(tmp_path / "getal.parquet")
    (tmp_path / "leeg.csv").write_bytes(b"")
    with pytest.raises(Ongeldig, match="ontbreekt"):
        open_bestand(tmp_path / "leeg.csv")


def test_numbers_are_found_by_the_fingerprints_of_the_store() -> None:
    """`Kluis.index` one by one and many at once agree, and so does sealing."""
    nummers = ["999990019", "0", "", "é"]
    assert [SLEUTEL.index(n, "bsn") for n in nummers] == SLEUTEL.index_all(nummers, "bsn")
    gezegeld = SLEUTEL.seal_all([b"a", b"", b"b" * 999], "doel")
    assert [b"a", b"", b"b" * 999] == [SLEUTEL.open(g, "doel") for g in gezegeld]
    assert len({g[:12] for g in gezegeld}) == 3


def test_letters_that_are_taken_at_once_are_composed_as_they_stand() -> None:
    """The ranges in the pattern hold no letter that Unicode would compose differently."""
    for begin, eind in ((0xA1, 0x2FF), (0x1E00, 0x1EFF)):
        tekst = "".join(chr(n) for n in range(begin, eind + 1))
        assert unicodedata.normalize("NFC", tekst) == tekst


def test_an_empty_part_gives_an_empty_block(tmp_path: Path) -> None:
    """A file with nothing but a koprij, or with bad rows only."""
    frame = bevolking(1)
    frame.clear().write_csv(tmp_path / "p.csv", separator=";")
    assert list(delen(open_bestand(tmp_path / "p.csv"))) == []
    frame.with_columns(pl.lit(None, pl.String).alias("01.01.20")).write_csv(tmp_path / "p.csv", separator=";")
    klaar = WERKER.werk(next(delen(open_bestand(tmp_path / "p.csv"))))
    assert (b"", 0, 1) == (klaar.blok, klaar.rijen.height, len(klaar.geweigerd))
    assert lees(next(delen(open_bestand(tmp_path / "p.csv")))).aantal == 1
