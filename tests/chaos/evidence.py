"""What is there after a run, collected from every database, stream, file and partner; nothing is judged here."""

import asyncio
import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import nats
from nats.js import JetStreamContext

from contracts.codes import MeldingStatus
from contracts.subjects import STREAMS
from hub.settings import HubSettings
from schakel.places import SERVICES
from services.brp_sync.model import Persoon
from services.cases.grens.regel import Verstrekkingsregel
from services.cases.grens.register import Verstrekkingenregister
from services.cases.model import Zaak
from tests.chaos.watch import Told, database_url

_AT_ONCE = 200
SPOILED_XML = "geen welgevormde XML"
"""The one reason of quarantine that the partner faults of a run cause."""


class Published(NamedTuple):
    """One message of a stream."""

    event_id: str
    subject: str
    body: bytes
    headers: str

    @property
    def jongere_id(self) -> UUID:
        """From the subject."""
        return UUID(self.subject.split(".")[4])

    @property
    def sequence(self) -> int:
        """From the envelope."""
        _, _, rest = self.body.partition(b'"sequence":"')
        return int(rest[:12])


class Letter(NamedTuple):
    """A row about a letter, with the hash of the file that is really there."""

    brief_id: UUID
    adressaat: str
    jongere_id: UUID
    sha256: str
    on_disk: str | None


@dataclass
class Evidence:
    """Everything of one run."""

    outboxes: dict[str, list[Told]] = field(default_factory=dict)
    streams: dict[str, list[Published]] = field(default_factory=dict)
    statuses: dict[str, list[MeldingStatus]] = field(default_factory=dict)
    referrals: dict[str, dict[str, Any]] = field(default_factory=dict)
    referred_at: dict[str, datetime] = field(default_factory=dict)
    """When Halt first had a referral."""
    disclosures: defaultdict[UUID, list[Verstrekkingsregel]] = field(default_factory=lambda: defaultdict(list))
    """The lines of the disclosure register, oldest first."""
    letters: list[Letter] = field(default_factory=list)
    zaken: defaultdict[UUID, dict[UUID, Zaak]] = field(default_factory=lambda: defaultdict(dict))
    timeline: defaultdict[UUID, list[tuple[str, str, str, str]]] = field(default_factory=lambda: defaultdict(list))
    agreements: defaultdict[UUID, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    persons: dict[UUID, Persoon | None] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    """What is wrong in itself: something that waits, lies in quarantine, or was never finished."""
    _of: dict[tuple[str, UUID], list[Told]] = field(default_factory=lambda: defaultdict(list))

    def of(self, service: str, jongere_id: UUID) -> list[Told]:
        """What a service said about a jongere, in order."""
        return self._of.get((service, jongere_id), [])

    def add_outbox(self, service: str, rows: list[Told]) -> None:
        """Takes in the outbox of one service."""
        self.outboxes[service] = rows
        for told in rows:
            self._of[service, told.jongere_id].append(told)


async def collect(folder: Path, admin_url: str, nats_url: str) -> Evidence:
    """Reads all databases and streams of the installation in `folder`; what partners saw is added by the caller."""
    evidence = Evidence()
    settings = HubSettings(map=folder)
    for name in SERVICES:
        db = await asyncpg.connect(database_url(admin_url, name))
        try:
            await _read_hub_tables(evidence, name, db)
            await _READERS.get(name, _nothing)(evidence, db, settings)
        finally:
            await db.close()
    nc = await nats.connect(nats_url)
    try:
        for stream in STREAMS:
            evidence.streams[stream.name] = await read_stream(nc.jetstream(), stream.name)
    finally:
        await nc.close()
    return evidence


async def read_stream(js: JetStreamContext, name: str) -> list[Published]:
    """Every message of a stream, in stream order."""
    state = (await js.stream_info(name)).state
    found: list[Published] = []
    for first in range(state.first_seq, state.last_seq + 1, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, state.last_seq + 1))
        for raw in await asyncio.gather(*(js.get_msg(name, seq=n, direct=True) for n in numbers)):
            headers = raw.headers or {}
            found.append(Published(headers.get("Nats-Msg-Id", ""), raw.subject or "", raw.data or b"", str(headers)))
    return found


async def _read_hub_tables(evidence: Evidence, name: str, db: "asyncpg.Connection[Any]") -> None:
    rows = await db.fetch("SELECT nr, event_id, jongere_id, sequence, subject, bericht FROM outbox ORDER BY nr")
    evidence.add_outbox(name, [Told(*r) for r in rows])
    for r in await db.fetch("SELECT bron, type, staat, klasse, reden FROM wachtrij"):
        evidence.wrong.append(
            f"{name}: {r['type']} van {r['bron']} wacht nog ({r['staat']}, {r['klasse']}, {r['reden']})"
        )
    for r in await db.fetch("SELECT plek, veld, reden FROM quarantaine WHERE reden <> $1", SPOILED_XML):
        evidence.wrong.append(f"{name}: quarantaine van {r['plek']}, {r['veld']}: {r['reden']}")
    if unfinished := await db.fetchval("SELECT count(*) FROM inkomend WHERE verwerkt_op IS NULL"):
        evidence.wrong.append(f"{name}: {unfinished} ontvangen berichten zijn niet afgewerkt")


async def _read_brp(evidence: Evidence, db: "asyncpg.Connection[Any]", settings: HubSettings) -> None:
    for r in await db.fetch("SELECT jongere_id, gegevens FROM jongere"):
        sealed = r["gegevens"]
        plain = settings.kluis.open(sealed, "brp_sync|persoon") if sealed else None
        evidence.persons[r["jongere_id"]] = Persoon.model_validate_json(plain) if plain else None


async def _read_cases(evidence: Evidence, db: "asyncpg.Connection[Any]", settings: HubSettings) -> None:
    owner: dict[UUID, UUID] = {}
    for r in await db.fetch("SELECT zaak_id, jongere_id, inhoud FROM zaak"):
        zaak = Zaak.model_validate_json(settings.kluis.open(r["inhoud"], "cases|zaak"))
        owner[r["zaak_id"]] = r["jongere_id"]
        evidence.zaken[r["jongere_id"]][r["zaak_id"]] = zaak
    for r in await db.fetch("SELECT zaak_id, wat, door, toelichting FROM tijdlijn"):
        line = (str(r["zaak_id"]), r["wat"], r["door"], r["toelichting"])
        evidence.timeline[owner[r["zaak_id"]]].append(line)
    for r in await db.fetch("SELECT jongere_id, brief_id FROM afspraken"):
        evidence.agreements[r["jongere_id"]].append(r["brief_id"])
    await db.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")
    for regel in await Verstrekkingenregister(db).zoek(limit=None):
        evidence.disclosures[regel.jongere_id].append(regel)
    voorstellen = {
        (z.zaak_id, i, v.status.value)
        for zs in evidence.zaken.values()
        for z in zs.values()
        for i, v in z.voorstellen.items()
    }
    termijnen = {
        (z.zaak_id, i, t.status.value)
        for zs in evidence.zaken.values()
        for z in zs.values()
        for i, t in z.termijnen.items()
    }
    for table, key, expected in (("voorstel", "voorstel_id", voorstellen), ("termijn", "termijn_id", termijnen)):
        found = {tuple(r) for r in await db.fetch(f"SELECT zaak_id, {key}, status FROM {table}")}
        if found != expected:
            evidence.wrong.append(f"cases: {len(found ^ expected)} rijen van {table} passen niet bij de zaken")


async def _read_letters(evidence: Evidence, db: "asyncpg.Connection[Any]", settings: HubSettings) -> None:
    archive = settings.map / "brieven"
    known = set()
    for r in await db.fetch("SELECT brief_id, adressaat, jongere_id, sha256, bestand FROM brief"):
        path = archive / r["bestand"]
        known.add(path)
        on_disk = hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else None
        evidence.letters.append(Letter(r["brief_id"], r["adressaat"], r["jongere_id"], r["sha256"], on_disk))
    for path in archive.glob("*/*"):
        if path not in known:
            evidence.wrong.append(f"letters: bestand zonder brief: {path.name}")


async def _read_halt(evidence: Evidence, db: "asyncpg.Connection[Any]", settings: HubSettings) -> None:
    unfinished = await db.fetchval(
        "SELECT count(*) FROM aanbieding a LEFT JOIN verwijzing v USING (verwijzing_id) WHERE v.verwijzing_id IS NULL"
    )
    if unfinished:
        evidence.wrong.append(f"halt_bridge: van {unfinished} aanbiedingen is de uitkomst niet vastgelegd")


async def _nothing(evidence: Evidence, db: "asyncpg.Connection[Any]", settings: HubSettings) -> None:
    """This service keeps nothing that is looked at beyond its outbox."""


_READERS = {"brp_sync": _read_brp, "cases": _read_cases, "letters": _read_letters, "halt_bridge": _read_halt}
