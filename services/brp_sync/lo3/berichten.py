"""The grammar of LO3 messages: header, length, categories of elements; strict, and precise about what is wrong.

    header, LLLLL, { CC LLL { GGRR LLL value } }

LLLLL is the number of bytes of everything after it. Every LLL counts teletex bytes. There are no separators. Length 000
says that the element is there and empty. Sources: Logisch Ontwerp BRP; headers as in MinBZK/OperatieBRP.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import SecretStr

from services.brp_sync.datum import OngeldigeDatum, OnvolledigeDatum
from services.brp_sync.lo3.rubrieken import CATEGORIEEN, ELEMENTEN, VORIGE, Element
from services.brp_sync.lo3.teletex import TeletexFout, lees_teletex, schrijf_teletex

_STATUS: Final = (("status", "[0-9A-Z. ]", 1), ("datum", "[0-9]", 8))
_A_NUMMER: Final = (("a_nummer", "[0-9]", 10),)
_HERHALING: Final = (("herhaling", "[0-9]", 1),)
_FOUT: Final = (("foutreden", "[A-Z]", 1), ("gemeente", "[0-9]", 4), *_A_NUMMER)
KOPPEN: Final = {
    "Ag01": _STATUS,
    "Ag11": _STATUS,
    "Ag21": _STATUS,
    "Ag31": _STATUS,
    "Gv01": _A_NUMMER,
    "Gv02": _A_NUMMER,
    "Ng01": (),
    "Wa11": (*_A_NUMMER, ("datum", "[0-9]", 8)),
    "Ap01": _HERHALING,
    "Av01": _HERHALING,
    "Af01": _FOUT,
    "Af11": _FOUT,
}
"""Per message type the fields of the header after random key (8 digits) and type: name, characters, length."""
MAX_BYTES: Final = 8 + 4 + 18 + 5 + 99_999

_KOP = re.compile(rb"[0-9]{8}(?:" + "|".join(KOPPEN).encode() + rb")")
_BEGIN = rb"[0-9]{8}[A-Z][a-z][0-9]{2}"  # of any message, also one we do not take
_BEGIN_VOLGT = re.compile(rb"[\r\n]*(?:\Z|" + _BEGIN + rb")")
_REGELEINDEN = re.compile(rb"[\r\n]+")
_BEGIN_OF_REGELEINDE = re.compile(rb"[\r\n]|" + _BEGIN)


class OngeldigLo3Bericht(ValueError):
    """The message cannot be used: field (rubriek or part of the header), place, and a Dutch reason without the value.

    The place names category, element and byte; bytes are counted from 1 at the start of the message.
    """

    def __init__(self, veld: str, plek: str, reden: str) -> None:
        super().__init__(f"{veld} ({plek}): {reden}")
        self.veld = veld
        self.plek = plek
        self.reden = reden


@dataclass(frozen=True, slots=True)
class Rubriek:
    """One element of a category: its number (`GG.RR`), its value (empty: emptied), and where it stands."""

    nummer: str
    waarde: SecretStr
    plek: str


@dataclass(frozen=True, slots=True)
class Categorie:
    """One category: its number (two digits, from 51 on the former situation) and its elements, in their order."""

    nummer: str
    rubrieken: tuple[Rubriek, ...]
    plek: str


@dataclass(frozen=True, slots=True)
class Lo3Bericht:
    """A message as it stands on the wire. A category that occurs several times (a stack) stands in it several times."""

    soort: str
    sleutel: str
    kop: Mapping[str, SecretStr]
    categorieen: tuple[Categorie, ...]


@dataclass(frozen=True, slots=True)
class Kader:
    """The bytes of one message within a file, and the byte (from 0) at which they begin."""

    begin: int
    ruw: bytes


def knip(bestand: bytes) -> Iterator[Kader]:
    """The messages in a file: one, several after each other, or one per line.

    The length in a message says where it ends. Where that cannot be (no other message begins there), the message ends
    at the next header or the end of the line: one wrong length costs one message.
    """
    begin = 0
    while begin < len(bestand):
        if regeleinden := _REGELEINDEN.match(bestand, begin):
            begin = regeleinden.end()
            continue
        einde = _einde(bestand, begin)
        yield Kader(begin, bestand[begin:einde])
        begin = einde


def _einde(bestand: bytes, begin: int) -> int:
    kop = _KOP.match(bestand, begin)
    if kop is not None:
        lengte_op = kop.end() + sum(lengte for _, _, lengte in KOPPEN[kop[0][8:].decode()])
        lengte = bestand[lengte_op : lengte_op + 5]
        einde = lengte_op + 5 + int(lengte) if len(lengte) == 5 and lengte.isdigit() else begin
        if begin < einde <= len(bestand) and _BEGIN_VOLGT.match(bestand, einde) and _eindigt_zo(bestand[begin:einde]):
            return einde
    volgende = _BEGIN_OF_REGELEINDE.search(bestand, begin + 1)
    return volgende.start() if volgende else len(bestand)


def _eindigt_zo(ruw: bytes) -> bool:
    """False for a length that is too large by the line end behind the message."""
    if ruw[-1] not in b"\r\n":
        return True
    try:
        lees_lo3(ruw)
    except OngeldigLo3Bericht:
        return False
    return True


def lees_lo3(ruw: bytes) -> Lo3Bericht:
    """Read one message; raises `OngeldigLo3Bericht` for the first thing that is wrong."""
    lezer = _Lezer(ruw)
    sleutel = lezer.veld("random key", "[0-9]", 8)
    soort = lezer.veld("berichtsoort", "[A-Za-z0-9]", 4)
    if soort not in KOPPEN:
        raise OngeldigLo3Bericht("berichtsoort", "byte 9", "geen berichtsoort die een afnemer krijgt of stuurt")
    kop = {naam: SecretStr(lezer.veld(naam, tekens, lengte)) for naam, tekens, lengte in KOPPEN[soort]}
    lengte = int(lezer.veld("lengte", "[0-9]", 5))
    if lengte != lezer.rest:
        reden = "de berichtlengte is niet het aantal bytes dat volgt"
        raise OngeldigLo3Bericht("lengte", f"byte {lezer.op - 4}", reden)
    return Lo3Bericht(soort, sleutel, kop, tuple(lezer.categorieen()))


def schrijf_lo3(
    soort: str, kop: Mapping[str, str], categorieen: Iterable[tuple[str, Mapping[str, str]]], sleutel: str = "00000000"
) -> bytes:
    """The bytes of a message; `categorieen` gives per category (two digits) the elements `GG.RR` and their values.

    Raises `TeletexFout` for a character that has no code, and ValueError for a header or length that does not fit.
    """
    inhoud = b"".join(_categorie(nummer, elementen) for nummer, elementen in categorieen)
    velden = "".join(kop[naam].rjust(lengte, "0") for naam, _, lengte in KOPPEN[soort])
    if len(velden) != sum(lengte for _, _, lengte in KOPPEN[soort]):
        raise ValueError("een veld van de kop is te lang")
    return f"{sleutel}{soort}{velden}{_geteld(inhoud, 5)}".encode("ascii") + inhoud


def _categorie(nummer: str, elementen: Mapping[str, str]) -> bytes:
    inhoud = bytearray()
    for element, waarde in elementen.items():
        geschreven = schrijf_teletex(waarde)
        inhoud += f"{element.replace('.', '')}{_geteld(geschreven, 3)}".encode("ascii") + geschreven
    return f"{nummer}{_geteld(inhoud, 3)}".encode("ascii") + inhoud


def _geteld(waarde: bytes | bytearray, cijfers: int) -> str:
    if len(waarde) >= 10**cijfers:
        raise ValueError(f"langer dan in {cijfers} cijfers te tellen is")
    return f"{len(waarde):0{cijfers}}"


class _Lezer:
    """Goes through the bytes of one message from left to right."""

    def __init__(self, ruw: bytes) -> None:
        self._ruw = ruw
        self.op = 0

    @property
    def rest(self) -> int:
        return len(self._ruw) - self.op

    def veld(self, naam: str, tekens: str, lengte: int, plek: str = "") -> str:
        """The next `lengte` bytes, each one of `tekens` (a class of a regular expression)."""
        waarde = self._ruw[self.op : self.op + lengte]
        plek = plek or f"byte {self.op + 1}"
        if len(waarde) < lengte:
            raise OngeldigLo3Bericht(naam, plek, "het bericht houdt hier op")
        if not re.fullmatch(f"{tekens}+".encode(), waarde):
            wat = f"geen {lengte} cijfers" if tekens == "[0-9]" else "heeft een teken dat hier niet kan"
            raise OngeldigLo3Bericht(naam, plek, wat)
        self.op += lengte
        return waarde.decode("ascii")

    def categorieen(self) -> Iterator[Categorie]:
        while self.rest:
            begin = self.op + 1
            nummer = self.veld("categorie", "[0-9]", 2)
            plek = f"categorie {nummer}, byte {begin}"
            if nummer not in CATEGORIEEN and f"{int(nummer) - VORIGE:02}" not in CATEGORIEEN:
                raise OngeldigLo3Bericht(nummer, plek, "deze categorie bestaat niet")
            lengte = int(self.veld(nummer, "[0-9]", 3, f"{plek}, lengte"))
            if lengte > self.rest:
                reden = f"de categorielengte is {lengte} maar er volgen {self.rest} bytes"
                raise OngeldigLo3Bericht(nummer, plek, reden)
            yield Categorie(nummer, tuple(self._rubrieken(nummer, self.op + lengte)), plek)

    def _rubrieken(self, categorie: str, einde: int) -> Iterator[Rubriek]:
        while self.op < einde:
            begin = self.op + 1
            if einde - self.op < 7:
                reden = "de categorielengte laat geen plaats voor nog een element"
                raise OngeldigLo3Bericht(categorie, f"categorie {categorie}, byte {begin}", reden)
            nummer = self.veld("element", "[0-9]", 4, f"categorie {categorie}, byte {begin}")
            naam = f"{categorie}.{nummer[:2]}.{nummer[2:]}"
            plek = f"categorie {categorie}, element {naam}, byte {begin}"
            if nummer not in ELEMENTEN:
                raise OngeldigLo3Bericht(naam, plek, "dit element bestaat niet")
            lengte = int(self.veld(naam, "[0-9]", 3, plek))
            if lengte > einde - self.op:
                reden = f"de elementlengte is {lengte} maar de categorie heeft nog {einde - self.op} bytes"
                raise OngeldigLo3Bericht(naam, plek, reden)
            waarde = self._ruw[self.op : self.op + lengte]
            tekst = _gekeurd(naam, plek, ELEMENTEN[nummer], waarde, self.op)
            self.op += lengte
            yield Rubriek(naam[3:], SecretStr(tekst), plek)


def _gekeurd(naam: str, plek: str, element: Element, ruw: bytes, op: int) -> str:
    """The text of a value that has the form of its element; emptied (length 000) is always allowed."""
    try:
        waarde = lees_teletex(ruw)
    except TeletexFout as fout:
        plek = f"{plek.rpartition(',')[0]}, byte {op + fout.plek + 1}"
        raise OngeldigLo3Bericht(naam, plek, fout.reden) from None
    if not waarde:
        return waarde
    if not element.minimum <= len(waarde) <= element.maximum:
        vast = element.minimum == element.maximum
        hoeveel = str(element.minimum) if vast else f"{element.minimum} tot {element.maximum}"
        raise OngeldigLo3Bericht(naam, plek, f"is {len(waarde)} tekens lang en moet {hoeveel} zijn")
    if element.numeriek and not (waarde.isascii() and waarde.isdigit()):
        raise OngeldigLo3Bericht(naam, plek, "bestaat niet alleen uit cijfers")
    if element.datum:
        try:
            OnvolledigeDatum(waarde)
        except OngeldigeDatum as fout:
            raise OngeldigLo3Bericht(naam, plek, str(fout)) from None
    return waarde
