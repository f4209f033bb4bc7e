"""The register of consent in the database: rows of codes beside the sealed dossier, and the sealed written records."""

import json
from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

import asyncpg

from hub.crypto import Kluis
from hub.database import Connection
from services.cases.model import Bewijs, Dossier, afgeleid_id
from services.cases.privacystand import Privacystand, Toestemming
from services.cases.toestemmingstabel import TeInformerenRij, ToestemmingbewijsRij, ToestemmingRij

TABELLEN: Final = (ToestemmingRij, TeInformerenRij, ToestemmingbewijsRij)
"""What this module reads and writes."""

BEWIJS: Final = "cases|toestemmingbewijs"

_TOESTEMMING: Final = """
INSERT INTO toestemming (toestemming_id, jongere_id, zaak_id, gemeente, element, ontvanger, doel, gever, stand,
                         schriftelijk, telt_niet, op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (toestemming_id) DO UPDATE SET stand = excluded.stand, schriftelijk = excluded.schriftelijk,
  telt_niet = excluded.telt_niet, op = excluded.op, gemeente = excluded.gemeente, jongere_id = excluded.jongere_id,
  zaak_id = excluded.zaak_id"""
_TE_INFORMEREN: Final = """
INSERT INTO te_informeren (toestemming_id, ontvanger, jongere_id, zaak_id, gemeente, element, sinds, gedaan_op,
                           gedaan_door)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (toestemming_id, ontvanger) DO UPDATE SET sinds = excluded.sinds, gedaan_op = excluded.gedaan_op,
  gedaan_door = excluded.gedaan_door, jongere_id = excluded.jongere_id, zaak_id = excluded.zaak_id,
  gemeente = excluded.gemeente"""
_BEWIJS: Final = "INSERT INTO toestemmingbewijs VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING"


async def schrijf(tx: Connection, kluis: Kluis, dossiers: Mapping[UUID, Dossier]) -> None:
    """Writes what changed in the registers of these dossiers, in the transaction of the change."""
    nieuw = {j: d for j, d in dossiers.items() if d.privacy is not _was(d)}
    toestemmingen = [rij for dossier in nieuw.values() for rij in _toestemmingen(dossier)]
    if toestemmingen:
        await tx.executemany(_TOESTEMMING, toestemmingen)
    te_informeren = [rij for dossier in nieuw.values() for rij in _te_informeren(dossier)]
    if te_informeren:
        await tx.executemany(_TE_INFORMEREN, te_informeren)
    bewijzen = [_bewijs(kluis, j, bewijs) for j, dossier in dossiers.items() for bewijs in dossier.bewijzen]
    if bewijzen:
        await tx.executemany(_BEWIJS, bewijzen)


def _was(dossier: Dossier) -> Privacystand:
    return dossier.opgeslagen[2] if dossier.opgeslagen is not None else Privacystand()


def _toestemmingen(dossier: Dossier) -> list[tuple[Any, ...]]:
    oud = set(_was(dossier).toestemmingen)
    laatste = {t.toestemming_id: t for t in dossier.privacy.toestemmingen if t not in oud}
    return [
        (t.toestemming_id, dossier.jongere_id, t.zaak_id, gemeente, t.element, t.ontvanger,
         t.doel, t.gever, t.stand, t.schriftelijk, t.telt_niet, t.op)
        for t in laatste.values()
        if (gemeente := _gemeente(dossier, t)) is not None
    ]  # fmt: skip


def _te_informeren(dossier: Dossier) -> list[tuple[Any, ...]]:
    oud = set(_was(dossier).te_informeren)
    waarover = {t.toestemming_id: t for t in dossier.privacy.toestemmingen}
    rijen = []
    for t in dossier.privacy.te_informeren:
        toestemming = waarover.get(t.toestemming_id)
        gemeente = _gemeente(dossier, toestemming) if toestemming is not None else None
        if t not in oud and toestemming is not None and gemeente is not None:
            rijen.append(
                (t.toestemming_id, t.ontvanger, dossier.jongere_id, toestemming.zaak_id, gemeente, toestemming.element,
                 t.sinds, t.gedaan_op, t.gedaan_door)
            )  # fmt: skip
    return rijen


def _gemeente(dossier: Dossier, toestemming: Toestemming) -> str | None:
    zaak = dossier.zaken.get(toestemming.zaak_id) if toestemming.zaak_id is not None else None
    return zaak.gemeente if zaak is not None else None


def _bewijs(kluis: Kluis, jongere_id: UUID, bewijs: Bewijs) -> tuple[Any, ...]:
    inhoud = {
        "verwijzing": bewijs.verwijzing.get_secret_value(),
        "tekst": bewijs.tekst.get_secret_value() if bewijs.tekst is not None else None,
        "vingerafdruk": bewijs.vingerafdruk,
    }
    identity = afgeleid_id("bewijs", bewijs.toestemming_id, bewijs.soort, bewijs.op.isoformat())
    sealed = kluis.seal(json.dumps(inhoud).encode(), BEWIJS)
    return identity, bewijs.toestemming_id, jongere_id, bewijs.op, bewijs.soort, sealed


class Toestemmingsvragen:
    """Lists over a pool of `cases`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def lijst(
        self,
        *,
        stand: str | None = None,
        ontvanger: str | None = None,
        zaak_id: UUID | None = None,
        gemeenten: Collection[str] | None = None,
        limit: int = 1000,
    ) -> list[dict[str, Any]]:
        """What givers said last, oldest first: asked and not answered, or given to one recipient, say."""
        rows = await self._pool.fetch(
            """SELECT toestemming_id, jongere_id, zaak_id, gemeente, element, ontvanger, doel, gever, stand,
                      schriftelijk, telt_niet, op FROM toestemming
               WHERE ($1::text IS NULL OR stand = $1) AND ($2::text IS NULL OR ontvanger = $2)
                 AND ($3::uuid IS NULL OR zaak_id = $3) AND ($4::text[] IS NULL OR gemeente = ANY($4))
               ORDER BY op, toestemming_id LIMIT $5""",
            stand,
            ontvanger,
            zaak_id,
            None if gemeenten is None else sorted(gemeenten),
            limit,
        )
        return [dict(r) for r in rows]

    async def te_informeren(
        self, *, gemeenten: Collection[str] | None = None, limit: int = 1000
    ) -> list[dict[str, Any]]:
        """Recipients that were not told yet that a consent was withdrawn, oldest first."""
        rows = await self._pool.fetch(
            """SELECT toestemming_id, ontvanger, jongere_id, zaak_id, gemeente, element, sinds FROM te_informeren
               WHERE gedaan_op IS NULL AND ($1::text[] IS NULL OR gemeente = ANY($1))
               ORDER BY sinds, toestemming_id, ontvanger LIMIT $2""",
            None if gemeenten is None else sorted(gemeenten),
            limit,
        )
        return [dict(r) for r in rows]

    async def van_wie(self, toestemming_id: UUID) -> tuple[UUID, str] | None:
        """Whose a consent is, and in which gemeente."""
        r = await self._pool.fetchrow(
            "SELECT jongere_id, gemeente FROM toestemming WHERE toestemming_id = $1", toestemming_id
        )
        return (r["jongere_id"], r["gemeente"]) if r else None
