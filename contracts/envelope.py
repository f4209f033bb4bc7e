"""The envelope of every event: CloudEvents 1.0 with the NL GOV profile 1.1, in structured JSON.

An event is thin: it says *that* something happened to a jongere, with codes, dates and numbers. Whoever needs a name
or an address asks the source at the moment of use. `subject` is therefore the random `jongere_id`, never a BSN.
`time` is the moment the event was logged by its source; dates of the real world stand in `data`.
"""

from datetime import datetime
from functools import cache
from hashlib import sha1
from typing import Annotated, ClassVar, Generic, Literal, TypeVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

TYPE_PREFIX = "nl.overheid.leerplicht."
SCHEMA_BASE = "urn:nld:schakel:schema:"

# The id of an event follows from source, jongere and sequence (NL GOV profile: a UUID needs saying so in the schema).
_ID_SPACE = UUID("6d0f5a0e-1c58-5a57-9b7e-7b1c9f0d2a11")

Gemeentecode = Annotated[str, Field(pattern=r"^[0-9]{4}$", description="CBS/BRP-gemeentecode, vier cijfers.")]
Brin = Annotated[str, Field(pattern=r"^[0-9]{2}[A-Z]{2}$", description="BRIN van de onderwijsinstelling.")]
ZaakId = UUID


class EventData(BaseModel):
    """Base of all event payloads: frozen; unknown fields of a newer, compatible version are ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    name: ClassVar[str]
    """`<onderwerp>-<voltooid deelwoord>`, the last part of the CloudEvents type."""
    version: ClassVar[int] = 1


DataT = TypeVar("DataT", bound=EventData)


class CloudEvent(BaseModel, Generic[DataT]):
    """One event as it stands in a stream and in the outbox of its source."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    specversion: Literal["1.0"] = "1.0"
    id: UUID = Field(description="UUIDv5 van source, subject en sequence; blijvend.")
    source: str = Field(pattern=r"^urn:nld:oin:[0-9]{20}:systeem:[a-z_]+$")
    type: str
    subject: UUID = Field(description="jongere_id: een willekeurig nummer, nooit afgeleid van het BSN.")
    time: AwareDatetime = Field(description="Moment waarop de bron de gebeurtenis vastlegde (UTC).")
    datacontenttype: Literal["application/json"] = "application/json"
    dataschema: str
    sequence: str = Field(pattern=r"^[0-9]{12}$", description="Volgnummer per bron en jongere, vanaf 1.")
    sequencetype: Literal["Integer"] = "Integer"
    gemeente: Gemeentecode
    traceparent: str | None = Field(default=None, pattern=r"^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$")
    data: DataT


@cache
def type_of(data: type[EventData]) -> str:
    """The CloudEvents type: `nl.overheid.leerplicht.<name>`, with `.vN` from version 2 on."""
    return TYPE_PREFIX + data.name + ("" if data.version == 1 else f".v{data.version}")


@cache
def schema_of(data: type[EventData]) -> str:
    """The `dataschema` URN of a payload type."""
    return f"{SCHEMA_BASE}{data.name}:v{data.version}"


@cache
def envelope(data: type[DataT]) -> type[CloudEvent[DataT]]:
    """The concrete envelope class that parses and describes events with this payload."""
    return CloudEvent[data]  # type: ignore[valid-type]


def event_id(source: str, jongere_id: UUID, sequence: int) -> UUID:
    """The id an event has for ever; the same cause handled twice gives the same id."""
    name = f"{source}|{jongere_id}|{sequence}".encode()
    return UUID(bytes=sha1(_ID_SPACE.bytes + name, usedforsecurity=False).digest()[:16], version=5)


def encode(
    data: EventData,
    *,
    source: str,
    jongere_id: UUID,
    sequence: int,
    time: datetime,
    gemeente: str,
    traceparent: str | None,
) -> tuple[UUID, bytes]:
    """Id and wire form of an event.

    Written by hand because it is on the hot path of every service: all envelope values are digits, hex or names from
    this package and need no escaping. A test keeps it equal to what `CloudEvent` itself would write.
    """
    identity = event_id(source, jongere_id, sequence)
    trace = f'"traceparent":"{traceparent}",' if traceparent else ""
    kind = type(data)
    text = (
        f'{{"specversion":"1.0","id":"{identity}","source":"{source}","type":"{type_of(kind)}",'
        f'"subject":"{jongere_id}","time":"{time.isoformat().replace("+00:00", "Z")}",'
        f'"datacontenttype":"application/json","dataschema":"{schema_of(kind)}",'
        f'"sequence":"{sequence:012d}","sequencetype":"Integer","gemeente":"{gemeente}",{trace}'
        f'"data":{data.model_dump_json()}}}'
    )
    return identity, text.encode()
