"""Row security: reading for an official shows their own gemeenten, whatever the question forgets; and one service
cannot read the database of another."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from hub.embedded import Servers
from hub.errors import NietGereed
from hub.inzage import Inzage
from services.cases.store import ZakenStore
from tests.service.databases import PASSWORD, Databases, kluis

pytestmark = pytest.mark.connected
NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)


@pytest_asyncio.fixture(loop_scope="session")
async def pool(servers: Servers) -> AsyncIterator[Any]:
    async with Databases(servers).migrated("cases") as made:
        for gemeente in ("1924", "0171"):
            await _vul(made, gemeente)
        yield made


async def _vul(pool: Any, gemeente: str) -> None:
    """One row of this gemeente in every table with row security."""
    wie, zaak = uuid4(), uuid4()
    await pool.execute(
        """INSERT INTO zaak (zaak_id, jongere_id, gemeente, zaaksoort, schooljaar, status, geopend_op, inhoud)
           VALUES ($1, $2, $3, 'relatief', '2026-2027', 'open', $4, '')""",
        zaak, wie, gemeente, NU,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO voorstel VALUES ($1, $2, $3, $4, 'gesprek', 'open', $5)", uuid4(), zaak, wie, gemeente, NU
    )
    await pool.execute(
        """INSERT INTO termijn (termijn_id, zaak_id, jongere_id, gemeente, naam, uiterlijk, status)
           VALUES ($1, $2, $3, $4, 'x', $5, 'loopt')""",
        uuid4(), zaak, wie, gemeente, NU,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting) VALUES ($1, $2, 'x', 'x', '')", zaak, NU
    )
    await pool.execute("INSERT INTO register (jongere_id, gemeente) VALUES ($1, $2)", wie, gemeente)
    await pool.execute(
        """INSERT INTO inschrijving (inschrijving_id, jongere_id, brin, soort, van, gehoord)
           VALUES ($1, $2, '00AA', 'VO', $3, $3)""",
        uuid4(), wie, NU,
    )  # fmt: skip
    await pool.execute(
        "INSERT INTO vrijstelling (vrijstelling_id, jongere_id, soort, van) VALUES ($1, $2, 'x', $3)", uuid4(), wie, NU
    )
    await pool.execute(
        """INSERT INTO rechtenverzoek (verzoek_id, jongere_id, gemeente, soort, verzoeker, status, ontvangen_op,
             uiterlijk) VALUES ($1, $2, $3, 'inzage', 'jongere', 'open', $4, $4)""",
        uuid4(), wie, gemeente, NU,
    )  # fmt: skip
    await pool.execute("INSERT INTO rechtentaak VALUES ($1, $2, $3, 'x', 'x', 'x', $4)", uuid4(), wie, gemeente, NU)
    await pool.execute("INSERT INTO rectificatie VALUES ($1, $2, $3, 'x', false)", uuid4(), wie, gemeente)
    await pool.execute("INSERT INTO beperking VALUES ($1, $2, 'x')", wie, NU)
    await pool.execute("INSERT INTO inzage VALUES ($1, $2, 'x', 'x', 'x', $3)", uuid4(), wie, NU)
    await pool.execute("INSERT INTO dossier VALUES ($1, '')", wie)
    await pool.execute("INSERT INTO sluiting VALUES ($1, $2, 'x', $3, $3)", wie, gemeente, NU)
    await pool.execute(
        """INSERT INTO absoluut_signaal (signaal_id, jongere_id, gemeente, reden, sinds, peildatum, oorzaak, status,
                                         gewijzigd_op) VALUES ($1, $2, $3, 'x', $4, $4, 'x', 'open', $5)""",
        uuid4(), wie, gemeente, NU, NU,
    )  # fmt: skip


_BEWAAKT = (
    "SELECT relname FROM pg_class WHERE relrowsecurity AND relnamespace = 'public'::regnamespace ORDER BY relname"
)


async def test_an_unscoped_question_shows_only_the_own_gemeente(pool: Any) -> None:
    """Of every table with row security, and every one of them has rows of both."""
    tabellen = [r["relname"] for r in await pool.fetch(_BEWAAKT)]
    assert len(tabellen) >= 9
    eigen, geen, alle = Inzage(pool, ["1924"]), Inzage(pool, []), Inzage(pool, None)
    for tabel in tabellen:
        aantal = f"SELECT count(*) FROM {tabel}"
        gezien = [await een.fetchval(aantal) for een in (eigen, geen, alle)]
        if await pool.fetchval(aantal):
            assert [1, 0, 2] == gezien, tabel


async def test_the_same_question_leaks_without_the_policy(pool: Any) -> None:
    """The test above can fail: this is what it would see."""
    await pool.execute("ALTER TABLE voorstel DISABLE ROW LEVEL SECURITY")
    try:
        assert 2 == await Inzage(pool, ["1924"]).fetchval("SELECT count(*) FROM voorstel")
    finally:
        await pool.execute("ALTER TABLE voorstel ENABLE ROW LEVEL SECURITY")


async def test_the_worklist_of_a_store_is_scoped_by_its_pool(pool: Any) -> None:
    work = await ZakenStore(Inzage(pool, ["0171"]), kluis()).worklist()  # type: ignore[arg-type]
    assert ["0171"] == [w.gemeente for w in work]
    assert 2 == len(await ZakenStore(pool, kluis()).worklist())


@pytest.mark.parametrize("tabel", ["outbox", "inkomend", "quarantaine", "afspraken", "auditlog", "audit_zout", "stand"])
async def test_a_table_without_row_security_cannot_be_read_for_an_official(pool: Any, tabel: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await Inzage(pool, None).fetch(f"SELECT * FROM {tabel}")


async def test_reading_for_an_official_cannot_write_and_leaves_nothing_behind(pool: Any) -> None:
    """The connection goes back to the pool as the service."""
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        await Inzage(pool, None).fetch("DELETE FROM voorstel")
    assert 2 == await pool.fetchval("SELECT count(*) FROM voorstel")


async def test_without_the_role_nothing_is_read(servers: Servers) -> None:
    """A database that somebody else made, without the grant."""
    databases = Databases(servers)
    async with databases.migrated("cases") as pool:
        await _zonder_rol(servers, await pool.fetchval("SELECT current_user"))
        with pytest.raises(NietGereed, match="rol voor inzage"):
            await Inzage(pool, ["1924"]).fetch("SELECT * FROM zaak")


async def _zonder_rol(servers: Servers, service: str) -> None:
    admin = await asyncpg.connect(servers.postgres.url)
    await admin.execute(f'REVOKE "{service}_inzage" FROM "{service}"')
    await admin.close()


async def test_a_service_cannot_read_the_database_of_another(servers: Servers) -> None:
    """Its role may not even connect; with its own it may."""
    databases = Databases(servers)
    een, twee = [await databases.new(s) for s in ("letters", "brp_sync")]
    namen = [urlsplit(url).path.removeprefix("/") for url in (een, twee)]
    for rol, naam, mag in [(r, n, r == n) for r in namen for n in namen]:
        url = servers.postgres.url_voor(naam, rol, PASSWORD)
        if mag:
            assert rol == await (await asyncpg.connect(url)).fetchval("SELECT current_user")
        else:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await asyncpg.connect(url)
