"""A merge of two jongere_id's on a real database: rows, timeline and what is handed on go along, once."""

from dataclasses import replace
from typing import Any

import asyncpg

from contracts.events.personen import JongereOpgegaan
from services.cases.levenshandlers import Doorgegeven, lees_door
from services.cases.store import ZakenStore
from tests.service.cases.test_store import load, pool, save, store
from tests.unit.cases.leven import ANDER, doe
from tests.unit.cases.voorbeelden import JONGERE, dossier, met_melding, te_laat, zaak

__all__ = ["pool", "store"]


async def test_what_stood_under_the_old_number_stands_under_the_new_one(
    pool: "asyncpg.Pool[Any]", store: ZakenStore
) -> None:
    """The row that was handed on goes with its effect; of the old number only remains in which one it went up."""
    oud = met_melding(replace(dossier(), jongere_id=ANDER), te_laat(9))
    await save(pool, store, oud)
    weg, _ = doe((await load(pool, store, ANDER))[ANDER], JongereOpgegaan(in_jongere_id=JONGERE))
    await save(pool, store, weg)
    lijn = [r.wat for r in await store.timeline(zaak(oud).zaak_id)]
    (row,) = await store.doorgestuurd(10, 0)
    data = Doorgegeven(row.nr, lees_door(row.door))
    na, _ = doe(dossier(), data, prepared=await store.dossier(data.data.oude_jongere_id))
    await save(pool, store, na)
    assert [] == await store.doorgestuurd(10, 0)
    nu = await load(pool, store, JONGERE, ANDER)
    assert (zaak(oud).zaak_id, True) == (zaak(nu[JONGERE]).zaak_id, zaak(nu[JONGERE]).is_open)
    assert ({}, None, JONGERE) == (nu[ANDER].zaken, nu[ANDER].geboortedatum, nu[ANDER].opgegaan_in)
    assert lijn == [r.wat for r in await store.timeline(zaak(oud).zaak_id)][: len(lijn)]
    for table in ("zaak", "voorstel", "termijn"):
        assert not await pool.fetchval(f"SELECT count(*) FROM {table} WHERE jongere_id = $1", ANDER)
