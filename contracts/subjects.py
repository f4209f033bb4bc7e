"""Who says what on which stream, and who listens: the only place where these names are made.

One service publishes one stream, so the sequence of an event (per source and jongere) is also its order in the
stream. A listener takes the *whole* stream of a source, also the types it does nothing with: that is how it can see
that an event is missing.

Subject: `<domein>.<event>.v<versie>.<gemeentecode>.<jongere_id>`; the stream adds the partition as last token.
"""

from dataclasses import dataclass
from uuid import UUID

from contracts.envelope import EventData
from contracts.events import brieven, halt, personen, privacy, verzuim, zaken

OIN = "00000001823288444000"  # fictional, from the test range: a centre sets its own in SCHAKEL_OIN


@dataclass(frozen=True)
class Stream:
    """A stream: its NATS name, the first token of its subjects, the service that publishes it, its event types."""

    name: str
    domein: str
    bron: str
    events: tuple[type[EventData], ...]

    @property
    def subjects(self) -> str:
        """Wildcard for everything published to the stream."""
        return f"{self.domein}.*.*.*.*"

    def partition_filter(self, partition: int) -> str:
        """Filter of the consumer that serves one partition."""
        return f"{self.domein}.*.*.*.*.{partition}"

    def jongere_filter(self, jongere_id: UUID) -> str:
        """All stored events about one jongere: what erasure purges."""
        return f"{self.domein}.*.*.*.{jongere_id}.*"

    def by_token(self, event: str, version: str) -> type[EventData] | None:
        """The payload type that belongs to the event and version tokens of a subject."""
        return _BY_TOKEN.get((self.domein, event, version))


VERZUIM = Stream("VERZUIM", "verzuim", "ingest_duo", verzuim.EVENTS)
PERSONEN = Stream("PERSONEN", "personen", "brp_sync", personen.EVENTS)
ZAKEN = Stream("ZAKEN", "zaken", "cases", zaken.EVENTS + privacy.EVENTS)
BRIEVEN = Stream("BRIEVEN", "brieven", "letters", brieven.EVENTS)
HALT = Stream("HALT", "halt", "halt_bridge", halt.EVENTS)

STREAMS = (VERZUIM, PERSONEN, ZAKEN, BRIEVEN, HALT)

AFNEMERS: dict[str, tuple[Stream, ...]] = {
    "ingest_duo": (ZAKEN, PERSONEN),
    "brp_sync": (),
    "cases": (VERZUIM, PERSONEN, BRIEVEN, HALT),
    "letters": (ZAKEN, PERSONEN),
    "halt_bridge": (ZAKEN,),
}

_BY_TOKEN = {(s.domein, e.name, f"v{e.version}"): e for s in STREAMS for e in s.events}
_STREAM_OF = {e: s for s in STREAMS for e in s.events}


def stream_of(event: type[EventData]) -> Stream:
    """The stream an event type is published on; KeyError for a type that is not in the catalogue."""
    return _STREAM_OF[event]


def subject(event: type[EventData], gemeente: str, jongere_id: UUID) -> str:
    """The subject one event is published on."""
    return f"{_STREAM_OF[event].domein}.{event.name}.v{event.version}.{gemeente}.{jongere_id}"


def durable(service: str, stream: Stream, partition: int) -> str:
    """Name of the durable consumer of a service for one partition of a stream."""
    return f"{service}-{stream.domein}-{partition}"


def source_urn(service: str, oin: str = OIN) -> str:
    """The CloudEvents source of a service."""
    return f"urn:nld:oin:{oin}:systeem:{service}"
