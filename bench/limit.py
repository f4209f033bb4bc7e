"""The limit: the same chain in plain Python, as fast as nats-py, asyncpg and the servers let it be.

Batches of 256: a standing pull, `json`, one SQL statement per batch for inbox, domain and outbox, one atomic batch to
the broker. Payloads, tables, rows, sealing and fsyncs are those of the hub; what it does not do is what a hub is for:
check what comes in, ask rules, keep the order after a failure, retry, park, count, trace, find a lost stream again.
"""

import hashlib
import json
from collections.abc import Sequence
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import nats
from lxml import etree
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import StreamConfig
from sqlalchemy import MetaData

from bench import limit_sql as sql
from bench.chain import Streams
from bench.limit_bus import consume, publish
from bench.places import Servers, make_database
from bench.workload import Jongere, persoon
from hub.clock import SystemClock
from hub.crypto import Kluis
from hub.database import create_pool
from hub.observability import new_traceparent
from hub.privacy import onthuld_json
from hub.tables import HubTable
from services.brp_sync.tabellen import BrpTable
from services.cases.tabellen import CasesTable
from services.ingest_duo.store import DuoTable
from services.letters.store import BrievenTable

STREAMS: Final = Streams("grens.", "GRENS_VERZUIM", "GRENS_ZAKEN", "GRENS_BRIEVEN")
_GEVAL: Final = "{urn:nl:ocw:gegevenswoordenboek}Verzuimgeval"
_LINES: Final = (
    ("zaak_geopend", "relatief"),
    ("melding_ontvangen", "7000001"),
    ("voorstel_gedaan", "lpa_uitnodiging_1"),
    ("taak_ontstaan", "lpa_start_onderzoek"),
    ("taak_ontstaan", "verzuimoverzicht_opvragen"),
)
_WAAROM: Final = {
    "regel": "GO-REL-4",
    "bron": "Verzuimprotocol Goeree-Overflakkee, § 5.5.2, na de melding, en § 5.5",
    "feiten": ["zaaksoort"],
    "waarom": "Na een melding worden ouder en leerling per brief uitgenodigd.",
}

Event = tuple[str, str, bytes]


class Part:
    """One service of the limit: its pool, what it publishes, and one statement per batch."""

    def __init__(self, name: str, pool: "asyncpg.Pool[Any]", nc: Client, clock: SystemClock) -> None:
        self._source = f"urn:nld:oin:00000001823288444000:systeem:{name}"
        self.pool = pool
        self._nc = nc
        self._clock = clock
        self._published = 0

    def event(self, domein: str, name: str, jongere: str, trace: str, data: dict[str, Any]) -> Event:
        """Id, subject and body of an event, in the envelope of the hub."""
        identity = str(uuid4())
        body = {
            "specversion": "1.0",
            "id": identity,
            "source": self._source,
            "type": f"nl.overheid.leerplicht.{name}",
            "subject": jongere,
            "time": self.now.isoformat(),
            "datacontenttype": "application/json",
            "dataschema": f"urn:nld:schakel:schema:{name}:v1",
            "sequence": "000000000001",
            "sequencetype": "Integer",
            "gemeente": "1924",
            "traceparent": trace,
            "data": data,
        }
        subject = f"{STREAMS.prefix}{domein}.{name}.v1.1924.{jongere}"
        return identity, subject, json.dumps(body, separators=(",", ":")).encode()

    @property
    def now(self) -> datetime:
        """The time of a batch."""
        return self._clock.now()

    async def write(
        self, statement: str, positions: dict[str, str], about: Sequence[str], said: Sequence[Event], *domain: Any
    ) -> None:
        """Commits a batch and publishes what it says."""
        base = await self.pool.fetchval(
            statement, list(positions), list(positions.values()), len(said), self._published, self.now,
            [e[0] for e in said], about, [e[1] for e in said], [e[2] for e in said], *domain,
        )  # fmt: skip
        if said:
            await publish(self._nc, said)
            self._published = max(self._published, base + len(said))


class Limit:
    """The four services of the chain, as functions on batches."""

    streams = STREAMS

    def __init__(self, servers: Servers, parts: dict[str, Part]) -> None:
        self._brp, self._ingest, self._cases, self._letters = (parts[n] for n in ("brp", "ingest", "cases", "letters"))
        self._kluis = Kluis.from_file(servers.map / "opslag.key")
        self._today = SystemClock().today()

    async def listen(self, nc: Client, stack: AsyncExitStack) -> None:
        """Begins to consume; the hub's services take whole streams, so these do too."""
        for stream, durable, handler in (
            (STREAMS.verzuim, "grens-cases-verzuim", self.on_meldingen),
            (STREAMS.zaken, "grens-letters-zaken", self.on_aanvragen),
            (STREAMS.zaken, "grens-ingest-zaken", self.on_zaken),
            (STREAMS.brieven, "grens-cases-brieven", self.on_brieven),
        ):
            stack.callback((await consume(nc, stream, durable, handler)).cancel)

    async def know(self, who: Sequence[Jongere]) -> None:
        """Stores the persons."""
        rows = [
            (
                uuid4(),
                self._kluis.index(j.bsn.get_secret_value(), "bsn"),
                "1924",
                self._kluis.seal(onthuld_json(persoon(j, self._today)), "persoon"),
                self._brp.now,
            )
            for j in who
        ]
        await self._brp.pool.copy_records_to_table(
            "jongere", records=rows, columns=["jongere_id", "bsn_index", "gemeente", "gegevens", "sinds"]
        )

    async def _persons(self, jongeren: Sequence[str], doel: str) -> dict[str, Any]:
        rows = await self._brp.pool.fetch(sql.DISCLOSE, jongeren, doel, self._brp.now)
        return {str(r["jongere_id"]): json.loads(self._kluis.open(r["gegevens"], "persoon")) for r in rows}

    async def take_in(self, page: bytes) -> None:
        """Hop 1."""
        part, sealed = self._ingest, self._kluis.seal(page, "inkomend")
        raw = await part.pool.fetchval(
            "INSERT INTO inkomend (bron, sha256, ruw, ontvangen_op) VALUES ('duo', $1, $2, $3) RETURNING id",
            hashlib.sha256(page).digest(), sealed, part.now,
        )  # fmt: skip
        gevallen = [
            {str(e.tag).rpartition("}")[2]: e.text for e in geval.iter() if e.text}
            for geval in etree.fromstring(page).iter(_GEVAL)
        ]
        keys = [self._kluis.index(g["BSN"], "bsn") for g in gevallen]
        rows = await self._brp.pool.fetch(
            "SELECT bsn_index, jongere_id FROM jongere WHERE bsn_index = ANY($1::bytea[])", keys
        )
        ids = {r["bsn_index"]: str(r["jongere_id"]) for r in rows}
        about = [ids[k] for k in keys]
        bodies = [json.dumps(g).encode() for g in gevallen]
        said = [
            part.event("verzuim", "verzuimmelding-ontvangen", j, new_traceparent(), _melding(g))
            for j, g in zip(about, gevallen, strict=True)
        ]
        await part.write(
            sql.MELDINGEN, dict.fromkeys(about, "{}"), about, said,
            [g["NummerMeldingRelatiefVerzuim"] for g in gevallen], part.now.replace(tzinfo=None),
            [hashlib.sha256(b).digest() for b in bodies], [self._kluis.seal(b, "melding") for b in bodies],
        )  # fmt: skip
        await part.pool.execute("UPDATE inkomend SET verwerkt_op = $2 WHERE id = $1", raw, part.now)

    async def on_zaken(self, batch: Sequence[Msg]) -> None:
        """`ingest_duo` reads what `cases` says; there is nothing to do but remember that it was read."""
        await self._ingest.write(sql.READ_ONLY, _positions([json.loads(m.data) for m in batch]), (), ())

    async def on_meldingen(self, batch: Sequence[Msg]) -> None:
        """Hop 2."""
        part, events = self._cases, [json.loads(m.data) for m in batch]
        jongeren = [e["subject"] for e in events]
        persons = await self._persons(jongeren, "plichtbepaling")
        zaken, proposals, about, said, contents = [], [], [], [], []
        for e in events:
            zaak, voorstel, trace, jongere = str(uuid4()), str(uuid4()), e["traceparent"], e["subject"]
            number, soort = e["data"]["meldingsnummer"], e["data"]["verzuimsoort"]
            known = {"zaak_id": zaak, "meldingsnummer": number}
            opened = {
                **known,
                "verzuimsoort": soort,
                "plicht": "leerplicht",
                "protocol": "goeree-overflakkee@2018-01-01",
            }
            proposed = {
                "zaak_id": zaak, "voorstel_id": voorstel, "uitkomst": "lpa_uitnodiging_1", "regels": ["GO-REL-4"],
                "protocol": "goeree-overflakkee@2018-01-01",
            }  # fmt: skip
            said += [
                part.event("zaken", "zaak-geopend", jongere, trace, opened),
                part.event("zaken", "melding-in-behandeling-genomen", jongere, trace, {**known, "status": "B"}),
                part.event("zaken", "voorstel-gedaan", jongere, trace, proposed),
            ]
            about += [jongere] * 3
            zaken.append(zaak)
            proposals.append(voorstel)
            contents.append(self._kluis.seal(_zaak(zaak, voorstel, e["data"], e["time"]), "zaak"))
        births = [
            self._kluis.seal(
                json.dumps({"geboortedatum": persons[j]["geboortedatum"], "overleden": False}).encode(), "p"
            )
            for j in jongeren
        ]
        await part.write(
            sql.ZAKEN, _positions(events), about, said, jongeren, births, zaken, contents, proposals,
            [z for z in zaken for _ in _LINES], [w for w, _ in _LINES] * len(zaken),
            [t for _, t in _LINES] * len(zaken),
        )  # fmt: skip

    async def decide(self, voorstellen: Sequence[UUID]) -> None:
        """The official."""
        part = self._cases
        rows = await part.pool.fetch(sql.VOORSTELLEN, voorstellen)
        about, said, contents, terms = [], [], [], []
        for row in rows:
            zaak = json.loads(self._kluis.open(row["inhoud"], "zaak"))
            jongere, trace, besluit = str(row["jongere_id"]), new_traceparent(), str(uuid4())
            voorstel, brief = str(row["voorstel_id"]), str(uuid4())
            zaak["voorstellen"][voorstel] |= {
                "status": "besloten",
                "besluit": {"besluit_id": besluit, "soort": "akkoord"},
            }
            decided = {
                "zaak_id": zaak["zaak_id"], "voorstel_id": voorstel, "besluit_id": besluit,
                "uitkomst": "lpa_uitnodiging_1", "besluit": "akkoord", "medewerker": "LPA-1",
            }  # fmt: skip
            said.append(part.event("zaken", "besluit-genomen", jongere, trace, decided))
            said.append(part.event("zaken", "brief-aangevraagd", jongere, trace, _brief(zaak["zaak_id"], brief)))
            about += [jongere] * 2
            if row["voorstel_id"].int % 3:  # as often as the rules of the hub let a term run
                term = {
                    "zaak_id": zaak["zaak_id"],
                    "termijn": "reactie_uitnodiging_uiterlijk",
                    "uiterlijk": "2026-12-01",
                }
                said.append(part.event("zaken", "termijn-gestart", jongere, trace, {**term, "regel": "GO-REL-4"}))
                about.append(jongere)
                zaak["termijnen"][str(uuid4())] = {**term, "status": "loopt"}
                terms.append((uuid4(), row["zaak_id"], row["jongere_id"]))
            contents.append(self._kluis.seal(json.dumps(zaak).encode(), "zaak"))
        await part.write(
            sql.BESLUITEN, dict.fromkeys(about, "{}"), about, said, [r["zaak_id"] for r in rows], contents, voorstellen,
            self._today + timedelta(days=9), [t[0] for t in terms], [t[1] for t in terms], [t[2] for t in terms],
        )  # fmt: skip

    async def on_aanvragen(self, batch: Sequence[Msg]) -> None:
        """Hop 3."""
        part, events = self._letters, [json.loads(m.data) for m in batch]
        asked = [e for e in events if e["type"].endswith("brief-aangevraagd")]
        persons = await self._persons([e["subject"] for e in asked], "brief") if asked else {}
        said, about, letters = [], [], []
        for e in asked:
            jongere, data = e["subject"], e["data"]
            if not persons[jongere]["adres"]:
                raise ValueError("no address")
            for adressaat in data["adressaten"]:
                made = {
                    "zaak_id": data["zaak_id"], "brief_id": data["brief_id"], "briefsoort": data["briefsoort"],
                    "adressaten": [adressaat], "sha256": "0" * 64, "paginas": 1,
                }  # fmt: skip
                said.append(part.event("brieven", "brief-opgemaakt", jongere, e["traceparent"], made))
                about.append(jongere)
                name = f"1924/{data['brief_id']}-{adressaat}.pdf"
                letters.append((data["brief_id"], adressaat, data["zaak_id"], name))
        if not asked:
            await part.write(sql.READ_ONLY, _positions(events), (), ())
            return
        brief_ids, who, zaken, names = zip(*letters, strict=True)
        await part.write(sql.BRIEVEN, _positions(events), about, said, brief_ids, who, zaken, names)

    async def on_brieven(self, batch: Sequence[Msg]) -> None:
        """Hop 4."""
        events = [json.loads(m.data) for m in batch]
        zaken = [e["data"]["zaak_id"] for e in events]
        await self._cases.write(sql.OPGEMAAKT, _positions(events), (), (), zaken)


def _positions(events: Sequence[dict[str, Any]]) -> dict[str, str]:
    """Inbox rows: one per jongere and batch, as in the hub."""
    return {e["subject"]: f'{{"{e["source"][39:]}": {int(e["sequence"])}}}' for e in events}


def _melding(g: dict[str, str]) -> dict[str, Any]:
    return {
        "meldingsnummer": g["NummerMeldingRelatiefVerzuim"],
        "laatste_mutatie": f"{g['DatumLaatsteMutatie']}T{g['TijdstipLaatsteMutatie']}000",
        "status": g["StatusMeldingRelatiefVerzuim"],
        "verzuimsoort": g["SoortVerzuim"],
        "begindatum": g["DatumBeginVerzuim"],
        "einddatum": g.get("DatumEindeVerzuim"),
        "lesuren": 18,
        "hele_dagen": 0,
        "aantal_te_laat": None,
        "alle_lessen_gemist": g["AlleLessenGemist"] == "J",
        "actie_gewenst": g["ActieGemeenteGewenst"] == "J",
        "brin": g["BRIN"],
        "vestiging": g["Vestigingsnummer"],
        "gemeld_op": g["DatumTijdMelding"],
    }


def _zaak(zaak: str, voorstel: str, melding: dict[str, Any], now: str) -> bytes:
    protocol = "goeree-overflakkee@2018-01-01"
    proposed = {
        "voorstel_id": voorstel, "uitkomst": "lpa_uitnodiging_1", "adressaten": ["ouders", "jongere"],
        "protocol": protocol, "uitleg": [_WAAROM], "gedaan_op": now, "status": "open", "besluit": None,
    }  # fmt: skip
    content = {
        "zaak_id": zaak, "gemeente": "1924", "zaaksoort": "relatief", "schooljaar": "2026-2027", "protocol": protocol,
        "geopend_op": now, "status": "open", "afsluitreden": None, "meldingen": {melding["meldingsnummer"]: melding},
        "feiten": {}, "voorstellen": {voorstel: proposed}, "termijnen": {},
        "taken": ["lpa_start_onderzoek", "verzuimoverzicht_opvragen"],
    }  # fmt: skip
    return json.dumps(content).encode()


def _brief(zaak: str, brief: str) -> dict[str, Any]:
    return {
        "zaak_id": zaak, "brief_id": brief, "briefsoort": "lpa_uitnodiging_1", "adressaten": ["ouders", "jongere"],
        "dagtekening": "2026-11-22", "ondertekenaar": "LPA-1", "aantal_te_laat": None, "lesuren": 18,
        "periode_van": "2026-11-02", "periode_tot": "2026-11-19", "gesprek_op": "2026-12-01T15:30:00",
        "eerdere_brief": None, "reactie_uiterlijk": None,
    }  # fmt: skip


async def start(stack: AsyncExitStack, servers: Servers) -> Limit:
    """Makes the streams and databases and starts consuming."""
    nc = await nats.connect(servers.nats_url)
    stack.push_async_callback(nc.close)
    for name, domein in zip(STREAMS[1:], ("verzuim", "zaken", "brieven"), strict=True):
        config = StreamConfig(name=name, subjects=[f"{STREAMS.prefix}{domein}.>"], allow_atomic=True)
        await nc.jetstream().add_stream(config)
    tables: dict[str, tuple[str, MetaData]] = {
        "brp": ("brp_sync", BrpTable.metadata),
        "ingest": ("ingest_duo", DuoTable.metadata),
        "cases": ("cases", CasesTable.metadata),
        "letters": ("letters", BrievenTable.metadata),
    }
    parts = {}
    for part, (name, metadata) in tables.items():
        url = await make_database(servers, f"grens_{part}", HubTable.metadata, metadata)
        pool = await create_pool(url)
        stack.push_async_callback(pool.close)
        await pool.execute("INSERT INTO outbox_stand VALUES (1, 0, 0)")
        parts[part] = Part(name, pool, nc, SystemClock())
    limit = Limit(servers, parts)
    await limit.listen(nc, stack)
    return limit
