"""Two toy services for tests of the runtime.

`ingest_duo` counts: each command makes it say the next number of a jongere. `cases` hears the numbers, keeps them in
the order in which it handled them, and says each one on. So "nothing lost, nothing double, in order" reads as: what
`cases` keeps of every jongere is 1, 2, 3 … up to what was said. `Faults` makes handling fail on purpose.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from contracts.codes import MeldingStatus
from contracts.events.verzuim import MeldingstatusTeruggemeld
from contracts.events.zaken import MeldingInBehandelingGenomen
from hub.database import Connection
from hub.messages import Message, Outcome

GEMEENTE = "1924"
Telling = tuple[int, ...]


@dataclass(frozen=True)
class Tel:
    """The command to say a number; given twice, it says the number once."""

    number: int


@dataclass
class Faults:
    """What `cases` runs into; empty means that everything works."""

    raising: dict[tuple[UUID, int], Exception] = field(default_factory=dict)
    """What handling a number of a jongere raises."""
    loading: set[UUID] = field(default_factory=set)
    """Jongeren whose state the repository cannot read: a fault in code, not in the database."""
    saving: set[UUID] = field(default_factory=set)
    """Jongeren whose state the repository cannot store, for the same reason."""
    refused: set[UUID] = field(default_factory=set)
    """Jongeren whose state the database refuses."""
    partner_down: bool = False
    tries: Counter[tuple[UUID, int]] = field(default_factory=Counter)
    """How often handling each number was tried."""
    asked: int = 0
    """How many questions the partner got."""


class Repository:
    """The numbers of a jongere, in the order in which they were handled."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def empty(self, jongere_id: UUID) -> Telling:
        return ()

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Telling]:
        if self._faults.loading.intersection(jongeren):
            raise RuntimeError
        rows = await db.fetch("SELECT * FROM telling WHERE jongere_id = ANY($1::uuid[])", jongeren)
        return {r["jongere_id"]: tuple(r["gehoord"]) for r in rows}

    async def save(self, tx: Connection, changed: Mapping[UUID, Telling]) -> None:
        if self._faults.saving.intersection(changed):
            raise RuntimeError
        await tx.executemany(
            "INSERT INTO telling VALUES ($1, $2) ON CONFLICT (jongere_id) DO UPDATE SET gehoord = excluded.gehoord",
            [(j, None if j in self._faults.refused else numbers) for j, numbers in changed.items()],
        )


def on_tel(state: Telling, message: Message, now: datetime) -> Outcome[Telling]:
    """Says the number that was asked for, when it is the next one."""
    number = message.data.number
    if number <= len(state):
        return Outcome(state)
    return Outcome((*state, number), [number_event(number, now)])


def number_event(number: int, now: datetime) -> MeldingstatusTeruggemeld:
    """The event that carries a number."""
    stamp = now.replace(tzinfo=None)
    return MeldingstatusTeruggemeld(
        meldingsnummer=str(number), status=MeldingStatus.IN_BEHANDELING, laatste_mutatie=stamp
    )


def listener(faults: Faults) -> Callable[[Telling, Message, datetime], Outcome[Telling]]:
    """The handler of `cases`."""

    def on_number(state: Telling, message: Message, now: datetime) -> Outcome[Telling]:
        number = int(message.data.meldingsnummer)
        faults.tries[message.jongere_id, number] += 1
        error = faults.raising.get((message.jongere_id, number))
        if error is not None:
            raise error
        said_on = MeldingInBehandelingGenomen(zaak_id=message.jongere_id, meldingsnummer=str(number))
        return Outcome((*state, number), [said_on])

    return on_number


def jongeren(number: int) -> list[UUID]:
    """That many new jongeren."""
    return [uuid4() for _ in range(number)]
