"""Reading messages and lists of the BRP for `schakel parse`."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.errors import HubError
from schakel.parsing.regels import bad, good

if TYPE_CHECKING:
    from services.brp_sync.stuf.keuring import Keuring
    from services.brp_sync.stuf.messages import NpsLk01


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
    """One npsLk01 per file; `schema` tells whether it has the form of the standard, once it is XML."""
    from services.brp_sync.stuf.messages import BG, OngeldigBericht
    from services.brp_sync.stuf.reading import lees_bericht, ontleed

    schema: dict[str, Any] = {}
    try:
        element = ontleed(path.read_bytes())
        if element.tag == f"{{{BG}}}npsLk01":
            schema = {"schema": _keuring().oordeel(element).als_json()}
        yield _npslk01(lees_bericht(element)) | schema
    except OngeldigBericht as error:
        yield bad(error.veld, error.plek, error.reden) | schema


@cache
def _keuring() -> "Keuring":
    from services.brp_sync.stuf.keuring import Keuring
    from services.brp_sync.stuf.settings import StufSettings

    return Keuring(StufSettings().schema_pad)


def _npslk01(bericht: "NpsLk01") -> dict[str, Any]:
    """The person and what happened to them; a V says nothing of the person (stuf0301 §5.1)."""
    from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
    from services.brp_sync.model import ONBEKENDE, toepassen
    from services.brp_sync.stuf.inname import naar_aanlevering

    oud = toepassen(ONBEKENDE, bericht.oud.wijziging) if bericht.oud else None
    nieuw = toepassen(oud or ONBEKENDE, bericht.nieuw.wijziging)
    line = good(f"npsLk01 {bericht.mutatiesoort}", "persoon", nieuw)
    aanlevering = naar_aanlevering(bericht)
    if aanlevering is None:
        return line
    zonder_verhuizing = getattr(aanlevering.opdracht, "zonder_verhuizing", False)
    soorten = gebeurtenis_soorten(oud, nieuw, _dag(bericht.stuurgegevens.tijdstip), zonder_verhuizing=zonder_verhuizing)
    return line | {"gebeurtenissen": sorted(soorten)}


def _dag(tijdstip: str) -> date | None:
    """The day on which the message was made, as far as its digits are one."""
    try:
        return date(int(tijdstip[:4]), int(tijdstip[4:6]), int(tijdstip[6:8]))
    except ValueError:
        return None
