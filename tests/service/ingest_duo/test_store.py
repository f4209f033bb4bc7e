"""Meldingen in a real database: versions, what the status message does to them, and the cursor."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.codes import MeldingStatus
from hub.crypto import Kluis
from hub.intake import Intake
from hub.privacy import onthuld_json
from services.ingest_duo.cursors import Cursors
from services.ingest_duo.decisions import SEALED_AS, Melding, Meldingen, verwerk_terugmelding
from services.ingest_duo.store import MeldingenStore
from simulators.voorbeelden import voorbeeldgeval
from tests.service.databases import Databases, kluis, readable

JONGERE, ANDER = UUID("11111111-0000-4000-8000-000000000000"), UUID("22222222-0000-4000-8000-000000000000")
NUMMER = "7000001"
STEMPEL = datetime.fromisoformat("2024-09-16T09:30:15.250")  # maandag
LATER = STEMPEL + timedelta(milliseconds=1)
GEHEIM = ("999990019", "100000009", "spijbelt", "gesprek met de leerling", "M. Voorbeeld", "06-55501234", "Proefstraat")
"""What stands in the example melding about persons."""


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `ingest_duo`."""
    async with databases.migrated("ingest_duo") as made:
        yield made


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> MeldingenStore:
    """The store on it."""
    return MeldingenStore(pool)


def melding(sealed: bytes | None = b"verzegeld", stempel: datetime = STEMPEL) -> Melding:
    """A version of a melding."""
    return Melding("1924", stempel, MeldingStatus.GEREGISTREERD, b"kenmerk", sealed)


async def save(pool: "asyncpg.Pool[Any]", store: MeldingenStore, states: dict[UUID, Meldingen]) -> None:
    """Stores them in one transaction."""
    async with pool.acquire() as db, db.transaction():
        await store.save(db, states)


async def load(pool: "asyncpg.Pool[Any]", store: MeldingenStore, *jongeren: UUID) -> dict[UUID, Meldingen]:
    """Reads them back."""
    async with pool.acquire() as db:
        return await store.load(db, jongeren)


async def test_meldingen_come_back_per_jongere(pool: "asyncpg.Pool[Any]", store: MeldingenStore) -> None:
    """As they went in, except the content: that is fetched only when it is needed."""
    states = {
        JONGERE: Meldingen({NUMMER: melding(), "7000002": melding(stempel=LATER)}),
        ANDER: Meldingen({"7000003": melding()}),
    }
    await save(pool, store, states)
    expected = {
        JONGERE: Meldingen({NUMMER: melding(None), "7000002": melding(None, LATER)}),
        ANDER: Meldingen({"7000003": melding(None)}),
    }
    assert expected == await load(pool, store, JONGERE, ANDER)
    assert melding(None) == await store.melding(NUMMER)


async def test_what_is_not_known_is_not_there(pool: "asyncpg.Pool[Any]", store: MeldingenStore) -> None:
    """No jongere, no melding, no content."""
    assert {} == await load(pool, store, JONGERE)
    assert (None, None) == (await store.melding(NUMMER), await store.inhoud(NUMMER))
    assert Meldingen() == store.empty(JONGERE)


async def test_a_later_version_replaces_the_content(pool: "asyncpg.Pool[Any]", store: MeldingenStore) -> None:
    """Only the last version is kept: older ones say nothing that is still true."""
    await save(pool, store, {JONGERE: Meldingen({NUMMER: melding(b"eerst")})})
    await save(pool, store, {JONGERE: Meldingen({NUMMER: melding(b"later", LATER)})})
    assert b"later" == await store.inhoud(NUMMER)
    assert 1 == await pool.fetchval("SELECT count(*) FROM melding")


async def test_our_status_message_keeps_the_content(pool: "asyncpg.Pool[Any]", store: MeldingenStore) -> None:
    """DUO's new stamp comes without content; a Halt-verwijzing still needs what the school wrote down."""
    await save(pool, store, {JONGERE: Meldingen({NUMMER: melding(b"eerst")})})
    (state,) = (await load(pool, store, JONGERE)).values()
    state, _ = verwerk_terugmelding(state, NUMMER, MeldingStatus.IN_BEHANDELING, LATER)
    await save(pool, store, {JONGERE: state})
    assert Melding("1924", LATER, MeldingStatus.IN_BEHANDELING) == await store.melding(NUMMER)
    assert b"eerst" == await store.inhoud(NUMMER)


async def test_another_melding_of_the_same_jongere_is_left_alone(
    pool: "asyncpg.Pool[Any]", store: MeldingenStore
) -> None:
    """A change is saved with the whole state of the jongere, of which only one melding has content along."""
    await save(pool, store, {JONGERE: Meldingen({NUMMER: melding(b"eerst")})})
    (state,) = (await load(pool, store, JONGERE)).values()
    await save(pool, store, {JONGERE: state.met("7000002", melding(b"tweede"))})
    assert (b"eerst", b"tweede") == (await store.inhoud(NUMMER), await store.inhoud("7000002"))


@pytest.mark.parametrize(
    ("daarna", "verwacht"), [(STEMPEL, STEMPEL), (LATER, LATER), (STEMPEL - timedelta(days=1), STEMPEL)]
)
async def test_the_cursor_never_goes_back(pool: "asyncpg.Pool[Any]", daarna: datetime, verwacht: datetime) -> None:
    """A page that was read again after a crash must not make us read everything again."""
    cursors = Cursors(pool)
    assert await cursors.cursor("001924") is None
    await cursors.move("001924", STEMPEL)
    await cursors.move("001924", daarna)
    assert (verwacht, None) == (await cursors.cursor("001924"), await cursors.cursor("000171"))


async def test_nothing_about_a_person_can_be_read_in_the_database(
    pool: "asyncpg.Pool[Any]", store: MeldingenStore
) -> None:
    """The melding, the delivery as it came in and what was put aside are sealed; codes are not."""
    key: Kluis = kluis()
    body = onthuld_json(voorbeeldgeval())
    assert [] == [text for text in GEHEIM if text.encode() not in body]
    intake = Intake(pool, key, "ingest_duo", "duo")
    now = datetime.fromisoformat("2024-09-16T10:00:00+00:00")
    await intake.keep(body, now)
    await intake.quarantine(body, f"Verzuimgeval {NUMMER}", "einddatum", "ligt voor de begindatum", now)
    await save(pool, store, {JONGERE: Meldingen({NUMMER: melding(key.seal(body, SEALED_AS))})})
    assert [NUMMER] == await readable(pool, NUMMER, *GEHEIM)
    sealed = await store.inhoud(NUMMER)
    assert sealed is not None
    assert body == key.open(sealed, SEALED_AS)
