"""Requests, taken and restrictions in a real database: found, warned about once, and moved with the jongere."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from services.cases.model import Dossier
from services.cases.rechten import (
    BeperkVerwerking,
    BesluitVerzoek,
    HervatVerwerking,
    OpenVerzoek,
    VerlengVerzoek,
    beperk_verwerking,
    besluit_verzoek,
    hervat_verwerking,
    open_verzoek,
    verleng_verzoek,
)
from services.cases.rechtenstand import (
    Beperkingsreden,
    Hervatreden,
    Recht,
    Rectificatiesoort,
    Verzoeker,
    Verzoekuitkomst,
)
from services.cases.rechtenstore import Rechtenvragen, Van
from services.cases.rectificatie import MeldRectificatie, Rectificeer, meld_rectificatie, rectificeer
from services.cases.store import ZakenStore
from tests.service.databases import Databases, kluis
from tests.unit.cases.voorbeelden import GEMEENTE, JONGERE, LPA, NU, beleid, dossier, met_feiten, met_melding, zaak
from tests.unit.cases.voorbeelden import zestien_uur as zestien

VANDAAG, UITERLIJK = date(2026, 9, 14), date(2026, 10, 14)  # maandag, woensdag
ANDER = UUID("22222222-0000-4000-8000-000000000000")
OPEN = OpenVerzoek(Recht.INZAGE, Verzoeker.JONGERE, VANDAAG, GEMEENTE, LPA, "1", toelichting="over Bram")


@pytest.fixture
async def pool(databases: Databases) -> AsyncIterator["asyncpg.Pool[Any]"]:
    """A database with the tables of `cases`."""
    async with databases.migrated("cases") as made:
        yield made


class Boek:
    """Stores and reads dossiers."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool, self.store, self.vragen = pool, ZakenStore(pool, kluis()), Rechtenvragen(pool)

    async def bewaar(self, staat: Dossier) -> Dossier:
        """Stores it, and reads it back."""
        async with self.pool.acquire() as db, db.transaction():
            await self.store.save(db, {staat.jongere_id: staat})
        async with self.pool.acquire() as db:
            return (await self.store.load(db, [staat.jongere_id]))[staat.jongere_id]


async def test_a_request_is_found_decided_and_goes_with_the_jongere(pool: "asyncpg.Pool[Any]") -> None:
    """What was asked is sealed; after a merge of identities the request is of who remains."""
    boek = Boek(pool)
    staat = await boek.bewaar(open_verzoek(dossier(), OPEN, NU, beleid())[0])
    (rij,) = await boek.vragen.verzoeken(GEMEENTE)
    assert ("inzage", "open", UITERLIJK) == (rij["soort"], rij["status"], rij["uiterlijk"])
    assert "over Bram" not in str(rij)
    assert "over Bram" == staat.privacy.rechten.verzoeken[0].toelichting
    assert [] == await boek.vragen.verzoeken("0171")

    samen = await boek.bewaar(replace(dossier(), jongere_id=ANDER, privacy=staat.privacy))
    assert Van(ANDER, GEMEENTE) == await boek.vragen.van_verzoek(rij["verzoek_id"])
    besluit = BesluitVerzoek(rij["verzoek_id"], Verzoekuitkomst.TOEGEWEZEN, LPA, "")
    await boek.bewaar(besluit_verzoek(samen, besluit, NU, beleid())[0])
    assert [] == await boek.vragen.verzoeken()
    assert ["toegewezen"] == [v["status"] for v in await boek.vragen.verzoeken(alles=True)]


async def test_the_clock_warns_once_per_term(pool: "asyncpg.Pool[Any]") -> None:
    """On the day, not before; again when the term was extended."""
    boek = Boek(pool)
    staat = await boek.bewaar(open_verzoek(dossier(), OPEN, NU, beleid())[0])
    assert [] == await boek.vragen.nader(UITERLIJK - timedelta(days=1), VANDAAG)
    assert [UITERLIJK] == [v["uiterlijk"] for v in await boek.vragen.nader(UITERLIJK, VANDAAG)]
    assert [] == await boek.vragen.nader(UITERLIJK, VANDAAG)
    verlengd = VerlengVerzoek(OPEN.verzoek_id(JONGERE), LPA, "veel gegevens")
    await boek.bewaar(verleng_verzoek(staat, verlengd, NU, beleid())[0])
    assert [] == await boek.vragen.nader(UITERLIJK, VANDAAG)
    assert [date(2026, 12, 14)] == [v["uiterlijk"] for v in await boek.vragen.nader(date(2026, 12, 14), VANDAAG)]


async def test_a_restriction_is_there_as_long_as_it_holds_and_shows_on_the_worklist(pool: "asyncpg.Pool[Any]") -> None:
    """For letters that ask, and for officials."""
    boek = Boek(pool)
    staat = await boek.bewaar(met_melding(dossier(), zestien()))
    assert [False] == [w.beperkt for w in await boek.store.worklist()]
    beperk = BeperkVerwerking(Beperkingsreden.ONRECHTMATIG, GEMEENTE, LPA)
    staat = await boek.bewaar(beperk_verwerking(staat, beperk, NU, beleid())[0])
    assert {JONGERE: VANDAAG} == await boek.vragen.beperkt([JONGERE, ANDER])
    assert [True] == [w.beperkt for w in await boek.store.worklist()]
    assert VANDAAG == await boek.store.beperkt_sinds(JONGERE)
    over = [await boek.vragen.gaat_over(JONGERE, g) for g in (GEMEENTE, "0171")]
    assert [True, False] == over
    await pool.execute("UPDATE zaak SET status = 'afgesloten'")
    assert over == [await boek.vragen.gaat_over(JONGERE, g) for g in (GEMEENTE, "0171")]
    await pool.execute("INSERT INTO register (jongere_id, gemeente) VALUES ($1, '0171')", JONGERE)
    assert [False, True] == [await boek.vragen.gaat_over(JONGERE, g) for g in (GEMEENTE, "0171")]
    await pool.execute("UPDATE zaak SET status = 'open'")
    await pool.execute("DELETE FROM register")
    hervat = HervatVerwerking(Hervatreden.NIET_LANGER_NODIG, VANDAAG, GEMEENTE, LPA)
    await boek.bewaar(hervat_verwerking(staat, hervat, NU, beleid())[0])
    assert {} == await boek.vragen.beperkt([JONGERE])
    assert [True, False] == [await boek.vragen.is_van(JONGERE, g) for g in (GEMEENTE, "0171")]


async def test_a_correction_cut_short_is_found_again(pool: "asyncpg.Pool[Any]") -> None:
    """Until it is known who must be told."""
    boek = Boek(pool)
    staat = await boek.bewaar(met_feiten(met_melding(dossier(), zestien()), oordeel="ongeoorloofd"))
    command = Rectificeer(
        UUID(int=7), Rectificatiesoort.FEIT, "verzuim_duur_omvang", "oordeel", GEMEENTE, LPA, "was geoorloofd",
        zaak(staat).zaak_id, "geoorloofd",
    )  # fmt: skip
    staat = await boek.bewaar(rectificeer(staat, command, NU, beleid())[0])
    assert [UUID(int=7)] == [een.rectificatie_id for een in await boek.vragen.na_te_gaan(10)]
    melding = MeldRectificatie(UUID(int=7), ("halt",))
    await boek.bewaar(meld_rectificatie(staat, melding, NU, beleid())[0])
    assert [] == await boek.vragen.na_te_gaan(10)
    assert ["halt"] == [t["ontvanger"] for t in await boek.vragen.taken(GEMEENTE)]
