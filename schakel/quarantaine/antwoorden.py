"""What goes back to the sender of refused input, in the form of its source: field, place and reason, no content."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple


class Antwoord(NamedTuple):
    """An answer to hand to the sender."""

    mediatype: str
    inhoud: bytes


class Weigering(NamedTuple):
    """What is refused: facts of the quarantine, the operator's reason, and the content as it came in."""

    bron: str
    plek: str
    veld: str
    fout: str
    reden: str
    ontvangen_op: datetime
    inhoud: bytes


def antwoord(weigering: Weigering, now: datetime, referentienummer: str) -> Antwoord:
    """The answer: Fo03 for StUF, problem details for CloudEvents, a CSV row for files, else a text."""
    return _VORMEN.get(weigering.bron, _tekst)(weigering, now, referentienummer)


def _fo03(w: Weigering, now: datetime, referentienummer: str) -> Antwoord:
    from services.brp_sync.stuf import OngeldigBericht, bouw_fo03, lees_npslk01

    code = "StUF055"
    try:
        bericht: Any = lees_npslk01(w.inhoud)
    except OngeldigBericht as error:
        bericht, code = error.stuurgegevens, error.code
    omschrijving = f"{w.reden} ({w.veld}: {w.fout})"
    return Antwoord("text/xml; charset=utf-8", bouw_fo03(bericht, now, referentienummer, code, omschrijving))


def _problem(w: Weigering, now: datetime, referentienummer: str) -> Antwoord:
    document = {
        "type": "about:blank",
        "title": "Bericht teruggewezen",
        "status": 422,
        "detail": w.reden,
        "instance": f"urn:uuid:{referentienummer}",
        "veld": w.veld,
        "plek": w.plek,
        "fout": w.fout,
        **_event(w.inhoud),
    }
    return Antwoord("application/problem+json", json.dumps(document, ensure_ascii=False).encode())


def _event(inhoud: bytes) -> dict[str, str]:
    """By which number its sender knows the event; its attributes hold no personal data (NL GOV profile)."""
    try:
        event = json.loads(inhoud)
    except (ValueError, RecursionError):
        return {}
    names = ("id", "source", "type")
    known = {name: event[name] for name in names if name in event} if isinstance(event, dict) else {}
    return {name: value for name, value in known.items() if isinstance(value, str) and len(value) <= 200}


def _rij(w: Weigering, now: datetime, referentienummer: str) -> Antwoord:
    text = io.StringIO()
    rows = csv.writer(text, delimiter=";", lineterminator="\r\n")
    rows.writerow(("plek", "veld", "fout", "reden", "ontvangen", "kenmerk"))
    rows.writerow((w.plek, w.veld, w.fout, w.reden, f"{w.ontvangen_op:%Y-%m-%d}", referentienummer))
    return Antwoord("text/csv; charset=utf-8", text.getvalue().encode())


def _tekst(w: Weigering, now: datetime, referentienummer: str) -> Antwoord:
    lines = (
        f"Wat wij op {w.ontvangen_op:%Y-%m-%d} van u ontvingen, kunnen wij niet gebruiken en wijzen wij terug.",
        f"Plek: {w.plek}",
        f"Veld: {w.veld}",
        f"Fout: {w.fout}",
        f"Reden: {w.reden}",
        f"Kenmerk: {referentienummer}",
    )
    return Antwoord("text/plain; charset=utf-8", ("\n".join(lines) + "\n").encode())


_VORMEN: dict[str, Callable[[Weigering, datetime, str], Antwoord]] = {
    "stuf-bg": _fo03,
    "cloudevents": _problem,
    "persoonslijsten": _rij,
    "handmatig": _rij,
    "levering": _rij,
}
