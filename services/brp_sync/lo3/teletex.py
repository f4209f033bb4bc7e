"""GBA-teletex, the alphabet of the LO BRP: bytes to text and back. Python has no codec for it.

The family is T.61 / ISO 6937: an accent is one byte that stands *before* its letter. The LO allows 296 code points,
fewer than any standard does, so the combinations are written out here. Text is Unicode in form NFC. A length in an LO3
message counts bytes, so an accented letter counts for two.
"""

import unicodedata
from types import MappingProxyType
from typing import Final

_ZELFDE: Final = "\n\f\r !\"%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]_abcdefghijklmnopqrstuvwxyz|"
_ENKEL: Final = {
    0xA1: "¡¢£$¥#§¤",
    0xAB: "«",
    0xB0: "°±²³×µ¶·÷",
    0xBB: "»¼½¾¿",
    0xE0: "ΩÆĐªĦ",
    0xE7: "ĿŁØŒºÞŦŊŉĸæđðħı",
    0xF7: "ŀłøœßþŧŋ",
}
"""Letters and signs of one byte, from that byte on."""
_ACCENTEN: Final = {
    0xC1: ("\u0300", "AEIOU aeiou"),
    0xC2: ("\u0301", "ACEILNORSUYZ aceilnorsuyz"),
    0xC3: ("\u0302", "ACEGHIJOSUWY aceghijosuwy"),
    0xC4: ("\u0303", "AINOU ainou"),
    0xC5: ("\u0304", "AEIOU aeiou"),
    0xC6: ("\u0306", "AGU agu"),
    0xC7: ("\u0307", "CEGIZ cegz"),
    0xC8: ("\u0308", "AEIOUY aeiouy"),
    0xCA: ("\u030a", "AU au"),
    0xCB: ("\u0327", "CGKLNRST cklnrst"),
    0xCD: ("\u030b", "OU ou"),
    0xCE: ("\u0328", "AEIU aeiu"),
    0xCF: ("\u030c", "CDELNRSTZ cdelnrstz"),
}
_ACUTE_G: Final = (b"\xc2g", "ģ")  # a cedilla under a small g is drawn above it, and coded as an acute


class TeletexFout(ValueError):
    """The bytes or the text do not fit the alphabet: at which place (from 0), and why; never what stands there."""

    def __init__(self, plek: int, reden: str) -> None:
        super().__init__(f"{reden} (positie {plek + 1})")
        self.plek = plek
        self.reden = reden


def _codes() -> dict[bytes, str]:
    codes = {teken.encode("ascii"): teken for teken in _ZELFDE}
    for eerste, tekens in _ENKEL.items():
        codes |= {bytes([eerste + nummer]): teken for nummer, teken in enumerate(tekens)}
    for accent, (teken, letters) in _ACCENTEN.items():
        for letter in letters.replace(" ", ""):
            codes[bytes([accent]) + letter.encode("ascii")] = unicodedata.normalize("NFC", letter + teken)
    code, teken = _ACUTE_G
    return codes | {code: teken}


TEKENS: Final = MappingProxyType(_codes())
"""Every code point of the GBA, one or two bytes, and its character."""
_CODES: Final = {teken: code for code, teken in TEKENS.items()}
_GEWOON: Final = frozenset(_ZELFDE.encode("ascii"))


def lees_teletex(waarde: bytes) -> str:
    """The text of teletex bytes; raises `TeletexFout` with the place of the first byte that is not allowed."""
    if _GEWOON.issuperset(waarde):
        return waarde.decode("ascii")
    tekst: list[str] = []
    plek = 0
    while plek < len(waarde):
        lengte = 2 if waarde[plek] in _ACCENTEN else 1
        teken = TEKENS.get(waarde[plek : plek + lengte])
        if teken is None:
            raise TeletexFout(plek, _wat_is_er_mis(waarde[plek : plek + lengte]))
        tekst.append(teken)
        plek += lengte
    return "".join(tekst)


def schrijf_teletex(tekst: str) -> bytes:
    """The teletex bytes of a text, in whatever form its accents are; raises `TeletexFout` where there is no code."""
    samengesteld = unicodedata.normalize("NFC", tekst)
    bytes_ = bytearray()
    for plek, teken in enumerate(samengesteld):
        code = _CODES.get(teken)
        if code is None:
            raise TeletexFout(plek, "teken dat niet in GBA-teletex te schrijven is")
        bytes_ += code
    return bytes(bytes_)


def _wat_is_er_mis(code: bytes) -> str:
    if code[0] not in _ACCENTEN:
        return f"byte {code[0]:02X} bestaat niet in GBA-teletex"
    if len(code) == 1:
        return f"accent {code[0]:02X} zonder letter erachter"
    return f"accent {code[0]:02X} kan niet op deze letter"
