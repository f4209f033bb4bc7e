"""Reading and checking a C-levering beside the plain way: csv and pydantic, row by row, with the same checks.

Both sides read the same file, take turns in rounds, and must find the same good and bad rows. The second figure is how
memory grows when the file is four times as long: each reading in a process of its own.
"""

import csv
import json
import subprocess
import sys
from argparse import ArgumentParser
from datetime import date, datetime
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Any, Final, Literal

import psutil
from pydantic import BaseModel, Field, ValidationError, field_validator, model_validator

from bench.report import machine, met, spread
from hub.privacy import Bsn
from services.ingest_duo.leveringen.kaart import kies, laad_kaarten
from services.ingest_duo.leveringen.lezen import BLOK, Lezer, delen, lees_bestand
from simulators.leveringen import maak_leerlingen, schrijf_c

RIJEN: Final = 300_000
ROUNDS: Final = 5
AIMS: Final = (("rows_per_s", ">=", 300_000.0), ("over_plain", ">=", 3.0), ("memory_4x_rows", "<=", 1.5))
_DAG: Final = date(2026, 9, 7)
_FOUT: Final = 0.01


class Verschil(Exception):
    """The sides did not find the same: there is nothing to compare."""


class _Rij(BaseModel):
    """A row with the same checks, as one would write it first."""

    BSN: str
    Gemeentecode: str = Field(pattern=r"^[0-9]{4}$")
    BRIN: str = Field(pattern=r"^([0-9]{2}[A-Z]{2})?$")
    Vestiging: str = Field(pattern=r"^([0-9]{2})?$")
    Onderwijssoort: Literal["", "BO", "SBO", "SO", "VSO", "VO", "MBO", "BVE", "VAVO", "HO", "NBO"]
    DatumInschrijving: date | None
    DatumUitschrijving: date | None
    Startkwalificatie: Literal["", "J", "N"]
    Vrijstelling: Literal["", "5a", "5b", "5c", "5A", "15", "3a", "3b"]
    DatumBeginVrijstelling: date | None

    @field_validator("BSN")
    @classmethod
    def _bsn(cls, waarde: str) -> str:
        return Bsn(waarde).get_secret_value() if waarde else waarde

    @field_validator("DatumInschrijving", "DatumUitschrijving", "DatumBeginVrijstelling", mode="before")
    @classmethod
    def _datum(cls, waarde: str) -> date | None:
        return datetime.strptime(waarde, "%Y%m%d").date() if waarde else None  # noqa: DTZ007 - a date

    @model_validator(mode="after")
    def _samenhang(self) -> "_Rij":
        if bool(self.BRIN) != (self.DatumInschrijving is not None) or not (self.BRIN or self.Vrijstelling):
            raise ValueError("inschrijving is niet heel")
        return self


def measure(*, as_json: bool, rijen: int = RIJEN, rounds: int = ROUNDS) -> int:
    """Measures, prints the figures and, as last line, everything as JSON; returns 0, as an aim is no test."""
    with TemporaryDirectory() as folder:
        bestand = _bestand(Path(folder), rijen)
        eigen: list[float] = []
        gewoon: list[float] = []
        for _ in range(rounds):
            for kant, gevonden in ((_eigen, eigen), (_gewoon, gewoon)):
                begin = perf_counter()
                uitkomst = kant(bestand)
                gevonden.append(rijen / (perf_counter() - begin))
                if uitkomst != (rijen, round(rijen * _FOUT)):
                    raise Verschil(f"{kant.__name__} found {uitkomst}")
        groot = _bestand(Path(folder) / "groot", 4 * rijen)
        geheugen = (_piek(bestand), _piek(groot))
    result = document(rijen, eigen, gewoon, geheugen)
    if not as_json:
        show(result)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


def document(rijen: int, eigen: list[float], gewoon: list[float], geheugen: tuple[int, int]) -> dict[str, Any]:
    """All figures with the machine they were found on."""
    naast = [e / g for e, g in zip(eigen, gewoon, strict=True)]
    result: dict[str, Any] = {
        "machine": machine(),
        "rows": rijen,
        "per_second": {"leveringen": spread(eigen), "csv_pydantic": spread(gewoon)},
        "rows_per_s": round(median(eigen)),
        "over_plain": round(median(naast), 1),
        "memory_mb": [byte >> 20 for byte in geheugen],
        "memory_4x_rows": round(geheugen[1] / geheugen[0], 2),
    }
    result["aims"] = [
        {"figure": naam, "aim": f"{sign} {bound:g}", "found": result[naam], "met": met(result[naam], sign, bound)}
        for naam, sign, bound in AIMS
    ]
    return result


def _bestand(folder: Path, rijen: int) -> Path:
    """A C-levering in which one row in a hundred has a wrong BSN."""
    folder.mkdir(exist_ok=True)
    pad = schrijf_c(folder, maak_leerlingen(1, rijen, "1924", _DAG), _DAG, "1924")
    kop, *regels = pad.read_text().splitlines()
    met_bsn = [nr for nr, regel in enumerate(regels) if regel[0] != ";"]
    for nr in Random(1).sample(met_bsn, round(rijen * _FOUT)):
        regels[nr] = str((int(regels[nr][0]) + 1) % 10) + regels[nr][1:]
    pad.write_text("".join(f"{regel}\n" for regel in (kop, *regels)))
    return pad


def _eigen(bestand: Path) -> tuple[int, int]:
    with bestand.open("rb") as file:
        lezer = Lezer(kies(laad_kaarten(), bestand.name, file.read(BLOK)), {"1924"})
    fouten = sum(deel["fout"].count() for deel in delen(lezer, lees_bestand(bestand)))
    return lezer.rijen, fouten


def _gewoon(bestand: Path) -> tuple[int, int]:
    rijen = fouten = 0
    with bestand.open(encoding="utf-8", newline="") as file:
        for rij in csv.DictReader(file, delimiter=";"):
            rijen += 1
            try:
                _Rij.model_validate(rij)
            except ValidationError:
                fouten += 1
    return rijen, fouten


def _piek(bestand: Path) -> int:
    """The most memory that a process of its own has after reading the file."""
    run = [sys.executable, "-m", "bench.bronnen_leveringen", "--lees", str(bestand)]
    return int(subprocess.run(run, stdout=subprocess.PIPE, text=True, check=True).stdout)


def show(result: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console

    console = Console(width=120, highlight=False)
    for kant, waarde in result["per_second"].items():
        console.print(f"{kant}: {waarde['median']:,.0f} rijen per seconde ({waarde['min']:,.0f}..{waarde['max']:,.0f})")
    for aim in result["aims"]:
        console.print(f"{aim['figure']} {aim['aim']}: {aim['found']:g}, {'gehaald' if aim['met'] else 'niet gehaald'}")


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m bench.bronnen_leveringen")
    parser.add_argument("--rijen", type=int, default=RIJEN)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--lees", type=Path)
    chosen = parser.parse_args()
    if chosen.lees is not None:
        _eigen(chosen.lees)
        sys.stdout.write(str(psutil.Process().memory_info().rss))
        raise SystemExit(0)
    raise SystemExit(measure(as_json=chosen.json, rijen=chosen.rijen))
