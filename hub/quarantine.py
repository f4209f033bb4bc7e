"""Working off the quarantine of one service: look, mend, release, refuse, let lapse; each with who, when and why.

Nothing here shows or changes the content as it came in. Mended content is kept beside it; released is the mended
content when there is any.
"""

from datetime import datetime
from typing import Any, NamedTuple

import asyncpg
import structlog

from hub.crypto import Kluis
from hub.errors import Ongeldig
from hub.intake import Intake, releasing
from hub.tables import Quarantainestaat

log: structlog.stdlib.BoundLogger = structlog.get_logger()

_FACTS = (
    "id AS nr, bron, soort, plek, veld, reden, staat, keer, vorige, ontvangen_op, laatst_op, hersteld_op,"
    " afgehandeld_op, octet_length(ruw) = 0 AS geleegd"
)


class Content(NamedTuple):
    """What was put aside, as it came in and as it was mended."""

    soort: str
    origineel: bytes
    hersteld: bytes | None

    @property
    def current(self) -> bytes:
        """What a release takes in."""
        return self.origineel if self.hersteld is None else self.hersteld


class Quarantine:
    """The quarantine of one service, on its database."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis, service: str) -> None:
        self._pool = pool
        self._kluis = kluis
        self._service = service

    async def items(
        self, bron: str | None = None, *, everything: bool = False, limit: int = 1000
    ) -> list[dict[str, Any]]:
        """The facts of what is open (or of everything), newest first; never the content."""
        rows = await self._pool.fetch(
            f"""SELECT {_FACTS} FROM quarantaine
                WHERE ($1::text IS NULL OR bron = $1) AND ($2 OR staat = 'open') ORDER BY id DESC LIMIT $3""",  # noqa: S608 - constant columns
            bron, everything, limit,
        )  # fmt: skip
        return [dict(r) for r in rows]

    async def open_numbers(self, bron: str) -> list[int]:
        """The numbers of everything that is open of a source, oldest first."""
        rows = await self._pool.fetch("SELECT id FROM quarantaine WHERE bron = $1 AND staat = 'open' ORDER BY id", bron)
        return [r["id"] for r in rows]

    async def has(self, nr: int) -> bool:
        """Whether there is an item with this number."""
        return bool(await self._pool.fetchval("SELECT EXISTS (SELECT FROM quarantaine WHERE id = $1)", nr))

    async def counts(self, bron: str | None = None, *, everything: bool = False) -> list[dict[str, Any]]:
        """How many per bron, veld, reden and staat, the largest number first."""
        rows = await self._pool.fetch(
            """SELECT bron, veld, reden, staat, count(*) AS aantal, max(laatst_op) AS laatst_op FROM quarantaine
               WHERE ($1::text IS NULL OR bron = $1) AND ($2 OR staat = 'open')
               GROUP BY bron, veld, reden, staat ORDER BY aantal DESC, bron, veld, reden""",
            bron,
            everything,
        )
        return [dict(r) for r in rows]

    async def item(self, nr: int) -> dict[str, Any]:
        """The facts of one item, what was done with it, and what followed from releasing it."""
        row = await self._pool.fetchrow(f"SELECT {_FACTS} FROM quarantaine WHERE id = $1", nr)  # noqa: S608 - idem
        if row is None:
            raise _unknown(nr)
        done = await self._pool.fetch(
            "SELECT actie, toelichting, door, op FROM quarantainebesluit WHERE nr = $1 ORDER BY id", nr
        )
        after = await self._pool.fetch("SELECT id FROM quarantaine WHERE vorige = $1 ORDER BY id", nr)
        return {**row, "gedaan": [dict(r) for r in done], "gevolgd_door": [r["id"] for r in after]}

    async def content(self, nr: int) -> Content:
        """The content; raises `Ongeldig` when it was erased after its retention period."""
        row = await self._pool.fetchrow("SELECT bron, soort, ruw, hersteld FROM quarantaine WHERE id = $1", nr)
        if row is None:
            raise _unknown(nr)
        if not row["ruw"]:
            raise Ongeldig("de inhoud is gewist: de bewaartermijn is voorbij", "nr")
        purpose = _purpose(row["bron"])
        mended = None if row["hersteld"] is None else self._kluis.open(row["hersteld"], purpose)
        return Content(row["soort"], self._kluis.open(row["ruw"], purpose), mended)

    async def looked_at(self, nr: int, door: str, now: datetime) -> None:
        """Writes down that somebody saw the content."""
        await self._write(self._pool, nr, "bekeken", "", door, now)
        log.info("quarantine_viewed", service=self._service, nr=nr)

    async def mend(self, nr: int, body: bytes, door: str, now: datetime) -> None:
        """Keeps mended content beside the original of an open item; mending again replaces it."""
        if not body:
            raise Ongeldig("is leeg", "inhoud")
        async with self._pool.acquire() as db, db.transaction():
            bron = await db.fetchval("SELECT bron FROM quarantaine WHERE id = $1 AND staat = 'open' FOR UPDATE", nr)
            if bron is None:
                raise await self._not_open(nr)
            await db.execute(
                "UPDATE quarantaine SET hersteld = $2, hersteld_op = $3 WHERE id = $1",
                nr, self._kluis.seal(body, _purpose(bron)), now,
            )  # fmt: skip
            await self._write(db, nr, "hersteld", "", door, now)

    async def close(self, nr: int, staat: Quarantainestaat, reden: str, door: str, now: datetime) -> None:
        """Refuses an open item or lets it lapse; doing the same again changes nothing."""
        if not reden.strip():
            raise Ongeldig("geef een reden: wat niet wordt gebruikt, wordt met reden bewaard", "reden")
        async with self._pool.acquire() as db, db.transaction():
            if await self._close(db, nr, staat, now):
                await self._write(db, nr, staat, reden, door, now)
            elif (await self.item(nr))["staat"] != staat:
                raise await self._not_open(nr)

    async def release(self, nr: int, intake: Intake, door: str, now: datetime) -> dict[str, Any]:
        """Takes the content of an open item in again by the way of its source, and tells what came of it.

        `weer_in_quarantaine` has the numbers of what still cannot be used; the item itself is among them when the same
        is wrong with it at the same place. A crash in between leaves the item open: releasing twice is harmless.
        """
        facts, content = await self.item(nr), await self.content(nr)
        if facts["staat"] != Quarantainestaat.OPEN:
            raise await self._not_open(nr)
        way = intake.opnieuw.get(content.soort)
        if way is None:
            raise Ongeldig(
                f"inhoud van soort {content.soort} is niet opnieuw in te nemen: vraag de bron om een nieuw bericht",
                "nr",
            )
        remark = None
        with releasing(nr) as released:
            try:
                remark = await way(content.current)
            except Ongeldig as error:
                plek = getattr(error, "plek", facts["plek"])
                await intake.quarantine(
                    content.current, plek, error.veld or facts["veld"], error.reden, now, content.soort
                )
        await self._settle(nr, facts["keer"], released.again, remark, door, now)
        log.info("quarantine_released", service=self._service, bron=facts["bron"], nr=nr, again=len(released.again))
        return {"nr": nr, "verwerkt": not released.again, "weer_in_quarantaine": released.again, "opmerking": remark}

    async def _settle(self, nr: int, keer: int, again: list[int], remark: str | None, door: str, now: datetime) -> None:
        """Closes a released item, unless it was quarantined again itself, by us or by its sender meanwhile."""
        async with self._pool.acquire() as db, db.transaction():
            closed = nr not in again and await self._close(db, nr, Quarantainestaat.VRIJGEGEVEN, now, keer)
            if again:
                remark = f"weer in quarantaine: {', '.join(str(n) for n in again)}"
            await self._write(db, nr, "vrijgegeven" if closed else "opnieuw geprobeerd", remark or "", door, now)

    async def _close(self, db: Any, nr: int, staat: Quarantainestaat, now: datetime, keer: int | None = None) -> bool:
        status: str = await db.execute(
            """UPDATE quarantaine SET staat = $2, afgehandeld_op = $3
               WHERE id = $1 AND staat = 'open' AND ($4::int IS NULL OR keer = $4)""",
            nr, staat, now, keer,
        )  # fmt: skip
        return status.endswith(" 1")

    async def _write(self, db: Any, nr: int, actie: str, toelichting: str, door: str, now: datetime) -> None:
        await db.execute(
            "INSERT INTO quarantainebesluit (nr, actie, toelichting, door, op) VALUES ($1, $2, $3, $4, $5)",
            nr, actie, toelichting, door, now,
        )  # fmt: skip

    async def _not_open(self, nr: int) -> Ongeldig:
        return Ongeldig(f"nummer {nr} is al afgehandeld: {(await self.item(nr))['staat']}", "nr")


def _purpose(bron: str) -> str:
    return f"quarantaine|{bron}"


def _unknown(nr: int) -> Ongeldig:
    return Ongeldig(f"nummer {nr} staat niet in deze quarantaine", "nr")
