"""The check of everybody in an installation of several gemeenten, of which DUO did not tell of all yet."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from hub.clock import VirtualClock
from hub.errors import Ongeldig
from hub.messages import Message
from services.cases.absoluut import ToetsInschrijving
from services.cases.controle import Controle
from services.cases.model import Dossier
from services.cases.registervragen import Registervragen
from services.cases.store import ZakenStore
from services.cases.zoeken import Zoeker
from tests.service.databases import Databases, kluis
from tests.unit.cases.registervoorbeelden import POLDER, nummer, staat_ingeschreven, woont
from tests.unit.cases.voorbeelden import GEMEENTE, beleid

NOVEMBER = date(2026, 11, 20)  # vrijdag
GEHOORD = date(2026, 9, 4)


class Opstelling:
    """The check over a real database; who would be decided about is kept instead of decided about."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.store = ZakenStore(pool, kluis())
        self.vragen = Registervragen(pool)
        self.getoetst: list[Message] = []
        clock = VirtualClock(datetime(2026, 11, 20, 9, tzinfo=UTC))
        self.controle = Controle(self.vragen, Zoeker(self.vragen, self.store, beleid()), clock, self._execute)
        self._pool = pool

    async def _execute(self, messages: Sequence[Message]) -> Sequence[Message]:
        self.getoetst += messages
        return messages

    async def save(self, dossiers: Iterable[Dossier]) -> None:
        """Stores them in one transaction."""
        async with self._pool.acquire() as db, db.transaction():
            await self.store.save(db, {een.jongere_id: een for een in dossiers})

    def wie(self) -> set[UUID]:
        """Whom the check decided about."""
        return {m.jongere_id for m in self.getoetst}


@pytest.fixture
async def opstelling(databases: Databases) -> AsyncIterator[Opstelling]:
    """One gemeente of which DUO told, with a resident at school and two without; one of which it did not."""
    async with databases.migrated("cases") as pool:
        made = Opstelling(pool)
        uitgeschreven = staat_ingeschreven(woont(jongere=nummer(2)), date(2024, 8, 1), GEHOORD, n=2)
        thuis = [woont(jongere=nummer(3)), woont(gemeente=POLDER, jongere=nummer(4))]
        await made.save([uitgeschreven, *thuis])
        yield made


async def test_each_gemeente_has_its_own_last_news(opstelling: Opstelling) -> None:
    """The day on which it was heard, of a resident."""
    assert {GEMEENTE: GEHOORD} == await opstelling.vragen.laatste_leveringen()


async def test_a_gemeente_of_which_duo_told_nothing_is_left_out_and_named(opstelling: Opstelling) -> None:
    """By hand, of another day, and by the clock; of the other gemeente everybody is looked at."""
    document = await opstelling.controle.nu()
    assert ((POLDER,), 2) == (document["zonder_levering"], document["ontbreekt"])
    proef = await opstelling.controle.nu(NOVEMBER - timedelta(1))
    assert ((POLDER,), {GEMEENTE}) == (proef["zonder_levering"], {r["gemeente"] for r in proef["gevonden"]})
    assert ["maand", "dag"] == await opstelling.controle.op_tijd()
    assert {nummer(2), nummer(3)} == opstelling.wie()
    commands = [m.data for m in opstelling.getoetst]
    assert [ToetsInschrijving(NOVEMBER, {GEMEENTE: GEHOORD}, maand=True)] * 4 == commands


async def test_asked_for_that_gemeente_alone_an_official_hears_what_to_do_first(opstelling: Opstelling) -> None:
    """An inschrijving in another gemeente changes nothing."""
    with pytest.raises(Ongeldig, match="lees eerst een C-levering"):
        await opstelling.controle.nu(gemeente=POLDER)
    assert set() == opstelling.wie()
