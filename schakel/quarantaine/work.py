"""What the commands do: everything on the databases, so also when a service is down; releasing asks the running hub."""

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import uuid4

from hub.clock import SystemClock
from hub.errors import Ongeldig
from hub.quarantine import Quarantine
from hub.settings import HubSettings
from hub.tables import Quarantainestaat
from schakel.operations import store
from schakel.places import SERVICES, recall
from schakel.quarantaine.advies import advies
from schakel.quarantaine.antwoorden import Antwoord, Weigering, antwoord


class Item(NamedTuple):
    """One item: its service and its number there."""

    service: str
    nr: int


@asynccontextmanager
async def opened(settings: HubSettings, service: str) -> AsyncIterator[Quarantine]:
    """The quarantine of a service."""
    async with store(recall(settings), settings, known(service)) as pool:
        yield Quarantine(pool, settings.kluis, service)


def known(service: str) -> str:
    """The service, when it is one of ours."""
    if service not in SERVICES:
        raise Ongeldig(f"onbekende service {service}: kies uit {', '.join(SERVICES)}")
    return service


def advised(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts of an item with what to do about it."""
    return facts | {"advies": advies(facts["bron"], facts["veld"], facts["reden"])}


async def listed(settings: HubSettings, service: str | None, bron: str | None, *, everything: bool) -> dict[str, Any]:
    """What is open (or everything) per service: counts per bron, veld and reden, and the items, newest first."""
    document: dict[str, list[dict[str, Any]]] = {"aantallen": [], "regels": []}
    for name in [known(service)] if service else SERVICES:
        async with opened(settings, name) as quarantine:
            for key, rows in (
                ("aantallen", await quarantine.counts(bron, everything=everything)),
                ("regels", await quarantine.items(bron, everything=everything)),
            ):
                document[key] += [{"service": name, **advised(r)} for r in rows]
    return document


async def find(settings: HubSettings, number: str, service: str | None) -> Item:
    """The item somebody means by `12` or `brp_sync/12`; a bare number must be that of one service only."""
    match = re.fullmatch(r"(?:([a-z_]+)/)?([0-9]{1,18})", number)
    if match is None:
        raise Ongeldig(f"{number!r} is geen nummer: schrijf 12, of met de service erbij brp_sync/12", "nr")
    nr, wanted = int(match[2]), match[1] or service
    if wanted:
        return Item(known(wanted), nr)
    found = []
    for name in SERVICES:
        async with opened(settings, name) as quarantine:
            if await quarantine.has(nr):
                found.append(Item(name, nr))
    if len(found) != 1:
        which = f"staat bij meer services: kies {' of '.join(f'{i.service}/{i.nr}' for i in found)}"
        raise Ongeldig(f"nummer {nr} {which if found else 'staat niet in quarantaine'}", "nr")
    return found[0]


async def shown(settings: HubSettings, number: str, service: str | None, *, door: str, content: bool) -> dict[str, Any]:
    """One item with its history; with `content` also what it holds, and then a line that somebody looked."""
    item = await find(settings, number, service)
    async with opened(settings, item.service) as quarantine:
        document = {"service": item.service, **advised(await quarantine.item(item.nr))}
        if content:
            inhoud = await quarantine.content(item.nr)
            await quarantine.looked_at(item.nr, door, now())
            document["inhoud"] = inhoud.origineel.decode("utf-8", errors="replace")
            document["hersteld"] = None if inhoud.hersteld is None else inhoud.hersteld.decode(errors="replace")
        return document


async def mended(settings: HubSettings, number: str, service: str | None, *, door: str, body: bytes) -> Item:
    """Keeps mended content beside the original."""
    item = await find(settings, number, service)
    async with opened(settings, item.service) as quarantine:
        await quarantine.mend(item.nr, body, door, now())
    return item


async def refused(quarantine: Quarantine, nr: int, reden: str, door: str) -> Antwoord:
    """Refuses an item and gives the answer for its sender; asking again gives that answer again."""
    facts, content = await quarantine.item(nr), await quarantine.content(nr)
    await quarantine.close(nr, Quarantainestaat.TERUGGEWEZEN, reden, door, now())
    weigering = Weigering(
        bron=facts["bron"],
        plek=facts["plek"],
        veld=facts["veld"],
        fout=facts["reden"],
        reden=reden,
        ontvangen_op=facts["ontvangen_op"],
        inhoud=content.origineel,
    )
    return antwoord(weigering, now(), uuid4().hex)


async def lapsed(settings: HubSettings, number: str, service: str | None, *, reden: str, door: str) -> Item:
    """Lets an item lapse."""
    item = await find(settings, number, service)
    async with opened(settings, item.service) as quarantine:
        await quarantine.close(item.nr, Quarantainestaat.VERVALLEN, reden, door, now())
    return item


async def open_items(settings: HubSettings, service: str | None, bron: str) -> Sequence[Item]:
    """What is open of a source, oldest first."""
    found: list[Item] = []
    for name in [known(service)] if service else SERVICES:
        async with opened(settings, name) as quarantine:
            found += [Item(name, nr) for nr in await quarantine.open_numbers(bron)]
    return found


def now() -> datetime:
    """The present moment."""
    return SystemClock().now().astimezone(UTC)
