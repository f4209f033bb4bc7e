"""Every table of every database is in the catalogue of personal data, and the catalogue fits the tables."""

from importlib import import_module
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from hub.catalogus import HUB, Bewaarsoort, Tabel, Wijze
from schakel.places import SERVICES
from tests.service.databases import Databases

_COLUMNS = """SELECT table_name, column_name, data_type FROM information_schema.columns
              WHERE table_schema = 'public' ORDER BY table_name, ordinal_position"""


_EIGEN_TERMIJN = set(Bewaarsoort) - {Bewaarsoort.BRONBERICHT, Bewaarsoort.GEEN}
"""Raw messages go by their own clock (SCHAKEL_BEWAARDAGEN)."""


def catalogus(service: str) -> list[Tabel]:
    """The tables of a service that the catalogue knows."""
    return [*import_module(f"services.{service}.persoonsgegevens").CATALOGUS, *HUB]


def bezwaren(tabellen: list[Tabel], kolommen: dict[str, dict[str, str]]) -> list[str]:
    """What the catalogue does not tell or tells wrongly."""
    known = {t.naam: t for t in tabellen}
    found = [f"{naam}: staat niet in de catalogus" for naam in kolommen.keys() - known.keys()]
    found += [f"{naam}: bestaat niet" for naam in known.keys() - kolommen.keys()]
    for t in tabellen:
        have = kolommen.get(t.naam, {})
        told = {*t.verzegeld, *t.afdrukken, *t.onverzegeld}
        named = told | {*t.ontdoen, *t.herleidbaar, *t.doelkolommen} | ({t.datum} - {""})
        found += [f"{t.naam}.{kolom}: bestaat niet" for kolom in named - have.keys()]
        found += [
            f"{t.naam}.{k}: bytes zonder uitleg" for k, soort in have.items() if soort == "bytea" and k not in told
        ]
        if t.waar is None and "jongere_id" in have:
            found.append(f"{t.naam}: jongere_id zonder voorwaarde")
        if t.wijze in (Wijze.PSEUDONIMISEREN, Wijze.BEWAREN) and not (t.ontdoen and t.grond):
            found.append(f"{t.naam}: blijft staan zonder ontdoen of grond")
        if t.soort in _EIGEN_TERMIJN and t.wijze not in (Wijze.VERWIJDEREN, Wijze.NIETS) and not t.datum:
            found.append(f"{t.naam}: blijft staan zonder dag waarop de termijn begint")
        if t.waar is None and t.wijze not in (Wijze.INHOUD, Wijze.NIETS):
            found.append(f"{t.naam}: geen voorwaarde")
    return sorted(found)


async def kolommen(db: Any) -> dict[str, dict[str, str]]:
    """Per table its columns with their types."""
    found: dict[str, dict[str, str]] = {}
    for tabel, kolom, soort in await db.fetch(_COLUMNS):
        found.setdefault(tabel, {})[kolom] = soort
    return found


@pytest.mark.parametrize("service", SERVICES)
async def test_every_table_is_in_the_catalogue(databases: Databases, service: str) -> None:
    """And every condition is one PostgreSQL understands."""
    async with databases.migrated(service) as pool:
        have = await kolommen(pool)
        assert [] == bezwaren(catalogus(service), have)
        for t in catalogus(service):
            if t.waar is not None:
                assert 0 == await pool.fetchval(f'SELECT count(*) FROM "{t.naam}" WHERE {t.waar}', [uuid4()])
        have["geheim"] = {"jongere_id": "uuid", "brief": "bytea"}
        have["stand"]["naam"] = "bytea"
        assert ["geheim: staat niet in de catalogus", "stand.naam: bytes zonder uitleg"] == bezwaren(
            catalogus(service), have
        )


async def test_the_order_lets_a_condition_still_find_its_keys(databases: Databases) -> None:
    """Rows that are found through another table are deleted before it."""
    async with databases.migrated("cases") as pool, pool.acquire() as db:
        jongere_id, zaak_id = uuid4(), uuid4()
        await db.execute(
            "INSERT INTO zaak VALUES ($1, $2, '1924', 'relatief', '2026-2027', 'open', now(), '', '')",
            zaak_id, jongere_id,
        )  # fmt: skip
        await db.execute("INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting) VALUES ($1, now(), '', '', '')",
                         zaak_id)  # fmt: skip
        gone = {}
        for t in catalogus("cases"):
            if t.wijze is Wijze.VERWIJDEREN:
                gone[t.naam] = await db.execute(f'DELETE FROM "{t.naam}" WHERE {t.waar}', [jongere_id])
        assert ("DELETE 1", "DELETE 1") == (gone["tijdlijn"], gone["zaak"])


async def test_a_condition_that_names_no_column_is_refused(databases: Databases) -> None:
    """The check of the conditions can fail."""
    async with databases.migrated("letters") as pool:
        with pytest.raises(asyncpg.UndefinedColumnError):
            await pool.fetchval("SELECT count(*) FROM brief WHERE persoon = ANY($1::uuid[])", [uuid4()])
