"""Finds what a path names: the gemeente it lies in and the jongere it is about, for `schakel.toegang`.

Each raises `ValueError` for a number that cannot be one.
"""

from typing import Any
from uuid import UUID

from schakel.installation import Installation
from schakel.routes.common import service_of
from schakel.toegang.bewaking import Bij
from schakel.toegang.identiteit import Vindplaats


def rij(service: str, tabel: str, sleutel: str, *, soort: type[UUID] | type[str] = UUID) -> Bij:
    """What lies in a row with a gemeente and a jongere; the path names its key."""
    query = f"SELECT gemeente, jongere_id FROM {tabel} WHERE {sleutel} = $1"  # noqa: S608 - names of our own

    async def bij(installation: Installation, pad: dict[str, Any]) -> Vindplaats | None:
        found = await service_of(installation, service).service.pool.fetchrow(query, soort(pad[sleutel]))
        return (found["gemeente"], found["jongere_id"]) if found else None

    return bij


ZAAK = rij("cases", "zaak", "zaak_id")
VOORSTEL = rij("cases", "voorstel", "voorstel_id")
SIGNAAL = rij("cases", "absoluut_signaal", "signaal_id")
MELDING = rij("ingest_duo", "melding", "meldingsnummer", soort=str)
VRIJSTELLING = rij("ingest_duo", "vrijstelling", "vrijstelling_id")
RECHTENVERZOEK = rij("cases", "rechtenverzoek", "verzoek_id")
RECHTENTAAK = rij("cases", "rechtentaak", "taak_id")
TOESTEMMING = rij("cases", "toestemming", "toestemming_id")
