"""The first load of persons beside the plainest load of the same file, and beside the normal path.

Three sides on one PostgreSQL, in rounds that take turns, each into a fresh database. *laden* is what `schakel laden`
does: every row checked, fingerprinted, sealed, findable. *plain* is as little as a load can be: PostgreSQL copies the
file as text into a table of text columns with an index on the BSN; nothing is checked or sealed. *one by one* is the
normal path, on a sample: the service takes in persoonslijsten and says so on the bus. All sides must end with as many
rows as they were given.
"""

import asyncio
import json
import shutil
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final

import asyncpg
import polars as pl
from pydantic import SecretStr

from bench.places import Servers
from bench.report import machine, met, spread
from hub.clock import SystemClock
from hub.embedded import embedded_servers
from hub.observability import configure_logging
from hub.service import Surroundings
from hub.settings import HubSettings
from schakel.lading import load
from services.brp_sync.app import build
from services.brp_sync.lo3.rubrieken import PERSOON
from simulators.bevolking_groot import KOLOMMEN, Bevolking, leveringsnaam, schrijf, schrijf_levering

PERSONEN: Final = 1_000_000
SAMPLE: Final = 5_000
"""So many persons go one by one."""
ROUNDS: Final = 3
PROCESSES: Final = 2
AIMS: Final = (("persons_per_s", ">=", 50_000.0), ("laden_over_one_by_one", ">=", 20.0))
_PEILDATUM: Final = date(2026, 9, 1)
_ELDERS: Final = ("0988", "0957")
"""Gemeenten that the installation does not serve: what a load does for residents is measured on its own."""


class Verschil(Exception):
    """A side did not end with the rows it was given: there is nothing to compare."""


def measure(*, as_json: bool, personen: int = PERSONEN, rounds: int = ROUNDS) -> int:
    """Measures, prints a table and, as last line, everything as JSON; returns 0, as an aim is no test."""
    configure_logging("error")
    folder = HubSettings().map.absolute() / "bench-laden"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        result = asyncio.run(laden(folder, personen, rounds))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not as_json:
        show(result)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


async def laden(folder: Path, personen: int, rounds: int, sample: int = SAMPLE) -> dict[str, Any]:
    """Persons a second of every side."""
    bestand = folder / "personen.csv"
    bevolking = Bevolking(1, personen, _PEILDATUM, gemeenten=_ELDERS)
    schrijf(bevolking, bestand)
    gevonden: dict[str, list[float]] = {"laden": [], "plain": [], "one_by_one": []}
    async with embedded_servers(folder / "servers") as servers:
        for ronde in range(rounds):
            _say(f"ronde {ronde + 1} van {rounds}")
            for naam, kant in (("laden", _laden), ("plain", _kaal)):
                duur = await kant(folder / f"{naam}-{ronde}", servers.postgres.url, bestand, personen)
                gevonden[naam].append(personen / duur)
        duur = await _een_voor_een(folder / "een", servers, bevolking.deel(0, sample))
        gevonden["one_by_one"].append(sample / duur)
        alles = max(sample, personen // 10)
        gevonden["everything"] = [alles / await _alles(folder / "alles", servers.postgres.url, alles)]
    return document(gevonden, personen, sample, bestand.stat().st_size)


async def _laden(map_: Path, admin: str, bestand: Path, personen: int) -> float:
    """What the command does with persons, from starting its processes to the last index; not making the tables."""
    settings, url = await _installatie(map_, admin)
    done = await load(settings, [bestand], [], PROCESSES, aanvullen=False)
    await _klopt(url, "jongere", personen)
    return float(done["personen"]["seconden"])


async def _alles(map_: Path, admin: str, personen: int) -> float:
    """Persons of our own gemeenten with their inschrijvingen: into the stores of three services."""
    settings, url = await _installatie(map_, admin)
    bevolking = Bevolking(1, personen, _PEILDATUM)
    bestanden = (map_.with_suffix(".csv"), map_.parent / leveringsnaam(_PEILDATUM))
    schrijf(bevolking, bestanden[0])
    rijen = schrijf_levering(bevolking, bestanden[1])
    begin = perf_counter()
    done = await load(settings, [bestanden[0]], [bestanden[1]], PROCESSES, aanvullen=False)
    duur = perf_counter() - begin
    await _klopt(url, "jongere", personen)
    cases = url.replace("_brp_sync", "_cases")
    await _klopt(cases, "(SELECT FROM inschrijving UNION ALL SELECT FROM vrijstelling) AS beide", rijen)
    await _klopt(cases, "dossier", done["register"]["opgenomen"])
    return duur


async def _installatie(map_: Path, admin: str) -> tuple[HubSettings, str]:
    """Empty databases for the services; returns the address of that of `brp_sync` too."""
    for dienst in ("cases", "ingest_duo"):
        await _database(admin, f"{map_.name}_{dienst}")
    url = await _database(admin, f"{map_.name}_brp_sync")
    postgres = SecretStr(url.replace("_brp_sync", "_{service}"))
    return HubSettings(map=map_, nats_url=SecretStr("nats://127.0.0.1:9"), postgres_url=postgres), url


async def _kaal(map_: Path, admin: str, bestand: Path, personen: int) -> float:
    url = await _database(admin, map_.name)
    kolommen = ", ".join(f'"{kolom}" text' for kolom in KOLOMMEN)
    db = await asyncpg.connect(url)
    try:
        begin = perf_counter()
        await db.execute(f"CREATE TABLE persoon ({kolommen})")
        await db.copy_to_table("persoon", source=bestand, format="csv", delimiter=";", header=True)
        await db.execute(f'ALTER TABLE persoon ADD PRIMARY KEY ("{PERSOON["bsn"]}")')
        duur = perf_counter() - begin
    finally:
        await db.close()
    await _klopt(url, "persoon", personen)
    return duur


async def _een_voor_een(map_: Path, servers: Any, frame: pl.DataFrame) -> float:
    """The service itself, on its broker: each person read, registered, sealed and said."""
    url = await _database(servers.postgres.url, f"{map_.name}_brp_sync")
    around = Surroundings(servers.nats.url, lambda _: url, SystemClock())
    app = build(around, HubSettings(map=map_))
    running = asyncio.create_task(app.service.run())
    await asyncio.wait([running, asyncio.create_task(app.service.started.wait())], return_when="FIRST_COMPLETED")
    lijsten = frame.select(pl.lit("Lg01_1").alias("id"), pl.all()).write_csv(separator=";")
    begin = perf_counter()
    done = await app.take_in_lists(lijsten.splitlines(keepends=True))
    await app.service.relay.wait_published(done["ingelezen"])
    duur = perf_counter() - begin
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await _klopt(url, "jongere", frame.height)
    return duur


async def _database(admin: str, naam: str) -> str:
    beheer = await asyncpg.connect(admin)
    try:
        await beheer.execute(f'CREATE DATABASE "{naam}"')
    finally:
        await beheer.close()
    return Servers("", admin, Path()).database(naam)


async def _klopt(url: str, tabel: str, aantal: int) -> None:
    db = await asyncpg.connect(url)
    try:
        gevonden = await db.fetchval(f"SELECT count(*) FROM {tabel}")  # noqa: S608 - a name of ours
    finally:
        await db.close()
    if gevonden != aantal:
        raise Verschil(f"{tabel}: {gevonden} rows where {aantal} were given")


def document(gevonden: dict[str, list[float]], personen: int, sample: int, omvang: int) -> dict[str, Any]:
    """All figures with the machine they were found on."""
    naast = [eigen / kaal for eigen, kaal in zip(gevonden["laden"], gevonden["plain"], strict=True)]
    een = median(gevonden["one_by_one"])
    result: dict[str, Any] = {
        "machine": machine(),
        "persons": personen,
        "sample_one_by_one": sample,
        "file_mb": omvang >> 20,
        "per_second": {kant: spread(waarden) for kant, waarden in gevonden.items()},
        "ratios_per_round": {"laden_over_plain": spread(naast)},
        "persons_per_s": round(median(gevonden["laden"])),
        "laden_over_plain": round(median(naast), 3),
        "laden_over_one_by_one": round(median(gevonden["laden"]) / een, 1),
    }
    result["aims"] = [
        {"figure": naam, "aim": f"{sign} {bound:g}", "found": result[naam], "met": met(result[naam], sign, bound)}
        for naam, sign, bound in AIMS
    ]
    return result


def show(result: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{result['persons']:,} personen laden ({result['file_mb']} MB), personen per seconde")
    for column in ("kant", "mediaan (laagste..hoogste)"):
        table.add_column(column, justify="left" if column == "kant" else "right")
    namen = {
        "laden": "schakel laden",
        "plain": "kale COPY zonder keuring en zegel",
        "one_by_one": "een voor een",
        "everything": "personen met register en inschrijvingen",
    }
    for kant, waarde in result["per_second"].items():
        table.add_row(namen[kant], f"{waarde['median']:,.0f} ({waarde['min']:,.0f}..{waarde['max']:,.0f})")
    console = Console(width=120)
    console.print(table)
    console.print(
        f"Naast de kale COPY: {result['laden_over_plain']:g}; naast een voor een: {result['laden_over_one_by_one']:g}."
    )
    for aim in result["aims"]:
        console.print(f"{aim['figure']} {aim['aim']}: {aim['found']:g}, {'gehaald' if aim['met'] else 'niet gehaald'}")


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m bench.bronnen_laden")
    parser.add_argument("--personen", type=int, default=PERSONEN)
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    raise SystemExit(measure(as_json=chosen.json, personen=chosen.personen))
