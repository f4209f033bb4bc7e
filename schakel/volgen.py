"""Who is followed outside the region, and following or letting go somebody by hand.

Works on the database, so also when the service is down; it carries out what changed at its next round.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from rich.console import Console

from hub.clock import SystemClock
from hub.errors import Ongeldig
from hub.gemeenten import Gemeenten
from hub.settings import HubSettings
from schakel.operations import plain_table, store
from schakel.places import recall
from services.brp_sync.store import PersonenStore
from services.brp_sync.volgen.besluit import Stand, Volger, Wens, bepaal_wens
from services.brp_sync.volgen.opslag import VolgStore
from services.brp_sync.volgen.settings import VolgSettings

MEDEWERKER = "medewerker"


@asynccontextmanager
async def _opslag(settings: HubSettings) -> AsyncIterator[tuple[VolgStore, PersonenStore]]:
    async with store(recall(settings), settings, "brp_sync") as pool:
        yield VolgStore(pool, settings.kluis), PersonenStore(pool, settings.kluis, uuid4)


async def lijst(settings: HubSettings, stand: str | None) -> list[dict[str, Any]]:
    """Everybody who is or was followed, and how far that is."""
    if stand is not None and stand not in tuple(Stand):
        raise Ongeldig(f"kies uit {', '.join(Stand)}", "stand")
    async with _opslag(settings) as (volgen, _):
        return await volgen.lijst(stand)


async def aan(
    settings: HubSettings, jongere_id: str, volg: VolgSettings | None = None, vandaag: date | None = None
) -> dict[str, Any]:
    """An official wants to hear about this jongere, until told otherwise; also asks anew what was refused."""
    wie, vandaag = lees_jongere_id(jongere_id), vandaag or SystemClock().today()
    if (volg or VolgSettings()).kanaal is None:
        raise Ongeldig("er is geen weg ingesteld om iemand te volgen: zet SCHAKEL_BRP_VOLG_KANAAL", "kanaal")
    async with _opslag(settings) as (volgen, personen):
        wens = await _wens(volgen, personen, wie, Gemeenten.load(settings.gemeenten), vandaag)
        if wens is None:
            raise Ongeldig("er is geen jongere met dit nummer", "jongere_id")
        if not wens.volgen and wens.reden != "ingeschreven in de regio":
            raise Ongeldig(f"kan niet worden gevolgd: {wens.reden}", "jongere_id")
        await volgen.opnieuw(wie)
        await volgen.volg({wie: None}, MEDEWERKER, None)
    return {"jongere_id": str(wie), "wordt_gevolgd": wens.volgen, "reden": wens.reden}


async def uit(settings: HubSettings, jongere_id: str, vandaag: date | None = None) -> dict[str, Any]:
    """Nobody wants to hear about this jongere any more."""
    wie, vandaag = lees_jongere_id(jongere_id), vandaag or SystemClock().today()
    async with _opslag(settings) as (volgen, _):
        return {"jongere_id": str(wie), "gestopt": await volgen.beeindig(wie, vandaag)}


async def _wens(
    volgen: VolgStore, personen: PersonenStore, jongere_id: UUID, gemeenten: Gemeenten, vandaag: date
) -> Wens | None:
    async with volgen.pool.acquire() as db, db.transaction():
        gevolgden = await volgen.gevolgden(db, [jongere_id])
        staten = await personen.load(db, [jongere_id])
    if not gevolgden:
        return None
    regio = frozenset(gemeente.code for gemeente in gemeenten.gemeenten)
    persoon = staten[jongere_id].persoon if jongere_id in staten else None
    return bepaal_wens(
        persoon,
        [Volger(MEDEWERKER)],
        regio,
        vandaag,
        opgegaan=gevolgden[0].opgegaan,
        uit_beeld=gevolgden[0].uit_beeld,
    )


def lees_jongere_id(jongere_id: str) -> UUID:
    """The id; what was typed is not repeated, for it may have been a BSN."""
    try:
        return UUID(jongere_id)
    except ValueError:
        raise Ongeldig("is geen jongere_id (een UUID); een BSN hoort niet op de opdrachtregel", "jongere_id") from None


def print_lijst(document: list[dict[str, Any]]) -> None:
    """The list as a table."""
    table = plain_table(f"Gevolgd buiten de regio: {len(document)}")
    for head in ("jongere_id", "stand", "kanaal", "sinds", "volgers", "reden"):
        table.add_column(head)
    for row in document:
        sinds, volgers = f"{row['sinds']:%Y-%m-%d %H:%M}", ", ".join(row["volgers"])
        table.add_row(str(row["jongere_id"]), row["stand"], row["kanaal"], sinds, volgers, row["reden"] or "")
    Console().print(table)
