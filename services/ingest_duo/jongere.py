"""The state of one jongere in this service: its meldingen, and what the leveringen told about its education.

Each part has its own handlers, which know nothing of the other, and its own tables; only parts that changed are saved.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from hub.database import Connection
from hub.messages import Handler, Message, Outcome
from hub.pipeline import Repository
from services.ingest_duo.decisions import Meldingen
from services.ingest_duo.leveringen.decisions import Onderwijsstand
from services.ingest_duo.vrijstellingen.model import Vrijstelling
from services.ingest_duo.vrijstellingen.store import VrijstellingenStore


@dataclass(frozen=True, slots=True)
class Jongere:
    """State: both parts, and which of them were changed since they were loaded.

    `vrijstellingen` are those that are to be stored; what is known of them comes with the command.
    """

    meldingen: Meldingen = field(default_factory=Meldingen)
    onderwijs: Onderwijsstand = field(default_factory=Onderwijsstand)
    gewijzigd: frozenset[str] = frozenset()
    vrijstellingen: tuple[Vrijstelling, ...] = ()


class JongereStore:
    """The states of jongeren, put together from their parts."""

    def __init__(
        self,
        meldingen: Repository[Meldingen],
        onderwijs: Repository[Onderwijsstand],
        vrijstellingen: VrijstellingenStore,
    ) -> None:
        self._meldingen = meldingen
        self._onderwijs = onderwijs
        self._vrijstellingen = vrijstellingen

    def empty(self, jongere_id: UUID) -> Jongere:
        """Nothing known."""
        return Jongere(self._meldingen.empty(jongere_id), self._onderwijs.empty(jongere_id))

    async def load(self, db: Connection, jongeren: Sequence[UUID]) -> dict[UUID, Jongere]:
        """What is known of these jongeren."""
        meldingen = await self._meldingen.load(db, jongeren)
        onderwijs = await self._onderwijs.load(db, jongeren)
        return {
            j: Jongere(
                meldingen.get(j) or self._meldingen.empty(j),
                onderwijs.get(j) or self._onderwijs.empty(j),
            )
            for j in meldingen.keys() | onderwijs.keys()
        }

    async def save(self, tx: Connection, changed: Mapping[UUID, Jongere]) -> None:
        """Stores the parts that changed."""
        meldingen = {j: s.meldingen for j, s in changed.items() if "meldingen" in s.gewijzigd}
        onderwijs = {j: s.onderwijs for j, s in changed.items() if "onderwijs" in s.gewijzigd}
        if meldingen:
            await self._meldingen.save(tx, meldingen)
        if onderwijs:
            await self._onderwijs.save(tx, onderwijs)
        if vrijstellingen := [v for s in changed.values() for v in s.vrijstellingen]:
            await self._vrijstellingen.save(tx, vrijstellingen)


def van_meldingen(handler: Handler[Meldingen]) -> Handler[Jongere]:
    """A handler of meldingen as one of the whole."""

    def whole(state: Jongere, message: Message, now: datetime) -> Outcome[Jongere]:
        found = handler(state.meldingen, message, now)
        if found.state is not state.meldingen:
            state = replace(state, meldingen=found.state, gewijzigd=state.gewijzigd | {"meldingen"})
        return Outcome(state, found.events, found.gemeente)

    return whole


def van_onderwijs(handler: Handler[Onderwijsstand]) -> Handler[Jongere]:
    """A handler of what the leveringen told as one of the whole."""

    def whole(state: Jongere, message: Message, now: datetime) -> Outcome[Jongere]:
        found = handler(state.onderwijs, message, now)
        if found.state is not state.onderwijs:
            state = replace(state, onderwijs=found.state, gewijzigd=state.gewijzigd | {"onderwijs"})
        return Outcome(state, found.events, found.gemeente)

    return whole


def beide(een: Handler[Jongere], ander: Handler[Jongere]) -> Handler[Jongere]:
    """Two handlers of one event, one after the other."""

    def whole(state: Jongere, message: Message, now: datetime) -> Outcome[Jongere]:
        first = een(state, message, now)
        second = ander(first.state, message, now)
        return Outcome(second.state, (*first.events, *second.events), second.gemeente or first.gemeente)

    return whole
