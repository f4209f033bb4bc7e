"""Reading CloudEvents of the BRP for `schakel parse`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schakel.parsing.regels import bad


def cloudevent(path: Path) -> Iterator[dict[str, Any]]:
    """One event, a batch, or one event per line (JSON Lines)."""
    from services.brp_sync.brpapi import Onleesbaar
    from services.brp_sync.cloudevents import gebeurtenissen_in

    inhoud = path.read_bytes()
    try:
        gebeurtenissen = gebeurtenissen_in(inhoud)
        if not gebeurtenissen:
            yield {"ok": True, "soort": "batch zonder gebeurtenissen", "persoon": None, "gebeurtenissen": []}
        for nummer, gebeurtenis in enumerate(gebeurtenissen, 1):
            yield _regel(gebeurtenis, f"gebeurtenis {nummer}")
    except Onleesbaar as fout:
        regels = [regel.strip() for regel in inhoud.split(b"\n")]
        if not any(regel.startswith(b"{") and regel.endswith(b"}") for regel in regels):
            yield bad(fout.veld, "bestand", fout.reden)
            return
        for nummer, regel in enumerate(regels, 1):
            if regel:
                yield from _losse_regel(regel, f"regel {nummer}")


def _losse_regel(regel: bytes, plek: str) -> Iterator[dict[str, Any]]:
    from services.brp_sync.brpapi import Onleesbaar
    from services.brp_sync.cloudevents import gebeurtenissen_in

    try:
        for gebeurtenis in gebeurtenissen_in(regel):
            yield _regel(gebeurtenis, plek)
    except Onleesbaar as fout:
        yield bad(fout.veld, plek, fout.reden)


def _regel(gebeurtenis: object, plek: str) -> dict[str, Any]:
    from services.brp_sync.cloudevents import Afgekeurd, lees_gebeurtenis

    gelezen = lees_gebeurtenis(gebeurtenis)
    if isinstance(gelezen, Afgekeurd):
        return bad(gelezen.veld, plek, gelezen.reden)
    historisch = [nummer.get_secret_value() for nummer in gelezen.historisch]
    persoon = {"bsn": gelezen.bsn.get_secret_value(), "historisch": historisch}
    return {"ok": True, "soort": gelezen.type, "persoon": persoon, "gebeurtenissen": list(gelezen.aanleidingen)}
