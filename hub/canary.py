"""Looks for planted personal data where none may be: bus, logs, metrics, tables that are readable at rest.

What was fed in is planted as needles; `search` finds them in bytes from anywhere, whatever their origin. Needles and
haystack are both brought to one form first (letters and digits in small type, everything else a space), so an address
that is wrapped, quoted or escaped is found as well, and a name only as whole words: `Jan` is not in `januari`.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from pydantic import SecretStr

MIN_LETTERS: Final = 4
"""A part of a name shorter than this occurs by chance in ordinary text and is only looked for with its neighbours."""

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})|\\[nrt]|%([0-9a-fA-F]{2})")
_OTHER = re.compile(r"[^0-9a-z]+")


class Canary:
    """Planted texts by kind; add everything, then search as often as needed.

    Searching costs one pass over the words of a haystack, however many needles there are.
    """

    def __init__(self, bekend: Iterable[str] = ()) -> None:
        """`bekend` are texts that may occur (the names of schools and gemeenten): a needle equal to one is dropped."""
        self._bekend = {_normal(t) for t in bekend} | {w for t in bekend for w in _normal(t).split()}
        self._kinds: dict[str, set[str]] = {}
        self._lengths: dict[str, set[int]] = {}
        """By first word of a needle: how many words the needles that begin with it have."""

    def __len__(self) -> int:
        return len(self._kinds)

    def add(self, kind: str, text: str | SecretStr | None, *, split: bool = False) -> None:
        """Plants a text as a whole, and with `split` each of its longer words too; nothing is planted for no text."""
        if text is None:
            return
        normal = _normal(text.get_secret_value() if isinstance(text, SecretStr) else text)
        words = normal.split()
        needles = [normal, *(w for w in words if split and len(w) >= MIN_LETTERS)]
        for needle in needles:
            if len(needle) >= MIN_LETTERS and needle not in self._bekend:
                self._kinds.setdefault(needle, set()).add(kind)
                first, *_ = needle.split()
                self._lengths.setdefault(first, set()).add(needle.count(" ") + 1)

    def search(self, haystack: bytes | str) -> list[str]:
        """The kinds of all needles that occur, each occurrence once, in order; never the needles themselves."""
        text = haystack.decode("utf-8", "replace") if isinstance(haystack, bytes) else haystack
        words = _normal(text).split()
        found: list[str] = []
        for start, word in enumerate(words):
            for length in sorted(self._lengths.get(word, ())):
                kinds = self._kinds.get(" ".join(words[start : start + length]))
                found += sorted(kinds) if kinds else []
        return found


def _normal(text: str) -> str:
    """One form for every way of writing the same text: no accents, no case, no punctuation, escapes undone."""
    if "\\" in text or "%" in text:
        text = _ESCAPE.sub(_unescape, text)
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in text if not unicodedata.combining(c))
    return _OTHER.sub(" ", text.casefold()).strip()


def _unescape(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else " "
