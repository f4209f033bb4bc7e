"""The envelope of a CloudEvent (CloudEvents 1.0.2, JSON event format and HTTP protocol binding).

All three modes become structured JSON, which is how an event is stored: one event as it is, a batch as the list it is,
and of the binary mode (attributes in `ce-` headers, data as the body) the event it stands for.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

from services.brp_sync.brpapi.lezer import Lezer, Onleesbaar, lees_json

MAX_BYTES: Final = 1_000_000
"""Bound on a request; a single event that systems must pass on is at most 64 KB."""
MAX_TEKST: Final = 500

_BINAIR: Final = "ce-"


@dataclass(frozen=True, slots=True)
class Envelop:
    """The attributes we use, and the data; `source` and `id` together name the event."""

    id: str
    source: str
    type: str
    subject: str | None
    dataref: str | None
    data: Lezer


def naar_structured(koppen: Mapping[str, str], inhoud: bytes) -> bytes:
    """The event that a request in binary mode stands for, as structured JSON; raises `Onleesbaar`."""
    gebeurtenis: dict[str, Any] = {
        naam.lower().removeprefix(_BINAIR): unquote(waarde)
        for naam, waarde in koppen.items()
        if naam.lower().startswith(_BINAIR)
    }
    gebeurtenis["datacontenttype"] = "application/json"
    if inhoud.strip():
        gebeurtenis["data"] = lees_json(inhoud)
    return json.dumps(gebeurtenis).encode()


def gebeurtenissen_in(inhoud: bytes, *, reeks: bool | None = None) -> list[object]:
    """The events in a body, not yet looked at; raises `Onleesbaar`.

    `reeks` says what it must be: a list (True), a single event (False), or either (None).
    """
    gelezen = lees_json(inhoud)
    if reeks is not None and isinstance(gelezen, list) is not reeks:
        raise Onleesbaar(
            "bericht", "is geen lijst van gebeurtenissen" if reeks else "is een lijst: stuur die als batch"
        )
    return gelezen if isinstance(gelezen, list) else [gelezen]


def lees_envelop(gebeurtenis: object) -> Envelop:
    """The envelope of one event; raises `Onleesbaar` with the attribute that is missing or wrong."""
    lezer = Lezer(gebeurtenis)
    if _verplicht(lezer, "specversion") != "1.0":
        raise Onleesbaar("specversion", "alleen 1.0 wordt gelezen")
    _keur_moment(lezer)
    inhoudsoort = (lezer.tekst("datacontenttype") or "application/json").partition(";")[0].strip().lower()
    if inhoudsoort not in ("application/json", "text/json") and not inhoudsoort.endswith("+json"):
        raise Onleesbaar("datacontenttype", "de gegevens zijn geen JSON")
    return Envelop(
        id=_verplicht(lezer, "id"),
        source=_verplicht(lezer, "source"),
        type=_verplicht(lezer, "type"),
        subject=lezer.tekst("subject"),
        dataref=lezer.tekst("dataref"),
        data=_gegevens(lezer),
    )


def _gegevens(lezer: Lezer) -> Lezer:
    tekst = lezer.tekst("data_base64")
    if tekst is None or "data" in lezer:
        return lezer.deel("data")
    try:
        return Lezer(lees_json(b64decode(tekst, validate=True)), "data")
    except (ValueError, Onleesbaar):
        raise Onleesbaar("data_base64", "geen JSON-object in base64") from None


def _verplicht(lezer: Lezer, naam: str) -> str:
    waarde = lezer.tekst(naam)
    if waarde is None:
        raise Onleesbaar(naam, "ontbreekt")
    if len(waarde) > MAX_TEKST:
        raise Onleesbaar(naam, f"is langer dan {MAX_TEKST} tekens")
    return waarde


def _keur_moment(lezer: Lezer) -> None:
    tekst = lezer.tekst("time")
    try:
        goed = tekst is None or datetime.fromisoformat(tekst).utcoffset() is not None
    except ValueError:
        goed = False
    if not goed:
        raise Onleesbaar("time", "geen tijdstip met tijdzone (RFC 3339)")
