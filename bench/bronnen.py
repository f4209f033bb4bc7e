"""`schakel bench --bronnen`: everything about the sources, one after the other, each in a process of its own.

A process of its own gives each its own memory and servers, and one that fails does not take the others with it. Each
module can also be run alone: `python -m bench.<name> --json` prints one JSON document as its last line.
"""

import json
import subprocess
import sys
from importlib.util import find_spec
from typing import Any, Final

from bench.report import machine

PARTS: Final = ("bronnen_stuf", "bronnen_duo", "bronnen_leveringen", "bronnen_absoluut", "bronnen_laden", "groei")


def measure(*, as_json: bool, parts: tuple[str, ...] = PARTS) -> int:
    """Runs all parts that there are, prints what each found and, as last line, everything as JSON.

    Returns 1 when a part failed, else 0: whether an aim was met stands in the document.
    """
    found = {part: _run(part) for part in parts if find_spec(f"bench.{part}") is not None}
    if not as_json:
        for part, document in found.items():
            _show(part, document)
    sys.stdout.write(json.dumps({"machine": machine(), "bronnen": found}) + "\n")
    return 0 if all(document is not None for document in found.values()) else 1


def _run(part: str) -> dict[str, Any] | None:
    sys.stderr.write(f"bench: {part}\n")
    run = subprocess.run(
        [sys.executable, "-m", f"bench.{part}", "--json"], stdout=subprocess.PIPE, text=True, check=False
    )
    if run.returncode:
        return None
    lines = run.stdout.strip().splitlines()
    try:
        document: dict[str, Any] = json.loads(lines[-1])
    except (IndexError, ValueError):
        return None
    return document


def _show(part: str, document: dict[str, Any] | None) -> None:
    from rich.console import Console

    console = Console(width=120, highlight=False)
    if document is None:
        console.print(f"{part}: mislukt, de foutuitvoer hierboven zegt waarom")
        return
    console.print(f"{part}:")
    for key, value in document.items():
        if isinstance(value, int | float):
            console.print(f"  {key}: {value:,g}")
    for aim in document.get("aims", ()):
        verdict = "gehaald" if aim.get("met") else "niet gehaald"
        console.print(f"  {aim.get('figure')} {aim.get('aim')}: {aim.get('found')}, {verdict}")
