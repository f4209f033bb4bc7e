"""What is due to be erased, and doing so: the yearly run, which the clock does every day."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import inf
from pathlib import Path
from time import time
from typing import Any, Final
from uuid import UUID

import asyncpg
import structlog

from hub.bewaartermijnen import Bewaartermijnen
from hub.catalogus import Bewaarsoort, Wijze
from hub.clock import AMSTERDAM, Clock
from hub.errors import HubError
from hub.gewist import BEWAARDAGEN, forget
from schakel.wissen.belet import beletsels
from schakel.wissen.opdracht import Opdracht
from schakel.wissen.opslag import Pools, catalogus, in_volgorde
from schakel.wissen.sporen import wis_paden
from schakel.wissen.verzamelen import familie, verzamel
from schakel.wissen.wis import Plaatsen, meld_af, voer_uit

log: structlog.stdlib.BoundLogger = structlog.get_logger()
KLOK: Final = "klok"
SPELING: Final = timedelta(days=30)
"""So long before its last day somebody is erased, so that a partner that is away delays nothing beyond it (our own)."""
LEEFTIJD: Final = 23
"""RMC ends at the 23rd birthday; for somebody without a dossier the term of what is left begins there."""
WEES: Final = 86_400.0
"""Seconds after which a PDF without a row is nobody's (our own)."""
_BATCH: Final = 100
_PAUZE: Final = 3600.0
_ZONDER_DOSSIER: Final = """
SELECT r.jongere_id FROM register r WHERE r.geboortemaand < $1 AND r.jongere_id > $2
  AND NOT EXISTS (SELECT FROM zaak z WHERE z.jongere_id = r.jongere_id)
ORDER BY r.jongere_id LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class TeWissen:
    """Somebody of whom everything must be gone on `uiterlijk`."""

    jongere_id: UUID
    besluit: str | None
    uiterlijk: date

    def is_aan_de_beurt(self, vandaag: date) -> bool:
        """From `SPELING` before the last day on."""
        return vandaag >= self.uiterlijk - SPELING


async def op_de_lijst(pools: Pools, termijnen: Bewaartermijnen) -> list[TeWissen]:
    """Everybody with a besluit tot sluiting, the first to go first."""
    rows = await pools["cases"].fetch(
        "SELECT jongere_id, besluit, besloten_op FROM sluiting WHERE besloten_op IS NOT NULL"
    )
    found = [
        TeWissen(UUID(str(r["jongere_id"])), r["besluit"], termijnen.uiterlijk(Bewaarsoort.DOSSIER, r["besloten_op"]))
        for r in rows
    ]
    return sorted(found, key=lambda t: (t.uiterlijk, t.jongere_id))


def geboren_voor(termijnen: Bewaartermijnen, vandaag: date) -> date:
    """Who was born in an earlier month than this day's and never had a dossier, must be gone.

    Only the month of birth is in the clear: it counts as its last day, or nobody would be erased too early.
    """
    jaren = LEEFTIJD + (termijnen.uiterlijk(Bewaarsoort.BASISGEGEVENS, vandaag).year - vandaag.year)
    return date(vandaag.year - jaren, vandaag.month, 1)


async def belet(pools: Pools, jongere_id: UUID) -> str | None:
    """Why the clock may not erase this person, None when it may: an open zaak, a restriction, a request, or zaken under
    another of their numbers about which no besluit to close was taken."""
    found = await beletsels(pools, await familie(pools, jongere_id))
    return found[0] if found else None


async def stand(pools: Pools, termijnen: Bewaartermijnen, vandaag: date) -> dict[str, Any]:
    """What is due and what waits for an official; ids only where somebody must act."""
    sluitingen = await pools["cases"].fetch("SELECT * FROM sluiting WHERE besloten_op IS NULL ORDER BY einde_op")
    lijst = await op_de_lijst(pools, termijnen)
    return {
        "te_besluiten": [
            {"jongere_id": r["jongere_id"], "gemeente": r["gemeente"], "aanleiding": r["aanleiding"],
             "einde_op": r["einde_op"]}
            for r in sluitingen
        ],
        "te_wissen": [
            {"jongere_id": t.jongere_id, "uiterlijk": t.uiterlijk, "aan_de_beurt": t.is_aan_de_beurt(vandaag),
             "belet": await belet(pools, t.jongere_id)}
            for t in lijst
        ],
        "zonder_dossier": await pools["cases"].fetchval(
            """SELECT count(*) FROM register r WHERE r.geboortemaand < $1
                 AND NOT EXISTS (SELECT FROM zaak z WHERE z.jongere_id = r.jongere_id)""",
            geboren_voor(termijnen, vandaag),
        ),
        "termijnen": [t.model_dump(mode="json") for t in termijnen.termijnen],
    }  # fmt: skip


async def jaarlijks(waar: Plaatsen, termijnen: Bewaartermijnen, now: datetime) -> dict[str, Any]:
    """Erases everybody who is due, goes on with what was begun, and clears what stayed as proof after its own term.

    One who cannot be erased keeps nobody else waiting; what was not done is in the report, as numbers.
    """
    vandaag, telling, belemmerd = now.astimezone(AMSTERDAM).date(), Counter[str](), Counter[str]()
    begonnen = [o for o in waar.opdrachten.alle() if o.klaar_op is None]
    for opdracht in begonnen:
        await _wis(waar, opdracht, now, telling)
    bezig = {j for opdracht in begonnen for j in opdracht.jongeren}
    async for due in _aan_de_beurt(waar.pools, termijnen, vandaag):
        vrij: set[UUID] = set()
        for jongere_id in due:
            if jongere_id not in bezig and (wie := await _vrij(waar.pools, jongere_id, now, belemmerd)):
                vrij.update(wie)
        if vrij:
            opdracht = await verzamel(
                waar.pools, waar.kluis, sorted(vrij), door=KLOK, reden="bewaartermijn", besluit=None, now=now,
                alleen_nummers=True,
            )  # fmt: skip
            waar.opdrachten.bewaar(opdracht)
            await _wis(waar, opdracht, now, telling)
    report = {
        "gewist": telling["gewist"],
        "wacht": telling["wacht"],
        "overgeslagen": dict(belemmerd),
        "bewijs_verlopen": waar.opdrachten.vergeet_oude(now),
        "opgeruimd": await ruim_op(waar.pools, termijnen, now),
        "brieven_zonder_rij": await ruim_brieven_op(waar, time()),
    }
    log.info("retention_done", erased=telling["gewist"], waiting=telling["wacht"], kept=sum(belemmerd.values()))
    return report


async def _aan_de_beurt(pools: Pools, termijnen: Bewaartermijnen, vandaag: date) -> AsyncIterator[list[UUID]]:
    """Who is due, a batch at a time: dossiers first, then people who never had one."""
    due = [t.jongere_id for t in await op_de_lijst(pools, termijnen) if t.is_aan_de_beurt(vandaag)]
    for start in range(0, len(due), _BATCH):
        yield due[start : start + _BATCH]
    last = UUID(int=0)
    while rows := await pools["cases"].fetch(_ZONDER_DOSSIER, geboren_voor(termijnen, vandaag), last, _BATCH):
        last = rows[-1]["jongere_id"]
        yield [UUID(str(r["jongere_id"])) for r in rows]


async def _vrij(pools: Pools, jongere_id: UUID, now: datetime, belemmerd: Counter[str]) -> tuple[UUID, ...]:
    """Every jongere_id of this person when nothing prevents erasing them; otherwise none, and why is counted."""
    wie = await familie(pools, jongere_id)
    why = await belet(pools, jongere_id)
    if why is None and await meld_af(pools["brp_sync"], wie, now):
        why = "wordt nog gevolgd"
    if why is not None:
        belemmerd[why] += 1
        return ()
    return wie


async def _wis(waar: Plaatsen, opdracht: Opdracht, now: datetime, telling: Counter[str]) -> None:
    try:
        gedaan = await voer_uit(waar, opdracht, now, lambda _: None)
    except HubError as error:
        log.warning("erasure_waits", opdracht=str(opdracht.nummer), error=type(error).__name__)
        telling["wacht"] += len(opdracht.jongeren)
    else:
        telling["wacht" if gedaan.wacht else "gewist"] += len(opdracht.jongeren)


async def ruim_op(pools: Pools, termijnen: Bewaartermijnen, now: datetime) -> dict[str, int]:
    """Removes rows that stayed as proof or by law, once their own term is over; how many per table."""
    done: dict[str, int] = {}
    for service, pool in in_volgorde(pools):
        await forget(pool, now - timedelta(days=BEWAARDAGEN))
        done |= {f"{service}.{t}": n for t, n in (await ruim_tabellen_op(pool, service, termijnen, now)).items()}
    return done


async def ruim_tabellen_op(
    pool: "asyncpg.Pool[Any]", service: str, termijnen: Bewaartermijnen, now: datetime
) -> dict[str, int]:
    """The same in the tables of one service."""
    vandaag, done = now.astimezone(AMSTERDAM).date(), {}
    for tabel in catalogus(service):
        if not tabel.datum or tabel.wijze is Wijze.VERWIJDEREN:
            continue
        voor = _begin(termijnen, tabel.soort, vandaag)
        status = await pool.execute(f'DELETE FROM "{tabel.naam}" WHERE {tabel.datum} < $1', voor)  # noqa: S608
        if number := int(status.rpartition(" ")[2]):
            done[tabel.naam] = number
    return done


async def ruim_brieven_op(waar: Plaatsen, seconden: float) -> int:
    """Removes PDFs without a row that are older than `WEES`: kept just before the jongere died or was erased, or by a
    process that ended there. A letter that is still to be recorded is made, and its file kept, anew; returns how many.
    """
    archief = waar.mappen[0] / "brieven"
    oud = {p.relative_to(archief).as_posix(): p for p in archief.glob("*/*.pdf") if _sinds(p) < seconden - WEES}
    rows = await waar.pools["letters"].fetch("SELECT bestand FROM brief WHERE bestand = ANY($1::text[])", list(oud))
    return wis_paden({path for naam, path in oud.items() if naam not in {r["bestand"] for r in rows}})


def _sinds(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return inf


def _begin(termijnen: Bewaartermijnen, soort: Bewaarsoort, vandaag: date) -> datetime:
    """What is from before this moment has been kept its whole term."""
    jaren = termijnen.uiterlijk(soort, vandaag).year - vandaag.year
    dag = vandaag.replace(year=vandaag.year - jaren, day=min(vandaag.day, 28))
    return datetime(dag.year, dag.month, dag.day, tzinfo=AMSTERDAM)


async def elke_dag(clock: Clock, doe: Callable[[], Awaitable[object]]) -> None:
    """Does the run on every new day of the clock until cancelled; what fails is tried again within the hour."""
    gedaan: date | None = None
    while True:
        if clock.today() != gedaan:
            try:
                await doe()
                gedaan = clock.today()
            except Exception as error:
                log.warning("retention_failed", error=type(error).__name__)
        await asyncio.sleep(_PAUZE)
