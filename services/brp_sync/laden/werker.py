"""From a part of a file to rows that PostgreSQL takes as they are: read, checked, sealed; in a process of its own."""

import csv
import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from struct import Struct
from typing import Any, Final, NamedTuple

import polars as pl

from hub.clock import AMSTERDAM
from hub.crypto import Kluis
from hub.privacy import onthuld_json
from services.brp_sync.datum import OnvolledigeDatum
from services.brp_sync.laden.bestanden import Deel, lees
from services.brp_sync.laden.keuring import keur
from services.brp_sync.lo3.rubrieken import GEBRUIKT
from services.brp_sync.persoonslijsten import PERSOONSLIJST, Gelezen, Onbruikbaar, lees_lijst, schone_cel
from services.brp_sync.verjaardag import eerste_kijkdag

KOLOMMEN: Final = ("jongere_id", "bsn_index", "a_nummer_index", "gemeente", "gegevens", "sinds", "kijk_op")
_KOP: Final = ("", *sorted(GEBRUIKT))
_GEEN_GEMEENTE: Final = "0000"
# The binary form of COPY: number of columns, then each with its length in front (-1 for NULL).
_MET_A_NUMMER = Struct(">hi16si32si32si4si")
_ZONDER_A_NUMMER = Struct(">hi16si32sii4si")
_MET_KIJKDAG = Struct(">iqii")
_ZONDER_KIJKDAG = Struct(">iqi")
_NUL = datetime(2000, 1, 1, tzinfo=UTC)


class Geweigerd(NamedTuple):
    """A row that cannot be used, counted from the start of its part, and its content of that kind for quarantine."""

    rij: int
    veld: str
    reden: str
    inhoud: bytes
    soort: str = PERSOONSLIJST


class Klaar(NamedTuple):
    """A part that was worked off."""

    rijen: pl.DataFrame
    """Of the good rows, in the order of the file: `rij`, `bsn` and `a_nummer` as numbers, `lengte` in bytes."""
    blok: bytes
    """The good rows one after another, in the binary form of COPY."""
    geweigerd: list[Geweigerd]
    aantal: int
    """Rows that the part takes up in the file."""


class Rij(NamedTuple):
    """What one row of a block says; read back for the few that need more than to be written."""

    bsn_index: bytes
    a_nummer_index: bytes | None
    gegevens: bytes

    @classmethod
    def lees(cls, rij: bytes) -> "Rij":
        """Reads a row in the binary form of COPY."""
        velden, at = [], 2
        for _ in KOLOMMEN:
            lengte = int.from_bytes(rij[at : at + 4], "big", signed=True)
            velden.append(None if lengte < 0 else rij[at + 4 : at + 4 + lengte])
            at += 4 + max(lengte, 0)
        _, bsn_index, a_nummer_index, _, gegevens, *_ = velden
        if bsn_index is None or gegevens is None:
            raise ValueError("no row of a block")
        return cls(bsn_index, a_nummer_index, gegevens)


class Werker:
    """Works off parts with one key, for `doel` (the purpose of sealing); persons are known since `sinds`."""

    def __init__(self, kluis: Kluis, doel: str, sinds: datetime) -> None:
        self._kluis = kluis
        self._doel = doel
        self._sinds = (sinds - _NUL) // datetime.resolution
        self._vandaag = sinds.astimezone(AMSTERDAM).date()
        self._staarten: dict[str | None, bytes] = {}

    def werk(self, deel: Deel) -> Klaar:
        """Reads, checks and seals one part."""
        gelezen = lees(deel)
        gekeurd = keur(gelezen.frame)
        geweigerd = [
            Geweigerd(rij, "regel", reden, deel.bestand.koprij + inhoud) for rij, reden, inhoud in gelezen.onleesbaar
        ]
        goed = pl.concat([gekeurd.zeker, self._lees_een_voor_een(gekeurd.twijfel, geweigerd)]).sort("rij")
        blok, lengten = self._blok(goed)
        rijen = goed.select(
            "rij",
            pl.col("bsn").cast(pl.UInt32),
            pl.col("a_nummer").cast(pl.UInt64),
            pl.Series("lengte", lengten, pl.UInt32),
        )
        return Klaar(rijen, blok, geweigerd, gelezen.aantal)

    def _lees_een_voor_een(self, twijfel: pl.DataFrame, geweigerd: list[Geweigerd]) -> pl.DataFrame:
        """The rows that need the normal reader."""
        goed: list[tuple[Any, ...]] = []
        for rauw in twijfel.iter_rows(named=True):
            cellen = {rubriek: cel for rubriek in GEBRUIKT if (cel := schone_cel(rauw[rubriek]))}
            gelezen = lees_rij(cellen)
            if isinstance(gelezen, Onbruikbaar):
                geweigerd.append(Geweigerd(rauw["rij"], gelezen.veld, gelezen.reden, _met_koprij(cellen)))
                continue
            persoon = gelezen.persoon
            bsn, a_nummer = (n.get_secret_value() if n else None for n in (persoon.bsn, persoon.a_nummer))
            geboren = persoon.geboortedatum.get_secret_value() if persoon.geboortedatum else None
            goed.append((rauw["rij"], bsn, a_nummer, geboren, persoon.gemeente, onthuld_json(persoon)))
        tekst = dict.fromkeys(("bsn", "a_nummer", "geboortedatum", "gemeente"), pl.String)
        return pl.DataFrame(goed, schema={"rij": pl.UInt32, **tekst, "json": pl.Binary}, orient="row")

    def _blok(self, goed: pl.DataFrame) -> tuple[bytes, list[int]]:
        bsns = self._kluis.index_all(goed["bsn"].to_list(), "bsn")
        a_nummers = goed["a_nummer"]
        vingers = iter(self._kluis.index_all(a_nummers.drop_nulls().to_list(), "a_nummer"))
        gegevens = self._kluis.seal_all(goed["json"].to_list(), self._doel)
        gemeenten = goed["gemeente"].fill_null(_GEEN_GEMEENTE).cast(pl.Binary).to_list()
        staarten = map(self._staart, goed["geboortedatum"].to_list())
        met, zonder, breedte = _MET_A_NUMMER.pack, _ZONDER_A_NUMMER.pack, len(KOLOMMEN)
        delen: list[bytes] = []
        lengten: list[int] = []
        rijen = zip(
            _nummers(len(bsns)), bsns, a_nummers.is_null().to_list(), gemeenten, gegevens, staarten, strict=True
        )
        for jongere_id, bsn, geen_a_nummer, gemeente, inhoud, staart in rijen:
            lengte = len(inhoud)
            kop = (
                zonder(breedte, 16, jongere_id, 32, bsn, -1, 4, gemeente, lengte)
                if geen_a_nummer
                else met(breedte, 16, jongere_id, 32, bsn, 32, next(vingers), 4, gemeente, lengte)
            )
            delen += (kop, inhoud, staart)
            lengten.append(len(kop) + lengte + len(staart))
        return b"".join(delen), lengten

    def _staart(self, geboren: str | None) -> bytes:
        """The end of a row: since when the person is known, and from when the clock looks at this person."""
        if geboren not in self._staarten:
            dag = eerste_kijkdag(OnvolledigeDatum(geboren), self._vandaag) if geboren else None
            self._staarten[geboren] = (
                _ZONDER_KIJKDAG.pack(8, self._sinds, -1)
                if dag is None
                else _MET_KIJKDAG.pack(8, self._sinds, 4, (dag - _NUL.date()).days)
            )
        return self._staarten[geboren]


def lees_rij(cellen: dict[str, str]) -> Gelezen | Onbruikbaar:
    """A persoonslijst that can be loaded; the BSN is what a person is found by, so it must be there."""
    gelezen = lees_lijst(cellen, "")
    if isinstance(gelezen, Gelezen) and gelezen.persoon.bsn is None:
        return Onbruikbaar("bsn", "", "ontbreekt: zonder BSN is de persoon niet te vinden")
    return gelezen


def _met_koprij(cellen: dict[str, str]) -> bytes:
    """The row as a persoonslijst in a file of its own."""
    tekst = StringIO()
    csv.writer(tekst, delimiter=";", lineterminator="\n").writerows(
        (_KOP, ["rij", *(cellen.get(rubriek, "") for rubriek in _KOP[1:])])
    )
    return tekst.getvalue().encode()


def _nummers(aantal: int) -> Iterator[bytes]:
    """So many random ids (UUIDv4, RFC 9562 section 5.4)."""
    toeval = bytearray(os.urandom(16 * aantal))
    toeval[6::16] = bytes(byte & 0x0F | 0x40 for byte in toeval[6::16])
    toeval[8::16] = bytes(byte & 0x3F | 0x80 for byte in toeval[8::16])
    vast = bytes(toeval)
    return (vast[at : at + 16] for at in range(0, len(vast), 16))


_HIER: list[Werker] = []


def begin(sleutel: Path, doel: str, sinds: datetime) -> None:
    """Prepares a process for `werk`: the key is read from its file; only the process above it hears Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _HIER[:] = [Werker(Kluis.from_file(sleutel), doel, sinds)]


def werk(deel: Deel) -> Klaar:
    """`Werker.werk` in a process that was prepared with `begin`."""
    return _HIER[0].werk(deel)
