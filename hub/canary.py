"""Searching what left the vault: does any name, number, address or text of a person turn up where it should not?

Needles are compared word by word, so a run with thousands of people and many thousands of messages takes seconds.
Words shorter than four letters are too common to mean anything on their own and only count inside a longer needle.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel, SecretBytes, SecretStr

_WORD = re.compile(r"[^\W_]+", re.UNICODE)
_SHORTEST = 4


class Canary:
    """A set of needles; `search` says which kinds of them occur in a text."""

    def __init__(self) -> None:
        self._needles: dict[str, dict[tuple[str, ...], str]] = {}

    def add(self, kind: str, text: str) -> None:
        """One needle: a name, a number, a line of an address, a sentence."""
        words = tuple(_words(text))
        if not words or (len(words) == 1 and len(words[0]) < _SHORTEST):
            return
        self._needles.setdefault(words[0], {})[words] = kind

    def add_model(self, model: BaseModel) -> None:
        """Every secret of a model, under the name of its field; dates are no needles, they are everybody's."""
        for kind, text in _secrets(model, ""):
            if not re.fullmatch(r"[0-9]{8}", text):
                self.add(kind, text)

    def search(self, data: bytes | str) -> list[str]:
        """The kinds of the needles found; empty is clean."""
        words = list(_words(data.decode(errors="replace") if isinstance(data, bytes) else data))
        found = []
        for place, word in enumerate(words):
            for needle, kind in self._needles.get(word, {}).items():
                if tuple(words[place : place + len(needle)]) == needle:
                    found.append(kind)
        return found


def _words(text: str) -> Iterable[str]:
    return (match.group().casefold() for match in _WORD.finditer(text))


def _secrets(value: Any, name: str) -> Iterable[tuple[str, str]]:
    if isinstance(value, SecretStr):
        yield name, value.get_secret_value()
    elif isinstance(value, SecretBytes):
        yield name, value.get_secret_value().decode(errors="replace")
    elif isinstance(value, BaseModel):
        for field in type(value).model_fields:
            yield from _secrets(getattr(value, field), field)
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _secrets(part, name)
    elif isinstance(value, tuple | list | frozenset | set):
        for part in value:
            yield from _secrets(part, name)
