"""Reading an event: what cannot be read becomes something that parks, never an exception."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.codes import MeldingStatus
from contracts.envelope import encode
from contracts.events.verzuim import MeldingstatusTeruggemeld
from contracts.subjects import VERZUIM, source_urn, subject
from hub.messages import NOBODY, Message, Unreadable, decode

JONGERE = UUID("7d3e6c0a-52c4-4d0e-9a53-5f3a3c1d2e4f")
ANDER = UUID("00000000-0000-4000-8000-000000000001")
DATA = MeldingstatusTeruggemeld(
    meldingsnummer="123", status=MeldingStatus.AFGESLOTEN, laatste_mutatie=datetime.fromisoformat("2026-03-02T09:30:00")
)
MOMENT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
SUBJECT = subject(type(DATA), "1924", JONGERE) + ".2"
STREAM_SEQUENCE = 77


def body(number: int = 5, **changes: Any) -> bytes:
    """The wire form, with changed attributes; None takes one out."""
    _, text = encode(
        DATA, source=source_urn("ingest_duo"), jongere_id=JONGERE, sequence=number, time=MOMENT, gemeente="1924",
        traceparent=None,
    )  # fmt: skip
    document = {k: v for k, v in (json.loads(text) | changes).items() if v is not None}
    return json.dumps(document).encode()


def read(raw: bytes, name: str = SUBJECT) -> Message:
    """The message as a service would get it."""
    return decode(VERZUIM, name, raw, lambda: STREAM_SEQUENCE)


def test_a_good_event_is_read_with_everything_that_handling_needs() -> None:
    """Payload, source, position, moment, and the original for the waiting room."""
    raw = body()
    expected = Message(
        jongere_id=JONGERE, gemeente="1924", data=DATA, bron="ingest_duo", sequence=5, time=MOMENT, subject=SUBJECT,
        raw=raw,
    )  # fmt: skip
    assert expected == read(raw)


def test_fields_of_a_newer_compatible_version_are_ignored() -> None:
    """An added optional field does not stop an older listener."""
    raw = body(extra="nieuw", data=json.loads(DATA.model_dump_json()) | {"nieuw_veld": 1})
    assert DATA == read(raw).data


@pytest.mark.parametrize(
    "name",
    [
        f"verzuim.iets-onbekends.v1.1924.{JONGERE}.2",
        f"verzuim.meldingstatus-teruggemeld.v9.1924.{JONGERE}.2",
    ],
)
def test_an_unknown_type_parks_at_its_place_in_the_order(name: str) -> None:
    """Type and version come from the subject; the sequence is still known."""
    message = read(body(), name)
    assert Unreadable("onbekend gebeurtenistype") == message.data
    assert (5, "onleesbaar") == (message.sequence, message.data.name)


def test_an_event_about_somebody_else_than_its_subject_says_is_unreadable() -> None:
    """Else one jongere could be handled in the place of another."""
    message = read(body(subject=str(ANDER)))
    assert (JONGERE, 5) == (message.jongere_id, message.sequence)
    assert Unreadable("subject: jongere_id wijkt af van het onderwerp") == message.data


@pytest.mark.parametrize(
    ("changes", "veld"),
    [({"data": {}}, "data.meldingsnummer"), ({"gemeente": "Goeree"}, "gemeente"), ({"time": None}, "time")],
)
def test_an_event_outside_its_schema_keeps_its_sequence_and_names_the_field(changes: dict[str, Any], veld: str) -> None:
    """So that its successors wait behind it."""
    message = read(body(**changes))
    assert (JONGERE, 5, "1924") == (message.jongere_id, message.sequence, message.gemeente)
    assert isinstance(message.data, Unreadable)
    assert message.data.reden.startswith(f"{veld}: ")


def test_the_reason_never_repeats_the_value() -> None:
    """Not even when somebody puts a BSN where it does not belong."""
    wrong = json.loads(DATA.model_dump_json()) | {"status": "999990019"}
    assert "999990019" not in str(read(body(data=wrong, gemeente="999990019")).data)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'"000000000005"',
        b"{}",
        body(0),
        body(sequence=5),
        body(sequence="5"),
        body(sequence="-00000000005"),
        body(sequence=10**30),
        body(sequence="9" * 40),
        b'{"sequence": 1e999}',
        b'{"sequence": NaN}',
        b"[" * 200_000,
    ],
)
def test_without_a_readable_sequence_the_place_in_the_stream_stands_in(raw: bytes) -> None:
    """Below zero, so that no successor can follow it and the plan lets it fail at once."""
    message = read(raw)
    assert isinstance(message.data, Unreadable)
    assert (JONGERE, -STREAM_SEQUENCE) == (message.jongere_id, message.sequence)


@pytest.mark.parametrize("name", ["verzuim", "", f"verzuim.meldingstatus-teruggemeld.v1.1924.{JONGERE}"[:-1]])
def test_a_subject_without_a_jongere_is_about_nobody(name: str) -> None:
    """It parks nobody's events but its own kind."""
    message = read(body(), name)
    assert (NOBODY, -STREAM_SEQUENCE) == (message.jongere_id, message.sequence)


@given(raw=st.binary(max_size=200), name=st.text(max_size=40))
def test_nothing_makes_reading_raise(raw: bytes, name: str) -> None:
    """An exception here would stop the whole stream."""
    assert isinstance(read(raw, name).data, Unreadable)


@given(document=st.dictionaries(st.sampled_from([*json.loads(body()), "x"]), st.none() | st.integers() | st.text()))
def test_no_set_of_attributes_makes_reading_raise(document: dict[str, Any]) -> None:
    """Whatever a publisher puts in the envelope, the sequence stays within what the database can store."""
    message = read(body(**document))
    assert message.sequence is not None
    assert -STREAM_SEQUENCE <= message.sequence < 10**12
