"""npsLk01 in, domain event out: the StUF intake beside the least that any receiver must do, in the same run.

The limit parses each message with lxml, finds the BSN, and does the same writes in the same batches: the raw message
sealed, its key, the sealed person, the position, the event, the mark that it is finished; and publishes the event. It
has no model, no validation, no difference with what was known. Both sides take messages from memory: HTTP is measured
nowhere here. `python -m bench.bronnen_stuf --json`.
"""

import argparse
import asyncio
import hashlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
from lxml import etree

from hub.clock import SystemClock
from hub.crypto import Kluis
from hub.database import create_pool, migrate, provision
from hub.embedded import embedded_servers
from hub.memory import settle
from hub.observability import configure_logging
from hub.publishing import Outgoing, publish
from hub.service import Surroundings
from hub.settings import HubSettings
from services import brp_sync
from services.brp_sync.app import BrpSync
from services.brp_sync.model import Adres, OnvolledigeDatum, Persoon
from services.brp_sync.stuf import Mutatiesoort, Stuurgegevens, Systeem, bouw_npslk01
from services.brp_sync.stuf.messages import BG
from services.brp_sync.stuf.postvak import KEEP
from simulators.personen import maak_bevolking

AIM_PER_SECOND: Final = 2000
_PASSWORD: Final = "alleen voor deze meting"  # noqa: S105 - a database that lives as long as the measurement
_WINDOW: Final = 512
_BATCH: Final = 256
_LOOK_SECONDS: Final = 0.01
"""How often the bench looks whether all was worked on: looking costs time of the process that is measured."""
_BSN: Final = f".//{{{BG}}}inp.bsn"
_DAY: Final = date(2026, 9, 14)


def berichten(personen: Sequence[Persoon], ronde: int) -> list[bytes]:
    """For each person a W: moved within the gemeente, so that two events follow; once more T for every tenth."""
    gemaakt = []
    for nummer, persoon in enumerate(personen):
        stuurgegevens = Stuurgegevens(
            zender=Systeem(organisatie="1924", applicatie="DDS"),
            ontvanger=Systeem(applicatie="LEERPLICHT"),
            referentienummer=f"{ronde}-{nummer}",
            tijdstip="20260914100000000",
        )
        if nummer % 10 == 0:
            gemaakt.append(bouw_npslk01(persoon, Mutatiesoort.TOEVOEGING, stuurgegevens))
            continue
        adres = Adres(
            straat=f"Meetlaan {ronde}",
            huisnummer=str(1 + nummer % 900),
            postcode="3240ZZ",
            woonplaats="Voorbeelddorp",
            aanvang=OnvolledigeDatum.van(_DAY),
        )
        nieuw = persoon.model_copy(update={"adres": adres})
        gemaakt.append(bouw_npslk01(nieuw, Mutatiesoort.WIJZIGING, stuurgegevens, oud=persoon))
    return gemaakt


async def _pump(bodies: Sequence[bytes], send: Callable[[bytes], Awaitable[None]]) -> None:
    """Hands in the messages in order, so many at a time."""
    rest = iter(bodies)

    async def one() -> None:
        for body in rest:
            await send(body)

    await asyncio.gather(*(one() for _ in range(_WINDOW)))


async def ours(app: BrpSync, bodies: Sequence[bytes]) -> None:
    """All answered with Bv03, worked on, and what follows confirmed by the stream."""

    async def send(body: bytes) -> None:
        status, _ = await app.stuf.neem(body, "bench")
        if status != 200:
            raise RuntimeError("a message of the bench was refused")

    await _pump(bodies, send)
    busy = "SELECT EXISTS (SELECT FROM inkomend WHERE verwerkt_op IS NULL)"
    while await app.service.pool.fetchval(busy):  # noqa: ASYNC110 - the database tells nobody that it is done
        await asyncio.sleep(_LOOK_SECONDS)
    await app.service.relay.wait_published(await app.service.pool.fetchval("SELECT laatste_nr FROM outbox_stand"))


class Limit:
    """The same writes, in a database of their own, without looking at what the messages mean."""

    def __init__(self, pool: "asyncpg.Pool[Any]", app: BrpSync, kluis: Kluis) -> None:
        self._pool = pool
        self._app = app
        self._kluis = kluis
        self._ids: list[UUID] = []

    async def fill(self, people: int) -> None:
        """As many persons as the other side has."""
        self._ids = [uuid4() for _ in range(people)]
        await self._pool.execute(
            "INSERT INTO jongere (jongere_id, gemeente, sinds) SELECT i, '1924', now() FROM unnest($1::uuid[]) n(i)",
            self._ids,
        )
        await self._pool.execute(
            "INSERT INTO stand (jongere_id, gelezen, geschreven, versie) SELECT jongere_id, '{}', 0, 0 FROM jongere"
        )

    async def run(self, bodies: Sequence[bytes]) -> None:
        """All stored, written and confirmed by the stream."""
        for at in range(0, len(bodies), _BATCH):
            await self._batch(bodies[at : at + _BATCH], self._ids[at : at + _BATCH])

    async def _batch(self, part: Sequence[bytes], who: Sequence[UUID]) -> None:
        now = SystemClock().now()
        roots = [etree.fromstring(body) for body in part]
        keys = [self._kluis.index(f"{root.findtext(_BSN)}|{uuid4()}", "bench") for root in roots]
        digests = [hashlib.sha256(body).digest() for body in part]
        sealed = self._kluis.seal_all(part, "inkomend|bench")
        rows = await self._pool.fetch(KEEP, keys, digests, sealed, now, "bench")
        events, body = [uuid4() for _ in part], b"{" + b"e" * 500 + b"}"
        async with self._pool.acquire() as db, db.transaction():
            await db.fetch("SELECT gegevens FROM jongere WHERE jongere_id = ANY($1::uuid[])", who)
            await db.execute(
                """UPDATE jongere j SET gegevens = n.g FROM unnest($1::uuid[], $2::bytea[]) n(i, g)
                   WHERE j.jongere_id = n.i""",
                who, self._kluis.seal_all([b"x" * 600] * len(part), "bench"),
            )  # fmt: skip
            first: int = await db.fetchval(
                "UPDATE outbox_stand SET laatste_nr = laatste_nr + $1 RETURNING laatste_nr - $1 + 1", len(part)
            )
            await db.execute(
                """INSERT INTO outbox (nr, event_id, jongere_id, sequence, subject, bericht, op)
                   SELECT $1 + o - 1, e, j, $1 + o, 'bench', $4, $5
                   FROM unnest($2::uuid[], $3::uuid[]) WITH ORDINALITY n(e, j, o)""",
                first, events, who, body, now,
            )  # fmt: skip
            await db.execute(
                "UPDATE stand SET versie = versie + 1, geschreven = geschreven + 1 WHERE jongere_id = ANY($1::uuid[])",
                who,
            )
        outgoing = [
            Outgoing(first + n, event, f"personen.bench.v1.1924.{jongere_id}", body, None)
            for n, (event, jongere_id) in enumerate(zip(events, who, strict=True))
        ]
        await publish(self._app.service.nc, self._app.service.own.name, outgoing)
        await self._pool.execute("UPDATE outbox_stand SET gepubliceerd_tot = laatste_nr")
        done = [row["id"] for row in rows]
        await self._pool.execute("UPDATE inkomend SET verwerkt_op = $2 WHERE id = ANY($1::bigint[])", done, now)


async def _measure(work: Callable[[], Awaitable[None]], messages: int) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    return {"per_s": messages / wall, "cpu_us": 1e6 * cpu / messages, "per_core_s": messages / cpu}


async def run(jongeren: int, rounds: int) -> dict[str, Any]:
    """The figures: messages a second, by the clock and by a whole core of this process."""
    configure_logging("error")
    with tempfile.TemporaryDirectory() as folder:
        async with embedded_servers(Path(folder)) as servers:
            urls = [servers.postgres.url_voor(name, name, _PASSWORD) for name in ("brp_sync", "brp_limiet")]
            for name in ("brp_sync", "brp_limiet"):
                await provision(servers.postgres.url, name, _PASSWORD)
            settings = HubSettings(map=Path(folder))
            app = BrpSync(Surroundings(servers.nats.url, lambda _: urls[0], SystemClock()), settings)
            await migrate(urls[1], "brp_sync", Path(brp_sync.__file__).parent / "migrations")
            task = asyncio.create_task(app.service.run())
            await app.service.started.wait()
            limit = Limit(await create_pool(urls[1]), app, settings.kluis)
            samples = await _rounds(app, limit, maak_bevolking(1, jongeren, ["1924", "0171"], _DAY), rounds)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
    figures = {
        f"{side}_{name}": round(statistics.median(sample[at][name] for sample in samples), 1)
        for at, side in enumerate(("hub", "limit"))
        for name in ("per_s", "cpu_us", "per_core_s")
    }
    ratio = statistics.median(hub["per_s"] / bare["per_s"] for hub, bare in samples)
    return figures | {"hub_over_limit": round(ratio, 3), "aim_per_core_s": AIM_PER_SECOND}


async def _rounds(
    app: BrpSync, limit: Limit, personen: Sequence[Persoon], rounds: int
) -> list[tuple[dict[str, float], dict[str, float]]]:
    await app.take_in(personen)
    await limit.fill(len(personen))
    samples = []
    for ronde in range(rounds + 1):
        bodies = berichten(personen, ronde)
        hub = await _measure(partial(ours, app, bodies), len(bodies))
        bare = await _measure(partial(limit.run, bodies), len(bodies))
        if ronde == 0:
            settle()  # the first round only warms up
        else:
            samples.append((hub, bare))
    return samples


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description="npsLk01 in, domain event out.")
    parser.add_argument("--jongeren", type=int, default=2000, help="how many persons, and messages per round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures = asyncio.run(run(given.jongeren, given.rounds))
    lines = json.dumps(figures) if given.json else "\n".join(f"{name:16} {value}" for name, value in figures.items())
    sys.stdout.write(lines + "\n")


if __name__ == "__main__":
    main()
