"""Queries of `cases` about zaken, and reading and writing a whole dossier."""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import BaseModel, SecretStr

from hub.crypto import Kluis
from hub.database import Connection
from services.cases import besluitstore, levensstore
from services.cases.grens import register as verstrekkingen
from services.cases.grens.regel import Grensboek, Verstrekkingsregel
from services.cases.levensstore import toetsmaand
from services.cases.model import Dossier, Persoonsstand, Tijdlijnregel, Zaak
from services.cases.privacystand import Privacystand
from services.cases.rechtenstore import schrijf_rechten
from services.cases.register import Registerblad
from services.cases.registerstore import lees_bladen, schrijf_bladen
from services.cases.toestemmingstore import schrijf as schrijf_toestemmingen

_PAGE = """SELECT zaak_id, jongere_id FROM zaak WHERE zaak_id > $1 AND ($2::text IS NULL OR schooljaar = $2)
           ORDER BY zaak_id LIMIT 500"""
_NIETS = Grensboek()
_ZAAK, _PERSOON, _AFSPRAKEN = "cases|zaak", "cases|persoon", "cases|afspraken"


class _Persoon(BaseModel):
    geboortedatum: date | None
    overleden: bool
    privacy: Privacystand = Privacystand()
    opgegaan_in: UUID | None = None


class Overtaken(NamedTuple):
    """An open zaak that a newer version of its protocol has overtaken."""

    zaak_id: UUID
    jongere_id: UUID
    gemeente: str


class Werk(NamedTuple):
    """A voorstel as the worklist shows it; `revisie` is that of its zaak."""

    voorstel_id: UUID
    zaak_id: UUID
    jongere_id: UUID
    gemeente: str
    uitkomst: str
    gedaan_op: datetime
    status: str = "open"
    revisie: int = 0
    beperkt: bool = False
    """Whether processing is restricted: a besluit to go ahead takes no effect now."""


_WERK = """SELECT v.voorstel_id, v.zaak_id, v.jongere_id, v.gemeente, v.uitkomst, v.gedaan_op, v.status, z.revisie,
             EXISTS (SELECT FROM beperking b WHERE b.jongere_id = v.jongere_id) AS beperkt
           FROM voorstel v JOIN zaak z USING (zaak_id)"""
_SAVE = """
WITH z AS (
  INSERT INTO zaak (zaak_id, jongere_id, gemeente, zaaksoort, schooljaar, status, geopend_op, versie, inhoud,
                    revisie, leeftijd_maand)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::timestamptz[],
                       $8::text[], $9::bytea[], $31::int[], $32::date[])
  ON CONFLICT (zaak_id) DO UPDATE SET jongere_id = excluded.jongere_id, gemeente = excluded.gemeente,
    status = excluded.status, versie = excluded.versie, inhoud = excluded.inhoud, revisie = excluded.revisie,
    leeftijd_maand = excluded.leeftijd_maand
), v AS (
  INSERT INTO voorstel AS v (voorstel_id, zaak_id, jongere_id, gemeente, uitkomst, status, gedaan_op)
  SELECT * FROM unnest($10::uuid[], $11::uuid[], $12::uuid[], $13::text[], $14::text[], $15::text[],
                       $16::timestamptz[])
  ON CONFLICT (voorstel_id) DO UPDATE SET zaak_id = excluded.zaak_id, jongere_id = excluded.jongere_id,
    gemeente = excluded.gemeente, status = excluded.status
  WHERE (v.zaak_id, v.jongere_id, v.gemeente, v.status)
    IS DISTINCT FROM (excluded.zaak_id, excluded.jongere_id, excluded.gemeente, excluded.status)
), t AS (
  INSERT INTO termijn AS t (termijn_id, zaak_id, jongere_id, gemeente, naam, uiterlijk, status, waarschuwen_op)
  SELECT * FROM unnest($17::uuid[], $18::uuid[], $19::uuid[], $20::text[], $21::text[], $22::date[], $23::text[],
                       $33::date[])
  ON CONFLICT (termijn_id) DO UPDATE SET zaak_id = excluded.zaak_id, jongere_id = excluded.jongere_id,
    gemeente = excluded.gemeente, status = excluded.status, waarschuwen_op = excluded.waarschuwen_op
  WHERE (t.zaak_id, t.jongere_id, t.gemeente, t.status, t.waarschuwen_op) IS DISTINCT FROM
    (excluded.zaak_id, excluded.jongere_id, excluded.gemeente, excluded.status, excluded.waarschuwen_op)
), p AS (
  INSERT INTO dossier (jongere_id, persoon) SELECT * FROM unnest($29::uuid[], $30::bytea[])
  ON CONFLICT (jongere_id) DO UPDATE SET persoon = excluded.persoon
)
INSERT INTO tijdlijn (zaak_id, op, wat, door, toelichting)
SELECT * FROM unnest($24::uuid[], $25::timestamptz[], $26::text[], $27::text[], $28::text[])
"""


class ZakenStore:
    """All queries of this service."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis) -> None:
        self._pool = pool
        self._kluis = kluis

    def empty(self, jongere_id: UUID) -> Dossier:
        """No zaken."""
        return Dossier(jongere_id)

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Dossier]:
        """The dossiers of these jongeren, as far as there is anything."""
        rows = await db.fetch(
            """SELECT i.jongere_id, d.persoon, z.inhoud FROM unnest($1::uuid[]) AS i(jongere_id)
               LEFT JOIN dossier d ON d.jongere_id = i.jongere_id LEFT JOIN zaak z ON z.jongere_id = i.jongere_id
               ORDER BY z.geopend_op, z.zaak_id""",
            jongeren,
        )
        found: dict[UUID, Dossier] = {}
        zaken: dict[UUID, dict[UUID, Zaak]] = {}
        for row in rows:
            jongere_id = row["jongere_id"]
            if row["persoon"] is None and row["inhoud"] is None:
                continue
            if row["inhoud"] is not None:
                zaak = Zaak.model_validate_json(self._kluis.open(row["inhoud"], _ZAAK))
                zaken.setdefault(jongere_id, {})[zaak.zaak_id] = zaak
            persoon = self._persoon(row["persoon"])
            stand = Persoonsstand(persoon.geboortedatum, persoon.overleden, persoon.privacy, persoon.opgegaan_in)
            found[jongere_id] = Dossier(
                jongere_id,
                persoon.geboortedatum,
                persoon.overleden,
                zaken.get(jongere_id, {}),
                privacy=persoon.privacy,
                opgegaan_in=persoon.opgegaan_in,
                opgeslagen=stand if row["persoon"] is not None else None,
            )
        return found

    async def save(self, tx: Connection, changed: Mapping[UUID, Dossier]) -> None:
        """Stores changed zaken with their voorstellen, termijnen and new timeline lines."""
        persons = {j: self.sealed(d) for j, d in changed.items() if _persoon_veranderd(d)}
        zaken = [(j, d.zaken[z]) for j, d in changed.items() for z in d.gewijzigd]
        regels = [r for d in changed.values() for r in d.nieuw]
        if zaken or regels or persons:
            revisies, maanden = [z.revisie for _, z in zaken], [toetsmaand(z) for _, z in zaken]
            waarschuwen = [t.te_waarschuwen for _, z in zaken for t in z.termijnen.values()]
            later = list(persons), list(persons.values()), revisies, maanden, waarschuwen
            await tx.execute(_SAVE, *self._columns(zaken, regels), *later)
        await levensstore.schrijf(tx, changed, self.sealed)
        await besluitstore.schrijf(tx, self._kluis, changed)
        bladen = {
            j: (d.register_was, d.register) for j, d in changed.items() if d.register not in (None, d.register_was)
        }
        if bladen:
            await schrijf_bladen(tx, bladen)
        await schrijf_toestemmingen(tx, self._kluis, changed)
        boeken = {j: d.grens for j, d in changed.items() if d.grens != _NIETS}
        if boeken:
            await verstrekkingen.schrijf(tx, boeken)
        if persons:
            await schrijf_rechten(tx, {j: (_was(changed[j]), changed[j].privacy) for j in persons})
        for jongere_id, dossier in changed.items():
            for brief_id, afspraken in dossier.afspraken.items():
                sealed = self._kluis.seal(json.dumps([a.get_secret_value() for a in afspraken]).encode(), _AFSPRAKEN)
                await tx.execute(
                    """INSERT INTO afspraken AS a VALUES ($1, $2, $3)
                       ON CONFLICT (brief_id) DO UPDATE SET inhoud = excluded.inhoud
                       WHERE a.jongere_id = excluded.jongere_id""",
                    brief_id,
                    jongere_id,
                    sealed,
                )

    def _columns(self, zaken: Sequence[tuple[UUID, Zaak]], regels: Sequence[Tijdlijnregel]) -> list[list[Any]]:
        voorstellen = [(j, z, v) for j, z in zaken for v in z.voorstellen.values()]
        termijnen = [(j, z, t) for j, z in zaken for t in z.termijnen.values()]
        return [
            [z.zaak_id for _, z in zaken],
            [j for j, _ in zaken],
            [z.gemeente for _, z in zaken],
            [z.zaaksoort for _, z in zaken],
            [z.schooljaar for _, z in zaken],
            [z.status for _, z in zaken],
            [z.geopend_op for _, z in zaken],
            [z.versie for _, z in zaken],
            [self._kluis.seal(z.model_dump_json().encode(), _ZAAK) for _, z in zaken],
            [v.voorstel_id for _, _, v in voorstellen],
            [z.zaak_id for _, z, _ in voorstellen],
            [j for j, _, _ in voorstellen],
            [z.gemeente for _, z, _ in voorstellen],
            [v.uitkomst for _, _, v in voorstellen],
            [v.status for _, _, v in voorstellen],
            [v.gedaan_op for _, _, v in voorstellen],
            [t.termijn_id for _, _, t in termijnen],
            [z.zaak_id for _, z, _ in termijnen],
            [j for j, _, _ in termijnen],
            [z.gemeente for _, z, _ in termijnen],
            [t.naam for _, _, t in termijnen],
            [t.uiterlijk for _, _, t in termijnen],
            [t.status for _, _, t in termijnen],
            [r.zaak_id for r in regels],
            [r.op for r in regels],
            [r.wat for r in regels],
            [r.door for r in regels],
            [r.toelichting for r in regels],
        ]

    async def jarig(self, vandaag: date, limit: int, na: UUID) -> Sequence[levensstore.Jarig]:
        """Zaken of which the birthday that matters falls in this month or before it, behind `na`."""
        return await levensstore.jarig(self._pool, self._kluis, vandaag, limit, na)

    async def doorgestuurd(self, limit: int, na: int) -> Sequence[levensstore.Wacht]:
        """What is to be handled under another jongere_id, in order, behind row `na`."""
        return await levensstore.wachtend(self._pool, limit, na)

    async def dossier(self, jongere_id: UUID) -> Dossier | None:
        """The whole dossier of one jongere, when there is any."""
        async with self._pool.acquire() as db:
            return (await self.load(db, [jongere_id])).get(jongere_id)

    async def bladen(self, jongeren: Sequence[UUID]) -> dict[UUID, Registerblad]:
        """The bladen of these jongeren in the inschrijvingsregister; an empty one of whom nothing is known."""
        async with self._pool.acquire() as db:
            return await lees_bladen(db, jongeren)

    async def known_births(self, jongeren: Sequence[UUID]) -> set[UUID]:
        """Of whom the day of birth is known here."""
        return set(await self.births(jongeren))

    async def births(self, jongeren: Sequence[UUID]) -> dict[UUID, date]:
        """The day of birth of those of whom it is known here, opened."""
        rows = await self._pool.fetch("SELECT * FROM dossier WHERE jongere_id = ANY($1::uuid[])", jongeren)
        found = {r["jongere_id"]: self._persoon(r["persoon"]).geboortedatum for r in rows}
        return {jongere_id: geboren for jongere_id, geboren in found.items() if geboren is not None}

    async def with_zaak(self, jongeren: Sequence[UUID]) -> set[UUID]:
        """Of whom there is a zaak."""
        rows = await self._pool.fetch(
            "SELECT DISTINCT jongere_id FROM zaak WHERE jongere_id = ANY($1::uuid[])", jongeren
        )
        return {r["jongere_id"] for r in rows}

    async def overtaken(self, versies: Mapping[str, str], after: UUID, limit: int) -> list[Overtaken]:
        """Open zaken that were last judged by another version than `versies` has for their gemeente; those beyond
        `after`, in the order of their ids."""
        rows = await self._pool.fetch(
            """SELECT z.zaak_id, z.jongere_id, z.gemeente FROM zaak z
               JOIN unnest($1::text[], $2::text[]) AS nu(gemeente, versie) USING (gemeente)
               WHERE z.status = 'open' AND z.versie <> nu.versie AND z.zaak_id > $3 ORDER BY z.zaak_id LIMIT $4""",
            list(versies),
            list(versies.values()),
            after,
            limit,
        )
        return [Overtaken(*r) for r in rows]

    async def worklist(self, gemeente: str | None = None, limit: int = 1000) -> list[Werk]:
        """Voorstellen that wait for an official, oldest first: to decide about, or to confirm."""
        rows = await self._pool.fetch(
            f"""{_WERK} WHERE v.status IN ('open', 'te_bevestigen') AND ($1::text IS NULL OR v.gemeente = $1)
               ORDER BY v.gedaan_op, v.voorstel_id LIMIT $2""",
            gemeente,
            limit,
        )
        return [Werk(*r) for r in rows]

    async def beperkt_sinds(self, jongere_id: UUID) -> date | None:
        """Since when data of this jongere may only be stored; None when they may be used."""
        found: date | None = await self._pool.fetchval("SELECT sinds FROM beperking WHERE jongere_id = $1", jongere_id)
        return found

    async def whose_voorstel(self, voorstel_id: UUID) -> Werk | None:
        """Whose a voorstel is, in any status."""
        return (await self.whose_voorstellen([voorstel_id])).get(voorstel_id)

    async def whose_voorstellen(self, voorstellen: Sequence[UUID]) -> dict[UUID, Werk]:
        """Whose these voorstellen are, in any status; one that does not exist is left out."""
        rows = await self._pool.fetch(f"{_WERK} WHERE v.voorstel_id = ANY($1::uuid[])", voorstellen)
        return {r["voorstel_id"]: Werk(*r) for r in rows}

    async def traces_of(self, voorstellen: Sequence[UUID]) -> dict[UUID, str]:
        """The trace in which each of these voorstellen was made, as the events in our own outbox tell."""
        rows = await self._pool.fetch(
            """SELECT o.bericht FROM voorstel v JOIN outbox o ON o.jongere_id = v.jongere_id
               WHERE v.voorstel_id = ANY($1::uuid[]) AND o.subject LIKE 'zaken.voorstel-gedaan.%' ORDER BY o.nr DESC""",
            voorstellen,
        )
        events = [json.loads(r["bericht"]) for r in rows]
        return {UUID(e["data"]["voorstel_id"]): e["traceparent"] for e in events if e.get("traceparent")}

    async def zaak(self, zaak_id: UUID) -> tuple[UUID, Zaak] | None:
        """A zaak and whose it is."""
        r = await self._pool.fetchrow("SELECT jongere_id, inhoud FROM zaak WHERE zaak_id = $1", zaak_id)
        return (r["jongere_id"], Zaak.model_validate_json(self._kluis.open(r["inhoud"], _ZAAK))) if r else None

    async def alle_zaken(self, schooljaar: str | None = None) -> AsyncIterator[tuple[Dossier, Zaak]]:
        """Every zaak (of one school year) with its dossier, a page at a time."""
        last = UUID(int=0)
        while rows := await self._pool.fetch(_PAGE, last, schooljaar):
            last = rows[-1]["zaak_id"]
            async with self._pool.acquire() as db:
                dossiers = await self.load(db, list({r["jongere_id"] for r in rows}))
            for row in rows:
                dossier = dossiers.get(row["jongere_id"])
                if dossier is not None and row["zaak_id"] in dossier.zaken:  # else removed meanwhile
                    yield dossier, dossier.zaken[row["zaak_id"]]

    async def timeline(self, zaak_id: UUID) -> list[Tijdlijnregel]:
        """The lines of a zaak in order."""
        rows = await self._pool.fetch(
            "SELECT zaak_id, op, wat, door, toelichting FROM tijdlijn WHERE zaak_id = $1 ORDER BY id", zaak_id
        )
        return [Tijdlijnregel(*r) for r in rows]

    async def verstrekt(self, jongere_id: UUID) -> list[Verstrekkingsregel]:
        """What was disclosed or refused about a jongere, oldest first."""
        return await verstrekkingen.Verstrekkingenregister(self._pool).regels(jongere_id)

    async def afspraken(self, brief_id: UUID) -> tuple[SecretStr, ...]:
        """What was agreed, for one letter."""
        sealed = await self._pool.fetchval("SELECT inhoud FROM afspraken WHERE brief_id = $1", brief_id)
        return tuple(SecretStr(a) for a in json.loads(self._kluis.open(sealed, _AFSPRAKEN))) if sealed else ()

    def _persoon(self, sealed: bytes | None) -> _Persoon:
        if sealed is None:
            return _Persoon(geboortedatum=None, overleden=False)
        return _Persoon.model_validate_json(self._kluis.open(sealed, _PERSOON))

    def sealed(self, dossier: Dossier) -> bytes:
        """What is known of the person, as it is kept."""
        persoon = _Persoon(**dossier.persoon._asdict())
        return self._kluis.seal(persoon.model_dump_json().encode(), _PERSOON)


def _was(dossier: Dossier) -> Privacystand | None:
    return dossier.opgeslagen[2] if dossier.opgeslagen is not None else None


def _persoon_veranderd(dossier: Dossier) -> bool:
    """Of somebody who is only in the register, an inschrijving say, nothing is kept until something is known."""
    niets = dossier.register is not None and dossier.opgeslagen is None and dossier.persoon == Persoonsstand()
    return dossier.opgeslagen != dossier.persoon and not niets
