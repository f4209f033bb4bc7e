"""Reading LO3 messages of the BRP for `schakel parse`."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from schakel.parsing.regels import bad, good

if TYPE_CHECKING:
    from services.brp_sync.lo3.berichten import Lo3Bericht


def lo3(path: Path) -> Iterator[dict[str, Any]]:
    """Messages as bytes, one or several in a file, or JSON Lines that hold a message as text under `message`."""
    from services.brp_sync.lo3.berichten import knip

    ruw = path.read_bytes()
    if ruw.lstrip()[:1] == b"{":
        for nummer, regel in enumerate(ruw.splitlines(), 1):
            if regel.strip():
                yield _uit_json(regel, f"regel {nummer}")
        return
    niets = True
    for kader in knip(ruw):
        niets = False
        yield _regel(kader.ruw, f"bericht op byte {kader.begin + 1}, ")
    if niets:
        yield bad("bestand", path.name, "er staat geen bericht in")


def _uit_json(regel: bytes, plek: str) -> dict[str, Any]:
    from services.brp_sync.lo3.teletex import TeletexFout, schrijf_teletex

    try:
        tekst = json.loads(regel)["message"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return bad("message", plek, "geen JSON met een bericht onder `message`")
    if not isinstance(tekst, str):
        return bad("message", plek, "is geen tekst")
    try:
        ruw = schrijf_teletex(tekst)
    except TeletexFout as fout:
        return bad("message", f"{plek}, teken {fout.plek + 1}", fout.reden)
    return _regel(ruw, f"{plek}, ")


def _regel(ruw: bytes, waar: str) -> dict[str, Any]:
    from services.brp_sync.lo3.berichten import OngeldigLo3Bericht, lees_lo3

    try:
        return _inhoud(lees_lo3(ruw))
    except OngeldigLo3Bericht as fout:
        return bad(fout.veld, waar + fout.plek, fout.reden)


def _inhoud(bericht: "Lo3Bericht") -> dict[str, Any]:
    """The person as far as the message tells, and what happened: a mutation beside its own former situation."""
    from services.brp_sync.decisions import Hernummer, VoerAf, Wijzig
    from services.brp_sync.gebeurtenissen import gebeurtenis_soorten
    from services.brp_sync.lo3.lezen import WEIGERING, lees_aanlevering, lees_vorige, lees_weigering
    from services.brp_sync.model import ONBEKENDE, Opschorting, RedenOpschorting, toepassen

    if bericht.soort in WEIGERING:
        weigering = lees_weigering(bericht)
        bekend = _genummerd(ONBEKENDE, weigering.sleutel.bsn, weigering.sleutel.a_nummer)
        return good(bericht.soort, "persoon", bekend) | {"weigering": weigering.reden}
    aanlevering = lees_aanlevering(bericht)
    opdracht, oud, zonder_verhuizing = aanlevering.opdracht, None, False
    if isinstance(opdracht, VoerAf | Hernummer):
        oud = _genummerd(ONBEKENDE, aanlevering.sleutel.bsn, aanlevering.sleutel.a_nummer)
        if isinstance(opdracht, VoerAf):
            afgevoerd = Opschorting(reden=RedenOpschorting.FOUT, datum=opdracht.datum)
            nieuw = oud.model_copy(update={"opschorting": afgevoerd, "onbekend": oud.onbekend - {"opschorting"}})
        else:
            nieuw = _genummerd(oud, None, opdracht.a_nummer)
    elif isinstance(opdracht, Wijzig):
        zonder_verhuizing = opdracht.zonder_verhuizing
        oud = _genummerd(toepassen(ONBEKENDE, lees_vorige(bericht)), None, aanlevering.sleutel.a_nummer)
        nieuw = toepassen(oud, opdracht.wijziging)
    else:
        zonder_verhuizing = opdracht.zonder_verhuizing
        nieuw = opdracht.persoon
    soorten = gebeurtenis_soorten(oud, nieuw, zonder_verhuizing=zonder_verhuizing)
    return good(bericht.soort, "persoon", nieuw) | {"gebeurtenissen": sorted(soorten)}


def _genummerd(persoon: Any, bsn: Any, a_nummer: Any) -> Any:
    nummers = {"bsn": bsn, "a_nummer": a_nummer}
    bekend = {veld: nummer for veld, nummer in nummers.items() if nummer is not None}
    return persoon.model_copy(update={**bekend, "onbekend": frozenset(persoon.onbekend - bekend.keys())})
