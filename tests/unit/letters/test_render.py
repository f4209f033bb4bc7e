"""Letters as they leave the service: complete, readable by everyone, the same every time, and silent in errors."""

import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from datetime import date, time

import pikepdf
import pytest
from pydantic import SecretStr

from services.letters.huisstijlen import Huisstijlen, OnbekendeGemeente
from services.letters.model import (
    Adressaat,
    Brief,
    Briefsoort,
    Gesprek,
    Ondertekenaar,
)
from services.letters.render import (
    OpmaakMislukt,
    Renderer,
    dag_en_datum,
    datum_lang,
    drukbaar,
    tijd_kort,
)
from tests.unit.letters.pdf_controle import controleer, kop_en_voet, leesvolgorde, tekst
from tests.unit.letters.voorbeelden import DAGTEKENING, brief, geadresseerde

GEHEIM = "Geheimnaam"


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    """One renderer for all tests: it has to survive every letter, good or bad."""
    return Renderer(Huisstijlen())


@pytest.mark.parametrize("gemeente", ["0171", "1924"])
@pytest.mark.parametrize("rol", list(Adressaat))
@pytest.mark.parametrize("soort", list(Briefsoort))
def test_every_letter_is_accessible_and_counts_its_pages(
    renderer: Renderer, soort: Briefsoort, rol: Adressaat, gemeente: str
) -> None:
    """Each kind, for each reader, in each huisstijl, passes all structural checks."""
    opgemaakt = renderer.render(brief(soort, gemeente=gemeente, geadresseerde=geadresseerde(rol=rol)))
    assert controleer(opgemaakt.pdf) == []
    with pikepdf.open(io.BytesIO(opgemaakt.pdf)) as document:
        assert len(document.pages) == opgemaakt.paginas
    assert hashlib.sha256(opgemaakt.pdf).hexdigest() == opgemaakt.sha256


PV = "proces-verbaal opmaken"
TELT_MEE = "Het verzuim uit deze brief nemen wij mee in dat proces-verbaal."


@pytest.mark.parametrize(
    ("soort", "zinnen"),
    [
        (Briefsoort.lpa_uitnodiging_1, ("De school heeft ons gemeld", "Dag: dinsdag 11 maart 2025", "9.30 uur")),
        (Briefsoort.lpa_uitnodiging_2, ("Op 17 februari 2025", "Dan nemen wij contact op met de school.")),
        (Briefsoort.gele_kaart, ("9 keer te laat", "een officiële waarschuwing", PV, TELT_MEE)),
        (
            Briefsoort.officiele_waarschuwing,
            ("18 uur les", "van 3 februari 2025 tot en met 28 februari 2025", PV, TELT_MEE, "elke vrijdag kort"),
        ),
        (Briefsoort.brief_afspraken, ("De mentor praat elke vrijdag", "Deze brief is geen officiële waarschuwing.")),
        (Briefsoort.halt_brief, ("naar Halt gaat", "stuurt Halt de verwijzing naar ons terug", PV)),
    ],
)
def test_every_letter_says_what_it_must_say(renderer: Renderer, soort: Briefsoort, zinnen: tuple[str, ...]) -> None:
    """The obligatory sentences, and in every letter whom to call and that someone may come along."""
    gelezen = tekst(renderer.render(brief(soort)).pdf)
    for zin in (*zinnen, "Bel ons gerust op 0000-000000", "mag u iemand meenemen", "M. Voorbeeld"):
        assert zin in gelezen


def test_a_letter_is_read_in_the_order_of_a_letter(renderer: Renderer) -> None:
    """Logo, address, sender, date and reference, heading, salutation, text, signature."""
    tags = [(tag, " ".join(inhoud.split())) for tag, inhoud in leesvolgorde(renderer.render(brief()).pdf)]
    gezocht = [
        ("P", "De heer en mevrouw Proefstra-Verzonnen Verzonnenweg 12 A 0000 AB VOORBEELDHAVEN"),
        ("P", "Bureau Leerplicht"),
        ("P", "Datum: 3 maart 2025 Kenmerk: ZAAK-2025-000123"),
        ("H1", "Officiële waarschuwing voor verzuim"),
        ("P", "Geachte heer en mevrouw Proefstra-Verzonnen,"),
        ("H2", "Welke afspraken hebben wij gemaakt?"),
        ("LBody", "De mentor praat elke vrijdag kort met Noor."),
        ("H2", "Heeft u vragen?"),
        ("P", "M. Voorbeeld Leerplichtambtenaar Gemeente Goeree-Overflakkee"),
    ]
    assert gezocht == [deel for deel in tags if deel in gezocht]
    assert tags[1][0] == "Figure"


@pytest.mark.parametrize(
    ("rol", "zin"),
    [
        (Adressaat.ouders, "nodigen wij u en uw kind uit"),
        (Adressaat.ouders_en_jongere, "nodigen wij u samen uit"),
        (Adressaat.jongere, "nodigen wij u uit"),
    ],
)
def test_a_letter_speaks_to_its_reader(renderer: Renderer, rol: Adressaat, zin: str) -> None:
    """A jongere reads "u", parents read the name of their child."""
    gelezen = tekst(renderer.render(brief(Briefsoort.lpa_uitnodiging_1, geadresseerde=geadresseerde(rol=rol))).pdf)
    assert zin in gelezen
    assert ("Noor Proefstra" in gelezen) is (rol is not Adressaat.jongere)


def test_a_long_letter_numbers_its_pages(renderer: Renderer) -> None:
    """With twenty agreements the letter takes two pages, and says so on both."""
    opgemaakt = renderer.render(brief(afspraken=tuple(SecretStr(f"Afspraak {n}.") for n in range(20))))
    assert opgemaakt.paginas == 2
    assert [f"Pagina {n} van 2" in voet for n, voet in enumerate(kop_en_voet(opgemaakt.pdf), start=1)] == [True, True]


def test_the_same_letter_gives_the_same_bytes(renderer: Renderer) -> None:
    """Delivering a letter twice is harmless: a second renderer makes the same file, another date another."""
    assert renderer.render(brief()) == Renderer(Huisstijlen()).render(brief())
    ander = brief(dagtekening=date(2025, 3, 4))
    assert renderer.render(brief()).sha256 != renderer.render(ander).sha256


def test_the_date_in_the_pdf_is_the_date_of_the_letter(renderer: Renderer) -> None:
    """The archive sees the dagtekening, never the moment of rendering."""
    with pikepdf.open(io.BytesIO(renderer.render(brief()).pdf)) as document, document.open_metadata() as xmp:
        assert str(xmp["xmp:CreateDate"]).startswith(DAGTEKENING.isoformat())


def test_threads_share_a_renderer(renderer: Renderer) -> None:
    """A pool of four threads makes the same forty letters as one thread."""
    brieven = [brief(kenmerk=f"ZAAK-{n}", jongere_naam=SecretStr(f"Noor {n}")) for n in range(40)]
    with ThreadPoolExecutor(4) as pool:
        samen = list(pool.map(renderer.render, brieven))
    assert [renderer.render(b) for b in brieven] == samen


BOZE_WAARDEN = [
    "#panic()",
    "#eval(read)",
    "#{ 1 + 1 }",
    "*bold* _em_ `raw`",
    "$x^2$",
    "@ref",
    "<label>",
    "= Kop",
    "- punt",
    "/* weg */ // weg",
    "[a](b) ] [",
    r"\ \u{41} \"",
    '"); panic("',
    "'enkele' en “dubbele”",
    "-- --- ... ~",
    "https://voorbeeld.example",
    "Ĵøħñ Ðœ Çélîñé Ṣ",
]


def _overal(waarde: str) -> Brief:
    """A letter with this value in every text."""
    geheim = SecretStr(waarde)
    return brief(
        geadresseerde=geadresseerde(naamregel=geheim, aanhef=geheim, adresregels=(geheim, geheim)),
        jongere_naam=geheim,
        ondertekenaar=Ondertekenaar(naam=geheim, functie=waarde),
        gesprek=Gesprek(datum=date(2025, 3, 11), tijd=time(9, 30), plaats=geheim),
        afspraken=(geheim,),
    )


@pytest.mark.parametrize("waarde", BOZE_WAARDEN)
def test_no_value_is_read_as_markup_or_code(renderer: Renderer, waarde: str) -> None:
    """Whatever stands in a name, address or agreement is printed as it is and changes nothing else."""
    boos, gewoon = renderer.render(_overal(waarde)).pdf, renderer.render(_overal("Noor")).pdf
    assert tekst(gewoon).replace("Noor", waarde) == tekst(boos)
    assert [tag for tag, _ in leesvolgorde(gewoon)] == [tag for tag, _ in leesvolgorde(boos)]


def test_a_name_from_right_to_left_turns_no_word_around_it(renderer: Renderer) -> None:
    """Hebrew runs the other way on paper (and so in this text); the Dutch around it stays as it was."""
    waarde = "שלום עולם"
    gewoon = tekst(renderer.render(_overal("Noor")).pdf)
    assert gewoon.replace("Noor", waarde[::-1]) == tekst(renderer.render(_overal(waarde)).pdf)


@pytest.mark.parametrize(
    ("invoer", "verwacht"),
    [
        ("Jan\nJansen", "Jan Jansen"),
        ("  Jan \t Jansen\r\n", "Jan Jansen"),
        ("Jan\x00\x07Jansen", "Jan Jansen"),
        ("Jan\u2028Jansen", "Jan Jansen"),
        ("Jan \u202enesnaJ", "Jan nesnaJ"),
        ("e\u0301", "é"),
        ("\u200b\u2066", ""),
        ("x" * 30, "x" * 30),
        ("x" * 29, "x" * 29),
        ("x" * 31, "\u200b".join(["x" * 10] * 3) + "\u200bx"),
    ],
)
def test_a_text_is_made_printable(invoer: str, verwacht: str) -> None:
    """One line, no invisible characters, and a place to break after every thirty."""
    assert verwacht == drukbaar(invoer)


def test_a_very_long_name_is_printed_whole(renderer: Renderer) -> None:
    """The longest name the model takes, without a space, is broken over lines and loses no letter."""
    naam = "Wolfeschlegelstein" * 16 + "enhausen" * 1
    opgemaakt = renderer.render(brief(jongere_naam=SecretStr(naam)))
    assert naam in tekst(opgemaakt.pdf).replace(" ", "")
    assert controleer(opgemaakt.pdf) == []


def test_every_latin_letter_of_a_name_can_be_printed(renderer: Renderer) -> None:
    """Names with the letters of the BRP, from Latin-1 to Latin Extended Additional, need no other font."""
    letters = "".join(map(chr, [*range(0xC0, 0x250), *range(0x1E00, 0x1F00)]))
    stukken = tuple(SecretStr(letters[i : i + 60]) for i in range(0, len(letters), 60))
    gelezen = tekst(renderer.render(brief(afspraken=stukken)).pdf)
    assert [s for s in stukken if s.get_secret_value() not in gelezen] == []


@pytest.mark.parametrize("teken", ["👍", "\ue000", "漢"])
def test_a_character_without_a_shape_is_refused_with_its_field(renderer: Renderer, teken: str) -> None:
    """A letter with a hole in it does not go out; the error names the field and not what stands in it."""
    goed, fout_ = SecretStr("Noor komt op tijd."), SecretStr(f"{GEHEIM} {teken}")
    with pytest.raises(OpmaakMislukt) as gevangen:
        renderer.render(brief(afspraken=(goed, fout_)))
    assert str(gevangen.value) == "officiele_waarschuwing: afspraken.1: een teken kan niet worden gedrukt"


def test_a_name_of_invisible_characters_is_refused(renderer: Renderer) -> None:
    """What prints as nothing is not a name."""
    with pytest.raises(OpmaakMislukt, match=r"jongere_naam: bevat geen leesbare tekens"):
        renderer.render(brief(jongere_naam=SecretStr("\u200b\u202e")))


@pytest.mark.parametrize(("regels", "past"), [(5, True), (8, True), (9, True), (10, False), (11, False)])
def test_an_address_fits_the_window_or_is_refused(renderer: Renderer, regels: int, past: bool) -> None:
    """In its smallest letters a window of 30 mm takes nine lines; a tenth would be hidden, so there is no letter."""
    vol = "Verzonnennaamvanveeltekens " * 2  # fills one line
    eerste = min(regels - 1, 5)
    delen = tuple(SecretStr((vol * n).strip()) for n in (eerste, regels - 1 - eerste) if n)
    adres = geadresseerde(naamregel=SecretStr("Kort"), adresregels=delen)
    if past:
        assert controleer(renderer.render(brief(geadresseerde=adres)).pdf) == []
    else:
        with pytest.raises(OpmaakMislukt, match=r"waarschuwing: het adres past niet in het venster"):
            renderer.render(brief(geadresseerde=adres))


def test_a_letter_for_an_unknown_gemeente_is_refused(renderer: Renderer) -> None:
    """No huisstijl, no letter."""
    with pytest.raises(OnbekendeGemeente, match="0014"):
        renderer.render(brief(gemeente="0014"))


def test_a_renderer_goes_on_after_an_error(renderer: Renderer) -> None:
    """One letter that fails does not spoil the next."""
    goed = renderer.render(brief())
    with pytest.raises(OpmaakMislukt):
        renderer.render(brief(jongere_naam=SecretStr("👍")))
    assert goed == renderer.render(brief())


def test_nothing_shows_a_name_by_accident(renderer: Renderer) -> None:
    """Neither the letter nor the finished PDF prints its content."""
    b = brief(jongere_naam=SecretStr(GEHEIM))
    assert GEHEIM not in repr(b) + str(b) + repr(renderer.render(b))
    assert "pdf=" not in repr(renderer.render(b))


def test_dates_and_times_are_written_the_dutch_way() -> None:
    """No leading zero before the day or the hour, the month in letters."""
    assert datum_lang(date(2025, 3, 3)) == "3 maart 2025"
    assert datum_lang(date(2025, 12, 31)) == "31 december 2025"
    assert dag_en_datum(date(2025, 3, 3)) == "maandag 3 maart 2025"
    assert [tijd_kort(t) for t in (time(9, 5), time(0), time(13, 30))] == ["9.05", "0.00", "13.30"]
