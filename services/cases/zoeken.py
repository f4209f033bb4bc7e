"""Finding everybody who should be enrolled and is not: one set query, then the rules over what it gave.

Of most months of birth the rules say the same for all; only on the edges, and for whoever has a vrijstelling that not
everybody may rely on, days of birth are opened. What comes out is what the registers say on one day; before anything
is signalled it is decided again per jongere.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

import structlog

from contracts.codes import Onderwijssoort, Vrijstellingsoort
from hub.errors import Ongeldig
from services.cases.beleid import Beleid
from services.cases.ontbreken import Bevinding, Laatste, begin, heeft_startkwalificatie
from services.cases.plicht import Toets, laatste_dag, toets_op
from services.cases.registervragen import Kandidaat, Registervragen
from services.cases.store import ZakenStore

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Ontbrekend(NamedTuple):
    """Somebody without inschrijving, and what was found."""

    kandidaat: Kandidaat
    bevinding: Bevinding


class Zoeker:
    """Asks the database and the rules."""

    def __init__(self, vragen: Registervragen, store: ZakenStore, beleid: Beleid) -> None:
        self._vragen = vragen
        self._store = store
        self._beleid = beleid

    def gemeenten(self, gemeente: str | None = None) -> list[str]:
        """The gemeenten of this installation, or the one that is asked for; raises `Ongeldig` when it is not ours."""
        if gemeente is not None:
            return [self._beleid.gemeente(gemeente).code]
        return [g.code for g in self._beleid.gemeenten.gemeenten]

    def toetsen(self, dag: date, gemeenten: Collection[str]) -> dict[str, Toets]:
        """The rules per gemeente; one without a protocol on that day is left out, which the log says."""
        found: dict[str, Toets] = {}
        for code in gemeenten:
            try:
                found[code] = toets_op(self._beleid, code, dag)
            except Ongeldig as error:
                log.error("gemeente_not_checked", service="cases", gemeente=code, reason=str(error))
        return found

    async def ontbrekend(
        self, dag: date, gemeenten: Collection[str], *, termijn: bool = True, begint: date | None = None
    ) -> list[Ontbrekend]:
        """Residents under the duty without inschrijving on a day: for longer than the term of their gemeente, or
        (without `termijn`) however short. With `begint` only those whose duty begins on that first of a month."""
        toetsen = self.toetsen(dag, gemeenten)
        maanden = frozenset[date]().union(*(_maanden(t, begint) for t in toetsen.values()))
        if not maanden:
            return []
        vrij = set.intersection(*(set(t.vrijgesteld_voor_allen) for t in toetsen.values()))
        kandidaten = await self._vragen.zonder_inschrijving(
            dag, list(toetsen), min(maanden), max(maanden), sorted(vrij)
        )
        geboren = await self._geboren(kandidaten, toetsen, alle=begint is not None)
        found = []
        for een in kandidaten:
            toets, dag_van = toetsen[een.gemeente], geboren.get(een.jongere_id)
            if begint is not None and toets.begint(dag_van or een.geboortemaand) != begint:
                continue
            bevinding = beoordeel_kandidaat(een, dag_van, toets, termijn=termijn)
            if bevinding is not None:
                found.append(Ontbrekend(een, bevinding))
        return found

    async def _geboren(
        self, kandidaten: Sequence[Kandidaat], toetsen: dict[str, Toets], *, alle: bool
    ) -> dict[UUID, date]:
        """The days of birth that decide, opened in one question."""
        exact = [
            k.jongere_id
            for k in kandidaten
            if alle or k.vrijstelling or k.geboortemaand in toetsen[k.gemeente].bereik.rand
        ]
        return await self._store.births(exact) if exact else {}


def _maanden(toets: Toets, begint: date | None) -> frozenset[date]:
    """The months of birth to look at: all under the duty, or those of which the duty of some begins on a day."""
    maanden = toets.bereik.maanden
    if begint is None:
        return maanden
    return frozenset(m for m in maanden if begint in (toets.begint(m), toets.begint(laatste_dag(m))))


def beoordeel_kandidaat(een: Kandidaat, geboren: date | None, toets: Toets, *, termijn: bool) -> Bevinding | None:
    """What is missing for this candidate; None when nothing is. `geboren` is the day of birth where it decides.

    Where it decides and is not known, the candidate stays: who decides for good asks the BRP.
    """
    startkwalificatie = heeft_startkwalificatie(een.startkwalificatie, toets.dag)
    moet = toets.bereik.zeker(een.geboortemaand, startkwalificatie)
    if geboren is not None and (moet is None or een.vrijstelling):
        soort = Vrijstellingsoort(een.vrijstelling) if een.vrijstelling else None
        moet = toets.moet_ingeschreven(geboren, startkwalificatie, soort)
    if moet is False:
        return None
    laatste = Laatste(een.tot, een.brin, Onderwijssoort(een.soort)) if een.tot and een.brin and een.soort else None
    gevonden = begin(een.sinds, laatste, een.vrijgesteld_tot, toets.toets_vanaf(geboren or een.geboortemaand), toets)
    if gevonden is None or gevonden.sinds > toets.dag:
        return None
    return None if termijn and toets.dag <= toets.signaal_na(gevonden.sinds) else gevonden
