"""Status, reconcile and rebuild: what operations asks of a whole installation, from outside its processes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import nats
from nats.aio.client import Client
from rich.console import Console
from rich.table import Table

from contracts.subjects import STREAMS
from hub.certificaten import overzicht
from hub.clock import AMSTERDAM, SystemClock
from hub.database import create_pool
from hub.errors import NietGereed
from hub.gemeenten import Gemeenten
from hub.rebuild import Herstel, Verschil, rebuild, reconcile
from hub.settings import HubSettings
from hub.sources import OPEN_ITEMS, silences
from hub.topology import Topology, problems
from schakel.places import SERVICES, Places, recall
from services.brp_sync.settings import BrpApiSettings, UpdateApiSettings
from services.brp_sync.volgen.settings import VolgSettings
from services.ingest_duo.settings import DuoSettings


@asynccontextmanager
async def bus(places: Places) -> AsyncIterator[Client]:
    """A connection to the broker; raises `NietGereed` when it does not answer."""
    try:
        client = await nats.connect(places.nats_url, connect_timeout=3, max_reconnect_attempts=0, allow_reconnect=False)
    except (OSError, nats.errors.Error, TimeoutError) as error:
        raise NietGereed("NATS antwoordt niet: draait `schakel up`?") from error
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def store(places: Places, settings: HubSettings, service: str) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """The database of one service; raises `NietGereed` when it cannot be reached."""
    try:
        pool = await create_pool(places.database(service, settings.map), size=2)
    except (OSError, asyncpg.PostgresError) as error:
        raise NietGereed(f"de database van {service} is niet bereikbaar ({type(error).__name__})") from error
    try:
        yield pool
    finally:
        await pool.close()


_COUNTS = """
SELECT (SELECT count(*) FROM wachtrij WHERE staat = 'geparkeerd') AS geparkeerd,
       (SELECT count(*) FROM wachtrij WHERE staat = 'opnieuw') AS opnieuw,
       (SELECT count(*) FROM wachtrij WHERE staat = 'wacht') AS wachtend,
       (SELECT count(*) FROM quarantaine WHERE staat = 'open') AS quarantaine,
       (SELECT count(*) FROM outbox) AS gezegd,
       o.laatste_nr - o.gepubliceerd_tot AS onbevestigd
FROM outbox_stand o
"""


async def read_status(settings: HubSettings) -> dict[str, Any]:
    """Per service what waits and what is wrong; `gereed` is true when nothing is."""
    places, topology = recall(settings), Topology.load()
    api = await _ready(places)
    services = {}
    async with bus(places) as nc:
        for stream in STREAMS:
            async with store(places, settings, stream.bron) as pool:
                counts = dict(await pool.fetchrow(_COUNTS) or {})
                sources = await _sources(pool, settings)
            found = await problems(nc, topology, stream.bron, stream)
            found += [p for p in api.get(stream.bron, []) if p not in found]
            info = await nc.jetstream().stream_info(stream.name) if not found else None
            services[stream.bron] = counts | {
                "stream": stream.name,
                "in_stream": info.state.messages if info else None,
                "problemen": found,
                **sources,
            }
    certificaten = []
    for service, paren in _certificaten().items():
        shown = overzicht(paren, SystemClock().now())
        services[service]["problemen"] += [c["bezwaar"] for c in shown if c["bezwaar"]]
        certificaten += shown
    good = all(not s["problemen"] for s in services.values())
    return {"gereed": good, "api": places.api_url, "services": services, "certificaten": certificaten}


def _certificaten() -> dict[str, dict[str, tuple[Path, Path]]]:
    """The certificates and keys that the environment of this command names, per service, named as in the metric."""
    brp: dict[str, tuple[Path, Path]] = {}
    for api in (BrpApiSettings(), UpdateApiSettings()):
        if api.certificaat and api.sleutel:
            brp[api.naam] = api.certificaat, api.sleutel
    volg = VolgSettings()
    if volg.stuf_certificaat and volg.stuf_sleutel:
        brp["brp_stuf"] = volg.stuf_certificaat, volg.stuf_sleutel
    duo = DuoSettings().paar
    return {"ingest_duo": {"duo": duo} if duo else {}, "brp_sync": brp}


async def _sources(pool: "asyncpg.Pool[Any]", settings: HubSettings) -> dict[str, Any]:
    """What waits in quarantine and when each source was last heard; working time, in seconds."""
    regios = Gemeenten.load(settings.gemeenten).vakantieregios
    silent = await silences(pool, SystemClock().now(), regios)
    return {
        "quarantaine_per_veld": [dict(r) for r in await pool.fetch(OPEN_ITEMS)],
        "bronnen": [{**s._asdict(), "te_lang": s.te_lang} for s in silent],
    }


async def _ready(places: Places) -> dict[str, list[str]]:
    """What the running processes say of themselves; empty when their API is not known here."""
    if places.api_url is None:
        return {}
    try:
        async with httpx.AsyncClient(timeout=5) as client:
            answer = (await client.get(f"{places.api_url}/ready")).json()
    except (httpx.HTTPError, ValueError):
        return {name: ["het proces antwoordt niet: draait `schakel up` nog?"] for name in SERVICES}
    found: dict[str, list[str]] = answer.get("problemen", {})
    return found


def plain_table(title: str) -> Table:
    """A table that fits a narrow terminal."""
    return Table(title=title, title_justify="left", box=None, pad_edge=False)


def print_status(document: dict[str, Any]) -> None:
    """The status as a table."""
    table = plain_table("Schakel is gereed" if document["gereed"] else "Schakel is NIET gereed")
    table.add_column("service")
    for head in ("gezegd", "onbevestigd", "geparkeerd", "opnieuw", "wachtend", "quarantaine"):
        table.add_column(head, justify="right")
    for name, s in document["services"].items():
        numbers = (s["gezegd"], s["onbevestigd"], s["geparkeerd"], s["opnieuw"], s["wachtend"], s["quarantaine"])
        table.add_row(name, *(str(n) for n in numbers))
    console = Console()
    console.print(table)
    for name, s in document["services"].items():
        for problem in s["problemen"]:
            console.print(f"{name}: {problem}")
        for q in s["quarantaine_per_veld"]:
            console.print(
                f"{name}: in quarantaine van {q['bron']}: {q['aantal']} met fout in {q['veld']}", markup=False
            )
        for source in s["bronnen"]:
            console.print(f"{name}: {_heard(source)}")
    for c in document["certificaten"]:
        if c["verloopt_op"] is not None:
            console.print(f"Certificaat voor {c['naam']}: nog {c['dagen']} dagen, tot {c['verloopt_op']:%Y-%m-%d}")


def _heard(source: dict[str, Any]) -> str:
    usual = source["gewoon"]
    text = f"{source['bron']} liet zich het laatst horen op {source['laatste_op'].astimezone(AMSTERDAM):%Y-%m-%d %H:%M}"
    text += f", {source['stil'] / 3600:.1f} werkuren geleden"
    if usual is None:
        return f"{text} (nog te kort bekend voor een oordeel)"
    return f"{text} (tot {usual / 3600:.1f} is gewoon){': DAT IS LANGER DAN GEWOON' if source['te_lang'] else ''}"


async def compare_streams(settings: HubSettings) -> dict[str, Any]:
    """Compares every outbox with its stream."""
    places = recall(settings)
    streams = {}
    async with bus(places) as nc:
        for stream in STREAMS:
            async with store(places, settings, stream.bron) as pool:
                streams[stream.name] = _difference(await reconcile(nc, pool, stream))
    return {"ontbrekend": sum(s["ontbrekend"] for s in streams.values()), "streams": streams}


def _difference(found: Verschil) -> dict[str, Any]:
    return {
        "bestaat": found.bestaat,
        "gepubliceerd": found.gepubliceerd,
        "aanwezig": found.aanwezig,
        "ontbrekend": len(found.ontbrekend),
        "onbekend": len(found.onbekend),
        "beschadigd": len(found.beschadigd),
        "dubbel": found.dubbel,
    }


def _repair(done: Herstel) -> dict[str, Any]:
    return {
        "stream_gemaakt": done.stream_gemaakt,
        "consumers_gemaakt": done.consumers_gemaakt,
        "opnieuw_gepubliceerd": done.opnieuw_gepubliceerd,
        "ontbrekend": len(done.achteraf.ontbrekend),
    }


def print_differences(document: dict[str, Any]) -> None:
    """The comparison as a table."""
    table = plain_table("Outbox tegenover stream")
    table.add_column("stream")
    heads = ("gepubliceerd", "aanwezig", "ontbrekend", "onbekend", "beschadigd", "dubbel")
    for head in heads:
        table.add_column(head, justify="right")
    for name, counts in document["streams"].items():
        table.add_row(name, *(str(counts[h]) for h in heads))
    console = Console()
    console.print(table)
    if document["ontbrekend"]:
        console.print(f"{document['ontbrekend']} gebeurtenissen ontbreken: herstel ze met `schakel rebuild`.")


async def repair_streams(settings: HubSettings) -> dict[str, Any]:
    """Restores every stream and consumer from the outboxes."""
    places, topology = recall(settings), Topology.load()
    streams = {}
    async with bus(places) as nc:
        for stream in STREAMS:
            async with store(places, settings, stream.bron) as pool:
                streams[stream.name] = _repair(await rebuild(nc, pool, topology, stream))
    return {"streams": streams}


def print_repairs(document: dict[str, Any]) -> None:
    """What was repaired, one line per stream."""
    for name, repair in document["streams"].items():
        text = ", ".join(f"{key.replace('_', ' ')}: {value}" for key, value in repair.items() if key != "stream")
        Console().print(f"{name}: {text}")
