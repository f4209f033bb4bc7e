"""Tables and queries of the leveringen: the files sealed in blocks, how far each was taken in, and what they told."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from sqlalchemy import BigInteger, Column, Date, DateTime, ForeignKey, Index, Integer, LargeBinary, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from hub.crypto import Kluis
from hub.database import Connection
from hub.errors import NietGereed, Ongeldig
from services.ingest_duo.leveringen.decisions import GEEN_GEMEENTE, Onderwijsstand
from services.ingest_duo.leveringen.kaart import Keuze
from services.ingest_duo.leveringen.model import Inschrijving, Vrijstelling
from services.ingest_duo.store import DuoTable

_OPNIEUW = "de service begon opnieuw terwijl het bestand binnenkwam: geef het nog eens"
_ACTIEF = "status NOT IN ('binnenkomend', 'geweigerd', 'afgewezen')"


class Levering(DuoTable, table=True):
    """A file as it was received, and what became of it. The blocks hold the file itself, sealed."""

    __table_args__ = (Index("ix_levering_sha256", "sha256", unique=True, postgresql_where=text(_ACTIEF)),)

    id: int | None = Field(default=None, sa_column=Column(BigInteger, primary_key=True, autoincrement=True))
    sha256: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    naam_verzegeld: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    gevraagde_soort: str | None = None
    gevraagde_kaart: str | None = None
    naam: str | None = Field(default=None, description="Alleen als de naam de vorm van een levering heeft.")
    soort: str | None = None
    kaart: str | None = None
    niveau: str | None = None
    code: str | None = None
    peildatum: date | None = None
    status: str
    veld: str | None = None
    plek: str | None = None
    reden: str | None = None
    bytes: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    telling: dict[str, int] = Field(default_factory=dict, sa_column=Column(JSONB, nullable=False))
    verwerkt: int = Field(default=0, sa_column=Column(Integer, nullable=False))
    ontvangen_op: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False))
    klaar_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))
    besluit_door: str | None = None
    besluit_reden: str | None = None
    besluit_op: datetime | None = Field(default=None, sa_column=Column(DateTime(timezone=True)))


class LeveringBlok(DuoTable, table=True):
    """A megabyte of a file, sealed."""

    __tablename__ = "levering_blok"

    levering_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("levering.id", ondelete="CASCADE"), primary_key=True)
    )
    nr: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    ruw: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class OnderwijsstandRij(DuoTable, table=True):
    """What the leveringen told about one jongere; `lopend_tot` and `gezien_in` find who is missing."""

    __tablename__ = "onderwijsstand"
    __table_args__ = (Index("ix_onderwijsstand_gemeente", "gemeente", "lopend_tot"),)

    jongere_id: UUID = Field(primary_key=True)
    gemeente: str
    lopend_tot: date | None = Field(default=None, sa_column=Column(Date()))
    peildatum: date | None = Field(default=None, sa_column=Column(Date()))
    gezien_in: int | None = Field(default=None, sa_column=Column(BigInteger))
    stand: dict[str, Any] = Field(sa_column=Column(JSONB, nullable=False))


class OnderwijsStore:
    """The states of jongeren; one part of the state of `ingest_duo`."""

    def empty(self, jongere_id: UUID) -> Onderwijsstand:
        """Nothing known."""
        return Onderwijsstand()

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Onderwijsstand]:
        """What is known of these jongeren."""
        rows = await db.fetch(
            """SELECT jongere_id, gemeente, peildatum, gezien_in, stand
               FROM onderwijsstand WHERE jongere_id = ANY($1::uuid[])""",
            jongeren,
        )
        return {r["jongere_id"]: _open(r) for r in rows}

    async def save(self, tx: Connection, changed: Mapping[UUID, Onderwijsstand]) -> None:
        """Stores changed states."""
        states = list(changed.values())
        await tx.execute(
            """INSERT INTO onderwijsstand (jongere_id, gemeente, lopend_tot, peildatum, gezien_in, stand)
               SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[], $5::bigint[], $6::jsonb[])
               ON CONFLICT (jongere_id) DO UPDATE SET gemeente = excluded.gemeente,
                 lopend_tot = excluded.lopend_tot, peildatum = excluded.peildatum, gezien_in = excluded.gezien_in,
                 stand = excluded.stand""",
            list(changed),
            [s.gemeente for s in states],
            [s.lopend_tot for s in states],
            [s.peildatum for s in states],
            [s.gezien_in for s in states],
            [_dicht(s) for s in states],
        )


class Rij(NamedTuple):
    """A levering as the worker and the screens see it."""

    id: int
    naam: str | None
    soort: str | None
    kaart: str | None
    niveau: str | None
    code: str | None
    peildatum: date | None
    status: str
    veld: str | None
    plek: str | None
    reden: str | None
    bytes: int
    telling: dict[str, int]
    verwerkt: int
    ontvangen_op: datetime
    klaar_op: datetime | None
    besluit_door: str | None
    besluit_reden: str | None
    besluit_op: datetime | None


_VELDEN = ", ".join(Rij._fields)


class LeveringStore:
    """All queries about files."""

    def __init__(self, pool: "asyncpg.Pool[Any]", kluis: Kluis) -> None:
        self._pool = pool
        self._kluis = kluis

    async def begin(self, naam: str, soort: str | None, kaart: str | None, now: datetime) -> int:
        """A file begins to come in; returns its number."""
        nummer: int = await self._pool.fetchval(
            """INSERT INTO levering (naam_verzegeld, gevraagde_soort, gevraagde_kaart, status, bytes, telling,
                                     verwerkt, ontvangen_op)
               VALUES ($1, $2, $3, 'binnenkomend', 0, '{}', 0, $4) RETURNING id""",
            self._kluis.seal(naam.encode(), "levering|naam"), soort, kaart, now,
        )  # fmt: skip
        return nummer

    async def bewaar(self, nummer: int, nr: int, blok: bytes) -> None:
        """Stores one block, sealed. Raises `NietGereed` when the service was started anew meanwhile."""
        sealed = self._kluis.seal(blok, f"levering|{nummer}|{nr}")
        try:
            await self._pool.execute("INSERT INTO levering_blok VALUES ($1, $2, $3)", nummer, nr, sealed)
        except asyncpg.ForeignKeyViolationError:
            raise NietGereed(_OPNIEUW) from None

    async def ontvangen(self, nummer: int, sha256: bytes, grootte: int) -> int:
        """The file is whole. Returns its number, or that of the same file when it was taken in before.

        Raises `NietGereed` when the service was started anew while the file came in: what there was is gone.
        """
        while True:
            try:
                gedaan = await self._pool.execute(
                    "UPDATE levering SET status = 'ontvangen', sha256 = $2, bytes = $3 WHERE id = $1",
                    nummer, sha256, grootte,
                )  # fmt: skip
            except asyncpg.UniqueViolationError:
                eerder = await self._pool.fetchval(f"SELECT id FROM levering WHERE sha256 = $1 AND {_ACTIEF}", sha256)  # noqa: S608
                if eerder is None:  # it was refused between the two questions: then this one counts
                    continue
                await self.verwijder(nummer)
                return int(eerder)
            if not gedaan.endswith(" 1"):
                raise NietGereed(_OPNIEUW)
            return nummer

    async def verwijder(self, nummer: int | None = None) -> None:
        """Forgets a file that never came in whole, or all of them: nobody was told that they were accepted."""
        await self._pool.execute(
            "DELETE FROM levering WHERE status = 'binnenkomend' AND ($1::bigint IS NULL OR id = $1)", nummer
        )

    async def naam(self, nummer: int) -> tuple[str, str | None, str | None]:
        """The name of the file as it was given, and the kind and layout that were asked for."""
        r = await self._pool.fetchrow(
            "SELECT naam_verzegeld, gevraagde_soort, gevraagde_kaart FROM levering WHERE id = $1", nummer
        )
        if r is None:
            raise Ongeldig(f"levering {nummer} bestaat niet", "levering")
        naam = self._kluis.open(r["naam_verzegeld"], "levering|naam").decode()
        return naam, r["gevraagde_soort"], r["gevraagde_kaart"]

    async def blok(self, nummer: int, nr: int) -> bytes | None:
        """One block of the file."""
        ruw = await self._pool.fetchval("SELECT ruw FROM levering_blok WHERE levering_id = $1 AND nr = $2", nummer, nr)
        return None if ruw is None else self._kluis.open(ruw, f"levering|{nummer}|{nr}")

    async def blokken(self, nummer: int) -> AsyncIterator[bytes]:
        """The file, block by block."""
        nr = 0
        while (blok := await self.blok(nummer, nr)) is not None:
            yield blok
            nr += 1

    async def herkend(self, nummer: int, keuze: Keuze, naam: str) -> None:
        """It is known what kind of file it is."""
        wat = keuze.naam
        await self._pool.execute(
            """UPDATE levering SET status = 'herkend', naam = $2, soort = $3, kaart = $4, niveau = $5, code = $6,
                 peildatum = $7 WHERE id = $1""",
            nummer, naam, keuze.kaart.soort, keuze.kaart.naam, wat and wat.niveau, wat and wat.code,
            wat and wat.peildatum,
        )  # fmt: skip

    async def met_status(self, status: str) -> list[int]:
        """Numbers of the files with this status, oldest first."""
        return [
            r["id"] for r in await self._pool.fetch("SELECT id FROM levering WHERE status = $1 ORDER BY id", status)
        ]

    async def volgende(self) -> Rij | None:
        """What is to be worked on now: the earliest day first, a full picture before changes of the same day."""
        r = await self._pool.fetchrow(
            f"""SELECT {_VELDEN} FROM levering WHERE status IN ('herkend', 'bezig')
                ORDER BY status = 'herkend', peildatum, soort = 'p', id LIMIT 1"""  # noqa: S608
        )
        return Rij(*r) if r else None

    async def een(self, nummer: int) -> Rij | None:
        """One file."""
        r = await self._pool.fetchrow(f"SELECT {_VELDEN} FROM levering WHERE id = $1", nummer)  # noqa: S608
        return Rij(*r) if r else None

    async def lijst(self, limit: int = 100) -> list[Rij]:
        """The last files, newest first."""
        rows = await self._pool.fetch(
            f"SELECT {_VELDEN} FROM levering WHERE status <> 'binnenkomend' ORDER BY id DESC LIMIT $1",  # noqa: S608
            limit,
        )
        return [Rij(*r) for r in rows]

    async def zet(
        self, nummer: int, status: str, now: datetime | None = None, waarom: tuple[str, str, str] | None = None
    ) -> None:
        """Moves a file on; with `now` it is finished, with `waarom` (veld, plek, reden) it says why."""
        veld, plek, reden = waarom or (None, None, None)
        await self._pool.execute(
            "UPDATE levering SET status = $2, klaar_op = $3, veld = $4, plek = $5, reden = $6 WHERE id = $1",
            nummer, status, now, veld, plek, reden,
        )  # fmt: skip

    async def tel(self, nummer: int, telling: Mapping[str, int]) -> None:
        """Writes down counts, beside those that are there."""
        await self._pool.execute("UPDATE levering SET telling = telling || $2 WHERE id = $1", nummer, dict(telling))

    async def vorder(self, nummer: int, verwerkt: int, ouder: int) -> None:
        """So many persons of the file were worked on, and of so many more the known news was newer."""
        await self._pool.execute("UPDATE levering SET verwerkt = $2 WHERE id = $1", nummer, verwerkt)
        await self.plus(nummer, "ouder", ouder)

    async def plus(self, nummer: int, wat: str, aantal: int) -> None:
        """Adds to a count."""
        await self._pool.execute(
            """UPDATE levering
               SET telling = telling || jsonb_build_object($2::text, COALESCE((telling->>$2)::int, 0) + $3::int)
               WHERE id = $1""",
            nummer, wat, aantal,
        )  # fmt: skip

    async def beslis(self, nummer: int, status: str, door: str, reden: str, now: datetime) -> bool:
        """An operator decides about a file that is held back; False when it is not."""
        gedaan: str = await self._pool.execute(
            """UPDATE levering SET status = $2, besluit_door = $3, besluit_reden = $4, besluit_op = $5, klaar_op = $5
               WHERE id = $1 AND status = 'vastgehouden'""",
            nummer, status, door, reden, now,
        )  # fmt: skip
        return gedaan.endswith(" 1")

    async def vergeet(self, voor: datetime) -> int:
        """Empties the files that were finished before this moment; the line about each stays. Returns how many."""
        leeg = await self._pool.fetch(
            """WITH oud AS (
                 SELECT id FROM levering WHERE klaar_op < $1 AND status NOT IN ('vastgehouden', 'bezig', 'herkend')
               ), weg AS (DELETE FROM levering_blok USING oud WHERE levering_id = oud.id RETURNING levering_id)
               SELECT DISTINCT levering_id FROM weg""",
            voor,
        )
        return len(leeg)

    async def laatste(self, soort: str, niveau: str | None, code: str | None, behalve: int) -> Rij | None:
        """The file of the latest day of this kind and code that was taken in."""
        r = await self._pool.fetchrow(
            f"""SELECT {_VELDEN} FROM levering
                WHERE soort = $1 AND niveau = $2 AND code = $3 AND id <> $4 AND status = 'opgenomen'
                ORDER BY peildatum DESC, id DESC LIMIT 1""",  # noqa: S608
            soort, niveau, code, behalve,
        )  # fmt: skip
        return Rij(*r) if r else None

    async def om_te_koppelen(self, niveau: str, code: str) -> list[Rij]:
        """The last C-levering of this code that was taken in, and the P-leveringen of its day and later."""
        c = await self.laatste("c", niveau, code, 0)
        rows = await self._pool.fetch(
            f"""SELECT {_VELDEN} FROM levering
                WHERE niveau = $1 AND code = $2 AND status = 'opgenomen' AND soort = 'p'
                  AND ($3::date IS NULL OR peildatum >= $3) ORDER BY peildatum, id""",  # noqa: S608
            niveau, code, c.peildatum if c else None,
        )  # fmt: skip
        return [*([c] if c else []), *(Rij(*r) for r in rows)]

    async def bekend(self, gemeenten: Iterable[str], peildatum: date) -> int:
        """How many jongeren of these gemeenten have something that runs after this day."""
        aantal: int = await self._pool.fetchval(
            "SELECT count(*) FROM onderwijsstand WHERE gemeente = ANY($1::text[]) AND lopend_tot > $2",
            list(gemeenten), peildatum,
        )  # fmt: skip
        return aantal

    async def ontbrekend(self, gemeenten: Iterable[str], nummer: int, peildatum: date) -> list[tuple[UUID, str]]:
        """The jongeren of these gemeenten with something that runs, whom this C-levering does not name."""
        rows = await self._pool.fetch(
            """SELECT jongere_id, gemeente FROM onderwijsstand
               WHERE gemeente = ANY($1::text[]) AND lopend_tot > $3 AND peildatum <= $3
                 AND gezien_in IS DISTINCT FROM $2
                 AND EXISTS (
                   SELECT 1 FROM (SELECT value FROM jsonb_each(stand->'inschrijvingen')
                                  UNION ALL SELECT value FROM jsonb_each(stand->'vrijstellingen')) AS wat
                   WHERE (value->>1)::date <= $3 AND COALESCE((value->>2)::date, 'infinity') > $3)
               ORDER BY jongere_id""",
            list(gemeenten), nummer, peildatum,
        )  # fmt: skip
        return [(r["jongere_id"], r["gemeente"]) for r in rows]


def _dicht(state: Onderwijsstand) -> dict[str, Any]:
    return {
        "inschrijvingen": {
            str(i): [
                s.brin,
                str(s.begindatum),
                _dag(s.einddatum),
                s.vestiging,
                s.onderwijssoort,
                s.niveau,
                s.volgnummer,
            ]
            for i, s in state.inschrijvingen.items()
        },
        "vrijstellingen": {
            str(i): [v.soort, str(v.begindatum), _dag(v.einddatum)] for i, v in state.vrijstellingen.items()
        },
        "startkwalificatie": [state.startkwalificatie, _dag(state.startkwalificatie_op)],
    }


def _open(r: Any) -> Onderwijsstand:
    stand = r["stand"]
    heeft, sinds = stand["startkwalificatie"]
    return Onderwijsstand(
        gemeente=r["gemeente"] or GEEN_GEMEENTE,
        inschrijvingen={
            UUID(i): Inschrijving(
                brin, date.fromisoformat(begin), _datum(einde), vestiging, Onderwijssoort(soort), *rest
            )
            for i, (brin, begin, einde, vestiging, soort, *rest) in stand["inschrijvingen"].items()
        },
        vrijstellingen={
            UUID(i): Vrijstelling(Vrijstellingsoort(soort), date.fromisoformat(begin), _datum(einde))
            for i, (soort, begin, einde) in stand["vrijstellingen"].items()
        },
        startkwalificatie=heeft,
        startkwalificatie_op=_datum(sinds),
        peildatum=r["peildatum"],
        gezien_in=r["gezien_in"],
    )


def _dag(dag: date | None) -> str | None:
    return None if dag is None else dag.isoformat()


def _datum(dag: str | None) -> date | None:
    return None if dag is None else date.fromisoformat(dag)
