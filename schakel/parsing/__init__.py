"""`schakel parse`: one JSON line per message, never a traceback; personal data go to the caller's screen only."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from schakel.parsing.brp import gba_csv, stuf_bg
from schakel.parsing.brp_api import brp_api
from schakel.parsing.cloudevent import cloudevent
from schakel.parsing.duo import duo
from schakel.parsing.levering import levering
from schakel.parsing.lo3 import lo3

KINDS: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    "brp-api": brp_api,
    "cloudevent": cloudevent,
    "duo": duo,
    "gba-csv": gba_csv,
    "levering": levering,
    "lo3": lo3,
    "stuf-bg": stuf_bg,
}


def parse_files(soort: str, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The lines for all files."""
    for path in paths:
        yield from KINDS[soort](path)
