"""Looks for personal data that were fed in where none may be: bus, logs, metrics, tables that are readable at rest.

What was fed in is planted; `search` finds it in bytes from anywhere. Needles and haystack are brought to one form
first (no case, accents or punctuation, escapes undone), so a text that is quoted, wrapped or escaped is found as well,
and a name only as whole words: `Emma` is not in `dilemma`. Long numbers are also found with letters or zeros stuck to
them, but not inside hexadecimal text, where any nine digits occur by chance.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, Final
from urllib.parse import unquote

from pydantic import BaseModel, SecretStr

MIN_LETTERS: Final = 4
"""A text or a part of a name shorter than this occurs by chance in ordinary text and is not looked for by itself."""
MIN_IN_BINARY: Final = 6
"""The same bound for bytes that are no text, such as something sealed: there any four letters occur by chance."""
MIN_DIGITS: Final = 8
"""From this length on a number is looked for inside longer runs of digits too; a BSN has nine."""
NAMES: Final = frozenset({"voornamen", "geslachtsnaam", "naam", "naamregel", "naam_jongere"})
"""Fields of which every part is planted by itself."""
TOO_COMMON: Final = frozenset({"voorvoegsel", "toevoeging", "aanduiding"})
"""Fields that say nothing about a person by themselves: `van den`."""

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt]")
_SPLIT = re.compile(r"[\W_]+")
_NUMBER = re.compile(rf"(?<![0-9a-f])[0-9]{{{MIN_DIGITS},}}(?![0-9a-f])")
_POSTCODE = re.compile(r"([1-9][0-9]{3}) ?([a-z]{2})")


class Canary:
    """Planted texts by kind; add everything, then search as often as needed.

    Searching costs one pass over the words of a haystack, however many needles there are.
    """

    def __init__(self, bekend: Iterable[str] = ()) -> None:
        """`bekend` are texts that may occur, such as names of schools: they and their words are not planted."""
        allowed = {_normal(t) for t in bekend}
        self._allowed = allowed | {word for t in allowed for word in t.split()}
        self._kinds: dict[str, set[str]] = {}
        self._lengths: dict[str, set[int]] = {}
        """By first word of a needle: how many words the needles that begin with it have."""
        self._digits: set[int] = set()
        """How long the planted numbers are."""

    def __len__(self) -> int:
        """How many needles are planted."""
        return len(self._kinds)

    def add_model(self, model: BaseModel) -> None:
        """Plants every secret of a model and of the models inside it; the kind is the name of the field."""
        for field, value in _secrets(model, ""):
            if field in TOO_COMMON:
                continue
            self.add(field, value, parts=field in NAMES)

    def add(self, kind: str, text: str | SecretStr | None, *, parts: bool = False) -> None:
        """Plants a text, with `parts` its longer words too; no text, or one that is too short, is not planted."""
        if text is None:
            return
        normal = _normal(text.get_secret_value() if isinstance(text, SecretStr) else text)
        needles = {normal}
        if parts:
            needles.update(normal.split())
        if match := _POSTCODE.fullmatch(normal):
            needles |= {match[1] + match[2], f"{match[1]} {match[2]}"}
        digits = normal.replace(" ", "")
        if digits.isdigit() and len(digits) >= MIN_DIGITS:
            needles.add(digits)
            self._digits.add(len(digits))
        for needle in needles:
            if _size(needle) >= MIN_LETTERS and needle not in self._allowed:
                self._kinds.setdefault(needle, set()).add(kind)
                first, _, rest = needle.partition(" ")
                self._lengths.setdefault(first, set()).add(len(rest.split()) + 1)

    def search(self, haystack: bytes | str) -> list[str]:
        """The kinds of all needles that occur, in order of appearance; never the needles themselves."""
        text, shortest = _text(haystack)
        normal = _normal(text)
        words = normal.split()
        found: list[str] = []
        for start, word in enumerate(words):
            for length in sorted(self._lengths.get(word, ())):
                needle = " ".join(words[start : start + length])
                found += sorted(self._kinds.get(needle, ())) if _size(needle) >= shortest else []
        for match in _NUMBER.finditer(normal):
            is_word = f" {match[0]} " in f" {normal[max(match.start() - 1, 0) : match.end() + 1]} "
            found += self._inside(match[0], whole=not is_word)
        return found

    def _inside(self, run: str, *, whole: bool) -> Iterator[str]:
        """Kinds of the numbers in a run of digits; of the run itself only with `whole`."""
        for length in sorted(self._digits):
            for start in range(len(run) - length + 1):
                if whole or length < len(run):
                    yield from sorted(self._kinds.get(run[start : start + length], ()))


def _text(haystack: bytes | str) -> tuple[str, int]:
    """The haystack as text, and how short a needle may be to mean anything in it."""
    if isinstance(haystack, str):
        return haystack, MIN_LETTERS
    try:
        return haystack.decode("utf-8"), MIN_LETTERS
    except UnicodeDecodeError:
        return haystack.decode("utf-8", "replace"), MIN_IN_BINARY


def _size(needle: str) -> int:
    return len(needle) - needle.count(" ")


def _secrets(value: Any, field: str) -> Iterator[tuple[str, SecretStr]]:
    if isinstance(value, SecretStr):
        yield field, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _secrets(getattr(value, name), name)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from _secrets(item, field)


def _normal(text: str) -> str:
    """One form for every way of writing the same text."""
    if "\\" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else " ", text)
    if "%" in text:
        text = unquote(text, errors="replace")
    if not text.isascii():
        text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _SPLIT.sub(" ", text.casefold()).strip()
