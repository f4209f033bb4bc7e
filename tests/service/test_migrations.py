"""The migrations of every service make exactly the tables that its code declares, beside those of the hub."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, inspect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from hub.database import migrate
from hub.tables import HubTable
from services.brp_sync.signalen.tabellen import SignaalRij
from services.cases.tabellen import CasesTable
from services.halt_bridge.store import HaltTable
from services.ingest_duo.store import DuoTable
from services.letters.store import BrievenTable
from tests.service.databases import Databases, migrations

METADATA: dict[str, MetaData] = {
    "brp_sync": SignaalRij.metadata,  # which has those of persons too
    "ingest_duo": DuoTable.metadata,
    "cases": CasesTable.metadata,
    "letters": BrievenTable.metadata,
    "halt_bridge": HaltTable.metadata,
}

for name in METADATA:
    import_module(f"services.{name}.app")  # declares every table of the service, wherever it stands


async def on_connection(url: str, look: Callable[[Connection], Any]) -> Any:
    """What `look` sees on a connection of SQLAlchemy."""
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(url), poolclass=NullPool
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def differences(connection: Connection, declared: list[MetaData]) -> list[Any]:
    """What a new migration would still have to change."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, declared))  # type: ignore[arg-type] # it takes a sequence as well


@pytest.mark.parametrize("service", METADATA)
async def test_migrations_and_code_agree_on_the_tables(databases: Databases, service: str) -> None:
    """No table, column, type or index too many or too few; running the migrations twice changes nothing."""
    declared = [HubTable.metadata, METADATA[service]]
    expected = {"alembic_version"} | {table for metadata in declared for table in metadata.tables}
    url = await databases.new(service)
    for _ in range(2):
        await migrate(url, service, migrations(service))
        assert [] == await on_connection(url, lambda connection: differences(connection, declared))
        assert expected == set(await on_connection(url, lambda connection: inspect(connection).get_table_names()))


async def test_a_column_that_no_migration_makes_is_seen(databases: Databases) -> None:
    """The comparison above can fail."""
    url = await databases.new("cases")
    await migrate(url, "cases", migrations("cases"))
    connection = await asyncpg.connect(url)
    await connection.execute("ALTER TABLE zaak DROP COLUMN schooljaar")
    await connection.close()
    declared = [HubTable.metadata, CasesTable.metadata]
    (verschil,) = await on_connection(url, lambda connection: differences(connection, declared))
    assert ("add_column", "zaak", "schooljaar") == (verschil[0], verschil[2], verschil[3].name)
