"""Reading documents of DUO for `schakel parse`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from schakel.parsing.regels import bad, good

_MAX_BYTES = 20_000_000


def duo(path: Path) -> Iterator[dict[str, Any]]:
    """The Verzuimgevallen of a DC0011, a DC0001, or why DUO refused (DC0002, SOAP Fault); at least one line."""
    from services.ingest_duo.duo_namen import DC0011
    from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht
    from services.ingest_duo.parser import lees_levering

    with path.open("rb") as file:
        inhoud = file.read(_MAX_BYTES + 1)
    try:
        levering = lees_levering(inhoud, max_bytes=_MAX_BYTES)
    except OngeldigBericht as error:
        yield _bevestiging(inhoud) if error.veld == DC0011 else bad(error.veld or "bericht", error.plek, error.reden)
    except DuoFoutmelding as error:
        yield bad("code", "SOAP Fault" if error.code.startswith("soap:") else "DC0002", str(error))
    else:
        yield from _levering(levering)


def _levering(levering: Any) -> Iterator[dict[str, Any]]:
    from services.ingest_duo.decisions import Meldingen, NeemOp, neem_op
    from services.ingest_duo.duo_namen import DC0011, SELECTIEPERIODE
    from services.ingest_duo.model import Verzuimgeval

    for geval in levering.gevallen:
        if not isinstance(geval, Verzuimgeval):
            yield bad(geval.veld, geval.plek, geval.reden)
            continue
        staat, events = neem_op(Meldingen(), NeemOp(geval, b"", b""))
        line = good("verzuimgeval", "melding", geval)
        remarks = list(staat.by_number[geval.meldingsnummer].aandachtspunten)
        yield line | {"gebeurtenissen": [event.name for event in events], "aandachtspunten": remarks}
    if levering.selectie_fout:
        yield bad(SELECTIEPERIODE, DC0011, levering.selectie_fout)
    elif not levering.gevallen:
        yield {"ok": True, "soort": "levering zonder verzuimgevallen", "melding": {}, "gebeurtenissen": []}


def _bevestiging(inhoud: bytes) -> dict[str, Any]:
    from services.ingest_duo.fouten import DuoFoutmelding, OngeldigBericht
    from services.ingest_duo.parser import lees_bevestiging

    try:
        found = lees_bevestiging(inhoud, max_bytes=_MAX_BYTES)
    except OngeldigBericht as error:
        return bad(error.veld or "bericht", error.plek, error.reden)
    except DuoFoutmelding as error:
        return bad("code", "DC0002", str(error))
    melding = {"laatste_mutatie": found.laatste_mutatie.isoformat(), "document_id": found.document_id}
    return {"ok": True, "soort": "bevestiging", "melding": melding, "gebeurtenissen": []}
