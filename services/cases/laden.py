"""The first load of the inschrijvingsregister: residents, and what a levering says of everybody at once.

What is written is what the handlers would have left: the same pure functions on the same bladen, stored by the same
store. What is left out are the events, the positions, and what only matters to zaken and signals, which a first load
does not have: with signals there, `schrijf_in` refuses.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from contracts.envelope import EventData
from contracts.events.verzuim import InschrijvingGewijzigd, StartkwalificatieGewijzigd, VrijstellingGewijzigd
from hub.crypto import Kluis
from hub.errors import Ongeldig
from services.cases.model import Dossier
from services.cases.register import Registerblad, kom_wonen, kwalificeer, schrijf_in, stel_vrij
from services.cases.store import ZakenStore


class Ingezetene(NamedTuple):
    """Somebody who lives in a gemeente of this installation; `sinds` as far as known, else the day of the load."""

    jongere_id: UUID
    gemeente: str
    geboortedatum: date | None
    sinds: date


class RegisterLading:
    """Loads bladen, a batch of jongeren at a time; `dag` is today. The lease of the service is held by the caller."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis, dag: date) -> None:
        self._pool = pool
        self._store = ZakenStore(pool, kluis)
        self._dag = dag

    async def ontbrekend(self, jongeren: Sequence[UUID]) -> list[UUID]:
        """Which of these the register does not have."""
        rows = await self._pool.fetch("SELECT jongere_id FROM register WHERE jongere_id = ANY($1::uuid[])", jongeren)
        bekend = {r["jongere_id"] for r in rows}
        return [j for j in jongeren if j not in bekend]

    async def neem_op(self, ingezetenen: Sequence[Ingezetene]) -> None:
        """Takes residents into the register, as `jongere-ingeschreven` does."""
        dossiers = {}
        for wie in ingezetenen:
            blad = kom_wonen(Registerblad(), wie.gemeente, wie.sinds).met_geboorte(wie.geboortedatum)
            dossiers[wie.jongere_id] = Dossier(wie.jongere_id, wie.geboortedatum, register=blad)
        await self._bewaar(dossiers)

    async def schrijf_in(self, gezegd: Mapping[UUID, Sequence[EventData]]) -> None:
        """Takes over what `ingest_duo` would say about these jongeren; giving the same again changes nothing.

        Raises `Ongeldig` when there are signals of absoluut verzuim: then only events can close them.
        """
        if await self._pool.fetchval("SELECT EXISTS (SELECT FROM absoluut_signaal)"):
            raise Ongeldig("er zijn al signalen van absoluut verzuim: neem deze levering op de gewone weg op")
        bladen = await self._store.bladen(list(gezegd))
        dossiers = {}
        for jongere_id, events in gezegd.items():
            was = blad = bladen[jongere_id]
            for event in events:
                blad = self._met(blad, event)
            dossiers[jongere_id] = Dossier(jongere_id, register=blad, register_was=was)
        await self._bewaar(dossiers)

    def _met(self, blad: Registerblad, event: EventData) -> Registerblad:
        if isinstance(event, InschrijvingGewijzigd):
            return schrijf_in(blad, event, self._dag)
        if isinstance(event, VrijstellingGewijzigd):
            return stel_vrij(blad, event)
        if isinstance(event, StartkwalificatieGewijzigd):
            return kwalificeer(blad, event, self._dag)
        raise TypeError(f"nothing of a first load says {type(event).__name__}")

    async def _bewaar(self, dossiers: Mapping[UUID, Dossier]) -> None:
        async with self._pool.acquire() as db, db.transaction():
            await self._store.save(db, dossiers)
