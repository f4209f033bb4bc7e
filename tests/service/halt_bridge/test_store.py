"""Referrals in a real database: where they are, whose they are, and how far Halt's outcomes were read."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.codes import HaltAfloop
from services.halt_bridge.decisions import Stand, Verwijzing, Verwijzingen
from services.halt_bridge.store import Bestemming, VerwijzingenStore
from tests.service.databases import Databases

JONGERE, ANDER = UUID("11111111-0000-4000-8000-000000000000"), UUID("22222222-0000-4000-8000-000000000000")
ZAAK, EEN, TWEE, DRIE = (UUID(int=number) for number in range(3, 7))


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `halt_bridge`."""
    async with databases.migrated("halt_bridge") as made:
        yield made


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> VerwijzingenStore:
    """The store on it."""
    return VerwijzingenStore(pool)


async def save(pool: "asyncpg.Pool[Any]", store: VerwijzingenStore, states: dict[UUID, Verwijzingen]) -> None:
    """Stores them in one transaction."""
    async with pool.acquire() as db, db.transaction():
        await store.save(db, states)


async def load(pool: "asyncpg.Pool[Any]", store: VerwijzingenStore, *jongeren: UUID) -> dict[UUID, Verwijzingen]:
    """Reads them back."""
    async with pool.acquire() as db:
        return await store.load(db, jongeren)


async def test_referrals_come_back_per_jongere(pool: "asyncpg.Pool[Any]", store: VerwijzingenStore) -> None:
    """In every stand."""
    states = {
        JONGERE: Verwijzingen({EEN: Verwijzing(ZAAK, Stand.GEWEIGERD), TWEE: Verwijzing(ZAAK, Stand.AANGEBODEN)}),
        ANDER: Verwijzingen({DRIE: Verwijzing(ZAAK, Stand.AFGELOPEN, HaltAfloop.NIET_GESTART)}),
    }
    await save(pool, store, states)
    assert states == await load(pool, store, JONGERE, ANDER)
    assert {} == await load(pool, store, ZAAK)
    assert Verwijzingen() == store.empty(ZAAK)


async def test_an_afloop_changes_the_referral(pool: "asyncpg.Pool[Any]", store: VerwijzingenStore) -> None:
    """The row is the same one."""
    await save(pool, store, {JONGERE: Verwijzingen({EEN: Verwijzing(ZAAK, Stand.AANGEBODEN)})})
    klaar = {JONGERE: Verwijzingen({EEN: Verwijzing(ZAAK, Stand.AFGELOPEN, HaltAfloop.POSITIEF)})}
    await save(pool, store, klaar)
    assert klaar == await load(pool, store, JONGERE)


async def test_whose_referral_it_is_is_known_before_halt_hears_of_it(
    pool: "asyncpg.Pool[Any]", store: VerwijzingenStore
) -> None:
    """A second offer after a crash changes nothing; of a referral that is not ours there is nobody."""
    for _ in range(2):
        await store.start_offer(EEN, JONGERE, "1924")
    assert Bestemming(JONGERE, "1924") == await store.whose(EEN)
    assert await store.whose(TWEE) is None


@pytest.mark.parametrize(("daarna", "verwacht"), [(6, 7), (7, 7), (8, 8)])
async def test_the_cursor_never_goes_back(
    pool: "asyncpg.Pool[Any]", store: VerwijzingenStore, daarna: int, verwacht: int
) -> None:
    """An outcome that was taken in is not asked for again."""
    assert 0 == await store.cursor()
    await store.move_cursor(7)
    await store.move_cursor(daarna)
    assert verwacht == await store.cursor()
