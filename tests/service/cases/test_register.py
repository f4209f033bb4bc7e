"""The inschrijvingsregister in a real database: bladen come back as they went in, and only what differs is written."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.events.personen import JongereOpgegaan, JongereSamengevoegd
from services.cases.model import Dossier
from services.cases.register import Registerblad
from services.cases.store import ZakenStore
from tests.service.databases import Databases, kluis, tables
from tests.unit.cases.registervoorbeelden import (
    bevestigd,
    blad,
    gebeurt,
    getoetst,
    inschrijving,
    nummer,
    staat_ingeschreven,
    vrijstelling,
    woont,
)
from tests.unit.cases.voorbeelden import GEBOREN, GEMEENTE, JONGERE

ANDER = UUID("22222222-0000-4000-8000-000000000000")
MAANDAG = date(2026, 9, 14)


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `cases`."""
    async with databases.migrated("cases") as made:
        yield made


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> ZakenStore:
    """The store on it."""
    return ZakenStore(pool, kluis())


async def save(pool: "asyncpg.Pool[Any]", store: ZakenStore, *dossiers: Dossier) -> None:
    """Stores them in one transaction."""
    async with pool.acquire() as db, db.transaction():
        await store.save(db, {een.jongere_id: een for een in dossiers})


async def gelezen(store: ZakenStore, jongere: UUID = JONGERE) -> Registerblad:
    """The blad as the store has it."""
    return (await store.bladen([jongere]))[jongere]


def vol() -> Dossier:
    """A jongere with everything a blad can hold, and a zaak."""
    staat = staat_ingeschreven(woont(), date(2024, 8, 1), date(2026, 7, 31), niveau="vmbo_k", vestiging="01")
    staat, _ = gebeurt(staat, vrijstelling(date(2023, 8, 1), date(2024, 7, 31)), MAANDAG)
    staat, _ = getoetst(staat, MAANDAG, maand=True)
    return bevestigd(staat, MAANDAG)[0]


async def test_a_blad_comes_back_as_it_went_in(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """With its inschrijvingen, vrijstellingen and signals; of an unknown jongere it is empty."""
    staat = vol()
    await save(pool, store, staat)
    assert {JONGERE: blad(staat), ANDER: Registerblad()} == await store.bladen([JONGERE, ANDER])


async def test_a_dossier_is_loaded_without_its_blad(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """A melding does not pay for the register."""
    await save(pool, store, vol())
    async with pool.acquire() as db:
        assert (await store.load(db, [JONGERE]))[JONGERE].register is None


async def test_what_changes_is_written_and_what_is_gone_is_removed(
    pool: "asyncpg.Pool[Any]", store: ZakenStore
) -> None:
    """And nothing else: rows that another writer put there meanwhile stay."""
    staat = staat_ingeschreven(woont(), date(2024, 8, 1), date(2026, 7, 31))
    await save(pool, store, staat)
    was = await gelezen(store)
    nu = replace(staat, register_was=was, nieuw=())
    nu = staat_ingeschreven(nu, date(2026, 8, 1), n=2)
    await pool.execute("UPDATE inschrijving SET niveau = 'havo'")
    await save(pool, store, nu)
    een = await gelezen(store)
    assert ({nummer(1): "havo", nummer(2): None}) == {i: v.niveau for i, v in een.inschrijvingen.items()}
    weg = replace(een, inschrijvingen={nummer(2): een.inschrijvingen[nummer(2)]})
    await save(pool, store, replace(nu, register_was=een, register=weg))
    assert weg == await gelezen(store)


async def test_nothing_is_kept_of_a_person_of_whom_only_an_inschrijving_is_known(
    pool: "asyncpg.Pool[Any]", store: ZakenStore
) -> None:
    """Such a jongere lives elsewhere."""
    staat, _ = gebeurt(Dossier(JONGERE), inschrijving(date(2026, 8, 1)), MAANDAG)
    await save(pool, store, staat)
    assert 0 == await pool.fetchval("SELECT count(*) FROM dossier")
    assert blad(staat) == await gelezen(store)


@pytest.mark.parametrize("eerst", ["samengevoegd", "opgegaan"])
async def test_inschrijvingen_go_to_the_jongere_who_remains(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, eerst: str
) -> None:
    """Whichever of the two sides is heard first."""
    oud = staat_ingeschreven(woont(jongere=ANDER), date(2024, 8, 1), n=7)
    blijft = woont()
    await save(pool, store, oud, blijft)

    async def samen() -> None:
        was = await gelezen(store)
        staat = replace(blijft, register=was, register_was=was)
        event = JongereSamengevoegd(oude_jongere_id=ANDER)
        await save(pool, store, gebeurt(staat, event, MAANDAG, ander=await gelezen(store, ANDER))[0])

    async def op() -> None:
        was = await gelezen(store, ANDER)
        staat = replace(oud, register=was, register_was=was)
        await save(pool, store, gebeurt(staat, JongereOpgegaan(in_jongere_id=JONGERE), MAANDAG)[0])

    for stap in (samen, op) if eerst == "samengevoegd" else (op, samen):
        await stap()
    assert [nummer(7)] == list((await gelezen(store)).inschrijvingen)
    assert {} == (await gelezen(store, ANDER)).inschrijvingen


async def test_the_register_shows_the_month_of_birth_and_no_more(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """The day is sealed; gemeente and month must be readable for the question about everybody."""
    await save(pool, store, vol())
    shown = [r[0] for table in await tables(pool) for r in await pool.fetch(f'SELECT t::text FROM "{table}" t')]
    gezocht = ("2011-05-01", GEMEENTE, GEBOREN.isoformat())
    assert [True, True, False] == [any(text in row for row in shown) for text in gezocht]
