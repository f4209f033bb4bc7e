"""Reading answers of the BRP API Personen, and its test sets, for `schakel parse`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schakel.parsing.regels import bad, good


def brp_api(path: Path) -> Iterator[dict[str, Any]]:
    """One line per person: an answer (`{"personen": […]}`), a list of persons or one person, in either JSON form."""
    from services.brp_sync.brpapi import Onleesbaar, lees_json
    from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
    from services.brp_sync.persoonslijsten import Onbruikbaar

    try:
        gelezen = [_lees(gegevens, plek) for gegevens, plek in _personen(lees_json(path.read_bytes()))]
    except Onleesbaar as fout:
        yield bad(fout.veld, "bestand", fout.reden)
        return
    if not gelezen:
        yield {"ok": True, "soort": "antwoord zonder personen", "persoon": None, "gebeurtenissen": []}
    for persoon in gelezen:
        if isinstance(persoon, Onbruikbaar):
            yield bad(persoon.veld, persoon.plek, persoon.reden)
        else:
            line = good("persoon", "persoon", persoon.persoon)
            yield line | {"gebeurtenissen": sorted(gebeurtenis_soorten(None, persoon.persoon))}


def _personen(inhoud: Any) -> list[tuple[Any, str]]:
    from services.brp_sync.brpapi import personen_in

    if isinstance(inhoud, dict) and "personen" not in inhoud and ("naam" in inhoud or "burgerservicenummer" in inhoud):
        return [(inhoud, "persoon")]
    personen, naam = (inhoud, "lijst") if isinstance(inhoud, list) else (personen_in(inhoud), "personen")
    return [(persoon, f"{naam}[{nummer}]") for nummer, persoon in enumerate(personen)]


def _lees(gegevens: Any, plek: str) -> Any:
    from services.brp_sync.brpapi import is_gba, lees_gba_persoon, lees_persoon

    return lees_gba_persoon(gegevens, plek) if is_gba(gegevens) else lees_persoon(gegevens, plek)
