"""What goes wrong with a message on its way, and what somebody may do to it on purpose.

A mutation is data (what, where, with what), so that hypothesis can shrink a case to the fewest that still fail. `where`
is counted modulo what there is, so every mutation fits every message.
"""

import copy
import json
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from hypothesis import strategies as st
from lxml import etree

from tests.fuzz.corpus import Base

PLANTED = "Geheimpje7Xq"
"""Put in as value, tag, key, attribute and cell: no error may repeat it."""

_PIECES = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"&", b"&amp;", b"&x;", b"]]>", b"<!DOCTYPE x>", b"<?x?>",
    b"<!--", b"\xed\xa0\x80", b"\xc0\xae", b"\r", b"\n", b"\t", b'"', b"'", b";", b",", b"{", b"}", b"[", b"]", b":",
    b"\\u0000", b"\\ud800", b"NaN", b"-1", b"1e999", b"0" * 40, b"9" * 5000, b"null", b"true", b"[" * 3000,
    b'{"a":' * 3000, b"A" * 70_000, "\u0663\u0663".encode(), "\u2028".encode(), "\u202e".encode(), "e\u0301".encode(),
    "\U0001f600".encode(), b"\x9d", b"\xc2", b"19990229", b"00000000", b"20269999", b"999999999", b"999990019",
    *(PLANTED.encode(),) * 8,
)  # fmt: skip
_VALUES: tuple[Any, ...] = (
    *(PLANTED,) * 5, None, True, 0, -1, 10**40, 1.5, "", " ", "\u0000", "\ud800", [], {}, [[]], {PLANTED: PLANTED},
    ["x"] * 300, "A" * 70_000, "2026-02-30", "99999999", "999999999", {"datum": 1}, [None], float("inf"), float("nan"),
)  # fmt: skip
_TEXTS = (
    *(PLANTED,) * 4,
    "",
    " ",
    "\u0663",
    "A" * 70_000,
    "\u202e",
    "00000000",
    "20260230",
    "999999999",
    "-",
    "x" * 41,
    "\n",
    "1e5",
    "J;N",
)


class Mutation(NamedTuple):
    """One change; the meaning of the numbers depends on what it is."""

    what: str
    where: int
    size: int
    piece: int


def mutated(base: Base, mutations: list[Mutation]) -> bytes:
    """The message after all changes; a change that fits its structure no more, changes bytes."""
    body = base.body
    for mutation in mutations:
        change = _STRUCTURES[base.form] if mutation.what == "structure" else _bytes
        body = change(body, mutation)
    return body


def mutations() -> st.SearchStrategy[list[Mutation]]:
    """One to four changes, of bytes and of structure."""
    # Bytes are drawn evenly, where integers would mostly be small: the beginning of a message only.
    numbers = st.binary(min_size=6, max_size=6).map(lambda b: [int.from_bytes(b[at : at + 2]) for at in (0, 2, 4)])
    kinds = st.sampled_from(("structure", "structure", "structure", *_BYTES))
    one = st.builds(lambda what, three: Mutation(what, *three), kinds, numbers)
    return st.lists(one, min_size=1, max_size=4)


def _bytes(body: bytes, m: Mutation) -> bytes:
    at = m.where % (len(body) + 1)
    return _BYTES.get(m.what, _insert)(body, at, m.size % 64 + 1, _PIECES[m.piece % len(_PIECES)])


def _insert(body: bytes, at: int, size: int, piece: bytes) -> bytes:
    return body[:at] + piece + body[at:]


_BYTES: dict[str, Callable[[bytes, int, int, bytes], bytes]] = {
    "flip": lambda b, at, size, _: b[:at] + bytes(x ^ (1 << size % 8) for x in b[at : at + 1]) + b[at + 1 :],
    "delete": lambda b, at, size, _: b[:at] + b[at + size :],
    "insert": _insert,
    "replace": lambda b, at, size, piece: b[:at] + piece + b[at + size :],
    "repeat": lambda b, at, size, _: b[:at] + b[at : at + size] * 3 + b[at + size :],
    "cut": lambda b, at, size, _: b[:at],
    "behead": lambda b, at, size, _: b[at:],
    "double": lambda b, at, size, _: b + b,
}  # fmt: skip


def _xml(body: bytes, m: Mutation) -> bytes:
    try:
        root = etree.fromstring(body)
    except (etree.XMLSyntaxError, ValueError):
        return _bytes(body, m)
    elements = [e for e in root.iter() if isinstance(e.tag, str)]
    element = elements[m.where % len(elements)]
    text, parent = _TEXTS[m.piece % len(_TEXTS)], element.getparent()
    what = m.size % 12
    if what >= 8 and len(element) == 0:
        element.text = text
    elif what == 0 and parent is not None:
        parent.remove(element)
    elif what == 1 and parent is not None:
        parent.append(copy.deepcopy(element))
    elif what == 2:
        element.text = text
    elif what == 3:
        element.set(_name(element, elements[m.piece % len(elements)].tag), text)
    elif what == 4:
        element.tag = f"{{{etree.QName(element).namespace or ''}}}{PLANTED}" if m.piece % 2 else PLANTED
    elif what == 5:
        element.tag = elements[m.piece % len(elements)].tag
    elif what == 6:
        element.append(copy.deepcopy(elements[m.piece % len(elements)]))
    else:
        for name in element.attrib:
            element.set(name, text)
    return etree.tostring(root)


def _name(element: etree._Element, tag: Any) -> Any:
    return next(iter(element.attrib), tag)


def _json(body: bytes, m: Mutation) -> bytes:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return _bytes(body, m)
    places = list(_places(document))
    if not places:
        return _bytes(body, m)
    holder, key = places[m.where % len(places)]
    value = _VALUES[m.piece % len(_VALUES)]
    what = m.size % 5
    if what == 0:
        del holder[key]
    elif what == 1 and isinstance(holder, dict):
        holder[PLANTED] = holder.pop(key)
    elif what == 2:
        holder[key] = [holder[key], value]
    elif what == 3:
        holder[key] = {PLANTED: holder[key]}
    else:
        holder[key] = value
    return json.dumps(document).encode()


def _places(value: Any) -> Any:
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from _places(value[key])


def _csv(body: bytes, m: Mutation) -> bytes:
    rows = [line.split(b";") for line in body.split(b"\n")]
    row = rows[m.where % len(rows)]
    at, piece = m.size % len(row), _PIECES[m.piece % len(_PIECES)]
    what = (m.where + m.size + m.piece) % 5
    if what == 0:
        del row[at]
    elif what == 1:
        row.insert(at, piece)
    elif what == 2:
        rows.insert(m.piece % (len(rows) + 1), list(row))
    elif what == 3:
        row[at], row[m.piece % len(row)] = row[m.piece % len(row)], row[at]
    else:
        row[at] = piece
    return b"\n".join(b";".join(cells) for cells in rows)


def _lo3(body: bytes, m: Mutation) -> bytes:
    """Other lengths, categories and elements: they are all short runs of digits."""
    numbers = list(re.finditer(rb"[0-9]{2,5}", body))
    if not numbers:
        return _bytes(body, m)
    number = numbers[m.where % len(numbers)]
    size = len(number[0])
    other = str((int(number[0]) + m.size - 2**15) % 10**size).zfill(size).encode()
    return body[: number.start()] + other + body[number.end() :]


_STRUCTURES: dict[str, Callable[[bytes, Mutation], bytes]] = {"xml": _xml, "json": _json, "csv": _csv, "lo3": _lo3}
