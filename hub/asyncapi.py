"""The AsyncAPI 3.0 document of a service: what it says and hears, in terms a partner can work with.

FastStream describes the running application: one channel per subscriber. That is right about *what* is subscribed, but
its channels are wildcards over whole streams, and what goes out through the outbox it does not see. So its document is
the ground, and the contracts fill it in: one channel, message and operation per event type.
"""

from collections.abc import Iterable
from typing import Any

from faststream import FastStream

from contracts.envelope import EventData
from contracts.generate import example, file_name, meaning, schema
from contracts.subjects import STREAMS, Stream
from hub.topology import Topology

CLOUDEVENT = "application/cloudevents+json"
SEALED = "application/octet-stream"

_LICENCE = {"name": "EUPL-1.2", "url": "https://eupl.eu/1.2/nl/"}
_NATS = {"bindingVersion": "0.1.0"}
_PARAMETERS = {
    "gemeente": {"description": "CBS/BRP-gemeentecode, vier cijfers.", "location": "$message.payload#/gemeente"},
    "jongere_id": {
        "description": "Een willekeurig nummer (UUID), nooit afgeleid van het BSN.",
        "location": "$message.payload#/subject",
    },
}
_HEADERS = {
    "type": "object",
    "properties": {
        "Nats-Msg-Id": {"type": "string", "format": "uuid", "description": "De id van de gebeurtenis."},
        "traceparent": {"type": "string", "description": "W3C Trace Context."},
    },
    "required": ["Nats-Msg-Id"],
}

Document = dict[str, Any]


def document(app: FastStream, service: str, topology: Topology) -> Document:
    """Describes a service that was built (it need not run).

    `app` is the application of the service, `topology` the declaration of streams and listeners. Raises ValueError
    when the application does not subscribe to exactly the streams that `topology` gives the service.
    """
    found: Document = app.schema.to_specification().to_jsonable()
    own = next(s for s in STREAMS if s.bron == service)
    heard = topology.listens(service)
    other = _other_channels(found, heard)
    made: Document = {
        "asyncapi": "3.0.0",
        "id": f"urn:nld:schakel:asyncapi:{service}",
        "info": _info(found["info"], service, own, heard),
        "defaultContentType": CLOUDEVENT,
        "servers": {"nats": _server()},
        "channels": {},
        "operations": {},
        "components": {"messages": {}, "schemas": {}},
    }
    for kind in own.events:
        _add_event(made, kind, own, "send", [])
    for stream in heard:
        for kind in stream.events:
            _add_event(made, kind, stream, "receive", topology.consumers(service, stream))
    for channel in other:
        _add_request(made, channel)
    return made


def _other_channels(found: Document, heard: Iterable[Stream]) -> list[Document]:
    """The channels of the application that are no streams, by address; a stream too many or too few is an error."""
    channels = sorted(found["channels"].values(), key=lambda channel: str(channel["address"]))
    wanted = {stream.subjects for stream in heard}
    subscribed = {c["address"] for c in channels} & {s.subjects for s in STREAMS}
    if wanted != subscribed:
        raise ValueError(f"de service luistert anders dan is vastgelegd: {', '.join(sorted(wanted ^ subscribed))}")
    return [c for c in channels if c["address"] not in wanted]


def _info(found: Document, service: str, own: Stream, heard: Iterable[Stream]) -> Document:
    listens = ", ".join(stream.name for stream in heard) or "geen stream"
    return {
        "title": found["title"],
        "version": found["version"],
        "description": f"Service {service}: zegt wat in stream {own.name} staat, luistert naar {listens}.",
        "license": _LICENCE,
    }


def _server() -> Document:
    return {
        "host": "{adres}",
        "protocol": "nats",
        "description": "NATS JetStream van de installatie.",
        "variables": {"adres": {"default": "localhost:4222", "description": "Adres en poort van de NATS-server."}},
    }


def _add_event(made: Document, kind: type[EventData], stream: Stream, action: str, consumers: list[str]) -> None:
    key = f"{kind.name}.v{kind.version}"
    made["components"]["messages"][key] = {
        "name": kind.name,
        "title": kind.__name__,
        "summary": meaning(kind),
        "contentType": CLOUDEVENT,
        "headers": _HEADERS,
        "payload": _payload(made, kind, key),
        "examples": [{"name": file_name(kind), "payload": example(kind)}],
    }
    made["channels"][key] = {
        "address": f"{stream.domein}.{kind.name}.v{kind.version}.{{gemeente}}.{{jongere_id}}",
        "summary": meaning(kind),
        "servers": [{"$ref": "#/servers/nats"}],
        "parameters": _PARAMETERS,
        "messages": {key: {"$ref": f"#/components/messages/{key}"}},
        "x-jetstream": {"stream": stream.name},
    }
    jetstream: Document = {"stream": stream.name}
    if consumers:
        jetstream |= {"consumers": consumers, "filter": f"{stream.subjects}.<partitie>"}
    made["operations"][f"{action}.{key}"] = {
        "action": action,
        "channel": {"$ref": f"#/channels/{key}"},
        "messages": [{"$ref": f"#/channels/{key}/messages/{key}"}],
        "bindings": {"nats": {**_NATS, "x-jetstream": jetstream}},
    }


def _payload(made: Document, kind: type[EventData], key: str) -> Document:
    """A reference to the schema of the event, put among the components with its parts beside it."""
    whole = schema(kind)
    parts: Document = {name: _moved(part) for name, part in whole.pop("$defs", {}).items()}
    del whole["$schema"], whole["$id"]  # an $id of its own would make the references inside relative to it
    for name, part in {**parts, key: _moved(whole)}.items():
        if made["components"]["schemas"].setdefault(name, part) != part:
            raise ValueError(f"twee schema's heten {name}")
    return {"$ref": f"#/components/schemas/{key}"}


def _moved(part: Any) -> Any:
    """The same schema with references that start at the root of the document."""
    if isinstance(part, dict):
        return {
            k: v.replace("#/$defs/", "#/components/schemas/") if k == "$ref" else _moved(v) for k, v in part.items()
        }
    return [_moved(p) for p in part] if isinstance(part, list) else part


def _add_request(made: Document, channel: Document) -> None:
    """A subject on which the service answers sealed requests (`hub.verstrek`): nobody outside can read these."""
    address = channel["address"]
    for name, what in ((address, "verzoek"), (f"{address}.antwoord", "antwoord")):
        made["components"]["messages"][name] = {
            "name": name,
            "summary": f"Verzegeld {what}: alleen leesbaar voor de services van de installatie.",
            "contentType": SEALED,
            "payload": {"type": "string", "format": "binary"},
        }
        made["channels"][name] = {
            "address": address if name == address else None,
            "servers": [{"$ref": "#/servers/nats"}],
            "messages": {what: {"$ref": f"#/components/messages/{name}"}},
        }
    made["channels"][address]["description"] = channel.get("description", "")
    answer = f"{address}.antwoord"
    made["operations"][f"receive.{address}"] = {
        "action": "receive",
        "channel": {"$ref": f"#/channels/{address}"},
        "messages": [{"$ref": f"#/channels/{address}/messages/verzoek"}],
        "reply": {
            "channel": {"$ref": f"#/channels/{answer}"},
            "messages": [{"$ref": f"#/channels/{answer}/messages/antwoord"}],
        },
        "bindings": {"nats": {**_NATS, "queue": channel["bindings"]["nats"]["queue"]}},
    }
