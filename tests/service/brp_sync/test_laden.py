"""A first load in a real database: everybody once, sealed and findable, all or nothing, and nothing said about it."""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import polars as pl
import pytest
from pydantic import SecretStr

from contracts.subjects import source_urn
from contracts.verstrek import TeIdentificeren
from hub.clock import VirtualClock
from hub.crypto import Kluis
from hub.database import create_pool, migrate
from hub.errors import NietGereed, Ongeldig
from hub.intake import Intake
from hub.leases import lease
from hub.messages import Message
from hub.pipeline import Parts, Pipeline
from services.brp_sync.app import PERSOON
from services.brp_sync.decisions import Inschrijving, Wijzig, registreer
from services.brp_sync.handlers import HANDLERS
from services.brp_sync.laden.bestanden import open_bestand
from services.brp_sync.laden.lading import Lading, Telling
from services.brp_sync.model import PersoonWijziging
from services.brp_sync.persoonslijsten import LIJSTEN, Gelezen, lees_persoonslijsten
from services.brp_sync.store import PersonenStore
from simulators.bevolking_groot import Bevolking, schrijf
from tests.service.databases import Databases, migrations, readable, tables

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag
AANTAL = 300


class Winkel:
    """A database of `brp_sync`, its key, and files of persons."""

    def __init__(self, url: str, pool: "asyncpg.Pool[Any]", folder: Path) -> None:
        self.url = url
        self.pool = pool
        self.folder = folder
        self.sleutel = folder / "opslag.key"
        self.kluis = Kluis.from_file(self.sleutel)
        self.store = PersonenStore(pool, self.kluis, uuid4)
        clock = VirtualClock(NU)
        self.pipeline: Pipeline[Inschrijving] = Pipeline(
            "brp_sync", source_urn("brp_sync"), pool, Parts(self.store, HANDLERS),
            clock=clock, system=clock, rng=random.Random(1),
        )  # fmt: skip

    async def laad(self, *bestanden: Path, aanvullen: bool = False, stop_na: int = 10**9) -> dict[str, Any]:
        """Loads files; breaks off when more than `stop_na` rows were read."""

        def meld(telling: Telling) -> None:
            if telling.gelezen > stop_na:
                raise KeyboardInterrupt

        db = await asyncpg.connect(self.url)
        try:
            lading = Lading(db, self.pipeline, Intake(self.pool, self.kluis, "brp_sync", LIJSTEN), self.kluis, NU, meld)
            return asdict(await lading.laad([open_bestand(b) for b in bestanden], self.sleutel, 1, aanvullen=aanvullen))
        finally:
            db.terminate()

    def bestand(self, frame: pl.DataFrame, naam: str = "personen.csv") -> Path:
        """A file of these persons."""
        frame.write_csv(self.folder / naam, separator=";")
        return self.folder / naam

    async def zeg(self, jongere_id: Any, wijziging: PersoonWijziging) -> list[dict[str, Any]]:
        """What a mutation makes `brp_sync` say."""
        (command,) = [Message(jongere_id, "1924", Wijzig(wijziging))]
        await self.pipeline.process([command])
        assert command.error is None
        rows = await self.pool.fetch("SELECT bericht FROM outbox WHERE jongere_id = $1 ORDER BY nr", jongere_id)
        return [json.loads(r["bericht"]) for r in rows]


@pytest.fixture(scope="module")
async def adres(databases: Databases) -> str:
    """A database of our own, once for this file."""
    url = await databases.new("brp_sync")
    await migrate(url, "brp_sync", migrations("brp_sync"))
    return url


@pytest.fixture
async def winkel(adres: str, tmp_path: Path) -> AsyncIterator[Winkel]:
    """The database, empty."""
    pool = await create_pool(adres)
    for table in await tables(pool):
        if table != "outbox_stand":
            await pool.execute(f'DELETE FROM "{table}"')
    await pool.execute("UPDATE outbox_stand SET laatste_nr = 0, gepubliceerd_tot = 0")
    yield Winkel(adres, pool, tmp_path)
    await pool.close()


def personen(aantal: int = AANTAL, seed: int = 5) -> pl.DataFrame:
    """Fictional persons."""
    return Bevolking(seed, aantal, date(2026, 9, 1)).deel(0, aantal)


def wie(frame: pl.DataFrame) -> list[TeIdentificeren]:
    """Those persons as DUO names them."""
    return [TeIdentificeren(bsn=bsn, gemeente="1924") for bsn in frame["01.01.20"]]


async def schema(pool: "asyncpg.Pool[Any]") -> list[Any]:
    """The indexes and constraints of the table."""
    rows = await pool.fetch("SELECT indexdef FROM pg_indexes WHERE tablename = 'jongere' ORDER BY indexname")
    keys = await pool.fetch(
        "SELECT conname, contype, convalidated FROM pg_constraint WHERE conrelid = 'jongere'::regclass ORDER BY conname"
    )
    return [*map(tuple, rows), *map(tuple, keys)]


async def test_everybody_is_in_the_store_as_if_registered_one_by_one(winkel: Winkel) -> None:
    """Findable by BSN and A-nummer, the same person back, indexes as before, no name readable, nothing said."""
    eerder = await schema(winkel.pool)
    frame = personen()
    assert {
        "geladen": AANTAL, "aangevuld": 0, "al_bekend": 0, "quarantaine": 0, "gelezen": AANTAL, "deel": 1.0
    } == await winkel.laad(winkel.bestand(frame))  # fmt: skip
    ids = await winkel.store.identify(wie(frame), NU)
    assert len(set(ids)) == AANTAL == await winkel.pool.fetchval("SELECT count(*) FROM jongere")
    bekend = await winkel.store.locate([], frame["01.01.10"])
    assert [{i} for i in ids] == [bekend.a_nummer[a] for a in frame["01.01.10"]]
    gewoon = [g.persoon for g in lees_persoonslijsten(_met_id(frame)) if isinstance(g, Gelezen)]
    async with winkel.pool.acquire() as db:
        geladen = await winkel.store.load(db, ids)
    vandaag = NU.date()
    assert [registreer(Inschrijving(), p, vandaag)[0] for p in gewoon] == [geladen[i] for i in ids]
    assert any(geladen[i].kijk_op for i in ids)
    assert {(g.gemeente, NU) for g in gewoon} == {
        tuple(r) for r in await winkel.pool.fetch("SELECT DISTINCT gemeente, sinds FROM jongere")
    }
    assert {i.version for i in ids} == {4}
    assert eerder == await schema(winkel.pool)
    assert await readable(winkel.pool, frame["01.01.20"][0], frame["08.11.15"][0]) == []
    assert await winkel.pool.fetchval("SELECT count(*) FROM outbox") == 0
    assert await winkel.pool.fetchval("SELECT count(*) FROM stand") == 0


def _met_id(frame: pl.DataFrame) -> list[str]:
    tekst = frame.select(pl.lit("Lg01_1").alias("id"), pl.all()).write_csv(separator=";")
    return tekst.splitlines(keepends=True)


async def test_the_first_event_after_a_load_has_sequence_1_and_says_what_changed(winkel: Winkel) -> None:
    """Whoever was loaded is known, so a move is a move and nobody is registered anew."""
    frame = personen(3)
    await winkel.laad(winkel.bestand(frame))
    jongere_id, *_ = await winkel.store.identify(wie(frame), NU)
    (event,) = await winkel.zeg(jongere_id, PersoonWijziging(voornamen="Andersom"))
    assert ("nl.overheid.leerplicht.persoonsgegevens-gewijzigd", "000000000001") == (event["type"], event["sequence"])


async def test_a_load_that_is_broken_off_leaves_nothing_and_can_be_done_again(winkel: Winkel) -> None:
    """All or nothing into an empty store; the second time everybody is there."""
    eerder = await schema(winkel.pool)
    files = [winkel.bestand(personen(), "een.csv"), winkel.bestand(personen(2 * AANTAL).tail(AANTAL), "twee.csv")]
    with pytest.raises(KeyboardInterrupt):
        await winkel.laad(*files, stop_na=AANTAL)
    assert await winkel.pool.fetchval("SELECT count(*) FROM jongere") == 0
    assert eerder == await schema(winkel.pool)
    assert (await winkel.laad(*files))["geladen"] == 2 * AANTAL


async def test_the_same_files_again_double_nobody_and_numbers_stay(winkel: Winkel) -> None:
    """What is known of somebody stays too: the file may be older than the last mutation."""
    frame = personen()
    await winkel.laad(winkel.bestand(frame))
    ids = await winkel.store.identify(wie(frame), NU)
    await winkel.zeg(ids[0], PersoonWijziging(voornamen="Andersom"))
    again = await winkel.laad(winkel.bestand(personen(AANTAL + 5)), aanvullen=True)
    assert (5, AANTAL, 0) == (again["geladen"], again["al_bekend"], again["quarantaine"])
    assert ids == await winkel.store.identify(wie(frame), NU)
    async with winkel.pool.acquire() as db:
        (state,) = (await winkel.store.load(db, ids[:1])).values()
    assert state.persoon is not None
    assert state.persoon.voornamen == SecretStr("Andersom")


async def test_a_hub_in_use_is_loaded_only_when_asked(winkel: Winkel) -> None:
    """In use: it said something on the bus. A load that was done, or a number that DUO asked for, is no use yet."""
    frame = personen(10)
    await winkel.laad(winkel.bestand(frame))
    assert (await winkel.laad(winkel.bestand(frame)))["al_bekend"] == 10
    jongere_id, *_ = await winkel.store.identify(wie(personen(11)), NU)
    assert (await winkel.laad(winkel.bestand(frame)))["al_bekend"] == 10
    await winkel.zeg(jongere_id, PersoonWijziging(voornamen="Andersom"))
    with pytest.raises(Ongeldig, match="--aanvullen"):
        await winkel.laad(winkel.bestand(frame))


async def test_whom_duo_named_first_is_registered_in_the_normal_way(winkel: Winkel) -> None:
    """Other services know the jongere, so they must hear who it is; the number stays."""
    frame = personen(4)
    (eerder,) = await winkel.store.identify(wie(frame.head(1)), NU)
    telling = await winkel.laad(winkel.bestand(frame), aanvullen=True)
    assert (3, 1) == (telling["geladen"], telling["aangevuld"])
    assert eerder == (await winkel.store.identify(wie(frame), NU))[0]
    (said,) = await winkel.pool.fetch("SELECT jongere_id, sequence, subject FROM outbox")
    assert (eerder, 1) == (said["jongere_id"], said["sequence"])
    assert said["subject"].startswith("personen.jongere-ingeschreven.")


async def test_a_number_that_comes_twice_is_put_aside_the_second_time(winkel: Winkel) -> None:
    """In one part, across parts, by BSN and by A-nummer; a row that was bad itself takes no number."""
    frame = personen(6)
    zelfde_a = frame[1:2].with_columns(pl.lit(frame["01.01.20"][5]).alias("01.01.20"))
    slecht = frame[4:5].with_columns(pl.lit("X").alias("01.04.10"))
    een = winkel.bestand(pl.concat([slecht, frame[:2], frame[:1]]), "een.csv")
    twee = winkel.bestand(pl.concat([frame[2:3], frame[1:2], zelfde_a, frame[4:5]]), "twee.csv")
    telling = await winkel.laad(een, twee)
    assert (4, 4) == (telling["geladen"], telling["quarantaine"])
    rows = await winkel.pool.fetch("SELECT plek, veld, soort, reden FROM quarantaine ORDER BY plek")
    dubbel = "staat ook bij een eerdere persoon in deze levering"
    assert [
        ("een.csv, regel 2", "01.04.10", "persoonslijst", "onbekende code"),
        ("een.csv, regel 5", "bsn", PERSOON, dubbel),
        ("twee.csv, regel 3", "bsn", PERSOON, dubbel),
        ("twee.csv, regel 4", "a_nummer", PERSOON, dubbel),
    ] == [tuple(r) for r in rows]


async def test_somebody_known_by_another_bsn_is_left_to_a_human(winkel: Winkel) -> None:
    """The A-nummer is known, the BSN is not: one of the two is wrong."""
    frame = personen(2)
    await winkel.laad(winkel.bestand(frame[:1]))
    ander = frame[:1].with_columns(pl.lit(frame["01.01.20"][1]).alias("01.01.20"))
    telling = await winkel.laad(winkel.bestand(ander))
    assert (0, 1) == (telling["geladen"], telling["quarantaine"])
    assert await winkel.pool.fetchval("SELECT veld FROM quarantaine") == "a_nummer"


async def test_a_number_that_somebody_had_before_makes_nobody_new(winkel: Winkel) -> None:
    """The hub remembers former numbers; whether this is the same person again is for a human to say."""
    frame = personen(3)
    await winkel.laad(winkel.bestand(frame[:1]))
    (jongere_id,) = await winkel.store.identify(wie(frame[:1]), NU)
    vroeger = winkel.kluis.index(frame["01.01.20"][1], "bsn")
    await winkel.pool.execute(
        "INSERT INTO oude_sleutel (sleutel_index, jongere_id) VALUES ($1, $2)", vroeger, jongere_id
    )
    telling = await winkel.laad(winkel.bestand(frame))
    assert (1, 1, 1) == (telling["geladen"], telling["al_bekend"], telling["quarantaine"])
    assert await winkel.pool.fetchval("SELECT reden FROM quarantaine WHERE veld = 'bsn'")


async def test_the_lease_of_a_service_that_runs_is_not_waited_for(winkel: Winkel) -> None:
    """A load must not wait for a service to end, nor run beside it."""
    async with lease(winkel.url, "brp_sync", lambda _: None):
        with pytest.raises(NietGereed, match="stop de installatie"):
            async with asyncio.timeout(10), lease(winkel.url, "brp_sync", lambda _: None, wait=False):
                pytest.fail("held twice")


async def test_a_large_part_with_bad_rows_keeps_their_places(winkel: Winkel) -> None:
    """Every row that is read is loaded or put aside, with the line it stands on."""
    bevolking = Bevolking(2, 5_000, date(2026, 9, 1), fouten=0.05)
    schrijf(bevolking, winkel.folder / "veel.csv")
    telling = await winkel.laad(winkel.folder / "veel.csv")
    assert telling["geladen"] + telling["quarantaine"] == 5_000
    assert telling["quarantaine"] == await winkel.pool.fetchval("SELECT count(*) FROM quarantaine") > 150
    regels = (winkel.folder / "veel.csv").read_text(encoding="utf-8").splitlines()
    rows = await winkel.pool.fetch("SELECT plek, ruw FROM quarantaine WHERE veld <> 'regel'")
    for row in rows[:40]:
        bewaard = winkel.kluis.open(row["ruw"], f"quarantaine|{LIJSTEN}").decode().splitlines()[1].split(";")
        assert bewaard[1] == regels[int(row["plek"].rpartition(" ")[2]) - 1].split(";")[1]
