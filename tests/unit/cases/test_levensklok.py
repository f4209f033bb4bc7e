"""What was handed on is handled in order, also when something of it is refused."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import pytest

from hub.errors import PartnerOnbereikbaar
from hub.messages import Message
from services.cases.levensklok import Levensklok
from services.cases.levensstore import Wacht
from services.cases.model import Doorgestuurd
from tests.unit.cases.leven import ANDER
from tests.unit.cases.voorbeelden import GEMEENTE, JONGERE, zestien_uur


class Rijen:
    """A store with these rows, and a service that refuses some of them."""

    def __init__(self, rows: Sequence[Wacht], refused: set[int]) -> None:
        self.rows, self.refused, self.handled = rows, refused, list[int]()

    async def doorgestuurd(self, _limit: int, na: int) -> list[Wacht]:
        """A page of one row."""
        return [w for w in self.rows if w.nr > na][:1]

    async def execute(self, messages: list[Message]) -> list[Message]:
        """Refuses, or handles."""
        for message in messages:
            if message.data.nr in self.refused:
                message.error = PartnerOnbereikbaar("brp_sync", "weg")
            else:
                self.handled.append(message.data.nr)
        return messages


def rij(nr: int, naar: UUID, soort: str = "verzuimmelding-ontvangen") -> Wacht:
    """A melding that was handed on."""
    return Wacht(nr, Doorgestuurd(naar, GEMEENTE, soort, zestien_uur(nr).model_dump(mode="json")))


@pytest.mark.parametrize("soort", ["verzuimmelding-ontvangen", "onbekend"])
async def test_behind_a_refused_row_those_of_the_same_jongere_wait(soort: str) -> None:
    """Those of another one go on, and the next round begins again where it stopped."""
    rijen = Rijen([rij(1, ANDER, soort), rij(2, JONGERE), rij(3, ANDER)], {1})
    klok = Levensklok(cast("Any", rijen), cast("Any", rijen), cast("Any", None))
    assert (1, [2]) == (await klok.stuur_door(), rijen.handled)
