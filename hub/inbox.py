"""Order and once-only per jongere: which events may be handled now, which wait, which were handled before.

Pure: the positions and the waiting room are arguments. The rules, in this order, for each event:

0. an event whose sequence cannot be read (not above zero) runs, so that it fails where an operator sees it;
1. a sequence that is not above the position of its source is a repetition: skipped;
2. an event of a jongere with a parked or retrying event waits behind it;
3. a sequence that leaves a gap waits for its predecessor;
4. everything else runs, in arrival order.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from hub.messages import Message


@dataclass(slots=True)
class Positions:
    """How far a service is with one jongere, and what of it stands in the waiting room."""

    read: dict[str, int] = field(default_factory=dict)
    written: int = 0
    version: int = 0
    blocked: bool = False
    waiting: set[tuple[str, int]] = field(default_factory=set)
    gone: bool = False
    """Erased: nothing may be stored about this jongere any more."""


@dataclass(slots=True)
class Plan:
    """What to do with a batch."""

    run: list[Message] = field(default_factory=list)
    wait: list[Message] = field(default_factory=list)
    duplicates: int = 0
    drain: set[UUID] = field(default_factory=set)
    """Jongeren whose waiting events may be able to run after this batch."""


def plan(messages: Iterable[Message], positions: Mapping[UUID, Positions]) -> Plan:
    """Sorts a batch into run, wait and repetition; messages taken from the waiting room itself always run."""
    result = Plan()
    expected: dict[tuple[UUID, str], int] = {}
    rooms: dict[UUID, set[tuple[str, int]]] = {}
    for message in messages:
        jongere, sequence = message.jongere_id, message.sequence
        where = positions[jongere]
        if message.row_id is not None or sequence is None or sequence <= 0:
            result.run.append(message)
            if where.waiting:
                result.drain.add(jongere)
            continue
        key = (jongere, message.bron)
        due = expected.get(key) or where.read.get(message.bron, 0) + 1
        room = rooms.get(jongere, where.waiting)
        if sequence < due or (room and (message.bron, sequence) in room):
            result.duplicates += 1
        elif where.blocked or sequence > due:
            result.wait.append(message)
            rooms[jongere] = room | {(message.bron, sequence)}
        else:
            result.run.append(message)
            expected[key] = due + 1
            if room and (message.bron, due + 1) in room:
                result.drain.add(jongere)
    return result
