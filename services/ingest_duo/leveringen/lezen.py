"""Reading a file: bytes in, chunks of checked rows out, never more than a chunk in memory.

A `Lezer` is fed block by block, so that a sealed file in the database and a file on disk are read by the same code.
Rows that cannot be used come out with line, column and reason; a file that cannot be trusted as a whole raises
`BestandGeweigerd`.
"""

import codecs
import csv
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from services.ingest_duo.leveringen.controles import BUITEN, KOLOMMEN, Rijvorm
from services.ingest_duo.leveringen.kaart import DATUMS, Kaart, Keuze
from services.ingest_duo.leveringen.model import (
    BestandGeweigerd,
    Inschrijving,
    Leveringsoort,
    Mutatiesoort,
    Regel,
    Rijfout,
    Vrijstelling,
)

if TYPE_CHECKING:
    import polars as pl

BLOK: Final = 1 << 20
"""Bytes read, sealed and stored at a time."""
_DEEL: Final = 4 << 20
_MAX_REGEL: Final = 20_000


class Lezer:
    """Reads one file of a known layout."""

    def __init__(self, keuze: Keuze, gemeenten: Collection[str] | None = None) -> None:
        self.kaart: Kaart = keuze.kaart
        self.rijen = 0
        """Lines with data that were read so far."""
        self._kolommen = keuze.kolommen
        self._vorm = Rijvorm(keuze.kaart, gemeenten)
        self._gemeente = keuze.naam.code if keuze.naam is not None and keuze.naam.niveau == "G" else None
        self._decoder = codecs.getincrementaldecoder(
            "utf-8-sig" if self.kaart.codering == "utf-8" else self.kaart.codering
        )()
        self._rest: list[str] = []
        self._tekens = 0
        self._regel = 1
        self._kop = self.kaart.heeft_kop

    def lees(self, blok: bytes) -> "pl.DataFrame | None":
        """The next chunk, when there is enough for one. Raises `BestandGeweigerd`."""
        tekst = self._decodeer(blok, einde=False)
        self._rest.append(tekst)
        self._tekens += len(tekst)
        if self._tekens < _DEEL:
            return None
        heel, einde, rest = "".join(self._rest).rpartition("\n")
        if len(rest) > _MAX_REGEL:
            raise BestandGeweigerd("bestand", self._plek(), "een regel is langer dan een rij kan zijn")
        self._rest, self._tekens = [rest], len(rest)
        return self._deel(heel) if einde else None

    def sluit(self) -> "pl.DataFrame | None":
        """The last chunk. Raises `BestandGeweigerd` for a file that ends in the middle of a line."""
        self._rest.append(self._decodeer(b"", einde=True))
        heel, einde, rest = "".join(self._rest).rpartition("\n")
        self._rest = []
        if rest:
            plek = f"rij {self._regel + heel.count(chr(10)) + (1 if einde else 0)}"
            raise BestandGeweigerd("bestand", plek, "de laatste regel is afgebroken: het regeleinde ontbreekt")
        if not einde:
            raise BestandGeweigerd("bestand", "rij 1", "het bestand is leeg")
        return self._deel(heel)

    @property
    def buiten(self) -> list[int]:
        """The checks that fail for a row of a gemeente we do not serve."""
        return [nr for nr, controle in enumerate(self._vorm.controles) if controle.reden == BUITEN]

    def fouten(self, deel: "pl.DataFrame") -> Iterator[Rijfout]:
        """The bad rows of a chunk, with the reason of each."""
        import polars as pl

        slecht = deel.filter(pl.col("fout").is_not_null())
        kolommen = slecht.select("rij", "ruw", "fout", "bekend", "bsn", "onderwijsnummer").iter_rows()
        for rij, ruw, fout, bekend, bsn, onderwijsnummer in kolommen:
            controle = self._vorm.controles[fout]
            nummers = (bsn, onderwijsnummer) if bekend else (None, None)
            yield Rijfout(rij, self._kolomnaam(controle.veld), controle.veld, controle.reden, ruw, *nummers)

    def _kolomnaam(self, veld: str) -> str:
        kolom = self.kaart.velden.get(veld)
        return kolom.kolom if kolom is not None else veld

    def _decodeer(self, blok: bytes, *, einde: bool) -> str:
        try:
            return self._decoder.decode(blok, einde)
        except UnicodeDecodeError:
            reden = f"een teken is niet te lezen als {self.kaart.codering}"
            raise BestandGeweigerd("codering", self._plek(), reden) from None

    def _plek(self) -> str:
        return f"na rij {self._regel}"

    def _deel(self, heel: str) -> "pl.DataFrame | None":
        import polars as pl

        regels = heel.split("\n")
        eerste = self._regel
        self._regel += len(regels)
        if self._kop:
            regels, eerste, self._kop = regels[1:], eerste + 1, False
        if not regels:
            return None
        self.rijen += len(regels)
        tekst = pl.Series("ruw", regels).str.strip_suffix("\r")
        ruw = self._velden(tekst).with_columns(
            pl.Series("rij", range(eerste, eerste + len(regels)), dtype=pl.UInt32), tekst
        )
        return self._vorm.verwerk(ruw)

    def _velden(self, tekst: "pl.Series") -> "pl.DataFrame":
        """One text column per field we read, trimmed, empty as null; and whether the row has the shape of a row."""
        import polars as pl

        alles = self._vaste(tekst) if self.kaart.vast is not None else self._gescheiden(tekst)
        velden = []
        for veld, kolom in self.kaart.velden.items():
            waarde = pl.col(kolom.kolom).str.strip_chars()
            leeg = ["", *(self.kaart.datum_leeg if veld in DATUMS else ())]
            velden.append(pl.when(waarde.is_in(leeg).not_()).then(waarde).alias(f"{veld}_tekst"))
        if "gemeente" not in self.kaart.velden:
            velden.append(pl.lit(self._gemeente, pl.String).alias("gemeente"))
        return alles.select(*velden, "_vorm")

    def _vaste(self, tekst: "pl.Series") -> "pl.DataFrame":
        import polars as pl

        lengte = self.kaart.vast.lengte if self.kaart.vast else 0
        kolommen = {
            k.kolom: tekst.str.slice((k.van or 1) - 1, (k.tot or 0) - (k.van or 1) + 1) for k in self.kaart.kolommen
        }
        return pl.DataFrame(kolommen | {"_vorm": tekst.str.len_chars() == lengte})

    def _gescheiden(self, tekst: "pl.Series") -> "pl.DataFrame":
        import polars as pl

        vorm, aantal = self.kaart.gescheiden, len(self._kolommen)
        assert vorm is not None  # noqa: S101 - a layout is one or the other (kaart.py)
        if vorm.aanhaling is not None:
            gelezen = [_met_aanhaling(regel, vorm.teken, vorm.aanhaling) for regel in tekst.to_list()]
            goed = pl.Series("_vorm", [len(r) == aantal for r in gelezen], dtype=pl.Boolean)
            rijen = [r if len(r) == aantal else [None] * aantal for r in gelezen]
            return pl.DataFrame(rijen, schema=dict.fromkeys(self._kolommen, pl.String), orient="row").with_columns(goed)
        gesplitst = tekst.str.split_exact(vorm.teken, aantal - 1).struct.unnest()
        gesplitst.columns = self._kolommen
        return gesplitst.with_columns((tekst.str.count_matches(vorm.teken, literal=True) == aantal - 1).alias("_vorm"))


def lees_bestand(pad: Path) -> Iterator[bytes]:
    """The blocks of a file on disk."""
    with pad.open("rb") as bestand:
        while blok := bestand.read(BLOK):
            yield blok


def delen(lezer: Lezer, blokken: Iterable[bytes]) -> Iterator["pl.DataFrame"]:
    """All chunks of a file."""
    for blok in blokken:
        deel = lezer.lees(blok)
        if deel is not None:
            yield deel
    deel = lezer.sluit()
    if deel is not None:
        yield deel


def zoek_dubbelen(rijen: "pl.DataFrame", soort: Leveringsoort) -> "pl.DataFrame":
    """The rows that say once more what an earlier row of the same person says, with that row as `eerder`.

    In a full picture an inschrijving (by volgnummer, else begindatum) or vrijstelling can occur once; in a list of
    changes only an identical row is a repetition. Two chunks of one file must be joined before they are compared.
    """
    import polars as pl

    sleutel = list(KOLOMMEN)
    if soort is Leveringsoort.C:
        volgnummer = pl.coalesce("volgnummer", pl.col("begindatum").cast(pl.String)).alias("_inschrijving")
        rijen = rijen.with_columns(volgnummer)
        sleutel = ["bsn", "onderwijsnummer", "brin", "_inschrijving", "vrijstellingsoort", "vrijstelling_begin"]
    eerder = pl.col("rij").min().over(sleutel).alias("eerder")
    return rijen.with_columns(eerder).filter(pl.col("eerder") != pl.col("rij")).select("rij", "ruw", "eerder")


def regel(waarden: dict[str, Any], rij: int) -> Regel:
    """A row of the typed columns as the model has it."""
    return Regel(
        rij=rij,
        gemeente=waarden["gemeente"] or "0000",
        mutatie=Mutatiesoort(waarden["mutatiesoort"]) if waarden["mutatiesoort"] else None,
        inschrijving=_inschrijving(waarden) if waarden["brin"] else None,
        vrijstelling=_vrijstelling(waarden) if waarden["vrijstellingsoort"] else None,
        startkwalificatie=waarden["startkwalificatie"],
        startkwalificatie_op=waarden["startkwalificatie_op"],
        vsv=waarden["vsv"],
    )


def _inschrijving(waarden: dict[str, Any]) -> Inschrijving:
    soort = waarden["onderwijssoort"]
    return Inschrijving(
        brin=waarden["brin"],
        begindatum=waarden["begindatum"],
        einddatum=waarden["einddatum"],
        vestiging=waarden["vestiging"],
        onderwijssoort=Onderwijssoort(soort) if soort else Onderwijssoort.ONBEKEND,
        niveau=waarden["niveau"],
        volgnummer=waarden["volgnummer"],
    )


def _vrijstelling(waarden: dict[str, Any]) -> Vrijstelling:
    return Vrijstelling(
        Vrijstellingsoort(waarden["vrijstellingsoort"]), waarden["vrijstelling_begin"], waarden["vrijstelling_einde"]
    )


def _met_aanhaling(tekst: str, teken: str, aanhaling: str) -> list[str]:
    try:
        return next(csv.reader([tekst], delimiter=teken, quotechar=aanhaling, strict=True), [])
    except csv.Error:
        return []
