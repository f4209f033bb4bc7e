"""The checks themselves: a good letter passes, and each check is seen to fail once."""

import io
from collections.abc import Callable

import pikepdf
import pytest
import typst
from pikepdf import Name

from services.letters.huisstijlen import Huisstijlen
from services.letters.render import Renderer
from tests.unit.letters.pdf_controle import EISEN, controleer, elementen
from tests.unit.letters.voorbeelden import brief


@pytest.fixture(scope="module")
def goed() -> bytes:
    """A letter as it leaves the service."""
    return Renderer(Huisstijlen()).render(brief()).pdf


def _xmp_zonder(*velden: str) -> Callable[[pikepdf.Pdf], None]:
    def verander(document: pikepdf.Pdf) -> None:
        with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as gegevens:
            for veld in velden:
                del gegevens[veld]

    return verander


def _zonder_alt(document: pikepdf.Pdf) -> None:
    del next(e for e in elementen(document) if e.tag == "Figure").knoop.Alt


def _kop_van_niveau_3(document: pikepdf.Pdf) -> None:
    next(e for e in elementen(document) if e.tag == "H2").knoop.S = Name.H3


def _lettertypen_los(document: pikepdf.Pdf) -> None:
    for pagina in document.pages:
        for lettertype in pagina.Resources.Font.values():
            del lettertype.DescendantFonts[0].FontDescriptor.FontFile3


def _zonder_tounicode(document: pikepdf.Pdf) -> None:
    del next(iter(document.pages[0].Resources.Font.values())).ToUnicode


def _ongemerkte_tekst(document: pikepdf.Pdf) -> None:
    naam = next(iter(document.pages[0].Resources.Font.keys()))
    document.pages[0].contents_add(f"BT {naam} 9 Tf <0001> Tj ET".encode())


BREUKEN: dict[str, Callable[[pikepdf.Pdf], None]] = {
    "gemarkeerd": lambda d: d.Root.MarkInfo.__setitem__("/Marked", False),
    "structuur": lambda d: d.Root.StructTreeRoot.K[0].__setitem__("/S", Name.Div),
    "taal": lambda d: d.Root.__setitem__("/Lang", pikepdf.String("en-GB")),
    "titel_in_venster": lambda d: d.Root.ViewerPreferences.__delitem__("/DisplayDocTitle"),
    "titel": _xmp_zonder("dc:title"),
    "pdf_ua": _xmp_zonder("pdfuaid:part"),
    "pdf_a": _xmp_zonder("pdfaid:conformance"),
    "kleurprofiel": lambda d: d.Root.__delitem__("/OutputIntents"),
    "lettertypen": _lettertypen_los,
    "letters": _zonder_tounicode,
    "afbeeldingen": _zonder_alt,
    "koppen": _kop_van_niveau_3,
    "tekst_gemerkt": _ongemerkte_tekst,
}


def test_every_check_has_a_way_to_break_it() -> None:
    """No check is kept that nobody has seen fail."""
    assert set(EISEN) == set(BREUKEN)


def test_a_letter_passes_every_check(goed: bytes) -> None:
    """The letter the other tests break is whole to begin with."""
    assert controleer(goed) == []


@pytest.mark.parametrize("eis", list(BREUKEN))
def test_a_letter_broken_in_one_place_fails_that_check(goed: bytes, eis: str) -> None:
    """Breaking one thing in a good letter is found, and nothing else is blamed."""
    with pikepdf.open(io.BytesIO(goed)) as document:
        BREUKEN[eis](document)
        kapot = io.BytesIO()
        document.save(kapot)
    assert [b.eis for b in controleer(kapot.getvalue())] == [eis]


def test_a_pdf_made_without_the_standards_fails() -> None:
    """Without the standards and tags Typst makes a PDF that fails nearly everything."""
    kaal = typst.compile(b"= Kop\nTekst #rect()", format="pdf", pdf_tags=False)
    assert {"gemarkeerd", "structuur", "titel", "pdf_ua", "pdf_a", "afbeeldingen", "tekst_gemerkt"} <= {
        b.eis for b in controleer(kaal)
    }
