"""A withdrawal beside disclosures that are being decided, with several writers on one database: the withdrawal wins.

In production one instance of a service is active. Here two more decide about disclosures meanwhile, as after a lease
that was lost without knowing.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest

from contracts.subjects import source_urn
from contracts.vrijgave import Vrijgaveverzoek
from hub.clock import VirtualClock
from hub.messages import Message
from hub.partijen import Partijen
from hub.pipeline import Parts, Pipeline
from services.cases.besluitstore import Besluitstore
from services.cases.grens.beslissing import BesluitVrijgave
from services.cases.handlers import handlers
from services.cases.model import Dossier
from services.cases.privacystand import Gever
from services.cases.store import ZakenStore
from services.cases.toestemmingsintrekking import InformeerOntvanger, TrekToestemmingIn
from services.cases.toestemmingstore import Toestemmingsvragen
from services.cases.uitvoering import verwijzing_id_van
from services.cases.voorbereiding import Voorbereiding
from services.halt_bridge.decisions import WAT
from tests.service.databases import Databases, kluis
from tests.unit.cases.voorbeelden import (
    GEMEENTE,
    HALT_KAN,
    LPA,
    NU,
    beleid,
    dossier,
    met_feiten,
    met_melding,
    na_besluit,
    over,
    te_laat,
    zaak,
)

RONDES, VRIJGAVEN = 30, 5


class Winkel:
    """A database of `cases` with three writers."""

    def __init__(self, pool: "asyncpg.Pool[Any]", rng: random.Random) -> None:
        self.pool = pool
        self.rng = rng
        self.clock = VirtualClock(NU)
        self.store, besluiten = ZakenStore(pool, kluis()), Besluitstore(pool, kluis())
        regels = replace(beleid(), partijen=Partijen.load())
        prepare = Voorbereiding(self.store, besluiten, lambda: pytest.fail("nobody is asked"), kluis(), regels)
        parts = Parts(self.store, handlers(regels), prepare)
        self.schrijvers = [
            Pipeline("cases", source_urn("cases"), pool, parts, clock=self.clock, system=self.clock, rng=rng)
            for _ in range(3)
        ]

    async def bewaar(self, staat: Dossier) -> None:
        """Stores a dossier as it is."""
        async with self.pool.acquire() as db, db.transaction():
            await self.store.save(db, {staat.jongere_id: staat})

    async def doe(self, schrijver: int, jongere_id: UUID, command: object) -> Exception | None:
        """One writer carries out a command, after giving the others a while; returns why it was refused."""
        for _ in range(self.rng.randrange(40)):
            await asyncio.sleep(0)
        message = Message(jongere_id, GEMEENTE, command)
        await self.schrijvers[schrijver].process([message])
        return message.error

    async def gezegd(self, jongere_id: UUID) -> list[tuple[str, str]]:
        """The events about consent and disclosures of one jongere in the order of the commits, with the outcome."""
        outbox = "SELECT subject, bericht FROM outbox WHERE jongere_id = $1 ORDER BY nr"
        rows = await self.pool.fetch(outbox, jongere_id)
        events = [(r["subject"].split(".")[1], json.loads(r["bericht"])["data"]) for r in rows]
        return [(naam, data.get("uitkomst", "")) for naam, data in events if naam in _NAMEN]


_NAMEN = ("toestemming-ingetrokken", "verstrekking-besloten")


@pytest.fixture
async def winkel(databases: Databases) -> AsyncIterator[Winkel]:
    """The database, empty but for what it counts."""
    async with databases.migrated("cases") as pool:
        await pool.execute("INSERT INTO outbox_stand (laatste_nr, gepubliceerd_tot) VALUES (0, 0)")
        yield Winkel(pool, random.Random(11))


def bij_halt() -> Dossier:
    """A jongere of 15 about whom a referral to Halt was decided, with every consent."""
    leeg = replace(dossier(), jongere_id=uuid4())
    return na_besluit(met_feiten(met_melding(leeg, te_laat(13)), **HALT_KAN), "halt_verwijzing")


def vrijgave(staat: Dossier) -> BesluitVrijgave:
    """The question of the bridge."""
    (voorstel,) = [v for v in zaak(staat).voorstellen.values() if v.besluit is not None]
    assert voorstel.besluit is not None
    verzoek = Vrijgaveverzoek(
        aanvrager="halt_bridge",
        jongere_id=staat.jongere_id,
        gemeente=GEMEENTE,
        zaak_id=zaak(staat).zaak_id,
        kenmerk=verwijzing_id_van(voorstel.besluit),
        ontvanger="halt",
        verstrekkingsdoel="halt",
        elementen=WAT,
        kanaal="versleuteld_mfa",
        medewerker=LPA,
    )
    return BesluitVrijgave(uuid4(), verzoek)


async def test_after_a_withdrawal_is_committed_nothing_is_let_through(winkel: Winkel) -> None:
    """Whatever the interleaving: the order of the commits decides, and a line holds for a second at most.

    Two guards see a second writer, each enough by itself here: the version of the jongere in `stand`, and, since every
    one of these commands says something, the number of its event in the outbox. The second is taken away, so that this
    proves the first, on which a command that says nothing depends.
    """
    await winkel.pool.execute("ALTER TABLE outbox DROP CONSTRAINT outbox_jongere_id_sequence_key")
    ervoor, erna = 0, 0
    for ronde in range(RONDES):
        staat = bij_halt()
        await winkel.bewaar(staat)
        gever = (Gever.JONGERE, Gever.OUDERS)[ronde % 2]
        eerste, ingetrokken = asyncio.Event(), asyncio.Event()

        async def vragen(
            schrijver: int,
            staat: Dossier = staat,
            eerste: asyncio.Event = eerste,
            ingetrokken: asyncio.Event = ingetrokken,
        ) -> None:
            for _ in range(VRIJGAVEN):
                await winkel.doe(schrijver, staat.jongere_id, vrijgave(staat))
                eerste.set()
            await ingetrokken.wait()
            await winkel.doe(schrijver, staat.jongere_id, vrijgave(staat))

        async def intrekken(
            staat: Dossier = staat,
            gever: Gever = gever,
            eerste: asyncio.Event = eerste,
            ingetrokken: asyncio.Event = ingetrokken,
        ) -> None:
            await eerste.wait()
            while await winkel.doe(2, staat.jongere_id, TrekToestemmingIn(over(staat), gever, LPA)) is not None:
                pass  # lost the race too often: the official says it again
            ingetrokken.set()

        await asyncio.gather(vragen(0), vragen(1), intrekken())
        gezegd = await winkel.gezegd(staat.jongere_id)
        grens = gezegd.index(("toestemming-ingetrokken", ""))
        assert {"geweigerd"} >= {uitkomst for _, uitkomst in gezegd[grens + 1 :]}
        assert {"doorlaten", "gedeeltelijk"} >= {uitkomst for _, uitkomst in gezegd[:grens]}
        ervoor, erna = ervoor + grens, erna + len(gezegd) - grens - 1
    assert min(ervoor, erna) >= RONDES, "both orders must have happened"
    duur = await winkel.pool.fetchval("SELECT max(geldig_tot - besloten_op) FROM verstrekking")
    assert duur <= timedelta(seconds=1)


async def test_whoever_got_something_just_before_is_told(winkel: Winkel) -> None:
    """A disclosure that was committed before the withdrawal stands in its event, whichever writer decided it."""
    for _ in range(3):
        staat = bij_halt()
        await winkel.bewaar(staat)
        assert await winkel.doe(0, staat.jongere_id, vrijgave(staat)) is None
        command = TrekToestemmingIn(over(staat), Gever.JONGERE, LPA)
        _, fout = await asyncio.gather(
            winkel.doe(1, staat.jongere_id, vrijgave(staat)), winkel.doe(2, staat.jongere_id, command)
        )
        assert fout is None
        rows = await winkel.pool.fetch(
            "SELECT ontvanger, gedaan_op FROM te_informeren WHERE jongere_id = $1", staat.jongere_id
        )
        assert [("halt", None)] == [tuple(r) for r in rows]


async def test_the_rows_of_the_register_follow_the_dossier(winkel: Winkel) -> None:
    """What is asked, given, withdrawn and told stands in the lists, and the written record is sealed."""
    staat = bij_halt()
    await winkel.bewaar(staat)
    await winkel.doe(0, staat.jongere_id, vrijgave(staat))
    await winkel.doe(0, staat.jongere_id, TrekToestemmingIn(over(staat), Gever.JONGERE, LPA))
    vragen = Toestemmingsvragen(winkel.pool)
    assert [("jongere", "ingetrokken"), ("ouders", "gegeven")] == sorted(
        (r["gever"], r["stand"]) for r in await vragen.lijst(zaak_id=zaak(staat).zaak_id)
    )
    assert ["ouders"] == [r["gever"] for r in await vragen.lijst(stand="gegeven", ontvanger="halt")]
    assert [] == await vragen.lijst(gemeenten=["0171"])
    (open_,) = await vragen.te_informeren(gemeenten=[GEMEENTE])
    await winkel.doe(0, staat.jongere_id, InformeerOntvanger(open_["toestemming_id"], "halt", LPA))
    assert [] == await vragen.te_informeren()
    bewijzen = await winkel.pool.fetch("SELECT soort, inhoud FROM toestemmingbewijs")
    assert ["schriftelijk", "schriftelijk"] == [r["soort"] for r in bewijzen]
    assert not any(b"map 12" in r["inhoud"] for r in bewijzen)
