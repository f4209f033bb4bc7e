"""The lines of the disclosure register about DUO: those of a gemeente, however many others have."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from schakel.verstrekkingen import aan_duo
from tests.service.databases import Databases

NU = datetime(2026, 9, 14, 8, 0, tzinfo=UTC)
JONGERE = UUID("11111111-0000-4000-8000-000000000000")


async def test_a_limit_counts_lines_of_the_own_gemeenten(databases: Databases) -> None:
    """What others had before does not push them out; without gemeenten it is everything, oldest first."""
    async with databases.migrated("ingest_duo") as pool:
        for nr, gemeente in enumerate(["0171", "0171", "0171", "1924", "0034", "1924"], 1):
            subject = f"verzuim.meldingstatus-teruggemeld.v1.{gemeente}.{JONGERE}"
            await pool.execute(
                "INSERT INTO outbox VALUES ($1, $2, $3, $1, $4, '', $5)", nr, uuid4(), JONGERE, subject, NU
            )

        async def van(hoeveel: int, *gemeenten: str) -> list[str]:
            return [r["gemeente"] for r in await aan_duo(pool, None, None, None, hoeveel, gemeenten or None)]

        assert ["1924"] == await van(1, "1924")
        assert ["1924", "0034"] == await van(2, "1924", "0034")
        assert ["0171", "0171", "0171", "1924"] == await van(4)
