"""Letters in a real database and a real folder: what was made, who died, and files nobody else can read."""

import stat
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.codes import Adressaat
from hub.clock import VirtualClock
from services.letters.decisions import Briefwisseling, Gemaakt
from services.letters.store import Archief, BrievenStore, gemaakte_brieven
from tests.service.databases import Databases

JONGERE, ANDER = UUID("11111111-0000-4000-8000-000000000000"), UUID("22222222-0000-4000-8000-000000000000")
ZAAK, BRIEF = UUID("33333333-0000-4000-8000-000000000000"), UUID("44444444-0000-4000-8000-000000000000")
NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)  # maandag


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `letters`."""
    async with databases.migrated("letters") as made:
        yield made


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> BrievenStore:
    """The store on it."""
    return BrievenStore(pool, VirtualClock(NU))


def gemaakt(adressaat: Adressaat) -> Gemaakt:
    """A PDF that exists."""
    return Gemaakt(BRIEF, ZAAK, "gele_kaart", adressaat, f"1924/{BRIEF}-{adressaat}.pdf", "a" * 64, 2)


async def save(pool: "asyncpg.Pool[Any]", store: BrievenStore, states: dict[UUID, Briefwisseling]) -> None:
    """Stores them in one transaction."""
    async with pool.acquire() as db, db.transaction():
        await store.save(db, states)


async def load(pool: "asyncpg.Pool[Any]", store: BrievenStore, *jongeren: UUID) -> dict[UUID, Briefwisseling]:
    """Reads them back."""
    async with pool.acquire() as db:
        return await store.load(db, jongeren)


async def test_a_letter_is_recorded_per_addressee(pool: "asyncpg.Pool[Any]", store: BrievenStore) -> None:
    """File, hash and pages; the moment is that of our clock."""
    both = (gemaakt(Adressaat.OUDERS), gemaakt(Adressaat.JONGERE))
    await save(pool, store, {JONGERE: Briefwisseling(nieuw=both)})
    rows = await pool.fetch("SELECT * FROM brief ORDER BY adressaat DESC")
    expected = [
        (BRIEF, a, JONGERE, ZAAK, "gele_kaart", f"1924/{BRIEF}-{a}.pdf", "a" * 64, 2, NU)
        for a in (Adressaat.OUDERS, Adressaat.JONGERE)
    ]
    assert expected == [tuple(row) for row in rows]


async def test_a_letter_is_found_by_its_own_number(pool: "asyncpg.Pool[Any]", store: BrievenStore) -> None:
    """Whichever jongere_id it was made under; another number is none."""
    een = gemaakt(Adressaat.OUDERS)
    await save(pool, store, {uuid4(): Briefwisseling(nieuw=(een, gemaakt(Adressaat.JONGERE)))})
    assert {een.brief_id} == await gemaakte_brieven(pool, [een.brief_id, uuid4()])


async def test_who_died_is_remembered(pool: "asyncpg.Pool[Any]", store: BrievenStore) -> None:
    """Also when it is told twice; about others nothing needs to be kept."""
    for _ in range(2):
        await save(pool, store, {JONGERE: Briefwisseling(overleden=True), ANDER: Briefwisseling()})
    assert {JONGERE: Briefwisseling(overleden=True)} == await load(pool, store, JONGERE, ANDER)
    assert Briefwisseling() == store.empty(ANDER)


async def test_the_same_letter_cannot_be_recorded_twice(pool: "asyncpg.Pool[Any]", store: BrievenStore) -> None:
    """The inbox keeps repetitions out; should it fail, the database does not let it pass."""
    await save(pool, store, {JONGERE: Briefwisseling(nieuw=(gemaakt(Adressaat.OUDERS),))})
    with pytest.raises(asyncpg.UniqueViolationError):
        await save(pool, store, {JONGERE: Briefwisseling(nieuw=(gemaakt(Adressaat.OUDERS),))})


def test_a_pdf_is_kept_whole_and_for_its_owner_only(tmp_path: Path) -> None:
    """Folder and file are closed to others, and nothing half-written stays behind."""
    archief = Archief(tmp_path / "brieven")
    naam = archief.keep("1924", BRIEF, Adressaat.OUDERS, b"%PDF-1.7 brief")
    bestand = tmp_path / "brieven" / naam
    assert b"%PDF-1.7 brief" == bestand.read_bytes()
    assert (0o600, 0o700) == (stat.S_IMODE(bestand.stat().st_mode), stat.S_IMODE(bestand.parent.stat().st_mode))
    assert [bestand] == [path for path in (tmp_path / "brieven").rglob("*") if path.is_file()]


def test_a_pdf_is_named_after_gemeente_letter_and_role(tmp_path: Path) -> None:
    """No name and no number of a person, in any file name."""
    assert f"1924/{BRIEF}-ouders.pdf" == Archief(tmp_path).keep("1924", BRIEF, Adressaat.OUDERS, b"%PDF")


def test_the_same_letter_again_replaces_itself(tmp_path: Path) -> None:
    """After a crash it is rendered once more."""
    archief = Archief(tmp_path)
    for inhoud in (b"%PDF eerst", b"%PDF"):
        naam = archief.keep("1924", BRIEF, Adressaat.OUDERS, inhoud)
    assert b"%PDF" == (tmp_path / naam).read_bytes()
    assert 1 == len(list((tmp_path / "1924").iterdir()))
