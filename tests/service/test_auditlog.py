"""The audit log: chained, not to be changed, and nobody can be found in it once they are forgotten."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
import pytest_asyncio

from hub.auditlog import BEGIN, Auditlog, Hoofd, Uitkomst
from hub.catalogus import HUB
from hub.embedded import Servers
from hub.gewist import erase_from
from tests.service.databases import Databases

pytestmark = pytest.mark.connected
NU = datetime(2026, 9, 14, 8, 0, 0, 123456, tzinfo=UTC)
_ALS_EIGENAAR = "ALTER TABLE auditlog DISABLE TRIGGER USER; {}; ALTER TABLE auditlog ENABLE TRIGGER USER"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def pool(servers: Servers) -> AsyncIterator[Any]:
    async with Databases(servers).migrated("letters") as made:
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def log(pool: Any) -> AsyncIterator[Auditlog]:
    yield Auditlog(pool)
    await pool.execute(_ALS_EIGENAAR.format("DELETE FROM auditlog"))
    await pool.execute("DELETE FROM audit_zout")


async def five(log: Auditlog) -> None:
    for number in range(1, 6):
        assert number == await log.schrijf(NU, "LPA-1", "werklijst_zien", Uitkomst.GEDAAN, [uuid4()])


async def test_an_empty_and_a_whole_chain_hold(log: Auditlog) -> None:
    assert (Hoofd(0, BEGIN), None) == await log.controleer()
    await five(log)
    found = await log.controleer()
    assert (5, None) == (found.hoofd.nr, found.fout)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ("UPDATE auditlog SET door = 'LPA-2' WHERE nr = 3", 3),
        ("UPDATE auditlog SET uitkomst = 'geweigerd' WHERE nr = 1", 1),
        ("UPDATE auditlog SET op = op + interval '1 microsecond' WHERE nr = 5", 5),
        ("UPDATE auditlog SET onderwerp = '{}' WHERE nr = 2", 2),
        ("UPDATE auditlog SET hash = repeat('0', 64) WHERE nr = 2", 2),
        ("DELETE FROM auditlog WHERE nr = 2", 3),
        ("DELETE FROM auditlog WHERE nr = 1", 2),
        ("UPDATE auditlog SET nr = 9 WHERE nr = 4", 5),
    ],
)
async def test_a_change_by_the_owner_is_found_at_its_line(log: Auditlog, pool: Any, change: str, line: int) -> None:
    await five(log)
    await pool.execute(_ALS_EIGENAAR.format(change))
    fout = (await log.controleer()).fout
    assert fout is not None
    assert fout.startswith(f"regel {line}:")


async def test_an_anchor_finds_what_was_cut_off_and_what_was_made_anew(log: Auditlog, pool: Any) -> None:
    """Without it neither can be seen."""
    await five(log)
    anker = (await log.controleer()).hoofd
    await pool.execute(_ALS_EIGENAAR.format("DELETE FROM auditlog WHERE nr > 3"))
    assert None is (await log.controleer()).fout
    assert "regel 4: ontbreekt; het anker kent 5 regels" == (await log.controleer(anker)).fout
    for _ in range(3):
        await log.schrijf(NU, "LPA-1", "werklijst_zien", Uitkomst.GEDAAN)
    assert None is (await log.controleer()).fout
    assert "regel 5: is een andere dan in het anker: de keten is opnieuw gemaakt" == (await log.controleer(anker)).fout


@pytest.mark.parametrize(
    "change",
    ["UPDATE auditlog SET door = 'x'", "DELETE FROM auditlog", "TRUNCATE auditlog", "UPDATE audit_zout SET nr = 9"],
)
async def test_the_service_cannot_change_a_line(log: Auditlog, pool: Any, change: str) -> None:
    await five(log)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute(change)
    assert 5 == (await log.controleer()).hoofd.nr


async def test_lines_added_at_once_make_one_chain(log: Auditlog) -> None:
    numbers = await asyncio.gather(
        *(log.schrijf(NU, "LPA-1", "besluit_nemen", Uitkomst.GEDAAN, [uuid4()]) for _ in range(40))
    )
    assert list(range(1, 41)) == sorted(numbers)
    assert (40, None) == ((await log.controleer()).hoofd.nr, (await log.controleer()).fout)


async def test_who_is_forgotten_is_found_no_more_and_the_chain_holds(log: Auditlog, pool: Any) -> None:
    """Nor by what is asked about them afterwards; the other person of the same line is still found."""
    weg, blijft = uuid4(), uuid4()
    await log.schrijf(NU, "LPA-1", "werklijst_zien", Uitkomst.GEDAAN, [weg, blijft])
    await log.schrijf(NU, "LPA-1", "besluit_nemen", Uitkomst.GEDAAN, [weg])
    assert [1, 2] == [regel.nr for regel in await log.over(weg)]
    zout = [tabel for tabel in HUB if tabel.naam == "audit_zout"]
    assert [{"audit_zout": 2}, {}] == [await erase_from(pool, zout, [weg], NU) for _ in range(2)]
    await log.schrijf(NU, "LPA-1", "inzage_geven", Uitkomst.GEWEIGERD, [weg, wie := uuid4()])
    assert [3] == [regel.nr for regel in await log.over(wie)]
    assert ([], [1]) == (await log.over(weg), [regel.nr for regel in await log.over(blijft)])
    assert (3, None) == ((await log.controleer()).hoofd.nr, (await log.controleer()).fout)


async def test_the_same_jongere_has_another_fingerprint_on_each_line(log: Auditlog) -> None:
    wie = uuid4()
    for _ in range(2):
        await log.schrijf(NU, "LPA-1", "werklijst_zien", Uitkomst.GEDAAN, [wie])
    een, twee = [regel async for regel in log.regels()]
    assert een.onderwerp != twee.onderwerp
    assert wie.hex not in str(een)
