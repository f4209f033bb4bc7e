"""The first load of a C-levering: everybody's inschrijvingen at once, without an event for each.

Read, checked and decided by the code of the normal way; only who is known already is left alone, because what is known
may be newer. What would be said goes to the caller first, who lets `cases` take it over; then it is stored here. So a
load that is broken off can be done again.
"""

import hashlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from contracts.envelope import EventData
from contracts.verstrek import TeIdentificeren
from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.intake import Intake, Unusable
from services.ingest_duo.leveringen.decisions import NeemStandOp, Onderwijsstand, neem_stand_op
from services.ingest_duo.leveringen.kaart import Kaart, Keuze, kies
from services.ingest_duo.leveringen.lezen import BLOK, lees_bestand
from services.ingest_duo.leveringen.model import BestandGeweigerd, Leveringsoort, Rijfout
from services.ingest_duo.leveringen.rijen import Persoon, personen, tel
from services.ingest_duo.leveringen.store import LeveringStore, OnderwijsStore
from services.ingest_duo.leveringen.verwerken import BRON, RIJ, kop_boven

_BATCH: Final = 2_000
Gezegd = Mapping[UUID, Sequence[EventData]]


@dataclass(slots=True)
class Telling:
    """What came of the persons in a file so far."""

    personen: int = 0
    geladen: int = 0
    al_bekend: int = 0
    quarantaine: int = 0
    al_opgenomen: bool = False
    """The very same file was taken in before: nothing was done."""


@dataclass(frozen=True, slots=True)
class Omgeving:
    """What a load needs from outside: the other two services, and how the caller hears how far it is."""

    identify: Callable[[Sequence[TeIdentificeren]], Awaitable[Sequence[UUID]]]
    schrijf_in: Callable[[Gezegd], Awaitable[None]]
    meld: Callable[[Telling, int], None]


class LeveringLading:
    """Loads C-leveringen for these gemeenten; the caller holds the lease of the service."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        kluis: Kluis,
        gemeenten: set[str],
        kaarten: list[Kaart],
        around: Omgeving,
        now: datetime,
    ) -> None:
        self._pool = pool
        self._gemeenten = gemeenten
        self._kaarten = kaarten
        self._around = around
        self._now = now
        self._files = LeveringStore(pool, kluis)
        self._standen = OnderwijsStore()
        self._intake = Intake(pool, kluis, "ingest_duo", BRON)

    async def laad(self, pad: Path) -> Telling:
        """Loads one file. Raises `Ongeldig` for a file that cannot be used as a whole; then nothing is loaded."""
        try:
            return await self._laad(pad)
        except BestandGeweigerd as error:
            raise Ongeldig(f"{error.reden} ({error.plek})", pad.name) from None

    async def _laad(self, pad: Path) -> Telling:
        keuze = kies(self._kaarten, pad.name, next(lees_bestand(pad), b""), soort=Leveringsoort.C)
        sha, omvang = _vinger(pad)
        telling = Telling()
        if await self._pool.fetchval(
            "SELECT EXISTS (SELECT FROM levering WHERE sha256 = $1 AND status NOT IN ('geweigerd', 'afgewezen'))", sha
        ):
            telling.al_opgenomen = True
            return telling
        inhoud = await tel(keuze, self._gemeenten, lambda: _blokken(pad))
        nummer = await self._files.begin(pad.name, Leveringsoort.C, keuze.kaart.naam, self._now)
        await self._personen(pad, keuze, nummer, inhoud.rijen, inhoud.personen, telling)
        await self._opgenomen(nummer, keuze, pad.name, sha, omvang)
        return telling

    async def _personen(self, pad: Path, keuze: Keuze, nummer: int, rijen: int, totaal: int, telling: Telling) -> None:
        kop, fouten = kop_boven(nummer, keuze), list[Unusable]()

        async def onbruikbaar(fout: Rijfout) -> None:
            plek = f"levering {nummer}, rij {fout.rij}, kolom {fout.kolom}"
            fouten.append(Unusable(f"{kop}{fout.ruw}\n".encode(), plek, fout.veld, fout.reden))

        batch: list[Persoon] = []
        async for persoon in personen(keuze, self._gemeenten, lambda: _blokken(pad), rijen, onbruikbaar):
            batch.append(persoon)
            if len(batch) == _BATCH:
                await self._batch(keuze, nummer, batch, telling)
                self._around.meld(telling, totaal)
                batch = []
        await self._batch(keuze, nummer, batch, telling)
        await self._intake.quarantine_all(fouten, self._now, RIJ)
        telling.quarantaine += len(fouten)

    async def _batch(self, keuze: Keuze, nummer: int, batch: Sequence[Persoon], telling: Telling) -> None:
        if keuze.naam is None:
            raise Ongeldig("zegt niet van welke dag de levering is", "bestandsnaam")
        wie = await self._around.identify([p.wie for p in batch]) if batch else ()
        async with self._pool.acquire() as db:
            bekend = await self._standen.load(db, list(set(wie)))
        nieuw: dict[UUID, Onderwijsstand] = {}
        gezegd: dict[UUID, list[EventData]] = {}
        for jongere_id, persoon in zip(wie, batch, strict=True):
            telling.personen += 1
            if jongere_id in bekend:
                telling.al_bekend += 1
                continue
            command = NeemStandOp(nummer, keuze.naam.peildatum, persoon.regels, volledig=persoon.heel, gezien=True)
            stand, events = neem_stand_op(nieuw.get(jongere_id, Onderwijsstand()), jongere_id, command)
            nieuw[jongere_id] = stand
            gezegd.setdefault(jongere_id, []).extend(events)
        if not nieuw:
            return
        await self._around.schrijf_in(gezegd)
        async with self._pool.acquire() as db, db.transaction():
            await self._standen.save(db, nieuw)
        telling.geladen += len(nieuw)

    async def _opgenomen(self, nummer: int, keuze: Keuze, naam: str, sha: bytes, omvang: int) -> None:
        """Writes down that the file is taken in, so that it is not taken in again in the normal way."""
        wat = keuze.naam
        await self._pool.execute(
            """UPDATE levering SET status = 'opgenomen', naam = $2, soort = 'c', kaart = $3, niveau = $4, code = $5,
                 peildatum = $6, sha256 = $7, bytes = $8, klaar_op = $9 WHERE id = $1""",
            nummer, naam, keuze.kaart.naam, wat and wat.niveau, wat and wat.code, wat and wat.peildatum, sha, omvang,
            self._now,
        )  # fmt: skip


async def _blokken(pad: Path) -> AsyncIterator[bytes]:
    for blok in lees_bestand(pad):
        yield blok


def _vinger(pad: Path) -> tuple[bytes, int]:
    sha, omvang = hashlib.sha256(), 0
    with pad.open("rb") as bestand:
        while blok := bestand.read(BLOK):
            sha.update(blok)
            omvang += len(blok)
    return sha.digest(), omvang
