"""The disclosure register in the database: what was decided, who got something, what was reported sent."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.codes import Verstrekkingsuitkomst
from services.cases.grens.regel import Grensboek, Poort, Verstrekkingsregel
from services.cases.grens.register import Verstrekkingenregister
from services.cases.model import Dossier
from services.cases.store import ZakenStore
from tests.service.databases import Databases, kluis

JONGERE, ANDER = UUID(int=1), UUID(int=2)
MOMENT = datetime(2026, 11, 20, 9, tzinfo=UTC)  # vrijdag
REGEL = Verstrekkingsregel(
    verstrekking_id=UUID(int=10),
    jongere_id=JONGERE,
    zaak_id=UUID(int=20),
    gemeente="1924",
    kenmerk=UUID(int=30),
    ontvanger="halt",
    doel="halt",
    uitkomst=Verstrekkingsuitkomst.GEDEELTELIJK,
    poort=Poort.OPEN,
    weigering=None,
    gevraagd=("naam", "bsn"),
    doorgelaten=("naam",),
    weggelaten={"bsn": "bsn_niet_voorzien"},
    vereist=("loggen", "menselijke_afweging"),
    grondslag="een artikel",
    verwerking="halt_verwijzen",
    regels=("GO-R3B-8",),
    kanaal="versleuteld_mfa",
    protocol="goeree-overflakkee@2018-01-01",
    besloten_op=MOMENT,
    geldig_tot=MOMENT + timedelta(seconds=1),
    toestemmingen=(UUID(int=40),),
    informatie_op=date(2026, 11, 2),
    medewerker="BOA-1",
)
GEWEIGERD = replace(
    REGEL,
    verstrekking_id=UUID(int=11),
    uitkomst=Verstrekkingsuitkomst.GEWEIGERD,
    poort=Poort.OVERLEDEN,
    weigering="overleden",
    doorgelaten=(),
    weggelaten={},
    besloten_op=MOMENT + timedelta(minutes=5),
    zaak_id=None,
)
SCHOOL = replace(REGEL, verstrekking_id=UUID(int=12), kenmerk=UUID(int=31), ontvanger="school", doorgelaten=("bsn",))


class Opstelling:
    """A register in a real database, written as the service writes it."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.register = Verstrekkingenregister(pool)
        self._store = ZakenStore(pool, kluis())
        self._pool = pool

    async def schrijf(self, boek: Grensboek, jongere: UUID = JONGERE) -> None:
        """Stores a dossier with this in it."""
        async with self._pool.acquire() as db, db.transaction():
            await self._store.save(db, {jongere: Dossier(jongere, grens=boek)})


@pytest.fixture
async def opstelling(databases: Databases) -> AsyncIterator[Opstelling]:
    """A disclosure to Halt, a refusal after it, a disclosure to the school; and one about somebody else."""
    async with databases.migrated("cases") as pool:
        made = Opstelling(pool)
        await made.schrijf(Grensboek((REGEL, GEWEIGERD, SCHOOL)))
        await made.schrijf(Grensboek((replace(REGEL, verstrekking_id=UUID(int=13), jongere_id=ANDER),)), ANDER)
        yield made


async def test_a_line_comes_back_as_it_was_written(opstelling: Opstelling) -> None:
    """Oldest first; writing it again changes nothing."""
    await opstelling.schrijf(Grensboek((REGEL,)))
    assert [REGEL, SCHOOL, GEWEIGERD] == await opstelling.register.regels(JONGERE)


async def test_who_got_something_is_told_per_element(opstelling: Opstelling) -> None:
    """A refusal counts for nobody."""
    register = opstelling.register
    assert ["halt", "school"] == await register.ontvangers(JONGERE)
    assert ["school"] == await register.ontvangers(JONGERE, ["bsn", "telefoon_email"])
    assert [] == await register.ontvangers(JONGERE, [])
    assert [] == await register.ontvangers(UUID(int=99))


async def test_what_was_sent_stands_at_the_last_line_that_let_it_through(opstelling: Opstelling) -> None:
    """Asked twice, the first answer was not used; a report that comes again changes nothing, a refusal never counts."""
    later = replace(REGEL, verstrekking_id=UUID(int=14), besloten_op=MOMENT + timedelta(seconds=2))
    await opstelling.schrijf(Grensboek((later,)))
    for uur in (1, 2):
        await opstelling.schrijf(Grensboek(verzonden={REGEL.kenmerk: MOMENT + timedelta(hours=uur)}))
    await opstelling.schrijf(Grensboek(teruggedraaid={REGEL.kenmerk: MOMENT + timedelta(hours=3)}))
    sent = replace(later, verzonden_op=MOMENT + timedelta(hours=1), teruggedraaid_op=MOMENT + timedelta(hours=3))
    assert [REGEL, SCHOOL, sent, GEWEIGERD] == await opstelling.register.regels(JONGERE)
    await opstelling.schrijf(Grensboek(teruggedraaid={SCHOOL.kenmerk: MOMENT + timedelta(hours=4)}))
    school = await opstelling.register.regel(SCHOOL.verstrekking_id)
    assert school is not None
    assert school.verzonden_op == school.teruggedraaid_op == MOMENT + timedelta(hours=4)
    (van_ander,) = await opstelling.register.regels(ANDER)
    assert van_ander.verzonden_op is None


async def test_the_register_is_searched_by_recipient_period_and_gemeente(opstelling: Opstelling) -> None:
    """From the first moment on, before the last one."""
    zoek = opstelling.register.zoek
    assert [SCHOOL] == await zoek(ontvanger="school")
    assert [GEWEIGERD] == await zoek(van=MOMENT + timedelta(minutes=5))
    assert 3 == len(await zoek(van=MOMENT, tot=MOMENT + timedelta(minutes=5)))
    assert [] == await zoek(tot=MOMENT)
    assert [] == await zoek(gemeenten=["0171"])
    assert 4 == len(await zoek(gemeenten=["1924"]))
