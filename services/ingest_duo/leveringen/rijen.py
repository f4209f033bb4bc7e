"""The rows of a stored file, gathered per person: what one jongere gets as one command.

A file is read as often as it has parts of 200,000 rows, and each time only the persons of that part are kept: memory
does not grow with the file. The order of the persons follows from the file alone, so that a process that starts anew
knows who was done.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pydantic import SecretStr

from contracts.verstrek import TeIdentificeren
from services.ingest_duo.leveringen.decisions import GEEN_GEMEENTE
from services.ingest_duo.leveringen.kaart import Keuze
from services.ingest_duo.leveringen.lezen import Lezer, regel, zoek_dubbelen
from services.ingest_duo.leveringen.model import Leveringsoort, Regel, Rijfout

if TYPE_CHECKING:
    import polars as pl

RIJEN_PER_DEEL: Final = 200_000
Blokken = Callable[[], AsyncIterator[bytes]]


class Persoon(NamedTuple):
    """One person in a file: the numbers, the usable rows, and whether any other row of the person was unusable."""

    wie: TeIdentificeren
    regels: tuple[Regel, ...]
    heel: bool


@dataclass(slots=True)
class Telling:
    """What a file holds, counted before anything is done with it."""

    rijen: int = 0
    fouten: int = 0
    zonder_persoon: int = 0
    """Unusable rows of which not even the person is known."""
    personen: int = 0
    gemeenten: set[str] = field(default_factory=set)


async def delen(lezer: Lezer, blokken: Blokken) -> AsyncIterator["pl.DataFrame"]:
    """The chunks of a file; the work is done in a thread."""
    async for blok in blokken():
        deel = await asyncio.to_thread(lezer.lees, blok)
        if deel is not None:
            yield deel
    deel = await asyncio.to_thread(lezer.sluit)
    if deel is not None:
        yield deel


async def tel(keuze: Keuze, gemeenten: Collection[str], blokken: Blokken) -> Telling:
    """Reads the whole file once, which also shows whether it can be trusted. Raises `BestandGeweigerd`."""
    import polars as pl

    telling, nummers = Telling(), []
    lezer = Lezer(keuze, gemeenten)
    async for deel in delen(lezer, blokken):
        bekend = deel.filter("bekend")
        telling.fouten += deel["fout"].count()
        telling.zonder_persoon += deel.filter(~pl.col("bekend") & pl.col("fout").is_in(lezer.buiten).not_()).height
        telling.gemeenten |= set(deel.filter(pl.col("fout").is_null())["gemeente"].drop_nulls().unique())
        nummers.append(bekend.select(_nummer()).to_series())
    telling.rijen = lezer.rijen
    telling.personen = pl.concat(nummers).n_unique() if nummers else 0
    return telling


async def personen(
    keuze: Keuze,
    gemeenten: Collection[str] | None,
    blokken: Blokken,
    rijen: int,
    onbruikbaar: Callable[[Rijfout], Awaitable[None]],
) -> AsyncIterator[Persoon]:
    """Every person in the file; rows that cannot be used are handed over as well, the same ones at each reading."""
    aantal = -(-rijen // RIJEN_PER_DEEL)
    for nr in range(aantal):
        lezer = Lezer(keuze, gemeenten)
        frame = await _deel(lezer, blokken, nr, aantal)
        for fout in lezer.fouten(frame):
            await onbruikbaar(fout)
        for fout in await asyncio.to_thread(_dubbel, lezer, frame):
            await onbruikbaar(fout)
        for persoon in _per_persoon(frame, lezer.kaart.soort):
            yield persoon


async def _deel(lezer: Lezer, blokken: Blokken, nr: int, aantal: int) -> "pl.DataFrame":
    """All rows of one part of the persons; rows without a person belong to the first part."""
    import polars as pl

    stukken = []
    async for deel in delen(lezer, blokken):
        van_dit_deel = pl.when("bekend").then(_nummer() % aantal).otherwise(0) == nr
        stukken.append(deel.filter(van_dit_deel))
    return pl.concat(stukken)


def _dubbel(lezer: Lezer, frame: "pl.DataFrame") -> list[Rijfout]:
    import polars as pl

    dubbel = zoek_dubbelen(frame.filter(pl.col("fout").is_null()), lezer.kaart.soort)
    return [
        Rijfout(rij, "alle", "rij", f"zegt hetzelfde als rij {eerder}", ruw) for rij, ruw, eerder in dubbel.iter_rows()
    ]


def _per_persoon(frame: "pl.DataFrame", soort: Leveringsoort) -> Iterator[Persoon]:
    """Persons in the order of their first row."""
    import polars as pl

    goed = pl.col("fout").is_null()
    weg = zoek_dubbelen(frame.filter(goed), soort)["rij"].implode()
    eerste = pl.col("rij").min().over("bsn", "onderwijsnummer").alias("eerste")
    bekend = frame.filter("bekend").with_columns(eerste, pl.col("rij").is_in(weg).alias("weg"))
    rijen = bekend.drop("ruw").sort("eerste", "rij").iter_rows(named=True)
    for (bsn, onderwijsnummer), groep in groupby(rijen, key=lambda r: (r["bsn"], r["onderwijsnummer"])):
        waarden = list(groep)
        regels = tuple(regel(w, w["rij"]) for w in waarden if w["fout"] is None and not w["weg"])
        gemeente = regels[-1].gemeente if regels else GEEN_GEMEENTE
        wie = TeIdentificeren(bsn=_geheim(bsn), onderwijsnummer=_geheim(onderwijsnummer), gemeente=gemeente)
        yield Persoon(wie, regels, all(w["fout"] is None for w in waarden))


def _geheim(nummer: Any) -> SecretStr | None:
    return SecretStr(nummer) if nummer is not None else None


def _nummer() -> "pl.Expr":
    import polars as pl

    return pl.coalesce("bsn", "onderwijsnummer").cast(pl.UInt32, strict=False)
