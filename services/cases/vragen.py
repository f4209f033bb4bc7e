"""One question to the rules as a JSON document, and its answer: the form in which other programs ask.

A question is `{"id", "protocol", "feiten": {...}}`, or `verstrekking` instead of `feiten` for what may be disclosed.
A wrong question gets `{"id", "fout": {"veld", "reden"}}`; nothing is ever raised for it.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any, Final

import structlog

from services.cases.engine import beoordeel
from services.cases.feiten import Feiten, FeitFout, Vraagsoort
from services.cases.protocol import GeenGeldigProtocol, Protocol, Protocolboek
from services.cases.verstrekking import beoordeel_verstrekking

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_ANTWOORD: Final[dict[str, Callable[[Protocol, Feiten, date], Any]]] = {
    "feiten": beoordeel,
    "verstrekking": beoordeel_verstrekking,
}
_BIJ: Final[dict[str, Vraagsoort]] = {"feiten": "besluit", "verstrekking": "verstrekking"}


def beantwoord_regels(boek: Protocolboek, regels: Iterable[bytes]) -> Iterator[bytes]:
    """One line of JSON for every line, in order; a line that is no JSON gets an answer with `id` null."""
    for regel in regels:
        try:
            vraag = json.loads(regel)
        except (ValueError, RecursionError):
            antwoord = _fout(None, "regel", "dit is geen JSON")
        else:
            antwoord = beantwoord(boek, vraag)
        yield json.dumps(antwoord, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n"


def beantwoord(boek: Protocolboek, vraag: object) -> dict[str, Any]:
    """The answer to one question, or what is wrong with it and in which field."""
    if not isinstance(vraag, Mapping):
        return _fout(None, "regel", "moet een JSON-object zijn met id, protocol en feiten")
    nummer = vraag.get("id")
    try:
        return {"id": nummer, **_antwoord(boek, vraag)}
    except FeitFout as fout:
        return _fout(nummer, fout.veld, fout.reden)
    except Exception as fout:  # the next question must still be answered
        log.error("question_failed", error=type(fout).__name__)
        return _fout(nummer, "regel", vastgelopen(fout))


def vastgelopen(fout: Exception) -> str:
    """What is said of facts on which the engine failed: the kind of error and nothing of the facts."""
    return f"hierop liep de motor vast ({type(fout).__name__}); meld dit als fout"


def lees_vraag(boek: Protocolboek, vraag: Mapping[str, Any]) -> tuple[Protocol, Feiten, date, str]:
    """The protocol in force, the checked facts, the day, and which kind of question it is; raises FeitFout."""
    if vreemd := vraag.keys() - {"id", "protocol", *_ANTWOORD}:
        raise FeitFout("regel", f"kent deze sleutel niet: {', '.join(sorted(map(str, vreemd)))}")
    soorten = [soort for soort in _ANTWOORD if soort in vraag]
    if len(soorten) != 1:
        raise FeitFout("regel", "moet precies een van deze sleutels hebben: feiten of verstrekking")
    (soort,) = soorten
    naam, ruw = vraag.get("protocol"), vraag[soort]
    if not isinstance(naam, str) or naam not in boek.namen:
        raise FeitFout("protocol", f"moet een van deze zijn: {', '.join(sorted(boek.namen))}")
    if not isinstance(ruw, Mapping):
        raise FeitFout(soort, "moet een JSON-object zijn met per feit een waarde")
    feiten = boek.feiten.lees(ruw, bij=_BIJ[soort])
    as_of = feiten.get("as_of")
    if not isinstance(as_of, date):
        raise FeitFout("as_of", "ontbreekt: op welke dag moeten de regels worden toegepast?")
    try:
        return boek.geldig(naam, as_of), feiten, as_of, soort
    except GeenGeldigProtocol as fout:
        raise FeitFout("protocol", str(fout)) from fout


def _antwoord(boek: Protocolboek, vraag: Mapping[str, Any]) -> dict[str, Any]:
    protocol, feiten, as_of, soort = lees_vraag(boek, vraag)
    uitkomst: dict[str, Any] = _ANTWOORD[soort](protocol, feiten, as_of).als_dict()
    return uitkomst


def _fout(nummer: object, veld: str, reden: str) -> dict[str, Any]:
    return {"id": nummer, "fout": {"veld": veld, "reden": reden}}
