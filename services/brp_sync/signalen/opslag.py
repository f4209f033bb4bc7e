"""Queries of signals, of what the BRP API answered last, and of the questions asked about people."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
from pydantic import SecretStr

from hub.crypto import Kluis
from services.brp_sync.signalen.beslissen import Stand

BEWAARJAREN: Final = 20
"""How long a question to the BRP stays on record: the term of the RvIG for a gemeente that protocols disclosures."""

_SIGNAAL = "brp_sync|signaal"
_WIE = "brp_sync|bevraging"


@dataclass(frozen=True, slots=True)
class NieuwSignaal:
    """A signal to keep; `bron` and `id` together are its identity."""

    bron: str
    id: str
    bsn: SecretStr
    historisch: tuple[SecretStr, ...] = ()
    aanleidingen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Wachtend:
    """A signal whose turn it is."""

    id: int
    bsn: SecretStr
    historisch: tuple[SecretStr, ...]
    ontvangen_op: datetime


@dataclass(frozen=True, slots=True)
class Voortgang:
    """The state of a signal after a question; `vanaf` is when to ask again."""

    id: int
    stand: Stand
    vanaf: datetime | None


class SignaalStore:
    """All queries about signals."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis) -> None:
        self._pool = pool
        self._kluis = kluis

    async def keep(self, signalen: Sequence[NieuwSignaal], now: datetime, vanaf: datetime) -> int:
        """Stores signals that were not there yet, to be asked about from `vanaf` on; returns how many were new."""
        rows = await self._pool.fetch(
            """INSERT INTO signaal
                 (bron, kenmerk, bsn_index, inhoud, aanleidingen, ontvangen_op, vanaf, pogingen, stand)
               SELECT b, k, n, i, string_to_array(a, ','), $6, $7, 0, 'wacht'
               FROM unnest($1::text[], $2::bytea[], $3::bytea[], $4::bytea[], $5::text[]) AS s(b, k, n, i, a)
               ON CONFLICT (bron, kenmerk) DO NOTHING RETURNING id""",
            [s.bron for s in signalen],
            [self._kluis.index(s.id, f"signaal|{s.bron}") for s in signalen],
            [self._bsn_index(s.bsn) for s in signalen],
            [self._seal(s) for s in signalen],
            [",".join(s.aanleidingen) for s in signalen],
            now,
            vanaf,
        )
        return len(rows)

    async def waits_more_than(self, number: int) -> bool:
        """Whether more signals than this wait."""
        return bool(
            await self._pool.fetchval(
                "SELECT EXISTS (SELECT FROM signaal WHERE stand = 'wacht' ORDER BY vanaf, id OFFSET $1)", number
            )
        )

    async def due(self, now: datetime, limit: int) -> list[Wachtend]:
        """Signals about at most `limit` persons whose turn it is, with all that wait for the same persons."""
        rows = await self._pool.fetch(
            """WITH due AS (
                 SELECT id, bsn_index, vanaf FROM signaal WHERE stand = 'wacht' AND vanaf <= $1
                 ORDER BY vanaf, id LIMIT $3
               ), persons AS (SELECT bsn_index, min(vanaf) AS v FROM due GROUP BY bsn_index ORDER BY v LIMIT $2)
               SELECT s.id, s.inhoud, s.ontvangen_op
               FROM due JOIN persons USING (bsn_index) JOIN signaal s ON s.id = due.id
               ORDER BY due.vanaf, s.id""",
            now,
            limit,
            limit * 20,
        )
        return [self._open(r) for r in rows]

    async def proceed(self, voortgang: Sequence[Voortgang], now: datetime) -> None:
        """Moves signals on; of one that ended, who it was about is forgotten."""
        await self._pool.execute(
            """UPDATE signaal AS s SET pogingen = s.pogingen + 1, stand = v.stand, vanaf = COALESCE(v.vanaf, s.vanaf),
                 afgerond_op = CASE WHEN v.stand <> 'wacht' THEN $4::timestamptz END,
                 inhoud = CASE WHEN v.stand = 'wacht' THEN s.inhoud END
               FROM unnest($1::bigint[], $2::text[], $3::timestamptz[]) AS v(id, stand, vanaf) WHERE s.id = v.id""",
            [v.id for v in voortgang],
            [v.stand for v in voortgang],
            [v.vanaf for v in voortgang],
            now,
        )

    async def counts(self) -> dict[str, int]:
        """How many signals there are per state."""
        rows = await self._pool.fetch("SELECT stand, count(*) AS aantal FROM signaal GROUP BY stand")
        return {r["stand"]: r["aantal"] for r in rows}

    async def newest(self, stand: str | None, number: int) -> list[dict[str, Any]]:
        """The newest signals, without about whom they are."""
        rows = await self._pool.fetch(
            """SELECT id AS nr, bron, aanleidingen, ontvangen_op, vanaf, pogingen, stand, afgerond_op FROM signaal
               WHERE $1::text IS NULL OR stand = $1 ORDER BY id DESC LIMIT $2""",
            stand,
            number,
        )
        return [dict(r) for r in rows]

    async def hurry(self, numbers: Sequence[int], now: datetime) -> int:
        """Makes it the turn of these signals, as far as they wait; returns how many do."""
        status = await self._pool.execute(
            "UPDATE signaal SET vanaf = LEAST(vanaf, $2) WHERE stand = 'wacht' AND id = ANY($1::bigint[])", numbers, now
        )
        return int(status.rpartition(" ")[2])

    async def clear(self, before: datetime) -> int:
        """Removes signals that ended before this moment; returns how many."""
        status = await self._pool.execute("DELETE FROM signaal WHERE stand <> 'wacht' AND afgerond_op < $1", before)
        return int(status.rpartition(" ")[2])

    async def last_answers(self, bsns: Sequence[str]) -> dict[str, bytes]:
        """Fingerprints of what the API told last, of those it was asked about before."""
        indexes = {self._kluis.index(bsn, "bsn"): bsn for bsn in bsns}
        rows = await self._pool.fetch(
            "SELECT bsn_index, vingerafdruk FROM brp_antwoord WHERE bsn_index = ANY($1::bytea[])", list(indexes)
        )
        return {indexes[r["bsn_index"]]: r["vingerafdruk"] for r in rows}

    async def answered(self, afdruk: Mapping[str, bytes], now: datetime) -> None:
        """Remembers what the API told last."""
        await self._pool.execute(
            """INSERT INTO brp_antwoord (bsn_index, vingerafdruk, op)
               SELECT b, v, $3 FROM unnest($1::bytea[], $2::bytea[]) AS n(b, v)
               ON CONFLICT (bsn_index) DO UPDATE SET vingerafdruk = excluded.vingerafdruk, op = excluded.op""",
            [self._kluis.index(bsn, "bsn") for bsn in afdruk],
            list(afdruk.values()),
            now,
        )

    def fingerprint(self, inhoud: bytes) -> bytes:
        """Tells whether two answers are the same, and nothing else about them."""
        return self._kluis.index(inhoud.decode(), "brp_antwoord")

    async def asks(
        self,
        vraag_id: UUID,
        wie: Mapping[str, UUID | None],
        velden: Iterable[str],
        doel: str,
        systeem: str,
        now: datetime,
    ) -> None:
        """Writes down that these persons are about to be asked for."""
        await self._pool.execute(
            """INSERT INTO bevraging (vraag_id, jongere_id, bsn_index, wie, op, doel, velden, systeem, bewaren_tot)
               SELECT $1, j, b, w, $5, $6, $7, $8, $9
               FROM unnest($2::uuid[], $3::bytea[], $4::bytea[]) AS n(j, b, w)""",
            vraag_id,
            list(wie.values()),
            [self._kluis.index(bsn, "bsn") for bsn in wie],
            [self._kluis.seal(bsn.encode(), _WIE) for bsn in wie],
            now,
            doel,
            list(velden),
            systeem,
            _over_jaren(now.date(), BEWAARJAREN),
        )

    async def asked(self, vraag_id: UUID, uitkomst: str) -> None:
        """Writes down how the question ended."""
        await self._pool.execute("UPDATE bevraging SET uitkomst = $2 WHERE vraag_id = $1", vraag_id, uitkomst)

    async def questions(self, jongere_id: UUID | None, number: int) -> list[dict[str, Any]]:
        """The newest questions, about one jongere or about everybody; never the BSN.

        Also those of before the person was a jongere here.
        """
        rows = await self._pool.fetch(
            """SELECT b.vraag_id, COALESCE(b.jongere_id, j.jongere_id) AS jongere_id, b.op, b.doel, b.velden, b.systeem,
                 b.uitkomst, b.bewaren_tot
               FROM bevraging b LEFT JOIN jongere j ON j.bsn_index = b.bsn_index
               WHERE $1::uuid IS NULL OR b.jongere_id = $1 OR j.jongere_id = $1 ORDER BY b.id DESC LIMIT $2""",
            jongere_id,
            number,
        )
        return [dict(r) for r in rows]

    async def read_from(self, bron: str) -> date | None:
        """From which day on `bron` is to be read."""
        vanaf: date | None = await self._pool.fetchval("SELECT vanaf FROM bronstand WHERE bron = $1", bron)
        return vanaf

    async def move_on(self, bron: str, vanaf: date) -> None:
        """Remembers from where to read on; never backwards."""
        await self._pool.execute(
            """INSERT INTO bronstand AS s (bron, vanaf) VALUES ($1, $2)
               ON CONFLICT (bron) DO UPDATE SET vanaf = GREATEST(s.vanaf, excluded.vanaf)""",
            bron,
            vanaf,
        )

    def _seal(self, signaal: NieuwSignaal) -> bytes:
        nummers = {
            "bsn": signaal.bsn.get_secret_value(),
            "historisch": [nummer.get_secret_value() for nummer in signaal.historisch],
        }
        return self._kluis.seal(json.dumps(nummers).encode(), _SIGNAAL)

    def _open(self, row: Any) -> Wachtend:
        nummers = json.loads(self._kluis.open(row["inhoud"], _SIGNAAL))
        historisch = tuple(SecretStr(nummer) for nummer in nummers["historisch"])
        return Wachtend(row["id"], SecretStr(nummers["bsn"]), historisch, row["ontvangen_op"])

    def _bsn_index(self, bsn: SecretStr) -> bytes:
        return self._kluis.index(bsn.get_secret_value(), "bsn")


def _over_jaren(dag: date, jaren: int) -> date:
    """The same day so many years later; 29 February becomes 1 March."""
    try:
        return dag.replace(year=dag.year + jaren)
    except ValueError:
        return date(dag.year + jaren, 3, 1)
