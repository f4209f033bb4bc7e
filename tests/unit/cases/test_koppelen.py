"""Coupling two zaken: both sides or neither."""

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

import pytest

from contracts.codes import Verzuimsoort
from hub.errors import Ongeldig
from hub.messages import Message
from hub.service import Service
from services.cases.levensdienst import Leven
from services.cases.model import Dossier, Zaak
from services.cases.store import ZakenStore
from services.cases.zaakleven import KoppelZaak
from tests.unit.cases.leven import POLDER
from tests.unit.cases.voorbeelden import JONGERE, LPA, beleid, dossier, melding, met_melding, te_laat, zaak

ANDER = UUID(int=8)


class Winkel:
    """What is stored of two zaken, and what was carried out."""

    def __init__(self, een: Zaak, ander: Zaak) -> None:
        self.zaken = {een.zaak_id: (JONGERE, een), ander.zaak_id: (ANDER, ander)}
        self.gedaan: list[Any] = []

    async def zaak(self, zaak_id: UUID) -> tuple[UUID, Zaak] | None:
        return self.zaken.get(zaak_id)

    async def execute(self, messages: Sequence[Message]) -> Sequence[Message]:
        self.gedaan += [m.data for m in messages]
        return messages


def luxe(**velden: Any) -> Zaak:
    return zaak(met_melding(dossier(), melding(soort=Verzuimsoort.LUXE, hele_dagen=2))).met(**velden)


async def koppel(een: Zaak, ander: Zaak) -> list[Any]:
    """What was carried out; raises what was refused, with `gedaan` of nothing."""
    winkel = Winkel(een, ander)
    leven = Leven(cast(Service[Dossier], winkel), cast(ZakenStore, winkel), beleid())
    try:
        await leven.koppel(een.zaak_id, ander.zaak_id, LPA)
    except Ongeldig:
        assert [] == winkel.gedaan
        raise
    return winkel.gedaan


async def test_both_sides_are_coupled() -> None:
    een, ander = luxe(), luxe(zaak_id=ANDER)
    expected = [KoppelZaak(een.zaak_id, ANDER, LPA), KoppelZaak(ANDER, een.zaak_id, LPA)]
    assert expected == await koppel(een, ander)


@pytest.mark.parametrize(
    ("anders", "veld"),
    [({"gemeente": POLDER}, "medewerker"), ({"status": "afgesloten"}, "verwant"), ({}, "verwant")],
    ids=["of another gemeente", "closed", "not luxe"],
)
async def test_when_one_side_is_refused_the_other_is_not_coupled(anders: dict[str, Any], veld: str) -> None:
    """Whichever side it is; nothing is carried out then."""
    ander = luxe(zaak_id=ANDER, **anders) if anders else zaak(met_melding(dossier(), te_laat(9))).met(zaak_id=ANDER)
    with pytest.raises(Ongeldig) as refused:
        await koppel(luxe(), ander)
    assert veld == refused.value.veld
    with pytest.raises(Ongeldig):
        await koppel(ander, luxe())
