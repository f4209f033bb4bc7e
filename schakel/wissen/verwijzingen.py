"""Zaken of others that name a zaak of the person: of siblings, or one that goes on elsewhere."""

import json
from collections.abc import Collection
from typing import Any
from uuid import UUID

import asyncpg

from hub.canary import Canary
from hub.crypto import Kluis
from schakel.wissen.opslag import catalogus, open_kolommen, rijen


async def wis_verwijzingen(pool: "asyncpg.Pool[Any]", kluis: Kluis, zaken: Collection[UUID]) -> int:
    """Takes these zaken out of the zaken of others; returns how many were changed.

    The version of each other jongere moves with it, so that a batch under way reads again and brings nothing back.
    """
    if not zaken:
        return 0
    tabel = next(t for t in catalogus("cases") if t.naam == "zaak")
    canary, number = Canary(), 0
    for zaak_id in zaken:
        canary.add("zaak_id", str(zaak_id))
    async for rij in rijen(pool, tabel, "zaak_id <> ALL($1::uuid[])", list(zaken)):
        for kolom, inhoud in open_kolommen(kluis, tabel, rij):
            if canary.search(inhoud):
                zonder = json.dumps(_zonder(json.loads(inhoud), {str(z) for z in zaken})).encode()
                number += await _vervang(pool, rij, rij[kolom], kluis.seal(zonder, tabel.doel(kolom, rij)))
    return number


async def _vervang(pool: "asyncpg.Pool[Any]", rij: dict[str, Any], oud: bytes, nieuw: bytes) -> int:
    async with pool.acquire() as db, db.transaction():
        status: str = await db.execute(
            "UPDATE zaak SET inhoud = $3 WHERE zaak_id = $1 AND inhoud = $2", rij["zaak_id"], oud, nieuw
        )
        await db.execute("UPDATE stand SET versie = versie + 1 WHERE jongere_id = $1", rij["jongere_id"])
    return int(status.rpartition(" ")[2])


def _zonder(inhoud: Any, weg: Collection[str]) -> Any:
    """The same JSON without these ids: left out of lists, null where they stood alone."""
    if isinstance(inhoud, dict):
        return {veld: _zonder(waarde, weg) for veld, waarde in inhoud.items()}
    if isinstance(inhoud, list):
        return [_zonder(waarde, weg) for waarde in inhoud if not (isinstance(waarde, str) and waarde in weg)]
    return None if isinstance(inhoud, str) and inhoud in weg else inhoud
