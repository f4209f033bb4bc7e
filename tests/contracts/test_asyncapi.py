"""The AsyncAPI document of each service, made from a service that was built but never started."""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel

from contracts.envelope import EventData, envelope
from contracts.generate import example, kinds
from contracts.subjects import AFNEMERS, STREAMS, subject
from hub.asyncapi import CLOUDEVENT, Document, document
from hub.clock import SystemClock
from hub.crypto import Kluis
from hub.pipeline import Parts
from hub.service import Service, Surroundings
from hub.topology import Topology
from hub.verstrek import serve

TOPOLOGY = Topology.load()
SERVICES = pytest.mark.parametrize("service", sorted(AFNEMERS))


class Nothing:
    """A repository of a service that keeps nothing."""

    def empty(self, jongere_id: Any) -> None:
        """No state."""

    async def load(self, db: Any, jongeren: Any) -> dict[Any, None]:
        """Knows nobody."""
        return {}

    async def save(self, tx: Any, changed: Any) -> None:
        """Stores nothing."""


def _toy(service: str, topology: Topology = TOPOLOGY) -> Service[None]:
    around = Surroundings(
        nats_url="nats://iemand:geheim@nats.voorbeeld.nl:4222",
        postgres_url=lambda name: name,
        clock=SystemClock(),
        rng=random.Random(1),
        topology=topology,
    )
    return Service(service, around, lambda _: Parts(Nothing(), {}), migrations=Path("migrations"))


def _document(service: str) -> Document:
    return document(_toy(service).app, service, TOPOLOGY)


def _key(kind: type[EventData]) -> str:
    return f"{kind.name}.v{kind.version}"


def _references(part: Any) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for inner in part.values():
            yield from _references(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _references(inner)


def _resolve(made: Document, reference: str) -> Any:
    found: Any = made
    for token in reference.removeprefix("#/").split("/"):
        found = found[token.replace("~1", "/").replace("~0", "~")]
    return found


@SERVICES
def test_document_has_what_asyncapi_3_requires(service: str) -> None:
    """The keys that the 3.0.0 specification asks for, and names it allows for components."""
    made = _document(service)
    assert made["asyncapi"] == "3.0.0"
    assert {"title", "version", "license"} <= set(made["info"])
    assert made["info"]["license"]["name"] == "EUPL-1.2"
    assert all({"host", "protocol"} <= set(server) for server in made["servers"].values())
    assert all("address" in channel and channel["messages"] for channel in made["channels"].values())
    assert all({"action", "channel"} <= set(operation) for operation in made["operations"].values())
    assert {operation["action"] for operation in made["operations"].values()} <= {"send", "receive"}
    for names in made["components"].values():
        assert [name for name in names if not re.fullmatch(r"[A-Za-z0-9._-]+", name)] == []


@SERVICES
def test_every_reference_leads_somewhere(service: str) -> None:
    """Operations point at channels, channels at messages, messages at schemas, schemas at their parts."""
    made = _document(service)
    references = set(_references(made))
    assert len(references) > len(made["operations"])
    for reference in references:
        assert reference.startswith("#/")
        assert isinstance(_resolve(made, reference), dict)
    for operation in made["operations"].values():
        messages = _resolve(made, operation["channel"]["$ref"])["messages"].values()
        assert all(_resolve(made, m["$ref"]) in list(messages) for m in operation["messages"])


def test_every_event_is_sent_once_by_its_source_and_received_once_by_each_listener() -> None:
    """All documents together are the catalogue: nothing unsaid, nothing unheard, nothing twice."""
    found = [
        (service, operation["action"], operation["channel"]["$ref"].rpartition("/")[2])
        for service in AFNEMERS
        for operation in _document(service)["operations"].values()
    ]
    expected = [(stream.bron, "send", _key(kind)) for stream in STREAMS for kind in stream.events]
    for service, streams in AFNEMERS.items():
        expected += [(service, "receive", _key(kind)) for stream in streams for kind in stream.events]
    assert sorted(expected) == sorted(found)


@SERVICES
def test_address_is_the_subject_with_gemeente_and_jongere_id_as_parameters(service: str) -> None:
    """Filling in the parameters gives the very subject the hub publishes on."""
    made = _document(service)
    jongere_id = "3b1f8c52-7d0e-4a6b-9c41-5e2f70a8d913"
    for kind in kinds():
        if (channel := made["channels"].get(_key(kind))) is not None:
            assert set(channel["parameters"]) == set(re.findall(r"\{(\w+)\}", channel["address"]))
            filled = channel["address"].format(gemeente="1924", jongere_id=jongere_id)
            assert subject(kind, "1924", jongere_id) == filled  # type: ignore[arg-type]


@SERVICES
def test_payload_schema_describes_the_whole_cloudevent(service: str) -> None:
    """The example of a message validates against its payload in the document, and the payload is not lax."""
    made = _document(service)
    for kind in kinds():
        if (message := made["components"]["messages"].get(_key(kind))) is None:
            continue
        validator = Draft202012Validator({**message["payload"], "components": made["components"]})
        assert message["contentType"] == CLOUDEVENT
        assert [example(kind)] == [e["payload"] for e in message["examples"]]
        assert [e.message for e in validator.iter_errors(example(kind))] == []
        assert not validator.is_valid(example(kind) | {"gemeente": "Rotterdam"})
        assert not validator.is_valid(example(kind) | {"data": "tekst"})
        assert envelope(kind).model_validate(message["examples"][0]["payload"]).data


def test_receive_operations_name_the_durable_consumers() -> None:
    """An operator finds in the document which consumers belong to an operation."""
    operation = _document("letters")["operations"]["receive.besluit-genomen.v1"]
    expected = {
        "stream": "ZAKEN",
        "consumers": [f"letters-zaken-{partition}" for partition in range(TOPOLOGY.partities)],
        "filter": "zaken.*.*.*.*.<partitie>",
    }
    assert expected == operation["bindings"]["nats"]["x-jetstream"]


@SERVICES
def test_document_shows_nothing_of_the_machine_it_was_made_on(service: str) -> None:
    """The address and password of a server are not part of a contract; two builds give the same document."""
    made = _document(service)
    assert "voorbeeld.nl" not in str(made)
    assert "geheim" not in str(made["servers"])
    assert made == _document(service)


def test_a_service_that_listens_to_something_else_is_refused() -> None:
    """The document comes from the application: a stream that is declared and not subscribed is an error."""
    deaf = TOPOLOGY.model_copy(update={"afnemers": {**TOPOLOGY.afnemers, "letters": ("ZAKEN",)}})
    with pytest.raises(ValueError, match=r"personen\.\*"):
        document(_toy("letters", deaf).app, "letters", TOPOLOGY)
    with pytest.raises(ValueError, match=r"personen\.\*"):
        document(_toy("letters").app, "letters", deaf)


class Vraag(BaseModel):
    """A question of the test."""


def test_sealed_requests_are_described_without_their_content() -> None:
    """A subject on which a service answers has a reply and says that outsiders cannot read it."""

    async def answer(asked: Vraag) -> Vraag:
        return asked

    service = _toy("brp_sync")
    serve(service.broker, Kluis(bytes(32)), "verstrek.brp_sync.proef", Vraag, answer)
    made = document(service.app, "brp_sync", TOPOLOGY)
    operation = made["operations"]["receive.verstrek.brp_sync.proef"]
    assert operation["bindings"]["nats"]["queue"] == "verstrek.brp_sync.proef"
    assert _resolve(made, operation["channel"]["$ref"])["address"] == "verstrek.brp_sync.proef"
    assert _resolve(made, operation["reply"]["channel"]["$ref"])["address"] is None
    payload = made["components"]["messages"]["verstrek.brp_sync.proef"]["payload"]
    assert payload == {"type": "string", "format": "binary"}
    assert all(isinstance(_resolve(made, reference), dict) for reference in _references(made))
