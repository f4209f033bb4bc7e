"""One database and one role per service; asyncpg for the hot path, Alembic for the schema."""

import asyncio
import json
from pathlib import Path
from typing import Any, TypeAlias

import asyncpg
import structlog

from hub.errors import NietGereed

log: structlog.stdlib.BoundLogger = structlog.get_logger()

Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[Any]"
HUB_MIGRATIONS = Path(__file__).parent / "migrations"

# The planner has no statistics of a young table and would scan it; every query here has an index (docs/adr/0005).
_SESSION = {"enable_seqscan": "off", "plan_cache_mode": "force_generic_plan", "application_name": "schakel"}

# Errors after which the same batch is simply tried again: the server went away, or another writer was first.
GONE = (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError, asyncpg.CannotConnectNowError,
        asyncpg.AdminShutdownError, asyncpg.CrashShutdownError, asyncpg.TooManyConnectionsError)  # fmt: skip
RACE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.UniqueViolationError)


async def _init(connection: "asyncpg.Connection[Any]") -> None:
    await connection.set_type_codec("jsonb", encoder=json.dumps, decoder=json.loads, schema="pg_catalog")


async def _keep(connection: "asyncpg.Connection[Any]") -> None:
    """Nothing to reset on release: no query here leaves session state behind, and a reset costs a round trip."""


async def create_pool(url: str, size: int = 4) -> "asyncpg.Pool[Any]":
    """A pool on the database of one service."""
    pool = await asyncpg.create_pool(
        url, min_size=1, max_size=size, init=_init, reset=_keep, server_settings=_SESSION, command_timeout=60
    )
    if pool is None:
        raise NietGereed("geen verbinding met PostgreSQL")
    return pool


async def provision(admin_url: str, service: str, password: str | None) -> None:
    """Makes the roles and the database of a service when they are missing; safe to repeat.

    The service owns its database, and no other role may connect to it. With `<service>_inzage` it reads for an
    official: a role without login that sees only rows of their gemeenten (`hub.inzage`).
    """
    admin = await asyncpg.connect(admin_url)
    try:
        secret = f" PASSWORD '{password}'" if password else ""
        if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", service):
            await admin.execute(f'CREATE ROLE "{service}" LOGIN{secret}')
        elif secret:
            await admin.execute(f'ALTER ROLE "{service}" LOGIN{secret}')
        if not await admin.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", service):
            await admin.execute(f'CREATE DATABASE "{service}" OWNER "{service}"')
            await admin.execute(f'REVOKE CONNECT ON DATABASE "{service}" FROM PUBLIC')
        inzage = f"{service}_inzage"
        if not await admin.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", inzage):
            await admin.execute(f'CREATE ROLE "{inzage}" NOLOGIN')
        await admin.execute(f'GRANT "{inzage}" TO "{service}"')
    finally:
        await admin.close()


_one_at_a_time = asyncio.Lock()  # Alembic keeps its context in a global


async def migrate(url: str, service: str, versions: Path) -> None:
    """Brings the schema of a service to its newest version; the hub's own tables are a branch of their own."""
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(HUB_MIGRATIONS))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", f"{HUB_MIGRATIONS / 'versions'}\n{versions}")
    wanted = set(ScriptDirectory.from_config(config).get_heads())
    connection = await asyncpg.connect(url)
    try:
        present = await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
        rows = await connection.fetch("SELECT version_num FROM alembic_version") if present else []
        if {row[0] for row in rows} != wanted:
            async with _one_at_a_time:
                await _upgrade(config, url)
            log.info("schema_migrated", service=service)
        await _allow_inzage(connection)
    finally:
        await connection.close()


async def _allow_inzage(connection: "asyncpg.Connection[Any]") -> None:
    """Lets the role that reads for officials see the tables with row security, and no other table."""
    rows = await connection.fetch(
        """SELECT c.oid::regclass::text AS tabel, quote_ident(r.rolname) AS rol FROM pg_class c, pg_roles r
           WHERE c.relrowsecurity AND c.relnamespace = 'public'::regnamespace AND r.rolname = current_user || '_inzage'
             AND NOT has_table_privilege(r.rolname, c.oid, 'SELECT')"""
    )
    for row in rows:
        await connection.execute(f"GRANT SELECT ON {row['tabel']} TO {row['rol']}")


async def _upgrade(config: Any, url: str) -> None:
    from alembic import command
    from sqlalchemy import Connection as SaConnection
    from sqlalchemy.ext.asyncio import create_async_engine
    from sqlalchemy.pool import NullPool

    async def connect() -> "asyncpg.Connection[Any]":
        return await asyncpg.connect(url)

    def upgrade(connection: SaConnection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "heads")

    engine = create_async_engine("postgresql+asyncpg://", async_creator=connect, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(upgrade)
    finally:
        await engine.dispose()


async def index_commands(db: Any, table: str) -> tuple[list[str], list[str]]:
    """The statements that take away the indexes of a table with its keys and unique constraints, and that make them
    again: a table is filled several times faster without them."""
    drop, make = [], []
    for name, kind in await db.fetch(
        """SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
           WHERE conrelid = $1::regclass AND contype IN ('p', 'u') ORDER BY conname""",
        table,
    ):
        drop.append(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        make.append(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {kind}')
    for name, definition in await db.fetch(
        """SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
           WHERE i.indrelid = $1::regclass
             AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid) ORDER BY 1""",
        table,
    ):
        drop.append(f"DROP INDEX {name}")
        make.append(definition)
    return drop, make
