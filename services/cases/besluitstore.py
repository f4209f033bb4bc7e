"""Queries about commands that were carried out under a key, and about what may not go out any more."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg

from hub.crypto import Kluis
from hub.database import Connection
from hub.errors import AlUitgevoerd, Ongeldig
from hub.messages import Message
from services.cases.model import Dossier

_ANTWOORD: Final = "cases|antwoord"


async def schrijf(tx: Connection, kluis: Kluis, changed: Mapping[UUID, Dossier]) -> None:
    """Stores what is new of the dossiers; a key that is there already is an error, never overwritten."""
    gedaan = [(j, een) for j, dossier in changed.items() for een in dossier.uitgevoerd]
    if gedaan:
        await tx.executemany(
            "INSERT INTO herhaling (sleutel, verzoek, jongere_id, antwoord, op) VALUES ($1, $2, $3, $4, $5)",
            [
                (
                    een.sleutel.vingerafdruk,
                    een.sleutel.verzoek,
                    j,
                    kluis.seal(json.dumps(een.antwoord).encode(), _ANTWOORD),
                    een.op,
                )
                for j, een in gedaan
            ],
        )
    weg = [(kenmerk, j) for j, dossier in changed.items() for kenmerk in dossier.ingetrokken]
    if weg:
        await tx.executemany(
            "INSERT INTO ingetrokken (kenmerk, jongere_id) VALUES ($1, $2) ON CONFLICT DO NOTHING", weg
        )


class Besluitstore:
    """Over the database of `cases`."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis) -> None:
        self._pool = pool
        self._kluis = kluis

    async def houd_tegen(self, messages: Sequence[Message]) -> None:
        """Sets `prepared` of commands whose key was used before: to the answer of then, or to a refusal when it was
        another request. Called in the turn of the batch, so what an earlier batch did is there."""
        met_sleutel = [m for m in messages if m.sleutel is not None]
        if not met_sleutel:
            return
        rows = await self._pool.fetch(
            "SELECT sleutel, verzoek, antwoord FROM herhaling WHERE sleutel = ANY($1::bytea[])",
            [m.sleutel.vingerafdruk for m in met_sleutel if m.sleutel is not None],
        )
        bekend = {row["sleutel"]: row for row in rows}
        for message in met_sleutel:
            row = bekend.get(message.sleutel.vingerafdruk) if message.sleutel is not None else None
            if row is None or message.sleutel is None:
                continue
            if row["verzoek"] != message.sleutel.verzoek:
                message.prepared = Ongeldig("deze sleutel is al voor een ander verzoek gebruikt", "Idempotency-Key")
            else:
                message.prepared = AlUitgevoerd(json.loads(self._kluis.open(row["antwoord"], _ANTWOORD)))

    async def vergeet(self, voor: datetime) -> int:
        """Forgets keys that were used before a moment; returns how many."""
        done = await self._pool.execute("DELETE FROM herhaling WHERE op < $1", voor)
        return int(done.rpartition(" ")[2])

    async def ingetrokken(self, kenmerken: Sequence[UUID]) -> tuple[UUID, ...]:
        """Which of these letters or verwijzingen may not go out any more."""
        rows = await self._pool.fetch("SELECT kenmerk FROM ingetrokken WHERE kenmerk = ANY($1::uuid[])", kenmerken)
        return tuple(row["kenmerk"] for row in rows)
