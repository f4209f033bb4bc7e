"""A delivery of DUO parsed and validated, beside the plain way (`duo_plain`): lxml, an XSD and pydantic.

Both read the same delivery of a thousand fictional meldingen; what they make of it is held against each other before
anything is timed. Rounds take turns, so that the ratio is of one machine at one moment.

Ours does more: every melding stands or falls alone with its field and reason, hostile input is refused before it is
parsed, and personal data come out as secrets.
"""

import argparse
import gc
import json
import random
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any, Final

from bench import duo_plain
from bench.report import machine, met, spread
from hub.privacy import onthuld_json
from services.ingest_duo.model import Verzuimgeval
from services.ingest_duo.parser import lees_levering
from simulators.duo_xml import dc0011, geval_element
from simulators.personen import fictieve_bsns
from simulators.voorbeelden import voorbeeldgeval

NUMBER: Final = 1_000
ROUNDS: Final = 15
SEED: Final = 1
MAX_BYTES: Final = 100_000_000
AIMS: Final = (("hub_over_plain", "<=", 1.5),)


class Verschil(Exception):
    """Both sides do not make the same of the delivery, so that there is nothing to compare."""


def levering(number: int, seed: int) -> bytes:
    """A delivery of fictional meldingen, from sparse to with every field filled in."""
    rng, bsns = random.Random(seed), fictieve_bsns()
    stamp = datetime.fromisoformat("2026-09-14T08:00:00.000")
    return dc0011(
        [geval_element(_geval(rng, next(bsns), n, stamp)) for n in range(number)],
        gemeente="1924", document_id="BENCH", volgende=None,
    )  # fmt: skip


def _geval(rng: random.Random, bsn: Any, n: int, stamp: datetime) -> Verzuimgeval:
    begin = date(2026, 9, 1) + timedelta(days=rng.randrange(60))
    days = tuple(
        {"datum": begin + timedelta(days=d), "hele_dag": whole, "lesuren": None if whole else rng.randint(1, 6)}
        for d in range(rng.randint(0, 6))
        if (whole := rng.random() < 0.4) or True
    )
    sparse: dict[str, Any] = {
        "onderwijsnummer": None, "onderwijsdeelname": None, "afwijkend_adres": None, "ondernomen_actie": None,
        "telefoon_leerling_of_ouder": None,
    }  # fmt: skip
    return voorbeeldgeval(
        **(sparse if rng.random() < 0.5 else {}),
        bsn=bsn, meldingsnummer=str(7_000_000 + n), laatste_mutatie=stamp + timedelta(seconds=n),
        verzuimsoort=rng.choice(("V3", "V4", "L", "LRV", "O", "RMC")), begindatum=begin,
        einddatum=begin + timedelta(days=6) if rng.random() < 0.7 else None, verzuimdagen=days,
    )  # fmt: skip


def measure(number: int = NUMBER, rounds: int = ROUNDS) -> dict[str, Any]:
    """Seconds of both sides per round, and their ratio."""
    xml = levering(number, SEED)
    compare(xml, number)
    sides: dict[str, Callable[[], object]] = {
        "hub": lambda: lees_levering(xml, max_bytes=MAX_BYTES),
        "plain": lambda: duo_plain.lees(xml),
    }
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    for nr in range(rounds + 1):
        for name, read in list(sides.items())[:: 1 if nr % 2 else -1]:
            gc.collect()
            started = perf_counter()
            read()
            if nr:  # the first round warms up
                seconds[name].append(perf_counter() - started)
    ratios = [hub / plain for hub, plain in zip(seconds["hub"], seconds["plain"], strict=True)]
    ratio = round(median(ratios), 3)
    return {
        "machine": machine(),
        "meldingen": number,
        "bytes": len(xml),
        "hub_per_s": spread([number / s for s in seconds["hub"]]),
        "plain_per_s": spread([number / s for s in seconds["plain"]]),
        "hub_over_plain": ratio,
        "aims": [
            {"figure": figure, "aim": f"{sign} {bound:g}", "found": ratio, "met": met(ratio, sign, bound)}
            for figure, sign, bound in AIMS
        ],
    }


def compare(xml: bytes, number: int) -> None:
    """Raises `Verschil` when both sides do not read the same meldingen."""
    ours = []
    for geval in lees_levering(xml, max_bytes=MAX_BYTES).gevallen:
        if not isinstance(geval, Verzuimgeval):
            raise Verschil(f"{geval.plek}: {geval.veld} {geval.reden}")
        ours.append(json.loads(onthuld_json(geval)))
    plain = [json.loads(onthuld_json(geval)) for geval in duo_plain.lees(xml)]
    if len(ours) != number or ours != plain:
        nr = next((n for n, (a, b) in enumerate(zip(ours, plain, strict=False)) if a != b), min(len(ours), len(plain)))
        raise Verschil(f"{len(ours)} tegen {len(plain)} meldingen, de eerste die verschilt is {nr}")


def main() -> int:
    """Entry point; the last line is one JSON document."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", action="store_true", help="alleen het JSON-document")
    arguments.add_argument("--aantal", type=int, default=NUMBER, help="meldingen per levering")
    chosen = arguments.parse_args()
    document = measure(chosen.aantal)
    if not chosen.json:
        for key in ("hub_per_s", "plain_per_s", "hub_over_plain"):
            sys.stdout.write(f"{key}: {document[key]}\n")
    sys.stdout.write(json.dumps(document) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
