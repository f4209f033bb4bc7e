"""Officials, schools and withdrawals that cross each other, on real PostgreSQL, in many orders.

Two pipelines share one database, as two processes would for the moment in which a lease changes hands: what holds then
holds by the database, not by the turn that one pipeline keeps.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import pytest

from contracts.codes import Besluitsoort
from contracts.events.verzuim import VerzuimmeldingIngetrokken
from contracts.subjects import source_urn
from hub.clock import VirtualClock
from hub.errors import AlUitgevoerd, Ongeldig
from hub.messages import Message, Sleutel
from hub.pipeline import Parts, Pipeline
from services.cases.besluiten import NeemBesluit, StelFeitenVast
from services.cases.besluitstore import Besluitstore
from services.cases.handlers import handlers
from services.cases.intrekking import TrekBesluitIn
from services.cases.model import Dossier, Voorstelstatus, Zaak
from services.cases.store import ZakenStore
from services.cases.voorbereiding import Voorbereiding
from tests.service.databases import Databases, kluis
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    HALT_KAN,
    JONGERE,
    LPA,
    LPA_ZONDER_BOA,
    NU,
    beleid,
    dossier,
    met_feiten,
    met_melding,
    te_laat,
    voorstel,
    zaak,
)

RONDES = 150


@dataclass
class Winkel:
    """One database with two writers."""

    pool: "asyncpg.Pool[Any]"
    store: ZakenStore
    besluiten: Besluitstore
    schrijvers: tuple[Pipeline[Dossier], Pipeline[Dossier]]
    rng: random.Random

    async def begin(self, ronde: int, verhaal: Callable[[Dossier], Dossier]) -> Dossier:
        """Another jongere to whom this happened."""
        nieuw = verhaal(replace(dossier(), jongere_id=uuid5(JONGERE, str(ronde))))
        async with self.pool.acquire() as db, db.transaction():
            await self.store.save(db, {nieuw.jongere_id: nieuw})
        return nieuw

    async def tegelijk(self, messages: Sequence[Message], schrijvers: int = 2) -> None:
        """All at once, in an order of chance, through one writer or either of them."""

        async def give(message: Message) -> None:
            for _ in range(self.rng.randrange(6)):
                await asyncio.sleep(0)
            await self.rng.choice(self.schrijvers[:schrijvers]).process([message])

        await asyncio.gather(*(give(m) for m in self.rng.sample(messages, len(messages))))

    async def zaak(self, staat: Dossier) -> Zaak:
        """The only zaak, as it is stored."""
        found = await self.store.zaak(zaak(staat).zaak_id)
        assert found is not None
        return found[1]

    async def gezegd(self, staat: Dossier) -> list[str]:
        """The names of the events that were said, in order; their numbers have no gap."""
        rows = await self.pool.fetch(
            "SELECT subject, sequence FROM outbox WHERE jongere_id = $1 ORDER BY nr", staat.jongere_id
        )
        assert list(range(1, len(rows) + 1)) == [row["sequence"] for row in rows]
        return [row["subject"].split(".")[1] for row in rows]


@pytest.fixture
async def winkel(databases: Databases) -> AsyncIterator[Winkel]:
    """The database of `cases`, with two writers."""
    async with databases.migrated("cases") as pool:
        await pool.execute("INSERT INTO outbox_stand VALUES (1, 0, 0)")
        sleutel = kluis()
        store, besluiten = ZakenStore(pool, sleutel), Besluitstore(pool, sleutel)
        prepare = Voorbereiding(store, besluiten, lambda: pytest.fail("nobody is asked"), sleutel, beleid())
        parts = Parts(store, handlers(beleid()), prepare)
        clock = VirtualClock(NU)

        def schrijver(seed: int) -> Pipeline[Dossier]:
            rng = random.Random(seed)
            return Pipeline("cases", source_urn("cases"), pool, parts, clock=clock, system=clock, rng=rng)

        yield Winkel(pool, store, besluiten, (schrijver(1), schrijver(2)), random.Random(7))


def opdracht(staat: Dossier, command: Any, sleutel: Sleutel | None = None) -> Message:
    """A command of an official."""
    return Message(staat.jongere_id, GEMEENTE, command, sleutel=sleutel)


def ingetrokken(staat: Dossier) -> Message:
    """The school withdraws its melding."""
    event = VerzuimmeldingIngetrokken(meldingsnummer="1", laatste_mutatie=NU.replace(tzinfo=None))
    return Message(staat.jongere_id, GEMEENTE, event, bron="ingest_duo", sequence=1, time=NU)


def kaart(leeg: Dossier) -> Dossier:
    """An open voorstel for a gele kaart."""
    return met_melding(leeg, te_laat(9))


def halt(leeg: Dossier) -> Dossier:
    """An open voorstel for Halt."""
    return met_feiten(met_melding(leeg, te_laat(13)), **HALT_KAN)


async def test_two_officials_at_once_take_one_besluit(winkel: Winkel) -> None:
    """Whoever is first decides; the other hears so; what a third establishes meanwhile is not lost."""
    for ronde in range(RONDES):
        staat = await winkel.begin(ronde, kaart)
        nummer, zaak_id = voorstel(staat, "gele_kaart").voorstel_id, zaak(staat).zaak_id
        een = opdracht(staat, NeemBesluit(nummer, Besluitsoort.AKKOORD, LPA))
        ander = opdracht(staat, NeemBesluit(nummer, Besluitsoort.AFWIJZEN, LPA_ZONDER_BOA, "past niet"))
        feit = opdracht(staat, StelFeitenVast(zaak_id, LPA, {"toereikende_hulp": True}))
        await winkel.tegelijk([een, ander, feit])
        gelukt = [m for m in (een, ander) if m.error is None]
        assert 1 == len(gelukt)
        assert isinstance((ander if gelukt == [een] else een).error, Ongeldig)
        na, gezegd = await winkel.zaak(staat), await winkel.gezegd(staat)
        besluit = na.voorstellen[nummer].besluit
        assert besluit is not None
        assert (gelukt[0].data.medewerker, 1) == (besluit.medewerker, gezegd.count("besluit-genomen"))
        assert (gelukt == [een]) is ("brief-aangevraagd" in gezegd)
        assert feit.error is None
        assert na.feiten["toereikende_hulp"] is True


async def test_a_melding_that_is_withdrawn_during_a_besluit(winkel: Winkel) -> None:
    """Either the besluit was first and somebody must look at it again, or there is nothing left to decide."""
    for ronde in range(RONDES):
        staat = await winkel.begin(ronde, kaart)
        nummer = voorstel(staat, "gele_kaart").voorstel_id
        neem = opdracht(staat, NeemBesluit(nummer, Besluitsoort.AKKOORD, LPA))
        await winkel.tegelijk([neem, ingetrokken(staat)])
        na, gezegd = await winkel.zaak(staat), await winkel.gezegd(staat)
        assert na.is_open is (neem.error is None) is ("besluit_heroverwegen" in na.taken)
        status = Voorstelstatus.VERVALLEN if neem.error else Voorstelstatus.BESLOTEN
        assert status is na.voorstellen[nummer].status
        assert (neem.error is None) is ("brief-aangevraagd" in gezegd)
        assert ("zaak-afgesloten" in gezegd) is not na.is_open


async def test_a_withdrawal_during_execution_leaves_no_verwijzing_that_may_go_out(winkel: Winkel) -> None:
    """Where the withdrawal found a besluit, Halt hears of it and the bridge that asks is told no."""
    for ronde in range(RONDES):
        staat = await winkel.begin(ronde, halt)
        nummer = voorstel(staat, "halt_verwijzing").voorstel_id
        neem = opdracht(staat, NeemBesluit(nummer, Besluitsoort.AKKOORD, LPA))
        weg = opdracht(staat, TrekBesluitIn(nummer, LPA, "verkeerd gezien"))
        await winkel.tegelijk([neem, weg, opdracht(staat, TrekBesluitIn(nummer, LPA, "nog eens"))])
        na, gezegd = await winkel.zaak(staat), await winkel.gezegd(staat)
        assert neem.error is None
        besloten = [json.loads(r["bericht"])["data"] for r in await winkel.pool.fetch(
            "SELECT bericht FROM outbox WHERE jongere_id = $1 AND subject LIKE 'zaken.halt-verwijzing-besloten.%'",
            staat.jongere_id,
        )]  # fmt: skip
        (kenmerk,) = (UUID(data["verwijzing_id"]) for data in besloten)
        teruggenomen = na.voorstellen[nummer].status is Voorstelstatus.INGETROKKEN
        assert (1 if teruggenomen else 0) == gezegd.count("besluit-ingetrokken")
        assert gezegd.count("halt-verwijzing-ingetrokken") == gezegd.count("besluit-ingetrokken")
        assert ((kenmerk,) if teruggenomen else ()) == await winkel.besluiten.ingetrokken([kenmerk])
        assert teruggenomen is ("halt_status" not in na.feiten)


@pytest.mark.parametrize("schrijvers", [1, 2])
async def test_a_command_under_one_key_is_carried_out_once(winkel: Winkel, schrijvers: int) -> None:
    """However often it is given at the same time, and through whom: one effect and one answer."""
    for ronde in range(RONDES // 3):
        staat = await winkel.begin(ronde, kaart)
        zaak_id = zaak(staat).zaak_id
        sleutel = Sleutel(f"sleutel {ronde}".encode(), b"verzoek")
        zelfde = [opdracht(staat, StelFeitenVast(zaak_id, LPA, {"aantal_te_laat": n}), sleutel) for n in range(9, 12)]
        ander = opdracht(staat, StelFeitenVast(zaak_id, LPA, {"aantal_te_laat": 8}), sleutel._replace(verzoek=b"ander"))
        await winkel.tegelijk([*zelfde, ander], schrijvers)
        gedaan = [m for m in (*zelfde, ander) if m.error is None]
        assert 1 == len(gedaan)
        assert gedaan[0].data.feiten["aantal_te_laat"] == (await winkel.zaak(staat)).feiten["aantal_te_laat"]
        if gedaan != [ander]:
            herhaald = [m.error.antwoord for m in zelfde if isinstance(m.error, AlUitgevoerd)]
            assert [gedaan[0].antwoord] * 2 == herhaald
        andere = [ander] if gedaan != [ander] else zelfde
        assert all(isinstance(m.error, Ongeldig) and m.error.veld == "Idempotency-Key" for m in andere)


async def test_a_key_is_forgotten_after_its_time(winkel: Winkel) -> None:
    """Then the same key is a new one; before that moment it is kept."""
    staat = await winkel.begin(0, kaart)
    nummer = voorstel(staat, "gele_kaart").voorstel_id
    command = NeemBesluit(nummer, Besluitsoort.AKKOORD, LPA)
    await winkel.tegelijk([opdracht(staat, command, Sleutel(b"een", b"verzoek"))])
    assert 0 == await winkel.besluiten.vergeet(NU)
    assert 1 == await winkel.besluiten.vergeet(NU.replace(hour=9))
    opnieuw = opdracht(staat, command, Sleutel(b"een", b"verzoek"))
    await winkel.tegelijk([opnieuw])
    assert isinstance(opnieuw.error, Ongeldig)
    assert "al besloten" in opnieuw.error.reden
