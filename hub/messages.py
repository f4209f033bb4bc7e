"""What a service handles: an event from the bus, or a command from inside the service.

A handler is a pure function `(state, message, now) -> Outcome`: it returns the new state of the jongere and what must
be said; the runtime stores both in one transaction and publishes afterwards.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

from pydantic import ValidationError

from contracts.envelope import EventData, envelope
from contracts.subjects import Stream
from hub.ids import quick
from hub.privacy import redenen

StateT = TypeVar("StateT")
NOBODY = UUID(int=0)
_SEQUENCE = re.compile(r"[0-9]{12}")


class Sleutel(NamedTuple):
    """Under which key an official gave a command, and which request it was; both as keyed fingerprints."""

    vingerafdruk: bytes
    verzoek: bytes


@dataclass(slots=True)
class Message:
    """An event (with `bron` and `sequence`) or a command (without)."""

    jongere_id: UUID
    gemeente: str
    data: Any
    bron: str = ""
    sequence: int | None = None
    time: datetime | None = None
    traceparent: str | None = None
    subject: str = ""
    raw: bytes = b""
    row_id: int | None = None
    """Its row when it comes from the waiting room."""
    attempts: int = 0
    since: datetime | None = None
    """When its first try failed."""
    prepared: Any = None
    """What `prepare` fetched or did outside the transaction; an exception when that failed."""
    error: Exception | None = None
    """Why a command was not carried out; the caller looks here."""
    sleutel: Sleutel | None = None
    """So that a command that is given again is carried out once."""
    antwoord: Any = None
    """What a command led to, as far as whoever gave it is told."""

    @property
    def name(self) -> str:
        """Name for logs and metrics."""
        return self.data.name if isinstance(self.data, EventData) else type(self.data).__name__


class Outcome(NamedTuple, Generic[StateT]):
    """The new state of the jongere and the events to publish."""

    state: StateT
    events: Sequence[EventData] = ()
    gemeente: str | Callable[[EventData], str | None] | None = None
    """For events of another gemeente than the message came from; a function when they are not all of the same one."""
    antwoord: Any = None
    """For whoever gave the command."""

    def gemeente_of(self, event: EventData, otherwise: str) -> str:
        """The gemeente of one of the events."""
        return (self.gemeente(event) if callable(self.gemeente) else self.gemeente) or otherwise


Handler = Callable[[StateT, Message, datetime], Outcome[StateT]]


class Unreadable(NamedTuple):
    """What stands in for the payload of an event that cannot be read; handling it always fails."""

    reden: str

    @property
    def name(self) -> str:
        """Name for logs and metrics."""
        return "onleesbaar"


def decode(stream: Stream, subject: str, body: bytes, stream_sequence: Callable[[], int]) -> Message:
    """Reads one event; one that cannot be read becomes a `Message` with `Unreadable` data, so that it parks.

    Its sequence is kept when it can be found at all; otherwise minus the stream sequence stands in, which no
    successor can follow: the gap then holds up the later events of that jongere.
    """
    tokens = subject.split(".")
    kind = stream.by_token(tokens[1], tokens[2]) if len(tokens) >= 5 else None
    if kind is None:
        return _unreadable(stream, subject, body, stream_sequence, "onbekend gebeurtenistype")
    try:
        event = envelope(kind).model_validate_json(body)
    except ValidationError as error:
        reason = "; ".join(f"{r.veld}: {r.reden}" for r in redenen(error)[:3])
        return _unreadable(stream, subject, body, stream_sequence, reason)
    jongere_id = quick(event.subject)
    if str(jongere_id) != tokens[4]:
        return _unreadable(stream, subject, body, stream_sequence, "subject: jongere_id wijkt af van het onderwerp")
    sequence = int(event.sequence)
    if sequence == 0:
        return _unreadable(stream, subject, body, stream_sequence, "sequence: begint bij 1")
    return Message(
        jongere_id=jongere_id,
        gemeente=event.gemeente,
        data=event.data,
        bron=stream.bron,
        sequence=sequence,
        time=event.time,
        traceparent=event.traceparent,
        subject=subject,
        raw=body,
    )


def _unreadable(stream: Stream, subject: str, body: bytes, stream_sequence: Callable[[], int], reason: str) -> Message:
    tokens = subject.split(".")
    jongere_id = _uuid_or_nobody(tokens)
    sequence = None if jongere_id == NOBODY else _sequence(body)
    return Message(
        jongere_id=jongere_id,
        gemeente=tokens[3] if len(tokens) >= 5 else "0000",
        data=Unreadable(reason),
        bron=stream.bron,
        sequence=-stream_sequence() if sequence is None else sequence,
        subject=subject,
        raw=body,
    )


def _sequence(body: bytes) -> int | None:
    """The sequence of an event that is unreadable otherwise, when it has the shape every sequence has."""
    try:
        text = json.loads(body)["sequence"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    found = int(text) if isinstance(text, str) and _SEQUENCE.fullmatch(text) else 0
    return found or None


def _uuid_or_nobody(tokens: Sequence[str]) -> UUID:
    try:
        return UUID(tokens[4])
    except (ValueError, IndexError):
        return NOBODY
