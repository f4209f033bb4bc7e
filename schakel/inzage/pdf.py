"""From an inzage to an accessible PDF (PDF/UA-1 and PDF/A-2a), the same bytes for the same inzage.

Values enter Typst as JSON strings in `sys_inputs`: a string is printed as it is, never read as markup.
"""

import json
import unicodedata
from datetime import UTC
from functools import cache
from typing import Any, Final

import typst

from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from schakel.inzage.model import Inzage, Onderdeel, Soort, Veld
from schakel.inzage.woorden import HIER
from services.letters.render import datum_lang, drukbaar

_TITEL: Final = {
    Soort.INZAGE: "Wat wij over u hebben vastgelegd",
    Soort.PORTABILITEIT: "Gegevens die u met toestemming gaf",
}
_INLEIDING: Final = (
    "Hier leest u welke gegevens de gemeente over u heeft voor de leerplicht.",
    "Op deze bladzijde staat een overzicht.",
    "Daarna leest u welke rechten u heeft, en dan alle gegevens zelf.",
    "Begrijpt u iets niet? Bel of mail de gemeente. Wij leggen het graag uit.",
)
_VERVANGEN: Final = "Sommige tekens kunnen wij niet drukken. Daar staat een vraagteken."
_BREEDSTE = 60


def maak_pdf(inzage: Inzage) -> bytes:
    """The PDF. A character that no font has becomes a question mark, and the first page says so.

    Raises `Ongeldig` when it cannot be typeset at all; never with a value.
    """
    gegevens = _gegevens(inzage)
    gelukt = _zet(gegevens, inzage)
    if gelukt is None:
        gelukt = _zet(_vervang(gegevens) | {"inleiding": [*_INLEIDING, _VERVANGEN]}, inzage)
    if gelukt is None:
        raise Ongeldig("het overzicht is niet als PDF op te maken; het bestaat wel als JSON", "pdf")
    return gelukt


def _zet(gegevens: dict[str, Any], inzage: Inzage) -> bytes | None:
    """The PDF, or None; what Typst says may quote a value and goes nowhere."""
    compiler = typst.Compiler(root=HIER, ignore_system_fonts=True)
    try:
        pdf, _ = compiler.compile_with_warnings(
            input=(HIER / "inzage.typ").read_bytes(),
            format="pdf",
            sys_inputs={"inzage": json.dumps(gegevens)},
            pdf_standards=["a-2a", "ua-1"],
            timestamp=inzage.gemaakt_op.astimezone(UTC).replace(microsecond=0),
        )
    except Exception:  # Typst's own errors quote what they choke on
        return None
    return pdf if isinstance(pdf, bytes) else None


def _gegevens(inzage: Inzage) -> dict[str, Any]:
    """What the template prints: every text on one line, printable."""
    wanneer = datum_lang(inzage.gemaakt_op.astimezone(AMSTERDAM).date())
    gemeenten = ", ".join(inzage.gemeenten)
    wie = [("Over", inzage.naam), ("Nummer", inzage.jongere), ("Gemaakt op", wanneer),
           ("Gemaakt door", inzage.gemaakt_door), ("Gemeente", gemeenten)]  # fmt: skip
    document = inzage.model_dump(mode="json", include={"overzicht", "weggelaten", "rechten", "groepen"})
    document["groepen"] = [
        {**groep.model_dump(exclude={"onderdelen"}), "onderdelen": [_deel(d) for d in groep.onderdelen]}
        for groep in inzage.groepen
    ]
    extra = {
        "titel": _TITEL[inzage.soort],
        "inleiding": list(_INLEIDING),
        "gemeenten": gemeenten,
        "voettekst": f"gemaakt op {wanneer}",
        "gegevens": [{"naam": naam, "waarde": waarde} for naam, waarde in wie if waarde],
    }
    printable: dict[str, Any] = _druk(document | extra)
    return printable


def _deel(deel: Onderdeel) -> dict[str, Any]:
    return {
        "titel": deel.titel,
        "velden": [_veld(v) for v in deel.velden],
        "tabel": deel.tabel.model_dump() if deel.tabel is not None else None,
        "breedtes": _breedtes(deel),
        "onderdelen": [_deel(onder) for onder in deel.onderdelen],
    }


def _veld(veld: Veld) -> dict[str, str]:
    return {"naam": veld.naam, "waarde": veld.waarde}


def _breedtes(deel: Onderdeel) -> list[int]:
    """Shares of the width, by the longest text of each column within bounds; a word fits on one line."""
    if deel.tabel is None:
        return []
    kolommen = zip(deel.tabel.kolommen, *deel.tabel.rijen, strict=True)
    return [
        max(
            min(max(len(cel) for cel in kolom), _BREEDSTE),
            *(min(len(woord), 30) + 3 for cel in kolom for woord in cel.split()),
        )
        for kolom in kolommen
    ]


def _druk(waarde: Any) -> Any:
    """Every text printable; numbers as text, because Typst prints strings only as they are."""
    if isinstance(waarde, dict):
        return {k: v if k == "breedtes" else _druk(v) for k, v in waarde.items()}
    if isinstance(waarde, list | tuple):
        return [_druk(deel) for deel in waarde]
    return waarde if waarde is None else drukbaar(str(waarde))


def _vervang(waarde: Any) -> Any:
    if isinstance(waarde, dict):
        return {k: _vervang(v) for k, v in waarde.items()}
    if isinstance(waarde, list):
        return [_vervang(deel) for deel in waarde]
    return "".join(t if _drukt(t) else "?" for t in waarde) if isinstance(waarde, str) else waarde


@cache
def _drukt(teken: str) -> bool:
    """Whether a character is of a kind that the fonts have: Latin, Greek, Cyrillic, signs."""
    if teken.isspace() or teken in "\u200b\u2068\u2069":
        return True
    naam = unicodedata.name(teken, "")
    schrift = ("LATIN", "GREEK", "CYRILLIC", "DIGIT", "EURO", "DEGREE", "SECTION", "MIDDLE DOT", "BULLET")
    return ord(teken) < 0x250 or naam.startswith(schrift) or 0x2010 <= ord(teken) <= 0x2026


__all__ = ["maak_pdf"]
