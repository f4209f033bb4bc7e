"""Asking a source for personal data: sealed on the bus, and honest about failures."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Literal
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from faststream.nats import NatsBroker
from nats.aio.msg import Msg
from nats.errors import NoRespondersError
from pydantic import SecretStr

from contracts.verstrek import Gesloten, Verzoek
from hub.crypto import Kluis
from hub.errors import PartnerOnbereikbaar, Tijdelijk
from hub.verstrek import ask, serve
from tests.hub.world import World
from tests.waiting import eventually

SUBJECT = "verstrek.bron"
BSN, NAAM = "999990019", "Fictief van Dijk-Voorbeeld"


class Naamverzoek(Verzoek):
    """Who is this?"""

    doel: Literal["brief"] = "brief"
    bsn: SecretStr
    jongere: UUID


class Naam(Gesloten):
    """A name."""

    naam: SecretStr


def kluis() -> Kluis:
    """A vault with a key of its own."""
    return Kluis(AESGCM.generate_key(256))


@pytest_asyncio.fixture(loop_scope="session")
async def broker(world: World) -> AsyncIterator[NatsBroker]:
    """A connection that answers."""
    broker = NatsBroker(world.servers.nats.url, logger=None, apply_types=False, graceful_timeout=0.1)
    yield broker
    await broker.stop()


async def start(broker: NatsBroker, world: World) -> None:
    """Starts answering; whoever asks is heard when this returns."""
    await broker.start()

    async def answered() -> bool:
        with suppress(NoRespondersError, TimeoutError):
            return (await world.nc.request(SUBJECT, b"onleesbaar")).data == b"geweigerd"
        return False

    await eventually(answered, "the source answers")


async def answer(verzoek: Naamverzoek) -> Naam:
    """Knows one person."""
    assert BSN == verzoek.bsn.get_secret_value()
    return Naam(naam=SecretStr(NAAM))


async def test_a_question_and_its_answer_are_sealed(world: World, broker: NatsBroker) -> None:
    """Who listens to everything on the bus sees neither the question nor the answer."""
    shared = kluis()
    overheard: list[bytes] = []

    async def listen(msg: Msg) -> None:
        overheard.append(msg.subject.encode() + str(msg.headers).encode() + msg.data)

    await world.nc.subscribe(">", cb=listen)
    await world.nc.flush()
    serve(broker, shared, SUBJECT, Naamverzoek, answer)
    await start(broker, world)
    jongere = uuid4()
    verzoek = Naamverzoek(aanvrager="letters", bsn=SecretStr(BSN), jongere=jongere)
    got = await ask(world.nc, shared, SUBJECT, verzoek, Naam)
    assert NAAM == got.naam.get_secret_value()
    await world.nc.flush()
    heard = b"\n".join(overheard)
    assert b"verstrek.bron" in heard
    for secret in (BSN, NAAM, str(jongere), "letters", "brief"):
        assert secret.encode() not in heard


async def test_nobody_who_answers_is_a_partner_that_is_down(world: World) -> None:
    """At once, not after the timeout."""
    verzoek = Naamverzoek(aanvrager="letters", bsn=SecretStr(BSN), jongere=uuid4())
    async with asyncio.timeout(2):
        with pytest.raises(PartnerOnbereikbaar, match="bron is niet bereikbaar: NoRespondersError"):
            await ask(world.nc, kluis(), SUBJECT, verzoek, Naam)


async def test_a_source_that_does_not_answer_in_time_is_a_partner_that_is_down(
    world: World, broker: NatsBroker
) -> None:
    """The circuit opens; no event burns its attempts."""
    shared = kluis()
    asked = asyncio.Event()

    async def ponder(_: Naamverzoek) -> Naam:
        asked.set()
        await asyncio.Event().wait()
        raise AssertionError

    serve(broker, shared, SUBJECT, Naamverzoek, ponder)
    await start(broker, world)
    verzoek = Naamverzoek(aanvrager="letters", bsn=SecretStr(BSN), jongere=uuid4())
    with pytest.raises(PartnerOnbereikbaar, match="TimeoutError"):
        await ask(world.nc, shared, SUBJECT, verzoek, Naam, timeout=0.3)
    assert asked.is_set()


async def test_a_question_sealed_with_another_key_is_refused(world: World, broker: NatsBroker) -> None:
    """Without a word about what was in it."""
    serve(broker, kluis(), SUBJECT, Naamverzoek, answer)
    await start(broker, world)
    verzoek = Naamverzoek(aanvrager="letters", bsn=SecretStr(BSN), jongere=uuid4())
    with pytest.raises(Tijdelijk, match=r"^bron weigerde het verzoek$"):
        await ask(world.nc, kluis(), SUBJECT, verzoek, Naam)


async def test_an_answer_of_another_shape_is_refused(world: World, broker: NatsBroker) -> None:
    """The text of the error holds nothing of the answer."""
    shared = kluis()
    serve(broker, shared, SUBJECT, Naamverzoek, answer)
    await start(broker, world)
    verzoek = Naamverzoek(aanvrager="letters", bsn=SecretStr(BSN), jongere=uuid4())
    with pytest.raises(Tijdelijk, match=r"^bron gaf een onleesbaar antwoord$"):
        await ask(world.nc, shared, SUBJECT, verzoek, Naamverzoek)
