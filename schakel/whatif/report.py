"""The counts of a what-if as one document, and as a table for people."""

from typing import Any

from rich.console import Console
from rich.markup import escape

from schakel.operations import plain_table
from schakel.whatif.replay import Counts, Side
from services.cases.regelwerk.woorden import Woordenlijst

ALL = "alle gemeenten"


def document(counts: Counts, was: Side, wordt: Side, woorden: Woordenlijst, bron: str) -> dict[str, Any]:
    """Per gemeente and for all: per gevolg and per uitkomst how many there were and would be.

    A record counts once per gevolg for each of its uitkomsten. The same facts give the same document: how long it took
    is no part of it.
    """
    names = sorted(counts.records)
    return {
        "was": was.label,
        "wordt": wordt.label,
        "bron": bron,
        "van": counts.van.isoformat() if counts.van else None,
        "tot": counts.tot.isoformat() if counts.tot else None,
        "gemeenten": {name: _part(counts, [name], woorden) for name in names},
        ALL: _part(counts, names, woorden),
        "fouten": dict(sorted(counts.fouten.items())),
    }


def _part(counts: Counts, names: list[str], woorden: Woordenlijst) -> dict[str, Any]:
    codes = {code for counter in (counts.was, counts.wordt) for gemeente, code in counter if gemeente in names}
    stappen = {code: _four(counts, names, {code}) for code in woorden.uitkomsten if code in codes}
    gevolgen = {naam: _four(counts, names, set(groep.uitkomsten)) for naam, groep in woorden.gevolgen.items()}
    return {
        "meldingen": sum(counts.records[name] for name in names),
        "anders": sum(counts.anders[name] for name in names),
        "gevolgen": gevolgen,
        "stappen": stappen,
    }


def _four(counts: Counts, names: list[str], codes: set[str]) -> dict[str, int]:
    return {
        kind: sum(getattr(counts, kind)[name, code] for name in names for code in codes)
        for kind in ("was", "wordt", "erbij", "eraf")
    }


def print_report(result: dict[str, Any], woorden: Woordenlijst, *, steps: bool) -> None:
    """The table: per gemeente and gevolg (or, with `steps`, per uitkomst) what was, would be, and the difference."""
    console = Console()
    console.print(
        f"[bold]{result['was']} → {result['wordt']}[/bold]\n"
        f"{escape(result['bron'])}, {result['van']} tot en met {result['tot']}; er gebeurt niets met deze uitkomsten."
    )
    parts = {**result["gemeenten"], ALL: result[ALL]} if len(result["gemeenten"]) > 1 else result["gemeenten"]
    for name, part in parts.items():
        table = plain_table(f"{escape(name)}: {part['meldingen']} meldingen, {part['anders']} krijgen iets anders")
        table.add_column("stap" if steps else "gevolg", overflow="fold")
        for head in ("was", "wordt", "verschil", "erbij", "eraf"):
            table.add_column(head, justify="right")
        for code, row in part["stappen" if steps else "gevolgen"].items():
            if row["was"] or row["wordt"]:
                label = code if steps else woorden.gevolgen[code].betekenis
                delta = f"{row['wordt'] - row['was']:+d}"
                table.add_row(label, *(str(v) for v in (row["was"], row["wordt"], delta, row["erbij"], row["eraf"])))
        console.print(table)
    for reason, number in result["fouten"].items():
        console.print(f"Niet beoordeeld: {number} keer {reason}", highlight=False, markup=False)
