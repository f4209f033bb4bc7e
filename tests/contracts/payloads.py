"""Hypothesis strategies for payloads of every event type, made from the field types themselves."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin
from uuid import UUID

from hypothesis import strategies as st
from pydantic import NaiveDatetime
from pydantic.fields import FieldInfo

from contracts.envelope import EventData

ASCII = st.characters(min_codepoint=32, max_codepoint=126)
_YEARS = {"min_value": datetime(1990, 1, 1), "max_value": datetime(2150, 1, 1)}  # noqa: DTZ001 - wall-clock times
_SIMPLE = {
    UUID: st.uuids(),
    bool: st.booleans(),
    date: st.dates(min_value=date(1990, 1, 1), max_value=date(2150, 1, 1)),
    NaiveDatetime: st.datetimes(**_YEARS),
}

moments = st.one_of(
    st.datetimes(**_YEARS, timezones=st.just(UTC)),
    st.datetimes(**_YEARS, timezones=st.integers(-12, 14).map(lambda h: timezone(timedelta(hours=h)))),
)
"""Aware times: in UTC, as a source writes them, and with another whole-hour offset."""


def payloads(kind: type[EventData]) -> st.SearchStrategy[EventData]:
    """Valid payloads of one event type."""
    return st.builds(kind, **{name: _values(field) for name, field in kind.model_fields.items()})


def _values(field: FieldInfo) -> st.SearchStrategy[Any]:
    return _of(field.annotation, field.metadata)


def _of(annotation: Any, metadata: Sequence[Any]) -> st.SearchStrategy[Any]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        return _of(inner, [*metadata, *(m for a in more for m in (a.metadata if isinstance(a, FieldInfo) else [a]))])
    if origin in (Union, UnionType):
        return st.one_of(*(_of(part, metadata) for part in get_args(annotation)))
    if origin is tuple:
        return st.lists(_of(get_args(annotation)[0], []), max_size=4).map(tuple)
    if annotation is NoneType:
        return st.none()
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return st.sampled_from(annotation)
    if annotation is str:
        return _texts(metadata)
    if annotation is int:
        return st.integers(min_value=next(m.ge for m in metadata if hasattr(m, "ge")), max_value=10_000)
    return _SIMPLE[annotation]


def _texts(metadata: Sequence[Any]) -> st.SearchStrategy[str]:
    longest = next((m.max_length for m in metadata if getattr(m, "max_length", None) is not None), 80)
    pattern = next((m.pattern for m in metadata if getattr(m, "pattern", None) is not None), None)
    if pattern is None:
        return st.text(ASCII, max_size=longest)
    return st.from_regex(pattern, fullmatch=True, alphabet=ASCII).filter(lambda text: len(text) <= longest)
