"""Who says what and who listens: contracts, declaration and subjects tell the same story."""

import re
from uuid import UUID

import pytest

from contracts.envelope import EventData
from contracts.generate import kinds
from contracts.subjects import AFNEMERS, STREAMS, durable, source_urn, stream_of, subject
from hub.topology import Topology

# Streams that no service of ours listens to, because they are there for partners.
FOR_PARTNERS: frozenset[str] = frozenset()

JONGERE = UUID("3b1f8c52-7d0e-4a6b-9c41-5e2f70a8d913")
KINDS = pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)


@pytest.fixture(scope="module")
def topology() -> Topology:
    """The declaration in deploy/nats/streams.yaml."""
    return Topology.load()


def test_declared_streams_are_those_of_the_contracts(topology: Topology) -> None:
    """No stream is missing in the declaration, and it makes none that nobody speaks of."""
    assert sorted(stream.name for stream in STREAMS) == sorted(topology.streams)


def test_declared_listeners_are_those_of_the_contracts(topology: Topology) -> None:
    """Both say for each service which streams it takes."""
    wanted = {service: {s.name for s in streams} for service, streams in AFNEMERS.items() if streams}
    assert wanted == {service: set(names) for service, names in topology.afnemers.items()}


def test_every_stream_has_one_source_and_every_service_one_stream() -> None:
    """The sequence of an event is also its order in the stream only as long as this holds."""
    assert len({s.bron for s in STREAMS}) == len(STREAMS)
    assert {s.bron for s in STREAMS} == set(AFNEMERS)
    assert len({s.name for s in STREAMS}) == len({s.domein for s in STREAMS}) == len(STREAMS)


def test_every_stream_has_a_listener_or_is_for_partners() -> None:
    """What nobody hears need not be said."""
    heard = {stream.name for streams in AFNEMERS.values() for stream in streams}
    assert {stream.name for stream in STREAMS} - heard == FOR_PARTNERS


def test_no_service_listens_to_itself() -> None:
    """A service knows what it said."""
    assert [service for service, streams in AFNEMERS.items() if any(s.bron == service for s in streams)] == []


def test_every_event_type_is_on_exactly_one_stream() -> None:
    """Name and version of an event lead to one stream and one class."""
    said = [(kind.name, kind.version) for kind in kinds()]
    assert len(set(said)) == len(said)
    assert len({kind for s in STREAMS for kind in s.events}) == sum(len(s.events) for s in STREAMS)


def _subclasses(kind: type[EventData]) -> set[type[EventData]]:
    found = {sub for sub in kind.__subclasses__() if sub.__module__.startswith("contracts.events.")}
    return found | {deeper for sub in found for deeper in _subclasses(sub)}


def test_every_named_event_class_is_in_the_catalogue() -> None:
    """A class with a name of its own that is on no stream would be refused by every listener."""
    named = {kind for kind in _subclasses(EventData) if "name" in vars(kind)}
    assert set(kinds()) == named


def test_durable_names_are_unique_and_start_with_their_service(topology: Topology) -> None:
    """Two consumers with one name would take each other's events."""
    names = [name for service in AFNEMERS for s in topology.listens(service) for name in topology.consumers(service, s)]
    assert len(set(names)) == len(names) == topology.partities * sum(len(streams) for streams in AFNEMERS.values())
    assert all(re.fullmatch(r"[a-z_]+-[a-z]+-[0-9]+", name) for name in names)
    assert durable("cases", STREAMS[0], 3) == "cases-verzuim-3"


@KINDS
def test_subject_holds_names_gemeentecode_and_jongere_id_only(kind: type[EventData]) -> None:
    """By construction: fixed words, four digits and a random id; so no personal data in a subject."""
    tokens = subject(kind, "1924", JONGERE).split(".")
    assert [stream_of(kind).domein, kind.name, f"v{kind.version}", "1924", str(JONGERE)] == tokens


@KINDS
def test_subject_leads_back_to_its_event_type(kind: type[EventData]) -> None:
    """A listener finds the class from two tokens; another version or stream gives nothing."""
    stream = stream_of(kind)
    _, event, version, _, _ = subject(kind, "1924", JONGERE).split(".")
    assert stream.by_token(event, version) is kind
    assert stream.by_token(event, "v99") is None
    assert [s.name for s in STREAMS if s.by_token(event, version)] == [stream.name]


@KINDS
def test_subject_is_caught_by_its_stream_and_by_no_other(kind: type[EventData]) -> None:
    """The wildcards of the streams do not overlap."""
    made = subject(kind, "1924", JONGERE)
    caught = [s.name for s in STREAMS if _matches(s.subjects, made)]
    assert [stream_of(kind).name] == caught


def test_filters_match_stored_subjects_of_one_partition_and_one_jongere() -> None:
    """The stream adds the partition; what erasure purges is one jongere on every partition."""
    stream = STREAMS[0]
    stored = f"{subject(stream.events[0], '1924', JONGERE)}.2"
    assert _matches(stream.partition_filter(2), stored)
    assert not _matches(stream.partition_filter(1), stored)
    assert _matches(stream.jongere_filter(JONGERE), stored)
    assert not _matches(stream.jongere_filter(UUID(int=1)), stored)


def _matches(pattern: str, found: str) -> bool:
    return bool(re.fullmatch(re.escape(pattern).replace(r"\*", "[^.]+"), found))


@pytest.mark.parametrize("service", sorted(AFNEMERS))
def test_source_urn_names_organisation_and_system(service: str) -> None:
    """NL GOV profile: `urn:nld:oin:<OIN>:systeem:<service>`."""
    assert re.fullmatch(r"urn:nld:oin:[0-9]{20}:systeem:[a-z_]+", source_urn(service))
