"""The disclosure register for people and programs, and dry runs of the border.

What DUO was told is not asked for each time: the status of a melding is a duty by law. Those lines come from the
events in which `ingest_duo` says that DUO took it.
"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from rich.console import Console

from contracts.verstrekkingen import CONTRACTEN
from contracts.verstrekkingen.onderwijs import VrijstellingAanDuo
from hub.clock import AMSTERDAM
from hub.errors import Ongeldig
from hub.settings import HubSettings
from schakel.operations import plain_table, store
from schakel.places import recall
from schakel.protocol.decide import decide_file
from schakel.protocol.library import boek
from services.cases.grens.redenen import leg_uit
from services.cases.grens.regel import Verstrekkingsregel
from services.cases.grens.register import Verstrekkingenregister
from services.cases.protocol import Protocolboek

DUO: Final = "duo"
_NAAR_DUO: Final = {
    "meldingstatus-teruggemeld": ("terugkoppeling", ["afhandeling_feit"]),
    "vrijstelling-teruggemeld": ("vrijstelling_melden", list(VrijstellingAanDuo.elementen())),
}
"""Per event what DUO got; an onderwijsnummer and a postcode count as BSN and address."""
_AFSPRAKEN: Final = {c.afspraak.doelen[0]: c.afspraak for c in CONTRACTEN if c.afspraak.ontvanger == DUO}
_ZOEK_DUO: Final = """
SELECT event_id, jongere_id, subject, op FROM outbox
WHERE subject LIKE ANY($1::text[]) AND ($2::uuid IS NULL OR jongere_id = $2)
  AND ($3::timestamptz IS NULL OR op >= $3) AND ($4::timestamptz IS NULL OR op < $4)
  AND ($5::text[] IS NULL OR split_part(subject, '.', 4) = ANY($5))
ORDER BY nr LIMIT $6"""


def proef(protocollen: Protocolboek, protocol: str, path: Path, op: date | None) -> dict[str, Any]:
    """What may be disclosed of the facts in a file, and why not; raises `Ongeldig` naming what is wrong."""
    return decide_file(protocollen, protocol, path, op, "verstrekking")


async def read_register(
    settings: HubSettings,
    jongere: str | None,
    ontvanger: str | None,
    van: datetime | None,
    tot: datetime | None,
    hoeveel: int,
) -> list[dict[str, Any]]:
    """Lines of the register, oldest first, each with why it came out so; from `van` up to and including day `tot`."""
    try:
        jongere_id = UUID(jongere) if jongere is not None else None
    except ValueError:
        raise Ongeldig("geen jongere_id", "jongere") from None
    begin, eind = grenzen(van, tot)
    places = recall(settings)
    async with store(places, settings, "cases") as pool:
        found = await Verstrekkingenregister(pool).zoek(
            jongere_id=jongere_id, ontvanger=ontvanger, van=begin, tot=eind, limit=hoeveel
        )
    lines = beschrijf(found, boek(settings.protocollen))
    if ontvanger in (None, DUO):
        async with store(places, settings, "ingest_duo") as pool:
            lines += await aan_duo(pool, jongere_id, begin, eind, hoeveel)
    return sorted(lines, key=lambda line: line["besloten_op"])[:hoeveel]


def beschrijf(lines: list[Verstrekkingsregel], protocollen: Protocolboek) -> list[dict[str, Any]]:
    """Lines as documents, with the explanation."""
    woorden = protocollen.woorden.privacy
    return [
        {**asdict(line), "weggelaten": dict(line.weggelaten), "uitleg": list(leg_uit(line, woorden))} for line in lines
    ]


async def aan_duo(
    pool: Any,
    jongere_id: UUID | None,
    van: datetime | None,
    tot: datetime | None,
    hoeveel: int | None,
    gemeenten: Sequence[str] | None = None,
) -> list[dict[str, Any]]:
    """What DUO took, from the outbox of `ingest_duo`, oldest first; of all gemeenten, or of these."""
    subjects = [f"%.{name}.%" for name in _NAAR_DUO]
    rows = await pool.fetch(_ZOEK_DUO, subjects, jongere_id, van, tot, gemeenten, hoeveel)
    return [_duo_regel(r) for r in rows]


def naar_duo(naam: str) -> list[str]:
    """Which elements DUO has when this event was said."""
    return _NAAR_DUO[naam][1]


def _duo_regel(r: Any) -> dict[str, Any]:
    _, naam, _, gemeente, _ = r["subject"].split(".")
    doel, elementen = _NAAR_DUO[naam]
    afspraak = _AFSPRAKEN[doel]
    return {
        "verstrekking_id": r["event_id"],
        "jongere_id": r["jongere_id"],
        "gemeente": gemeente,
        "ontvanger": DUO,
        "doel": doel,
        "uitkomst": "doorlaten",
        "poort": "open",
        "weigering": None,
        "doorgelaten": elementen,
        "weggelaten": {},
        "grondslag": afspraak.grondslag,
        "verwerking": afspraak.verwerking,
        "besloten_op": r["op"],
        "verzonden_op": r["op"],
        "uitleg": [f"wettelijke melding, vastgelegd uit de gebeurtenis {naam}"],
    }


def grenzen(van: datetime | None, tot: datetime | None) -> tuple[datetime | None, datetime | None]:
    """From the start of the first day up to the end of the last, Dutch time."""
    begin = datetime.combine(van, time.min, AMSTERDAM) if van is not None else None
    eind = datetime.combine(tot + timedelta(days=1), time.min, AMSTERDAM) if tot is not None else None
    return begin, eind


def print_register(document: list[dict[str, Any]]) -> None:
    """The register as a table, with below each refused line why."""
    if not document:
        Console().print("Er is niets verstrekt en niets geweigerd.")
        return
    table = plain_table(f"Verstrekkingen: {len(document)}")
    for head in ("op", "jongere", "aan", "doel", "uitkomst", "elementen", "verzonden", "waarom"):
        table.add_column(head, overflow="fold")
    for line in document:
        sent = f"{line['verzonden_op']:%d-%m-%Y %H:%M}" if line["verzonden_op"] else ""
        table.add_row(
            f"{line['besloten_op']:%d-%m-%Y %H:%M}", str(line["jongere_id"]), line["ontvanger"], line["doel"],
            str(line["uitkomst"]), ", ".join(line["doorgelaten"]), sent, "; ".join(line["uitleg"]),
        )  # fmt: skip
    Console().print(table)


__all__ = ["aan_duo", "beschrijf", "grenzen", "naar_duo", "print_register", "proef", "read_register"]
