"""What operations may see and do about signals of the BRP; works on the database, so also when the service is down."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from rich.console import Console

from hub.clock import SystemClock
from hub.errors import Ongeldig
from hub.settings import HubSettings
from schakel.operations import plain_table, store
from schakel.places import recall
from services.brp_sync.signalen.beslissen import Stand
from services.brp_sync.signalen.opslag import SignaalStore


@asynccontextmanager
async def _opslag(settings: HubSettings) -> AsyncIterator[SignaalStore]:
    async with store(recall(settings), settings, "brp_sync") as pool:
        yield SignaalStore(pool, settings.kluis)


async def lijst(settings: HubSettings, stand: str | None, hoeveel: int) -> dict[str, Any]:
    """How many signals per state, and the newest ones."""
    if stand is not None and stand not in tuple(Stand):
        raise Ongeldig(f"kies uit {', '.join(Stand)}", "stand")
    async with _opslag(settings) as opslag:
        return {"standen": await opslag.counts(), "signalen": await opslag.newest(stand, hoeveel)}


async def nu(settings: HubSettings, nummers: Sequence[int]) -> dict[str, int]:
    """Lets these signals have their turn at the next round."""
    async with _opslag(settings) as opslag:
        return {"aan_de_beurt": await opslag.hurry(nummers, SystemClock().now())}


async def bevragingen(settings: HubSettings, jongere: str | None, hoeveel: int) -> list[dict[str, Any]]:
    """The questions that were asked, newest first."""
    try:
        jongere_id = UUID(jongere) if jongere is not None else None
    except ValueError:
        raise Ongeldig("geen jongere_id", "jongere") from None
    async with _opslag(settings) as opslag:
        return await opslag.questions(jongere_id, hoeveel)


def print_lijst(document: dict[str, Any]) -> None:
    """The signals as a table."""
    standen = ", ".join(f"{stand} {aantal}" for stand, aantal in sorted(document["standen"].items()))
    table = plain_table(f"Signalen: {standen or 'geen'}")
    for head in ("nr", "bron", "aanleiding", "ontvangen", "stand", "pogingen", "aan de beurt"):
        table.add_column(head)
    for s in document["signalen"]:
        row = (s["nr"], s["bron"], ", ".join(s["aanleidingen"]), f"{s['ontvangen_op']:%d-%m-%Y %H:%M}", s["stand"],
               s["pogingen"], f"{s['vanaf']:%d-%m-%Y %H:%M}" if s["stand"] == Stand.WACHT else "")  # fmt: skip
        table.add_row(*map(str, row))
    Console().print(table)


def print_bevragingen(document: list[dict[str, Any]]) -> None:
    """The questions as a table."""
    table = plain_table("Bevragingen van de BRP")
    for head in ("op", "jongere", "doel", "velden", "systeem", "uitkomst", "bewaren tot"):
        table.add_column(head)
    for b in document:
        row = (f"{b['op']:%d-%m-%Y %H:%M}", b["jongere_id"] or "onbekend", b["doel"], len(b["velden"]), b["systeem"],
               b["uitkomst"] or "niet bekend", f"{b['bewaren_tot']:%d-%m-%Y}")  # fmt: skip
        table.add_row(*map(str, row))
    Console().print(table)
