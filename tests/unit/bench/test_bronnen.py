"""What `schakel bench --bronnen` makes of its parts, and figures of the first load and of growth."""

import json
from collections.abc import Iterator

import pytest

from bench import bronnen, bronnen_laden, groei
from bench.groei_vulling import steekproef
from hub.messages import Message


def test_a_part_that_fails_is_told_and_the_rest_goes_on(capsys: pytest.CaptureFixture[str]) -> None:
    """A module that is not there is left out; one that cannot be run gives no figures and exit code 1."""
    assert bronnen.measure(as_json=True, parts=("report", "bestaat_niet")) == 1
    assert {"report": None} == json.loads(capsys.readouterr().out.splitlines()[-1])["bronnen"]


def test_ratios_of_a_load_are_of_rounds_that_belong_together() -> None:
    """Not of the medians of both sides."""
    gevonden = {"laden": [100.0, 60_000.0, 90_000.0], "plain": [200.0, 240_000.0, 100_000.0], "one_by_one": [1_000.0]}
    result = bronnen_laden.document(gevonden, 500, 50, 3 << 20)
    assert (60_000, 0.5, 60.0, 3) == (
        result["persons_per_s"], result["laden_over_plain"], result["laden_over_one_by_one"], result["file_mb"]
    )  # fmt: skip
    assert [True, True] == [aim["met"] for aim in result["aims"]]


def test_events_of_the_growth_are_the_same_for_both_stores_and_in_sequence() -> None:
    """Per source and jongere without gaps, after what the copied zaak had read already."""
    een, twee = (list(_eerste(groei.gebeurtenissen(steekproef(1, 50)), 150)) for _ in range(2))
    assert [(m.jongere_id, m.bron, m.sequence, m.data) for m in een] == [
        (m.jongere_id, m.bron, m.sequence, m.data) for m in twee
    ]
    zaken = {jongere_id for jongere_id, _ in steekproef(1, 50).met_zaak}
    per: dict[tuple[object, str], list[int | None]] = {}
    for message in een:
        per.setdefault((message.jongere_id, message.bron), []).append(message.sequence)
    for (jongere_id, bron), sequences in per.items():
        begin = (3 if bron == "ingest_duo" else 2) if jongere_id in zaken else 1
        assert sequences == list(range(begin, begin + len(sequences)))
    assert {"ingest_duo", "letters"} == {bron for _, bron in per}


def _eerste(messages: Iterator[Message], aantal: int) -> Iterator[Message]:
    return (next(messages) for _ in range(aantal))
