"""Whatever the bytes, reading ends in a message or in a fout with veld, plek and reden, soon, and without the value."""

import gc
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck, Phase, given, note, settings
from hypothesis import strategies as st

from schakel.parsing import KINDS
from tests.fuzz import corpus
from tests.fuzz.mutations import PLANTED, Mutation, mutated, mutations

pytestmark = [pytest.mark.fuzz, pytest.mark.timeout(3600)]

INPUTS = int(os.environ.get("FUZZ_INPUTS", "4200"))
"""How many inputs all kinds together get."""
PER_KIND = INPUTS // len(KINDS) + 1
CPU_SECONDS, TIMES_NORMAL = 0.5, 500
"""A message may take half a second, or five hundred times as long as an ordinary one where that is more."""
GROWTH = 128_000_000
"""By how many bytes the process may grow over all inputs of a kind; hypothesis remembers some of them itself."""
_FUZZ = settings(
    max_examples=PER_KIND, deadline=None, database=None, derandomize="FUZZ_INPUTS" not in os.environ,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink), print_blob=True,
)  # fmt: skip


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def parsed(kind: str, body: bytes, folder: Path) -> list[dict[str, Any]]:
    """The lines `schakel parse` would print."""
    path = folder / "bericht"
    path.write_bytes(body)
    return list(KINDS[kind](path))


def faults(lines: list[dict[str, Any]]) -> Iterator[dict[str, str]]:
    """The faults; every line has the shape that programs rely on."""
    for line in lines:
        json.dumps(line)
        if line["ok"]:
            assert {"soort", "gebeurtenissen"} <= line.keys()
            continue
        fout = line["fout"]
        assert {"veld", "plek", "reden"} == fout.keys()
        assert all(isinstance(text, str) and 0 < len(text) <= 400 for text in fout.values()), "too long or empty"
        yield fout


def leaked(lines: list[dict[str, Any]], secrets: tuple[str, ...]) -> list[str]:
    """What of the input stands in an error."""
    text = " ".join(" ".join(fout.values()) for fout in faults(lines)).lower()
    return [secret for secret in (PLANTED, *secrets) if secret.lower() in text]


def holds_nothing(kind: str, body: bytes) -> bool:
    """Whether there is no message in it: a delivery without meldingen, a list without persons."""
    if kind == "duo":
        return b"Verzuimgeval" not in body
    return sum(bool(line.strip(b"; \t\r")) for line in body.removeprefix(b"\xef\xbb\xbf").split(b"\n")) < 2


def cpu(kind: str, body: bytes, folder: Path) -> float:
    begin = time.process_time()
    parsed(kind, body, folder)
    return time.process_time() - begin


def test_every_kind_has_messages_to_begin_with() -> None:
    """A new kind of `schakel parse` belongs in tests/fuzz/corpus.py."""
    assert KINDS.keys() == corpus.KINDS.keys()


@pytest.mark.parametrize("kind", corpus.KINDS)
def test_the_messages_to_begin_with_can_be_read(kind: str, folder: Path) -> None:
    """Otherwise the mutations below would all be refused for the same reason."""
    good = [base for base in corpus.corpus(kind) if all(line["ok"] for line in parsed(kind, base.body, folder))]
    assert 2 * len(good) >= len(corpus.corpus(kind))
    assert [] == [s for base in corpus.corpus(kind) for s in leaked(parsed(kind, base.body, folder), base.secrets)]


@pytest.mark.parametrize("kind", corpus.KINDS)
def test_a_mutated_message_is_read_or_refused_with_a_reason(kind: str, folder: Path) -> None:
    """Never another exception, never a value of the input in the error, never long, and the memory stays."""
    bases = corpus.corpus(kind)
    normal = max(min(cpu(kind, base.body, folder) for _ in range(3)) for base in bases)
    allowed = max(CPU_SECONDS, TIMES_NORMAL * normal)
    seen = {"ok": 0, "fout": 0}

    @_FUZZ
    @given(st.sampled_from(bases), mutations())
    def fuzz(base: corpus.Base, changes: list[Mutation]) -> None:
        body = mutated(base, changes)
        begin = time.process_time()
        lines = parsed(kind, body, folder)
        spent = time.process_time() - begin
        note(repr(body[:2000]))
        assert lines or holds_nothing(kind, body), "something came in and nothing was said about it"
        assert [] == leaked(lines, base.secrets)
        assert spent <= allowed
        for line in lines:
            seen["ok" if line["ok"] else "fout"] += 1

    gc.collect()
    before = psutil.Process().memory_info().rss
    fuzz()
    gc.collect()
    assert psutil.Process().memory_info().rss - before <= GROWTH
    assert min(seen.values()) > 0, f"one-sided: {seen}"
