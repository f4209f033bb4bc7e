"""`schakel bench --regels`: how fast the rules decide, beside the same decisions programmed by hand.

Three parts. Decisions a second on one core for each regional protocol, with the explanation written out and without,
on fictional facts with a seed. One protocol beside `ifelif`, which decides the same part of it by hand: the answers
are held against each other before anything is timed, and rounds of the two take turns, so that their ratio is of one
machine at one moment. And a what-if over many fictional meldingen on two processes, with its memory on the way.
"""

import asyncio
import gc
import json
import random
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from statistics import median
from time import perf_counter
from typing import Any, Final, NamedTuple

import psutil

from bench.ifelif import beslis
from bench.ifelif_zaak import Zaak
from bench.report import machine, met, spread
from hub.observability import configure_logging
from schakel.whatif.replay import Change, Chunk, Counts, Side, replay
from schakel.whatif.source import SIZE, Generated
from services.cases.engine import Beoordeling, beoordeel
from services.cases.feiten import Feiten
from services.cases.protocol import PROTOCOLLEN, Protocol, Protocolboek, laad_protocollen

REGIONAAL: Final = ("goeree-overflakkee", "noordoostpolder", "ijssel-vecht", "noord-kennemerland-po", "algemeen")
BIJ_HAND: Final = "goeree-overflakkee"
BIJ_HAND_SOORTEN: Final = ("te_laat", "relatief", "luxe")
ROUNDS: Final = 5
SEED: Final = 1
SCHOOLJAAR: Final = 2025
MELDINGEN: Final = 100_000
EERSTE: Final = 20_000
"""After so many meldingen the memory of a what-if should have stopped growing."""

AIMS: Final = (
    ("with_uitleg_per_s", ">=", 20_000.0),
    ("without_uitleg_per_s", ">=", 60_000.0),
    ("engine_over_ifelif", ">=", 0.3),
    ("whatif_s", "<=", 30.0),
    ("whatif_growth_mb", "<=", 30.0),
)


class Vraag(NamedTuple):
    """One decision to take."""

    protocol: Protocol
    feiten: Feiten
    op: date


class Verschil(Exception):
    """The rules and the version by hand do not say the same, so that there is nothing to compare."""


def measure(*, as_json: bool, meldingen: int = MELDINGEN, beslissingen: int = 20_000) -> int:
    """Measures all parts, prints tables and, as last line, everything as JSON; returns 0, as an aim is no test."""
    configure_logging("warning")
    result = regels(laad_protocollen(PROTOCOLLEN), beslissingen)
    result |= asyncio.run(whatif(meldingen))
    result = document(result)
    if not as_json:
        show(result)
    sys.stdout.write(json.dumps(result) + "\n")
    return 0


# Decisions


def regels(boek: Protocolboek, beslissingen: int) -> dict[str, Any]:
    """Decisions a second per protocol, and beside the version by hand."""
    per_protocol = {naam: _snelheid(vragen(boek, naam, beslissingen)) for naam in REGIONAAL}
    return {"protocols": per_protocol, **_naast_de_hand(boek, beslissingen)}


def vragen(boek: Protocolboek, naam: str, aantal: int) -> list[Vraag]:
    """Fictional cases under a protocol, the same for everybody; some had an official warning or gave a statement."""
    rng = random.Random(f"{SEED}/{naam}")
    gevonden = []
    chunk = Generated(SIZE, 0, SEED, SCHOOLJAAR, ((naam, naam),))
    for start in range(0, aantal, SIZE):
        for record in replace(chunk, start=start, number=min(SIZE, aantal - start))():
            ruw = _aangevuld(record.feiten or {}, rng)
            op = ruw["as_of"]
            gevonden.append(Vraag(boek.geldig(naam, op), boek.feiten.lees(ruw), op))
    return gevonden


def _aangevuld(feiten: Mapping[str, Any], rng: random.Random) -> dict[str, Any]:
    kans, dagen = rng.random(), rng.randrange(400)
    if feiten["zaaksoort"] == "relatief" and kans < 0.4:
        return {**feiten, "officiele_waarschuwing_datum": feiten["as_of"] - timedelta(days=dagen)}
    if feiten["zaaksoort"] == "luxe" and kans < 0.4:
        return {**feiten, "verklaring_ouders": True}
    return dict(feiten)


def _snelheid(vragen: list[Vraag]) -> dict[str, Any]:
    zonder, met_uitleg = _per_seconde(vragen, {"zonder": _beoordeel, "met": _leg_uit}).values()
    return {"decisions": len(vragen), "without_uitleg_per_s": spread(zonder), "with_uitleg_per_s": spread(met_uitleg)}


def _naast_de_hand(boek: Protocolboek, aantal: int) -> dict[str, Any]:
    gekozen = [vraag for vraag in vragen(boek, BIJ_HAND, aantal) if vraag.feiten["zaaksoort"] in BIJ_HAND_SOORTEN]
    controleer(gekozen)
    engine, hand = _per_seconde(gekozen, {"engine": _beoordeel, "hand": _bij_hand}).values()
    verhouding = [een / ander for een, ander in zip(engine, hand, strict=True)]
    return {
        "by_hand": {
            "protocol": BIJ_HAND,
            "decisions": len(gekozen),
            "engine_per_s": spread(engine),
            "ifelif_per_s": spread(hand),
        },
        "ratios_per_round": {"engine_over_ifelif": spread(verhouding)},
        "engine_over_ifelif": round(median(verhouding), 3),
    }


def controleer(vragen: Iterable[Vraag]) -> None:
    """Holds the answers of the rules against those by hand; raises `Verschil` with the first part that differs."""
    for vraag in vragen:
        antwoord, zaak = _beoordeel(vraag), _bij_hand(vraag)
        for naam, (regels_, hand) in _delen(antwoord, zaak).items():
            if regels_ != hand:
                raise Verschil(f"{naam}: {regels_} volgens de regels, {hand} met de hand, bij {dict(vraag.feiten)}")


def _delen(antwoord: Beoordeling, zaak: Zaak) -> dict[str, tuple[object, object]]:
    return {
        "classificatie": (dict(antwoord.classificatie), zaak.klassen),
        "termijnen": (dict(antwoord.termijnen), zaak.termijnen),
        "taken": ({item.uitkomst: (item.actor, item.adressaten) for item in antwoord.taken}, zaak.taken),
        "voorstellen": ({i.uitkomst: (i.actor, i.adressaten) for i in antwoord.voorstellen}, zaak.voorstellen),
        "blokkades": (set(antwoord.blokkades), zaak.blokkades),
        "vlaggen": (set(antwoord.vlaggen), zaak.vlaggen),
    }


def _beoordeel(vraag: Vraag) -> Beoordeling:
    return beoordeel(vraag.protocol, vraag.feiten, vraag.op)


def _leg_uit(vraag: Vraag) -> object:
    return beoordeel(vraag.protocol, vraag.feiten, vraag.op).uitleg


def _bij_hand(vraag: Vraag) -> Zaak:
    return beslis(vraag.feiten, vraag.op)


def _per_seconde(vragen: list[Vraag], kanten: Mapping[str, Callable[[Vraag], object]]) -> dict[str, list[float]]:
    """Decisions a second of every side, per round; the sides take turns, after a round that is not counted."""
    gevonden: dict[str, list[float]] = {naam: [] for naam in kanten}
    gc.collect()
    for ronde in range(ROUNDS + 1):
        for naam, kant in kanten.items():
            begin = perf_counter()
            for vraag in vragen:
                kant(vraag)
            duur = perf_counter() - begin
            if ronde:
                gevonden[naam].append(len(vragen) / duur)
    return gevonden


# What-if


async def whatif(meldingen: int, folder: Any = PROTOCOLLEN) -> dict[str, Any]:
    """How long a what-if over so many fictional meldingen takes, and what memory its processes had on the way."""
    eerste, laatste = [0.0], [0.0]
    eigen = psutil.Process()

    def hoor(counts: Counts, _nieuw: list[Change]) -> None:
        nu = sum(process.memory_info().rss for process in (eigen, *eigen.children())) / 2**20
        laatste[0] = nu
        if counts.records.total() + counts.fouten.total() <= max(EERSTE, SIZE):
            eerste[0] = nu

    async def chunks() -> Any:
        names = tuple((naam, naam) for naam in REGIONAAL)
        for start in range(0, meldingen, SIZE):
            chunk: Chunk = Generated(min(SIZE, meldingen - start), start, SEED, SCHOOLJAAR, names)
            yield chunk

    begin = perf_counter()
    counts = await replay(chunks(), Side(folder), Side(folder, "algemeen"), processes=2, details=False, progress=hoor)
    return {
        "whatif": {
            "meldingen": counts.records.total(),
            "rss_first_mb": round(eerste[0]),
            "rss_last_mb": round(laatste[0]),
        },
        "whatif_s": round(perf_counter() - begin, 2),
        "whatif_growth_mb": round(laatste[0] - eerste[0]),
    }


# Report


def document(result: dict[str, Any]) -> dict[str, Any]:
    """All figures with the machine they were found on; of the protocols the slowest one counts."""
    laagste = {
        naam: min(figures[naam]["median"] for figures in result["protocols"].values())
        for naam in ("with_uitleg_per_s", "without_uitleg_per_s")
    }
    result = {"machine": machine(), **result, **laagste}
    return result | {
        "aims": [
            {"figure": naam, "aim": f"{sign} {bound:g}", "found": result[naam], "met": met(result[naam], sign, bound)}
            for naam, sign, bound in AIMS
        ]
    }


def show(result: dict[str, Any]) -> None:
    """Prints the figures for people."""
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Beslissingen per seconde op een kern: mediaan (laagste..hoogste) van de ronden")
    for column in ("protocol", "zonder uitleg", "met uitleg"):
        table.add_column(column, justify="left" if column == "protocol" else "right")
    for naam, figures in result["protocols"].items():
        table.add_row(naam, _cel(figures["without_uitleg_per_s"]), _cel(figures["with_uitleg_per_s"]))
    console = Console(width=120)
    console.print(table)
    hand = result["by_hand"]
    console.print(
        f"{hand['protocol']}, zelfde antwoorden: regels {_cel(hand['engine_per_s'])}, met de hand "
        f"{_cel(hand['ifelif_per_s'])}; verhouding {result['engine_over_ifelif']:g}."
    )
    what = result["whatif"]
    console.print(
        f"Wat-als over {what['meldingen']} meldingen: {result['whatif_s']:g} s op twee processen, werkgeheugen "
        f"{what['rss_first_mb']} MB na de eerste {EERSTE} en {what['rss_last_mb']} MB aan het eind."
    )
    for aim in result["aims"]:
        console.print(f"{aim['figure']} {aim['aim']}: {aim['found']:g}, {'gehaald' if aim['met'] else 'niet gehaald'}")


def _cel(waarde: dict[str, float]) -> str:
    return f"{waarde['median']:,.0f} ({waarde['min']:,.0f}..{waarde['max']:,.0f})"
