"""The committed schemas and examples, and the promise that `encode` writes what `CloudEvent` describes."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from contracts.envelope import CloudEvent, EventData, encode, envelope, schema_of, type_of
from contracts.example_data import EXAMPLES
from contracts.generate import EXAMPLE_FILES, SCHEMAS, differences, example, kinds, schema, write
from contracts.subjects import source_urn, stream_of
from tests.contracts.payloads import moments, payloads

KINDS = pytest.mark.parametrize("kind", list(kinds()), ids=lambda kind: kind.name)


def _validator(kind: type[EventData]) -> Draft202012Validator:
    made = schema(kind)
    Draft202012Validator.check_schema(made)
    return Draft202012Validator(made, format_checker=Draft202012Validator.FORMAT_CHECKER)


def test_committed_files_are_what_the_event_classes_say() -> None:
    """A change of an event class without `python -m contracts.generate` is a mistake."""
    assert differences() == []


def test_differences_names_missing_outdated_and_left_over_files(tmp_path: Path) -> None:
    """The check sees each of the three ways in which files can be wrong, and writing mends them."""
    write(tmp_path)
    assert differences(tmp_path) == []
    (tmp_path / SCHEMAS / "zaak-geopend.v1.json").write_text("{}")
    (tmp_path / EXAMPLE_FILES / "zaak-geopend.v1.json").unlink()
    (tmp_path / SCHEMAS / "zaak-geopend.v9.json").write_text("{}")
    expected = [
        "contracts/examples/zaak-geopend.v1.json: ontbreekt",
        "contracts/schemas/zaak-geopend.v1.json: wijkt af",
        "contracts/schemas/zaak-geopend.v9.json: hoort bij geen gebeurtenis",
    ]
    assert expected == differences(tmp_path)
    assert expected == write(tmp_path)
    assert differences(tmp_path) == []


def test_every_event_type_has_exactly_one_example() -> None:
    """The examples are the event types: none is missing, none is there twice."""
    assert sorted(kind.name for kind in kinds()) == sorted(e.data.name for e in EXAMPLES)


@KINDS
def test_example_validates_against_its_schema(kind: type[EventData]) -> None:
    """What we show to partners keeps our own schema, formats included."""
    assert [e.message for e in _validator(kind).iter_errors(example(kind))] == []


@KINDS
def test_example_parses_back_into_its_envelope(kind: type[EventData]) -> None:
    """A listener reads from the example exactly what its source meant."""
    told = next(e for e in EXAMPLES if type(e.data) is kind)
    event = envelope(kind).model_validate_json(json.dumps(example(kind)))
    assert (told.data, told.jongere_id, told.time) == (event.data, event.subject, event.time)
    assert (type_of(kind), schema_of(kind)) == (event.type, event.dataschema)


@KINDS
def test_schema_says_what_the_nl_gov_profile_asks(kind: type[EventData]) -> None:
    """The schema has the URN of `dataschema` as its id and says that `id` is a UUIDv5."""
    made = schema(kind)
    assert schema_of(kind) == made["$id"]
    assert "UUIDv5" in made["description"]
    assert UUID(example(kind)["id"]).version == 5
    assert {"specversion", "id", "source", "type", "subject", "time", "sequence"} <= set(made["required"])


@pytest.mark.parametrize(
    "change",
    [
        {"type": "nl.overheid.leerplicht.zaak-afgesloten"},
        {"source": "urn:nld:oin:00000001823288444000:systeem:letters"},
        {"id": "0c9a7e14-52b8-4d3f-8f61-d7e4b05a9326"},
        {"gemeente": "192"},
        {"sequence": "1"},
        {"specversion": None},
        {"data": {}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_schema_refuses_what_another_source_or_type_would_say(change: dict[str, Any]) -> None:
    """Each attribute is pinned to this event type: one wrong value is one error."""
    kind = next(k for k in kinds() if k.name == "zaak-geopend")
    assert _validator(kind).is_valid(example(kind))
    assert not _validator(kind).is_valid(example(kind) | change)


@KINDS
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(draw=st.data())
def test_encode_writes_what_cloudevent_would_write(kind: type[EventData], draw: st.DataObject) -> None:
    """The hand-written wire form and Pydantic's are the same bytes, and they parse back into the same event."""
    data, time = draw.draw(payloads(kind)), draw.draw(moments)
    jongere_id, sequence = draw.draw(st.uuids()), draw.draw(st.integers(1, 10**12 - 1))
    gemeente = draw.draw(st.from_regex(r"[0-9]{4}", fullmatch=True))
    traceparent = draw.draw(st.none() | st.from_regex(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}", fullmatch=True))
    source = source_urn(stream_of(kind).bron)
    identity, body = encode(
        data,
        source=source,
        jongere_id=jongere_id,
        sequence=sequence,
        time=time,
        gemeente=gemeente,
        traceparent=traceparent,
    )
    expected: CloudEvent[EventData] = envelope(kind)(
        id=identity,
        source=source,
        type=type_of(kind),
        subject=jongere_id,
        time=time,
        dataschema=schema_of(kind),
        sequence=f"{sequence:012d}",
        gemeente=gemeente,
        traceparent=traceparent,
        data=data,
    )
    absent = {"traceparent"} if traceparent is None else None
    assert expected.model_dump_json(exclude=absent) == body.decode()
    assert expected == envelope(kind).model_validate_json(body)
    assert [e.message for e in _validator(kind).iter_errors(json.loads(body))] == []


@KINDS
def test_unknown_fields_of_a_newer_version_are_ignored(kind: type[EventData]) -> None:
    """A source may add fields: listeners that do not know them read the rest as before."""
    event = example(kind)
    newer = event | {"nieuwattribuut": "x", "data": event["data"] | {"nieuw_veld": {"diep": [1]}}}
    assert envelope(kind).model_validate(event) == envelope(kind).model_validate(newer)
    assert _validator(kind).is_valid(newer)


_SECRET = "Pietje Geheim"


def _places(value: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """Every path to a value in `value` that is no object."""
    if not isinstance(value, dict):
        return [path]
    return [found for key, part in value.items() for found in _places(part, (*path, key))]


def _with(value: Any, path: tuple[str, ...], put: Any) -> Any:
    return put if not path else value | {path[0]: _with(value[path[0]], path[1:], put)}


@KINDS
def test_a_wrong_value_is_refused_without_repeating_it(kind: type[EventData]) -> None:
    """A name that was put in any field does not come back in the error."""
    event = example(kind)
    for path in _places(event):
        if path in {("type",), ("dataschema",)}:
            continue
        with pytest.raises(ValidationError) as refused:
            envelope(kind).model_validate_json(json.dumps(_with(event, path, _SECRET)))
        assert _SECRET not in str(refused.value), path
        assert _SECRET.split(maxsplit=1)[0] not in str(refused.value), path


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"Pietje Geheim"', b'{"specversion":"Pietje Geheim"}'])
def test_a_body_that_is_no_event_is_refused_without_repeating_it(body: bytes) -> None:
    """Broken JSON and JSON that is something else both end in an error without content."""
    kind = next(kinds())
    with pytest.raises(ValidationError) as refused:
        envelope(kind).model_validate_json(body)
    assert "Pietje" not in str(refused.value)


def test_time_without_a_zone_is_refused() -> None:
    """`time` is a moment; a wall-clock time is not."""
    kind = next(kinds())
    without = example(kind) | {"time": "2026-10-05T07:45:00"}
    assert datetime.fromisoformat(without["time"]).tzinfo is None
    with pytest.raises(ValidationError):
        envelope(kind).model_validate(without)
