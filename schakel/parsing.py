"""`schakel parse`: one JSON line per message, never a traceback; personal data go to the caller's screen only."""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from hub.errors import HubError
from hub.privacy import onthuld_json


def parse_files(soort: str, paths: Sequence[Path]) -> Iterator[dict[str, Any]]:
    """The lines for all files."""
    for path in paths:
        yield from KINDS[soort](path)


def _good(soort: str, key: str, model: Any) -> dict[str, Any]:
    return {"ok": True, "soort": soort, key: json.loads(onthuld_json(model)), "gebeurtenissen": []}


def _bad(veld: str, plek: str, reden: str) -> dict[str, Any]:
    return {"ok": False, "fout": {"veld": veld, "plek": plek, "reden": reden}}


def _duo(path: Path) -> Iterator[dict[str, Any]]:
    from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht
    from services.ingest_duo.model import Verzuimgeval
    from services.ingest_duo.parser import lees_levering

    try:
        levering = lees_levering(path.read_bytes(), max_bytes=20_000_000)
    except OngeldigBericht as error:
        yield _bad(error.veld or "bericht", error.plek, error.reden)
    except DuoFoutmelding as error:
        yield _bad("code", "DC0002", str(error))
    else:
        for geval in levering.gevallen:
            if isinstance(geval, Verzuimgeval):
                yield _good("verzuimgeval", "melding", geval)
            else:
                yield _bad(geval.veld, geval.plek, geval.reden)


def _gba_csv(path: Path) -> Iterator[dict[str, Any]]:
    from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
    from services.brp_sync.persoonslijsten import Gelezen, lees_persoonslijsten

    try:
        with path.open(encoding="utf-8-sig") as regels:
            for gelezen in lees_persoonslijsten(regels):
                if isinstance(gelezen, Gelezen):
                    line = _good("persoonslijst", "persoon", gelezen.persoon)
                    yield line | {"gebeurtenissen": sorted(gebeurtenis_soorten(None, gelezen.persoon))}
                else:
                    yield _bad(gelezen.veld, gelezen.plek, gelezen.reden)
    except (UnicodeDecodeError, ValueError, HubError) as error:
        yield _bad(
            "bestand", path.name, "geen leesbare persoonslijsten" if isinstance(error, ValueError) else str(error)
        )


def _stuf_bg(path: Path) -> Iterator[dict[str, Any]]:
    from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
    from services.brp_sync.model import ONBEKENDE, toepassen
    from services.brp_sync.stuf import OngeldigBericht, lees_npslk01

    try:
        bericht = lees_npslk01(path.read_bytes())
    except OngeldigBericht as error:
        yield _bad(error.veld, error.plek, error.reden)
        return
    oud = toepassen(ONBEKENDE, bericht.oud.wijziging) if bericht.oud else None
    nieuw = toepassen(oud or ONBEKENDE, bericht.nieuw.wijziging)
    line = _good(f"npsLk01 {bericht.mutatiesoort}", "persoon", nieuw)
    yield line | {"gebeurtenissen": sorted(gebeurtenis_soorten(oud, nieuw))}


KINDS: dict[str, Callable[[Path], Iterator[dict[str, Any]]]] = {
    "duo": _duo,
    "gba-csv": _gba_csv,
    "stuf-bg": _stuf_bg,
}
