"""Parked events: list, show, release, drop. Works on the databases, so also when a service is down."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
from rich.console import Console

from hub.errors import Ongeldig
from hub.leases import nudge
from hub.settings import HubSettings
from schakel.operations import plain_table, store
from schakel.places import SERVICES, recall

_COLUMNS = "id, bron, jongere_id, sequence, type, gemeente, staat, klasse, reden, pogingen, sinds, volgende_poging"


async def list_parked(settings: HubSettings, service: str | None, *, everything: bool = False) -> list[dict[str, Any]]:
    """Parked and retrying events of one or all services, oldest first; `everything` adds what waits behind them."""
    places, found = recall(settings), []
    states = ["geparkeerd", "opnieuw", *(["wacht"] if everything else [])]
    for name in [_known(service)] if service else SERVICES:
        async with store(places, settings, name) as pool:
            rows = await pool.fetch(f"SELECT {_COLUMNS} FROM wachtrij WHERE staat = ANY($1) ORDER BY id", states)  # noqa: S608
            found += [{"service": name, **dict(r)} for r in rows]
    return found


async def show_parked(settings: HubSettings, service: str, nummer: int) -> dict[str, Any]:
    """One event with the message as received (it holds no personal data) and what waits behind it."""
    async with store(recall(settings), settings, _known(service)) as pool:
        row = await pool.fetchrow(f"SELECT {_COLUMNS}, bericht FROM wachtrij WHERE id = $1", nummer)  # noqa: S608
        if row is None:
            raise Ongeldig(f"{service} heeft geen wachtende gebeurtenis met nummer {nummer}")
        behind = await pool.fetch(
            f"SELECT {_COLUMNS} FROM wachtrij WHERE jongere_id = $1 AND id <> $2 ORDER BY id",  # noqa: S608
            row["jongere_id"],
            nummer,
        )
    document = {"service": service, **dict(row)}
    document["bericht"] = bytes(document["bericht"]).decode(errors="replace")
    return document | {"erachter": [dict(r) for r in behind]}


async def release(settings: HubSettings, service: str, nummer: int | None, door: str) -> dict[str, Any]:
    """Lets a parked event (or all of them) be tried again now; returns how many."""
    async with store(recall(settings), settings, _known(service)) as pool:
        number = await release_from(pool, nummer, door)
    if nummer is not None and not number:
        raise Ongeldig(f"{service} heeft geen geparkeerde gebeurtenis met nummer {nummer}")
    return {"vrijgegeven": number}


async def release_from(pool: "asyncpg.Pool[Any]", nummer: int | None, door: str) -> int:
    """The same on the database of a service; returns how many."""
    async with pool.acquire() as db, db.transaction():
        rows = await db.fetch(
            """UPDATE wachtrij SET staat = 'opnieuw', pogingen = 0, sinds = $2, volgende_poging = $2
               WHERE staat <> 'wacht' AND ($1::bigint IS NULL OR id = $1)
               RETURNING bron, jongere_id, sequence, type""",
            nummer,
            _now(),
        )
        for row in rows:
            await _record(db, row, "vrijgegeven", "", door)
        await nudge(db, "wachtrij")
    return len(rows)


async def drop(settings: HubSettings, service: str, nummer: int, reden: str, door: str) -> dict[str, Any]:
    """Takes an event out for good, with a reason that is kept; what waits behind it goes on."""
    if not reden.strip():
        raise Ongeldig("geef een reden: een gebeurtenis laten vervallen is een besluit", "reden")
    async with store(recall(settings), settings, _known(service)) as pool, pool.acquire() as db, db.transaction():
        row = await db.fetchrow(
            "DELETE FROM wachtrij WHERE id = $1 AND staat <> 'wacht' RETURNING bron, jongere_id, sequence, type", nummer
        )
        if row is None:
            raise Ongeldig(f"{service} heeft geen geparkeerde gebeurtenis met nummer {nummer}")
        if row["sequence"] > 0:
            await db.execute(
                """INSERT INTO stand AS s (jongere_id, gelezen, geschreven, versie)
                   VALUES ($1, jsonb_build_object($2::text, $3::bigint), 0, 1)
                   ON CONFLICT (jongere_id) DO UPDATE
                   SET gelezen = s.gelezen || excluded.gelezen, versie = s.versie + 1""",
                row["jongere_id"],
                row["bron"],
                row["sequence"],
            )
        await _record(db, row, "vervallen", reden, door)
        await nudge(db, "wachtrij")
    return {"vervallen": nummer, "reden": reden}


async def _record(db: Any, row: Any, actie: str, reden: str, door: str) -> None:
    await db.execute(
        """INSERT INTO wachtrijbesluit (bron, jongere_id, sequence, type, actie, reden, door, op)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        row["bron"], row["jongere_id"], row["sequence"], row["type"], actie, reden, door, _now(),
    )  # fmt: skip


def _known(service: str) -> str:
    if service not in SERVICES:
        raise Ongeldig(f"onbekende service {service}: kies uit {', '.join(SERVICES)}")
    return service


def _now() -> datetime:
    from hub.clock import SystemClock

    return SystemClock().now().astimezone(UTC)


def print_parked(rows: list[dict[str, Any]]) -> None:
    """The list as a table."""
    if not rows:
        Console().print("Er is niets geparkeerd.")
        return
    table = plain_table("Geparkeerd")
    for head in ("service", "nr", "staat", "gebeurtenis", "gemeente", "pogingen", "sinds", "reden"):
        table.add_column(head, overflow="fold")
    for r in rows:
        since = r["sinds"].strftime("%Y-%m-%d %H:%M")
        table.add_row(
            r["service"],
            str(r["id"]),
            r["staat"],
            r["type"],
            r["gemeente"],
            str(r["pogingen"]),
            since,
            r["reden"] or "",
        )
    Console().print(table)
    Console().print("Bekijk met `schakel dlq show SERVICE NR`, probeer opnieuw met `schakel dlq release SERVICE NR`.")


def print_one(document: dict[str, Any]) -> None:
    """One event for a person."""
    console = Console()
    for key in ("service", "id", "type", "bron", "sequence", "jongere_id", "gemeente", "staat", "klasse", "reden"):
        console.print(f"{key:12} {document[key]}")
    console.print(f"{'bericht':12} {document['bericht']}")
    console.print(f"{len(document['erachter'])} latere gebeurtenissen van deze jongere wachten hierop.")
