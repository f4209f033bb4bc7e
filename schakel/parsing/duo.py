"""Reading deliveries of DUO for `schakel parse`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schakel.parsing.regels import bad, good


def duo(path: Path) -> Iterator[dict[str, Any]]:
    """Verzuimgevallen of a DC0011."""
    from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht
    from services.ingest_duo.model import Verzuimgeval
    from services.ingest_duo.parser import lees_levering

    try:
        levering = lees_levering(path.read_bytes(), max_bytes=20_000_000)
    except OngeldigBericht as error:
        yield bad(error.veld or "bericht", error.plek, error.reden)
    except DuoFoutmelding as error:
        yield bad("code", "DC0002", str(error))
    else:
        for geval in levering.gevallen:
            if isinstance(geval, Verzuimgeval):
                yield good("verzuimgeval", "melding", geval)
            else:
                yield bad(geval.veld, geval.plek, geval.reden)
