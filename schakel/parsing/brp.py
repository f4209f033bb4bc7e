"""Reading messages and lists of the BRP for `schakel parse`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.errors import HubError
from schakel.parsing.regels import bad, good


def gba_csv(path: Path) -> Iterator[dict[str, Any]]:
    """Persoonslijsten in the table form of the RvIG."""
    from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
    from services.brp_sync.persoonslijsten import Gelezen, lees_persoonslijsten

    try:
        with path.open(encoding="utf-8-sig") as regels:
            for gelezen in lees_persoonslijsten(regels):
                if isinstance(gelezen, Gelezen):
                    line = good("persoonslijst", "persoon", gelezen.persoon)
                    yield line | {"gebeurtenissen": sorted(gebeurtenis_soorten(None, gelezen.persoon))}
                else:
                    yield bad(gelezen.veld, gelezen.plek, gelezen.reden)
    except (UnicodeDecodeError, ValueError, HubError) as error:
        yield bad(
            "bestand", path.name, "geen leesbare persoonslijsten" if isinstance(error, ValueError) else str(error)
        )


def stuf_bg(path: Path) -> Iterator[dict[str, Any]]:
    """One npsLk01 per file."""
    from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
    from services.brp_sync.model import ONBEKENDE, toepassen
    from services.brp_sync.stuf import OngeldigBericht, lees_npslk01

    try:
        bericht = lees_npslk01(path.read_bytes())
    except OngeldigBericht as error:
        yield bad(error.veld, error.plek, error.reden)
        return
    oud = toepassen(ONBEKENDE, bericht.oud.wijziging) if bericht.oud else None
    nieuw = toepassen(oud or ONBEKENDE, bericht.nieuw.wijziging)
    line = good(f"npsLk01 {bericht.mutatiesoort}", "persoon", nieuw)
    yield line | {"gebeurtenissen": sorted(gebeurtenis_soorten(oud, nieuw))}
