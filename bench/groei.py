"""What an event costs `cases` in a large store beside a small one: the same events, through the real pipeline.

Two databases on one PostgreSQL, one with ten thousand zaken and one with a million, filled by `groei_vulling`. The very
same events go through both in rounds that take turns, in batches of 256 as the broker gives them: meldingen about
jongeren who have a zaak and who have none, changes of meldingen, letters. The broker is left out, because its part does
not depend on how much lies in the store and would hide what does.
"""

import asyncio
import json
import random
import shutil
import sys
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any, Final, NoReturn
from uuid import UUID

import asyncpg

from bench.groei_vulling import VANDAAG, Steekproef, bericht, brief, melding, steekproef, vul
from bench.places import Servers
from bench.report import machine, met, spread
from contracts.envelope import EventData
from contracts.subjects import source_urn
from hub.calendar import laad_kalender
from hub.clock import VirtualClock
from hub.crypto import Kluis
from hub.database import create_pool, migrate
from hub.embedded import embedded_servers
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.messages import Message
from hub.observability import configure_logging
from hub.pipeline import Parts, Pipeline
from hub.settings import HubSettings
from services.cases.beleid import Beleid
from services.cases.besluitstore import Besluitstore
from services.cases.handlers import handlers
from services.cases.model import Dossier
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from services.cases.store import ZakenStore
from services.cases.voorbereiding import Voorbereiding

KLEIN: Final = 10_000
GROOT: Final = 1_000_000
ROUNDS: Final = 6
WARM: Final = 2
BATCH: Final = 256
BATCHES: Final = 8
"""Of every round."""
SEED: Final = 1
AIM: Final = ("large_over_small", "<=", 1.5)
NU: Final = datetime.combine(VANDAAG, datetime.min.time(), UTC).replace(hour=9)
_MIGRATIONS: Final = Path(__file__).parents[1] / "services" / "cases" / "migrations"


class Winkel:
    """One store of `cases` with its pipeline."""

    def __init__(self, zaken: int, db: "asyncpg.Connection[Any]", pool: "asyncpg.Pool[Any]", kluis: Kluis) -> None:
        self.zaken = zaken
        self.db = db
        clock = VirtualClock(NU)
        beleid = Beleid(laad_protocollen(PROTOCOLLEN), Gemeenten.load(), Medewerkers.load(), laad_kalender())
        store = ZakenStore(pool, kluis)
        prepare = Voorbereiding(store, Besluitstore(pool, kluis), _niemand, kluis, beleid)
        parts = Parts(store, handlers(beleid), prepare)
        self.pipeline: Pipeline[Dossier] = Pipeline(
            "cases", source_urn("cases"), pool, parts, clock=clock, system=clock, rng=random.Random(SEED)
        )
        self._gezegd = 0

    async def ronde(self, batches: Sequence[Sequence[Message]]) -> float:
        """Microseconds per event."""
        begin = perf_counter()
        for batch in batches:
            result = await self.pipeline.process([replace(m) for m in batch], self._gezegd)
            if result.queued:
                raise ValueError("an event of the measurement was parked")
            if result.outgoing:
                self._gezegd = result.outgoing[-1].nr
        return (perf_counter() - begin) * 1e6 / sum(map(len, batches))

    async def telling(self) -> dict[str, int]:
        """How many rows there are, and how much it takes on disk."""
        tabellen = ("zaak", "voorstel", "tijdlijn", "outbox")
        rijen = {t: int(await self.db.fetchval(f"SELECT count(*) FROM {t}")) for t in tabellen}  # noqa: S608
        return rijen | {"mb": int(await self.db.fetchval("SELECT pg_database_size(current_database())")) // 2**20}


def _niemand() -> NoReturn:
    raise RuntimeError("nobody is asked for: everybody is known")


def measure(*, as_json: bool, klein: int = KLEIN, groot: int = GROOT) -> int:
    """Measures, prints a table and, as last line, everything as JSON; returns 0, as an aim is no test."""
    configure_logging("error")
    folder = HubSettings().map.absolute() / "bench-groei"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        result = asyncio.run(groei(folder, klein, groot))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if not as_json:
        show(result)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


async def groei(folder: Path, klein: int, groot: int, rounds: int = ROUNDS, batches: int = BATCHES) -> dict[str, Any]:
    """Fills both stores and lets them take turns; both must grow by the same number of rows."""
    proef = steekproef(SEED, klein)
    async with AsyncExitStack() as stack:
        servers = await stack.enter_async_context(embedded_servers(folder / "servers"))
        kluis = Kluis.from_file(folder / "opslag.key")
        winkels = [
            await _open(stack, servers.postgres.url, folder, f"cases_{naam}", zaken, kluis)
            for naam, zaken in (("klein", klein), ("groot", groot))
        ]
        for winkel in winkels:
            begin = perf_counter()
            await vul(winkel.db, winkel.pipeline, kluis, winkel.zaken, proef, NU)
            _say(f"{winkel.zaken} zaken gevuld in {perf_counter() - begin:.0f} s")
        await winkels[0].db.execute("CHECKPOINT")
        eerder = [await w.telling() for w in winkels]
        gevonden = await _rondes(winkels, gebeurtenissen(proef), rounds, batches)
        later = [await w.telling() for w in winkels]
    erbij = [{k: b[k] - a[k] for k in a if k != "mb"} for a, b in zip(eerder, later, strict=True)]
    if erbij[0] != erbij[1]:
        raise ValueError(f"the stores did not do the same: {erbij}")
    return document(winkels, gevonden, later, erbij[0])


async def _open(stack: AsyncExitStack, admin: str, folder: Path, naam: str, zaken: int, kluis: Kluis) -> Winkel:
    beheer = await asyncpg.connect(admin)
    await beheer.execute(f'CREATE DATABASE "{naam}"')
    await beheer.close()
    url = Servers("", admin, folder).database(naam)
    await migrate(url, "cases", _MIGRATIONS)
    db = await asyncpg.connect(url)
    stack.push_async_callback(db.close)
    pool = await create_pool(url)
    stack.push_async_callback(pool.close)
    return Winkel(zaken, db, pool, kluis)


async def _rondes(
    winkels: Sequence[Winkel], messages: Iterator[Message], rounds: int, batches: int
) -> list[list[float]]:
    gevonden: list[list[float]] = [[] for _ in winkels]
    for ronde in range(WARM + rounds):
        zelfde = [[next(messages) for _ in range(BATCH)] for _ in range(batches)]
        beurten = list(enumerate(winkels))
        for nummer, winkel in beurten if ronde % 2 else reversed(beurten):
            duur = await winkel.ronde(zelfde)
            if ronde >= WARM:
                gevonden[nummer].append(duur)
    return gevonden


def gebeurtenissen(proef: Steekproef) -> Iterator[Message]:
    """Events about the sample, in an order drawn by lot and the same every time; per source and jongere in sequence."""
    rng = random.Random(SEED)
    gelezen: dict[tuple[UUID, str], int] = {(j, "ingest_duo"): 2 for j, _ in proef.met_zaak}
    gelezen |= {(j, "letters"): 1 for j, _ in proef.met_zaak}
    nieuw, mutatie = iter(proef.zonder_zaak), NU.replace(tzinfo=None)
    nummer = 50_000_000

    def volgende(jongere_id: UUID, bron: str, data: EventData) -> Message:
        sequence = gelezen[jongere_id, bron] = gelezen.get((jongere_id, bron), 0) + 1
        return bericht(jongere_id, bron, sequence, data, NU)

    while True:
        nummer += 1
        mutatie += timedelta(seconds=1)
        plaats = rng.randrange(len(proef.met_zaak))
        jongere_id, zaak_id = proef.met_zaak[plaats]
        kans = rng.random()
        begin = VANDAAG - timedelta(days=rng.randint(3, 25))
        if kans < 0.25:
            yield volgende(next(nieuw), "ingest_duo", melding(nummer, mutatie, begin))
        elif kans < 0.5:
            yield volgende(jongere_id, "ingest_duo", melding(nummer, mutatie, begin))
        elif kans < 0.75:
            wijziging = melding(10_000_000 + plaats, mutatie, VANDAAG - timedelta(days=30), gewijzigd=True)
            yield volgende(jongere_id, "ingest_duo", wijziging)
        else:
            yield volgende(jongere_id, "letters", brief(zaak_id, UUID(int=rng.getrandbits(128), version=4)))


def document(
    winkels: Sequence[Winkel], gevonden: list[list[float]], telling: list[dict[str, int]], erbij: dict[str, int]
) -> dict[str, Any]:
    """All figures with the machine they were found on; ratios are per round, because those belong together."""
    klein, groot = gevonden
    verhouding = [g / k for k, g in zip(klein, groot, strict=True)]
    found = round(median(verhouding), 3)
    naam, sign, bound = AIM
    return {
        "machine": machine(),
        "stores": [
            {"zaken": w.zaken, "us_per_event": spread(duur), "rows": rijen}
            for w, duur, rijen in zip(winkels, gevonden, telling, strict=True)
        ],
        "rows_added": erbij,
        "ratios_per_round": spread(verhouding),
        naam: found,
        "aims": [{"figure": naam, "aim": f"{sign} {bound:g}", "found": found, "met": met(found, sign, bound)}],
    }


def show(result: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Wat een gebeurtenis kost: mediaan (laagste..hoogste) van de ronden, in microseconden")
    for column in ("zaken", "per gebeurtenis", "schijf (MB)"):
        table.add_column(column, justify="right")
    for store in result["stores"]:
        us = store["us_per_event"]
        cel = f"{us['median']:,.0f} ({us['min']:,.0f}..{us['max']:,.0f})"
        table.add_row(f"{store['zaken']:,}", cel, f"{store['rows']['mb']:,}")
    console = Console(width=120)
    console.print(table)
    for aim in result["aims"]:
        console.print(f"{aim['figure']} {aim['aim']}: {aim['found']:g}, {'gehaald' if aim['met'] else 'niet gehaald'}")


def _say(text: str) -> None:
    sys.stderr.write(f"bench: {text}\n")


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m bench.groei")
    parser.add_argument("--zaken", type=int, default=GROOT, help="in the large store")
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args()
    raise SystemExit(measure(as_json=chosen.json, groot=chosen.zaken))
