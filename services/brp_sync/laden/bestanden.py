"""Files of persoonslijsten, cut into parts that can be read side by side.

Two kinds: text with a row of rubriek names on top (the RvIG's test set is one, with `;` and the id of the list in a
first column without a name), and Parquet with text columns of those names. Other columns are left alone. In text a
row is a line; a part begins where a line begins, so its row numbers are only known when the parts before it were read.
"""

import csv
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from hub.errors import Ongeldig
from services.brp_sync.lo3.rubrieken import GEBRUIKT

DEEL_BYTES: Final = 8 * 2**20
"""About so much of a text file is read at a time."""
DEEL_RIJEN: Final = 40_000
"""So many rows of a Parquet file are read at a time."""
_SCHEIDING: Final = (";", ",", "\t", "|")


class Bestand(NamedTuple):
    """A file that has the columns it should have; `kolommen` are the ones that are used, with their places."""

    pad: Path
    omvang: int
    """Bytes, or rows of a Parquet file."""
    koprij: bytes = b""
    """The line with the names; empty for Parquet. After it the first row begins."""
    scheiding: str = ""
    """Between the cells; empty for Parquet."""
    breedte: int = 0
    kolommen: tuple[tuple[str, int], ...] = ()

    @property
    def is_tekst(self) -> bool:
        """Whether it is a text file."""
        return self.scheiding != ""


class Deel(NamedTuple):
    """A part of a file: bytes or rows from `begin` to `eind`."""

    bestand: Bestand
    begin: int
    eind: int


class Rijen(NamedTuple):
    """What a part holds, row numbers counted from the start of the part."""

    frame: pl.DataFrame
    """`rij` and a text column for each of `GEBRUIKT`, null where a cell is empty."""
    onleesbaar: list[tuple[int, str, bytes]]
    """Lines that do not even have the form of a row: why not, and how they came."""
    aantal: int
    """Rows that the part takes up in the file."""


def open_bestand(pad: Path) -> Bestand:
    """Looks at the columns; raises `Ongeldig` when one is missing, stands there twice or is no text."""
    if pad.suffix == ".parquet":
        return _open_parquet(pad)
    with pad.open("rb") as bron:
        koprij = bron.readline()
        omvang = bron.seek(0, 2)
    try:
        kop = koprij.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise Ongeldig("is geen UTF-8", pad.name) from None
    scheiding = max(_SCHEIDING, key=kop.count)
    namen = next(csv.reader((kop,), delimiter=scheiding), [])
    _controleer(pad, namen)
    kolommen = tuple((naam, plaats) for plaats, naam in enumerate(namen) if naam in GEBRUIKT)
    eigen = (("", 0),) if namen[0] == "" else ()
    return Bestand(pad, omvang, koprij, scheiding, len(namen), (*eigen, *kolommen))


def _open_parquet(pad: Path) -> Bestand:
    try:
        schema = pl.read_parquet_schema(pad)
        rijen = pl.scan_parquet(pad).select(pl.len()).collect().item()
    except pl.exceptions.PolarsError:
        raise Ongeldig("is geen leesbaar Parquet-bestand", pad.name) from None
    _controleer(pad, list(schema))
    for kolom in sorted(GEBRUIKT):
        if schema[kolom] != pl.String:
            raise Ongeldig(f"kolom {kolom} is geen tekst", pad.name)
    return Bestand(pad, rijen)


def _controleer(pad: Path, namen: Sequence[str]) -> None:
    for kolom in sorted(GEBRUIKT):
        if namen.count(kolom) != 1:
            raise Ongeldig(f"kolom {kolom} {'staat er meer dan eens' if kolom in namen else 'ontbreekt'}", pad.name)


def delen(bestand: Bestand, omvang: int | None = None) -> Iterator[Deel]:
    """The parts, in the order of the file; `omvang` is about how large, in bytes or rows of a Parquet file."""
    if not bestand.is_tekst:
        grenzen = [*range(0, bestand.omvang, omvang or DEEL_RIJEN), bestand.omvang]
        yield from (Deel(bestand, a, b) for a, b in pairwise(grenzen))
        return
    with bestand.pad.open("rb") as bron:
        begin = len(bestand.koprij)
        while begin < bestand.omvang:
            bron.seek(min(begin + (omvang or DEEL_BYTES), bestand.omvang))
            bron.readline()
            eind = min(bron.tell(), bestand.omvang)
            yield Deel(bestand, begin, eind)
            begin = eind


def lees(deel: Deel) -> Rijen:
    """Reads a part."""
    if not deel.bestand.is_tekst:
        lengte = deel.eind - deel.begin
        frame = pl.scan_parquet(deel.bestand.pad).slice(deel.begin, lengte).select(sorted(GEBRUIKT)).collect()
        return Rijen(frame.with_row_index("rij"), [], lengte)
    with deel.bestand.pad.open("rb") as bron:
        bron.seek(deel.begin)
        tekst = bron.read(deel.eind - deel.begin)
    return _Lezing(deel.bestand, vooraan=deel.begin == len(deel.bestand.koprij)).lees(tekst)


class _Lezing:
    """Reads the lines of one part."""

    def __init__(self, bestand: Bestand, *, vooraan: bool) -> None:
        self._scheiding = bestand.scheiding
        self._breedte = bestand.breedte
        self._kolommen = bestand.kolommen
        self._vervolgregels = bestand.kolommen[0][0] == ""
        self._vooraan = vooraan
        self._onleesbaar: list[tuple[int, str, bytes]] = []

    def lees(self, tekst: bytes) -> Rijen:
        """What the part holds; lines without quotes are read together, others one by one."""
        regels = tekst.removesuffix(b"\n").split(b"\n")
        geheel = _is_utf8(tekst)
        kaal: list[tuple[int, bytes]] = []
        cellen: list[list[object]] = []
        teken = self._scheiding.encode()
        for rij, regel in enumerate(regels):
            regel = regel.rstrip(b"\r")
            if not regel.strip() or (
                self._vervolgregels and self._is_vervolg(rij, regel, leeg=regel.startswith(teken))
            ):
                continue
            if geheel and b'"' not in regel and regel.count(teken) == self._breedte - 1:
                kaal.append((rij, regel))
            elif (gevonden := self._cellen(rij, regel)) is not None:
                cellen.append([rij, *gevonden])
            self._vooraan = False
        frame = pl.concat([self._samen(kaal), self._los(cellen)]) if cellen else self._samen(kaal)
        return Rijen(frame.sort("rij").select("rij", *sorted(GEBRUIKT)), self._onleesbaar, len(regels))

    def _samen(self, regels: list[tuple[int, bytes]]) -> pl.DataFrame:
        if not regels:
            return self._los([])
        frame = pl.read_csv(
            b"\n".join(regel for _, regel in regels),
            has_header=False,
            separator=self._scheiding,
            quote_char=None,
            infer_schema=False,
            columns=[plaats for _, plaats in self._kolommen],
        )
        frame.columns = [naam for naam, _ in self._kolommen]
        return frame.select(pl.Series("rij", [rij for rij, _ in regels], pl.UInt32), pl.all())

    def _los(self, rijen: list[list[object]]) -> pl.DataFrame:
        schema = {"rij": pl.UInt32} | {naam: pl.String for naam, _ in self._kolommen}
        return pl.DataFrame(rijen, schema=schema, orient="row")

    def _cellen(self, rij: int, regel: bytes) -> list[str | None] | None:
        """The used cells of one line; None when it is put aside or continues the list above it."""
        reden = ""
        cellen: list[str] = []
        try:
            cellen = next(csv.reader((regel.decode(),), delimiter=self._scheiding), [])
        except UnicodeDecodeError:
            reden = "is geen UTF-8"
        except csv.Error:
            reden = "is niet in cellen te verdelen"
        if not reden and len(cellen) != self._breedte:
            reden = f"telt {len(cellen)} cellen waar de koprij er {self._breedte} heeft"
        if reden:
            self._onleesbaar.append((rij, reden, regel))
            return None
        if self._vervolgregels and self._is_vervolg(rij, regel, leeg=not cellen[0]):
            return None
        return [cellen[plaats] or None for _, plaats in self._kolommen]

    def _is_vervolg(self, rij: int, regel: bytes, *, leeg: bool) -> bool:
        """Whether the line continues the list above it, and is skipped; at the top of a file nothing is above it."""
        if leeg and self._vooraan:
            self._onleesbaar.append((rij, "vervolgregel zonder persoonslijst erboven", regel))
        return leeg


def _is_utf8(tekst: bytes) -> bool:
    try:
        tekst.decode()
    except UnicodeDecodeError:
        return False
    return True
