"""Messages that are made to exhaust or to spy: refused soon, with little memory, and nothing is fetched."""

import gzip
import json
import resource
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from schakel.parsing import KINDS
from tests.fuzz.corpus import corpus
from tests.fuzz.test_parse import faults, parsed

pytestmark = pytest.mark.fuzz

SECONDS, TIMES_NORMAL = 1.0, 2000
"""Refused within a second of processor time, or two thousand times that of an ordinary message where that is more."""
MEMORY = 256_000_000
"""By how many bytes the highest use of memory may rise."""
XML_KINDS = ("duo", "stuf-bg")
JSON_KINDS = ("brp-api", "cloudevent", "lo3")


def in_message(kind: str, prolog: str, text: str) -> bytes:
    """A real message with this prolog, and this text in its first element that has one."""
    body = (
        corpus(kind)[2 if kind == "duo" else 0]
        .body.decode()
        .removeprefix("<?xml version='1.0' encoding='UTF-8'?>")
        .lstrip()
    )
    begin = body.index("</")
    return f"{prolog}{body[:begin]}{text}{body[begin:]}".encode()


def laughs(depth: int = 9) -> str:
    lines = ['<!ENTITY a0 "lol">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, depth + 1))]
    return f"<!DOCTYPE x [{''.join(lines)}]>"


def element(attribute: str, number: int) -> str:
    """An element with this attribute so many times, each with a number of its own."""
    places = attribute.count("%d")
    return "<a " + " ".join(attribute % ((n,) * places) for n in range(number)) + "/>"


XML: dict[str, Callable[[str], bytes]] = {
    "billion laughs": lambda kind: in_message(kind, laughs(), "&a9;"),
    "quadratic blowup": lambda kind: in_message(kind, f'<!DOCTYPE x [<!ENTITY a "{"A" * 50_000}">]>', "&a;" * 15_000),
    "entities in attributes": lambda kind: in_message(kind, laughs(), '<a b="&a9;"/>'),
    "entity that ends nowhere": lambda kind: in_message(
        kind, '<!DOCTYPE x [<!ENTITY a "&b;"><!ENTITY b "&a;">]>', "&a;"
    ),
    "lower case doctype": lambda kind: in_message(kind, laughs().replace("DOCTYPE", "doctype"), "&a9;"),
    "doctype behind much space": lambda kind: in_message(kind, " " * 500_000 + laughs(), "&a9;"),
    "doctype behind many comments": lambda kind: in_message(kind, "<!---->" * 70_000 + laughs(), "&a9;"),
    "a declaration that never ends": lambda kind: b"<?xml " + b"version='1.0' " * 60_000,
    "unknown entity": lambda kind: in_message(kind, "", "&geheim;"),
    "deep nesting": lambda kind: in_message(kind, "", "<a>" * 100_000 + "</a>" * 100_000),
    "a thousand deep": lambda kind: in_message(kind, "", "<a>" * 1_000 + "</a>" * 1_000),
    "deep without end": lambda kind: b"<a>" * 300_000,
    "huge attribute": lambda kind: in_message(kind, "", f'<a b="{"A" * 12_000_000}"/>'),
    "many attributes": lambda kind: in_message(kind, "", element("b%d='1'", 60_000)),
    "many namespaces": lambda kind: in_message(kind, "", element("xmlns:b%d='urn:%d'", 30_000)),
    "huge text": lambda kind: in_message(kind, "", "A" * 12_000_000),
    "huge name": lambda kind: in_message(kind, "", f"<{'a' * 200_000}/>"),
    "many elements": lambda kind: in_message(kind, "", "<a/>" * 200_000),
    "xinclude": lambda kind: in_message(
        kind, "", '<x:include xmlns:x="http://www.w3.org/2001/XInclude" parse="text" href="file:///etc/passwd"/>'
    ),
    "utf-16 hides a doctype": lambda kind: ("\ufeff" + in_message(kind, laughs(), "&a9;").decode()).encode("utf-16-le"),
    "utf-7 hides a doctype": lambda kind: b'<?xml version="1.0" encoding="utf-7"?>' + laughs().encode("utf-7"),
    "ebcdic hides a doctype": lambda kind: f'<?xml version="1.0" encoding="cp037"?>{laughs()}<x>&a9;</x>'.encode(
        "cp037"
    ),
    "gzip": lambda kind: gzip.compress(b"A" * 50_000_000),
}
JSON: dict[str, bytes] = {
    "deep lists": b"[" * 500_000,
    "deep objects": b'{"a":' * 300_000,
    "deep and closed": b"[" * 100_000 + b"]" * 100_000,
    "deep in a person": b'{"personen":[{"naam":' + b'{"naam":' * 900 + b"1" + b"}" * 900 + b"}]}",
    "huge number": b'{"personen":[{"burgerservicenummer":' + b"9" * 2_000_000 + b"}]}",
    "huge exponent": b'{"id":1e999999999,"personen":[1e999999999]}',
    "huge text": json.dumps({"message": "A" * 12_000_000, "personen": ["A" * 12_000_000]}).encode(),
    "many keys": json.dumps({f"k{n}": n for n in range(200_000)}).encode(),
    "many lines": b"{}\n" * 20_000,
    "half a surrogate": b'{"message":"\\ud800","specversion":"\\udfff","personen":["\\ud800"]}',
    "not a number": b'{"personen":[NaN,Infinity,-Infinity]}',
    "gzip": gzip.compress(b"{" * 50_000_000),
}
CSV: dict[str, bytes] = {
    "a cell without end": b'"' + b"A" * 12_000_000,
    "a row without end": b";" * 5_000_000,
    "many quotes": b'"' * 2_000_000,
    "many rows": b"\n;\n" * 30_000,
    "gzip": gzip.compress(b";" * 50_000_000),
    "nothing but zeros": b"\x00" * 5_000_000,
}


def cost(kind: str, body: bytes, folder: Path) -> tuple[float, int]:
    """Processor time, and by how much the highest use of memory rose; what comes out has the agreed shape."""
    highest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begin = time.process_time()
    lines = parsed(kind, body, folder)
    spent = time.process_time() - begin
    rose = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - highest) * 1024
    reasons = " ".join(" ".join(fout.values()) for fout in faults(lines))
    assert "root:" not in reasons
    return spent, rose


def check(kind: str, body: bytes, folder: Path) -> None:
    normal = min(cost(kind, corpus(kind)[0].body, folder)[0] for _ in range(5))
    spent, rose = cost(kind, body, folder)
    assert spent <= max(SECONDS, TIMES_NORMAL * normal)
    assert rose <= MEMORY + 10 * len(body)


@pytest.mark.parametrize("attack", XML)
@pytest.mark.parametrize("kind", XML_KINDS)
def test_an_attack_in_xml_is_refused_soon(kind: str, attack: str, tmp_path: Path) -> None:
    check(kind, XML[attack](kind), tmp_path)


@pytest.mark.parametrize("attack", ["billion laughs", "quadratic blowup", "deep nesting", "huge text"])
@pytest.mark.parametrize("kind", XML_KINDS)
def test_the_known_attacks_give_a_fault_and_no_message(kind: str, attack: str, tmp_path: Path) -> None:
    """Not one of them is read as if nothing was the matter."""
    assert [False] == [line["ok"] for line in parsed(kind, XML[attack](kind), tmp_path)]


@pytest.mark.parametrize("attack", JSON)
@pytest.mark.parametrize("kind", JSON_KINDS)
def test_an_attack_in_json_is_refused_soon(kind: str, attack: str, tmp_path: Path) -> None:
    check(kind, JSON[attack], tmp_path)


@pytest.mark.parametrize("attack", CSV)
@pytest.mark.parametrize("kind", sorted(KINDS.keys() - {*XML_KINDS, *JSON_KINDS}))
def test_an_attack_in_a_table_is_refused_soon(kind: str, attack: str, tmp_path: Path) -> None:
    head = corpus(kind)[0].body.partition(b"\n")[0] + b"\n"
    for body in (CSV[attack], head + CSV[attack]):
        check(kind, body, tmp_path)


EXTERNAL = {
    "entity": '<!DOCTYPE x [<!ENTITY a SYSTEM "{}">]>',
    "dtd": '<!DOCTYPE x SYSTEM "{}">',
    "public": '<!DOCTYPE x PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "{}">',
    "parameter entity": '<!DOCTYPE x [<!ENTITY % p SYSTEM "{}">%p;]>',
}


def external(kind: str, form: str, address: str) -> bytes:
    """A message that names an address from which more is to be fetched."""
    body = in_message(kind, EXTERNAL[form].format(address), "").decode()
    end = body.index(">", body.index("</")) + 1  # where an unknown element would be passed over
    return f"{body[:end]}<x>{'&a;' if form == 'entity' else ''}</x>{body[end:]}".encode()


@pytest.mark.parametrize("form", EXTERNAL)
@pytest.mark.parametrize("kind", XML_KINDS)
def test_a_message_that_asks_for_a_file_is_refused(kind: str, form: str, tmp_path: Path) -> None:
    """Whether the file is there or not."""
    (tmp_path / "geheim").write_text("Geheimpje7Xq")
    (line,) = parsed(kind, external(kind, form, f"file://{tmp_path}/geheim"), tmp_path)
    assert not line["ok"]
    assert "Geheimpje7Xq" not in str(line)


@pytest.fixture
def listener() -> Iterator[tuple[str, list[str]]]:
    """A server that notes who calls."""
    calls: list[str] = []
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=_answer, args=(server, calls), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x.dtd", calls
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _answer(server: socket.socket, calls: list[str]) -> None:
    while True:
        try:
            connection, _ = server.accept()
        except OSError:
            return
        with connection:
            calls.append("called")
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")


@pytest.mark.parametrize("kind", XML_KINDS)
def test_nothing_is_fetched(kind: str, listener: tuple[str, list[str]], tmp_path: Path) -> None:
    """Neither the DTD nor an entity, however it is named."""
    address, calls = listener
    for body in (
        *(external(kind, form, address) for form in EXTERNAL),
        XML["xinclude"](kind).replace(b"file:///etc/passwd", address.encode()),
    ):
        parsed(kind, body, tmp_path)
    assert [] == calls


def test_the_listener_hears_a_call(listener: tuple[str, list[str]]) -> None:
    """The check above can fail."""
    address, calls = listener
    host, port = address.removeprefix("http://").partition("/")[0].split(":")
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.recv(1000)
    assert ["called"] == calls
