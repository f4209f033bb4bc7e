"""Sealed request/reply between services: how personal data are asked for at the moment of use.

The payload is encrypted with a key that only the services of one installation share, so that whoever can listen on
NATS sees who asks and for what purpose, never about whom or what. Nothing of it is kept in a stream.
"""

from collections.abc import Awaitable, Callable
from typing import TypeVar

import nats.errors
from faststream.nats import NatsBroker
from nats.aio.client import Client
from pydantic import BaseModel, ValidationError

from contracts.verstrek import Verzoek
from hub.crypto import Kluis, KluisFout
from hub.errors import PartnerOnbereikbaar, Tijdelijk
from hub.privacy import onthuld_json

RequestT = TypeVar("RequestT", bound=BaseModel)
AnswerT = TypeVar("AnswerT", bound=BaseModel)

_REFUSED = b"geweigerd"


async def ask(
    nc: Client, kluis: Kluis, subject: str, request: Verzoek, answer: type[AnswerT], timeout: float = 5.0
) -> AnswerT:
    """Asks and returns the answer; raises `PartnerOnbereikbaar` when nobody answers, `Tijdelijk` when refused."""
    partner = subject.partition(".")[2]
    sealed = kluis.seal(onthuld_json(request), subject)
    try:
        reply = await nc.request(subject, sealed, timeout=timeout)
    except (nats.errors.Error, TimeoutError, OSError) as error:
        raise PartnerOnbereikbaar(partner, type(error).__name__) from error
    if reply.data == _REFUSED:
        raise Tijdelijk(f"{partner} weigerde het verzoek")
    try:
        return answer.model_validate_json(kluis.open(reply.data, f"{subject}.antwoord"))
    except (KluisFout, ValidationError) as error:
        raise Tijdelijk(f"{partner} gaf een onleesbaar antwoord") from error


def serve(
    broker: NatsBroker,
    kluis: Kluis,
    subject: str,
    request: type[RequestT],
    handler: Callable[[RequestT], Awaitable[BaseModel]],
) -> None:
    """Answers requests on `subject`; one that cannot be opened or read is refused without a word about its content."""

    async def answer(body: bytes) -> bytes:
        try:
            asked = request.model_validate_json(kluis.open(body, subject))
        except (KluisFout, ValidationError):
            return _REFUSED
        try:
            reply = await handler(asked)
        except Tijdelijk:
            return _REFUSED
        return kluis.seal(onthuld_json(reply), f"{subject}.antwoord")

    answer.__doc__ = f"Beantwoordt verzegelde verzoeken ({request.__name__})."
    broker.subscriber(subject, queue=subject)(answer)
