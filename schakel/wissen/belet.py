"""What stands in the way of erasing somebody, for the clock and for an official alike."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from schakel.wissen.opslag import Pools


class Belet(StrEnum):
    """One obstacle, as the report counts it."""

    OPEN = "open zaak"
    BEPERKT = "beperking loopt"
    VERZOEK = "verzoek loopt"
    ZONDER_BESLUIT = "besluit tot sluiting ontbreekt"


_BELET: Final = """
SELECT EXISTS (SELECT FROM zaak WHERE jongere_id = ANY($1::uuid[]) AND status = 'open'),
       EXISTS (SELECT FROM beperking WHERE jongere_id = ANY($1::uuid[])),
       EXISTS (SELECT FROM rechtenverzoek WHERE jongere_id = ANY($1::uuid[]) AND status = 'open'),
       EXISTS (SELECT FROM zaak z LEFT JOIN sluiting s USING (jongere_id)
               WHERE z.jongere_id = ANY($1::uuid[]) AND s.besloten_op IS NULL)
"""


async def beletsels(pools: Pools, jongeren: Sequence[UUID]) -> list[Belet]:
    """Every obstacle to erasing these jongere_id's of one person.

    Each of them that has zaken needs a besluit to close: one about another number says nothing about those.
    """
    found = await pools["cases"].fetchrow(_BELET, list(jongeren))
    return [belet for belet, there in zip(Belet, found or (), strict=True) if there]
