"""What the life of a zaak needs besides the zaak: what is handed on after a merge, and whose birthday matters."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg

from hub.crypto import Kluis
from hub.database import Connection
from services.cases.model import Doorgestuurd, Dossier, Zaak

_ZAAK = "cases|zaak"
_VOLGT = ("afspraken", "verstrekking", "ingetrokken", "te_informeren", "toestemmingbewijs", "herhaling")
"""Tables beside the zaken in which a merge gives a row to the jongere_id that remains: what was disclosed under the old
number counts when a consent is withdrawn or something is corrected."""


class Wacht(NamedTuple):
    """A row of what is to be handled under another jongere_id."""

    nr: int
    door: Doorgestuurd


class Jarig(NamedTuple):
    """A zaak that is to be judged on a birthday; `op` is the day."""

    zaak_id: UUID
    jongere_id: UUID
    gemeente: str
    op: date | None


def toetsmaand(zaak: Zaak) -> date | None:
    """The month of the birthday that matters: the day itself stays sealed."""
    return None if zaak.leeftijdstoets is None else zaak.leeftijdstoets.replace(day=1)


async def schrijf(tx: Connection, changed: Mapping[UUID, Dossier], sealed: Callable[[Dossier], bytes]) -> None:
    """Stores what is to be handed on, removes what was handled, and empties dossiers that were taken over."""
    door = [d for dossier in changed.values() for d in dossier.door]
    if door:
        await tx.execute(
            """INSERT INTO doorgestuurd (jongere_id, gemeente, soort, inhoud)
               SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[], $4::jsonb[])""",
            [d.naar for d in door],
            [d.gemeente for d in door],
            [d.soort for d in door],
            [json.dumps(dict(d.inhoud)) for d in door],
        )
    klaar = [nr for dossier in changed.values() for nr in dossier.afgehandeld]
    if klaar:
        await tx.execute("DELETE FROM doorgestuurd WHERE nr = ANY($1::bigint[])", klaar)
    for jongere_id, dossier in changed.items():
        for oud in dossier.overgenomen_van:
            leeg = sealed(Dossier(oud, opgegaan_in=jongere_id))
            await tx.execute("UPDATE dossier SET persoon = $2 WHERE jongere_id = $1", oud, leeg)
            for tabel in _VOLGT:
                await tx.execute(f"UPDATE {tabel} SET jongere_id = $2 WHERE jongere_id = $1", oud, jongere_id)  # noqa: S608
            await tx.execute("DELETE FROM sluiting WHERE jongere_id = $1", oud)


async def wachtend(pool: "asyncpg.Pool[Any]", limit: int, na: int = 0) -> list[Wacht]:
    """What is to be handed on, in order, behind row `na`."""
    rows = await pool.fetch("SELECT * FROM doorgestuurd WHERE nr > $1 ORDER BY nr LIMIT $2", na, limit)
    return [
        Wacht(r["nr"], Doorgestuurd(r["jongere_id"], r["gemeente"], r["soort"], json.loads(r["inhoud"]))) for r in rows
    ]


async def jarig(pool: "asyncpg.Pool[Any]", kluis: Kluis, vandaag: date, limit: int, na: UUID) -> Sequence[Jarig]:
    """Zaken of which the birthday falls in this month or before it, by their ids; the caller looks at the day."""
    rows = await pool.fetch(
        """SELECT zaak_id, jongere_id, gemeente, inhoud FROM zaak
           WHERE leeftijd_maand <= $1 AND zaak_id > $2 ORDER BY zaak_id LIMIT $3""",
        vandaag,
        na,
        limit,
    )
    return [
        Jarig(
            r["zaak_id"],
            r["jongere_id"],
            r["gemeente"],
            Zaak.model_validate_json(kluis.open(r["inhoud"], _ZAAK)).leeftijdstoets,
        )
        for r in rows
    ]
