"""The circuit breaker: when the queue is held, and when a probe may go."""

import asyncio
from types import SimpleNamespace

import pytest

from hub.circuit import Circuit


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The clock of the circuit, in seconds, to be set by the test."""
    clock = SimpleNamespace(seconds=1000.0)
    monkeypatch.setattr("hub.circuit.time", SimpleNamespace(monotonic=lambda: clock.seconds))
    return clock


def test_a_new_circuit_is_closed(now: SimpleNamespace) -> None:
    """Everything flows."""
    circuit = Circuit("toy")
    assert (False, None) == (circuit.is_open, circuit.partner)


def test_a_tripped_circuit_names_the_partner_and_allows_a_probe_after_its_pause(now: SimpleNamespace) -> None:
    """Not just before a quarter of a second, but at it."""
    circuit = Circuit("toy")
    circuit.trip("Halt")
    assert (True, "Halt", False) == (circuit.is_open, circuit.partner, circuit.may_probe())
    now.seconds += 0.249
    assert not circuit.may_probe()
    now.seconds += 0.001
    assert circuit.may_probe()


def test_the_pause_doubles_with_every_failed_probe_up_to_a_minute(now: SimpleNamespace) -> None:
    """0.25 s, 0.5 s, 1 s … 32 s, 60 s, 60 s."""
    circuit = Circuit("toy")
    pauses = []
    for _ in range(11):
        circuit.trip("Halt")
        pauses.append(circuit.pause())
    assert [0.25, 0.5, 1, 2, 4, 8, 16, 32, 60, 60, 60] == pauses


def test_the_time_to_the_next_probe_runs_down_and_never_becomes_nothing(now: SimpleNamespace) -> None:
    """Who waits for it must not spin."""
    circuit = Circuit("toy")
    circuit.trip("Halt")
    now.seconds += 0.2
    assert pytest.approx(0.05) == circuit.pause()
    now.seconds += 100
    assert 0.01 == circuit.pause()


def test_a_closed_circuit_begins_with_a_short_pause_again(now: SimpleNamespace) -> None:
    """The partner answered; what happened before is forgotten."""
    circuit = Circuit("toy")
    for _ in range(5):
        circuit.trip("Halt")
    circuit.close()
    assert (False, None) == (circuit.is_open, circuit.partner)
    circuit.trip("DUO")
    assert 0.25 == circuit.pause()


async def test_whoever_waits_goes_on_when_the_circuit_closes(now: SimpleNamespace) -> None:
    """And not before."""
    circuit = Circuit("toy")
    circuit.trip("Halt")
    waiting = asyncio.create_task(circuit.wait())
    await asyncio.sleep(0)
    assert not waiting.done()
    circuit.close()
    async with asyncio.timeout(1):
        await waiting
