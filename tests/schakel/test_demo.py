"""The demonstration plays to its end and counts zero of what must be zero."""

import json

import pytest

from tests.schakel.conftest import Commands

pytestmark = pytest.mark.connected

KEYS = {
    "meldingen", "zaken", "voorstellen", "besluiten", "brieven", "halt_verwijzingen", "halt_aflopen", "geparkeerd",
    "verloren", "dubbel", "volgordefouten", "persoonsgegevens_op_bus",
}  # fmt: skip


@pytest.mark.timeout(240)
def test_demo_once_ends_by_itself_with_zeros(schakel: Commands) -> None:
    """A small region, the same story: the last line is one JSON object and the exit code 0."""
    answer = schakel.run("demo", "--once", "--jongeren", "250", "--seed", "2")
    totals = json.loads(answer.stdout.splitlines()[-1])

    assert set(totals) >= KEYS
    assert answer.returncode == 0
    assert tuple(totals[k] for k in ("verloren", "dubbel", "volgordefouten", "persoonsgegevens_op_bus")) == (0, 0, 0, 0)
    assert all(totals[k] > 0 for k in ("meldingen", "zaken", "voorstellen", "besluiten", "brieven", "geparkeerd"))
    assert totals["halt_aflopen"] == totals["halt_verwijzingen"] > 0
