"""Where the facts of a what-if come from: the zaken of the hub, a file, or a generator with a seed."""

import json
import random
import re
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO, Final

from hub.errors import Ongeldig
from hub.gemeenten import Gemeente, Gemeenten
from schakel.whatif.replay import Chunk, Record
from services.cases.beleid import waarde
from services.cases.feiten import JAREN
from services.cases.feitenopbouw import feitenreeks
from services.cases.protocol import GeenGeldigProtocol, Protocolboek
from services.cases.store import ZakenStore

SIZE: Final = 1000
"""Records in a chunk."""

UNKNOWN: Final = "gemeente onbekend"
"""Where a record is counted that does not say which gemeente it is of."""

_SCHOOLJAAR: Final = re.compile(r"([0-9]{4})-([0-9]{4})")


@dataclass(frozen=True)
class Given:
    """A chunk of records that were read elsewhere."""

    records: tuple[Record, ...]

    def __call__(self) -> Sequence[Record]:
        """The records."""
        return self.records


@dataclass(frozen=True)
class Lines:
    """A chunk of lines of a file, read in the process that handles them."""

    lines: tuple[bytes, ...]
    first: int

    def __call__(self) -> Iterator[Record]:
        """The records; a line that is no record keeps its number and has no facts."""
        for number, line in enumerate(self.lines, self.first):
            yield _record(line, number) or Record(str(number), UNKNOWN, None, None)


def _record(line: bytes, number: int) -> Record | None:
    try:
        raw = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(raw, dict) or not isinstance(raw.get("feiten"), dict):
        return None
    name, gemeente, protocol = raw.get("id", number), raw.get("gemeente", UNKNOWN), raw.get("protocol")
    if isinstance(name, str | int) and isinstance(gemeente, str | int) and isinstance(protocol, str | None):
        return Record(str(name), str(gemeente), protocol, raw["feiten"])
    return None


async def from_file(file: BinaryIO) -> AsyncIterator[Chunk]:
    """Chunks of a JSON Lines file: `{"id", "gemeente", "protocol", "feiten"}` per line."""
    lines: list[bytes] = []
    number = 1
    for line in file:
        if line.strip():
            lines.append(line)
        if len(lines) == SIZE:
            yield Lines(tuple(lines), number)
            number, lines = number + len(lines), []
    if lines:
        yield Lines(tuple(lines), number)


async def recorded(
    zaken: ZakenStore, gemeenten: Gemeenten, boek: Protocolboek, schooljaar: str | None
) -> AsyncIterator[Chunk]:
    """Chunks of the zaken of this installation, per melding as the facts were; they go to no file and no log."""
    records: list[Record] = []
    async for dossier, zaak in zaken.alle_zaken(schooljaar):
        gemeente = gemeenten.get(zaak.gemeente)
        name = gemeente.naam if gemeente else zaak.gemeente
        protocol = zaak.protocol.partition("@")[0]
        try:
            grens = float(waarde(boek.versies(protocol)[-1], "meldgrens_uren"))
        except GeenGeldigProtocol as error:
            raise Ongeldig(f"{error}, en er zijn zaken die ermee begonnen", "protocol") from error
        for number, facts in enumerate(feitenreeks(dossier, zaak, grens), 1):
            records.append(Record(f"{zaak.zaak_id}/{number}", name, protocol, facts))
        if len(records) >= SIZE:
            yield Given(tuple(records))
            records = []
    if records:
        yield Given(tuple(records))


async def generated(number: int, seed: int, schooljaar: int, gemeenten: Sequence[Gemeente]) -> AsyncIterator[Chunk]:
    """Chunks of fictional facts: `number` meldingen in the school year that starts in `schooljaar`."""
    if not gemeenten:
        raise Ongeldig("er is geen gemeente om feiten voor te bedenken", "gemeente")
    names = tuple((g.naam, g.protocol) for g in gemeenten)
    for start in range(0, number, SIZE):
        yield Generated(min(SIZE, number - start), start, seed, schooljaar, names)


@dataclass(frozen=True)
class Generated:
    """A chunk of fictional facts, the same for the same seed whatever the number of processes."""

    number: int
    start: int
    seed: int
    schooljaar: int
    gemeenten: tuple[tuple[str, str], ...]

    def __call__(self) -> Iterator[Record]:
        """The records."""
        rng = random.Random(f"{self.seed}/{self.start}")
        for i in range(self.start, self.start + self.number):
            naam, protocol = self.gemeenten[rng.randrange(len(self.gemeenten))]
            yield Record(f"fictief-{i}", naam, protocol, _facts(rng, self.schooljaar))


_KINDS = {"te_laat": 30, "relatief": 40, "luxe": 12, "ziekte": 10, "absoluut": 4, "signaal": 4}


def _facts(rng: random.Random, schooljaar: int) -> dict[str, Any]:
    as_of = date(schooljaar, 8, 15) + timedelta(days=rng.randrange(320))
    born = as_of - timedelta(days=rng.randrange(int(5 * 365.25), int(18.9 * 365.25)))
    age = (as_of - born).days / 365.25
    kind = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    facts: dict[str, Any] = {
        "as_of": as_of,
        "geboortedatum": born,
        "zaaksoort": kind,
        "duo_melding": kind != "absoluut",
        "onderwijssoort": "po" if age < 12 else "vo" if age < 16 else rng.choice(["vo", "mbo"]),
        "ingeschreven": kind != "absoluut",
        "eerste_verzuimdag": as_of - timedelta(days=rng.randrange(1, 25)),
        "eerdere_meldingen": rng.choice([0, 0, 0, 1, 1, 2]),
        "lpa_is_boa": rng.random() < 0.9,
    }
    facts |= _BY_KIND[kind](rng)
    if kind != "absoluut":
        legal = facts.get("ongeoorloofde_uren_4_lesweken", 0) >= 16
        facts["duo_melding_soort"] = "luxe" if kind == "luxe" else "16_uur" if legal else "overig"
    return facts


def _te_laat(rng: random.Random) -> dict[str, Any]:
    return {"aantal_te_laat": min(1 + int(rng.expovariate(1 / 7)), 70), "vorige_stap_te_laat": 0}


def _relatief(rng: random.Random) -> dict[str, Any]:
    hours = round(rng.expovariate(1 / 16), 1)
    facts: dict[str, Any] = {
        "ongeoorloofde_uren_4_lesweken": hours,
        "ongeoorloofde_uren_traject": round(hours * rng.uniform(1, 2), 1),
        "uren_eenheid": "lesuur",
        "lesduur_minuten": 50,
        "reden": rng.choice(["spijbelen", "onbekend"]),
        "aaneengesloten_dagen_afwezig": rng.choice([0, 0, 0, 3, 10, 30]),
    }
    if rng.random() < 0.5:
        facts |= {
            "onderzoek_afgerond": True,
            "oordeel": rng.choice(["ongeoorloofd", "ongeoorloofd", "geoorloofd"]),
            "verwijtbaar": rng.choice(["jongere", "jongere", "ouder", "beiden", "geen"]),
            "hulp_bereid": rng.random() < 0.6,
            "school_maatregelen_ouders_geinformeerd": rng.random() < 0.8,
            "toestemming_jongere_halt": rng.random() < 0.8,
            "toestemming_ouders_halt": rng.random() < 0.8,
            "eerder_halt": rng.choice(["geen", "geen", "geen", "leerplicht"]),
            "achterliggende_problematiek": rng.random() < 0.3,
        }
    return facts


def _luxe(rng: random.Random) -> dict[str, Any]:
    return {
        "luxe_schooldagen": rng.choice([1, 1, 2, 3, 5, 10]),
        "luxe_eerdere_keren": rng.choice([0, 0, 0, 1, 2]),
        "luxe_bij_vakantie": rng.random() < 0.6,
        "oordeel": "ongeoorloofd",
        "verwijtbaar": "ouder",
    }


def _ziekte(rng: random.Random) -> dict[str, Any]:
    return {
        "reden": "ziekte",
        "ziekmeldingen_12_weken": rng.randrange(7),
        "ziek_schooldagen_aaneen": rng.randrange(15),
        "vermoeden_ongeoorloofd": rng.random() < 0.3,
    }


def _absoluut(rng: random.Random) -> dict[str, Any]:
    return {"absoluut_signaal": True, "vrijstelling_lopend": "geen", "brieven_zonder_reactie": rng.randrange(3)}


_BY_KIND = {
    "te_laat": _te_laat,
    "relatief": _relatief,
    "luxe": _luxe,
    "ziekte": _ziekte,
    "absoluut": _absoluut,
    "signaal": _relatief,
}


def first_year(schooljaar: str) -> int:
    """The year in which a school year such as 2025-2026 starts; raises `Ongeldig`."""
    found = _SCHOOLJAAR.fullmatch(schooljaar)
    if found is None or int(found[2]) != int(found[1]) + 1 or int(found[2]) not in JAREN:
        raise Ongeldig("schrijf een schooljaar als 2025-2026", "schooljaar")
    return int(found[1])


def open_lines(path: Path, stdin: BinaryIO) -> BinaryIO:
    """The file, or standard input for `-`; raises `Ongeldig`."""
    try:
        return stdin if str(path) == "-" else path.open("rb")
    except OSError as error:
        raise Ongeldig("is niet te lezen", str(path)) from error
