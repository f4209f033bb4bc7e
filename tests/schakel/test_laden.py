"""`schakel laden` on real servers: persons, residents and inschrijvingen in the stores of three services."""

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import polars as pl
import pytest
from pydantic import SecretStr

from hub.database import create_pool
from hub.embedded import Servers
from hub.errors import NietGereed, Ongeldig
from hub.leases import lease
from hub.settings import HubSettings
from schakel.lading import load
from schakel.places import Places
from services.cases.store import ZakenStore
from services.ingest_duo.leveringen.decisions import NeemStandOp, inschrijving_id, neem_stand_op
from services.ingest_duo.leveringen.model import Inschrijving, Regel
from services.ingest_duo.leveringen.store import OnderwijsStore
from simulators.bevolking_groot import LEVERING, Bevolking, leveringsnaam

PEILDATUM = date(2026, 9, 1)  # dinsdag
LEVERINGSDAG = date(2026, 9, 7)  # maandag
AANTAL = 200


class Installatie:
    """Settings and databases of one installation without services."""

    def __init__(self, servers: Servers, folder: Path) -> None:
        self.settings = HubSettings(
            map=folder / "map",
            nats_url=SecretStr(servers.nats.url),
            postgres_url=SecretStr(servers.postgres.url),
            log_niveau="error",
        )
        self.places = Places(servers.nats.url, servers.postgres.url)
        self.folder = folder

    async def laad(self, personen: pl.DataFrame | None, levering: pl.DataFrame | None) -> dict[str, Any]:
        """The command on files of these rows."""
        bestanden = []
        if personen is not None:
            bestanden.append(self.folder / "personen.csv")
            personen.write_csv(bestanden[0], separator=";")
        leveringen = []
        if levering is not None:
            leveringen.append(self.folder / leveringsnaam(LEVERINGSDAG))
            levering.write_csv(leveringen[0], separator=";")
        return await load(self.settings, bestanden, leveringen, 1, aanvullen=False)

    async def rijen(self, dienst: str, vraag: str, *args: Any) -> list[Any]:
        """What is in a database."""
        db = await asyncpg.connect(self.places.database(dienst, self.settings.map))
        try:
            return [tuple(r) for r in await db.fetch(vraag, *args)]
        finally:
            await db.close()


@pytest.fixture
async def installatie(servers: Servers, tmp_path: Path) -> Installatie:
    """Databases without anything in them."""
    admin = await asyncpg.connect(servers.postgres.url)
    for dienst in ("brp_sync", "cases", "ingest_duo"):
        await admin.execute(f'DROP DATABASE IF EXISTS "{dienst}"')
    await admin.close()
    return Installatie(servers, tmp_path)


def bevolking() -> Bevolking:
    """Fictional persons, half of them in gemeenten that are not ours."""
    return Bevolking(4, AANTAL, PEILDATUM, gemeenten=("1924", "0988"))


async def test_a_population_with_its_inschrijvingen(installatie: Installatie) -> None:
    """Residents are in the register with their month of birth; a disclosure is written down for each; nobody twice."""
    mensen = bevolking()
    personen = mensen.deel(0, AANTAL)
    levering = mensen.inschrijvingen(0, AANTAL).filter(pl.col("Gemeentecode") == "1924")
    done = await installatie.laad(personen, levering)
    hier = personen.filter((pl.col("08.09.10") == "1924") & pl.col("07.67.20").is_null())
    assert 0 < hier.height < AANTAL
    assert (AANTAL, hier.height) == (done["personen"]["geladen"], done["register"]["opgenomen"])
    (telling,) = done["inschrijvingen"]
    assert (levering["BSN"].n_unique(), 0, 0) == (telling["geladen"], telling["al_bekend"], telling["quarantaine"])
    maanden = await installatie.rijen("cases", "SELECT geboortemaand::text FROM register WHERE gemeente = '1924'")
    assert sorted(f"{d[:4]}-{d[4:6]}-01" for d in hier["01.03.10"]) == sorted(m for (m,) in maanden)
    rijen = await installatie.rijen("cases", "SELECT brin, van, tot, soort FROM inschrijving")
    assert len(rijen) == levering["BRIN"].drop_nulls().len()
    assert await installatie.rijen("cases", "SELECT count(*) FROM vrijstelling") == [
        (levering["Vrijstelling"].drop_nulls().len(),)
    ]
    assert await installatie.rijen("brp_sync", "SELECT DISTINCT aanvrager, doel FROM verstrekking") == [
        ("cases", "plichtbepaling")
    ]
    for dienst in ("brp_sync", "cases", "ingest_duo"):
        assert await installatie.rijen(dienst, "SELECT count(*) FROM outbox") == [(0,)]
        assert await installatie.rijen(dienst, "SELECT count(*) FROM stand") == [(0,)]

    again = await installatie.laad(personen, levering)
    assert (0, AANTAL, 0) == (
        again["personen"]["geladen"], again["personen"]["al_bekend"], again["register"]["opgenomen"]
    )  # fmt: skip
    assert again["inschrijvingen"][0]["al_opgenomen"]
    assert sorted(rijen) == sorted(await installatie.rijen("cases", "SELECT brin, van, tot, soort FROM inschrijving"))


async def test_what_was_loaded_is_what_the_normal_way_would_have_left(installatie: Installatie) -> None:
    """The next levering with the same news says nothing, and `cases` has the ids that `ingest_duo` gives."""
    mensen = bevolking()
    levering = mensen.inschrijvingen(0, AANTAL).filter(pl.col("Gemeentecode") == "1924")
    await installatie.laad(mensen.deel(0, AANTAL), levering)
    pools = {
        d: await create_pool(installatie.places.database(d, installatie.settings.map)) for d in ("cases", "ingest_duo")
    }
    try:
        ids = [r["jongere_id"] for r in await pools["ingest_duo"].fetch("SELECT jongere_id FROM onderwijsstand")]
        async with pools["ingest_duo"].acquire() as db:
            standen = await OnderwijsStore().load(db, ids)
        bladen = await ZakenStore(pools["cases"], installatie.settings.kluis).bladen(ids)
    finally:
        for pool in pools.values():
            await pool.close()
    assert len(ids) == levering["BSN"].n_unique()
    for jongere_id, stand in standen.items():
        assert set(stand.inschrijvingen) == set(bladen[jongere_id].inschrijvingen)
        assert set(stand.vrijstellingen) == set(bladen[jongere_id].vrijstellingen)
        regels = tuple(
            [Regel(2, "1924", inschrijving=i, startkwalificatie=False) for i in stand.inschrijvingen.values()]
            + [Regel(3, "1924", vrijstelling=v) for v in stand.vrijstellingen.values()]
        )
        command = NeemStandOp(99, date(2026, 9, 14), regels, volledig=True, gezien=True)
        assert neem_stand_op(stand, jongere_id, command)[1] == []
    nieuw = Inschrijving("90XA", date(2026, 8, 1))
    assert inschrijving_id(UUID(int=1), nieuw) not in {i for s in standen.values() for i in s.inschrijvingen}


async def test_rows_that_cannot_be_used_are_put_aside_and_a_file_that_cannot_is_refused(
    installatie: Installatie,
) -> None:
    """A row with its line and reason; a file without the right columns as a whole, before anything of it is stored."""
    mensen = bevolking()
    levering = mensen.inschrijvingen(0, 20).with_columns(pl.lit("1924").alias("Gemeentecode"))
    slecht = levering.with_columns(
        pl.when(pl.col("BSN") == levering["BSN"][0]).then(pl.lit("9XX")).otherwise("BRIN").alias("BRIN")
    )
    done = await installatie.laad(None, slecht)
    assert done["inschrijvingen"][0]["quarantaine"] >= 1
    plekken = await installatie.rijen("ingest_duo", "SELECT plek, veld, soort FROM quarantaine")
    assert all(veld == "brin" and soort == "rij" and "rij " in plek for plek, veld, soort in plekken)
    with pytest.raises(Ongeldig):
        await installatie.laad(None, levering.select(LEVERING[:5]))
    assert await installatie.rijen("ingest_duo", "SELECT count(*) FROM levering WHERE status = 'opgenomen'") == [(1,)]


async def test_a_load_does_not_begin_while_a_service_runs(installatie: Installatie) -> None:
    """Nor is anything of it stored."""
    await installatie.laad(bevolking().deel(0, 1), None)
    url = installatie.places.database("cases", installatie.settings.map)
    async with lease(url, "cases", lambda _: None):
        with pytest.raises(NietGereed, match="cases draait"):
            await installatie.laad(bevolking().deel(0, 5), None)
    assert await installatie.rijen("brp_sync", "SELECT count(*) FROM jongere") == [(1,)]
