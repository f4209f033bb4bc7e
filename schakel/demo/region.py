"""The fictional region of the demonstration: people, their meldingen, and the one name that cannot be printed."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pydantic import SecretStr

from hub.calendar import Kalender
from hub.canary import Canary
from services.brp_sync.model import Persoon
from services.brp_sync.persoonslijsten import Gelezen, lees_persoonslijsten
from services.ingest_duo.model import Verzuimgeval, aantal_te_laat_uit_reden
from simulators.meldingen import maak_meldingen
from simulators.personen import maak_bevolking, schrijf_persoonslijsten

GEMEENTEN = ("1924", "0171")
UITVOERDER = "001924"  # one address at DUO receives for the whole region
BEGIN, EIND = date(2026, 8, 31), date(2026, 12, 18)
START = datetime.combine(date(2026, 8, 24), time(6), UTC)
_REPORTED = 0.4  # share of the jongeren with a course of absence in this term
_WARNED = 9  # the step of the ladder at which the first letter goes out
_SOON = timedelta(days=30)
NIET_DRUKBAAR = "Xi\u6f22"  # a sign that the letter's font lacks, as a mistyped registration may hold


@dataclass(frozen=True)
class Region:
    """Everybody, everything that will be reported, and whose name was registered wrongly."""

    personen: list[Persoon]
    meldingen: list[Verzuimgeval]
    verkeerd: Persoon
    hersteld: Persoon


def make_region(seed: int, aantal: int, kalender: Kalender, extra: Sequence[Persoon]) -> Region:
    """A region of `aantal` jongeren and the `extra` persons of the caller; the same seed gives the same."""
    personen = maak_bevolking(seed, aantal, GEMEENTEN, BEGIN)
    rng = random.Random(seed)
    reported = [
        (p.bsn, p.gemeente if p.gemeente in GEMEENTEN else rng.choice(GEMEENTEN), geboren)
        for p in [*personen, *extra]
        if p.bsn and p.adresregels() and p.ouders and p.geboortedatum and (geboren := p.geboortedatum.als_datum())
    ]
    jongeren = rng.sample(reported, round(len(reported) * _REPORTED))
    meldingen = [
        m.model_copy(update={"uitvoerder_vsv": UITVOERDER})
        for m in maak_meldingen(rng, jongeren, BEGIN, EIND, lambda d: kalender.is_schooldag(d, "zuid"))
    ]
    late = _first_warned(meldingen)
    index = next(i for i, p in enumerate(personen) if p.bsn is not None and p.bsn.get_secret_value() == late)
    hersteld = personen[index]
    verkeerd = hersteld.model_copy(update={"geslachtsnaam": SecretStr(NIET_DRUKBAAR)})
    personen[index] = verkeerd
    return Region([*personen, *extra], meldingen, verkeerd, hersteld)


def _first_warned(meldingen: Sequence[Verzuimgeval]) -> str:
    """Of whom the first warning for being late is due, while more is still to come."""
    for place, melding in enumerate(meldingen):
        if melding.bsn is None or aantal_te_laat_uit_reden(melding.vermoedelijke_reden) != _WARNED:
            continue
        later = (m for m in meldingen[place + 1 :] if m.meldingsnummer != melding.meldingsnummer)
        if any(m.bsn == melding.bsn and m.laatste_mutatie - melding.laatste_mutatie < _SOON for m in later):
            return melding.bsn.get_secret_value()
    raise ValueError("this region has nobody who is warned for being late: take more jongeren")


def read_persons(paths: Sequence[Path]) -> list[Persoon]:
    """Persons with a BSN from files in the RvIG form; unusable lines are skipped, the reader says why elsewhere."""
    found: dict[str, Persoon] = {}
    for path in paths:
        with path.open(encoding="utf-8-sig") as regels:
            for gelezen in lees_persoonslijsten(regels):
                if isinstance(gelezen, Gelezen) and gelezen.persoon.bsn is not None:
                    found.setdefault(gelezen.persoon.bsn.get_secret_value(), gelezen.persoon)
    return list(found.values())


def through_file(personen: Sequence[Persoon], path: Path) -> list[Persoon]:
    """Writes persons to a file of persoonslijsten and reads them back, as a first load of the BRP does."""
    with path.open("w", encoding="utf-8-sig") as doel:
        schrijf_persoonslijsten(personen, doel)
    path.chmod(0o600)
    return read_persons([path])


def canary_of(region: Region) -> Canary:
    """Everything personal that was fed in, to search the bus for."""
    canary = Canary()
    for persoon in region.personen:
        canary.add_model(persoon)
    for melding in region.meldingen:
        canary.add_model(melding)
    return canary
