"""A fictional population of a country, in files: millions of persons a minute, where `personen` makes thousands.

Nobody in it exists. The same seed and number give the same files, part by part, so memory stays small. The files have
the form that `schakel laden` reads: columns named by LO rubriek (docs/eerste-lading.md).
"""

from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import polars as pl

from services.brp_sync.lo3.rubrieken import (
    AANVANG_BUITENLAND,
    ADRES,
    BUITENLAND_REGELS,
    ONDERZOEK_CATEGORIEEN,
    OPSCHORTING,
    OUDER,
    PERSOON,
    STRAATNAAM,
    VERSIE,
)
from simulators import namen

DEEL: Final = 250_000
"""Persons made and written at a time."""
MEESTE: Final = 4_000_000
"""More persons than this, with their parents, do not fit in the range of numbers that is used."""
GEMEENTEN: Final = ("1924", "0171")
KOLOMMEN: Final = (
    *PERSOON.values(),
    *ADRES.values(),
    VERSIE,
    STRAATNAAM,
    AANVANG_BUITENLAND,
    *BUITENLAND_REGELS,
    *OPSCHORTING.values(),
    *(f"{categorie}.{rubriek}" for categorie in ("02", "03") for rubriek in OUDER.values()),
    *(f"{categorie}.83.{rubriek}" for categorie in ONDERZOEK_CATEGORIEEN for rubriek in ("10", "20", "30")),
)
"""The columns of a file of persons."""

FOUTEN: Final = (
    (PERSOON["bsn"], "999990018"),  # fails the elfproef
    (PERSOON["bsn"], None),
    (PERSOON["a_nummer"], "12345"),
    (PERSOON["geslacht"], "X"),
    (PERSOON["geboortedatum"], "20110229"),
    (PERSOON["gemeente"], "19A4"),
    (PERSOON["indicatie_geheim"], "8"),
    (PERSOON["voornamen"], "Jan\x07"),
    (PERSOON["geslachtsnaam"], "x" * 201),
    (ADRES["postcode"], "0123AB"),
    (ADRES["huisnummer"], "12b"),
    ("02.01.20", "123456789"),
    ("08.83.10", "08"),
)
"""What is wrong in a bad row: the column and what stands in it."""

_GEZINNEN, _KINDEREN = 10, 17  # so many families on so many children
_EERSTE_A_NUMMER, _STAP_A_NUMMER = 1_000_000_007, 2_113
_STRATEN = 400
_KIND_TOT = 18
_EPOCH = date(1970, 1, 1)


def fictieve_bsns(aantal: int) -> pl.Series:
    """The first `aantal` numbers of `simulators.personen.fictieve_bsns`, as text of nine digits."""
    gevonden: list[pl.Series] = []
    over = aantal
    for begin, eind in ((99_990_000, 100_000_000), (90_000_000, 99_990_000)):
        acht = pl.int_range(begin, min(eind, begin + over * 11 // 10 + 20), eager=True)
        cijfers = [acht // 10**macht % 10 * (macht + 2) for macht in range(8)]
        som = sum(cijfers[1:], cijfers[0]) % 11
        deel = (acht * 10 + som).filter(som < 10).head(over)
        gevonden.append(deel.cast(pl.String))
        over -= len(deel)
    if over:
        raise ValueError(f"er zijn geen {aantal} fictieve nummers")
    return pl.concat(gevonden)


class Bevolking:
    """`aantal` persons of 4 to 22 years on `peildatum` in `gemeenten` (four digits); children of a family share much.

    `fouten` is the share of rows that cannot be used (see `FOUTEN`). Raises `ValueError` beyond `MEESTE` persons.
    """

    def __init__(
        self, seed: int, aantal: int, peildatum: date, gemeenten: Sequence[str] = GEMEENTEN, fouten: float = 0.0
    ) -> None:
        if aantal > MEESTE:
            raise ValueError(f"hooguit {MEESTE} personen")
        self.aantal = aantal
        self._seed = seed
        self._peildatum = peildatum
        self._gemeenten = pl.Series(gemeenten)
        self._fouten = fouten
        self.bsns = fictieve_bsns(aantal + 2 * (aantal * _GEZINNEN // _KINDEREN + 1))

    def delen(self) -> Iterator[pl.DataFrame]:
        """The persons, `DEEL` at a time."""
        for begin in range(0, self.aantal, DEEL):
            yield self.deel(begin, min(DEEL, self.aantal - begin))

    def deel(self, begin: int, aantal: int) -> pl.DataFrame:
        """Persons `begin` and following."""
        nummer = pl.int_range(begin, begin + aantal, eager=True, dtype=pl.UInt64)
        gezin = nummer * _GEZINNEN // _KINDEREN
        dagen = 4 * 365 + self._worp(nummer, 1) % (19 * 365)
        kolommen: dict[str, pl.Series] = {
            PERSOON["bsn"]: self.bsns.gather(nummer),
            PERSOON["a_nummer"]: (nummer * _STAP_A_NUMMER + _EERSTE_A_NUMMER).cast(pl.String),
            PERSOON["geslacht"]: self._keuze(nummer, 2, ("M", "V")),
            PERSOON["voornamen"]: self._keuze(nummer, 3, (*namen.JONGENS, *namen.MEISJES)),
            PERSOON["geboortedatum"]: self._dag(dagen),
            PERSOON["indicatie_geheim"]: self._soms(gezin, 4, 0.02, "7", "0"),
            PERSOON["indicatie_gezag"]: pl.select(
                pl.when(dagen < _KIND_TOT * 365).then(self._soms(nummer, 5, 0.04, "1", "12"))
            ).to_series(),
            PERSOON["overlijdensdatum"]: self._soms(nummer, 6, 0.0005, "20260105", None),
            **self._gezin(gezin, dagen),
        }
        kolommen[OPSCHORTING["reden"]] = self._soms(nummer, 6, 0.0005, "O", None)
        kolommen[OPSCHORTING["datum"]] = kolommen[PERSOON["overlijdensdatum"]]
        leeg = pl.Series([None], dtype=pl.String).new_from_index(0, aantal)
        frame = pl.DataFrame({kolom: kolommen.get(kolom, leeg) for kolom in KOLOMMEN})
        return self._bederf(frame, nummer) if self._fouten else frame

    def inschrijvingen(self, begin: int, aantal: int) -> pl.DataFrame:
        """What DUO's register holds of persons `begin` and following, as rows of a C-levering."""
        nummer = pl.int_range(begin, begin + aantal, eager=True, dtype=pl.UInt64)
        plaats = self._worp(nummer * _GEZINNEN // _KINDEREN, 10) % len(self._gemeenten)
        jaren = (4 * 365 + self._worp(nummer, 1) % (19 * 365)) // 365
        soort = pl.select(
            pl.when(jaren < 12).then(pl.lit("BO")).when(jaren < 17).then(pl.lit("VO")).otherwise(pl.lit("MBO"))
        ).to_series()
        persoon: dict[str, Any] = {"BSN": self.bsns.gather(nummer), "Gemeentecode": self._gemeenten.gather(plaats)}
        school: dict[str, Any] = {
            **persoon, "BRIN": self._brin(nummer, 50), "Onderwijssoort": soort, "Startkwalificatie": pl.lit("N"),
        }  # fmt: skip
        nu = pl.select(**school, DatumInschrijving=pl.lit("20250801"))
        vorige = pl.select(
            **{**school, "BRIN": self._brin(nummer, 51)},
            DatumInschrijving=pl.lit("20220801"),
            DatumUitschrijving=pl.lit("20250731"),
        )
        vrij = pl.select(
            **persoon, Vrijstelling=pl.lit("5a"), DatumBeginVrijstelling=pl.lit("20260801"),
            DatumEindeVrijstelling=pl.lit("20270731"),
        )  # fmt: skip
        delen = (
            (nu, 52, _INGESCHREVEN),
            (vorige, 53, _OOK_VORIGE),
            (vrij, 54, _VRIJGESTELD),
        )
        rijen = [
            deel.filter(self._worp(nummer, worp) % 1_000_000 < round(kans * 1_000_000)) for deel, worp, kans in delen
        ]
        rijen.insert(0, pl.DataFrame(schema=dict.fromkeys(LEVERING, pl.String)))
        geheel: pl.DataFrame = pl.concat(rijen, how="diagonal")
        return geheel

    def _brin(self, nummer: pl.Series, soort: int) -> pl.Series:
        school = self._worp(nummer, soort) % _SCHOLEN
        letters = "ABCDEGHJKLMNPQRSTVWXYZ"
        return (10 + school % 90).cast(pl.String) + self._keuze(school, 60, letters) + self._keuze(school, 61, letters)

    def _gezin(self, gezin: pl.Series, dagen: pl.Series) -> dict[str, pl.Series]:
        """What children of one family have in common."""
        plaats = self._worp(gezin, 10) % len(self._gemeenten)
        straat = plaats * _STRATEN + self._worp(gezin, 11) % _STRATEN
        naam = self._worp(gezin, 12) % len(namen.GESLACHTSNAMEN)
        voorvoegsels = pl.Series([v or None for v, _ in namen.GESLACHTSNAMEN])
        geslachtsnamen = pl.Series([g for _, g in namen.GESLACHTSNAMEN])
        straatnaam = self._keuze(straat, 13, namen.STRAATBEGIN) + self._keuze(straat, 14, namen.STRAATEINDE)
        aanvang = self._dag(self._worp(gezin, 15) % (4 * 365))
        letters = "ABCDEGHJKLNPRTVWXZ"
        kolommen = {
            PERSOON["geslachtsnaam"]: geslachtsnamen.gather(naam),
            PERSOON["voorvoegsel"]: voorvoegsels.gather(naam),
            PERSOON["gemeente"]: self._gemeenten.gather(plaats),
            PERSOON["datum_inschrijving"]: aanvang,
            ADRES["aanvang"]: aanvang,
            ADRES["straat"]: straatnaam,
            STRAATNAAM: straatnaam.str.head(24),
            ADRES["huisnummer"]: (1 + self._worp(gezin, 16) % 399).cast(pl.String),
            ADRES["huisletter"]: self._soms(gezin, 17, 0.08, "A", None),
            ADRES["postcode"]: (1000 + straat % 9000).cast(pl.String)
            + self._keuze(straat, 18, letters)
            + self._keuze(straat, 19, letters),
            ADRES["woonplaats"]: self._keuze(plaats, 20, namen.PLAATSBEGIN)
            + self._keuze(plaats, 21, namen.PLAATSMIDDEN)
            + self._keuze(plaats, 22, namen.PLAATSEINDE),
            "08.83.10": self._soms(gezin, 23, 0.008, "080000", None),
            "08.83.20": self._soms(gezin, 23, 0.008, "20260301", None),
        }
        for nummer, (categorie, voornamen) in enumerate(
            (("02", namen.VOLWASSEN_VROUWEN), ("03", namen.VOLWASSEN_MANNEN)), 1
        ):
            eigen = geslachtsnamen if nummer == 2 else geslachtsnamen.reverse()
            kolommen |= {
                f"{categorie}.{OUDER['bsn']}": self.bsns.gather(self.aantal + 2 * gezin + nummer - 1),
                f"{categorie}.{OUDER['voornamen']}": self._keuze(gezin, 30 + nummer, voornamen),
                f"{categorie}.{OUDER['geslachtsnaam']}": eigen.gather(naam),
            }
        return kolommen

    def _bederf(self, frame: pl.DataFrame, nummer: pl.Series) -> pl.DataFrame:
        slecht = self._worp(nummer, 40) % 1_000_000 < round(self._fouten * 1_000_000)
        welke = self._worp(nummer, 41) % len(FOUTEN)
        for soort, (kolom, inhoud) in enumerate(FOUTEN):
            nieuw = pl.when(slecht & (welke == soort)).then(pl.lit(inhoud, pl.String)).otherwise(pl.col(kolom))
            frame = frame.with_columns(nieuw.alias(kolom))
        return frame

    def _worp(self, wie: pl.Series, soort: int) -> pl.Series:
        """A number that looks random, the same for the same seed, person and purpose (splitmix64)."""
        mengsel = (wie * 1_000 + soort + self._seed * 7_919) * 0x9E3779B97F4A7C15
        for bits, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            mengsel = (mengsel ^ mengsel // 2**bits) * factor
        return mengsel ^ mengsel // 2**31

    def _keuze(self, wie: pl.Series, soort: int, uit: Sequence[str]) -> pl.Series:
        return pl.Series(list(uit)).gather(self._worp(wie, soort) % len(uit))

    def _soms(self, wie: pl.Series, soort: int, kans: float, dan: str, anders: str | None) -> pl.Series:
        raak = self._worp(wie, soort) % 1_000_000 < round(kans * 1_000_000)
        return pl.select(pl.when(raak).then(pl.lit(dan)).otherwise(pl.lit(anders, pl.String))).to_series()

    def _dag(self, dagen_geleden: pl.Series) -> pl.Series:
        vandaag = (self._peildatum - _EPOCH).days
        return (vandaag - dagen_geleden.cast(pl.Int32)).cast(pl.Date).dt.to_string("%Y%m%d")


def schrijf(bevolking: Bevolking, pad: Path) -> int:
    """Writes the persons to `pad`: CSV with `;`, or Parquet when the name ends in `.parquet`; returns how many."""
    if pad.suffix == ".parquet":
        schema = dict.fromkeys(KOLOMMEN, pl.String)
        stukken = [
            pl.defer(partial(bevolking.deel, begin, min(DEEL, bevolking.aantal - begin)), schema=schema)
            for begin in range(0, bevolking.aantal, DEEL)
        ]
        pl.concat(stukken).sink_parquet(pad)
        return bevolking.aantal
    with pad.open("wb") as doel:
        for nummer, deel in enumerate(bevolking.delen()):
            deel.write_csv(doel, separator=";", include_header=nummer == 0, quote_style="never")
    return bevolking.aantal


LEVERING: Final = (
    "BSN", "Onderwijsnummer", "Geboortedatum", "Gemeentecode", "BRIN", "Vestiging", "Inschrijvingvolgnummer",
    "Onderwijssoort", "Niveau", "DatumInschrijving", "DatumUitschrijving", "Startkwalificatie",
    "DatumStartkwalificatie", "IndicatieVsv", "Vrijstelling", "DatumBeginVrijstelling", "DatumEindeVrijstelling",
)  # fmt: skip
"""The columns of a C-levering (an assumption, see services/ingest_duo/leveringen/kaarten)."""
_SCHOLEN = 7_000
_INGESCHREVEN, _OOK_VORIGE, _VRIJGESTELD = 0.97, 0.05, 0.006


def leveringsnaam(peildatum: date) -> str:
    """The name of a C-levering of an RMC-regio."""
    return f"{peildatum:%Y%m%d}R0001_C.csv"


def schrijf_levering(bevolking: Bevolking, pad: Path) -> int:
    """Writes a C-levering of about everybody: inschrijvingen, some that ended, vrijstellingen; returns how many."""
    aantal = 0
    with pad.open("wb") as doel:
        for begin in range(0, bevolking.aantal, DEEL):
            deel = bevolking.inschrijvingen(begin, min(DEEL, bevolking.aantal - begin))
            deel.write_csv(doel, separator=";", include_header=begin == 0, quote_style="never")
            aantal += deel.height
    return aantal


def main() -> None:
    """Writes a population to a folder."""
    parser = ArgumentParser(prog="python -m simulators.bevolking_groot", description=__doc__)
    parser.add_argument("map", type=Path)
    parser.add_argument("--personen", type=int, default=2_500_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--peildatum", type=date.fromisoformat, default=date(2026, 9, 1))
    parser.add_argument("--fouten", type=float, default=0.0, help="share of rows that cannot be used, 0 to 1")
    gekozen = parser.parse_args()
    gekozen.map.mkdir(parents=True, exist_ok=True)
    bevolking = Bevolking(gekozen.seed, gekozen.personen, gekozen.peildatum, fouten=gekozen.fouten)
    schrijf(bevolking, gekozen.map / "personen.csv")
    schrijf_levering(bevolking, gekozen.map / leveringsnaam(gekozen.peildatum))


if __name__ == "__main__":
    main()
