"""Zaken in a real database: what goes in comes out, worklists and clock find it, and nobody can read along."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from contracts.codes import Besluitsoort
from hub.crypto import KluisFout
from services.cases.decisions import ken_persoon, noteer, overlijd
from services.cases.model import Dossier, Persoonsfeiten, Tijdlijnregel
from services.cases.store import Overtaken, Werk, ZakenStore
from services.cases.termijnvragen import Lopend, Termijnvragen
from tests.service.databases import Databases, kluis, readable
from tests.unit.cases.voorbeelden import (
    AFSPRAAK,
    GEBOREN,
    GEMEENTE,
    GESPREK,
    JONGERE,
    NU,
    besluit,
    dossier,
    in_halt,
    met_feiten,
    met_melding,
    na_besluit,
    te_laat,
    voorstel,
    zaak,
    zestien_uur,
)

ANDER = UUID("22222222-0000-4000-8000-000000000000")
UITERLIJK = date(2026, 9, 28)  # maandag
NIETS = UUID(int=0)


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `cases`."""
    async with databases.migrated("cases") as made:
        yield made


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> ZakenStore:
    """The store on it."""
    return ZakenStore(pool, kluis())


async def save(pool: "asyncpg.Pool[Any]", store: ZakenStore, *dossiers: Dossier) -> None:
    """Stores them in one transaction."""
    async with pool.acquire() as db, db.transaction():
        await store.save(db, {een.jongere_id: een for een in dossiers})


async def load(pool: "asyncpg.Pool[Any]", store: ZakenStore, *jongeren: UUID) -> dict[UUID, Dossier]:
    """Reads them back."""
    async with pool.acquire() as db:
        return await store.load(db, jongeren)


def opgeslagen(staat: Dossier) -> Dossier:
    """The dossier without what was new about it."""
    return replace(staat, nieuw=(), gewijzigd=frozenset(), afspraken={}, bewijzen=())


def vol() -> Dossier:
    """A jongere with two zaken, decided voorstellen, a termijn and agreements."""
    staat = in_halt(dossier())
    return met_melding(staat, te_laat(9, 7))


async def test_a_full_dossier_comes_back_as_it_went_in(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """Voorstellen with reasons and besluiten, termijnen, facts, taken: everything but what was only new."""
    staat = vol()
    await save(pool, store, staat)
    assert {JONGERE: opgeslagen(staat)} == await load(pool, store, JONGERE)


async def test_a_jongere_without_zaken_keeps_what_is_known_of_the_person(
    pool: "asyncpg.Pool[Any]", store: ZakenStore
) -> None:
    """A death that came before any melding must be remembered."""
    dood, _ = overlijd(dossier(), NU)
    await save(pool, store, dood, Dossier(ANDER))
    assert {JONGERE: dood, ANDER: Dossier(ANDER)} == await load(pool, store, JONGERE, ANDER)


async def test_only_jongeren_that_are_known_come_back(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """Of others there is nothing, and `empty` is how they begin."""
    await save(pool, store, vol())
    assert {} == await load(pool, store, ANDER)
    assert Dossier(ANDER) == store.empty(ANDER)


async def test_a_change_replaces_and_repeats_nothing(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """After a second save the zaak is there once, as it is now; the timeline has grown by the new lines only."""
    eerst = met_melding(dossier(), te_laat(9))
    await save(pool, store, eerst)
    geladen = (await load(pool, store, JONGERE))[JONGERE]
    daarna = na_besluit(geladen, "gele_kaart")
    await save(pool, store, daarna)
    assert {JONGERE: opgeslagen(daarna)} == await load(pool, store, JONGERE)
    assert [*eerst.nieuw, *daarna.nieuw] == await store.timeline(zaak(daarna).zaak_id)
    assert 1 == await pool.fetchval("SELECT count(*) FROM voorstel")


async def test_the_timeline_keeps_the_order_of_happening(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """All lines of one batch bear the same moment; each zaak has its own lines."""
    staat = vol()
    await save(pool, store, staat)
    for zaak_id in staat.zaken:
        assert [r for r in staat.nieuw if r.zaak_id == zaak_id] == await store.timeline(zaak_id)


async def test_a_line_is_kept_when_nothing_else_changed(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """That a letter was made changes nothing in the zaak itself."""
    await save(pool, store, met_melding(dossier(), te_laat(9)))
    geladen = (await load(pool, store, JONGERE))[JONGERE]
    zaak_id = zaak(geladen).zaak_id
    before = await store.timeline(zaak_id)
    await save(pool, store, noteer(geladen, zaak_id, "brief_opgemaakt", "gele_kaart", "letters", NU))
    expected = [*before, Tijdlijnregel(zaak_id, NU, "brief_opgemaakt", "letters", "gele_kaart")]
    assert expected == await store.timeline(zaak_id)


async def test_what_becomes_known_of_a_person_is_kept(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """A day of birth, and later a death, of someone whose zaken do not change by it."""
    await save(pool, store, Dossier(JONGERE))
    for bekend in (Persoonsfeiten(GEBOREN, overleden=False), Persoonsfeiten(GEBOREN, overleden=True)):
        geladen = (await load(pool, store, JONGERE))[JONGERE]
        await save(pool, store, ken_persoon(geladen, bekend))
        na = (await load(pool, store, JONGERE))[JONGERE]
        assert (bekend.geboortedatum, bekend.overleden) == (na.geboortedatum, na.overleden)


async def test_a_zaak_is_found_by_its_id_with_its_jongere(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """For officials, who know the number of the zaak."""
    staat = met_melding(dossier(), te_laat(9))
    await save(pool, store, staat)
    assert (JONGERE, zaak(staat)) == await store.zaak(zaak(staat).zaak_id)
    assert await store.zaak(ANDER) is None


# Worklist


async def test_the_worklist_holds_open_voorstellen_oldest_first(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """Of one gemeente or of all; decided and lapsed ones are gone, but can still be found by id."""
    oud = met_melding(replace(dossier(), jongere_id=ANDER), te_laat(9), op=NU - timedelta(days=1))
    jong = met_melding(dossier(), zestien_uur())
    await save(pool, store, jong, oud)
    oud_werk, jong_werk = (
        Werk(v.voorstel_id, zaak(d).zaak_id, d.jongere_id, GEMEENTE, v.uitkomst, v.gedaan_op, "open", zaak(d).revisie)
        for d, v in ((oud, voorstel(oud, "gele_kaart")), (jong, voorstel(jong, "lpa_uitnodiging_1")))
    )
    assert [oud_werk, jong_werk] == await store.worklist()
    assert [oud_werk] == await store.worklist(limit=1)
    assert [oud_werk, jong_werk] == await store.worklist(GEMEENTE)
    assert [] == await store.worklist("0171")
    await save(pool, store, na_besluit(jong, "lpa_uitnodiging_1", Besluitsoort.AFWIJZEN), overlijd(oud, NU)[0])
    assert [] == await store.worklist()
    found = await store.whose_voorstel(jong_werk.voorstel_id)
    assert found is not None
    assert (jong_werk.zaak_id, "besloten") == (found.zaak_id, found.status)
    assert await store.whose_voorstel(ANDER) is None


# Termijnen


@pytest.mark.parametrize(
    ("vandaag", "verlopen"),
    [
        (date(2026, 9, 27), False),  # zondag
        (UITERLIJK, False),  # maandag
        (date(2026, 9, 29), True),  # dinsdag
    ],
)
async def test_a_termijn_is_due_after_its_last_day(
    pool: "asyncpg.Pool[Any]", store: ZakenStore, vandaag: date, verlopen: bool
) -> None:
    """On the last day itself there is still time."""
    staat = na_besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    await save(pool, store, staat)
    (termijn,) = zaak(staat).termijnen
    expected = [Lopend(UITERLIJK, termijn, zaak(staat).zaak_id, JONGERE, GEMEENTE)] if verlopen else []
    assert expected == await Termijnvragen(pool).due(vandaag, 10)


async def test_a_termijn_that_was_met_is_never_due(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """The row follows the zaak."""
    staat = na_besluit(met_melding(dossier(), zestien_uur()), "lpa_uitnodiging_1", gesprek_op=GESPREK)
    await save(pool, store, staat)
    await save(pool, store, met_feiten(staat, gesprek_datum="2026-09-24"))
    assert [] == await Termijnvragen(pool).due(date(2027, 1, 1), 10)


async def test_the_oldest_termijnen_come_first(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """A batch may be smaller than what is due."""
    later = datetime(2026, 9, 15, 8, 0, tzinfo=UTC)  # dinsdag
    dossiers = []
    for jongere_id, op in ((JONGERE, later), (ANDER, NU)):
        staat = met_melding(replace(dossier(), jongere_id=jongere_id), zestien_uur(), op=op)
        dossiers.append(na_besluit(staat, "lpa_uitnodiging_1", op=op, gesprek_op=GESPREK))
    await save(pool, store, *dossiers)
    assert [ANDER] == [een.jongere_id for een in await Termijnvragen(pool).due(date(2027, 1, 1), 1)]
    eerste, tweede = await Termijnvragen(pool).due(date(2027, 1, 1), 2)
    assert (ANDER, JONGERE) == (eerste.jongere_id, tweede.jongere_id)
    assert [[tweede], []] == [await Termijnvragen(pool).due(date(2027, 1, 1), 2, after) for after in (eerste, tweede)]


# Persons and privacy


async def test_of_whom_the_day_of_birth_is_known_and_who_has_a_zaak(
    pool: "asyncpg.Pool[Any]", store: ZakenStore
) -> None:
    """What must be asked of the BRP, and about whom nothing may be kept."""
    derde = UUID("33333333-0000-4000-8000-000000000000")
    await save(pool, store, dossier(), met_melding(Dossier(ANDER), te_laat(9)))
    jongeren = [JONGERE, ANDER, derde]
    assert ({JONGERE}, {ANDER}) == (await store.known_births(jongeren), await store.with_zaak(jongeren))


async def test_agreements_come_back_for_their_letter_only(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """`letters` asks with the id of the letter; storing them twice keeps the first."""
    staat = met_feiten(met_melding(dossier(), zestien_uur()), oordeel="ongeoorloofd")
    staat, _ = besluit(staat, "officiele_waarschuwing", afspraken=(AFSPRAAK,))
    await save(pool, store, staat)
    await save(pool, store, staat)
    (brief_id,) = staat.afspraken
    assert (AFSPRAAK,) == await store.afspraken(brief_id)
    assert () == await store.afspraken(ANDER)


async def test_nothing_about_a_person_can_be_read_in_the_database(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """Day of birth, motivering, agreements and the value of a fact are sealed; the gemeente is not."""
    staat, _ = besluit(vol(), "gele_kaart", Besluitsoort.AFWIJZEN, motivering="MOTIVERING van de ambtenaar")
    eerste = next(iter(staat.zaken.values()))
    staat = staat.met_zaak(eerste.met(feiten={**eerste.feiten, "brief_elementen_aanwezig": ["FEIT dat vaststaat"]}))
    await save(pool, store, staat)
    geheim = (GEBOREN.isoformat(), "MOTIVERING", "FEIT", AFSPRAAK.get_secret_value())
    assert [GEMEENTE] == await readable(pool, GEMEENTE, *geheim)


async def test_what_was_sealed_with_another_key_does_not_open(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """A copy of the database alone is worth nothing."""
    await save(pool, store, vol())
    with pytest.raises(KluisFout):
        await load(pool, ZakenStore(pool, kluis()), JONGERE)


async def test_every_zaak_is_found_with_its_dossier(pool: "asyncpg.Pool[Any]", store: ZakenStore) -> None:
    """All of them, or those of one school year."""
    staat = vol()
    await save(pool, store, staat)
    found = [(dossier.jongere_id, een.zaak_id) async for dossier, een in store.alle_zaken()]
    assert {(JONGERE, zaak_id) for zaak_id in staat.zaken} == set(found)
    assert len(staat.zaken) == len(found)
    (jaar,) = {een.schooljaar for een in staat.zaken.values()}
    assert len(staat.zaken) == len([een async for _, een in store.alle_zaken(jaar)])
    assert [] == [een async for _, een in store.alle_zaken("2019-2020")]


async def test_only_open_zaken_judged_by_another_version_are_overtaken(
    pool: "asyncpg.Pool[Any]", store: ZakenStore
) -> None:
    """Neither those that were judged by the version in force, nor closed ones, nor those of another gemeente."""
    staat = met_melding(dossier(), te_laat(9))
    await save(pool, store, staat)
    een = zaak(staat)
    assert [] == await store.overtaken({GEMEENTE: een.versie}, NIETS, 10)
    assert [] == await store.overtaken({"0171": "noordoostpolder@2030-08-01"}, NIETS, 10)
    assert [Overtaken(een.zaak_id, JONGERE, GEMEENTE)] == await store.overtaken(
        {GEMEENTE: "ander@2030-08-01"}, NIETS, 10
    )
    assert [] == await store.overtaken({GEMEENTE: "ander@2030-08-01"}, een.zaak_id, 10)
    await save(pool, store, overlijd(staat, NU)[0])
    assert [] == await store.overtaken({GEMEENTE: "ander@2030-08-01"}, NIETS, 10)
