"""Reading P- and C-leveringen: every bad row has line, column and reason; a file that cannot be trusted is refused."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from hub.errors import Ongeldig
from services.ingest_duo.leveringen.kaart import EIGEN, Kaart, Keuze, kies, laad_kaarten
from services.ingest_duo.leveringen.lezen import Lezer, delen, lees_bestand, regel, zoek_dubbelen
from services.ingest_duo.leveringen.model import BestandGeweigerd, Bestandsnaam, Leveringsoort
from simulators.leveringen import Fout, maak_leerlingen, schrijf_c, schrijf_p

DAG = date(2026, 9, 7)  # maandag
C_NAAM, P_NAAM = "20260907G1924_C.csv", "20260907G1924_P.csv"
BSN = "999900006"
GEEN_DATUM = "is geen datum van de vorm die de kolomkaart noemt"
EEN_LIJST: dict[str, Any] = {"startkwalificatie": {}, "vsv": {}, "vrijstellingsoort": {}}
GOED: dict[str, dict[str, str]] = {
    "c": {
        "BSN": BSN, "Geboortedatum": "20110504", "Gemeentecode": "1924", "BRIN": "90XA", "Vestiging": "00",
        "Onderwijssoort": "VO", "Niveau": "VMBO T", "DatumInschrijving": "20230801", "Startkwalificatie": "N",
        "IndicatieVsv": "N",
    },
    "p": {
        "BSN": BSN, "Gemeentecode": "1924", "Mutatiesoort": "IT", "BRIN": "90XA", "DatumInschrijving": "20230801",
    },
}  # fmt: skip


def kaart(soort: str) -> Kaart:
    """The layout that comes with the project."""
    return next(k for k in laad_kaarten() if k.soort == soort)


def bestand(soort: str, *rijen: dict[str, str], kop: list[str] | None = None) -> bytes:
    """A file with these rows, in the layout that comes with the project."""
    kolommen = [k.kolom for k in kaart(soort).kolommen]
    regels = [";".join(kop or kolommen), *(";".join(rij.get(k, "") for k in kop or kolommen) for rij in rijen)]
    return "".join(f"{r}\r\n" for r in regels).encode()


def lees(
    inhoud: bytes, soort: str = "c", gemeenten: set[str] | None = None, blok: int = 7
) -> tuple[list[Any], list[Any]]:
    """The good rows and the bad ones, fed in small blocks."""
    naam = C_NAAM if soort == "c" else P_NAAM
    lezer = Lezer(kies(laad_kaarten(), naam, inhoud), gemeenten)
    goed, fout = [], []
    for deel in delen(lezer, (inhoud[i : i + blok] for i in range(0, len(inhoud), blok))):
        fouten = list(lezer.fouten(deel))
        fout += fouten
        slecht = {f.rij for f in fouten}
        goed += [regel(w, w["rij"]) for w in deel.iter_rows(named=True) if w["rij"] not in slecht]
    return goed, fout


def test_a_good_row_becomes_what_it_says() -> None:
    """Codes, dates and a tidy niveau; the numbers of the person stay outside."""
    (rij,), fouten = lees(bestand("c", GOED["c"]))
    assert [] == fouten
    assert (2, "1924", None, False) == (rij.rij, rij.gemeente, rij.mutatie, rij.startkwalificatie)
    assert ("90XA", "00", "VO", "vmbo_t", date(2023, 8, 1), None) == (
        rij.inschrijving.brin, rij.inschrijving.vestiging, rij.inschrijving.onderwijssoort, rij.inschrijving.niveau,
        rij.inschrijving.begindatum, rij.inschrijving.einddatum,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("soort", "velden", "kolom", "reden"),
    [
        ("c", {"BSN": "999900007"}, "BSN", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        ("c", {"BSN": "000000000"}, "BSN", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        ("c", {"BSN": "99990000"}, "BSN", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        ("c", {"BSN": "٩٩٩٩٠٠٠٠٦"}, "BSN", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        ("c", {"BSN": "99999999999999999999"}, "BSN", "telt geen negen cijfers of voldoet niet aan de elfproef"),
        ("c", {"BSN": "", "Onderwijsnummer": "12345678"}, "Onderwijsnummer", "telt geen negen cijfers"),
        ("c", {"BSN": ""}, "BSN", "BSN en onderwijsnummer ontbreken allebei"),
        ("c", {"Gemeentecode": ""}, "Gemeentecode", "ontbreekt"),
        ("c", {"Gemeentecode": "24"}, "Gemeentecode", "is geen gemeentecode van vier cijfers"),
        ("c", {"Gemeentecode": "0363"}, "Gemeentecode", "deze gemeente hoort niet bij deze installatie"),
        ("c", {"BRIN": "90xa"}, "BRIN", "heeft niet de vorm van een BRIN: twee cijfers, twee hoofdletters"),
        ("c", {"Vestiging": "0"}, "Vestiging", "telt geen twee cijfers"),
        ("c", {"Onderwijssoort": "XX"}, "Onderwijssoort", "onbekende code"),
        ("c", {"Startkwalificatie": "ja"}, "Startkwalificatie", "onbekende code"),
        ("c", {"DatumInschrijving": "20261332"}, "DatumInschrijving", GEEN_DATUM),
        ("c", {"DatumInschrijving": "2023-08-01"}, "DatumInschrijving", GEEN_DATUM),
        ("c", {"DatumInschrijving": "18990101"}, "DatumInschrijving", GEEN_DATUM),
        ("c", {"DatumInschrijving": ""}, "DatumInschrijving", "ontbreekt bij een inschrijving"),
        ("c", {"BRIN": ""}, "BRIN", "ontbreekt bij een inschrijving"),
        ("c", {"DatumUitschrijving": "20230731"}, "DatumUitschrijving", "ligt voor de begindatum"),
        ("c", {"Vrijstelling": "5b"}, "DatumBeginVrijstelling", "ontbreekt bij een vrijstelling"),
        ("c", {"DatumBeginVrijstelling": "20230801"}, "Vrijstelling", "ontbreekt bij een vrijstelling"),
        ("c", {"BRIN": "", "DatumInschrijving": ""}, "BRIN", "inschrijving en vrijstelling ontbreken allebei"),
        ("c", {"Niveau": "een zin. met een punt"}, "Niveau", "is geen code"),
        ("c", {"Inschrijvingvolgnummer": "een;twee"}, "rij", "telt niet 17 velden"),
        ("p", {"Mutatiesoort": ""}, "Mutatiesoort", "ontbreekt"),
        ("p", {"Mutatiesoort": "ZZ"}, "Mutatiesoort", "onbekende code"),
        ("p", {"BRIN": "", "DatumInschrijving": ""}, "BRIN", "ontbreekt bij een mutatie van een inschrijving"),
    ],
)  # fmt: skip
def test_a_bad_row_says_where_and_why(soort: str, velden: dict[str, str], kolom: str, reden: str) -> None:
    """Line, column as the file names it, and reason; the rows around it go on; the value is nowhere."""
    inhoud = bestand(soort, GOED[soort], GOED[soort] | velden, GOED[soort] | {"BRIN": "01XA"})
    goed, (fout,) = lees(inhoud, soort, {"1924"})
    assert (3, kolom, reden) == (fout.rij, fout.kolom, fout.reden)
    assert [2, 4] == [g.rij for g in goed]
    assert not [v for v in velden.values() if len(v) > 3 and v in repr(fout)]


def test_a_filler_date_is_no_date() -> None:
    """99991231 and 00000000 stand for an end that is not known."""
    (rij,), _ = lees(bestand("c", GOED["c"] | {"DatumUitschrijving": "99991231"}))
    assert rij.inschrijving.einddatum is None


def test_an_empty_line_is_a_row_that_cannot_be_used() -> None:
    """It keeps its line number, and so do the rows after it."""
    inhoud = bestand("c", GOED["c"]) + b"\r\n" + bestand("c", GOED["c"] | {"BRIN": "01XA"}).split(b"\n", 1)[1]
    goed, (fout,) = lees(inhoud)
    assert ([2, 4], 3, "telt niet 17 velden") == ([g.rij for g in goed], fout.rij, fout.reden)


@pytest.mark.parametrize(
    ("naam", "inhoud", "veld", "reden"),
    [
        ("leerlingen.csv", bestand("c", GOED["c"]), "bestandsnaam", "past bij geen kolomkaart"),
        ("20261399G1924_C.csv", bestand("c", GOED["c"]), "bestandsnaam", "past bij geen kolomkaart"),
        ("20190907G1924_C.csv", bestand("c", GOED["c"]), "bestandsnaam", "voor de eerste dag van elke kolomkaart"),
        (C_NAAM, b"", "bestand", "het bestand is leeg"),
        (C_NAAM, bestand("c", GOED["c"])[:-2], "bestand", "de laatste regel is afgebroken"),
        (C_NAAM, bestand("c", GOED["c"])[:-20], "bestand", "de laatste regel is afgebroken"),
        (
            C_NAAM,
            bestand("c", GOED["c"]).replace(b"BSN", b"Sofi"),
            "kopregel",
            "kolommen ontbreken: BSN; onbekende kolommen: 1",
        ),
        (C_NAAM, bestand("c", GOED["c"]).split(b"\n", 1)[1], "kopregel", "past niet bij duo-c-2020"),
        (
            C_NAAM,
            bestand("c", GOED["c"] | {"Niveau": "caf\u00e9"}).decode().encode("latin-1"),
            "codering",
            "niet te lezen als utf-8",
        ),
        (C_NAAM, bestand("c", GOED["c"]).decode().encode("utf-16"), "codering", "te lezen is"),
        (C_NAAM, bestand("c", GOED["c"]) + b"x" * 5_000_000, "bestand", "een regel is langer"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused_as_a_whole(naam: str, inhoud: bytes, veld: str, reden: str) -> None:
    """With the reason, and without anything that stands in it."""
    with pytest.raises(BestandGeweigerd) as geweigerd:
        list(delen(Lezer(kies(laad_kaarten(), naam, inhoud[:2000])), iter([inhoud])))
    assert (veld, True) == (geweigerd.value.veld, reden in geweigerd.value.reden)
    assert BSN not in str(geweigerd.value)


def test_columns_may_stand_in_any_order() -> None:
    """The header names them."""
    kop = sorted(k.kolom for k in kaart("c").kolommen)
    (rij,), fouten = lees(bestand("c", GOED["c"], kop=kop))
    assert ([], "90XA") == (fouten, rij.inschrijving.brin)


def test_the_name_tells_day_and_gemeente() -> None:
    """Of a gemeente or an RMC-regio."""
    assert Bestandsnaam(DAG, "G", "1924") == kaart("c").lees_naam(C_NAAM)
    assert Bestandsnaam(DAG, "R", "0021") == kaart("c").lees_naam("20260907R0021_C.csv")
    assert kaart("c").lees_naam(P_NAAM) is None


def test_the_same_rows_twice_are_found() -> None:
    """In a full picture the same inschrijving with another end is a contradiction; in changes it is the next change."""
    tweede = {"DatumUitschrijving": "20260801"}
    for soort, verwacht in (("c", [(3, 2), (4, 2)]), ("p", [(3, 2)])):
        inhoud = bestand(soort, GOED[soort], GOED[soort], GOED[soort] | tweede)
        lezer = Lezer(kies(laad_kaarten(), C_NAAM if soort == "c" else P_NAAM, inhoud))
        (deel,) = delen(lezer, iter([inhoud]))
        dubbel = zoek_dubbelen(deel, Leveringsoort(soort))
        assert verwacht == sorted(dubbel.select("rij", "eerder").iter_rows())


NIEUW = """
naam: {naam}
soort: c
geldig_vanaf: 2027-01-01
bron: proef
bestandsnaam: '^(?P<peildatum>[0-9]{{8}})(?P<niveau>[RG])(?P<code>[0-9]{{4}})_C\\.csv$'
voorbeeldnaam: 20270104G1924_C.csv
codering: {codering}
{vorm}
datumvorm: "%d-%m-%Y"
kolommen:
  - {{kolom: nummer, veld: bsn, verplicht: true{a}}}
  - {{kolom: school, veld: brin_vestiging{b}}}
  - {{kolom: van, veld: begindatum{c}}}
codes: {{}}
"""
GESCHEIDEN = {"a": "", "b": "", "c": ""}
VAST = {"a": ", van: 1, tot: 9", "b": ", van: 11, tot: 16", "c": ", van: 17, tot: 26"}


@pytest.mark.parametrize(
    ("vorm", "plekken", "codering", "inhoud"),
    [
        ("gescheiden: {teken: '|'}", GESCHEIDEN, "utf-8", f"nummer|school|van\n{BSN}|90XA00|01-08-2026\n"),
        (
            "gescheiden: {teken: ';', aanhaling: '\"'}",
            GESCHEIDEN,
            "windows-1252",
            f'"nummer";"school";"van"\n"{BSN}";"90XA00";"01-08-2026"\n',
        ),
        ("vast: {lengte: 26}", VAST, "utf-8", f"{BSN} 90XA0001-08-2026\n"),
        ("vast: {lengte: 26, kop: true}", VAST, "iso-8859-1", f"titel\u00e9\n{BSN} 90XA0001-08-2026\n"),
    ],
)
def test_a_new_layout_needs_no_python(
    tmp_path: Path, vorm: str, plekken: dict[str, str], codering: str, inhoud: str
) -> None:
    """Another separator, quotes, fixed widths, another encoding and form of a date; it holds from its first day."""
    (tmp_path / "nieuw.yaml").write_text(NIEUW.format(naam="nieuw-c", vorm=vorm, codering=codering, **plekken))
    kaarten = laad_kaarten(tmp_path)
    body = inhoud.encode(codering)
    keuze = kies(kaarten, "20270104G1924_C.csv", body)
    (deel,) = delen(Lezer(keuze), iter([body]))
    (rij,) = [regel(w, w["rij"]) for w in deel.iter_rows(named=True)]
    assert ("nieuw-c", [None]) == (keuze.kaart.naam, deel["fout"].to_list())
    assert ("1924", "90XA", "00", date(2026, 8, 1)) == (
        rij.gemeente, rij.inschrijving and rij.inschrijving.brin, rij.inschrijving and rij.inschrijving.vestiging,
        rij.inschrijving and rij.inschrijving.begindatum,
    )  # fmt: skip
    assert "duo-c-2020" == kies(kaarten, C_NAAM, bestand("c", GOED["c"])).kaart.naam


def test_a_date_is_written_out_in_full(tmp_path: Path) -> None:
    """1-8-2026 is read by many, and 01-08-26 is another century to some: neither is the form that was agreed."""
    tekst = NIEUW.format(naam="nieuw-c", vorm="gescheiden: {teken: '|'}", codering="utf-8", **GESCHEIDEN)
    (tmp_path / "nieuw.yaml").write_text(tekst)
    body = f"nummer|school|van\n{BSN}|90XA00|1-8-2026\n{BSN}|90XA00|01-08-26\n".encode()
    lezer = Lezer(kies(laad_kaarten(tmp_path), "20270104G1924_C.csv", body))
    (deel,) = delen(lezer, iter([body]))
    assert [GEEN_DATUM, GEEN_DATUM] == [f.reden for f in lezer.fouten(deel)]


def test_a_byte_order_mark_and_line_ends_of_windows_are_no_content(tmp_path: Path) -> None:
    """What a text editor adds, in both shapes of file."""
    inhoud = b"\xef\xbb\xbf" + bestand("c", GOED["c"])
    assert ([2], []) == ([g.rij for g in lees(inhoud)[0]], lees(inhoud)[1])
    tekst = NIEUW.format(naam="nieuw-c", vorm="vast: {lengte: 26}", codering="utf-8", **VAST)
    (tmp_path / "nieuw.yaml").write_text(tekst)
    vast = b"\xef\xbb\xbf" + f"{BSN} 90XA0001-08-2026\r\n".encode()
    (deel,) = delen(Lezer(kies(laad_kaarten(tmp_path), "20270104G1924_C.csv", vast)), iter([vast]))
    assert [None] == deel["fout"].to_list()


def test_a_row_of_another_width_is_bad(tmp_path: Path) -> None:
    """Fixed widths: one character too few shifts everything."""
    tekst = NIEUW.format(naam="nieuw-c", vorm="vast: {lengte: 26}", codering="utf-8", **VAST)
    (tmp_path / "nieuw.yaml").write_text(tekst)
    body = f"{BSN} 90XA0001-08-2026\n{BSN}90XA0001-08-2026\n".encode()
    lezer = Lezer(kies(laad_kaarten(tmp_path), "20270104G1924_C.csv", body))
    (deel,) = delen(lezer, iter([body]))
    (fout,) = lezer.fouten(deel)
    assert (2, "telt niet 26 tekens") == (fout.rij, fout.reden)


@pytest.mark.parametrize(
    ("wijziging", "reden"),
    [
        ({"naam": "Hoofdletter"}, "naam"),
        ({"codes": {}}, "codelijst van onderwijssoort ontbreekt"),
        ({"codes": EEN_LIJST | {"onderwijssoort": {"BO": "basis"}}}, "basis"),
        ({"kolommen": [{"kolom": "BSN", "veld": "bnn"}]}, "onbekende velden: bnn"),
        ({"kolommen": [{"kolom": "X", "veld": "brin"}]}, "bsn en onderwijsnummer ontbreken allebei"),
        ({"bestandsnaam": "^x$"}, "bestandsnaam mist de groep peildatum"),
        ({"bestandsnaam": "("}, "bestandsnaam"),
        ({"voorbeeldnaam": "x.csv"}, "voorbeeldnaam past niet bij bestandsnaam"),
        ({"codering": "klingon"}, "codering: kies uit"),
        ({"vast": {"lengte": 3}}, "geef gescheiden of vast, een van beide"),
        ({"gescheiden": None, "vast": {"lengte": 3}}, "elke kolom heeft van en tot binnen de lengte"),
    ],
)  # fmt: skip
def test_a_layout_that_does_not_hold_together_is_named(tmp_path: Path, wijziging: dict[str, Any], reden: str) -> None:
    """File and field, so that whoever wrote it can mend it."""
    inhoud = yaml.safe_load((EIGEN / "duo-c-2020.yaml").read_text())
    (tmp_path / "stuk.yaml").write_text(yaml.safe_dump(inhoud | wijziging))
    with pytest.raises(Ongeldig) as fout:
        laad_kaarten(tmp_path)
    assert ("kolomkaart stuk.yaml", True) == (fout.value.veld, reden in fout.value.reden)


def test_every_assumed_layout_says_so() -> None:
    """DUO publishes none; a gemeente that has one of its own replaces ours by name."""
    assert [] == [k.naam for k in laad_kaarten() if not k.aanname]


@pytest.fixture
def keuze() -> Keuze:
    """The layout of a C-levering."""
    return kies(laad_kaarten(), C_NAAM, bestand("c", GOED["c"]))


def test_the_simulator_writes_what_the_reader_reads(tmp_path: Path) -> None:
    """The same seed the same bytes; each fault in single rows is one bad row."""
    leerlingen = maak_leerlingen(1, 200, "1924", DAG)
    een = schrijf_c(tmp_path, leerlingen, DAG, "1924").read_bytes()
    assert een == schrijf_c(tmp_path, maak_leerlingen(1, 200, "1924", DAG), DAG, "1924").read_bytes()
    pad = schrijf_c(tmp_path, leerlingen, DAG, "1924", fouten=[Fout.ELFPROEF, Fout.DATUM, Fout.CODE])
    lezer = Lezer(kies(laad_kaarten(), pad.name, pad.read_bytes()))
    fouten = [f.veld for deel in delen(lezer, lees_bestand(pad)) for f in lezer.fouten(deel)]
    assert ["begindatum", "bsn", "onderwijssoort"] == sorted(fouten)
    assert 200 == lezer.rijen
    p = schrijf_p(tmp_path, [("IT", leerlingen[0])], DAG, "1924")
    assert P_NAAM == p.name


@pytest.mark.parametrize("fout", [Fout.KOPREGEL, Fout.AFGEBROKEN, Fout.CODERING])
def test_the_simulator_spoils_whole_files(tmp_path: Path, fout: Fout) -> None:
    """Each of them is refused."""
    pad = schrijf_c(tmp_path, maak_leerlingen(1, 20, "1924", DAG), DAG, "1924", fouten=[fout])
    with pytest.raises(BestandGeweigerd):
        list(delen(Lezer(kies(laad_kaarten(), pad.name, pad.read_bytes())), lees_bestand(pad)))


def _stukken(inhoud: bytes, maat: int) -> Iterator[bytes]:
    for i in range(0, len(inhoud), maat):
        yield inhoud[i : i + maat]


@pytest.mark.parametrize("maat", [1, 3, 1000, 1 << 22])
def test_how_a_file_is_cut_does_not_matter(keuze: Keuze, maat: int) -> None:
    """Blocks end anywhere, also in the middle of a character."""
    inhoud = bestand("c", *([GOED["c"] | {"Niveau": "hav\u00f6"}] * 3))
    lezer = Lezer(keuze)
    (deel,) = delen(lezer, _stukken(inhoud, maat))
    assert [(2, "is geen code"), (3, "is geen code"), (4, "is geen code")] == [
        (f.rij, f.reden) for f in lezer.fouten(deel)
    ]
