"""Writes a first load of persons to the database of `brp_sync`, whose lease the caller holds.

Into an empty store everything goes in one transaction: the indexes are taken away, the rows copied, the indexes made
again; whoever interrupts it has loaded nothing. Into a store that holds people already, each part is a transaction of
its own and people who are known keep what is known of them.

Nothing is said on the bus about who is new: nobody else can know a `jongere_id` that is given out here (ADR 0012).
Of somebody whom DUO named before the BRP did, the other services do know: those are registered in the normal way.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final, NamedTuple
from uuid import UUID

import asyncpg
import polars as pl

from hub.crypto import Kluis
from hub.database import index_commands
from hub.errors import NietGereed, Ongeldig
from hub.intake import Intake, Unusable
from hub.messages import Message
from hub.observability import new_traceparent
from hub.pipeline import Pipeline
from services.brp_sync.app import PERSOON
from services.brp_sync.decisions import Inschrijving, Registreer
from services.brp_sync.laden.bestanden import Bestand
from services.brp_sync.laden.stroom import Gezien, Plek, stukken, werk_af
from services.brp_sync.laden.werker import KOLOMMEN, Geweigerd, Klaar, Rij
from services.brp_sync.model import Persoon
from services.brp_sync.store import PURPOSE

_KOP: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_SLOT: Final = b"\xff\xff"
_STUK: Final = 2**18
_NORMAAL: Final = 256
"""So many people are registered in the normal way at a time."""


@dataclass(slots=True)
class Telling:
    """What came of the rows so far."""

    geladen: int = 0
    aangevuld: int = 0
    """Known by number only (DUO named them); now the BRP tells who they are."""
    al_bekend: int = 0
    quarantaine: int = 0
    gelezen: int = 0
    deel: float = 0.0
    """The part of all files that was worked off, 0 to 1."""


class Lading:
    """One load. `db` is a connection of its own; `pipeline` and `intake` those of the service."""

    def __init__(
        self,
        db: "asyncpg.Connection[Any]",
        pipeline: Pipeline[Inschrijving],
        intake: Intake,
        kluis: Kluis,
        now: datetime,
        meld: Callable[[Telling], None],
    ) -> None:
        self._db = db
        self._pipeline = pipeline
        self._intake = intake
        self._kluis = kluis
        self._now = now
        self._meld = meld
        self._gezien = Gezien()
        self.telling = Telling()

    async def laad(self, bestanden: Sequence[Bestand], sleutel: Path, processen: int, *, aanvullen: bool) -> Telling:
        """Loads the files; `sleutel` is where the key of the store lies.

        Raises `Ongeldig` when the hub is live already and `aanvullen` was not said, `NietGereed` when a process fails.
        """
        if not await self._db.fetchval("SELECT EXISTS (SELECT FROM jongere)"):
            async with self._db.transaction():
                await self._in_een_keer(bestanden, sleutel, processen)
        elif not aanvullen and await self._leeft():
            raise Ongeldig("deze hub is al in gebruik: met --aanvullen komen alleen de onbekende personen erbij")
        else:
            async for klaar, plek in self._klaar(bestanden, sleutel, processen):
                await self._vul_aan(klaar, plek)
        await self._db.execute("ANALYZE jongere")
        return self.telling

    async def _leeft(self) -> bool:
        """Whether `brp_sync` said anything on the bus yet."""
        return bool(await self._db.fetchval("SELECT laatste_nr > 0 FROM outbox_stand"))

    async def _in_een_keer(self, bestanden: Sequence[Bestand], sleutel: Path, processen: int) -> None:
        await self._db.execute("LOCK TABLE jongere IN ACCESS EXCLUSIVE MODE")
        if await self._db.fetchval("SELECT EXISTS (SELECT FROM jongere)"):
            raise NietGereed("er kwam zojuist iemand bij: probeer het opnieuw")
        weg, terug = await index_commands(self._db, "jongere")
        await self._db.execute("TRUNCATE jongere")  # made in this transaction: then PostgreSQL may write rows frozen
        for opdracht in weg:
            await self._db.execute(opdracht)
        async for klaar, plek in self._klaar(bestanden, sleutel, processen):
            await self._schrijf(klaar, klaar.rijen, vers=True)
            await self._weiger(klaar.geweigerd, plek)
        await self._db.execute("SET LOCAL maintenance_work_mem = '256MB'")
        for opdracht in terug:
            await self._db.execute(opdracht)

    async def _klaar(
        self, bestanden: Sequence[Bestand], sleutel: Path, processen: int
    ) -> AsyncIterator[tuple[Klaar, Plek]]:
        """Parts as they are done, in the order of the files, without people who stood in an earlier row."""
        totaal, af = sum(b.omvang - len(b.koprij) for b in bestanden) or 1, 0
        plek = Plek()
        async for deel, klaar in werk_af(bestanden, sleutel, PURPOSE, self._now, processen):
            plek = plek.bij(deel)
            self.telling.gelezen += klaar.aantal
            yield self._zonder_dubbelen(klaar), plek
            af += deel.eind - deel.begin
            self.telling.deel = af / totaal
            self._meld(self.telling)
            plek = plek.voorbij(klaar.aantal)

    def _zonder_dubbelen(self, klaar: Klaar) -> Klaar:
        dubbel = self._gezien.dubbel(klaar.rijen)
        if not dubbel:
            return klaar
        rijen = dict(zip(klaar.rijen["rij"], stukken(klaar), strict=True))
        for rij, veld in dubbel.items():
            inhoud = self._kluis.open(Rij.lees(rijen[rij]).gegevens, PURPOSE)
            reden = "staat ook bij een eerdere persoon in deze levering"
            klaar.geweigerd.append(Geweigerd(rij, veld, reden, inhoud, PERSOON))
        return klaar._replace(
            rijen=klaar.rijen.filter(~pl.col("rij").is_in(list(dubbel))),
            blok=b"".join(inhoud for rij, inhoud in rijen.items() if rij not in dubbel),
        )

    async def _vul_aan(self, klaar: Klaar, plek: Plek) -> None:
        """Copies who is unknown; registers who was known by number only; leaves everybody else as they are."""
        inhoud = list(stukken(klaar))
        gelezen = [Rij.lees(stuk) for stuk in inhoud]
        bekend = await self._bekend(gelezen)
        nieuw: list[int] = []
        normaal: list[tuple[UUID, Persoon]] = []
        for at, rij in enumerate(gelezen):
            wie = bekend.per_bsn.get(rij.bsn_index)
            if wie is None and (twijfel := bekend.twijfel(rij)) is not None:
                persoon_json = self._kluis.open(rij.gegevens, PURPOSE)
                klaar.geweigerd.append(Geweigerd(klaar.rijen["rij"][at], *twijfel, persoon_json, PERSOON))
            elif wie is None:
                nieuw.append(at)
            elif wie.leeg:
                persoon = Persoon.model_validate_json(self._kluis.open(rij.gegevens, PURPOSE))
                normaal.append((wie.jongere_id, persoon))
            else:
                self.telling.al_bekend += 1
        over = klaar._replace(blok=b"".join(inhoud[at] for at in nieuw))
        await self._schrijf(over, klaar.rijen[nieuw], vers=False)
        await self._registreer(normaal)
        await self._weiger(klaar.geweigerd, plek)

    async def _bekend(self, rijen: Sequence[Rij]) -> "_Bekend":
        gevonden = await self._db.fetch(
            """SELECT jongere_id, bsn_index, a_nummer_index, gegevens IS NULL AS leeg FROM jongere
               WHERE bsn_index = ANY($1::bytea[]) OR a_nummer_index = ANY($2::bytea[])""",
            [rij.bsn_index for rij in rijen],
            [rij.a_nummer_index for rij in rijen if rij.a_nummer_index is not None],
        )
        bekend = _Bekend()
        for rij in gevonden:
            bekend.per_bsn[rij["bsn_index"]] = _Jongere(rij["jongere_id"], rij["leeg"])
            if rij["a_nummer_index"] is not None:
                bekend.a_nummers.add(rij["a_nummer_index"])
        vingers = [v for rij in rijen for v in (rij.bsn_index, rij.a_nummer_index) if v is not None]
        for rij in await self._db.fetch(
            "SELECT sleutel_index FROM oude_sleutel WHERE sleutel_index = ANY($1::bytea[])", vingers
        ):
            bekend.vroeger.add(rij["sleutel_index"])
        return bekend

    async def _schrijf(self, klaar: Klaar, rijen: pl.DataFrame, *, vers: bool) -> None:
        if rijen.height:
            await self._db.copy_to_table(
                "jongere", source=_bron(klaar.blok), columns=KOLOMMEN, format="binary", freeze=vers or None
            )
        self.telling.geladen += rijen.height

    async def _registreer(self, normaal: Sequence[tuple[UUID, Persoon]]) -> None:
        for at in range(0, len(normaal), _NORMAAL):
            commands = [
                Message(jongere_id, persoon.gemeente or "0000", Registreer(persoon), traceparent=new_traceparent())
                for jongere_id, persoon in normaal[at : at + _NORMAAL]
            ]
            await self._pipeline.process(commands)
            for command in commands:
                if command.error is not None:
                    raise command.error
            self.telling.aangevuld += len(commands)

    async def _weiger(self, geweigerd: Sequence[Geweigerd], plek: Plek) -> None:
        for soort in {g.soort for g in geweigerd}:
            zo = [g for g in geweigerd if g.soort == soort]
            items = [Unusable(g.inhoud, plek.van(g.rij), g.veld, g.reden) for g in zo]
            await self._intake.quarantine_all(items, self._now, soort)
        self.telling.quarantaine += len(geweigerd)


class _Jongere(NamedTuple):
    jongere_id: UUID
    leeg: bool


@dataclass(slots=True)
class _Bekend:
    per_bsn: dict[bytes, _Jongere] = field(default_factory=dict)
    a_nummers: set[bytes] = field(default_factory=set)
    vroeger: set[bytes] = field(default_factory=set)
    """Numbers that somebody had before."""

    def twijfel(self, rij: Rij) -> tuple[str, str] | None:
        """Field and reason when somebody with an unknown BSN may be known all the same."""
        for veld, vinger in (("bsn", rij.bsn_index), ("a_nummer", rij.a_nummer_index)):
            if vinger in self.vroeger:
                return veld, "is een eerder nummer van iemand die bekend is: laat dit eerst uitzoeken"
        if rij.a_nummer_index in self.a_nummers:
            return "a_nummer", "is bekend bij een ander BSN: laat dit eerst uitzoeken"
        return None


async def _bron(blok: bytes) -> AsyncIterator[bytes]:
    yield _KOP
    for at in range(0, len(blok), _STUK):
        yield blok[at : at + _STUK]
    yield _SLOT
