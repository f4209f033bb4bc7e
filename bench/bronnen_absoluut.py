"""The full check of enrolment over everybody, beside the same question in plain SQL.

Fictional residents of 0 to 23 years with their inschrijvingen and vrijstellingen go into the tables of `cases`. The
plain side has days of birth in the clear and the ages of the law written into one statement; ours asks the rules of
the protocols, leans on months of birth and opens days of birth on the edge only. Both must name the same jongeren
before anything counts; then they take turns, on the same tables, with the same settings.

    python -m bench.bronnen_absoluut --personen 2500000 --json
"""

import argparse
import asyncio
import json
import random
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bench.report import machine, met, spread
from hub.calendar import laad_kalender, verjaardag
from hub.crypto import Kluis
from hub.database import create_pool, migrate, provision
from hub.embedded import embedded_servers
from hub.gemeenten import Gemeenten
from hub.medewerkers import Medewerkers
from hub.observability import configure_logging
from hub.settings import HubSettings
from services.cases.beleid import Beleid
from services.cases.model import Dossier
from services.cases.plicht import Toets
from services.cases.protocol import PROTOCOLLEN, laad_protocollen
from services.cases.registervragen import OVER_ALLEN, Registervragen
from services.cases.store import ZakenStore
from services.cases.zoeken import Zoeker

PERSONEN: Final = 2_500_000
ROUNDS: Final = 5
SEED: Final = 1
PEILDATUM: Final = date(2026, 11, 20)  # vrijdag
UITERLIJK: Final = date(2026, 11, 12)  # donderdag: without a school since then is one day too long in both gemeenten
AIMS: Final = (("check_s", "<=", 5.0), ("check_over_sql", "<=", 1.5))

_MIGRATIONS = Path(__file__).parents[1] / "services" / "cases" / "migrations"
_PASSWORD = "alleen voor deze meting"  # noqa: S105 (the database goes when the measurement ends)

_SQL: Final = """
SELECT p.jongere_id FROM persoon p
LEFT JOIN LATERAL (SELECT max(i.tot) AS tot FROM inschrijving i WHERE i.jongere_id = p.jongere_id AND i.tot < $1) l
  ON true
LEFT JOIN LATERAL (SELECT max(v.tot) AS tot FROM vrijstelling v WHERE v.jongere_id = p.jongere_id AND v.tot < $1) w
  ON true
WHERE p.gemeente = ANY($2::text[])
  AND (date_trunc('month', p.geboortedatum + interval '5 years') + interval '1 month')::date <= $1
  AND p.geboortedatum + interval '18 years' > $1
  AND (p.startkwalificatie IS NULL OR p.startkwalificatie > $1
       OR p.geboortedatum + interval '16 years' >= make_date(
            extract(year FROM $1 - interval '7 months')::int, 8, 1))
  AND NOT EXISTS (SELECT FROM inschrijving i
                  WHERE i.jongere_id = p.jongere_id AND i.van <= $1 AND (i.tot IS NULL OR i.tot >= $1))
  AND NOT EXISTS (SELECT FROM vrijstelling v
                  WHERE v.jongere_id = p.jongere_id AND v.van <= $1 AND (v.tot IS NULL OR v.tot >= $1))
  AND greatest(p.sinds, l.tot + 1, w.tot + 1,
               (date_trunc('month', p.geboortedatum + interval '5 years') + interval '1 month')::date) <= $3
"""


class Persoon(NamedTuple):
    """One fictional resident."""

    jongere_id: UUID
    gemeente: str
    geboren: date
    sinds: date
    startkwalificatie: date | None


class Verschil(Exception):
    """The two sides do not name the same jongeren, so that there is nothing to compare."""


def main() -> None:
    """Reads the arguments and measures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--personen", type=int, default=PERSONEN, help="how many residents")
    parser.add_argument("--rondes", type=int, default=ROUNDS, help="how many rounds")
    parser.add_argument("--json", action="store_true", help="only the JSON document")
    given = parser.parse_args()
    configure_logging("warning")
    say = _quiet if given.json else _say
    sys.stdout.write(json.dumps(asyncio.run(measure(given.personen, given.rondes, say))) + "\n")


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _quiet(text: str) -> None:
    """With `--json` nothing but the document is written."""


async def measure(personen: int, rondes: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Makes a server and a database for the occasion, fills it, holds the answers together and measures in turns."""
    folder = HubSettings().map.absolute() / "bench-absoluut"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        async with embedded_servers(folder) as servers:
            await provision(servers.postgres.url, "absoluut", _PASSWORD)
            url = servers.postgres.url_voor("absoluut", "absoluut", _PASSWORD)
            await migrate(url, "cases", _MIGRATIONS)
            pool = await create_pool(url, size=2)
            try:
                return await _measure(pool, personen, rondes, say)
            finally:
                await pool.close()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


async def _measure(pool: "asyncpg.Pool[Any]", personen: int, rondes: int, say: Callable[[str], None]) -> dict[str, Any]:
    beleid = Beleid(laad_protocollen(PROTOCOLLEN), Gemeenten.load(), Medewerkers.load(), laad_kalender())
    store = ZakenStore(pool, Kluis(AESGCM.generate_key(256)))
    zoeker = Zoeker(Registervragen(pool), store, beleid)
    gemeenten = zoeker.gemeenten()
    say(f"{personen} personen")
    counts = await fill(pool, store, beleid, personen)
    say("de antwoorden naast elkaar")
    ours, _ = await _check(zoeker, gemeenten)
    plain, _ = await _plain(pool, gemeenten)
    if ours != plain:
        raise Verschil(f"alleen hier {len(ours - plain)}, alleen in SQL {len(plain - ours)}")
    hub, sql = list[float](), list[float]()
    for ronde in range(rondes):
        say(f"ronde {ronde + 1}")
        hub.append((await _check(zoeker, gemeenten))[1])
        sql.append((await _plain(pool, gemeenten))[1])
    figures = {
        "check_s": spread(hub),
        "sql_s": spread(sql),
        "check_over_sql": spread([een / ander for een, ander in zip(hub, sql, strict=True)]),
    }
    document: dict[str, Any] = {"machine": machine(), "seed": SEED, "found": len(ours), **counts, **figures}
    document["aims"] = {name: met(figures[name]["median"], how, aim) for name, how, aim in AIMS}
    return document


async def _check(zoeker: Zoeker, gemeenten: list[str]) -> tuple[set[UUID], float]:
    began = perf_counter()
    found = await zoeker.ontbrekend(PEILDATUM, gemeenten)
    seconds = perf_counter() - began
    return {een.kandidaat.jongere_id for een in found}, seconds


async def _plain(pool: "asyncpg.Pool[Any]", gemeenten: list[str]) -> tuple[set[UUID], float]:
    async with pool.acquire() as db, db.transaction(readonly=True):
        await db.execute(OVER_ALLEN)
        began = perf_counter()
        rows = await db.fetch(_SQL, PEILDATUM, gemeenten, UITERLIJK, timeout=600)
        seconds = perf_counter() - began
    return {r["jongere_id"] for r in rows}, seconds


# Fictional residents


async def fill(pool: "asyncpg.Pool[Any]", store: ZakenStore, beleid: Beleid, aantal: int) -> dict[str, int]:
    """Copies residents, inschrijvingen and vrijstellingen into the tables; returns how many of each."""
    rand = frozenset[date]().union(*(Toets(beleid, g.code, PEILDATUM).bereik.rand for g in beleid.gemeenten.gemeenten))
    gemeenten = [g.code for g in beleid.gemeenten.gemeenten]
    async with pool.acquire() as db:
        await db.execute(
            """CREATE UNLOGGED TABLE persoon (jongere_id uuid PRIMARY KEY, gemeente text, geboortedatum date,
                                              sinds date, startkwalificatie date)"""
        )
        await db.copy_records_to_table("persoon", records=personen(aantal, gemeenten), timeout=3600)
        await db.copy_records_to_table(
            "register",
            columns=("jongere_id", "gemeente", "geboortemaand", "sinds", "startkwalificatie"),
            records=(p._replace(geboren=p.geboren.replace(day=1)) for p in personen(aantal, gemeenten)),
            timeout=3600,
        )
        await db.copy_records_to_table(
            "dossier",
            records=(
                (p.jongere_id, store.sealed(Dossier(p.jongere_id, p.geboren)))
                for p in personen(aantal, gemeenten)
                if p.geboren.replace(day=1) in rand
            ),
            timeout=3600,
        )
        await db.copy_records_to_table(
            "inschrijving",
            columns=("inschrijving_id", "jongere_id", "brin", "vestiging", "soort", "niveau", "van", "tot", "gehoord"),
            records=(r for p in personen(aantal, gemeenten) for r in inschrijvingen(p)),
            timeout=3600,
        )
        await db.copy_records_to_table(
            "vrijstelling",
            columns=("vrijstelling_id", "jongere_id", "soort", "van", "tot"),
            records=(r for p in personen(aantal, gemeenten) for r in vrijstellingen(p)),
            timeout=3600,
        )
        await db.execute("VACUUM (ANALYZE)", timeout=3600)
        tables = ("register", "inschrijving", "vrijstelling")
        return {t: await db.fetchval(f"SELECT count(*) FROM {t}", timeout=600) for t in tables}  # noqa: S608


def personen(aantal: int, gemeenten: list[str]) -> Iterator[Persoon]:
    """The same residents at every call: some came to live here lately, some of 16 and over have a startkwalificatie."""
    rng = random.Random(SEED)
    for _ in range(aantal):
        jongere_id = UUID(int=rng.getrandbits(128), version=4)
        geboren = PEILDATUM - timedelta(days=rng.randrange(23 * 365))
        sinds = PEILDATUM - timedelta(days=rng.randrange(30)) if rng.random() < 0.002 else geboren
        oud = PEILDATUM - geboren > timedelta(days=16 * 365 + 200)
        kwalificatie = PEILDATUM - timedelta(days=rng.randrange(-60, 400)) if oud and rng.random() < 0.3 else None
        yield Persoon(jongere_id, gemeenten[rng.randrange(len(gemeenten))], geboren, sinds, kwalificatie)


def _lot(persoon: Persoon) -> random.Random:
    return random.Random(persoon.jongere_id.int & 0xFFFFFFFF)


def inschrijvingen(persoon: Persoon) -> Iterator[tuple[Any, ...]]:
    """From four years on a school, from twelve another; of a few the last one ended, or there never was one."""
    lot = _lot(persoon)
    vier, twaalf, achttien = (verjaardag(persoon.geboren, n) for n in (4, 12, 18))
    if vier > PEILDATUM or lot.random() < 0.003:
        return
    weg = PEILDATUM - timedelta(days=lot.randrange(1, 60)) if lot.random() < 0.006 else None
    if achttien <= PEILDATUM and lot.random() < 0.7:
        weg = min(achttien, PEILDATUM - timedelta(days=1))
    tot = twaalf - timedelta(days=1) if twaalf <= PEILDATUM else None
    yield _inschrijving(persoon, 1, "BO", None, vier, tot if tot else max(weg, vier) if weg else None)
    if tot is not None:
        yield _inschrijving(persoon, 2, "VO", "vmbo_k", twaalf, max(weg, twaalf) if weg else None)


def _inschrijving(p: Persoon, n: int, soort: str, niveau: str | None, van: date, tot: date | None) -> tuple[Any, ...]:
    identity = UUID(int=p.jongere_id.int ^ n)
    return identity, p.jongere_id, "90XA", "00", soort, niveau, van, tot, PEILDATUM - timedelta(days=1)


def vrijstellingen(persoon: Persoon) -> Iterator[tuple[Any, ...]]:
    """A few have one; of some it ended."""
    lot = _lot(persoon)
    lot.random()
    if lot.random() < 0.004:
        tot = PEILDATUM - timedelta(days=lot.randrange(1, 40)) if lot.random() < 0.2 else None
        soort = lot.choice(("5a", "5b", "5c", "15"))
        yield UUID(int=persoon.jongere_id.int ^ 7), persoon.jongere_id, soort, date(2026, 8, 1), tot


if __name__ == "__main__":
    main()
