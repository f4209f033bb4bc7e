"""Lists about enrolment for administratie and officials: ids, gemeente, dates and schools; an official opens one."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from hub.calendar import schooljaar
from hub.errors import Ongeldig
from services.cases.beleid import Beleid
from services.cases.plicht import laatste_dag
from services.cases.register import Reden
from services.cases.registervragen import Registervragen
from services.cases.zoeken import Ontbrekend, Zoeker

Lijst = list[dict[str, Any]]
_DAG = timedelta(days=1)


class Lijsten:
    """Each list is about the gemeenten of this installation, or one of them, as the registers are now."""

    def __init__(self, vragen: Registervragen, zoeker: Zoeker, beleid: Beleid) -> None:
        self._vragen = vragen
        self._zoeker = zoeker
        self._beleid = beleid
        self.namen: Mapping[str, Callable[[date, str | None], Awaitable[Lijst]]] = MappingProxyType(
            {
                "vijfjarigen": self.vijfjarigen,
                "begin-schooljaar": self.begin_schooljaar,
                "uitschrijvingen": self.uitschrijvingen,
                "overstap": self.overstap,
            }
        )

    async def lijst(self, naam: str, op: date, gemeente: str | None = None) -> Lijst:
        """The list of this name; raises `Ongeldig` for a name or gemeente that is not known, or school holidays that
        are not in the calendar yet."""
        if naam not in self.namen:
            raise Ongeldig(f"deze lijst bestaat niet: kies uit {', '.join(self.namen)}", "lijst")
        try:
            return await self.namen[naam](op, gemeente)
        except LookupError as error:
            raise Ongeldig(str(error), "op") from error

    async def vijfjarigen(self, op: date, gemeente: str | None = None) -> Lijst:
        """Whose leerplicht begins in the month after that of `op` and who have no inschrijving on its first school
        day (Leerplichtwet 1969 art. 3 lid 1)."""
        begin = laatste_dag(op) + _DAG
        return [
            _regel(een) | {"leerplicht_begint": begin, "eerste_schooldag": dag}
            for dag, gemeenten in self._eerste_schooldagen(begin, gemeente).items()
            for een in await self._zoeker.ontbrekend(dag, gemeenten, termijn=False, begint=begin)
        ]

    async def begin_schooljaar(self, op: date, gemeente: str | None = None) -> Lijst:
        """Who is under the duty and has no inschrijving on the first school day of the schooljaar of `op`, which is
        another day in each vakantieregio."""
        return [
            _regel(een) | {"eerste_schooldag": dag}
            for dag, gemeenten in self._eerste_schooldagen(schooljaar(op).begin, gemeente).items()
            for een in await self._zoeker.ontbrekend(dag, gemeenten, termijn=False)
        ]

    async def uitschrijvingen(self, op: date, gemeente: str | None = None) -> Lijst:
        """Who was unenrolled and is under the duty without a school on `op`, also as long as the term runs."""
        found = await self._zoeker.ontbrekend(op, self._zoeker.gemeenten(gemeente), termijn=False)
        return [_regel(een) for een in found if een.bevinding.reden is Reden.UITGESCHREVEN]

    async def overstap(self, op: date, gemeente: str | None = None) -> Lijst:
        """Whose last inschrijving was vmbo and ended in the schooljaar before that of `op`, without one in the VO,
        MBO or VAVO since 1 August."""
        begin = schooljaar(op).begin
        vorig = schooljaar(begin - _DAG)
        found = await self._vragen.overstap(self._zoeker.gemeenten(gemeente), vorig.begin, vorig.eind)
        return [een._asdict() for een in found]

    def _eerste_schooldagen(self, vanaf: date, gemeente: str | None) -> dict[date, list[str]]:
        """The gemeenten by their first school day on or after a day."""
        found: dict[date, list[str]] = {}
        for code in self._zoeker.gemeenten(gemeente):
            regio = self._beleid.gemeente(code).vakantieregio
            found.setdefault(self._beleid.kalender.eerste_schooldag_vanaf(vanaf, regio), []).append(code)
        return found


def _regel(een: Ontbrekend) -> dict[str, Any]:
    kandidaat, bevinding = een
    return {
        "jongere_id": kandidaat.jongere_id,
        "gemeente": kandidaat.gemeente,
        "sinds": bevinding.sinds,
        "reden": bevinding.reden.value,
        "laatste_school": kandidaat.brin,
        "uitgeschreven_op": kandidaat.tot,
        "volgende_inschrijving": kandidaat.volgende,
    }
