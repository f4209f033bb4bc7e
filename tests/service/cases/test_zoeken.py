"""Finding everybody without a school in a real database, and the lists: held against the decision per jongere."""

import random
from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from contracts.events.personen import JongereOverleden, JongereVertrokken
from contracts.events.verzuim import StartkwalificatieGewijzigd
from hub.errors import Ongeldig
from services.cases.lijsten import Lijsten
from services.cases.model import Dossier
from services.cases.ontbreken import bevind
from services.cases.plicht import toets_op
from services.cases.registervragen import Registervragen
from services.cases.store import ZakenStore
from services.cases.zoeken import Zoeker
from tests.service.databases import Databases, kluis
from tests.unit.cases.registervoorbeelden import (
    ANDERE_BRIN,
    BRIN,
    POLDER,
    blad,
    gebeurt,
    inschrijving,
    nummer,
    vrijstelling,
    woont,
)
from tests.unit.cases.voorbeelden import GEMEENTE, beleid

NOVEMBER = date(2026, 11, 20)  # vrijdag


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `cases`."""
    async with databases.migrated("cases") as made:
        yield made


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> ZakenStore:
    """The store on it."""
    return ZakenStore(pool, kluis())


@pytest.fixture
def zoeker(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> Zoeker:
    """Who asks it."""
    return Zoeker(Registervragen(pool), store, beleid())


@pytest.fixture
def lijsten(pool: "asyncpg.Pool[Any]", zoeker: Zoeker) -> Lijsten:
    """The lists over it."""
    return Lijsten(Registervragen(pool), zoeker, beleid())


async def save(pool: "asyncpg.Pool[Any]", store: ZakenStore, dossiers: Iterable[Dossier]) -> None:
    """Stores them in one transaction."""
    async with pool.acquire() as db, db.transaction():
        await store.save(db, {een.jongere_id: een for een in dossiers})


class Bedenker:
    """Fictional jongeren on and around every edge, the same for a seed."""

    def __init__(self, seed: int, dag: date) -> None:
        self._rng = random.Random(seed)
        self._dag = dag
        self._nummer = 1000

    def jongere(self) -> Dossier:
        """Of any age, with any past."""
        rng, dag = self._rng, self._dag
        jaren = rng.choice((4, 5, 5, 6, 10, 15, 16, 16, 17, 17, 18, 18, 19))
        geboren = _min_jaren(dag, jaren) + timedelta(rng.randrange(-62, 62))
        sinds = dag - timedelta(rng.choice((2, 7, 8, 9, 40, 400)))
        gemeente = rng.choice((GEMEENTE, POLDER, POLDER, "0363"))
        staat = woont(sinds, None if rng.random() < 0.05 else geboren, gemeente, self._id())
        for _ in range(rng.randrange(3)):
            van = dag - timedelta(rng.randrange(500))
            tot = None if rng.random() < 0.2 else dag - timedelta(rng.choice((-5, 0, 1, 6, 7, 8, 9, 10, 30, 60)))
            if tot is None or van <= tot:
                staat, _ = gebeurt(staat, inschrijving(van, tot, n=self._id().int), dag)
        for _ in range(rng.choice((0, 0, 0, 1, 2))):
            van, tot = dag - timedelta(rng.randrange(90, 110)), dag - timedelta(rng.choice((-9, 0, 1, 8, 9)))
            event = vrijstelling(van, rng.choice((tot, None)), rng.choice(list(Vrijstellingsoort)), self._id().int)
            staat, _ = gebeurt(staat, event, dag)
        if rng.random() < 0.3:
            ingang = dag + timedelta(rng.choice((-100, -1, 0, 1)))
            event = StartkwalificatieGewijzigd(startkwalificatie=True, ingangsdatum=ingang)
            staat, _ = gebeurt(staat, event, dag)
        if rng.random() < 0.05:
            staat, _ = gebeurt(staat, rng.choice((JongereOverleden(), JongereVertrokken())), dag)
        return staat

    def _id(self) -> UUID:
        self._nummer += 1
        return nummer(self._nummer)


def _min_jaren(dag: date, jaren: int) -> date:
    return date(dag.year - jaren, dag.month, 1)


@pytest.mark.parametrize(
    "dag",
    [
        NOVEMBER,
        date(2026, 9, 8),  # dinsdag, soon after the summer
        date(2026, 8, 1),  # in the holidays, the first day of a schooljaar
        date(2027, 3, 8),  # maandag
        date(2028, 3, 6),  # maandag after 29 February
        date(2025, 3, 10),  # maandag: February of 2020 is an edge
    ],
)
async def test_the_search_finds_whom_the_decision_per_jongere_finds(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, zoeker: Zoeker, dag: date
) -> None:
    """Four hundred fictional jongeren on all edges: the same ones, since the same day, for the same reason."""
    bedenker = Bedenker(dag.toordinal(), dag)
    staten = [bedenker.jongere() for _ in range(400)]
    await save(pool, store, staten)
    verwacht = {}
    for staat in staten:
        gemeente = blad(staat).gemeente
        if gemeente is not None:
            toets = toets_op(beleid(), gemeente, dag)
            gevonden = bevind(blad(staat), staat.geboortedatum, dag, toets)
            if gevonden is not None:
                verwacht[staat.jongere_id] = (gevonden.sinds, gevonden.reden)
    found = await zoeker.ontbrekend(dag, [GEMEENTE, POLDER])
    assert 5 < len(verwacht) < 200
    assert verwacht == {e.kandidaat.jongere_id: (e.bevinding.sinds, e.bevinding.reden) for e in found}


async def test_one_gemeente_can_be_asked_for_and_only_ours(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, zoeker: Zoeker
) -> None:
    """Another is refused by name of the field."""
    await save(pool, store, [woont(), woont(gemeente=POLDER, jongere=nummer(2))])
    found = await zoeker.ontbrekend(NOVEMBER, zoeker.gemeenten(POLDER))
    assert [nummer(2)] == [e.kandidaat.jongere_id for e in found]
    with pytest.raises(Ongeldig, match="gemeente"):
        zoeker.gemeenten("0363")


async def test_residents_without_a_month_of_birth_are_counted(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, zoeker: Zoeker
) -> None:
    """They are in no answer, so somebody must know that they are there."""
    await save(pool, store, [woont(geboren=None), woont(gemeente="0363", geboren=None, jongere=nummer(2))])
    assert [] == await zoeker.ontbrekend(NOVEMBER, zoeker.gemeenten())
    assert 1 == await Registervragen(pool).zonder_geboortemaand([GEMEENTE, POLDER])


async def test_on_an_edge_without_a_known_day_the_candidate_stays(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, zoeker: Zoeker
) -> None:
    """The decision per jongere asks the BRP first."""
    await save(pool, store, [woont(geboren=date(2008, 11, 25))])
    await pool.execute("DELETE FROM dossier")
    assert 1 == len(await zoeker.ontbrekend(NOVEMBER, [GEMEENTE]))


# Lists


async def test_five_year_olds_are_those_whose_leerplicht_begins_next_month(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, lijsten: Lijsten
) -> None:
    """Five in October 2026; not who is enrolled by the first school day or has a vrijstelling."""
    geboren = {1: date(2021, 9, 30), 2: date(2021, 10, 1), 3: date(2021, 10, 31), 4: date(2021, 11, 1)}
    staten = [woont(geboren=dag, jongere=nummer(n)) for n, dag in geboren.items()]
    staten += [woont(geboren=date(2021, 10, 9), jongere=nummer(n)) for n in (5, 6, 7)]
    staten[4], _ = gebeurt(staten[4], inschrijving(date(2026, 11, 2), n=5), NOVEMBER)  # the first school day
    staten[5], _ = gebeurt(staten[5], inschrijving(date(2026, 11, 3), n=6), NOVEMBER)
    staten[6], _ = gebeurt(staten[6], vrijstelling(date(2026, 11, 1)), NOVEMBER)
    await save(pool, store, staten)
    rows = await lijsten.lijst("vijfjarigen", date(2026, 10, 12))
    assert {nummer(2), nummer(3), nummer(6)} == {r["jongere_id"] for r in rows}
    assert {(date(2026, 11, 1), date(2026, 11, 2))} == {(r["leerplicht_begint"], r["eerste_schooldag"]) for r in rows}


@pytest.mark.parametrize(("op", "dagen"), [(date(2025, 2, 10), {27, 28}), (date(2025, 3, 10), {29})])
async def test_who_was_born_on_29_february_is_five_on_1_march(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, lijsten: Lijsten, op: date, dagen: set[int]
) -> None:
    """So leerplicht begins a month later than for who was born the day before."""
    await save(pool, store, [woont(date(2024, 1, 8), date(2020, 2, n), jongere=nummer(n)) for n in (27, 28, 29)])
    assert {nummer(n) for n in dagen} == {r["jongere_id"] for r in await lijsten.lijst("vijfjarigen", op)}


async def test_the_schooljaar_begins_on_another_day_in_each_region(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, lijsten: Lijsten
) -> None:
    """24 August in the south, 17 August in the north: who enrols on the 18th is late in the north only."""
    staten = [woont(gemeente=g, jongere=nummer(n)) for n, g in enumerate((GEMEENTE, POLDER), 1)]
    staten = [gebeurt(s, inschrijving(date(2026, 8, 18), n=n), NOVEMBER)[0] for n, s in enumerate(staten, 1)]
    staten.append(woont(jongere=nummer(3)))
    await save(pool, store, staten)
    rows = await lijsten.lijst("begin-schooljaar", date(2026, 9, 14))
    assert {(nummer(2), date(2026, 8, 17)), (nummer(3), date(2026, 8, 24))} == {
        (r["jongere_id"], r["eerste_schooldag"]) for r in rows
    }
    assert {nummer(2)} == {r["jongere_id"] for r in await lijsten.lijst("begin-schooljaar", date(2026, 9, 14), POLDER)}


async def test_uitschrijvingen_without_a_new_school_are_listed_from_the_first_day(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, lijsten: Lijsten
) -> None:
    """Also while the term runs; not on the last day at school, not with a new one, not who was never enrolled."""
    gisteren = NOVEMBER - timedelta(1)
    staten = [woont(jongere=nummer(n)) for n in range(1, 6)]
    for n, tot in ((1, gisteren), (2, NOVEMBER), (3, gisteren), (4, gisteren)):
        staten[n - 1], _ = gebeurt(staten[n - 1], inschrijving(date(2024, 8, 1), tot, n=n), NOVEMBER)
    staten[2], _ = gebeurt(staten[2], inschrijving(NOVEMBER, n=13, brin=ANDERE_BRIN), NOVEMBER)
    staten[3], _ = gebeurt(staten[3], inschrijving(NOVEMBER + timedelta(3), n=14, brin=ANDERE_BRIN), NOVEMBER)
    await save(pool, store, staten)
    rows = await lijsten.lijst("uitschrijvingen", NOVEMBER)
    assert {(nummer(1), gisteren, BRIN, None), (nummer(4), gisteren, BRIN, NOVEMBER + timedelta(3))} == {
        (r["jongere_id"], r["uitgeschreven_op"], r["laatste_school"], r["volgende_inschrijving"]) for r in rows
    }


VMBO = {"onderwijssoort": Onderwijssoort.VOORTGEZET_ONDERWIJS, "niveau": "vmbo_k"}
MBO = {"onderwijssoort": Onderwijssoort.MIDDELBAAR_BEROEPSONDERWIJS, "niveau": "mbo_2"}
VAVO = {"onderwijssoort": Onderwijssoort.VOLWASSENENONDERWIJS}
HAVO = {"onderwijssoort": Onderwijssoort.VOORTGEZET_ONDERWIJS, "niveau": "havo"}
PRIVE = {"onderwijssoort": Onderwijssoort.NIET_BEKOSTIGD}
EIND = date(2026, 7, 31)


@pytest.mark.parametrize(
    ("schoolloopbaan", "op_de_lijst"),
    [
        ([(VMBO, date(2022, 8, 1), EIND)], True),
        ([(VMBO, date(2022, 8, 1), date(2025, 8, 1))], True),
        ([(VMBO, date(2022, 8, 1), date(2025, 7, 31))], False),  # an earlier schooljaar
        ([(VMBO, date(2022, 8, 1), date(2026, 8, 1))], False),  # not ended yet
        ([(VMBO, date(2022, 8, 1), None)], False),
        ([(HAVO, date(2022, 8, 1), EIND)], False),
        ([(VMBO, date(2022, 8, 1), EIND), (MBO, date(2026, 8, 1), None)], False),
        ([(VMBO, date(2022, 8, 1), EIND), (VAVO, date(2026, 10, 1), None)], False),
        ([(VMBO, date(2022, 8, 1), EIND), (HAVO, date(2026, 8, 1), date(2026, 8, 1))], False),
        ([(VMBO, date(2022, 8, 1), EIND), (MBO, date(2026, 2, 1), date(2026, 7, 31))], True),  # over before August
        ([(VMBO, date(2022, 8, 1), date(2026, 2, 1)), (HAVO, date(2026, 2, 2), EIND)], False),  # havo was the last
        ([(VMBO, date(2022, 8, 1), EIND), (PRIVE, date(2026, 8, 1), None)], True),
    ],
)
async def test_whoever_left_the_vmbo_and_is_at_no_mbo_is_on_the_list_of_the_overstap(
    pool: "asyncpg.Pool[Any]",
    store: ZakenStore,
    lijsten: Lijsten,
    schoolloopbaan: list[tuple[dict[str, Any], date, date | None]],
    op_de_lijst: bool,
) -> None:
    """The schooljaar ran from 1 August 2025 up to and including 31 July 2026."""
    staat = woont()
    for n, (soort, van, tot) in enumerate(schoolloopbaan, 1):
        staat, _ = gebeurt(staat, inschrijving(van, tot, n=n, **soort), NOVEMBER)
    await save(pool, store, [staat])
    rows = await lijsten.lijst("overstap", NOVEMBER)
    assert op_de_lijst is bool(rows)
    if rows:
        assert (GEMEENTE, BRIN, "vmbo_k") == (rows[0]["gemeente"], rows[0]["brin"], rows[0]["niveau"])


@pytest.mark.parametrize(
    ("naam", "op", "reden"),
    [("bestaat-niet", NOVEMBER, "deze lijst bestaat niet"), ("begin-schooljaar", date(2060, 9, 1), "schoolvakanties")],
)
async def test_what_cannot_be_listed_is_said(lijsten: Lijsten, naam: str, op: date, reden: str) -> None:
    """A list that is not there, a calendar that is not filled."""
    with pytest.raises(Ongeldig, match=reden):
        await lijsten.lijst(naam, op)
