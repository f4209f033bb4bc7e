"""Reads everything held about one jongere out of the stores of all services, opened."""

import json
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Final
from uuid import UUID

import asyncpg

from hub.catalogus import HUB, Tabel, Wijze
from hub.crypto import Kluis, KluisFout
from hub.errors import BestaatNiet, NietGereed
from hub.privacy import Bsn
from hub.settings import HubSettings
from schakel.operations import store
from schakel.places import SERVICES, Places
from services.brp_sync.model import Persoon

_SLUG: Final = """
WITH RECURSIVE een(id) AS (
  SELECT unnest($1::uuid[])
  UNION SELECT CASE WHEN s.jongere_id = een.id THEN s.oude_jongere_id ELSE s.jongere_id END
  FROM samenvoeging s JOIN een ON een.id IN (s.jongere_id, s.oude_jongere_id)
) SELECT id FROM een
"""
_INHOUD: Final[Mapping[str, str]] = {"quarantaine": "ruw", "inkomend": "ruw", "levering_blok": "ruw"}
"""Tables whose rows are not about one person: found by opening them and looking for a number."""


@dataclass(frozen=True, slots=True)
class Rij:
    """One row of one table, with its sealed columns opened."""

    service: str
    tabel: Tabel
    waarden: Mapping[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Gelezen:
    """All rows about one jongere, and under which numbers the jongere is and was known."""

    nummers: tuple[UUID, ...]
    persoon: Persoon | None = field(repr=False)
    rijen: tuple[Rij, ...] = field(repr=False)


async def jongere_van(places: Places, settings: HubSettings, bsn: Bsn) -> UUID:
    """Under which number the person with this BSN is known, also when it is a BSN of before; raises `BestaatNiet`."""
    index = settings.kluis.index(bsn.get_secret_value(), "bsn")
    async with store(places, settings, "brp_sync") as pool:
        found: UUID | None = await pool.fetchval(
            """SELECT jongere_id FROM jongere WHERE bsn_index = $1
               UNION ALL SELECT jongere_id FROM oude_sleutel WHERE sleutel_index = $1 LIMIT 1""",
            index,
        )
    if found is None:
        raise BestaatNiet
    return found


async def lees(places: Places, settings: HubSettings, jongere_id: UUID) -> Gelezen:
    """Everything about this jongere; raises `BestaatNiet` when there is nothing at all."""
    async with store(places, settings, "brp_sync") as pool:
        nummers = sorted(r["id"] for r in await pool.fetch(_SLUG, [jongere_id]))
    rijen: list[Rij] = []
    for service in SERVICES:
        async with store(places, settings, service) as pool:
            rijen += [rij async for rij in _van_service(pool, settings.kluis, service, nummers)]
    if not rijen:
        raise BestaatNiet
    personen = [r.waarden["gegevens"] for r in rijen if r.tabel.naam == "jongere" and r.waarden["gegevens"]]
    persoon = Persoon.model_validate(personen[-1]) if personen else None
    nogmaals = [nummer for p in personen for nummer in _nummers_in(p)]
    for service in SERVICES:
        async with store(places, settings, service) as pool:
            rijen += [rij async for rij in _met_nummer(pool, settings.kluis, service, nogmaals)]
    return Gelezen(tuple(nummers), persoon, tuple(rijen))


def catalogus(service: str) -> Sequence[Tabel]:
    """The tables of a service in which personal data rest."""
    own: Sequence[Tabel] = import_module(f"services.{service}.persoonsgegevens").CATALOGUS
    return [t for t in (*own, *HUB) if t.wijze is not Wijze.NIETS]


async def _van_service(
    pool: "asyncpg.Pool[Any]", kluis: Kluis, service: str, nummers: Sequence[UUID]
) -> AsyncIterator[Rij]:
    for tabel in catalogus(service):
        if tabel.waar is not None:
            for r in await pool.fetch(f'SELECT * FROM "{tabel.naam}" WHERE {tabel.waar}', nummers):  # noqa: S608
                yield Rij(service, tabel, _open(kluis, tabel, dict(r)))


async def _met_nummer(
    pool: "asyncpg.Pool[Any]", kluis: Kluis, service: str, nummers: Collection[bytes]
) -> AsyncIterator[Rij]:
    """Rows that hold one of these numbers; without the content, which may be about others too."""
    for tabel in catalogus(service):
        kolom = _INHOUD.get(tabel.naam)
        if kolom is None or not nummers:
            continue
        async with pool.acquire() as db, db.transaction():
            async for r in db.cursor(f'SELECT * FROM "{tabel.naam}" WHERE octet_length({kolom}) > 0'):  # noqa: S608
                inhoud = _ontzegel(kluis, bytes(r[kolom]), tabel.doel(kolom, dict(r)))
                if any(nummer in inhoud for nummer in nummers):
                    yield Rij(service, tabel, {k: v for k, v in r.items() if not isinstance(v, bytes)})


def _nummers_in(persoon: Mapping[str, Any]) -> list[bytes]:
    return [str(persoon[n]).encode() for n in ("bsn", "onderwijsnummer", "a_nummer") if persoon.get(n)]


def _open(kluis: Kluis, tabel: Tabel, rij: dict[str, Any]) -> dict[str, Any]:
    """The row with sealed columns opened; fingerprints and other bytes, which tell nothing, are left out."""
    opened = {k: v for k, v in rij.items() if not isinstance(v, bytes)}
    for kolom in tabel.verzegeld:
        if rij[kolom] is None:
            continue
        plain = _ontzegel(kluis, bytes(rij[kolom]), tabel.doel(kolom, rij)).decode()
        opened[kolom] = json.loads(plain) if plain[:1] in "[{" else plain
    return opened


def _ontzegel(kluis: Kluis, sealed: bytes, doel: str) -> bytes:
    try:
        return kluis.open(sealed, doel)
    except KluisFout as error:
        raise NietGereed("een verzegelde rij is niet te openen: is dit de sleutel van deze installatie?") from error
