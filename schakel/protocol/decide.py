"""`schakel decide`: what the rules say about facts, for programs (JSON Lines) and for people."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import yaml
from rich.console import Console
from rich.markup import escape

from hub.errors import Ongeldig
from schakel.operations import plain_table
from services.cases.protocol import Protocolboek
from services.cases.vragen import beantwoord, beantwoord_regels


def decide_lines(protocollen: Protocolboek, lines: BinaryIO, out: BinaryIO) -> None:
    """Answers every line of `lines` on `out` at once, so that a program may ask and wait."""
    for answer in beantwoord_regels(protocollen, lines):
        out.write(answer)
        out.flush()


def decide_file(
    protocollen: Protocolboek, protocol: str, path: Path, op: date | None, soort: str = "feiten"
) -> dict[str, Any]:
    """The answer to the facts in a JSON or YAML file; raises `Ongeldig` naming the fact that is wrong.

    `soort` is what facts are about when the file does not say so: `feiten` or `verstrekking`.
    """
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        facts = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, OSError) as error:
        raise Ongeldig("is niet te lezen als JSON of YAML", str(path)) from error
    except ValueError as error:  # what YAML takes for a date, such as 30 February
        raise Ongeldig("noemt een datum of tijd die niet bestaat", str(path)) from error
    if not isinstance(facts, dict):
        raise Ongeldig("moet per feit een waarde hebben, zoals `aantal_te_laat: 9`", str(path))
    kind = next((kind for kind in ("verstrekking", "feiten") if isinstance(facts.get(kind), dict)), None)
    facts, kind = (facts[kind], kind) if kind else (facts, soort)
    if op is not None:
        facts = {**facts, "as_of": op}
    answer = beantwoord(protocollen, {"id": path.name, "protocol": protocol, kind: facts})
    if "fout" in answer:
        raise Ongeldig(answer["fout"]["reden"], answer["fout"]["veld"])
    return answer


def print_answer(protocollen: Protocolboek, answer: dict[str, Any]) -> None:
    """The answer for a person: what follows, what is held back, and for everything the reason and its source."""
    console, reasons = Console(), _reasons(answer)
    for key, title in (("voorstellen", "Voorstellen (wachten op een besluit)"), ("taken", "Taken")):
        items = answer.get(key, ())
        if items:
            console.print(f"\n[bold]{title}[/bold]")
        for item in items:
            whom = f" aan {', '.join(item['adressaten'])}" if item["adressaten"] else ""
            until = f", uiterlijk {item['termijn']}" if item["termijn"] else ""
            meaning = protocollen.woorden.uitkomsten[item["uitkomst"]].betekenis
            console.print(f"  [bold]{item['uitkomst']}[/bold] ({item['actor']}{whom}{until}): {escape(meaning)}")
            _print_reasons(console, reasons, item["uitkomst"])
    _print_verstrekking(console, reasons, answer)
    for code in answer.get("blokkades", ()):
        console.print(f"\n[bold]Tegengehouden: {code}[/bold]: {escape(protocollen.woorden.blokkades[code])}")
        _print_reasons(console, reasons, code)
    if not any(answer.get(key) for key in ("voorstellen", "taken", "blokkades", "uitkomst", "weigering", "vereist")):
        console.print("Uit deze feiten volgt niets.")
    _print_derived(console, answer, reasons)
    for code in answer.get("vlaggen", ()):
        console.print(f"Let op: {code} ({escape(protocollen.woorden.vlaggen[code])})")
    if answer.get("mens_beslist"):
        console.print("\nEen mens beslist: wat hierboven een voorstel is, gebeurt niet vanzelf.")


def _print_verstrekking(console: Console, reasons: dict[str, list[dict[str, Any]]], answer: dict[str, Any]) -> None:
    if "doorgelaten" not in answer:
        return
    console.print(f"\n[bold]Verstrekking: {answer['uitkomst'] or 'geen oordeel'}[/bold]")
    if answer["weigering"]:
        console.print(f"  geweigerd: {answer['weigering']}")
        _print_reasons(console, reasons, answer["weigering"])
    if answer["doorgelaten"]:
        console.print(f"  doorgelaten: {', '.join(answer['doorgelaten'])}")
    for element, reason in answer["weggelaten"].items():
        console.print(f"  weggelaten: {element} ({reason})")
        _print_reasons(console, reasons, element)
    for code in answer["vereist"]:
        console.print(f"  vereist: {code}")
        _print_reasons(console, reasons, code)


def _print_derived(console: Console, answer: dict[str, Any], reasons: dict[str, list[dict[str, Any]]]) -> None:
    derived = {**answer.get("classificatie", {}), **answer.get("termijnen", {})}
    if not derived:
        return
    table = plain_table("Afgeleid")
    for head in ("wat", "waarde", "waarom"):
        table.add_column(head, overflow="fold")
    for name, value in derived.items():
        why = " ".join(f"{r['waarom']} [{r['regel']}]" for r in reasons.get(name, ()))
        table.add_row(name, json.dumps(value, ensure_ascii=False).strip('"'), escape(why))
    console.print(table)


def _reasons(answer: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    reasons: dict[str, list[dict[str, Any]]] = {}
    for reason in answer["uitleg"]:
        for name in reason["voor"]:
            reasons.setdefault(name, []).append(reason)
    return reasons


def _print_reasons(console: Console, reasons: dict[str, list[dict[str, Any]]], name: str) -> None:
    for reason in reasons.get(name, ()):
        console.print(
            f"      {escape(reason['waarom'])} [dim]({reason['regel']}; {escape(reason['bron'])})[/dim]",
            highlight=False,
        )
