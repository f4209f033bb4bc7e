"""What can be seen of accessibility from the structure of a PDF, and its text in reading order.

Not a proof of conformity: that takes a validator and a reader. It does find what a layout change tends to break.
"""

import io
import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Name

BUITEN = -1  # text that is in no structure element: header and footer
BLOK = re.compile(r"P|H[1-6]|LBody|Figure|Lbl|TD|TH")
TEKSTOPERATOREN = {"Tj", "TJ", "'", '"'}


class Bevinding(NamedTuple):
    """One requirement that the PDF does not meet."""

    eis: str
    uitleg: str


def controleer(pdf: bytes) -> list[Bevinding]:
    """All requirements this PDF fails; empty when it meets them all."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [Bevinding(eis, uitleg) for eis, (uitleg, voldoet) in EISEN.items() if not voldoet(document)]


class Element(NamedTuple):
    """One structure element: its tag, itself, and the page it is on."""

    tag: str
    knoop: Any
    pagina: Any


def elementen(document: pikepdf.Pdf) -> Iterator[Element]:
    """All structure elements in reading order."""

    def loop(knoop: Any, pagina: Any) -> Iterator[Element]:
        for kind in _kinderen(knoop):
            if isinstance(kind, pikepdf.Dictionary) and Name.S in kind:
                eigen = kind.get(Name.Pg, pagina)
                yield Element(str(kind.S)[1:], kind, eigen)
                yield from loop(kind, eigen)

    if Name.StructTreeRoot in document.Root:
        yield from loop(document.Root.StructTreeRoot, None)


def _kinderen(knoop: Any) -> list[Any]:
    k = knoop.get(Name.K)
    if k is None:
        return []
    return list(k) if isinstance(k, pikepdf.Array) else [k]


def leesvolgorde(pdf: bytes) -> list[tuple[str, str]]:
    """(tag, text) of each paragraph, heading, list item and figure, as a screen reader meets them."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        gemerkt: dict[Any, dict[int, str]] = {pagina.objgen: _gemerkte_tekst(pagina) for pagina in document.pages}
        blokken: list[tuple[str, list[str]]] = []

        def loop(knoop: Any, pagina: Any) -> None:
            for kind in _kinderen(knoop):
                if not isinstance(kind, pikepdf.Dictionary):
                    blokken[-1][1].append(gemerkt[pagina.objgen][int(kind)])
                elif Name.MCID in kind:
                    blokken[-1][1].append(gemerkt[kind.get(Name.Pg, pagina).objgen][int(kind.MCID)])
                elif Name.S in kind:
                    tag = str(kind.S)[1:]
                    if BLOK.fullmatch(tag) or not blokken:
                        blokken.append((tag, [str(kind.get(Name.Alt, ""))]))
                    loop(kind, kind.get(Name.Pg, pagina))

        loop(document.Root.StructTreeRoot, None)
        return [(tag, "".join(delen)) for tag, delen in blokken]


def tekst(pdf: bytes) -> str:
    """All text in reading order, one block per line, with spaces as a reader hears them."""
    return "\n".join(" ".join(re.sub("[\u200b\u2068\u2069]", "", inhoud).split()) for _, inhoud in leesvolgorde(pdf))


def kop_en_voet(pdf: bytes) -> list[str]:
    """The text outside the structure, per page."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [_gemerkte_tekst(pagina).get(BUITEN, "") for pagina in document.pages]


def _gemerkte_tekst(pagina: pikepdf.Page) -> dict[int, str]:
    """The text of a page by MCID (or BUITEN); ActualText wins over glyphs."""
    uit: dict[int, str] = {}
    stapel: list[tuple[int | None, bool]] = []  # (MCID, replaced by ActualText)
    tabel: dict[bytes, str] = {}
    for instructie in pikepdf.parse_content_stream(pagina):
        operanden: Any = instructie.operands
        naam = str(instructie.operator)
        if naam in {"BDC", "BMC"}:
            eigenschappen = operanden[1] if len(operanden) > 1 else {}
            mcid = int(eigenschappen[Name.MCID]) if Name.MCID in eigenschappen else _mcid(stapel)
            vervangen = Name.ActualText in eigenschappen
            if vervangen and mcid is not None:
                uit[mcid] = uit.get(mcid, "") + str(eigenschappen[Name.ActualText])
            stapel.append((mcid, vervangen))
            if mcid is not None:
                uit.setdefault(mcid, "")
        elif naam == "EMC":
            stapel.pop()
        elif naam == "Tf":
            tabel = _letters(pagina.Resources.Font[operanden[0]])
        elif naam in TEKSTOPERATOREN and not any(vervangen for _, vervangen in stapel):
            mcid = _mcid(stapel)
            plek = BUITEN if mcid is None else mcid
            uit[plek] = uit.get(plek, "") + _ontcijfer(operanden[0], tabel)
    return uit


def _mcid(stapel: list[tuple[int | None, bool]]) -> int | None:
    return stapel[-1][0] if stapel else None


def _ontcijfer(operand: Any, tabel: dict[bytes, str]) -> str:
    stukken = operand if isinstance(operand, pikepdf.Array) else [operand]
    codes = b"".join(bytes(s) for s in stukken if isinstance(s, pikepdf.String))
    return "".join(tabel[codes[i : i + 2]] for i in range(0, len(codes), 2))


def _letters(lettertype: Any) -> dict[bytes, str]:
    """What each two-byte code of a font stands for, from its ToUnicode table."""
    cmap = bytes(lettertype.ToUnicode.read_bytes()).decode("ascii")
    paren = re.findall(r"<([0-9A-Fa-f]{4})>\s*<([0-9A-Fa-f]+)>\s*\n", cmap.split("begincodespacerange")[-1])
    return {bytes.fromhex(code): bytes.fromhex(u).decode("utf-16-be") for code, u in paren}


def _lettertypen(document: pikepdf.Pdf) -> list[Any]:
    return [o for o in document.objects if isinstance(o, pikepdf.Dictionary) and o.get(Name.Type) == Name.Font]


def _ingesloten(document: pikepdf.Pdf) -> bool:
    beschrijvingen = [
        deel.FontDescriptor for font in _lettertypen(document) for deel in font.get(Name.DescendantFonts, [])
    ]
    bestanden = (Name.FontFile, Name.FontFile2, Name.FontFile3)
    return bool(beschrijvingen) and all(any(b in beschrijving for b in bestanden) for beschrijving in beschrijvingen)


def _xmp(document: pikepdf.Pdf, veld: str) -> str:
    with document.open_metadata(set_pikepdf_as_editor=False) as gegevens:
        return str(gegevens.get(veld, ""))


def _koppen_zonder_sprong(document: pikepdf.Pdf) -> bool:
    niveaus = [int(e.tag[1]) for e in elementen(document) if re.fullmatch(r"H[1-6]", e.tag)]
    return niveaus[:1] == [1] and all(b <= a + 1 for a, b in itertools.pairwise(niveaus))


def _alles_gemerkt(document: pikepdf.Pdf) -> bool:
    """Whether all text is either in the structure or marked as decoration."""
    for pagina in document.pages:
        diepte: list[bool] = []
        for instructie in pikepdf.parse_content_stream(pagina):
            operanden: Any = instructie.operands
            naam = str(instructie.operator)
            if naam in {"BDC", "BMC"}:
                artefact = operanden[0] == Name.Artifact
                diepte.append(artefact or (len(operanden) > 1 and Name.MCID in operanden[1]))
            elif naam == "EMC":
                diepte.pop()
            elif naam in TEKSTOPERATOREN and not any(diepte):
                return False
    return True


def _waarde(knoop: Any, *namen: Any) -> Any:
    """What stands at the end of a path of names, or None."""
    for naam in namen:
        knoop = None if knoop is None else knoop.get(naam)
    return knoop


def _tags(document: pikepdf.Pdf) -> list[str]:
    return [e.tag for e in elementen(document)]


EISEN: dict[str, tuple[str, Callable[[pikepdf.Pdf], bool]]] = {
    "gemarkeerd": (
        "MarkInfo.Marked is niet true",
        lambda d: _waarde(d.Root, Name.MarkInfo, Name.Marked) is True,
    ),
    "structuur": (
        "geen boom met Document, H1 en P",
        lambda d: _tags(d)[:1] == ["Document"] and {"H1", "P"} <= set(_tags(d)),
    ),
    "taal": ("Lang is geen Nederlands", lambda d: str(d.Root.get(Name.Lang, "")).startswith("nl")),
    "titel_in_venster": (
        "DisplayDocTitle is niet true",
        lambda d: _waarde(d.Root, Name.ViewerPreferences, Name.DisplayDocTitle) is True,
    ),
    "titel": ("geen dc:title in de XMP", lambda d: _xmp(d, "dc:title") != ""),
    "pdf_ua": ("pdfuaid:part is niet 1", lambda d: _xmp(d, "pdfuaid:part") == "1"),
    "pdf_a": (
        "pdfaid is niet 2A",
        lambda d: _xmp(d, "pdfaid:part") + _xmp(d, "pdfaid:conformance") == "2A",
    ),
    "kleurprofiel": ("geen OutputIntent", lambda d: len(d.Root.get(Name.OutputIntents, [])) > 0),
    "lettertypen": ("een lettertype is niet ingesloten", _ingesloten),
    "letters": (
        "een lettertype zonder ToUnicode",
        lambda d: all(Name.ToUnicode in f for f in _lettertypen(d) if f.get(Name.Subtype) == Name.Type0),
    ),
    "afbeeldingen": (
        "een Figure zonder Alt, of geen Figure",
        lambda d: (
            "Figure" in _tags(d) and all(str(e.knoop.get(Name.Alt, "")) for e in elementen(d) if e.tag == "Figure")
        ),
    ),
    "koppen": ("koppen beginnen niet bij 1 of slaan een niveau over", _koppen_zonder_sprong),
    "tekst_gemerkt": ("tekst buiten de structuur", _alles_gemerkt),
}
