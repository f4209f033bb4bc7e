"""Reading and writing the bladen of the inschrijvingsregister, a batch of jongeren at a time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import astuple, dataclass
from typing import Any, Final
from uuid import UUID

import asyncpg

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from hub.database import Connection
from services.cases.register import (
    Inschrijving,
    Oorzaak,
    Reden,
    Registerblad,
    Signaal,
    Signaalstatus,
    Uit,
    Uitkomst,
    Vrijstelling,
)

_LEES = """
SELECT jongere_id, gemeente, geboortemaand, sinds, startkwalificatie, uit, opgegaan_in FROM register
WHERE jongere_id = ANY($1::uuid[])"""
_LEES_DEEL = "SELECT jongere_id, {kolommen} FROM {tabel} WHERE jongere_id = ANY($1::uuid[])"

_SCHRIJF = """
INSERT INTO register (jongere_id, gemeente, geboortemaand, sinds, startkwalificatie, uit, opgegaan_in)
SELECT * FROM unnest($1::uuid[], $2::text[], $3::date[], $4::date[], $5::date[], $6::text[], $7::uuid[])
ON CONFLICT (jongere_id) DO UPDATE SET
  gemeente = excluded.gemeente, geboortemaand = excluded.geboortemaand, sinds = excluded.sinds,
  startkwalificatie = excluded.startkwalificatie, uit = excluded.uit, opgegaan_in = excluded.opgegaan_in"""


@dataclass(frozen=True, slots=True)
class _Deel:
    """One kind of row of a blad: where it is kept, and how it comes back."""

    naam: str
    tabel: str
    sleutel: str
    kolommen: tuple[str, ...]
    soorten: tuple[str, ...]
    maak: Callable[..., Any]

    @property
    def lees(self) -> str:
        return _LEES_DEEL.format(kolommen=", ".join((self.sleutel, *self.kolommen)), tabel=self.tabel)

    @property
    def schrijf(self) -> str:
        namen = (self.sleutel, "jongere_id", *self.kolommen)
        soorten = ("uuid", "uuid", *self.soorten)
        vakken = ", ".join(f"${n}::{soort}[]" for n, soort in enumerate(soorten, 1))
        nieuw = ", ".join(f"{naam} = excluded.{naam}" for naam in namen[1:])
        return (
            f"INSERT INTO {self.tabel} ({', '.join(namen)}) SELECT * FROM unnest({vakken}) "  # noqa: S608
            f"ON CONFLICT ({self.sleutel}) DO UPDATE SET {nieuw}"
        )

    @property
    def vergeet(self) -> str:
        return f"DELETE FROM {self.tabel} WHERE {self.sleutel} = ANY($1::uuid[])"  # noqa: S608


def _inschrijving(r: asyncpg.Record) -> Inschrijving:
    soort = Onderwijssoort(r["soort"])
    return Inschrijving(
        r["brin"], r["vestiging"], soort, r["niveau"], r["van"], r["tot"], r["gehoord"], r["overgenomen"]
    )


def _vrijstelling(r: asyncpg.Record) -> Vrijstelling:
    return Vrijstelling(Vrijstellingsoort(r["soort"]), r["van"], r["tot"], r["overgenomen"])


def _signaal(r: asyncpg.Record) -> Signaal:
    uitkomst = Uitkomst(r["uitkomst"]) if r["uitkomst"] else None
    return Signaal(
        r["gemeente"], Reden(r["reden"]), r["sinds"], r["peildatum"], Oorzaak(r["oorzaak"]),
        Signaalstatus(r["status"]), r["gewijzigd_op"], r["brin"], uitkomst, r["medewerker"], r["zaak_id"],
    )  # fmt: skip


_DELEN: Final = (
    _Deel(
        "inschrijvingen",
        "inschrijving",
        "inschrijving_id",
        ("brin", "vestiging", "soort", "niveau", "van", "tot", "gehoord", "overgenomen"),
        ("text", "text", "text", "text", "date", "date", "date", "bool"),
        _inschrijving,
    ),
    _Deel(
        "vrijstellingen",
        "vrijstelling",
        "vrijstelling_id",
        ("soort", "van", "tot", "overgenomen"),
        ("text", "date", "date", "bool"),
        _vrijstelling,
    ),
    _Deel(
        "signalen",
        "absoluut_signaal",
        "signaal_id",
        ("gemeente", "reden", "sinds", "peildatum", "oorzaak", "status", "gewijzigd_op", "brin", "uitkomst",
         "medewerker", "zaak_id"),
        ("text", "text", "date", "date", "text", "text", "timestamptz", "text", "text", "text", "uuid"),
        _signaal,
    ),
)  # fmt: skip


async def lees_bladen(db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Registerblad]:
    """The blad of each of these jongeren; an empty one of whom nothing is known."""
    delen: dict[UUID, dict[str, dict[UUID, Any]]] = {j: {d.naam: {} for d in _DELEN} for j in jongeren}
    for deel in _DELEN:
        for r in await db.fetch(deel.lees, jongeren):
            delen[r["jongere_id"]][deel.naam][r[deel.sleutel]] = deel.maak(r)
    rijen = {r["jongere_id"]: r for r in await db.fetch(_LEES, jongeren)}
    return {j: _blad(rijen.get(j), **delen[j]) for j in jongeren}


def _blad(r: asyncpg.Record | None, **delen: Any) -> Registerblad:
    if r is None:
        return Registerblad(**delen)
    uit = Uit(r["uit"]) if r["uit"] else None
    return Registerblad(
        r["gemeente"], r["geboortemaand"], r["sinds"], r["startkwalificatie"], uit, r["opgegaan_in"], **delen
    )


async def schrijf_bladen(tx: Connection, bladen: Mapping[UUID, tuple[Registerblad | None, Registerblad]]) -> None:
    """Stores what differs between each blad as it was read and as it is now."""
    rijen = [(j, nu) for j, (was, nu) in bladen.items() if was is None or _kern(was) != _kern(nu)]
    if rijen:
        await tx.execute(_SCHRIJF, *_kolommen([(j, *_kern(nu)) for j, nu in rijen]))
    for deel in _DELEN:
        nieuw: dict[UUID, tuple[Any, ...]] = {}
        weg: list[UUID] = []
        for jongere_id, (was, nu) in bladen.items():
            eerst, dan = (getattr(was, deel.naam) if was else {}), getattr(nu, deel.naam)
            for sleutel, rij in dan.items():
                if eerst.get(sleutel) != rij:
                    nieuw[sleutel] = (sleutel, jongere_id, *astuple(rij))
            weg += [sleutel for sleutel in eerst if sleutel not in dan]
        if weg:
            await tx.execute(deel.vergeet, weg)
        if nieuw:
            await tx.execute(deel.schrijf, *_kolommen(list(nieuw.values())))


def _kern(blad: Registerblad) -> tuple[Any, ...]:
    return (blad.gemeente, blad.geboortemaand, blad.sinds, blad.startkwalificatie, blad.uit, blad.opgegaan_in)


def _kolommen(rijen: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(kolom) for kolom in zip(*rijen, strict=True)]


__all__ = ["lees_bladen", "schrijf_bladen"]
