"""Which events may be handled now, which wait, which were handled before."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.inbox import Plan, Positions, plan
from hub.messages import Message

JONGERE, ANDER = UUID(int=1), UUID(int=2)


def event(sequence: int, jongere: UUID = JONGERE, bron: str = "duo", row_id: int | None = None) -> Message:
    """An event that has only what ordering looks at."""
    return Message(jongere, "1924", None, bron=bron, sequence=sequence, row_id=row_id)


def sequences(messages: Sequence[Message]) -> list[int | None]:
    """Their sequences."""
    return [m.sequence for m in messages]


@pytest.mark.parametrize(
    ("position", "batch", "run", "wait", "duplicates", "drain"),
    [
        (Positions(), [1, 2, 3], [1, 2, 3], [], 0, False),
        (Positions(read={"duo": 2}), [2], [], [], 1, False),
        (Positions(read={"duo": 2}), [3], [3], [], 0, False),
        (Positions(read={"duo": 2}), [4], [], [4], 0, False),
        (Positions(read={"duo": 2}), [1, 2, 3, 3, 4], [3, 4], [], 3, False),
        (Positions(read={"brp": 9}), [1], [1], [], 0, False),
        (Positions(), [2, 1], [1], [2], 0, True),
        (Positions(), [3, 2, 3, 1], [1], [3, 2], 1, True),
        (Positions(), [3, 1], [1], [3], 0, False),
        (Positions(waiting={("duo", 2)}), [1], [1], [], 0, True),
        (Positions(waiting={("duo", 3)}), [1], [1], [], 0, False),
        (Positions(waiting={("brp", 2)}), [1], [1], [], 0, False),
        (Positions(waiting={("duo", 2)}), [2], [], [], 1, False),
        (Positions(blocked=True, waiting={("duo", 1)}), [1], [], [], 1, False),
        (Positions(blocked=True, waiting={("duo", 1)}), [2, 3], [], [2, 3], 0, False),
        (Positions(blocked=True, waiting={("brp", 7)}), [1], [], [1], 0, False),
    ],
)
def test_a_batch_is_sorted_into_run_wait_and_repetition(
    position: Positions, batch: list[int], run: list[int], wait: list[int], duplicates: int, drain: bool
) -> None:
    """Each line is one situation of one jongere and one source."""
    planned = plan([event(s) for s in batch], {JONGERE: position})
    assert (run, wait, duplicates) == (sequences(planned.run), sequences(planned.wait), planned.duplicates)
    assert drain == (JONGERE in planned.drain)


def test_a_blocked_jongere_holds_up_nobody_else() -> None:
    """Positions are looked up per jongere."""
    positions = {JONGERE: Positions(blocked=True), ANDER: Positions()}
    planned = plan([event(1), event(1, ANDER)], positions)
    assert ([ANDER], [JONGERE]) == ([m.jongere_id for m in planned.run], [m.jongere_id for m in planned.wait])


@pytest.mark.parametrize("sequence", [0, -1, -12])
def test_an_event_without_a_readable_sequence_runs_even_when_its_jongere_is_blocked(sequence: int) -> None:
    """So that it fails where an operator sees it."""
    planned = plan([event(sequence)], {JONGERE: Positions(read={"duo": 5}, blocked=True)})
    assert [sequence] == sequences(planned.run)


def test_a_command_always_runs() -> None:
    """It has no sequence; whoever gave it waits for the answer."""
    command = Message(JONGERE, "1924", object())
    assert [command] == plan([command], {JONGERE: Positions(blocked=True)}).run


def test_an_event_from_the_waiting_room_runs_and_makes_the_worker_look_for_the_next() -> None:
    """Its own row still counts as waiting when the plan is made."""
    planned = plan([event(1, row_id=7)], {JONGERE: Positions(blocked=True, waiting={("duo", 1), ("duo", 2)})})
    assert ([1], {JONGERE}) == (sequences(planned.run), planned.drain)


Key = tuple[UUID, str]


@dataclass
class Simulation:
    """A service in the smallest form: the inbox plan, positions, and a waiting room in a list."""

    failing: set[tuple[UUID, str, int]] = field(default_factory=set)
    """Events that fail at their first try."""
    read: dict[Key, int] = field(default_factory=dict)
    room: list[tuple[Message, bool]] = field(default_factory=list)
    """What waits, in order of arrival, and whether it is parked."""
    handled: dict[Key, list[int]] = field(default_factory=dict)

    def deliver(self, batch: Sequence[Message]) -> None:
        """One batch from the broker, and then what it set free."""
        self._drain(self._process(batch).drain)

    def release(self) -> None:
        """Tries the first parked event again, and then what it set free."""
        for place, (message, parked) in enumerate(self.room):
            if parked:
                self.room[place] = (message, False)
                self._drain(self._process([message]).drain)
                return

    def _process(self, batch: Sequence[Message]) -> Plan:
        planned = plan(batch, {m.jongere_id: self._position(m.jongere_id) for m in batch})
        failed: set[UUID] = set()
        for message in planned.run:
            if message.jongere_id in failed:
                self._keep(message, parked=False)
            elif not self._handle(message):
                failed.add(message.jongere_id)
                self._keep(message, parked=True)
        for message in planned.wait:
            self._keep(message, parked=False)
        planned.drain -= failed
        return planned

    def _handle(self, message: Message) -> bool:
        assert message.sequence is not None
        key = (message.jongere_id, message.bron)
        identity = (*key, message.sequence)
        assert not self._position(message.jongere_id).blocked
        self.room = [(m, p) for m, p in self.room if (m.jongere_id, m.bron, m.sequence) != identity]
        if identity in self.failing:
            self.failing.remove(identity)
            return False
        self.read[key] = message.sequence
        self.handled.setdefault(key, []).append(message.sequence)
        return True

    def _keep(self, message: Message, *, parked: bool) -> None:
        row = event(message.sequence or 0, message.jongere_id, message.bron, row_id=1)
        self.room.append((row, parked))

    def _position(self, jongere: UUID) -> Positions:
        mine = [(m, parked) for m, parked in self.room if m.jongere_id == jongere]
        return Positions(
            read={bron: n for (j, bron), n in self.read.items() if j == jongere},
            blocked=any(parked for _, parked in mine),
            waiting={(m.bron, m.sequence or 0) for m, _ in mine},
        )

    def _drain(self, jongeren: set[UUID]) -> None:
        """As the waiting room worker: only jongeren it was told about, one event of each at a time."""
        todo = set(jongeren)
        while todo:
            jongere = todo.pop()
            blocked = self._position(jongere).blocked
            for message, _ in self.room:
                due = self.read.get((jongere, message.bron), 0) + 1
                if message.jongere_id == jongere and not blocked and (message.sequence or 0) <= due:
                    todo |= self._process([message]).drain | {jongere}
                    break


@st.composite
def histories(draw: st.DrawFn) -> Any:
    """How far each source counted for each jongere, and every number at least once, repeated and shuffled."""
    lengths = draw(
        st.dictionaries(
            st.tuples(st.sampled_from([UUID(int=n) for n in range(1, 4)]), st.sampled_from(["duo", "brp"])),
            st.integers(1, 6),
            min_size=1,
        )
    )
    every = [(jongere, bron, n) for (jongere, bron), length in lengths.items() for n in range(1, length + 1)]
    repeated = draw(st.lists(st.sampled_from(every), max_size=len(every)))
    failing = draw(st.sets(st.sampled_from(every), max_size=4))
    order = draw(st.permutations(every + repeated))
    sizes = draw(st.lists(st.integers(1, 7), min_size=len(order), max_size=len(order)))
    releases = draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))
    return lengths, failing, order, sizes, releases


@given(histories())
@settings(max_examples=300, deadline=None)
def test_every_event_is_handled_once_and_in_order_however_it_arrives(history: Any) -> None:
    """Any interleaving, repetition and reordering, in batches of any size, with events that park on the way."""
    lengths, failing, order, sizes, releases = history
    service = Simulation(failing=set(failing))
    rest = list(order)
    for size, release in zip(sizes, releases, strict=True):
        batch, rest = rest[:size], rest[size:]
        if batch:
            service.deliver([event(n, jongere, bron) for jongere, bron, n in batch])
        if release:
            service.release()
    while any(parked for _, parked in service.room):
        service.release()
    assert {key: list(range(1, length + 1)) for key, length in lengths.items()} == service.handled
    assert [] == service.room
