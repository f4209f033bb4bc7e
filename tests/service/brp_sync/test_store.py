"""Persons in a real database: one jongere_id each, found by fingerprints, sealed, and every disclosure written down."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import count
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.verstrek import TeIdentificeren
from hub.crypto import KluisFout
from services.brp_sync.decisions import Inschrijving
from services.brp_sync.model import ONBEKENDE, Adres, Ouder, Persoon
from services.brp_sync.store import PersonenStore
from tests.service.databases import Databases, kluis, readable

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag
BSN, BSN_ANDER, BSN_OUDER, ONDERWIJSNUMMER = "999990019", "999990020", "999990032", "100000009"
SAAR = Persoon(
    bsn=BSN,
    voornamen="Saartje",
    geslachtsnaam="Fictief-Proefman",
    geboortedatum="20110504",
    gemeente="1924",
    indicatie_geheim=0,
    adres=Adres(straat="Verzonnenlaan", huisnummer="1", postcode="3240ZZ", woonplaats="Voorbeelddorp"),
    ouders=(Ouder(betrekking="ouder1", bsn=BSN_OUDER, voornamen="Olga", geslachtsnaam="Fictief-Proefman"),),
    onbekend=frozenset({"onderwijsnummer"}),
)


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `brp_sync`."""
    async with databases.migrated("brp_sync") as made:
        yield made


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> PersonenStore:
    """The store on it; gives out jongere_id 1, 2, 3 …"""
    numbers = count(1)
    return PersonenStore(pool, kluis(), lambda: UUID(int=next(numbers)))


def wie(bsn: str | None = BSN, onderwijsnummer: str | None = None) -> TeIdentificeren:
    """A person as DUO or the BRP names one."""
    return TeIdentificeren(bsn=bsn, onderwijsnummer=onderwijsnummer, gemeente="1924")


async def save(pool: "asyncpg.Pool[Any]", store: PersonenStore, states: dict[UUID, Inschrijving]) -> None:
    """Stores them in one transaction."""
    async with pool.acquire() as db, db.transaction():
        await store.save(db, states)


async def test_a_person_gets_one_number_for_ever(pool: "asyncpg.Pool[Any]", store: PersonenStore) -> None:
    """Asked again, alone or among others, in the order of the question."""
    (eerst,) = await store.identify([wie()], NU)
    ander, nog_eens = await store.identify([wie(BSN_ANDER), wie()], NU)
    assert eerst == nog_eens
    assert ander != eerst
    assert [eerst, ander] == await store.identify([wie(), wie(BSN_ANDER)], NU)


async def test_a_person_named_twice_in_one_question_is_one_person(
    pool: "asyncpg.Pool[Any]", store: PersonenStore
) -> None:
    """Two meldingen about one jongere in one delivery, also when only one of them has the onderwijsnummer."""
    ids = await store.identify([wie(), wie(), wie(BSN, ONDERWIJSNUMMER)], NU)
    assert 1 == len(set(ids))
    assert 1 == await pool.fetchval("SELECT count(*) FROM jongere")


async def test_two_that_ask_at_once_hear_the_same(pool: "asyncpg.Pool[Any]", store: PersonenStore) -> None:
    """The database decides who was first."""
    answers = await asyncio.gather(*(store.identify([wie(), wie(BSN_ANDER)], NU) for _ in range(8)))
    assert 1 == len({tuple(ids) for ids in answers})
    assert 2 == await pool.fetchval("SELECT count(*) FROM jongere")


async def test_a_person_known_by_onderwijsnummer_is_recognised_when_the_bsn_comes(
    pool: "asyncpg.Pool[Any]", store: PersonenStore
) -> None:
    """First DUO knows the onderwijsnummer only; later both come; then the BRP knows only the BSN."""
    (eerst,) = await store.identify([wie(None, ONDERWIJSNUMMER)], NU)
    assert [eerst] == await store.identify([wie(BSN, ONDERWIJSNUMMER)], NU)
    met_beide = SAAR.model_copy(update={"onderwijsnummer": wie(None, ONDERWIJSNUMMER).onderwijsnummer})
    await save(pool, store, {eerst: Inschrijving(met_beide)})
    assert [eerst] == await store.identify([wie(BSN)], NU)


async def test_a_person_comes_back_as_the_brp_told(pool: "asyncpg.Pool[Any]", store: PersonenStore) -> None:
    """With what is not known kept apart from what is empty."""
    eerst, ander, leeg = await store.identify([wie(), wie(BSN_ANDER), wie(BSN_OUDER)], NU)
    onbekende = ONBEKENDE.model_copy(update={"onbekend": ONBEKENDE.onbekend - {"adres"}})
    await save(pool, store, {eerst: Inschrijving(SAAR), ander: Inschrijving(onbekende), leeg: Inschrijving()})
    async with pool.acquire() as db:
        states = await store.load(db, [eerst, ander, leeg, UUID(int=99)])
    assert {eerst: Inschrijving(SAAR), ander: Inschrijving(onbekende), leeg: Inschrijving()} == states
    assert {eerst: SAAR, ander: onbekende} == await store.disclose([eerst, ander, leeg], "letters", "brief", NU)


async def test_a_move_changes_the_gemeente_of_the_row(pool: "asyncpg.Pool[Any]", store: PersonenStore) -> None:
    """For the region scope; a person without gemeente has 0000."""
    (eerst,) = await store.identify([wie()], NU)
    gemeenten = []
    for gemeente in ("1924", "0171", None):
        await save(pool, store, {eerst: Inschrijving(SAAR.model_copy(update={"gemeente": gemeente}))})
        gemeenten.append(await pool.fetchval("SELECT gemeente FROM jongere"))
    assert ["1924", "0171", "0000"] == gemeenten


async def test_every_disclosure_is_written_down_without_the_data(
    pool: "asyncpg.Pool[Any]", store: PersonenStore
) -> None:
    """Who asked, for what, about whom, when; about a person the BRP told nothing of, nothing is disclosed."""
    eerst, ander, leeg = await store.identify([wie(), wie(BSN_ANDER), wie(BSN_OUDER)], NU)
    await save(pool, store, {eerst: Inschrijving(SAAR), ander: Inschrijving(ONBEKENDE)})
    await store.disclose([eerst, ander, leeg, UUID(int=99)], "letters", "brief", NU)
    rows = await pool.fetch("SELECT jongere_id, aanvrager, doel, op FROM verstrekking")
    assert {(eerst, "letters", "brief", NU), (ander, "letters", "brief", NU)} == {tuple(row) for row in rows}
    assert 2 == len(rows)


async def test_nothing_about_a_person_can_be_read_in_the_database(
    pool: "asyncpg.Pool[Any]", store: PersonenStore
) -> None:
    """Names, address, numbers and birth date are sealed or fingerprints; the gemeente is not."""
    (eerst, _) = await store.identify([wie(), wie(None, ONDERWIJSNUMMER)], NU)
    await save(pool, store, {eerst: Inschrijving(SAAR)})
    await store.disclose([eerst], "letters", "brief", NU)
    geheim = (BSN, BSN_OUDER, ONDERWIJSNUMMER, "20110504", "Saartje", "Fictief-Proefman", "Verzonnenlaan", "3240ZZ")
    assert ["1924"] == await readable(pool, "1924", *geheim)


async def test_a_copy_of_the_database_finds_nobody(pool: "asyncpg.Pool[Any]", store: PersonenStore) -> None:
    """Fingerprints are keyed: with another key a known BSN is a stranger, and no person opens."""
    (eerst,) = await store.identify([wie()], NU)
    await save(pool, store, {eerst: Inschrijving(SAAR)})
    vreemde = PersonenStore(pool, kluis(), lambda: UUID(int=77))
    assert [UUID(int=77)] == await vreemde.identify([wie()], NU)
    with pytest.raises(KluisFout):
        await vreemde.disclose([eerst], "letters", "brief", NU)
